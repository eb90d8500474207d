//! Rows and thumbnails of footage that is gone are kept as long as the site file says, and never forgotten by mistake.

use std::fs;

use rusqlite::Connection;
use serde_json::Value;

use crate::support::clips::{mp4, other_mp4};
use crate::support::site::TestSite;

const OLD: &str = "20240301_090000.mp4";
const NEW: &str = "20240302_090000.mp4";

/// A camera with recordings of two days; another that is never touched. That of the first day is gone.
fn site(retention: &str) -> TestSite {
    let site = TestSite::of(&format!(
        "[site]\nname = \"Thử\"\n{retention}\n\
         [[camera]]\nid = \"a\"\nlat = 18.0735\nlon = 106.2962\nfootage = \"footage/a\"\n\
         [[camera]]\nid = \"b\"\nlat = 18.0735\nlon = 106.2962\nfootage = \"footage/b\"\n"
    ));
    site.put("a", OLD, &mp4());
    site.put("a", NEW, &other_mp4());
    site.put("b", NEW, &mp4());
    site.run(&["index"]).ends(0);
    fs::remove_file(site.footage("a", OLD)).unwrap();
    assert_eq!(site.run(&["index", "--json"]).ends(0).json()["gone"], 1);
    site
}

/// Lets so many days pass: everything that the store noted is so much older, but that upkeep was done two days ago.
fn days_pass(site: &TestSite, days: i64) {
    let db = Connection::open(site.path("data/truyvet.db")).unwrap();
    let us = days * 86_400_000_000;
    db.execute("UPDATE file SET first_seen_us = first_seen_us - ?1, gone_us = gone_us - ?1", [us]).unwrap();
    db.execute("UPDATE recording SET forsaken_us = forsaken_us - ?1", [us]).unwrap();
    upkeep_was_done(site, 2);
}

fn upkeep_was_done(site: &TestSite, days_ago: i64) {
    let db = Connection::open(site.path("data/truyvet.db")).unwrap();
    let now = jiff::Timestamp::now().as_microsecond();
    let done = db.execute("UPDATE upkeep SET done_us = ?1 - ?2 * 86400000000", [now, days_ago]).unwrap();
    assert_eq!(done, 1, "the first index noted when");
}

fn index(site: &TestSite, code: i32) -> Value {
    site.run(&["index", "--json"]).ends(code).json()
}

fn gone(site: &TestSite) -> u64 {
    let status = site.run(&["status", "--json"]).ends(0).json();
    status["cameras"].as_array().unwrap().iter().map(|camera| camera["gone"].as_u64().unwrap()).sum()
}

fn reels(site: &TestSite) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(site.path("data/reels"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_gone_for_long_enough_is_forgotten_with_its_reel_and_nothing_else() {
    let site = site("");
    assert_eq!(reels(&site), ["a_2024-03-01.reel", "a_2024-03-02.reel", "b_2024-03-02.reel"]);
    let before = site.everything();
    days_pass(&site, 399);
    assert_eq!((&index(&site, 0)["forgotten"], gone(&site)), (&0.into(), 1), "a day too early");
    days_pass(&site, 2);
    let report = index(&site, 0);
    assert_eq!((&report["forgotten"], &report["reels_deleted"]), (&1.into(), &1.into()));
    assert_eq!(gone(&site), 0);
    assert_eq!(reels(&site), ["a_2024-03-02.reel", "b_2024-03-02.reel"]);
    assert_eq!(site.everything(), before, "what is there stays");
    site.run(&["check", "--deep"]).ends(0);
    // Should the file come back, it is a recording again, thumbnails and all.
    site.put("a", OLD, &mp4());
    assert_eq!(index(&site, 0)["listed"], 1);
    assert_eq!(site.everything().len(), 3);
    site.run(&["check", "--deep"]).ends(0);
}

#[test]
fn the_site_file_says_how_long_and_zero_means_for_ever() {
    let site = site("[retention]\ngone_days = 0\n");
    days_pass(&site, 10_000);
    assert_eq!(index(&site, 0)["forgotten"], 0);
    let toml = fs::read_to_string(site.path("site.toml")).unwrap();
    let set = |days: &str| fs::write(site.path("site.toml"), toml.replace("gone_days = 0", days)).unwrap();
    set("gone_days = 9999");
    upkeep_was_done(&site, 2);
    assert_eq!(index(&site, 0)["forgotten"], 1);
    set("gone_days = 40000");
    let refused = site.run(&["check"]).ends(2).stderr;
    assert!(refused.contains("gone_days = 40000"), "{refused}");
}

#[test]
fn a_folder_that_is_missing_or_was_emptied_costs_nothing() {
    let site = site("");
    days_pass(&site, 1_000);
    fs::rename(site.path("footage/a"), site.path("away")).unwrap();
    assert_eq!(index(&site, 1)["forgotten"], 0, "missing");
    fs::create_dir(site.path("footage/a")).unwrap();
    upkeep_was_done(&site, 2);
    assert_eq!(index(&site, 1)["forgotten"], 0, "emptied");
    fs::remove_dir(site.path("footage/a")).unwrap();
    fs::rename(site.path("away"), site.path("footage/a")).unwrap();
    upkeep_was_done(&site, 2);
    assert_eq!(index(&site, 0)["forgotten"], 1, "it is back");
}

#[test]
fn a_clock_that_jumped_is_not_believed_and_once_a_day_is_enough() {
    let site = site("");
    days_pass(&site, 1_000);
    for pause in [400, -400, 0] {
        upkeep_was_done(&site, pause);
        assert_eq!(index(&site, 0)["forgotten"], 0, "{pause} days");
    }
    // A file that seems to have gone before it came was seen by a clock that was wrong.
    days_pass(&site, 0);
    let db = Connection::open(site.path("data/truyvet.db")).unwrap();
    db.execute("UPDATE file SET gone_us = 0 WHERE state = 'gone'", []).unwrap();
    assert_eq!(index(&site, 0)["forgotten"], 0);
    // A run over some cameras leaves the day's turn to a run over all.
    db.execute("UPDATE file SET gone_us = first_seen_us WHERE state = 'gone'", []).unwrap();
    upkeep_was_done(&site, 2);
    assert_eq!(site.run(&["index", "--camera", "b", "--json"]).ends(0).json()["forgotten"], 0);
    assert_eq!(index(&site, 0)["forgotten"], 1);
}

#[test]
fn what_a_path_held_before_it_was_written_over_is_forgotten_too() {
    let site = site("");
    // A recorder that writes in a ring: the same name, another recording under another time.
    site.put("b", "ring.mp4", &mp4());
    index(&site, 0);
    site.put("b", "ring.mp4", &other_mp4());
    crate::support::site::set_modified(
        &site.footage("b", "ring.mp4"),
        std::time::SystemTime::now() - std::time::Duration::from_secs(60),
    );
    index(&site, 0);
    assert_eq!(gone(&site), 2);
    days_pass(&site, 401);
    assert_eq!(index(&site, 0)["forgotten"], 2);
    assert_eq!(gone(&site), 0);
    site.run(&["check", "--deep"]).ends(0);
}
