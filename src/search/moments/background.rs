//! A camera's own background: the level that its activity usually has around an instant, and how far it usually strays.
//!
//! The **level** is the greater of two medians, of the ten minutes before a minute and of the ten after. What rises and falls
//! again within some minutes stands out against both; rain that sets in, a lamp that changes the picture, or traffic that begins
//! does so against one only, and is no moment. What a mean over some time **usually** comes to above the level, where something
//! passes again and again, is the middle one of the hour. The **spread** is that of the hour and of the three hours around it, from upper
//! quantiles: 84 of 100 lie below one standard deviation of a normal law, 95 below 1.645. So where something passes all
//! the time (traffic, insects before the infrared lamp, gusts of wind) the spread is wide, and one passage more is nothing; a single
//! one, being less than a twentieth of an hour, widens nothing. Means over longer times have a spread of their own: noise
//! that comes in short bursts averages out in them, somebody who stays does not.

use std::ops::Range;

use super::series::{Series, quantile};

/// Lengths of time that activity is averaged over, in bins of 2 s: 2 s, 8 s, 30 s, 90 s.
pub(super) const SCALES: [usize; 4] = [1, 4, 15, 45];

/// The level is worked out for each minute …
const MINUTE: usize = 30;
/// … from so many minutes on either side, of which at least a fifth must be known.
const SIDE: usize = 10;

/// The spread is worked out for every quarter of an hour …
pub(super) const STEP: usize = 450;
/// … from half an hour on either side, and from an hour and a half.
const HALF_HOUR: usize = 900;
const NEIGHBOURS: usize = 3 * HALF_HOUR;

/// A spread below this, in natural logarithms, is taken for it, for each scale: an encoder's own unrest is some per cent.
const LEAST_SPREAD: [f32; SCALES.len()] = [0.08, 0.06, 0.04, 0.03];

/// A camera whose levels hardly differ (5 to 95 of 100 within this) records at a constant rate: its bytes tell nothing …
const CONSTANT: f32 = 0.05;
/// … unless some bins rise so far above the middle one, natural logarithms: then it looks at a very still scene. As much as stands
/// out at the shortest scale.
const BURST: f32 = 0.35;
const BURST_BINS: usize = 3;

/// The background of one series.
#[derive(Debug)]
pub(super) struct Background {
    /// The usual level of each minute; not a number where nothing is known around it.
    levels: Vec<f32>,
    /// What means of each scale come to, for every quarter of an hour.
    norms: [Vec<Norm>; SCALES.len()],
}

/// What means over some time usually come to.
#[derive(Clone, Copy, Debug)]
struct Norm {
    /// How far they lie above the level, 0 or more, natural logarithms.
    usual: f32,
    /// How far they stray from that, upward, natural logarithms: one standard deviation.
    spread: f32,
}

/// Whether the levels tell anything: they are not too few, nor all alike.
pub(super) fn tells(series: &Series) -> bool {
    let mut all: Vec<f32> = series.known(0..series.levels.len()).collect();
    let (Some(low), Some(high)) = (quantile(&mut all, 0.05), quantile(&mut all, 0.95)) else { return false };
    let (Some(middle), Some(top)) = (quantile(&mut all, 0.5), highest(&mut all, BURST_BINS)) else { return false };
    all.len() >= MINUTE && (high - low >= CONSTANT || top - middle >= BURST)
}

/// How far each bin lies above the level; not a number where that is not known.
pub(super) fn strays(series: &Series) -> Vec<f32> {
    let levels = levels(series, f32::NAN);
    let stray = |(bin, level): (usize, &f32)| level - levels[bin / MINUTE];
    series.levels.iter().enumerate().map(stray).collect()
}

impl Background {
    /// The background of levels that tell something; none of none.
    pub(super) fn of(series: &Series) -> Option<Background> {
        let mut all: Vec<f32> = series.known(0..series.levels.len()).collect();
        let (low, high) = (quantile(&mut all, 0.05)?, quantile(&mut all, 0.95)?);
        let middle = quantile(&mut all, 0.5)?;
        if on_movement(series) {
            // All that is there is busy, so there is no usual level but the quietest.
            let (level, spread) = (quantile(&mut all, 0.1)?, LEAST_SPREAD[0].max((high - low) / 4.0));
            let (minutes, steps) = (series.levels.len() / MINUTE + 1, series.levels.len() / STEP + 1);
            return Some(Background {
                levels: vec![level; minutes],
                norms: SCALES.map(|_| vec![Norm { usual: 0.0, spread }; steps]),
            });
        }
        let levels = levels(series, middle);
        let norms = std::array::from_fn(|scale| norms(series, &levels, SCALES[scale], LEAST_SPREAD[scale]));
        Some(Background { levels, norms })
    }

