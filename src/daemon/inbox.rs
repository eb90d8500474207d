//! What came in and is not done yet: hints about files, folders to look through, folders that are missing.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::base::{Error, Kind, Result};
use crate::say;
use crate::watch::{Event, Found};

/// After a first event so long for more, so that files which come together are committed together.
const GATHER: Duration = Duration::from_millis(200);
/// At most so many events are taken at once.
const MOST_EVENTS: usize = 4_096;
/// At most so many removals wait to be looked at; beyond, the folder is looked through.
const MOST_REMOVED: usize = 10_000;
/// A growing file is looked at again after so many times as long as looking took: following a long recording that has no
/// index costs a twentieth of a processor at most.
const FOLLOW_SPARSELY: u32 = 20;

/// A file: the key of its folder and its path below it.
pub(super) type Place = (String, Vec<u8>);

/// What is to be done.
#[derive(Default)]
pub(super) struct Inbox {
    /// Files that are complete, by folder and path.
    settled: BTreeMap<String, BTreeMap<Vec<u8>, Found>>,
    /// Files that are being written.
    growing: BTreeMap<Place, Found>,
    /// When a growing file may be looked at again.
    follow_after: HashMap<Place, Instant>,
    /// What is said to be gone, and since when; the first is the oldest.
    removed: VecDeque<(Instant, String, Vec<u8>)>,
    /// Folders to look through.
    pub rescan: BTreeSet<String>,
    /// Folders that cannot be looked at, and why, in English.
    pub missing: BTreeMap<String, String>,
    /// Folders that were never looked through since the start.
    pub unseen: BTreeSet<String>,
}

impl Inbox {
    /// The first one: every folder is to be looked through.
    pub(super) fn all(keys: impl IntoIterator<Item = String>) -> Inbox {
        let keys: BTreeSet<String> = keys.into_iter().collect();
        Inbox { rescan: keys.clone(), unseen: keys, ..Inbox::default() }
    }

    fn put(&mut self, event: Event) {
        match event {
            Event::Settled { folder, path, size, mtime_us } => {
                let place = (folder.clone(), path.clone());
                self.growing.remove(&place);
                self.follow_after.remove(&place);
                self.settled.entry(folder).or_default().insert(path.clone(), Found { path, size, mtime_us });
            }
            Event::Growing { folder, path, size, mtime_us } => {
                self.growing.insert((folder, path.clone()), Found { path, size, mtime_us });
            }
            Event::Rescan { folder, .. } => {
                self.rescan.insert(folder);
            }
            Event::FolderMissing { folder, error } => {
                self.unseen.remove(&folder);
                self.missing.insert(folder, error.en);
            }
            Event::FolderBack { folder } => {
                self.missing.remove(&folder);
            }
            Event::Removed { folder, path, .. } => {
                let place = (folder, path);
                self.growing.remove(&place);
                self.follow_after.remove(&place);
                let (folder, path) = place;
                if self.removed.len() < MOST_REMOVED {
                    self.removed.push_back((Instant::now(), folder, path));
                } else {
                    self.rescan.insert(folder);
                }
            }
        }
    }

    /// The files that have settled, by folder; they are no longer waiting then.
    pub(super) fn settled(&mut self) -> BTreeMap<String, Vec<Found>> {
        let settled = std::mem::take(&mut self.settled).into_iter();
        settled.map(|(folder, files)| (folder, files.into_values().collect())).collect()
    }

    /// What was said to be gone so long ago, by folder. What was only renamed has settled under its new name by then, so that
    /// its recording is never without a file.
    pub(super) fn due(&mut self, after: Duration) -> BTreeMap<String, Vec<Vec<u8>>> {
        let mut due: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        while let Some((_, folder, path)) = self.removed.pop_front_if(|(since, ..)| since.elapsed() >= after) {
            due.entry(folder).or_default().push(path);
        }
        due
    }

    /// Forgets the files that have settled: their folders will be looked through.
    pub(super) fn forget_settled(&mut self) {
        self.settled.clear();
    }

