//! Times of day as people write them: `21h15'`, `9 giờ kém 15`, `8 rưỡi`, `8:30`, `20.30`, `2115`, `9:15 pm`.

use super::atom::{Atom, Clock};
use super::days::ends_there;
use super::numbers::{self, is_counted};
use super::parts;
use super::refusal::Refusal;
use super::token::{Kind, Tokens};

/// Words for the hour behind its number.
const HOUR: &[&str] = &["h", "g", "giờ", "giờ đồng hồ", "oclock", "hours", "hrs"];
/// Words for minutes behind their number.
const MINUTE: &[&str] = &["phút", "p", "ph", "min", "mins", "minutes"];

/// A clock's parts before they are checked.
#[derive(Default)]
struct Told {
    hour: u32,
    minutes: i32,
    second: u32,
    nanos: i64,
    exact: bool,
}

/// The time of day at `i`, or why it cannot be one, and the token after it.
pub(super) fn at_token(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let (told, next) = english(tokens, i)
        .or_else(|| with_unit(tokens, i))
        .or_else(|| with_colon(tokens, i))
        .or_else(|| bare(tokens, i))
        .or_else(|| military(tokens, i))?;
    Some(checked(tokens, i, told, next))
}

/// The time of day `20.30` at `i`, which may as well be a date.
pub(super) fn dotted(tokens: &Tokens, i: usize) -> Option<(Clock, usize)> {
    let (hour, minute) = (tokens.number(i)?, tokens.digits(i + 2)?);
    let fits = tokens.glued_sign(i + 1, '.') && tokens.glued(i + 2) && minute.len() == 2;
    let on = tokens.glued_sign(i + 3, '.') && tokens.number(i + 4).is_some();
    let minutes: i32 = minute.parse().ok()?;
    (fits && !on && hour < 24 && minutes < 60)
        .then_some((Clock { minutes, whole: minutes == 0, ..Clock::full(hour as i32) }, i + 3))
}

/// Holds the numbers to what clocks show, and takes "am", "pm" and an offset behind them.
fn checked(tokens: &Tokens, i: usize, told: Told, next: usize) -> (Atom, usize) {
    let wrong = |next: usize| (Atom::Wrong(Refusal::NoSuchTime(written(tokens, i, next))), next);
    let (mut hour, mut exact, mut halved, mut next) = (told.hour, told.exact, false, next);
    if let Some((afternoon, after)) = half(tokens, next) {
        // "21:15 pm" is said twice; "15 am" contradicts itself.
        let latest = if afternoon { 23 } else { 12 };
        if !(1..=latest).contains(&hour) {
            return wrong(after);
        }
        if hour <= 12 {
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        }
        (exact, halved, next) = (true, true, after);
    }
    let beyond = told.minutes.unsigned_abs() >= 60 || told.second >= 60;
    if hour > 24 || beyond || (hour == 24 && told.minutes + told.second as i32 > 0) {
        return wrong(next);
    }
    let (offset, next) = offset(tokens, next);
    let clock = Clock {
        hour: hour as i32,
        minutes: told.minutes,
        nanos: i64::from(told.second) * 1_000_000_000 + told.nanos,
        // "khoảng 21h00" is no surer than "khoảng 21h".
        whole: told.minutes == 0 && told.second == 0,
        exact: exact || hour == 0 || hour > 12,
        half: halved,
        offset,
    };
    (Atom::Clock(clock), next)
}

/// The tokens as they will be quoted.
fn written(tokens: &Tokens, from: usize, to: usize) -> String {
    let mut text = String::new();
    for token in (from..to).filter_map(|i| tokens.get(i)) {
        if !token.glued && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&token.text);
    }
    text
}

