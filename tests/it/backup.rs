//! `truyvet backup` and `truyvet restore`: nothing is lost, whatever becomes of the store.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::clips::{mp4, other_mp4, ts};
use crate::support::run::{end, start, truyvet};
use crate::support::site::TestSite;
use crate::support::snapshot;

const NINE: &str = "20240301_090000.mp4";
const TEN: &str = "20240301_100000.mp4";
const ELEVEN: &str = "20240301_110000.ts";
const KEPT: &str = "data/backups/truyvet-20260101T170000Z.db";

/// Two recordings, one file in quarantine.
fn site() -> TestSite {
    let site = TestSite::new(&["a"]);
    site.put("a", NINE, &mp4());
    site.put("a", TEN, &other_mp4());
    site.write("a", "20240301_120000.mp4", b"a text");
    site.run(&["index"]).ends(3);
    site
}

fn text(path: impl AsRef<Path>) -> String {
    path.as_ref().to_str().unwrap().to_owned()
}

fn back_up(site: &TestSite, below: &str) -> Value {
    let to = site.path(below);
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    site.run(&["backup", &text(to), "--json"]).ends(0).json()
}

/// Spoils the store in the middle, where its rows are.
fn damage(site: &TestSite) -> Vec<u8> {
    let store = site.path("data/truyvet.db");
    // What is still beside it goes in first: it would mend the pages that it holds.
    rusqlite::Connection::open(&store).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let mut bytes = fs::read(&store).unwrap();
    for page in 1..bytes.len() / 4096 {
        bytes[page * 4096..page * 4096 + 200].fill(0x5a);
    }
    fs::write(&store, &bytes).unwrap();
    bytes
}

