//! The daemon: what lands in a folder is found within seconds, whatever happens to the daemon; and it says how it is.

use std::fs;
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::support::clips::{mp4, ts};
use crate::support::daemon::Daemon;
use crate::support::site::TestSite;

fn site() -> TestSite {
    let site = TestSite::new(&["a", "b"]);
    let file = site.path("site.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, format!("{text}\n[watch]\nsettle_s = 1\n")).unwrap();
    site
}

/// How many recordings a search of everything finds.
fn found(site: &TestSite) -> usize {
    site.everything().len()
}

#[test]
fn what_lands_is_found_and_what_was_there_too() {
    let site = site();
    site.put("a", "20240301_080000.mp4", &mp4());
    let daemon = Daemon::start(&site);
    assert_eq!(found(&site), 1);
    site.put("b", "20240301_090000.ts", &ts());
    site.put("a", "new/folders/20240301_100000.mp4", &mp4());
    daemon.until("both are found", || found(&site) == 3);
    let body: Value = serde_json::from_str(&daemon.get("/healthz").unwrap().1).unwrap();
    assert_eq!(body, serde_json::json!({"ok": true, "problems": []}));
    let (code, figures) = daemon.get("/metrics").unwrap();
    assert_eq!(code, 200);
    assert!(figures.contains("truyvet_files_listed_total 3"), "{figures}");
    assert_eq!(daemon.get("/nothing.txt").unwrap().0, 404);
    daemon.stop().ends(0);
    assert_eq!(site.index(0)["unchanged"], 3);
}

#[test]
fn a_second_writer_is_told_who_is_at_it() {
    let site = site();
    let daemon = Daemon::start(&site);
    let pid = daemon.pid().to_string();
    let ran = site.run(&["serve", "--listen", "127.0.0.1:0"]).ends(1);
    assert!(ran.stderr.contains(&format!("(pid {pid})")), "{}", ran.stderr);
    daemon.stop().ends(0);
}

#[test]
fn killed_at_work_it_loses_nothing() {
    let site = site();
    for round in 0..4 {
        let daemon = Daemon::start(&site);
        for i in 0..15 {
            site.put("a", format!("20240301_0{round}{i:02}00.mp4"), &mp4());
        }
        thread::sleep(Duration::from_millis(400 * round));
        daemon.kill();
    }
    let daemon = Daemon::start(&site);
    daemon.until("all are found", || found(&site) == 60);
    daemon.stop().ends(0);
    assert_eq!(found(&site), 60, "none twice");
    site.run(&["check", "--deep"]).ends(0);
}

#[test]
fn a_wrong_site_file_on_reload_leaves_the_old_one_at_work() {
    let site = site();
    let file = site.path("site.toml");
    let good = fs::read_to_string(&file).unwrap();
    let daemon = Daemon::start(&site);
    fs::write(&file, good.replace("lat", "latt")).unwrap();
    daemon.signal(Signal::HUP);
    thread::sleep(Duration::from_millis(1500));
    fs::write(&file, &good).unwrap();
    site.put("a", "20240301_080000.mp4", &mp4());
    daemon.until("it still works", || found(&site) == 1);
    let ran = daemon.stop().ends(0);
    assert!(ran.stderr.contains("unknown key `latt`"), "{}", ran.stderr);
}

#[test]
fn a_folder_that_goes_and_comes_back_loses_nothing() {
    let site = site();
    site.put("a", "20240301_080000.mp4", &mp4());
    let daemon = Daemon::start(&site);
    let (here, away) = (site.footage("a", ""), site.path("away"));
    fs::rename(&here, &away).unwrap();
    daemon.until("it is said", || daemon.get("/healthz").is_some_and(|(_, body)| body.contains("\"problems\":[\"")));
    assert_eq!(found(&site), 1, "a missing folder deletes nothing");
    fs::rename(&away, &here).unwrap();
    daemon
        .until("it is well again", || daemon.get("/healthz").is_some_and(|(_, body)| body.contains("\"problems\":[]")));
    site.put("a", "20240301_090000.mp4", &mp4());
    daemon.until("the new one is found", || found(&site) == 2);
    daemon.stop().ends(0);
}

#[test]
fn each_folders_thread_made_the_daemon_keep_freed_memory_of_its_own() {
    let site = site();
    let daemon = Daemon::start(&site);
    let settings = fs::read(format!("/proc/{}/environ", daemon.pid())).unwrap();
    assert!(settings.split(|byte| *byte == 0).any(|setting| setting == b"MALLOC_ARENA_MAX=2"));
    daemon.stop().ends(0);
}
