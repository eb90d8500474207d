//! The clips of real cameras, laid out as recorders would have written them: each is found at its time and place, and by
//! no question beside it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde_json::Value;

use crate::support::clips::{pixel_shape, probed_keyframes, probed_length};
use crate::support::shared_footage;
use crate::support::site::{TestSite, place};

/// A recorder's way to name a file by its start and end on the camera's clock.
type Naming = fn(&Zoned, &Zoned) -> String;

/// Recorder families, a camera each.
const FAMILIES: &[(&str, Naming)] = &[
    ("dahua-sd", |s, e| {
        format!("{}-{}[M][0@0][0].dav", s.strftime("%Y-%m-%d/001/dav/%H/%H.%M.%S"), e.strftime("%H.%M.%S"))
    }),
    ("dahua-export", |s, e| format!("NVR_ch1_main_{}_{}.mp4", s.strftime("%Y%m%d%H%M%S"), e.strftime("%Y%m%d%H%M%S"))),
    ("xmeye", |s, e| {
        format!("idea0/{}-{}[R][@39733][2].h264", s.strftime("%Y-%m-%d/001/%H.%M.%S"), e.strftime("%H.%M.%S"))
    }),
    ("xiaomi", |s, _| format!("{}_{}.mp4", s.strftime("%Y%m%d%H/%MM%SS"), s.timestamp().as_second())),
    ("yi", |s, e| {
        format!("{}{:02}.mp4", s.strftime("%YY%mM%dD%HH/%MM%SS"), e.duration_since(s).as_secs().clamp(1, 60))
    }),
    ("tapo", |s, _| s.strftime("%Y%m%d_%H%M%S_tp00001.mp4").to_string()),
    ("reolink-sd", |s, e| {
        format!(
            "Mp4Record/{}_{}_6D28808_1A468F9.mp4",
            s.strftime("%Y-%m-%d/RecM01_%Y%m%d_%H%M%S"),
            e.strftime("%H%M%S")
        )
    }),
    ("reolink-ftp", |s, _| s.strftime("%Y/%m/%d/RLC-520A-front_00_%Y%m%d%H%M%S.mp4").to_string()),
    ("foscam", |s, _| s.strftime("FoscamCamera_00626EFE8B21/record/MDalarm_%Y%m%d_%H%M%S.mkv").to_string()),
    ("frigate", |s, _| s.with_time_zone(TimeZone::UTC).strftime("%Y-%m-%d/%H/cam1/%M.%S.mp4").to_string()),
    ("motioneye", |s, _| s.strftime("%Y-%m-%d/%H-%M-%S.mp4").to_string()),
    ("axis", |s, _| {
        s.strftime("axis-ACCC8EB0662C/%Y%m%d/%H/%Y%m%d_%H0000_D60B_ACCC8EB0662C/%Y%m%d_%H/%Y%m%d_%H%M%S_25CE.mkv")
            .to_string()
    }),
    ("blink", |s, _| s.with_time_zone(TimeZone::UTC).strftime("%Y-%m-%dT%H_%M_%S+00_00.mp4").to_string()),
    ("unifi", |s, _| {
        format!("{}/E063DA3FEC8C_0_rotating_{}.ubv", s.strftime("%Y/%m/%d"), s.timestamp().as_millisecond())
    }),
    ("general", |s, _| s.strftime("%Y%m%d_%H%M%S.ts").to_string()),
];

/// The one clip that nobody can read.
const UNREADABLE: &str = "ax_mp4_sample_malformed_free_box.mp4";

/// A clip in the site.
struct Laid {
    clip: PathBuf,
    camera: usize,
    path: String,
    start: Timestamp,
}

struct Laying {
    site: TestSite,
    clips: Vec<Laid>,
    report: Value,
}

