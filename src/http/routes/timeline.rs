//! The lanes of some cameras on one axis of true time.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::footage::{clocks, sight};
use super::play::{GapAnswer, caused, window};
use super::{Body, answered};
use crate::http::desk::Desk;
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Looked};
use crate::model::{Act, Camera, Right};
use crate::night::causes::Causes;
use crate::say;
use crate::search::ClockAnswer;
use crate::search::timeline::{Axis, lanes};

/// The longest window, microseconds: two months.
const LONGEST_US: i64 = 62 * 86_400_000_000;
/// Parts that can be told apart.
const BINS: std::ops::RangeInclusive<usize> = 1..=2_000;
/// Cameras at a time.
const CAMERAS: usize = 64;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct Across {
    /// From this instant …
    from: Timestamp,
    /// … to this one; at most 62 days.
    to: Timestamp,
    /// Cameras by id, in the order of the lanes; at most 64.
    cameras: Vec<String>,
    /// So many parts are told apart, 1 to 2000.
    bins: usize,
    /// The number of a stated purpose.
    purpose: Option<i64>,
}

/// Lanes on one axis. A contract: fields are added, never renamed.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct Timeline {
    from: Timestamp,
    to: Timestamp,
    /// In the order asked for.
    lanes: Vec<LaneAnswer>,
}

/// A camera's lane.
#[derive(Serialize, ToSchema)]
#[schema(as = Lane)]
struct LaneAnswer {
    camera: String,
    /// How the camera's clock stands in the middle.
    clock: ClockAnswer,
    /// How wrong the times may be either way, seconds; null for an unchecked clock.
    uncertainty_s: Option<f64>,
    /// By start; holes shorter than half a bin are left out.
    recorded: Vec<Part>,
    /// The other holes, by start.
    gaps: Vec<GapAnswer>,
    /// The mean of each bin, 0 (still) to 100; null where nothing was recorded or the files tell nothing.
    activity: Vec<Option<u8>>,
    /// Instants of sampled thumbnails, at most one a sixtieth of the window, by time.
    thumbnails: Vec<Timestamp>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecordedPart)]
struct Part {
    start: Timestamp,
    end: Timestamp,
}

/// What cameras recorded, what is missing, how much moved: a look.
#[utoipa::path(
    post, path = "/timeline", tag = "playback", operation_id = "timeline", request_body = Across,
    responses((status = 200, description = "A lane for each camera", body = Timeline)),
)]
pub(in crate::http) async fn timeline(
    State(desk): State<Desk>,
    caller: Caller,
    Body(asked): Body<Across>,
) -> Result<Json<Timeline>, Problem> {
    let who = caller.clone();
    let timeline = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Look)?;
        let purpose = visitor.purpose(&hands, asked.purpose)?;
        if !BINS.contains(&asked.bins) {
            return Err(Problem::bad(say!("bins phải từ 1 đến 2000", "bins must be 1 to 2000")));
        }
        if !(1..=CAMERAS).contains(&asked.cameras.len()) {
            return Err(Problem::bad(say!("phải nêu 1–{CAMERAS} camera", "1 to {CAMERAS} cameras are to be named")));
        }
        let window = window(asked.from, asked.to, LONGEST_US)?;
        let known = hands.known;
        let cameras: Vec<&Camera> =
            asked.cameras.iter().map(|id| visitor.camera(&known.site.cameras, id)).collect::<Result<_, _>>()?;
        let clocks = clocks(&hands)?;
        let now = Timestamp::now();
        let sight = sight(&hands, &clocks);
        let lanes = lanes(sight, &cameras, &Axis { window, bins: asked.bins, now })?;
        let gaps: Vec<_> = cameras.iter().copied().zip(lanes.iter().map(|lane| lane.gaps.as_slice())).collect();
        let causes = Causes::of(sight, &gaps, &window, now)?;
        let lane = |(camera, lane): (&&Camera, crate::search::timeline::TimeLane)| LaneAnswer {
            camera: camera.id.clone(),
            clock: lane.clock,
            uncertainty_s: lane.uncertainty_s,
            recorded: lane.recorded.iter().map(|span| Part { start: span.start.0, end: span.end.0 }).collect(),
            gaps: caused(camera, &lane.gaps, &causes),
            activity: lane.activity,
            thumbnails: lane.thumbnails.into_iter().map(|at| at.0).collect(),
        };
        let lanes = cameras.iter().zip(lanes).map(lane).collect();
        let (ids, detail) = (asked.cameras, json!({ "timeline": asked.bins }));
        visitor.note(&mut hands, Looked { act: Act::Search, cameras: ids, window, purpose, detail })?;
        Ok(Timeline { from: window.start.0, to: window.end.0, lanes })
    });
    answered(&caller, timeline).await.map(Json)
}
