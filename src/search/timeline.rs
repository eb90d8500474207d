//! Cameras' lanes on a common axis of true time, as fine as the axis can show: what was recorded, what is missing, how much moved,
//! and of which instants there are thumbnails.

use jiff::Timestamp;

use super::clocks::ClockAnswer;
use super::gaps::{self, Gap};
use super::lane::{self, Lane};
use super::placed::Placed;
use super::{Sight, activity, coverage};
use crate::base::Result;
use crate::model::{Camera, Recording, Span, TrueTime, Window, keytable};
use crate::store::{Background, UnreadableClaim};

/// So many thumbnails of a camera are told at most, spread over the window.
const THUMBNAILS: usize = 60;
/// So many recordings are asked for a thumbnail of one part of the window.
const TRIES: usize = 3;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// The window, not empty.
    pub window: Window,
    /// So many parts of equal length are told apart, at least 1.
    pub bins: usize,
    /// The present.
    pub now: Timestamp,
}

/// A camera's lane.
#[derive(Clone, Debug)]
pub struct TimeLane {
    /// How its clock stands in the middle of the window.
    pub clock: ClockAnswer,
    /// How wrong times may be either way, seconds; none for an unchecked clock.
    pub uncertainty_s: Option<f64>,
    /// What was recorded: holes that are shorter than half a bin are left out.
    pub recorded: Vec<Window>,
    /// The other holes, and why.
    pub gaps: Vec<Gap>,
    /// The mean activity of each bin, 0 (still) to 100; none where nothing was recorded or the files tell nothing.
    pub activity: Vec<Option<u8>>,
    /// Instants of sampled thumbnails.
    pub thumbnails: Vec<TrueTime>,
}

/// The lanes of some cameras, in their order.
///
/// # Errors
/// What store and index report.
pub fn lanes(sight: Sight<'_>, cameras: &[&Camera], axis: &Axis) -> Result<Vec<TimeLane>> {
    let backgrounds = sight.store.backgrounds()?;
    let unreadable = sight.store.unreadable_claims()?;
    cameras.iter().map(|camera| one(sight, camera, axis, backgrounds.get(&camera.id), &unreadable)).collect()
}

fn one(
    sight: Sight<'_>,
    camera: &Camera,
    axis: &Axis,
    background: Option<&Background>,
    unreadable: &[UnreadableClaim],
) -> Result<TimeLane> {
    let window = &axis.window;
    let hits = lane::hits(sight, camera, window)?;
    let clock = sight.clocks.of(&camera.id);
    let exact = coverage::union(hits.iter().flat_map(|(r, at)| coverage::recorded(r, &at.run)), window);
    let recorded = without_holes(&exact, window.micros() / (2 * axis.bins as i64));
    let context = gaps::Context {
        camera,
        clock,
        typical_us: background.map_or(0, |background| background.typical_us),
        unreadable,
        stills: hits.iter().filter(|(r, _)| r.span.is_empty()).map(|(_, at)| at.span.start).collect(),
        now: TrueTime(axis.now),
    };
    let gaps = gaps::explain(sight, &context, &coverage::gaps(&recorded, window))?;
    let mut activity = Activity::new(axis);
    for (recording, placed) in &hits {
        activity.add(recording, placed, background);
    }
    let thumbnails = thumbnails(sight, &hits, window)?;
    let activity = activity.means(&exact);
    let lane = Lane { clock, hits, recorded, gaps };
    Ok(TimeLane {
        clock: ClockAnswer::at(clock, window.start.plus_micros(window.micros() / 2)),
        uncertainty_s: lane.uncertainty_s(window),
        recorded: lane.recorded,
        gaps: lane.gaps,
        activity,
        thumbnails,
    })
}

/// A union without its holes that are shorter than so many microseconds.
fn without_holes(union: &[Window], shorter_us: i64) -> Vec<Window> {
    let mut joined: Vec<Window> = Vec::new();
    for span in union {
        match joined.last_mut() {
            Some(last) if Span::new(last.end, span.start).micros() < shorter_us => last.end = span.end,
            _ => joined.push(*span),
        }
    }
    joined
}

/// Sums of activity over time, a bin each.
struct Activity {
    window: Window,
    /// Score times microseconds, and microseconds.
    sums: Vec<(f64, f64)>,
}

impl Activity {
    fn new(axis: &Axis) -> Activity {
        Activity { window: axis.window, sums: vec![(0.0, 0.0); axis.bins] }
    }

    fn bin_us(&self) -> f64 {
        self.window.micros() as f64 / self.sums.len() as f64
    }

    fn add(&mut self, recording: &Recording, placed: &Placed<'_>, background: Option<&Background>) {
        let scores = activity::scores(recording, background);
        if scores.is_empty() || placed.span.is_empty() {
            return;
        }
        let keyframes = keytable::unpack(&recording.table).unwrap_or_default();
        let start = placed.span.start.as_micros().saturating_sub(self.window.start.as_micros()) as f64;
        // An axis shows no bends of a clock inside a recording.
        let rate = placed.span.micros() as f64 / recording.media_us.max(1) as f64;
        let at = |pts_us: i64| start + pts_us.saturating_sub(recording.first_pts_us) as f64 * rate;
        let ends = keyframes.iter().skip(1).map(|keyframe| keyframe.pts_us);
        let ends = ends.chain([recording.first_pts_us.saturating_add(recording.media_us)]);
        for ((keyframe, end), score) in keyframes.iter().zip(ends).zip(scores) {
            self.spread(at(keyframe.pts_us), at(end), score);
        }
    }

