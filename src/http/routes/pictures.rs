//! Pictures: the frame of a camera at an instant, a frame of a recording, a sampled thumbnail. Each is a look, and written down.

use std::collections::BTreeMap;
use std::path::PathBuf;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::{ContentBuilder, HeaderBuilder, ObjectBuilder, RefOr, ResponseBuilder, Type};
use utoipa::{IntoParams, IntoResponses, PartialSchema};

use super::{Asked, Path, answered};
use crate::base::{Error, Kind};
use crate::http::desk::{Desk, Hands};
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Looked, Visitor};
use crate::index::{CameraWindow, FootageIndex, Query};
use crate::media::{FrameAsk, ImageFormat};
use crate::model::{Act, Purpose, Recording, RecordingId, Right, Span, TrueTime};
use crate::reel::{self, ReelPlace};
use crate::say;
use crate::search::{self, Clocks};
use crate::store::RecordingRow;

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
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Of {
    /// Presentation time on the file's own timeline, microseconds.
    pts_us: i64,
    /// Pixels, 16 to 4096; else as it was recorded.
    width: Option<u32>,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// A picture, as the description tells of it.
pub(in crate::http) struct Jpeg;

impl IntoResponses for Jpeg {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let bytes = ObjectBuilder::new().schema_type(Type::String).content_media_type("image/jpeg");
        let content = ContentBuilder::new().schema(Some(bytes)).build();
        let mut shown = ResponseBuilder::new().description("The picture").content("image/jpeg", content);
        for (name, what) in TOLD {
            let header = HeaderBuilder::new().schema(Some(String::schema())).description(Some(what)).build();
            shown = shown.header(name, header);
        }
        let damaged = ResponseBuilder::new().description("`damaged`: the file cannot be read there");
        [("200", shown.build()), ("422", damaged.build())]
            .map(|(status, response)| (status.to_owned(), response.into()))
            .into()
    }
}

/// What is told of a picture beside it.
const TOLD: [(&str, &str); 4] = [
    ("x-truyvet-recording", "The recording's id"),
    ("x-truyvet-pts-us", "Presentation time on the file's own timeline, microseconds"),
    ("x-truyvet-time", "When it was shown, true time"),
    ("x-truyvet-camera-time", "When that was on the camera's clock"),
];

/// A picture, and when it was shown.
struct Picture {
    jpeg: Vec<u8>,
    recording: RecordingId,
    pts_us: i64,
    time: Timestamp,
    camera_time: Timestamp,
}

impl IntoResponse for Picture {
    fn into_response(self) -> Response {
        let mut response = Bytes::from(self.jpeg).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
        // The picture of an instant stays the same while the clock is not checked anew; a browser may keep it for the view.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=300"));
        let values =
            [self.recording.to_string(), self.pts_us.to_string(), self.time.to_string(), self.camera_time.to_string()];
        for ((name, _), value) in TOLD.into_iter().zip(values) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
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

fn gone() -> Problem {
    Problem::not_found()
}

/// Footage may be seen to look at it, and to check a clock by it.
fn enter(who: &Caller, hands: &mut Hands<'_>, purpose: Option<i64>) -> Result<(Visitor, Purpose), Problem> {
    match who.enter(hands, Right::Look) {
        Ok(visitor) => {
            let purpose = visitor.purpose(hands, purpose)?;
            Ok((visitor, purpose))
        }
        Err(refused) => {
            let visitor = who.enter(hands, Right::Clocks).map_err(|_| refused)?;
            Ok((visitor, Purpose { text: Some("kiểm giờ camera".to_owned()), emergency: false }))
        }
    }
}

/// The frame that a camera showed at an instant of true time: a look.
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
        let site = &hands.known.site;
        let camera = visitor.camera(&site.cameras, &camera)?.id.clone();
        let clocks = Clocks::load(hands.store, &site.cameras, &site.clock.settings())?;
        let clock = clocks.of(&camera);
        let at = TrueTime(asked.at);
        let instant = Span::new(at, at.plus_micros(1));
        let windows = clock.spans_to_camera_widened(&instant);
        let windows = windows.into_iter().map(|span| CameraWindow { camera: camera.clone(), span }).collect();
        let found = hands.index.search(&Query::all(windows))?;
        let holds = |recording: &&Recording| {
            let span = clock.best_line_of(recording.span.start).span_to_true(&recording.span);
            span.contains(at) || span.is_empty() && span.start == at
        };
        let recording = found.iter().find(holds).ok_or_else(gone)?;
        let pts_us = recording.pts_of(clock.best_line_of(recording.span.start).to_camera(at));
        let row = hands.store.recording(&recording.id)?.ok_or_else(gone)?;
        take(&mut hands, &visitor, purpose, &row, FrameAsk { pts_us, width: asked.width, format: ImageFormat::Jpeg })
    });
    answered(&caller, picture).await.map(IntoResponse::into_response)
}

