//! `truyvet ask`: a sentence, what it is understood as, and which cameras should have seen it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::parse::{ReadingAnswer, reading_answers};
use super::{Ending, Globals, context, print, values};
use crate::base::{Error, Kind, Lang, Result, Said};
use crate::config::Site;
use crate::model::{Point, RecordingId};
use crate::night::{self, history, retention};
use crate::phrase::{self, Understanding};
use crate::place::{Gazetteer, Mention, distance_m};
use crate::say;
use crate::search::answer::PlaceAnswer;
use crate::search::witness::{Witness, witnesses};
use crate::search::{self, Ask, Clocks, Sight};

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "PHRASE", allow_hyphen_values = true)]
    phrase: String,
    #[arg(long, value_name = "METRES")]
    radius: Option<String>,
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    #[arg(long)]
    json: bool,
}

/// What `ask --json` prints: the fields of `search`, and how the sentence was understood.
#[derive(Serialize)]
struct Asked<'a> {
    /// The window of the first reading; null where there is none.
    window: Option<crate::model::Window>,
    place: Option<PlaceAnswer>,
    cameras: Vec<Witness>,
    readings: Vec<ReadingAnswer<'a>>,
    refused: Option<String>,
    notes: Vec<Said>,
}

/// Around a place, where nothing else is said.
const RADIUS_M: f64 = 300.0;
/// Below this the first reading is only one of several.
const SURE: f64 = 0.6;

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let now = match &args.now {
        Some(text) => values::instant("--now", text, &site.zone)?,
        None => Timestamp::now(),
    };
    let gazetteer = Gazetteer::load(&site.places)?;
    let understood = phrase::understand(&args.phrase, &now.to_zoned(site.zone.clone()));
    let mentions: Vec<Mention<'_>> = gazetteer.mentioned(understood.places.iter().map(|words| words.text.as_str()));
    let radius_m = args.radius.as_deref().map(|text| values::distance("--radius", text)).transpose()?;
    let (place, mut notes) = place(&site, &understood, &mentions, radius_m);
    if let Some(first) =
        understood.readings.first().filter(|first| first.confidence < SURE || understood.readings.len() > 1)
        && first.confidence < 0.9
    {
        notes.push(say!(
            "câu này có thể hiểu nhiều cách; đang dùng cách đầu tiên",
            "the sentence can be understood in several ways; the first is used"
        ));
    }
    let readings = reading_answers(&understood, &mentions, &site.zone, globals.lang);
    let refusal = refusal(&understood);
    let refused = refusal.as_ref().map(|said| said.in_lang(globals.lang).to_owned());
    let (window, cameras) = match (&refused, understood.readings.first()) {
        (None, Some(reading)) => {
            let ask = Ask {
                window: reading.window,
                at: place.at,
                radius_m: place.radius_m,
                place: place.name.clone(),
                cameras: None,
                now,
            };
            (Some(reading.window), answer(&site, &ask)?)
        }
        _ => (None, Vec::new()),
    };
    let failed = refused.is_some();
    let shown = PlaceAnswer { lat: place.at.lat, lon: place.at.lon, radius_m: place.radius_m, name: place.name };
    let asked = Asked { window, place: Some(shown).filter(|_| !failed), cameras, readings, refused, notes };
    if args.json {
        print::json(&asked)?;
    } else if !failed {
        tell(&asked, &site.zone, globals.lang);
    }
    let touched: Vec<RecordingId> =
        asked.cameras.iter().flat_map(|w| &w.camera.recordings).map(|recording| recording.id.clone()).collect();
    context::want(&site, &touched);
    refusal.map_or(Ok(Ending::Done), |said| Err(Error::new(Kind::Usage, said)))
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

/// Where is searched.
struct Around {
    at: Point,
    radius_m: f64,
    name: Option<String>,
}

