//! `truyvet parse`: what a sentence is understood as, and why.

use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::places::{self, PlaceAnswer};
use super::{Ending, Globals, context, print, values};
use crate::ask::{self, Sentence};
use crate::base::{Lang, Result};
use crate::phrase;
use crate::say;

/// A place less likely than this is not told, nor are more than so many.
const SHOWN: f64 = 0.3;
const MOST_PLACES: usize = 12;

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "PHRASE", allow_hyphen_values = true)]
    phrase: String,
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    #[arg(long)]
    json: bool,
}

/// The contract of `docs/json.md`.
#[derive(Serialize)]
struct Answer<'a> {
    readings: Vec<ReadingAnswer<'a>>,
    places: Vec<PlaceAnswer<'a>>,
    refused: Option<String>,
    refused_code: Option<&'static str>,
    note: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ReadingAnswer<'a> {
    start: String,
    end: String,
    time_text: &'a str,
    places: Vec<PlaceAnswer<'a>>,
    confidence: f64,
    /// Which day and hour were chosen, and why.
    pub why: &'a str,
    /// The interval in words that are read back as the same one.
    pub words: String,
    padding_before_s: Option<i64>,
    padding_after_s: Option<i64>,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let now = match &args.now {
        Some(text) => values::instant("--now", text, &site.zone)?,
        None => Timestamp::now(),
    };
    let atlas = context::atlas(&site)?;
    let mut sentence = ask::understand(&atlas, &args.phrase, &now.to_zoned(site.zone.clone()));
    sentence.places.retain(|place| place.score >= SHOWN);
    sentence.places.truncate(MOST_PLACES);
    // In the sentence's order; what the same words may mean, best first.
    sentence.places.sort_by_key(|place| place.span.start);
    if args.json {
        print::json(&answer(&sentence, &site.zone, globals.lang))?;
    } else {
        tell(&sentence, &site.zone, globals.lang);
    }
    Ok(Ending::Done)
}

/// The readings as JSON has them.
pub(super) fn reading_answers<'a>(sentence: &'a Sentence, zone: &TimeZone, lang: Lang) -> Vec<ReadingAnswer<'a>> {
    let local = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string();
    let understood = &sentence.understood;
    let places: Vec<PlaceAnswer<'_>> = sentence.places.iter().map(|place| places::answer(place, lang)).collect();
    let readings = understood.readings.iter().map(|reading| ReadingAnswer {
        start: local(reading.window.start.0),
        end: local(reading.window.end.0),
        time_text: &reading.time_text,
        places: places.clone(),
        confidence: reading.confidence,
        why: reading.why.in_lang(lang),
        words: phrase::print(reading.window, zone),
        padding_before_s: reading.padding.map(|padding| padding.before_min * 60),
        padding_after_s: reading.padding.map(|padding| padding.after_min * 60),
    });
    readings.collect()
}

fn answer<'a>(sentence: &'a Sentence, zone: &TimeZone, lang: Lang) -> Answer<'a> {
    let understood = &sentence.understood;
    Answer {
        readings: reading_answers(sentence, zone, lang),
        places: sentence.places.iter().map(|place| places::answer(place, lang)).collect(),
        refused: understood.refused.as_ref().map(|refusal| refusal.say().in_lang(lang).to_owned()),
        refused_code: understood.refused.as_ref().map(phrase::Refusal::code),
        note: understood.note.as_ref().map(|said| said.in_lang(lang)),
    }
}

fn tell(sentence: &Sentence, zone: &TimeZone, lang: Lang) {
    let understood = &sentence.understood;
    if let Some(refusal) = &understood.refused {
        print::line(refusal.say().in_lang(lang));
    }
    if let Some(note) = &understood.note {
        print::line(note.in_lang(lang));
    }
    for reading in &understood.readings {
        let span = print::span(reading.window.start.0, reading.window.end.0, zone);
        print::line(&format!("▪ {span} · {}", print::percent(reading.confidence, lang)));
        print::line(&format!("  {}", reading.why.in_lang(lang)));
    }
    for place in &sentence.places {
        let (text, told) = (&place.text, places::line(place, lang));
        print::line(say!("nơi \"{text}\": {told}", "place \"{text}\": {told}").in_lang(lang));
    }
    let told =
        |at: &Range<usize>| sentence.places.iter().any(|place| place.span.start < at.end && at.start < place.span.end);
    for words in understood.places.iter().filter(|words| !told(&words.at)) {
        let text = &words.text;
        print::line(say!("phần còn lại: {text}", "the rest: {text}").in_lang(lang));
    }
}
