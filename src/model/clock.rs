//! Clock checks: once, somebody or something knew both what a camera's clock showed and what time it really was.
//!
//! The convention everywhere: `offset = camera time − true time`. A camera that is ahead ("nhanh 7 phút") has an offset of
//! +420 s.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time::{CameraTime, TrueTime};

/// How a check came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckMethod {
    /// A person held the camera's screen against a good clock.
    Screen,
    /// From when the camera's files were closed, by our own clock.
    Files,
    /// From what neighbouring cameras saw at the same instant.
    Neighbours,
    /// From another camera of the same recorder.
    SharedRecorder,
}

impl CheckMethod {
    /// Every method, for tables and tests.
    pub const ALL: [CheckMethod; 4] =
        [CheckMethod::Screen, CheckMethod::Files, CheckMethod::Neighbours, CheckMethod::SharedRecorder];

    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            CheckMethod::Screen => "screen",
            CheckMethod::Files => "files",
            CheckMethod::Neighbours => "neighbours",
            CheckMethod::SharedRecorder => "shared_recorder",
        }
    }

    /// The inverse of [`CheckMethod::as_str`].
    pub fn from_word(word: &str) -> Option<CheckMethod> {
        CheckMethod::ALL.into_iter().find(|method| method.as_str() == word)
    }
}

/// What a camera's clock showed at an instant that is known by a better clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockCheck {
    /// Its number in the store; 0 before it is stored.
    pub id: i64,
    /// The camera.
    pub camera: String,
    /// What the camera's clock showed …
    pub shown: CameraTime,
    /// … at this instant.
    pub truth: TrueTime,
    /// Half-width of the interval that the offset is believed to lie in, seconds, ≥ 0.
    pub uncertainty_s: f64,
    /// How it is known.
    pub method: CheckMethod,
    /// Who vouches for it.
    pub by: String,
    /// A photograph of the screen, where one was taken.
    pub photo: Option<String>,
    /// What else is to be said.
    pub note: Option<String>,
    /// When it was entered. The checks of one stretch of an accepted estimate share this instant to the microsecond.
    pub made_at: Timestamp,
}

impl ClockCheck {
    /// Camera time − true time, microseconds.
    pub fn offset_us(&self) -> i64 {
        self.shown.as_micros().saturating_sub(self.truth.as_micros())
    }

    /// Camera time − true time, seconds; positive when the camera is ahead.
    pub fn offset_s(&self) -> f64 {
        self.offset_us() as f64 / 1e6
    }

    /// Whether both come from one unbroken stretch of an accepted estimate from files, which saw the whole time between them.
    pub fn same_stretch(&self, other: &ClockCheck) -> bool {
        self.from_files() && other.from_files() && self.made_at == other.made_at
    }

    /// Whether it comes from an estimate from files.
    pub fn from_files(&self) -> bool {
        self.method == CheckMethod::Files
    }
}

/// What is taken for granted about the clocks of cameras.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClockSettings {
    /// How much faster or slower than true time a clock may run, parts per million (500 ppm = 43 s a day). What needs more
    /// was no drift but a jump.
    pub drift_bound_ppm: f64,
    /// How far the rate of a clock may stray from its mean between two checks, parts per million. A quartz loses some
    /// 0.034 ppm × (t − 25 °C)², so up to 50 ppm in a housing between −10 and 60 °C.
    pub wander_ppm: f64,
    /// Checks of one camera that lie no further apart than this are held to have seen the same offset, seconds.
    pub near_s: f64,
}

impl Default for ClockSettings {
    fn default() -> Self {
        ClockSettings { drift_bound_ppm: 500.0, wander_ppm: 50.0, near_s: 600.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_methods_are_read_back() {
        for method in CheckMethod::ALL {
            assert_eq!(CheckMethod::from_word(method.as_str()), Some(method));
        }
        assert_eq!(CheckMethod::from_word("guess"), None);
    }
}
