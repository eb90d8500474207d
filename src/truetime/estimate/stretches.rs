//! Cuts the residuals of one clock where it jumped or its drift changed, and lays a line through each stretch.
//!
//! Coarsely first: where the residual leaves the last files' median by more than their tolerance, a new run begins; runs of few
//! files are left out, and neighbours which drift alone can join are joined. Then finely, for what is smaller than the
//! jitter of one file: the medians of groups of files are cut in two where two lines explain them best, as long as that
//! explains much more than one line does (binary segmentation; the gain in squared distance, in units of the medians' own
//! variance, against a threshold). The file at which the two lines meet best is then the instant.

use std::ops::Range;

use super::coherence::TOLERANCE_S;
use super::{Excluded, Point};
use crate::truetime::robust::{MAD_TO_SIGMA, Straight, median, sigma, theil_sen};

/// A stretch needs so many files; where there are few in all, half of them, but so many in any case.
const FEWEST: usize = 20;
const FEWEST_OF_FEW: usize = 6;
/// Groups of files whose medians are looked at: at most so many, of at least so many files.
const GROUPS: usize = 256;
const GROUP_FILES: usize = 8;
/// A line is laid through at most so many groups: some 8,000 pairs.
const LINE_GROUPS: usize = 128;
/// A line needs so many groups on each side of a cut.
const GROUPS_ASIDE: usize = 3;
/// Two lines must explain so much more than one, in variances of a group's median. The largest of `n` gains by chance grows with
/// 2·ln n, some 15 for 256 groups; twice that is safe.
const GAIN: f64 = 30.0;
/// The medians of groups are not known better than this, seconds …
const FINEST_S: f64 = 0.05;
/// … nor, where names round a second away, better than the deviation of what is lost, 1/√12: of a clock that hardly drifts
/// against its files it is the same for days, and then a second less at once, which is no bend of the clock.
const ROUNDED: f64 = 0.288_675;
/// A smaller change of the offset between two stretches is none, seconds.
const LEAST_STEP_S: f64 = 2.0;
/// Runs whose ends differ by no more than this beside drift are one, seconds.
const JOIN_S: f64 = 3.0;
/// A stretch as files and the median line through them.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Among the coherent points.
    pub files: Range<usize>,
    /// Seconds of residual over seconds of time.
    pub line: Straight,
    /// How far the line may be from the true median line anywhere in the stretch, seconds (95 %).
    pub noise_s: f64,
    /// Whether the clock was set just before it.
    pub stepped: bool,
}

/// Cuts points, in order of time, into stretches; the points that are left, and the pieces of them.
pub(super) fn cut(
    points: &[Point],
    bound: f64,
    granularity_s: f64,
    excluded: &mut Excluded,
) -> (Vec<Point>, Vec<Piece>) {
    let (points, runs) = long(points, runs(points, bound), excluded);
    let mut pieces: Vec<Piece> = Vec::new();
    let finest = FINEST_S.max(ROUNDED * granularity_s);
    for run in joined(&points, runs, bound) {
        for files in refined(&points, run, finest) {
            match laid(&points, files.clone(), bound) {
                Some(piece) => pieces.push(piece),
                None => excluded.copied += files.len(),
            }
        }
    }
    for n in 1..pieces.len() {
        let at = points[pieces[n].files.start].t.midpoint(points[pieces[n - 1].files.end - 1].t);
        let step = (pieces[n].line.y(at) - pieces[n - 1].line.y(at)).abs();
        pieces[n].stepped = step > LEAST_STEP_S.max(pieces[n].noise_s + pieces[n - 1].noise_s);
    }
    (points, pieces)
}

