//! What people read: helps, answers and errors, in both languages, word for word. What differs from run to run is masked.
//! A wanted change: run with `INSTA_UPDATE=always`, look at the difference, commit it.

use std::time::{Duration, SystemTime};

use regex::Regex;

use crate::support::clips::mp4;
use crate::support::run::{Ran, run, truyvet};
use crate::support::site::{LAT, LON, TestSite, set_modified};

/// Masks temporary folders, ids, today's times, and what another FFmpeg would encode in another way.
fn masked(site: Option<&TestSite>, ran: &Ran) -> String {
    let mut text = format!("code: {}\n", ran.code.map_or("signal".to_owned(), |code| code.to_string()));
    for (name, stream) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        if !stream.is_empty() {
            text.push_str(&format!("── {name} ──\n{stream}"));
        }
    }
    if let Some(site) = site {
        text = text.replace(site.path("").to_str().unwrap(), "SITE/");
        for id in ids(site) {
            text = text.replace(&id, "RECORDINGID13");
        }
    }
    let masks = [
        (r"/\.tmp\w{6}", "/.tmpXXXXXX"),
        (r"\b\d{1,2}/\d{1,2}/(?:202[5-9]|20[3-9]\d) \d\d:\d\d:\d\d", "TODAY"),
        (r"[▁-█]+", "SPARKS"),
        (r"\b\d+ B\b", "N B"),
        (r"\b[0-9.]+ MiB", "N MiB"),
    ];
    masks.iter().fold(text, |text, (mask, with)| Regex::new(mask).unwrap().replace_all(&text, *with).into_owned())
}

/// The ids of all recordings: they come from their bytes, which another FFmpeg encodes in another way.
fn ids(site: &TestSite) -> Vec<String> {
    if !site.path("data/index").exists() {
        return Vec::new();
    }
    site.everything().iter().map(|recording| recording["id"].as_str().unwrap().to_owned()).collect()
}

/// One camera with two recordings, a hole between them, a damaged file and a copy; its clock times are as old as itself.
fn site() -> TestSite {
    let view = "name = \"Ngã ba Việt Lào\"\nazimuth = 0\nfov = 90\nrange_m = 50\n";
    let site = TestSite::with(&[
        ("ht-01", &format!("footage = \"footage/ht-01\"\n{view}")),
        ("ht-02", "footage = \"footage/ht-02\""),
    ]);
    let nine: SystemTime = SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_258_404);
    for (name, after) in [("20240301_090000_tp00001.mp4", 0), ("20240301_090100_tp00002.mp4", 60)] {
        let path = site.put("ht-01", name, &mp4());
        set_modified(&path, nine + Duration::from_secs(after));
    }
    site.write("ht-01", "20240301_090200_tp00003.mp4", b"cut off");
    site
}

fn both(name: &str, site: Option<&TestSite>, arguments: &[&str]) {
    for lang in ["vi", "en"] {
        let all = [&["--lang", lang], arguments].concat();
        let ran = site.map_or_else(|| run(&all), |site| site.run(&all));
        insta::assert_snapshot!(format!("{name}_{lang}"), masked(site, &ran));
    }
}

#[test]
fn helps() {
    both("help", None, &["--help"]);
    for command in ["index", "search", "parse", "places", "show", "frame", "status", "nightly", "check"] {
        both(&format!("help_{command}"), None, &[command, "--help"]);
    }
    both("help_layout", None, &["layout", "--help"]);
    for command in ["start", "next", "not-seen", "export"] {
        both(&format!("help_trace_{}", command.replace('-', "_")), None, &["trace", command, "--help"]);
    }
    both("help_trace", None, &["trace", "--help"]);
    both("help_roads", None, &["roads", "--help"]);
    both("help_layout_test", None, &["layout", "test", "--help"]);
}

