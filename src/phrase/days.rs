//! Days by other names than a date: `hôm qua`, `thứ 6 tuần trước`, `mùng 2 Tết`, `rằm tháng Bảy`, `last Friday`.

use jiff::civil::Weekday;

use super::atom::{Atom, Day, LunarYear, Which, Year};
use super::dates::{self, LUNAR};
use super::numbers;
use super::refusal::Refusal;
use super::token::Tokens;

/// Days counted from today.
const COUNTED: &[(&str, i32)] = &[
    ("hôm nay", 0),
    ("ngày hôm nay", 0),
    ("ngày nay", 0),
    ("bữa nay", 0),
    ("hôm ni", 0),
    ("bữa ni", 0),
    ("ngày ni", 0),
    ("nội nhật", 0),
    ("today", 0),
    ("hôm qua", -1),
    ("ngày hôm qua", -1),
    ("ngày qua", -1),
    ("bữa qua", -1),
    ("bữa hôm qua", -1),
    ("yesterday", -1),
    // Typed without marks, "hom kia" is the nearer one: of two that fit the last counts.
    ("hôm kìa", -3),
    ("hôm kỉa", -3),
    ("bữa kìa", -3),
    ("ngày hôm kìa", -3),
    ("hôm kia", -2),
    ("ngày hôm kia", -2),
    ("bữa kia", -2),
    ("hôm tê", -2),
    ("bữa tê", -2),
    ("the day before yesterday", -2),
    ("day before yesterday", -2),
];

/// Days that the rest of the sentence tells.
const TOLD_ELSEWHERE: &[(&str, Day)] = &[
    ("cùng ngày", Day::Same),
    ("cùng đêm", Day::Same),
    ("cùng hôm", Day::Same),
    ("hôm đó", Day::Same),
    ("hôm ấy", Day::Same),
    ("bữa đó", Day::Same),
    ("bữa ấy", Day::Same),
    ("ngày đó", Day::Same),
    ("ngày ấy", Day::Same),
    ("hôm nớ", Day::Same),
    ("bữa nớ", Day::Same),
    ("the same day", Day::Same),
    ("same day", Day::Same),
    ("that day", Day::Same),
    ("hôm sau", Day::Next),
    ("ngày hôm sau", Day::Next),
    ("bữa sau", Day::Next),
    ("ngày kế tiếp", Day::Next),
    ("the next day", Day::Next),
    ("next day", Day::Next),
    ("the following day", Day::Next),
    ("hôm trước", Day::Vague),
    ("bữa trước", Day::Vague),
    ("hôm nọ", Day::Vague),
    ("bữa nọ", Day::Vague),
    ("bữa hổm", Day::Vague),
    ("hôm bữa", Day::Vague),
    ("hôm rồi", Day::Vague),
    ("the other day", Day::Vague),
];

/// What is yet to come.
const TO_COME: &[&str] = &[
    "ngày mai",
    "hôm mai",
    "bữa mai",
    "sáng mai",
    "trưa mai",
    "chiều mai",
    "tối mai",
    "đêm mai",
    "ngày mốt",
    "bữa mốt",
    "ngày kia",
    "tuần sau",
    "tuần tới",
    "tháng sau",
    "tháng tới",
    "năm sau",
    "năm tới",
    "sắp tới",
    "lát nữa",
    "chút nữa",
    "tí nữa",
    "tomorrow",
    "the day after tomorrow",
    "day after tomorrow",
    "next week",
    "next month",
];

const VIETNAMESE: &[(&str, Weekday)] = &[
    ("hai", Weekday::Monday),
    ("ba", Weekday::Tuesday),
    ("tư", Weekday::Wednesday),
    ("bốn", Weekday::Wednesday),
    ("năm", Weekday::Thursday),
    ("sáu", Weekday::Friday),
    ("bảy", Weekday::Saturday),
];

