//! Where it may have been by when: for every street the chance that the journey goes along it, and from when to when it would be there.

use std::collections::HashMap;

use super::belief::{weigh, whole};
use super::net::Net;
use super::pace::{Arrival, CLASSES, Paces, Shape};
use super::tracer::{Facts, Side, Start, Tracer};
use super::tree::{NONE, Tree};
use crate::model::Point;

/// A street that is less likely gone along is left out.
const LEAST_CHANCE: f64 = 0.005;
/// A step that holds less of a tree's weight adds nothing that shows.
const LEAST_SHARE: f64 = 1e-4;
/// So many streets at most, the likeliest.
const MOST: usize = 3_000;
/// It is there from the instant that so many of all cases have come until so many have left.
const FIRST: f64 = 0.05;
const LAST: f64 = 0.95;
/// The middle pace: a way between two sightings has none of its own.
const MIDDLE: usize = CLASSES / 2;

/// A street that the journey may go along.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// Its points.
    pub line: Vec<Point>,
    /// How likely it goes along it, in one direction or the other, given all answers.
    pub chance: f64,
    /// Seconds from the sighting, the way one looks: it is on the street earlier than this in one of twenty cases.
    pub first_s: f64,
    /// It has left it by then in nineteen of twenty.
    pub last_s: f64,
}

/// Arrivals of some weight, taken as one of the same mean and variance.
#[derive(Clone, Copy, Default)]
struct Mix {
    weight: f64,
    mean: f64,
    square: f64,
    stops: f64,
    red_s: f64,
    even: bool,
}

impl Mix {
    fn add(&mut self, weight: f64, Arrival { mean, variance, stops, red_s, even }: Arrival) {
        self.weight += weight;
        self.mean += weight * mean;
        self.square += weight * (variance + mean.powi(2));
        self.stops += weight * stops;
        (self.red_s, self.even) = (red_s, even);
    }

    fn arrival(&self) -> Arrival {
        let mean = self.mean / self.weight;
        let variance = (self.square / self.weight - mean.powi(2)).max(0.0);
        Arrival { mean, variance, stops: self.stops / self.weight, red_s: self.red_s, even: self.even }
    }
}

/// What is gathered of a street: both its directions, by pace.
#[derive(Clone, Copy, Default)]
struct Street {
    weight: f64,
    comes: [Mix; CLASSES],
    leaves: [Mix; CLASSES],
}

/// By the lower number of a street's two links.
#[derive(Default)]
struct Streets(HashMap<u32, Street>);

impl Streets {
    fn of(&mut self, net: &Net, link: u32) -> &mut Street {
        let twin = net.links()[link as usize].twin.unwrap_or(link);
        self.0.entry(link.min(twin)).or_default()
    }
}

