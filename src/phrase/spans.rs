//! Times that are told from now, and several days at once: `cách đây 2 tiếng`, `30 phút trước`, `tuần trước`, `cuối tháng 7`.

use super::atom::{Atom, Day, Span, SpanOf, Third, Year};
use super::days::{WEEKS, ends_there};
use super::numbers;
use super::parts;
use super::refusal::Refusal;
use super::token::Tokens;

/// What has just been; the half hour that ends now.
const JUST_NOW: &[&str] = &[
    "vừa mới xong",
    "vừa xong",
    "mới xong",
    "vừa nãy",
    "lúc nãy",
    "hồi nãy",
    "khi nãy",
    "ban nãy",
    "mới nãy",
    "vừa mới",
    "vừa rồi",
    "mới rồi",
    "mới đây",
    "mới vừa rồi",
    "ngay lúc này",
    "ngay bây giờ",
    "bây giờ",
    "hiện tại",
    "nãy giờ",
    "nãy",
    "khi hồi",
    "hồi nảy",
    "lúc nảy",
    "vài phút trước",
    "ít phút trước",
    "mấy phút trước",
    "cách đây ít phút",
    "cách đây vài phút",
    "cách đây mấy phút",
    "just now",
    "right now",
    "a few minutes ago",
    "moments ago",
    "a moment ago",
    "a while ago",
];
/// How long "just now" lasts, minutes.
const JUST_NOW_MIN: i32 = 30;

/// A unit of time that is counted back from now.
#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Minutes(i32),
    Days(i32),
    Months,
}

const UNITS: &[(&str, Unit)] = &[
    ("phút", Unit::Minutes(1)),
    ("p", Unit::Minutes(1)),
    ("ph", Unit::Minutes(1)),
    ("minute", Unit::Minutes(1)),
    ("minutes", Unit::Minutes(1)),
    ("mins", Unit::Minutes(1)),
    ("tiếng", Unit::Minutes(60)),
    ("tiếng đồng hồ", Unit::Minutes(60)),
    ("giờ", Unit::Minutes(60)),
    ("giờ đồng hồ", Unit::Minutes(60)),
    ("h", Unit::Minutes(60)),
    ("hour", Unit::Minutes(60)),
    ("hours", Unit::Minutes(60)),
    ("ngày", Unit::Days(1)),
    ("hôm", Unit::Days(1)),
    ("bữa", Unit::Days(1)),
    ("đêm", Unit::Days(1)),
    ("day", Unit::Days(1)),
    ("days", Unit::Days(1)),
    ("tuần", Unit::Days(7)),
    ("tuần lễ", Unit::Days(7)),
    ("week", Unit::Days(7)),
    ("weeks", Unit::Days(7)),
    ("tháng", Unit::Months),
    ("month", Unit::Months),
    ("months", Unit::Months),
];

/// A length of time: minutes, days or months.
#[derive(Clone, Copy)]
struct Length {
    minutes: i32,
    days: i32,
    months: i32,
    /// Whether "giờ" may as well be a time of day.
    doubtful: bool,
}

/// What is told from now at `i`, and the token after it.
pub(super) fn at_token(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    just_now(tokens, i)
        .or_else(|| back(tokens, i))
        .or_else(|| third(tokens, i))
        .or_else(|| weekend(tokens, i))
        .or_else(|| week(tokens, i))
        .or_else(|| month(tokens, i))
        .or_else(|| few(tokens, i))
}

/// The length of time behind "cách đây".
pub(super) fn ago(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let (length, next) = length(tokens, i)?;
    Some((before_now(length), next))
}

fn just_now(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let next = tokens.longest(i, JUST_NOW)?;
    // "vừa mới mua", "lúc nãy 8h5": what follows shows which.
    if tokens.is(i, "vừa") && next == i + 2 && tokens.is(i + 1, "mới") {
        return None;
    }
    // Typed without marks, "bay gio sang" is seven in the morning.
    let seven = tokens.get(i).is_some_and(|t| t.text == "bay")
        && (parts::at_token(tokens, next).is_some() || tokens.longest(next, &["rưỡi", "kém"]).is_some());
    (!seven).then_some((Atom::Last(JUST_NOW_MIN), next))
}

