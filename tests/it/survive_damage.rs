//! A changed byte, or none left, in each kind of state file: what is derived is made anew, the truth is refused with the last
//! good backup, and nothing is answered that is not so.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use truyvet::store::Store;

use crate::support::clips::{mp4, other_mp4, ts};
use crate::support::daemon::Daemon;
use crate::support::luck::Luck;
use crate::support::site::{LAT, LON, TestSite};

const OLDER: &str = "data/backups/truyvet-20260101T170000Z.db";
const NEWER: &str = "data/backups/truyvet-20260102T170000Z.db";
/// Bytes of a page of the store.
const PAGE: usize = 4096;

/// A site whose daemon was killed: its store's latest changes lie in the side file. With it what a search of everything finds,
/// and a copy of the data folder.
fn site() -> (TestSite, Vec<Value>, PathBuf) {
    let site = TestSite::new(&["a", "b"]);
    site.append("[watch]\nsettle_s = 1\n");
    site.put("a", "20240301_080000.mp4", &mp4());
    site.put("b", "20240301_080000.ts", &ts());
    site.run(&["index"]).ends(0);
    for backup in [OLDER, NEWER] {
        fs::create_dir_all(site.path("data/backups")).unwrap();
        site.run(&["backup", site.path(backup).to_str().unwrap()]).ends(0);
    }
    let daemon = Daemon::start(&site);
    for minute in 0..10 {
        site.put("a", format!("20240301_09{minute:02}00.mp4"), [mp4(), other_mp4()][minute % 2].as_path());
    }
    daemon.until("all are found", || site.everything().len() == 12);
    // Killed before it has told the store, it leaves pictures in the reel that nobody misses.
    let unsampled = || Store::open_to_read(&site.path("data")).unwrap().unwrap().unsampled(None).unwrap();
    daemon.until("all are sampled", || unsampled() == 0);
    daemon.kill();
    let all = site.everything();
    let whole = site.path("whole");
    copy(&site.path("data"), &whole);
    (site, all, whole)
}

