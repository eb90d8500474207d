//! From clock checks to lines: which checks agree, where the clock jumped, and which contradict each other.
//!
//! Each check says: at its instant the offset lay within its uncertainty. With the bound of drift `D`, two checks fit when
//! `|o₂ − o₁| ≤ u₁ + u₂ + D·|t₂ − t₁|`. A row of checks fits when some path through all their intervals is nowhere steeper
//! than `D`; the set of offsets that such a path can have at a check is found by carrying an interval along the row, widened
//! by `D·Δt` and cut by each check. Where the cut leaves nothing, the clock jumped. A smaller jump passes for drift: only more
//! checks, or the files themselves, can tell the two apart.
//!
//! Of checks that lie so near that the clock cannot have drifted, the surest stands if they agree. If they do not, either the
//! clock was set in between (what came before fits only the one, what came after only the other), or one of them is wrong and
//! nobody can say which: then the offset is taken in the middle of everything they claim, and as uncertain.
//!
//! An estimate from files saw the clock all the time: where it ends a stretch and begins another at once, the clock was set,
//! however little; and the ends and knees of its stretches are kept whatever lies around them.

use super::line::{Knot, Line, bound};
use super::{Contradiction, Jump};
use crate::model::{ClockCheck, ClockSettings, TrueTime};

/// What the checks come to.
pub(super) struct Fitted {
    /// At least one, in order of time.
    pub lines: Vec<Line>,
    /// One fewer.
    pub jumps: Vec<Jump>,
    /// Checks that cannot both be right.
    pub contradictions: Vec<Contradiction>,
}

/// A check on its way to a knot; microseconds.
#[derive(Clone, Copy)]
struct Point {
    truth: i64,
    offset: f64,
    doubt: f64,
    /// The check that it stands for.
    check: usize,
}

/// Fits lines to checks in order of their true times.
pub(super) fn fit(checks: &[ClockCheck], settings: &ClockSettings) -> Option<Fitted> {
    let bound = bound(settings);
    let near = (settings.near_s.max(0.0) * 1e6) as i64;
    let points: Vec<Point> = checks
        .iter()
        .enumerate()
        .filter(|(_, check)| check.uncertainty_s >= 0.0 && check.uncertainty_s.is_finite())
        .map(|(n, check)| Point {
            truth: check.truth.as_micros(),
            offset: check.offset_us() as f64,
            doubt: check.uncertainty_s * 1e6,
            check: n,
        })
        .collect();
    let mut fit = Fit { checks, bound, near, wander: settings.wander_ppm.max(0.0) * 1e-6, contradictions: Vec::new() };
    let points = fit.apart(&points);
    let points = fit.telling(points);
    let rows = rows(&points, bound, |a, b| fit.seen_set(a, b));
    let lines: Vec<Line> = rows.iter().map(|row| Line::new(fit.knots(&points[row.clone()]), settings)).collect();
    let seams = rows.windows(2).zip(lines.windows(2));
    let jumps = seams.map(|(rows, lines)| {
        // Checks that fit both sides are in both rows; the jump lies between those that fit one side only.
        let (after, before) = (points[rows[1].start - 1].truth, points[rows[0].end].truth);
        let middle = after.midpoint(before);
        Jump {
            after: TrueTime::from_micros(after),
            before: TrueTime::from_micros(before),
            by_s: lines[1].offset_s(middle) - lines[0].offset_s(middle),
        }
    });
    let jumps = jumps.collect();
    (!lines.is_empty()).then_some(Fitted { lines, jumps, contradictions: fit.contradictions })
}

struct Fit<'a> {
    checks: &'a [ClockCheck],
    bound: f64,
    near: i64,
    wander: f64,
    contradictions: Vec<Contradiction>,
}

