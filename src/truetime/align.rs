//! Two cameras' clocks against each other, from what both saw: how active or how bright their pictures were.
//!
//! An event at a true time `T` lies at `T + o₁` on the first camera's clock and at `T + o₂` on the second's. The lag at which
//! the second series best matches the first is therefore `o₂ − o₁`: positive when the second camera is ahead.
//!
//! 1. Each series is made even: wild values are cut off, the slow part (hours, dusk) taken away, and what is left divided by
//!    its own size in the time around, so that a busy evening weighs no more than a quiet night.
//! 2. At each lag `τ`, over the bins that both have, `z(τ) = Σ ab / √(Σ a²b²)`: for unrelated series its mean is 0 and its
//!    variance 1, however unevenly they are busy, if neighbouring bins are independent.
//! 3. They are not, so the lags that are too far away to be true serve as surrogates, each of them the second series shifted:
//!    `z` is divided by the deviation that it has among them. The best true lag counts if it exceeds what chance reaches
//!    among `n` lags once in a thousand times, `√(2 ln(n/0.001))` for normal values, *and* exceeds the best surrogate by a
//!    tenth. Else the series are too weak to say.
//! 4. If another lag is nearly as good, far enough from the best to be another one, the match is ambiguous (a traffic light, a
//!    lamp that blinks).
//!
//! The error is what the lag varies by when each eighth of the time is left out in turn (the jackknife of Tukey), doubled, and
//! not less than half a bin. It is that of the match: who walks from one camera to the next is seen later there, which no
//! correlation can tell from a clock. Changes of light are seen at once.

pub mod events;
mod fourier;
#[cfg(test)]
mod tests;

use super::robust::{median, quantile, sigma};
use crate::base::say::Said;
use crate::model::CameraTime;
use crate::say;
use fourier::correlation;

/// A series of one camera, in bins of one length.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// When the first bin begins, on the camera's own clock.
    pub start: CameraTime,
    /// Length of a bin, seconds, > 0.
    pub step_s: f64,
    /// One number a bin; NaN where nothing was recorded.
    pub values: Vec<f64>,
}

/// How to align.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlignSettings {
    /// The clocks are taken to differ by no more than this, seconds.
    pub most_s: f64,
    /// What changes more slowly than this says nothing, seconds.
    pub slow_s: f64,
}

impl Default for AlignSettings {
    fn default() -> Self {
        AlignSettings { most_s: 7_200.0, slow_s: 1_800.0 }
    }
}

/// What two series tell of the clocks of their cameras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Alignment {
    /// The second camera's clock less the first's.
    Found {
        /// Seconds; positive when the second is ahead.
        lag_s: f64,
        /// Half-width of the interval that holds the lag, at least 95 times of 100, seconds.
        error_95_s: f64,
        /// The best match, in deviations of chance.
        strength: f64,
        /// What it had to exceed.
        needed: f64,
    },
    /// Chance does as well.
    TooWeak {
        /// The best match, in deviations of chance.
        strength: f64,
        /// What it had to exceed.
        needed: f64,
    },
    /// Two lags match nearly as well.
    Ambiguous {
        /// The best, seconds …
        lag_s: f64,
        /// … and the other.
        other_s: f64,
    },
    /// Too little is common to both, or nothing moves in one of them, or their bins differ.
    TooShort,
}

impl Alignment {
    /// The finding as a sentence.
    pub fn say(&self) -> Said {
        match self {
            Alignment::Found { lag_s, error_95_s, .. } => say!(
                "đồng hồ camera thứ hai lệch {lag_s:+.1} s so với camera thứ nhất (± {error_95_s:.1} s)",
                "the second camera's clock is {lag_s:+.1} s against the first's (± {error_95_s:.1} s)"
            ),
            Alignment::TooWeak { strength, needed } => say!(
                "không đủ rõ để nói: mức trùng khớp {strength:.1}, cần {needed:.1}",
                "too weak to say: the match is {strength:.1}, {needed:.1} would be needed"
            ),
            Alignment::Ambiguous { lag_s, other_s } => say!(
                "không rõ: lệch {lag_s:+.1} s và {other_s:+.1} s khớp gần như nhau",
                "ambiguous: {lag_s:+.1} s and {other_s:+.1} s match nearly as well"
            ),
            Alignment::TooShort => {
                say!("quá ít phần chung để so sánh", "too little is common to both to compare")
            }
        }
    }
}

