//! `truyvet search` against a town whose truth is known, and its JSON as the contract that others build on.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::support::clips::mp4;
use crate::support::maker::cameras::Container;
use crate::support::maker::truth::State;
use crate::support::site::{LAT, LON, TestSite};
use crate::support::town::Town;

/// The whole minute of the town, and what the fast camera's clock made of it.
const ALL: [&str; 4] = ["--from", "2023-07-15 21:05", "--to", "2023-07-15 21:25"];

fn search(town: &Town, arguments: &[&str]) -> Value {
    town.run(&[&["search", "--json"], arguments].concat()).ends(0).json()
}

fn cameras(answer: &Value) -> &[Value] {
    answer["cameras"].as_array().unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap()
}

fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[track_caller]
fn has_exactly(value: &Value, keys: &[&str]) {
    let ours: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(ours, keys.iter().copied().collect());
}

#[test]
fn the_json_is_as_documented() {
    let town = Town::shared();
    let arguments = ["--at", "2023-07-15 21:10:30", "--within", "5m", "--place", "nga ba viet lao", "--radius", "2km"];
    let ran = town.run(&[&["search", "--json"], &arguments[..]].concat()).ends(0);
    assert_eq!(ran.stdout.lines().count(), 1);
    assert_eq!(ran.stderr, "");
    let answer = ran.json();
    has_exactly(&answer, &["window", "place", "cameras", "moments", "brightness", "next"]);
    assert_eq!(answer["window"], serde_json::json!({"start": "2023-07-15T14:05:30Z", "end": "2023-07-15T14:15:30Z"}));
    has_exactly(&answer["place"], &["lat", "lon", "radius_m", "name", "shape"]);
    assert_eq!((&answer["place"]["name"], &answer["place"]["radius_m"]), (&"Ngã ba Việt Lào".into(), &2000.0.into()));
    assert_eq!(cameras(&answer).len(), town.truth.cameras.len());
    for camera in cameras(&answer) {
        has_exactly(
            camera,
            &[
                "id",
                "name",
                "group",
                "distance_m",
                "bearing_deg",
                "sees_place",
                "clock",
                "coverage",
                "coverage_sure",
                "coverage_possible",
                "certainty",
                "recordings",
                "gaps",
                "looked_at",
            ],
        );
        has_exactly(
            &camera["clock"],
            &["checked", "offset_s", "uncertainty_s", "drift_ppm", "nearest_check", "contradictions"],
        );
        assert!((0.0..360.0).contains(&camera["bearing_deg"].as_f64().unwrap()));
        assert!((0.0..=1.0).contains(&camera["coverage"].as_f64().unwrap()));
        assert!(text(&camera["looked_at"]).ends_with('Z'));
        for recording in list(camera, "recordings") {
            has_exactly(
                recording,
                &[
                    "id",
                    "path",
                    "start",
                    "end",
                    "certain",
                    "camera_start",
                    "time",
                    "codec",
                    "width",
                    "height",
                    "keyframes",
                    "activity",
                    "has_audio",
                    "recording",
                    "doubts",
                ],
            );
            has_exactly(&recording["time"], &["source", "offset_s", "uncertainty_s", "clock_uncertainty_s"]);
            assert!(text(&recording["start"]).ends_with('Z') && text(&recording["end"]).ends_with('Z'));
            assert!(text(&recording["camera_start"]).ends_with("+07:00"), "{recording}");
            assert_eq!(time(&recording["camera_start"]), time(&recording["start"]));
            assert_eq!(text(&recording["id"]).len(), 13);
            assert!(text(&recording["path"]).starts_with(town.path().to_str().unwrap()));
            let activity = list(recording, "activity");
            assert!(activity.is_empty() || activity.len() as u64 == recording["keyframes"].as_u64().unwrap());
            assert!(activity.iter().all(|score| (0.0..=1.0).contains(&score.as_f64().unwrap())));
            assert!(list(recording, "doubts").iter().all(|doubt| doubt["code"].is_string()));
            assert_eq!((&recording["width"], &recording["height"]), (&160.into(), &90.into()));
        }
        for gap in list(camera, "gaps") {
            has_exactly(gap, &["start", "end", "reason"]);
        }
    }
}

