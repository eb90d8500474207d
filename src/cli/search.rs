//! `truyvet search`: which cameras were near a place at a time, what they recorded, and what is missing.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::json;

use super::context::Looked;
use super::spot::{self, Spot};
use super::{Ending, Globals, context, print, strip, values};
use crate::ask::Mode;
use crate::base::{Lang, Result, Said};
use crate::model::{Act, Doubt, RecordingId, Span, TrueTime, Window};
use crate::say;
use crate::search::moments::brightness::{self, Brightness};
use crate::search::moments::{self, Strip};
use crate::search::{self, Answer, Ask, CameraAnswer, Clocks, RecordingAnswer, Sight, page};

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "TIME", required_unless_present = "from", conflicts_with_all = ["from", "to"])]
    at: Option<String>,
    #[arg(long, value_name = "15m", default_value = "15m", conflicts_with_all = ["from", "to"], allow_hyphen_values = true)]
    within: String,
    #[arg(long, value_name = "TIME", requires = "to")]
    from: Option<String>,
    #[arg(long, value_name = "TIME", requires = "from")]
    to: Option<String>,
    #[command(flatten)]
    place: spot::Args,
    #[arg(long, value_name = "ID")]
    camera: Vec<String>,
    #[arg(long, value_name = "MODE", value_parser = ["files", "moments", "brightness"], default_value = "files")]
    mode: String,
    #[arg(long, value_name = "N", default_value_t = moments::MOST, value_parser = most)]
    most: usize,
    #[arg(long, value_name = "FOLDER")]
    stills: Option<PathBuf>,
    #[arg(long, value_name = "N", value_parser = most)]
    limit: Option<usize>,
    #[arg(long, value_name = "NEXT", requires = "limit")]
    after: Option<String>,
    #[arg(long)]
    json: bool,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let window = window(args, &site.zone)?;
    let Spot { at, shape, name, radius_m, cameras } = spot::spot(&site, &args.place, globals.lang)?;
    let ask =
        Ask { window, at, shape, radius_m, place: name, cameras: both(&args.camera, cameras), now: Timestamp::now() };
    let (store, index) = context::state(&site)?;
    let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
    let sight = Sight { cameras: &site.cameras, zone: &site.zone, store: &store, index: &index, clocks: &clocks };
    let mut answer = search::search(sight, &ask)?;
    let mode = strip::mode(&args.mode).unwrap_or(Mode::Files);
    let mut moments = (mode == Mode::Moments).then(|| moments::strip(sight, &ask, args.most)).transpose()?;
    let mut brightness = (mode == Mode::Brightness).then(|| brightness::brightness(sight, &ask)).transpose()?;
    if let Some(folder) = &args.stills {
        strip::save_stills(&site, &store, folder, moments.as_mut(), brightness.as_mut())?;
    }
    let next = match args.limit {
        Some(limit) => page::page(&mut answer, args.after.as_deref(), limit)?,
        None => None,
    };
    let looked = Looked {
        act: Act::Search,
        cameras: answer.cameras.iter().map(|camera| camera.id.clone()).collect(),
        window: Some(ask.window),
        detail: json!({ "place": answer.place, "mode": args.mode }),
    };
    context::note(globals, &site, looked)?;
    if args.json {
        print::json(&Found { answer: &answer, moments, brightness, next })?;
    } else {
        tell(&answer, mode == Mode::Files, &site.zone, globals.lang);
        moments.iter().for_each(|found| strip::tell_moments(found, &site.zone, globals.lang));
        brightness.iter().for_each(|found| strip::tell_brightness(found, &site.zone, globals.lang));
        if let Some(next) = next {
            print::line(say!("còn nữa: --after {next}", "there is more: --after {next}").in_lang(globals.lang));
        }
    }
    let touched: Vec<RecordingId> =
        answer.cameras.iter().flat_map(|camera| &camera.recordings).map(|recording| recording.id.clone()).collect();
    context::want(&site, &touched);
    Ok(Ending::Done)
}

/// What `search --json` prints. A contract: fields are added, never renamed.
#[derive(Serialize)]
struct Found<'a> {
    #[serde(flatten)]
    answer: &'a Answer,
    /// What stands out; null where not asked for.
    moments: Option<Strip>,
    /// Rises of brightness; null where not asked for.
    brightness: Option<Brightness>,
    /// What `--after` takes for the next page; null where this is the last.
    next: Option<String>,
}

/// A count of what is shown.
fn most(text: &str) -> std::result::Result<usize, String> {
    match text.parse() {
        Ok(count) if (1..=100_000).contains(&count) => Ok(count),
        _ => Err(format!("{text}: 1..100000")),
    }
}

/// The cameras that are named, of those that words found.
fn both(named: &[String], found: Option<Vec<String>>) -> Option<Vec<String>> {
    match (named, found) {
        ([], found) => found,
        (named, None) => Some(named.to_vec()),
        (named, Some(found)) => Some(found.into_iter().filter(|id| named.contains(id)).collect()),
    }
}

