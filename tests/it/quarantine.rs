//! `truyvet quarantine`: files that cannot be read are listed with their reason, tried again when asked, left alone when told.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::support::clips::mp4;
use crate::support::run::run as truyvet_run;
use crate::support::site::{LAT, LON, TestSite, not_utf8, set_modified};

const NINE: &str = "RecM01_20240301_090000_090004_6D28808_2240A8.mp4";
const CUT: &str = "RecM01_20240301_090100_090200_6D28808_2240A8.mp4";
const EMPTY: &str = "RecM01_20240301_091000_091100_6D28808_2240A8.mp4";

/// A camera with a good file and two that cannot be read, and one with a third.
fn site() -> TestSite {
    let site = TestSite::new(&["a", "b"]);
    site.put("a", NINE, &mp4());
    site.write("a", CUT, &std::fs::read(mp4()).unwrap()[..3000]);
    site.write("a", EMPTY, b"");
    site.write("b", EMPTY, b"a text");
    site.index(3);
    site
}

fn list(site: &TestSite) -> Vec<Value> {
    site.run(&["quarantine", "list", "--json"]).ends(0).json().as_array().unwrap().clone()
}

fn attempts(site: &TestSite) -> Vec<u64> {
    list(site).iter().map(|file| file["attempts"].as_u64().unwrap()).collect()
}

#[test]
fn the_list_tells_why_how_often_when_next_and_what_time_is_missing() {
    let site = site();
    let all = list(&site);
    let told: Vec<_> = all.iter().map(|f| (f["camera"].as_str().unwrap(), f["reason"].as_str().unwrap())).collect();
    assert_eq!(told, [("a", "no_moov"), ("a", "empty"), ("b", "not_media")]);
    let cut = &all[0];
    assert_eq!(cut["path"], site.footage("a", CUT).to_str().unwrap());
    assert_eq!((&cut["attempts"], &cut["ignored"]), (&1.into(), &Value::Null));
    assert_eq!(cut["claimed_camera_start"], "2024-03-01T09:01:00+07:00");
    assert_eq!(cut["claimed_camera_end"], "2024-03-01T09:02:00+07:00");
    let next: jiff::Timestamp = cut["next_try"].as_str().unwrap().parse().unwrap();
    assert!(next > jiff::Timestamp::now(), "a minute after the first try");
    let of_b = site.run(&["quarantine", "list", "--json", "--camera", "b"]).ends(0).json();
    assert_eq!(of_b.as_array().unwrap().len(), 1);
    site.run(&["quarantine", "list", "--camera", "c"]).ends(2);
    for (lang, words) in [
        ("vi", ["3 tệp cách ly", "thiếu mục lục moov", "đã thử 1 lần"]),
        ("en", ["3 files in quarantine", "no moov index", "tried 1 times"]),
    ] {
        let text = site.run(&["--lang", lang, "quarantine", "list"]).ends(0).stdout;
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
        assert!(text.contains("1/3/2024 09:01:00–09:02:00"), "{text}");
    }
}

#[test]
fn what_is_retried_is_tried_by_the_next_index_and_nothing_before() {
    let site = site();
    site.index(3);
    assert_eq!(attempts(&site), [1, 1, 1], "none is due");
    let said = site.run(&["quarantine", "retry", site.footage("a", CUT).to_str().unwrap()]).ends(0).stdout;
    assert!(said.contains("next truyvet index tries 1 file"), "{said}");
    assert_eq!(attempts(&site), [1, 1, 1], "retry itself opens nothing");
    site.index(3);
    assert_eq!(attempts(&site), [2, 1, 1]);
    for all in [&["quarantine", "retry", "all"][..], &["quarantine", "retry"]] {
        let said = site.run(all).ends(0).stdout;
        assert!(said.contains("tries 3 files"), "{said}");
    }
    site.index(3);
    assert_eq!(attempts(&site), [3, 2, 2]);
}

#[test]
fn an_ignored_file_is_listed_and_a_damaged_gap_but_no_longer_tried_nor_counted() {
    let site = site();
    for path in [site.footage("a", EMPTY), site.footage("b", EMPTY)] {
        site.run(&["quarantine", "ignore", path.to_str().unwrap()]).ends(0);
    }
    site.index(3);
    let cut = site.footage("a", CUT);
    let cut = cut.to_str().unwrap();
    site.run(&["quarantine", "ignore", cut, "--by", "Đại uý An", "--reason", "mất điện đêm đó"]).ends(0);
    let report = site.index(0);
    assert_eq!(report["in_quarantine"].as_array().unwrap().len(), 3, "still listed");
    assert_eq!(report["in_quarantine"][0]["ignored"]["by"], "Đại uý An");
    let shown = &list(&site)[0];
    assert_eq!((&shown["ignored"]["reason"], &shown["next_try"]), (&"mất điện đêm đó".into(), &Value::Null));
    let text = site.run(&["--lang", "vi", "quarantine", "list"]).ends(0).stdout;
    assert!(text.contains("được bỏ qua bởi Đại uý An") && text.contains("mất điện đêm đó"), "{text}");
    let said = site.run(&["index", "--no-thumbnails"]).ends(0).stdout;
    assert!(said.contains("3 quarantined files are ignored") && !said.contains(CUT), "{said}");
    let status = site.run(&["status", "--json"]).ends(0).json();
    assert_eq!((&status["quarantined"], &status["ignored"]), (&3.into(), &3.into()));
    let near = format!("{LAT},{LON}");
    let asked = ["search", "--near", &near, "--from", "2024-03-01 09:00", "--to", "2024-03-01 09:03", "--json"];
    let answer = site.run(&asked).ends(0).json();
    let gaps = answer["cameras"][0]["gaps"].as_array().unwrap();
    let damaged = gaps.iter().find(|gap| gap["reason"] == "damaged").unwrap();
    assert_eq!((&damaged["start"], &damaged["end"]), (&"2024-03-01T02:01:00Z".into(), &"2024-03-01T02:02:00Z".into()));
    // Neither time nor "all" wakes it; its name does not either.
    let said = site.run(&["quarantine", "retry", "all"]).ends(0).stdout;
    assert!(said.contains("tries 0 files"), "{said}");
    let refused = site.run(&["quarantine", "retry", cut]).ends(2).stderr;
    assert!(refused.contains("unignore"), "{refused}");
    site.index(0);
    assert_eq!(attempts(&site), [1, 1, 1]);
    // A change of the site's settings makes other files due, not this one.
    let toml = std::fs::read_to_string(site.path("site.toml")).unwrap();
    std::fs::write(site.path("site.toml"), toml.replace("Asia/Ho_Chi_Minh", "Asia/Bangkok")).unwrap();
    site.index(0);
    assert_eq!(attempts(&site), [1, 1, 1]);
}

