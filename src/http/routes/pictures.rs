//! Pictures: the frame of a camera at an instant or one beside it, a frame of a recording, a sampled thumbnail. Each is a look, and
//! written down.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::{RefOr, Response as Described};
use utoipa::{IntoParams, IntoResponses, ToSchema};

use super::footage::{clocks, enter, native, nothing, recording, sight};
use super::told::{self, Told};
use super::{Asked, Path, answered};
use crate::base::{Error, Kind};
use crate::http::album;
use crate::http::desk::{Desk, Hands};
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Looked, Visitor};
use crate::media::{FrameAsk, ImageFormat, Which};
use crate::model::{Act, Camera, Fault, Purpose, Recording, Span, TrueTime};
use crate::reel::{self, ReelPlace};
use crate::say;
use crate::search::Clocks;
use crate::search::answer::with_offset;
use crate::search::playback::{Shown, shown_at};

/// A frame's width, pixels.
const WIDTHS: std::ops::RangeInclusive<u32> = 16..=4_096;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct At {
    /// True time.
    at: Timestamp,
    /// Pixels, 16 to 4096; else as it was recorded.
    width: Option<u32>,
    /// Which picture of the instant.
    #[serde(default)]
    #[param(inline, required = false)]
    snap: Snap,
    /// The frame before (`-1`) or after (`1`) the one shown; with `snap=frame`.
    #[param(inline)]
    step: Option<Step>,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// Which picture of an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Snap {
    /// The frame shown then.
    #[default]
    Frame,
    /// The last keyframe by then.
    Keyframe,
    /// The sampled thumbnail that lies nearest, which needs no decoding.
    Thumbnail,
}

