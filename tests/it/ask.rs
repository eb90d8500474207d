//! Asking in a sentence: how it is understood, and which cameras should have seen it.

use serde_json::Value;

use crate::support::town::Town;

const NOW: &str = "2023-07-16T08:30:00+07:00";

fn ask(phrase: &str) -> Value {
    Town::shared().run(&["ask", phrase, "--now", NOW, "--json"]).ends(0).json()
}

fn cameras(answer: &Value) -> &Vec<Value> {
    answer["cameras"].as_array().unwrap()
}

#[test]
fn the_sentence_of_the_duty_officer_finds_the_junction() {
    let answer = ask("khoảng 21h10 tối qua, ngã ba Việt Lào");
    assert_eq!(answer["window"]["start"], "2023-07-15T13:55:00Z");
    assert_eq!(answer["window"]["end"], "2023-07-15T14:25:00Z");
    assert_eq!(answer["place"]["name"], "Ngã ba Việt Lào");
    assert_eq!(answer["refused"], Value::Null);
    let standings: Vec<&str> = cameras(&answer).iter().map(|camera| camera["standing"].as_str().unwrap()).collect();
    assert!(standings.contains(&"partly"), "{standings:?}");
    // Who sees the place comes first, then who is near.
    let order: Vec<(bool, f64)> = cameras(&answer)
        .iter()
        .map(|camera| (!camera["sees_place"].as_bool().unwrap(), camera["distance_m"].as_f64().unwrap()))
        .collect();
    assert!(order.windows(2).all(|pair| pair[0] <= pair[1]), "{order:?}");
    let said =
        Town::shared().run(&["--lang", "vi", "ask", "khoang 21h10 toi qua nga ba viet lao", "--now", NOW]).ends(0);
    assert!(said.stdout.contains("Ngã ba Việt Lào") && said.stdout.contains("ghi một phần"), "{}", said.stdout);
}

#[test]
fn a_camera_with_nothing_is_a_finding() {
    let answer = ask("3h sáng nay ngã ba Việt Lào");
    assert!(cameras(&answer).iter().all(|camera| camera["standing"] == "stopped"), "{answer}");
    assert!(cameras(&answer).iter().all(|camera| camera["stopped_since"].is_string()), "{answer}");
    let before = ask("3h sáng 14/7 ngã ba Việt Lào");
    assert!(cameras(&before).iter().all(|camera| camera["standing"] == "gap"), "{before}");
}

#[test]
fn what_is_not_said_is_asked_for_or_widened_never_guessed() {
    let town = Town::shared();
    let anywhere = ask("21h10 tối qua");
    assert_eq!(cameras(&anywhere).len(), town.truth.cameras.len(), "every camera of the site");
    assert!(anywhere["notes"][0]["en"].as_str().unwrap().contains("no place told"), "{anywhere}");
    for (phrase, why) in [
        ("ngã ba Việt Lào", "no time"),
        ("31/6 lúc 8h ngã ba Việt Lào", "31"),
        ("tối mai ngã ba Việt Lào", ""),
        ("", ""),
        ("'; DROP TABLE recording; --", ""),
    ] {
        let ran = town.run(&["ask", phrase, "--now", NOW, "--json"]).ends(2);
        let answer = ran.json();
        assert!(answer["refused"].is_string() && cameras(&answer).is_empty(), "{phrase}: {answer}");
        assert!(ran.stderr.contains(why), "{phrase}: {}", ran.stderr);
    }
}

#[test]
fn around_each_of_several_places_is_looked_at() {
    let two = ask("21h10 tối qua ngã ba Việt Lào và trường tiểu học");
    let one = ask("21h10 tối qua ngã ba Việt Lào");
    assert_eq!(two["place"]["shape"], "points");
    assert!(two["notes"][0]["en"].as_str().unwrap().contains("several places"), "{}", two["notes"]);
    assert!(cameras(&two).len() >= cameras(&one).len());
    for camera in cameras(&two) {
        assert!(camera["distance_m"].as_f64().unwrap() <= 300.0, "{camera}");
    }
}

#[test]
fn a_group_or_a_camera_is_a_place_where_no_other_is_told() {
    let town = Town::shared();
    let camera = &town.truth.cameras[0];
    let answer = ask(&format!("21h10 tối qua camera {}", camera.id));
    let found: Vec<&str> = cameras(&answer).iter().map(|camera| camera["id"].as_str().unwrap()).collect();
    assert_eq!(found, [camera.id.as_str()], "{}", answer["notes"]);
}

/// The window of an answer, seconds before and after 21:10.
fn around(answer: &Value) -> (i64, i64) {
    let at = |end: &str| answer["window"][end].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second();
    let told = "2023-07-15T14:10:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    (told - at("start"), at("end") - told)
}

