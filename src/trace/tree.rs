//! The ways that lead away from a camera: from there to every link, the cheapest (Dijkstra, 1959), link by link so that turns count.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::net::Net;
use crate::model::TraceSettings;

/// Sights of one camera that lie no farther apart than this on one way, metres, are one pass.
const ONE_PASS_M: f64 = 120.0;
/// A turn by more than this, degrees, costs as much as this many seconds of going on: people like to go on.
const TURN_DEG: f64 = 50.0;
const TURN_S: f64 = 3.0;

/// No step comes before the first.
pub(super) const NONE: u32 = u32::MAX;

/// One link of a tree. Steps come after those that lead to them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub link: u32,
    /// The step before: a place in [`Tree::steps`], or [`NONE`].
    pub parent: u32,
    /// Seconds at the median pace from the middle of the first sight to the link's start, without waits; below 0 for a first step.
    pub seconds: f64,
    /// The same in metres.
    pub metres: f64,
    /// Junctions passed until the link's start.
    pub junctions: f64,
    /// The first step of its way.
    pub root: u32,
}

/// A way comes into a camera's view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// On which step.
    pub step: u32,
    pub camera: u32,
    /// Seconds at the median pace to the middle of what the camera sees, without waits.
    pub seconds: f64,
    pub metres: f64,
    pub junctions: f64,
    /// Half of how long the camera has it in view, seconds at the median pace.
    pub half_s: f64,
    /// Whether it is on the first link of its way: what the camera of the sighting sees, too, or begins beside.
    pub beside: bool,
}

/// The cheapest ways to every link within reach, by one taste.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    pub steps: Vec<Step>,
    pub entries: Vec<Entry>,
    /// The step of each link; [`NONE`] where it was not reached.
    pub step_of: Vec<u32>,
}

#[derive(PartialEq)]
struct Open {
    cost: f64,
    link: u32,
    parent: u32,
}

impl Eq for Open {}

impl Ord for Open {
    fn cmp(&self, other: &Open) -> Ordering {
        other.cost.total_cmp(&self.cost).then(other.link.cmp(&self.link)).then(other.parent.cmp(&self.parent))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Open) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A number that looks drawn from the normal distribution, always the same for the same seeds (a sum of four bytes of SplitMix64).
fn noise(taste: u64, thing: u64) -> f64 {
    let mut z = (taste << 32 ^ thing).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    let sum: f64 = (0..4).map(|byte| f64::from((z >> (16 * byte)) as u16) / 65_536.0 - 0.5).sum();
    // Four uniform numbers have a variance of 4 ÷ 12.
    sum * 3f64.sqrt()
}

/// From where on a camera sees a link, metres from its start.
fn begins_m(net: &Net, camera: u32, link: u32) -> f64 {
    let own = net.sights_on(link).iter().filter(|sight| sight.camera == camera);
    own.map(|sight| sight.from_m).fold(f64::INFINITY, f64::min)
}

impl Tree {
    /// Grows the ways from all that a camera sees, until the farthest would take so many seconds at the median pace. The first taste
    /// (0) takes the map as it is.
    pub(super) fn grow(net: &Net, camera: u32, taste: u64, reach_s: f64, settings: &TraceSettings) -> Tree {
        let links = net.links();
        let mut steps: Vec<Step> = Vec::new();
        let mut step_of = vec![NONE; links.len()];
        let mut best = vec![f64::INFINITY; links.len()];
        let mut heap = BinaryHeap::new();
        let mut starts: Vec<(u32, f64)> = Vec::new();
        for sight in net.sights_of(camera) {
            // Behind a junction in view, where it came from is as much in view as where it goes to: the middle is there.
            let (from_m, to_m) = net.in_view(sight);
            let whole = !net.is_entered_in_view(sight);
            let middle =
                if whole { f64::midpoint(from_m, to_m).min(links[sight.link as usize].length_m) } else { from_m };
            starts.push((sight.link, middle));
            best[sight.link as usize] = 0.0;
            heap.push(Open { cost: 0.0, link: sight.link, parent: NONE });
        }
        let cost_of = |link: u32| {
            let of = &links[link as usize];
            if taste == 0 {
                return of.seconds;
            }
            let road = noise(taste, u64::from(of.roads.0));
            let own = noise(taste, (1 << 24) + u64::from(link));
            of.seconds * (settings.taste * std::f64::consts::FRAC_1_SQRT_2 * (road + own)).exp()
        };
        while let Some(Open { cost, link, parent }) = heap.pop() {
            if step_of[link as usize] != NONE || cost > best[link as usize] {
                continue;
            }
            let number = steps.len() as u32;
            let of = &links[link as usize];
            let step = match steps.get(parent as usize) {
                Some(before) => {
                    let behind = &links[before.link as usize];
                    Step {
                        link,
                        parent,
                        seconds: before.seconds + behind.seconds,
                        metres: before.metres + behind.length_m,
                        junctions: before.junctions + f64::from(u8::from(net.after(before.link).len() > 1)),
                        root: before.root,
                    }
                }
                None => {
                    let middle = starts.iter().filter(|(start, _)| *start == link).map(|(_, m)| *m).fold(0.0, f64::max);
                    let share = middle / of.length_m.max(0.1);
                    Step {
                        link,
                        parent: NONE,
                        seconds: -share * of.seconds,
                        metres: -middle,
                        junctions: 0.0,
                        root: number,
                    }
                }
            };
            if step.seconds > reach_s {
                continue;
            }
            step_of[link as usize] = number;
            let own_cost =
                if parent == NONE { cost_of(link) * (1.0 + step.metres / of.length_m.max(0.1)) } else { cost_of(link) };
            for next in net.after(link) {
                let onto = &links[*next as usize];
                let turn = ((onto.out_deg - of.in_deg + 180.0).rem_euclid(360.0) - 180.0).abs();
                let turn_s = if turn > TURN_DEG { TURN_S } else { 0.0 };
                let wait_s = if net.after(link).len() > 1 { settings.wait_s } else { 0.0 };
                let to = cost + own_cost + turn_s + wait_s;
                if to < best[*next as usize] {
                    best[*next as usize] = to;
                    heap.push(Open { cost: to, link: *next, parent: number });
                }
            }
            steps.push(step);
        }
        let mut tree = Tree { steps, entries: Vec::new(), step_of };
        tree.enter(net, camera);
        tree
    }

