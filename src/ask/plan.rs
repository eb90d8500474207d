//! One search of a sentence: the window of its chosen reading as the kind of incident widens it, and the place.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::around::{Around, around};
use super::kinds::{Kind, Kinds, Mode};
use super::sentence::{Sentence, understand};
use crate::base::{Error, Kind as ErrorKind, Result, Said};
use crate::config::Site;
use crate::model::{Span, TrueTime, Window};
use crate::phrase::{Reading, Understanding};
use crate::place::{self, Atlas};
use crate::say;
use crate::search::Ask;

/// From here on the answer is moments, where the kind of incident does not say otherwise: nobody reads so many files.
const LONG_US: i64 = 3 * 3_600_000_000;
/// Below this the first reading is only one of several.
const SURE: f64 = 0.6;

/// What somebody asks.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The sentence.
    pub phrase: &'a str,
    /// The kind of incident, by its id or a name.
    pub kind: Option<&'a str>,
    /// Which reading of the sentence, from 1; the first where none is chosen.
    pub reading: Option<usize>,
    /// How far around the place, metres.
    pub radius_m: Option<f64>,
    /// What the answer is made of, where not as the kind says.
    pub mode: Option<Mode>,
    /// The present.
    pub now: Timestamp,
}

/// What is going to be searched.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What was understood.
    pub sentence: Sentence,
    /// The kind of incident.
    pub kind: Kind,
    /// Which reading is searched for; none where it cannot be searched for.
    pub window: Option<Window>,
    /// Where.
    pub around: Around,
    /// What the answer is made of.
    pub mode: Mode,
    /// Why nothing is searched for.
    pub refused: Option<Said>,
    /// What the user should know.
    pub notes: Vec<Said>,
    /// The present.
    pub now: Timestamp,
}

impl Plan {
    /// The question for a search; none where it was refused.
    pub fn ask(&self) -> Option<Ask> {
        let Around { at, shape, radius_m, name, cameras } = self.around.clone();
        let window = self.window?;
        Some(Ask { window, at, shape, radius_m, place: name, cameras, now: self.now })
    }
}

/// Understands a question.
///
/// # Errors
/// [`Usage`](ErrorKind::Usage) for a kind of incident or a reading that there is not. A sentence that cannot be searched for is a plan
/// that says why.
pub fn plan(site: &Site, atlas: &Atlas, kinds: &Kinds, question: &Question<'_>) -> Result<Plan> {
    let kind = match question.kind {
        Some(word) => kinds.find(word)?,
        None => kinds.usual()?,
    };
    let sentence = understand(atlas, question.phrase, &question.now.to_zoned(site.zone.clone()));
    let (around, mut notes) = around(site, &sentence, question.radius_m, kind.radius_m);
    notes.extend(unread(&sentence, &around));
    let refused = refusal(&sentence.understood);
    let chosen = question.reading.unwrap_or(1).checked_sub(1);
    let readings = &sentence.understood.readings;
    let reading = chosen.and_then(|n| readings.get(n));
    if let (None, Some(number), None) = (reading, question.reading, &refused) {
        let count = readings.len();
        return Err(Error::new(
            ErrorKind::Usage,
            say!(
                "--reading {number}: câu này có {count} cách hiểu, đánh số từ 1",
                "--reading {number}: the sentence has {count} readings, numbered from 1"
            ),
        ));
    }
    let mut window = None;
    if let (Some(reading), None) = (reading, &refused) {
        let unsure = reading.confidence < SURE || readings.len() > 1 && reading.confidence < 0.9;
        if unsure && question.reading.is_none() {
            notes.push(say!(
                "câu này có thể hiểu nhiều cách; đang dùng cách đầu tiên",
                "the sentence can be understood in several ways; the first is used"
            ));
        }
        let (widened, note) = widen(reading, kind, question.kind.is_some(), &site.zone);
        notes.extend(note);
        window = Some(widened);
    }
    if question.kind.is_none() {
        notes.extend(kinds.told_in(&place::fold(&sentence.rest)).map(|kind| {
            let (id, Said { vi, en }) = (&kind.id, &kind.name);
            say!("nếu là {vi}: thêm --kind {id}", "if it is about {en}: add --kind {id}")
        }));
    }
    let long = window.is_some_and(|window| window.micros() >= LONG_US);
    let mode = match (question.mode, kind.mode) {
        (Some(mode), _) => mode,
        (None, Mode::Files) if long => Mode::Moments,
        (None, mode) => mode,
    };
    Ok(Plan { kind: kind.clone(), window, around, mode, refused, notes, now: question.now, sentence })
}

/// The window of a reading as the kind of incident has it: around a point in time at least as far as the kind says, and of a
/// day of which no hour was told the hours of the kind. Only where somebody named the kind.
fn widen(reading: &Reading, kind: &Kind, named: bool, zone: &TimeZone) -> (Window, Option<Said>) {
    let window = reading.window;
    if !named {
        return (window, None);
    }
    if let Some(padding) = reading.padding {
        let more = |kinds: jiff::SignedDuration, own_min: i64| {
            let more_us = kinds.as_micros().saturating_sub(i128::from(own_min) * 60_000_000);
            i64::try_from(more_us.max(0)).unwrap_or(0)
        };
        let (before_us, after_us) = (more(kind.before, padding.before_min), more(kind.after, padding.after_min));
        return (Span::new(window.start.plus_micros(-before_us), window.end.plus_micros(after_us)), None);
    }
    let start = window.start.0.to_zoned(zone.clone());
    let whole_day = start.time() == Time::midnight()
        && start.date().tomorrow().ok().and_then(|day| day.to_zoned(zone.clone()).ok()).map(|day| day.timestamp())
            == Some(window.end.0);
    if !whole_day || kind.part == (0..1440) {
        return (window, None);
    }
    let at = |minute: u16| start.date().to_zoned(zone.clone()).ok()?.checked_add(i64::from(minute).minutes()).ok();
    match (at(kind.part.start), at(kind.part.end)) {
        (Some(from), Some(to)) => {
            let Said { vi, en } = &kind.name;
            let hours = format!("{}–{}", from.strftime("%H:%M"), to.strftime("%H:%M"));
            let note = say!(
                "câu chỉ nói ngày: với {vi}, xét {hours}; nêu giờ để xét giờ khác",
                "only a day is told: for {en}, {hours} is looked at; tell an hour for another"
            );
            (Span::new(TrueTime(from.timestamp()), TrueTime(to.timestamp())), Some(note))
        }
        _ => (window, None),
    }
}

/// Why nothing can be searched for.
fn refusal(understood: &Understanding) -> Option<Said> {
    if let Some(refused) = &understood.refused {
        return Some(refused.say());
    }
    understood.readings.is_empty().then(|| {
        understood.note.clone().unwrap_or_else(|| {
            say!("câu này không nói lúc nào; thêm ngày giờ", "the sentence tells no time; add a day and an hour")
        })
    })
}

/// Words that told nothing.
fn unread(sentence: &Sentence, around: &Around) -> Option<Said> {
    let told = |at: &std::ops::Range<usize>| {
        sentence.places.iter().any(|place| place.span.start < at.end && at.start < place.span.end)
    };
    let words = sentence.understood.places.iter().filter(|words| !told(&words.at));
    let words: Vec<&str> = words.map(|words| words.text.as_str()).collect();
    let words = words.join(" · ");
    (!words.is_empty() && around.cameras.is_none()).then(|| say!("không hiểu: {words}", "not understood: {words}"))
}
