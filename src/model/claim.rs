//! What something says about when a recording was made: a claim, with its source and its doubt. All claims are kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time::CameraTime;

/// Where a claimed time was read. The order is the order of trust when nothing else decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// The file's name tells a full date and time (with the help of its folders or not).
    Name,
    /// Only the folders tell it, to the hour or the day.
    Folder,
    /// The container's creation time.
    Container,
    /// The instant at which we saw the file being closed, less the duration.
    Closed,
    /// The file's modification time less the duration.
    Mtime,
}

impl TimeSource {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            TimeSource::Name => "name",
            TimeSource::Folder => "folder",
            TimeSource::Container => "container",
            TimeSource::Closed => "closed",
            TimeSource::Mtime => "mtime",
        }
    }

    /// The inverse of [`TimeSource::as_str`].
    pub fn from_word(word: &str) -> Option<TimeSource> {
        [TimeSource::Name, TimeSource::Folder, TimeSource::Container, TimeSource::Closed, TimeSource::Mtime]
            .into_iter()
            .find(|source| source.as_str() == word)
    }
}

/// How the digits of a path became an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A reading of the camera's local clock, in the zone the camera is set to.
    Local,
    /// A reading in UTC.
    Utc,
    /// Seconds, milliseconds or microseconds since 1970.
    Epoch,
    /// A reading with an explicit offset from UTC beside it.
    Offset,
    /// No time was told.
    None,
}

impl Basis {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Basis::Local => "local",
            Basis::Utc => "utc",
            Basis::Epoch => "epoch",
            Basis::Offset => "offset",
            Basis::None => "none",
        }
    }

    /// The inverse of [`Basis::as_str`].
    pub fn from_word(word: &str) -> Option<Basis> {
        [Basis::Local, Basis::Utc, Basis::Epoch, Basis::Offset, Basis::None]
            .into_iter()
            .find(|basis| basis.as_str() == word)
    }
}

/// One candidate for when a recording was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimeClaim {
    /// Where it was read.
    pub source: TimeSource,
    /// How the reading became an instant.
    pub basis: Basis,
    /// When the recording starts.
    pub start: CameraTime,
    /// When it ends, where that is claimed too.
    pub end: Option<CameraTime>,
    /// Half-width of the interval that `start` is believed to lie in, seconds, ≥ 0.
    pub uncertainty_s: f64,
    /// What exactly was read: the layout's id, the metadata tag, …
    pub evidence: String,
}
