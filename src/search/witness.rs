//! What should have seen it: the cameras of an answer in the order in which they are to be looked at, each with how it stands.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::CameraAnswer;
use super::gaps::GapReason;
use super::{Answer, Sight, round};
use crate::base::{Result, Said};
use crate::model::Point;
use crate::say;

/// A window is whole when so much of it is recorded: names tell whole seconds, files have seams.
const WHOLE: f64 = 0.995;

/// How a camera stands to what is asked. The words are a contract: extend, never rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// All of the window is recorded.
    Recorded,
    /// Some of it.
    Partly,
    /// Single pictures only.
    StillsOnly,
    /// Nothing that is sure: the times are too uncertain to say.
    CannotSay,
    /// A file that claims the time cannot be read.
    Damaged,
    /// It was recorded, and the file is gone.
    Gone,
    /// The file is still being written.
    BeingWritten,
    /// The camera has recorded nothing since a while before.
    Stopped,
    /// It recorded before and after, but not then.
    Gap,
    /// It never recorded anything.
    Never,
    /// Its folder was not looked through since.
    NotIndexed,
    /// It has not come yet.
    Future,
}

impl Standing {
    /// The standing in words.
    pub fn say(self) -> Said {
        match self {
            Standing::Recorded => say!("có ghi", "recorded"),
            Standing::Partly => say!("ghi một phần", "recorded in part"),
            Standing::StillsOnly => say!("chỉ có ảnh tĩnh", "single pictures only"),
            Standing::CannotSay => say!("không chắc: giờ camera quá mơ hồ", "cannot say: its clock is too uncertain"),
            Standing::Damaged => say!("tệp hỏng", "the file is damaged"),
            Standing::Gone => say!("đã ghi nhưng tệp không còn", "was recorded, but the file is gone"),
            Standing::BeingWritten => say!("tệp đang được ghi", "the file is still being written"),
            Standing::Stopped => say!("camera đã ngừng ghi từ trước", "had stopped recording before"),
            Standing::Gap => say!("trống lúc đó", "a gap then"),
            Standing::Never => say!("chưa từng có hình", "never recorded anything"),
            Standing::NotIndexed => say!("chưa quét thư mục hình từ lúc đó", "not looked through since"),
            Standing::Future => say!("chưa tới", "has not come yet"),
        }
    }
}

/// A camera that should have seen it. A contract: fields are added, never renamed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Witness {
    /// Its part of the answer, as `search` gives it.
    #[serde(flatten)]
    pub camera: CameraAnswer,
    /// Metres from the camera to the place along the roads; null where no map of roads tells.
    pub road_m: Option<f64>,
    /// How it stands.
    pub standing: Standing,
    /// End of its last recording before the window, where it stopped then.
    pub stopped_since: Option<Timestamp>,
    /// When what it has of the window is overwritten, as measured between nightly reports; null where that is not known.
    pub overwritten_at: Option<Timestamp>,
}

/// A way along roads is taken for so many times the straight line where no map tells: an estimate, which only decides between
/// cameras of which one is known by roads and another is not.
const DETOUR: f64 = 1.3;

/// The cameras of an answer, best first: those whose stated field of view holds the place, then by distance along the roads,
/// which `road_m` tells where a map is known (else the straight line, lengthened). Around a street or an area the distance is the
/// straight one.
///
/// # Errors
/// When the store fails.
pub fn witnesses(
    sight: Sight<'_>,
    answer: Answer,
    road_m: impl Fn(Point, Point) -> Option<f64>,
) -> Result<Vec<Witness>> {
    let start = answer.window.start.0;
    let point = (answer.place.shape == "point").then_some(Point { lat: answer.place.lat, lon: answer.place.lon });
    let mut witnesses = answer
        .cameras
        .into_iter()
        .map(|camera| {
            let summary = sight.store.summary(&camera.id)?;
            let clock = sight.clocks.of(&camera.id);
            let last = summary.latest_end.map(|end| clock.to_true(end).0);
            let stopped_since = last.filter(|last| *last <= start && camera.recordings.is_empty());
            let standing = standing(&camera, last.is_some(), stopped_since.is_some());
            let stopped_since = stopped_since.filter(|_| standing == Standing::Stopped);
            let at = sight.cameras.iter().find(|one| one.id == camera.id).map(|one| one.at);
            let road_m = point.zip(at).and_then(|(point, at)| road_m(at, point)).map(|metres| round(metres, 0));
            Ok(Witness { camera, road_m, standing, stopped_since, overwritten_at: None })
        })
        .collect::<Result<Vec<Witness>>>()?;
    let far = |witness: &Witness| witness.road_m.unwrap_or(witness.camera.distance_m * DETOUR);
    witnesses.sort_by(|a, b| {
        let key = |witness: &Witness| !witness.camera.sees_place;
        key(a).cmp(&key(b)).then_with(|| far(a).total_cmp(&far(b)))
    });
    Ok(witnesses)
}

fn standing(camera: &CameraAnswer, ever: bool, stopped: bool) -> Standing {
    if camera.coverage >= WHOLE {
        return Standing::Recorded;
    }
    if camera.coverage > 0.0 {
        return Standing::Partly;
    }
    let long = |gap: &super::Gap| gap.end.as_microsecond().saturating_sub(gap.start.as_microsecond());
    let longest = camera.gaps.iter().max_by_key(|gap| long(gap)).map(|gap| gap.reason);
    match longest {
        Some(GapReason::Damaged) => Standing::Damaged,
        Some(GapReason::StillsOnly) => Standing::StillsOnly,
        Some(GapReason::Gone) => Standing::Gone,
        Some(GapReason::BeingWritten) => Standing::BeingWritten,
        _ if camera.coverage_possible > 0.0 => Standing::CannotSay,
        Some(GapReason::NotIndexed) => Standing::NotIndexed,
        Some(GapReason::Future) => Standing::Future,
        _ if !ever => Standing::Never,
        _ if stopped => Standing::Stopped,
        _ => Standing::Gap,
    }
}