/// "am" or "pm" (true) at `i`.
fn half(tokens: &Tokens, i: usize) -> Option<(bool, usize)> {
    if tokens.is(i, "am") || tokens.is(i, "pm") {
        return Some((tokens.is(i, "pm"), i + 1));
    }
    let letter = tokens.is(i, "a") || tokens.is(i, "p");
    let dotted = letter && tokens.glued_sign(i + 1, '.') && tokens.is(i + 2, "m") && tokens.glued(i + 2);
    dotted.then(|| (tokens.is(i, "p"), if tokens.glued_sign(i + 3, '.') { i + 4 } else { i + 3 }))
}

/// "UTC+07:00", "+07:00" or "Z" behind a clock: seconds east.
fn offset(tokens: &Tokens, i: usize) -> (Option<i32>, usize) {
    let named = tokens.is(i, "utc") || tokens.is(i, "gmt");
    if tokens.is(i, "z") && tokens.glued(i) {
        return (Some(0), i + 1);
    }
    let at = i + usize::from(named);
    let sign = if tokens.glued_sign(at, '+') { 1 } else { -1 };
    let signed = sign == 1 || (named && tokens.glued_sign(at, '-'));
    let (hours, minutes) = (tokens.number(at + 1), tokens.number(at + 3));
    match (hours, minutes) {
        (Some(h @ 0..=14), Some(m @ 0..=59)) if signed && tokens.glued_sign(at + 2, ':') => {
            (Some(sign * (h * 3600 + m * 60) as i32), at + 4)
        }
        _ => (None, i),
    }
}

/// `21h15'`, `21 giờ 15 phút`, `9 giờ kém 15`, `chín giờ rưỡi`, `15 giờ 20 phút 30 giây`.
fn with_unit(tokens: &Tokens, i: usize) -> Option<(Told, usize)> {
    let (hour, unit) = numbers::at_token(tokens, i)?;
    let oclock = tokens.is(unit, "o") && tokens.glued_sign(unit + 1, '\'') && tokens.is(unit + 2, "clock");
    let next = if oclock { unit + 3 } else { tokens.longest(unit, HOUR)? };
    let leading_zero = tokens.digits(i).is_some_and(|d| d.len() == 2 && d.starts_with('0'));
    if tokens.digits(i).is_some_and(|d| d.len() > 2) {
        return None;
    }
    let told = Told { hour, exact: leading_zero, ..Told::default() };
    Some(minutes(tokens, next, told))
}

/// What may follow the hour: minutes, a half, what is missing to it.
fn minutes(tokens: &Tokens, i: usize, told: Told) -> (Told, usize) {
    if tokens.is(i, "rưỡi") {
        return (Told { minutes: 30, ..told }, i + 1);
    }
    let less = tokens.is(i, "kém") || tokens.is(i, "thiếu");
    let more = tokens.is(i, "quá") || tokens.is(i, "lẻ");
    if (less || more)
        && let Some((number, next)) = numbers::at_token(tokens, i + 1)
        && (1..60).contains(&number)
    {
        let minutes = if less { -(number as i32) } else { number as i32 };
        let next = tokens.longest(next, MINUTE).unwrap_or(next);
        let next = if tokens.glued_sign(next, '\'') { next + 1 } else { next };
        return (Told { minutes, ..told }, next);
    }
    // "21h:15", "21h.15"
    let dotted = tokens.glued_sign(i, '.') && tokens.glued(i + 1) && tokens.digits(i + 1).is_some_and(|d| d.len() == 2);
    let signed = tokens.glued_sign(i, ':') || dotted;
    let glued = tokens.glued(i) || signed;
    let at = if signed { i + 1 } else { i };
    let Some((number, next)) = numbers::at_token(tokens, at) else { return (told, i) };
    let digits = tokens.digits(at).map_or(0, str::len);
    let marked = tokens.longest(next, MINUTE).or_else(|| tokens.glued_sign(next, '\'').then_some(next + 1));
    // "21h15m"; apart from its hour "15 m" is a distance.
    let metre = glued && tokens.is(next, "m") && tokens.glued(next) && number < 60;
    let marked = marked.or_else(|| metre.then_some(next + 1));
    // "15/7", "12+300", "8-9h", "10h" begin what is no minute; "7h30-8h" does, and "21h30." ends a sentence.
    let goes_on =
        |sign: char| tokens.glued_sign(next, sign) && tokens.glued(next + 1) && tokens.digits(next + 1).is_some();
    let other = goes_on('/') || goes_on('+') || (!glued && (goes_on('-') || goes_on('.')));
    let other = other || (tokens.longest(next, HOUR).is_some() && !tokens.is(next, "g"));
    // "9h 38A-123.45"
    let other = other
        || (!glued && marked.is_none() && tokens.glued(next) && tokens.get(next).is_some_and(|t| t.kind == Kind::Word));
    let minutes = number as i32;
    match marked {
        Some(next) if digits <= 2 && number < 1000 => {
            let told = Told { minutes, ..told };
            seconds(tokens, next, told)
        }
        // "6h40 con tôi đi học" counts no children.
        None if other || number >= 100 || is_counted(tokens, next) && !(glued && digits == 2) => (told, i),
        None if (glued && (1..=2).contains(&digits)) || digits == 2 || (digits == 0 && number >= 10) => {
            (Told { minutes, ..told }, next)
        }
        None if digits == 0 && tokens.get(next).is_none_or(|t| t.kind == Kind::Sign) && tokens.is(at, "năm") => {
            (Told { minutes, ..told }, next)
        }
        _ => (told, i),
    }
}

