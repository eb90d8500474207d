//! The rises of brightness in one camera's thumbnails, and what each looks like.

use std::ops::Range;

use super::Look;
use crate::search::moments::series::Glimpse;

/// The night that a rise is held against: so long before it, microseconds, …
const NIGHT_US: i64 = 1_800_000_000;
/// … or only so long, whichever was darker: after a lamp went out, the night is dark again.
const LATELY_US: i64 = 300_000_000;
/// The last seconds before a thumbnail are not yet its background, microseconds.
const JUST_BEFORE_US: i64 = 20_000_000;
/// At least so many thumbnails make a background.
const ENOUGH: u32 = 6;
/// A rise is at least so many steps of luma, and so many spreads of the night.
const LEAST_RISE: f64 = 5.0;
const SPREADS: f64 = 4.0;
/// A rise must last so long, microseconds, in four of five thumbnails.
const SUSTAINED_US: i64 = 120_000_000;
/// So many dark thumbnails in a row end it.
const DARK_AGAIN: u32 = 3;
/// How far ahead a rise's height and unrest are looked at, microseconds.
const AHEAD_US: i64 = 300_000_000;
/// What is there within so long, microseconds, was switched on …
const AT_ONCE_US: i64 = 25_000_000;
/// … or of which so much comes from one thumbnail to the next. What loses as much within two went out, or was driven away: a fire does
/// not.
const LEAP: f64 = 0.7;
/// A fire flickers: its thumbnails lie so many steps of luma, so many times as much as the night's, and this share of its light below
/// those around them. What adds light for a moment, headlights above all, lies above and does not count.
const FLICKER_STEPS: f64 = 0.4;
const FLICKER_TIMES: f64 = 2.5;
const FLICKER: f64 = 0.005;
/// Neighbours on either side that smooth a level: of five thumbnails, two in a passing light make no difference, and a
/// lamp's edge stays where it is.
const SIDE: usize = 2;
/// As far apart as thumbnails may lie, microseconds.
const ONE_US: i64 = 20_000_000;
/// What is concluded from growth may be wrong by a tenth of the time that it is followed back.
const MARGIN: f64 = 1.1;
/// No growth is followed back farther than this, microseconds.
const FARTHEST_US: i64 = 1_200_000_000;

/// A rise before one camera, true time in microseconds.
#[derive(Debug)]
pub(super) struct Seen {
    pub not_before: i64,
    pub sure_by: i64,
    /// Which thumbnail was the first surely brighter.
    pub glimpse: usize,
    pub look: Look,
    /// Whether it did not stay still.
    pub restless: bool,
    /// Whether it was switched off again or driven away.
    pub gone: bool,
    pub before: f64,
    pub by: f64,
}

/// The rises in one camera's thumbnails, which are given by time; and when those were taken that had enough before them to be held
/// against.
pub(super) fn of_one(glimpses: &[Glimpse]) -> (Vec<Seen>, Vec<i64>) {
    let (mut night, mut lately) = (Sliding::default(), Sliding::default());
    let (mut seen, mut judged): (Vec<Seen>, Vec<i64>) = Default::default();
    let smooth = smoothed(glimpses);
    // What follows the last rise was looked at with it.
    let mut looked_at = i64::MIN;
    // While it is still bright from the last rise: over which level, until when at most, and how many in a row were dark.
    let mut bright: Option<(f64, i64, u32)> = None;
    for (n, glimpse) in glimpses.iter().enumerate() {
        night.to(glimpses, glimpse.at, NIGHT_US);
        lately.to(glimpses, glimpse.at, LATELY_US);
        let background = night.background();
        if background.is_some() || glimpse.at < looked_at {
            judged.push(glimpse.at);
        }
        let Some((before, spread)) = background else { continue };
        let before = lately.background().map_or(before, |(lately, _)| lately.min(before));
        let threshold = before + LEAST_RISE.max(SPREADS * spread);
        let level = f64::from(glimpse.mean);
        if let Some((over, until, dark)) = &mut bright {
            *dark = if level > *over { 0 } else { *dark + 1 };
            if *dark < DARK_AGAIN && glimpse.at < *until {
                continue;
            }
            bright = None;
        }
        if level < threshold || !sustained(&glimpses[n..], threshold) {
            continue;
        }
        let rise = look_at(glimpses, &smooth, n, before, spread);
        looked_at = glimpse.at.saturating_add(AHEAD_US);
        if rise.look == Look::Step && !rise.gone {
            // From here on the lamp is the night.
            (night, lately) = (Sliding::from(n), Sliding::from(n));
        } else {
            bright = Some((before.midpoint(threshold), glimpse.at + NIGHT_US, 0));
        }
        seen.push(rise);
    }
    (seen, judged)
}

