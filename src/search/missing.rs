//! Why a camera shows nothing at an instant, in words.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::gaps::{Gap, GapReason};
use super::{Sight, coverage, lane};
use crate::base::{Result, Said};
use crate::model::{Camera, Span, TrueTime};
use crate::say;

/// How far either way an end of the gap is looked for, microseconds, in turn.
const REACH_US: [i64; 3] = [900_000_000, 86_400_000_000, 31 * 86_400_000_000];

/// Why there is nothing at an instant, and from when to when, as far as a month tells.
///
/// # Errors
/// What store and index report.
pub fn why(sight: Sight<'_>, camera: &Camera, at: TrueTime, now: Timestamp) -> Result<Said> {
    let mut found = None;
    for reach in REACH_US {
        let window = Span::new(at.plus_micros(-reach), at.plus_micros(reach));
        let lane = lane::lane(sight, camera, &window, now)?;
        let seam = coverage::complement(&lane.recorded, &window).into_iter().find(|gap| gap.contains(at));
        let seam = seam.map(|gap| Gap { start: gap.start.0, end: gap.end.0, reason: GapReason::NoRecording });
        let gap = lane.gaps.into_iter().find(|gap| gap.start <= at.0 && at.0 < gap.end).or(seam);
        let open = gap.map(|gap| (gap.start <= window.start.0, gap.end >= window.end.0));
        found = gap.zip(open);
        if open.is_none_or(|(before, after)| !before && !after) {
            break;
        }
    }
    let Some((gap, open)) = found else {
        return Ok(say!("không có hình nào ở đúng lúc này", "there is no picture at this very instant"));
    };
    Ok(sentence(&gap, open, sight.zone))
}

/// The gap as a sentence; `open` where its start, or its end, is not known.
fn sentence(gap: &Gap, open: (bool, bool), zone: &TimeZone) -> Said {
    let [from, to] = [gap.start, gap.end].map(|t| t.to_zoned(zone.clone()));
    let when = match open {
        (false, false) if from.date() == to.date() => {
            let (from, to, day) = (clock(&from), clock(&to), day(&to));
            say!("từ {from} đến {to} ngày {day}", "from {from} to {to} on {day}")
        }
        (false, false) => {
            let (from, to) = (moment(&from), moment(&to));
            say!("từ {from} đến {to}", "from {from} to {to}")
        }
        (false, true) => {
            let from = moment(&from);
            say!("từ {from} trở đi", "from {from} on")
        }
        (true, false) => {
            let to = moment(&to);
            say!("từ trước cho đến {to}", "until {to}")
        }
        (true, true) => say!("cả tháng quanh lúc này", "for a month around this instant"),
    };
    let Said { vi, en } = when;
    match gap.reason {
        GapReason::NoRecording => say!("Camera này không ghi {vi}.", "This camera did not record {en}."),
        reason => {
            let Said { vi: why_vi, en: why_en } = reason.say();
            say!("Camera này không có hình {vi}: {why_vi}.", "This camera shows nothing {en}: {why_en}.")
        }
    }
}

fn clock(at: &Zoned) -> String {
    at.strftime(if at.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string()
}

fn day(at: &Zoned) -> String {
    at.strftime("%-d/%-m/%Y").to_string()
}

fn moment(at: &Zoned) -> String {
    format!("{} {}", clock(at), day(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(from: &str, to: &str, reason: GapReason, open: (bool, bool)) -> (String, String) {
        let [start, end] = [from, to].map(|text| text.parse().unwrap());
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let Said { vi, en } = sentence(&Gap { start, end, reason }, open, &zone);
        (vi, en)
    }

    #[test]
    fn a_gap_is_told_with_its_ends_and_its_reason() {
        let (vi, en) = said("2026-07-15T14:05:00Z", "2026-07-15T14:11:30Z", GapReason::NoRecording, (false, false));
        assert_eq!(vi, "Camera này không ghi từ 21:05 đến 21:11:30 ngày 15/7/2026.");
        assert_eq!(en, "This camera did not record from 21:05 to 21:11:30 on 15/7/2026.");
        let (vi, _) = said("2026-07-15T14:05:00Z", "2026-07-16T14:11:00Z", GapReason::Damaged, (false, false));
        assert_eq!(vi, "Camera này không có hình từ 21:05 15/7/2026 đến 21:11 16/7/2026: tệp hỏng.");
        let (_, en) = said("2026-07-15T14:05:00Z", "2026-08-16T14:11:00Z", GapReason::Future, (false, true));
        assert_eq!(en, "This camera shows nothing from 21:05 15/7/2026 on: has not come yet.");
        let (vi, _) = said("2026-06-15T14:05:00Z", "2026-07-16T14:11:00Z", GapReason::NoRecording, (true, false));
        assert_eq!(vi, "Camera này không ghi từ trước cho đến 21:11 16/7/2026.");
    }
}
