//! A recording: one file (or still) that one camera wrote, as the store keeps it and the index finds it.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::claim::{Basis, TimeSource};
use super::time::{CameraSpan, CameraTime};

/// Names one recording for ever: 13 lower-case base-32 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct RecordingId(pub String);

impl std::fmt::Display for RecordingId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// What a search needs to know of a recording; the index holds exactly this.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    /// Its name.
    pub id: RecordingId,
    /// The camera that wrote it.
    pub camera: String,
    /// From its first frame to the end of its last, on the camera's own clock.
    pub span: CameraSpan,
    /// Where `span.start` was read.
    pub time_source: TimeSource,
    /// How the reading became an instant.
    pub time_basis: Basis,
    /// Half-width of the interval that the claimed start is believed to lie in, seconds.
    pub uncertainty_s: f64,
    /// Presentation time of the first frame on the file's own timeline, microseconds: `span.start` in the file.
    pub first_pts_us: i64,
    /// Length of the video on the file's own timeline, microseconds. `span` is longer or shorter where the file's name claims both
    /// ends and the video runs at another rate than the clock between them.
    pub media_us: i64,
    /// FFmpeg's name of the video codec.
    pub codec: String,
    /// Upright width in pixels.
    pub width: u32,
    /// Upright height in pixels.
    pub height: u32,
    /// Whether it has sound.
    pub has_audio: bool,
    /// How many keyframes the table holds.
    pub keyframes: u32,
    /// The keyframe table, packed (see [`super::keytable`]).
    pub table: Vec<u8>,
}

impl Recording {
    /// The camera time at which a frame of the file is shown.
    pub fn camera_time_of(&self, pts_us: i64) -> CameraTime {
        let played = pts_us.saturating_sub(self.first_pts_us);
        self.span.start.plus_micros(at_rate(played, self.media_us, self.span.micros()))
    }

    /// The presentation time, on the file's own timeline, of an instant on the camera's clock.
    pub fn pts_of(&self, t: CameraTime) -> i64 {
        let since = t.as_micros().saturating_sub(self.span.start.as_micros());
        self.first_pts_us.saturating_add(at_rate(since, self.span.micros(), self.media_us))
    }
}

/// A length on one timeline, microseconds, as a length on another on which `of` becomes `to`. As it is where either is nothing.
pub fn at_rate(length_us: i64, of: i64, to: i64) -> i64 {
    if of == to || of <= 0 || to <= 0 {
        return length_us;
    }
    let scaled = i128::from(length_us) * i128::from(to) / i128::from(of);
    i64::try_from(scaled).unwrap_or(if scaled > 0 { i64::MAX } else { i64::MIN })
}

/// A native file's path for people and JSON; bytes that are not UTF-8 are shown as U+FFFD.
pub fn shown_path(folder: &Path, below: &[u8]) -> String {
    folder.join(std::ffi::OsStr::from_bytes(below)).to_string_lossy().into_owned()
}
