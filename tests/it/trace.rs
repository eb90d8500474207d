//! Tracing from the command line: the demonstration town's red motorbike from its first camera to its last, by following the ranking, and
//! what an officer may get wrong on the way.

use std::path::Path;
use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::support::maker::plan::Plan;
use crate::support::run::Ran;
use crate::support::town::Town;

/// One pass of the truth.
pub(crate) struct Pass {
    pub(crate) camera: String,
    pub(crate) enters: Timestamp,
    pub(crate) leaves: Timestamp,
    pub(crate) recorded: bool,
}

impl Pass {
    pub(crate) fn middle(&self) -> String {
        let half = self.leaves.duration_since(self.enters).as_secs_f64() / 2.0;
        (self.enters + SignedDuration::from_secs_f64(half)).to_string()
    }
}

/// The town of the demonstration with tiny pictures, indexed, and its one wrong clock checked; made once and copied.
fn made() -> &'static Town {
    static MADE: OnceLock<Town> = OnceLock::new();
    MADE.get_or_init(|| {
        let town = Town::of(Plan { width: 64, height: 48, fps: 1, ..Plan::default() });
        town.run(&["index", "--no-thumbnails"]).ends(3);
        let shown = ["--shown", "2023-07-15 21:22:10", "--true", "2023-07-15 21:15:10"];
        town.run(&[&["clock", "check", "ht-03"], &shown[..]].concat()).ends(0);
        town
    })
}

/// A copy of that, with its map imported where that is wanted, and the truth.
pub(crate) fn town(roads: bool) -> (Town, Vec<Pass>) {
    let town = made().copy();
    if roads {
        let map = town.path().join("roads.geojson");
        town.run(&["places", "import", map.to_str().unwrap()]).ends(0);
    }
    let passes = town.truth.motorbike.passes.iter().map(|pass| Pass {
        camera: pass.camera.clone(),
        enters: pass.enters,
        leaves: pass.leaves,
        recorded: pass.recorded,
    });
    let passes = passes.collect();
    (town, passes)
}

fn start(town: &Town, first: &Pass) -> String {
    let told = ["--at", &first.middle(), "--kind", "motorbike", "--title", "xe máy đỏ", "--json"];
    let all = [&["--purpose", "VV 12/2023", "trace", "start", &first.camera], &told[..]].concat();
    town.run(&all).ends(0).json()["trace"].to_string()
}

