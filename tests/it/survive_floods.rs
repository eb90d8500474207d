//! More happens in the footage folders than a daemon can follow: in the end it knows what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::process::Signal;

use crate::support::clips::{numbered, tiny};
use crate::support::daemon::Daemon;
use crate::support::luck::Luck;
use crate::support::site::{TestSite, set_modified};

fn site(cameras: &[&str]) -> TestSite {
    let site = TestSite::new(cameras);
    site.append(
        "[watch]\nsettle_s = 1\nsettle_remote_s = 1\n[schedule]\nwhen_idle = false\nthumbnails = \"00:00-00:01\"\n",
    );
    site
}

/// The name that tells this second after 2024-03-01 08:00, and the start that it means. (Six digits that begin with 00 might be
/// a counter.)
fn name(second: u64) -> (String, String) {
    let second = 8 * 3600 + second;
    let (day, rest) = (1 + second / 86_400, second % 86_400);
    let (h, m, s) = (rest / 3600, rest / 60 % 60, rest % 60);
    (format!("202403{day:02}_{h:02}{m:02}{s:02}.mp4"), format!("2024-03-{day:02}T{h:02}:{m:02}:{s:02}"))
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
    set_modified(path, SystemTime::now() - Duration::from_secs(3600));
}

/// Every hit's path and the start that it tells, on the camera's clock; each path once.
fn found(site: &TestSite) -> BTreeMap<PathBuf, String> {
    let all = site.everything();
    let hits: BTreeMap<PathBuf, String> = all
        .iter()
        .map(|hit| (hit["path"].as_str().unwrap().into(), hit["camera_start"].as_str().unwrap()[..19].to_owned()))
        .collect();
    assert_eq!(hits.len(), all.len(), "none twice");
    hits
}

/// The paths of all files below a camera's folder.
fn lying(site: &TestSite, camera: &str) -> BTreeSet<PathBuf> {
    let files = walkdir::WalkDir::new(site.footage(camera, "")).into_iter().map(Result::unwrap);
    files.filter(|entry| entry.file_type().is_file()).map(|entry| entry.path().to_owned()).collect()
}

/// The daemon sleeps while the files are dropped: nobody reads the kernel's queue, and it overflows for real.
#[test]
fn of_twenty_thousand_files_dropped_at_once_past_the_kernels_queue_none_is_lost() {
    const FILES: u64 = 20_000;
    let cameras = ["a", "b"];
    let site = site(&cameras);
    let clip = fs::read(tiny()).unwrap();
    for camera in cameras {
        write(&site.footage(camera, name(0).0), &numbered(&clip, 0));
    }
    let daemon = Daemon::start(&site);
    daemon.signal(Signal::STOP);
    let mut should = BTreeMap::new();
    for second in 0..FILES / 2 {
        for (number, camera) in cameras.iter().enumerate() {
            let (name, start) = name(second);
            // Some lie where the watching was in place already, some in folders as new as they are.
            let folder =
                if second % 2 == 0 { String::new() } else { format!("{}/{}/", second / 1000, second / 100 % 10) };
            let path = site.footage(camera, format!("{folder}{name}"));
            if second > 0 {
                write(&path, &numbered(&clip, 2 * second + number as u64));
            }
            should.insert(path, start);
        }
    }
    daemon.signal(Signal::CONT);
    daemon.until("all are listed", || daemon.figure("truyvet_files_listed_total") >= FILES as f64);
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    if limit.trim().parse::<u64>().unwrap() <= FILES {
        assert!(daemon.said().contains("queue of events overflowed"), "{}", daemon.said());
    } else {
        eprintln!("not overflowed: a queue of {} events", limit.trim());
    }
    daemon.until("all are found", || daemon.figure("truyvet_rescans_total") >= 3.0 && found(&site) == should);
    daemon.stop().ends(0);
    let report = site.index(0);
    assert_eq!((&report["unchanged"], &report["gone"]), (&FILES.into(), &0.into()));
}

/// The kernel is asked: no file is opened by looking at 2,000 that did not change, neither by a run nor by a daemon's start.
#[test]
fn of_files_that_did_not_change_none_is_opened() {
    const FILES: u64 = 2_000;
    let site = site(&["a"]);
    let clip = fs::read(tiny()).unwrap();
    for second in 0..FILES {
        let (folder, name) = (second % 3, name(second).0);
        write(&site.footage("a", format!("{folder}/{name}")), &numbered(&clip, second));
    }
    assert_eq!(site.index(0)["listed"], FILES);
    let watch = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).unwrap();
    for folder in 0..3 {
        inotify::add_watch(&watch, site.footage("a", folder.to_string()), WatchFlags::OPEN).unwrap();
    }
    assert_eq!(site.index(0)["unchanged"], FILES);
    let daemon = Daemon::start(&site);
    assert_eq!(daemon.figure("truyvet_files_listed_total"), 0.0);
    daemon.stop().ends(0);
    let opened = || {
        let mut buffer = [std::mem::MaybeUninit::uninit(); 65_536];
        let mut events = inotify::Reader::new(&watch, &mut buffer);
        let mut files = 0;
        while let Ok(event) = events.next() {
            assert!(!event.events().contains(ReadFlags::QUEUE_OVERFLOW));
            files += usize::from(!event.events().contains(ReadFlags::ISDIR));
        }
        files
    };
    assert_eq!(opened(), 0);
    fs::read(site.footage("a", format!("0/{}", name(0).0))).unwrap();
    assert_eq!(opened(), 1, "the watch does see openings");
}

