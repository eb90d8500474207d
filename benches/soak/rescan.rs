//! The nightly look through everything: nothing has changed, so nothing may be opened.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use serde_json::Value;

use crate::process::Daemon;
use crate::{clips, site};

const CAMERAS: u64 = 100;
/// 2023-07-15 00:00:00 +07:00.
const START: i64 = 1_689_354_000;

pub(crate) fn run(files: u64) {
    let (place, folders) = site(CAMERAS);
    // Thumbnails are another matter: they open files.
    let file = place.path().join("site.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(file, text + "[schedule]\nwhen_idle = false\nthumbnails = \"03:00-03:01\"\n").unwrap();
    let clip = clips::make(1, "mp4");
    let mut days = std::collections::BTreeSet::new();
    for number in 0..files {
        let second = START + 60 * (number / CAMERAS).cast_signed();
        let path = folders[(number % CAMERAS) as usize].join(clips::name(second, "mp4"));
        clips::write(&path, &clips::numbered(&clip, "mp4", number), second + 1);
        days.insert(path.parent().unwrap().to_owned());
    }
    let begun = Instant::now();
    index(place.path());
    println!("{files} files listed for the first time in {:.1} s", begun.elapsed().as_secs_f64());
    let days: Vec<PathBuf> = days.into_iter().collect();
    for round in 1..=3 {
        let watch = watch_opening(&days);
        let begun = Instant::now();
        let report = index(place.path());
        let took = begun.elapsed().as_secs_f64();
        let opened = opened(&watch);
        println!("looked through again, round {round}: {took:.2} s (goal: ≤ 10), {opened} opened");
        assert_eq!((&report["unchanged"], &report["listed"]), (&files.into(), &0.into()));
        assert_eq!(opened, 0);
    }
    let watch = watch_opening(&days);
    let daemon = Daemon::start(place.path());
    println!("the daemon's start, until every folder was looked through: {:.2} s", daemon.age().as_secs_f64());
    println!("its resident memory: {:.1} MiB, of which its own {:.1}", daemon.taken().alone, daemon.taken().own);
    drop(daemon);
    println!("opened by it: {}", opened(&watch));
}

fn index(place: &Path) -> Value {
    let mut truyvet = Command::new(env!("CARGO_BIN_EXE_truyvet"));
    truyvet.arg("--config").arg(place.join("site.toml")).args(["index", "--no-thumbnails", "--json"]);
    let output = truyvet.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Has the kernel tell of every file below these folders that is opened.
fn watch_opening(folders: &[PathBuf]) -> OwnedFd {
    let watch = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
    for folder in folders {
        inotify::add_watch(&watch, folder, WatchFlags::OPEN).unwrap();
    }
    watch
}

/// Files opened, not folders.
fn opened(watch: &OwnedFd) -> usize {
    let mut buffer = [std::mem::MaybeUninit::uninit(); 65_536];
    let mut reader = inotify::Reader::new(watch, &mut buffer);
    let mut opened = 0;
    while let Ok(event) = reader.next() {
        assert!(!event.events().contains(ReadFlags::QUEUE_OVERFLOW), "too many files for the kernel's queue");
        opened += usize::from(!event.events().contains(ReadFlags::ISDIR));
    }
    opened
}
