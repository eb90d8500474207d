//! Files that change under the reader, and a clock that jumps: what is found in the end is what lies there.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::inotify::{self, CreateFlags, WatchFlags};

use crate::support::clips::{mp4, other_mp4, ts};
use crate::support::daemon::Daemon;
use crate::support::site::TestSite;

const NAME: &str = "20240301_080000.ts";

fn site() -> TestSite {
    let site = TestSite::new(&["a", "b"]);
    site.append("[watch]\nsettle_s = 1\nsettle_remote_s = 1\n");
    site
}

/// A transport stream that takes a while to read.
fn long(times: usize) -> Vec<u8> {
    fs::read(ts()).unwrap().repeat(times)
}

#[test]
fn a_copy_that_changed_took_the_other_copies_recording_with_it() {
    let site = site();
    let [one, other, third] = ["one", "other", "third"].map(|folder| site.put("a", format!("{folder}/{NAME}"), &ts()));
    site.index(0);
    assert_eq!(site.everything().len(), 1, "copies are one recording");
    // One grows, one is another now, one stays.
    File::options().append(true).open(&other).unwrap().write_all(&long(1)).unwrap();
    fs::copy(mp4(), &third).unwrap();
    let again = |expected: usize| {
        site.index(0);
        let undisturbed = site.with_data(&format!("undisturbed-{expected}"));
        undisturbed.run(&["index", "--no-thumbnails"]).ends(0);
        let told = |all: Vec<serde_json::Value>| -> BTreeSet<String> {
            all.iter().map(|hit| format!("{} {} {}", hit["path"], hit["codec"], hit["keyframes"])).collect()
        };
        let found = told(site.everything());
        assert_eq!((found.len(), &found), (expected, &told(undisturbed.everything())));
    };
    again(3);
    // Both copies grown alike are copies again.
    File::options().append(true).open(&one).unwrap().write_all(&long(1)).unwrap();
    again(2);
}

/// Waits until somebody reads a file.
fn until_read(path: &Path, doing: impl FnOnce()) {
    let watch = inotify::init(CreateFlags::CLOEXEC).unwrap();
    inotify::add_watch(&watch, path, WatchFlags::ACCESS).unwrap();
    doing();
    let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
    inotify::Reader::new(&watch, &mut buffer).next().unwrap();
}

fn truncate(path: &Path, to: u64) {
    File::options().write(true).open(path).unwrap().set_len(to).unwrap();
}

/// Something that happens to a file.
type Change = fn(&TestSite, &Path);

#[test]
fn a_file_that_changes_while_it_is_read_ends_as_what_it_became() {
    let changes: [(&str, Change); 6] = [
        ("cut in half", |_, path| truncate(path, fs::metadata(path).unwrap().len() / 2)),
        ("cut to nothing", |_, path| truncate(path, 0)),
        ("deleted", |_, path| fs::remove_file(path).unwrap()),
        ("replaced", |site, path| {
            fs::copy(mp4(), site.path("other")).unwrap();
            fs::rename(site.path("other"), path).unwrap();
        }),
        ("overwritten", |_, path| fs::write(path, fs::read(other_mp4()).unwrap()).unwrap()),
        ("grown", |_, path| File::options().append(true).open(path).unwrap().write_all(&long(1)).unwrap()),
    ];
    let site = site();
    let daemon = Daemon::start(&site);
    for (number, (_, change)) in changes.iter().enumerate() {
        let path = site.footage("a", format!("{number}/{NAME}"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Each of its own, since copies are one recording.
        fs::write(&path, [long(60), vec![number as u8; 188]].concat()).unwrap();
        until_read(&path, || {});
        change(&site, &path);
    }
    site.put("b", NAME, &ts());
    let undisturbed = site.with_data("undisturbed");
    undisturbed.run(&["index", "--no-thumbnails"]).ends(3);
    let (quarantined, found) = (undisturbed.run(&["quarantine", "list", "--json"]).json(), undisturbed.everything());
    assert_eq!(found.len(), 5, "the deleted and the emptied one are no recordings: {found:#?}");
    daemon.until("it is as if nothing had disturbed it", || same(&site.everything(), &found));
    let list = |value: &serde_json::Value| -> Vec<(String, String)> {
        value.as_array().unwrap().iter().map(|f| (f["path"].to_string(), f["reason"].to_string())).collect()
    };
    daemon.until("so is the quarantine", || {
        list(&site.run(&["quarantine", "list", "--json"]).json()) == list(&quarantined)
    });
    let ran = daemon.stop().ends(0);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

/// Whether two answers are the same but for ids, which tell what a file was at first sight, and for activity: the camera's
/// background, against which it is measured, is worked out by the next look through the folder.
fn same(one: &[serde_json::Value], other: &[serde_json::Value]) -> bool {
    let plain = |all: &[serde_json::Value]| -> Vec<String> {
        let mut all: Vec<_> = all.to_vec();
        for hit in &mut all {
            (hit["id"], hit["activity"]) = (serde_json::Value::Null, serde_json::Value::Null);
        }
        let mut all: Vec<String> = all.iter().map(ToString::to_string).collect();
        all.sort();
        all
    };
    plain(one) == plain(other)
}

fn grows_for(length: Duration) {
    let site = site();
    let part = fs::read(ts()).unwrap();
    let path = site.footage("a", NAME);
    let daemon = Daemon::start(&site);
    let mut file = File::create(&path).unwrap();
    let begun = Instant::now();
    let (mut written, mut restarted) = (0usize, Some(daemon));
    while begun.elapsed() < length {
        // Twelve seconds of footage in packets of their own, a little at a time; the daemon starts anew at half time.
        let at = written * 188 % part.len();
        file.write_all(&part[at..at + 188]).unwrap();
        written += 1;
        if written % 200 == 0 {
            let found = site.everything();
            assert!(found.len() <= 1, "{found:#?}");
            if let Some(daemon) = restarted.take_if(|_| begun.elapsed() > length / 2) {
                daemon.kill();
            }
        }
        if restarted.is_none() {
            restarted = Some(Daemon::start(&site));
        }
        thread::sleep(Duration::from_millis(5));
    }
    while written * 188 % part.len() != 0 {
        let at = written * 188 % part.len();
        file.write_all(&part[at..at + 188]).unwrap();
        written += 1;
    }
    drop(file);
    let undisturbed = site.with_data("undisturbed");
    undisturbed.run(&["index", "--no-thumbnails"]).ends(0);
    let whole = undisturbed.everything();
    assert_eq!(whole.len(), 1);
    let daemon = restarted.unwrap();
    daemon.until("its whole length is found", || same(&site.everything(), &whole));
    daemon.stop().ends(0);
    assert_eq!(site.index(0)["unchanged"], 1);
}

#[test]
fn a_file_that_grows_is_one_recording_also_over_a_restart() {
    grows_for(Duration::from_secs(8));
}

#[test]
#[ignore = "ten minutes: `make soak` does it"]
fn a_file_that_grows_for_ten_minutes_is_one_recording() {
    grows_for(Duration::from_secs(600));
}