#[test]
fn the_kind_of_incident_sets_window_radius_and_mode() {
    let town = Town::shared();
    let of =
        |kind: &str, phrase: &str| town.run(&["ask", phrase, "--kind", kind, "--now", NOW, "--json"]).ends(0).json();
    let phrase = "21h10 tối qua ngã ba Việt Lào";
    assert_eq!(around(&ask(phrase)), (300, 300), "as the sentence says");
    let theft = of("trom-cap", phrase);
    assert_eq!(around(&theft), (7_200, 3_600));
    assert_eq!((&theft["kind"], &theft["mode"]), (&"trom-cap".into(), &"moments".into()));
    assert_eq!(theft["place"]["radius_m"], 400.0);
    assert!(theft["moments"]["moments"].is_array() && theft["brightness"].is_null());
    let fire = of("fire", phrase);
    assert_eq!((&fire["kind"], &fire["mode"]), (&"chay".into(), &"brightness".into()));
    assert!(fire["brightness"]["rises"].is_array());
    // Of a day without an hour, the hours at which it happens; and it says so.
    let night = of("trom-cap", "hôm qua ngã ba Việt Lào");
    assert_eq!(night["window"]["start"], "2023-07-15T15:00:00Z");
    assert_eq!(night["window"]["end"], "2023-07-15T22:00:00Z");
    assert!(night["notes"].to_string().contains("only a day is told"), "{}", night["notes"]);
    let unknown = town.run(&["ask", phrase, "--kind", "abc", "--now", NOW]).ends(2);
    assert!(unknown.stderr.contains("trom-cap") && unknown.stderr.contains("abc"), "{}", unknown.stderr);
    // A word of the sentence is offered, not taken.
    let told = ask("mất trộm 21h10 tối qua ngã ba Việt Lào");
    assert_eq!(told["kind"], "khac");
    assert!(told["notes"].to_string().contains("--kind trom-cap"), "{}", told["notes"]);
}

#[test]
fn another_reading_is_searched_when_it_is_chosen() {
    let town = Town::shared();
    let phrase = "9h15 hôm qua ngã ba Việt Lào";
    let first = ask(phrase);
    let readings = first["readings"].as_array().unwrap();
    assert!(readings.len() > 1, "{readings:?}");
    let second = town.run(&["ask", phrase, "--reading", "2", "--now", NOW, "--json"]).ends(0).json();
    let start = |reading: &Value| reading["start"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert_eq!(start(&second["window"]), start(&readings[1]));
    let none = town.run(&["ask", phrase, "--reading", "9", "--now", NOW]).ends(2);
    assert!(none.stderr.contains("--reading 9"), "{}", none.stderr);
}

#[test]
fn a_month_is_answered_too() {
    let answer = ask("tháng 7 ngã ba Việt Lào");
    assert_eq!((&answer["mode"], &answer["moments"]), (&"files".into(), &Value::Null), "{}", answer["readings"]);
    assert!(answer["notes"].to_string().contains("longer than 8 days"), "{}", answer["notes"]);
    assert!(cameras(&answer).iter().any(|camera| camera["standing"] == "partly"));
}

#[test]
fn a_long_window_is_answered_by_moments_with_stills() {
    let town = Town::shared();
    let folder = tempfile::tempdir().unwrap();
    let stills = folder.path().join("stills");
    let ran =
        town.run(&["ask", "tối qua ngã ba Việt Lào", "--now", NOW, "--json", "--stills", stills.to_str().unwrap()]);
    let answer = ran.ends(0).json();
    assert_eq!(answer["mode"], "moments", "{}", answer["window"]);
    let moments = answer["moments"]["moments"].as_array().unwrap();
    assert!(moments.len() <= 60);
    for moment in moments {
        let still = moment["still"].as_str().unwrap();
        assert_eq!(&std::fs::read(still).unwrap()[..2], [0xff, 0xd8], "{still} is a JPEG");
    }
    // Nothing is said to be quiet where nothing was recorded.
    for camera in answer["moments"]["cameras"].as_array().unwrap() {
        for quiet in camera["quiet"].as_array().unwrap() {
            for gap in camera["gaps"].as_array().unwrap() {
                let at = |span: &Value, end: &str| span[end].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
                assert!(at(quiet, "end") <= at(gap, "start") || at(gap, "end") <= at(quiet, "start"), "{camera}");
            }
        }
    }
    let said = town.run(&["--lang", "en", "ask", "tối qua ngã ba Việt Lào", "--now", NOW]).ends(0);
    assert!(said.stdout.contains("moments worth a look"), "{}", said.stdout);
}