#[test]
fn answers() {
    let site = site();
    both("check_before", Some(&site), &["check"]);
    // The Vietnamese run finds all new, the English one nothing.
    both("index", Some(&site), &["index"]);
    let near = format!("{LAT},{LON}");
    let at = ["--at", "1/3/2024 9:01", "--within", "2m", "--radius", "3km"];
    both("search", Some(&site), &[&["search", "--near", &near], &at[..]].concat());
    both("search_nobody", Some(&site), &["search", "--near", "10,100", "--at", "1/3/2024 9:01"]);
    both("status", Some(&site), &["status", "--as-of", "1/3/2024 9:03"]);
    both("check_after", Some(&site), &["check", "--deep"]);
    let file = site.footage("ht-01", "20240301_090000_tp00001.mp4");
    let file = file.to_str().unwrap();
    both("show", Some(&site), &["show", file]);
    let picture = site.path("x.jpg");
    both("frame", Some(&site), &["frame", file, "--at", "+1.2s", "-o", picture.to_str().unwrap()]);
}

#[test]
fn errors() {
    let site = site();
    site.run(&["index"]).ends(3);
    let file = site.footage("ht-01", "20240301_090000_tp00001.mp4");
    let (file, picture) = (file.to_str().unwrap().to_owned(), site.path("x.jpg").display().to_string());
    let cases: [(&str, &[&str]); 14] = [
        ("no_command", &[]),
        ("unknown_command", &["serach"]),
        ("unknown_option", &["index", "--fast"]),
        ("missing_option", &["search", "--at", "2024-03-01 09:00"]),
        ("conflicting_options", &["search", "--at", "2024-03-01 09:00", "--from", "2024-03-01 09:00", "--near", "1,2"]),
        ("missing_value", &["search", "--at"]),
        ("wrong_width", &["frame", "x", "--at", "+1s", "-o", "x.jpg", "--width", "3"]),
        ("wrong_time", &["search", "--near", "18,106", "--at", "30/2/2024 9:00"]),
        ("unknown_camera", &["index", "--camera", "ht-09"]),
        ("unknown_recording", &["show", "zzz"]),
        ("frame_outside", &["frame", &file, "--at", "2024-03-01 10:00", "-o", &picture]),
        ("frame_as_text", &["frame", &file, "--at", "+1s", "-o", "x.txt"]),
        ("frame_into_nowhere", &["frame", &file, "--at", "+1s", "-o", "/nonexistent/x.jpg"]),
        ("place_without_gazetteer", &["search", "--place", "chợ", "--at", "2024-03-01 09:00"]),
    ];
    for (name, arguments) in cases {
        both(&format!("error_{name}"), Some(&site), arguments);
    }
    both("error_no_site_file", None, &["status", "--config", "nowhere.toml"]);
}

#[test]
fn the_locale_chooses_the_language_and_the_option_overrides_it() {
    let said = |locale: &str, arguments: &[&str]| {
        let output = truyvet(arguments).env("LC_ALL", locale).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(said("vi_VN.UTF-8", &["--help"]).contains("Cách dùng"));
    assert!(said("en_US.UTF-8", &["--help"]).contains("Usage"));
    assert!(said("vi_VN.UTF-8", &["--lang", "en", "--help"]).contains("Usage"));
    assert!(said("en_US.UTF-8", &["search", "--help", "--lang=vi"]).contains("Cách dùng"));
    assert!(said("en_US.UTF-8", &["--version"]).contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_site_file_of_the_working_folder_is_the_default() {
    let site = TestSite::new(&["a"]);
    let ran: Ran = truyvet(&["index"]).current_dir(site.path("")).output().unwrap().into();
    ran.ends(0);
    let nowhere = tempfile::tempdir().unwrap();
    let ran: Ran = truyvet(&["index"]).current_dir(nowhere.path()).output().unwrap().into();
    assert!(ran.ends(2).stderr.contains("site.toml"));
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_failure() {
    let site = site();
    site.run(&["index"]).ends(3);
    let config = site.path("site.toml");
    let mut child = truyvet(&["--config", config.to_str().unwrap(), "status"]);
    let mut child = child.stdout(std::process::Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