#[test]
fn every_file_of_the_town_is_found_at_its_time() {
    let town = Town::shared();
    let answer = search(town, &[&ALL[..], &["--place", "ngã ba Việt Lào", "--radius", "2km"]].concat());
    for truth in &town.truth.cameras {
        let camera = cameras(&answer).iter().find(|camera| camera["id"] == truth.id.as_str()).unwrap();
        let recordings = list(camera, "recordings");
        for file in &truth.recordings {
            let path = town.path().join(&file.path);
            let found = recordings.iter().find(|recording| recording["path"].as_str() == path.to_str());
            let Some(found) = found else {
                assert_ne!(file.state, State::Whole, "{} was not found", file.path);
                continue;
            };
            let off = seconds(file.camera_start, time(&found["start"]));
            let doubt = found["time"]["uncertainty_s"].as_f64().unwrap();
            assert!(off.abs() <= doubt, "{}: {off} s off, ±{doubt} s", file.path);
            if file.state == State::Whole {
                assert_eq!(found["keyframes"], file.keyframes, "{}", file.path);
                let length = seconds(time(&found["start"]), time(&found["end"]));
                let due = if truth.container == Container::Stills { 0.0 } else { seconds(file.start, file.end) };
                assert!((length - due).abs() < 1.0, "{}: {length} s, not {due} s", file.path);
            }
        }
        let there =
            truth.recordings.iter().filter(|file| matches!(file.state, State::Whole | State::Truncated)).count();
        assert_eq!(recordings.len(), there, "{}", truth.id);
    }
}

#[test]
fn what_is_missing_in_the_town_is_told_with_its_reason() {
    let town = Town::shared();
    let answer = search(town, &[&ALL[..], &["--place", "ngã ba Việt Lào", "--radius", "2km"]].concat());
    for truth in &town.truth.cameras {
        let camera = cameras(&answer).iter().find(|camera| camera["id"] == truth.id.as_str()).unwrap();
        let offset = truth.clock_offset_s;
        for gap in &truth.gaps {
            // What a file that was cut off had held is not known: its camera recorded nothing that is left.
            let cut = truth.recordings.iter().any(|file| file.state == State::Truncated && file.end == gap.end);
            let reason = if gap.reason == "damaged" && !cut { "damaged" } else { "no_recording" };
            // Asked two seconds inside of it, on the camera's own clock.
            let (start, end) = (gap.start.as_second() as f64 + offset + 2.0, gap.end.as_second() as f64 + offset - 2.0);
            let covers = list(camera, "gaps").iter().any(|told| {
                told["reason"] == reason
                    && time(&told["start"]).as_second() as f64 <= start
                    && time(&told["end"]).as_second() as f64 >= end
            });
            assert!(covers, "{}: {gap:?} is not among {:?}", truth.id, camera["gaps"]);
        }
        if truth.container == Container::Stills {
            assert!(list(camera, "gaps").iter().any(|gap| gap["reason"] == "stills_only"), "{camera}");
        }
    }
}

