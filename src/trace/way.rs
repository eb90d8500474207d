//! Between two sightings: the way that was most likely gone, and the cameras along all ways that may have been.

use std::collections::HashMap;

use super::belief::{Belief, NotSeen, Pass};
use super::pace::{Arrival, Shape};
use super::tracer::{Direction, Tracer};
use super::tree::{Entry, Tree};
use crate::model::{Point, Sighting};
use crate::place::shape::{along, length_m};

/// A way from one sighting to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// Metres along it, from the middle of what the first camera sees to the middle of what the second does.
    pub metres: f64,
    /// How far the places at its ends are uncertain, metres either way: half of what each camera sees of it.
    pub slack_m: f64,
    /// Seconds at the median pace, without waits.
    pub seconds: f64,
    /// Junctions on it.
    pub junctions: f64,
    /// Its points.
    pub points: Vec<Point>,
    /// Whether a part of it is only a straight line.
    pub straight: bool,
}

/// Where a tree's way comes to a camera: the entry's step, and what it has gone until the middle of what the camera sees.
pub(super) struct Arrived {
    step: u32,
    seconds: f64,
    metres: f64,
    junctions: f64,
    sight_m: f64,
}

/// A family's way between two sightings.
pub(super) struct Gone<'t> {
    pub tree: &'t Tree,
    pub arrived: Arrived,
    /// Its steps, from the first to the last.
    pub steps: Vec<u32>,
    /// How likely it was this one.
    pub chance: f64,
    /// The cameras on it, each with the chance that it sees who passes.
    passes: Vec<Pass>,
}

fn arrive(direction: Direction<'_>, tree: &Tree, camera: u32) -> Option<Arrived> {
    let arrived = direction.net.sights_of(camera).filter_map(|sight| {
        let number = *tree.step_of.get(sight.link as usize)?;
        let step = tree.steps.get(number as usize)?;
        let link = &direction.net.links()[sight.link as usize];
        let middle = f64::midpoint(sight.from_m, sight.to_m);
        let seconds = step.seconds + link.seconds * middle / link.length_m.max(0.1);
        let (metres, sight_m) = (step.metres + middle, sight.to_m - sight.from_m);
        (metres > 0.0).then_some(Arrived { step: number, seconds, metres, junctions: step.junctions, sight_m })
    });
    arrived.min_by(|a, b| a.seconds.total_cmp(&b.seconds).then(a.step.cmp(&b.step)))
}

impl Tracer {
    /// The most likely way between two sightings of different cameras, by time; none where no way leads there.
    pub fn best_way(&self, from: &Sighting, to: &Sighting) -> Option<Way> {
        let direction = Direction { net: &self.ahead, backward: false };
        let (start, goal) = (self.ahead.camera(&from.camera)?, self.ahead.camera(&to.camera)?);
        let took_s = (to.at.as_micros() - from.at.as_micros()) as f64 / 1e6;
        let doubt_s = from.uncertainty_s.hypot(to.uncertainty_s) / 2.0;
        let trees = self.trees(false, start);
        let mut best: Option<(f64, &Tree, Arrived)> = None;
        for tree in trees.iter() {
            let Some(arrived) = arrive(direction, tree, goal) else { continue };
            let likely = self.likely(&arrived, took_s, doubt_s);
            if best.as_ref().is_none_or(|(known, ..)| likely > known * 1.01) {
                best = Some((likely, tree, arrived));
            }
        }
        let (_, tree, arrived) = best?;
        let steps = tree.way(arrived.step);
        let links = steps.iter().map(|step| &self.ahead.links()[tree.steps[*step as usize].link as usize]);
        let mut points: Vec<Point> = Vec::new();
        for link in links.clone() {
            let skip = usize::from(!points.is_empty());
            points.extend(link.points.iter().skip(skip));
        }
        let first = &tree.steps[*steps.first()? as usize];
        let points = cut(&points, -first.metres, -first.metres + arrived.metres);
        let own_m = self.ahead.sights_of(start).find(|sight| sight.link == first.link);
        let own_m = own_m.map_or(0.0, |sight| sight.to_m - sight.from_m);
        Some(Way {
            metres: arrived.metres,
            slack_m: f64::midpoint(own_m, arrived.sight_m),
            seconds: arrived.seconds,
            junctions: arrived.junctions,
            points,
            straight: links.clone().any(|link| link.straight),
        })
    }

    /// Whether a leg took much longer than its way needs at a slow pace, with waits; also where no way leads there.
    pub fn is_unexplained(&self, way: Option<&Way>, took_s: f64) -> bool {
        let Some(way) = way else { return true };
        let Arrival { mean, variance } = self.paces.arrival(way.seconds, way.junctions, 0);
        took_s > mean + 3.0 * variance.sqrt() + 15.0
    }

