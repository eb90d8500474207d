//! The table held against paths: our own rows, the shared rows where they are, and random ones.

mod random;
mod rows;
mod shared;
mod unseen;

use std::sync::LazyLock;

use super::*;
use crate::model::{Basis, CameraTime, TimeSource};

static LAYOUTS: LazyLock<Layouts> = LazyLock::new(|| Layouts::builtin().unwrap());
static HERE: LazyLock<TimeZone> = LazyLock::new(|| zone("Asia/Ho_Chi_Minh"));

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn instant(text: &str) -> Option<CameraTime> {
    text.parse().ok().map(CameraTime)
}

#[test]
fn the_operators_layout_outranks_ours_and_takes_its_doubts_from_both_files() {
    let own = r#"
        [doubt.own]
        en = "ours"
        vi = "của ta"
        [[layout]]
        id = "ward-board"
        basis = "utc"
        patterns = ['{Y}{m}{d}_{H}{M}{S}{ext}']
        doubts = ["own", "usual_length"]
    "#;
    let layouts = Layouts::builtin().unwrap().with_file("own.toml", own).unwrap();
    let reading = layouts.read("20240131_123007.mp4", &HERE, None);
    assert_eq!(reading.layout.as_deref(), Some("ward-board"));
    assert_eq!(reading.start, instant("2024-01-31T12:30:07Z"));
    assert_eq!(reading.doubts.len(), 2);
    layouts.check_id("ward-board").unwrap();
}

#[test]
fn a_wrong_table_is_refused_by_file_line_entry_and_field() {
    let wrong = |text: &str, parts: &[&str]| {
        let error = Layouts::builtin().unwrap().with_file("own.toml", text).unwrap_err();
        assert_eq!(error.kind(), Kind::Config);
        for part in ["own.toml"].iter().chain(parts) {
            assert!(error.to_string().contains(part), "{error} lacks {part}");
        }
    };
    let entry = |rest: &str| format!("\n[[layout]]\nid = \"x\"\nbasis = \"local\"\n{rest}\n");
    wrong(&entry("patterns = ['{Q}']"), &["line 5", "`x`", "patterns", "{Q}"]);
    wrong(&entry("patterns = ['(']"), &["line 5", "`x`", "patterns"]);
    wrong(&entry("patterns = ['{Y']"), &["line 5", "`x`", "patterns"]);
    wrong(&entry("patterns = []"), &["line 3", "`x`", "patterns"]);
    wrong(&entry("patterns = ['a']\ndoubts = [\"no such\"]"), &["line 6", "`x`", "no such"]);
    wrong(&entry("patterns = ['a']\nlength_s = -1.0"), &["line 6", "`x`", "length_s"]);
    wrong(&entry("patterns = ['a']\ncolour = 1"), &["line 6", "`x`", "colour"]);
    wrong(&entry("patterns = ['a']").replace("local", "lokal"), &["line 4", "`x`", "lokal"]);
    wrong(&entry("patterns = ['a']").replace("\"x\"", "\"dahua\""), &["line 3", "`dahua`", "id"]);
    wrong(&entry("patterns = ['a']").replace("\"x\"", "\"X y\""), &["line 3", "id"]);
    wrong("[[layout]\n", &["line 1"]);
}

#[test]
fn a_site_may_name_a_layout_and_decide_its_zone() {
    for id in ["auto", "yi", "yi+utc", "yi+local"] {
        LAYOUTS.check_id(id).unwrap();
    }
    assert!(LAYOUTS.check_id("yo").unwrap_err().to_string().contains("`yo`"));
    let path = "record/2022Y04M12D18H/09M00S60.mp4";
    let utc = LAYOUTS.read(path, &HERE, Some("yi+utc"));
    assert_eq!((utc.start, utc.basis), (instant("2022-04-12T18:09:00Z"), Basis::Utc));
    assert!(utc.doubts.is_empty());
    let open = LAYOUTS.read(path, &HERE, Some("yi"));
    assert_eq!(open.start, instant("2022-04-12T18:09:00+07:00"));
    assert_eq!(open.start_if_utc, utc.start);
    assert_eq!(LAYOUTS.read(path, &HERE, Some("dahua")), Reading::nothing(None));
}

