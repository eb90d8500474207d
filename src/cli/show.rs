//! `truyvet show`: all that is known of a recording.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_json::json;

use super::context::Looked;
use super::{Ending, Globals, context, print};
use crate::base::{Error, Kind, Lang, Result, ResultExt};
use crate::config::Site;
use crate::model::{Act, RecordingId, Window, shown_path};
use crate::reel::{self, ReelPlace};
use crate::say;
use crate::search::show::{self, Shown};
use crate::search::{Clocks, Sight};
use crate::store::{FileOfRecording, RecordingRow, Store, ThumbnailSet};

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "RECORDING")]
    recording: String,
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "FOLDER")]
    thumbnails: Option<PathBuf>,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let (store, index) = context::state(&site)?;
    let id = context::recording(&site, &store, &args.recording)?;
    let Some(row) = store.recording(&id)? else {
        return Err(Error::new(Kind::Internal, say!("mất đoạn ghi {id}", "recording {id} has vanished")));
    };
    let looked = Looked {
        act: Act::Show,
        cameras: vec![row.recording.camera.clone()],
        window: Some(seen(&site, &store, &row)?),
        detail: json!({ "recording": id, "thumbnails": args.thumbnails }),
    };
    context::note(globals, &site, looked)?;
    let thumbnails = store.thumbnails(&id)?;
    if let Some(folder) = &args.thumbnails {
        write_thumbnails(&site, folder, &id, thumbnails.as_ref())?;
    }
    let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
    let sight = Sight { cameras: &site.cameras, zone: &site.zone, store: &store, index: &index, clocks: &clocks };
    let path = |file: &FileOfRecording| {
        let folder = site.camera(&file.folder).map_or(Path::new(""), |camera| &camera.footage);
        shown_path(folder, &file.path)
    };
    let shown = show::show(sight, row, thumbnails, path)?;
    if args.json {
        print::json(&shown)?;
    } else {
        tell(&shown, &site.zone, globals.lang);
    }
    Ok(Ending::Done)
}

/// The recording's stretch of true time.
fn seen(site: &Site, store: &Store, row: &RecordingRow) -> Result<Window> {
    let clocks = Clocks::load(store, &site.cameras, &site.clock.settings())?;
    Ok(clocks.of(&row.recording.camera).best_line_of(row.recording.span.start).span_to_true(&row.recording.span))
}

fn write_thumbnails(site: &Site, folder: &Path, id: &RecordingId, set: Option<&ThumbnailSet>) -> Result<()> {
    super::frame::keep_out_of_footage(site, folder)?;
    let reels = site.data.join(reel::FOLDER);
    let shown = folder.display().to_string();
    let failed = || say!("không ghi được vào {shown}", "cannot write to {shown}");
    std::fs::create_dir_all(folder).or_say(Kind::Io, failed)?;
    for place in set.map_or(&[][..], |set| &set.places) {
        let at = ReelPlace { reel: place.reel.clone(), offset: place.offset, length: place.length };
        let jpeg = reel::read(&reels, &at)?;
        let name = format!("{id}_{:010}ms.jpg", place.pts_us / 1000);
        std::fs::write(folder.join(name), jpeg).or_say(Kind::Io, failed)?;
    }
    Ok(())
}

fn tell(shown: &Shown, zone: &TimeZone, lang: Lang) {
    let row = |vi: &str, en: &str, text: &str| {
        let word = if lang == Lang::Vi { vi } else { en };
        print::line(&format!("{word:<14} {text}"));
    };
    let name = shown.camera_name.clone().unwrap_or_default();
    row("đoạn ghi", "recording", &shown.id.to_string());
    row("camera", "camera", &format!("{} {name}", shown.camera));
    for file in &shown.files {
        let gone = file.gone.map(|t| print::instant(t, zone));
        let gone = gone.map(|t| say!(" (không còn từ {t})", " (gone since {t})"));
        let gone = gone.as_ref().map_or("", |said| said.in_lang(lang));
        row("tệp", "file", &format!("{} · {} B{gone}", file.path, file.bytes));
    }
    row("kiểu đặt tên", "layout", shown.layout.as_deref().unwrap_or("–"));
    let doubt = shown.uncertainty_s;
    row("giờ thật", "true time", &format!("{} ± {doubt:.0} s", print::span(shown.start, shown.end, zone)));
    row("giờ camera", "camera time", &format!("{} – {}", shown.camera_start, shown.camera_end));
    row("", "", shown.clock.say(zone).in_lang(lang));
    for other in &shown.also {
        let span = print::span(other.start.0, other.end.0, zone);
        let said = say!(
            "hoặc {span} (đồng hồ bị chỉnh, giờ này hiện hai lần)",
            "or {span} (the clock was set and showed this time twice)"
        );
        row("", "", said.in_lang(lang));
    }
    for both in &shown.clock.contradictions {
        row("nghi vấn", "doubt", both.in_lang(lang));
    }
    for time in &shown.times {
        let mark = if time.believed { "▸" } else { " " };
        let text = format!(
            "{mark} {:<9} {} ±{:.0} s  ({}, {})",
            time.source,
            print::instant(time.start, zone),
            time.uncertainty_s,
            time.basis.as_str(),
            time.evidence
        );
        row("", "", &text);
    }
    let s = &shown.stream;
    let sound = s.audio.as_ref().map_or(String::new(), |audio| format!(" + {audio}"));
    row(
        "hình",
        "stream",
        &format!(
            "{}{sound} {}×{} ↻{}° · {} · {:.2} s · {} packets",
            s.codec, s.width, s.height, s.rotation, s.container, s.duration_s, s.packets
        ),
    );
    row("kiểm kê", "listed by", &format!("{}, {} B", s.listed_by, s.bytes_read));
    let scores: Vec<f64> = shown.keyframes.iter().filter_map(|k| k.activity).collect();
    row("khung chính", "keyframes", &format!("{}  {}", shown.keyframes.len(), print::sparks(&scores, 60)));
    let thumbnails = match (&shown.thumbnails, &shown.thumbnails_failed) {
        (_, Some(why)) => why.clone(),
        (Some(places), None) => places.len().to_string(),
        (None, None) => say!("chưa lấy", "not taken yet").in_lang(lang).to_owned(),
    };
    row("ảnh nhỏ", "thumbnails", &thumbnails);
    for doubt in &shown.doubts {
        row("nghi vấn", "doubt", doubt.say().in_lang(lang));
    }
}