/// Lays every clip out, two of one camera never near each other in time, and indexes them.
fn laid() -> Option<&'static Laying> {
    static LAID: OnceLock<Option<Laying>> = OnceLock::new();
    LAID.get_or_init(|| {
        let folder = shared_footage()?;
        let mut clips: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        clips.retain(|path| path.extension().is_some_and(|extension| extension != "tsv"));
        clips.sort();
        let cameras: Vec<&str> = FAMILIES.iter().map(|(id, _)| *id).collect();
        let site = TestSite::new(&cameras);
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let clips = clips
            .into_iter()
            .enumerate()
            .map(|(i, clip)| {
                let camera = i % FAMILIES.len();
                // Some early in the day, so that UTC is another day; some over midnight.
                let day = date(2024, 3, 1 + i as i8 % 28);
                let local: DateTime = day.at([2, 9, 23][i % 3], [5, 40, 59][i % 3], 7 + (i as i8) % 50, 0);
                let start = local.to_zoned(zone.clone()).unwrap();
                let length = SignedDuration::from_secs(probed_length(&clip).unwrap_or(10.0).round().max(1.0) as i64);
                let end = start.checked_add(length).unwrap();
                let path = (FAMILIES[camera].1)(&start, &end);
                site.put(FAMILIES[camera].0, &path, &clip);
                Laid { clip, camera, path, start: start.timestamp() }
            })
            .collect();
        let report = site.run(&["index", "--json"]).ends(3).json();
        Some(Laying { site, clips, report })
    })
    .as_ref()
}

fn is_unreadable(laid: &Laid) -> bool {
    laid.clip.ends_with(UNREADABLE)
}

