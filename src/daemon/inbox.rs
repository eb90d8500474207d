//! What came in and is not done yet: hints about files, folders to look through, folders that are missing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::base::{Error, Kind, Result};
use crate::say;
use crate::watch::{Event, Found};

/// After a first event so long for more, so that files which come together are committed together.
const GATHER: Duration = Duration::from_millis(200);
/// At most so many events are taken at once.
const MOST_EVENTS: usize = 4_096;
/// A growing file is looked at again after so many times as long as looking took: following a long recording that has no
/// index costs a twentieth of a processor at most.
const FOLLOW_SPARSELY: u32 = 20;

/// A file: the key of its folder and its path below it.
pub(super) type Place = (String, Vec<u8>);

/// What is to be done.
#[derive(Default)]
pub(super) struct Inbox {
    /// Files that are complete, by folder and path.
    pub settled: BTreeMap<String, BTreeMap<Vec<u8>, Found>>,
    /// Files that are being written.
    growing: BTreeMap<Place, Found>,
    /// When a growing file may be looked at again.
    follow_after: HashMap<Place, Instant>,
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
            // A hint: the next scan tells what became of it.
            Event::Removed { folder, path, .. } => {
                let place = (folder, path);
                self.growing.remove(&place);
                self.follow_after.remove(&place);
            }
        }
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

    /// Takes what has come; waits at most so long for a first event.
    ///
    /// # Errors
    /// When watching has ended.
    pub(super) fn gather(&mut self, events: &Receiver<Event>, wait: Duration) -> Result<()> {
        let mut wait = if self.is_empty() { wait } else { Duration::ZERO };
        for _ in 0..MOST_EVENTS {
            match events.recv_timeout(wait) {
                Ok(event) => {
                    self.put(event);
                    wait = GATHER;
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
