//! What becomes known after something was entered: footage that comes in or is overwritten, and clocks that are corrected. What was looked
//! at stays what was looked at.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::town::Town;
use crate::trace::{time, town};

fn begin(town: &Town, sighting: &[&str]) -> String {
    let all = [&["--purpose", "VV 12/2023", "trace", "start"], sighting, &["--kind", "motorbike", "--json"]].concat();
    town.run(&all).ends(0).json()["trace"].to_string()
}

fn answer(town: &Town, trace: &str, verdict: &str, camera: &str, [from, to]: [&str; 2]) -> String {
    let at = |time: &str| format!("2023-07-15 {time}");
    let all = ["trace", verdict, trace, camera, "--from", &at(from), "--to", &at(to)];
    town.run(&all).ends(0).stderr
}

fn next(town: &Town, trace: &str) -> Value {
    town.run(&["trace", "next", trace, "--most", "100", "--json"]).ends(0).json()
}

fn shown(town: &Town, trace: &str) -> Value {
    town.run(&["trace", "show", trace, "--json"]).ends(0).json()
}

fn report(town: &Town, trace: &str) -> String {
    town.run(&["trace", "show", trace]).ends(0).stdout
}

fn windows<'a>(next: &'a Value, camera: &str) -> Vec<&'a Value> {
    next["windows"].as_array().unwrap().iter().filter(|window| window["camera"] == camera).collect()
}

fn names_gap(next: &Value, camera: &str) -> bool {
    let begins = format!("{camera}: it may have passed while nothing was recorded");
    next["notes"].as_array().unwrap().iter().any(|note| note["en"].as_str().unwrap().starts_with(&begins))
}

/// The files of a camera, the earliest first.
fn files(town: &Town, camera: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![town.path().join("footage").join(camera)];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    assert!(found.len() > 5, "{camera}");
    found
}

fn index(town: &Town) {
    let ran = town.run(&["index", "--no-thumbnails"]);
    assert!(matches!(ran.code, Some(0 | 3)), "{}", ran.stderr);
}

#[test]
fn a_camera_whose_every_hour_is_missing_drops_out_without_a_word() {
    let (town, _) = town(true);
    let trace = begin(&town, &["ht-01", "--at", "2023-07-15 21:15:05", "--leaving", "150"]);
    assert_eq!(next(&town, &trace)["windows"][0]["camera"], "ht-02");
    // An empty folder would be taken for a disk that is away.
    files(&town, "ht-02")[1..].iter().for_each(|file| fs::remove_file(file).unwrap());
    index(&town);
    let without = next(&town, &trace);
    assert!(windows(&without, "ht-02").is_empty() && names_gap(&without, "ht-02"), "{without}");
    // And whatever is answered about the rest of it.
    let told = answer(&town, &trace, "gap", "ht-02", ["21:14:30", "21:40:00"]);
    assert!(!told.contains("has"), "{told}");
    assert!(names_gap(&next(&town, &trace), "ht-02"));
}

#[test]
fn footage_that_comes_in_after_an_answer_counts_as_watched() {
    let (town, _) = town(true);
    let aside = town.path().join("aside.mp4");
    let file = files(&town, "ht-10").into_iter().find(|file| file.ends_with("18.00.mp4")).unwrap();
    fs::rename(&file, &aside).unwrap();
    index(&town);
    let trace = begin(&town, &["ht-09", "--at", "2023-07-15 21:18:10"]);
    let told = answer(&town, &trace, "not-seen", "ht-10", ["21:17:50", "21:19:30"]);
    assert!(told.contains("do not count as watched"), "{told}");
    let pass = time(&json!("2023-07-15T14:18:31Z"));
    let holds = |window: &&Value| time(&window["start"]) <= pass && pass < time(&window["end"]);
    let before = next(&town, &trace);
    assert!(names_gap(&before, "ht-10") && !windows(&before, "ht-10").iter().any(holds), "{before}");
    assert!(report(&town, &trace).contains("s had no footage then: they do not count as watched"));
    let recorded_s = shown(&town, &trace)["looked"][0]["recorded_s"].as_f64().unwrap();
    assert!((38.0..42.0).contains(&recorded_s), "{recorded_s}");

    fs::rename(&aside, &file).unwrap();
    index(&town);
    let after = next(&town, &trace);
    let offered = windows(&after, "ht-10");
    assert!(offered.iter().any(holds), "{after}");
    // What was there then, and was watched, is not offered again.
    let watched = time(&json!("2023-07-15T14:17:55Z"));
    let again = |window: &&Value| time(&window["start"]) <= watched && watched < time(&window["end"]);
    assert!(!offered.iter().any(again), "{after}");
}

