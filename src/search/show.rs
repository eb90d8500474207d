//! One recording: all that is known of it, as `show --json` prints it.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::with_offset;
use super::{ClockAnswer, Sight, activity, next_contradicts};
use crate::base::Result;
use crate::model::{Basis, Doubt, RecordingId, Window};
use crate::store::{FileOfRecording, RecordingRow, ThumbnailPlace, ThumbnailSet};
use crate::truetime::ClockModel;

/// What `show --json` prints. A contract: fields are added, never renamed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recording)]
pub struct Shown {
    /// Its id.
    pub id: RecordingId,
    /// The camera that wrote it.
    pub camera: String,
    /// As people call the camera.
    pub camera_name: Option<String>,
    /// The layout that read its path.
    pub layout: Option<String>,
    /// The files that hold it, those still there first.
    pub files: Vec<ShownFile>,
    /// First frame and end of the last, true time.
    pub start: Timestamp,
    /// End of its last frame, true time.
    pub end: Timestamp,
    /// The same on the camera's clock, RFC 3339 in the site's zone.
    pub camera_start: String,
    /// The same on the camera's clock.
    pub camera_end: String,
    /// Half-width of the interval that `start` lies in, of the reading and of the clock together; of the reading alone where the
    /// clock is unchecked.
    pub uncertainty_s: f64,
    /// How the camera's clock stood at `start`.
    pub clock: ClockAnswer,
    /// When else it may have been, since the camera's clock was set and showed the same time twice.
    pub also: Vec<Window>,
    /// All that tells when it was made.
    pub times: Vec<ShownTime>,
    /// What its file holds.
    pub stream: ShownStream,
    /// Its keyframes by time.
    pub keyframes: Vec<ShownKeyframe>,
    /// Its sampled thumbnails; null where it was never sampled.
    pub thumbnails: Option<Vec<ThumbnailPlace>>,
    /// Why there are none.
    pub thumbnails_failed: Option<String>,
    /// What is doubtful about it.
    pub doubts: Vec<Doubt>,
}

/// A file that holds it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownFile {
    /// How it is called to whoever asks.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// When it was changed last.
    pub modified: Option<Timestamp>,
    /// Hex SHA-256 over size, first and last 16 KiB: tells copies, is no evidence of the whole.
    pub content: Option<String>,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// Since when it is no longer there.
    pub gone: Option<Timestamp>,
}

/// What tells when it was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownTime {
    /// A source of the recording's own, or `check`: the believed one put right by the camera's clock.
    pub source: &'static str,
    /// How the reading became an instant.
    pub basis: Basis,
    /// Its start by this source.
    pub start: Timestamp,
    /// Its end by this source.
    pub end: Option<Timestamp>,
    /// Half-width of the interval that the start lies in, seconds.
    pub uncertainty_s: f64,
    /// What was read.
    pub evidence: String,
    /// Whether this one is believed.
    pub believed: bool,
}

/// What its file holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownStream {
    /// FFmpeg's name of the container.
    pub container: String,
    /// FFmpeg's name of the video codec.
    pub codec: String,
    /// Upright pixels.
    pub width: u32,
    /// Upright pixels.
    pub height: u32,
    /// Clockwise degrees that turn the coded picture upright.
    pub rotation: u16,
    /// Seconds per tick, as a fraction.
    pub time_base: String,
    /// FFmpeg's name of the audio codec, where there is sound.
    pub audio: Option<String>,
    /// By the packets.
    pub duration_s: f64,
    /// As the header claims.
    pub header_duration_s: Option<f64>,
    /// Video packets.
    pub packets: u64,
    /// Bytes in them.
    pub video_bytes: u64,
    /// As the header claims.
    pub creation_time: Option<Timestamp>,
    /// How it was listed, and the bytes read to do so.
    pub listed_by: &'static str,
    /// Bytes read to list it.
    pub bytes_read: u64,
}

/// A keyframe.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShownKeyframe {
    /// On the camera's clock.
    pub camera_time: Timestamp,
    /// True time.
    pub time: Timestamp,
    /// On the file's own timeline, seconds.
    pub pts_s: f64,
    /// Its size.
    pub bytes: u32,
    /// 0–1; null where the file tells nothing.
    pub activity: Option<f64>,
}

