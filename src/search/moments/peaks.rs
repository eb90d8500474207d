//! Where one camera's activity stands out against its own background: candidates for moments.

use std::ops::Range;

use super::background::{Background, SCALES, on_movement, tells};
use super::series::{BIN_US, Series, quantile};
use crate::model::{TrueTime, Window};

/// A mean stands out when it lies so many spreads above what is usual, for each scale. There are many short means in a night and few
/// long ones, so that a long one needs less; what stands out by chance does so briefly and comes last.
const STANDS_OUT: [f32; SCALES.len()] = [4.2, 3.0, 2.2, 1.8];
/// And it must be so far above that, natural logarithms: a tenth more bytes over some seconds, a twentieth over 90.
const LEAST_EXCESS: [f32; SCALES.len()] = [0.1, 0.1, 0.07, 0.05];

/// How long a candidate was busy is told by means of this scale, 8 s: shorter ones are noise, longer ones blur what passes …
const LENGTH_SCALE: usize = 1;
/// … of which those so many spreads above what is usual, or more, count in full: a headlight is no more than somebody at work.
const BUSY: f32 = 2.0;
/// What is shown of a candidate is from so many bins.
const HALF_MINUTE: usize = 15;
/// So many busy seconds make a score of one half.
const HALF_S: f64 = 60.0;

/// What stands out, with less than this between, bins, is one thing.
const APART: usize = 8;
/// A moment goes on while means over 8 s keep this share of the peak's excess.
const LASTS: f32 = 0.3;
/// And no longer than this either way, bins; what touches is one moment up to twice that.
const LONGEST: usize = 90;

/// A candidate.
#[derive(Clone, Debug)]
pub(super) struct Peak {
    /// From when to when, inside one recorded stretch, not empty.
    pub span: Window,
    /// When it is loudest in its busiest half minute; inside the span.
    pub at: TrueTime,
    /// How remarkable, 0 to 1: by how long it was busy.
    pub score: f64,
    /// Why.
    pub why: Why,
}

/// What made it a candidate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Why {
    /// So many times the bytes, or the change of thumbnails, that is usual then.
    Busy { times: f64, told_by: ToldBy },
    /// The camera records on movement, and recorded.
    Recorded,
}

/// How a camera's activity is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToldBy {
    /// By the bytes between its keyframes.
    Bytes,
    /// By how much its sampled thumbnails change: its bytes tell nothing (a constant rate, or keyframes alone).
    Thumbnails,
    /// By nothing: bytes tell nothing, and there are no thumbnails yet.
    Nothing,
}

/// How a camera's activity is known; where its bytes tell nothing, its thumbnails take their place in the series.
pub(super) fn told_by(series: &mut Series) -> ToldBy {
    if tells(series) {
        return ToldBy::Bytes;
    }
    series.tell_by_thumbnails();
    if tells(series) { ToldBy::Thumbnails } else { ToldBy::Nothing }
}

/// A camera's candidates in a window, by time.
pub(super) fn peaks(series: &Series, told_by: ToldBy, window: &Window) -> Vec<Peak> {
    let background = Background::of(series).filter(|_| told_by != ToldBy::Nothing);
    let mut peaks = background.map_or_else(Vec::new, |background| standing_out(series, &background, told_by, window));
    if on_movement(series) {
        peaks.extend(recorded(series, window, &peaks));
    }
    peaks.sort_by_key(|peak| (peak.span.start, peak.span.end));
    peaks
}

/// A mean over `SCALES[scale]` bins from `from` on that stands out by so many spreads.
struct Hit {
    /// How far it stands out, 1 or more: spreads over what stands out at its scale.
    times: f32,
    excess: f32,
    scale: usize,
    from: usize,
}

impl Hit {
    fn bins(&self) -> Range<usize> {
        self.from..self.from + SCALES[self.scale]
    }
}

fn standing_out(series: &Series, background: &Background, told_by: ToldBy, window: &Window) -> Vec<Peak> {
    let mut peaks = Vec::new();
    for stretch in series.stretches.iter().filter(|stretch| stretch.overlaps(window)) {
        let whole = series.bins(stretch);
        let mut hits = hits(series, background, &whole);
        // By how far they stand out; of equals the longer tells more, then the earlier.
        hits.sort_by(|a, b| {
            b.times.total_cmp(&a.times).then_with(|| b.scale.cmp(&a.scale)).then_with(|| a.from.cmp(&b.from))
        });
        let mut taken = vec![false; whole.len()];
        let mut spans: Vec<(Range<usize>, usize)> = Vec::new();
        for (number, hit) in hits.iter().enumerate() {
            let bins = hit.bins();
            if taken[bins.start - whole.start..bins.end - whole.start].contains(&true) {
                continue;
            }
            let lasts = lasting(series, background, hit, &whole);
            let from = lasts.start.saturating_sub(APART).max(whole.start) - whole.start;
            let to = (lasts.end + APART).min(whole.end) - whole.start;
            taken[from..to].fill(true);
            spans.push((lasts, number));
        }
        spans.sort_by_key(|(bins, _)| bins.start);
        let mut joined: Vec<(Range<usize>, usize)> = Vec::new();
        for (bins, number) in spans {
            match joined.last_mut() {
                Some((last, best)) if bins.start < last.end + APART && bins.end <= last.start + 2 * LONGEST => {
                    (last.end, *best) = (last.end.max(bins.end), number.min(*best));
                }
                _ => joined.push((bins, number)),
            }
        }
        for (bins, best) in joined {
            let busy = busy(series, background, &bins);
            let at = finest(series, busiest(series, &busy, &bins));
            let why = Why::Busy { times: f64::from(hits[best].excess.exp()), told_by };
            let busy_s = busy.iter().sum::<f64>() * BIN_US as f64 / 1e6;
            peaks.extend(peak(series, &series.span(&bins), series.span(&at), score(busy_s), why, window));
        }
    }
    peaks
}