    /// Finds where ways come into cameras' views.
    fn enter(&mut self, net: &Net, from: u32) {
        for (number, step) in (0u32..).zip(&self.steps) {
            let link = &net.links()[step.link as usize];
            let rate = link.seconds / link.length_m.max(0.1);
            for sight in net.sights_on(step.link) {
                let (from_m, to_m) = net.in_view(sight);
                let metres = step.metres + f64::midpoint(from_m, to_m);
                let starts_m = step.metres + sight.from_m;
                // What both cameras see may be a little behind: it was there just before.
                let beside = metres > 0.0 || step.parent == NONE && sight.to_m > begins_m(net, from, step.link);
                if !beside || sight.camera == from && starts_m < ONE_PASS_M {
                    continue;
                }
                if self.was_in_view(net, number, sight.camera, starts_m) {
                    continue;
                }
                self.entries.push(Entry {
                    step: number,
                    camera: sight.camera,
                    seconds: step.seconds + rate * (metres - step.metres),
                    metres,
                    junctions: step.junctions,
                    half_s: rate * (to_m - from_m) / 2.0,
                    beside: step.parent == NONE,
                });
            }
        }
    }

    /// Whether the way had the camera in view shortly before a sight that starts at so many metres.
    fn was_in_view(&self, net: &Net, number: u32, camera: u32, starts_m: f64) -> bool {
        let mut at = number;
        while let Some(step) = self.steps.get(at as usize) {
            let mut ends = net.sights_on(step.link).iter().filter(|sight| sight.camera == camera);
            let near = ends.any(|sight| {
                let (from_m, to_m) = (step.metres + sight.from_m, step.metres + sight.to_m);
                from_m < starts_m && starts_m - to_m < ONE_PASS_M && to_m > 0.0
            });
            if near {
                return true;
            }
            if starts_m - step.metres >= ONE_PASS_M {
                return false;
            }
            at = step.parent;
        }
        false
    }

    /// The steps from the first to one.
    pub(super) fn way(&self, to: u32) -> Vec<u32> {
        let mut way = Vec::new();
        let mut at = to;
        while let Some(step) = self.steps.get(at as usize) {
            way.push(at);
            at = step.parent;
        }
        way.reverse();
        way
    }
}
