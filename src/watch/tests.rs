//! The watching on real file systems. Tests wait for events until a generous deadline, never for a time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, create_dir, create_dir_all, remove_dir_all, rename, write};
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use super::*;
use crate::base::shutdown::Shutdown;

mod floods;
mod namespaces;

const KEY: &str = "yard";

fn quick() -> Settings {
    Settings {
        settle: Duration::from_millis(300),
        settle_remote: Duration::from_millis(600),
        poll_every: Duration::from_millis(50),
        rescan_every: Duration::from_secs(3600),
        growing_every: Duration::from_millis(100),
        ..Settings::default()
    }
}

fn ignore() -> Ignore {
    Arc::new(|path: &Path| path.extension().is_some_and(|extension| extension == "tmp"))
}

/// A folder under watch, and all that was told of it.
struct Yard {
    root: PathBuf,
    watch: Watch,
    events: Receiver<Event>,
    log: Vec<Event>,
}

impl Yard {
    /// Watches a folder and waits until the watching is in place.
    fn watch(root: &Path, settings: Settings) -> Yard {
        let mut yard = Yard::begin(root, settings);
        yard.until(|event| matches!(event, Event::Rescan { why: Why::Started, .. }));
        yard
    }

    fn begin(root: &Path, settings: Settings) -> Yard {
        let folder = WatchedFolder { key: KEY.to_owned(), path: root.to_owned() };
        let (watch, events) = Watch::start(vec![folder], settings, ignore()).unwrap();
        Yard { root: root.to_owned(), watch, events, log: Vec::new() }
    }

    fn next(&mut self) -> Event {
        let event = self.events.recv_timeout(Duration::from_secs(60));
        let event = event.unwrap_or_else(|_| panic!("nothing more after {:?}; {:?}", self.log, self.watch.health()));
        self.log.push(event.clone());
        event
    }

    fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.next();
            if wanted(&event) {
                return event;
            }
        }
    }

    /// Waits until a file settles; says with how many bytes.
    fn settles(&mut self, wanted: &str) -> u64 {
        let event = self.until(|e| matches!(e, Event::Settled { path, .. } if path == wanted.as_bytes()));
        let Event::Settled { size, .. } = event else { unreachable!() };
        size
    }

    /// What settled so far, with the last size of each.
    fn settled(&self) -> BTreeMap<String, u64> {
        let settled = self.log.iter().filter_map(|event| match event {
            Event::Settled { path, size, .. } => Some((String::from_utf8_lossy(path).into_owned(), *size)),
            _ => None,
        });
        settled.collect()
    }

    fn times_settled(&self, wanted: &str) -> usize {
        self.log.iter().filter(|e| matches!(e, Event::Settled { path, .. } if path == wanted.as_bytes())).count()
    }

    fn mode(&self) -> Mode {
        self.watch.health().remove(0).mode
    }

    /// Does what the daemon does: scans when asked to, hands unknown files back; until it knows so many.
    fn until_known(&mut self, wanted: usize) -> BTreeSet<Vec<u8>> {
        let mut known = BTreeSet::new();
        while known.len() < wanted {
            match self.next() {
                Event::Settled { path, .. } => {
                    known.insert(path);
                }
                Event::Rescan { .. } => {
                    let found = scan(&self.root, &*ignore(), &Shutdown::default()).unwrap().found;
                    let unknown = found.into_iter().map(|found| found.path).filter(|path| !known.contains(path));
                    self.watch.consider(KEY, unknown);
                }
                _ => {}
            }
        }
        known
    }
}

#[test]
fn a_file_written_and_closed_settles_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut yard = Yard::watch(dir.path(), quick());
    assert_eq!(yard.mode(), Mode::Inotify);
    write(dir.path().join("a.mp4"), b"12345").unwrap();
    assert_eq!(yard.settles("a.mp4"), 5);
    write(dir.path().join("b.mp4"), b"1").unwrap();
    yard.settles("b.mp4");
    assert_eq!(yard.times_settled("a.mp4"), 1);
    assert!(yard.watch.health()[0].last_event.is_some());
}

#[test]
fn a_file_written_slowly_grows_and_settles_only_when_closed() {
    let dir = tempfile::tempdir().unwrap();
    let mut yard = Yard::watch(dir.path(), Settings { settle: Duration::from_millis(600), ..quick() });
    let mut file = File::create(dir.path().join("a.mp4")).unwrap();
    let (begun, mut size) = (Instant::now(), 0);
    let mut grew = 0;
    while grew < 3 || begun.elapsed() < Duration::from_secs(2) {
        file.write_all(b"x").unwrap();
        size += 1;
        if let Ok(event) = yard.events.recv_timeout(Duration::from_millis(20)) {
            assert!(matches!(event, Event::Growing { .. }), "{event:?}");
            grew += 1;
        }
    }
    drop(file);
    assert_eq!(yard.settles("a.mp4"), size);
}

