//! A camera's interval as a film: which pieces of which recordings, each with its mapping of times, and what is missing. Looking at the
//! pieces is for `clip.rs`.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::footage::{clocks, sight};
use super::{Body, Path, answered};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Looked};
use crate::media::{Browser, Way, way};
use crate::model::{Act, Camera, Right, Span, TrueTime, Window};
use crate::night::Cause;
use crate::night::causes::Causes;
use crate::say;
use crate::search::answer::with_offset;
use crate::search::playback::pieces;
use crate::search::{ClockAnswer, Gap, GapReason, lane};

/// The longest interval, microseconds.
pub(super) const LONGEST_US: i64 = 6 * 3_600_000_000;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Playing {
    /// From this instant …
    from: Timestamp,
    /// … to this one; at most six hours.
    to: Timestamp,
    /// Whether the browser plays H.265.
    #[serde(default)]
    h265: bool,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// A camera's interval as a film. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Film {
    camera: String,
    from: Timestamp,
    to: Timestamp,
    /// How the camera's clock stands in the middle.
    clock: ClockAnswer,
    /// How wrong the times may be either way, seconds; null for an unchecked clock.
    uncertainty_s: Option<f64>,
    /// By start; no instant is in two of them.
    pieces: Vec<PieceAnswer>,
    /// What is missing, by start.
    gaps: Vec<GapAnswer>,
}

/// A part of one recording: a frame at presentation time p is shown at `start + (p − from_pts_us) · rate`.
#[derive(Serialize, ToSchema)]
#[schema(as = Piece)]
struct PieceAnswer {
    recording: String,
    start: Timestamp,
    end: Timestamp,
    /// What the camera's clock said at the start, in the site's zone.
    camera_start: String,
    /// On the file's own timeline, microseconds.
    from_pts_us: i64,
    to_pts_us: i64,
    /// Microseconds of true time that pass in one of the file's.
    rate: f64,
    /// The cheapest way to this browser.
    way: Way,
    codec: String,
    /// Upright pixels.
    width: u32,
    height: u32,
}

/// What is missing, why, and what probably caused it.
#[derive(Serialize, ToSchema)]
#[schema(as = CausedGap)]
pub(super) struct GapAnswer {
    start: Timestamp,
    end: Timestamp,
    reason: GapReason,
    cause: Option<Cause>,
}

/// Gaps with their causes.
pub(super) fn caused(camera: &Camera, gaps: &[Gap], causes: &Causes) -> Vec<GapAnswer> {
    let answer = |gap: &Gap| {
        let Gap { start, end, reason } = *gap;
        GapAnswer { start, end, reason, cause: causes.cause(&camera.id, gap) }
    };
    gaps.iter().map(answer).collect()
}

/// The window between two instants.
pub(super) fn window(from: Timestamp, to: Timestamp, longest_us: i64) -> Result<Window, Problem> {
    let window = Span::new(TrueTime(from), TrueTime(to));
    if window.is_empty() {
        return Err(Problem::bad(say!("to phải sau from", "to must come after from")));
    }
    if window.micros() > longest_us {
        let hours = longest_us / 3_600_000_000;
        return Err(Problem::bad(say!("nhiều nhất {hours} giờ mỗi lần", "at most {hours} hours at a time")));
    }
    Ok(window)
}

/// A camera's interval as a film, at most six hours: a look.
#[utoipa::path(
    post, path = "/cameras/{camera}/play", tag = "playback", operation_id = "play",
    params(("camera" = String, Path, description = "The camera's id")),
    request_body = Playing,
    responses((status = 200, description = "The pieces to play and what is missing", body = Film)),
)]
pub(in crate::http) async fn play(
    State(desk): State<Desk>,
    caller: Caller,
    Path(camera): Path<String>,
    Body(asked): Body<Playing>,
) -> Result<Json<Film>, Problem> {
    let who = caller.clone();
    let film = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asked.purpose)?;
        let camera = visitor.camera(&hands.known.site.cameras, &camera)?.clone();
        let window = window(asked.from, asked.to, LONGEST_US)?;
        let clocks = clocks(&hands)?;
        let sight = sight(&hands, &clocks);
        let now = Timestamp::now();
        let lane = lane::lane(sight, &camera, &window, now)?;
        let causes = Causes::of(sight, &[(&camera, lane.gaps.as_slice())], &window, now)?;
        let mut shown = Vec::new();
        for piece in pieces(&lane.hits, &window) {
            let recording = lane.hits.iter().map(|(recording, _)| recording).find(|one| one.id == piece.recording);
            let (Some(recording), Some((container, method))) = (recording, sight.store.container(&piece.recording)?)
            else {
                continue;
            };
            let Some(way) = way(&container, &recording.codec, method, Browser { h265: asked.h265 }) else { continue };
            shown.push(PieceAnswer {
                recording: piece.recording.0,
                start: piece.start.0,
                end: piece.end.0,
                camera_start: with_offset(piece.camera_start.0, sight.zone),
                from_pts_us: piece.from_pts_us,
                to_pts_us: piece.to_pts_us,
                rate: piece.rate,
                way,
                codec: recording.codec.clone(),
                width: recording.width,
                height: recording.height,
            });
        }
        let film = Film {
            clock: ClockAnswer::at(lane.clock, window.start.plus_micros(window.micros() / 2)),
            uncertainty_s: lane.uncertainty_s(&window),
            gaps: caused(&camera, &lane.gaps, &causes),
            camera: camera.id.clone(),
            from: window.start.0,
            to: window.end.0,
            pieces: shown,
        };
        let touched: Vec<_> = lane.hits.iter().map(|(recording, _)| recording.id.clone()).collect();
        let detail = json!({ "pieces": film.pieces.len() });
        visitor.note(&mut hands, Looked { act: Act::Clip, cameras: vec![camera.id], window, purpose, detail })?;
        super::ask::want(&mut hands, touched);
        Ok(film)
    });
    answered(&caller, film).await.map(Json)
}