#[test]
fn footage_that_was_overwritten_takes_answers_with_it_and_makes_conflicts() {
    let (town, _) = town(true);
    let trace = begin(&town, &["ht-13", "--at", "2023-07-15 21:14:28"]);
    town.run(&["trace", "seen", &trace, "ht-09", "--at", "2023-07-15 21:18:10"]).ends(0);
    let passes = |next: &Value| windows(next, "ht-12").first().map(|window| window["passes"].as_f64().unwrap());
    let without = passes(&next(&town, &trace));
    answer(&town, &trace, "not-seen", "ht-10", ["21:18:00", "21:20:00"]);
    let with = passes(&next(&town, &trace));
    assert_ne!(with, without);
    for camera in ["ht-09", "ht-10", "ht-13"] {
        let all = files(&town, camera);
        all[..all.len() - 1].iter().for_each(|file| fs::remove_file(file).unwrap());
    }
    index(&town);
    assert_eq!(passes(&next(&town, &trace)), with);
    let after = shown(&town, &trace);
    assert!(after["sightings"].as_array().unwrap().iter().all(|one| one["conflicts"] == json!([])), "{after}");
    assert!(!report(&town, &trace).contains("CONFLICT"));
    // What has no footage when it is entered is refused as ever.
    town.run(&["trace", "seen", &trace, "ht-10", "--at", "2023-07-15 21:18:31"]).ends(2);
}

#[test]
fn a_clock_that_is_corrected_leaves_answers_on_footage_that_nobody_watched() {
    let (town, _) = town(true);
    let trace = begin(&town, &["ht-01", "--at", "2023-07-15 21:15:05"]);
    answer(&town, &trace, "not-seen", "ht-04", ["21:15:55", "21:16:20"]);
    let pass = time(&json!("2023-07-15T14:16:07Z"));
    let holds = |window: &&Value| time(&window["start"]) <= pass && pass < time(&window["end"]);
    assert!(!windows(&next(&town, &trace), "ht-04").iter().any(holds));
    // A minute fast: what was watched was a minute before.
    town.run(&["clock", "check", "ht-04", "--shown", "2023-07-15 21:16:10", "--true", "2023-07-15 21:15:10"]).ends(0);
    let looked = shown(&town, &trace)["looked"][0].clone();
    assert_eq!(time(&looked["window"]["start"]), time(&json!("2023-07-15T14:15:55Z")), "{looked}");
    assert_eq!(time(&looked["now"]["start"]), time(&json!("2023-07-15T14:14:55Z")), "{looked}");
    let told = report(&town, &trace);
    assert!(told.contains("what was looked at is 15/7/2023 21:14:55 – 15/7/2023 21:15:20 by now"), "{told}");
    let after = next(&town, &trace);
    assert!(windows(&after, "ht-04").iter().any(holds), "{after}");
}

#[test]
fn a_time_of_before_its_clock_was_corrected_stays_as_if_nothing_were() {
    let (town, _) = town(true);
    let trace = begin(&town, &["ht-05", "--at", "2023-07-15 21:16:17"]);
    town.run(&["clock", "check", "ht-05", "--shown", "2023-07-15 21:16:10", "--true", "2023-07-15 21:15:10"]).ends(0);
    let sighting = shown(&town, &trace)["sightings"][0].clone();
    assert_eq!(sighting["camera_time"], "2023-07-15T21:16:17+07:00");
    assert!(sighting["conflicts"].to_string().contains("has changed since"), "{sighting}");
}

#[test]
fn a_camera_of_another_zone_is_told_in_the_sites() {
    let (town, _) = town(true);
    let file = town.path().join("site.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("id = \"ht-01\"", "id = \"ht-01\"\ntimezone = \"Asia/Tokyo\"", 1)).unwrap();
    let data: &Path = &town.path().join("data");
    fs::remove_dir_all(data).unwrap();
    index(&town);
    let map = town.path().join("roads.geojson");
    town.run(&["places", "import", map.to_str().unwrap()]).ends(0);
    let trace = begin(&town, &["ht-01", "--shown", "2023-07-15 21:15:05"]);
    let sighting = shown(&town, &trace)["sightings"][0].clone();
    assert_eq!(sighting["at"], "2023-07-15T12:15:05Z");
    assert_eq!(sighting["camera_time"], "2023-07-15T21:15:05+09:00");
    assert!(report(&town, &trace).contains("on the picture 15/7/2023 21:15:05"));
}

#[test]
fn an_undoing_is_in_the_audit_without_its_camera() {
    let (town, _) = town(true);
    let trace = begin(&town, &["ht-01", "--at", "2023-07-15 21:15:05"]);
    town.run(&["trace", "seen", &trace, "ht-02", "--at", "2023-07-15 21:15:20"]).ends(0);
    town.run(&["trace", "undo", &trace, "2"]).ends(0);
    let rows = town.run(&["audit", "list", "--camera", "ht-02", "--json"]).ends(0).json();
    let undone = |row: &Value| row["detail"]["entry"]["what"] == "undone" && row["cameras"] == json!(["ht-02"]);
    assert!(rows["rows"].as_array().unwrap().iter().any(undone), "{rows}");
}

#[test]
fn before_with_after_is_taken_as_if_nothing_was_told() {
    let (town, _) = town(true);
    let trace = begin(&town, &["ht-01", "--at", "2023-07-15 21:15:05"]);
    let ran = town.run(&["trace", "before", &trace, "--after", "1"]).ends(2);
    assert!(ran.stderr.contains("--after does not go with trace before"), "{}", ran.stderr);
}
