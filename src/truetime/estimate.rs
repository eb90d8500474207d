//! A camera's clock from when its files were closed, without anybody's help.
//!
//! A file that a camera writes straight into our folder is closed within seconds of the end of what it holds. We know by our
//! own clock when it was closed, and the file claims, by the camera's clock, when it ends. So each file gives
//!
//! ```text
//! residual = claimed end − observed close = offset − latency,      latency ≥ 0
//! ```
//!
//! 1. **What says nothing is left out** (`coherence.rs`): a file whose residual is not that of its neighbours. In a bulk copy
//!    files of far different times are closed within seconds, so that the residual runs by a file's length from one to
//!    the next: nothing of it is left, and there is no answer.
//! 2. **Stretches** (`stretches.rs`): the residuals of the rest are cut where they jump or bend, and through each stretch goes a
//!    line by Theil and Sen through the medians of groups of files.
//! 3. **Latency** (`latency.rs`): it pulls every residual down, so the offset lies above the line. By how much is bounded, not
//!    known; the bounds are the error.
//!
//! What cannot be told from files is said in the verdict: above all, times of modification which agree with the camera's own
//! clock may have been set by it.

mod coherence;
mod latency;
pub mod shared;
mod stretches;
#[cfg(test)]
mod tests;
mod verdict;

use jiff::{SignedDuration, Timestamp};

pub use verdict::{Doubtful, Verdict};

use super::review::zone_hours;
use super::words;
use crate::base::say::Said;
use crate::model::{CameraTime, CheckMethod, ClockCheck, TrueTime};
use crate::say;

/// One file that was written into our folder.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closing {
    /// When it says that it starts.
    pub claimed_start: CameraTime,
    /// When it says that it ends: by its name, or its start and the length of its media.
    pub claimed_end: CameraTime,
    /// When it was closed, by our own clock.
    pub observed: TrueTime,
    /// How that was observed.
    pub kind: ClosingKind,
    /// Bytes.
    pub size: u64,
}

/// How a closing was observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosingKind {
    /// We were told when it was closed.
    Close,
    /// The file's time of modification. It must have been set by our own clock: who can tell that a time of modification was
    /// brought along (it lies long before the change of the inode) should leave the file out.
    Mtime,
}

/// What is taken for granted about files that are written live.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EstimateSettings {
    /// Such a file is closed at most so long after its claimed end, all but a twentieth of them, seconds.
    pub latency_max_s: f64,
    /// How much a clock may drift, parts per million.
    pub drift_bound_ppm: f64,
    /// An estimate with a greater error than this is weak, seconds.
    pub weak_error_s: f64,
}

impl Default for EstimateSettings {
    fn default() -> Self {
        EstimateSettings { latency_max_s: 5.0, drift_bound_ppm: 500.0, weak_error_s: 5.0 }
    }
}

/// A stretch in which the clock ran evenly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// The first file's close …
    pub from: TrueTime,
    /// … and the last one's.
    pub to: TrueTime,
    /// Camera time − true time at `from`, seconds.
    pub offset_s: f64,
    /// How much faster than true time the clock runs, parts per million.
    pub drift_ppm: f64,
    /// Half-width of the interval that holds the offset anywhere in the stretch, at least 95 times of 100, seconds.
    pub error_95_s: f64,
    /// The files that it rests on.
    pub files: usize,
}

impl Stretch {
    /// Camera time − true time at an instant, seconds.
    pub fn offset_s_at(&self, t: TrueTime) -> f64 {
        let since = t.as_micros().saturating_sub(self.from.as_micros()) as f64 / 1e6;
        self.offset_s + self.drift_ppm * 1e-6 * since
    }
}

/// The clock was set between two files.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The last close before.
    pub after: TrueTime,
    /// The first close afterwards.
    pub before: TrueTime,
    /// Change of the offset, seconds; positive when the clock was set forward.
    pub by_s: f64,
}

/// Files that say nothing, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Excluded {
    /// They claim to end before they start, or to be a day long.
    pub impossible: usize,
    /// Many of far different times were closed within seconds: copied in.
    pub copied: usize,
    /// Closed much later or earlier than their neighbours.
    pub stray: usize,
    /// Too few that agree with each other to tell anything.
    pub few: usize,
}

impl Excluded {
    /// All of them.
    pub fn total(&self) -> usize {
        self.impossible + self.copied + self.stray + self.few
    }
}

/// What the files of one camera tell of its clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// In order of time; none when there is no answer.
    pub stretches: Vec<Stretch>,
    /// When the clock was set. Two stretches may also meet without a step, where the drift changed.
    pub jumps: Vec<Step>,
    /// Files that were left out.
    pub excluded: Excluded,
    /// Whether to believe it.
    pub verdict: Verdict,
}

/// A longer time without a file was not seen, microseconds.
const SILENCE_US: i64 = 600_000_000;

/// One file as a point: seconds since the first, and the residual in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Point {
    t: f64,
    r: f64,
}

