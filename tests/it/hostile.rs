//! Files that are damaged, absurd or meant to harm: each costs itself and nothing else, and nothing of the footage is touched.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::clips::{clip, mp4, other_mp4, sound, ts};
use crate::support::site::TestSite;
use crate::support::snapshot;

const CLIP: &str = "testsrc2=s=160x120:r=10:d=4";

/// What became of each file: the reason of its quarantine, or the codes of its doubts.
#[derive(Debug, PartialEq)]
enum Fate {
    Quarantined(String),
    Listed(Vec<String>),
}

/// The fates of all files of camera `a`, by name. The clip of camera `b` must be untouched by them.
fn fates(site: &TestSite) -> BTreeMap<String, Fate> {
    site.put("b", "20240301_090000.mp4", &other_mp4());
    let ran = site.run(&["index", "--json"]);
    assert!(matches!(ran.code, Some(0 | 3)), "{}", ran.stderr);
    let name = |path: &Value| Path::new(path.as_str().unwrap()).file_name().unwrap().to_string_lossy().into_owned();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut fates = BTreeMap::new();
    for file in ran.json()["in_quarantine"].as_array().unwrap() {
        fates.insert(name(&file["path"]), Fate::Quarantined(text(&file["reason"])));
    }
    let mut others = 0;
    for recording in site.everything() {
        if recording["camera"] == "b" {
            assert_eq!(recording["keyframes"], 4);
            others += 1;
            continue;
        }
        let doubts = recording["doubts"].as_array().unwrap().iter().map(|doubt| text(&doubt["code"]));
        let doubts = doubts.filter(|code| code != "time_conflict" && code != "length_differs").collect();
        assert_eq!(fates.insert(name(&recording["path"]), Fate::Listed(doubts)), None);
    }
    assert_eq!(others, 1);
    fates
}

fn quarantined(reason: &str) -> Fate {
    Fate::Quarantined(reason.to_owned())
}

/// A name for the file of this number.
fn name(number: usize, extension: &str) -> String {
    format!("20240301_{:02}{:02}00.{extension}", 10 + number / 60, number % 60)
}

/// Overwrites the bytes that follow a box's name.
fn patch(bytes: &mut [u8], four: &[u8; 4], after: usize, with: &[u8]) {
    let at = bytes.windows(4).position(|window| window == four).unwrap() + 4 + after;
    bytes[at..at + with.len()].copy_from_slice(with);
}