/// A recording that a visitor may see.
fn recording(hands: &Hands<'_>, visitor: &Visitor, id: &str) -> Result<RecordingRow, Problem> {
    let row = hands.store.recording(&RecordingId(id.to_owned()))?.ok_or_else(gone)?;
    visitor.camera(&hands.known.site.cameras, &row.recording.camera)?;
    Ok(row)
}

/// The frame of a recording at a presentation time: a look.
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
        let ask = FrameAsk { pts_us: asked.pts_us, width: asked.width, format: ImageFormat::Jpeg };
        take(&mut hands, &visitor, purpose, &row, ask)
    });
    answered(&caller, picture).await.map(IntoResponse::into_response)
}

/// A sampled thumbnail, which needs no decoding: a look.
///
/// `pts_us` is exactly that of a thumbnail of the recording; `width` tells nothing here.
#[utoipa::path(
    get, path = "/recordings/{recording}/thumbnail", tag = "pictures", operation_id = "thumbnail",
    params(("recording" = String, Path, description = "The recording's id"), Of),
    responses(Jpeg),
)]
pub(in crate::http) async fn thumbnail(
    State(desk): State<Desk>,
    caller: Caller,
    Path(id): Path<String>,
    Asked(asked): Asked<Of>,
) -> Result<Response, Problem> {
    let who = caller.clone();
    let picture = desk.work(move |mut hands| {
        let (visitor, purpose) = enter(&who, &mut hands, asked.purpose)?;
        let row = recording(&hands, &visitor, &id)?;
        let set = hands.store.thumbnails(&row.recording.id)?.ok_or_else(gone)?;
        let place = set.places.iter().find(|place| place.pts_us == asked.pts_us).ok_or_else(gone)?;
        let at = ReelPlace { reel: place.reel.clone(), offset: place.offset, length: place.length };
        let jpeg = reel::read(&hands.known.site.data.join(reel::FOLDER), &at)?;
        picture(&mut hands, &visitor, purpose, &row, asked.pts_us, jpeg)
    });
    answered(&caller, picture).await.map(IntoResponse::into_response)
}

fn take(
    hands: &mut Hands<'_>,
    visitor: &Visitor,
    purpose: Purpose,
    row: &RecordingRow,
    ask: FrameAsk,
) -> Result<Picture, Problem> {
    let path = native(hands, row)?;
    let frame =
        hands.media.frame(&path, ask).map_err(|why| Error::caused_by(Kind::Media, why.fault.say(), why.detail))?;
    picture(hands, visitor, purpose, row, frame.pts_us, frame.bytes)
}

/// The native file, where it still is.
fn native(hands: &Hands<'_>, row: &RecordingRow) -> Result<PathBuf, Problem> {
    let paths = search::native_paths(&hands.known.site.cameras, &row.files);
    paths.into_iter().find(|path| path.is_file()).ok_or_else(gone)
}

/// Writes down that a picture is shown, and gives it.
fn picture(
    hands: &mut Hands<'_>,
    visitor: &Visitor,
    purpose: Purpose,
    row: &RecordingRow,
    pts_us: i64,
    jpeg: Vec<u8>,
) -> Result<Picture, Problem> {
    let site = &hands.known.site;
    let clocks = Clocks::load(hands.store, &site.cameras, &site.clock.settings())?;
    let recording = &row.recording;
    let camera_time = recording.camera_time_of(pts_us);
    let time = clocks.of(&recording.camera).best_line_of(recording.span.start).to_true(camera_time);
    let looked = Looked {
        act: Act::Frame,
        cameras: vec![recording.camera.clone()],
        window: Span::new(time, time),
        purpose,
        detail: json!({ "recording": recording.id, "pts_us": pts_us }),
    };
    visitor.note(hands, looked)?;
    Ok(Picture { jpeg, recording: recording.id.clone(), pts_us, time: time.0, camera_time: camera_time.0 })
}
