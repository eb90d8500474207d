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
    let two = ask("21h10 tối qua ngã ba Việt Lào và chợ");
    let notes = two["notes"].to_string();
    assert!(notes.contains("other places too") || two["place"]["name"] == "Ngã ba Việt Lào", "{two}");
}