/// From the frame shown to one beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
enum Step {
    #[serde(rename = "-1")]
    Back,
    // A plus that was not escaped is a space.
    #[serde(rename = "1", alias = "+1", alias = " 1")]
    On,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Of {
    /// Presentation time on the file's own timeline, microseconds.
    pts_us: i64,
    /// Pixels, 16 to 4096; else as it was recorded.
    width: Option<u32>,
    /// The frame before (`-1`) or after (`1`) the one shown then.
    #[param(inline)]
    step: Option<Step>,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// A sampled thumbnail.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Sampled {
    /// Its presentation time on the file's own timeline, microseconds.
    pts_us: i64,
    /// Not heeded: a thumbnail is as wide as it was sampled.
    #[allow(dead_code)]
    width: Option<u32>,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// A picture, as the description tells of it.
pub(in crate::http) struct Jpeg;

impl IntoResponses for Jpeg {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        told::responses("image/jpeg", "The picture", &TOLD)
    }
}

/// What is told of a picture beside it.
const TOLD: Told<5> = [
    ("x-truyvet-recording", "The recording's id"),
    ("x-truyvet-pts-us", "Presentation time on the file's own timeline, microseconds"),
    ("x-truyvet-time", "When it was shown, true time"),
    (
        "x-truyvet-camera-time",
        "When that was on the camera's clock, with the offset from UTC of the zone that it is set to",
    ),
    ("x-truyvet-uncertainty-s", "How wrong the time may be either way, seconds; empty: the clock is unchecked"),
];

fn which(step: Option<Step>) -> Which {
    match step {
        None => Which::Shown,
        Some(Step::Back) => Which::Before,
        Some(Step::On) => Which::After,
    }
}

/// A picture, and when it was shown.
struct Picture {
    jpeg: Bytes,
    recording: String,
    pts_us: i64,
    time: TrueTime,
    /// With the offset from UTC of the zone that the camera's clock is set to.
    camera_time: String,
    /// Seconds; none for an unchecked clock.
    uncertainty_s: Option<f64>,
}

impl IntoResponse for Picture {
    fn into_response(self) -> Response {
        let mut response = self.jpeg.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
        // The picture of an instant stays the same while the clock is not checked anew; a browser may keep it for the view.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=300"));
        let values = [
            self.recording,
            self.pts_us.to_string(),
            self.time.0.to_string(),
            self.camera_time,
            self.uncertainty_s.map(|s| format!("{s:.3}")).unwrap_or_default(),
        ];
        told::tell(headers, &TOLD, values);
        response
    }
}

fn width(width: Option<u32>) -> Result<(), Problem> {
    match width {
        Some(width) if !WIDTHS.contains(&width) => {
            Err(Problem::bad(say!("width phải từ 16 đến 4096", "width must be 16 to 4096")))
        }
        _ => Ok(()),
    }
}

/// A look that was let in.
struct Look<'a, 'h> {
    hands: &'a mut Hands<'h>,
    visitor: &'a Visitor,
    purpose: Purpose,
    clocks: &'a Clocks,
}

/// The picture of a camera at an instant of true time: a look.
#[utoipa::path(
    get, path = "/cameras/{camera}/frame", tag = "pictures", operation_id = "frame_at",
    params(("camera" = String, Path, description = "The camera's id"), At),
    responses(Jpeg),
)]
pub(in crate::http) async fn at(
    State(desk): State<Desk>,
    caller: Caller,
    Path(camera): Path<String>,
    Asked(asked): Asked<At>,
) -> Result<Response, Problem> {
    let who = caller.clone();
    let picture = desk.work(move |mut hands| {
        let (visitor, purpose) = enter(&who, &mut hands, asked.purpose)?;
        width(asked.width)?;
        if asked.step.is_some() && asked.snap != Snap::Frame {
            return Err(Problem::bad(say!("step chỉ đi với snap=frame", "step goes with snap=frame only")));
        }
        let camera = visitor.camera(&hands.known.site.cameras, &camera)?.clone();
        let clocks = clocks(&hands)?;
        let at = TrueTime(asked.at);
        let mut look = Look { hands: &mut hands, visitor: &visitor, purpose, clocks: &clocks };
        match (asked.snap, asked.step) {
            (Snap::Frame, None) => shown(&mut look, &camera, at, asked.width),
            (Snap::Frame, Some(step)) => stepped(&mut look, &camera, at, step, asked.width),
            (Snap::Keyframe, _) => keyframe(&mut look, &camera, at, asked.width),
            (Snap::Thumbnail, _) => nearest_thumbnail(&mut look, &camera, at),
        }
    });
    answered(&caller, picture).await.map(IntoResponse::into_response)
}

impl Look<'_, '_> {
    /// What a camera shows at an instant.
    fn at(&self, camera: &Camera, at: TrueTime) -> Result<Shown, Problem> {
        let shown = shown_at(sight(self.hands, self.clocks), camera, at)?;
        shown.ok_or_else(|| nothing(self.hands, self.clocks, camera, at))
    }

    /// The frame of a recording, from the album or decoded; none where there is none beside it.
    fn frame(
        &mut self,
        recording: &Recording,
        pts_us: i64,
        which: Which,
        width: Option<u32>,
    ) -> Result<Option<Arc<album::Shot>>, Problem> {
        let asked = album::Asked::new(recording, pts_us, which, width);
        if let Some(shot) = self.hands.album.find(&asked) {
            return Ok(Some(shot));
        }
        let row = self.hands.store.recording(&recording.id)?.ok_or_else(Problem::not_found)?;
        let path = native(self.hands, &row)?;
        let ask = FrameAsk { pts_us, which, width, format: ImageFormat::Jpeg };
        match self.hands.media.frame(&path, ask) {
            Ok(frame) => Ok(Some(self.hands.album.keep(asked, frame))),
            Err(why) if why.fault == Fault::NoPackets && which != Which::Shown => Ok(None),
            Err(why) => Err(Error::caused_by(Kind::Media, why.fault.say(), why.detail).into()),
        }
    }

