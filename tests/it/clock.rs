//! Clock checks: a camera that is seven minutes fast is found at the true time, at once and without a file being touched; and
//! what cannot be is refused in words.

use std::fs;

use serde_json::Value;

use crate::support::clips::mp4;
use crate::support::maker::plan::Plan;
use crate::support::run::Ran;
use crate::support::site::{LAT, LON, TestSite};
use crate::support::town::Town;

/// A camera with one recording, by its own clock from 21:22:08 to 21:22:12 or so.
fn fast() -> TestSite {
    let site = TestSite::new(&["a"]);
    site.put("a", "20240301_212208.mp4", &mp4());
    site.index(0);
    site
}

fn search(site: &TestSite, at: &str) -> Value {
    let near = format!("{LAT},{LON}");
    let ask = ["search", "--at", at, "--within", "20s", "--near", &near, "--radius", "50m", "--json"];
    site.run(&ask).ends(0).json()["cameras"][0].clone()
}

fn hits(site: &TestSite, at: &str) -> usize {
    search(site, at)["recordings"].as_array().unwrap().len()
}

fn check(site: &TestSite, shown: &str, truth: &str) -> Ran {
    site.run(&["clock", "check", "a", "--shown", shown, "--true", truth, "--by", "An", "--json"])
}

#[test]
fn old_footage_is_retimed_by_a_check_at_once_and_back_again() {
    let site = fast();
    assert_eq!((hits(&site, "2024-03-01 21:22:10"), hits(&site, "2024-03-01 21:15:10")), (1, 0));
    assert_eq!(search(&site, "2024-03-01 21:22:10")["clock"]["checked"], false);
    let done = check(&site, "2024-03-01 22:07:00", "2024-03-01 22:00:00").ends(0).json();
    assert_eq!((&done["check"]["offset_s"], &done["clock"]["checked"]), (&Value::from(420.0), &Value::from(true)));
    assert_eq!((hits(&site, "2024-03-01 21:22:10"), hits(&site, "2024-03-01 21:15:10")), (0, 1));
    let camera = search(&site, "2024-03-01 21:15:10");
    assert_eq!(camera["clock"]["offset_s"], 420.0);
    assert_eq!(camera["clock"]["nearest_check"]["by"], "An");
    let hit = &camera["recordings"][0];
    assert_eq!(hit["start"], "2024-03-01T14:15:08Z");
    assert_eq!(hit["camera_start"], "2024-03-01T21:22:08+07:00");
    assert_eq!(hit["time"]["offset_s"], 420.0);
    // Two seconds of the name, two of the check, and what may have drifted in 45 minutes.
    let doubt = hit["time"]["uncertainty_s"].as_f64().unwrap();
    assert!((4.0..6.0).contains(&doubt), "{doubt}");
    let id = hit["id"].as_str().unwrap();
    let shown = site.run(&["show", id]).ends(0).stdout;
    assert!(shown.contains("21:15:08") && shown.contains("camera 7 min fast") && shown.contains("21:22:08"), "{shown}");
    let shown = site.run(&["--lang", "vi", "show", id]).ends(0).stdout;
    assert!(shown.contains("camera nhanh 7 phút") && shown.contains("giờ thật"), "{shown}");
    let frame = site.path("frame.jpg");
    let taken = site.run(&["frame", id, "--at", "2024-03-01 21:15:09", "-o", frame.to_str().unwrap(), "--json"]);
    assert_eq!(&taken.ends(0).json()["camera_time"].as_str().unwrap()[..19], "2024-03-01T21:22:09");
    assert_eq!(site.index(0)["unchanged"], 1, "no file is touched");
    site.run(&["clock", "remove", "1", "--by", "Bình", "--reason", "gõ nhầm"]).ends(0);
    assert_eq!((hits(&site, "2024-03-01 21:22:10"), hits(&site, "2024-03-01 21:15:10")), (1, 0));
    let list = site.run(&["clock", "list", "--removed", "--json"]).ends(0).json();
    assert_eq!(list[0]["checks"], Value::Array(Vec::new()));
    assert_eq!(list[0]["removed"][0]["removed_reason"], "gõ nhầm");
    assert!(site.run(&["clock", "remove", "1"]).ends(2).stderr.contains("number 1"));
}