impl Tracer {
    /// The streets that the journey may go along, by when it may first be there. Nothing for a side that has no sighting, or whose camera is
    /// none of the net.
    pub fn reach(&self, facts: &Facts<'_>, side: Side) -> Vec<Reached> {
        let Some(start) = self.start(facts, side) else { return Vec::new() };
        let net = start.direction.net;
        let (streets, total) = match start.next {
            Some(_) => self.gone_between(&start),
            None => self.gone_beyond(facts, &start),
        };
        let doubt_s =
            start.next.map_or(start.root.uncertainty_s, |next| start.root.uncertainty_s.hypot(next.uncertainty_s))
                / 2.0;
        let horizon_s = self.horizon_s(facts.sightings, side);
        let mut likely: Vec<(u32, Street)> =
            streets.0.into_iter().filter(|(_, street)| street.weight >= LEAST_CHANCE * total).collect();
        likely.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then(a.0.cmp(&b.0)));
        likely.truncate(MOST);
        let pauses = start.next.is_none();
        let reached = likely.into_iter().map(|(link, street)| {
            let at = |mixes: &[Mix; CLASSES], share| quantile(mixes, share, doubt_s, pauses.then_some(&self.paces));
            let first_s = at(&street.comes, FIRST).max(0.0);
            let reached = Reached {
                line: net.links()[link as usize].points.clone(),
                chance: (street.weight / total).min(1.0),
                first_s,
                last_s: at(&street.leaves, LAST).max(first_s),
            };
            (link, reached)
        });
        let mut reached: Vec<(u32, Reached)> = reached.filter(|(_, reached)| reached.first_s <= horizon_s).collect();
        reached.sort_by(|a, b| a.1.first_s.total_cmp(&b.1.first_s).then(a.0.cmp(&b.0)));
        reached.into_iter().map(|(_, reached)| reached).collect()
    }

    /// What all ways on from the sighting go along, and the weight of all of them.
    fn gone_beyond(&self, facts: &Facts<'_>, start: &Start<'_>) -> (Streets, f64) {
        let net = start.direction.net;
        let known = self.known(facts, start);
        let answers = known.answers();
        let (mut streets, mut total) = (Streets::default(), 0.0);
        for tree in self.trees(start.direction.backward, start.camera).iter() {
            let beyond = weigh(net, tree, &self.paces, &self.settings, &known, &answers);
            let all = whole(tree, &beyond);
            total += all;
            for (number, (step, weights)) in (0u32..).zip(tree.steps.iter().zip(&beyond)) {
                let weight: f64 = weights.iter().sum();
                if weight < LEAST_SHARE * all {
                    continue;
                }
                let street = streets.of(net, step.link);
                if !comes_back(net, tree, number) {
                    street.weight += weight;
                }
                let seconds = net.links()[step.link as usize].seconds;
                for (class, weight) in weights.iter().enumerate() {
                    street.comes[class].add(*weight, self.paces.arrival(step.seconds, step.junctions, class));
                    street.leaves[class]
                        .add(*weight, self.paces.arrival(step.seconds + seconds, step.junctions, class));
                }
            }
        }
        (streets, total.max(1e-300))
    }

    /// What the ways between two sightings go along. A street that a way by some other place goes along there and back counts twice.
    fn gone_between(&self, start: &Start<'_>) -> (Streets, f64) {
        let net = start.direction.net;
        let mut streets = Streets::default();
        let Some(next) = start.next else { return (streets, 1.0) };
        let Some(goal) = net.camera(&next.camera) else { return (streets, 1.0) };
        let (ahead, back) = (self.trees(false, start.camera), self.trees(true, goal));
        let gone = self.gone((&ahead, &back), (start.root, next), goal, &start.not_seen);
        for (number, stem) in gone.stems.iter().enumerate() {
            for ((at, step), sums) in (0u32..).zip(&stem.tree.steps).zip(gone.through(number)) {
                let weight = sums[0];
                if weight < LEAST_SHARE * gone.total {
                    continue;
                }
                let street = streets.of(net, step.link);
                if !comes_back(net, stem.tree, at) {
                    street.weight += weight;
                }
                let at = |seconds: f64| {
                    let arrival = self.on_the_way(stem, (seconds, step.junctions), sums, gone.took_s);
                    Arrival { mean: arrival.mean.clamp(0.0, gone.took_s), ..arrival }
                };
                let (near, far) = (step.seconds, step.seconds + net.links()[step.link as usize].seconds);
                let (comes, leaves) = if stem.backward { (far, near) } else { (near, far) };
                street.comes[MIDDLE].add(weight, at(comes));
                street.leaves[MIDDLE].add(weight, at(leaves));
            }
        }
        (streets, gone.total)
    }
}

/// Whether the way to a step has gone along its street before, in the other direction.
fn comes_back(net: &Net, tree: &Tree, number: u32) -> bool {
    let step = &tree.steps[number as usize];
    let twin = net.links()[step.link as usize].twin.and_then(|twin| tree.step_of.get(twin as usize));
    let Some(twin) = twin.copied().filter(|twin| *twin != NONE) else { return false };
    let before = &tree.steps[twin as usize];
    let mut at = step.parent;
    // Seconds grow along a way.
    while let Some(passed) = tree.steps.get(at as usize).filter(|passed| passed.seconds >= before.seconds) {
        if at == twin {
            return true;
        }
        at = passed.parent;
    }
    false
}

/// The instant by which such a share has arrived, seconds, to a tenth; with pauses where paces are given.
fn quantile(mixes: &[Mix; CLASSES], share: f64, doubt_s: f64, pauses: Option<&Paces>) -> f64 {
    let total: f64 = mixes.iter().map(|mix| mix.weight).sum();
    let parts: Vec<(f64, f64, Shape)> = mixes
        .iter()
        .filter(|mix| mix.weight > 1e-6 * total)
        .map(|mix| (mix.weight / total, mix.arrival().mean, Shape::new(mix.arrival(), doubt_s)))
        .collect();
    let arrived = |t: f64| -> f64 {
        let each = parts.iter().map(|(weight, mean, shape)| {
            weight * pauses.map_or_else(|| shape.share(t), |paces| paces.paused(shape, *mean, t))
        });
        each.sum()
    };
    let (mut low, mut high) = (-4.0 * doubt_s - 1.0, 1.0);
    while arrived(high) < share && high < 1e6 {
        (low, high) = (high, high * 2.0);
    }
    while high - low > 0.05 {
        let middle = f64::midpoint(low, high);
        if arrived(middle) < share { low = middle } else { high = middle }
    }
    high
}
