//! Decoding times for frames of which only the presentation times are known: containers have none (Matroska), wrong ones or
//! their own kind.
//!
//! The i-th frame in decoding order is decoded at the i-th smallest presentation time less a delay, by which the most reordered
//! of the first frames comes in time; never after it is shown, and after the frame before it. Gaps stay where they are.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// H.264 and H.265 reorder at most 16 frames.
pub(super) const REORDER: usize = 16;
/// The longest delay, microseconds. One frame a second is not reordered by cameras.
const MAX_DELAY_US: i64 = 1_000_000;

/// A frame with its times, microseconds from the first decoding time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Timed<T> {
    pub(super) pts_us: i64,
    pub(super) decode_us: i64,
    pub(super) what: T,
}

/// A frame comes later in the order of decoding than any reordering allows: times run backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Backwards;

/// Finds decoding times while frames come, in decoding order, none shown before the first.
#[derive(Debug)]
pub(super) struct Timeline<T> {
    reorder: usize,
    waiting: VecDeque<(i64, T)>,
    sorted: BinaryHeap<Reverse<i64>>,
    delay_us: Option<i64>,
    last_shown_us: i64,
    last_decode_us: i64,
}

impl<T> Timeline<T> {
    /// For frames of which at most `reorder` precede one shown before them.
    pub(super) fn new(reorder: usize) -> Timeline<T> {
        Timeline {
            reorder,
            waiting: VecDeque::new(),
            sorted: BinaryHeap::new(),
            delay_us: None,
            last_shown_us: i64::MIN,
            last_decode_us: i64::MIN,
        }
    }

    /// Takes the next frame; gives one whose times are known now.
    pub(super) fn push(&mut self, pts_us: i64, what: T) -> Result<Option<Timed<T>>, Backwards> {
        if pts_us < self.last_shown_us {
            return Err(Backwards);
        }
        self.waiting.push_back((pts_us, what));
        self.sorted.push(Reverse(pts_us));
        Ok(if self.waiting.len() > self.reorder { self.pop() } else { None })
    }

    /// Gives what waits, once no more frames come.
    pub(super) fn pop(&mut self) -> Option<Timed<T>> {
        let delay_us = *self.delay_us.get_or_insert_with(|| delay(&self.waiting));
        let (pts_us, what) = self.waiting.pop_front()?;
        let Reverse(shown_us) = self.sorted.pop()?;
        self.last_shown_us = shown_us;
        let soonest = self.waiting.iter().map(|(pts_us, _)| *pts_us).fold(pts_us, i64::min);
        let decode_us = shown_us.saturating_sub(delay_us).min(soonest).max(self.last_decode_us.saturating_add(1));
        self.last_decode_us = decode_us;
        Some(Timed { pts_us, decode_us, what })
    }
}

/// How much later than in its place among the presentation times the latest of these frames would be decoded.
fn delay<T>(frames: &VecDeque<(i64, T)>) -> i64 {
    let mut sorted: Vec<i64> = frames.iter().map(|(pts_us, _)| *pts_us).collect();
    sorted.sort_unstable();
    let late = sorted.iter().zip(frames).map(|(place, (pts_us, _))| place.saturating_sub(*pts_us)).max();
    late.unwrap_or(0).clamp(0, MAX_DELAY_US)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn timed(reorder: usize, pts: &[i64]) -> Result<Vec<(i64, i64)>, Backwards> {
        let mut timeline = Timeline::new(reorder);
        let mut out = Vec::new();
        for &pts_us in pts {
            out.extend(timeline.push(pts_us, ())?);
        }
        out.extend(std::iter::from_fn(|| timeline.pop()));
        Ok(out.into_iter().map(|timed| (timed.pts_us, timed.decode_us)).collect())
    }

    #[test]
    fn frames_in_order_are_decoded_when_they_are_shown() {
        let times = [(0, 0), (40, 40), (900, 900), (901, 901)];
        assert_eq!(timed(REORDER, &times.map(|(pts, _)| pts)).unwrap(), times);
        assert_eq!(timed(0, &times.map(|(pts, _)| pts)).unwrap(), times);
    }

    #[test]
    fn reordered_frames_are_decoded_a_frame_earlier() {
        let expected = [(0, -10), (30, 0), (10, 10), (20, 20), (60, 30), (40, 40), (50, 50)];
        assert_eq!(timed(REORDER, &expected.map(|(pts, _)| pts)).unwrap(), expected);
    }

    #[test]
    fn a_time_far_back_is_told() {
        let times: Vec<i64> = (0..60).map(|n| if n < 40 { n * 40 } else { n }).collect();
        assert_eq!(timed(REORDER, &times), Err(Backwards));
        assert_eq!(timed(0, &[5, 4]), Err(Backwards));
    }

    proptest! {
        #[test]
        fn decoding_times_grow_and_none_is_late(
            steps in prop::collection::vec(1i64..5_000_000, 1..120),
            group in 1usize..8,
        ) {
            // Groups whose last frame comes first, as an encoder with B-frames sends them.
            let mut shown: Vec<i64> = steps.iter().scan(0, |at, step| { *at += step; Some(*at) }).collect();
            shown[1..].chunks_mut(group).for_each(|chunk| chunk.rotate_right(1));
            let out = timed(REORDER, &shown).unwrap();
            prop_assert_eq!(out.iter().map(|(pts, _)| *pts).collect::<Vec<_>>(), shown.clone());
            prop_assert!(out.windows(2).all(|two| two[0].1 < two[1].1));
            // One microsecond late for each that had to wait for another.
            prop_assert!(out.iter().all(|(pts, decode)| *decode <= pts + shown.len() as i64));
            prop_assert!(out[0].0 - out[0].1 <= MAX_DELAY_US);
        }

        #[test]
        fn absurd_times_do_not_overflow(pts in prop::collection::vec(any::<i64>(), 0..60)) {
            let _ = timed(REORDER, &pts);
        }
    }
}
