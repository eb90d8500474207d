//! What lies in the footage folders, and what happens there. Events are hints, scans are the truth; the folders are only
//! ever read.

mod event;
mod folder;
mod mounts;
mod outbox;
mod poll;
mod probe;
pub mod scan;
pub mod settle;
mod shared;
mod tree;

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

pub use event::{Event, Health, Mode, Settings, WatchedFolder, Why};
pub use scan::{Found, Scan, scan};

use crate::base::{Kind, Result, ResultExt};
use crate::say;
use folder::Folder;
use shared::Shared;

/// Says which paths below a folder are no recordings by their name.
pub type Ignore = Arc<dyn Fn(&Path) -> bool + Send + Sync>;

/// Events that may wait for the receiver. Beyond, files wait unsettled, and past their bound they are left to a rescan.
const CHANNEL: usize = 4096;

/// How long to wait for threads that end; one that hangs in a dead network mount is left behind.
const PATIENCE: Duration = Duration::from_secs(5);

/// The watching of some folders, in a thread for each, so that a network mount that hangs holds up nobody else. Dropping
/// it ends the threads.
pub struct Watch {
    folders: Vec<(Arc<Shared>, JoinHandle<()>)>,
    /// Disconnected when the last thread has ended.
    ended: Option<Receiver<()>>,
}

impl Watch {
    /// Begins to watch. Each folder tells [`Event::Rescan`] once its watching is in place, or [`Event::FolderMissing`].
    ///
    /// # Errors
    /// When the system has no descriptors or threads left. Trouble with folders is told by events and [`Watch::health`].
    pub fn start(folders: Vec<WatchedFolder>, settings: Settings, ignore: Ignore) -> Result<(Watch, Receiver<Event>)> {
        let (events, receiver) = sync_channel(CHANNEL);
        let (alive, ended) = channel::<()>();
        let mut watch = Watch { folders: Vec::with_capacity(folders.len()), ended: Some(ended) };
        for folder in folders {
            let said = || say!("không thể bắt đầu theo dõi thư mục", "cannot begin to watch a folder");
            let shared = Arc::new(Shared::new(&folder.key).or_say(Kind::Io, said)?);
            let name = format!("watch {}", folder.key);
            let work = Folder::new(folder, settings, Arc::clone(&ignore), Arc::clone(&shared), events.clone());
            let alive: Sender<()> = alive.clone();
            let run = move || {
                work.run();
                drop(alive);
            };
            let thread = std::thread::Builder::new().name(name).spawn(run).or_say(Kind::Io, said)?;
            watch.folders.push((shared, thread));
        }
        Ok((watch, receiver))
    }

    /// Waits for files to settle that a scan found and that may still be written, such as those with a young
    /// modification time. Each comes back as [`Event::Settled`], or is covered by another [`Event::Rescan`]. An unknown
    /// folder is none of ours, and nothing is done.
    pub fn consider(&self, folder: &str, paths: impl IntoIterator<Item = Vec<u8>>) {
        for (shared, _) in &self.folders {
            if shared.key == folder {
                return shared.mail(paths);
            }
        }
    }

    /// The state of each folder's watching, in the order in which they were given.
    pub fn health(&self) -> Vec<Health> {
        let state = |(shared, thread): &(Arc<Shared>, JoinHandle<()>)| {
            let mut health = shared.health.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if thread.is_finished() {
                health.mode = Mode::Ended;
            }
            health
        };
        self.folders.iter().map(state).collect()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        for (shared, _) in &self.folders {
            shared.stop();
        }
        if let Some(ended) = self.ended.take()
            && ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout)
        {
            tracing::warn!("a folder's watching hangs in its file system and is left behind");
        }
    }
}

#[cfg(test)]
mod tests;
