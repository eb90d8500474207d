//! Thumbnails of chosen keyframes: each is found by its time, decoded by itself and scaled down.

use std::fs::File;

use super::decoder::{Decoder, Purpose};
use super::reader::{Reader, SAME_US, Shot, source};
use crate::media::picture::{Fit, Picture, upright};
use crate::model::{Fault, Luma, Thumbnail, Unreadable};

/// JPEG quality of thumbnails.
const QUALITY: u8 = 70;
/// Without an index, the packets of this stretch are rather read than jumped over, microseconds.
const READ_ON_US: i64 = 20_000_000;
/// How much before a keyframe to seek, in turn, when seeking to it overshot, microseconds.
const STEPS_BACK_US: [i64; 3] = [0, 3_000_000, 30_000_000];

/// Makes thumbnails of the keyframes at the given times (as the listing has them, microseconds), in order of time, each
/// once; upright, `width` pixels wide (16 to 4096; never enlarged). A keyframe that is not found or does not decode is left
/// out. Runs in the worker; in-process only for benchmarks and tests.
///
/// # Errors
/// Why the file cannot be read, or the first decoder's fault when not one keyframe could be decoded.
pub fn thumbnails_here(file: &File, pts_us: &[i64], width: u32) -> Result<Vec<Thumbnail>, Unreadable> {
    let mut wanted = pts_us.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let reader = Reader::open(&source(file)?)?;
    let probed = reader.is_probed();
    let mut maker = Maker::new(reader, width)?;
    maker.make(&wanted)?;
    if !probed && maker.done.len() < wanted.len() {
        // Parameter sets that only the probing finds (sent once, at the start of a transport stream) may be what lacked.
        let done = maker.done;
        wanted.retain(|pts| done.iter().all(|(made, _)| made != pts));
        maker = Maker::new(Reader::open_probed(&source(file)?)?, width)?;
        maker.make(&wanted)?;
        maker.done.extend(done);
    }
    maker.finish()
}

struct Maker {
    reader: Reader,
    decoder: Decoder,
    rotation: u16,
    width: u32,
    done: Vec<(i64, Picture)>,
    fault: Option<Unreadable>,
}

impl Maker {
    fn new(reader: Reader, width: u32) -> Result<Maker, Unreadable> {
        let decoder = Decoder::open(&reader, Purpose::Thumbnails)?;
        let rotation = reader.rotation();
        Ok(Maker { reader, decoder, rotation, width: width.clamp(16, 4096), done: Vec::new(), fault: None })
    }

    /// Decodes those of the wanted keyframes (sorted) that can be found.
    fn make(&mut self, wanted: &[i64]) -> Result<(), Unreadable> {
        let mut missing = Vec::new();
        let mut read_to = None;
        for &pts_us in wanted {
            match self.find(pts_us, &mut read_to) {
                Some(shot) => self.decode(pts_us, shot)?,
                None => missing.push(pts_us),
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        self.pass(missing)
    }

    /// The packet of a keyframe, by seeking or reading on. `read_to` is the time of the last packet read.
    fn find(&mut self, pts_us: i64, read_to: &mut Option<i64>) -> Option<Shot> {
        let near = read_to.is_some_and(|at| (at..at.saturating_add(READ_ON_US)).contains(&pts_us));
        if near
            && !self.reader.has_index()
            && let Some(shot) = self.read_on(pts_us, read_to)
        {
            return Some(shot);
        }
        for back in STEPS_BACK_US {
            if !self.reader.can_seek() || !self.reader.seek(pts_us.saturating_sub(back)) {
                return None;
            }
            if let Some(shot) = self.read_on(pts_us, read_to) {
                return Some(shot);
            }
        }
        None
    }

    /// Reads until a keyframe, or until past it.
    fn read_on(&mut self, pts_us: i64, read_to: &mut Option<i64>) -> Option<Shot> {
        while let Some(shot) = self.reader.next() {
            *read_to = Some(shot.dts_us.unwrap_or(shot.pts_us));
            if shot.key && shot.pts_us.abs_diff(pts_us) <= SAME_US as u64 {
                return Some(shot);
            }
            if shot.dts_us.unwrap_or(shot.pts_us) > pts_us.saturating_add(SAME_US) {
                return None;
            }
        }
        *read_to = None;
        None
    }

    /// One pass over the whole file for keyframes that seeking did not find: no index, no times, times that run backwards,
    /// or no flags (then the listing took the first frame as a keyframe).
    fn pass(&mut self, mut missing: Vec<i64>) -> Result<(), Unreadable> {
        self.reader.rewind()?;
        let mut first = true;
        while let Some(shot) = self.reader.next() {
            let near = missing.iter().position(|pts| pts.abs_diff(shot.pts_us) <= SAME_US as u64);
            if let Some(index) = near.filter(|_| shot.key || first) {
                let pts_us = missing.remove(index);
                self.decode(pts_us, shot)?;
                if missing.is_empty() {
                    break;
                }
            }
            first = false;
        }
        Ok(())
    }

    /// Decodes and scales one keyframe; a fault is kept for the case that all fail. Lack of memory ends everything.
    fn decode(&mut self, pts_us: i64, shot: Shot) -> Result<(), Unreadable> {
        let mut packet = shot.packet;
        // A keyframe that an edit list hides is decoded like any other.
        packet.set_flags(ffmpeg_next::packet::Flags::KEY);
        let made = self.decoder.keyframe(&packet).and_then(|mut frame| {
            let aspect = self.reader.aspect_of(&mut frame);
            upright(&frame, aspect, self.rotation, Fit::Width(self.width))
        });
        match made {
            Ok(picture) => self.done.push((pts_us, picture)),
            Err(fault) if fault.fault == Fault::OutOfMemory => return Err(fault),
            Err(fault) => {
                self.fault.get_or_insert(fault);
            }
        }
        Ok(())
    }

    /// Compares each with the one before and encodes them.
    fn finish(mut self) -> Result<Vec<Thumbnail>, Unreadable> {
        if self.done.is_empty() {
            let none = || Unreadable::new(Fault::NoPackets, "none of the keyframes was found");
            return Err(self.fault.unwrap_or_else(none));
        }
        self.done.sort_by_key(|(pts_us, _)| *pts_us);
        let mut thumbnails = Vec::with_capacity(self.done.len());
        let mut before: Option<Picture> = None;
        for (pts_us, picture) in self.done {
            let change = before.as_ref().and_then(|before| picture.change_from(before)).unwrap_or(0);
            let luma = Luma { mean: picture.mean_luma(), change };
            thumbnails.push(Thumbnail { pts_us, luma, jpeg: picture.to_jpeg(QUALITY)? });
            before = Some(picture);
        }
        Ok(thumbnails)
    }
}
