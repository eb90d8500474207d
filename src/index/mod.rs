//! The index: finds recordings by camera and time. Derived from the store, so it may be thrown away and made again.
//!
//! One document is one [`Recording`] with its keyframe table packed inside. Times are camera time, in microseconds; the
//! clock models are the caller's: it gives each camera a window on that camera's own clock.
//!
//! An engine is whole: reading and writing sit behind [`FootageIndex`], and one conformance suite holds every engine to
//! the same hits in the same order. What is asked of an engine is what any search server can do: documents put and
//! removed by id, keyword and range filters, a sort by start then id, paging after the last hit, sums per camera.

use crate::base::Result;
use crate::model::{CameraSpan, CameraTime, Recording, RecordingId};

#[cfg(test)]
mod conformance;
mod tantivy;
mod windows;

pub use self::tantivy::{SetAside, TantivyIndex};

/// The index's folder in the data folder.
pub const FOLDER: &str = "index";

/// A change to the index.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// This recording is now as given; it takes the place of the one with its id.
    Put(Recording),
    /// No recording has this id any longer; nothing happens where none had.
    Remove(RecordingId),
}

/// What is asked of one camera, on its own clock. Half-open; an empty span finds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameraWindow {
    /// The camera's id.
    pub camera: String,
    /// The span on its clock. One camera may have several windows: a clock that jumped shows one true time twice.
    pub span: CameraSpan,
}

/// The place in the order of hits after which a page starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Start of the last recording seen.
    pub start: CameraTime,
    /// Its id.
    pub id: RecordingId,
}

impl Cursor {
    /// The place of this recording: the page after it starts with the next one.
    pub fn at(recording: &Recording) -> Cursor {
        Cursor { start: recording.span.start, id: recording.id.clone() }
    }
}

/// A search: which cameras, when, and which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// One window or more a camera; cameras without a window are not searched.
    pub windows: Vec<CameraWindow>,
    /// Only what comes after this in the order of hits.
    pub after: Option<Cursor>,
    /// At most so many recordings.
    pub limit: usize,
}

impl Query {
    /// A search for everything in these windows.
    pub fn all(windows: Vec<CameraWindow>) -> Query {
        Query { windows, after: None, limit: usize::MAX }
    }
}

/// How much of one camera lies in its windows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CameraCount {
    /// The camera's id.
    pub camera: String,
    /// Recordings that share an instant with a window.
    pub recordings: u64,
    /// Their keyframes inside the windows: the whole table of a recording that lies inside a window, otherwise the
    /// keyframes whose camera time does.
    pub keyframes: u64,
}

/// An engine that holds the index. All precision is microseconds: finer parts of an instant are cut off.
///
/// # Errors
/// Of every method: [`State`](crate::base::Kind::State) when the index is damaged (set it aside and rebuild from the
/// store), [`Busy`](crate::base::Kind::Busy) when another process is writing it, [`Io`](crate::base::Kind::Io) when the
/// disk or the permissions fail (damage is not implied).
pub trait FootageIndex: Send + Sync {
    /// Makes the changes, in their order; when it returns they are durable and visible. All or none; after an error the
    /// caller applies them again, which does no harm where they were already made. Every call costs a commit (some
    /// 50–100 ms on a disk), so callers batch.
    fn apply(&self, changes: &[Change]) -> Result<()>;

    /// Puts exactly these recordings in place of everything, for a rebuild from the store. Searches see the old content
    /// until it returns, then the new; an error from the iterator, or a kill, leaves the old. Says how many there were.
    fn replace_all(&self, recordings: &mut dyn Iterator<Item = Result<Recording>>) -> Result<u64>;

    /// Every recording that shares an instant with a window of its camera, by start, then by id. A recording without
    /// length (a still) is found when its start lies in the window.
    fn search(&self, query: &Query) -> Result<Vec<Recording>>;

    /// How much of each camera lies in its windows: one row a camera named, also where nothing does, by camera id.
    fn count(&self, windows: &[CameraWindow]) -> Result<Vec<CameraCount>>;

    /// The recording with this id.
    fn get(&self, id: &RecordingId) -> Result<Option<Recording>>;

    /// Every id, each once, in no promised order, to hold the index against the store. Ends at the visitor's error.
    fn ids(&self, visit: &mut dyn FnMut(RecordingId) -> Result<()>) -> Result<()>;

    /// How many recordings it holds.
    fn len(&self) -> Result<u64>;

    /// Whether it holds none.
    fn is_empty(&self) -> Result<bool> {
        Ok(self.len()? == 0)
    }

    /// Makes what another process has written visible here.
    fn refresh(&self) -> Result<()>;

    /// Waits until work in the background (merging) is done and lets other processes write. To be called at the end of
    /// a run; a run that is killed before only leaves that work to the next.
    fn settle(&self) -> Result<()>;

    /// Reads everything that is kept and compares checksums: `State` when something does not match.
    fn verify(&self) -> Result<()>;
}