fn seconds(tokens: &Tokens, i: usize, told: Told) -> (Told, usize) {
    match tokens.number(i) {
        Some(second) if tokens.is(i + 1, "giây") || tokens.is(i + 1, "s") || tokens.glued_sign(i + 1, '"') => {
            (Told { second, ..told }, i + 2)
        }
        _ => (told, i),
    }
}

/// `21:15`, `09:15:30.25`.
fn with_colon(tokens: &Tokens, i: usize) -> Option<(Told, usize)> {
    let group =
        |at: usize| (tokens.glued_sign(at, ':') && tokens.glued(at + 1)).then(|| tokens.digits(at + 1)).flatten();
    let hour = tokens.digits(i).filter(|d| d.len() <= 2)?;
    // "9.15 pm"
    let dotted = tokens.glued_sign(i + 1, '.') && tokens.glued(i + 2) && half(tokens, i + 3).is_some();
    if dotted && let Some(minute) = tokens.digits(i + 2).filter(|d| d.len() == 2) {
        let told = Told { hour: hour.parse().ok()?, minutes: minute.parse().ok()?, ..Told::default() };
        return Some((told, i + 3));
    }
    // "21 :15": a colon that stands apart parts sentences too, so no noun may follow.
    let spaced = || {
        let apart = tokens.sign(i + 1, ':') && hour.len() == 2 && ends_there(tokens, i + 3);
        apart.then(|| tokens.digits(i + 2)).flatten()
    };
    let minute = group(i + 1).or_else(spaced).filter(|d| d.len() == 2)?;
    let exact = hour.len() == 2;
    let told = Told { hour: hour.parse().ok()?, minutes: minute.parse().ok()?, exact, ..Told::default() };
    let Some(second) = group(i + 3).filter(|d| d.len() == 2) else { return Some((told, i + 3)) };
    let told = Told { second: second.parse().ok()?, exact: true, ..told };
    if tokens.glued_sign(i + 5, '.')
        && tokens.glued(i + 6)
        && let Some(fraction) = tokens.digits(i + 6).filter(|d| d.len() <= 9)
    {
        let nanos = format!("{fraction:0<9}").parse().ok()?;
        return Some((Told { nanos, ..told }, i + 7));
    }
    Some((told, i + 5))
}