/// Bins that both series must have at a lag.
const FEWEST: usize = 200;
/// A match so good comes by chance once in so many alignments.
const CHANCE: f64 = 1e-3;
/// The best surrogate must be exceeded by this factor.
const ABOVE_SURROGATES: f64 = 1.1;
/// Another lag is as good when it reaches this share of the best.
const AS_GOOD: f64 = 0.85;
/// So many bins around the best lag belong to it.
const PEAK_BINS: i64 = 6;
/// Even values are held to this many deviations.
const WILD: f64 = 4.0;
/// Parts of the time that are left out in turn.
const PARTS: usize = 8;

/// Finds how far the second camera's clock is ahead of the first's.
pub fn align(a: &Series, b: &Series, settings: &AlignSettings) -> Alignment {
    let step = a.step_s;
    let usable =
        |s: &Series| s.values.iter().filter(|v| v.is_finite()).count() >= FEWEST && s.step_s == step && step > 0.0;
    if !usable(a) || !usable(b) {
        return Alignment::TooShort;
    }
    let window = (settings.slow_s / step).ceil().max(3.0) as usize;
    let [x, y] = [a, b].map(|series| even(&series.values, window));
    // Lags count bins; the series begin this far apart, in bins and a rest.
    let apart = (b.start.as_micros().saturating_sub(a.start.as_micros())) as f64 / 1e6 / step;
    let lags = lags(&x, &y);
    let seconds = |lag: f64| (lag + apart) * step;
    let true_lag = |lag: &Lag| seconds(lag.by as f64).abs() <= settings.most_s;
    let near = PEAK_BINS as f64 + settings.most_s / step;
    let far = |lag: &&Lag| (lag.by as f64 + apart).abs() > near;
    let surrogates: Vec<f64> = lags.iter().filter(far).map(|lag| lag.z).collect();
    let count = lags.iter().filter(|lag| true_lag(lag)).count();
    let best = lags.iter().filter(|lag| true_lag(lag)).max_by(|p, q| p.z.total_cmp(&q.z));
    let (Some(best), true) = (best, surrogates.len() >= FEWEST / 2) else { return Alignment::TooShort };
    // By their middle two thirds, too: a rare wild surrogate is seen as the greatest one, not in the deviation.
    let deviation = sigma(&surrogates).max(1.0);
    let greatest = surrogates.iter().copied().fold(0.0, f64::max) / deviation;
    let needed = (2.0 * (count as f64 / CHANCE).ln()).sqrt().max(ABOVE_SURROGATES * greatest);
    let strength = best.z / deviation;
    if strength < needed {
        return Alignment::TooWeak { strength, needed };
    }
    let other = lags.iter().filter(|lag| true_lag(lag) && (lag.by - best.by).abs() > PEAK_BINS);
    if let Some(other) = other.max_by(|p, q| p.z.total_cmp(&q.z)).filter(|other| other.z > AS_GOOD * best.z) {
        return Alignment::Ambiguous { lag_s: seconds(best.by as f64), other_s: seconds(other.by as f64) };
    }
    let (lag, error) = refined(&x, &y, best.by);
    Alignment::Found { lag_s: seconds(lag), error_95_s: (2.0 * error).max(0.5) * step, strength, needed }
}

/// A lag, in bins, and how well the series match there.
struct Lag {
    by: i64,
    z: f64,
}

