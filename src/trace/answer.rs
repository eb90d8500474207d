//! What is told of a trace, as data. A contract: fields are added, never renamed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::standing::Holds;
use super::tracer::Side;
use crate::base::Said;
use crate::model::{Looked, Mover, Sighting, Span, TraceEvent, TraceHead, TrueTime, Window};
use crate::search::moments::Moment;
use crate::search::{ClockAnswer, Gap};

/// Which way is looked from what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TraceSide)]
pub enum SideWord {
    /// After the last sighting.
    After,
    /// Before the first.
    Before,
    /// Between two.
    Between,
}

impl From<Side> for SideWord {
    fn from(side: Side) -> SideWord {
        match side {
            Side::After => SideWord::After,
            Side::Before => SideWord::Before,
            Side::Between(_) => SideWord::Between,
        }
    }
}

/// What was entered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Entered {
    /// The trace.
    pub trace: i64,
    /// The new event's number.
    pub event: i64,
    /// What contradicts it, kept all the same because a reason was given; and what else whoever entered it should know.
    pub conflicts: Vec<Said>,
}

/// A trace in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TraceSummary {
    /// The trace.
    #[serde(flatten)]
    pub head: TraceHead,
    /// How many sightings hold.
    pub sightings: usize,
    /// When the first of them was, true time.
    pub first: Option<Timestamp>,
    /// When the last was.
    pub last: Option<Timestamp>,
    /// The camera of the last.
    pub last_camera: Option<String>,
    /// How many answers about windows hold.
    pub answers: usize,
}

/// Where it may have been by when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reach {
    /// The trace.
    pub trace: i64,
    /// Which way is looked.
    pub side: SideWord,
    /// The event of the sighting that is gone on from.
    pub from: i64,
    /// When that was, true time.
    pub at: Timestamp,
    /// Whether no camera sees a road of the map: all links are straight lines.
    pub straight: bool,
    /// So far ahead is looked, seconds; between two sightings, what lies between them.
    pub horizon_s: f64,
    /// The streets that it may have gone along, by `first_s`; those it hardly did are left out.
    pub links: Vec<ReachLink>,
}

/// A street that it may have gone along, in either direction.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReachLink {
    /// Its points, as longitude and latitude.
    pub line: Vec<[f64; 2]>,
    /// How likely it goes along it, given all answers, 0 to 1.
    pub chance: f64,
    /// Seconds after the sighting (before it, where one looks before) at which it is there in one of twenty cases …
    pub first_s: f64,
    /// … and by which it has left in nineteen of twenty.
    pub last_s: f64,
}

/// What to look at next.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NextAnswer {
    /// The trace.
    pub trace: i64,
    /// Which way is looked.
    pub side: SideWord,
    /// What moves.
    pub mover: Mover,
    /// Whether no camera sees a road of the map: all distances are straight lines times a factor.
    pub straight: bool,
    /// The windows, the most worth first.
    pub windows: Vec<WindowAnswer>,
    /// What else is to be known, such as cameras likely passed that have nothing.
    pub notes: Vec<Said>,
    /// The cameras that notes name, for the audit.
    #[serde(skip)]
    pub named: Vec<String>,
}

/// A window of a camera.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WindowAnswer {
    /// Its place in the ranking, from 1.
    pub rank: usize,
    /// The camera's id.
    pub camera: String,
    /// As people call it.
    pub name: String,
    /// The group that keeps it.
    pub group: Option<String>,
    /// The event of the sighting that is gone on from.
    pub from: i64,
    /// True time.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// What the camera's own clock shows then, with the offset from UTC of the zone that it is set to.
    pub camera_start: String,
    /// The same of the end.
    pub camera_end: String,
    /// How its clock stands.
    pub clock: ClockAnswer,
    /// How likely it passes there within the window, 0 to 1.
    pub chance: f64,
    /// How likely it passes there at all.
    pub passes: f64,
    /// How likely it passes there while nothing was recorded.
    pub in_gap: f64,
    /// What is expected to be learned, bits a minute of review.
    pub worth: f64,
    /// Metres along the road.
    pub distance_m: f64,
    /// The speed that the window's middle would mean, km/h; null where the window reaches to the sighting itself, or clocks and views
    /// leave the speed open.
    pub kmh: Option<f64>,
    /// Whether the way there is only a straight line times a factor: the map has no road there.
    pub straight: bool,
    /// Share of the window recorded, 0 to 1.
    pub coverage: f64,
    /// What is missing of it, and why.
    pub gaps: Vec<Gap>,
    /// The moments of activity in it, the most remarkable first; none where nobody asked for them.
    pub moments: Vec<Moment>,
}

