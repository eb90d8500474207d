//! Ended at any moment, the work is taken up again and comes to the same.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::support::clips::{mp4, other_mp4, ts};
use crate::support::run::{end, start, truyvet};
use crate::support::site::TestSite;

/// A site of many small files, some of them damaged or copies.
fn many(files: usize) -> TestSite {
    let site = TestSite::new(&["a", "b"]);
    let clips = [mp4(), other_mp4(), ts()];
    for i in 0..files {
        let camera = ["a", "b"][i % 2];
        let name = format!("20240301_{:02}{:02}00.mp4", i / 60, i % 60);
        if i % 31 == 30 {
            site.write(camera, name, b"damaged");
        } else {
            site.put(camera, name, &clips[i % clips.len()]);
        }
    }
    site
}

fn index(site_file: &Path) -> Command {
    truyvet(&["--config", site_file.to_str().unwrap(), "index"])
}

/// Waits until a child of the run is at work, and gives its process id.
fn worker_of(child: &Child) -> Option<Pid> {
    let deadline = Instant::now() + Duration::from_secs(60);
    let tasks = format!("/proc/{}/task", child.id());
    while Instant::now() < deadline {
        for task in fs::read_dir(&tasks).ok()?.flatten() {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            if let Some(pid) = children.split_whitespace().find_map(|pid| pid.parse().ok()) {
                return Pid::from_raw(pid);
            }
        }
        thread::sleep(Duration::from_millis(1));
    }
    None
}

#[test]
fn killed_again_and_again_it_comes_to_the_same() {
    let site = many(90);
    let undisturbed = site.with_data("undisturbed");
    undisturbed.run(&["index"]).ends(3);
    let disturbed = site.with_data("disturbed");
    // Delays that look random and are the same every time.
    let mut delay_ms = 7u64;
    for _ in 0..20 {
        let mut child = start(&mut index(&disturbed.file()));
        thread::sleep(Duration::from_millis(delay_ms));
        child.kill().unwrap();
        child.wait().unwrap();
        delay_ms = (delay_ms * 173 + 59) % 701;
    }
    disturbed.run(&["index"]).ends(3);
    assert_eq!(disturbed.everything(), undisturbed.everything());
    let quarantined = |data: &str| {
        let status = site.with_data(data).run(&["status", "--json"]).ends(0).json();
        (status["quarantined"].clone(), status["cameras"][0]["without_thumbnails"].clone())
    };
    assert_eq!(quarantined("disturbed"), quarantined("undisturbed"));
    disturbed.run(&["check", "--deep"]).ends(0);
    let again = disturbed.run(&["index", "--json"]).ends(3).json();
    assert_eq!((&again["listed"], &again["thumbnails"], &again["rebuilt"]), (&0.into(), &0.into(), &false.into()));
}

#[test]
fn an_interrupt_from_the_terminal_ends_with_130_and_harms_no_file() {
    let site = many(120);
    let undisturbed = site.with_data("undisturbed");
    undisturbed.run(&["index"]).ends(3);
    let interrupted = site.with_data("interrupted");
    // A terminal sends the signal to the whole group: also to the reading processes.
    let child = start(index(&interrupted.file()).process_group(0));
    let worker = worker_of(&child).unwrap();
    thread::sleep(Duration::from_millis(100));
    // A service manager ends every process of a service, in whatever order.
    let _ = kill_process(worker, Signal::TERM);
    let _ = kill_process(worker, Signal::INT);
    thread::sleep(Duration::from_millis(20));
    kill_process_group(Pid::from_child(&child), Signal::INT).unwrap();
    let ran = end(child).ends(130);
    assert!(ran.stderr.contains("run again"), "{}", ran.stderr);
    let report = interrupted.run(&["index", "--json"]).ends(3).json();
    for file in report["in_quarantine"].as_array().unwrap() {
        assert_ne!(file["reason"], "worker_died", "{file}");
    }
    assert_eq!(interrupted.everything(), undisturbed.everything());
    let status = interrupted.run(&["status", "--json"]).ends(0).json();
    assert_eq!(status["cameras"][0]["without_thumbnails"], 0);
    for recording in interrupted.everything().iter().take(20) {
        let shown = interrupted.run(&["show", "--json", recording["id"].as_str().unwrap()]).ends(0).json();
        assert!(shown["thumbnails_failed"].is_null(), "{}", shown["thumbnails_failed"]);
    }
}

#[test]
fn a_reading_process_that_is_killed_costs_at_most_its_own_file() {
    let site = many(60);
    let child = start(
        truyvet(&["--config", site.path("site.toml").to_str().unwrap(), "index", "--no-thumbnails", "--json"])
            .process_group(0),
    );
    let worker = worker_of(&child).unwrap();
    kill_process(worker, Signal::KILL).unwrap();
    let report = end(child).ends(3).json();
    let died: Vec<&str> = report["in_quarantine"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|file| file["reason"] == "worker_died")
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    assert!(died.len() <= 1, "{died:?}");
    assert_eq!(report["listed"].as_u64().unwrap() + died.len() as u64, 59);
    // Touched, it is tried again at once; else when it is due.
    for path in died {
        fs::File::options().append(true).open(path).unwrap().set_modified(std::time::SystemTime::now()).unwrap();
    }
    site.index(3);
    assert_eq!(site.everything().len(), 59);
}
