//! The first sign of a fire: the earliest sustained rise of brightness against a camera's own night.
//!
//! What is known is the mean luma of sampled thumbnails, one in ten seconds or so. A rise is **sustained** when the two minutes
//! after it stay bright, which headlights and lightning do not. The time of a rise is between the earliest that its growth allows and
//! the first thumbnail that was surely brighter. A fire grows over minutes and flickers; a lamp is there at once, is
//! steady, and goes out at once; daylight grows slowly, is steady, and comes before most cameras. Where that does not tell, the
//! answer says so. A lamp that flickers, or a fire whose growth nobody saw, looks like the other.

mod one;
#[cfg(test)]
mod tests;

use serde::Serialize;
use utoipa::ToSchema;

use super::load::load;
use super::series::{Footage, Series};
use super::{AROUND_US, Stretch};
use crate::base::{Result, Said};
use crate::model::{RecordingId, Span, TrueTime, Window};
use crate::say;
use crate::search::answer::PlaceAnswer;
use crate::search::{Ask, ClockAnswer, Gap, Sight, coverage, placed, round};
use crate::store::ThumbnailPlace;
use one::{Seen, of_one};

/// Daylight comes before several cameras within so long, microseconds.
const SAME_LIGHT_US: i64 = 1_800_000_000;
/// Recorded time without a thumbnail that was judged for longer than this, microseconds, was not seen.
const UNSEEN_US: i64 = 90_000_000;

/// What a rise looks like. The words are a contract: extend, never rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RiseLook)]
pub enum Look {
    /// It grew over more than half a minute and did not stay still: as a fire does.
    Growing,
    /// It was there at once and stayed as it was: a lamp, or the camera's own infrared light.
    Step,
    /// It grew, slowly and steadily, before several cameras: daylight, or the moon.
    Daylight,
    /// Neither clearly.
    Unclear,
}

impl Look {
    /// Whether it may be a fire.
    pub fn may_be_fire(self) -> bool {
        matches!(self, Look::Growing | Look::Unclear)
    }

    /// The look as a sentence.
    pub fn say(self) -> Said {
        match self {
            Look::Growing => say!("sáng dần và chập chờn, như lửa", "grows and flickers, as a fire does"),
            Look::Step => say!("sáng ngay rồi giữ nguyên, như bật đèn", "there at once, then steady, as a lamp is"),
            Look::Daylight => {
                say!("sáng dần, đều, ở nhiều camera: trời sáng", "grows steadily before several cameras: daylight")
            }
            Look::Unclear => {
                say!("không rõ là lửa hay đèn, hãy xem hình", "cannot be told from a lamp: look at the picture")
            }
        }
    }
}

/// A sustained rise of brightness.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Rise {
    /// The camera.
    pub camera: String,
    /// The earliest that it may have begun, true time. Of a `Look::Step` the last thumbnail that was as dark as before; of all
    /// else earlier, since the first glow is not seen: how much, the growth that is seen tells.
    pub not_before: jiff::Timestamp,
    /// The first thumbnail that was surely brighter: it began no later. More often shortly before this than shortly after
    /// `not_before`.
    pub sure_by: jiff::Timestamp,
    /// The middle of the two.
    pub time: jiff::Timestamp,
    /// How far `time` may be wrong either way, seconds: half of what lies between the two, the reading and the clock together.
    pub uncertainty_s: f64,
    /// The clock's share of it; null for an unchecked clock, which may be wrong by any amount.
    pub clock_uncertainty_s: Option<f64>,
    /// What it looks like.
    pub look: Look,
    /// The night's luma before, 0 to 255.
    pub before: f64,
    /// How many steps of luma it rose within five minutes.
    pub by: f64,
    /// The recording and presentation time, microseconds, of the first thumbnail that was surely brighter.
    pub recording: RecordingId,
    /// See `recording`.
    pub pts_us: i64,
    /// The same after the recording's start, seconds on the camera's clock.
    pub offset_s: f64,
    /// Where it lies in the reels.
    pub thumbnail: Option<ThumbnailPlace>,
    /// Whether it is the earliest, of all cameras, that grows as a fire does; where none does, the earliest that is unclear.
    pub first: bool,
    /// The still's file, where one was written.
    pub still: Option<String>,
}

/// The rises of a window. What `search --mode brightness --json` prints; a contract: fields are added, never renamed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Brightness {
    /// The window asked about, true time.
    pub window: Window,
    /// The place asked about.
    pub place: PlaceAnswer,
    /// Every sustained rise, by time.
    pub rises: Vec<Rise>,
    /// Every camera asked about.
    pub cameras: Vec<BrightnessCamera>,
}

/// One camera's part.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BrightnessCamera {
    /// The site file's id.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// Metres to the place.
    pub distance_m: f64,
    /// How its clock stands in the middle of the window.
    pub clock: ClockAnswer,
    /// When it recorded, and no thumbnail tells how bright it was: not taken yet, or too few around to hold them against.
    pub unseen: Vec<Stretch>,
    /// What is missing, by start.
    pub gaps: Vec<Gap>,
}