/// The line through a stretch, and how sure it is; none if it is too steep for a clock, as in a copy of short files.
///
/// The error of a line of `n` points is greatest at its ends, 2σ/√n; where the clock bends, a line is further off, which the
/// medians of its eighths show.
fn laid(points: &[Point], files: Range<usize>, bound: f64) -> Option<Piece> {
    let groups: Vec<(f64, f64)> = groups(points, &files, LINE_GROUPS, 1).into_iter().map(|(_, t, r)| (t, r)).collect();
    let mut line = theil_sen(&groups);
    let length = points[files.end - 1].t - points[files.start].t;
    // A short stretch's slope is noisy, though what it makes over the stretch is not.
    if (line.slope.abs() - bound) * length > TOLERANCE_S {
        return None;
    }
    line.slope = line.slope.clamp(-bound, bound);
    line.at = median(&mut groups.iter().map(|(t, r)| r - line.slope * t).collect::<Vec<_>>());
    let left: Vec<f64> = groups.iter().map(|(t, r)| r - line.y(*t)).collect();
    let ends = 1.96 * 2.0 * sigma(&left) / (left.len() as f64).sqrt();
    let eighths = left.chunks(left.len().div_ceil(8)).map(|part| median(&mut part.to_vec()).abs());
    let noise_s = eighths.fold(ends.max(FINEST_S), f64::max);
    Some(Piece { files, line, noise_s, stepped: false })
}

/// Runs of points that follow each other within the tolerance.
fn runs(points: &[Point], bound: f64) -> Vec<Range<usize>> {
    const LAST: usize = 5;
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (n, point) in points.iter().enumerate() {
        match runs.last_mut() {
            Some(run) => {
                let last = &points[run.start.max(run.end.saturating_sub(LAST))..run.end];
                let usual = median(&mut last.iter().map(|point| point.r).collect::<Vec<_>>());
                let since = point.t - last[0].t;
                if (point.r - usual).abs() <= TOLERANCE_S + bound * since {
                    run.end = n + 1;
                } else {
                    runs.push(n..n + 1);
                }
            }
            None => runs.push(n..n + 1),
        }
    }
    runs
}

/// The points of runs of enough files, and those runs among them.
fn long(points: &[Point], runs: Vec<Range<usize>>, excluded: &mut Excluded) -> (Vec<Point>, Vec<Range<usize>>) {
    let (mut kept, mut ranges) = (Vec::with_capacity(points.len()), Vec::new());
    let fewest = (points.len() / 2).clamp(FEWEST_OF_FEW, FEWEST);
    for run in runs {
        if run.len() < fewest {
            excluded.few += run.len();
        } else {
            ranges.push(kept.len()..kept.len() + run.len());
            kept.extend_from_slice(&points[run]);
        }
    }
    (kept, ranges)
}

/// Joins neighbouring runs that drift alone can join.
fn joined(points: &[Point], runs: Vec<Range<usize>>, bound: f64) -> Vec<Range<usize>> {
    const ENDS: usize = 40;
    let mut joined: Vec<Range<usize>> = Vec::new();
    for run in runs {
        if let Some(before) = joined.last_mut() {
            let a = middle(&points[before.start.max(before.end.saturating_sub(ENDS))..before.end]);
            let b = middle(&points[run.start..run.end.min(run.start + ENDS)]);
            if (a.r - b.r).abs() <= JOIN_S + bound * (b.t - a.t) {
                before.end = run.end;
                continue;
            }
        }
        joined.push(run);
    }
    joined
}

/// The median point of some.
fn middle(points: &[Point]) -> Point {
    let mut times: Vec<f64> = points.iter().map(|point| point.t).collect();
    let mut residuals: Vec<f64> = points.iter().map(|point| point.r).collect();
    Point { t: median(&mut times), r: median(&mut residuals) }
}

/// The medians of at most so many groups of at least so many files, as points, with the files of each.
fn groups(points: &[Point], files: &Range<usize>, most: usize, least: usize) -> Vec<(Range<usize>, f64, f64)> {
    let count = (files.len() / least).clamp(1, most);
    (0..count)
        .map(|n| {
            let group = files.start + n * files.len() / count..files.start + (n + 1) * files.len() / count;
            let middle = middle(&points[group.clone()]);
            (group, middle.t, middle.r)
        })
        .collect()
}

/// Cuts a run where two lines explain it much better than one, and each half again.
fn refined(points: &[Point], run: Range<usize>, finest: f64) -> Vec<Range<usize>> {
    let mut open = vec![run];
    let mut done = Vec::new();
    while let Some(files) = open.pop() {
        match best_cut(points, &files, finest) {
            Some(at) if at - files.start >= FEWEST && files.end - at >= FEWEST => {
                open.push(at..files.end);
                open.push(files.start..at);
            }
            _ => done.push(files),
        }
    }
    done
}