/// `2115` where the sentence shows that it is a time.
fn military(tokens: &Tokens, i: usize) -> Option<(Told, usize)> {
    let digits = tokens.digits(i).filter(|d| d.len() == 4)?;
    let (hour, minutes) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    let called = tokens.follows(i, &["lúc", "khoảng", "hồi", "tầm", "chừng", "at", "around", "about", "giờ"]);
    let next = i + 1;
    let part = parts::at_token(tokens, next).is_some();
    let dated = part
        || ["ngày", "hôm", "bữa"].iter().any(|word| tokens.is(next, word))
        || (tokens.number(next).is_some() && "/-.".chars().any(|sign| tokens.glued_sign(next + 1, sign)))
        || tokens.is(next, "yesterday")
        || (tokens.is(next, "on") && tokens.number(next + 1).is_some());
    // A year is more usual than a minute to nine in the evening.
    let year = (1950..2060).contains(&digits.parse::<u32>().ok()?) && !called && !part;
    let fits = hour < 24 && minutes < 60 && (called || dated) && !year && !tokens.glued(i);
    (fits || (called && hour <= 24 && !tokens.glued(i)))
        .then_some((Told { hour, minutes, exact: true, ..Told::default() }, next))
}

/// `8 rưỡi`, `9 kém 15`, `9 tối`, where nothing before it makes it a number of something else.
fn bare(tokens: &Tokens, i: usize) -> Option<(Told, usize)> {
    let (hour, next) = numbers::at_token(tokens, i)?;
    if !(1..=12).contains(&hour) || tokens.digits(i).is_some_and(|d| d.len() > 2) {
        return None;
    }
    let told = Told { hour, ..Told::default() };
    let half = tokens.is(next, "rưỡi") && !tokens.is(next + 1, "trước") && !is_counted(tokens, next + 1);
    if half {
        return Some((Told { minutes: 30, ..told }, next + 1));
    }
    let less = (tokens.is(next, "kém") || tokens.is(next, "thiếu"))
        && numbers::at_token(tokens, next + 1).is_some_and(|(minutes, _)| minutes % 5 == 0 && minutes < 60);
    if less {
        return Some(minutes(tokens, next, told));
    }
    let part = parts::at_token(tokens, next)
        .is_some_and(|(part, _)| ["sáng", "trưa", "chiều", "tối", "đêm", "khuya"].contains(&part.name));
    let alone =
        tokens.before(i).is_none_or(|before| before.kind == Kind::Sign && !before.text.contains(['/', '-', '+', '.']))
            || tokens.follows(
                i,
                &["lúc", "khoảng", "hồi", "tầm", "chừng", "độ", "cỡ", "hơn", "gần", "vào", "đúng", "từ", "nay", "qua"],
            );
    // "around 9 last night"
    let called = tokens.follows(i, &["at", "around", "about", "by", "after", "before", "until", "from"]);
    let day = [
        "last night",
        "last evening",
        "tonight",
        "yesterday",
        "this morning",
        "this afternoon",
        "this evening",
        "in the",
    ];
    // "Friday night at 11"
    let ends = tokens.get(next).is_none_or(|t| t.kind == Kind::Sign && !"/-+.:".contains(t.text.as_str()));
    if (called && tokens.longest(next, &day).is_some()) || (ends && tokens.follows(i, &["at", "around", "about"])) {
        return Some((told, next));
    }
    (part && alone && !tokens.is(i, "năm")).then_some((told, next))
}