#[test]
fn a_claim_is_made_only_of_a_start_that_can_be() {
    let claim = |path: &str| LAYOUTS.read(path, &HERE, None).claim();
    let exact = claim("cam_20240131_123007.mp4").unwrap();
    assert_eq!((exact.source, exact.uncertainty_s, exact.evidence.as_str()), (TimeSource::Name, 2.0, "general"));
    let hour = claim("recordings/2024-01-31/17/front").unwrap();
    assert_eq!((hour.source, hour.uncertainty_s), (TimeSource::Folder, 3600.0));
    assert_eq!(claim("record/20240131/12/30.mp4").unwrap().uncertainty_s, 60.0);
    assert!(claim("cam_20240131_123060.mp4").is_some(), "second 60 is the next minute's first");
    for path in ["cam_20000101_000312.mp4", "cam_19700101_000312.mp4", "events/1/2024-01-15/100", "cctv.mp4"] {
        assert_eq!(claim(path), None, "{path}");
    }
}

#[test]
fn a_time_after_the_present_is_doubted_and_not_claimed() {
    let present = "2024-02-01T00:00:00Z".parse().unwrap();
    let layouts = Layouts::builtin().unwrap().not_after(present);
    let reading = layouts.read("cam_20240301_123007.mp4", &HERE, None);
    assert!(matches!(reading.doubts[..], [Doubt::ImpossibleTime { .. }]));
    assert_eq!(reading.claim(), None);
    assert!(layouts.read("cam_20240131_123007.mp4", &HERE, None).claim().is_some());
}

#[test]
fn what_lies_beside_recordings_is_told_with_its_reason() {
    for path in [
        "record/2020Y10M27D15H/tmp.mp4.tmp",
        "Camera1/2022-04-29/03-30-03.mp4.thumb",
        "cam/._20240131_123007.mp4",
        "cam/@eaDir/20240131_123007.mp4/SYNOVIDEO.jpg",
        "cam/@eaDir/x.mp4",
        "x.mp4.part",
        ".DS_Store",
        "D:\\cam\\Thumbs.db",
        "datadir0/index00.bin",
        "12/12.30.00-12.45.00[M][0@0][0].idx",
        "12/12.30.00-12.45.00[M][0@0][0].dav_",
        "x.srt",
        "live.m3u8",
        "#recycle/2024-01-31/12-30-07.mp4",
        "$RECYCLE.BIN/S-1/x.mp4",
        "2021-01-07/.01-41-28.mp4.AbC123",
        "cam/lastsnap.jpg",
        "DVRWorkDirectory",
        "20240131_123007.mp4.crdownload",
    ] {
        assert!(LAYOUTS.is_ignored(path).is_some(), "{path}");
    }
    for path in ["a/x.mp4", "a/x.dav", "20240131_123007.jpg", "a/x", "hiv00000.mp4", "a.tmp/x.mp4", "x.bin", "mp4"] {
        assert!(LAYOUTS.is_ignored(path).is_none(), "{path}");
    }
}

#[test]
fn auto_picks_the_layout_that_explains_a_cameras_files() {
    let day =
        |minute: u32| format!("sd/2024-01-31/001/dav/12/12.{minute:02}.00-12.{:02}.00[R][0@0][0].dav", minute + 1);
    let mut files: Vec<String> = (0..50).map(day).collect();
    files.extend(["sd/readme.pdf".to_owned(), "sd/2024-01-31/001/dav/12/index.idx".to_owned()]);
    let pick = LAYOUTS.pick(files.iter().map(String::as_str), &HERE);
    assert_eq!(pick.layout.as_deref(), Some("dahua"));
    assert_eq!((pick.explained, pick.total, pick.doubted, pick.overlapping), (50, 51, 0, 0));
    assert!(pick.sure > 0.85 && pick.rival.is_none(), "{pick:?}");
    assert!(
        LAYOUTS.pick(files.iter().take(2).map(String::as_str), &HERE).sure < 0.5,
        "two files make little certainty"
    );
    assert_eq!(LAYOUTS.pick(["a.mp4", "b.mp4"].into_iter(), &HERE).layout, None);
}