#[test]
fn a_slow_check_makes_hits_uncertain_and_says_so() {
    let site = fast();
    let ask = ["clock", "check", "a", "--shown", "2024-03-01 22:07", "--true", "2024-03-01 22:00:00", "--json"];
    let done = site.run(&ask).ends(0).json();
    assert_eq!(done["check"]["uncertainty_s"], 30.0, "no seconds were shown");
    let camera = search(&site, "2024-03-01 21:15:50");
    assert_eq!(camera["recordings"][0]["certain"], false, "touched only by the clock's uncertainty");
    assert_eq!(camera["coverage"], 0.0);
    assert!(camera["coverage_possible"].as_f64().unwrap() > 0.0);
    let states: Vec<&str> =
        camera["certainty"].as_array().unwrap().iter().map(|part| part["state"].as_str().unwrap()).collect();
    assert!(states.contains(&"cannot_say"), "{states:?}");
    assert!(!states.contains(&"recorded"), "{states:?}");
}

#[test]
fn two_checks_give_the_drift_between_them() {
    let site = TestSite::new(&["a"]);
    for day in ["01", "06", "11"] {
        site.put("a", format!("202403{day}_120000.mp4"), &mp4());
    }
    site.index(0);
    check(&site, "2024-03-01 12:00:00", "2024-03-01 12:00:00").ends(0);
    check(&site, "2024-03-11 12:00:40", "2024-03-11 12:00:00").ends(0);
    let camera = search(&site, "2024-03-06 12:00:00");
    let offset = camera["recordings"][0]["time"]["offset_s"].as_f64().unwrap();
    assert!((offset - 20.0).abs() < 0.01, "{offset}");
    let drift = camera["clock"]["drift_ppm"].as_f64().unwrap();
    assert!((drift - 40.0 / 864_000.0 * 1e6).abs() < 0.01, "{drift}");
    let list = site.run(&["--lang", "vi", "clock", "list", "a"]).ends(0).stdout;
    assert!(list.contains("mỗi ngày nhanh thêm 4 giây"), "{list}");
    // Two hours in a day is no drift: the clock was set.
    check(&site, "2024-03-12 14:00:00", "2024-03-12 12:00:00").ends(0);
    let list = site.run(&["clock", "list", "--json"]).ends(0).json();
    assert_eq!(list[0]["jumps"].as_array().unwrap().len(), 1, "{list}");
}

#[test]
fn cameras_of_one_recorder_have_one_clock() {
    let site = TestSite::with(&[
        ("a", "footage = \"footage/a\"\nrecorder = \"nvr\""),
        ("b", "footage = \"footage/b\"\nrecorder = \"nvr\""),
        ("c", "footage = \"footage/c\""),
    ]);
    site.index(0);
    let said = site.run(&["clock", "check", "a", "--shown", "2024-03-01 22:07:00", "--true", "2024-03-01 22:00:00"]);
    assert!(said.ends(0).stdout.contains("a, b"));
    let list = site.run(&["clock", "list", "--json"]).ends(0).json();
    let checked: Vec<&Value> = (0..3).map(|n| &list[n]["clock"]["checked"]).collect();
    assert_eq!(checked, [true, true, false]);
}

