//! Interval arithmetic of what is recorded: unions, shares and gaps, in true time and with its uncertainty.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{Recording, Span, TrueTime, Window, keytable};
use crate::truetime::Run;

/// A hole between two recordings that is not longer than this, microseconds, is no gap: names tell whole seconds, and a
/// recorder needs a moment to change files.
pub const SEAM_US: i64 = 2_000_000;

/// A silence inside a recording is a gap when no keyframe came for so many times the usual step …
const SILENT_STEPS: i64 = 10;
/// … and for at least so long, microseconds.
const SILENT_US: i64 = 10_000_000;

/// When a recording really recorded: its span, less the long silences between its keyframes. After a keyframe that is
/// followed by silence it is taken to have recorded for one usual step.
pub fn recorded(recording: &Recording, run: &Run<'_>) -> Vec<Window> {
    let stretches = recorded_pts(recording);
    if stretches.len() == 1 {
        return vec![run.span_to_true(&recording.span)];
    }
    let true_at = |pts: i64| run.to_true(recording.camera_time_of(pts));
    stretches.into_iter().map(|(from, to)| Span::new(true_at(from), true_at(to))).collect()
}

/// The same on the file's own timeline: from and to, microseconds, in order; at least one.
pub fn recorded_pts(recording: &Recording) -> Vec<(i64, i64)> {
    let end = recording.first_pts_us.saturating_add(recording.media_us);
    let keyframes = keytable::unpack(&recording.table).unwrap_or_default();
    let mut steps: Vec<i64> = keyframes.windows(2).map(|k| k[1].pts_us.saturating_sub(k[0].pts_us)).collect();
    steps.sort_unstable();
    let Some(&usual) = steps.get(steps.len() / 2) else {
        return vec![(recording.first_pts_us, end)];
    };
    let limit = usual.saturating_mul(SILENT_STEPS).max(SILENT_US);
    let mut stretches = Vec::new();
    let mut start = recording.first_pts_us;
    for pair in keyframes.windows(2) {
        if pair[1].pts_us.saturating_sub(pair[0].pts_us) > limit {
            stretches.push((start, pair[0].pts_us.saturating_add(usual)));
            start = pair[1].pts_us;
        }
    }
    stretches.push((start, end));
    stretches
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

/// Whether something was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CertaintyState)]
pub enum State {
    /// It was, however wrong the times may be.
    Recorded,
    /// It was not.
    NotRecorded,
    /// The times are too uncertain to say.
    CannotSay,
}

/// A part of a window, and whether it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CertaintyStretch)]
pub struct Stretch {
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
    /// Whether it was recorded.
    pub state: State,
}

/// Cuts a window by what is sure, where every edge of the recorded spans may be wrong by so many microseconds either way. All
/// spans that reach to within twice that of the window are needed: an edge outside may lie inside.
pub fn certainty(spans: impl IntoIterator<Item = Window>, window: &Window, doubt_us: i64) -> Vec<Stretch> {
    let doubt_us = doubt_us.max(0);
    let reach = doubt_us.saturating_mul(2).saturating_add(SEAM_US);
    let wide = Span::new(window.start.plus_micros(-reach), window.end.plus_micros(reach));
    let mut joined: Vec<Window> = Vec::new();
    for span in union(spans, &wide) {
        match joined.last_mut() {
            // A seam between two files is as certain as what is around it: both are wrong by the same clock.
            Some(last) if span.start.as_micros().saturating_sub(last.end.as_micros()) <= SEAM_US => last.end = span.end,
            _ => joined.push(span),
        }
    }
    let moved = |span: &Window, by: i64| Window { start: span.start.plus_micros(-by), end: span.end.plus_micros(by) };
    let sure = union(joined.iter().map(|span| moved(span, -doubt_us)).filter(|span| !span.is_empty()), window);
    let possible = union(joined.iter().map(|span| moved(span, doubt_us)), window);
    let mut parts: Vec<(Window, State)> =
        complement(&possible, window).into_iter().map(|w| (w, State::NotRecorded)).collect();
    for span in &possible {
        parts.extend(complement(&union(sure.iter().copied(), span), span).into_iter().map(|w| (w, State::CannotSay)));
    }
    parts.extend(sure.into_iter().map(|w| (w, State::Recorded)));
    parts.sort_by_key(|(span, _)| span.start);
    parts.into_iter().map(|(span, state)| Stretch { start: span.start.0, end: span.end.0, state }).collect()
}

/// The share of a window that is in some states, 0 to 1.
pub fn share_of(parts: &[Stretch], states: &[State], window: &Window) -> f64 {
    let long = |part: &Stretch| part.end.as_microsecond().saturating_sub(part.start.as_microsecond());
    let covered: i64 = parts.iter().filter(|part| states.contains(&part.state)).map(long).sum();
    covered as f64 / window.micros().max(1) as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Basis, CameraSpan, CameraTime, Keyframe, RecordingId, TimeSource};
    use crate::truetime::ClockModel;

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
        fn what_is_sure_and_what_is_possible_part_the_window(
            spans in spans(), s in 0i64..1000, l in 1i64..1000, doubt in 0i64..300,
        ) {
            let (whole, doubt) = (window(s * 100_000, (s + l) * 100_000), doubt * 50_000);
            let parts = certainty(spans.clone(), &whole, doubt);
            prop_assert_eq!(parts.first().map(|p| p.start), Some(whole.start.0));
            prop_assert_eq!(parts.last().map(|p| p.end), Some(whole.end.0));
            for pair in parts.windows(2) {
                prop_assert_eq!(pair[0].end, pair[1].start);
                prop_assert_ne!(pair[0].state, pair[1].state);
            }
            // Whatever the clock's error within its doubt, what is called recorded is, but for seams, and what is called not is not.
            for error in [-doubt, 0, doubt] {
                let shifted: Vec<Window> = spans.iter().map(|w| window(w.start.as_micros() + error, w.end.as_micros() + error)).collect();
                let gaps = gaps(&union(shifted.clone(), &window(-1_000_000_000, 1_000_000_000)), &window(-1_000_000_000, 1_000_000_000));
                for part in &parts {
                    let part_window = window(part.start.as_microsecond(), part.end.as_microsecond());
                    match part.state {
                        State::Recorded => prop_assert!(gaps.iter().all(|gap| !gap.overlaps(&part_window))),
                        State::NotRecorded => prop_assert!(shifted.iter().all(|span| !span.overlaps(&part_window))),
                        State::CannotSay => {}
                    }
                }
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
            media_us: 306_000_000,
            codec: "h264".into(),
            width: 1,
            height: 1,
            has_audio: false,
            keyframes: 8,
            table: keytable::pack(&keyframes),
        };
        let clock = ClockModel::unchecked();
        let recorded = recorded(&recording, &clock.best_line_of(recording.span.start));
        assert_eq!(recorded, [window(0, 10_000_000), window(300_000_000, 306_000_000)]);
    }
}