/// Every mean of a recorded stretch that stands out.
fn hits(series: &Series, background: &Background, whole: &Range<usize>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (scale, length) in SCALES.into_iter().enumerate() {
        // Long means change slowly.
        for from in (whole.start..(whole.end + 1).saturating_sub(length)).step_by(length.div_ceil(4)) {
            let Some(excess) = background.excess(series, from..from + length) else { continue };
            let (more, spreads) = background.standing_out(scale, from, excess);
            let times = spreads / STANDS_OUT[scale];
            if times >= 1.0 && more >= LEAST_EXCESS[scale] {
                hits.push(Hit { times, excess, scale, from });
            }
        }
    }
    hits
}

/// The bins around a hit over which it goes on.
fn lasting(series: &Series, background: &Background, hit: &Hit, whole: &Range<usize>) -> Range<usize> {
    let goes_on = |bin: usize| {
        let near = bin.saturating_sub(2).max(whole.start)..(bin + 2).min(whole.end);
        background.excess(series, near).is_some_and(|excess| excess >= hit.excess * LASTS)
    };
    let bins = hit.bins();
    let (mut from, mut to) = (bins.start, bins.end);
    while from > whole.start && bins.start - from < LONGEST && goes_on(from - 1) {
        from -= 1;
    }
    while to < whole.end && to - bins.end < LONGEST && goes_on(to) {
        to += 1;
    }
    from..to
}

/// How far more went on in each of some bins than is usual, 0 to 1.
fn busy(series: &Series, background: &Background, bins: &Range<usize>) -> Vec<f64> {
    let half = SCALES[LENGTH_SCALE] / 2;
    let share = |bin: usize| {
        let from = bin.saturating_sub(half);
        let excess = background.excess(series, from..from + SCALES[LENGTH_SCALE])?;
        let (_, spreads) = background.standing_out(LENGTH_SCALE, from, excess);
        Some(f64::from((spreads / BUSY).clamp(0.0, 1.0)))
    };
    bins.clone().map(|bin| share(bin).unwrap_or(0.0)).collect()
}

/// The half minute of some bins that was busiest throughout, of those that were the one with the loudest median: a headlight that passes somebody at
/// work is louder, and not what to look at.
fn busiest(series: &Series, busy: &[f64], bins: &Range<usize>) -> Range<usize> {
    let length = HALF_MINUTE.min(busy.len());
    let half = |first: usize| {
        let mut levels: Vec<f32> = series.known(bins.start + first..bins.start + first + length).collect();
        let loud = quantile(&mut levels, 0.5).map_or(0.0, f64::from);
        (busy[first..first + length].iter().sum::<f64>(), loud)
    };
    let order = |a: (f64, f64), b: (f64, f64)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1));
    let halves: Vec<(f64, f64)> = (0..=busy.len() - length).map(half).collect();
    let best = (0..halves.len()).max_by(|&a, &b| order(halves[a], halves[b]).then_with(|| b.cmp(&a))).unwrap_or(0);
    bins.start + best..bins.start + best + length
}

/// The score of so many busy seconds, 0 to 1. Who stays is more remarkable than what passes, however loud: half as many seconds again
/// count ever less.
fn score(busy_s: f64) -> f64 {
    busy_s / (busy_s + HALF_S)
}

/// The loudest bin.
fn finest(series: &Series, bins: Range<usize>) -> Range<usize> {
    let level = |bin: &usize| series.levels.get(*bin).copied().filter(|level| !level.is_nan()).unwrap_or(f32::MIN);
    let best = bins.clone().max_by(|a, b| level(a).total_cmp(&level(b)).then_with(|| b.cmp(a))).unwrap_or(bins.start);
    best..best + 1
}

/// The candidate, cut to the recorded stretch and to the window; none where its peak lies outside.
fn peak(series: &Series, span: &Window, at: Window, score: f64, why: Why, window: &Window) -> Option<Peak> {
    let middle = at.start.plus_micros(at.micros() / 2);
    let stretch = series.stretch_at(middle).or_else(|| series.stretches.iter().find(|s| s.overlaps(&at)))?;
    let part = at.intersect(stretch)?.intersect(window)?;
    let at = part.start.plus_micros(part.micros() / 2);
    let span = span.intersect(stretch)?.intersect(window)?;
    span.contains(at).then_some(Peak { span, at, score, why })
}

/// Of a camera that records on movement, what it recorded and nothing else tells of.
fn recorded(series: &Series, window: &Window, others: &[Peak]) -> Vec<Peak> {
    // Both are in order and apart.
    let told = |stretch: &Window| {
        let next = others.partition_point(|peak| peak.span.end <= stretch.start);
        others.get(next).is_some_and(|peak| peak.span.overlaps(stretch))
    };
    let pieces = series.stretches.iter().filter(|stretch| !told(stretch));
    // As little as what stands out in a single bin.
    let score = score(BIN_US as f64 / 1e6);
    pieces.filter_map(|stretch| peak(series, stretch, *stretch, score, Why::Recorded, window)).collect()
}
