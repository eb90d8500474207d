//! One camera in a window of true time: what it recorded there, and what is missing.

use std::collections::HashSet;

use jiff::Timestamp;

use super::gaps::{self, Gap};
use super::placed::{self, Placed};
use super::{Sight, coverage};
use crate::base::Result;
use crate::index::{CameraWindow, Query};
use crate::model::{Camera, Recording, TrueTime, Window};
use crate::truetime::ClockModel;

/// A camera's part of a window.
#[derive(Clone, Debug)]
pub struct Lane<'a> {
    /// Its clock.
    pub clock: &'a ClockModel,
    /// What touches the window, by true start, then by id.
    pub hits: Vec<(Recording, Placed<'a>)>,
    /// The union of it within the window.
    pub recorded: Vec<Window>,
    /// What is missing, by start.
    pub gaps: Vec<Gap>,
}

impl Lane<'_> {
    /// How wrong times may be in the middle of the window either way, seconds, of the clock and of the readings together; none for
    /// an unchecked clock.
    pub fn uncertainty_s(&self, window: &Window) -> Option<f64> {
        let reading_s = self.hits.iter().map(|(recording, _)| recording.uncertainty_s).fold(0.0, f64::max);
        let clock_s = self.clock.uncertainty_s_at(window.start.plus_micros(window.micros() / 2))?;
        Some(super::round(clock_s + reading_s, 3))
    }
}

/// What of a camera touches a window, by true start, then by id.
///
/// # Errors
/// What the index reports.
pub fn hits<'a>(sight: Sight<'a>, camera: &Camera, window: &Window) -> Result<Vec<(Recording, Placed<'a>)>> {
    let clock = sight.clocks.of(&camera.id);
    let spans = clock.spans_to_camera_widened(window).into_iter();
    let windows = spans.map(|span| CameraWindow { camera: camera.id.clone(), span }).collect();
    let mut seen = HashSet::new();
    let mut found = sight.index.search(&Query::all(windows))?;
    found.retain(|recording| seen.insert(recording.id.clone()));
    let placed = |recording: Recording| {
        let placed = placed::place(clock, &recording, window)?;
        Some((recording, placed))
    };
    let mut hits: Vec<(Recording, Placed<'_>)> = found.into_iter().filter_map(placed).collect();
    hits.sort_by(|(a, at), (b, bt)| at.span.start.cmp(&bt.span.start).then_with(|| a.id.cmp(&b.id)));
    Ok(hits)
}

/// A camera's part of a window; `now` is the present.
///
/// # Errors
/// What store and index report.
pub fn lane<'a>(sight: Sight<'a>, camera: &'a Camera, window: &Window, now: Timestamp) -> Result<Lane<'a>> {
    let clock = sight.clocks.of(&camera.id);
    let hits = hits(sight, camera, window)?;
    let recorded = coverage::union(hits.iter().flat_map(|(r, at)| coverage::recorded(r, &at.run)), window);
    let unreadable = sight.store.unreadable_claims()?;
    let context = gaps::Context {
        camera,
        clock,
        typical_us: sight.store.backgrounds()?.get(&camera.id).map_or(0, |background| background.typical_us),
        unreadable: &unreadable,
        stills: hits.iter().filter(|(r, _)| r.span.is_empty()).map(|(_, at)| at.span.start).collect(),
        now: TrueTime(now),
    };
    let gaps = gaps::explain(sight, &context, &coverage::gaps(&recorded, window))?;
    Ok(Lane { clock, hits, recorded, gaps })
}