/// Estimates a clock from the closings of one camera, in any order, or of cameras which share one clock.
pub fn estimate(closings: &[Closing], settings: &EstimateSettings) -> Estimate {
    let mut excluded = Excluded::default();
    let Some(base) = closings.iter().map(|closing| closing.observed).min() else {
        return verdict::nothing(excluded);
    };
    let possible =
        |c: &&Closing| (0..86_400_000_000).contains(&(c.claimed_end.as_micros() - c.claimed_start.as_micros()));
    let mut points: Vec<Point> = closings
        .iter()
        .filter(possible)
        .map(|c| Point {
            t: (c.observed.as_micros() - base.as_micros()) as f64 / 1e6,
            r: (c.claimed_end.as_micros() - c.observed.as_micros()) as f64 / 1e6,
        })
        .collect();
    excluded.impossible = closings.len() - points.len();
    points.sort_by(|a, b| a.t.total_cmp(&b.t));
    let bound = settings.drift_bound_ppm.max(0.0) * 1e-6;
    let coherent = coherence::coherent(&points, bound, &mut excluded);
    let (coherent, cut) = stretches::cut(&coherent, bound, granularity(closings), &mut excluded);
    let spread = latency::Spread::of(&coherent, &cut);
    let slack = latency::slack(&spread, granularity(closings), settings);
    let instant = |t: f64| base.plus_micros((t * 1e6).round() as i64);
    let stretches: Vec<Stretch> = cut
        .iter()
        .map(|piece| {
            let (first, last) = (coherent[piece.files.start].t, coherent[piece.files.end - 1].t);
            Stretch {
                from: instant(first),
                to: instant(last),
                offset_s: piece.line.y(first) + slack.lift_s,
                drift_ppm: piece.line.slope * 1e6,
                error_95_s: slack.half_s + piece.noise_s,
                files: piece.files.len(),
            }
        })
        .collect();
    let jumps = cut.windows(2).filter(|pair| pair[1].stepped).map(|pair| {
        let [after, before] = [pair[0].files.end - 1, pair[1].files.start].map(|n| coherent[n].t);
        let middle = after.midpoint(before);
        Step { after: instant(after), before: instant(before), by_s: pair[1].line.y(middle) - pair[0].line.y(middle) }
    });
    let jumps: Vec<Step> = jumps.collect();
    let verdict = verdict::of(&stretches, &jumps, &excluded, &spread, closings, settings);
    Estimate { stretches, jumps, excluded, verdict }
}

/// How coarsely the ends are claimed: a name that tells whole seconds has lost up to one.
fn granularity(closings: &[Closing]) -> f64 {
    let whole = |c: &Closing| c.claimed_start.as_micros() % 1_000_000 == 0;
    if closings.iter().all(whole) { 1.0 } else { 0.0 }
}

impl Estimate {
    /// The estimate as clock checks, so that a clock model made of them says the same: one at each end of each stretch, and a
    /// single one where two stretches meet without a step. Checks between which every file was seen share their `made_at`;
    /// after each step or long silence it is a microsecond later. They are to take the place of a camera's earlier checks from
    /// files in the same time.
    pub fn checks(&self, camera: &str, by: &str, made_at: Timestamp) -> Vec<ClockCheck> {
        let mut checks: Vec<ClockCheck> = Vec::new();
        let mut made = made_at;
        let check = |truth: TrueTime, offset_s: f64, uncertainty_s: f64, made_at| ClockCheck {
            id: 0,
            camera: camera.to_owned(),
            shown: CameraTime::from_micros(truth.as_micros() + (offset_s * 1e6).round() as i64),
            truth,
            uncertainty_s,
            method: CheckMethod::Files,
            by: by.to_owned(),
            photo: None,
            note: None,
            made_at,
        };
        for (n, stretch) in self.stretches.iter().enumerate() {
            let before = n.checked_sub(1).map(|before| &self.stretches[before]);
            let start = stretch.offset_s;
            match before.filter(|before| self.meet(before, stretch)).and_then(|_| checks.pop()) {
                Some(end) => {
                    let off = (end.offset_s() - start).abs() / 2.0;
                    let error = end.uncertainty_s.max(stretch.error_95_s) + off;
                    checks.push(check(end.truth, end.offset_s().midpoint(start), error, made));
                }
                None => {
                    if before.is_some() {
                        made = made.checked_add(SignedDuration::from_micros(1)).unwrap_or(made);
                    }
                    checks.push(check(stretch.from, start, stretch.error_95_s, made));
                }
            }
            checks.push(check(stretch.to, stretch.offset_s_at(stretch.to), stretch.error_95_s, made));
        }
        checks
    }

    /// Whether one stretch follows another at once and without a step.
    fn meet(&self, before: &Stretch, after: &Stretch) -> bool {
        let apart = after.from.as_micros() - before.to.as_micros();
        apart <= SILENCE_US && self.jumps.iter().all(|jump| jump.after != before.to)
    }

    /// The files that it rests on.
    pub fn files(&self) -> usize {
        self.stretches.iter().map(|stretch| stretch.files).sum()
    }

    /// The estimate in a sentence: how the clock stands at the end, how it runs, what that rests on, and what is to be
    /// doubted.
    pub fn say(&self) -> Said {
        let Some(last) = self.stretches.last() else { return self.verdict.say() };
        let Said { vi: stands_vi, en: stands } = words::offset(last.offset_s_at(last.to));
        let Said { vi: runs_vi, en: runs } = words::drift(last.drift_ppm);
        let Said { vi: error_vi, en: error } = words::exactly(last.error_95_s);
        let (files, jumps) = (self.files(), self.jumps.len());
        let mut said = say!(
            "{stands_vi} ± {error_vi}, {runs_vi}; theo {files} tệp, đồng hồ bị đặt lại {jumps} lần",
            "{stands} ± {error}, {runs}; by {files} files, the clock was set {jumps} times"
        );
        if let Some(hours) = zone_hours(last.offset_s_at(last.to)) {
            said.vi.push_str(&format!("; gần tròn {} giờ: có lẽ là múi giờ", hours.abs()));
            said.en.push_str(&format!("; almost exactly {} h: probably a time zone", hours.abs()));
        }
        if !matches!(self.verdict, Verdict::Confident) {
            let Said { vi, en } = self.verdict.say();
            said.vi.push_str(&format!("; {vi}"));
            said.en.push_str(&format!("; {en}"));
        }
        said
    }
}
