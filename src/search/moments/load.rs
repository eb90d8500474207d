//! From index and store to the footage of the cameras asked about: one search of the index, one reading of thumbnails.

use std::collections::{HashMap, HashSet};

use super::{AROUND_US, Footage};
use crate::base::{Error, Kind, Result};
use crate::index::{CameraWindow, Query};
use crate::model::Window;
use crate::model::{Camera, Recording, RecordingId, Span, TrueTime};
use crate::say;
use crate::search::{Ask, Gap, Near, Sight, check, coverage, gaps, near, placed};
use crate::store::{Background, ThumbnailPlace, UnreadableClaim};

/// Longer windows, microseconds, have too many moments to be looked at as one strip.
pub const LONGEST_US: i64 = 8 * 24 * 3_600_000_000;

/// So many moments are shown where nobody says otherwise.
pub const MOST: usize = 60;

/// The cameras asked about, with what is known of them.
pub(super) struct Loaded<'a> {
    /// Nearest first.
    pub cameras: Vec<Held<'a>>,
    thumbnails: HashMap<RecordingId, Vec<ThumbnailPlace>>,
    backgrounds: HashMap<String, Background>,
    unreadable: Vec<UnreadableClaim>,
}

/// One camera.
pub(super) struct Held<'a> {
    pub camera: &'a Camera,
    /// Metres to the place.
    pub distance_m: f64,
    pub recordings: Vec<Recording>,
}

impl Loaded<'_> {
    /// The footage of each camera, in order.
    pub(super) fn footage<'b>(&'b self, sight: Sight<'b>) -> Vec<Footage<'b>> {
        let of = |held: &'b Held<'_>| Footage {
            camera: &held.camera.id,
            at: held.camera.at,
            clock: sight.clocks.of(&held.camera.id),
            recordings: &held.recordings,
            thumbnails: &self.thumbnails,
        };
        self.cameras.iter().map(of).collect()
    }
}

impl Held<'_> {
    /// What is missing of the window, and why; `recorded` is what is not.
    pub(super) fn gaps(
        &self,
        sight: Sight<'_>,
        ask: &Ask,
        loaded: &Loaded<'_>,
        recorded: &[Window],
    ) -> Result<Vec<Gap>> {
        let clock = sight.clocks.of(&self.camera.id);
        let stills = self.recordings.iter().filter(|recording| recording.span.is_empty());
        let mut stills: Vec<TrueTime> =
            stills.filter_map(|recording| Some(placed::place(clock, recording, &ask.window)?.span.start)).collect();
        stills.sort_unstable();
        let context = gaps::Context {
            camera: self.camera,
            clock,
            typical_us: loaded.backgrounds.get(&self.camera.id).map_or(0, |background| background.typical_us),
            unreadable: &loaded.unreadable,
            stills,
            now: TrueTime(ask.now),
        };
        gaps::explain(sight, &context, &coverage::gaps(recorded, &ask.window))
    }
}

/// Everything that a strip is made from.
pub(super) fn load<'a>(sight: Sight<'a>, ask: &Ask) -> Result<Loaded<'a>> {
    check(sight, ask)?;
    if ask.window.micros() > LONGEST_US {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "khoảng thời gian quá dài: dải hình xem được nhiều nhất 8 ngày một lần",
                "the window is too long: a strip holds eight days at most"
            ),
        ));
    }
    let held = |near: Near<'a>| Held { camera: near.camera, distance_m: near.distance_m, recordings: Vec::new() };
    let mut cameras: Vec<Held<'a>> = near(sight.cameras, ask).into_iter().map(held).collect();
    let whole = Span::new(ask.window.start.plus_micros(-AROUND_US), ask.window.end.plus_micros(AROUND_US));
    let mut windows = Vec::new();
    for Held { camera, .. } in &cameras {
        let spans = sight.clocks.of(&camera.id).spans_to_camera_widened(&whole);
        windows.extend(spans.into_iter().map(|span| CameraWindow { camera: camera.id.clone(), span }));
    }
    let mut hits: HashMap<String, Vec<Recording>> = HashMap::new();
    let (mut seen, mut ids) = (HashSet::new(), Vec::new());
    for recording in sight.index.search(&Query::all(windows))? {
        if seen.insert(recording.id.clone()) {
            ids.push(recording.id.clone());
            hits.entry(recording.camera.clone()).or_default().push(recording);
        }
    }
    for held in &mut cameras {
        held.recordings = hits.remove(&held.camera.id).unwrap_or_default();
    }
    Ok(Loaded {
        cameras,
        thumbnails: sight.store.thumbnails_of(&ids)?,
        backgrounds: sight.store.backgrounds()?,
        unreadable: sight.store.unreadable_claims()?,
    })
}
