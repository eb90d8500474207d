//! What a sentence was understood as, for programs and people: the contract of `docs/json.md`. Fields are added, never renamed.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::sentence::Sentence;
use crate::base::Lang;
use crate::phrase;
use crate::place::{Candidate, Shape};

/// A place less likely than this is not told, nor are more than so many.
const SHOWN: f64 = 0.3;
const MOST_PLACES: usize = 12;

/// What `parse --json` prints.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Understood {
    /// Every interval that the sentence can mean, best first.
    pub readings: Vec<ReadingAnswer>,
    /// The places that it names.
    pub places: Vec<NamedPlace>,
    /// Why it is not searched for.
    pub refused: Option<String>,
    /// The same as a word for programs.
    pub refused_code: Option<&'static str>,
    /// What the user should know beside that.
    pub note: Option<String>,
}

/// One interval.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Reading)]
pub struct ReadingAnswer {
    /// RFC 3339 with the site's offset.
    pub start: String,
    /// The same; the first instant after it.
    pub end: String,
    /// The words that told it.
    pub time_text: String,
    /// The places, the same in every reading.
    pub places: Vec<NamedPlace>,
    /// 0 to 1; below 0.6 the user should be asked.
    pub confidence: f64,
    /// Which day and hour were chosen, and why.
    pub why: String,
    /// The interval in words that are read back as the same one.
    pub words: String,
    /// How far it reaches before the time that was told; null where an interval was told.
    pub padding_before_s: Option<i64>,
    /// The same after it.
    pub padding_after_s: Option<i64>,
}

/// A place that words may mean.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedPlace {
    /// As the atlas calls it.
    pub name: String,
    /// WGS 84 degrees; null where only the name is known.
    pub lat: Option<f64>,
    /// The same.
    pub lon: Option<f64>,
    /// The words.
    pub text: String,
    /// What it is.
    pub kind: String,
    /// `point`, `points`, `line` or `area`; null where only the name is known.
    pub shape: Option<&'static str>,
    /// 0 to 1.
    pub score: f64,
    /// How the words were understood.
    pub why: String,
}

impl NamedPlace {
    /// A candidate of the atlas.
    pub fn of(place: &Candidate, lang: Lang) -> NamedPlace {
        NamedPlace {
            name: place.name.clone(),
            lat: place.at.map(|at| degrees(at.lat)),
            lon: place.at.map(|at| degrees(at.lon)),
            text: place.text.clone(),
            kind: place.kind.clone(),
            shape: place.shape.as_ref().map(Shape::word),
            score: place.score,
            why: place.why.in_lang(lang).to_owned(),
        }
    }
}

/// Degrees to a centimetre: seven decimals.
pub fn degrees(value: f64) -> f64 {
    (value * 1e7).round() / 1e7
}

impl Sentence {
    /// Leaves the places that are worth telling, in the sentence's order; what the same words may mean, best first.
    pub fn tidied(mut self) -> Sentence {
        self.places.retain(|place| place.score >= SHOWN);
        self.places.truncate(MOST_PLACES);
        self.places.sort_by_key(|place| place.span.start);
        self
    }
}

/// The readings of a sentence.
pub fn readings(sentence: &Sentence, zone: &TimeZone, lang: Lang) -> Vec<ReadingAnswer> {
    let local = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string();
    let places: Vec<NamedPlace> = sentence.places.iter().map(|place| NamedPlace::of(place, lang)).collect();
    let readings = sentence.understood.readings.iter().map(|reading| ReadingAnswer {
        start: local(reading.window.start.0),
        end: local(reading.window.end.0),
        time_text: reading.time_text.clone(),
        places: places.clone(),
        confidence: reading.confidence,
        why: reading.why.in_lang(lang).to_owned(),
        words: phrase::print(reading.window, zone),
        padding_before_s: reading.padding.map(|padding| padding.before_min * 60),
        padding_after_s: reading.padding.map(|padding| padding.after_min * 60),
    });
    readings.collect()
}

/// All that a sentence was understood as.
pub fn understood(sentence: &Sentence, zone: &TimeZone, lang: Lang) -> Understood {
    let told = &sentence.understood;
    Understood {
        readings: readings(sentence, zone, lang),
        places: sentence.places.iter().map(|place| NamedPlace::of(place, lang)).collect(),
        refused: told.refused.as_ref().map(|refusal| refusal.say().in_lang(lang).to_owned()),
        refused_code: told.refused.as_ref().map(phrase::Refusal::code),
        note: told.note.as_ref().map(|said| said.in_lang(lang).to_owned()),
    }
}
