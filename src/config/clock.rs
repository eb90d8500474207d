//! `[clock]`: what is taken for granted about cameras' clocks, and what may be believed without a person.

use serde::Deserialize;

use crate::model::ClockSettings;

/// `[clock]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClockSection {
    /// How much faster or slower than true time a camera's clock may run, parts per million, 1 to 10,000: what needs more was
    /// no drift but a jump. Default 500 (43 s a day).
    pub drift_bound_ppm: u32,
    /// An estimate from files is accepted, after `index` and `nightly`, without a person when its error is at most so many seconds, 0 to 600; 0: none
    /// ever is. Default 0.
    pub accept_below_s: u32,
}

impl Default for ClockSection {
    fn default() -> Self {
        ClockSection { drift_bound_ppm: 500, accept_below_s: 0 }
    }
}

impl ClockSection {
    /// The settings that models of clocks are made with.
    pub fn settings(&self) -> ClockSettings {
        ClockSettings { drift_bound_ppm: self.drift_bound_ppm.into(), ..ClockSettings::default() }
    }
}