/// `cách đây 2 tiếng rưỡi`, `30 phút trước`, `two hours ago`, `trong 2 giờ qua`.
fn back(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let within = tokens.longest(
        i,
        &[
            "trong",
            "trong vòng",
            "suốt",
            "in the last",
            "the last",
            "within the last",
            "in the past",
            "last",
            "the past",
        ],
    );
    let at = within.unwrap_or(i);
    let (length, next) = length(tokens, at)?;
    if let Some(end) = tokens
        .longest(next, &["nữa", "tới", "from now"])
        .filter(|end| tokens.is(*end - 1, "nữa") || tokens.is(*end - 1, "now"))
    {
        return Some((Atom::Wrong(Refusal::Future(quoted(tokens, i, end))), end));
    }
    let until_now =
        tokens.longest(next, &["qua", "vừa qua", "gần đây", "gần nhất", "trở lại đây", "nay", "vừa rồi", "đổ lại"]);
    let english = tokens.is(i, "last") || tokens.is(i, "the") || tokens.is(i, "in");
    if let Some(end) = until_now.or_else(|| english.then_some(next)) {
        return Some((last(length), end));
    }
    let end = tokens.longest(next, &["trước", "trước đây", "ago", "earlier"]).filter(|_| within.is_none())?;
    // "lúc 2 giờ trước cổng chợ" is a time of day in front of the market; "2 tiếng trước" is none.
    let before_noun = tokens.is(end - 1, "trước") && !ends_there(tokens, end);
    if length.doubtful && (before_noun || tokens.follows(i, &["lúc", "hồi", "vào", "khoảng"])) {
        return None;
    }
    // "3 ngày trước cổng" does not exist, but "sau 2 ngày trước đó" does.
    if tokens.longest(end, &["đó", "ấy", "khi"]).is_some() {
        return None;
    }
    // "2 hôm trước lúc 9h" tells its time, "2 tiếng trước lúc cháy" another one.
    if tokens.is(end, "lúc") && numbers::at_token(tokens, end + 1).is_none() {
        return None;
    }
    Some((before_now(length), end))
}

