//! The edit list (ISO/IEC 14496-12, 8.6.6), applied as FFmpeg does, so that our times are those that its tools print.

use super::Miss;
use super::movie::{Edit, Movie};
use super::samples::Sample;
use crate::media::listing::frames::Frame;

/// The part of an edit list that cameras write: a delay, then one stretch of the media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Nothing is shown before this; ticks of the track.
    pub(super) delay: i64,
    /// Where in the media it starts; ticks of the track.
    pub(super) start: i64,
    /// Its length; ticks of the track.
    pub(super) length: i64,
}

/// Brings an edit list to one stretch; `None` for an empty list.
pub(super) fn stretch(movie: &Movie) -> Result<Option<Stretch>, Miss> {
    let ticks = |duration: i64| {
        let (to, from) = (i128::from(movie.track.timescale), i128::from(movie.timescale));
        i64::try_from((i128::from(duration) * to + from / 2) / from).map_err(|_| Miss::NotUnderstood("an endless edit"))
    };
    match movie.track.edits.as_slice() {
        [] => Ok(None),
        [delays @ .., Edit { duration, media_time }]
            if *media_time >= 0 && delays.iter().all(|e| e.media_time == -1) =>
        {
            let delay = delays.iter().fold(0i64, |sum, edit| sum.saturating_add(edit.duration));
            Ok(Some(Stretch { delay: ticks(delay)?, start: *media_time, length: ticks(*duration)? }))
        }
        _ => Err(Miss::NotUnderstood("several edits")),
    }
}

/// The frames that are demuxed under the edit list, with their presentation times. Samples not `present` are left out.
pub(super) fn apply(movie: &Movie, samples: &[Sample], present: &[bool]) -> Result<Vec<Frame>, Miss> {
    let Some(stretch) = stretch(movie)? else {
        let plain = samples.iter().zip(present).filter(|(_, present)| **present);
        return Ok(plain.map(|(s, _)| frame(s, s.dts + i64::from(s.offset), true)).collect());
    };
    if stretch.length == 0 {
        return Err(Miss::NotUnderstood("an edit of no length"));
    }
    // Decoding starts at the keyframe before the stretch. What lies between is demuxed too, marked as not shown, and all
    // stands at the stretch's start on the decode timeline, which only moves on from the first frame shown.
    let reordered = samples.iter().any(|s| s.offset != 0);
    let end = stretch.start.saturating_add(stretch.length);
    let before = |time: i64| time <= stretch.start;
    let first =
        samples.iter().rposition(|s| s.key && before(s.dts) && before(s.dts + i64::from(s.offset))).unwrap_or(0);
    let mut frames = Vec::with_capacity(samples.len() - first);
    let mut decode = stretch.delay;
    let mut started = false;
    let mut smallest: Option<i64> = None;
    let mut keys_after = 0;
    for (sample, present) in samples.iter().zip(present).skip(first) {
        let composed = sample.dts + i64::from(sample.offset);
        let shown = (stretch.start..end).contains(&composed);
        let pts = decode.saturating_add(sample.offset.into());
        if shown {
            smallest = Some(smallest.map_or(pts, |least| least.min(pts)));
            started = true;
        }
        if *present {
            frames.push(frame(sample, pts, shown));
        }
        if started {
            decode = decode.saturating_add(sample.duration.into());
        }
        if composed + i64::from(sample.duration) >= end && sample.key {
            // Frames shown before a keyframe may be stored after it.
            keys_after += 1;
            if keys_after > i32::from(reordered) {
                break;
            }
        }
    }
    // The first frame shown stands at the end of the delay, whatever its composition offset.
    let shift = smallest.map_or(0, |least| (least - stretch.delay).max(0));
    frames.iter_mut().for_each(|frame| frame.pts -= shift);
    Ok(frames)
}

fn frame(sample: &Sample, pts: i64, shown: bool) -> Frame {
    Frame { pts, duration: sample.duration, size: sample.size, key: sample.key, shown }
}
