//! `truyvet parse`: what a sentence is understood as, and why.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Ending, Globals, context, print, values};
use crate::base::{Lang, Result};
use crate::phrase::{self, Understanding};
use crate::place::{Gazetteer, Mention};
use crate::say;

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
    refused: Option<String>,
    refused_code: Option<&'static str>,
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct ReadingAnswer<'a> {
    start: String,
    end: String,
    time_text: &'a str,
    places: Vec<PlaceAnswer<'a>>,
    confidence: f64,
    why: &'a str,
    words: String,
    padding_before_s: Option<i64>,
    padding_after_s: Option<i64>,
}

#[derive(Clone, Serialize)]
struct PlaceAnswer<'a> {
    name: &'a str,
    lat: Option<f64>,
    lon: Option<f64>,
    text: &'a str,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let now = match &args.now {
        Some(text) => values::instant("--now", text, &site.zone)?,
        None => Timestamp::now(),
    };
    let gazetteer = Gazetteer::load(&site.places)?;
    let understood = phrase::understand(&args.phrase, &now.to_zoned(site.zone.clone()));
    let mentions: Vec<Mention<'_>> = gazetteer.mentioned(understood.places.iter().map(|words| words.text.as_str()));
    if args.json {
        print::json(&answer(&understood, &mentions, &site.zone, globals.lang))?;
    } else {
        tell(&understood, &mentions, &site.zone, globals.lang);
    }
    Ok(Ending::Done)
}

fn answer<'a>(understood: &'a Understanding, mentions: &'a [Mention<'_>], zone: &TimeZone, lang: Lang) -> Answer<'a> {
    let local = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string();
    let place = |mention: &'a Mention<'_>| PlaceAnswer {
        name: &mention.place.name,
        lat: mention.place.at.map(|at| at.lat),
        lon: mention.place.at.map(|at| at.lon),
        text: mention.text,
    };
    let places: Vec<PlaceAnswer<'a>> = mentions.iter().map(place).collect();
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
    Answer {
        readings: readings.collect(),
        refused: understood.refused.as_ref().map(|refusal| refusal.say().in_lang(lang).to_owned()),
        refused_code: understood.refused.as_ref().map(phrase::Refusal::code),
        note: understood.note.as_ref().map(|said| said.in_lang(lang)),
    }
}

fn tell(understood: &Understanding, mentions: &[Mention<'_>], zone: &TimeZone, lang: Lang) {
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
    for Mention { place, text } in mentions {
        let name = &place.name;
        let said = match place.at {
            Some(at) => {
                let (lat, lon) = (at.lat, at.lon);
                say!("nơi \"{text}\": {name} ({lat},{lon})", "place \"{text}\": {name} ({lat},{lon})")
            }
            None => say!("nơi \"{text}\": {name} (chưa có tọa độ)", "place \"{text}\": {name} (no coordinates)"),
        };
        print::line(said.in_lang(lang));
    }
    let told = |text: &str| mentions.iter().any(|mention| text.contains(mention.text));
    for words in understood.places.iter().filter(|words| !told(&words.text)) {
        let text = &words.text;
        print::line(say!("phần còn lại: {text}", "the rest: {text}").in_lang(lang));
    }
}