fn quoted(tokens: &Tokens, from: usize, to: usize) -> String {
    (from..to).filter_map(|i| tokens.get(i)).map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn before_now(length: Length) -> Atom {
    match length {
        Length { months, .. } if months > 0 => Atom::Day(Day::MonthsAgo(months)),
        Length { days, .. } if days > 0 => Atom::Day(Day::From(-days)),
        Length { minutes, .. } => Atom::Ago(minutes),
    }
}

fn last(length: Length) -> Atom {
    Atom::Last(length.minutes + 24 * 60 * (length.days + 30 * length.months))
}

/// A length of time at `i`: `2 tiếng rưỡi`, `nửa tiếng`, `1 giờ 30 phút`, `an hour`.
fn length(tokens: &Tokens, i: usize) -> Option<(Length, usize)> {
    let none = Length { minutes: 0, days: 0, months: 0, doubtful: false };
    if tokens.is(i, "nửa") || tokens.is(i, "nữa") || tokens.phrase(i, "half an").is_some() {
        let at = tokens.phrase(i, "half an").unwrap_or(i + 1);
        let (unit, next) = unit(tokens, at)?;
        let half = match unit {
            Unit::Minutes(60) => Length { minutes: 30, ..none },
            Unit::Days(1) if tokens.is(at, "ngày") => Length { minutes: 12 * 60, ..none },
            Unit::Months => Length { days: 15, ..none },
            _ => return None,
        };
        return Some((half, next));
    }
    let one = (tokens.is(i, "an") || tokens.is(i, "a")).then_some((1, i + 1));
    let (number, at) = one.or_else(|| numbers::at_token(tokens, i))?;
    let (unit, next) = unit(tokens, at)?;
    let number = i32::try_from(number).ok().filter(|n| (1..=1000).contains(n))?;
    match unit {
        Unit::Minutes(each) => {
            let hours = each == 60;
            if hours && tokens.is(next, "rưỡi") {
                return Some((Length { minutes: number * 60 + 30, ..none }, next + 1));
            }
            if hours
                && let Some((more, at)) = numbers::at_token(tokens, next)
                && let Some(end) = tokens.longest(at, &["phút", "p", "minutes"]).filter(|_| more < 60)
            {
                let doubtful = !tokens.follows(next, &["tiếng"]);
                return Some((Length { minutes: number * 60 + more as i32, doubtful, ..none }, end));
            }
            let doubtful = hours && (tokens.is(at, "giờ") || tokens.is(at, "h")) && next == at + 1;
            Some((Length { minutes: number * each, doubtful, ..none }, next))
        }
        Unit::Days(each) => Some((Length { days: number * each, ..none }, next)),
        Unit::Months => Some((Length { months: number, ..none }, next)),
    }
}

fn unit(tokens: &Tokens, i: usize) -> Option<(Unit, usize)> {
    let ends = UNITS.iter().filter_map(|(words, unit)| Some((*unit, tokens.phrase(i, words)?)));
    ends.max_by_key(|(_, next)| *next)
}

/// `đầu tuần`, `giữa tháng 7`, `cuối tháng trước`.
fn third(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let thirds = [
        (&["đầu", "early", "at the start of", "beginning of"][..], Third::Start),
        (&["giữa", "mid"], Third::Middle),
        (&["cuối", "late", "at the end of", "end of"], Third::End),
    ];
    let (third, at) = thirds.iter().find_map(|(words, third)| Some((*third, tokens.longest(i, words)?)))?;
    let week = |week: i32, next: usize| (Atom::Span(Span { of: SpanOf::Week(week), third }), next);
    if let Some((words, next)) =
        WEEKS.iter().filter_map(|(w, n)| Some((*n, tokens.phrase(at, w)?))).max_by_key(|(_, next)| *next)
    {
        return Some(week(words, next));
    }
    if tokens.is(at, "tuần") {
        let next = tokens.longest(at + 1, &["vừa rồi", "vừa qua", "rồi"]).unwrap_or(at + 1);
        let past = next > at + 1 && third != Third::End;
        return Some(week(if past { -1 } else { 0 }, next));
    }
    match month(tokens, at)? {
        (Atom::Span(span), next) => Some((Atom::Span(Span { third, ..span }), next)),
        _ => None,
    }
}

/// `weekend`: the end of a week in one word.
fn weekend(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let (week, next) = match () {
        () if tokens.phrase(i, "last weekend").is_some() => (-1, i + 2),
        () if tokens.phrase(i, "this weekend").is_some() => (0, i + 2),
        () if tokens.is(i, "weekend") => (0, i + 1),
        () => return None,
    };
    Some((Atom::Span(Span { of: SpanOf::Week(week), third: Third::End }), next))
}

fn week(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let ends = WEEKS.iter().filter_map(|(words, week)| Some((*week, tokens.phrase(i, words)?)));
    let (week, next) = ends.max_by_key(|(_, next)| *next)?;
    Some((Atom::Span(Span { of: SpanOf::Week(week), third: Third::Whole }), next))
}

/// `tháng 7`, `tháng trước`, `last month`.
fn month(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let span = |of: SpanOf, next: usize| Some((Atom::Span(Span { of, third: Third::Whole }), next));
    let english = [("last month", -1), ("this month", 0)];
    if let Some((words, back)) = english.iter().find(|(words, _)| tokens.phrase(i, words).is_some()) {
        return span(SpanOf::Months(*back), i + words.split(' ').count());
    }
    if !tokens.is(i, "tháng") {
        return None;
    }
    let named =
        [("trước", -1), ("rồi", -1), ("vừa rồi", -1), ("vừa qua", -1), ("qua", -1), ("này", 0), ("ni", 0), ("nay", 0)];
    let named = named.iter().filter_map(|(words, back)| Some((*back, tokens.phrase(i + 1, words)?)));
    if let Some((back, next)) = named.max_by_key(|(_, next)| *next) {
        return span(SpanOf::Months(back), next);
    }
    let (month, next) = numbers::at_token(tokens, i + 1)?;
    if !(1..=12).contains(&month) {
        return Some((Atom::Wrong(Refusal::NoSuchDate(format!("tháng {month}"))), next));
    }
    let slash = (tokens.glued_sign(next, '/') || tokens.glued_sign(next, '-')).then_some(next + 1);
    let year_at = slash.or_else(|| tokens.is(next, "năm").then_some(next + 1));
    let year = year_at.and_then(|at| Some((at, tokens.digits(at).filter(|d| d.len() == 4)?.parse().ok()?)));
    if let Some((at, year)) = year {
        return span(SpanOf::Month(month, Year::Told(year)), at + 1);
    }
    match tokens.longest(next, &["năm ngoái", "năm trước"]) {
        Some(end) => span(SpanOf::Month(month, Year::Back(1)), end),
        None => span(SpanOf::Month(month, Year::Untold), tokens.longest(next, &["năm nay", "vừa rồi"]).unwrap_or(next)),
    }
}

/// What tells a length of time or a vague one, and no time: `ba giờ sau đó`, `mấy hôm nay`, `trong 40 phút`. The token
/// after it.
pub(super) fn elsewhere(tokens: &Tokens, i: usize) -> Option<usize> {
    let vague =
        ["mấy hôm nay", "mấy bữa nay", "mấy ngày nay", "mấy hôm ni", "dạo này", "dạo ni", "lâu nay", "mấy năm nay"];
    if let Some(next) = tokens.longest(i, &vague) {
        return Some(next);
    }
    // "sau 2 giờ" is no length where a part of the day follows.
    let (length, next) = length(tokens, i)?;
    let later = tokens.longest(next, &["sau đó", "sau khi", "kể từ khi", "liền", "liên tục", "đồng hồ sau", "later"]);
    let after = tokens.longest(next, &["sau"]).filter(|end| ends_there(tokens, *end));
    // A part of the day at the end: "9 giờ sau, tối qua" is not written.
    later.or(after).filter(|_| !length.doubtful || !tokens.follows(i, &["lúc", "vào", "hồi"]))
}

/// `vài tiếng trước`: so much is open that only the user can say.
fn few(tokens: &Tokens, i: usize) -> Option<(Atom, usize)> {
    let at = tokens.longest(i, &["vài", "mấy", "nhiều", "dăm", "a few", "several", "some"])?;
    let (_, next) = unit(tokens, at)?;
    let end = tokens.longest(next, &["trước", "nay", "qua", "rồi", "ago"])?;
    Some((Atom::Wrong(Refusal::Unclear(quoted(tokens, i, end))), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Atom> {
        let tokens = Tokens::of(text);
        let (atom, next) = at_token(&tokens, 0)?;
        assert_eq!(next, tokens.len(), "{text}");
        Some(atom)
    }

    #[test]
    fn lengths_are_counted_back_from_now() {
        for (text, minutes) in [
            ("30 phút trước", 30),
            ("nửa tiếng trước", 30),
            ("2 tiếng rưỡi trước", 150),
            ("1 tiếng 15 phút trước", 75),
            ("two hours ago", 120),
            ("an hour ago", 60),
            ("half an hour ago", 30),
            ("2h trước", 120),
        ] {
            assert_eq!(read(text), Some(Atom::Ago(minutes)), "{text}");
        }
        let tokens = Tokens::of("3 ngày");
        assert_eq!(ago(&tokens, 0), Some((Atom::Day(Day::From(-3)), 2)));
        assert_eq!(read("2 hôm trước"), Some(Atom::Day(Day::From(-2))));
        assert_eq!(read("1 tuần trước"), Some(Atom::Day(Day::From(-7))));
        assert_eq!(read("trong 2 giờ qua"), Some(Atom::Last(120)));
        assert_eq!(read("vừa mới xong"), Some(Atom::Last(30)));
    }

    #[test]
    fn weeks_and_months_have_thirds() {
        let span = |of, third| Some(Atom::Span(Span { of, third }));
        assert_eq!(read("tuần trước"), span(SpanOf::Week(-1), Third::Whole));
        assert_eq!(read("cuối tuần trước"), span(SpanOf::Week(-1), Third::End));
        assert_eq!(read("đầu tháng 7"), span(SpanOf::Month(7, Year::Untold), Third::Start));
        assert_eq!(read("giữa tháng trước"), span(SpanOf::Months(-1), Third::Middle));
        assert_eq!(read("tháng 7/2023"), span(SpanOf::Month(7, Year::Told(2023)), Third::Whole));
    }

    #[test]
    fn the_future_and_what_is_open_are_refused() {
        assert!(matches!(read("2 tiếng nữa"), Some(Atom::Wrong(Refusal::Future(_)))));
        assert!(matches!(read("vài tiếng trước"), Some(Atom::Wrong(Refusal::Unclear(_)))));
        assert_eq!(elsewhere(&Tokens::of("ba giờ sau đó"), 0), Some(4));
    }
}
