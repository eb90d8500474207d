//! One camera's footage as even series in true time: how many bytes its encoder needed, and how bright its thumbnails are.

use std::collections::HashMap;
use std::ops::Range;

use crate::model::media::rates;
use crate::model::{Point, Recording, RecordingId, Span, TrueTime, Window, keytable};
use crate::search::coverage;
use crate::search::placed::place;
use crate::store::ThumbnailPlace;
use crate::truetime::ClockModel;

/// Length of a bin, microseconds: about a keyframe step, so that nothing shorter is there to be seen.
pub(super) const BIN_US: i64 = 2_000_000;

/// A step from keyframe to keyframe that is longer, microseconds, tells nothing of any instant inside.
const LONGEST_STEP_US: i64 = 30_000_000;

/// Recorded time of which nothing is known for longer than this, microseconds, is told as such: less is the seam between two
/// files, where the last keyframe step and the first thumbnail tell nothing.
const UNTOLD_US: i64 = 10_000_000;

/// Longer stretches than this, microseconds, are cut: eight days and an hour on either side. It bounds the memory that they take.
const LONGEST_US: i64 = 8 * 86_400_000_000 + 2 * super::AROUND_US;

/// Added to changes of thumbnails, steps of luma, before their logarithm is taken.
const UNREST: f32 = 3.0;

/// A camera and all that is known of it without opening footage.
#[derive(Clone, Copy, Debug)]
pub struct Footage<'a> {
    /// The camera's id.
    pub camera: &'a str,
    /// Where it hangs.
    pub at: Point,
    /// Its clock.
    pub clock: &'a ClockModel,
    /// Its recordings in the window and in the hours around it, in any order.
    pub recordings: &'a [Recording],
    /// Their thumbnails, where they were sampled.
    pub thumbnails: &'a HashMap<RecordingId, Vec<ThumbnailPlace>>,
}

/// A keyframe, in true time, microseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub at: i64,
    /// Which recording, as a place in [`Footage::recordings`].
    pub recording: usize,
    pub pts_us: i64,
    /// Bytes per second that followed it.
    pub rate: f64,
}

/// A thumbnail, in true time, microseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glimpse {
    pub at: i64,
    pub recording: usize,
    pub pts_us: i64,
    pub mean: u8,
    /// When the recording's thumbnail before was taken, and the change from it; none for its first, which has none to be held
    /// against.
    pub change: Option<(i64, u8)>,
}

/// The series.
#[derive(Debug)]
pub(super) struct Series {
    /// The time that they cover.
    pub whole: Window,
    /// Natural logarithm of the bytes per second in each bin; not a number where nothing is known.
    pub levels: Vec<f32>,
    /// Keyframes, by time.
    pub keys: Vec<Key>,
    /// Thumbnails, by time.
    pub glimpses: Vec<Glimpse>,
    /// What was recorded, without the gaps; seams between files count as recorded.
    pub stretches: Vec<Window>,
}

impl Series {
    /// The series of a camera in a stretch of true time, of which at most eight days and two hours are kept. The order of the
    /// recordings makes no difference.
    pub(super) fn new(footage: &Footage<'_>, whole: Window) -> Series {
        let whole = Span::new(whole.start, whole.end.min(whole.start.plus_micros(LONGEST_US)));
        let mut recordings: Vec<(usize, &Recording)> = footage.recordings.iter().enumerate().collect();
        recordings.sort_by_key(|(_, recording)| (recording.span.start, recording.span.end, &recording.id));
        let count = usize::try_from(whole.micros().max(0) / BIN_US + 1).unwrap_or(0);
        let (mut sums, mut weights) = (vec![0.0f64; count], vec![0.0f64; count]);
        let (mut keys, mut glimpses, mut spans) = (Vec::new(), Vec::new(), Vec::new());
        for (number, recording) in recordings {
            let Some(placed) = place(footage.clock, recording, &whole) else { continue };
            spans.extend(coverage::recorded(recording, &placed.run));
            let true_at = |pts: i64| placed.run.to_true(recording.camera_time_of(pts)).as_micros();
            let table = keytable::unpack(&recording.table).unwrap_or_default();
            let end = recording.first_pts_us.saturating_add(recording.media_us);
            // A stream of keyframes alone has nothing between them.
            let tells = table.iter().any(|key| key.between > 0);
            let after = table.iter().skip(1).map(|key| key.pts_us).chain([end]);
            for ((key, rate), after) in table.iter().zip(rates(&table, end)).zip(after) {
                let (from, to) = (true_at(key.pts_us), true_at(after));
                let rate = if tells { rate } else { 0.0 };
                keys.push(Key { at: from, recording: number, pts_us: key.pts_us, rate });
                if tells && to > from && to - from <= LONGEST_STEP_US {
                    spread(&mut sums, &mut weights, from - whole.start.as_micros(), to - whole.start.as_micros(), rate);
                }
            }
            let mut before = None;
            for &ThumbnailPlace { pts_us, mean, change, .. } in
                footage.thumbnails.get(&recording.id).into_iter().flatten()
            {
                let at = true_at(pts_us);
                let change = before.map(|before| (before, change));
                glimpses.push(Glimpse { at, recording: number, pts_us, mean, change });
                before = Some(at);
            }
        }
        // Stable: of one instant, in the order of the recordings' starts.
        keys.sort_by_key(|key| key.at);
        glimpses.sort_by_key(|glimpse| glimpse.at);
        let gaps = coverage::gaps(&coverage::union(spans, &whole), &whole);
        // A bin of which less than half is known is left unknown.
        let known = |(sum, weight): (&f64, &f64)| if *weight < 0.5 { f32::NAN } else { (sum / weight) as f32 };
        let levels = sums.iter().zip(&weights).map(known).collect();
        Series { whole, levels, keys, glimpses, stretches: coverage::complement(&gaps, &whole) }
    }