    /// Writes down that a picture is shown at an instant, and gives it.
    fn show(
        &mut self,
        recording: &Recording,
        pts_us: i64,
        time: TrueTime,
        uncertainty_s: Option<f64>,
        jpeg: Bytes,
    ) -> Result<Picture, Problem> {
        let looked = Looked {
            act: Act::Frame,
            cameras: vec![recording.camera.clone()],
            window: Span::new(time, time),
            purpose: self.purpose.clone(),
            detail: json!({ "recording": recording.id, "pts_us": pts_us }),
        };
        self.visitor.note(self.hands, looked)?;
        let site = &self.hands.known.site;
        let camera = site.cameras.iter().find(|camera| camera.id == recording.camera);
        let zone = camera.map_or(&site.zone, |camera| &camera.zone);
        let camera_time = with_offset(recording.camera_time_of(pts_us).0, zone);
        Ok(Picture { jpeg, recording: recording.id.to_string(), pts_us, time, camera_time, uncertainty_s })
    }

    /// The same of a frame whose recording is read on its clock as best it can be.
    fn show_of(&mut self, recording: &Recording, pts_us: i64, jpeg: Bytes) -> Result<Picture, Problem> {
        let run = self.clocks.of(&recording.camera).best_line_of(recording.span.start);
        let camera_time = recording.camera_time_of(pts_us);
        let uncertainty_s = run.uncertainty_s(camera_time).map(|s| s + recording.uncertainty_s);
        self.show(recording, pts_us, run.to_true(camera_time), uncertainty_s, jpeg)
    }
}

fn shown(look: &mut Look<'_, '_>, camera: &Camera, at: TrueTime, width: Option<u32>) -> Result<Picture, Problem> {
    let shown = look.at(camera, at)?;
    let shot = look.frame(&shown.recording, shown.pts_us, Which::Shown, width)?.ok_or_else(Problem::not_found)?;
    look.show(&shown.recording, shot.pts_us, shown.time_of(shot.pts_us), shown.uncertainty_s, shot.jpeg.clone())
}

/// The frame before or after the one shown at an instant, also when that is in the recording before or after.
fn stepped(
    look: &mut Look<'_, '_>,
    camera: &Camera,
    at: TrueTime,
    step: Step,
    width: Option<u32>,
) -> Result<Picture, Problem> {
    let here = look.at(camera, at)?;
    let beside = look.frame(&here.recording, here.pts_us, which(Some(step)), width)?;
    if let Some(shot) = beside.filter(|shot| here.holds(shot.pts_us)) {
        return look.show(
            &here.recording,
            shot.pts_us,
            here.time_of(shot.pts_us),
            here.uncertainty_s,
            shot.jpeg.clone(),
        );
    }
    // The next piece's first frame, or the last of the one before: across a seam, not across a gap.
    let there = match step {
        Step::On => here.after(sight(look.hands, look.clocks), camera)?,
        Step::Back => here.before(sight(look.hands, look.clocks), camera)?,
    };
    let Some(there) = there else {
        let beyond = if step == Step::On { here.window.end } else { here.window.start.plus_micros(-1) };
        return Err(nothing(look.hands, look.clocks, camera, beyond));
    };
    let mut shot = look.frame(&there.recording, there.pts_us, Which::Shown, width)?.ok_or_else(Problem::not_found)?;
    if step == Step::On && !there.holds(shot.pts_us) {
        // The one shown at its cut began before.
        let next = look.frame(&there.recording, shot.pts_us, Which::After, width)?;
        shot = next.ok_or_else(|| nothing(look.hands, look.clocks, camera, there.window.end))?;
    }
    look.show(&there.recording, shot.pts_us, there.time_of(shot.pts_us), there.uncertainty_s, shot.jpeg.clone())
}

fn keyframe(look: &mut Look<'_, '_>, camera: &Camera, at: TrueTime, width: Option<u32>) -> Result<Picture, Problem> {
    let shown = look.at(camera, at)?;
    let pts_us = shown.keyframe().ok_or_else(Problem::not_found)?;
    let shot = look.frame(&shown.recording, pts_us, Which::Shown, width)?.ok_or_else(Problem::not_found)?;
    look.show(&shown.recording, shot.pts_us, shown.time_of(shot.pts_us), shown.uncertainty_s, shot.jpeg.clone())
}

