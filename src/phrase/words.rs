//! Which words of a sentence told the time, and which are left for the place.

use super::PlaceWords;
use super::atom::Atom;
use super::refusal::Refusal;
use super::scan::Item;
use super::token::{Kind, Tokens};

/// The words of a sentence, parted.
pub(super) struct Words {
    /// Those that told the time, as written; stretches that lie apart are joined by an ellipsis.
    pub time: String,
    /// The others.
    pub places: Vec<PlaceWords>,
}

/// Words that lead to a place and are none of it.
const LEADING: &[&str] = &[
    "tại",
    "ở",
    "trên",
    "trước",
    "gần",
    "ngay",
    "ngang",
    "qua",
    "đoạn",
    "chỗ",
    "khu vực",
    "phía trước",
    "vào",
    "lúc",
    "từ",
    "đến",
    "và",
    "hướng",
    "at",
    "on",
    "near",
    "in",
    "of",
    "the",
    "ngày",
    "hồi",
    "buổi",
    "khoảng",
];

/// Parts the sentence.
pub(super) fn split(text: &str, tokens: &Tokens, items: &[Item], used: &[bool]) -> Words {
    let told = told(tokens.len(), items, used);
    let mut stretches: Vec<(bool, std::ops::Range<usize>)> = Vec::new();
    for i in 0..tokens.len() {
        let Some(token) = tokens.get(i) else { continue };
        // A comma or a bracket parts places; a dot or a slash may be within a name.
        let parts = token.kind == Kind::Sign && ",;()…\"?!".contains(token.text.as_str()) && !told[i];
        match stretches.last_mut() {
            _ if parts => stretches.push((false, token.at.start..token.at.start)),
            Some((time, at)) if *time == told[i] && (at.end > at.start) => at.end = token.at.end.max(at.end),
            _ => stretches.push((told[i], token.at.clone())),
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
fn told(count: usize, items: &[Item], used: &[bool]) -> Vec<bool> {
    let mut told = vec![false; count];
    let mut before: Option<usize> = None;
    for (item, used) in items.iter().zip(used) {
        if !*used {
            before = before.filter(|_| !item.gap);
            continue;
        }
        let from = if item.gap { item.from } else { before.unwrap_or(item.from) };
        for flag in told.iter_mut().take(item.to).skip(from.min(item.from)) {
            *flag = true;
        }
        before = Some(item.to);
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

/// A sentence that speaks of an end but not of a start: "từ khi … đến nay".
pub(super) fn unread(text: &str, tokens: &Tokens, items: &[Item]) -> Option<Refusal> {
    let now = items.iter().find(|item| item.atom == Atom::Now)?;
    let end = tokens.before(now.to)?.at.end;
    Some(Refusal::Unclear(text.get(..end)?.trim().to_owned()))
}
