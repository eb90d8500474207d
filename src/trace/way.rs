//! The way that was most likely gone between two sightings.

use super::pace::{Arrival, Shape};
use super::tracer::{Direction, Tracer};
use super::tree::Tree;
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
    pub step: u32,
    pub seconds: f64,
    pub metres: f64,
    pub junctions: f64,
    sight_m: f64,
}

pub(super) fn arrive(direction: Direction<'_>, tree: &Tree, camera: u32) -> Option<Arrived> {
    let arrived = direction.net.sights_of(camera).filter_map(|sight| {
        let number = *tree.step_of.get(sight.link as usize)?;
        let step = tree.steps.get(number as usize)?;
        let link = &direction.net.links()[sight.link as usize];
        let (from_m, to_m) = direction.net.in_view(sight);
        let middle = f64::midpoint(from_m, to_m);
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
            let likely = self.likely((arrived.seconds, arrived.junctions), took_s, doubt_s);
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
        let Arrival { mean, variance, .. } = self.paces.arrival(way.seconds, way.junctions, 0);
        took_s > mean + 3.0 * variance.sqrt() + 15.0
    }

    /// How well a way of so many seconds at the median pace and so many junctions explains the time that it took, over all paces.
    pub(super) fn likely(&self, (seconds, junctions): (f64, f64), took_s: f64, doubt_s: f64) -> f64 {
        let classes = 0..super::pace::CLASSES;
        let each = classes.map(|class| {
            let arrival = self.paces.arrival(seconds, junctions, class);
            Shape::new(arrival, doubt_s.hypot(2.0)).density(took_s)
        });
        // Whatever took long may have had a pause in it, or hours of them, the more likely the shorter the way.
        let usual = self.paces.arrival(seconds, junctions, super::pace::CLASSES / 2).mean;
        let delay_s = self.paces.delay_s(usual);
        let paused = self.paces.delayed(usual) * (-(took_s - usual).max(0.0) / delay_s).exp() / delay_s;
        each.sum::<f64>() / super::pace::CLASSES as f64 + paused + 1e-5 / (1.0 + seconds.max(0.0))
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
