//! Local time or UTC, where paths cannot tell: decided from when files were closed, told, and overridden by the site file.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::support::clips::mp4;
use crate::support::site::{TestSite, set_modified};

/// 2024-03-01T02:00:00Z: what `2024Y03M01D02H` is in UTC; 19:00 of the day before as local time in Vietnam.
const TWO_UTC: u64 = 1_709_258_400;

/// A camera whose names cannot tell, with files of successive minutes that were closed when their names, read in UTC, say.
fn site(layout: &str, files: std::ops::Range<u64>) -> TestSite {
    let site = TestSite::with(&[("ht-01", &format!("footage = \"footage/ht-01\"\nlayout = \"{layout}\""))]);
    add(&site, files);
    site
}

fn add(site: &TestSite, files: std::ops::Range<u64>) {
    let source = mp4();
    for minute in files {
        let (hour, in_hour) = (2 + minute / 60, minute % 60);
        let path = site.put("ht-01", format!("2024Y03M01D{hour:02}H/{in_hour:02}M00S60.mp4"), &source);
        let closed = Duration::from_millis((TWO_UTC + 60 * minute + 61) * 1000 + 137 + minute * 31);
        set_modified(&path, SystemTime::UNIX_EPOCH + closed);
    }
}

fn shown(site: &TestSite, minute: u64) -> Value {
    let (hour, in_hour) = (2 + minute / 60, minute % 60);
    let file = site.footage("ht-01", format!("2024Y03M01D{hour:02}H/{in_hour:02}M00S60.mp4"));
    site.run(&["show", "--json", file.to_str().unwrap()]).ends(0).json()
}

fn start(site: &TestSite, minute: u64) -> String {
    shown(site, minute)["start"].as_str().unwrap().to_owned()
}

/// What a recording's doubts say about its name.
fn said(shown: &Value) -> String {
    let doubts = shown["doubts"].as_array().unwrap().iter();
    doubts.filter_map(|doubt| doubt["what"].as_str()).collect::<Vec<_>>().join("; ")
}

#[test]
fn names_in_utc_are_found_out_by_when_their_files_were_closed() {
    let site = site("auto", 0..10);
    site.run(&["index", "--no-thumbnails"]).ends(0);
    assert_eq!(start(&site, 3), "2024-02-29T19:03:00Z", "ten files decide nothing: local, with a doubt");
    assert!(said(&shown(&site, 3)).contains("cannot be told apart"));

    add(&site, 10..30);
    let report = site.run(&["index", "--no-thumbnails", "--json"]).ends(0).json();
    assert_eq!((&report["listed"], report["retimed"].as_u64()), (&Value::from(20), Some(30)));
    let decided = shown(&site, 3);
    assert_eq!(decided["start"], "2024-03-01T02:03:00Z");
    assert!(said(&decided).contains("read as UTC: 30 of 30 files were closed within 15 min of it"), "{decided}");
    let claim = &decided["times"][0];
    assert_eq!((&claim["source"], &claim["basis"]), (&Value::from("name"), &Value::from("utc")));
    assert!(claim["evidence"].as_str().unwrap().contains("30 of 30 files"), "{claim}");

    // What comes later is read so at once, and a little more evidence times nothing anew.
    add(&site, 30..32);
    let report = site.run(&["index", "--no-thumbnails", "--json"]).ends(0).json();
    assert_eq!((&report["listed"], &report["retimed"]), (&Value::from(2), &Value::from(0)));
    assert_eq!(start(&site, 31), "2024-03-01T02:31:00Z");
}

#[test]
fn copies_leave_it_open_and_the_site_file_decides() {
    let copied = site("auto", 0..30);
    for minute in 0..30 {
        let file = copied.footage("ht-01", format!("2024Y03M01D02H/{minute:02}M00S60.mp4"));
        set_modified(&file, SystemTime::UNIX_EPOCH + Duration::from_millis(1_720_000_000_123 + minute));
    }
    copied.run(&["index", "--no-thumbnails"]).ends(0);
    assert_eq!(start(&copied, 3), "2024-02-29T19:03:00Z");
    assert!(said(&shown(&copied, 3)).contains("cannot be told apart"));

    let by_hand = site("yi+local", 0..30);
    by_hand.run(&["index", "--no-thumbnails"]).ends(0);
    assert_eq!(start(&by_hand, 3), "2024-02-29T19:03:00Z", "against the evidence, since somebody said so");
    assert_eq!(said(&shown(&by_hand, 3)), "");
}
