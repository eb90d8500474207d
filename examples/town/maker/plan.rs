//! What to make: which cameras, when, how long, how large.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::cameras::{Camera, cameras};
use super::error::{Failure, Result};

/// The zone of the town.
pub const ZONE: &str = "Asia/Ho_Chi_Minh";

/// What to make. [`Plan::default`] is the demonstration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// True time at which recording starts.
    pub start: Timestamp,
    /// Length of all, seconds, > 0.
    pub seconds: u32,
    /// Length of one file, seconds, > 0.
    pub segment_seconds: u32,
    /// The first so many cameras of the table.
    pub cameras: usize,
    /// Only these of them, by id; empty for all.
    pub only: Vec<String>,
    /// Pixels, even.
    pub width: u32,
    pub height: u32,
    /// Frames per second.
    pub fps: u32,
    /// Seconds from keyframe to keyframe.
    pub gop_seconds: u32,
    /// Seconds from one still to the next.
    pub still_seconds: u32,
    pub seed: u64,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            // 2023-07-15 21:10:00 +07:00
            start: Timestamp::constant(1_689_430_200, 0),
            seconds: 600,
            segment_seconds: 60,
            cameras: cameras().len(),
            only: Vec::new(),
            width: 640,
            height: 360,
            fps: 10,
            gop_seconds: 2,
            still_seconds: 10,
            seed: 1,
        }
    }
}

impl Plan {
    /// Refuses what cannot be made.
    ///
    /// # Errors
    /// The first impossible parameter, by its option's name.
    pub fn check(&self) -> Result<()> {
        let fail = |what: &str| Err(Failure(what.to_owned()));
        let known = cameras();
        if self.seconds == 0 || self.seconds > 24 * 3600 {
            return fail("--minutes: more than nothing, at most a day");
        }
        if self.segment_seconds == 0 || self.gop_seconds == 0 || self.still_seconds == 0 {
            return fail("--segment-seconds and --gop-seconds: at least 1");
        }
        if !(1..=60).contains(&self.fps) {
            return fail("--fps: 1 to 60");
        }
        if !(64..=7680).contains(&self.width) || !(48..=4320).contains(&self.height) {
            return fail("--size: from 64x48 to 7680x4320");
        }
        if !self.width.is_multiple_of(8) || !self.height.is_multiple_of(2) {
            return fail("--size: a width divisible by 8 and an even height");
        }
        if self.cameras == 0 || self.cameras > known.len() {
            return Err(Failure(format!("--cameras: 1 to {}", known.len())));
        }
        for id in &self.only {
            if !known.iter().take(self.cameras).any(|camera| camera.id == id) {
                let ids: Vec<&str> = known.iter().take(self.cameras).map(|camera| camera.id).collect();
                return Err(Failure(format!("--only {id}: no such camera; there are {}", ids.join(", "))));
            }
        }
        Ok(())
    }

    /// The cameras to make.
    pub fn chosen(&self) -> Vec<Camera> {
        let mut chosen = cameras();
        chosen.truncate(self.cameras);
        chosen.retain(|camera| self.only.is_empty() || self.only.iter().any(|id| id == camera.id));
        chosen
    }

    /// Frames per second of a camera.
    pub fn fps_of(&self, camera: &Camera) -> u32 {
        if camera.half_rate { self.fps.div_ceil(2) } else { self.fps }
    }

    /// The segments of a camera: start and end, seconds after the plan's start.
    pub fn segments(&self) -> Vec<(u32, u32)> {
        (0..self.seconds)
            .step_by(self.segment_seconds as usize)
            .map(|from| (from, (from + self.segment_seconds).min(self.seconds)))
            .collect()
    }

    /// When the red motorbike crosses the junction, seconds after the plan's start: the middle, and a few seconds.
    pub fn crossing_s(&self) -> f64 {
        f64::from(self.seconds / 2) + (f64::from(self.seconds) / 60.0).min(8.0).floor()
    }

    /// True time so many seconds after the start.
    ///
    /// # Errors
    /// When it is outside the years that can be told.
    pub fn time(&self, seconds: f64) -> Result<Timestamp> {
        Ok(self.start.checked_add(SignedDuration::from_millis((seconds * 1000.0).round() as i64))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_holds_the_story_and_is_possible() {
        let plan = Plan::default();
        plan.check().unwrap();
        assert_eq!(plan.time(0.0).unwrap().to_string(), "2023-07-15T14:10:00Z");
        assert_eq!(plan.time(plan.crossing_s()).unwrap().to_string(), "2023-07-15T14:15:08Z");
        assert_eq!(plan.segments().len(), 10);
    }

    #[test]
    fn the_last_segment_ends_with_the_plan_and_nonsense_is_refused() {
        let plan = Plan { seconds: 25, segment_seconds: 10, ..Plan::default() };
        assert_eq!(plan.segments(), [(0, 10), (10, 20), (20, 25)]);
        for wrong in [
            Plan { seconds: 0, ..Plan::default() },
            Plan { width: 641, ..Plan::default() },
            Plan { fps: 0, ..Plan::default() },
            Plan { cameras: 99, ..Plan::default() },
            Plan { only: vec!["ht-99".to_owned()], ..Plan::default() },
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
    }
}