#[test]
fn a_file_renamed_to_its_name_settles_and_its_temporary_name_is_never_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut yard = Yard::watch(dir.path(), quick());
    write(dir.path().join("a.mp4.tmp"), b"123").unwrap();
    rename(dir.path().join("a.mp4.tmp"), dir.path().join("a.mp4")).unwrap();
    assert_eq!(yard.settles("a.mp4"), 3);
    std::fs::remove_file(dir.path().join("a.mp4")).unwrap();
    yard.until(|e| matches!(e, Event::Removed { path, is_dir: false, .. } if path == b"a.mp4"));
    assert!(!format!("{:?}", yard.log).contains("tmp"));
}

#[test]
fn files_in_directories_made_in_the_same_instant_settle() {
    let dir = tempfile::tempdir().unwrap();
    let mut yard = Yard::watch(dir.path(), quick());
    for n in 0..40 {
        let hour = dir.path().join(format!("cam{n}/2026-03-01/08"));
        create_dir_all(&hour).unwrap();
        write(hour.join("1.mp4"), b"1").unwrap();
        write(hour.parent().unwrap().join("2.mp4"), b"2").unwrap();
    }
    while yard.settled().len() < 80 {
        yard.next();
    }
    assert_eq!(yard.watch.health()[0].watches, 1 + 3 * 40);
}

#[test]
fn a_tree_moved_out_is_removed_and_moved_back_settles_again() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut yard = Yard::watch(dir.path(), quick());
    create_dir_all(dir.path().join("a/b")).unwrap();
    write(dir.path().join("a/b/1.mp4"), b"1").unwrap();
    yard.settles("a/b/1.mp4");
    // A file that is still being written moves with its directory, and is closed while nobody watches.
    let open = File::create(dir.path().join("a/b/2.mp4")).unwrap();
    (&open).write_all(b"22").unwrap();
    rename(dir.path().join("a"), elsewhere.path().join("a")).unwrap();
    yard.until(|e| matches!(e, Event::Removed { path, is_dir: true, .. } if path == b"a"));
    drop(open);
    rename(elsewhere.path().join("a"), dir.path().join("a")).unwrap();
    yard.log.clear();
    while yard.settled().len() < 2 {
        yard.next();
    }
    assert_eq!(yard.settled(), BTreeMap::from([("a/b/1.mp4".to_owned(), 1), ("a/b/2.mp4".to_owned(), 2)]));
    write(dir.path().join("a/b/3.mp4"), b"333").unwrap();
    assert_eq!(yard.settles("a/b/3.mp4"), 3);
}

#[test]
fn a_folder_deleted_and_made_again_is_missing_and_then_back() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("footage");
    for force_poll in [false, true] {
        create_dir(&root).unwrap();
        write(root.join("a.mp4"), b"1").unwrap();
        let mut yard = Yard::watch(&root, Settings { force_poll, ..quick() });
        remove_dir_all(&root).unwrap();
        let event = yard.until(|e| matches!(e, Event::FolderMissing { .. }));
        assert!(format!("{event:?}").contains("footage"));
        assert!(matches!(yard.mode(), Mode::Missing(_)));
        create_dir(&root).unwrap();
        yard.until(|e| matches!(e, Event::FolderBack { .. }));
        yard.until(|e| matches!(e, Event::Rescan { why: Why::Mounted, .. }));
        write(root.join("b.mp4"), b"12").unwrap();
        assert_eq!(yard.settles("b.mp4"), 2);
        drop(yard);
        remove_dir_all(&root).unwrap();
    }
}

#[test]
fn a_folder_replaced_behind_our_back_is_scanned_and_watched() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("footage");
    create_dir(&root).unwrap();
    create_dir(dir.path().join("other")).unwrap();
    let mut yard = Yard::watch(&root, quick());
    rename(&root, dir.path().join("old")).unwrap();
    rename(dir.path().join("other"), &root).unwrap();
    yard.until(|e| matches!(e, Event::Rescan { why: Why::LostWatch | Why::Mounted, .. }));
    write(dir.path().join("old/no.mp4"), b"1").unwrap();
    write(root.join("a.mp4"), b"1").unwrap();
    yard.settles("a.mp4");
    assert_eq!(yard.times_settled("no.mp4"), 0);
}

#[test]
fn a_folder_missing_at_the_start_is_told_once_and_found_when_it_comes() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("usb");
    let mut yard = Yard::begin(&root, quick());
    assert!(matches!(yard.next(), Event::FolderMissing { .. }));
    assert!(yard.events.recv_timeout(Duration::from_millis(300)).is_err());
    create_dir(&root).unwrap();
    assert!(matches!(yard.next(), Event::FolderBack { .. }));
    assert!(matches!(yard.next(), Event::Rescan { why: Why::Mounted, .. }));
}

