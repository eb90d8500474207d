//! Calendar dates as people write them: `15/7`, `ngày 15 tháng 7 năm 2023`, `29.12`, `15-16/7`, `July 15th`.

use super::atom::{Atom, Day, LunarYear, Year};
use super::days::ends_there;
use super::numbers::{self, is_counted};
use super::refusal::Refusal;
use super::token::{Kind, Tokens};

/// English months by their first three letters.
const ENGLISH: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A date in the sentence.
pub(super) struct Found {
    pub atoms: Vec<Atom>,
    pub next: usize,
    /// Whether it is two numbers and nothing else, as a house number may be.
    pub bare: bool,
}

/// The date at `i`. `after_part`: a part of the day stands directly before it, so that a lone number is a day.
pub(super) fn at_token(tokens: &Tokens, i: usize, after_part: bool) -> Option<Found> {
    let prefix = tokens.longest(i, &["ngày", "hôm", "bữa", "hôm ngày", "nhằm ngày", "on", "on the", "the"]);
    let english_prefix = tokens.is(i, "on") || tokens.is(i, "the");
    let told = prefix.is_some() && !english_prefix;
    let at = prefix.unwrap_or(i);
    let found = |(atom, next): (Atom, usize), bare: bool| Found { atoms: vec![atom], next, bare };
    english(tokens, at)
        .or_else(|| iso(tokens, at))
        .or_else(|| month_in_words(tokens, at))
        .map(|read| found(read, false))
        .or_else(|| range(tokens, at))
        .or_else(|| signs(tokens, at, told || after_part).map(|read| found(read, !told && !after_part)))
        .or_else(|| if told || after_part { lone(tokens, at, told).map(|read| found(read, false)) } else { None })
}

/// How many days a month has at most.
fn longest(month: u32) -> u32 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The atom of a date whose numbers are known, or why there is no such date.
pub(super) fn solar(day: u32, month: u32, year: Year) -> Atom {
    let fits = (1..=12).contains(&month) && (1..=longest(month)).contains(&day);
    let leaps = |year: i32| i16::try_from(year).is_ok_and(|y| jiff::civil::Date::new(y, 2, 29).is_ok());
    let written = match year {
        Year::Told(year) => format!("{day}/{month}/{year}"),
        _ => format!("{day}/{month}"),
    };
    match year {
        _ if !fits => Atom::Wrong(Refusal::NoSuchDate(written)),
        Year::Told(year) if (day, month) == (29, 2) && !leaps(year) => Atom::Wrong(Refusal::NoSuchDate(written)),
        _ => Atom::Day(Day::Solar { day, month: Some(month), year }),
    }
}

/// The sign that parts the numbers of a date at `i`, and the token after it.
fn joint(tokens: &Tokens, i: usize) -> Option<(char, usize)> {
    let spaced = (tokens.sign(i, '/') && !tokens.glued_sign(i, '/')).then_some(('/', i + 1));
    let glued = "/-.".chars().find(|sign| tokens.glued_sign(i, *sign) && tokens.glued(i + 1)).map(|sign| (sign, i + 1));
    glued.or(spaced)
}

/// `15/7`, `15-7-2023`, `15.7.23`. `told`: something before it shows that it is a date.
fn signs(tokens: &Tokens, i: usize, told: bool) -> Option<(Atom, usize)> {
    let day = tokens.number(i).filter(|_| tokens.digits(i).is_some_and(|d| d.len() <= 2))?;
    let (sign, at) = joint(tokens, i + 1)?;
    let month_digits = tokens.digits(at).filter(|d| d.len() <= 2)?;
    let month: u32 = month_digits.parse().ok()?;
    let (year, next) = year_behind(tokens, at + 1, sign);
    let dated = year != Year::Untold;
    // "14/7-15/7" is a range of dates.
    let again = |(other, at): (char, usize)| {
        sign == '/'
            && other == '-'
            && tokens.digits(at).is_some()
            && joint(tokens, at + 1).is_some_and(|(s, _)| s == '/')
    };
    let goes_on = joint(tokens, next).is_some_and(|found| tokens.digits(found.1).is_some() && !again(found));
    let unit = ["h", "g", "giờ", "phút", "p", "tiếng"].iter().any(|unit| tokens.is(next, unit));
    // "12/34/5" is a house; "14/7/2023-15/7/2023" are two dates.
    if (goes_on && !told && !dated) || unit {
        return None;
    }
    let atom = solar(day, month, year);
    // What is no date without anything that says so is a house number, a time or a score.
    if matches!(atom, Atom::Wrong(_)) && !told && !dated {
        let named = tokens
            .get(next)
            .is_some_and(|t| t.name || t.kind == Kind::Word && !t.glued && tokens.before(i).is_some_and(|b| b.name));
        let no_date = sign != '/' || day > 31 && month > 12 || named || day == 0 || month == 0;
        return if no_date { None } else { Some((atom, next)) };
    }
    // "20.30" has been ruled out by its month; "9.05" is left to the sentence, which sees both.
    Some(calendar(tokens, atom, next))
}

