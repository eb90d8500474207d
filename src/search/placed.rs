//! A recording in true time: which reading of its camera's clock is meant, how sure that is, and whether it touches a window.

use crate::model::{Recording, Window};
use crate::truetime::{ClockModel, Run};

/// A recording as it is read in an answer.
#[derive(Clone, Copy, Debug)]
pub struct Placed<'a> {
    /// The stretch of the clock that it is read on.
    pub run: Run<'a>,
    /// From its first frame to the end of its last, true time.
    pub span: Window,
    /// How wrong the clock may be there either way, seconds; none for an unchecked one.
    pub clock_s: Option<f64>,
    /// Whether it overlaps the window wherever in its clock's uncertainty the truth lies.
    pub certain: bool,
}

/// Places a recording that may touch a window; none where no possible reading of its camera's clock does.
pub fn place<'a>(clock: &'a ClockModel, recording: &Recording, window: &Window) -> Option<Placed<'a>> {
    let mut runs = clock.possible_runs(recording.span.start);
    if runs.is_empty() {
        // A time that the clock never showed: read as if it had run on.
        runs.push(clock.best_line_of(recording.span.start));
    }
    let alone = runs.len() == 1;
    let placed = runs.into_iter().filter_map(|run| {
        let span = run.span_to_true(&recording.span);
        let clock_s = run.uncertainty_s(recording.span.start);
        let slack_us = (clock_s.unwrap_or(0.0) * 1e6) as i64;
        let certain = alone && touches(&span, window, -slack_us);
        touches(&span, window, slack_us).then_some(Placed { run, span, clock_s, certain })
    });
    // The best reading that overlaps by itself, else the best that may.
    placed.reduce(|best, other| {
        let hits = |placed: &Placed<'_>| touches(&placed.span, window, 0);
        if hits(&other) && !hits(&best) { other } else { best }
    })
}

/// Whether a span overlaps a window that is widened (or, below 0, narrowed) by so many microseconds; a still, whose span is
/// empty, when its instant lies inside.
fn touches(span: &Window, window: &Window, slack_us: i64) -> bool {
    let (from, to) = (window.start.plus_micros(-slack_us), window.end.plus_micros(slack_us));
    if span.is_empty() { from <= span.start && span.start < to } else { span.start < to && from < span.end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Span, TrueTime};

    fn window(from: i64, to: i64) -> Window {
        Span::new(TrueTime::from_micros(from), TrueTime::from_micros(to))
    }

    #[test]
    fn a_still_touches_where_it_lies_and_a_recording_where_it_overlaps() {
        let asked = window(100, 200);
        assert!(touches(&window(100, 100), &asked, 0) && !touches(&window(200, 200), &asked, 0));
        assert!(touches(&window(200, 200), &asked, 1));
        assert!(touches(&window(50, 101), &asked, 0) && !touches(&window(50, 100), &asked, 0));
        assert!(touches(&window(50, 100), &asked, 1) && !touches(&window(50, 101), &asked, -1));
    }
}
