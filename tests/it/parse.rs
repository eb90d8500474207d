//! `truyvet parse`: a sentence's intervals and places, as people and as programs read them.

use std::fs;

use serde_json::{Value, json};

use crate::support::run::run;
use crate::support::site::TestSite;

const NOW: &str = "2023-07-16T08:30:00+07:00";

/// A site with a small gazetteer.
fn site() -> TestSite {
    let places = "name\tkind\tlat\tlon\taliases\n\
        ngã ba Việt Lào\tnut_giao\t18.0735\t106.2962\tngã 3 VL\n\
        chợ Kỳ Anh\tcho\t18.077\t106.2975\t\n\
        đường Lê Đại Hành\tduong\t\t\t\n";
    let site = TestSite::of(
        "[site]\nname = \"Thử\"\ntimezone = \"Asia/Ho_Chi_Minh\"\ndata = \"./data\"\n\
        [[camera]]\nid = \"a\"\nlat = 18\nlon = 106\nfootage = \"footage/a\"\n[places]\nfiles = [\"places.tsv\"]\n",
    );
    fs::create_dir_all(site.path("footage/a")).unwrap();
    fs::write(site.path("places.tsv"), places).unwrap();
    site
}

fn parse(site: &TestSite, phrase: &str) -> Value {
    site.run(&["--lang", "vi", "parse", "--json", "--now", NOW, phrase]).ends(0).json()
}

#[test]
fn the_json_is_as_documented() {
    let answer = parse(&site(), "khoảng 21h15 tối qua, nga 3 viet lao");
    let place = json!({
        "name": "ngã ba Việt Lào", "lat": 18.0735, "lon": 106.2962, "text": "nga 3 viet lao", "kind": "nut_giao", "shape": "point",
        "score": 1.0, "why": "tên trong tệp địa điểm"
    });
    assert_eq!(
        answer,
        json!({
            "readings": [{
                "start": "2023-07-15T21:00:00+07:00",
                "end": "2023-07-15T21:30:00+07:00",
                "time_text": "khoảng 21h15 tối qua",
                "places": [place],
                "confidence": 0.9,
                "why": "thứ bảy 15/7/2023: hôm qua; ±15 phút vì nói khoảng",
                "words": "từ 21:00 ngày 15/7/2023 đến 21:30 ngày 15/7/2023",
                "padding_before_s": 900,
                "padding_after_s": 900,
            }],
            "places": [place],
            "refused": null,
            "refused_code": null,
            "note": null,
        })
    );
}

#[test]
fn a_refusal_and_a_place_alone_are_answers() {
    let site = site();
    let refused = parse(&site, "31/6 lúc 8h chợ Kỳ Anh");
    assert_eq!(refused["readings"], json!([]));
    assert_eq!(refused["refused"], "không có ngày \"31/6\" trong lịch");
    assert_eq!(refused["refused_code"], "no_such_date");
    let place = parse(&site, "chợ Kỳ Anh");
    assert_eq!((&place["readings"], &place["refused"]), (&json!([]), &Value::Null));
    assert_eq!(place["note"], "câu không nói thời gian nào");
    assert_eq!(place["places"][0]["name"], "chợ Kỳ Anh", "a place is told where no time is");
    assert_eq!(parse(&site, "")["refused_code"], "empty");
}

#[test]
fn a_street_without_a_point_is_named_and_an_unknown_place_is_not() {
    let site = site();
    let answer = parse(&site, "9h tối qua đường lê đại hành gần quán cô Ba");
    let places = answer["readings"][0]["places"].as_array().unwrap().clone();
    assert_eq!(places.len(), 1, "{places:?}");
    assert_eq!((&places[0]["name"], &places[0]["lat"]), (&"đường Lê Đại Hành".into(), &Value::Null));
}

#[test]
fn people_are_told_every_reading_its_reason_and_the_rest() {
    let ran = site().run(&["--lang", "en", "parse", "--now", NOW, "9h ngày 15/7 chợ Kỳ Anh, quán cô Ba"]).ends(0);
    assert_eq!(
        ran.stdout,
        "there are 2 readings; choose one\n\
        ▪ 15/7/2023 08:55:00–09:05:00 · 60%\n  \
          Saturday 15/7/2023: 15/7 of this year; no part of the day is told: 09:00 or 21:00; ±5 min\n\
        ▪ 15/7/2023 20:55:00–21:05:00 · 28%\n  \
          Saturday 15/7/2023: 15/7 of this year; no part of the day is told: 09:00 or 21:00; ±5 min\n\
        place \"chợ Kỳ Anh\": chợ Kỳ Anh (18.077,106.2975) · 100% · a name of the gazetteer\n\
        the rest: quán cô Ba\n"
    );
}

#[test]
fn a_site_without_places_understands_times_too() {
    let site = TestSite::new(&["a"]);
    let answer = parse(&site, "đêm 14 rạng sáng 15/7 ở chợ Kỳ Anh");
    assert_eq!(answer["readings"][0]["start"], "2023-07-14T22:00:00+07:00");
    assert_eq!(answer["readings"][0]["end"], "2023-07-15T05:00:00+07:00");
    assert_eq!(answer["readings"][0]["places"], json!([]));
}

#[test]
fn a_present_that_is_no_time_is_a_wrong_command_line() {
    let ran = site().run(&["parse", "--now", "hôm qua", "9h"]).ends(2);
    assert!(ran.stderr.contains("--now"), "{}", ran.stderr);
    run(&["parse"]).ends(2);
}

#[test]
fn controls_in_a_sentence_reach_no_terminal() {
    let ran = site().run(&["parse", "--now", NOW, "9h tối qua \u{1b}[31m quán\u{7} cô Ba"]).ends(0);
    assert!(!ran.stdout.contains(['\u{1b}', '\u{7}']), "{:?}", ran.stdout);
}
