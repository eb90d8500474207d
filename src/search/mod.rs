//! Which cameras were near a place at a time, what they recorded, and what is missing.

pub mod accepting;
pub mod activity;
pub mod answer;
pub mod checking;
pub mod clocks;
pub mod coverage;
pub mod days;
pub mod estimates;
pub mod gaps;
pub mod lane;
pub mod missing;
pub mod moments;
pub mod neighbours;
pub mod page;
pub mod placed;
pub mod playback;
pub mod show;
pub mod status;
pub mod text;
pub mod timeline;
pub mod witness;

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::base::{Error, Kind, Result};
use crate::index::{CameraWindow, FootageIndex, Query};
use crate::model::{Camera, Doubt, Point, Recording, TrueTime, Window, shown_path};
use crate::place::{Shape, bearing_deg, distance_m, sees};
use crate::say;
use crate::store::{Background, FileOfRecording, Store, UnreadableClaim};

pub use answer::{Answer, CameraAnswer, PlaceAnswer, RecordingAnswer, TimeAnswer};
pub use clocks::{ClockAnswer, Clocks};
pub use coverage::{State, Stretch};
pub use gaps::{Gap, GapReason};
use placed::Placed;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// When, in true time.
    pub window: Window,
    /// Where.
    pub at: Point,
    /// The street, the route or the area that is meant, where it is more than a point.
    pub shape: Option<Shape>,
    /// How far around, metres, > 0; around an area 0 too.
    pub radius_m: f64,
    /// The name under which the place was found.
    pub place: Option<String>,
    /// Only these cameras, where named (still within the radius).
    pub cameras: Option<Vec<String>>,
    /// The present: what lies after it cannot have been recorded.
    pub now: Timestamp,
}

/// The site as a search needs it.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// All cameras.
    pub cameras: &'a [Camera],
    /// The zone in which people here say times.
    pub zone: &'a TimeZone,
    /// The truth.
    pub store: &'a Store,
    /// The index.
    pub index: &'a dyn FootageIndex,
    /// The cameras' clocks.
    pub clocks: &'a Clocks,
}

/// Answers: every camera within the radius, nearest first, with what it recorded in the window and what is missing.
///
/// # Errors
/// [`Kind::Usage`] for an empty window, a radius that is none, or an unknown camera; else what store and index report.
pub fn search(sight: Sight<'_>, ask: &Ask) -> Result<Answer> {
    check(sight, ask)?;
    let near = near(sight.cameras, ask);
    let mut windows = Vec::new();
    for Near { camera, .. } in &near {
        let spans = sight.clocks.of(&camera.id).spans_to_camera_widened(&ask.window);
        windows.extend(spans.into_iter().map(|span| CameraWindow { camera: camera.id.clone(), span }));
    }
    let mut hits: HashMap<String, Vec<Recording>> = HashMap::new();
    let mut seen = HashSet::new();
    for recording in sight.index.search(&Query::all(windows))? {
        if seen.insert(recording.id.clone()) {
            hits.entry(recording.camera.clone()).or_default().push(recording);
        }
    }
    let backgrounds = sight.store.backgrounds()?;
    let unreadable = sight.store.unreadable_claims()?;
    let cameras = near
        .into_iter()
        .map(|near| {
            let camera = near.camera;
            let recordings = hits.remove(&camera.id).unwrap_or_default();
            let of = Of { sight, ask, camera, background: backgrounds.get(&camera.id), unreadable: &unreadable };
            camera_answer(&of, &near, &recordings)
        })
        .collect::<Result<_>>()?;
    Ok(Answer { window: ask.window, place: PlaceAnswer::of(ask), cameras })
}

/// What one camera's part of an answer is made from.
struct Of<'a> {
    sight: Sight<'a>,
    ask: &'a Ask,
    camera: &'a Camera,
    background: Option<&'a Background>,
    unreadable: &'a [UnreadableClaim],
}

