//! The frame shown at a time: its keyframe is found, the packets up to it are decoded, it is encoded.

use std::fs::File;

use ffmpeg_next::frame::Video;
use serde::{Deserialize, Serialize};

use super::decoder::{Decoder, Purpose};
use super::reader::{Reader, Shot, source};
use super::run::{ROUNDING_US, find_run};
use super::step::beside;
use crate::media::picture::{Fit, upright};
use crate::model::{Fault, Unreadable};

/// JPEG quality of a frame.
const QUALITY: u8 = 90;

/// The file format of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImageFormat {
    /// JPEG of quality 90.
    Jpeg,
    /// PNG, without further loss.
    Png,
}

/// The frame shown at a time, or one beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Which {
    /// The one shown then.
    #[default]
    Shown,
    /// The one shown before it.
    Before,
    /// The one shown after it.
    After,
}

/// Which frame, and how to give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameAsk {
    /// The time on the file's own timeline, microseconds. The frame given is the one shown then: the last that starts at or
    /// before it; the first frame when it is before that; the last when it is after the end.
    pub pts_us: i64,
    /// That one, or one beside it.
    pub which: Which,
    /// Width of the upright picture in pixels, 16 to 16384; never enlarged. `None`: as large as it is.
    pub width: Option<u32>,
    /// As what.
    pub format: ImageFormat,
}

/// A frame, encoded and upright.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// When it starts to be shown, microseconds on the file's own timeline.
    pub pts_us: i64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// What `bytes` are.
    pub format: ImageFormat,
    /// The picture file.
    pub bytes: Vec<u8>,
}

/// Decodes the frame asked for. Runs in the worker; in-process only for benchmarks and tests.
///
/// # Errors
/// Why the file cannot be read, or the frame not be decoded; [`Fault::NoPackets`] where there is none beside it.
pub fn frame_here(file: &File, ask: FrameAsk) -> Result<Frame, Unreadable> {
    let source = source(file)?;
    let made = Reader::open(&source).and_then(|reader| from_reader(reader, ask));
    match made {
        // As with thumbnails: parameter sets that only the probing finds may be what lacked.
        Err(fault) if fault.fault == Fault::Damaged => from_reader(Reader::open_probed(&source)?, ask),
        other => other,
    }
}

fn from_reader(mut reader: Reader, ask: FrameAsk) -> Result<Frame, Unreadable> {
    let asked_us = match ask.which {
        Which::Shown => ask.pts_us,
        Which::Before => beside(&mut reader, ask.pts_us, false)?,
        Which::After => beside(&mut reader, ask.pts_us, true)?,
    };
    let run = find_run(&mut reader, asked_us)?;
    let (pts_us, mut frame) = if reader.is_counted() {
        decode_counted(&reader, &run, asked_us)?
    } else {
        decode_timed(&reader, &run, asked_us)?
    };
    if ask.which == Which::After && pts_us < asked_us.saturating_sub(ROUNDING_US) {
        return Err(Unreadable::new(Fault::NoPackets, "no frame after it"));
    }
    let aspect = reader.aspect_of(&mut frame);
    let fit = ask.width.map_or(Fit::Full, |width| Fit::Width(width.clamp(16, 16_384)));
    let picture = upright(&frame, aspect, reader.rotation(), fit)?;
    let bytes = match ask.format {
        ImageFormat::Jpeg => picture.to_jpeg(QUALITY)?,
        ImageFormat::Png => picture.to_png()?,
    };
    let (width, height) = (picture.y.width as u32, picture.y.height as u32);
    Ok(Frame { pts_us, width, height, format: ask.format, bytes })
}

/// Decodes a run up to the frame shown at a time.
pub(super) fn decode_timed(reader: &Reader, run: &[Shot], pts_us: i64) -> Result<(i64, Video), Unreadable> {
    let limit = pts_us.saturating_add(ROUNDING_US);
    let target = target(run, limit);
    let is_target = |pts: i64| target.is_some_and(|target| pts.abs_diff(target) <= ROUNDING_US as u64);

    let mut decoder = Decoder::open(reader, Purpose::Frames)?;
    let mut best: Option<(i64, Video)> = None;
    let mut fault = None;
    // In files with decoding times only, the last frames come without any.
    let (mut step_us, mut guess) = (reader.time_of_number(1), run.first().map_or(limit, |shot| shot.pts_us));
    if target.is_none() {
        guess = guess.saturating_add(step_us);
    }
    let mut before = None;
    for step in run.iter().map(Some).chain([None]) {
        let sent = match step {
            // Where it is known which frame is wanted, those that nothing refers to are left out on the way.
            Some(shot) => decoder.send(&shot.packet, target.is_some() && !is_target(shot.pts_us)),
            None => decoder.finish(),
        };
        match sent {
            Err(error) if error.fault == Fault::OutOfMemory => return Err(error),
            Err(error) => {
                fault.get_or_insert(error);
            }
            Ok(()) => {}
        }
        while let Some(frame) = decoder.receive() {
            let pts = reader.time_of(&frame).unwrap_or(guess);
            step_us = before.map_or(step_us, |at| pts.saturating_sub(at));
            guess = pts.saturating_add(step_us);
            before = Some(pts);
            if is_target(pts) {
                return Ok((pts, frame));
            }
            match &best {
                // Frames come in the order in which they are shown: the one before was the last by then.
                Some((held, _)) if pts > limit && (*held <= limit || pts > *held) => {
                    if target.is_none() {
                        return best.ok_or_else(no_frame);
                    }
                }
                _ => best = Some((pts, frame)),
            }
        }
    }
    best.ok_or_else(|| fault.unwrap_or_else(no_frame))
}

/// The time of the frame shown at a time, as the packets tell it; `None` where some of them have no presentation time.
pub(super) fn target(run: &[Shot], limit: i64) -> Option<i64> {
    if !run.iter().all(|shot| shot.has_pts) {
        return None;
    }
    let shown = || run.iter().filter(|shot| !shot.hidden).map(|shot| shot.pts_us);
    // Before the first frame: the first. Frames that precede their keyframe cannot be decoded.
    let from = run.first().map_or(i64::MIN, |shot| shot.pts_us);
    shown().filter(|&pts| pts <= limit).max().or_else(|| shown().filter(|&pts| pts >= from).min())
}

fn no_frame() -> Unreadable {
    Unreadable::new(Fault::Damaged, "the decoder gave no frame")
}

/// Decodes a run of frames without times: the keyframe has its number in the file, those after it are counted as shown.
fn decode_counted(reader: &Reader, run: &[Shot], pts_us: i64) -> Result<(i64, Video), Unreadable> {
    let number = |pts_us: i64| reader.number_at(pts_us.saturating_add(ROUNDING_US));
    let first = run.first().map_or(0, |shot| number(shot.pts_us));
    let wanted = number(pts_us).max(first);
    let mut decoder = Decoder::open(reader, Purpose::Frames)?;
    let mut shown = first;
    let mut last = None;
    let mut fault = None;
    for step in run.iter().map(Some).chain([None]) {
        let sent = match step {
            Some(shot) => decoder.send(&shot.packet, false),
            None => decoder.finish(),
        };
        if let Err(error) = sent {
            fault.get_or_insert(error);
        }
        while let Some(frame) = decoder.receive() {
            let pts = reader.time_of_number(shown);
            if shown == wanted {
                return Ok((pts, frame));
            }
            last = Some((pts, frame));
            shown += 1;
        }
    }
    last.ok_or_else(|| fault.unwrap_or_else(no_frame))
}