#[test]
fn a_restored_store_and_the_next_index_know_what_is_on_disk() {
    let site = site();
    let made = back_up(&site, "b.db");
    assert_eq!((&made["recordings"], &made["files"]), (&2.into(), &3.into()));
    let then = site.everything();
    // After the backup one file comes and one goes.
    site.put("a", ELEVEN, &ts());
    fs::remove_file(site.footage("a", NINE)).unwrap();
    site.run(&["index"]).ends(3);
    let now = site.everything();
    let done = site.run(&["restore", &text(site.path("b.db")), "--json"]).ends(0).json();
    assert_eq!(done["recordings"], 2);
    let aside = done["set_aside"].as_str().unwrap();
    assert!(aside.contains("truyvet.db.before-restore-20"), "{aside}");
    // A check says what is to be done.
    let check = site.run(&["check"]).ends(1).stdout;
    assert!(check.contains("run truyvet index"), "{check}");
    site.run(&["index"]).ends(3);
    assert_eq!(site.everything(), now);
    site.run(&["check", "--deep"]).ends(0);
    // The store that was put aside is as good a backup, and the first state can be had again.
    site.put("a", NINE, &mp4());
    fs::remove_file(site.footage("a", ELEVEN)).unwrap();
    site.run(&["restore", aside]).ends(0);
    site.run(&["index"]).ends(3);
    let ids = |all: &[Value]| all.iter().map(|r| r["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&site.everything()), ids(&then));
    site.run(&["check", "--deep"]).ends(0);
}

#[test]
fn a_backup_goes_nowhere_near_footage_and_over_nothing() {
    let site = site();
    let before = snapshot::of(&site.path("footage"));
    for place in [site.footage("a", "b.db"), site.footage("a", NINE), site.path("footage/a/../a/b.db")] {
        let refused = site.run(&["backup", &text(place), "--force"]).ends(2).stderr;
        assert!(refused.contains("footage folder"), "{refused}");
    }
    assert_eq!(snapshot::of(&site.path("footage")), before);
    fs::write(site.path("b.db"), b"mine").unwrap();
    let refused = site.run(&["backup", &text(site.path("b.db"))]).ends(2).stderr;
    assert!(refused.contains("--force"), "{refused}");
    assert_eq!(fs::read(site.path("b.db")).unwrap(), b"mine");
    site.run(&["backup", &text(site.path("b.db")), "--force"]).ends(0);
    site.run(&["backup", &text(site.path("data/truyvet.db")), "--force"]).ends(2);
    site.run(&["backup", &text(site.path("no/folder/b.db"))]).ends(1);
    site.run(&["restore", &text(site.path("data/truyvet.db"))]).ends(2);
    site.run(&["restore", &text(site.footage("a", NINE))]).ends(1);
    site.run(&["restore", &text(site.path("nowhere.db"))]).ends(1);
    site.run(&["check", "--deep"]).ends(0);
    let new = TestSite::new(&["a"]);
    new.run(&["backup", &text(new.path("b.db"))]).ends(1);
}

#[test]
fn a_backup_is_made_beside_a_running_index_and_a_restore_waits_for_it() {
    let site = TestSite::new(&["a"]);
    for minute in 0..60 {
        site.put("a", format!("20240301_09{minute:02}00.mp4"), &mp4());
    }
    site.run(&["index", "--no-thumbnails"]).ends(0);
    let lock = File::options().read(true).write(true).open(site.path("data/lock")).unwrap();
    lock.lock().unwrap();
    back_up(&site, "held.db");
    let refused = site.run(&["restore", &text(site.path("held.db"))]).ends(1).stderr;
    assert!(refused.contains("another process"), "{refused}");
    drop(lock);
    let running = start(&mut truyvet(&["--config", &text(site.path("site.toml")), "index"]));
    for i in 0..4 {
        back_up(&site, &format!("{i}.db"));
    }
    end(running).ends(0);
    let now = site.everything();
    site.run(&["restore", &text(site.path("3.db"))]).ends(0);
    site.run(&["index", "--no-thumbnails"]).ends(0);
    assert_eq!(site.everything(), now);
}

#[test]
fn a_damaged_store_is_refused_with_the_last_good_backup_and_the_command_that_restores_it() {
    let site = site();
    back_up(&site, KEPT);
    // The newest is no good; it is not what is named.
    let newest = site.path("data/backups/truyvet-20260102T170000Z.db");
    fs::write(&newest, b"cut off by a full disk").unwrap();
    let now = site.everything();
    let damaged = damage(&site);
    let near = format!("{},{}", crate::support::site::LAT, crate::support::site::LON);
    let command = format!("truyvet --config {} restore {}", text(site.path("site.toml")), text(site.path(KEPT)));
    let asked: [&[&str]; 5] = [
        &["status"],
        &["search", "--near", &near, "--at", "2024-03-01 09:00"],
        &["index"],
        &["quarantine", "list"],
        &["backup", "/tmp/never-made-by-truyvet.db"],
    ];
    for arguments in asked {
        let ran = site.run(arguments).ends(1);
        assert!(ran.stderr.contains("damaged") && ran.stderr.contains(&command), "{arguments:?}: {}", ran.stderr);
        let vi = site.run(&[&["--lang", "vi"], arguments].concat()).ends(1).stderr;
        assert!(vi.contains("bản sao lưu tốt gần nhất"), "{vi}");
    }
    let check = site.run(&["check"]).ends(1).stdout;
    assert!(check.contains(&command), "{check}");
    assert_eq!(fs::read(site.path("data/truyvet.db")).unwrap(), damaged, "nothing was mended in secret");
    // The very command mends it.
    let program = Path::new(env!("CARGO_BIN_EXE_truyvet")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    assert!(Command::new("sh").args(["-c", &command]).env("PATH", path).status().unwrap().success());
    site.run(&["index"]).ends(3);
    assert_eq!(site.everything(), now);
    site.run(&["check", "--deep"]).ends(0);
}

#[test]
fn a_store_of_no_bytes_is_not_taken_for_a_new_one() {
    let site = site();
    back_up(&site, KEPT);
    fs::write(site.path("data/truyvet.db"), b"").unwrap();
    for command in ["index", "status"] {
        let refused = site.run(&[command]).ends(1).stderr;
        assert!(refused.contains("damaged") && refused.contains(KEPT), "{refused}");
    }
    // Without any backup the way out is told too.
    fs::remove_dir_all(site.path("data/backups")).unwrap();
    let refused = site.run(&["index"]).ends(1).stderr;
    assert!(refused.contains("no good backup") && refused.contains("put"), "{refused}");
    fs::remove_file(site.path("data/truyvet.db")).unwrap();
    site.run(&["index"]).ends(3);
    assert_eq!(site.everything().len(), 2);
}

#[test]
fn a_restore_killed_at_any_moment_leaves_a_whole_store() {
    let site = site();
    back_up(&site, "b.db");
    let now = site.everything();
    let mut delay_us = 0;
    for _ in 0..25 {
        let backup = text(site.path("b.db"));
        let mut child = start(&mut truyvet(&["--config", &text(site.path("site.toml")), "restore", &backup]));
        thread::sleep(Duration::from_micros(delay_us));
        child.kill().unwrap();
        child.wait().unwrap();
        delay_us = (delay_us * 7 + 3_100) % 60_000;
        site.run(&["status"]).ends(0);
    }
    site.run(&["restore", &text(site.path("b.db"))]).ends(0);
    site.run(&["index"]).ends(3);
    assert_eq!(site.everything(), now);
    site.run(&["check", "--deep"]).ends(0);
    let left = fs::read_dir(site.path("data"))
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".truyvet"));
    assert_eq!(left.count(), 0, "what the kills left was cleared away");
}
