//! The cameras between two sightings: along the families' ways from one to the other, and along the ways by some other place.

use std::collections::HashMap;

use super::belief::{Belief, NotSeen, Pass};
use super::pace::{Arrival, CLASSES, Shape};
use super::tracer::{Direction, Tracer};
use super::tree::{Entry, NONE, Tree};
use super::way::arrive;
use crate::model::Sighting;

/// Ways by some other place are reckoned with in so many families.
const BY_WAY: usize = 3;
/// A journey less likely than this against the likeliest is not reckoned with.
const LEAST: f64 = 1e-6;

/// All ways to have gone from one sighting to the next, each as likely as it is beforehand, explains the time, and what was not seen.
pub(super) struct Gone<'t> {
    pub stems: Vec<Stem<'t>>,
    journeys: Vec<Journey>,
    /// The weight of all of them.
    pub total: f64,
    /// The time between the sightings, seconds.
    pub took_s: f64,
}

/// One way to have gone: along a tree from the first sighting, and then along one from the second back.
struct Journey {
    weight: f64,
    /// How much slower it was than the median pace would be, with waits.
    scale: f64,
    /// Time that even a slow pace does not explain, seconds.
    rest_s: f64,
    /// By stem: the last step on it.
    steps: [(usize, u32); 2],
}

/// A tree along which journeys go.
pub(super) struct Stem<'t> {
    pub tree: &'t Tree,
    /// Whether it is one from the second sighting back.
    pub backward: bool,
    /// On its last step, only what lies before so many metres.
    until: Option<(u32, f64)>,
}

/// Of all journeys through a step: their weight, and the weighted sums of scale, scale² and rest².
pub(super) type Sums = [f64; 4];

impl Gone<'_> {
    /// All journeys through each step of a stem.
    pub(super) fn through(&self, number: usize) -> Vec<Sums> {
        through(number, &self.stems[number], &self.journeys)
    }
}

