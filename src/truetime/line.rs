//! A stretch of a camera's clock without a jump: knots, straight lines between them, and how sure each instant is.
//!
//! Between two knots camera time runs linearly with true time. Before the first and after the last knot the drift that the
//! knots show is continued, if they show one beyond their own uncertainty; else none. In whole microseconds,
//!
//! ```text
//! camera(t) = c₀ + round((t − t₀)·Δc/Δt)      truth(c) = t₀ + round((c − c₀)·Δt/Δc)
//! ```
//!
//! both are monotone, and each undoes the other up to 1 µs (exactly, where the clock runs at the true rate): the one
//! rounds by at most ½ µs, which the other turns into at most ½·(1 + 500 ppm) µs before it rounds itself.
//!
//! **Uncertainty** (half-width, seconds). With `D` the bound of drift, `W` the wander, `s` the drift of the line, `x` and `y`
//! the distances to the knots before and after, `u` theirs:
//!
//! ```text
//! outside:  u + D·x
//! between:  min( (y·u₁ + x·u₂)/(x + y) + W·min(x, y),   u₁ + (D + |s|)·x,   u₂ + (D + |s|)·y )
//! ```
//!
//! Outside, nothing tells that the clock ran on as before, so that it may do all that a clock can: its rate may differ from
//! the line's by up to `D`. Between, both ends are known, and with them the mean rate; a clock that never strays from its
//! mean by more than `W` is after `x` at most `W·x` from the line, and as far from it before the other end. The other two
//! terms hold whatever the rate does within `D`. One estimate that saw the whole time between its knots leaves no room to
//! wander: `W = 0` there.

use crate::model::ClockSettings;

/// A point through which the line goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Knot {
    /// True time, microseconds.
    pub truth: i64,
    /// Camera time, microseconds.
    pub camera: i64,
    /// Seconds, ≥ 0.
    pub uncertainty_s: f64,
    /// Whether everything between the knot before and this one was seen.
    pub joined: bool,
}

/// Camera time per true time, as a fraction of two positive numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rate {
    camera: i128,
    truth: i128,
}

impl Rate {
    const TRUE: Rate = Rate { camera: 1, truth: 1 };

    fn between(a: &Knot, b: &Knot) -> Rate {
        Rate { camera: i128::from(b.camera) - i128::from(a.camera), truth: i128::from(b.truth) - i128::from(a.truth) }
    }

    fn same(self, other: Rate) -> bool {
        self.camera * other.truth == other.camera * self.truth
    }

    fn drift(self) -> f64 {
        (self.camera - self.truth) as f64 / self.truth as f64
    }
}

/// A clock between two jumps. It has at least one knot; their true times rise, and their drifts are within the bound.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    knots: Vec<Knot>,
    /// How it runs before the first knot and after the last.
    head: Rate,
    tail: Rate,
    /// As fractions.
    bound: f64,
    wander: f64,
}

impl Line {
    /// The clock that is right.
    pub(super) fn identity() -> Line {
        let knot = Knot { truth: 0, camera: 0, uncertainty_s: 0.0, joined: false };
        Line { knots: vec![knot], head: Rate::TRUE, tail: Rate::TRUE, bound: 0.0, wander: 0.0 }
    }

    /// A line through knots (at least one) whose true times rise.
    pub(super) fn new(mut knots: Vec<Knot>, settings: &ClockSettings) -> Line {
        let bound = bound(settings);
        let wander = (settings.wander_ppm * 1e-6).clamp(0.0, bound);
        // A knot is never less sure than what its neighbours and the bound of drift say about it.
        for i in 1..knots.len() {
            let reach = reach(&knots[i - 1], &knots[i], bound);
            knots[i].uncertainty_s = knots[i].uncertainty_s.min(knots[i - 1].uncertainty_s + reach);
        }
        for i in (1..knots.len()).rev() {
            let reach = reach(&knots[i - 1], &knots[i], bound);
            knots[i - 1].uncertainty_s = knots[i - 1].uncertainty_s.min(knots[i].uncertainty_s + reach);
        }
        let (head, tail) = match knots.as_slice() {
            [first, others @ .., last] => (
                continued(first, others.iter().chain([last]).map(|knot| (first, knot))),
                continued(last, others.iter().chain([first]).map(|knot| (knot, last))),
            ),
            _ => (Rate::TRUE, Rate::TRUE),
        };
        Line { knots, head, tail, bound, wander }
    }

    /// What the clock says at a true time; both in microseconds.
    pub(super) fn camera_at(&self, truth: i64) -> i64 {
        let (knot, rate) = self.piece(self.knots.partition_point(|knot| knot.truth <= truth));
        moved(knot.camera, truth.saturating_sub(knot.truth), rate.camera, rate.truth)
    }

    /// When the clock says a camera time; both in microseconds.
    pub(super) fn truth_at(&self, camera: i64) -> i64 {
        let (knot, rate) = self.piece(self.knots.partition_point(|knot| knot.camera <= camera));
        moved(knot.truth, camera.saturating_sub(knot.camera), rate.truth, rate.camera)
    }