fn copy(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else if entry.file_type().is_file() {
            // Not the socket on which a daemon is asked.
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The files of one kind below a folder: of a name, or of an extension.
fn kind(folder: &Path, name: &str) -> Vec<PathBuf> {
    let files = walkdir::WalkDir::new(folder).max_depth(2).into_iter().map(|entry| entry.unwrap().into_path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.is_file() && path.to_string_lossy().ends_with(name)).collect();
    files.sort();
    assert!(!files.is_empty(), "no {name} in {}", folder.display());
    files
}

/// A search of everything answers what is so, or refuses.
fn answers_truly(site: &TestSite, all: &[Value], what: &str) {
    let (near, from, to) = (format!("{LAT},{LON}"), "2000-01-01 00:00", "2090-01-01 00:00");
    let ran = site.run(&["search", "--near", &near, "--radius", "2000km", "--from", from, "--to", to]);
    match ran.code {
        // What the store has lost of late the index may still know: such a hit is there, without its path.
        Some(0) => {
            let told = |hits: &[Value]| -> Vec<[Value; 4]> {
                hits.iter().map(|hit| ["id", "camera", "start", "end"].map(|key| hit[key].clone())).collect()
            };
            assert_eq!(told(&site.everything()), told(all), "{what}");
        }
        Some(1) => assert!(ran.stderr.contains("truyvet"), "{what}: {}", ran.stderr),
        other => panic!("{what}: {other:?} {}", ran.stderr),
    }
}

#[test]
fn whatever_is_derived_is_made_anew_when_a_byte_of_it_changes_or_all_are_lost() {
    let (site, all, whole) = site();
    let mut luck = Luck::new(0x5eed_0005);
    let index =
        ["meta.json", ".managed.json", "truyvet-index.json", ".fast", ".store", ".idx", ".term", ".pos", ".fieldnorm"];
    for name in index.into_iter().chain(["lock", "truyvet.db-wal", "truyvet.db-shm", ".reel"]) {
        for empty in [false, true] {
            copy(&whole, &site.path("data"));
            let files = kind(&site.path("data"), name);
            let file = &files[luck.below(files.len() as u64) as usize];
            let mut bytes = fs::read(file).unwrap();
            if bytes.is_empty() {
                continue;
            }
            let at = luck.below(bytes.len() as u64) as usize;
            bytes[at] ^= 1 << luck.below(8);
            fs::write(file, if empty { &[] } else { &bytes[..] }).unwrap();
            let what = if empty { format!("{name} emptied") } else { format!("byte {at} of {}", file.display()) };
            answers_truly(&site, &all, &what);
            if empty {
                let daemon = Daemon::start(&site);
                let ran = daemon.stop();
                assert_eq!(ran.code, Some(0), "{what}: {}", ran.stderr);
                assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
            } else {
                let ran = site.run(&["index", "--no-thumbnails"]);
                assert_eq!(ran.code, Some(0), "{what}: {}", ran.stderr);
                assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
            }
            assert_eq!(site.everything(), all, "{what}");
            site.run(&["check", "--deep"]).ends(i32::from(name == ".reel"));
            if name == ".reel" {
                site.run(&["index", "--retake-thumbnails"]).ends(0);
                site.run(&["check", "--deep"]).ends(0);
            }
        }
    }
}

#[test]
fn a_damaged_store_stops_the_daemon_with_the_last_good_backup() {
    let (site, all, whole) = site();
    // Where the pages' kinds are told, and in the first of what they hold. (SQLite has no checksums: a number in a row that is
    // another now is not noticed.)
    let store = fs::read(whole.join("truyvet.db")).unwrap();
    for (at, mask) in [(0, 0x01), (PAGE, 0x08), (3 * PAGE, 0x40), (5 * PAGE, 0x07)] {
        copy(&whole, &site.path("data"));
        let mut bytes = store.clone();
        bytes[at] ^= mask;
        fs::write(site.path("data/truyvet.db"), &bytes).unwrap();
        // The side file would put whole pages over some of the damage.
        fs::remove_file(site.path("data/truyvet.db-wal")).unwrap();
        fs::remove_file(site.path("data/truyvet.db-shm")).unwrap();
        // The newest backup is damaged too.
        let mut backup = fs::read(site.path(NEWER)).unwrap();
        backup[2 * PAGE] ^= 0x04;
        fs::write(site.path(NEWER), backup).unwrap();
        site.run(&["restore", site.path(NEWER).to_str().unwrap()]).ends(1);
        let said = site.path("site.log");
        fs::write(&said, b"").unwrap();
        let ran = Daemon::begin(&site.path("site.toml")).ended();
        assert_eq!(ran.code, Some(1), "byte {at}: {}", ran.stderr);
        assert!(ran.stderr.contains("damaged") && ran.stderr.contains(OLDER), "byte {at}: {}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "byte {at}: {}", ran.stderr);
        assert_eq!(fs::read(site.path("data/truyvet.db")).unwrap(), bytes, "byte {at}: nothing was mended in secret");
    }
    site.run(&["restore", site.path(OLDER).to_str().unwrap()]).ends(0);
    let daemon = Daemon::start(&site);
    daemon.until("all are found again", || site.everything() == all);
    daemon.stop().ends(0);
}

#[test]
fn a_text_in_the_store_that_is_none_was_taken_for_a_fault_of_the_disk() {
    let site = TestSite::new(&["a"]);
    site.put("a", "20240301_080000.mp4", &mp4());
    site.index(0);
    fs::create_dir_all(site.path("data/backups")).unwrap();
    site.run(&["backup", site.path(OLDER).to_str().unwrap()]).ends(0);
    let store = site.path("data/truyvet.db");
    let mut bytes = fs::read(&store).unwrap();
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"time_conflict")).collect();
    assert!(!places.is_empty(), "a row's doubts");
    places.into_iter().for_each(|at| bytes[at] ^= 0x80);
    fs::write(&store, bytes).unwrap();
    let near = format!("{LAT},{LON}");
    let ran = site.run(&["search", "--near", &near, "--at", "2024-03-01 08:00"]).ends(1);
    assert!(ran.stderr.contains("damaged") && ran.stderr.contains(OLDER), "{}", ran.stderr);
}