#[test]
fn an_ignored_file_that_changes_is_tried_again_and_ignored_no_longer() {
    let site = site();
    let path = site.footage("a", EMPTY);
    site.run(&["quarantine", "ignore", path.to_str().unwrap()]).ends(0);
    set_modified(&path, SystemTime::now() - Duration::from_secs(60));
    site.index(3);
    let shown = &list(&site)[1];
    assert_eq!((&shown["attempts"], &shown["ignored"]), (&2.into(), &Value::Null));
    // Ignored again and then made whole, it is a recording like any other.
    site.run(&["quarantine", "ignore", path.to_str().unwrap()]).ends(0);
    site.put("a", EMPTY, &mp4());
    site.index(3);
    assert_eq!(list(&site).len(), 2);
    assert_eq!(site.everything().len(), 2);
}

#[test]
fn unignoring_makes_a_file_due() {
    let site = site();
    let path = site.footage("b", EMPTY);
    let path = path.to_str().unwrap();
    let refused = site.run(&["quarantine", "unignore", path]).ends(2).stderr;
    assert!(refused.contains("not ignored"), "{refused}");
    site.run(&["quarantine", "ignore", path]).ends(0);
    site.run(&["quarantine", "unignore", path]).ends(0);
    site.index(3);
    assert_eq!(attempts(&site), [1, 1, 2]);
}

#[test]
fn decisions_are_taken_while_another_process_holds_the_data_folder() {
    let site = site();
    let lock = File::options().read(true).write(true).open(site.path("data/lock")).unwrap();
    lock.lock().unwrap();
    site.run(&["index"]).ends(1);
    let path = site.footage("a", CUT);
    site.run(&["quarantine", "ignore", path.to_str().unwrap(), "--by", "An"]).ends(0);
    site.run(&["quarantine", "retry"]).ends(0);
    assert_eq!(list(&site)[0]["ignored"]["by"], "An");
}

#[test]
fn a_file_is_found_by_any_way_to_write_its_path() {
    let site = site();
    let name = not_utf8(b"20240301_093000_\xff.mp4");
    let odd = site.write("b", name, b"a text");
    site.index(3);
    let config = site.path("site.toml");
    let config = config.to_str().unwrap();
    let run = |path: &Path| {
        let words = ["--config", config, "quarantine", "ignore"].into_iter().map(OsStr::new);
        truyvet_run(&words.chain([path.as_os_str()]).collect::<Vec<_>>())
    };
    run(&odd).ends(0);
    run(&site.path("footage/a/../b").join(EMPTY)).ends(0);
    std::os::unix::fs::symlink(site.path("footage"), site.path("link")).unwrap();
    run(&site.path("link/a").join(CUT)).ends(0);
    assert_eq!(list(&site).iter().filter(|file| !file["ignored"].is_null()).count(), 3);
}

#[test]
fn what_is_not_in_quarantine_is_refused_by_name() {
    let site = site();
    for act in ["retry", "ignore", "unignore"] {
        for path in [site.footage("a", NINE), site.footage("a", "nowhere.mp4"), site.path("site.toml")] {
            let refused = site.run(&["quarantine", act, path.to_str().unwrap()]).ends(2).stderr;
            assert!(refused.contains("is not in quarantine"), "{refused}");
        }
    }
    let path = site.footage("a", CUT);
    site.run(&["quarantine", "ignore", path.to_str().unwrap(), "--reason", "two\nlines"]).ends(2);
    site.run(&["quarantine"]).ends(2);
    site.run(&["quarantine", "ignore"]).ends(2);
    let new = TestSite::new(&["a"]);
    for act in [&["list"][..], &["retry"], &["ignore", "x"], &["unignore", "x"]] {
        let refused = new.run(&[&["quarantine"], act].concat()).ends(1).stderr;
        assert!(refused.contains("run truyvet index first"), "{refused}");
    }
    assert!(!new.path("data/truyvet.db").exists(), "asking makes no store");
}
