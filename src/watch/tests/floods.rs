//! More than can be followed: nothing is lost, nothing waits for ever, and an idle watch sleeps.

use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::inotify::ReadFlags;

use super::*;
use crate::watch::folder::Probed;

/// A directory in memory where there is one: thousands of files are no matter for a disk that others use.
fn roomy() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

#[test]
fn twenty_thousand_files_dropped_at_once_all_become_known() {
    let dir = roomy();
    let mut yard = Yard::watch(dir.path(), quick());
    let root = dir.path().to_owned();
    let begun = Instant::now();
    let writer = std::thread::spawn(move || {
        for n in 0..20_000 {
            let hour = root.join(format!("cam{}/{}", n % 10, n / 1000));
            create_dir_all(&hour).unwrap();
            write(hour.join(format!("{n}.mp4")), b"x").unwrap();
        }
    });
    assert_eq!(yard.until_known(20_000).len(), 20_000);
    writer.join().unwrap();
    let rescans: Vec<&Event> = yard.log.iter().filter(|e| matches!(e, Event::Rescan { .. })).collect();
    eprintln!("20,000 files known after {:?}; scans asked for: {}", begun.elapsed(), rescans.len() - 1);
}

#[test]
fn past_the_bound_of_unsettled_files_a_scan_covers_the_rest() {
    let dir = roomy();
    for force_poll in [false, true] {
        let (settle, settle_remote) = (Duration::from_millis(30), Duration::from_millis(150));
        let settings = Settings { most_unsettled: 100, force_poll, settle, settle_remote, ..quick() };
        let mut yard = Yard::watch(dir.path(), settings);
        for n in 0..500 {
            write(dir.path().join(format!("{force_poll}{n}.mp4")), b"x").unwrap();
        }
        let wanted = if force_poll { 1000 } else { 500 };
        if force_poll {
            yard.watch.consider(KEY, (0..500).map(|n| format!("false{n}.mp4").into_bytes()));
        }
        assert_eq!(yard.until_known(wanted).len(), wanted);
        assert!(yard.log.contains(&Event::Rescan { folder: KEY.to_owned(), why: Why::Crowded }));
    }
}

#[test]
fn a_flood_of_events_does_not_keep_a_file_from_settling() {
    let dir = tempfile::tempdir().unwrap();
    let mut yard = Yard::watch(dir.path(), quick());
    let stop = Arc::new(AtomicBool::new(false));
    let (root, stopped) = (dir.path().to_owned(), Arc::clone(&stop));
    let flood = std::thread::spawn(move || {
        let mut n = 0u64;
        let mut open = File::create(root.join("growing.mp4")).unwrap();
        while !stopped.load(Ordering::Relaxed) {
            n += 1;
            open.write_all(b"x").unwrap();
            write(root.join(format!("{}.tmp", n % 100)), b"x").unwrap();
        }
        n
    });
    for n in 0..5 {
        let name = format!("{n}.mp4");
        write(dir.path().join(&name), b"12").unwrap();
        assert_eq!(yard.settles(&name), 2);
    }
    stop.store(true, Ordering::Relaxed);
    flood.join().unwrap();
    yard.settles("growing.mp4");
}

/// The kernel's queue is filled for real, by events that nobody reads.
#[test]
fn an_overflow_asks_for_a_scan_and_finds_the_directories_that_it_lost() {
    let limit = std::fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let limit: usize = limit.trim().parse().unwrap();
    if limit > 100_000 {
        eprintln!("skipped: a queue of {limit} events");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut probed = Probed::begin(dir.path(), quick(), ignore());
    probed.until(&Event::Rescan { folder: KEY.to_owned(), why: Why::Started });
    let name = |n: usize| dir.path().join(format!("{n}.mp4"));
    write(name(0), b"").unwrap();
    for n in 0..limit {
        rename(name(n), name(n + 1)).unwrap();
    }
    create_dir_all(dir.path().join("lost/too")).unwrap();
    probed.until(&Event::Rescan { folder: KEY.to_owned(), why: Why::Overflow });
    assert_eq!((probed.watches(), probed.overflows()), (3, 1));
}

#[test]
fn a_lost_closing_is_made_up_for_after_an_overflow() {
    let dir = tempfile::tempdir().unwrap();
    let mut probed = Probed::begin(dir.path(), quick(), ignore());
    probed.until(&Event::Rescan { folder: KEY.to_owned(), why: Why::Started });
    write(dir.path().join("a.mp4"), b"12").unwrap();
    probed.feed(ReadFlags::QUEUE_OVERFLOW);
    probed.until(&Event::Rescan { folder: KEY.to_owned(), why: Why::Overflow });
    write(dir.path().join("b.mp4"), b"12").unwrap();
    probed.until_settled(b"b.mp4");
}

/// Printed, not asserted: what a watch costs while nothing happens.
#[test]
fn an_idle_watch_sleeps() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..200 {
        create_dir(dir.path().join(format!("cam{n}"))).unwrap();
    }
    for (name, settings) in [
        ("inotify, default settings", Settings::default()),
        (
            "polling 200 directories every second",
            Settings { force_poll: true, poll_every: Duration::from_secs(1), ..Settings::default() },
        ),
    ] {
        let mut folder = Probed::begin(dir.path(), settings, ignore());
        folder.until(&Event::Rescan { folder: KEY.to_owned(), why: Why::Started });
        let (cpu, turns) = folder.idle(Duration::from_secs(3));
        eprintln!("{name}: {cpu:?} of CPU and {turns} turns in 3 s");
    }
}