    /// Camera time − true time, seconds, unrounded.
    pub(super) fn offset_s(&self, truth: i64) -> f64 {
        let (knot, rate) = self.piece(self.knots.partition_point(|knot| knot.truth <= truth));
        let at_knot = knot.camera.saturating_sub(knot.truth) as f64;
        (at_knot + truth.saturating_sub(knot.truth) as f64 * rate.drift()) / 1e6
    }

    /// How much faster than true time it runs, a fraction; none where a single knot tells nothing of that.
    pub(super) fn drift(&self, truth: i64) -> Option<f64> {
        let after = self.knots.partition_point(|knot| knot.truth <= truth);
        (self.knots.len() > 1).then(|| self.piece(after).1.drift())
    }

    /// Half-width of the interval that the offset at a true time lies in, seconds.
    pub(super) fn uncertainty_s(&self, truth: i64) -> f64 {
        let after = self.knots.partition_point(|knot| knot.truth <= truth);
        let from = |knot: &Knot| truth.abs_diff(knot.truth) as f64 / 1e6;
        let outside = |knot: &Knot| knot.uncertainty_s + self.bound * from(knot);
        match (after.checked_sub(1).and_then(|before| self.knots.get(before)), self.knots.get(after)) {
            (Some(a), Some(b)) => {
                let (x, y) = (from(a), from(b));
                let mixed = (y * a.uncertainty_s + x * b.uncertainty_s) / (x + y);
                let wander = if b.joined { 0.0 } else { self.wander * x.min(y) };
                let slope = self.bound + Rate::between(a, b).drift().abs();
                (mixed + wander).min(a.uncertainty_s + slope * x).min(b.uncertainty_s + slope * y)
            }
            (Some(knot), None) | (None, Some(knot)) => outside(knot),
            (None, None) => f64::INFINITY,
        }
    }

    /// By how much a window must grow at an end whose uncertainty is `u`, so that it holds every instant that may reach it:
    /// the uncertainty changes by at most `2 D + W` a second.
    pub(super) fn margin_us(&self, truth: i64) -> i64 {
        let steepest = 2.0 * self.bound + self.wander;
        // One microsecond for the rounding of either direction.
        ((self.uncertainty_s(truth) * 1e6 / (1.0 - steepest)).ceil() as i64).saturating_add(2)
    }

    /// The camera times between two others, exclusive, at which its rate changes; microseconds.
    pub(super) fn bends(&self, from: i64, to: i64) -> impl Iterator<Item = i64> {
        let bent = move |(n, knot): (usize, &Knot)| {
            let inside = from < knot.camera && knot.camera < to;
            (inside && !self.piece(n).1.same(self.piece(n + 1).1)).then_some(knot.camera)
        };
        self.knots.iter().enumerate().filter_map(bent)
    }

    /// The straight piece that ends before the knot of this number: a point of it, and its rate.
    fn piece(&self, after: usize) -> (&Knot, Rate) {
        let last = self.knots.len() - 1;
        match after {
            0 => (&self.knots[0], self.head),
            n if n > last => (&self.knots[last], self.tail),
            n => (&self.knots[n - 1], Rate::between(&self.knots[n - 1], &self.knots[n])),
        }
    }
}

/// The bound of drift as a fraction, held to what the arithmetic stands.
pub(super) fn bound(settings: &ClockSettings) -> f64 {
    (settings.drift_bound_ppm * 1e-6).clamp(0.0, 0.05)
}

/// How much less sure the offset at one knot can be than at the other, seconds.
fn reach(a: &Knot, b: &Knot, bound: f64) -> f64 {
    (bound + Rate::between(a, b).drift().abs()) * (b.truth - a.truth) as f64 / 1e6
}

/// The rate to go on with beyond the knot `end`: the one best known of those to the other knots, if it is known at all.
fn continued<'a>(end: &Knot, pairs: impl Iterator<Item = (&'a Knot, &'a Knot)>) -> Rate {
    let error = |(a, b): &(&Knot, &Knot)| (a.uncertainty_s + b.uncertainty_s) / (b.truth - a.truth).max(1) as f64;
    let best = pairs.filter(|(a, b)| a.truth < b.truth).min_by(|p, q| error(p).total_cmp(&error(q)));
    match best {
        Some((a, b)) => {
            let rate = Rate::between(a, b);
            let change_s = (rate.camera - rate.truth).unsigned_abs() as f64 / 1e6;
            debug_assert!(a == end || b == end);
            if change_s > a.uncertainty_s + b.uncertainty_s { rate } else { Rate::TRUE }
        }
        None => Rate::TRUE,
    }
}

/// `from + round(by · up / down)`, held to what an `i64` can say.
fn moved(from: i64, by: i64, up: i128, down: i128) -> i64 {
    let product = i128::from(by) * up;
    let rounded = (2 * product + down).div_euclid(2 * down);
    let held = rounded.clamp(i64::MIN.into(), i64::MAX.into());
    from.saturating_add(held as i64)
}
