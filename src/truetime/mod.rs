//! A camera's clock against true time. Both directions stand side by side and are each other's inverse.
//!
//! The convention: `offset = camera time − true time`. A camera that is seven minutes fast ("nhanh 7 phút") has an offset of
//! +420 s: what it calls 21:22 happened at 21:15.
//!
//! A [`ClockModel`] is made from clock checks (`fit.rs`): one or more lines (`line.rs`), between which the clock jumped: it was
//! set, by a person, by NTP, by a dead battery. When exactly is only known to lie between two checks. In that time the clock
//! may have run on either line, and the uncertainty covers both. Where the clock was set back, one camera time was shown
//! twice; where it was set forward, some camera times were never shown. [`ClockModel::readings`] gives all that is possible.

pub mod align;
pub mod estimate;
mod fit;
mod line;
#[cfg(test)]
mod made;
pub mod review;
mod robust;
#[cfg(test)]
mod tests;
pub mod words;

use std::cmp::Ordering;

use crate::base::say::Said;
use crate::model::{CameraSpan, CameraTime, ClockCheck, ClockSettings, Span, TrueTime, Window};
use crate::say;
use line::Line;

/// What is known of one camera's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockModel {
    /// At least one, in order of time.
    lines: Vec<Line>,
    /// Between the lines.
    jumps: Vec<Jump>,
    /// By their true time.
    checks: Vec<ClockCheck>,
    contradictions: Vec<Contradiction>,
}

/// The clock was set between two instants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jump {
    /// The last instant at which it surely was as before.
    pub after: TrueTime,
    /// The first instant at which it surely was as afterwards.
    pub before: TrueTime,
    /// Change of the offset, seconds; positive when the clock was set forward.
    pub by_s: f64,
}

/// Two checks that cannot both be right.
#[derive(Clone, Debug, PartialEq)]
pub struct Contradiction {
    /// The earlier one (or the one of an estimate).
    pub first: ClockCheck,
    /// The later one (or the one that an estimate contradicts).
    pub second: ClockCheck,
    /// The second's offset − the first's, seconds.
    pub difference_s: f64,
    /// As much could be explained by their uncertainties and by drift, seconds.
    pub allowed_s: f64,
}

impl Contradiction {
    /// The finding as a sentence.
    pub fn say(&self) -> Said {
        let [first, second] = [&self.first, &self.second].map(|check| words::offset(check.offset_s()));
        let (far, may) = (words::exactly(self.difference_s), words::exactly(self.allowed_s));
        let [by, and] = [&self.first.by, &self.second.by];
        let Said { vi: first_vi, en: first } = first;
        let Said { vi: second_vi, en: second } = second;
        let Said { vi: far_vi, en: far } = far;
        let Said { vi: may_vi, en: may } = may;
        say!(
            "hai lần kiểm giờ trái nhau: {first_vi} (theo {by}) và {second_vi} (theo {and}); lệch nhau {far_vi}, \
             nhiều nhất chỉ có thể {may_vi}",
            "two clock checks contradict each other: {first} (by {by}) and {second} (by {and}); they differ by {far}, \
             at most {may} is possible",
        )
    }
}

impl Default for ClockModel {
    fn default() -> ClockModel {
        ClockModel::unchecked()
    }
}

impl ClockModel {
    /// A clock that nobody has checked: taken as right, and to be called unchecked.
    pub fn unchecked() -> ClockModel {
        ClockModel { lines: vec![Line::identity()], jumps: Vec::new(), checks: Vec::new(), contradictions: Vec::new() }
    }

    /// What the checks of one camera tell of its clock, in any order. Without a usable one (its uncertainty a number ≥ 0)
    /// the clock is unchecked.
    pub fn from_checks(checks: &[ClockCheck], settings: &ClockSettings) -> ClockModel {
        let mut checks = checks.to_vec();
        checks.sort_by_key(|check| (check.truth, check.made_at, check.id));
        match fit::fit(&checks, settings) {
            Some(fit::Fitted { lines, jumps, contradictions }) => ClockModel { lines, jumps, checks, contradictions },
            None => ClockModel::unchecked(),
        }
    }

    /// Whether anything is known of the clock.
    pub fn checked(&self) -> bool {
        !self.checks.is_empty()
    }

    /// When it really was what the camera's clock said: the best of [`ClockModel::readings`], or where the clock never
    /// showed that, as if it had run on.
    pub fn to_true(&self, t: CameraTime) -> TrueTime {
        self.best_line_of(t).to_true(t)
    }

    /// What the camera's clock said at an instant.
    pub fn to_camera(&self, t: TrueTime) -> CameraTime {
        CameraTime::from_micros(self.line_at(t).camera_at(t.as_micros()))
    }

