//! What looking at a media file yields: its listing (tier 1) and its thumbnails (tier 2).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::doubt::Doubt;

/// A frame that decodes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyframe {
    /// Presentation time on the file's own timeline (as the container states it, edit lists applied), microseconds.
    pub pts_us: i64,
    /// Size of its packet, bytes.
    pub size: u32,
    /// Bytes of the video packets between it and the next keyframe (or the end): the raw material of activity.
    pub between: u32,
}

/// How a listing was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// From the mp4's moov (and moof boxes), without touching the media.
    Moov,
    /// From the headers of the Matroska blocks.
    Blocks,
    /// From a scan of the transport stream's packets.
    TsScan,
    /// From every packet, demuxed by FFmpeg.
    Packets,
    /// A still picture.
    Still,
}

impl Method {
    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Moov => "moov",
            Method::Blocks => "blocks",
            Method::TsScan => "ts_scan",
            Method::Packets => "packets",
            Method::Still => "still",
        }
    }

    /// The inverse of [`Method::as_str`].
    pub fn from_word(word: &str) -> Option<Method> {
        [Method::Moov, Method::Blocks, Method::TsScan, Method::Packets, Method::Still]
            .into_iter()
            .find(|method| method.as_str() == word)
    }
}

/// Everything known of a file without decoding it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// FFmpeg's name of the container (`mov,mp4,m4a,3gp,3g2,mj2`, `matroska,webm`, `mpegts`, `dhav`, …).
    pub container: String,
    /// FFmpeg's name of the video codec (`h264`, `hevc`, `mjpeg`, …).
    pub codec: String,
    /// Coded width in pixels, before rotation; 0 where it is only known after decoding.
    pub width: u32,
    /// Coded height in pixels, before rotation.
    pub height: u32,
    /// Clockwise turn, in degrees, that shows the picture upright: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Time base of the video stream as numerator and denominator, seconds per tick.
    pub time_base: (i32, i32),
    /// FFmpeg's name of the audio codec, where there is sound.
    pub audio: Option<String>,
    /// The keyframes by presentation time.
    pub keyframes: Vec<Keyframe>,
    /// Smallest presentation time of the video, microseconds.
    pub first_pts_us: i64,
    /// End of the last frame shown, microseconds; `end − first` is the duration, by the packets.
    pub end_pts_us: i64,
    /// Video packets.
    pub packets: u64,
    /// Bytes in video packets.
    pub video_bytes: u64,
    /// Duration that the container's header claims, microseconds.
    pub header_duration_us: Option<i64>,
    /// Creation time that the container's header claims.
    pub creation_time: Option<Timestamp>,
    /// How the listing was made.
    pub method: Method,
    /// Bytes read from the file to make it.
    pub bytes_read: u64,
    /// What the reader should know.
    pub doubts: Vec<Doubt>,
}

impl Listing {
    /// Length by the packets, microseconds, ≥ 0.
    pub fn duration_us(&self) -> i64 {
        self.end_pts_us.saturating_sub(self.first_pts_us).max(0)
    }
}

/// Bytes per second between each keyframe and the next, the last until `end_pts_us`; 0 where no time passes.
pub fn rates(keyframes: &[Keyframe], end_pts_us: i64) -> Vec<f64> {
    let ends = keyframes.iter().skip(1).map(|k| k.pts_us).chain([end_pts_us]);
    keyframes
        .iter()
        .zip(ends)
        .map(|(k, end)| match end.saturating_sub(k.pts_us) {
            us if us > 0 => f64::from(k.between) / (us as f64 / 1e6),
            _ => 0.0,
        })
        .collect()
}

/// How bright a thumbnail is and how much it differs from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Luma {
    /// Mean luma, 0 (black) to 255.
    pub mean: u8,
    /// Mean absolute difference of luma from the recording's thumbnail before, 0 to 255; 0 for the first.
    pub change: u8,
}

/// A small picture of one keyframe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// Presentation time of the keyframe, microseconds.
    pub pts_us: i64,
    /// Brightness and change.
    pub luma: Luma,
    /// A standard JPEG, upright.
    pub jpeg: Vec<u8>,
}
