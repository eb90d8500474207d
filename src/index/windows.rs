//! The windows of a query in the form that scans want: per camera, sorted, merged, without empty ones; in microseconds.

use std::collections::BTreeMap;

use super::CameraWindow;

/// A half-open range of microseconds.
pub(super) type Range = (i64, i64);

/// The ranges of each camera that was named, by camera id; a camera may have none.
pub(super) type PerCamera<'q> = Vec<(&'q str, Vec<Range>)>;

/// Windows that lie so close together that they are searched in one sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cluster {
    pub(super) first_start: i64,
    pub(super) last_start: i64,
    pub(super) first_end: i64,
    pub(super) last_end: i64,
}

/// Sorts the windows by camera.
pub(super) fn per_camera(windows: &[CameraWindow]) -> PerCamera<'_> {
    let mut cameras: BTreeMap<&str, Vec<Range>> = BTreeMap::new();
    for window in windows {
        let range = (window.span.start.as_micros(), window.span.end.as_micros());
        cameras.entry(&window.camera).or_default().push(range);
    }
    cameras.into_iter().map(|(camera, ranges)| (camera, merged(ranges))).collect()
}

/// The same instants in as few ranges as possible, sorted.
fn merged(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.retain(|(start, end)| start < end);
    ranges.sort_unstable();
    let mut out: Vec<Range> = Vec::with_capacity(ranges.len());
    for (start, end) in ranges {
        match out.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

/// Groups ranges that are at most `apart` microseconds from each other, by time. A camera whose clock is years off thus
/// does not make a sweep of years.
pub(super) fn clusters(mut ranges: Vec<Range>, apart: i64) -> Vec<Cluster> {
    ranges.sort_unstable();
    let mut out: Vec<Cluster> = Vec::new();
    for (start, end) in ranges {
        match out.last_mut() {
            Some(last) if start <= last.last_end.saturating_add(apart) => {
                last.last_start = start;
                last.first_end = last.first_end.min(end);
                last.last_end = last.last_end.max(end);
            }
            _ => out.push(Cluster { first_start: start, last_start: start, first_end: end, last_end: end }),
        }
    }
    out
}

/// Whether a recording from `start` to `end` shares an instant with one of the ranges; a still does when it lies inside.
pub(super) fn touches(ranges: &[Range], start: i64, end: i64) -> bool {
    ranges.iter().any(|&(from, to)| start < to && (end > from || start >= from))
}

/// Whether a recording from `start` to `end` lies wholly in one of the ranges.
pub(super) fn encloses(ranges: &[Range], start: i64, end: i64) -> bool {
    ranges.iter().any(|&(from, to)| from <= start && start < to && end <= to)
}

/// Whether the instant lies in one of the ranges.
pub(super) fn contains(ranges: &[Range], t: i64) -> bool {
    ranges.iter().any(|&(from, to)| from <= t && t < to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_or_overlap_become_one() {
        assert_eq!(merged(vec![(5, 9), (0, 3), (3, 4), (8, 12), (20, 20), (30, 29)]), [(0, 4), (5, 12)]);
    }

    #[test]
    fn a_range_is_half_open_for_recordings_and_for_stills() {
        let cases = [
            (0, 10, false),
            (0, 11, true),
            (19, 30, true),
            (20, 30, false),
            (10, 10, true),
            (20, 20, false),
            (9, 9, false),
        ];
        for (start, end, hit) in cases {
            assert_eq!(touches(&[(10, 20)], start, end), hit, "{start}..{end}");
        }
    }

    #[test]
    fn a_recording_that_fills_the_range_lies_inside() {
        assert!(encloses(&[(10, 20)], 10, 20));
        assert!(encloses(&[(10, 20)], 10, 10));
        assert!(!encloses(&[(10, 20)], 20, 20));
        assert!(!encloses(&[(10, 20), (20, 30)], 15, 25));
    }

    #[test]
    fn ranges_far_apart_are_swept_apart() {
        let near = Cluster { first_start: 0, last_start: 3, first_end: 8, last_end: 10 };
        let far = Cluster { first_start: 99, last_start: 99, first_end: 100, last_end: 100 };
        assert_eq!(clusters(vec![(99, 100), (0, 10), (3, 8)], 5), [near, far]);
    }
}
