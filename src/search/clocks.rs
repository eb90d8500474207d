//! Every camera's clock, from the checks that the store holds.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{Result, Said};
use crate::model::{Camera, CameraTime, CheckMethod, ClockCheck, ClockSettings, TrueTime};
use crate::say;
use crate::store::Store;
use crate::truetime::{ClockModel, words};

/// The clocks of a site's cameras.
#[derive(Clone, Debug, Default)]
pub struct Clocks {
    by_camera: HashMap<String, Arc<ClockModel>>,
    unchecked: Arc<ClockModel>,
}

impl Clocks {
    /// The clocks, as the checks tell them. Cameras of one recorder have one clock, so that each one's checks are the others' too.
    ///
    /// # Errors
    /// When the store fails.
    pub fn load(store: &Store, cameras: &[Camera], settings: &ClockSettings) -> Result<Clocks> {
        Ok(Clocks::of_checks(&store.clock_checks()?, cameras, settings))
    }

    /// The same of given checks.
    pub fn of_checks(checks: &[ClockCheck], cameras: &[Camera], settings: &ClockSettings) -> Clocks {
        let mut clocks = Clocks::default();
        for camera in cameras {
            let twins = sharing(cameras, camera);
            let known = twins.first().and_then(|first| clocks.by_camera.get(&first.id).cloned());
            let clock = known.unwrap_or_else(|| {
                let theirs: Vec<ClockCheck> =
                    checks.iter().filter(|check| twins.iter().any(|twin| twin.id == check.camera)).cloned().collect();
                Arc::new(ClockModel::from_checks(&theirs, settings))
            });
            clocks.by_camera.insert(camera.id.clone(), clock);
        }
        clocks
    }

    /// A camera's clock; an unchecked one where nothing is known of it.
    pub fn of(&self, camera: &str) -> &ClockModel {
        self.by_camera.get(camera).unwrap_or(&self.unchecked)
    }
}

/// The cameras that share a camera's clock, itself among them: those of one recorder.
pub fn sharing<'a>(cameras: &'a [Camera], camera: &Camera) -> Vec<&'a Camera> {
    cameras.iter().filter(|other| other.recorder == camera.recorder).collect()
}

/// A camera's clock at an instant, for answers. A contract: fields are added, never renamed.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Clock)]
pub struct ClockAnswer {
    /// Whether anything is known of the clock. Where not, true time is the camera's own, and nobody knows how wrong it is.
    pub checked: bool,
    /// Camera time − true time, seconds; positive when the camera is fast.
    pub offset_s: f64,
    /// How far the offset may be wrong either way, seconds; null for an unchecked clock.
    pub uncertainty_s: Option<f64>,
    /// How fast the clock gains on true time, parts per million; null where fewer than two checks tell.
    pub drift_ppm: Option<f64>,
    /// The check that lies nearest.
    pub nearest_check: Option<CheckAnswer>,
    /// Checks that cannot both be right, each as a sentence: nothing was chosen, the uncertainty covers both.
    pub contradictions: Vec<Said>,
}

/// A clock check, for answers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ClockCheck)]
pub struct CheckAnswer {
    /// Its number.
    pub id: i64,
    /// The camera.
    pub camera: String,
    /// How it is known.
    pub method: CheckMethod,
    /// What the camera's clock showed.
    pub shown: CameraTime,
    /// When that really was.
    #[serde(rename = "true")]
    pub truth: TrueTime,
    /// Camera time − true time, seconds.
    pub offset_s: f64,
    /// Half-width of the interval that the offset lies in, seconds.
    pub uncertainty_s: f64,
    /// Who vouches for it.
    pub by: String,
    /// A picture of the screen, as a file name in the data folder's clock-photos.
    pub photo: Option<String>,
    /// What else was said.
    pub note: Option<String>,
    /// When it was entered.
    pub made_at: Timestamp,
}

impl From<&ClockCheck> for CheckAnswer {
    fn from(check: &ClockCheck) -> CheckAnswer {
        CheckAnswer {
            id: check.id,
            camera: check.camera.clone(),
            method: check.method,
            shown: check.shown,
            truth: check.truth,
            offset_s: check.offset_s(),
            uncertainty_s: check.uncertainty_s,
            by: check.by.clone(),
            photo: check.photo.clone(),
            note: check.note.clone(),
            made_at: check.made_at,
        }
    }
}

impl ClockAnswer {
    /// A clock at an instant.
    pub fn at(clock: &ClockModel, t: TrueTime) -> ClockAnswer {
        ClockAnswer {
            checked: clock.checked(),
            offset_s: super::round(clock.offset_s_at(t), 3),
            uncertainty_s: clock.uncertainty_s_at(t).map(|s| super::round(s, 3)),
            drift_ppm: clock.drift_ppm_at(t).map(|ppm| super::round(ppm, 3)),
            nearest_check: clock.nearest_check(t).map(CheckAnswer::from),
            contradictions: clock.contradictions().iter().map(|both| both.say()).collect(),
        }
    }

    /// How the clock stands, in words: `camera nhanh 7 phút ± 4 s, kiểm 12/7` or `chưa kiểm giờ`.
    pub fn say(&self, zone: &jiff::tz::TimeZone) -> Said {
        let (Some(doubt), Some(check)) = (self.uncertainty_s, &self.nearest_check) else {
            return say!("chưa kiểm giờ", "clock unchecked");
        };
        let Said { vi, en } = words::offset(self.offset_s);
        let day = check.truth.0.to_zoned(zone.clone()).strftime("%-d/%-m/%Y").to_string();
        let how = method(check.method);
        let doubt = doubt.ceil();
        let (how_vi, how_en) = (how.vi, how.en);
        say!("{vi} ± {doubt:.0} s, kiểm {day} ({how_vi})", "{en} ± {doubt:.0} s, checked {day} ({how_en})")
    }
}

/// How a check is known, in words.
pub fn method(method: CheckMethod) -> Said {
    match method {
        CheckMethod::Screen => say!("soi màn hình", "screen against clock"),
        CheckMethod::Files => say!("theo lúc đóng tệp", "from when files were closed"),
        CheckMethod::Neighbours => say!("theo camera lân cận", "from neighbouring cameras"),
        CheckMethod::SharedRecorder => say!("chung đầu ghi", "same recorder"),
    }
}
