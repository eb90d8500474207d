//! A part of a recording as fragmented mp4, streamed while it is made.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use utoipa::openapi::{RefOr, Response as Described};
use utoipa::{IntoParams, IntoResponses};

use super::footage::{clocks, native, recording};
use super::told::{self, Told};
use super::{Asked, Path, answered};
use crate::base::{Error, Kind};
use crate::http::desk::{Desk, Hands};
use crate::http::problem::Problem;
use crate::http::stream;
use crate::http::visitor::{Caller, Looked, Visitor};
use crate::media::{Clip, ClipAsk, ClipHead, ClipSound, Make};
use crate::model::{Act, Fault, Purpose, Right, Span};
use crate::say;
use crate::store::RecordingRow;

/// How long a free worker is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
/// Heights of transcoded pictures.
const HEIGHTS: std::ops::RangeInclusive<u32> = 64..=2_304;
/// Frames a second at most.
const RATES: std::ops::RangeInclusive<u32> = 1..=120;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Wanted {
    /// From here on the file's own timeline, microseconds; absent: from its start …
    from_us: Option<i64>,
    /// … to here; absent: to its end.
    to_us: Option<i64>,
    /// Height of the picture in pixels; with it, or with `max_fps`, pictures are encoded anew.
    height: Option<u32>,
    /// Frames a second at most.
    max_fps: Option<u32>,
    /// Whether the browser plays H.265.
    #[serde(default)]
    #[param(required = false)]
    h265: bool,
    /// Whether sound is wanted.
    #[serde(default)]
    #[param(required = false)]
    sound: bool,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

impl Wanted {
    /// The clip that is meant, of this recording.
    fn ask(&self, row: &RecordingRow) -> Result<ClipAsk, Problem> {
        let recording = &row.recording;
        let end_us = recording.first_pts_us.saturating_add(recording.media_us);
        let (from_us, to_us) = (self.from_us.unwrap_or(recording.first_pts_us), self.to_us.unwrap_or(end_us));
        if from_us >= to_us || to_us <= recording.first_pts_us || from_us >= end_us {
            return Err(Problem::bad(say!(
                "from_us..to_us phải nằm trong đoạn ghi và không rỗng",
                "from_us..to_us must lie within the recording and not be empty"
            )));
        }
        let allowed = self.height.is_none_or(|height| HEIGHTS.contains(&height))
            && self.max_fps.is_none_or(|fps| RATES.contains(&fps));
        if !allowed {
            return Err(Problem::bad(say!(
                "height phải từ 64 đến 2304, max_fps từ 1 đến 120",
                "height must be 64 to 2304, max_fps 1 to 120"
            )));
        }
        let plays = recording.codec == "h264" || (recording.codec == "hevc" && self.h265);
        let make = match (self.height, self.max_fps) {
            (None, None) if plays => Make::Copy,
            (height, max_fps) => Make::Transcode { height, max_fps },
        };
        // What lies beyond is not there; and nothing beyond what is written down may be shown.
        let (from_us, to_us) = (from_us.max(recording.first_pts_us), to_us.min(end_us));
        Ok(ClipAsk { from_us, to_us, make, plays_h265: self.h265, sound: self.sound })
    }
}

/// A clip, as the description tells of it.
pub(in crate::http) struct Mp4;

impl IntoResponses for Mp4 {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        told::responses("video/mp4", "Fragmented mp4, while it is made", &TOLD)
    }
}

/// What is told of a clip beside it.
const TOLD: Told<9> = [
    ("x-truyvet-zero-pts-us", "Time t of the mp4 is this + t on the recording's own timeline, microseconds"),
    ("x-truyvet-first-pts-us", "The first frame's time there"),
    ("x-truyvet-end-pts-us", "Nothing that starts at or after this is in it"),
    ("x-truyvet-codecs", "As `MediaSource` wants them"),
    ("x-truyvet-width", "Of the coded picture, pixels"),
    ("x-truyvet-height", "Of the coded picture, pixels"),
    ("x-truyvet-rotation", "Clockwise turn that shows it upright, degrees; the mp4 tells it too"),
    ("x-truyvet-transcoded", "`true` where the pictures were encoded anew"),
    ("x-truyvet-sound", "`none`, `copied`, `transcoded`, or `left-out` and its codec"),
];