impl Fit<'_> {
    fn fits(&self, a: &Point, b: &Point) -> bool {
        (a.offset - b.offset).abs() <= self.allowed(a, b)
    }

    fn allowed(&self, a: &Point, b: &Point) -> f64 {
        a.doubt + b.doubt + self.bound * a.truth.abs_diff(b.truth) as f64
    }

    fn one_stretch(&self, a: &Point, b: &Point) -> bool {
        self.checks[a.check].same_stretch(&self.checks[b.check])
    }

    /// Whether an estimate from files saw the clock set between two points: it ends a stretch and begins another at once.
    fn seen_set(&self, a: &Point, b: &Point) -> bool {
        let [a_check, b_check] = [&self.checks[a.check], &self.checks[b.check]];
        let near = a.truth.abs_diff(b.truth) <= self.near.unsigned_abs();
        near && a_check.from_files() && b_check.from_files() && a_check.made_at != b_check.made_at
    }

    /// Makes one of points that lie near each other.
    fn apart(&mut self, points: &[Point]) -> Vec<Point> {
        let mut out: Vec<Point> = Vec::with_capacity(points.len());
        for (n, point) in points.iter().enumerate() {
            let Some(last) = out.last().copied().filter(|last| point.truth - last.truth <= self.near) else {
                out.push(*point);
                continue;
            };
            let kept = out.len() - 1;
            if self.seen_set(&last, point) && point.truth > last.truth {
                out.push(*point);
            } else if self.fits(&last, point) {
                if point.doubt <= last.doubt {
                    out[kept] = *point;
                }
            } else {
                let before = kept.checked_sub(1).map(|before| out[before]);
                let after = points[n..].iter().find(|after| after.truth - point.truth > self.near);
                if point.truth > last.truth && self.was_set(before.as_ref(), &last, point, after) {
                    out.push(*point);
                } else {
                    out[kept] = self.doubtful(&last, point, last.truth.midpoint(point.truth));
                }
            }
        }
        out
    }

    /// Whether the clock was set between two points that lie near each other, by the witness of those around them.
    fn was_set(&self, before: Option<&Point>, a: &Point, b: &Point, after: Option<&Point>) -> bool {
        let early = before.is_none_or(|p| self.fits(p, a) && !self.fits(p, b));
        let late = after.is_none_or(|n| self.fits(b, n) && !self.fits(a, n));
        early && late && (before.is_some() || after.is_some())
    }

    /// A point that covers all that two contradicting ones claim; the contradiction is noted.
    fn doubtful(&mut self, a: &Point, b: &Point, truth: i64) -> Point {
        self.contradictions.push(Contradiction {
            first: self.checks[a.check].clone(),
            second: self.checks[b.check].clone(),
            difference_s: (b.offset - a.offset) / 1e6,
            allowed_s: self.allowed(a, b) / 1e6,
        });
        let low = (a.offset - a.doubt).min(b.offset - b.doubt);
        let high = (a.offset + a.doubt).max(b.offset + b.doubt);
        let doubt = (high - low) / 2.0 + self.bound * a.truth.abs_diff(b.truth) as f64;
        Point { truth, offset: low.midpoint(high), doubt, check: a.check }
    }

    /// Leaves out what tells less than the points around it; a check in the midst of an estimate that says otherwise becomes
    /// a doubt. The least certain are looked at first.
    fn telling(&mut self, points: Vec<Point>) -> Vec<Point> {
        let mut kept: Vec<Option<Point>> = points.iter().copied().map(Some).collect();
        let mut order: Vec<usize> = (1..points.len().saturating_sub(1)).collect();
        order.sort_by(|a, b| points[*b].doubt.total_cmp(&points[*a].doubt));
        for n in order {
            let (before, after) = (kept[..n].iter().flatten().next_back(), kept[n + 1..].iter().flatten().next());
            let (Some(p), Some(q), point) = (before.copied(), after.copied(), points[n]) else { continue };
            let joined = self.one_stretch(&p, &q);
            // The ends and knees of a stretch are what an estimate saw, however little they stand out.
            let seen = self.one_stretch(&p, &point) || self.one_stretch(&point, &q);
            if seen || !self.fits(&p, &q) {
                continue;
            }
            let (x, y) = ((point.truth - p.truth) as f64, (q.truth - point.truth) as f64);
            let mixed = |a: f64, b: f64| (a * y + b * x) / (x + y);
            let wander = if joined { 0.0 } else { self.wander * x.min(y) };
            let told = Point {
                offset: mixed(p.offset, q.offset),
                doubt: mixed(p.doubt, q.doubt) + wander,
                truth: point.truth,
                check: if x <= y { p.check } else { q.check },
            };
            if self.fits(&told, &point) {
                if told.doubt < point.doubt {
                    kept[n] = None;
                }
            } else if joined {
                kept[n] = Some(self.doubtful(&told, &point, point.truth));
            }
        }
        kept.into_iter().flatten().collect()
    }

    /// The knots of a row that fits: each point where it is, or moved within its uncertainty as far as the bound of drift
    /// demands, and so much less sure. Moved from the past onwards and from the future backwards, and the mean of both, which
    /// keeps to the bound since each does.
    fn knots(&self, row: &[Point]) -> Vec<Knot> {
        let mirrored: Vec<Point> =
            row.iter().rev().map(|point| Point { truth: point.truth.saturating_neg(), ..*point }).collect();
        let forward = path(row, self.bound);
        let backward = path(&mirrored, self.bound);
        let ways = forward.iter().zip(backward.iter().rev());
        row.iter()
            .zip(ways)
            .enumerate()
            .map(|(n, (point, (a, b)))| {
                let offset = a.midpoint(*b);
                Knot {
                    truth: point.truth,
                    camera: point.truth.saturating_add(offset.round() as i64),
                    uncertainty_s: (point.doubt + (offset - point.offset).abs()) / 1e6,
                    joined: n > 0 && self.one_stretch(&row[n - 1], point),
                }
            })
            .collect()
    }
}