/// Whether the thumbnails of the first two minutes stay over a level.
fn sustained(glimpses: &[Glimpse], over: f64) -> bool {
    let Some(first) = glimpses.first() else { return false };
    let near = ahead(glimpses, first.at, SUSTAINED_US);
    let reaches = near.last().is_some_and(|last| last.at - first.at >= SUSTAINED_US / 2);
    let bright = near.iter().filter(|glimpse| f64::from(glimpse.mean) >= over).count();
    near.len() as u32 >= ENOUGH && reaches && bright * 5 >= near.len() * 4
}

fn ahead(glimpses: &[Glimpse], from: i64, long: i64) -> &[Glimpse] {
    &glimpses[..glimpses.partition_point(|glimpse| glimpse.at < from.saturating_add(long))]
}

/// What a rise that is sure by the `n`-th thumbnail looks like; `smooth` are the levels of [`smoothed`].
fn look_at(glimpses: &[Glimpse], smooth: &[f64], n: usize, before: f64, spread: f64) -> Seen {
    let sure_by = glimpses[n].at;
    let dark = smooth[..n].iter().rposition(|level| *level <= before + spread.max(1.0)).unwrap_or(0);
    let end = n + ahead(&glimpses[n..], sure_by, AHEAD_US).len();
    let mut levels = smooth[n..end].to_vec();
    levels.sort_by(f64::total_cmp);
    // Not the highest: headlights that stay for a while are that.
    let by = (levels[(levels.len() - 1) * 3 / 4] - before).max(1.0);
    let reached = (n..end).find(|at| smooth[*at] >= before + 0.8 * by).unwrap_or(n);
    // Most of it from one thumbnail to the next is at once, however far apart they lie.
    let mut leaps: Vec<f64> = smooth[dark..=reached].windows(2).map(|two| two[1] - two[0]).collect();
    leaps.sort_by(|a, b| b.total_cmp(a));
    let most_in = |leaps: &[f64]| leaps.iter().sum::<f64>() >= LEAP * by;
    let at_once = glimpses[reached].at - glimpses[dark].at <= AT_ONCE_US || most_in(&leaps[..leaps.len().min(1)]);
    let in_two = most_in(&leaps[..leaps.len().min(2)]);
    let out = (reached..end).find(|at| smooth[*at] <= before + (1.0 - LEAP) * by);
    let gone = out.is_some_and(|out| smooth[out.saturating_sub(2).max(reached)] >= before + LEAP * by);
    let until = out.unwrap_or(end);
    let night = glimpses.partition_point(|glimpse| glimpse.at < glimpses[dark].at - NIGHT_US)..dark + 1;
    let lit = if until - reached > ENOUGH as usize { reached..until } else { n..until };
    let flicker = |of: Range<usize>| flicker(&glimpses[of.clone()], &smooth[of]);
    let restless = flicker(lit) >= (FLICKER_TIMES * flicker(night)).max(FLICKER_STEPS).max(FLICKER * by);
    let look = match (at_once, restless) {
        (true, true) if gone => Look::Step,
        (true, true) => Look::Unclear,
        (true, false) => Look::Step,
        (false, true) => Look::Growing,
        // Two lamps one after the other, or one that a vehicle stopped beside.
        (false, false) if gone || in_two => Look::Step,
        (false, false) => Look::Unclear,
    };
    let not_before = match look {
        Look::Step => glimpses[dark].at,
        _ => began(&glimpses[dark..=reached], &smooth[dark..=reached], before, sure_by),
    };
    Seen { not_before, sure_by, glimpse: n, look, restless, gone, before, by }
}