    /// Puts the change of thumbnails in the place of bytes that tell nothing: each tells of the time since the one before it.
    pub(super) fn tell_by_thumbnails(&mut self) {
        self.levels.fill(f32::NAN);
        let start = self.whole.start.as_micros();
        for glimpse in &self.glimpses {
            let Some((before, change)) = glimpse.change else { continue };
            let (from, to) = (before - start, glimpse.at - start);
            if to < 0 || !(0..=LONGEST_STEP_US).contains(&(to - from)) {
                continue;
            }
            for bin in from.max(0) / BIN_US..=to / BIN_US {
                if let Some(level) = usize::try_from(bin).ok().and_then(|bin| self.levels.get_mut(bin)) {
                    // A step of luma more or less is the picture's own unrest.
                    *level = (f32::from(change) + UNREST).ln();
                }
            }
        }
    }

    /// The bins that a span touches.
    pub(super) fn bins(&self, span: &Window) -> Range<usize> {
        let bin = |us: i64| usize::try_from(us.max(0) / BIN_US).unwrap_or(0).min(self.levels.len());
        let start = self.whole.start.as_micros();
        let (from, to) = (span.start.as_micros() - start, span.end.as_micros() - start);
        bin(from)..bin(to.saturating_add(BIN_US - 1))
    }

    /// The time of some bins.
    pub(super) fn span(&self, bins: &Range<usize>) -> Window {
        let at = |bin: usize| self.whole.start.plus_micros((bin as i64).saturating_mul(BIN_US));
        Span::new(at(bins.start), at(bins.end))
    }

    /// The recorded stretch that an instant lies in.
    pub(super) fn stretch_at(&self, t: TrueTime) -> Option<&Window> {
        let next = self.stretches.partition_point(|stretch| stretch.start <= t);
        self.stretches.get(next.checked_sub(1)?).filter(|stretch| stretch.contains(t))
    }

    /// Recorded time of which no level is known: a keyframe table that cannot be read, a step too long, thumbnails not taken yet.
    pub(super) fn untold(&self) -> Vec<Window> {
        let mut untold = Vec::new();
        for stretch in &self.stretches {
            let bins = self.bins(stretch);
            let mut from = bins.start;
            for run in self.levels.get(bins).unwrap_or_default().chunk_by(|a, b| a.is_nan() == b.is_nan()) {
                let span = self.span(&(from..from + run.len())).intersect(stretch);
                from += run.len();
                untold.extend(span.filter(|span| run[0].is_nan() && span.micros() > UNTOLD_US));
            }
        }
        untold
    }

    /// The levels that are known in some bins.
    pub(super) fn known(&self, bins: Range<usize>) -> impl Iterator<Item = f32> {
        self.levels.get(bins).unwrap_or_default().iter().copied().filter(|level| !level.is_nan())
    }
}

/// Adds a rate to the bins that `from..to` (microseconds after the first bin's start) covers, by how much of each.
fn spread(sums: &mut [f64], weights: &mut [f64], from: i64, to: i64, rate: f64) {
    let level = rate.max(1.0).ln();
    let first = from.max(0) / BIN_US;
    for bin in first.. {
        let (start, end) = (bin * BIN_US, (bin + 1) * BIN_US);
        let place = usize::try_from(bin).unwrap_or(usize::MAX);
        if start >= to || place >= sums.len() {
            break;
        }
        let share = (to.min(end) - from.max(start)) as f64 / BIN_US as f64;
        if share > 0.0 {
            sums[place] += share * level;
            weights[place] += share;
        }
    }
}

/// The value below which `part` (0 to 1) of them lie; sorts them. None of none.
pub(super) fn quantile(values: &mut [f32], part: f64) -> Option<f32> {
    let place = (values.len().checked_sub(1)? as f64 * part).round() as usize;
    Some(*values.select_nth_unstable_by(place, f32::total_cmp).1)
}