    /// A score from here to here, microseconds from the window's start.
    fn spread(&mut self, from: f64, to: f64, score: f64) {
        let bin_us = self.bin_us();
        let (from, to) = (from.max(0.0), to.min(self.window.micros() as f64));
        if from >= to {
            return;
        }
        let (first, last) = ((from / bin_us) as usize, (to / bin_us) as usize);
        for bin in first..=last.min(self.sums.len() - 1) {
            let inside = to.min((bin + 1) as f64 * bin_us) - from.max(bin as f64 * bin_us);
            if inside > 0.0 {
                self.sums[bin].0 += score * inside;
                self.sums[bin].1 += inside;
            }
        }
    }

    /// The means, where something was recorded.
    fn means(&self, recorded: &[Window]) -> Vec<Option<u8>> {
        let bin_us = self.bin_us();
        let mut there = vec![false; self.sums.len()];
        for span in recorded {
            let from = span.start.as_micros().saturating_sub(self.window.start.as_micros()) as f64 / bin_us;
            let to = span.end.as_micros().saturating_sub(self.window.start.as_micros()) as f64 / bin_us;
            let last = (to.ceil() as usize).min(there.len());
            there[(from as usize).min(last)..last].fill(true);
        }
        let mean = |((sum, us), there): (&(f64, f64), bool)| {
            (there && *us > 0.0).then(|| (100.0 * sum / us).round().clamp(0.0, 100.0) as u8)
        };
        self.sums.iter().zip(there).map(mean).collect()
    }
}

/// An instant of a sampled thumbnail for each part of the window that has one, by time.
fn thumbnails(sight: Sight<'_>, hits: &[(Recording, Placed<'_>)], window: &Window) -> Result<Vec<TrueTime>> {
    let part_us = (window.micros() / THUMBNAILS as i64).max(1);
    let part_of = |t: TrueTime| {
        let since = t.as_micros().saturating_sub(window.start.as_micros());
        usize::try_from(since / part_us).unwrap_or(0).min(THUMBNAILS - 1)
    };
    let mut found: [Option<TrueTime>; THUMBNAILS] = [None; THUMBNAILS];
    let mut tries = [0; THUMBNAILS];
    for (recording, placed) in hits {
        let Some(inside) =
            Span::new(placed.span.start, placed.span.end.max(placed.span.start.plus_micros(1))).intersect(window)
        else {
            continue;
        };
        let parts = part_of(inside.start)..=part_of(inside.end.plus_micros(-1));
        if !parts.clone().any(|part| found[part].is_none() && tries[part] < TRIES) {
            continue;
        }
        for part in parts {
            tries[part] += 1;
        }
        let Some(set) = sight.store.thumbnails(&recording.id)? else { continue };
        for place in set.places {
            let at = placed.run.to_true(recording.camera_time_of(place.pts_us));
            if window.contains(at) {
                found[part_of(at)].get_or_insert(at);
            }
        }
    }
    Ok(found.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn window(start: i64, end: i64) -> Window {
        Span::new(TrueTime::from_micros(start), TrueTime::from_micros(end))
    }

    #[test]
    fn activity_is_the_mean_over_time_and_nothing_where_nothing_was_recorded() {
        let axis = Axis { window: window(0, 400), bins: 4, now: Timestamp::UNIX_EPOCH };
        let mut activity = Activity::new(&axis);
        activity.spread(-50.0, 50.0, 1.0);
        activity.spread(50.0, 150.0, 0.5);
        activity.spread(300.0, 900.0, 0.2);
        let recorded = [window(0, 150), window(250, 300)];
        assert_eq!(activity.means(&recorded), [Some(75), Some(50), None, None]);
    }

    proptest! {
        #[test]
        fn a_constant_activity_is_that_in_every_bin(
            from in -1_000i64..1_000_000, length in 1i64..2_000_000, bins in 1usize..50, score in 0u8..=100,
        ) {
            let axis = Axis { window: window(0, 1_000_000), bins, now: Timestamp::UNIX_EPOCH };
            let mut activity = Activity::new(&axis);
            activity.spread(from as f64, (from + length) as f64, f64::from(score) / 100.0);
            let recorded = coverage::union([window(from, from + length)], &axis.window);
            let means = activity.means(&recorded);
            prop_assert!(means.iter().flatten().all(|mean| *mean == score));
            let touched = means.iter().flatten().count() as i64;
            let bin_us = 1_000_000 / bins as i64;
            let inside: i64 = recorded.iter().map(Span::micros).sum();
            prop_assert!(touched * (bin_us + 1) >= inside && touched <= inside / bin_us + 2);
        }

        #[test]
        fn no_more_parts_are_told_than_the_axis_can_show(
            spans in prop::collection::vec((0i64..100_000, 1i64..500), 0..200), bins in 1usize..40,
        ) {
            let whole = window(0, 100_000);
            let union = coverage::union(spans.into_iter().map(|(s, l)| window(s, s + l)), &whole);
            let joined = without_holes(&union, whole.micros() / (2 * bins as i64));
            prop_assert!(joined.len() <= 2 * bins + 1);
            for span in &union {
                prop_assert!(joined.iter().any(|part| part.start <= span.start && span.end <= part.end));
            }
        }
    }
}
