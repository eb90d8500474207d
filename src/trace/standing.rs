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

    /// The answers without who gave them.
    pub fn answers(&self) -> Vec<Looked> {
        self.looked.iter().map(|looked| looked.what.clone()).collect()
    }

    /// What contradicts a sighting, whether it is one of these or a new one: speeds that are impossible, and windows in which it was
    /// looked for at that camera and not seen.
    pub fn contradictions(&self, sighting: &Sighting, tracer: &Tracer) -> Vec<Said> {
        let mut said = Vec::new();
        let others = || self.sightings.iter().map(|other| &other.what).filter(|other| *other != sighting);
        let before = others().filter(|other| other.at <= sighting.at).max_by_key(|other| other.at);
        let after = others().filter(|other| other.at > sighting.at).min_by_key(|other| other.at);
        for (from, to) in
            before.map(|before| (before, sighting)).into_iter().chain(after.map(|after| (sighting, after)))
        {
            said.extend(impossible(from, to, tracer));
        }
        for looked in self.looked.iter().filter(|looked| looked.what.camera == sighting.camera) {
            let (number, by) = (looked.event, &looked.by);
            if let Verdict::NotSeen { share } = looked.what.verdict
                && share >= 0.5
                && looked.what.window.contains(sighting.at)
            {
                said.push(say!(
                    "#{number}: {by} đã xem đoạn này và không thấy",
                    "#{number}: {by} watched this window and did not see it"
                ));
            }
        }
        said
    }
}

/// That nobody can get from one sighting to the next in that time.
fn impossible(from: &Sighting, to: &Sighting, tracer: &Tracer) -> Option<Said> {
    let speed = tracer.speed(from, to)?;
    let top = tracer.settings.pace(tracer.mover).top_kmh;
    if speed.least_kmh <= top {
        return None;
    }
    let (a, b, metres, kmh) = (&from.camera, &to.camera, speed.metres, speed.least_kmh.min(9_999.0));
    Some(say!(
        "từ {a} đến {b} là {metres:.0} m, ít nhất phải đi {kmh:.0} km/h, nhanh nhất chỉ có thể {top:.0} km/h",
        "from {a} to {b} it is {metres:.0} m, which needs at least {kmh:.0} km/h; at most {top:.0} km/h is possible"
    ))
}
