//! Which times of day a told clock can mean, beside a part of the day or without one.

use super::atom::Clock;
use super::parts::{Half, Part};
use crate::base::Said;
use crate::say;

/// One meaning of a clock.
#[derive(Clone, Debug)]
pub(super) struct Hour {
    /// Minutes after midnight of the told day; from 1440 on they are of the day after.
    pub minute: i32,
    pub weight: f64,
    /// What speaks for it, where there is a choice.
    pub why: Option<Said>,
}

/// `21:15`, and whether it is of the day after.
pub(super) fn shown(minute: i32) -> String {
    format!("{:02}:{:02}", minute.rem_euclid(1440) / 60, minute.rem_euclid(60))
}

/// The meanings, best first. `day_told`: whether the sentence tells a day.
pub(super) fn meanings(clock: Clock, part: Option<&Part>, day_told: bool) -> Vec<Hour> {
    let hour = |hour: i32, weight: f64, why: Option<Said>| Hour { minute: hour * 60 + clock.minutes, weight, why };
    let h = clock.hour;
    let Some(part) = part else { return alone(clock, day_told) };
    let (vi, en, told) = (part.name, part.english, told(clock));
    let sure = |is: i32| {
        let is_shown = shown(is * 60 + clock.minutes);
        let why = (is != h).then(|| say!("{told} {vi} là {is_shown}", "{told} in the {en} is {is_shown}"));
        vec![hour(is, 0.95, why)]
    };
    // A clock that does not fit the part of the day: both are shown, none is believed.
    let strange = |first: i32, second: i32| {
        let why = || Some(say!("{told} không hợp với \"{vi}\"", "{told} does not fit \"{en}\""));
        vec![hour(first, 0.4, why()), hour(second, 0.3, why())]
    };
    match (part.half, h) {
        (Half::Morning, 0..=11) => sure(h),
        (Half::Morning, 12) if part.start < 180 => sure(0),
        (Half::Morning, 12) => strange(12, 0),
        (Half::Noon, 9..=15) => sure(h),
        (Half::Noon, 1..=3) => sure(h + 12),
        (Half::Afternoon, 12..=19) => sure(h),
        (Half::Afternoon, 1..=7) => sure(h + 12),
        (Half::Evening, 16..=24) => sure(h),
        (Half::Evening, 4..=11) => sure(h + 12),
        (Half::Evening, 0) => sure(24),
        (Half::Evening, 12) => {
            let why = || Some(say!("12h tối là nửa đêm", "12 in the evening is midnight"));
            vec![hour(24, 0.7, why()), hour(12, 0.1, why())]
        }
        (Half::Night, 18..=24) => sure(h),
        (Half::Night, 7..=11) => sure(h + 12),
        (Half::Night, 12) => {
            let why = Some(say!("12h đêm là 0:00 hôm sau", "12 at night is 0:00 of the day after"));
            let other = Some(say!("hoặc 0:00 của chính ngày đó", "or 0:00 of the day itself"));
            vec![hour(24, 0.75, why), hour(0, 0.2, other)]
        }
        (Half::Night | Half::Evening, 0..=6) => {
            let why = Some(say!(
                "{told} đêm thuộc đêm bắt đầu từ hôm trước",
                "{told} at night belongs to the night that began the day before"
            ));
            let other = Some(say!("hoặc {told} của chính ngày đó", "or {told} of the day itself"));
            vec![hour(h + 24, 0.6, why), hour(h, 0.35, other)]
        }
        (_, 13..=24) => strange(h, h - 12),
        (_, _) => strange(h, h + 12),
    }
}

/// The meanings where no part of the day is told.
fn alone(clock: Clock, day_told: bool) -> Vec<Hour> {
    let hour = |hour: i32, weight: f64, why: Option<Said>| Hour { minute: hour * 60 + clock.minutes, weight, why };
    let h = clock.hour;
    if clock.exact {
        return vec![hour(h, 0.95, None)];
    }
    let later = h + 12;
    let (first, second) = (shown(h * 60 + clock.minutes), shown(later * 60 + clock.minutes));
    let why =
        || Some(say!("không nói buổi nào: {first} hoặc {second}", "no part of the day is told: {first} or {second}"));
    let weights = match (day_told, h) {
        (_, 12) => (0.75, 0.2),
        (true, _) => (0.65, 0.3),
        (false, _) => (0.55, 0.4),
    };
    vec![hour(h, weights.0, why()), hour(later, weights.1, why())]
}

/// The clock as told: `9h15`.
fn told(clock: Clock) -> String {
    match clock.minutes {
        0 => format!("{}h", clock.hour),
        minutes if minutes < 0 => format!("{}h kém {}", clock.hour, -minutes),
        minutes => format!("{}h{minutes:02}", clock.hour),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::named;
    use super::*;

    fn first(hour: i32, part: &str) -> (i32, usize) {
        let all = meanings(Clock::full(hour), named(part), true);
        (all[0].minute / 60, all.len())
    }

    #[test]
    fn the_part_of_the_day_tells_which_half_is_meant() {
        for (hour, part, meant, count) in [
            (9, "tối", 21, 1),
            (3, "chiều", 15, 1),
            (1, "trưa", 13, 1),
            (12, "trưa", 12, 1),
            (3, "sáng", 3, 1),
            (12, "rạng sáng", 0, 1),
            (11, "đêm", 23, 1),
            (12, "đêm", 24, 2),
            (2, "đêm", 26, 2),
            (23, "khuya", 23, 1),
            (15, "sáng", 15, 2),
            (9, "chiều", 9, 2),
        ] {
            assert_eq!(first(hour, part), (meant, count), "{hour}h {part}");
        }
    }

    #[test]
    fn without_a_part_both_halves_are_offered_unless_the_clock_has_24_hours() {
        assert_eq!(meanings(Clock::full(9), None, true).len(), 2);
        assert_eq!(meanings(Clock::full(21), None, true).len(), 1);
        assert_eq!(meanings(Clock::full(0), None, true).len(), 1);
    }
}
