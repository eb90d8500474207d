//! From an officer's sentence to understood intervals: `khoảng 21h15 tối qua, ngã ba Việt Lào`.
//!
//! Total: every text has an outcome, and none panics. A sentence is taken apart into words (`token`), what only looks like
//! a time is set aside (`shield`), what tells a time becomes pieces (`scan`), the pieces become moments (`compose`), and
//! the moments intervals (`resolve`, `range`). What is ambiguous gives several readings; what cannot be, or is yet to come,
//! is refused in words. The windows of the parts of the day are the table in `parts.rs`, the paddings that in `atom.rs`.

mod atom;
mod clock;
mod compose;
mod dates;
mod days;
pub mod fuzz;
mod lead;
mod letters;
mod lunar;
mod numbers;
mod parts;
mod print;
mod range;
mod refusal;
mod resolve;
mod scan;
mod shield;
mod spans;
#[cfg(test)]
mod tests;
mod token;
mod which_day;
mod which_hour;
mod words;

use std::ops::Range;

use jiff::Zoned;

pub use print::print;
pub use refusal::Refusal;

use crate::base::Said;
use crate::model::{Span, TrueTime, Window};
use crate::say;
use resolve::{Candidate, Here};
use token::Tokens;

/// A sentence of more characters than this is refused.
pub const LONGEST: usize = 2_000;
/// No reading is surer than this where something beside the time was not understood.
const DOUBTFUL: f64 = 0.55;
/// So many readings are offered at most.
const MOST_READINGS: usize = 6;

/// What a sentence was understood as.
#[derive(Clone, Debug, PartialEq)]
pub struct Understanding {
    /// Every interval that it can mean, best first; empty where it is refused or tells no time.
    pub readings: Vec<Reading>,
    /// Why it is not searched for.
    pub refused: Option<Refusal>,
    /// What the user should know beside that, such as that no time was told.
    pub note: Option<Said>,
    /// The rest of the sentence, in its order: where the place is, if it tells one.
    pub places: Vec<PlaceWords>,
}

/// One interval that a sentence can mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The interval to search.
    pub window: Window,
    /// How far it reaches around the time that was told; none where an interval was told.
    pub padding: Option<Padding>,
    /// The words that told the time, as they were written.
    pub time_text: String,
    /// 0 to 1; below 0.6 the user should be asked.
    pub confidence: f64,
    /// Which day and hour were chosen, and why.
    pub why: Said,
}

/// How far a window reaches around the time that was told, minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Padding {
    /// Before it.
    pub before_min: i64,
    /// After it.
    pub after_min: i64,
}

/// Words that tell no time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceWords {
    /// As they were written.
    pub text: String,
    /// Their bytes in the sentence.
    pub at: Range<usize>,
}

/// Understands a sentence that is said at `now`, in the zone of `now`.
pub fn understand(text: &str, now: &Zoned) -> Understanding {
    let refused = |refusal: Refusal, places: Vec<PlaceWords>| Understanding {
        readings: Vec::new(),
        refused: Some(refusal),
        note: None,
        places,
    };
    if text.chars().nth(LONGEST).is_some() {
        return refused(Refusal::TooLong(LONGEST), Vec::new());
    }
    let tokens = Tokens::of(text);
    if !(0..tokens.len()).any(|i| tokens.get(i).is_some_and(|t| t.kind != token::Kind::Sign)) {
        return refused(Refusal::Empty, Vec::new());
    }
    let items = scan::scan(&tokens);
    let told = compose::compose(&items);
    let used = told.as_ref().map_or_else(|_| vec![true; items.len()], |told| told.used.clone());
    let words = words::split(text, &tokens, &items, &used);
    let told = match told {
        Ok(told) => told,
        Err(refusal) => return refused(refusal, words.places),
    };
    if told.moments.is_empty() {
        if let Some(refusal) = words::unread(text, &tokens, &items) {
            return refused(refusal, words.places);
        }
        let note = Some(say!("câu không nói thời gian nào", "the sentence tells no time"));
        return Understanding { readings: Vec::new(), refused: None, note, places: words.places };
    }
    let here = Here { now, quote: &words.time };
    match resolve::resolve(&told, &here) {
        Ok(candidates) => {
            let candidates = match words::stray(&tokens, &items, &used) {
                Some(unread) => doubted(candidates, &unread),
                None => candidates,
            };
            let readings = ranked(candidates, &words.time);
            let note = (readings.len() > 1).then(|| {
                let count = readings.len();
                say!("có {count} cách hiểu; hãy chọn", "there are {count} readings; choose one")
            });
            Understanding { readings, refused: None, note, places: words.places }
        }
        Err(refusal) => refused(refusal, words.places),
    }
}

/// What stands beside the time and was not understood may change it: nothing is sure then.
fn doubted(candidates: Vec<Candidate>, unread: &str) -> Vec<Candidate> {
    let doubt = |mut candidate: Candidate| {
        candidate.why.push(say!("chưa hiểu \"{unread}\" bên cạnh", "\"{unread}\" beside it was not understood"));
        Candidate { weight: candidate.weight.min(DOUBTFUL), ..candidate }
    };
    candidates.into_iter().map(doubt).collect()
}

/// The candidates as readings, best first, each window once.
fn ranked(mut candidates: Vec<Candidate>, time_text: &str) -> Vec<Reading> {
    candidates.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let mut readings: Vec<Reading> = Vec::new();
    for candidate in candidates {
        let window = Span::new(TrueTime(candidate.start), TrueTime(candidate.end));
        if readings.len() < MOST_READINGS && readings.iter().all(|reading| reading.window != window) {
            readings.push(Reading {
                window,
                padding: candidate.padding,
                time_text: time_text.to_owned(),
                confidence: (candidate.weight.clamp(0.0, 1.0) * 100.0).round() / 100.0,
                why: joined(&candidate.why),
            });
        }
    }
    readings
}

fn joined(whys: &[Said]) -> Said {
    let of = |text: fn(&Said) -> &String| whys.iter().map(text).cloned().collect::<Vec<_>>().join("; ");
    Said { vi: of(|said| &said.vi), en: of(|said| &said.en) }
}
