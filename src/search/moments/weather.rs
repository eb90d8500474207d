//! What comes before most cameras at once is weather: gusts and showers. It is taken out of each camera's levels before
//! anything is looked for.
//!
//! In each bin the **common** part of a camera is the mean of the middle half of the other cameras' strays from their own levels, so that
//! what one or two of them see at that moment is not in it. How far a camera goes along with it is told by a line of least squares
//! through the hour, of values that are cut to what is common in that hour: so wind that blows for an hour tells, and a single
//! thing that all of them see, which may be what is looked for, does not.

use super::background::{self, STEP};
use super::series::{Series, quantile};

/// With fewer cameras nothing is common.
const LEAST_CAMERAS: usize = 5;
/// Of which so many others must be left in a bin.
const LEAST_OTHERS: f32 = 2.0;
/// A camera goes along from this correlation on; by chance that of an hour comes to a tenth of it.
const LEAST_CORRELATION: f64 = 0.25;
/// What is common within an hour must differ by as much, natural logarithms: of less, nothing is concluded about more.
const LEAST_COMMON: f32 = 0.1;
/// So much of an hour, from below and from above, is cut to what lies inside.
const CUT: f64 = 0.05;

/// The middle half of all cameras' strays in a bin.
#[derive(Clone, Copy)]
struct Middle {
    low: f32,
    high: f32,
    sum: f32,
    count: f32,
}

/// Takes out of the levels of these cameras, whose bins are the same, what they have in common.
pub(super) fn take_out(all: &mut [&mut Series]) {
    let bins = all.iter().map(|series| series.levels.len()).min().unwrap_or(0);
    if all.len() < LEAST_CAMERAS {
        return;
    }
    let strays: Vec<Vec<f32>> = all.iter().map(|series| background::strays(series)).collect();
    let middles: Vec<Middle> = (0..bins).map(|bin| middle(&strays, bin)).collect();
    for (series, strays) in all.iter_mut().zip(&strays) {
        let others = |bin: usize| {
            let (middle, own) = (middles[bin], strays[bin]);
            let inside = (middle.low..=middle.high).contains(&own);
            let (sum, count) = if inside { (middle.sum - own, middle.count - 1.0) } else { (middle.sum, middle.count) };
            if count < LEAST_OTHERS { f32::NAN } else { sum / count }
        };
        let common: Vec<f32> = (0..bins).map(others).collect();
        for step in 0..bins.div_ceil(STEP) {
            let hour = (step * STEP).saturating_sub(STEP * 3 / 2)..((step + 2) * STEP + STEP / 2).min(bins);
            let Some((usual, slope)) = along(&common[hour.clone()], &strays[hour]) else { continue };
            let quarter = step * STEP..((step + 1) * STEP).min(bins);
            for (level, common) in series.levels[quarter.clone()].iter_mut().zip(&common[quarter]) {
                if !common.is_nan() {
                    *level -= slope * (common - usual);
                }
            }
        }
    }
}

fn middle(strays: &[Vec<f32>], bin: usize) -> Middle {
    let mut known: Vec<f32> = strays.iter().map(|strays| strays[bin]).filter(|stray| !stray.is_nan()).collect();
    known.sort_by(f32::total_cmp);
    let half = &known[known.len() / 4..known.len() - known.len() / 4];
    match (half.first(), half.last()) {
        (Some(&low), Some(&high)) => Middle { low, high, sum: half.iter().sum(), count: half.len() as f32 },
        _ => Middle { low: 0.0, high: 0.0, sum: 0.0, count: 0.0 },
    }
}

/// What is usually common, and how far a camera goes along; none where it does not.
fn along(common: &[f32], strays: &[f32]) -> Option<(f32, f32)> {
    let known = || common.iter().zip(strays).filter(|(common, stray)| !common.is_nan() && !stray.is_nan());
    let (mut x, mut y): (Vec<f32>, Vec<f32>) = known().map(|(common, stray)| (*common, *stray)).unzip();
    if x.len() < STEP {
        return None;
    }
    let cut = |values: &mut [f32]| Some((quantile(values, CUT)?, quantile(values, 1.0 - CUT)?));
    let ((x_low, x_high), (y_low, y_high)) = (cut(&mut x)?, cut(&mut y)?);
    if x_high - x_low < LEAST_COMMON {
        return None;
    }
    let pairs = || known().map(|(x, y)| (f64::from(x.clamp(x_low, x_high)), f64::from(y.clamp(y_low, y_high))));
    let count = x.len() as f64;
    let (x_sum, y_sum) = pairs().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
    let (x_mean, y_mean) = (x_sum / count, y_sum / count);
    let (xx, yy, xy) = pairs().fold((0.0, 0.0, 0.0), |(xx, yy, xy), (x, y)| {
        (xx + (x - x_mean).powi(2), yy + (y - y_mean).powi(2), xy + (x - x_mean) * (y - y_mean))
    });
    (xy >= LEAST_CORRELATION * (xx * yy).sqrt() && xx > 0.0).then(|| (x_mean as f32, (xy / xx) as f32))
}