/// The year behind day and month.
fn year_behind(tokens: &Tokens, i: usize, sign: char) -> (Year, usize) {
    if let Some((other, at)) = joint(tokens, i)
        && (other == sign || other == '/' || tokens.digits(at).is_some_and(|d| d.len() == 4))
        && let Some(year) = four_or_two(tokens, at)
    {
        return (Year::Told(year), at + 1);
    }
    year_in_words(tokens, i)
}

/// `năm 2023`, `năm ngoái`; nothing told and `i` itself where there is none.
pub(super) fn year_in_words(tokens: &Tokens, i: usize) -> (Year, usize) {
    let at = if tokens.sign(i, ',') { i + 1 } else { i };
    for (words, back) in
        [("năm nay", 0), ("năm ngoái", 1), ("năm trước", 1), ("năm rồi", 1), ("năm kia", 2), ("last year", 1)]
    {
        if let Some(next) = tokens.phrase(at, words) {
            return (Year::Back(back), next);
        }
    }
    let told = tokens.is(at, "năm");
    match tokens.digits(at + usize::from(told)) {
        Some(digits) if digits.len() == 4 && told => (Year::Told(digits.parse().unwrap_or_default()), at + 2),
        _ => (Year::Untold, i),
    }
}

/// A year of four digits, or of two.
fn four_or_two(tokens: &Tokens, i: usize) -> Option<i32> {
    let digits = tokens.digits(i)?;
    let number: i32 = digits.parse().ok()?;
    match digits.len() {
        4 if (1900..2200).contains(&number) => Some(number),
        2 if tokens.glued(i) && !["h", "g"].iter().any(|unit| tokens.is(i + 1, unit)) => Some(2000 + number),
        _ => None,
    }
}

/// `15-16/7`, `10 đến 15/7` with the month told once.
fn range(tokens: &Tokens, i: usize) -> Option<Found> {
    let first = tokens.number(i).filter(|day| (1..=31).contains(day))?;
    let joined = tokens.sign(i + 1, '-') || ["đến", "tới", "và", "to"].iter().any(|word| tokens.is(i + 1, word));
    let last = tokens.number(i + 2)?;
    let month_follows =
        joint(tokens, i + 3).filter(|(sign, at)| *sign == '/' && tokens.number(*at).is_some_and(|m| m <= 12));
    let in_words = tokens.is(i + 3, "tháng") || english_month(tokens, i + 3).is_some();
    let year_follows = month_follows.is_some_and(|(_, at)| tokens.digits(at).is_some_and(|d| d.len() == 4));
    if !joined || last > 31 || year_follows || !(month_follows.is_some() || in_words) {
        return None;
    }
    let end = signs(tokens, i + 2, true).or_else(|| month_in_words(tokens, i + 2));
    let (atom, next) = end.or_else(|| english(tokens, i + 2))?;
    let start = match &atom {
        Atom::Day(Day::Solar { month: Some(month), year, .. }) if first < last => solar(first, *month, *year),
        _ => Atom::Day(Day::Solar { day: first, month: None, year: Year::Untold }),
    };
    let join = if tokens.is(i + 1, "và") { Atom::And } else { Atom::To };
    Some(Found { atoms: vec![start, join, atom], next, bare: false })
}

/// `2023-07-15`, also with a clock glued to it by a `T`.
fn iso(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let year = tokens.digits(i).filter(|d| d.len() == 4)?.parse().ok()?;
    let (sign, month) = joint(tokens, i + 1)?;
    let (other, day) = joint(tokens, month + 1)?;
    let (day_number, month) = (tokens.number(day)?, tokens.number(month)?);
    let next = if tokens.is(day + 1, "t") && tokens.glued(day + 1) { day + 2 } else { day + 1 };
    (sign == other && (1900..2200).contains(&year)).then(|| (solar(day_number, month, Year::Told(year)), next))
}

/// The number of a month at `i`: digits or words, and whether only the lunar calendar calls it so.
fn month_number(tokens: &Tokens, i: usize) -> Option<(u32, bool, usize)> {
    if tokens.is(i, "giêng") {
        return Some((1, true, i + 1));
    }
    if tokens.is(i, "chạp") {
        return Some((12, true, i + 1));
    }
    numbers::at_token(tokens, i).map(|(number, next)| (number, false, next))
}

