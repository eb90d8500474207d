//! The first sign of a fire: the earliest sustained rise of brightness against a camera's own night.
//!
//! What is known is the mean luma of sampled thumbnails, one in ten seconds or so. A rise is **sustained** when the two minutes
//! after it stay bright, which headlights and lightning do not. The time of a rise is between the last thumbnail that was as
//! dark as before and the first that was surely brighter. A fire grows over minutes and flickers; a lamp is there at
//! once and is steady; daylight grows slowly, is steady, and comes before most cameras. Where that does not tell, the
//! answer says so. A lamp that flickers, or a fire whose growth nobody saw, looks like the other.

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::load::load;
use super::series::{Footage, Glimpse, Series};
use super::{AROUND_US, Stretch};
use crate::base::{Result, Said};
use crate::model::{RecordingId, Span, TrueTime, Window};
use crate::say;
use crate::search::answer::PlaceAnswer;
use crate::search::{Ask, ClockAnswer, Gap, Sight, coverage, placed, round};
use crate::store::ThumbnailPlace;

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
/// What is there within so long, microseconds, or within one thumbnail to the next, was switched on.
const AT_ONCE_US: i64 = 25_000_000;
/// Or of which so much comes from one thumbnail to the next.
const LEAP: f64 = 0.7;
/// A fire flickers by at least this share of its light from one thumbnail to the next.
const FLICKER: f64 = 0.04;
/// Daylight comes before several cameras within so long, microseconds.
const SAME_LIGHT_US: i64 = 1_800_000_000;
/// Recorded time without a thumbnail that was judged for longer than this, microseconds, was not seen.
const UNSEEN_US: i64 = 90_000_000;

/// What a rise looks like. The words are a contract: extend, never rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// It grew over more than half a minute and did not stay still: as a fire does.
    Growing,
    /// It was there at once and stayed as it was: a lamp, or the camera's own infrared light.
    Step,
    /// It grew, slowly and steadily, before several cameras: daylight, or the moon.
    Daylight,
    /// Neither clearly.
    Unclear,
}

impl Look {
    /// Whether it may be a fire.
    pub fn may_be_fire(self) -> bool {
        matches!(self, Look::Growing | Look::Unclear)
    }

    /// The look as a sentence.
    pub fn say(self) -> Said {
        match self {
            Look::Growing => say!("sáng dần và chập chờn, như lửa", "grows and flickers, as a fire does"),
            Look::Step => say!("sáng ngay rồi giữ nguyên, như bật đèn", "there at once, then steady, as a lamp is"),
            Look::Daylight => {
                say!("sáng dần, đều, ở nhiều camera: trời sáng", "grows steadily before several cameras: daylight")
            }
            Look::Unclear => {
                say!("không rõ là lửa hay đèn, hãy xem hình", "cannot be told from a lamp: look at the picture")
            }
        }
    }
}

/// A sustained rise of brightness.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rise {
    /// The camera.
    pub camera: String,
    /// The last thumbnail that was as dark as before, true time; of all but a [`Look::Step`] as long again before that, since the
    /// first glow is not seen.
    pub not_before: jiff::Timestamp,
    /// The first that was surely brighter.
    pub sure_by: jiff::Timestamp,
    /// The middle of the two.
    pub time: jiff::Timestamp,
    /// How far `time` may be wrong either way, seconds: half of what lies between the two, the reading and the clock together.
    pub uncertainty_s: f64,
    /// The clock's share of it; null for an unchecked clock, which may be wrong by any amount.
    pub clock_uncertainty_s: Option<f64>,
    /// What it looks like.
    pub look: Look,
    /// The night's luma before, 0 to 255.
    pub before: f64,
    /// How many steps of luma it rose within five minutes.
    pub by: f64,
    /// The recording and presentation time, microseconds, of the first thumbnail that was surely brighter.
    pub recording: RecordingId,
    /// See `recording`.
    pub pts_us: i64,
    /// The same after the recording's start, seconds on the camera's clock.
    pub offset_s: f64,
    /// Where it lies in the reels.
    pub thumbnail: Option<ThumbnailPlace>,
    /// Whether it is the earliest, of all cameras, that may be a fire.
    pub first: bool,
    /// The still's file, where one was written.
    pub still: Option<String>,
}

/// The rises of a window. What `search --mode brightness --json` prints; a contract: fields are added, never renamed.
#[derive(Clone, Debug, Serialize)]
pub struct Brightness {
    /// The window asked about, true time.
    pub window: Window,
    /// The place asked about.
    pub place: PlaceAnswer,
    /// Every sustained rise, by time.
    pub rises: Vec<Rise>,
    /// Every camera asked about.
    pub cameras: Vec<BrightnessCamera>,
}

/// One camera's part.
#[derive(Clone, Debug, Serialize)]
pub struct BrightnessCamera {
    /// The site file's id.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// Metres to the place.
    pub distance_m: f64,
    /// How its clock stands in the middle of the window.
    pub clock: ClockAnswer,
    /// When it recorded, and no thumbnail tells how bright it was: not taken yet, or too few around to hold them against.
    pub unseen: Vec<Stretch>,
    /// What is missing, by start.
    pub gaps: Vec<Gap>,
}