impl Tracer {
    /// All ways from a sighting to the next, by time, along the trees ahead from the first and those back from the second. Beforehand,
    /// `wander` of all journeys go by some other place, anywhere.
    pub(super) fn gone<'t>(
        &self,
        (ahead, back): (&'t [Tree], &'t [Tree]),
        (from, to): (&Sighting, &Sighting),
        goal: u32,
        not_seen: &[NotSeen],
    ) -> Gone<'t> {
        let took_s = (to.at.as_micros() - from.at.as_micros()) as f64 / 1e6;
        let doubt_s = from.uncertainty_s.hypot(to.uncertainty_s) / 2.0;
        let mut stems: Vec<Stem<'_>> = Vec::new();
        let mut journeys: Vec<Journey> = Vec::new();
        let mut known: HashMap<(i64, i64), f64> = HashMap::new();
        let mut likely = |seconds: f64, junctions: f64| {
            let key = (seconds.round() as i64, junctions.round() as i64);
            *known.entry(key).or_insert_with(|| self.likely((seconds, junctions), took_s, doubt_s))
        };
        let direction = Direction { net: &self.ahead, backward: false };
        let wander = self.settings.wander.clamp(0.001, 1.0);
        let journey_m = self.settings.pace(self.mover).journey_km * 1000.0;
        let mut shortest_m = 1e9_f64;
        for tree in ahead.iter() {
            let Some(arrived) = arrive(direction, tree, goal) else { continue };
            shortest_m = shortest_m.min(arrived.metres);
            let weight = (1.0 - wander) / ahead.len() as f64 * likely(arrived.seconds, arrived.junctions);
            let (scale, rest_s) = self.scale(arrived.seconds, arrived.junctions, took_s);
            journeys.push(Journey { weight, scale, rest_s, steps: [(stems.len(), arrived.step), (0, NONE)] });
            stems.push(Stem { tree, backward: false, until: Some((arrived.step, arrived.metres)) });
        }
        if from.camera == to.camera {
            // It stayed in view all the time: it just went by, or waited there.
            let waited = (-took_s / self.settings.pause_s).exp() / self.settings.pause_s;
            let weight = (1.0 - wander) * (self.likely((0.0, 0.0), took_s, doubt_s) + waited);
            journeys.push(Journey { weight, scale: 1.0, rest_s: 0.0, steps: [(0, NONE); 2] });
        }
        for (out, home) in ahead.iter().zip(back.iter()).take(BY_WAY) {
            let first = journeys.len();
            let mut sum = 0.0;
            for (number, step) in (0u32..).zip(&out.steps) {
                let link = &self.ahead.links()[step.link as usize];
                // Along the link and on, or round on it and back.
                let turned = link.twin.map(|twin| (twin, self.settings.turns_back));
                for (leaving, chance) in [(step.link, 1.0)].into_iter().chain(turned) {
                    let behind = home.step_of.get(leaving as usize).and_then(|at| home.steps.get(*at as usize));
                    let Some(behind) = behind else { continue };
                    let seconds = step.seconds + link.seconds + behind.seconds;
                    if seconds <= 0.0 {
                        continue;
                    }
                    let more_m = (step.metres + link.length_m + behind.metres - shortest_m).max(0.0);
                    let prior = chance * link.length_m * (-more_m / journey_m).exp();
                    sum += prior;
                    let junctions = step.junctions + behind.junctions + 1.0;
                    let (scale, rest_s) = self.scale(seconds, junctions, took_s);
                    let weight = prior * likely(seconds, junctions);
                    let steps = [(stems.len(), number), (stems.len() + 1, behind.parent)];
                    journeys.push(Journey { weight, scale, rest_s, steps });
                }
            }
            let share = wander / BY_WAY as f64 / sum.max(1e-300);
            journeys[first..].iter_mut().for_each(|journey| journey.weight *= share);
            stems.push(Stem { tree: out, backward: false, until: None });
            stems.push(Stem { tree: home, backward: true, until: None });
        }
        let most = journeys.iter().map(|journey| journey.weight).fold(0.0, f64::max);
        journeys.retain(|journey| journey.weight > LEAST * most);
        self.answered(&stems, &mut journeys, not_seen, took_s);
        let total: f64 = journeys.iter().map(|journey| journey.weight).sum::<f64>().max(1e-300);
        Gone { stems, journeys, total, took_s }
    }

    /// What is believed of the cameras between two sightings, by time.
    pub(super) fn between(&self, (from, to): (&Sighting, &Sighting), not_seen: &[NotSeen]) -> Belief {
        let mut passes: HashMap<u32, Vec<Pass>> = HashMap::new();
        let (Some(start), Some(goal)) = (self.ahead.camera(&from.camera), self.ahead.camera(&to.camera)) else {
            return Belief { passes };
        };
        let (ahead, back) = (self.trees(false, start), self.trees(true, goal));
        let gone = self.gone((&ahead, &back), (from, to), goal, not_seen);
        for (number, stem) in gone.stems.iter().enumerate() {
            let sums = gone.through(number);
            for entry in stem.tree.entries.iter().filter(|entry| entry.camera != goal && entry.camera != start) {
                let Some(arrival) = self.passed(stem, entry, &sums, gone.took_s) else { continue };
                let [weight, scales, ..] = sums[entry.step as usize];
                let chance = self.ahead.certain[entry.camera as usize] * weight / gone.total;
                let half_s = entry.half_s * scales / weight;
                if chance >= LEAST {
                    passes.entry(entry.camera).or_default().push(Pass { entry: *entry, arrival, half_s, chance });
                }
            }
        }
        Belief { passes }
    }

    /// How much slower than the median a journey was that took so long, and what of its time no pace explains.
    fn scale(&self, seconds: f64, junctions: f64, took_s: f64) -> (f64, f64) {
        let whole = self.paces.arrival(seconds, junctions, CLASSES / 2);
        let slowest = self.paces.arrival(seconds, junctions, 0);
        let rest_s = (took_s - slowest.mean - slowest.variance.sqrt()).max(0.0);
        ((took_s / whole.mean.max(1.0)).max(0.1), rest_s)
    }

    /// Takes weight from journeys that would have been seen.
    fn answered(&self, stems: &[Stem<'_>], journeys: &mut [Journey], not_seen: &[NotSeen], took_s: f64) {
        let here: Vec<&NotSeen> =
            not_seen.iter().filter(|answer| answer.from_s < took_s + 60.0 && answer.to_s > -60.0).collect();
        if here.is_empty() {
            return;
        }
        for (number, stem) in stems.iter().enumerate() {
            let sums = through(number, stem, journeys);
            let mut kept: HashMap<u32, f64> = HashMap::new();
            for entry in stem.tree.entries.iter().filter(|entry| sums[entry.step as usize][0] > 0.0) {
                let mut answers = here.iter().filter(|answer| answer.camera == entry.camera).peekable();
                if answers.peek().is_none() {
                    continue;
                }
                let Some(arrival) = self.passed(stem, entry, &sums, took_s) else { continue };
                let half_s = entry.half_s;
                let sees = self.ahead.certain[entry.camera as usize] * (1.0 - self.settings.miss);
                let seen: f64 = answers
                    .map(|answer| {
                        let shape = Shape::new(arrival, answer.doubt_s);
                        sees * answer.share
                            * (shape.share(answer.to_s + half_s) - shape.share(answer.from_s - half_s)).max(0.0)
                    })
                    .sum();
                *kept.entry(entry.step).or_insert(1.0) *= 1.0 - seen.min(sees);
            }
            if kept.is_empty() {
                continue;
            }
            let mut along = vec![1.0; stem.tree.steps.len()];
            for (at, step) in stem.tree.steps.iter().enumerate() {
                let before = along.get(step.parent as usize).copied().unwrap_or(1.0);
                along[at] = before * kept.get(&(at as u32)).copied().unwrap_or(1.0);
            }
            for journey in journeys.iter_mut() {
                for (_, step) in journey.steps.iter().filter(|(of, step)| *of == number && *step != NONE) {
                    journey.weight *= along[*step as usize];
                }
            }
        }
    }

    /// When a camera on a stem is passed, if any journey passes it.
    fn passed(&self, stem: &Stem<'_>, entry: &Entry, sums: &[Sums], took_s: f64) -> Option<Arrival> {
        let sums = sums.get(entry.step as usize).filter(|sums| sums[0] > 0.0)?;
        let beyond = stem.until.is_some_and(|(step, metres)| entry.step == step && entry.metres >= metres);
        (!beyond).then(|| self.on_the_way(stem, (entry.seconds, entry.junctions), *sums, took_s))
    }

    /// When a place so many seconds and junctions along a stem is passed by the journeys through its step, which have some weight: at its
    /// share of each journey's time, give or take what pace, waits and an unexplained rest of time may be.
    pub(super) fn on_the_way(
        &self,
        stem: &Stem<'_>,
        (seconds, junctions): (f64, f64),
        [weight, scales, squares, rests]: Sums,
        took_s: f64,
    ) -> Arrival {
        let (scale, square, rest) = (scales / weight, squares / weight, rests / weight);
        let part = self.paces.arrival(seconds, junctions, CLASSES / 2);
        let gone_s = part.mean * scale;
        let share = (gone_s / took_s.max(0.1)).clamp(0.0, 1.0);
        let apart = part.mean.powi(2) * (square - scale.powi(2)).max(0.0);
        let variance = part.variance * scale.powi(2) * (1.0 - share) + apart + rest / 12.0;
        let mean = if stem.backward { took_s - gone_s } else { gone_s };
        Arrival { mean, variance, stops: 0.0, red_s: 0.0, even: true }
    }
}

/// All journeys through each step of a stem.
fn through(number: usize, stem: &Stem<'_>, journeys: &[Journey]) -> Vec<Sums> {
    let mut sums = vec![[0.0; 4]; stem.tree.steps.len()];
    for journey in journeys {
        for (_, step) in journey.steps.iter().filter(|(of, step)| *of == number && *step != NONE) {
            let of = &mut sums[*step as usize];
            let Journey { weight, scale, rest_s, .. } = *journey;
            let own = [weight, weight * scale, weight * scale.powi(2), weight * rest_s.powi(2)];
            of.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
    }
    for at in (0..sums.len()).rev() {
        let own = sums[at];
        if let Some(parent) = sums.get_mut(stem.tree.steps[at].parent as usize) {
            parent.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
    }
    sums
}
