//! `[media]`: how files are looked at, and what a reading process may use.

use serde::Deserialize;

/// `[media]`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MediaSection {
    /// Reading processes at once; 0 means one a processor. Default 0.
    pub workers: usize,
    /// Address space of one reading process, MiB, 256 to 65,536. Default 2,048.
    pub memory_mib: u64,
    /// Longest time that one file may take to be listed, seconds, 1 to 3,600. Default 60.
    pub timeout_s: u64,
    /// At most one sampled thumbnail in so many seconds, 1 to 3,600. Default 10.
    pub thumbnail_every_s: u32,
    /// Width of a thumbnail, pixels, 64 to 1,920. Default 320.
    pub thumbnail_width: u32,
}

impl Default for MediaSection {
    fn default() -> Self {
        MediaSection { workers: 0, memory_mib: 2048, timeout_s: 60, thumbnail_every_s: 10, thumbnail_width: 320 }
    }
}