    /// How far the mean of some bins lies above the level, natural logarithms. None where less than two thirds are known.
    pub(super) fn excess(&self, series: &Series, bins: Range<usize>) -> Option<f32> {
        mean(series, &bins).zip(self.level(bins.start.midpoint(bins.end))).map(|(mean, level)| mean - level)
    }

    /// By how much of what is usual, and by how many spreads, a mean over a scale whose first bin this is stands out when it lies
    /// so far above the level.
    pub(super) fn standing_out(&self, scale: usize, bin: usize, excess: f32) -> (f32, f32) {
        match self.norms[scale].get(bin / STEP) {
            Some(Norm { usual, spread }) => (excess - usual, (excess - usual) / spread),
            None => (0.0, 0.0),
        }
    }

    fn level(&self, bin: usize) -> Option<f32> {
        self.levels.get(bin / MINUTE).copied().filter(|level| !level.is_nan())
    }
}

/// Whether a camera records on movement only: little of the time, in many pieces. What it recorded is then what it noticed.
pub(super) fn on_movement(series: &Series) -> bool {
    let hours = series.whole.micros() as f64 / 3.6e9;
    let recorded: i64 = series.stretches.iter().map(crate::model::Span::micros).sum();
    series.stretches.len() as f64 >= (2.0 * hours).max(6.0) && (recorded as f64) < 0.6 * series.whole.micros() as f64
}

/// The value that so many, itself among them, are not below. None of too few.
fn highest(values: &mut [f32], many: usize) -> Option<f32> {
    let place = values.len().checked_sub(many)?;
    Some(*values.select_nth_unstable_by(place, f32::total_cmp).1)
}

fn mean(series: &Series, bins: &Range<usize>) -> Option<f32> {
    let (sum, count) = series.known(bins.clone()).fold((0.0, 0), |(sum, count), level| (sum + level, count + 1));
    (3 * count >= 2 * bins.len() && count > 0).then(|| sum / count as f32)
}

fn levels(series: &Series, usual: f32) -> Vec<f32> {
    let minutes = series.levels.len() / MINUTE + 1;
    let mut near = Vec::with_capacity(SIDE * MINUTE);
    // The medians of the ten minutes from each minute on.
    let medians: Vec<Option<f32>> = (0..minutes)
        .map(|minute| {
            near.clear();
            let end = ((minute + SIDE) * MINUTE).min(series.levels.len());
            near.extend(series.known(minute * MINUTE..end));
            if near.len() * 5 < SIDE * MINUTE { None } else { quantile(&mut near, 0.5) }
        })
        .collect();
    (0..minutes)
        .map(|minute| {
            let before = minute.checked_sub(SIDE).and_then(|from| medians[from]);
            let after = medians.get(minute + 1).copied().flatten();
            match (before, after) {
                (Some(before), Some(after)) => before.max(after),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => usual,
            }
        })
        .collect()
}

fn norms(series: &Series, levels: &[f32], length: usize, least: f32) -> Vec<Norm> {
    // Means that overlap by half tell all that there is to tell; of the shortest one in three is enough.
    let step = (length / 2).max(3);
    let strays: Vec<f32> = (0..series.levels.len() / step)
        .map(|n| {
            let bins = n * step..(n * step + length).min(series.levels.len());
            let level = levels.get(bins.start.midpoint(bins.end) / MINUTE).copied().unwrap_or(f32::NAN);
            mean(series, &bins).map_or(f32::NAN, |mean| mean - level)
        })
        .collect();
    let mut near = Vec::new();
    let mut around = |middle: usize, reach: usize| {
        let (from, to) = (middle.saturating_sub(reach) / step, ((middle + reach) / step).min(strays.len()));
        near.clear();
        near.extend(strays.get(from..to).unwrap_or_default().iter().copied().filter(|stray| !stray.is_nan()));
        let enough = near.len() * step * 3 > reach;
        let middle = quantile(&mut near, 0.5).filter(|_| enough)?;
        let above = |near: &mut [f32], part| quantile(near, part).map_or(0.0, |high| high - middle);
        Some((middle, above(&mut near, 0.84), above(&mut near, 0.95)))
    };
    (0..series.levels.len() / STEP + 1)
        .map(|n| {
            let middle = n * STEP + STEP / 2;
            let hours = around(middle, NEIGHBOURS);
            let hour = around(middle, HALF_HOUR).or(hours);
            let (middle, body, _) = hour.unwrap_or_default();
            let (.., tail) = hours.unwrap_or_default();
            // Of three hours of quiet beside rain the hour is right, of one restless hour among quiet ones too.
            Norm { usual: middle.max(0.0), spread: body.max(tail / 1.645).max(least) }
        })
        .collect()
}