#[test]
fn cameras_come_nearest_first_and_only_those_within_the_radius() {
    let town = Town::shared();
    let all = search(town, &[&ALL[..], &["--place", "ngã ba Việt Lào", "--radius", "2km"]].concat());
    let distances: Vec<f64> = cameras(&all).iter().map(|camera| camera["distance_m"].as_f64().unwrap()).collect();
    assert!(distances.is_sorted());
    for radius in [50.0, 300.0, 450.0] {
        let answer =
            search(town, &[&ALL[..], &["--place", "ngã ba Việt Lào", "--radius", &format!("{radius}m")]].concat());
        let within: Vec<&Value> =
            cameras(&all).iter().filter(|camera| camera["distance_m"].as_f64().unwrap() <= radius).collect();
        assert_eq!(cameras(&answer).iter().collect::<Vec<_>>(), within);
    }
    let default = search(town, &[&ALL[..], &["--place", "ngã ba Việt Lào"]].concat());
    assert_eq!(default["place"]["radius_m"], 300.0);
    let near = format!("{},{}", town.truth.incident.lat, town.truth.incident.lon);
    let by_point = search(town, &[&ALL[..], &["--near", &near]].concat());
    assert!(by_point["place"]["name"].is_null());
    // The gazetteer tells degrees to six digits.
    let ids = |answer: &Value| cameras(answer).iter().map(|camera| camera["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&by_point), ids(&default));
    let one = search(town, &[&ALL[..], &["--near", &near, "--camera", "ht-02", "--camera", "ht-01"]].concat());
    assert_eq!(ids(&one), ["ht-01", "ht-02"]);
    let none = search(town, &[&ALL[..], &["--near", "10,100"]].concat());
    assert_eq!(cameras(&none), [] as [Value; 0]);
}

#[test]
fn a_camera_sees_the_place_when_its_stated_view_holds_it() {
    let town = Town::shared();
    for place in ["ngã ba Việt Lào", "chợ Hưng Trí", "ngõ 12", "Cầu Châu Phố"] {
        let answer = search(town, &[&ALL[..], &["--place", place, "--radius", "2km"]].concat());
        for camera in cameras(&answer) {
            let truth = town.truth.cameras.iter().find(|truth| truth.id == text(&camera["id"])).unwrap();
            let (away, bearing) = (camera["distance_m"].as_f64().unwrap(), camera["bearing_deg"].as_f64().unwrap());
            let aside = (bearing - truth.azimuth_deg + 540.0).rem_euclid(360.0) - 180.0;
            let edge = (away - truth.range_m).abs() < 0.2 || (aside.abs() - truth.fov_deg / 2.0).abs() < 0.2;
            let sees = truth.view_is_stated && away <= truth.range_m && aside.abs() <= truth.fov_deg / 2.0;
            assert!(edge || camera["sees_place"] == sees, "{place}: {camera}");
        }
        if place == "ngã ba Việt Lào" {
            assert_eq!(
                (&cameras(&answer)[0]["id"], &cameras(&answer)[0]["sees_place"]),
                (&"ht-01".into(), &true.into())
            );
        }
    }
}

#[test]
fn coverage_and_gaps_make_up_the_window() {
    let town = Town::shared();
    for window in [["2023-07-15 21:05", "2023-07-15 21:25"], ["2023-07-15 21:10:10", "2023-07-15 21:10:50"]] {
        let arguments = ["--from", window[0], "--to", window[1], "--place", "ngã ba Việt Lào", "--radius", "2km"];
        let answer = search(town, &arguments);
        let (start, end) = (time(&answer["window"]["start"]), time(&answer["window"]["end"]));
        for camera in cameras(&answer) {
            let gaps = list(camera, "gaps");
            let missing: f64 = gaps.iter().map(|gap| seconds(time(&gap["start"]), time(&gap["end"]))).sum();
            let recorded = camera["coverage"].as_f64().unwrap() * seconds(start, end);
            // Two seconds for each seam; coverage has four digits.
            let seams = 2.0 * list(camera, "recordings").len() as f64;
            let rest = seconds(start, end) - missing - recorded;
            assert!((-0.2..=seams + 0.2).contains(&rest), "{rest} s of {camera}");
            for pair in gaps.windows(2) {
                assert!(time(&pair[0]["end"]) <= time(&pair[1]["start"]));
            }
            assert!(gaps.iter().all(|gap| start <= time(&gap["start"]) && time(&gap["end"]) <= end));
            if list(camera, "recordings").is_empty() {
                assert_eq!(camera["coverage"], 0.0);
                assert_eq!((time(&gaps[0]["start"]), time(&gaps[gaps.len() - 1]["end"])), (start, end));
            }
        }
    }
}

#[test]
fn the_window_holds_its_start_and_not_its_end() {
    let town = Town::shared();
    let all = search(town, &[&ALL[..], &["--place", "ngã ba Việt Lào"]].concat());
    let recording = &list(&cameras(&all)[0], "recordings")[1];
    let (start, end) = (text(&recording["start"]), text(&recording["end"]));
    let ids = |from: &str, to: &str| -> Vec<String> {
        let arguments = ["--from", from, "--to", to, "--place", "ngã ba Việt Lào", "--camera", "ht-01"];
        let answer = search(town, &arguments);
        list(&cameras(&answer)[0], "recordings").iter().map(|recording| text(&recording["id"]).to_owned()).collect()
    };
    let id = text(&recording["id"]).to_owned();
    let just = |at: &str, us: i64| {
        Timestamp::from_microsecond(at.parse::<Timestamp>().unwrap().as_microsecond() + us).unwrap().to_string()
    };
    assert!(!ids(&just(start, -500_000), start).contains(&id));
    assert!(ids(&just(start, -500_000), &just(start, 1)).contains(&id));
    assert!(ids(&just(end, -1), &just(end, 500_000)).contains(&id));
    assert!(!ids(end, &just(end, 500_000)).contains(&id));
}

#[test]
fn what_cannot_be_asked_is_refused_in_both_languages() {
    let town = Town::shared();
    let place = ["--place", "ngã ba Việt Lào"];
    let at = ["--at", "2023-07-15 21:10"];
    let cases: [(&[&str], &[&str], &str, &str); 12] = [
        (&at, &["--place", "Ngã tư Sở"], "không có địa điểm", "there is no place"),
        (&at, &["--place", "nga ba vit lon"], "Ngã ba Việt Lào", "Ngã ba Việt Lào"),
        (&at, &["--place", ""], "không có địa điểm", "there is no place"),
        (&at, &["--near", "106.29,18.07"], "VĨ ĐỘ", "LAT,LON"),
        (&at, &["--place", "ngã ba Việt Lào", "--camera", "ht-99"], "ht-99", "ht-99"),
        (&at, &["--place", "ngã ba Việt Lào", "--radius", "0"], "khoảng cách", "distance"),
        (&at, &[], "còn thiếu", "missing"),
        (&["--at", "hôm qua"], &place, "không phải thời điểm", "not a time"),
        (&["--at", "2023-07-15 21:10", "--within=-3m"], &place, "khoảng thời gian", "length of time"),
        (&["--from", "2023-07-15 21:10"], &place, "còn thiếu", "missing"),
        (&["--from", "2023-07-15 21:10", "--to", "2023-07-15 21:10"], &place, "rỗng", "empty"),
        (&["--from", "2023-07-15 21:10", "--to", "2023-07-15 21:00"], &place, "ngược", "reversed"),
    ];
    for (when, place, vi, en) in cases {
        for (lang, said) in [("vi", vi), ("en", en)] {
            let ran = town.run(&[&["--lang", lang, "search"], when, place].concat()).ends(2);
            assert!(ran.stderr.contains(said), "{when:?} {place:?}: {}", ran.stderr);
            assert_eq!(ran.stdout, "");
        }
    }
}

#[test]
fn a_camera_with_nothing_is_listed_with_a_gap_over_the_window() {
    let site = TestSite::new(&["a"]);
    site.index(0);
    let near = format!("{LAT},{LON}");
    let answer =
        site.run(&["search", "--json", "--near", &near, "--at", "2024-03-01 09:00", "--within", "1h"]).ends(0).json();
    let camera = &answer["cameras"][0];
    assert_eq!((&camera["coverage"], &camera["recordings"]), (&0.0.into(), &serde_json::json!([])));
    let whole = serde_json::json!([{"start": answer["window"]["start"], "end": answer["window"]["end"], "reason": "no_recording"}]);
    assert_eq!(camera["gaps"], whole);
}

#[test]
fn before_anything_is_indexed_an_answer_is_refused() {
    let site = TestSite::new(&["a"]);
    site.put("a", "20240301_090000.mp4", &mp4());
    let near = format!("{LAT},{LON}");
    for lang in ["vi", "en"] {
        let ran = site.run(&["--lang", lang, "search", "--near", &near, "--at", "2024-03-01 09:00"]).ends(1);
        assert!(ran.stderr.contains("truyvet index"), "{}", ran.stderr);
        site.run(&["--lang", lang, "status"]).ends(1);
        site.run(&["--lang", lang, "check"]).ends(1);
    }
    assert!(!site.path("data").exists(), "asking makes nothing");
}

#[test]
fn what_has_not_come_yet_is_a_gap_of_its_own() {
    let site = TestSite::new(&["a"]);
    site.index(0);
    let near = format!("{LAT},{LON}");
    let arguments = ["search", "--json", "--near", &near, "--from", "2200-01-01 00:00", "--to", "2200-01-02 00:00"];
    let answer = site.run(&arguments).ends(0).json();
    assert_eq!(answer["cameras"][0]["gaps"][0]["reason"], "future");
    let now = Timestamp::now();
    let (from, to) = (now - jiff::SignedDuration::from_hours(2), now + jiff::SignedDuration::from_hours(1));
    let (from, to) = (from.to_string(), to.to_string());
    let answer = site.run(&["search", "--json", "--near", &near, "--from", &from, "--to", &to]).ends(0).json();
    let reasons: Vec<&str> = list(&answer["cameras"][0], "gaps").iter().map(|gap| text(&gap["reason"])).collect();
    assert_eq!(reasons, ["no_recording", "not_indexed", "future"]);
}