/// `15 tháng 7 năm 2023`, `mười lăm tháng bảy`, `15 t7`, `15 tháng trước`.
fn month_in_words(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let (day, at) = numbers::at_token(tokens, i)?;
    let short = tokens.is(at, "t") && tokens.glued(at + 1) && tokens.number(at + 1).is_some_and(|m| m <= 12);
    if !tokens.is(at, "tháng") && !short {
        return None;
    }
    for (words, back) in
        [("trước", 1), ("rồi", 1), ("vừa rồi", 1), ("vừa qua", 1), ("qua", 1), ("này", 0), ("nay", 0), ("ni", 0)]
    {
        if let Some(next) = tokens.phrase(at + 1, words) {
            let fits = (1..=31).contains(&day);
            let wrong = Atom::Wrong(Refusal::NoSuchDate(day.to_string()));
            return Some((if fits { Atom::Day(Day::OfMonth { day, back }) } else { wrong }, next));
        }
    }
    let (month, lunar, next) = month_number(tokens, at + 1)?;
    let leap = tokens.is(next, "nhuận");
    let next = next + usize::from(leap);
    let (year, next) = year_behind(tokens, next, '/');
    if lunar || leap {
        let next = tokens.longest(next, LUNAR).unwrap_or(next);
        return Some((lunar_day(day, month, leap, year), next));
    }
    Some(calendar(tokens, solar(day, month, year), next))
}

/// What tells that a date is of the lunar calendar.
pub(super) const LUNAR: &[&str] = &["âm lịch", "âm", "âl", "al", "lịch âm", "lunar"];
/// What tells that it is not.
const SOLAR: &[&str] = &["dương lịch", "dương", "dl", "lịch dương"];

/// The calendar's name behind a date, in brackets or not.
fn calendar(tokens: &Tokens, atom: Atom, next: usize) -> (Atom, usize) {
    let at = if tokens.sign(next, '(') { next + 1 } else { next };
    let closed = |end: usize| if at > next && tokens.sign(end, ')') { end + 1 } else { end };
    if let Some(end) = tokens.longest(at, SOLAR) {
        return (atom, closed(end));
    }
    match (tokens.longest(at, LUNAR), &atom) {
        (Some(end), Atom::Day(Day::Solar { day, month: Some(month), year })) => {
            (lunar_day(*day, *month, false, *year), closed(end))
        }
        _ => (atom, next),
    }
}

/// The atom of a lunar date, or why there is none.
pub(super) fn lunar_day(day: u32, month: u32, leap: bool, year: Year) -> Atom {
    if !(1..=30).contains(&day) || !(1..=12).contains(&month) {
        return Atom::Wrong(Refusal::NoSuchDate(format!("{day}/{month}")));
    }
    let year = match year {
        Year::Told(year) => LunarYear::Told(year),
        _ => LunarYear::Untold,
    };
    Atom::Day(Day::Lunar { day: day as i32, month: Some(month as i32), leap, year })
}

/// `ngày 15`, `đêm 14`: a day without its month.
fn lone(tokens: &Tokens, i: usize, told: bool) -> Option<(Atom, usize)> {
    let (day, next) = numbers::at_token(tokens, i)?;
    // Words are days only where "ngày" says so: "tối hai xe máy".
    if !told && tokens.digits(i).is_none() || tokens.digits(i).is_some_and(|d| d.len() > 2) {
        return None;
    }
    let other = ["h", "g", "giờ", "phút", "p", "rưỡi", "kém", "tiếng", "ngày", "tuần", "tháng", "giây", "tết"];
    let unit = other.iter().any(|unit| tokens.is(next, unit)) || is_counted(tokens, next);
    let joined = tokens.get(next).is_some_and(|t| {
        t.glued && (t.kind != Kind::Sign || ":/+-.".contains(t.text.as_str())) && tokens.glued(next + 1)
    });
    let named = !told && tokens.get(next).is_some_and(|t| t.name);
    if unit || joined || named {
        return None;
    }
    if tokens.longest(next, LUNAR).is_some() {
        let next = tokens.longest(next, LUNAR).unwrap_or(next);
        let atom = Atom::Day(Day::Lunar { day: day as i32, month: None, leap: false, year: LunarYear::Untold });
        return (1..=30).contains(&day).then_some((atom, next));
    }
    let next = tokens.longest(next, &["vừa rồi", "vừa qua"]).unwrap_or(next);
    match day {
        1..=31 => Some((Atom::Day(Day::Solar { day, month: None, year: Year::Untold }), next)),
        _ if told => Some((Atom::Wrong(Refusal::NoSuchDate(day.to_string())), next)),
        _ => None,
    }
}

