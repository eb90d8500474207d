//! Which words of a sentence told the time, and which are left for the place.

use super::PlaceWords;
use super::atom::Atom;
use super::lead::LEADING;
use super::refusal::Refusal;
use super::scan::Item;
use super::token::{Kind, Tokens};
use super::{numbers, shield};

/// The words of a sentence, parted.
pub(super) struct Words {
    /// Those that told the time, as written; stretches that lie apart are joined by an ellipsis.
    pub time: String,
    /// The others.
    pub places: Vec<PlaceWords>,
}

/// Words before a time that belong to it.
const AT: &[&str] = &["lúc", "vào", "hồi", "hôm", "at"];

/// Words that change a time in a way that is not understood.
const UNREAD: &[&str] = &[
    "giờ này",
    "giờ ni",
    "tầm này",
    "cùng giờ",
    "cùng thời gian",
    "cùng thời điểm",
    "hàng tuần",
    "hằng tuần",
    "hàng đêm",
    "hằng đêm",
    "mỗi tối",
    "mỗi đêm",
    "mỗi ngày",
    "this time",
    "every night",
    "every day",
    "các ngày",
    "các đêm",
    "các tối",
    "mấy đêm",
    "mấy tối",
    "nhiều đêm",
    "quá nửa đêm",
    "quá trưa",
    "sau trưa",
    "trước trưa",
];

/// Parts the sentence.
pub(super) fn split(text: &str, tokens: &Tokens, items: &[Item], used: &[bool]) -> Words {
    let told = told(tokens, items, used);
    let mut stretches: Vec<(bool, std::ops::Range<usize>)> = Vec::new();
    for (i, told) in told.iter().enumerate() {
        let Some(token) = tokens.get(i) else { continue };
        // A comma or a bracket parts places; a dot or a slash may be within a name.
        let parts = token.kind == Kind::Sign && ",;()…\"?!".contains(token.text.as_str()) && !told;
        match stretches.last_mut() {
            _ if parts => stretches.push((false, token.at.start..token.at.start)),
            Some((time, at)) if time == told && (at.end > at.start) => at.end = token.at.end.max(at.end),
            _ => stretches.push((*told, token.at.clone())),
        }
    }
    let slice = |at: &std::ops::Range<usize>| text.get(at.clone()).unwrap_or_default().trim().to_owned();
    let time: Vec<String> =
        stretches.iter().filter(|(time, at)| *time && !at.is_empty()).map(|(_, at)| slice(at)).collect();
    let places =
        stretches.iter().filter(|(time, at)| !*time && !at.is_empty()).filter_map(|(_, at)| place(text, at.clone()));
    Words { time: time.join(" … "), places: places.collect() }
}

/// For each token whether it told the time, with the fillers and signs between two that did.
fn told(tokens: &Tokens, items: &[Item], used: &[bool]) -> Vec<bool> {
    let mut told = vec![false; tokens.len()];
    let mut before: Option<usize> = None;
    for (item, used) in items.iter().zip(used) {
        if !*used {
            before = before.filter(|_| !item.gap);
            continue;
        }
        let mut from = if item.gap { item.from } else { before.unwrap_or(item.from) };
        while tokens.follows(from, AT) {
            from -= 1;
        }
        for flag in told.iter_mut().take(item.to).skip(from.min(item.from)) {
            *flag = true;
        }
        before = Some(item.to);
    }
    // "(thứ 7)": the bracket that was opened before the day.
    for i in 1..told.len() {
        let opened = (0..i).rev().find(|j| tokens.sign(*j, '(') || tokens.sign(*j, ')'));
        told[i] |= tokens.sign(i, ')') && told[i - 1] && opened.is_some_and(|j| told[j] && tokens.sign(j, '('));
    }
    told
}

/// The words of a stretch without what only leads to a place.
fn place(text: &str, at: std::ops::Range<usize>) -> Option<PlaceWords> {
    let (mut start, end) = (at.start, at.end);
    loop {
        let rest = text.get(start..end)?;
        let trimmed = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        start += rest.len() - trimmed.len();
        let tokens = Tokens::of(trimmed);
        let next = tokens.longest(0, LEADING).and_then(|next| tokens.get(next)).map(|t| t.at.start);
        match next {
            Some(step) => start += step,
            None if tokens.longest(0, LEADING).is_some() => return None,
            None => break,
        }
    }
    let words = text.get(start..end)?.trim_end_matches(|c: char| !c.is_alphanumeric());
    (!words.is_empty()).then(|| PlaceWords { text: words.to_owned(), at: start..start + words.len() })
}

/// What stands beside a time and was not understood, though it may be a part of it: a number, or words such as "giờ này".
pub(super) fn stray(tokens: &Tokens, items: &[Item], used: &[bool]) -> Option<String> {
    let told = told(tokens, items, used);
    let near = |i: usize| (i.saturating_sub(2)..=i + 2).any(|j| told.get(j).copied().unwrap_or_default());
    let mut i = 0;
    while i < tokens.len() {
        if let Some(end) = tokens.longest(i, UNREAD) {
            return Some((i..end).filter_map(|i| tokens.get(i)).map(|t| t.text.as_str()).collect::<Vec<_>>().join(" "));
        }
        // "999h", "15/7/20233": told as a time, and none.
        let unit = tokens.glued(i + 1) && ["h", "g", "giờ"].iter().any(|unit| tokens.is(i + 1, unit));
        let digits = tokens.digits(i).filter(|_| !told[i]).unwrap_or_default();
        let slashed = |at: usize| tokens.glued_sign(at, '/') && tokens.digits(at - 1).is_some_and(|d| d.len() <= 2);
        let year = i >= 4 && slashed(i - 1) && slashed(i - 3) && tokens.glued(i) && digits.len() > 4;
        if (unit && digits.len() > 2) || year {
            return Some(digits.to_owned());
        }
        if let Some(next) = shield::at_token(tokens, i).filter(|_| !told[i]) {
            i = next;
            continue;
        }
        let number = tokens.digits(i).filter(|digits| digits.len() <= 4 && !told[i] && near(i));
        let noun = tokens.get(i + 1).is_some_and(|t| t.name || (t.glued && t.kind == Kind::Word));
        let named = tokens.before(i).is_some_and(|t| t.name || t.glued);
        if number.is_some() && !noun && !named && !numbers::is_counted(tokens, i + 1) {
            return number.map(str::to_owned);
        }
        i += 1;
    }
    None
}

/// A sentence that speaks of an end but not of a start: "từ khi … đến nay".
pub(super) fn unread(text: &str, tokens: &Tokens, items: &[Item]) -> Option<Refusal> {
    let now = items.iter().find(|item| item.atom == Atom::Now)?;
    let end = tokens.before(now.to)?.at.end;
    Some(Refusal::Unclear(text.get(..end)?.trim().to_owned()))
}