fn nearest_thumbnail(look: &mut Look<'_, '_>, camera: &Camera, at: TrueTime) -> Result<Picture, Problem> {
    let shown = look.at(camera, at)?;
    let set = look.hands.store.thumbnails(&shown.recording.id)?.ok_or_else(Problem::not_found)?;
    let nearest = set.places.into_iter().min_by_key(|place| place.pts_us.abs_diff(shown.pts_us));
    let place = nearest.ok_or_else(Problem::not_found)?;
    let pts_us = place.pts_us;
    let at = ReelPlace { reel: place.reel, offset: place.offset, length: place.length };
    let jpeg = reel::read(&look.hands.known.site.data.join(reel::FOLDER), &at)?;
    look.show(&shown.recording, pts_us, shown.time_of(pts_us), shown.uncertainty_s, jpeg.into())
}

/// The frame of a recording at a presentation time, or one beside it: a look.
#[utoipa::path(
    get, path = "/recordings/{recording}/frame", tag = "pictures", operation_id = "frame",
    params(("recording" = String, Path, description = "The recording's id"), Of),
    responses(Jpeg),
)]
pub(in crate::http) async fn frame(
    State(desk): State<Desk>,
    caller: Caller,
    Path(id): Path<String>,
    Asked(asked): Asked<Of>,
) -> Result<Response, Problem> {
    let who = caller.clone();
    let picture = desk.work(move |mut hands| {
        let (visitor, purpose) = enter(&who, &mut hands, asked.purpose)?;
        width(asked.width)?;
        let row = recording(&hands, &visitor, &id)?;
        let clocks = clocks(&hands)?;
        let mut look = Look { hands: &mut hands, visitor: &visitor, purpose, clocks: &clocks };
        let shot = look.frame(&row.recording, asked.pts_us, which(asked.step), asked.width)?;
        let shot = shot.ok_or_else(|| {
            let why = say!("Đoạn ghi này không còn khung hình nào nữa.", "This recording has no further frame.");
            Problem::no_footage(why)
        })?;
        look.show_of(&row.recording, shot.pts_us, shot.jpeg.clone())
    });
    answered(&caller, picture).await.map(IntoResponse::into_response)
}

/// A sampled thumbnail, which needs no decoding: a look.
#[utoipa::path(
    get, path = "/recordings/{recording}/thumbnail", tag = "pictures", operation_id = "thumbnail",
    params(("recording" = String, Path, description = "The recording's id"), Sampled),
    responses(Jpeg),
)]
pub(in crate::http) async fn thumbnail(
    State(desk): State<Desk>,
    caller: Caller,
    Path(id): Path<String>,
    Asked(asked): Asked<Sampled>,
) -> Result<Response, Problem> {
    let who = caller.clone();
    let picture = desk.work(move |mut hands| {
        let (visitor, purpose) = enter(&who, &mut hands, asked.purpose)?;
        let row = recording(&hands, &visitor, &id)?;
        let set = hands.store.thumbnails(&row.recording.id)?.ok_or_else(Problem::not_found)?;
        let found = set.places.iter().find(|place| place.pts_us == asked.pts_us);
        let place = found.ok_or_else(Problem::not_found)?;
        let at = ReelPlace { reel: place.reel.clone(), offset: place.offset, length: place.length };
        let jpeg = reel::read(&hands.known.site.data.join(reel::FOLDER), &at)?;
        let clocks = clocks(&hands)?;
        let mut look = Look { hands: &mut hands, visitor: &visitor, purpose, clocks: &clocks };
        look.show_of(&row.recording, asked.pts_us, jpeg.into())
    });
    answered(&caller, picture).await.map(IntoResponse::into_response)
}