/// The first place that the sentence names and that has a point; without one, the whole site. What was not clear is noted.
fn place(
    site: &Site,
    understood: &Understanding,
    mentions: &[Mention<'_>],
    radius_m: Option<f64>,
) -> (Around, Vec<Said>) {
    let mut notes = Vec::new();
    let mut known: Vec<(&str, Point)> = Vec::new();
    for mention in mentions {
        let name = mention.place.name.as_str();
        match mention.place.at {
            Some(at) if known.iter().all(|(_, other)| *other != at) => known.push((name, at)),
            Some(_) => {}
            None => notes.push(say!("địa điểm \"{name}\" chưa có tọa độ", "the place \"{name}\" has no coordinates")),
        }
    }
    let unknown: Vec<&str> = understood
        .places
        .iter()
        .map(|words| words.text.as_str())
        .filter(|text| !mentions.iter().any(|mention| text.contains(mention.text)))
        .collect();
    if !unknown.is_empty() {
        let words = unknown.join(" · ");
        notes.push(say!("không hiểu: {words}", "not understood: {words}"));
    }
    match known.as_slice() {
        [] => {
            notes.push(say!(
                "không rõ nơi nào: xét mọi camera của địa bàn",
                "no place told: every camera of the site is looked at"
            ));
            (whole_site(site, radius_m), notes)
        }
        [(name, at), others @ ..] => {
            if !others.is_empty() {
                let names: Vec<&str> = others.iter().map(|(name, _)| *name).collect();
                let names = names.join(", ");
                notes.push(say!(
                    "còn nơi khác trong câu: {names}; đang tìm quanh {name}",
                    "the sentence names other places too: {names}; this is around {name}"
                ));
            }
            (Around { at: *at, radius_m: radius_m.unwrap_or(RADIUS_M), name: Some((*name).to_owned()) }, notes)
        }
    }
}

/// A circle that holds every camera.
fn whole_site(site: &Site, radius_m: Option<f64>) -> Around {
    let count = site.cameras.len().max(1) as f64;
    let mean = |of: fn(&Point) -> f64| site.cameras.iter().map(|camera| of(&camera.at)).sum::<f64>() / count;
    let at = Point { lat: mean(|at| at.lat), lon: mean(|at| at.lon) };
    let farthest = site.cameras.iter().map(|camera| distance_m(camera.at, at)).fold(0.0, f64::max);
    Around { at, radius_m: radius_m.unwrap_or(farthest.ceil() + 1.0), name: None }
}

fn answer(site: &Site, ask: &Ask) -> Result<Vec<Witness>> {
    let (store, index) = context::state(site)?;
    let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
    let sight = Sight { cameras: &site.cameras, zone: &site.zone, store: &store, index: &index, clocks: &clocks };
    let mut witnesses = witnesses(sight, search::search(sight, ask)?)?;
    // How fast each camera overwrites is known from earlier nights.
    let tomorrow = ask.now.to_zoned(site.zone.clone()).date().tomorrow().unwrap_or(jiff::civil::Date::MAX);
    let earlier = history::read(&site.data.join(night::FOLDER), tomorrow).reports;
    for witness in witnesses.iter_mut().filter(|witness| !witness.camera.recordings.is_empty()) {
        let oldest = store.summary(&witness.camera.id)?.oldest;
        let oldest = oldest.map(|oldest| clocks.of(&witness.camera.id).to_true(oldest).0);
        let measured = retention::retention(&witness.camera.id, oldest, true, ask.now, &earlier);
        witness.overwritten_at = retention::gone_at(&measured, ask.now, ask.window.start.0);
    }
    Ok(witnesses)
}

fn tell(asked: &Asked<'_>, zone: &TimeZone, lang: Lang) {
    for (n, reading) in asked.readings.iter().enumerate() {
        let mark = if n == 0 { "▸" } else { " " };
        print::line(&format!("{mark} {} · {}", reading.words, reading.why));
    }
    if let Some(place) = &asked.place {
        let name = place.name.clone().unwrap_or_else(|| say!("cả địa bàn", "the whole site").in_lang(lang).to_owned());
        print::line(&format!("▸ {name} · {:.0} m", place.radius_m));
    }
    for note in &asked.notes {
        print::line(&format!("! {}", note.in_lang(lang)));
    }
    for witness in &asked.cameras {
        print::line("");
        let standing = witness.standing.say();
        let since = witness.stopped_since.map(|t| format!(" ({})", print::instant(t, zone))).unwrap_or_default();
        print::line(&format!("■ {}{since}", standing.in_lang(lang)));
        super::search::tell_camera(&witness.camera, zone, lang);
        if let Some(gone) = witness.overwritten_at {
            let gone = print::instant(gone, zone);
            let said = say!("  sẽ bị ghi đè lúc {gone}", "  will be overwritten at {gone}");
            print::line(said.in_lang(lang));
        }
    }
}