/// The sustained rises that begin in a window, by time, and what was not seen of each camera. The footage should reach
/// [`AROUND_US`] beyond the window.
pub fn rises(footage: &[Footage<'_>], window: &Window) -> (Vec<Rise>, Vec<Vec<Window>>) {
    let whole = Span::new(window.start.plus_micros(-AROUND_US), window.end.plus_micros(AROUND_US));
    let mut found: Vec<(usize, Seen)> = Vec::new();
    let (mut unseen, mut series) = (Vec::new(), Vec::new());
    for (camera, footage) in footage.iter().enumerate() {
        let one = Series::new(footage, whole);
        let (seen, judged) = of_one(&one.glimpses);
        found.extend(seen.into_iter().map(|seen| (camera, seen)));
        unseen.push(not_seen(&one, &judged, window));
        series.push(one);
    }
    let watching = series.iter().filter(|series| !series.glimpses.is_empty()).count();
    let together: Vec<usize> = found.iter().map(|(_, seen)| cameras_near(&found, seen)).collect();
    let mut rises: Vec<Rise> = Vec::new();
    for ((camera, seen), together) in found.iter().zip(together) {
        let widespread = together >= 3 && 3 * together >= watching;
        let look = match seen.look {
            Look::Growing | Look::Unclear if widespread && !seen.restless => Look::Daylight,
            look => look,
        };
        let inside = window.contains(TrueTime::from_micros(seen.sure_by));
        rises.extend(rise(&footage[*camera], &series[*camera], seen, look).filter(|_| inside));
    }
    rises.sort_by(|a, b| (a.time, &a.camera).cmp(&(b.time, &b.camera)));
    if let Some(first) = rises.iter_mut().find(|rise| rise.look.may_be_fire()) {
        first.first = true;
    }
    (rises, unseen)
}

/// Answers: the sustained rises of the cameras asked about.
///
/// # Errors
/// As [`super::strip()`].
pub fn brightness(sight: Sight<'_>, ask: &Ask) -> Result<Brightness> {
    let loaded = load(sight, ask)?;
    let footage = loaded.footage(sight);
    let (rises, unseen) = rises(&footage, &ask.window);
    let middle = ask.window.start.plus_micros(ask.window.micros() / 2);
    let mut cameras = Vec::new();
    for ((held, unseen), footage) in loaded.cameras.iter().zip(unseen).zip(&footage) {
        let recorded = coverage::union(Series::new(footage, ask.window).stretches, &ask.window);
        cameras.push(BrightnessCamera {
            id: held.camera.id.clone(),
            name: held.camera.name.clone(),
            distance_m: round(held.distance_m, 1),
            clock: ClockAnswer::at(sight.clocks.of(&held.camera.id), middle),
            unseen: unseen.into_iter().map(Stretch::from).collect(),
            gaps: held.gaps(sight, ask, &loaded, &recorded)?,
        });
    }
    Ok(Brightness { window: ask.window, place: PlaceAnswer::of(ask), rises, cameras })
}

/// A rise before one camera, true time in microseconds.
#[derive(Debug)]
struct Seen {
    not_before: i64,
    sure_by: i64,
    /// Which thumbnail was the first surely brighter.
    glimpse: usize,
    look: Look,
    /// Whether it did not stay still.
    restless: bool,
    before: f64,
    by: f64,
}

/// How many cameras had a rise that was not switched on at about that time, its own among them.
fn cameras_near(found: &[(usize, Seen)], seen: &Seen) -> usize {
    let near = |other: &&(usize, Seen)| {
        other.1.look != Look::Step && other.1.sure_by.abs_diff(seen.sure_by) <= SAME_LIGHT_US as u64
    };
    let mut cameras: Vec<usize> = found.iter().filter(near).map(|(camera, _)| *camera).collect();
    cameras.dedup();
    cameras.len()
}

/// The rises in one camera's thumbnails, which are given by time; and when those were taken that had enough before them to be held
/// against.
fn of_one(glimpses: &[Glimpse]) -> (Vec<Seen>, Vec<i64>) {
    let (mut night, mut lately) = (Sliding::default(), Sliding::default());
    let (mut seen, mut judged): (Vec<Seen>, Vec<i64>) = Default::default();
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
        let rise = look_at(glimpses, n, before, spread);
        looked_at = glimpse.at.saturating_add(AHEAD_US);
        if rise.look == Look::Step {
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

/// What a rise that is sure by the `n`-th thumbnail looks like.
fn look_at(glimpses: &[Glimpse], n: usize, before: f64, spread: f64) -> Seen {
    let sure_by = glimpses[n].at;
    let dark = |glimpse: &Glimpse| f64::from(glimpse.mean) <= before + spread.max(1.0);
    let last_dark = glimpses[..n].iter().rposition(dark);
    let not_before = last_dark.map_or(glimpses[0].at, |dark| glimpses[dark].at);
    let next = ahead(&glimpses[n..], sure_by, AHEAD_US);
    let mut levels: Vec<u8> = next.iter().map(|glimpse| glimpse.mean).collect();
    levels.sort_unstable();
    // Not the highest: headlights that pass are that.
    let top = f64::from(levels[(levels.len() - 1) * 3 / 4]);
    let high = |glimpse: &Glimpse| f64::from(glimpse.mean) >= before + 0.8 * (top - before);
    let reached = next.iter().position(high).unwrap_or(0);
    let growth = next[reached].at - not_before;
    // Most of it from one thumbnail to the next is at once, however far apart they lie.
    let rising = &glimpses[last_dark.unwrap_or(0)..=n + reached];
    let leap = rising.windows(2).map(|two| f64::from(two[1].mean) - f64::from(two[0].mean)).fold(0.0, f64::max);
    let at_once = growth <= AT_ONCE_US || leap >= LEAP * (top - before);
    let dark_from = glimpses.partition_point(|glimpse| glimpse.at < not_before - NIGHT_US);
    let still = unrest(&glimpses[dark_from..last_dark.map_or(0, |dark| dark + 1).max(dark_from)]);
    let after = if next.len() - reached > ENOUGH as usize { &next[reached..] } else { next };
    let restless = unrest(after) >= (2.5 * still).max(1.5).max(FLICKER * (top - before));
    let look = match (at_once, restless) {
        (true, false) => Look::Step,
        (true, true) => Look::Unclear,
        (false, true) => Look::Growing,
        (false, false) => Look::Unclear,
    };
    // Nobody sees the first glow of what grows, and what was there at once but flickers may have grown as quickly: either may have
    // been there unseen for as long again.
    let unseen = if look == Look::Step { 0 } else { sure_by - not_before };
    Seen { not_before: not_before - unseen, sure_by, glimpse: n, look, restless, before, by: top - before }
}

/// How much luma goes up and down from one thumbnail to the next, steps; not what it grows by evenly.
fn unrest(glimpses: &[Glimpse]) -> f64 {
    let steps = glimpses.windows(2).map(|two| f64::from(two[1].mean) - f64::from(two[0].mean));
    let mut steps: Vec<f64> = steps.collect();
    steps.sort_by(f64::total_cmp);
    let Some(&middle) = steps.get(steps.len() / 2) else { return 0.0 };
    let mut off: Vec<f64> = steps.iter().map(|step| (step - middle).abs()).collect();
    off.sort_by(f64::total_cmp);
    // The mean of the lower three quarters: headlights that pass are in the rest, and steps of luma are whole numbers, of which
    // a median knows but a few.
    let most = &off[..(off.len() * 3).div_ceil(4)];
    most.iter().sum::<f64>() / most.len().max(1) as f64
}

fn rise(footage: &Footage<'_>, series: &Series, seen: &Seen, look: Look) -> Option<Rise> {
    let glimpse = series.glimpses.get(seen.glimpse)?;
    let recording = footage.recordings.get(glimpse.recording)?;
    let placed = placed::place(footage.clock, recording, &series.whole)?;
    let half_us = (seen.sure_by - seen.not_before) / 2;
    let places = footage.thumbnails.get(&recording.id);
    let after_us =
        recording.camera_time_of(glimpse.pts_us).as_micros().saturating_sub(recording.span.start.as_micros());
    Some(Rise {
        camera: footage.camera.to_owned(),
        not_before: TrueTime::from_micros(seen.not_before).0,
        sure_by: TrueTime::from_micros(seen.sure_by).0,
        time: TrueTime::from_micros(seen.not_before + half_us).0,
        uncertainty_s: round(half_us as f64 / 1e6 + recording.uncertainty_s + placed.clock_s.unwrap_or(0.0), 3),
        clock_uncertainty_s: placed.clock_s.map(|s| round(s, 3)),
        look,
        before: round(seen.before, 1),
        by: round(seen.by, 1),
        recording: recording.id.clone(),
        pts_us: glimpse.pts_us,
        offset_s: (after_us as f64 / 1e3).ceil() / 1e3,
        thumbnail: places.into_iter().flatten().find(|place| place.pts_us == glimpse.pts_us).cloned(),
        first: false,
        still: None,
    })
}

/// The parts of a window that were recorded and have no thumbnail near that was judged.
fn not_seen(series: &Series, judged: &[i64], window: &Window) -> Vec<Window> {
    let reach = |at: &i64| {
        let at = TrueTime::from_micros(*at);
        Span::new(at.plus_micros(-UNSEEN_US / 2), at.plus_micros(UNSEEN_US / 2))
    };
    let seen = coverage::union(judged.iter().map(reach), &series.whole);
    let recorded = coverage::union(series.stretches.iter().copied(), window);
    super::without(&recorded, &seen, window)
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

    /// Median and upper spread; none of too few.
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
        (count >= ENOUGH).then(|| (quantile(0.5), quantile(0.84) - quantile(0.5)))
    }
}