    /// Whether no file and no folder waits.
    pub(super) fn is_empty(&self) -> bool {
        self.settled.is_empty() && self.rescan.is_empty()
    }

    /// A growing file whose turn it is.
    pub(super) fn next_growing(&mut self) -> Option<(Place, Found)> {
        let now = Instant::now();
        let due = |place: &Place| self.follow_after.get(place).is_none_or(|after| *after <= now);
        let place = self.growing.keys().find(|place| due(place))?.clone();
        self.growing.remove_entry(&place)
    }

    /// Notes how long looking at a growing file took.
    pub(super) fn followed(&mut self, place: Place, took: Duration) {
        self.follow_after.insert(place, Instant::now() + took * FOLLOW_SPARSELY);
    }

    /// Takes what has come; waits at most so long for a first event where there is nothing to do, and a little more for what comes
    /// with it, but never for a pause: a hundred cameras make none.
    ///
    /// # Errors
    /// When watching has ended.
    pub(super) fn gather(&mut self, events: &Receiver<Event>, wait: Duration) -> Result<()> {
        let mut wait = if self.is_empty() { wait } else { Duration::ZERO };
        let mut first: Option<Instant> = None;
        for _ in 0..MOST_EVENTS {
            match events.recv_timeout(wait) {
                Ok(event) => {
                    self.put(event);
                    wait = GATHER.saturating_sub(first.get_or_insert_with(Instant::now).elapsed());
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    let said = say!("việc theo dõi thư mục đã dừng", "the watching of folders has ended");
                    return Err(Error::new(Kind::Internal, said));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::shutdown::Shutdown;

    #[test]
    fn hints_without_a_pause_kept_settled_files_waiting() {
        let (send, receive) = std::sync::mpsc::channel();
        let growing = || Event::Growing { folder: "a".to_owned(), path: b"1".to_vec(), size: 1, mtime_us: 0 };
        let stop = Shutdown::default();
        std::thread::scope(|scope| {
            let (stopped, send) = (stop.clone(), send);
            scope.spawn(move || {
                while !stopped.asked() && send.send(growing()).is_ok() {
                    std::thread::sleep(GATHER / 4);
                }
            });
            let mut inbox = Inbox::default();
            inbox.put(Event::Settled { folder: "a".to_owned(), path: b"2".to_vec(), size: 1, mtime_us: 0 });
            inbox.gather(&receive, Duration::from_secs(1)).unwrap();
            stop.ask();
            assert_eq!(inbox.settled().len(), 1);
        });
    }

    #[test]
    fn what_is_said_to_be_gone_is_looked_at_later_and_in_its_order() {
        let mut inbox = Inbox::default();
        for n in 0..MOST_REMOVED + 1 {
            let path = n.to_string().into_bytes();
            inbox.put(Event::Removed { folder: "a".to_owned(), path, is_dir: false });
        }
        assert_eq!(inbox.rescan.len(), 1, "beyond the bound the folder is looked through");
        assert!(inbox.due(Duration::from_secs(3600)).is_empty());
        let due = inbox.due(Duration::ZERO);
        assert_eq!((due["a"].len(), &due["a"][1][..]), (MOST_REMOVED, &b"1"[..]));
        assert!(inbox.removed.is_empty());
    }

    #[test]
    fn a_growing_file_is_not_followed_more_often_than_looking_at_it_costs() {
        let mut inbox = Inbox::default();
        let growing = || Event::Growing { folder: "a".to_owned(), path: b"1".to_vec(), size: 1, mtime_us: 0 };
        inbox.put(growing());
        let (place, _) = inbox.next_growing().unwrap();
        inbox.followed(place, Duration::from_secs(100));
        inbox.put(growing());
        assert!(inbox.next_growing().is_none(), "not for half an hour");
        inbox.put(Event::Settled { folder: "a".to_owned(), path: b"1".to_vec(), size: 1, mtime_us: 0 });
        inbox.put(growing());
        assert!(inbox.next_growing().is_some(), "it was closed and is written again");
    }
}
