//! What other commands ask of a running daemon, and what it does in which order: index, nightly, reload, thumbnails of what was
//! searched, files that are being written.

use std::fs::{self, File};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;
use truyvet::store::Store;

use crate::support::clips::{mp4, ts};
use crate::support::daemon::Daemon;
use crate::support::site::{LAT, LON, TestSite};

/// A site whose daemon looks through its folders at the start and then waits for so long that it does nothing unasked.
fn slow_site(more: &str) -> TestSite {
    let site = TestSite::new(&["a", "b"]);
    add(&site, &format!("[watch]\nsettle_s = 3600\nrescan_every_min = 1440\n{more}"));
    site
}

fn add(site: &TestSite, text: &str) {
    let file = site.path("site.toml");
    let before = fs::read_to_string(&file).unwrap();
    fs::write(file, format!("{before}\n{text}\n")).unwrap();
}

fn found(site: &TestSite) -> usize {
    site.everything().len()
}

#[test]
fn index_and_nightly_let_the_daemon_work() {
    let site = slow_site("[schedule]\nthumbnails = \"00:00-00:01\"\nwhen_idle = false");
    let daemon = Daemon::start(&site);
    site.put("a", "20240301_080000.mp4", &mp4());
    let ran = site.run(&["index", "--json"]).ends(0);
    assert!(ran.stderr.contains("the running daemon does it"), "{}", ran.stderr);
    let report = ran.json();
    assert_eq!((&report["listed"], &report["found"]), (&Value::from(1), &Value::from(1)));
    assert!(report["thumbnails"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(found(&site), 1);
    site.put("b", "20240301_090000.ts", &ts());
    site.write("b", "20240301_100000.mp4", b"no video at all");
    let report = site.run(&["nightly", "--json"]).ends(3).json();
    assert_eq!((&report["run"]["listed"], &report["run"]["unreadable"]), (&Value::from(1), &Value::from(1)));
    assert!(report["run"]["thumbnails"].as_u64().unwrap() > 0, "{report}");
    assert_eq!(found(&site), 2);
    assert_eq!(fs::read_dir(site.path("data/backups")).unwrap().count(), 1);
    // The index made anew by the one that holds it.
    let report = site.run(&["index", "--rebuild", "--json"]).ends(0).json();
    assert_eq!(report["rebuilt"], true, "{report}");
    assert_eq!(found(&site), 2);
    daemon.stop().ends(0);
    assert!(site.run(&["index"]).ends(3).stderr.is_empty(), "this process does it again");
}

#[test]
fn index_asks_only_a_daemon_of_the_same_site_file_and_tells_it_of_a_change() {
    let site = slow_site("");
    let daemon = Daemon::start(&site);
    let text = fs::read_to_string(site.path("site.toml")).unwrap();
    fs::write(site.path("other.toml"), &text).unwrap();
    let other = site.path("other.toml");
    let ran = crate::support::run::run(&["--config", other.to_str().unwrap(), "index"]).ends(2);
    assert!(ran.stderr.contains("site.toml"), "{}", ran.stderr);
    fs::create_dir_all(site.path("footage/c")).unwrap();
    add(&site, &format!("[[camera]]\nid = \"c\"\nlat = {LAT}\nlon = {LON}\nfootage = \"footage/c\""));
    site.put("c", "20240301_080000.mp4", &mp4());
    site.run(&["index"]).ends(0);
    assert_eq!(found(&site), 1);
    daemon.stop().ends(0);
}

#[test]
fn reload_says_what_is_wrong_and_takes_what_is_right() {
    let site = slow_site("");
    let ran = site.run(&["reload"]).ends(1);
    assert!(ran.stderr.contains("no daemon runs"), "{}", ran.stderr);
    let daemon = Daemon::start(&site);
    let file = site.path("site.toml");
    let good = fs::read_to_string(&file).unwrap();
    fs::write(&file, good.replace("lat", "latt")).unwrap();
    let ran = site.run(&["reload"]).ends(2);
    assert!(ran.stderr.contains("unknown key `latt`"), "{}", ran.stderr);
    // Another data folder: nobody works there.
    fs::write(&file, good.replace("./data", "./elsewhere")).unwrap();
    assert!(site.run(&["reload"]).ends(1).stderr.contains("no daemon runs"));
    fs::write(&file, &good).unwrap();
    add(&site, &format!("[[camera]]\nid = \"c\"\nlat = {LAT}\nlon = {LON}\nfootage = \"footage/c\""));
    fs::create_dir_all(site.path("footage/c")).unwrap();
    site.put("c", "20240301_080000.mp4", &mp4());
    assert!(site.run(&["reload"]).ends(0).stdout.contains("read the site file again"));
    daemon.until("the new camera's recording is found", || found(&site) == 1);
    daemon.stop().ends(0);
}

#[test]
fn what_a_search_touched_has_its_thumbnails_first() {
    let site = TestSite::new(&["a"]);
    for hour in ["08", "09", "10"] {
        site.put("a", format!("20240301_{hour}0000.mp4"), &mp4());
    }
    site.run(&["index", "--no-thumbnails"]).ends(0);
    let near = format!("{LAT},{LON}");
    let next = || {
        let store = Store::open_to_read(&site.path("data")).unwrap().unwrap();
        let id = store.next_to_sample(None, 1).unwrap().remove(0);
        store.file_of(&id).unwrap().unwrap().path
    };
    assert_eq!(next(), b"20240301_100000.mp4", "the latest");
    site.run(&["search", "--at", "2024-03-01 08:00:01", "--within", "1m", "--near", &near, "--radius", "50m"]).ends(0);
    assert_eq!(next(), b"20240301_080000.mp4", "what was searched");
    // Looking needs no right to write: the wish is lost, the answer is not.
    let searched = site.run(&["search", "--at", "2024-03-01 09:00:01", "--within", "1m", "--near", &near, "--json"]);
    assert_eq!(searched.ends(0).json()["cameras"][0]["recordings"].as_array().unwrap().len(), 1);
    assert_eq!(next(), b"20240301_090000.mp4", "what was searched last");
    site.run(&["index"]).ends(0);
    let store = Store::open_to_read(&site.path("data")).unwrap().unwrap();
    assert_eq!(store.unsampled(None).unwrap(), 0);
}

/// Somebody who goes on writing to a file until told to close it.
struct Writer {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Writer {
    fn start(mut file: File, pieces: Vec<Vec<u8>>) -> Writer {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let mut pieces = pieces.into_iter().cycle();
            while !asked.load(Ordering::Relaxed) {
                file.write_all(&pieces.next().unwrap()).unwrap();
                thread::sleep(Duration::from_millis(100));
            }
        });
        Writer { stop, thread }
    }

    fn close(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
    }
}

#[test]
fn a_file_that_is_being_written_is_listed_as_far_as_it_goes_and_marked() {
    let site = TestSite::new(&["a"]);
    add(&site, "[watch]\nsettle_s = 5\n");
    let bytes = fs::read(ts()).unwrap();
    let path = site.put("a", "20240301_080000.ts", &ts());
    // Padding packets: the file grows, the recording in it does not.
    let mut null = vec![0xFF; 188];
    null[..4].copy_from_slice(&[0x47, 0x1F, 0xFF, 0x10]);
    let writer = Writer::start(File::options().append(true).open(&path).unwrap(), vec![null]);
    let daemon = Daemon::start(&site);
    let seen = site.everything();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["recording"], true, "{}", seen[0]);
    writer.close();
    daemon.until("it has settled", || site.everything()[0]["recording"] == false);
    assert!(fs::metadata(&path).unwrap().len() > bytes.len() as u64);
    daemon.stop().ends(0);
    assert_eq!(site.index(0)["unchanged"], 1);
}