/// `9 pm`, `half past nine`, `quarter to ten`, `noon`.
fn english(tokens: &Tokens, i: usize) -> Option<(Told, usize)> {
    if tokens.is(i, "noon") {
        return Some((Told { hour: 12, exact: true, ..Told::default() }, i + 1));
    }
    let (share, joint) = if tokens.is(i, "half") {
        (30, i + 1)
    } else if tokens.is(i, "quarter") {
        (15, i + 1)
    } else if tokens.is(i, "a") && tokens.is(i + 1, "quarter") {
        (15, i + 2)
    } else if let Some((number, next)) = numbers::at_token(tokens, i).filter(|(number, _)| *number < 60) {
        (number as i32, tokens.longest(next, &["minutes"]).unwrap_or(next))
    } else {
        return None;
    };
    let past = tokens.is(joint, "past");
    let to = tokens.is(joint, "to") && share % 5 == 0 && (share != 5 || !tokens.is(joint + 2, "pm"));
    let words = tokens.digits(i).is_none();
    if (past || (to && words))
        && let Some((hour, next)) = numbers::at_token(tokens, joint + 1).filter(|(hour, _)| (1..=12).contains(hour))
    {
        // "ten to twelve" may be a range too: only the usual shares are minutes there.
        let minutes = if to { -share } else { share };
        let is_share = past || ["quarter", "a", "twenty", "ten", "five"].iter().any(|word| tokens.is(i, word));
        if is_share {
            let next = tokens.longest(next, HOUR).unwrap_or(next);
            return Some((Told { hour, minutes, ..Told::default() }, next));
        }
    }
    let (hour, next) = numbers::at_token(tokens, i).filter(|_| tokens.digits(i).is_none_or(|d| d.len() <= 2))?;
    half(tokens, next).is_some().then_some((Told { hour, exact: true, ..Told::default() }, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(i32, i32, bool, bool)> {
        let tokens = Tokens::of(text);
        match at_token(&tokens, 0)? {
            (Atom::Clock(c), next) => {
                assert_eq!(next, tokens.len(), "{text}: read to its end");
                Some((c.hour, c.minutes, c.whole, c.exact))
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_ways_of_writing_a_time_of_day() {
        for (text, hour, minutes, whole, exact) in [
            ("21h15", 21, 15, false, true),
            ("21h15'", 21, 15, false, true),
            ("1h05’", 1, 5, false, false),
            ("8h5p", 8, 5, false, false),
            ("8g30", 8, 30, false, false),
            ("1h15 phút", 1, 15, false, false),
            ("21 giờ15 phút", 21, 15, false, true),
            ("05 giờ 40 phút", 5, 40, false, true),
            ("9 giờ kém 15", 9, -15, false, false),
            ("5h kém 10", 5, -10, false, false),
            ("8 rưỡi", 8, 30, false, false),
            ("8h rưỡi", 8, 30, false, false),
            ("tám giờ rưỡi", 8, 30, false, false),
            ("hai mươi mốt giờ mười lăm", 21, 15, false, true),
            ("chín giờ", 9, 0, true, false),
            ("8:30", 8, 30, false, false),
            ("08:30", 8, 30, false, true),
            ("21:15:08.25", 21, 15, false, true),
            ("9:15 pm", 21, 15, false, true),
            ("9 p.m.", 21, 0, true, true),
            ("12 am", 0, 0, true, true),
            ("half past nine", 9, 30, false, false),
            ("quarter to ten", 10, -15, false, false),
            ("noon", 12, 0, true, true),
            ("24h", 24, 0, true, true),
            ("7h30", 7, 30, false, false),
            ("9 giờ quá 5", 9, 5, false, false),
        ] {
            assert_eq!(read(text), Some((hour, minutes, whole, exact)), "{text}");
        }
    }

    #[test]
    fn what_no_clock_shows_is_wrong() {
        for text in ["25h", "8h75", "24h30", "25:10", "13:60", "30 giờ", "15 am"] {
            let found = at_token(&Tokens::of(text), 0);
            assert!(matches!(found, Some((Atom::Wrong(Refusal::NoSuchTime(_)), _))), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_follows_an_hour_is_not_always_a_minute() {
        for text in ["21h 15/7", "21h15/7", "21 giờ 2 xe máy", "9h 38A", "8h 12+300"] {
            let tokens = Tokens::of(text);
            let Some((Atom::Clock(clock), next)) = at_token(&tokens, 0) else { panic!("{text}") };
            assert!(clock.whole && next == 2, "{text}: {clock:?}");
        }
        assert_eq!(at_token(&Tokens::of("2023"), 0), None);
        assert_eq!(at_token(&Tokens::of("9 người"), 0), None);
    }
}