pub(crate) fn time(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

fn next(town: &Town, trace: &str, more: &[&str]) -> Vec<Value> {
    let all = [&["trace", "next", trace, "--moments", "0", "--json"], more].concat();
    town.run(&all).ends(0).json()["windows"].as_array().unwrap().clone()
}

/// Looks at a window as an officer who sees what the truth says, and answers. Says which pass was found.
fn look(town: &Town, trace: &str, window: &Value, passes: &[Pass], found: &[usize]) -> Option<usize> {
    let (camera, from, to) = (window["camera"].as_str().unwrap(), time(&window["start"]), time(&window["end"]));
    let visible = |pass: &Pass| pass.camera == camera && pass.recorded && pass.enters < to && pass.leaves > from;
    let hit = (0..passes.len()).find(|n| !found.contains(n) && visible(&passes[*n]));
    match hit {
        Some(number) => town.run(&["trace", "seen", trace, camera, "--at", &passes[number].middle()]).ends(0),
        None => {
            let span = ["--from", window["start"].as_str().unwrap(), "--to", window["end"].as_str().unwrap()];
            town.run(&[&["trace", "not-seen", trace, camera], &span[..]].concat()).ends(0)
        }
    };
    hit
}

/// Follows the first three of every ranking until the last camera; says which passes were found, and how many windows were opened.
fn follow(town: &Town, trace: &str, passes: &[Pass]) -> (Vec<usize>, usize) {
    let last = passes.iter().rposition(|pass| pass.recorded).unwrap();
    let (mut found, mut opened) = (vec![0], 0);
    for _ in 0..20 {
        for window in next(town, trace, &["--most", "3"]) {
            opened += 1;
            if let Some(number) = look(town, trace, &window, passes, &found) {
                found.push(number);
                break;
            }
        }
        if found.contains(&last) {
            break;
        }
    }
    (found, opened)
}

#[test]
fn the_red_motorbike_is_traced_from_its_first_camera_to_its_last() {
    let (town, passes) = town(true);
    let trace = start(&town, &passes[0]);
    let (mut found, opened) = follow(&town, &trace, &passes);
    assert!(found.contains(&(passes.len() - 1)) && opened <= 30, "{found:?} by {opened} windows");
    // What was skipped on the way lies between two sightings.
    let shown = town.run(&["trace", "show", &trace, "--json"]).ends(0).json();
    for sighting in shown["sightings"].as_array().unwrap() {
        let event = sighting["event"].to_string();
        for window in next(&town, &trace, &["--after", &event, "--most", "4"]) {
            found.extend(look(&town, &trace, &window, &passes, &found));
        }
    }
    let recorded = passes.iter().filter(|pass| pass.recorded).count();
    assert!(found.len() >= recorded - 1, "{} of {recorded}", found.len());
    exports(&town, &trace, found.len());
    audited(&town);
}

fn exports(town: &Town, trace: &str, sightings: usize) {
    let files =
        ["a.geojson", "a.gpx", "a.kml", "a.csv", "a.txt"].map(|name| town.path().join(name).display().to_string());
    let outputs: Vec<&str> = files.iter().flat_map(|file| ["-o", file.as_str()]).collect();
    town.run(&[&["trace", "export", trace], &outputs[..]].concat()).ends(0);
    let read = |name: &str| std::fs::read_to_string(town.path().join(name)).unwrap();
    let geojson: Value = serde_json::from_str(&read("a.geojson")).unwrap();
    let of = |kind: &str| {
        let features = geojson["features"].as_array().unwrap();
        features.iter().filter(|feature| feature["geometry"]["type"] == kind).count()
    };
    assert_eq!((of("Point"), of("LineString")), (sightings, sightings - 1));
    assert_eq!(read("a.gpx").matches("<wpt ").count(), sightings);
    assert_eq!(read("a.kml").matches("<Placemark>").count(), 2 * sightings - 1);
    assert_eq!(read("a.csv").lines().count(), sightings + 1);
    let report = read("a.txt");
    assert!(report.contains("xe máy đỏ") && report.contains("VV 12/2023") && report.contains("km/h"), "{report}");
}

fn audited(town: &Town) {
    let rows = town.run(&["audit", "list", "--act", "trace", "--limit", "1000", "--json"]).ends(0).json();
    let rows = rows.as_array().cloned().unwrap_or_else(|| rows["rows"].as_array().unwrap().clone());
    assert!(rows.len() > 20 && rows.iter().all(|row| row["purpose"] == "VV 12/2023"), "{}", rows.len());
}

#[test]
fn backward_in_time_the_camera_before_is_found() {
    let (town, passes) = town(true);
    // From the market gate (the fifth pass) back to where it came from.
    let trace = start(&town, &passes[4]);
    let all = ["trace", "before", &trace, "--moments", "0", "--most", "3", "--json"];
    let answer = town.run(&all).ends(0).json();
    assert_eq!(answer["side"], "before");
    let windows = answer["windows"].as_array().unwrap();
    let holds = |window: &&Value| {
        let pass = passes[..4].iter().find(|pass| pass.camera == window["camera"].as_str().unwrap());
        pass.is_some_and(|pass| time(&window["start"]) < pass.leaves && time(&window["end"]) > pass.enters)
    };
    assert!(windows.iter().any(|window| holds(&window)), "{answer}");
}

#[test]
fn without_a_map_it_goes_by_straight_lines_and_says_so() {
    let (town, passes) = town(false);
    let trace = start(&town, &passes[0]);
    let answer = town.run(&["trace", "next", &trace, "--json"]).ends(0).json();
    assert_eq!(answer["straight"], true);
    let windows = answer["windows"].as_array().unwrap();
    assert!(!windows.is_empty() && windows.iter().all(|window| window["straight"] == true), "{answer}");
    let told = town.run(&["trace", "next", &trace]).ends(0);
    assert!(
        told.stderr.contains("no camera sees a road") && told.stdout.contains("straight line × factor"),
        "{}",
        told.stdout
    );
    let checked = town.run(&["roads", "check"]).ends(1);
    assert!(checked.stdout.contains("there are no roads"), "{}", checked.stdout);
}

#[test]
fn what_cannot_be_is_refused_with_its_reason_and_kept_only_with_a_word() {
    let (town, passes) = town(true);
    let purpose = ["--purpose", "x"];
    let refused = |ran: Ran, part: &str| {
        let ran = ran.ends(2);
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    };
    let begin = ["trace", "start", "ht-13", "--at", "2023-07-15 21:14:28", "--kind"];
    refused(town.run(&[&begin[..], &["motorbike"]].concat()), "needs a purpose");
    refused(town.run(&[&purpose[..], &begin[..], &["horse"]].concat()), "horse");
    let unknown = ["trace", "start", "ht-99", "--at", "2023-07-15 21:14:28", "--kind", "car"];
    refused(town.run(&[&purpose[..], &unknown[..]].concat()), "ht-99");
    let early = ["trace", "start", "ht-13", "--at", "2020-01-01 21:14:28", "--kind", "car"];
    refused(town.run(&[&purpose[..], &early[..]].concat()), "no footage yet");
    let trace = start(&town, &passes[0]);
    // A kilometre in four seconds, with clocks that are right to the second.
    for camera in ["ht-13", "ht-05"] {
        let noon = ["--shown", "2023-07-15 21:14:00", "--true", "2023-07-15 21:14:00", "--within", "1s"];
        town.run(&[&["clock", "check", camera], &noon[..]].concat()).ends(0);
    }
    let exact = start(&town, &passes[0]);
    let fast = ["trace", "seen", &exact, "ht-05", "--at", "2023-07-15 21:14:32", "--within", "0s"];
    refused(town.run(&fast), "km/h");
    town.run(&[&fast[..], &["--despite", "hai nhân chứng"]].concat()).ends(0);
    let shown = town.run(&["trace", "show", &exact]).ends(0);
    assert!(shown.stdout.contains("CONFLICT") && shown.stdout.contains("hai nhân chứng"), "{}", shown.stdout);
    // A window that was watched, and then a sighting in it.
    let watched =
        ["trace", "not-seen", &trace, "ht-01", "--from", "2023-07-15 21:14:50", "--to", "2023-07-15 21:15:30"];
    let event = town.run(&[&watched[..], &["--json"]].concat()).ends(0).json()["event"].to_string();
    let seen = ["trace", "seen", &trace, "ht-01", "--at", "2023-07-15 21:15:05"];
    refused(town.run(&seen), "did not see it");
    town.run(&["trace", "undo", &trace, &event, "--reason", "xem nhầm camera"]).ends(0);
    refused(town.run(&["trace", "undo", &trace, &event]), "nothing to undo");
    town.run(&seen).ends(0);
    // And the other way round.
    refused(town.run(&watched), "saw it there");
    town.run(&[&watched[..], &["--despite", "người khác"]].concat()).ends(0);
    let report = town.path().join("report.txt");
    town.run(&["trace", "export", &trace, "-o", report.to_str().unwrap()]).ends(0);
    assert!(std::fs::read_to_string(&report).unwrap().contains("kept all the same: người khác"));
    refused(town.run(&["trace", "next", "99"]), "there is no trace 99");
    let reversed = ["trace", "gap", &trace, "ht-01", "--from", "2023-07-15 21:16", "--to", "2023-07-15 21:15"];
    refused(town.run(&reversed), "empty or reversed");
    let below = town.path().join("footage/ht-01/x.csv");
    assert!(below.parent().is_some_and(Path::is_dir));
    let into_footage = town.run(&["trace", "export", &trace, "-o", below.to_str().unwrap()]);
    assert!(into_footage.code != Some(0) && !below.exists());
}

#[test]
fn footage_that_does_not_exist_cannot_have_been_watched() {
    let (town, passes) = town(true);
    let trace = start(&town, &passes[0]);
    let window = |verdict, to| ["trace", verdict, &trace, "ht-08", "--from", "2023-07-15 21:16:30", "--to", to];
    let nothing = town.run(&window("not-seen", "2023-07-15 21:17:30")).ends(2);
    assert!(nothing.stderr.contains("no footage of this window"), "{}", nothing.stderr);
    let partly = town.run(&window("not-seen", "2023-07-15 21:19:00")).ends(0);
    assert!(partly.stderr.contains("have no footage"), "{}", partly.stderr);
    town.run(&window("gap", "2023-07-15 21:17:30")).ends(0);
    let recorded =
        town.run(&["trace", "gap", &trace, "ht-01", "--from", "2023-07-15 21:15", "--to", "2023-07-15 21:16"]);
    assert!(recorded.ends(0).stderr.contains("of footage of this window"));
}

#[test]
fn a_gap_or_what_cannot_be_said_is_not_asked_again_and_never_counts_as_not_seen() {
    let (town, passes) = town(true);
    let trace = start(&town, &passes[0]);
    let before = next(&town, &trace, &[]);
    let (camera, from, to) = (
        before[0]["camera"].as_str().unwrap(),
        before[0]["start"].as_str().unwrap(),
        before[0]["end"].as_str().unwrap(),
    );
    for verdict in ["gap", "cannot-say"] {
        town.run(&["trace", verdict, &trace, camera, "--from", from, "--to", to]).ends(0);
        let after = next(&town, &trace, &[]);
        for window in &after {
            let same = before.iter().find(|b| b["camera"] == window["camera"] && b["start"] == window["start"]);
            assert!(same.is_none_or(|same| same["passes"] == window["passes"]), "{window} was {same:?}");
            let overlaps = window["camera"] == camera && time(&window["start"]) < time(&before[0]["end"]);
            assert!(!overlaps || time(&window["end"]) <= time(&before[0]["start"]), "asked again: {window}");
        }
    }
}

#[test]
fn between_two_sightings_what_an_unchecked_clock_shows_after_the_second_is_never_offered() {
    let (town, _) = town(true);
    let first = ["start", "ht-02", "--at", "2023-07-15 21:15:20", "--kind", "motorbike"];
    town.run(&[&["--purpose", "x", "trace"], &first[..]].concat()).ends(0);
    town.run(&["trace", "seen", "1", "ht-05", "--at", "2023-07-15 21:16:14"]).ends(0);
    for [from, to] in [["21:15:40", "21:16:14"], ["21:14:00", "21:15:40"]] {
        let (from, to) = (format!("2023-07-15 {from}"), format!("2023-07-15 {to}"));
        town.run(&["trace", "not-seen", "1", "ht-04", "--from", &from, "--to", &to]).ends(0);
    }
    let left = town.run(&["trace", "next", "1", "--after", "1", "--json"]).ends(0).json();
    let second: Timestamp = "2023-07-15T14:16:14Z".parse().unwrap();
    let late = |window: &Value| window["camera"] == "ht-04" && time(&window["start"]) >= second;
    assert!(left["windows"].as_array().unwrap().iter().any(late), "{left}");
}

#[test]
fn who_went_on_along_a_street_that_both_cameras_see_is_taken_to_have_turned_round() {
    let (town, _) = town(true);
    let first = ["start", "ht-01", "--at", "2023-07-15 21:15:05", "--kind", "motorbike"];
    town.run(&[&["--purpose", "x", "trace"], &first[..]].concat()).ends(0);
    town.run(&["trace", "seen", "1", "ht-02", "--at", "2023-07-15 21:15:21"]).ends(0);
    let next = town.run(&["trace", "next", "1", "--json"]).ends(0).json();
    let passes = |camera: &str| {
        let window = next["windows"].as_array().unwrap().iter().find(|window| window["camera"] == camera);
        window.map_or(0.0, |window| window["passes"].as_f64().unwrap())
    };
    // South of ht-02 lies the road to ht-03 and ht-04; ht-13 lies behind ht-01.
    assert!(passes("ht-03") > 2.0 * passes("ht-13"), "{next}");
}
