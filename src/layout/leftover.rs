//! What stands in a name beside what was read. A second time, a date, an offset or an AM/PM that no token took means that
//! the name tells more than was understood: that is a doubt.

use std::sync::LazyLock;

use regex::Regex;

use super::dates::dates_in;
use super::reading::Reading;
use super::stamp;
use super::words;

/// A time of day, or the rest of one, right behind what was read: `_172408`, `-17.24.08`, ` to 17-24-08`, `_45-07`.
static TIME_BEHIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let full = "(?:[01][0-9]|2[0-3])(?:[-_.:h]?[0-5][0-9]){2}";
    Regex::new(&format!(r"(?i)^[-_. ~T]{{1,3}}(?:to[-_ ]?)?(?:{full}|[0-5][0-9][-.:h][0-5][0-9])(?:[^0-9]|$)")).ok()
});

/// A time of day with signs in it, in front of the one that was read.
static TIME_BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9])(?:[01][0-9]|2[0-3])[-_.:h][0-5][0-9][-_.:mp][0-5][0-9](?:[^0-9]|$)").ok()
});

/// An offset from UTC, as far as its digits are one; the sign may have been lost to a file system (`_07-00`, `_0700`).
static OFFSET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^[ _]?((?:[+-][0-9]{2}[-:._]?[0-9]{2})|_[0-9]{2}[-:]?[0-9]{2})(?:[^0-9]|$)").ok()
});

/// A word for UTC, or the half of the day.
static WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^[ _(\[-]{0,2}(?:utc|gmt|z|[ap]\.?m\.?|sa|ch)(?:[^a-z0-9]|$)").ok());

/// Looks through the text in front of (`{pre}`) and behind (`{post}`) what was read from a name.
pub(super) fn unread(reading: &mut Reading, before: &str, behind: &str) {
    if reading.start.is_none() {
        return;
    }
    let is = |pattern: &LazyLock<Option<Regex>>, text: &str| pattern.as_ref().is_some_and(|p| p.is_match(text));
    if let Some(date) = dates_in(behind).first() {
        reading.unclear(words::another_date(*date));
    } else if is(&TIME_BEHIND, behind) || is(&TIME_BEFORE, before) {
        reading.unclear(words::another_time());
    }
    let offset = OFFSET.as_ref().and_then(|pattern| pattern.captures(behind));
    if is(&WORD, behind) || offset.is_some_and(|found| stamp::offset(&found[1].replace('_', "+")).is_some()) {
        reading.unclear(words::unread_offset());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CameraTime;

    fn doubts(before: &str, behind: &str) -> usize {
        let mut reading = Reading::nothing(None);
        reading.start = Some(CameraTime::from_micros(0));
        unread(&mut reading, before, behind);
        reading.doubts.len()
    }

    #[test]
    fn what_is_another_time_or_an_offset_is_doubted() {
        for behind in [
            "_172408",
            "-17.24.08 x",
            " to 17-24-08",
            ".mp4-vlcsnap-2022-02-08-10h37m38s",
            "-0800",
            "-07.00",
            "+0700",
            "_07-00",
            "_0700",
            "_45-07",
        ] {
            assert!(doubts("", behind) >= 1, "{behind}");
        }
        for behind in ["Z", " UTC", " (UTC)", "_GMT+7", " PM", " CH", "_SA"] {
            assert!(doubts("", behind) >= 1, "{behind}");
        }
        assert_eq!(doubts("192.168.1.13_S10-15-30E", ""), 1);
    }

    #[test]
    fn what_is_neither_is_left_alone() {
        for behind in [
            "",
            "_1920x1080",
            "_CH2",
            "_59073164",
            "_1709601322",
            "-0001",
            "_p000",
            "_00_001",
            "_936767",
            "_zone",
            "_amber",
        ] {
            assert_eq!(doubts("", behind), 0, "{behind}");
        }
        for before in ["cam_192.168.1.20_", "4C-11-BF-8A-2B-3D_", "1920x1080_"] {
            assert_eq!(doubts(before, ""), 0, "{before}");
        }
    }
}
