//! `truyvet ask`: a sentence, what it is understood as, and which cameras should have seen it.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::context::Looked;
use super::{Ending, Globals, context, print, strip, values};
use crate::ask::{self, AskAnswer, Asked, Kinds, Mode, Plan, Question};
use crate::base::{Error, Kind, Lang, Result};
use crate::model::{Act, RecordingId};
use crate::say;
use crate::search::{Clocks, Sight, moments};

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "PHRASE", allow_hyphen_values = true)]
    phrase: String,
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    #[arg(long, value_name = "N")]
    reading: Option<usize>,
    #[arg(long, value_name = "300m", allow_hyphen_values = true)]
    radius: Option<String>,
    #[arg(long, value_name = "MODE", value_parser = ["files", "moments", "brightness"])]
    mode: Option<String>,
    #[arg(long, value_name = "FOLDER")]
    stills: Option<PathBuf>,
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
    let kinds = Kinds::load(site.kinds.as_deref())?;
    let question = Question {
        phrase: &args.phrase,
        kind: args.kind.as_deref(),
        reading: args.reading,
        radius_m: args.radius.as_deref().map(|text| values::distance("--radius", text)).transpose()?,
        mode: args.mode.as_deref().and_then(strip::mode),
        now,
        ..Question::default()
    };
    let plan = ask::plan(&site, &atlas, &kinds, &question)?;
    let asked = match plan.window {
        Some(_) => {
            let (store, index) = context::state(&site)?;
            let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
            let sight =
                Sight { cameras: &site.cameras, zone: &site.zone, store: &store, index: &index, clocks: &clocks };
            let mut asked = ask::answer(&site, &atlas, sight, &plan)?;
            if let Some(folder) = &args.stills {
                strip::save_stills(&site, &store, folder, asked.moments.as_mut(), asked.brightness.as_mut())?;
            }
            asked
        }
        None => Asked::default(),
    };
    if asked.window.is_some() {
        let looked = Looked {
            act: Act::Search,
            cameras: asked.cameras.iter().map(|witness| witness.camera.id.clone()).collect(),
            window: asked.window,
            detail: json!({ "phrase": args.phrase, "kind": plan.kind.id, "place": asked.place }),
        };
        context::note(globals, &site, looked)?;
    }
    let touched: Vec<RecordingId> =
        asked.cameras.iter().flat_map(|w| &w.camera.recordings).map(|recording| recording.id.clone()).collect();
    if args.json {
        print::json(&AskAnswer::of(&plan, asked, &site.zone, globals.lang))?;
    } else if plan.refused.is_none() {
        tell(&plan, &asked, &site.zone, globals.lang);
    }
    context::want(&site, &touched);
    plan.refused.map_or(Ok(Ending::Done), |said| Err(Error::new(Kind::Usage, said)))
}

fn tell(plan: &Plan, asked: &Asked, zone: &TimeZone, lang: Lang) {
    for (n, reading) in plan.sentence.understood.readings.iter().enumerate() {
        let words = crate::phrase::print(reading.window, zone);
        let number = n + 1;
        print::line(&format!("({number}) {words} · {}", reading.why.in_lang(lang)));
    }
    if let Some(window) = asked.window {
        let span = print::span(window.start.0, window.end.0, zone);
        print::line(&format!("▸ {span} · {}", plan.kind.name.in_lang(lang)));
    }
    if let Some(place) = &asked.place {
        match &place.name {
            Some(name) => print::line(&format!("▸ {name} · {:.0} m", place.radius_m)),
            None => print::line(say!("▸ cả địa bàn", "▸ the whole site").in_lang(lang)),
        }
    }
    for note in &plan.notes {
        print::line(&format!("! {}", note.in_lang(lang)));
    }
    // Where moments are the answer, or there are too many, a camera's files are not told one by one.
    let long = asked.window.is_some_and(|window| window.micros() > moments::LONGEST_US);
    let files = plan.mode == Mode::Files && !long;
    for witness in &asked.cameras {
        print::line("");
        let standing = witness.standing.say();
        let since = witness.stopped_since.map(|t| format!(" ({})", print::instant(t, zone))).unwrap_or_default();
        let road = witness
            .road_m
            .map(|metres| say!(" · {metres:.0} m theo đường", " · {metres:.0} m by road").in_lang(lang).to_owned());
        print::line(&format!("■ {}{since}{}", standing.in_lang(lang), road.unwrap_or_default()));
        super::search::tell_camera(&witness.camera, files, zone, lang);
        if let Some(gone) = witness.overwritten_at {
            let gone = print::instant(gone, zone);
            let said = say!("  sẽ bị ghi đè lúc {gone}", "  will be overwritten at {gone}");
            print::line(said.in_lang(lang));
        }
    }
    if let Some(found) = &asked.moments {
        strip::tell_moments(found, zone, lang);
    }
    if let Some(found) = &asked.brightness {
        strip::tell_brightness(found, zone, lang);
    }
}