/// The paths that a search finds.
fn found(site: &TestSite, near: (f64, f64), from: Timestamp, to: Timestamp) -> Vec<Value> {
    let (near, from, to) = (format!("{},{}", near.0, near.1), from.to_string(), to.to_string());
    let answer = site.run(&["search", "--json", "--near", &near, "--from", &from, "--to", &to]).ends(0).json();
    let cameras = answer["cameras"].as_array().unwrap();
    cameras.iter().flat_map(|camera| camera["recordings"].as_array().unwrap().clone()).collect()
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn every_clip_is_found_at_its_time_and_place_and_by_none_outside() {
    let Some(laying) = laid() else { return };
    let site = &laying.site;
    let mut wrong = Vec::new();
    for laid in laying.clips.iter().filter(|laid| !is_unreadable(laid)) {
        let at = place(laid.camera);
        let name = format!("{} as {}", laid.clip.file_name().unwrap().to_string_lossy(), laid.path);
        let millis = SignedDuration::from_millis;
        let hits = found(site, at, laid.start, laid.start + millis(1));
        let [hit] = hits.as_slice() else {
            wrong.push(format!("{name}: {} hits", hits.len()));
            continue;
        };
        let path = site.footage(FAMILIES[laid.camera].0, &laid.path);
        if hit["path"].as_str() != path.to_str() || time(&hit["start"]) != laid.start {
            wrong.push(format!("{name}: {hit}"));
        }
        let end = time(&hit["end"]);
        if let Some(length) = probed_length(&laid.clip) {
            let ours = end.duration_since(laid.start).as_secs_f64();
            // A frame more or less, where the last packet does not tell its length.
            if (ours - length).abs() > 0.11 {
                wrong.push(format!("{name}: {ours} s long, ffprobe says {length} s"));
            }
        }
        if found(site, at, end - millis(1), end).len() != 1 {
            wrong.push(format!("{name}: not found at its end"));
        }
        if !found(site, at, laid.start - millis(60_000), laid.start).is_empty() {
            wrong.push(format!("{name}: found before it began"));
        }
        if !found(site, at, end, end + millis(60_000)).is_empty() {
            wrong.push(format!("{name}: found after it ended"));
        }
        if !found(site, (at.0 - 0.009, at.1), laid.start, end).is_empty() {
            wrong.push(format!("{name}: found 1 km away"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn show_tells_the_keyframes_that_ffprobe_flags() {
    let Some(laying) = laid() else { return };
    let mut wrong = Vec::new();
    for laid in laying.clips.iter().filter(|laid| !is_unreadable(laid)) {
        let path = laying.site.footage(FAMILIES[laid.camera].0, &laid.path);
        let shown = laying.site.run(&["show", "--json", path.to_str().unwrap()]).ends(0).json();
        let ours: Vec<f64> =
            shown["keyframes"].as_array().unwrap().iter().map(|k| k["pts_s"].as_f64().unwrap()).collect();
        let theirs = probed_keyframes(&laid.clip);
        let same = ours.len() == theirs.len()
            && ours
                .iter()
                .zip(&theirs)
                .all(|(ours, theirs)| theirs.is_none_or(|theirs| (ours - theirs).abs() <= 0.001));
        if !same {
            wrong.push(format!("{}: {ours:?}, ffprobe {theirs:?}", laid.clip.display()));
        }
        if shown["thumbnails"].as_array().is_none_or(Vec::is_empty) {
            wrong.push(format!("{}: no thumbnail: {}", laid.clip.display(), shown["thumbnails_failed"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_frame_can_be_taken_at_the_first_middle_and_last_instant() {
    let Some(laying) = laid() else { return };
    let mut wrong = Vec::new();
    for laid in laying.clips.iter().filter(|laid| !is_unreadable(laid)) {
        let path = laying.site.footage(FAMILIES[laid.camera].0, &laid.path);
        let shown = laying.site.run(&["show", "--json", path.to_str().unwrap()]).ends(0).json();
        let stream = &shown["stream"];
        let (width, height) = (stream["width"].as_u64().unwrap() as u32, stream["height"].as_u64().unwrap() as u32);
        let length = stream["duration_s"].as_f64().unwrap();
        let moments = [(0.0, None), (length / 2.0, Some(64)), ((length - 0.001).max(0.0), Some(64))];
        for (i, (after, narrow)) in moments.into_iter().enumerate() {
            let file = laying.site.path(format!("frame-{i}.jpg"));
            let at = format!("+{after:.6}s");
            let mut arguments =
                vec!["frame", path.to_str().unwrap(), "--at", &at, "-o", file.to_str().unwrap(), "--json"];
            if narrow.is_some() {
                arguments.extend(["--width", "64"]);
            }
            let ran = laying.site.run(&arguments);
            let name = laid.clip.file_name().unwrap().to_string_lossy();
            if ran.code != Some(0) {
                wrong.push(format!("{name} at {at}: {}", ran.stderr));
                continue;
            }
            let size = image::image_dimensions(&file).unwrap();
            // Where pixels are not square the frame is as wide as it is to be seen; its height is the stream's.
            let seen = f64::from(width) * pixel_shape(&laid.clip);
            let scaled = (64, (64.0 * f64::from(height) / seen).round() as u32);
            let due = narrow.map_or((seen.round() as u32, height), |_| scaled);
            if size.0.abs_diff(due.0) > 1 || size.1.abs_diff(due.1) > 1 {
                wrong.push(format!("{name} at {at}: {size:?}, not {due:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_unreadable_clip_is_in_quarantine_with_its_reason_and_the_rest_is_whole() {
    let Some(laying) = laid() else { return };
    let report = &laying.report;
    let quarantined = report["in_quarantine"].as_array().unwrap();
    assert_eq!(quarantined.len(), 1, "{report}");
    let laid = laying.clips.iter().find(|laid| is_unreadable(laid)).unwrap();
    assert_eq!(Path::new(quarantined[0]["path"].as_str().unwrap()).file_name(), Path::new(&laid.path).file_name());
    assert_eq!(quarantined[0]["camera"], FAMILIES[laid.camera].0);
    assert!(["damaged", "not_media", "no_moov"].contains(&quarantined[0]["reason"].as_str().unwrap()), "{report}");
    assert!(!quarantined[0]["detail"].as_str().unwrap().is_empty());
    assert_eq!(report["listed"].as_u64().unwrap() as usize, laying.clips.len() - 1);
    // Asked about its own time, its camera answers with a gap that says so.
    let hour = laid.start + SignedDuration::from_hours(1);
    let (from, to) = (laid.start.to_string(), hour.to_string());
    let (lat, lon) = place(laid.camera);
    let near = format!("{lat},{lon}");
    let answer = laying.site.run(&["search", "--json", "--near", &near, "--from", &from, "--to", &to]).ends(0).json();
    assert_eq!(answer["cameras"][0]["gaps"][0]["reason"], "damaged", "{answer}");
}

#[test]
fn after_all_that_nothing_is_wrong_with_the_state() {
    let Some(laying) = laid() else { return };
    laying.site.run(&["check", "--deep"]).ends(0);
}