fn camera_answer(of: &Of<'_>, near: &Near<'_>, recordings: &[Recording]) -> Result<CameraAnswer> {
    let Of { sight, ask, camera, background, unreadable } = *of;
    let clock = sight.clocks.of(&camera.id);
    let mut hits: Vec<(&Recording, Placed<'_>)> =
        recordings.iter().filter_map(|r| placed::place(clock, r, &ask.window).map(|placed| (r, placed))).collect();
    hits.sort_by(|(a, at), (b, bt)| at.span.start.cmp(&bt.span.start).then_with(|| a.id.cmp(&b.id)));
    let spans: Vec<Window> = hits.iter().flat_map(|(r, placed)| coverage::recorded(r, &placed.run)).collect();
    let recorded = coverage::union(spans.iter().copied(), &ask.window);
    let middle = ask.window.start.plus_micros(ask.window.micros() / 2);
    let doubt_s = clock.uncertainty_s_at(middle).unwrap_or(0.0)
        + hits.iter().map(|(recording, _)| recording.uncertainty_s).fold(0.0, f64::max);
    let certainty = coverage::certainty(spans, &ask.window, (doubt_s * 1e6) as i64);
    let share = |states: &[State]| told_share(coverage::share_of(&certainty, states, &ask.window));
    let context = gaps::Context {
        camera,
        clock,
        typical_us: background.map_or(0, |b| b.typical_us),
        unreadable,
        stills: hits.iter().filter(|(r, _)| r.span.is_empty()).map(|(_, placed)| placed.span.start).collect(),
        now: TrueTime(ask.now),
    };
    Ok(CameraAnswer {
        id: camera.id.clone(),
        name: camera.name.clone(),
        group: camera.group.clone(),
        distance_m: round(near.distance_m, 1),
        bearing_deg: round(bearing_deg(camera.at, near.point), 1) % 360.0,
        sees_place: camera.view.is_some_and(|view| sees(camera.at, &view, near.point)),
        clock: ClockAnswer::at(clock, middle),
        coverage: told_share(coverage::share(&recorded, &ask.window)),
        coverage_sure: share(&[State::Recorded]),
        coverage_possible: share(&[State::Recorded, State::CannotSay]),
        recordings: hits
            .iter()
            .map(|(recording, placed)| recording_answer(of, recording, placed))
            .collect::<Result<_>>()?,
        gaps: gaps::explain(sight, &context, &coverage::gaps(&recorded, &ask.window))?,
        certainty,
        looked_at: scanned(sight, camera)?,
    })
}

fn check(sight: Sight<'_>, ask: &Ask) -> Result<()> {
    if ask.window.is_empty() {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "khoảng thời gian rỗng hoặc ngược: giờ cuối phải sau giờ đầu",
                "the window is empty or reversed: its end must come after its start"
            ),
        ));
    }
    let within = matches!(ask.shape, Some(Shape::Area(_)));
    if !(ask.radius_m.is_finite() && (ask.radius_m > 0.0 || within && ask.radius_m == 0.0)) {
        return Err(Error::new(Kind::Usage, say!("bán kính phải lớn hơn 0", "the radius must be greater than 0")));
    }
    for id in ask.cameras.iter().flatten() {
        if !sight.cameras.iter().any(|camera| camera.id == *id) {
            return Err(Error::new(
                Kind::Usage,
                say!("không có camera \"{id}\" trong tệp cấu hình", "there is no camera \"{id}\" in the site file"),
            ));
        }
    }
    Ok(())
}

/// A camera near the place.
struct Near<'a> {
    camera: &'a Camera,
    /// Metres to the place's nearest point; 0 within an area.
    distance_m: f64,
    /// That point; the camera's own within an area.
    point: Point,
}

/// The cameras asked about, nearest first; by id where equally near.
fn near<'a>(cameras: &'a [Camera], ask: &Ask) -> Vec<Near<'a>> {
    let near = |camera: &'a Camera| {
        let shaped = ask.shape.as_ref().and_then(|shape| shape.nearest(camera.at));
        let (point, distance_m) = shaped.unwrap_or_else(|| (ask.at, distance_m(camera.at, ask.at)));
        Near { camera, distance_m, point }
    };
    let mut near: Vec<Near<'_>> = cameras
        .iter()
        .filter(|camera| ask.cameras.as_ref().is_none_or(|named| named.contains(&camera.id)))
        .map(near)
        .filter(|near| near.distance_m <= ask.radius_m)
        .collect();
    near.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then_with(|| a.camera.id.cmp(&b.camera.id)));
    near
}