fn english_month(tokens: &Tokens, i: usize) -> Option<u32> {
    let word = tokens.get(i).filter(|t| t.kind == Kind::Word)?.text.as_str();
    let of = |name: &&str| {
        *name == word || (word.len() == 3 && name.starts_with(word)) || (word == "sept" && *name == "september")
    };
    ENGLISH.iter().position(of).map(|n| n as u32 + 1)
}

/// `15 July 2023`, `15th of July`, `July 15`.
fn english(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let ordinal = |i: usize| {
        let (day, next) = (tokens.number(i)?, i + 1);
        let ending = ["st", "nd", "rd", "th"].iter().any(|e| tokens.is(next, e) && tokens.glued(next));
        Some((day, next + usize::from(ending)))
    };
    let year = |i: usize| {
        let at = if tokens.sign(i, ',') { i + 1 } else { i };
        match tokens.digits(at).filter(|d| d.len() == 4).and_then(|d| d.parse().ok()) {
            Some(year) if (1900..2200).contains(&year) => (Year::Told(year), at + 1),
            _ => year_in_words(tokens, i),
        }
    };
    if let Some(month) = english_month(tokens, i) {
        let (day, next) = ordinal(i + 1)?;
        let (year, next) = year(next);
        return Some((solar(day, month, year), next));
    }
    let (day, next) = ordinal(i)?;
    // "on the 14th"
    if next > i + 1 && tokens.follows(i, &["the"]) && ends_there(tokens, next) && english_month(tokens, next).is_none()
    {
        let fits = (1..=31).contains(&day);
        let wrong = Atom::Wrong(Refusal::NoSuchDate(day.to_string()));
        return Some((if fits { Atom::Day(Day::Solar { day, month: None, year: Year::Untold }) } else { wrong }, next));
    }
    let next = if tokens.is(next, "of") { next + 1 } else { next };
    let month = english_month(tokens, next)?;
    let (year, next) = year(next + 1);
    Some((solar(day, month, year), next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (u32, Option<u32>, Year) {
        let tokens = Tokens::of(text);
        let found = at_token(&tokens, 0, false).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(found.next, tokens.len(), "{text}");
        match found.atoms.as_slice() {
            [Atom::Day(Day::Solar { day, month, year })] => (*day, *month, *year),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_ways_of_writing_a_date() {
        for text in [
            "15/7",
            "15-7",
            "15.7",
            "15/07",
            "ngày 15 tháng 7",
            "mười lăm tháng bảy",
            "15 t7",
            "15 / 7",
            "15 tháng 7 dương lịch",
            "July 15",
            "15th of July",
            "on 15 Jul",
        ] {
            assert_eq!(read(text), (15, Some(7), Year::Untold), "{text}");
        }
        for text in [
            "15/7/2023",
            "15-07-2023",
            "15.7.23",
            "22-7/2023",
            "ngày 15 tháng 7 năm 2023",
            "15 tháng 7/2023",
            "2023-07-15",
            "July 15th, 2023",
            "15/7 năm 2023",
        ] {
            let (_, month, year) = read(text);
            assert_eq!((month, year), (Some(7), Year::Told(2023)), "{text}");
        }
        assert_eq!(read("15/7 năm ngoái").2, Year::Back(1));
        assert_eq!(read("ngày 15"), (15, None, Year::Untold));
        assert_eq!(read("15 tháng tư").1, Some(4));
    }

    #[test]
    fn a_month_told_once_serves_both_ends() {
        let found = at_token(&Tokens::of("15-16/7"), 0, false).unwrap();
        let first = Atom::Day(Day::Solar { day: 15, month: Some(7), year: Year::Untold });
        assert_eq!((found.atoms.len(), &found.atoms[0], &found.atoms[1]), (3, &first, &Atom::To));
    }

    #[test]
    fn dates_that_no_calendar_has_are_wrong() {
        for text in
            ["31/6", "30/2", "29/2/2023", "ngày 32/7", "ngày 15/13", "31 tháng 4", "31 April", "ngày 45", "15/13/2023"]
        {
            let found = at_token(&Tokens::of(text), 0, false).map(|found| found.atoms);
            assert!(matches!(found.as_deref(), Some([Atom::Wrong(Refusal::NoSuchDate(_))])), "{text}: {found:?}");
        }
    }

    #[test]
    fn other_numbers_are_no_dates() {
        for text in ["20.30", "8-9h", "12/34/5", "45/7 Trần Phú", "15", "5-10 phút", "9:15"] {
            assert!(at_token(&Tokens::of(text), 0, false).is_none(), "{text}");
        }
        assert!(at_token(&Tokens::of("2 xe máy"), 0, true).is_none());
        assert!(at_token(&Tokens::of("15, ngã ba"), 0, true).is_some());
    }
}
