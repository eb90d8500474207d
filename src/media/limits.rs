//! What one request may cost a worker.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Limits of the worker processes. The defaults are generous for real footage (8K H.265 decodes in 600 MB, a 10 GB
/// transport stream is listed from a slow network disk in three minutes) and small against what hostile bytes ask for.
///
/// A time limit is meant on the wall; it also bounds the processor time of the request, in case the parent cannot keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Address space of a worker, bytes (`RLIMIT_AS`). Libraries alone map 200 MB. Default 2 GiB.
    pub memory_bytes: u64,
    /// Wall-clock time to list a file. Default 5 minutes.
    pub list: Duration,
    /// Wall-clock time to decode one frame. Default 1 minute.
    pub frame: Duration,
    /// Wall-clock time added for each thumbnail of a request, on top of `frame`. Default 5 s.
    pub per_thumbnail: Duration,
    /// Wall-clock time in which a clip's next segment must come while somebody waits for it (the first has `frame`). A clip may last
    /// as long as it is watched; this limit begins anew with each segment, as does the processor time. Default 30 s.
    pub segment: Duration,
    /// Requests after which a worker is replaced by a fresh one, so that leaks cannot add up. Default 500.
    pub requests_per_worker: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            memory_bytes: 2 << 30,
            list: Duration::from_secs(300),
            frame: Duration::from_secs(60),
            per_thumbnail: Duration::from_secs(5),
            segment: Duration::from_secs(30),
            requests_per_worker: 500,
        }
    }
}
