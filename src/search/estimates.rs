//! What files tell of cameras' clocks: each clock's evidence from the store, the estimate, and its acceptance as checks.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::clocks::sharing;
use crate::base::{Result, Said};
use crate::model::{Actor, Camera, CheckMethod, ClockCheck, ClockSettings, TrueTime};
use crate::say;
use crate::store::{Removed, Store};
use crate::truetime::ClockModel;
use crate::truetime::estimate::shared::{Shared, estimate_shared};
use crate::truetime::estimate::{Closing, ClosingKind, Estimate, EstimateSettings, Verdict};

/// So far back files are looked at, from a camera's last one on: more would tell nothing new.
const BACK: SignedDuration = SignedDuration::from_hours(24 * 90);
/// An accepted estimate stands while a new one differs from the checks that hold by less than this, seconds; and its error.
const SAME_S: f64 = 1.0;

/// An estimate of one clock, to be looked at and accepted.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The cameras whose clock it is: those of one recorder.
    pub cameras: Vec<String>,
    /// What their files tell.
    pub estimate: Estimate,
    /// Those of them whose files contradict the others: they have a clock of their own, and are no part of the estimate.
    pub apart: Vec<String>,
    /// The largest error of a stretch, seconds; none where there is no answer.
    pub error_s: Option<f64>,
}

/// What the files of every clock of the site tell of it, in the order of the site file; of one camera's where one is named.
///
/// # Errors
/// When the store fails.
pub fn proposals(
    store: &Store,
    cameras: &[Camera],
    only: Option<&Camera>,
    settings: &ClockSettings,
) -> Result<Vec<Proposal>> {
    let settings = EstimateSettings { drift_bound_ppm: settings.drift_bound_ppm, ..EstimateSettings::default() };
    let first = |camera: &&Camera| sharing(cameras, camera).first().is_some_and(|first| first.id == camera.id);
    let asked = |camera: &&Camera| only.is_none_or(|only| only.recorder == camera.recorder);
    cameras
        .iter()
        .filter(first)
        .filter(asked)
        .map(|camera| {
            let ids: Vec<String> = sharing(cameras, camera).into_iter().map(|camera| camera.id.clone()).collect();
            let mut files = Vec::new();
            for id in &ids {
                files.push(store.closings(id, BACK)?.into_iter().map(evidence).collect::<Vec<Closing>>());
            }
            let each: Vec<&[Closing]> = files.iter().map(Vec::as_slice).collect();
            let Shared { together: estimate, apart } = estimate_shared(&each, &settings);
            let apart = apart.into_iter().filter_map(|n| ids.get(n).cloned()).collect();
            let error_s = estimate.stretches.iter().map(|stretch| stretch.error_95_s).reduce(f64::max);
            Ok(Proposal { cameras: ids, estimate, apart, error_s })
        })
        .collect()
}

fn evidence(closing: crate::store::Closing) -> Closing {
    Closing {
        claimed_start: closing.start,
        claimed_end: closing.end,
        observed: closing.modified,
        kind: if closing.ours { ClosingKind::Close } else { ClosingKind::Mtime },
        size: closing.size,
    }
}

/// An estimate, for answers. A contract: fields are added, never renamed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EstimateAnswer {
    /// The cameras whose clock it is.
    pub cameras: Vec<String>,
    /// `confident`, `weak` or `none`.
    pub verdict: &'static str,
    /// The estimate in words, with what is to be doubted.
    pub said: Said,
    /// Camera time − true time at the end of the last stretch, seconds; null where there is no answer.
    pub offset_s: Option<f64>,
    /// How fast the clock gains on true time there, parts per million.
    pub drift_ppm: Option<f64>,
    /// The largest error of a stretch, seconds (95 of 100 times).
    pub error_s: Option<f64>,
    /// Files that it rests on.
    pub files: usize,
    /// Files that were left out: copied in, closed at another time than their neighbours, too few, impossible.
    pub left_out: usize,
    /// When the clock was set: after, before, by how many seconds.
    pub jumps: Vec<(Timestamp, Timestamp, f64)>,
    /// Cameras that are said to share the clock and contradict it: the site file is to be looked at.
    pub apart: Vec<String>,
    /// Whether the checks that hold say the same already.
    pub known: bool,
}

impl Proposal {
    /// The estimate for answers, beside what is known of the clock.
    pub fn answer(&self, clock: &ClockModel) -> EstimateAnswer {
        let last = self.estimate.stretches.last();
        EstimateAnswer {
            cameras: self.cameras.clone(),
            verdict: match self.estimate.verdict {
                Verdict::Confident => "confident",
                Verdict::Weak(_) => "weak",
                Verdict::None(_) => "none",
            },
            said: self.estimate.say(),
            offset_s: last.map(|stretch| super::round(stretch.offset_s_at(stretch.to), 3)),
            drift_ppm: last.map(|stretch| super::round(stretch.drift_ppm, 3)),
            error_s: self.error_s.map(|error| super::round(error, 3)),
            files: self.estimate.files(),
            left_out: self.estimate.excluded.total(),
            jumps: self.estimate.jumps.iter().map(|jump| (jump.after.0, jump.before.0, jump.by_s)).collect(),
            apart: self.apart.clone(),
            known: last.is_some() && self.is_known(clock),
        }
    }

    /// Whether it may be believed without a person: confident, with an error of at most so many seconds.
    pub fn is_sure(&self, below_s: f64) -> bool {
        self.estimate.verdict == Verdict::Confident
            && self.apart.is_empty()
            && self.error_s.is_some_and(|error| error <= below_s)
    }

    /// Whether the checks that hold say the same already, at the ends of every stretch.
    pub fn is_known(&self, clock: &ClockModel) -> bool {
        self.estimate.stretches.iter().all(|stretch| {
            [stretch.from, stretch.to].into_iter().all(|t| {
                let apart = (clock.offset_s_at(t) - stretch.offset_s_at(t)).abs();
                clock.uncertainty_s_at(t).is_some_and(|own| apart <= SAME_S && own <= stretch.error_95_s + SAME_S)
            })
        })
    }

    /// Takes it as checks of the clock, in the place of earlier estimates from files that lie in the same time. Gives their
    /// numbers.
    ///
    /// # Errors
    /// When the store fails.
    pub fn accept(&self, store: &mut Store, by: &str, actor: &Actor, now: Timestamp) -> Result<Vec<i64>> {
        let (Some(first), Some(camera)) = (self.estimate.stretches.first(), self.cameras.first()) else {
            return Ok(Vec::new());
        };
        let last = self.estimate.stretches.last().unwrap_or(first);
        let within = |t: TrueTime| first.from <= t && t <= last.to;
        let old = |check: &ClockCheck| {
            check.method == CheckMethod::Files && self.cameras.contains(&check.camera) && within(check.truth)
        };
        let old: Vec<i64> = store.clock_checks()?.iter().filter(|check| old(check)).map(|check| check.id).collect();
        let reason = say!("có ước tính mới từ các tệp", "a newer estimate from files").en;
        let removed = Removed { at: now, by: by.to_owned(), reason: Some(reason) };
        store.replace_clock_checks(&self.estimate.checks(camera, by, now), &old, &removed, actor)
    }
}