#[test]
fn a_file_cut_anywhere_is_listed_with_its_doubt_or_quarantined() {
    let args = ["-f", "lavfi", "-i", CLIP, "-g", "10", "-bf", "0"];
    let with = |extension: &str, more: &[&str]| clip(extension, &[&args[..], more].concat());
    let clips: [(&str, PathBuf); 7] = [
        ("mp4", mp4()),
        ("fast.mp4", with("mp4", &["-movflags", "+faststart"])),
        ("frag.mp4", with("mp4", &["-movflags", "frag_keyframe+empty_moov"])),
        ("mkv", with("mkv", &[])),
        ("avi", with("avi", &["-c:v", "mpeg4"])),
        ("flv", with("flv", &[])),
        ("ts", ts()),
    ];
    let site = TestSite::new(&["a", "b"]);
    let mut cuts = BTreeMap::new();
    for (kind, clip) in &clips {
        let whole = fs::read(clip).unwrap();
        for i in 0..12 {
            // Also in the middle of the first and the last bytes.
            let length = match i {
                0 => 1,
                1 => 40,
                11 => whole.len() - 1,
                _ => whole.len() * (i - 1) / 10,
            };
            let file = name(cuts.len(), kind);
            site.write("a", &file, &whole[..length]);
            cuts.insert(file, (*kind, length, whole.len()));
        }
    }
    let fates = fates(&site);
    assert_eq!(fates.len(), cuts.len(), "every file has a fate");
    let mut wrong = Vec::new();
    for (file, fate) in &fates {
        let (kind, length, whole) = cuts[file];
        match fate {
            Fate::Quarantined(reason) if reason == "worker_died" || reason == "io" => {
                wrong.push(format!("{kind} cut at {length} of {whole}: {fate:?}"));
            }
            // Where a transport stream or a raw one is cut cannot be known; the same for whole clusters and tags.
            Fate::Listed(doubts) if doubts.is_empty() && !["ts", "flv", "frag.mp4"].contains(&kind) => {
                wrong.push(format!("{kind} cut at {length} of {whole}: listed without doubt"));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Half a file of these kinds can be read.
    for (kind, _) in &clips[1..] {
        let half = cuts.iter().find(|(_, cut)| cut.0 == *kind && cut.1 == cut.2 / 2).unwrap().0;
        assert!(matches!(fates[half], Fate::Listed(_)), "{kind}: {:?}", fates[half]);
    }
}

#[test]
fn what_is_no_video_is_quarantined_with_its_reason() {
    let site = TestSite::new(&["a", "b"]);
    let secret = site.put("b", "20240302_090000.mp4", &mp4());
    let list = secret.display();
    let files: Vec<(Vec<u8>, &str)> = vec![
        (b"".to_vec(), "empty"),
        (vec![0; 100_000], "not_media"),
        ("Biên bản: không có gì.\n".repeat(1000).into_bytes(), "not_media"),
        ((0..200_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect(), "not_media"),
        (fs::read(sound()).unwrap(), "no_video"),
        (
            format!("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{list}\n#EXT-X-ENDLIST\n").into_bytes(),
            "not_media",
        ),
        (format!("ffconcat version 1.0\nfile '{list}'\n").into_bytes(), "not_media"),
        (format!("<MPD><Period><BaseURL>{list}</BaseURL></Period></MPD>").into_bytes(), "not_media"),
        (b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\x10\0mdat".repeat(100), "no_moov"),
        (b"PK\x03\x04 a document".repeat(50), "not_media"),
        (b"\x7fELF\x02\x01\x01".repeat(500), "not_media"),
    ];
    let mut due = BTreeMap::new();
    for (i, (bytes, reason)) in files.iter().enumerate() {
        site.write("a", name(i, "mp4"), bytes);
        due.insert(name(i, "mp4"), quarantined(reason));
    }
    fs::remove_file(&secret).unwrap();
    fs::write(site.footage("b", "../secret.mp4"), fs::read(mp4()).unwrap()).unwrap();
    assert_eq!(fates(&site), due);
}

#[test]
fn a_huge_hole_of_a_file_is_quarantined_without_reading_it_all() {
    let site = TestSite::new(&["a", "b"]);
    let file = site.write("a", name(0, "mp4"), b"");
    File::options().write(true).open(&file).unwrap().set_len(1 << 40).unwrap();
    // The same behind a true beginning.
    let file = site.write("a", name(1, "ts"), &fs::read(ts()).unwrap());
    File::options().write(true).open(&file).unwrap().set_len(3 << 30).unwrap();
    let file = site.put("a", name(2, "mp4"), &mp4());
    File::options().write(true).open(&file).unwrap().set_len(1 << 40).unwrap();
    let fates = fates(&site);
    assert_eq!(fates.len(), 3);
    assert!(matches!(&fates[&name(0, "mp4")], Fate::Quarantined(_)), "{fates:?}");
    assert!(matches!(&fates[&name(2, "mp4")], Fate::Listed(_)), "{fates:?}");
}

#[test]
fn an_absurd_duration_in_the_header_is_doubted_and_the_packets_are_believed() {
    let site = TestSite::new(&["a", "b"]);
    let mut bytes = fs::read(mp4()).unwrap();
    // mvhd, version 0: flags, created, changed, timescale, duration. Forty hours and more.
    patch(&mut bytes, b"mvhd", 16, &(40u32 * 3600 * 1000).to_be_bytes());
    patch(&mut bytes, b"mdhd", 16, &u32::MAX.to_be_bytes());
    patch(&mut bytes, b"tkhd", 20, &u32::MAX.to_be_bytes());
    site.write("a", name(0, "mp4"), &bytes);
    let fates = fates(&site);
    assert_eq!(fates[&name(0, "mp4")], Fate::Listed(vec!["duration_differs".to_owned()]));
    let all = site.everything();
    let recording = all.iter().find(|recording| recording["camera"] == "a").unwrap();
    assert_eq!(
        (&recording["start"], &recording["end"]),
        (&"2024-03-01T03:00:00Z".into(), &"2024-03-01T03:00:04Z".into())
    );
}

#[test]
fn a_picture_said_to_be_30000_by_30000_harms_nobody() {
    let site = TestSite::new(&["a", "b"]);
    let big = 30_000u16.to_be_bytes();
    let mut bytes = fs::read(mp4()).unwrap();
    patch(&mut bytes, b"avc1", 24, &[big, big].concat());
    patch(&mut bytes, b"tkhd", 76, &[0x75, 0x30, 0, 0, 0x75, 0x30, 0, 0]);
    site.write("a", name(0, "mp4"), &bytes);
    let still = clip("jpg", &["-f", "lavfi", "-i", CLIP, "-frames:v", "1", "-update", "1"]);
    let mut bytes = fs::read(still).unwrap();
    let frame_header = bytes.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    bytes[frame_header + 5..frame_header + 9].copy_from_slice(&[big, big].concat());
    let path = site.write("a", name(1, "jpg"), &bytes);
    let fates = fates(&site);
    assert_eq!(fates.len(), 2, "{fates:?}");
    if matches!(fates[&name(1, "jpg")], Fate::Listed(_)) {
        let picture = site.path("frame.jpg");
        let ran = site.run(&["frame", path.to_str().unwrap(), "--at", "+0s", "-o", picture.to_str().unwrap()]);
        assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
        assert_eq!(ran.code == Some(0), picture.exists());
    }
}

#[test]
fn nothing_under_a_footage_folder_is_touched_by_any_command() {
    let site = TestSite::new(&["a", "b"]);
    for i in 0..3 {
        site.put("a", name(i, "mp4"), &mp4());
    }
    site.write("b", name(0, "mp4"), b"no video");
    std::os::unix::fs::symlink(site.path("site.toml"), site.footage("a", "link.mp4")).unwrap();
    let before = snapshot::of(&site.path("footage"));
    site.run(&["index"]).ends(3);
    let recordings = site.everything();
    let id = recordings[0]["id"].as_str().unwrap();
    let inside = site.footage("a", "frame.jpg");
    let link = site.path("way-in");
    std::os::unix::fs::symlink(site.path("footage/a"), &link).unwrap();
    for place in [inside.clone(), link.join("frame.jpg"), site.path("data/../footage/b/deep/er/frame.jpg")] {
        let ran = site.run(&["frame", id, "--at", "+1s", "-o", place.to_str().unwrap()]).ends(2);
        assert!(ran.stderr.contains("nothing is written into the footage folder"), "{}", ran.stderr);
    }
    let over = recordings[0]["path"].as_str().unwrap();
    site.run(&["frame", id, "--at", "+1s", "-o", &over.replace(".mp4", ".jpg")]).ends(2);
    site.run(&["show", id, "--thumbnails", site.path("footage/a/thumbnails").to_str().unwrap()]).ends(2);
    site.run(&["show", id, "--thumbnails", site.path("thumbnails").to_str().unwrap()]).ends(0);
    assert_eq!(site.path("thumbnails").read_dir().unwrap().count(), 2);
    site.run(&["frame", id, "--at", "+1s", "-o", site.path("frame.jpg").to_str().unwrap()]).ends(0);
    for command in [&["status"][..], &["check"], &["check", "--deep"], &["index", "--rebuild"], &["index"]] {
        site.run(command);
    }
    let after = snapshot::of(&site.path("footage"));
    assert_eq!(before, after);
}

#[test]
fn a_name_that_speaks_to_the_terminal_is_not_passed_on_to_it() {
    let site = TestSite::new(&["a"]);
    site.put("a", "20240301_090000 \u{1b}[2J\u{1b}]0;x\u{7}\r.mp4", &mp4());
    site.write("a", "20240301_100000 \u{1b}[31m.mp4", b"?");
    let near = format!("{},{}", crate::support::site::LAT, crate::support::site::LON);
    for command in [&["index"][..], &["status"], &["search", "--near", &near, "--at", "2024-03-01 09:00"]] {
        let ran = site.run(command);
        let control = |text: &str| text.chars().any(|c| c.is_control() && c != '\n');
        assert!(!control(&ran.stdout) && !control(&ran.stderr), "{ran:?}");
    }
    let id = site.everything()[0]["id"].as_str().unwrap().to_owned();
    assert!(!site.run(&["show", &id]).ends(0).stdout.contains('\u{1b}'));
}

#[test]
fn an_unreadable_file_is_tried_again_once_it_changed() {
    let site = TestSite::new(&["a"]);
    let whole = fs::read(mp4()).unwrap();
    site.write("a", name(0, "mp4"), &whole[..whole.len() / 2]);
    assert_eq!(site.index(3)["in_quarantine"][0]["reason"], "no_moov");
    site.write("a", name(0, "mp4"), &whole);
    let report = site.index(0);
    assert_eq!((&report["listed"], &report["unreadable"]), (&1.into(), &0.into()));
    assert_eq!(site.everything()[0]["keyframes"], 4);
}
