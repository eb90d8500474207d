//! A strip as data: `moments` of `search --json` and `ask --json`. A contract: fields are added, never renamed.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::peaks::ToldBy;
use crate::base::Said;
use crate::model::{RecordingId, Window};
use crate::search::answer::PlaceAnswer;
use crate::search::{ClockAnswer, Gap};
use crate::store::ThumbnailPlace;

/// The moments of a window, of several cameras.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Strip {
    /// The window asked about, true time.
    pub window: Window,
    /// The place asked about.
    pub place: PlaceAnswer,
    /// At most so many moments were asked for.
    pub most: usize,
    /// The moments, by start.
    pub moments: Vec<Moment>,
    /// When cameras recorded and their activity is known, and nothing stood out before any of them. Time that no camera recorded
    /// is not in here; that which another camera missed may be, and stands in its gaps.
    pub quiet: Vec<Stretch>,
    /// Candidates that were left out, being less remarkable than those shown. Their time is not quiet.
    pub left_out: usize,
    /// Every camera asked about.
    pub cameras: Vec<StripCamera>,
}

/// A moment that is worth a look.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Moment {
    /// The camera.
    pub camera: String,
    /// Its beginning, true time.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// When most happens.
    pub peak: Timestamp,
    /// How remarkable it is before this camera at this hour, 0 to 1: s ÷ (s + 60) where it was busy for s seconds.
    pub score: f64,
    /// Half-width of the interval that its times are believed to lie in, seconds: of the reading and of the clock together.
    pub uncertainty_s: f64,
    /// The clock's share of it; null for an unchecked clock, which may be wrong by any amount.
    pub clock_uncertainty_s: Option<f64>,
    /// Moments of neighbouring cameras at about the same time have the same number, from 1 by first appearance.
    pub group: usize,
    /// The recording that holds the still.
    pub recording: RecordingId,
    /// Presentation time of the still, microseconds on the file's own timeline; a keyframe.
    pub pts_us: i64,
    /// The same after the recording's start, seconds on the camera's clock: what `frame --at +…s` takes.
    pub offset_s: f64,
    /// Where the still lies in the reels; null where it has to be decoded.
    pub thumbnail: Option<ThumbnailPlace>,
    /// How far activity lies above what is usual, 0 (not) to 1, every two seconds from a little before to a little after; null
    /// where nothing is known.
    pub activity: Vec<Option<f64>>,
    /// Why it is one.
    pub why: Said,
    /// The still's file, where one was written.
    pub still: Option<String>,
}

/// A stretch of true time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stretch {
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

/// One camera's part.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StripCamera {
    /// The site file's id.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// The group that keeps it.
    pub group: Option<String>,
    /// Metres to the place.
    pub distance_m: f64,
    /// How its clock stands in the middle of the window.
    pub clock: ClockAnswer,
    /// Share of the window recorded, 0 to 1.
    pub coverage: f64,
    /// How its activity is known. By nothing: it recorded, and nobody can say whether anything happened without looking.
    pub told_by: ToldBy,
    /// How many moments are its.
    pub moments: usize,
    /// Candidates that were left out.
    pub left_out: usize,
    /// When it recorded and nothing stood out.
    pub quiet: Vec<Stretch>,
    /// When it recorded and nothing tells whether anything happened: it has to be watched. Never quiet.
    pub untold: Vec<Stretch>,
    /// What is missing, by start. Never quiet.
    pub gaps: Vec<Gap>,
}

impl From<Window> for Stretch {
    fn from(window: Window) -> Stretch {
        Stretch { start: window.start.0, end: window.end.0 }
    }
}
