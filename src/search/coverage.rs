//! Interval arithmetic of what is recorded: unions, shares and gaps, in true time.

use crate::model::{Recording, Span, TrueTime, Window, keytable};
use crate::truetime::ClockModel;

/// A hole between two recordings that is not longer than this, microseconds, is no gap: names tell whole seconds, and a
/// recorder needs a moment to change files.
const SEAM_US: i64 = 2_000_000;

/// A silence inside a recording is a gap when no keyframe came for so many times the usual step …
const SILENT_STEPS: i64 = 10;
/// … and for at least so long, microseconds.
const SILENT_US: i64 = 10_000_000;

/// When a recording really recorded: its span, less the long silences between its keyframes. After a keyframe that is
/// followed by silence it is taken to have recorded for one usual step.
pub fn recorded(recording: &Recording, clock: &ClockModel) -> Vec<Window> {
    let whole = clock.span_to_true(&recording.span);
    let keyframes = keytable::unpack(&recording.table).unwrap_or_default();
    let mut steps: Vec<i64> = keyframes.windows(2).map(|k| k[1].pts_us.saturating_sub(k[0].pts_us)).collect();
    steps.sort_unstable();
    let Some(&usual) = steps.get(steps.len() / 2) else { return vec![whole] };
    let limit = usual.saturating_mul(SILENT_STEPS).max(SILENT_US);
    let true_at = |pts: i64| clock.to_true(recording.camera_time_of(pts));
    let mut spans = Vec::new();
    let mut start = whole.start;
    for pair in keyframes.windows(2) {
        if pair[1].pts_us.saturating_sub(pair[0].pts_us) > limit {
            spans.push(Span::new(start, true_at(pair[0].pts_us.saturating_add(usual))));
            start = true_at(pair[1].pts_us);
        }
    }
    spans.push(Span::new(start, whole.end));
    spans
}

/// The parts of a window that some span covers: in order, apart, none empty.
pub fn union(spans: impl IntoIterator<Item = Window>, window: &Window) -> Vec<Window> {
    let mut inside: Vec<Window> = spans.into_iter().filter_map(|span| span.intersect(window)).collect();
    inside.sort_by_key(|span| (span.start, span.end));
    let mut union: Vec<Window> = Vec::with_capacity(inside.len());
    for span in inside {
        match union.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => union.push(span),
        }
    }
    union
}

/// The share of a window that a union covers, 0 to 1.
pub fn share(union: &[Window], window: &Window) -> f64 {
    let covered: i64 = union.iter().map(Span::micros).sum();
    covered as f64 / window.micros().max(1) as f64
}

/// What a union leaves of a window; seams between recordings are no gaps, the window's edges are never seams.
pub fn gaps(union: &[Window], window: &Window) -> Vec<Window> {
    complement(union, window)
        .into_iter()
        .filter(|gap| gap.start == window.start || gap.end == window.end || gap.micros() > SEAM_US)
        .collect()
}

/// What a union leaves of a window, exactly.
pub fn complement(union: &[Window], window: &Window) -> Vec<Window> {
    let mut left = Vec::new();
    let mut from = window.start;
    for span in union {
        left.push(Span::new(from, span.start.min(window.end)));
        from = from.max(span.end);
    }
    left.push(Span::new(from, window.end));
    left.retain(|span: &Span<TrueTime>| !span.is_empty());
    left
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Basis, CameraSpan, CameraTime, Keyframe, RecordingId, TimeSource};

    fn window(start: i64, end: i64) -> Window {
        Span::new(TrueTime::from_micros(start), TrueTime::from_micros(end))
    }

    fn spans() -> impl Strategy<Value = Vec<Window>> {
        prop::collection::vec((0i64..1000, 0i64..200).prop_map(|(s, l)| window(s * 100_000, (s + l) * 100_000)), 0..40)
    }

    proptest! {
        #[test]
        fn union_and_complement_part_the_window(spans in spans(), s in 0i64..1000, l in 1i64..1000) {
            let whole = window(s * 100_000, (s + l) * 100_000);
            let union = union(spans.clone(), &whole);
            let rest = complement(&union, &whole);
            let covered: i64 = union.iter().chain(&rest).map(Span::micros).sum();
            prop_assert_eq!(covered, whole.micros());
            for pair in union.windows(2) {
                prop_assert!(pair[0].end < pair[1].start);
            }
            // Every tenth of a second is on the side that the spans say.
            for t in (s..s + l).map(|i| TrueTime::from_micros(i * 100_000)) {
                let recorded = spans.iter().any(|span| span.contains(t));
                prop_assert_eq!(union.iter().any(|span| span.contains(t)), recorded);
                prop_assert_eq!(rest.iter().any(|span| span.contains(t)), !recorded);
            }
            let share = share(&union, &whole);
            prop_assert!((0.0..=1.0).contains(&share));
            for gap in gaps(&union, &whole) {
                prop_assert!(rest.contains(&gap));
            }
        }

        #[test]
        fn the_order_of_spans_does_not_matter(spans in spans()) {
            let whole = window(0, 120_000_000);
            let mut reversed = spans.clone();
            reversed.reverse();
            prop_assert_eq!(union(spans, &whole), union(reversed, &whole));
        }
    }

    #[test]
    fn a_seam_between_two_files_is_no_gap_but_an_edge_is() {
        let whole = window(0, 120_000_000);
        let union = union([window(500_000, 60_000_000), window(61_000_000, 120_000_000)], &whole);
        assert_eq!(gaps(&union, &whole), [window(0, 500_000)]);
        assert!(share(&union, &whole) < 1.0);
    }

    #[test]
    fn nothing_recorded_is_one_gap_over_the_window() {
        let whole = window(0, 60_000_000);
        assert_eq!(gaps(&[], &whole), [whole]);
        assert_eq!(share(&[], &whole), 0.0);
    }

    #[test]
    fn a_long_silence_inside_a_recording_is_not_recorded() {
        let at = |s: i64| Keyframe { pts_us: s * 1_000_000, size: 1, between: 1 };
        let keyframes: Vec<Keyframe> = [0, 2, 4, 6, 8, 300, 302, 304].map(at).to_vec();
        let recording = Recording {
            id: RecordingId("a".into()),
            camera: "c".into(),
            span: CameraSpan::new(CameraTime::from_micros(0), CameraTime::from_micros(306_000_000)),
            time_source: TimeSource::Name,
            time_basis: Basis::Local,
            uncertainty_s: 2.0,
            first_pts_us: 0,
            codec: "h264".into(),
            width: 1,
            height: 1,
            has_audio: false,
            keyframes: 8,
            table: keytable::pack(&keyframes),
        };
        let recorded = recorded(&recording, &ClockModel::unchecked());
        assert_eq!(recorded, [window(0, 10_000_000), window(300_000_000, 306_000_000)]);
    }
}
