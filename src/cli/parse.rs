//! `truyvet parse`: what a sentence is understood as, and why.

use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::places;
use super::{Ending, Globals, context, print, values};
use crate::ask::{self, Sentence};
use crate::base::{Lang, Result};
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

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let now = match &args.now {
        Some(text) => values::instant("--now", text, &site.zone)?,
        None => Timestamp::now(),
    };
    let atlas = context::atlas(&site)?;
    let sentence = ask::understand(&atlas, &args.phrase, &now.to_zoned(site.zone.clone())).tidied();
    if args.json {
        print::json(&ask::understood(&sentence, &site.zone, globals.lang))?;
    } else {
        tell(&sentence, &site.zone, globals.lang);
    }
    Ok(Ending::Done)
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
