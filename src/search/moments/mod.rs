//! Moments: for a long window the answer is not files but the few times at which something stood out before a camera, against
//! that camera's own background. From the index and the store alone; no footage is opened.
//!
//! [`find`] is the whole of it on plain data; [`strip()`] asks index and store and adds gaps and clocks. [`brightness`] looks for
//! the first sign of a fire instead.

mod answer;
mod background;
pub mod brightness;
mod choose;
mod load;
#[cfg(test)]
mod made;
mod peaks;
mod series;
#[cfg(test)]
mod tests;
mod weather;

use crate::base::{Result, Said};
use crate::model::{Span, TrueTime, Window};
use crate::say;
use crate::search::{Ask, ClockAnswer, PlaceAnswer, Sight, coverage, placed, round, told_share};

pub use answer::{Moment, Stretch, Strip, StripCamera};
pub use load::{LONGEST_US, MOST};
pub use peaks::ToldBy;
pub use series::Footage;

use background::on_movement;
use peaks::{Peak, Why};
use series::{Glimpse, Key, Series};

/// So much around the window is looked at for the background, microseconds: the hour before and the hour after.
pub const AROUND_US: i64 = 3_600_000_000;

/// A sampled thumbnail this near to the best keyframe, microseconds, is shown in its place: it needs no decoding.
const SAME_STILL_US: i64 = 4_000_000;

/// The still is taken this near to the peak, microseconds.
const NEAR_PEAK_US: i64 = 10_000_000;

/// A moment's activity is told from so long before it, and until so long after it, microseconds.
const AROUND_MOMENT_US: i64 = 20_000_000;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The moments, by start.
    pub moments: Vec<Moment>,
    /// Each camera's part, in the order of the footage.
    pub cameras: Vec<FoundCamera>,
}

/// One camera's part in what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundCamera {
    /// How its activity is known.
    pub told_by: ToldBy,
    /// What it recorded of the window; seams between files count as recorded.
    pub recorded: Vec<Window>,
    /// All its candidates in the window, also those that were left out.
    pub candidates: Vec<Window>,
    /// How many were left out.
    pub left_out: usize,
    /// When it recorded and nothing tells whether anything happened; all of it where its activity is not known at all.
    pub untold: Vec<Window>,
}

impl FoundCamera {
    /// When it recorded, its activity is known and nothing stood out.
    pub fn quiet(&self, window: &Window) -> Vec<Window> {
        without(&self.told(window), &self.candidates, window)
    }

    /// When it recorded and its activity is known.
    fn told(&self, window: &Window) -> Vec<Window> {
        without(&self.recorded, &self.untold, window)
    }
}