#[test]
fn auto_tells_a_counter_from_a_length() {
    let lengths: Vec<String> = (0..40).map(|n| format!("20240131{:02}{:02}00_0060.mp4", n / 60 + 10, n % 60)).collect();
    assert_eq!(LAYOUTS.pick(lengths.iter().map(String::as_str), &HERE).layout.as_deref(), Some("ddpai"));
    let counter = |n: u32| format!("2024013110{:02}{:02}_{:04}.mp4", n / 3, n % 3 * 20, n + 10);
    let counters: Vec<String> = (0..60).map(counter).collect();
    assert_eq!(LAYOUTS.pick(counters.iter().map(String::as_str), &HERE).layout.as_deref(), Some("novatek"));
}

#[test]
fn a_running_counter_behind_a_date_is_no_time() {
    let counters: Vec<String> = (0..59).map(|n| format!("20240131_{:06}.mp4", n + 1)).collect();
    let pick = LAYOUTS.pick(counters.iter().map(String::as_str), &HERE);
    assert_eq!(pick.layout.as_deref(), Some("general-day"));
    let reading = LAYOUTS.read_as_chosen(&counters[7], &HERE, pick.layout.as_deref());
    assert_eq!((reading.start, reading.layout.as_deref()), (None, Some("general-day")));
    assert!(reading.within.is_some(), "the day is told");
    // A camera that records at all hours names its files by the clock, after midnight too.
    let clock: Vec<String> = (0..240).map(|n| format!("20240131_{:02}{:02}00.mp4", n / 10, n % 10 * 6)).collect();
    let pick = LAYOUTS.pick(clock.iter().map(String::as_str), &HERE);
    assert_eq!(pick.layout.as_deref(), Some("general"));
    let reading = LAYOUTS.read_as_chosen("20240131_001200.mp4", &HERE, pick.layout.as_deref());
    assert_eq!((reading.start, reading.doubts.len()), (instant("2024-01-31T00:12:00+07:00"), 0));
    assert_eq!(LAYOUTS.read("20240131_001200.mp4", &HERE, None).doubts.len(), 1, "alone it may be either");
}

#[test]
fn auto_says_when_day_and_month_cannot_be_told_apart() {
    let files: Vec<String> = (1..=9).map(|n| format!("0{n}-02-2024_12-30-07.mp4")).collect();
    let pick = LAYOUTS.pick(files.iter().map(String::as_str), &HERE);
    assert_eq!(
        (pick.layout.as_deref(), pick.rival.as_deref()),
        (Some("general-day-first"), Some("general-month-first"))
    );
    let more: Vec<String> = (1..=28).map(|n| format!("02-{n:02}-2024_12-30-07.mp4")).collect();
    let pick = LAYOUTS.pick(more.iter().map(String::as_str), &HERE);
    assert_eq!((pick.layout.as_deref(), pick.rival), (Some("general-month-first"), None));
}

/// Among plain names the general layout is chosen; it would take a range's end for its start.
#[test]
fn a_range_among_plain_names_was_read_as_starting_at_its_end() {
    let layouts = Layouts::builtin().unwrap();
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let plain: Vec<String> = (0..30).map(|i| format!("20240301_08{i:02}00.mp4")).collect();
    let range = "20240301_090100-20240301_090200.mp4";
    let chosen = layouts.pick(plain.iter().map(String::as_str).chain([range]), &zone).layout;
    assert_eq!(chosen.as_deref(), Some("general"));
    let reading = layouts.read_as_chosen(range, &zone, chosen.as_deref());
    assert_eq!(reading.layout.as_deref(), Some("general-range"));
    assert_eq!(reading.start.unwrap().0.to_string(), "2024-03-01T02:01:00Z");
    assert_eq!(layouts.read_as_chosen(&plain[3], &zone, chosen.as_deref()).layout, chosen);
}