/// A clip that may be made.
struct Let {
    row: RecordingRow,
    path: PathBuf,
    ask: ClipAsk,
    visitor: Visitor,
    purpose: Purpose,
}

/// A part of a recording as fragmented mp4: a look. It is made while it is taken: who goes ends it, who takes nothing for a minute is
/// dropped.
#[utoipa::path(
    get, path = "/recordings/{recording}/clip", tag = "playback", operation_id = "clip",
    params(("recording" = String, Path, description = "The recording's id"), Wanted),
    responses(Mp4),
)]
pub(in crate::http) async fn clip(
    State(desk): State<Desk>,
    caller: Caller,
    Path(id): Path<String>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Problem> {
    answered(&caller, begun(&desk, caller.clone(), id, wanted)).await
}

async fn begun(desk: &Desk, who: Caller, id: String, wanted: Wanted) -> Result<Response, Problem> {
    let may = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, wanted.purpose)?;
        let row = recording(&hands, &visitor, &id)?;
        let (path, ask) = (native(&hands, &row)?, wanted.ask(&row)?);
        Ok(Let { row, path, ask, visitor, purpose })
    });
    let may = may.await?;
    let (clips, path, ask) = (desk.clips(), may.path.clone(), may.ask.clone());
    let made = tokio::task::spawn_blocking(move || clips.clip(&path, ask, PATIENCE)).await;
    let clip = match made {
        Ok(Ok(Some(clip))) => clip,
        Ok(Ok(None)) => return Err(Problem::busy()),
        Ok(Err(why)) if why.fault == Fault::NoPackets => {
            let said = say!("Không có khung hình nào trong đoạn này.", "There is no frame in this part.");
            return Err(Problem::no_footage(said));
        }
        Ok(Err(why)) => return Err(Error::caused_by(Kind::Media, why.fault.say(), why.detail).into()),
        Err(error) => {
            let said = say!("lỗi của chương trình", "a fault of the program");
            return Err(Error::caused_by(Kind::Internal, said, error.to_string()).into());
        }
    };
    let head = clip.head().clone();
    // Nothing of it was shown yet; where it cannot be written down, nothing will be.
    let first_us = head.first_pts_us;
    desk.work(move |mut hands| note(&mut hands, may, first_us)).await?;
    Ok(answer(&head, clip))
}

/// Writes down what is shown: a copy begins with the keyframe at `first_us`, before what was asked for.
fn note(hands: &mut Hands<'_>, may: Let, first_us: i64) -> Result<(), Problem> {
    let Let { row, ask, visitor, purpose, .. } = may;
    let recording = &row.recording;
    let clocks = clocks(hands)?;
    let run = clocks.of(&recording.camera).best_line_of(recording.span.start);
    let at = |pts_us| run.to_true(recording.camera_time_of(pts_us));
    let looked = Looked {
        act: Act::Clip,
        cameras: vec![recording.camera.clone()],
        window: Span::new(at(ask.from_us.min(first_us)), at(ask.to_us)),
        purpose,
        detail: json!({ "recording": recording.id, "from_us": ask.from_us, "to_us": ask.to_us }),
    };
    visitor.note(hands, looked)
}

fn answer(head: &ClipHead, clip: Clip) -> Response {
    let sound = match &head.sound {
        ClipSound::None => "none".to_owned(),
        ClipSound::Copied => "copied".to_owned(),
        ClipSound::Transcoded => "transcoded".to_owned(),
        ClipSound::LeftOut(codec) => format!("left-out {codec}"),
    };
    let values = [
        head.zero_pts_us.to_string(),
        head.first_pts_us.to_string(),
        head.end_pts_us.to_string(),
        head.codecs.clone(),
        head.width.to_string(),
        head.height.to_string(),
        head.rotation.to_string(),
        head.transcoded.to_string(),
        sound,
    ];
    let mut response = stream::body(clip, stream::PATIENCE).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("video/mp4"));
    told::tell(headers, &TOLD, values);
    response
}