/// The moments of a window: at most `most`, none outside the window or in a gap. The footage should reach [`AROUND_US`] beyond
/// the window on either side. Of a window longer than eight days only the first eight are looked at.
pub fn find(footage: &[Footage<'_>], window: &Window, most: usize) -> Found {
    let whole = Span::new(window.start.plus_micros(-AROUND_US), window.end.plus_micros(AROUND_US));
    let mut all: Vec<Series> = footage.iter().map(|footage| Series::new(footage, whole)).collect();
    let told_by: Vec<ToldBy> = all.iter_mut().map(peaks::told_by).collect();
    let weathered = all.iter_mut().zip(&told_by).filter(|(series, by)| **by != ToldBy::Nothing && !on_movement(series));
    weather::take_out(&mut weathered.map(|(series, _)| series).collect::<Vec<_>>());
    let peaks = all.iter().zip(told_by).map(|(series, told_by)| (peaks::peaks(series, told_by, window), told_by));
    let told: Vec<(Vec<Peak>, ToldBy)> = peaks.collect();
    let mut candidates: Vec<(usize, &Peak)> = Vec::new();
    let mut weighed: Vec<(usize, f64)> = Vec::new();
    for (camera, (peaks, _)) in told.iter().enumerate() {
        weighed.extend(choose::weights(peaks).into_iter().map(|weight| (camera, weight)));
        candidates.extend(peaks.iter().map(|peak| (camera, peak)));
    }
    let mut left_out: Vec<usize> = told.iter().map(|(peaks, _)| peaks.len()).collect();
    let mut moments: Vec<(usize, Moment)> = Vec::new();
    for number in choose::choose(&weighed, footage.len(), most) {
        let (camera, peak) = candidates[number];
        if let Some(moment) = moment(&footage[camera], &all[camera], peak) {
            left_out[camera] = left_out[camera].saturating_sub(1);
            moments.push((camera, moment));
        }
    }
    moments.sort_by(|(_, a), (_, b)| (a.start, &a.camera, a.end).cmp(&(b.start, &b.camera, b.end)));
    let seen: Vec<choose::Seen<'_>> = moments
        .iter()
        .map(|(camera, moment)| choose::Seen {
            start: moment.start.as_microsecond(),
            end: moment.end.as_microsecond(),
            doubt_us: (moment.uncertainty_s * 1e6) as i64,
            camera: footage[*camera].camera,
            at: footage[*camera].at,
        })
        .collect();
    let groups = choose::groups(&seen);
    let moments = moments.into_iter().zip(groups).map(|((_, moment), group)| Moment { group, ..moment }).collect();
    let cameras = all
        .iter()
        .zip(told)
        .zip(left_out)
        .map(|((series, (peaks, told_by)), left_out)| {
            let recorded = coverage::union(series.stretches.iter().copied(), window);
            let candidates: Vec<Window> = peaks.into_iter().map(|peak| peak.span).collect();
            let untold = match told_by {
                ToldBy::Nothing => recorded.clone(),
                _ => coverage::union(series.untold(), window),
            };
            let untold = without(&untold, &candidates, window);
            FoundCamera { told_by, recorded, candidates, left_out, untold }
        })
        .collect();
    Found { moments, cameras }
}

/// Answers: at most `most` moments of the cameras asked about, with what is quiet and what is missing.
///
/// # Errors
/// [`Usage`](crate::base::Kind::Usage) for a window that is empty or too long, a radius that is none, or an unknown camera; else
/// what store and index report.
pub fn strip(sight: Sight<'_>, ask: &Ask, most: usize) -> Result<Strip> {
    let loaded = load::load(sight, ask)?;
    let found = find(&loaded.footage(sight), &ask.window, most);
    let middle = ask.window.start.plus_micros(ask.window.micros() / 2);
    let mut cameras = Vec::new();
    for (part, held) in found.cameras.iter().zip(&loaded.cameras) {
        let clock = sight.clocks.of(&held.camera.id);
        cameras.push(StripCamera {
            id: held.camera.id.clone(),
            name: held.camera.name.clone(),
            group: held.camera.group.clone(),
            distance_m: round(held.distance_m, 1),
            clock: ClockAnswer::at(clock, middle),
            coverage: told_share(coverage::share(&part.recorded, &ask.window)),
            told_by: part.told_by,
            moments: found.moments.iter().filter(|moment| moment.camera == held.camera.id).count(),
            left_out: part.left_out,
            quiet: part.quiet(&ask.window).into_iter().map(Stretch::from).collect(),
            untold: part.untold.iter().copied().map(Stretch::from).collect(),
            gaps: held.gaps(sight, ask, &loaded, &part.recorded)?,
        });
    }
    let told = coverage::union(found.cameras.iter().flat_map(|part| part.told(&ask.window)), &ask.window);
    let stood_out: Vec<Window> = found.cameras.iter().flat_map(|part| part.candidates.iter().copied()).collect();
    Ok(Strip {
        window: ask.window,
        place: PlaceAnswer::of(ask),
        most,
        quiet: without(&told, &stood_out, &ask.window).into_iter().map(Stretch::from).collect(),
        left_out: found.cameras.iter().map(|part| part.left_out).sum(),
        moments: found.moments,
        cameras,
    })
}

/// The parts of some spans, within a window, that others do not cover.
fn without(spans: &[Window], others: &[Window], window: &Window) -> Vec<Window> {
    let covered = coverage::union(others.iter().copied(), window);
    spans.iter().flat_map(|span| coverage::complement(&coverage::union(covered.iter().copied(), span), span)).collect()
}

fn moment(footage: &Footage<'_>, series: &Series, peak: &Peak) -> Option<Moment> {
    let (number, pts_us) = still(series, peak)?;
    let recording = footage.recordings.get(number)?;
    let thumbnails = footage.thumbnails.get(&recording.id);
    let thumbnail = thumbnails.into_iter().flatten().find(|thumbnail| thumbnail.pts_us == pts_us);
    let placed = placed::place(footage.clock, recording, &series.whole)?;
    let after_us = recording.camera_time_of(pts_us).as_micros().saturating_sub(recording.span.start.as_micros());
    Some(Moment {
        camera: footage.camera.to_owned(),
        start: peak.span.start.0,
        end: peak.span.end.0,
        peak: peak.at.0,
        score: round(peak.score, 3),
        uncertainty_s: round(recording.uncertainty_s + placed.clock_s.unwrap_or(0.0), 3),
        clock_uncertainty_s: placed.clock_s.map(|s| round(s, 3)),
        group: 0,
        recording: recording.id.clone(),
        pts_us,
        // Up, so that the frame is not missed by a rounded microsecond.
        offset_s: (after_us as f64 / 1e3).ceil() / 1e3,
        thumbnail: thumbnail.cloned(),
        activity: activity(series, &peak.span),
        why: why(series, peak),
        still: None,
    })
}

/// The still to show, as recording and presentation time: the keyframe near the peak where the bytes before and after it are most, or a
/// thumbnail beside it; where thumbnails tell, the one that changed most.
fn still(series: &Series, peak: &Peak) -> Option<(usize, i64)> {
    let instant = |t: TrueTime| t.as_micros();
    let near = |us: i64| peak.at.plus_micros(us).clamp(peak.span.start, peak.span.end);
    let (from, to) = (instant(near(-NEAR_PEAK_US)), instant(near(NEAR_PEAK_US)));
    let inside = series.keys.partition_point(|key| key.at < from)..series.keys.partition_point(|key| key.at < to);
    let busy = |n: usize| {
        let before = n.checked_sub(1).and_then(|n| series.keys.get(n)).map_or(0.0, |key| key.rate);
        before + series.keys.get(n).map_or(0.0, |key| key.rate)
    };
    let changed = || {
        let near = series.glimpses.iter().filter(|glimpse| from <= glimpse.at && glimpse.at < to);
        let change = |glimpse: &&Glimpse| glimpse.change.map(|(_, change)| change);
        near.max_by(|a, b| change(a).cmp(&change(b)).then_with(|| b.at.cmp(&a.at)))
    };
    if let Why::Busy { told_by: ToldBy::Thumbnails, .. } = peak.why
        && let Some(glimpse) = changed()
    {
        return Some((glimpse.recording, glimpse.pts_us));
    }
    let best = inside.max_by(|&a, &b| busy(a).total_cmp(&busy(b)).then_with(|| b.cmp(&a)));
    // A keyframe step longer than the moment: the keyframe that it followed.
    let before = || series.keys.partition_point(|key| key.at <= instant(peak.at)).checked_sub(1);
    let Key { at, recording, pts_us, .. } = *series.keys.get(best.or_else(before)?)?;
    let near = series.glimpses.iter().filter(|glimpse| glimpse.at.abs_diff(at) <= SAME_STILL_US as u64);
    let nearest = near.min_by_key(|glimpse| (glimpse.at.abs_diff(at), glimpse.at));
    Some(nearest.map_or((recording, pts_us), |glimpse| (glimpse.recording, glimpse.pts_us)))
}

/// How far the levels around a moment lie above the lowest tenth of the hour, scaled to the highest there.
fn activity(series: &Series, span: &Window) -> Vec<Option<f64>> {
    let around = |us: i64| Span::new(span.start.plus_micros(-us), span.end.plus_micros(us));
    let mut hour: Vec<f32> = series.known(series.bins(&around(AROUND_US / 2))).collect();
    let (Some(low), Some(high)) = (series::quantile(&mut hour, 0.1), series::quantile(&mut hour, 1.0)) else {
        return Vec::new();
    };
    let shown = series.bins(&around(AROUND_MOMENT_US));
    let height = |level: &f32| round(f64::from((level - low) / (high - low).max(0.5)).clamp(0.0, 1.0), 2);
    series.levels[shown].iter().map(|level| (!level.is_nan()).then(|| height(level))).collect()
}

fn why(series: &Series, peak: &Peak) -> Said {
    let seconds = (peak.span.micros() as f64 / 1e6).round();
    let changed = || {
        let (from, to) = (peak.span.start.as_micros(), peak.span.end.as_micros());
        let inside = series.glimpses.iter().filter(|glimpse| from <= glimpse.at && glimpse.at < to);
        inside.filter_map(|glimpse| Some(glimpse.change?.1)).max().filter(|change| *change >= 4)
    };
    match peak.why {
        Why::Busy { times, told_by: ToldBy::Bytes } => {
            let Said { vi, en } = match changed() {
                Some(steps) => say!("; ảnh đổi {steps} mức sáng", "; the picture changed by {steps} steps of luma"),
                None => "".into(),
            };
            say!(
                "dữ liệu gấp {times:.1} lần mức thường của giờ này, trong {seconds:.0} giây{vi}",
                "{times:.1} times the bytes usual at this hour, for {seconds:.0} s{en}"
            )
        }
        Why::Busy { times, .. } => say!(
            "ảnh nhỏ đổi gấp {times:.1} lần mức thường của giờ này, trong {seconds:.0} giây (tốc độ bit cố định)",
            "thumbnails changed {times:.1} times as much as usual at this hour, for {seconds:.0} s (constant bit rate)"
        ),
        Why::Recorded => say!("camera chỉ ghi khi có chuyển động, và đã ghi", "records on movement only, and recorded"),
    }
}