#[test]
fn a_photo_is_kept_under_the_hash_of_its_bytes() {
    let site = fast();
    let photo = site.path("photo.jpg");
    let id = search(&site, "2024-03-01 21:22:10")["recordings"][0]["id"].as_str().unwrap().to_owned();
    site.run(&["frame", &id, "--at", "+1s", "-o", photo.to_str().unwrap()]).ends(0);
    let photo = photo.to_str().unwrap();
    let ask =
        ["clock", "check", "a", "--shown", "21:22:08", "--true", "2024-03-01 21:15:08", "--photo", photo, "--json"];
    let done = site.run(&ask).ends(0).json();
    let name = done["check"]["photo"].as_str().unwrap();
    assert_eq!(fs::read(site.path("data/clock-photos").join(name)).unwrap(), fs::read(photo).unwrap());
    assert_eq!(done["check"]["shown"], "2024-03-01T14:22:08Z", "a time alone is of the true time's day");
    let text = site.path("site.toml");
    let truth = "2024-03-01 21:16:00";
    let ask = ["clock", "check", "a", "--shown", "21:22:08", "--true", truth, "--photo", text.to_str().unwrap()];
    assert!(site.run(&ask).ends(2).stderr.contains("neither a JPEG nor a PNG"));
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    let site = fast();
    let refused = |arguments: &[&str], why: &str| {
        let ran = site.run(arguments).ends(2);
        assert!(ran.stderr.contains(why), "{arguments:?}: {}", ran.stderr);
    };
    refused(&["clock", "check", "x", "--shown", "21:00", "--true", "21:00"], "no camera \"x\"");
    refused(&["clock", "check", "a", "--shown", "2124-01-01 21:00", "--true", "2124-01-01 21:00"], "in the future");
    refused(&["clock", "check", "a", "--shown", "25:00", "--true", "21:00"], "--shown");
    refused(&["clock", "check", "a", "--shown", "21:00", "--true", "soon"], "--true");
    check(&site, "2024-03-01 22:07:00", "2024-03-01 22:00:00").ends(0);
    let twice = check(&site, "2024-03-01 22:07:00", "2024-03-01 22:00:00").ends(2);
    assert!(twice.stderr.contains("there already"), "{}", twice.stderr);
    // Contradicting checks are both kept, and neither is believed over the other.
    let done = check(&site, "2024-03-01 22:12:00", "2024-03-01 22:01:00").ends(0).json();
    assert!(!done["warnings"].as_array().unwrap().is_empty(), "{done}");
    let clock = &search(&site, "2024-03-01 21:15:10")["clock"];
    assert_eq!(clock["contradictions"].as_array().unwrap().len(), 1, "{clock}");
    assert!(clock["uncertainty_s"].as_f64().unwrap() > 100.0, "{clock}");
    // Far from any footage: taken, with a warning.
    let done = check(&site, "2020-03-01 22:12:00", "2020-03-01 22:12:00").ends(0).json();
    assert!(done["warnings"][0]["en"].as_str().unwrap().contains("footage from"), "{done}");
}

#[test]
fn the_towns_fast_camera_is_found_and_corrected_without_a_person_telling() {
    let town = Town::of(Plan {
        segment_seconds: 60,
        only: vec!["ht-01".into(), "ht-03".into()],
        width: 64,
        height: 48,
        fps: 1,
        ..Plan::default()
    });
    town.run(&["index"]).ends(0);
    let estimates = town.run(&["clock", "estimate", "--json"]).ends(0).json();
    let of = |id: &str| {
        let list = estimates.as_array().unwrap();
        list.iter().find(|estimate| estimate["cameras"][0] == *id).unwrap().clone()
    };
    let fast = of("ht-03");
    assert_eq!((&fast["verdict"], &fast["known"]), (&Value::from("confident"), &Value::from(false)), "{fast}");
    let (offset, error) = (fast["offset_s"].as_f64().unwrap(), fast["error_s"].as_f64().unwrap());
    assert!((offset - 420.0).abs() <= error && error < 5.0, "{fast}");
    // Right to a second: its files' times may be its own, so nothing is claimed.
    assert_eq!(of("ht-01")["verdict"], "weak");
    let file = town.path().join("site.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n[clock]\naccept_below_s = 5\n")).unwrap();
    town.run(&["index"]).ends(0);
    let list = town.run(&["clock", "list", "--json"]).ends(0).json();
    let checked: Vec<(&Value, &Value)> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|camera| (&camera["camera"], &camera["clock"]["checked"]))
        .filter(|(_, checked)| **checked == true)
        .collect();
    assert_eq!(checked, [(&Value::from("ht-03"), &Value::from(true))]);
    // At the incident's true time its own clock said seven minutes later.
    let ask =
        ["search", "--at", "2023-07-15 21:15:00", "--within", "20s", "--place", "nga ba viet lao", "--radius", "2km"];
    let answer = town.run(&[&ask[..], &["--camera", "ht-03", "--json"]].concat()).ends(0).json();
    let hit = &answer["cameras"][0]["recordings"][0];
    assert!(hit["camera_start"].as_str().unwrap().starts_with("2023-07-15T21:2"), "{answer}");
    town.run(&["index"]).ends(0);
    let again = town.run(&["clock", "list", "--removed", "ht-03", "--json"]).ends(0).json();
    assert_eq!(again[0]["removed"], Value::Array(Vec::new()), "what is known is not accepted again and again");
}
