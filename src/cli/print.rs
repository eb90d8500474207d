//! Printing for people: errors, times, shares, sparks. JSON goes through [`json`].

use std::borrow::Cow;
use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::base::{Error, Kind, Lang, Result, ResultExt};
use crate::say;

/// Writes a line to standard output. A reader that closed the pipe has had enough: that is no failure.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{}", harmless(text));
}

/// The text without what a terminal would obey: a file's name is written by whoever wrote the file.
fn harmless(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && c != '\n';
    if text.contains(obeyed) { Cow::Owned(text.replace(obeyed, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// Writes a value as one line of JSON.
///
/// # Errors
/// Only for a value that JSON cannot hold.
pub(super) fn json(value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(value)
        .or_say(Kind::Internal, || say!("không viết được JSON", "the result does not fit JSON"))?;
    // JSON escapes what matters in it, and keeps names as they are.
    let _ = writeln!(std::io::stdout(), "{text}");
    Ok(())
}

/// Tells of an error, with its causes.
pub(super) fn error(error: &Error, lang: Lang) {
    error_line(&error.explain(lang), lang);
}

/// Tells of an error in words at hand.
pub(super) fn error_line(text: &str, lang: Lang) {
    let word = if lang == Lang::Vi { "lỗi" } else { "error" };
    let _ = writeln!(std::io::stderr(), "{word}: {}", harmless(text));
}

/// Tells how to mend what an error told of.
pub(super) fn remedy(text: &str, lang: Lang) {
    let word = if lang == Lang::Vi { "cách khắc phục" } else { "remedy" };
    let _ = writeln!(std::io::stderr(), "{word}: {}", harmless(text));
}

/// Tells of something doubtful that did not stop us.
pub(super) fn warning(text: &str, lang: Lang) {
    let word = if lang == Lang::Vi { "lưu ý" } else { "warning" };
    let _ = writeln!(std::io::stderr(), "{word}: {}", harmless(text));
}

/// Tells how far the work is, where no bar can be drawn.
pub(super) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// An instant in the site's zone: `15/7/2023 21:15:08`.
pub(super) fn instant(t: Timestamp, zone: &TimeZone) -> String {
    t.to_zoned(zone.clone()).strftime("%-d/%-m/%Y %H:%M:%S").to_string()
}

/// The time of day alone: `21:15:08`.
pub(super) fn time_of_day(t: Timestamp, zone: &TimeZone) -> String {
    t.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

/// Two instants, the second without its date where that is the first's.
pub(super) fn span(start: Timestamp, end: Timestamp, zone: &TimeZone) -> String {
    let same_day = start.to_zoned(zone.clone()).date() == end.to_zoned(zone.clone()).date();
    let end = if same_day { time_of_day(end, zone) } else { instant(end, zone) };
    format!("{}–{end}", instant(start, zone))
}

/// The same without any date where both are of one day.
pub(super) fn times(start: Timestamp, end: Timestamp, zone: &TimeZone) -> String {
    let same_day = start.to_zoned(zone.clone()).date() == end.to_zoned(zone.clone()).date();
    if same_day { format!("{}–{}", time_of_day(start, zone), time_of_day(end, zone)) } else { span(start, end, zone) }
}

/// A share as a percentage that never rounds up to 100 or down to 0.
pub(super) fn percent(share: f64, lang: Lang) -> String {
    let text = match share * 100.0 {
        p if p > 0.0 && p < 1.0 => "<1".to_owned(),
        p if p > 99.0 && p < 100.0 => "99".to_owned(),
        p => format!("{p:.0}"),
    };
    if lang == Lang::Vi { format!("{text} %") } else { format!("{text}%") }
}

/// Scores from 0 to 1 as a strip of at most `width` blocks, each as high as the highest score it stands for.
pub(super) fn sparks(scores: &[f64], width: usize) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let columns = width.min(scores.len());
    (0..columns)
        .map(|i| {
            let part = &scores[i * scores.len() / columns..(i + 1) * scores.len() / columns];
            let top = part.iter().copied().fold(0.0, f64::max);
            BLOCKS[((top * 7.0).round() as usize).min(7)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_that_is_not_whole_never_reads_as_whole() {
        assert_eq!(percent(0.9999, Lang::En), "99%");
        assert_eq!(percent(1.0, Lang::En), "100%");
        assert_eq!(percent(0.0001, Lang::Vi), "<1 %");
        assert_eq!(percent(0.0, Lang::Vi), "0 %");
    }

    #[test]
    fn sparks_keep_the_peaks() {
        assert_eq!(sparks(&[0.0, 1.0], 10), "▁█");
        let mut scores = vec![0.0; 100];
        scores[57] = 1.0;
        assert_eq!(sparks(&scores, 10), "▁▁▁▁▁█▁▁▁▁");
        assert_eq!(sparks(&[], 10), "");
    }
}
