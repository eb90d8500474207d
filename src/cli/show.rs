//! `truyvet show`: all that is known of a recording.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::json;

use super::context::Looked;
use super::{Ending, Globals, context, print};
use crate::base::{Error, Kind, Lang, Result, ResultExt};
use crate::config::Site;
use crate::model::{Act, Basis, Doubt, RecordingId, Window, shown_path};
use crate::reel::{self, ReelPlace};
use crate::say;
use crate::search::answer::with_offset;
use crate::search::{self, ClockAnswer, Clocks, activity};
use crate::store::{RecordingRow, Store, ThumbnailPlace, ThumbnailSet};
use crate::truetime::ClockModel;

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

/// What `show --json` prints. A contract: fields are added, never renamed.
#[derive(Serialize)]
struct Shown {
    id: RecordingId,
    camera: String,
    camera_name: Option<String>,
    layout: Option<String>,
    files: Vec<ShownFile>,
    /// First frame and end of the last, true time.
    start: Timestamp,
    end: Timestamp,
    /// The same on the camera's clock, RFC 3339 in the site's zone.
    camera_start: String,
    camera_end: String,
    /// Half-width of the interval that `start` lies in, of the reading and of the clock together; of the reading alone where the
    /// clock is unchecked.
    uncertainty_s: f64,
    /// How the camera's clock stood at `start`.
    clock: ClockAnswer,
    /// When else it may have been, since the camera's clock was set and showed the same time twice.
    also: Vec<Window>,
    times: Vec<ShownTime>,
    stream: ShownStream,
    keyframes: Vec<ShownKeyframe>,
    thumbnails: Option<Vec<ThumbnailPlace>>,
    thumbnails_failed: Option<String>,
    doubts: Vec<Doubt>,
}

#[derive(Serialize)]
struct ShownFile {
    path: String,
    bytes: u64,
    modified: Option<Timestamp>,
    /// Hex SHA-256 over size, first and last 16 KiB: tells copies, is no evidence of the whole.
    content: Option<String>,
    first_seen: Timestamp,
    gone: Option<Timestamp>,
}

#[derive(Serialize)]
struct ShownTime {
    /// A source of the recording's own, or `check`: the believed one put right by the camera's clock.
    source: &'static str,
    basis: Basis,
    start: Timestamp,
    end: Option<Timestamp>,
    uncertainty_s: f64,
    evidence: String,
    believed: bool,
}

#[derive(Serialize)]
struct ShownStream {
    container: String,
    codec: String,
    /// Upright pixels.
    width: u32,
    height: u32,
    /// Clockwise degrees that turn the coded picture upright.
    rotation: u16,
    time_base: String,
    audio: Option<String>,
    duration_s: f64,
    header_duration_s: Option<f64>,
    packets: u64,
    video_bytes: u64,
    creation_time: Option<Timestamp>,
    /// How it was listed, and the bytes read to do so.
    listed_by: &'static str,
    bytes_read: u64,
}

#[derive(Serialize)]
struct ShownKeyframe {
    /// On the camera's clock.
    camera_time: Timestamp,
    /// True time.
    time: Timestamp,
    /// On the file's own timeline, seconds.
    pts_s: f64,
    bytes: u32,
    /// 0–1; null where the file tells nothing.
    activity: Option<f64>,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let (store, _) = context::state(&site)?;
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
    let shown = shown(&site, &store, row, thumbnails)?;
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

fn shown(site: &Site, store: &Store, row: RecordingRow, thumbnails: Option<ThumbnailSet>) -> Result<Shown> {
    let recording = &row.recording;
    let background = store.backgrounds()?.remove(&recording.camera);
    let scores = activity::scores(recording, background.as_ref());
    let clocks = Clocks::load(store, &site.cameras, &site.clock.settings())?;
    let clock = clocks.of(&recording.camera);
    let run = clock.best_line_of(recording.span.start);
    let span = run.span_to_true(&recording.span);
    let clock_s = run.uncertainty_s(recording.span.start);
    let also =
        clock.span_readings(&recording.span).into_iter().map(|(window, _)| window).filter(|other| *other != span);
    let listing = &row.listing;
    let mut doubts = row.doubts.clone();
    doubts.extend(search::next_contradicts(store, recording, &doubts)?);
    let (failed, places) = match thumbnails {
        Some(set) => (set.failed.map(|(fault, detail)| format!("{fault}: {detail}")), Some(set.places)),
        None => (None, None),
    };
    Ok(Shown {
        id: recording.id.clone(),
        camera: recording.camera.clone(),
        camera_name: site.camera(&recording.camera).map(|camera| camera.name.clone()),
        layout: row.layout,
        files: row
            .files
            .iter()
            .map(|file| ShownFile {
                path: site
                    .camera(&file.folder)
                    .map_or_else(|| shown_path(Path::new(""), &file.path), |c| shown_path(&c.footage, &file.path)),
                bytes: file.size,
                modified: Timestamp::from_microsecond(file.mtime_us).ok(),
                content: file.content.map(|mark| data_encoding::HEXLOWER.encode(&mark)),
                first_seen: file.first_seen,
                gone: file.gone,
            })
            .collect(),
        start: span.start.0,
        end: span.end.0,
        camera_start: with_offset(recording.span.start.0, &site.zone),
        camera_end: with_offset(recording.span.end.0, &site.zone),
        uncertainty_s: recording.uncertainty_s + clock_s.unwrap_or(0.0),
        clock: ClockAnswer::at(clock, span.start),
        also: also.collect(),
        times: row
            .claims
            .iter()
            .map(|c| ShownTime {
                source: c.claim.source.as_str(),
                basis: c.claim.basis,
                start: c.claim.start.0,
                end: c.claim.end.map(|end| end.0),
                uncertainty_s: c.claim.uncertainty_s,
                evidence: c.claim.evidence.clone(),
                believed: c.believed,
            })
            .chain(checked(clock, span, clock_s))
            .collect(),
        stream: ShownStream {
            container: listing.container.clone(),
            codec: listing.codec.clone(),
            width: recording.width,
            height: recording.height,
            rotation: listing.rotation,
            time_base: format!("{}/{}", listing.time_base.0, listing.time_base.1),
            audio: listing.audio.clone(),
            duration_s: listing.duration_us() as f64 / 1e6,
            header_duration_s: listing.header_duration_us.map(|us| us as f64 / 1e6),
            packets: listing.packets,
            video_bytes: listing.video_bytes,
            creation_time: listing.creation_time,
            listed_by: listing.method.as_str(),
            bytes_read: listing.bytes_read,
        },
        keyframes: listing
            .keyframes
            .iter()
            .enumerate()
            .map(|(i, k)| ShownKeyframe {
                camera_time: recording.camera_time_of(k.pts_us).0,
                pts_s: k.pts_us as f64 / 1e6,
                bytes: k.size,
                time: run.to_true(recording.camera_time_of(k.pts_us)).0,
                activity: scores.get(i).copied(),
            })
            .collect(),
        thumbnails: places,
        thumbnails_failed: failed,
        doubts,
    })
}

/// What the clock checks make of the believed time; nothing where there is none.
fn checked(clock: &ClockModel, span: Window, clock_s: Option<f64>) -> Option<ShownTime> {
    let check = clock.nearest_check(span.start)?;
    Some(ShownTime {
        source: "check",
        basis: Basis::Offset,
        start: span.start.0,
        end: Some(span.end.0),
        uncertainty_s: clock_s?,
        evidence: format!("#{}, {}, {}", check.id, check.method.as_str(), check.by),
        believed: true,
    })
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