#[test]
fn an_mp4_without_its_index_is_no_fault_while_it_is_being_written() {
    let site = TestSite::new(&["a"]);
    add(&site, "[watch]\nsettle_s = 5\n");
    let whole = fs::read(mp4()).unwrap();
    let cut = whole.len() / 2;
    let path = site.write("a", "20240301_080000.mp4", &whole[..cut]);
    let writer = Writer::start(File::options().append(true).open(&path).unwrap(), vec![vec![0; 64]]);
    let daemon = Daemon::start(&site);
    let quarantined = || site.run(&["quarantine", "list", "--json"]).json().as_array().map(Vec::len);
    assert_eq!(quarantined(), Some(0));
    let near = format!("{LAT},{LON}");
    let ask = ["search", "--at", "2024-03-01 08:00:30", "--within", "1m", "--near", &near, "--json"];
    let reasons = || -> Vec<String> {
        let answer = site.run(&ask).ends(0).json();
        let gaps = answer["cameras"][0]["gaps"].as_array().unwrap().clone();
        gaps.iter().map(|gap| gap["reason"].as_str().unwrap().to_owned()).collect()
    };
    assert!(reasons().contains(&"being_written".to_owned()), "{:?}", reasons());
    writer.close();
    daemon.until("it is in quarantine", || quarantined() == Some(1));
    assert!(reasons().contains(&"damaged".to_owned()), "{:?}", reasons());
    // Replaced by a whole one, it is listed.
    fs::remove_file(&path).unwrap();
    site.put("a", "20240301_080000.mp4", &mp4());
    daemon.until("it is found", || found(&site) == 1);
    daemon.stop().ends(0);
}

#[test]
fn a_file_that_was_watched_being_closed_has_that_for_a_claim_of_its_time() {
    let site = TestSite::new(&["a"]);
    add(&site, "[watch]\nsettle_s = 1\n");
    let daemon = Daemon::start(&site);
    fs::copy(mp4(), site.footage("a", "20240301_080000.mp4")).unwrap();
    site.put("a", "20240301_090000.mp4", &mp4());
    daemon.until("both are found", || found(&site) == 2);
    let sources = |name: &str| -> Vec<String> {
        let path = site.footage("a", name);
        let times = site.run(&["show", path.to_str().unwrap(), "--json"]).ends(0).json()["times"].clone();
        times.as_array().unwrap().iter().map(|time| time["source"].as_str().unwrap().to_owned()).collect()
    };
    // It is found before it has settled, as one that may be growing.
    daemon.until("the closing is taken down", || sources("20240301_080000.mp4").contains(&"closed".to_owned()));
    daemon.stop().ends(0);
    assert!(!sources("20240301_090000.mp4").contains(&"closed".to_owned()), "it was changed an hour ago");
    // Timed anew, it is not forgotten.
    let file = site.path("site.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("footage = \"footage/a\"", "footage = \"footage/a\"\ntimezone = \"UTC\"")).unwrap();
    assert_eq!(site.index(0)["retimed"], 2);
    assert!(sources("20240301_080000.mp4").contains(&"closed".to_owned()));
}