/// All lags at which the series have enough in common.
fn lags(x: &[f64], y: &[f64]) -> Vec<Lag> {
    let squared = |values: &[f64]| values.iter().map(|v| v * v).collect::<Vec<f64>>();
    let present = |values: &[f64]| values.iter().map(|v| f64::from(u8::from(v.is_finite()))).collect::<Vec<f64>>();
    let filled = |values: &[f64]| values.iter().map(|v| if v.is_finite() { *v } else { 0.0 }).collect::<Vec<f64>>();
    let common = correlation(&present(x), &present(y));
    let (x, y) = (filled(x), filled(y));
    let products = correlation(&x, &y);
    let sizes = correlation(&squared(&x), &squared(&y));
    let first = 1 - x.len() as i64;
    (first..)
        .zip(products.iter().zip(&sizes).zip(&common))
        .filter(|(_, ((_, size), common))| **common >= FEWEST as f64 && **size > 1e-6)
        .map(|(by, ((product, size), _))| Lag { by, z: product / size.sqrt() })
        .collect()
}

/// The best lag near one, between bins by a parabola through the peak, and its standard error by leaving out each part of
/// the time in turn.
fn refined(x: &[f64], y: &[f64], by: i64) -> (f64, f64) {
    let around: Vec<i64> = (by - PEAK_BINS..=by + PEAK_BINS).collect();
    // Sums of products by part and lag.
    let mut sums = vec![vec![0.0; around.len()]; PARTS];
    for (n, value) in x.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        for (sum, lag) in sums[n * PARTS / x.len()].iter_mut().zip(&around) {
            let other = usize::try_from(n as i64 + lag).ok().and_then(|m| y.get(m));
            *sum += other.filter(|other| other.is_finite()).map_or(0.0, |other| value * other);
        }
    }
    let peak = |left_out: Option<usize>| {
        let of = |n: usize| (0..PARTS).filter(|part| Some(*part) != left_out).map(|part| sums[part][n]).sum::<f64>();
        let height: Vec<f64> = (0..around.len()).map(of).collect();
        let top = (0..height.len()).max_by(|p, q| height[*p].total_cmp(&height[*q])).unwrap_or(0);
        let middle = top.clamp(1, height.len() - 2);
        let [left, here, right] = [height[middle - 1], height[middle], height[middle + 1]];
        let bend = left - 2.0 * here + right;
        let shift = if bend < 0.0 { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 };
        around[middle] as f64 + shift
    };
    let without: Vec<f64> = (0..PARTS).map(|part| peak(Some(part))).collect();
    let mean = without.iter().sum::<f64>() / PARTS as f64;
    let spread = without.iter().map(|lag| (lag - mean).powi(2)).sum::<f64>();
    (peak(None), (spread * (PARTS - 1) as f64 / PARTS as f64).sqrt())
}

/// Cuts off wild values, takes the mean of the window around away, and divides by the deviation there.
fn even(values: &[f64], window: usize) -> Vec<f64> {
    let mut known: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    let (low, high) = (quantile(&mut known, 0.005), quantile(&mut known, 0.995));
    let middle = median(&mut known);
    let cut: Vec<f64> = values.iter().map(|v| v.clamp(low, high) - middle).collect();
    let mean = around(&cut, window);
    let level: Vec<f64> = cut.iter().zip(mean).map(|(v, mean)| v - mean).collect();
    let size = around(&level.iter().map(|v| v * v).collect::<Vec<f64>>(), window);
    let floor = 1e-3 * (high - low).abs().max(f64::MIN_POSITIVE);
    level.iter().zip(size).map(|(v, size)| (v / size.sqrt().max(floor)).clamp(-WILD, WILD)).collect()
}

/// The mean of the known values in the window around each.
fn around(values: &[f64], window: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0)];
    let mut sum = (0.0, 0.0);
    for value in values {
        if value.is_finite() {
            sum = (sum.0 + value, sum.1 + 1.0);
        }
        sums.push(sum);
    }
    let half = window / 2;
    (0..values.len())
        .map(|n| {
            let (from, to) = (sums[n.saturating_sub(half)], sums[(n + half + 1).min(values.len())]);
            if to.1 > from.1 { (to.0 - from.0) / (to.1 - from.1) } else { 0.0 }
        })
        .collect()
}