fn recording_answer(of: &Of<'_>, recording: &Recording, placed: &Placed<'_>) -> Result<RecordingAnswer> {
    let Of { sight, camera, background, .. } = *of;
    let file = sight.store.file_of(&recording.id)?;
    let mut doubts = sight.store.doubts(&recording.id)?;
    doubts.extend(next_contradicts(sight.store, recording, &doubts)?);
    let offset_us = recording.span.start.as_micros().saturating_sub(placed.span.start.as_micros());
    Ok(RecordingAnswer {
        id: recording.id.clone(),
        path: file.as_ref().map(|file| shown_path(&camera.footage, &file.path)).unwrap_or_default(),
        start: placed.span.start.0,
        end: placed.span.end.0,
        certain: placed.certain,
        camera_start: answer::with_offset(recording.span.start.0, sight.zone),
        time: TimeAnswer {
            source: recording.time_source,
            offset_s: offset_us as f64 / 1e6,
            uncertainty_s: round(recording.uncertainty_s + placed.clock_s.unwrap_or(0.0), 3),
            clock_uncertainty_s: placed.clock_s.map(|s| round(s, 3)),
        },
        codec: recording.codec.clone(),
        width: recording.width,
        height: recording.height,
        keyframes: recording.keyframes,
        activity: activity::scores(recording, background),
        has_audio: recording.has_audio,
        recording: file.is_some_and(|file| file.growing),
        doubts,
    })
}

/// A recording and the next may meet so closely, microseconds, whatever their lengths.
const MEET_US: i64 = 3_000_000;

/// That the camera's next recording starts before this one ends, where this one's length is doubtful: elsewhere two files of one
/// time are no contradiction, but the same seen twice.
///
/// # Errors
/// When the store fails.
pub fn next_contradicts(store: &Store, recording: &Recording, doubts: &[Doubt]) -> Result<Option<Doubt>> {
    if !doubts.iter().any(Doubt::is_of_length) {
        return Ok(None);
    }
    let next = store.next_start(&recording.camera, recording.span.start)?;
    let over_us = next.map(|next| recording.span.end.as_micros().saturating_sub(next.as_micros()));
    Ok(over_us.filter(|us| *us > MEET_US).map(|us| Doubt::NextContradicts { by_s: us as f64 / 1e6 }))
}

/// When the camera's folder was last looked through from end to end.
fn scanned(sight: Sight<'_>, camera: &Camera) -> Result<Option<Timestamp>> {
    sight.store.last_scan(folder_key(sight.cameras, camera))
}

/// The key under which the store keeps a camera's footage folder: the first camera of the site file that records into it.
pub fn folder_key<'a>(cameras: &'a [Camera], camera: &'a Camera) -> &'a str {
    cameras.iter().find(|other| other.footage == camera.footage).map_or(&camera.id, |first| &first.id)
}

/// A share to four digits that is 0 only where there is nothing and 1 only where all is there: a minute of a month is not nothing.
fn told_share(share: f64) -> f64 {
    match round(share, 4) {
        rounded if share > 0.0 && rounded <= 0.0 => 0.0001,
        rounded if share < 1.0 && rounded >= 1.0 => 0.9999,
        rounded => rounded,
    }
}

/// Where a recording's native files lie. Whether they are still there is for the caller to see.
pub fn native_paths(cameras: &[Camera], files: &[FileOfRecording]) -> Vec<PathBuf> {
    let path_of = |file: &FileOfRecording| {
        let folder = &cameras.iter().find(|camera| camera.id == file.folder)?.footage;
        Some(folder.join(OsStr::from_bytes(&file.path)))
    };
    files.iter().filter_map(path_of).collect()
}

fn round(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}
