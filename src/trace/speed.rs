//! The speed that two sightings mean, as a range: places are as uncertain as a camera sees far, times as clocks are.

use super::tracer::Tracer;
use super::way::Way;
use crate::model::Sighting;

/// A speed between two sightings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Metres along the way.
    pub metres: f64,
    /// As told by the middle of both, km/h; none where they are at the same instant.
    pub kmh: Option<f64>,
    /// It was at least so much, km/h.
    pub least_kmh: f64,
    /// It was at most so much, km/h; none where the times may be equal.
    pub most_kmh: Option<f64>,
}

/// So little time, seconds, is none.
const NONE_S: f64 = 0.5;

impl Tracer {
    /// The speed between two sightings, by time; none where no way leads from one to the other, or they are of one camera.
    pub fn speed(&self, from: &Sighting, to: &Sighting) -> Option<Speed> {
        if from.camera == to.camera {
            return None;
        }
        self.best_way(from, to).map(|way| speed(&way, from, to))
    }
}

/// The speed along a way.
pub(super) fn speed(way: &Way, from: &Sighting, to: &Sighting) -> Speed {
    let took_s = (to.at.as_micros() - from.at.as_micros()) as f64 / 1e6;
    let doubt_s = from.uncertainty_s + to.uncertainty_s;
    let kmh = |metres: f64, seconds: f64| metres / seconds * 3.6;
    let (least_m, most_m) = ((way.metres - way.slack_m).max(0.0), way.metres + way.slack_m);
    let shortest_s = took_s - doubt_s;
    Speed {
        metres: way.metres,
        kmh: (took_s > NONE_S).then(|| kmh(way.metres, took_s)),
        least_kmh: kmh(least_m, (took_s + doubt_s).max(NONE_S)),
        most_kmh: (shortest_s > NONE_S).then(|| kmh(most_m, shortest_s)),
    }
}