/// All that is known of a recording; `path` tells how a file is called to whoever asks.
///
/// # Errors
/// When the store fails.
pub fn show(
    sight: Sight<'_>,
    row: RecordingRow,
    thumbnails: Option<ThumbnailSet>,
    path: impl Fn(&FileOfRecording) -> String,
) -> Result<Shown> {
    let Sight { cameras, zone, store, clocks, .. } = sight;
    let recording = &row.recording;
    let background = store.backgrounds()?.remove(&recording.camera);
    let scores = activity::scores(recording, background.as_ref());
    let clock = clocks.of(&recording.camera);
    let run = clock.best_line_of(recording.span.start);
    let span = run.span_to_true(&recording.span);
    let clock_s = run.uncertainty_s(recording.span.start);
    let also =
        clock.span_readings(&recording.span).into_iter().map(|(window, _)| window).filter(|other| *other != span);
    let listing = &row.listing;
    let mut doubts = row.doubts.clone();
    doubts.extend(next_contradicts(store, recording, &doubts)?);
    let (failed, places) = match thumbnails {
        Some(set) => (set.failed.map(|(fault, detail)| format!("{fault}: {detail}")), Some(set.places)),
        None => (None, None),
    };
    Ok(Shown {
        id: recording.id.clone(),
        camera: recording.camera.clone(),
        camera_name: cameras.iter().find(|one| one.id == recording.camera).map(|one| one.name.clone()),
        layout: row.layout,
        files: row
            .files
            .iter()
            .map(|file| ShownFile {
                path: path(file),
                bytes: file.size,
                modified: Timestamp::from_microsecond(file.mtime_us).ok(),
                content: file.content.map(|mark| data_encoding::HEXLOWER.encode(&mark)),
                first_seen: file.first_seen,
                gone: file.gone,
            })
            .collect(),
        start: span.start.0,
        end: span.end.0,
        camera_start: with_offset(recording.span.start.0, zone),
        camera_end: with_offset(recording.span.end.0, zone),
        uncertainty_s: recording.uncertainty_s + clock_s.unwrap_or(0.0),
        clock: ClockAnswer::at(clock, span.start),
        also: also.collect(),
        times: row
            .claims
            .iter()
            .map(|c| ShownTime {
                source: c.claim.source.as_str(),
                basis: c.claim.basis,
                start: c.claim.start.0,
                end: c.claim.end.map(|end| end.0),
                uncertainty_s: c.claim.uncertainty_s,
                evidence: c.claim.evidence.clone(),
                believed: c.believed,
            })
            .chain(checked(clock, span, clock_s))
            .collect(),
        stream: ShownStream {
            container: listing.container.clone(),
            codec: listing.codec.clone(),
            width: recording.width,
            height: recording.height,
            rotation: listing.rotation,
            time_base: format!("{}/{}", listing.time_base.0, listing.time_base.1),
            audio: listing.audio.clone(),
            duration_s: listing.duration_us() as f64 / 1e6,
            header_duration_s: listing.header_duration_us.map(|us| us as f64 / 1e6),
            packets: listing.packets,
            video_bytes: listing.video_bytes,
            creation_time: listing.creation_time,
            listed_by: listing.method.as_str(),
            bytes_read: listing.bytes_read,
        },
        keyframes: listing
            .keyframes
            .iter()
            .enumerate()
            .map(|(i, k)| ShownKeyframe {
                camera_time: recording.camera_time_of(k.pts_us).0,
                pts_s: k.pts_us as f64 / 1e6,
                bytes: k.size,
                time: run.to_true(recording.camera_time_of(k.pts_us)).0,
                activity: scores.get(i).copied(),
            })
            .collect(),
        thumbnails: places,
        thumbnails_failed: failed,
        doubts,
    })
}

/// What the clock checks make of the believed time; nothing where there is none.
fn checked(clock: &ClockModel, span: Window, clock_s: Option<f64>) -> Option<ShownTime> {
    let check = clock.nearest_check(span.start)?;
    Some(ShownTime {
        source: "check",
        basis: Basis::Offset,
        start: span.start.0,
        end: Some(span.end.0),
        uncertainty_s: clock_s?,
        evidence: format!("#{}, {}, {}", check.id, check.method.as_str(), check.by),
        believed: true,
    })
}
