//! What a watch tells: hints about single files, and the wish that a folder be scanned.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::base::Said;

/// A footage folder to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedFolder {
    /// The name by which events and health speak of it; unique.
    pub key: String,
    /// Where it lies, absolute. It may be a link; links below it are not followed.
    pub path: PathBuf,
}

/// How a watch waits. Durations are by a monotonic clock; the wall clock has no say anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// A file that was closed or renamed to its name is settled when unchanged for so long.
    pub settle: Duration,
    /// The same where no closing can be seen: network mounts and everything else that is polled.
    pub settle_remote: Duration,
    /// The time between two walks where polling. Walks that take long are spaced further: at most a fifth of the time
    /// goes into walking. Also how often a missing folder is looked for, and a folder's identity compared.
    pub poll_every: Duration,
    /// The time between two [`Event::Rescan`] of a folder where nothing else asked for one.
    pub rescan_every: Duration,
    /// The time from the first sign of a file to its first [`Event::Growing`], and the least between two of them.
    pub growing_every: Duration,
    /// Polls even where inotify works.
    pub force_poll: bool,
    /// How many unsettled files of a folder are waited for at once; what goes beyond is left to a rescan.
    pub most_unsettled: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            settle: Duration::from_secs(2),
            settle_remote: Duration::from_secs(30),
            poll_every: Duration::from_secs(10),
            rescan_every: Duration::from_secs(15 * 60),
            growing_every: Duration::from_secs(10),
            force_poll: false,
            most_unsettled: 50_000,
        }
    }
}

/// Something happened in a folder. Everything about single files is a hint that may come twice or not at all; what may
/// have been missed is always followed by a [`Event::Rescan`]. Paths are the bytes below the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A file is complete, as far as can be told.
    Settled {
        /// Key of the folder.
        folder: String,
        /// Path below the folder.
        path: Vec<u8>,
        /// Bytes.
        size: u64,
        /// Modification time, microseconds since 1970.
        mtime_us: i64,
    },
    /// A file is being written right now.
    Growing {
        /// Key of the folder.
        folder: String,
        /// Path below the folder.
        path: Vec<u8>,
        /// Bytes so far.
        size: u64,
        /// Modification time, microseconds since 1970.
        mtime_us: i64,
    },
    /// A file is gone from its path, or a directory with all that was in it; perhaps renamed.
    Removed {
        /// Key of the folder.
        folder: String,
        /// Path below the folder, of a file or of a directory.
        path: Vec<u8>,
        /// Whether all below the path is meant.
        is_dir: bool,
    },
    /// The folder should be scanned. The watching is in place before this is sent, so a scan begun now misses nothing.
    /// The scan also finds files that are still being written: hand the young ones to
    /// [`Watch::consider`](super::Watch::consider), and they come back settled.
    Rescan {
        /// Key of the folder.
        folder: String,
        /// What made it necessary.
        why: Why,
    },
    /// The folder is not there, cannot be read, or its mount went away and left an empty mount point. Nothing that was
    /// in it may be taken for deleted.
    FolderMissing {
        /// Key of the folder.
        folder: String,
        /// What was found in its place.
        error: Said,
    },
    /// A missing folder can be read again; a [`Event::Rescan`] follows.
    FolderBack {
        /// Key of the folder.
        folder: String,
    },
}

/// Why a folder should be scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The watching began.
    Started,
    /// The kernel's queue overflowed: events are lost.
    Overflow,
    /// More went on than could be followed file by file, here or at the receiver's end.
    Crowded,
    /// It was time.
    Interval,
    /// A file system was mounted on, in or below the folder; or the folder came back.
    Mounted,
    /// A file system that the folder lay on, or that lay in it, is gone. Files that are gone with it are not deleted.
    Unmounted,
    /// The folder or a directory in it was replaced, or the kernel stopped watching it.
    LostWatch,
    /// The system's limit of watches is reached, or it refuses to watch: from now on the folder is polled.
    WatchLimit,
}

/// How a folder is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Not yet begun.
    Starting,
    /// By events of the kernel.
    Inotify,
    /// By walking it again and again; with the reason.
    Polling(Said),
    /// The folder is missing; it is looked for again and again.
    Missing(Said),
    /// Its thread has ended: nobody listens for events any more, or a fault of ours.
    Ended,
}

/// The state of one folder's watching.
#[derive(Clone, Debug)]
pub struct Health {
    /// Key of the folder.
    pub key: String,
    /// How it is watched.
    pub mode: Mode,
    /// Watches that the kernel holds for it.
    pub watches: usize,
    /// Files that are waited for.
    pub unsettled: usize,
    /// When something last happened in it.
    pub last_event: Option<Instant>,
    /// What last went wrong, even if it has passed since.
    pub last_error: Option<Said>,
    /// How often the kernel's queue overflowed.
    pub overflows: u64,
    /// How long the last walk took, where polling.
    pub walk: Option<Duration>,
}
