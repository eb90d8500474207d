//! Which keyframes get a thumbnail: a few for each recording, where most happens.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::model::Keyframe;

/// At most one thumbnail in so long a time, unless the configuration says otherwise.
pub const SAMPLE_EVERY: SignedDuration = SignedDuration::from_secs(10);

/// Chooses keyframes for thumbnails; gives their presentation times in order, microseconds.
///
/// The first and the last are always chosen. The others are taken by activity, the bytes that follow a keyframe for each
/// second until the next, as long as no chosen one is nearer than `every`; of equals the earlier. So no two are nearer than
/// `every`, but for the first and the last of a short recording, and no keyframe is `every` or farther from a chosen one.
pub fn sample(keyframes: &[Keyframe], every: SignedDuration) -> Vec<i64> {
    let mut sorted = keyframes.to_vec();
    sorted.sort_by_key(|keyframe| (keyframe.pts_us, Reverse(keyframe.between)));
    sorted.dedup_by_key(|keyframe| keyframe.pts_us);
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let mut chosen = BTreeSet::from([first.pts_us, last.pts_us]);
    let every = i64::try_from(every.as_micros()).unwrap_or(if every.is_negative() { 0 } else { i64::MAX }).max(1);

    let mut by_activity: Vec<(Reverse<u128>, i64)> =
        sorted.windows(2).map(|pair| (Reverse(rate(&pair[0], &pair[1])), pair[0].pts_us)).collect();
    by_activity.sort_unstable();
    for (_, pts_us) in by_activity {
        let (from, to) = (pts_us.saturating_sub(every - 1), pts_us.saturating_add(every - 1));
        if chosen.range(from..=to).next().is_none() {
            chosen.insert(pts_us);
        }
    }
    chosen.into_iter().collect()
}

/// Bytes a second between a keyframe and the next, times 2²⁰ so that whole numbers suffice.
fn rate(keyframe: &Keyframe, next: &Keyframe) -> u128 {
    let micros = u128::from(next.pts_us.abs_diff(keyframe.pts_us)).max(1);
    ((u128::from(keyframe.between) * 1_000_000) << 20) / micros
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keyframe(seconds: i64, between: u32) -> Keyframe {
        Keyframe { pts_us: seconds * 1_000_000, size: 1, between }
    }

    #[test]
    fn the_most_active_are_taken_with_the_first_and_the_last() {
        let table: Vec<Keyframe> =
            (0..30).map(|i| keyframe(2 * i, if i == 8 { 900 } else { 100 + i as u32 })).collect();
        let seconds: Vec<i64> = sample(&table, SAMPLE_EVERY).iter().map(|pts| pts / 1_000_000).collect();
        assert_eq!(seconds, [0, 16, 28, 38, 48, 58]);
    }

    #[test]
    fn activity_is_by_the_second_not_by_the_interval() {
        let table = [keyframe(0, 0), keyframe(20, 500), keyframe(21, 900), keyframe(31, 0), keyframe(60, 0)];
        assert_eq!(sample(&table, SAMPLE_EVERY), [0, 20_000_000, 31_000_000, 60_000_000]);
    }

    #[test]
    fn short_and_empty_recordings() {
        assert!(sample(&[], SAMPLE_EVERY).is_empty());
        assert_eq!(sample(&[keyframe(3, 9)], SAMPLE_EVERY), [3_000_000]);
        assert_eq!(sample(&[keyframe(3, 9), keyframe(5, 9), keyframe(4, 99)], SAMPLE_EVERY), [3_000_000, 5_000_000]);
    }

    proptest! {
        #[test]
        fn chosen_ones_are_apart_and_none_is_far_from_one(
            rows in prop::collection::vec((-100_000_000i64..400_000_000, any::<u32>()), 1..80),
            every_s in 0i64..60,
        ) {
            let table: Vec<Keyframe> =
                rows.iter().map(|&(pts_us, between)| Keyframe { pts_us, size: 0, between }).collect();
            let every = SignedDuration::from_secs(every_s);
            let chosen = sample(&table, every);
            let mut backwards = table.clone();
            backwards.reverse();
            prop_assert_eq!(&sample(&backwards, every), &chosen);
            let all: BTreeSet<i64> = table.iter().map(|k| k.pts_us).collect();
            prop_assert_eq!(chosen.first(), all.first());
            prop_assert_eq!(chosen.last(), all.last());
            prop_assert!(chosen.iter().all(|pts| all.contains(pts)));
            let every_us = every_s * 1_000_000;
            if chosen.len() > 2 {
                prop_assert!(chosen.windows(2).all(|two| two[1] - two[0] >= every_us.max(1)));
            }
            for pts in all {
                prop_assert!(chosen.iter().any(|c| (c - pts).abs() < every_us.max(1)));
            }
        }

        #[test]
        fn absurd_times_do_not_overflow(rows in prop::collection::vec((any::<i64>(), any::<u32>()), 0..20)) {
            let table: Vec<Keyframe> =
                rows.into_iter().map(|(pts_us, between)| Keyframe { pts_us, size: 0, between }).collect();
            let _ = sample(&table, SAMPLE_EVERY);
            let _ = sample(&table, SignedDuration::MAX);
        }
    }
}
