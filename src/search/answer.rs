//! The answer of a search as data: what `search --json` prints. A contract: fields are added, never renamed.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::Ask;
use super::clocks::ClockAnswer;
use super::coverage::Stretch;
use super::gaps::Gap;
use crate::model::{Doubt, RecordingId, TimeSource, Window};
use crate::place::Shape;

/// The answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = FoundCameras)]
pub struct Answer {
    /// The window asked about, true time.
    pub window: Window,
    /// The place asked about.
    pub place: PlaceAnswer,
    /// Every camera within the radius, nearest first, also those with nothing.
    pub cameras: Vec<CameraAnswer>,
}

/// The place asked about.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Place)]
pub struct PlaceAnswer {
    /// WGS 84 degrees.
    pub lat: f64,
    /// WGS 84 degrees.
    pub lon: f64,
    /// Metres.
    pub radius_m: f64,
    /// The gazetteer's name; null where a point was given.
    pub name: Option<String>,
    /// `point`, `line` or `area`: what distances are measured to.
    pub shape: &'static str,
}

impl PlaceAnswer {
    /// The place of a question.
    pub(super) fn of(ask: &Ask) -> PlaceAnswer {
        PlaceAnswer {
            lat: ask.at.lat,
            lon: ask.at.lon,
            radius_m: ask.radius_m,
            name: ask.place.clone(),
            shape: ask.shape.as_ref().map_or("point", Shape::word),
        }
    }
}

/// One camera's part.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = FoundCamera)]
pub struct CameraAnswer {
    /// The site file's id.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// The group that keeps it.
    pub group: Option<String>,
    /// Metres from the camera to the place, to a decimetre.
    pub distance_m: f64,
    /// Direction from the camera to the place, degrees clockwise from north: to be compared with its azimuth.
    pub bearing_deg: f64,
    /// Whether its stated field of view holds the place; false where none is stated.
    pub sees_place: bool,
    /// How its clock stands in the middle of the window.
    pub clock: ClockAnswer,
    /// Share of the window recorded, 0 to 1.
    pub coverage: f64,
    /// The share that was recorded however wrong the times may be.
    pub coverage_sure: f64,
    /// The share that may have been recorded.
    pub coverage_possible: f64,
    /// The window cut into what was recorded, what was not, and what nobody can say since the times are uncertain.
    pub certainty: Vec<Stretch>,
    /// What it recorded in the window, by start.
    pub recordings: Vec<RecordingAnswer>,
    /// What is missing, by start.
    pub gaps: Vec<Gap>,
    /// When its folder was last looked through from end to end; null: never.
    pub looked_at: Option<Timestamp>,
}

/// One recording.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = FoundRecording)]
pub struct RecordingAnswer {
    /// For `show` and `frame`.
    pub id: RecordingId,
    /// The native file; below its camera's folder where the port tells it.
    pub path: String,
    /// First frame, true time.
    pub start: Timestamp,
    /// End of the last frame, true time.
    pub end: Timestamp,
    /// Whether it overlaps the window however wrong its camera's clock may be.
    pub certain: bool,
    /// First frame as the camera's clock said it, RFC 3339 in the site's zone.
    pub camera_start: String,
    /// Where the time comes from and how sure it is.
    pub time: TimeAnswer,
    /// FFmpeg's name of the video codec.
    pub codec: String,
    /// Upright pixels.
    pub width: u32,
    /// Upright pixels.
    pub height: u32,
    /// How many keyframes it holds.
    pub keyframes: u32,
    /// 0 (still) to 1 for each keyframe and what follows it, in order; empty where the file tells nothing.
    pub activity: Vec<f64>,
    /// Whether it has sound.
    pub has_audio: bool,
    /// Whether its file was still being written when it was listed: there is more to come.
    pub recording: bool,
    /// What is doubtful about it.
    pub doubts: Vec<Doubt>,
}

/// Where a time comes from.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = TimeOrigin)]
pub struct TimeAnswer {
    /// What told it.
    pub source: TimeSource,
    /// Camera time − true time, seconds; positive when the camera is fast.
    pub offset_s: f64,
    /// Half-width of the interval that the start is believed to lie in, seconds: of the reading and of the clock together.
    pub uncertainty_s: f64,
    /// The clock's share of it; null for an unchecked clock, which may be wrong by any amount.
    pub clock_uncertainty_s: Option<f64>,
}

/// An instant as RFC 3339 with the zone's offset, to the millisecond where it is not a whole second.
pub fn with_offset(t: Timestamp, zone: &TimeZone) -> String {
    let format = if t.subsec_nanosecond() == 0 { "%Y-%m-%dT%H:%M:%S%:z" } else { "%Y-%m-%dT%H:%M:%S%.3f%:z" };
    t.to_zoned(zone.clone()).strftime(format).to_string()
}