    /// All instants at which the camera's clock may have shown a time, the best first, each with its uncertainty in seconds
    /// (none for an unchecked clock). Two where the clock was set back or nobody knows when it was set; none for a time that
    /// was skipped when the clock was set forward.
    pub fn readings(&self, t: CameraTime) -> Vec<(TrueTime, Option<f64>)> {
        self.possible_lines(t).map(|run| (run.to_true(t), run.uncertainty_s(t))).collect()
    }

    /// The runs on which the clock may have shown a time, the best first; none for a time that was skipped.
    pub fn possible_runs(&self, t: CameraTime) -> Vec<Run<'_>> {
        self.possible_lines(t).collect()
    }

    /// All stretches of true time that a recording's span may be, the best first, with the greater uncertainty of its ends.
    /// A recording's length is its own, so both its ends are read on the line that its start is read on.
    pub fn span_readings(&self, span: &CameraSpan) -> Vec<(Window, Option<f64>)> {
        let window = |run: Run<'_>| {
            let sure = [span.start, span.end].map(|end| run.uncertainty_s(end));
            (run.span_to_true(span), sure[0].zip(sure[1]).map(|(a, b)| a.max(b)))
        };
        self.possible_lines(span.start).map(window).collect()
    }

    /// A span of the camera's clock in true time: the best of [`ClockModel::span_readings`].
    pub fn span_to_true(&self, span: &CameraSpan) -> Window {
        self.best_line_of(span.start).span_to_true(span)
    }

    /// How a recording that starts at a camera time is best read: everything inside it goes by one straight clock, even if
    /// the camera was set while it recorded.
    pub fn best_line_of(&self, start: CameraTime) -> Run<'_> {
        let others = (1..self.lines.len()).map(|n| self.run(n));
        let better = |a, b| if self.worse(&a, start) <= self.worse(&b, start) { a } else { b };
        others.fold(self.run(0), better)
    }

    /// The spans of the camera's clock that lie in a window of true time: in order, apart. Several at jumps.
    pub fn spans_to_camera(&self, window: &Window) -> Vec<CameraSpan> {
        self.spans(window, |_, _| 0)
    }

    /// The same, with everything whose uncertainty touches the window. No wider for an unchecked clock, whose uncertainty
    /// nobody knows.
    pub fn spans_to_camera_widened(&self, window: &Window) -> Vec<CameraSpan> {
        match self.checked() {
            true => self.spans(window, |line, t| line.margin_us(t)),
            false => self.spans_to_camera(window),
        }
    }

    /// A window of true time on the camera's clock, from the first to the last camera time that it may hold.
    pub fn span_to_camera(&self, window: &Window) -> CameraSpan {
        let spans = self.spans_to_camera(window);
        let start = spans.first().map_or_else(|| self.to_camera(window.start), |span| span.start);
        Span::new(start, spans.last().map_or(start, |span| span.end))
    }

    /// Camera time − true time at an instant, seconds; positive when the camera is fast, 0 for an unchecked clock.
    pub fn offset_s_at(&self, t: TrueTime) -> f64 {
        self.line_at(t).offset_s(t.as_micros())
    }

    /// How far [`ClockModel::offset_s_at`] may be wrong either way, seconds: while nobody knows whether the clock had been set,
    /// far enough to hold both possibilities. None for an unchecked clock.
    pub fn uncertainty_s_at(&self, t: TrueTime) -> Option<f64> {
        let here = self.offset_s_at(t);
        let micros = t.as_micros();
        let possible = self.runs().filter(|run| run.outside_us(micros) == 0);
        let reach = possible.map(|run| (run.line.offset_s(micros) - here).abs() + run.line.uncertainty_s(micros));
        self.checked().then(|| reach.fold(0.0, f64::max))
    }

    /// How fast the clock gains on true time at an instant, parts per million; none where only one check tells of it.
    pub fn drift_ppm_at(&self, t: TrueTime) -> Option<f64> {
        self.line_at(t).drift(t.as_micros()).map(|drift| drift * 1e6)
    }

    /// The check that lies nearest to an instant.
    pub fn nearest_check(&self, t: TrueTime) -> Option<&ClockCheck> {
        self.checks.iter().min_by_key(|check| check.truth.as_micros().abs_diff(t.as_micros()))
    }

    /// The checks, by their true time.
    pub fn checks(&self) -> &[ClockCheck] {
        &self.checks
    }

    /// When the clock was set, in order.
    pub fn jumps(&self) -> &[Jump] {
        &self.jumps
    }

    /// Checks that cannot both be right; nothing was chosen between them, the uncertainty covers both.
    pub fn contradictions(&self) -> &[Contradiction] {
        &self.contradictions
    }

    fn run(&self, n: usize) -> Run<'_> {
        let start = n.checked_sub(1).and_then(|before| self.jumps.get(before));
        Run { line: &self.lines[n], start, end: self.jumps.get(n), checked: self.checked() }
    }

    fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        (0..self.lines.len()).map(|n| self.run(n))
    }

    /// The line that the clock most likely ran on: a jump of unknown instant is taken in the middle.
    fn line_at(&self, t: TrueTime) -> &Line {
        let middle = |jump: &Jump| jump.after.as_micros().midpoint(jump.before.as_micros());
        let passed = self.jumps.partition_point(|jump| middle(jump) <= t.as_micros());
        &self.lines[passed.min(self.lines.len() - 1)]
    }

    /// The runs on which the clock may have shown a time, the best first; an end of a run is as uncertain as the line there.
    fn possible_lines(&self, t: CameraTime) -> impl Iterator<Item = Run<'_>> {
        let possible = |run: &Run<'_>| {
            let truth = run.line.truth_at(t.as_micros());
            run.outside_us(truth) as f64 <= run.line.uncertainty_s(truth) * 1e6
        };
        let mut runs: Vec<Run<'_>> = self.runs().filter(possible).collect();
        runs.sort_by(|a, b| self.worse(a, t).partial_cmp(&self.worse(b, t)).unwrap_or(Ordering::Equal));
        runs.into_iter()
    }

    /// How bad a run explains a camera time: surely on it, likely, possibly, or how far from it; then how uncertain.
    fn worse(&self, run: &Run<'_>, t: CameraTime) -> (u8, u64, f64) {
        let truth = run.line.truth_at(t.as_micros());
        let outside = run.outside_us(truth);
        let rank = match outside {
            0 if run.surely_holds(truth) => 0,
            0 if std::ptr::eq(self.line_at(TrueTime::from_micros(truth)), run.line) => 1,
            0 => 2,
            _ => 3,
        };
        (rank, outside, run.line.uncertainty_s(truth))
    }

    /// The parts of a window that each line may hold, on the camera's clock, both ends grown by a margin.
    fn spans(&self, window: &Window, margin: impl Fn(&Line, i64) -> i64) -> Vec<CameraSpan> {
        let mut spans: Vec<CameraSpan> = Vec::new();
        for run in self.runs() {
            let grown = |t: i64, way: i64| t.saturating_add(way * margin(run.line, t));
            let start = grown(window.start.as_micros(), -1).max(run.from().map_or(i64::MIN, |t| grown(t, -1)));
            let end = grown(window.end.as_micros(), 1).min(run.to().map_or(i64::MAX, |t| grown(t, 1)));
            if start < end || (start == end && window.is_empty()) {
                let [start, end] = [start, end].map(|t| CameraTime::from_micros(run.line.camera_at(t)));
                spans.push(Span::new(start, end));
            }
        }
        spans.sort_by_key(|span| (span.start, span.end));
        spans.dedup_by(|next, span| {
            let joined = next.start <= span.end;
            if joined {
                span.end = span.end.max(next.end);
            }
            joined
        });
        spans
    }
}