#[test]
fn polling_settles_the_same_files_as_inotify() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = dir.path();
    let mut by_events = Yard::watch(root, quick());
    let mut by_polling = Yard::watch(root, Settings { force_poll: true, ..quick() });
    assert!(matches!(by_polling.mode(), Mode::Polling(_)));
    create_dir_all(root.join("cam/08")).unwrap();
    write(root.join("cam/08/1.mp4"), b"1").unwrap();
    write(root.join("cam/08/2.mp4.tmp"), b"22").unwrap();
    rename(root.join("cam/08/2.mp4.tmp"), root.join("cam/08/2.mp4")).unwrap();
    write(root.join("cam/08/side.tmp"), b"22").unwrap();
    std::os::unix::fs::symlink(root.join("cam/08/1.mp4"), root.join("link.mp4")).unwrap();
    std::os::unix::fs::symlink(root.join("cam"), root.join("links")).unwrap();
    let mut slow = File::create(root.join("cam/slow.mp4")).unwrap();
    for _ in 0..40 {
        slow.write_all(b"s").unwrap();
        std::thread::sleep(Duration::from_millis(10));
    }
    drop(slow);
    create_dir(elsewhere.path().join("in")).unwrap();
    write(elsewhere.path().join("in/3.mp4"), b"333").unwrap();
    // A rename needs both on one file system.
    rename(elsewhere.path().join("in"), root.join("in")).unwrap();
    write(root.join("last.mp4"), b"end").unwrap();
    let all: BTreeMap<String, u64> =
        [("cam/08/1.mp4", 1), ("cam/08/2.mp4", 2), ("cam/slow.mp4", 40), ("in/3.mp4", 3), ("last.mp4", 3)]
            .map(|(path, size)| (path.to_owned(), size))
            .into();
    for yard in [&mut by_events, &mut by_polling] {
        while yard.settled() != all {
            yard.next();
        }
    }
    std::fs::remove_file(root.join("last.mp4")).unwrap();
    for yard in [&mut by_events, &mut by_polling] {
        yard.until(|e| matches!(e, Event::Removed { path, .. } if path == b"last.mp4"));
    }
}

#[test]
fn a_file_that_a_scan_found_comes_back_when_it_has_settled() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path().join("a.mp4"), b"12").unwrap();
    for force_poll in [false, true] {
        let mut yard = Yard::watch(dir.path(), Settings { force_poll, ..quick() });
        yard.watch.consider("another", [b"a.mp4".to_vec()]);
        yard.watch.consider(KEY, [b"a.mp4".to_vec(), b"gone.mp4".to_vec()]);
        assert_eq!(yard.settles("a.mp4"), 2);
        assert_eq!(yard.times_settled("a.mp4"), 1);
    }
}

#[test]
fn a_scan_is_asked_for_at_an_interval() {
    let dir = tempfile::tempdir().unwrap();
    for force_poll in [false, true] {
        let settings = Settings { rescan_every: Duration::from_millis(100), force_poll, ..quick() };
        let mut yard = Yard::watch(dir.path(), settings);
        for _ in 0..3 {
            yard.until(|e| matches!(e, Event::Rescan { why: Why::Interval, .. }));
        }
    }
}

#[test]
fn one_folder_that_is_missing_does_not_hold_up_the_others() {
    let dir = tempfile::tempdir().unwrap();
    create_dir(dir.path().join("b")).unwrap();
    let folder = |key: &str| WatchedFolder { key: key.to_owned(), path: dir.path().join(key) };
    let (watch, events) = Watch::start(vec![folder("a"), folder("b")], quick(), ignore()).unwrap();
    let first: Vec<Event> = (0..2).map(|_| events.recv_timeout(Duration::from_secs(60)).unwrap()).collect();
    assert!(first.iter().any(|e| matches!(e, Event::FolderMissing { folder, .. } if folder == "a")));
    assert!(first.contains(&Event::Rescan { folder: "b".to_owned(), why: Why::Started }));
    assert_eq!(watch.health().iter().map(|health| health.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    drop(watch);
    assert_eq!(events.recv(), Err(std::sync::mpsc::RecvError), "all threads have ended");
}

#[test]
fn a_watch_that_nobody_listens_to_ends() {
    let dir = tempfile::tempdir().unwrap();
    let Yard { watch, events, .. } = Yard::watch(dir.path(), quick());
    drop(events);
    let begun = Instant::now();
    for n in 0.. {
        if watch.health()[0].mode == Mode::Ended {
            break;
        }
        write(dir.path().join(format!("{n}.mp4")), b"1").unwrap();
        std::thread::sleep(Duration::from_millis(50));
        assert!(begun.elapsed() < Duration::from_secs(60));
    }
}