fn window(args: &Args, zone: &TimeZone) -> Result<Window> {
    let (start, end) = match (&args.at, &args.from, &args.to) {
        (Some(at), _, _) => {
            let within = values::length("--within", &args.within)?;
            let at = TrueTime(values::instant("--at", at, zone)?);
            let us = i64::try_from(within.as_micros()).unwrap_or(i64::MAX);
            (at.plus_micros(-us), at.plus_micros(us))
        }
        (None, from, to) => (
            TrueTime(values::instant("--from", from.as_deref().unwrap_or_default(), zone)?),
            TrueTime(values::instant("--to", to.as_deref().unwrap_or_default(), zone)?),
        ),
    };
    Ok(Span::new(start, end))
}

fn tell(answer: &Answer, files: bool, zone: &TimeZone, lang: Lang) {
    let place = &answer.place;
    let name = place.name.clone().unwrap_or_else(|| format!("{},{}", place.lat, place.lon));
    let span = print::span(answer.window.start.0, answer.window.end.0, zone);
    let within = match place.shape {
        "area" if place.radius_m == 0.0 => say!("trong khu vực này", "within this area"),
        _ => Said::from(format!("{} m", place.radius_m).as_str()),
    };
    print::line(&format!("{span} · {name} · {}", within.in_lang(lang)));
    let cameras = answer.cameras.len();
    let empty = answer.cameras.iter().filter(|c| c.recordings.is_empty()).count();
    let said = match cameras {
        0 => say!(
            "không camera nào trong bán kính này; hãy tăng --radius",
            "no camera within this radius; widen --radius"
        ),
        _ => say!("{cameras} camera, {empty} không có hình", "{cameras} cameras, {empty} with nothing"),
    };
    print::line(said.in_lang(lang));
    for camera in &answer.cameras {
        print::line("");
        tell_camera(camera, files, zone, lang);
    }
}

/// Tells one camera's part; with `files`, recording by recording.
pub(super) fn tell_camera(camera: &CameraAnswer, files: bool, zone: &TimeZone, lang: Lang) {
    let mut head = vec![format!("{} {}", camera.id, camera.name)];
    head.extend(camera.group.clone());
    head.push(format!("{:.0} m", camera.distance_m));
    if camera.sees_place {
        head.push(say!("nhìn thấy nơi này", "sees the place").in_lang(lang).to_owned());
    }
    head.push(camera.clock.say(zone).in_lang(lang).to_owned());
    let share = print::percent(camera.coverage, lang);
    head.push(say!("ghi {share}", "recorded {share}").in_lang(lang).to_owned());
    print::line(&head.join(" · "));
    // Single pictures come by the hundred: a run of them is one line.
    let is_still = |r: &RecordingAnswer| r.start == r.end;
    let recordings: &[RecordingAnswer] = if files { &camera.recordings } else { &[] };
    for run in recordings.chunk_by(|a, b| is_still(a) && is_still(b)) {
        match run {
            [first, .., last] => {
                let (times, count) = (print::times(first.start, last.start, zone), run.len());
                let said = say!("{count} ảnh tĩnh", "{count} single pictures");
                let (said, from, to) = (said.in_lang(lang), &first.id, &last.id);
                print::line(&format!("  ▪ {times}  {said}  {from} … {to}"));
            }
            _ => run.iter().for_each(|recording| tell_recording(recording, zone, lang)),
        }
    }
    for both in &camera.clock.contradictions {
        print::line(&format!("  ! {}", both.in_lang(lang)));
    }
    for gap in &camera.gaps {
        let (times, why) = (print::times(gap.start, gap.end, zone), gap.reason.say());
        let word = if lang == Lang::Vi { "trống" } else { "gap" };
        print::line(&format!("  ╱ {times} {word}: {}", why.in_lang(lang)));
    }
}

fn tell_recording(recording: &RecordingAnswer, zone: &TimeZone, lang: Lang) {
    let times = print::times(recording.start, recording.end, zone);
    let RecordingAnswer { id, codec, width, height, keyframes, path, .. } = recording;
    let doubt = recording.time.uncertainty_s;
    let sparks = print::sparks(&recording.activity, 12);
    let said = say!("{keyframes} khung chính", "{keyframes} keyframes");
    let keyframes = said.in_lang(lang);
    let open = if recording.recording { say!("  đang ghi", "  recording") } else { "".into() };
    let open = open.in_lang(lang);
    let maybe = if recording.certain { "".into() } else { say!("  có thể", "  perhaps") };
    let maybe = maybe.in_lang(lang);
    let camera_time = match recording.time.clock_uncertainty_s {
        Some(_) => {
            let offset_us = (recording.time.offset_s * 1e6) as i64;
            let by_camera = |t: Timestamp| TrueTime(t).plus_micros(offset_us).0;
            let shown = print::times(by_camera(recording.start), by_camera(recording.end), zone);
            say!(" (giờ camera {shown})", " (camera time {shown})")
        }
        None => "".into(),
    };
    let camera_time = camera_time.in_lang(lang);
    print::line(&format!(
        "  ▪ {times}{camera_time}{open}{maybe} ±{doubt:.0} s  {codec} {width}×{height}  {keyframes}  {sparks}  {id}  {path}"
    ));
    // The modification time of a copied file differs as a matter of course: `show` tells it.
    let worth = |doubt: &&Doubt| !matches!(doubt, Doubt::TimeConflict { other, .. } if other == "mtime");
    for doubt in recording.doubts.iter().filter(worth) {
        print::line(&format!("    ! {}", doubt.say().in_lang(lang)));
    }
}