/// The earliest that something may have begun which grows over these thumbnails, the first of which was still dark.
///
/// Fires in the open are described as growing with the square of the time (heat released = α t²; NFPA 92, from Heskestad 1982), and
/// so, as far as light goes with heat, does what a camera sees; steadier growth began later. So the root of the light that
/// was added grows evenly from the beginning: where a line through it (least squares, root on time) comes to nothing, it began at
/// the earliest, give or take a thumbnail and a tenth. Nothing is concluded from less than four thumbnails. And always as long again as it
/// took to be sure of it, for what grew too quickly to be followed.
fn began(glimpses: &[Glimpse], smooth: &[f64], before: f64, sure_by: i64) -> i64 {
    let dark = glimpses[0].at;
    let again = dark - (sure_by - dark);
    let points = glimpses.iter().zip(smooth);
    let points: Vec<(f64, f64)> =
        points.map(|(g, level)| ((g.at - sure_by) as f64, (level - before).max(0.0).sqrt())).collect();
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
    let (time, root) = (mean(&|p| p.0), mean(&|p| p.1));
    let variance = mean(&|p| (p.0 - time).powi(2));
    let slope = mean(&|p| (p.0 - time) * (p.1 - root)) / variance;
    if points.len() < 4 || slope.is_nan() || slope <= 0.0 {
        return again;
    }
    let line = sure_by + (MARGIN * (time - root / slope)) as i64 - ONE_US;
    again.min(line).max(dark - FARTHEST_US)
}

/// How far thumbnails lie below the median of the five around them, steps of luma, on average.
fn flicker(glimpses: &[Glimpse], smooth: &[f64]) -> f64 {
    let below = glimpses.iter().zip(smooth).map(|(glimpse, smooth)| (smooth - f64::from(glimpse.mean)).max(0.0));
    let mut below: Vec<f64> = below.collect();
    below.sort_by(f64::total_cmp);
    // Not the deepest: light that goes on and off in between is that.
    below.truncate((below.len() * 17).div_ceil(20));
    below.iter().sum::<f64>() / below.len().max(1) as f64
}

/// The median of each thumbnail and its neighbours.
fn smoothed(glimpses: &[Glimpse]) -> Vec<f64> {
    let median = |n: usize| {
        let near = &glimpses[n.saturating_sub(SIDE)..(n + SIDE + 1).min(glimpses.len())];
        let mut levels: Vec<u8> = near.iter().map(|glimpse| glimpse.mean).collect();
        levels.sort_unstable();
        f64::from(levels[levels.len() / 2])
    };
    (0..glimpses.len()).map(median).collect()
}

/// The lumas of the time before an instant, counted, so that their quantiles are at hand.
#[derive(Clone)]
struct Sliding {
    counts: [u32; 256],
    /// The thumbnails that are counted, and the first that ever may be.
    from: usize,
    to: usize,
}

impl Default for Sliding {
    fn default() -> Sliding {
        Sliding::from(0)
    }
}

impl Sliding {
    fn from(first: usize) -> Sliding {
        Sliding { counts: [0; 256], from: first, to: first }
    }

    /// Counts what lies up to so long before an instant, which must not be earlier than the last.
    fn to(&mut self, glimpses: &[Glimpse], at: i64, long: i64) {
        while glimpses.get(self.to).is_some_and(|glimpse| glimpse.at <= at - JUST_BEFORE_US) {
            self.counts[usize::from(glimpses[self.to].mean)] += 1;
            self.to += 1;
        }
        while self.from < self.to && glimpses[self.from].at < at - long {
            self.counts[usize::from(glimpses[self.from].mean)] -= 1;
            self.from += 1;
        }
    }

    /// Median, and the lesser of the spreads above and below it: lamps that went on and off are no unrest of the night. None of too
    /// few.
    fn background(&self) -> Option<(f64, f64)> {
        let count = (self.to - self.from) as u32;
        let quantile = |part: f64| {
            let wanted = (f64::from(count) * part) as u32;
            let mut below = 0;
            let place = self.counts.iter().position(|held| {
                below += held;
                below > wanted
            });
            place.unwrap_or(255) as f64
        };
        (count >= ENOUGH).then(|| {
            let middle = quantile(0.5);
            (middle, (quantile(0.84) - middle).min(middle - quantile(0.16)))
        })
    }
}
