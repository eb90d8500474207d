//! What probably caused the gaps of an answer: a power cut shows in the gaps of the cameras that hang on the same line.

use jiff::Timestamp;

use super::cuts::{self, Outage, PowerCut};
use super::report::Cause;
use crate::base::Result;
use crate::model::{Camera, Span, Window};
use crate::search::{Gap, GapReason, Sight, status};

/// How far beyond the window a cut is looked for, microseconds: both its ends have to be known.
const AROUND_US: i64 = 12 * 3_600_000_000;
/// A window up to this is short, microseconds.
const SHORT_US: i64 = 2 * 86_400_000_000;

/// The power cuts in and around a window.
#[derive(Clone, Debug, Default)]
pub struct Causes {
    cameras: Vec<Camera>,
    cuts: Vec<PowerCut>,
}

impl Causes {
    /// Of the gaps of some cameras, of which one at least recorded nothing at some time. In a short window what happened before and
    /// after it is looked at too, and all cameras on the same lines; in a long one only what is given.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(sight: Sight<'_>, gaps: &[(&Camera, &[Gap])], window: &Window, now: Timestamp) -> Result<Causes> {
        let lacking = |gap: &Gap| matches!(gap.reason, GapReason::NoRecording | GapReason::Damaged);
        if window.micros() > SHORT_US {
            let cameras = gaps.iter().map(|(camera, _)| (*camera).clone()).collect();
            return Ok(Causes::among(cameras, gaps.iter().map(|(_, gaps)| *gaps), window));
        }
        let asked: Vec<&Camera> =
            gaps.iter().filter(|(_, gaps)| gaps.iter().any(lacking)).map(|(camera, _)| *camera).collect();
        let linked = |camera: &&Camera| {
            let same =
                |one: &&Camera| one.footage == camera.footage || one.group.is_some() && one.group == camera.group;
            asked.iter().any(same)
        };
        let cameras: Vec<Camera> = sight.cameras.iter().filter(linked).cloned().collect();
        if cameras.len() < 2 {
            return Ok(Causes::default());
        }
        let around = Span::new(window.start.plus_micros(-AROUND_US), window.end.plus_micros(AROUND_US));
        let gaps = status::gaps(Sight { cameras: &cameras, ..sight }, &around, now)?;
        Ok(Causes::among(cameras, gaps.iter().map(Vec::as_slice), &around))
    }

    fn among<'a>(cameras: Vec<Camera>, gaps: impl Iterator<Item = &'a [Gap]>, window: &Window) -> Causes {
        let outages: Vec<Outage> =
            gaps.enumerate().flat_map(|(camera, gaps)| cuts::outages(camera, gaps, window)).collect();
        Causes { cuts: cuts::power_cuts(&cameras, &outages), cameras }
    }

    /// The cause of a camera's gap, where there is a sign of one.
    pub fn cause(&self, camera: &str, gap: &Gap) -> Option<Cause> {
        let within = |o: &Outage| {
            let theirs = self.cameras.get(o.camera).is_some_and(|one| one.id == camera);
            theirs && o.start < gap.end && gap.start < o.end
        };
        self.cuts.iter().any(|cut| cut.outages.iter().any(within)).then_some(Cause::PowerCut)
    }
}