#[test]
fn folders_made_and_filled_in_the_same_instant_are_seen_to_the_bottom() {
    let site = site(&["a"]);
    let clip = fs::read(tiny()).unwrap();
    let daemon = Daemon::start(&site);
    let mut luck = Luck::new(0x5eed_0003);
    for second in 0..300 {
        let depth = 1 + luck.below(6);
        let folders: PathBuf = (0..depth).map(|_| luck.below(4).to_string()).collect();
        write(&site.footage("a", folders.join(name(second).0)), &numbered(&clip, second));
        if second % 50 == 0 {
            thread::sleep(Duration::from_millis(luck.below(300)));
        }
    }
    let lie = lying(&site, "a");
    assert_eq!(lie.len(), 300);
    daemon.until("all are found", || found(&site).into_keys().collect::<BTreeSet<_>>() == lie);
    daemon.stop().ends(0);
}

/// What is found while the storm blows may be behind; a while after, it is what lies there, with the times that the names tell.
#[test]
fn after_a_storm_of_renames_it_finds_each_recording_once_under_its_last_name() {
    const FILES: u64 = 120;
    let site = site(&["a", "b"]);
    let clip = fs::read(tiny()).unwrap();
    let mut at: Vec<PathBuf> = (0..FILES)
        .map(|second| {
            let path = site.footage("a", format!("{}/{}", second % 4, name(second).0));
            write(&path, &numbered(&clip, second));
            path
        })
        .collect();
    let daemon = Daemon::start(&site);
    let mut luck = Luck::new(0x5eed_0004);
    for _ in 0..3_000 {
        let file = luck.below(FILES) as usize;
        let camera = ["a", "b"][luck.below(2) as usize];
        let folder = site.footage(camera, luck.below(6).to_string());
        fs::create_dir_all(&folder).unwrap();
        let name = name(file as u64).0;
        let to = folder.join(if luck.below(2) == 0 { format!("{name}.tmp") } else { name });
        fs::rename(&at[file], &to).unwrap();
        at[file] = to;
    }
    let mut should = BTreeMap::new();
    for (file, path) in at.iter().enumerate() {
        let (name, start) = name(file as u64);
        let to = path.with_file_name(name);
        fs::rename(path, &to).unwrap();
        should.insert(to, start);
    }
    daemon.until("what lies there is found, and nothing else", || found(&site) == should);
    daemon.stop().ends(0);
    site.run(&["check", "--deep"]).ends(0);
}

#[test]
fn a_folder_moved_out_and_back_keeps_its_recordings() {
    let site = site(&["a"]);
    let clip = fs::read(tiny()).unwrap();
    for second in 0..40 {
        write(
            &site.footage("a", format!("{}/{}", ["left", "moved"][second as usize % 2], name(second).0)),
            &numbered(&clip, second),
        );
    }
    let daemon = Daemon::start(&site);
    let before = site.everything();
    assert_eq!(before.len(), 40);
    let (here, away) = (site.footage("a", "moved"), site.path("away"));
    for pause_ms in [0, 30, 1_500] {
        fs::rename(&here, &away).unwrap();
        thread::sleep(Duration::from_millis(pause_ms));
        // A file that comes while the folder is away, and one in it when it is back.
        let late = 1_000 + pause_ms;
        write(&away.join(name(late).0), &numbered(&clip, late));
        fs::rename(&away, &here).unwrap();
        write(&here.join(name(late + 1).0), &numbered(&clip, late + 1));
    }
    daemon.until("all are found", || found(&site).into_keys().collect::<BTreeSet<_>>() == lying(&site, "a"));
    let after = site.everything();
    assert_eq!(after.len(), 46);
    for recording in before {
        assert!(after.contains(&recording), "{recording}");
    }
    // Away for long, its recordings are gone; when it is back, they are the same ones.
    fs::rename(&here, &away).unwrap();
    daemon.until("they are gone", || found(&site).len() == 20);
    fs::rename(&away, &here).unwrap();
    daemon.until("they are back", || site.everything() == after);
    daemon.stop().ends(0);
}