/// A leg of the route.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LegAnswer {
    /// The events of its sightings.
    pub from: i64,
    /// See `from`.
    pub to: i64,
    /// Metres along the most likely way; null where none leads there, and where both are of one camera.
    pub distance_m: Option<f64>,
    /// What it took, seconds.
    pub took_s: f64,
    /// The speed that this means, km/h.
    pub kmh: Option<f64>,
    /// At least.
    pub kmh_least: Option<f64>,
    /// At most.
    pub kmh_most: Option<f64>,
    /// Whether a part of the way is only a straight line.
    pub straight: bool,
    /// Whether it took much longer than the way needs (a pause, a detour, or another vehicle), or no way is known; never where both
    /// are of one camera.
    pub unexplained: bool,
    /// What cannot be about it.
    pub conflict: Option<Said>,
    /// The way, as longitude and latitude.
    pub way: Vec<[f64; 2]>,
}

/// A trace as it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TraceAnswer {
    /// The trace.
    #[serde(flatten)]
    pub head: TraceHead,
    /// The route: sightings by time.
    pub sightings: Vec<SightingAnswer>,
    /// From each to the next.
    pub legs: Vec<LegAnswer>,
    /// What was looked at and is ruled out, cannot be said, or is missing.
    pub looked: Vec<LookedAnswer>,
    /// Everything that was ever entered.
    pub events: Vec<TraceEvent>,
}

/// An answer about a window.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LookedAnswer {
    /// Its event, who entered it, and what.
    #[serde(flatten)]
    pub looked: Holds<Looked>,
    /// How much of the window had footage when it was answered, seconds; null where that was not kept.
    pub recorded_s: Option<f64>,
    /// Where the clock, corrected since, puts by now what was looked at; null where it is where it was.
    pub now: Option<Window>,
}

/// A sighting of a route.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SightingAnswer {
    /// Its event, who entered it, and what.
    #[serde(flatten)]
    pub sighting: Holds<Sighting>,
    /// As people call the camera.
    pub name: String,
    /// Where the camera hangs; null where it is no longer in the site file.
    pub lat: Option<f64>,
    /// See `lat`.
    pub lon: Option<f64>,
    /// What its own clock showed, as it was read or reckoned when it was entered; with the offset from UTC of the zone that the clock is
    /// set to.
    pub camera_time: String,
    /// What contradicts it.
    pub conflicts: Vec<Said>,
}

impl NextAnswer {
    /// The cameras that it shows something of, and from when to when: for the audit.
    pub fn shows(&self) -> (Vec<String>, Option<Window>) {
        let mut cameras: Vec<String> = self.windows.iter().map(|window| window.camera.clone()).collect();
        cameras.extend_from_slice(&self.named);
        cameras.sort();
        cameras.dedup();
        let start = self.windows.iter().map(|window| window.start).min();
        let end = self.windows.iter().map(|window| window.end).max();
        (cameras, start.zip(end).map(|(start, end)| Span::new(TrueTime(start), TrueTime(end))))
    }
}

impl TraceAnswer {
    /// The same of a trace: its sightings, and what was looked at.
    pub fn shows(&self) -> (Vec<String>, Option<Window>) {
        let seen = self.sightings.iter().map(|sighting| &sighting.sighting.what);
        let looked = self.looked.iter().map(|looked| &looked.looked.what);
        let mut cameras: Vec<String> = seen.clone().map(|seen| seen.camera.clone()).collect();
        cameras.extend(looked.clone().map(|looked| looked.camera.clone()));
        cameras.sort();
        cameras.dedup();
        let window = |seen: &Sighting| {
            let us = (seen.uncertainty_s * 1e6) as i64;
            Span::new(seen.at.plus_micros(-us), seen.at.plus_micros(us))
        };
        let windows = seen.map(window).chain(looked.map(|looked| looked.window));
        (cameras, windows.reduce(|one, other| Span::new(one.start.min(other.start), one.end.max(other.end))))
    }
}

impl Reach {
    /// The same of where it may have been.
    pub fn shows(&self, camera: &str) -> (Vec<String>, Option<Window>) {
        let at = TrueTime(self.at);
        let far = |sign: f64| at.plus_micros((sign * self.horizon_s * 1e6) as i64);
        let window = if self.side == SideWord::Before { Span::new(far(-1.0), at) } else { Span::new(at, far(1.0)) };
        (vec![camera.to_owned()], Some(window))
    }
}

/// What a clock showed, `2023-07-15T21:15:08.4+07:00`, as people write what they read on a picture: `15/7/2023 21:15:08`.
pub fn on_picture(shown: &str) -> String {
    let read: Result<jiff::civil::DateTime, _> = shown.parse();
    read.map_or_else(|_| shown.to_owned(), |read| read.strftime("%-d/%-m/%Y %H:%M:%S").to_string())
}