    /// How well a way explains the time that it took, over all paces.
    fn likely(&self, arrived: &Arrived, took_s: f64, doubt_s: f64) -> f64 {
        let classes = 0..super::pace::CLASSES;
        let each = classes.map(|class| {
            let Arrival { mean, variance } = self.paces.arrival(arrived.seconds, arrived.junctions, class);
            let variance = variance + doubt_s.powi(2) + 4.0;
            (-(took_s - mean).powi(2) / (2.0 * variance)).exp() / variance.sqrt()
        });
        // Whatever took long may have had a pause in it, the more likely the shorter the way.
        each.sum::<f64>() + 1e-4 / (1.0 + arrived.seconds)
    }

    /// The ways of each family between two sightings, each as likely as it explains the time and what was not seen. Their chances sum to 1,
    /// where there is a way at all.
    pub(super) fn ways<'t>(
        &self,
        direction: Direction<'_>,
        trees: &'t [Tree],
        (from, to): (&Sighting, &Sighting),
        not_seen: &[NotSeen],
    ) -> Vec<Gone<'t>> {
        let Some(goal) = self.ahead.camera(&to.camera) else { return Vec::new() };
        let took_s = (to.at.as_micros() - from.at.as_micros()) as f64 / 1e6;
        let doubt_s = from.uncertainty_s.hypot(to.uncertainty_s) / 2.0;
        let mut ways: Vec<Gone<'t>> = Vec::new();
        for tree in trees {
            let Some(arrived) = arrive(direction, tree, goal) else { continue };
            let mut chance = self.likely(&arrived, took_s, doubt_s);
            let steps = tree.way(arrived.step);
            let here =
                |entry: &&Entry| entry.metres < arrived.metres && steps.contains(&entry.step) && entry.camera != goal;
            let mut passes = Vec::new();
            for entry in tree.entries.iter().filter(here) {
                let certain = self.ahead.certain[entry.camera as usize];
                let arrival = self.on_the_way(entry.seconds, entry.junctions, &arrived, took_s);
                let shape = Shape::new(arrival, doubt_s);
                for answer in not_seen.iter().filter(|answer| answer.camera == entry.camera) {
                    let within = shape.share(answer.to_s) - shape.share(answer.from_s);
                    chance *= 1.0 - certain * (1.0 - self.settings.miss) * answer.share * within.clamp(0.0, 1.0);
                }
                passes.push(Pass { entry: *entry, arrival, chance: certain });
            }
            ways.push(Gone { tree, arrived, steps, chance, passes });
        }
        let total: f64 = ways.iter().map(|way| way.chance).sum::<f64>().max(1e-300);
        ways.iter_mut().for_each(|way| way.chance /= total);
        ways
    }

    /// What is believed of the cameras between two sightings: those along each family's way.
    pub(super) fn between(
        &self,
        direction: Direction<'_>,
        from: &Sighting,
        to: &Sighting,
        not_seen: &[NotSeen],
    ) -> Belief {
        let mut passes: HashMap<u32, Vec<Pass>> = HashMap::new();
        let Some(start) = self.ahead.camera(&from.camera) else { return Belief { passes } };
        for way in self.ways(direction, &self.trees(false, start), (from, to), not_seen) {
            for pass in way.passes {
                passes.entry(pass.entry.camera).or_default().push(Pass { chance: pass.chance * way.chance, ..pass });
            }
        }
        Belief { passes }
    }

    /// When a place on the way is passed, so many seconds and junctions from its start: at its share of the way, give or take what pace, waits
    /// and an unexplained rest of time may be.
    pub(super) fn on_the_way(&self, seconds: f64, junctions: f64, arrived: &Arrived, took_s: f64) -> Arrival {
        let middle = super::pace::CLASSES / 2;
        let whole = self.paces.arrival(arrived.seconds, arrived.junctions, middle);
        let part = self.paces.arrival(seconds, junctions, middle);
        let share = (part.mean / whole.mean.max(0.1)).clamp(0.0, 1.0);
        let slowest = self.paces.arrival(arrived.seconds, arrived.junctions, 0);
        let rest_s = (took_s - slowest.mean - slowest.variance.sqrt()).max(0.0);
        let scale = (took_s / whole.mean.max(0.1)).max(0.2);
        let variance = whole.variance * share * (1.0 - share) * scale.powi(2) + (rest_s / 3.5).powi(2);
        Arrival { mean: took_s * share, variance }
    }
}

/// The part of a line from so many metres to so many.
fn cut(points: &[Point], from_m: f64, to_m: f64) -> Vec<Point> {
    let mut cut: Vec<Point> = along(points, from_m).into_iter().collect();
    let mut metres = 0.0;
    for pair in points.windows(2) {
        metres += length_m(pair);
        if metres > from_m && metres < to_m {
            cut.push(pair[1]);
        }
    }
    cut.extend(along(points, to_m));
    cut
}