const ENGLISH: &[(&str, Weekday)] = &[
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Weeks from this one, and how they are told.
pub(super) const WEEKS: &[(&str, i32)] = &[
    ("tuần này", 0),
    ("tuần ni", 0),
    ("tuần nay", 0),
    ("this week", 0),
    ("tuần trước", -1),
    ("tuần rồi", -1),
    ("tuần qua", -1),
    ("tuần vừa rồi", -1),
    ("tuần vừa qua", -1),
    ("tuần trước nữa", -2),
    ("tuần trước đó", -2),
    ("tuần kia", -2),
    ("last week", -1),
    ("of last week", -1),
    ("the week before last", -2),
];

/// Names of the lunar years in their cycle: ten stems with twelve branches.
const STEMS: [&str; 10] = ["canh", "tân", "nhâm", "quý", "giáp", "ất", "bính", "đinh", "mậu", "kỷ"];
const BRANCHES: [&str; 12] = ["thân", "dậu", "tuất", "hợi", "tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi"];

/// The day at `i` and the token after it. `expected`: a time stands before it, so that a short name is enough.
pub(super) fn at_token(tokens: &Tokens, i: usize, expected: bool) -> Option<(Atom, usize)> {
    let counted = COUNTED.iter().filter_map(|(words, days)| Some((Day::From(*days), tokens.phrase(i, words)?)));
    let elsewhere = TOLD_ELSEWHERE.iter().filter_map(|(words, day)| Some((*day, tokens.phrase(i, words)?)));
    if let Some((day, next)) = counted.chain(elsewhere).max_by_key(|(_, next)| *next) {
        // "bữa trước cổng chợ" does not exist, "hôm trước" before a noun of place does: it stays unclear either way.
        return Some((Atom::Day(day), next));
    }
    if let Some(next) = tokens.longest(i, TO_COME) {
        return Some((Atom::Wrong(Refusal::Future(quoted(tokens, i, next))), next));
    }
    // "sáng mốt"; typed without marks it may be "tối một người".
    if ["sáng", "trưa", "chiều", "tối", "đêm"].iter().any(|part| tokens.is(i, part))
        && tokens.is(i + 1, "mốt")
        && ends_there(tokens, i + 2)
    {
        return Some((Atom::Wrong(Refusal::Future(quoted(tokens, i, i + 2))), i + 2));
    }
    weekday(tokens, i, expected).or_else(|| lunar(tokens, i))
}

fn quoted(tokens: &Tokens, from: usize, to: usize) -> String {
    (from..to).filter_map(|i| tokens.get(i)).map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// `thứ 6`, `T7`, `chủ nhật tuần trước`, `last Friday`.
fn weekday(tokens: &Tokens, i: usize, expected: bool) -> Option<(Atom, usize)> {
    if let Some((day, next)) = vietnamese(tokens, i, expected) {
        return Some(of_weeks(tokens, i, day, next));
    }
    let (leading, at) = match tokens.longest(i, &["last", "this past", "on", "this", "next"]) {
        Some(at) => (tokens.get(i).map(|t| t.text.clone()), at),
        None => (None, i),
    };
    let english =
        |at: usize| ENGLISH.iter().find(|(name, _)| tokens.is(at, name) || tokens.is(at, &name[..3])).map(|(_, d)| *d);
    // "sun" and "sat" are words of their own.
    let short = tokens.get(at).is_some_and(|t| t.text.len() == 3);
    if let Some(day) = english(at).filter(|_| !short || leading.is_some() || expected) {
        let which = match leading.as_deref() {
            Some("next") => return Some((Atom::Wrong(Refusal::Future(quoted(tokens, i, at + 1))), at + 1)),
            Some("last") => Which::Past,
            Some("this") if !tokens.is(i + 1, "past") => Which::Week(0),
            Some("this") => Which::Past,
            _ => Which::Untold,
        };
        let (week, next) = week_behind(tokens, at + 1);
        return Some((Atom::Day(Day::Weekday { day, which: week.unwrap_or(which) }), next));
    }
    None
}

/// A weekday with what is told behind it about its week.
fn of_weeks(tokens: &Tokens, i: usize, day: Weekday, next: usize) -> (Atom, usize) {
    let (which, next) = week_behind(tokens, next);
    let to_come = tokens.longest(next, &["tới", "sau", "tuần sau", "tuần tới", "sắp tới"]);
    // "thứ 6 sau chợ": behind the market.
    if let Some(end) = to_come.filter(|end| which.is_none() && (*end > next + 1 || ends_there(tokens, *end))) {
        return (Atom::Wrong(Refusal::Future(quoted(tokens, i, end))), end);
    }
    (Atom::Day(Day::Weekday { day, which: which.unwrap_or(Which::Untold) }), next)
}

fn vietnamese(tokens: &Tokens, i: usize, expected: bool) -> Option<(Weekday, usize)> {
    if let Some(next) = tokens.longest(i, &["chủ nhật", "chúa nhật", "ngày chủ nhật", "ngày chúa nhật"])
    {
        return Some((Weekday::Sunday, next));
    }
    if tokens.is(i, "cn") {
        let dated =
            week_behind(tokens, i + 1).0.is_some() || tokens.number(i + 1).is_some() || tokens.is(i + 1, "ngày");
        return (expected || dated || ends_there(tokens, i + 1)).then_some((Weekday::Sunday, i + 1));
    }
    let from_number = |n: u32| {
        (2..=7).contains(&n).then(|| VIETNAMESE.iter().filter(|(w, _)| *w != "bốn").nth(n as usize - 2)).flatten()
    };
    if tokens.is(i, "t") && tokens.glued(i + 1) {
        return from_number(tokens.number(i + 1)?).map(|(_, day)| (*day, i + 2));
    }
    let at = tokens.longest(i, &["thứ", "ngày thứ"])?;
    let ordinal = ["lần", "người", "vụ", "chiếc", "xe", "cái", "tầng", "nhà", "căn", "con", "đứa"];
    if tokens.follows(i, &ordinal) {
        return None;
    }
    if let Some(number) = tokens.number(at) {
        return from_number(number).map(|(_, day)| (*day, at + 1));
    }
    VIETNAMESE.iter().find(|(word, _)| tokens.is(at, word)).map(|(_, day)| (*day, at + 1))
}

/// Whether no noun follows: the sentence or its part ends, or a time goes on.
pub(super) fn ends_there(tokens: &Tokens, i: usize) -> bool {
    let goes_on = [
        "lúc", "vào", "khoảng", "hồi", "ở", "tại", "tầm", "buổi", "ngày", "trên", "at", "on", "sáng", "tối", "chiều",
        "trưa", "đêm",
    ];
    tokens.get(i).is_none_or(|t| t.kind != super::token::Kind::Word) || goes_on.iter().any(|word| tokens.is(i, word))
}

/// Which week or which of the weekdays, told behind it.
fn week_behind(tokens: &Tokens, i: usize) -> (Option<Which>, usize) {
    let at = tokens.longest(i, &["của", "trong"]).unwrap_or(i);
    let week = WEEKS.iter().filter_map(|(words, week)| Some((Which::Week(*week), tokens.phrase(at, words)?)));
    if let Some((which, next)) = week.max_by_key(|(_, next)| *next) {
        return (Some(which), next);
    }
    if let Some(next) = tokens.longest(i, &["vừa rồi", "vừa qua", "mới rồi", "mới đây", "vừa qua rồi", "rồi"])
    {
        return (Some(Which::Past), next);
    }
    if let Some(next) = tokens.longest(i, &["này", "ni"]) {
        return (Some(Which::Week(0)), next);
    }
    // "thứ 6 trước trường": in front of the school.
    if (tokens.is(i, "trước") || tokens.is(i, "qua")) && ends_there(tokens, i + 1) {
        let which = if tokens.is(i, "qua") { Which::Past } else { Which::Before };
        return (Some(which), i + 1);
    }
    (None, i)
}

/// `mùng 2 Tết`, `30 Tết`, `rằm tháng giêng`, `mùng 3 tháng 3 âm lịch`, `giao thừa`.
fn lunar(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    if let Some(next) = tokens.longest(i, &["giao thừa", "đêm giao thừa"]).filter(|_| tokens.is(i, "giao")) {
        return Some((Atom::Day(Day::Eve), next));
    }
    if let Some(feast) = feast(tokens, i) {
        return Some(feast);
    }
    let prefix = tokens.longest(i, &["ngày", "hôm", "bữa"]).unwrap_or(i);
    if tokens.is(prefix, "rằm") {
        let (month, next) = month_behind(tokens, prefix + 1);
        let next = tokens.longest(next, LUNAR).unwrap_or(next);
        return Some((Atom::Day(Day::Lunar { day: 15, month, leap: false, year: LunarYear::Untold }), next));
    }
    let first = tokens.is(prefix, "mùng");
    let (day, next) = numbers::at_token(tokens, prefix + usize::from(first))?;
    if tokens.is(next, "tết") {
        return Some(tet(tokens, day, first, next + 1));
    }
    first.then(|| of_either(tokens, day, next))
}

/// A day of Tết: the first days of the year, or the last of the year before.
fn tet(tokens: &Tokens, day: u32, first: bool, i: usize) -> (Atom, usize) {
    // "mùng 1 Tết dương lịch"
    if let Some(next) = tokens.longest(i, &["dương lịch", "dương", "tây"]) {
        return (dates::solar(day, if first || day <= 10 { 1 } else { 12 }, Year::Untold), next);
    }
    let next = tokens.longest(i, &["nguyên đán", "âm lịch", "âm", "ta"]).unwrap_or(i);
    let (year, next) = cycle_year(tokens, next);
    let month = if first || day <= 10 { 1 } else { 12 };
    let year = match (year, month) {
        // The last days before Tết Bính Ngọ belong to the year before.
        (LunarYear::Cycle(c), 12) => LunarYear::Cycle((c + 59) % 60),
        (LunarYear::Told(y), 12) => LunarYear::Told(y - 1),
        (LunarYear::Back(back), 12) => LunarYear::Back(back + 1),
        (year, _) => year,
    };
    let fits = (1..=30).contains(&day) && !(first && day > 10);
    let wrong = Atom::Wrong(Refusal::NoSuchDate(format!("{day} Tết")));
    let told = Atom::Day(Day::Lunar { day: day as i32, month: Some(month), leap: false, year });
    (if fits { told } else { wrong }, next)
}

/// The year's name behind "Tết": `Bính Ngọ`, `2026`.
fn cycle_year(tokens: &Tokens, i: usize) -> (LunarYear, usize) {
    let at = if tokens.is(i, "năm") { i + 1 } else { i };
    if let Some(year) = tokens.digits(at).filter(|d| d.len() == 4).and_then(|d| d.parse().ok()) {
        return (LunarYear::Told(year), at + 1);
    }
    if let (Year::Back(back), next) = dates::year_in_words(tokens, i) {
        return (LunarYear::Back(back), next);
    }
    let stem = STEMS.iter().position(|stem| tokens.is(at, stem));
    let branch = BRANCHES.iter().position(|branch| tokens.is(at + 1, branch));
    let of = |stem: usize, branch: usize| (0..60).find(|n| n % 10 == stem && n % 12 == branch);
    match stem.zip(branch).and_then(|(stem, branch)| of(stem, branch)) {
        Some(n) => (LunarYear::Cycle(n as i32), at + 2),
        None => (LunarYear::Untold, i),
    }
}

/// `mùng 5 tháng 7`: solar or lunar, unless it says which.
fn of_either(tokens: &Tokens, day: u32, next: usize) -> (Atom, usize) {
    let (month, next) = month_behind(tokens, next);
    let slash = (month.is_none() && tokens.glued_sign(next, '/')).then(|| tokens.number(next + 1)).flatten();
    let (month, next) = match slash {
        Some(number) => (Some(number as i32), next + 2),
        None => (month, next),
    };
    let only_lunar = month.is_some() && (tokens.follows(next, &["giêng", "chạp"]));
    let lunar = tokens.longest(next, LUNAR);
    let fits = (1..=10).contains(&day) && month.is_none_or(|m| (1..=12).contains(&m));
    if !fits {
        return (Atom::Wrong(Refusal::NoSuchDate(format!("mùng {day}"))), next);
    }
    if lunar.is_some() || only_lunar {
        let next = lunar.unwrap_or(next);
        return (Atom::Day(Day::Lunar { day: day as i32, month, leap: false, year: LunarYear::Untold }), next);
    }
    let year = tokens.digits(next + 1).filter(|d| d.len() == 4 && tokens.is(next, "năm")).and_then(|d| d.parse().ok());
    let (year, next) = year.map_or((Year::Untold, next), |year| (Year::Told(year), next + 2));
    (Atom::Day(Day::Either { day, month: month.map(|m| m as u32), year }), next)
}

/// The month behind a lunar day.
fn month_behind(tokens: &Tokens, i: usize) -> (Option<i32>, usize) {
    if !tokens.is(i, "tháng") {
        return (None, i);
    }
    match () {
        () if tokens.is(i + 1, "giêng") => (Some(1), i + 2),
        () if tokens.is(i + 1, "chạp") => (Some(12), i + 2),
        () => match numbers::at_token(tokens, i + 1) {
            Some((month @ 1..=12, next)) => (Some(month as i32), next),
            _ => (None, i),
        },
    }
}

/// Feasts that everybody tells by their name.
fn feast(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    const FEASTS: &[(&[&str], u32, u32, bool)] = &[
        (&["tết dương lịch", "tết tây"], 1, 1, false),
        (&["trung thu", "tết trung thu"], 15, 8, true),
        (&["vu lan", "lễ vu lan"], 15, 7, true),
        (&["giỗ tổ hùng vương", "giỗ tổ"], 10, 3, true),
        (&["tết đoan ngọ"], 5, 5, true),
        (&["ông công ông táo", "ông táo"], 23, 12, true),
        (&["noel", "giáng sinh", "christmas"], 25, 12, false),
        (&["quốc khánh"], 2, 9, false),
        (&["tết nguyên đán"], 1, 1, true),
    ];
    let found = FEASTS.iter().find_map(|(names, d, m, lunar)| Some((tokens.longest(i, names)?, *d, *m, *lunar)))?;
    let (next, day, month, lunar) = found;
    let atom =
        if lunar { dates::lunar_day(day, month, false, Year::Untold) } else { dates::solar(day, month, Year::Untold) };
    Some((atom, next))
}