/// The file before which a run is best cut, if it is to be cut.
fn best_cut(points: &[Point], files: &Range<usize>, finest: f64) -> Option<usize> {
    let groups = groups(points, files, GROUPS, GROUP_FILES);
    let count = groups.len();
    if count < 2 * GROUPS_ASIDE {
        return None;
    }
    // Second differences know neither height nor slope: their deviation is that of a median, times √6.
    let bends: Vec<f64> = groups.windows(3).map(|g| (g[0].2 - 2.0 * g[1].2 + g[2].2).abs()).collect();
    let noise = (MAD_TO_SIGMA * median(&mut bends.clone()) / 6f64.sqrt()).max(finest);
    let sums = Sums::of(groups.iter().map(|(_, t, r)| (*t, *r)));
    let whole = sums.misfit(0, count);
    let two = |k: usize| sums.misfit(0, k) + sums.misfit(k, count);
    let best = (GROUPS_ASIDE..=count - GROUPS_ASIDE).min_by(|a, b| two(*a).total_cmp(&two(*b)))?;
    if (whole - two(best)) / (noise * noise) < GAIN {
        return None;
    }
    // The group in which the cut lies is mixed; the lines are laid without it and its neighbours, where enough are left.
    let clear = |n: usize| n >= 2 * GROUPS_ASIDE;
    let (left, right) = (if clear(best) { best - 1 } else { best }, if clear(count - best) { best + 1 } else { best });
    let (a, b) = (sums.line(0, left), sums.line(right, count));
    let near = groups[best.saturating_sub(2)].0.start..groups[(best + 1).min(count - 1)].0.end;
    // Each file's distance from the one line less that from the other, summed: least where the one ends.
    let mut sum = 0.0;
    let mut least = (f64::INFINITY, near.start);
    for n in near {
        if sum < least.0 {
            least = (sum, n);
        }
        let Point { t, r } = points[n];
        sum += (r - a.y(t)).abs() - (r - b.y(t)).abs();
    }
    Some(least.1)
}

/// Sums of the points before each, from which the best line through any part follows.
struct Sums {
    origin: (f64, f64),
    /// Count, Σx, Σy, Σx², Σxy, Σy², of hours and seconds since the origin, so that squares keep their digits.
    rows: Vec<[f64; 6]>,
}

impl Sums {
    fn of(points: impl Iterator<Item = (f64, f64)>) -> Sums {
        let mut sums = Sums { origin: (0.0, 0.0), rows: vec![[0.0; 6]] };
        for (n, (t, r)) in points.enumerate() {
            if n == 0 {
                sums.origin = (t, r);
            }
            let (x, y) = ((t - sums.origin.0) / 3_600.0, r - sums.origin.1);
            let [count, sx, sy, sxx, sxy, syy] = sums.rows[n];
            sums.rows.push([count + 1.0, sx + x, sy + y, sxx + x * x, sxy + x * y, syy + y * y]);
        }
        sums
    }

    /// Middle, and sums of squares about it, of the points from one number to before another.
    fn about(&self, from: usize, to: usize) -> [f64; 5] {
        let [count, sx, sy, sxx, sxy, syy] = std::array::from_fn(|n| self.rows[to][n] - self.rows[from][n]);
        [sx / count, sy / count, sxx - sx * sx / count, sxy - sx * sy / count, syy - sy * sy / count]
    }

    /// Squared distance of a part from its best line.
    fn misfit(&self, from: usize, to: usize) -> f64 {
        let [_, _, xx, xy, yy] = self.about(from, to);
        (yy - if xx > 0.0 { xy * xy / xx } else { 0.0 }).max(0.0)
    }

    /// The best line of a part, by least squares.
    fn line(&self, from: usize, to: usize) -> Straight {
        let [x, y, xx, xy, _] = self.about(from, to);
        let an_hour = if xx > 0.0 { xy / xx } else { 0.0 };
        let slope = an_hour / 3_600.0;
        Straight { at: self.origin.1 + y - an_hour * x - slope * self.origin.0, slope }
    }
}
