//! The packets that it takes to show what is shown at a time: from the keyframe before it on.

use super::reader::{Reader, Shot};
use crate::model::{Fault, Unreadable};

/// How much before the time asked to seek, in turn, until a keyframe lies between, microseconds. After that: from the start.
const STEPS_BACK_US: [i64; 5] = [0, 2_000_000, 10_000_000, 60_000_000, 600_000_000];
/// Times are rounded to microseconds on both sides of the question.
pub(in crate::media) const ROUNDING_US: i64 = 2;
/// The most bytes held between a keyframe and the frame asked for. Real ones have some megabytes.
const MAX_HELD_BYTES: usize = 256 << 20;
/// Where there are no decoding times, so many packets shown after a time may precede one shown before it: H.264 and H.265
/// reorder at most 16 frames.
const REORDER: usize = 16;

/// The packets, in decoding order, from a keyframe at or before the time until past it.
pub(in crate::media) fn find_run(reader: &mut Reader, pts_us: i64) -> Result<Vec<Shot>, Unreadable> {
    let pts_us = pts_us.saturating_add(ROUNDING_US);
    for back in STEPS_BACK_US {
        if !reader.can_seek() || !reader.seek(pts_us.saturating_sub(back)) {
            break;
        }
        let run = read_run(reader, pts_us)?;
        if run.first().is_some_and(|shot| shot.key && shot.is_by(pts_us)) {
            return Ok(run);
        }
    }
    reader.rewind()?;
    let run = read_run(reader, pts_us)?;
    if run.is_empty() { Err(Unreadable::new(Fault::NoPackets, "")) } else { Ok(run) }
}

/// Reads on until past a time; whatever is before the last keyframe at or before it is let go.
fn read_run(reader: &mut Reader, pts_us: i64) -> Result<Vec<Shot>, Unreadable> {
    let mut run: Vec<Shot> = Vec::new();
    let mut held = 0;
    let mut after = 0;
    while let Some(shot) = reader.next() {
        if shot.key && shot.is_by(pts_us) {
            run.clear();
            held = 0;
        }
        held += shot.packet.size();
        if held > MAX_HELD_BYTES {
            return Err(Unreadable::new(Fault::Damaged, format!("no keyframe in {MAX_HELD_BYTES} bytes")));
        }
        after += usize::from(shot.pts_us > pts_us);
        // What is decoded later than this time is shown later too. With two packets there is a first frame for sure.
        let past = shot.dts_us.is_some_and(|dts| dts > pts_us) && !run.is_empty();
        run.push(shot);
        if past || after > REORDER {
            break;
        }
    }
    Ok(run)
}
