//! What open pages are told of the work: after it was committed, so that whoever asks then finds it.

use crate::base::Result;
use crate::http::{Desk, Event};
use crate::ingest::Report;
use crate::store::Store;

/// What was told of the state last.
#[derive(Default)]
pub(super) struct News {
    seen: Option<Seen>,
}

#[derive(PartialEq, Eq)]
struct Seen {
    /// Clock checks ever entered, and taken back.
    checks: (u64, u64),
    quarantined: usize,
    missing: usize,
}

impl News {
    /// Tells what a piece of work did.
    pub(super) fn worked(desk: &Desk, report: &Report) {
        for camera in &report.fresh {
            desk.tell(Event::Footage { camera: camera.clone() });
        }
        if report.unreadable + report.gone > 0 || !report.troubles.is_empty() {
            desk.tell(Event::Status);
        }
    }

    /// Tells that something was entered into a trace, to those who may see all its cameras.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn entered(desk: &Desk, store: &Store, trace: i64) -> Result<()> {
        let Some((_, events)) = store.trace(trace)? else { return Ok(()) };
        let mut cameras: Vec<String> =
            events.iter().filter_map(|event| event.entry.camera()).map(str::to_owned).collect();
        cameras.sort();
        cameras.dedup();
        desk.tell(Event::Trace { trace, cameras });
        Ok(())
    }

    /// Tells what others changed: checks are entered at the command line too.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn look(&mut self, desk: &Desk, store: &Store, quarantined: usize, missing: usize) -> Result<()> {
        let now = Seen { checks: store.count_clock_checks()?, quarantined, missing };
        if let Some(before) = &self.seen {
            if before.checks != now.checks {
                desk.tell(Event::Clocks);
            }
            if (before.quarantined, before.missing) != (now.quarantined, now.missing) {
                desk.tell(Event::Status);
            }
        }
        self.seen = Some(now);
        Ok(())
    }
}