/// A clock from one jump to the next: no camera time is ambiguous on it.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    line: &'a Line,
    start: Option<&'a Jump>,
    end: Option<&'a Jump>,
    checked: bool,
}

impl Run<'_> {
    /// When it really was what the clock said.
    pub fn to_true(&self, t: CameraTime) -> TrueTime {
        TrueTime::from_micros(self.line.truth_at(t.as_micros()))
    }

    /// What the clock said at an instant.
    pub fn to_camera(&self, t: TrueTime) -> CameraTime {
        CameraTime::from_micros(self.line.camera_at(t.as_micros()))
    }

    /// A span of the camera's clock in true time.
    pub fn span_to_true(&self, span: &CameraSpan) -> Window {
        Span::new(self.to_true(span.start), self.to_true(span.end))
    }

    /// How far [`Run::to_true`] may be wrong either way, seconds, if the clock was on this run; none for an unchecked clock.
    pub fn uncertainty_s(&self, t: CameraTime) -> Option<f64> {
        self.checked.then(|| self.line.uncertainty_s(self.line.truth_at(t.as_micros())))
    }

    /// The times inside a span of the camera's clock at which its rate changes, in order: between two of them true time runs straight.
    pub fn bends(&self, span: &CameraSpan) -> Vec<CameraTime> {
        self.line.bends(span.start.as_micros(), span.end.as_micros()).map(CameraTime::from_micros).collect()
    }

    /// The first instant at which the clock may have been on it.
    fn from(&self) -> Option<i64> {
        self.start.map(|jump| jump.after.as_micros())
    }

    /// The last one.
    fn to(&self) -> Option<i64> {
        self.end.map(|jump| jump.before.as_micros())
    }

    fn surely_holds(&self, truth: i64) -> bool {
        self.start.is_none_or(|jump| jump.before.as_micros() <= truth)
            && self.end.is_none_or(|jump| truth <= jump.after.as_micros())
    }

    /// How far an instant lies outside, microseconds.
    fn outside_us(&self, truth: i64) -> u64 {
        let (from, to) = (self.from().unwrap_or(i64::MIN), self.to().unwrap_or(i64::MAX));
        truth.abs_diff(truth.clamp(from, to))
    }
}