/// An interval of offsets, microseconds; empty when reversed.
#[derive(Clone, Copy)]
struct Interval(f64, f64);

impl Interval {
    fn of(point: &Point) -> Interval {
        Interval(point.offset - point.doubt, point.offset + point.doubt)
    }

    /// What is left of it at another point after drifting there.
    fn carried(self, by: f64, to: &Point) -> Option<Interval> {
        let Interval(low, high) = Interval::of(to);
        let cut = Interval(low.max(self.0 - by), high.min(self.1 + by));
        (cut.0 <= cut.1).then_some(cut)
    }
}

/// Rows of points that fit, as long as they go and the clock was not seen set. Neighbouring rows share the points that fit both.
fn rows(points: &[Point], bound: f64, set_between: impl Fn(&Point, &Point) -> bool) -> Vec<std::ops::Range<usize>> {
    let drifted = |a: usize, b: usize| bound * points[b].truth.abs_diff(points[a].truth) as f64;
    let mut rows = Vec::new();
    let Some(first) = points.first() else { return rows };
    let (mut start, mut set) = (0, Interval::of(first));
    for n in 1..points.len() {
        let seen = set_between(&points[n - 1], &points[n]);
        if let Some(cut) = set.carried(drifted(n - 1, n), &points[n]).filter(|_| !seen) {
            set = cut;
            continue;
        }
        rows.push(start..n);
        start = n;
        if seen {
            set = Interval::of(&points[n]);
            continue;
        }
        let mut back = Interval::of(&points[n]);
        while let Some(cut) = back.carried(drifted(start, start - 1), &points[start - 1]) {
            (start, back) = (start - 1, cut);
        }
        set = points[start..=n].windows(2).fold(Interval::of(&points[start]), |set, pair| {
            let drift = bound * pair[1].truth.abs_diff(pair[0].truth) as f64;
            set.carried(drift, &pair[1]).unwrap_or(Interval::of(&pair[1]))
        });
    }
    rows.push(start..points.len());
    rows
}

/// A path through a row of points that fits, nowhere steeper than the bound, each point moved no further than it must be to
/// follow the one before and still be followed by the rest.
fn path(row: &[Point], bound: f64) -> Vec<f64> {
    let drifted = |n: usize| bound * row[n].truth.abs_diff(row[n + 1].truth) as f64;
    // What lets the rest follow.
    let mut open: Vec<Interval> = row.iter().map(Interval::of).collect();
    for n in (0..row.len().saturating_sub(1)).rev() {
        open[n] = open[n + 1].carried(drifted(n), &row[n]).unwrap_or(open[n]);
    }
    let mut path: Vec<f64> = Vec::with_capacity(row.len());
    for (n, point) in row.iter().enumerate() {
        let Interval(mut low, mut high) = open[n];
        if let Some(before) = path.last() {
            low = low.max(before - drifted(n - 1));
            high = high.min(before + drifted(n - 1));
        }
        path.push(point.offset.max(low).min(high));
    }
    path
}