/// The sustained rises that begin in a window, by time, and what was not seen of each camera. The footage should reach
/// [`AROUND_US`] beyond the window.
pub fn rises(footage: &[Footage<'_>], window: &Window) -> (Vec<Rise>, Vec<Vec<Window>>) {
    let whole = Span::new(window.start.plus_micros(-AROUND_US), window.end.plus_micros(AROUND_US));
    let mut found: Vec<(usize, Seen)> = Vec::new();
    let (mut unseen, mut series) = (Vec::new(), Vec::new());
    for (camera, footage) in footage.iter().enumerate() {
        let one = Series::new(footage, whole);
        let (seen, judged) = of_one(&one.glimpses);
        found.extend(seen.into_iter().map(|seen| (camera, seen)));
        unseen.push(not_seen(&one, &judged, window));
        series.push(one);
    }
    let watching = series.iter().filter(|series| !series.glimpses.is_empty()).count();
    let together: Vec<usize> = found.iter().map(|(_, seen)| cameras_near(&found, seen)).collect();
    let mut rises: Vec<Rise> = Vec::new();
    for ((camera, seen), together) in found.iter().zip(together) {
        let widespread = together >= 3 && 3 * together >= watching;
        let look = match seen.look {
            Look::Growing | Look::Unclear if widespread && !seen.restless => Look::Daylight,
            look => look,
        };
        let inside = window.contains(TrueTime::from_micros(seen.sure_by));
        rises.extend(rise(&footage[*camera], &series[*camera], seen, look).filter(|_| inside));
    }
    rises.sort_by(|a, b| (a.time, &a.camera).cmp(&(b.time, &b.camera)));
    // What cannot be told from a lamp is none before what looks like a fire.
    let first =
        [Look::Growing, Look::Unclear].into_iter().find_map(|look| rises.iter().position(|rise| rise.look == look));
    if let Some(first) = first {
        rises[first].first = true;
    }
    (rises, unseen)
}

/// Answers: the sustained rises of the cameras asked about.
///
/// # Errors
/// As [`super::strip()`].
pub fn brightness(sight: Sight<'_>, ask: &Ask) -> Result<Brightness> {
    let loaded = load(sight, ask)?;
    let footage = loaded.footage(sight);
    let (rises, unseen) = rises(&footage, &ask.window);
    let middle = ask.window.start.plus_micros(ask.window.micros() / 2);
    let mut cameras = Vec::new();
    for ((held, unseen), footage) in loaded.cameras.iter().zip(unseen).zip(&footage) {
        let recorded = coverage::union(Series::new(footage, ask.window).stretches, &ask.window);
        cameras.push(BrightnessCamera {
            id: held.camera.id.clone(),
            name: held.camera.name.clone(),
            distance_m: round(held.distance_m, 1),
            clock: ClockAnswer::at(sight.clocks.of(&held.camera.id), middle),
            unseen: unseen.into_iter().map(Stretch::from).collect(),
            gaps: held.gaps(sight, ask, &loaded, &recorded)?,
        });
    }
    Ok(Brightness { window: ask.window, place: PlaceAnswer::of(ask), rises, cameras })
}

/// How many cameras had a rise that was not switched on at about that time, its own among them.
fn cameras_near(found: &[(usize, Seen)], seen: &Seen) -> usize {
    let near = |other: &&(usize, Seen)| {
        other.1.look != Look::Step && other.1.sure_by.abs_diff(seen.sure_by) <= SAME_LIGHT_US as u64
    };
    let mut cameras: Vec<usize> = found.iter().filter(near).map(|(camera, _)| *camera).collect();
    cameras.dedup();
    cameras.len()
}

fn rise(footage: &Footage<'_>, series: &Series, seen: &Seen, look: Look) -> Option<Rise> {
    let glimpse = series.glimpses.get(seen.glimpse)?;
    let recording = footage.recordings.get(glimpse.recording)?;
    let placed = placed::place(footage.clock, recording, &series.whole)?;
    let half_us = (seen.sure_by - seen.not_before) / 2;
    let places = footage.thumbnails.get(&recording.id);
    let after_us =
        recording.camera_time_of(glimpse.pts_us).as_micros().saturating_sub(recording.span.start.as_micros());
    Some(Rise {
        camera: footage.camera.to_owned(),
        not_before: TrueTime::from_micros(seen.not_before).0,
        sure_by: TrueTime::from_micros(seen.sure_by).0,
        time: TrueTime::from_micros(seen.not_before + half_us).0,
        uncertainty_s: round(half_us as f64 / 1e6 + recording.uncertainty_s + placed.clock_s.unwrap_or(0.0), 3),
        clock_uncertainty_s: placed.clock_s.map(|s| round(s, 3)),
        look,
        before: round(seen.before, 1),
        by: round(seen.by, 1),
        recording: recording.id.clone(),
        pts_us: glimpse.pts_us,
        offset_s: (after_us as f64 / 1e3).ceil() / 1e3,
        thumbnail: places.into_iter().flatten().find(|place| place.pts_us == glimpse.pts_us).cloned(),
        first: false,
        still: None,
    })
}

/// The parts of a window that were recorded and have no thumbnail near that was judged.
fn not_seen(series: &Series, judged: &[i64], window: &Window) -> Vec<Window> {
    let reach = |at: &i64| {
        let at = TrueTime::from_micros(*at);
        Span::new(at.plus_micros(-UNSEEN_US / 2), at.plus_micros(UNSEEN_US / 2))
    };
    let seen = coverage::union(judged.iter().map(reach), &series.whole);
    let recorded = coverage::union(series.stretches.iter().copied(), window);
    super::without(&recorded, &seen, window)
}
