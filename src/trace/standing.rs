//! What holds of a trace: its events, less those that were undone, and what in them cannot be.

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::TraceSummary;
use super::tracer::Tracer;
use crate::base::Said;
use crate::model::{Entry, Looked, Sighting, TraceEvent, TraceHead, Verdict};
use crate::say;

/// An entry that holds, with its event's number and who made it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Holds<T> {
    /// The event's number.
    pub event: i64,
    /// Who entered it.
    pub by: String,
    /// When.
    pub entered_at: jiff::Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: T,
}

/// What holds of a trace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// By time; equal ones as entered.
    pub sightings: Vec<Holds<Sighting>>,
    /// As entered.
    pub looked: Vec<Holds<Looked>>,
}

/// A window of which this share was watched contradicts a sighting in it.
const WATCHED: f64 = 0.5;
/// No way is longer than so many times the distance as the crow flies, and so many metres: who has time for that is not asked how.
const SURELY_WITHIN: f64 = 6.0;
const SURELY_WITHIN_M: f64 = 1_000.0;
/// No camera tells a person or a vehicle from others so far away, metres.
const SEES_FAR_M: f64 = 100.0;

impl Standing {
    /// What holds after some events.
    pub fn of(events: &[TraceEvent]) -> Standing {
        let undone =
            |id: i64| events.iter().any(|other| matches!(other.entry, Entry::Undone { event, .. } if event == id));
        let mut standing = Standing::default();
        for event in events.iter().filter(|event| !undone(event.id)) {
            let (id, by, entered_at) = (event.id, event.by.clone(), event.entered_at);
            match &event.entry {
                Entry::Seen(what) => standing.sightings.push(Holds { event: id, by, entered_at, what: what.clone() }),
                Entry::Looked(what) => standing.looked.push(Holds { event: id, by, entered_at, what: what.clone() }),
                Entry::Undone { .. } => {}
            }
        }
        standing.sightings.sort_by_key(|sighting| sighting.what.at);
        standing
    }

    /// The trace in a list.
    pub fn summary(&self, head: TraceHead) -> TraceSummary {
        let (first, last) = (self.sightings.first(), self.sightings.last());
        TraceSummary {
            head,
            sightings: self.sightings.len(),
            first: first.map(|first| first.what.at.0),
            last: last.map(|last| last.what.at.0),
            last_camera: last.map(|last| last.what.camera.clone()),
            answers: self.looked.len(),
        }
    }

    /// The sightings without who entered them.
    pub fn seen(&self) -> Vec<Sighting> {
        self.sightings.iter().map(|sighting| sighting.what.clone()).collect()
    }

    /// What contradicts a sighting, whether it is one of these or a new one: speeds that are impossible, and windows in which it was
    /// looked for at that camera and not seen.
    pub fn contradictions(&self, sighting: &Sighting, tracer: &Tracer) -> Vec<Said> {
        let mut said = Vec::new();
        // All others and not the neighbours only: a vague sighting between two may hide that they exclude each other.
        for other in self.sightings.iter().map(|other| &other.what).filter(|other| *other != sighting) {
            let (from, to) = if other.at <= sighting.at { (other, sighting) } else { (sighting, other) };
            said.extend(impossible(from, to, tracer));
        }
        for looked in self.looked.iter().filter(|looked| looked.what.camera == sighting.camera) {
            let (number, by) = (looked.event, &looked.by);
            if let Verdict::NotSeen { share } = looked.what.verdict
                && share >= WATCHED
                && was_looked_at(&looked.what, sighting)
            {
                said.push(say!(
                    "#{number}: {by} đã xem đoạn này và không thấy",
                    "#{number}: {by} watched this window and did not see it"
                ));
            }
        }
        said
    }

    /// What contradicts an answer: somebody saw it at that camera within the window that is said to have been watched in vain.
    pub fn against(&self, looked: &Looked) -> Vec<Said> {
        if !matches!(looked.verdict, Verdict::NotSeen { share } if share >= WATCHED) {
            return Vec::new();
        }
        let seen = self
            .sightings
            .iter()
            .filter(|sighting| sighting.what.camera == looked.camera && was_looked_at(looked, &sighting.what));
        let said = |sighting: &Holds<Sighting>| {
            let (number, by) = (sighting.event, &sighting.by);
            say!("#{number}: {by} đã thấy ở đó trong đoạn này", "#{number}: {by} saw it there within this window")
        };
        seen.map(said).collect()
    }
}

/// Whether an answer about a camera is about the moment of a sighting there: by the camera's own clock where both have it, which holds
/// whatever is known of that clock, and only where there was something to look at.
fn was_looked_at(looked: &Looked, sighting: &Sighting) -> bool {
    match (&looked.own, sighting.shown) {
        (Some(own), Some(shown)) => own.recorded.iter().any(|span| span.contains(shown)),
        _ => looked.window.contains(sighting.at),
    }
}

/// That nobody can get from one sighting to the next in that time.
pub(super) fn impossible(from: &Sighting, to: &Sighting, tracer: &Tracer) -> Option<Said> {
    let top = tracer.settings.pace(tracer.mover).top_kmh;
    let apart_m = tracer.apart_m(&from.camera, &to.camera)?;
    let took_s = (to.at.as_micros() - from.at.as_micros()) as f64 / 1e6;
    if from.camera == to.camera || top / 3.6 * took_s > SURELY_WITHIN * apart_m + SURELY_WITHIN_M {
        return None;
    }
    // Where no way is known, it is at least as far as the crow flies, less what both cameras see.
    let doubt_s = from.uncertainty_s + to.uncertainty_s;
    let flown_kmh = (apart_m - 2.0 * SEES_FAR_M).max(0.0) / (took_s + doubt_s).max(1.0) * 3.6;
    let speed = tracer.speed(from, to);
    let (metres, least_kmh) = speed.map_or((apart_m, flown_kmh), |speed| (speed.metres, speed.least_kmh));
    if least_kmh <= top {
        return None;
    }
    let (a, b, kmh) = (&from.camera, &to.camera, least_kmh.min(9_999.0));
    Some(say!(
        "từ {a} đến {b} là {metres:.0} m, ít nhất phải đi {kmh:.0} km/h, nhanh nhất chỉ có thể {top:.0} km/h",
        "from {a} to {b} it is {metres:.0} m, which needs at least {kmh:.0} km/h; at most {top:.0} km/h is possible"
    ))
}
