//! MPEG-TS (ISO/IEC 13818-1) in packets of 188, 192 (m2ts) or 204 bytes: listed by one scan of the packets' headers and of
//! the first bytes of each frame. Holds only for streams with one frame in each PES packet, as cameras write them; the first
//! frames are searched whole to be sure of that, and any other stream goes to FFmpeg.

mod nal;
mod pes;
mod psi;
mod sps;

use self::pes::Video;
use self::psi::Program;
use super::Miss;
use super::frames::{Found, Frame};
use crate::media::source::Source;
use crate::model::{Doubt, Method};

/// Where the packets lie: their length, and where the first sync byte stands in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    length: usize,
    sync: usize,
}

const SHAPES: [Shape; 3] =
    [Shape { length: 188, sync: 0 }, Shape { length: 192, sync: 4 }, Shape { length: 204, sync: 0 }];
const SYNC: u8 = 0x47;
/// Packets read at a time.
const BATCH: usize = 1024;
/// Ticks of the 90 kHz clock after which times start again.
const WRAP: i64 = 1 << 33;

/// The shape of a file that starts like this, if it is one of ours: five sync bytes where they must be.
pub(super) fn looks_like(head: &[u8]) -> Option<Shape> {
    SHAPES.into_iter().find(|shape| (0..5).all(|i| head.get(shape.sync + i * shape.length) == Some(&SYNC)))
}

/// Scans the file.
pub(super) fn find(source: &Source, shape: Shape) -> Result<Found, Miss> {
    let mut scan = Scan::default();
    let mut buffer = vec![0; shape.length * BATCH];
    let mut at = 0;
    loop {
        let n = source.read_at(at, &mut buffer)?;
        for packet in buffer[..n].chunks_exact(shape.length) {
            scan.packet(&packet[shape.sync..shape.sync + 188])?;
        }
        at += n as u64;
        if n < buffer.len() {
            break;
        }
    }
    if !at.is_multiple_of(shape.length as u64) {
        scan.cut = Some(at);
    }
    scan.finish()
}

#[derive(Default)]
struct Scan {
    /// The PMT's PID, once the PAT has told it.
    pmt: Option<u16>,
    program: Option<Program>,
    video: Option<Video>,
    audio: Option<&'static str>,
    frames: Vec<Frame>,
    /// The continuity counter of the video's last packet.
    counter: Option<u8>,
    lost: u32,
    cut: Option<u64>,
}

impl Scan {
    fn packet(&mut self, packet: &[u8]) -> Result<(), Miss> {
        let &[SYNC, high, low, flags, ..] = packet else { return Err(Miss::NotUnderstood("lost synchronisation")) };
        let pid = u16::from_be_bytes([high & 0x1F, low]);
        let starts = high & 0x40 != 0;
        if self.video.as_ref().is_some_and(|video| video.pid == pid) {
            return self.video_packet(packet, starts, flags & 0x0F);
        }
        let wanted =
            pid == 0 || Some(pid) == self.pmt || self.program.as_ref().is_some_and(|p| p.audio_pid() == Some(pid));
        if !wanted || !starts {
            return Ok(());
        }
        let payload = payload(packet).unwrap_or_default();
        if pid == 0 {
            let pmt = psi::association(payload)?;
            if self.pmt.is_some_and(|before| before != pmt) {
                return Err(Miss::NotUnderstood("the programme changes"));
            }
            self.pmt = Some(pmt);
        } else if Some(pid) == self.pmt {
            let program = psi::program(payload)?;
            match &self.program {
                None => self.video = Some(Video::new(program.video_pid, program.codec)),
                Some(before) if *before == program => return Ok(()),
                Some(_) => return Err(Miss::NotUnderstood("the programme changes")),
            }
            self.program = Some(program);
        } else if self.audio.is_none() {
            self.audio = self.program.as_ref().and_then(|program| program.audio_codec(payload));
        }
        Ok(())
    }

    fn video_packet(&mut self, packet: &[u8], starts: bool, counter: u8) -> Result<(), Miss> {
        if packet[1] & 0x80 != 0 || packet[3] & 0xC0 != 0 {
            return Err(Miss::NotUnderstood("transmission errors or scrambling"));
        }
        let Some(payload) = payload(packet) else { return Ok(()) };
        let Some(video) = &mut self.video else { return Ok(()) };
        if let Some(before) = self.counter.replace(counter) {
            if before == counter {
                return Err(Miss::NotUnderstood("a packet sent twice"));
            }
            self.lost = self.lost.saturating_add(u32::from((before + 1) & 0x0F != counter));
        }
        if starts { video.start(payload, &mut self.frames) } else { video.more(payload) }
    }

    fn finish(mut self) -> Result<Found, Miss> {
        let (Some(program), Some(mut video)) = (self.program, self.video) else {
            return Err(Miss::NotUnderstood("no programme"));
        };
        video.finish(&mut self.frames)?;
        if self.frames.is_empty() {
            return Err(Miss::NotUnderstood("no frames"));
        }
        let mut doubts = Vec::new();
        if self.lost > 0 {
            doubts.push(Doubt::DamagedInside { errors: self.lost });
        }
        if let Some(at_byte) = self.cut {
            doubts.push(Doubt::Truncated { at_byte });
        }
        unwrap_times(&mut self.frames, video.first_dts);
        let (width, height) = video.size.ok_or(Miss::NotUnderstood("no picture size"))?;
        Ok(Found {
            container: "mpegts".to_owned(),
            codec: program.codec.name().to_owned(),
            width,
            height,
            rotation: 0,
            time_base: (1, 90_000),
            audio: self.audio.map(str::to_owned),
            header_duration_us: None,
            creation_time: None,
            method: Method::TsScan,
            frames: self.frames,
            doubts,
        })
    }
}

/// The payload of a transport packet; `None` when it has none.
fn payload(packet: &[u8]) -> Option<&[u8]> {
    match packet.get(3)? >> 4 & 0x3 {
        1 => packet.get(4..),
        3 => packet.get(5 + usize::from(*packet.get(4)?)..).filter(|payload| !payload.is_empty()),
        _ => None,
    }
}

/// Times start again after 2³³ ticks (26.5 h). As FFmpeg does: those that fall more than a minute before the first are after
/// the restart; if the file starts in the last minute before the restart, those before it become negative instead.
fn unwrap_times(frames: &mut [Frame], first: i64) {
    const MINUTE: i64 = 60 * 90_000;
    let reference = first - MINUTE;
    let late = first >= WRAP - MINUTE;
    for frame in frames {
        if !late && frame.pts < reference {
            frame.pts += WRAP;
        } else if late && frame.pts >= reference {
            frame.pts -= WRAP;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(list: &[i64]) -> Vec<i64> {
        let mut frames: Vec<Frame> =
            list.iter().map(|pts| Frame { pts: *pts, duration: 0, size: 1, key: true, shown: true }).collect();
        unwrap_times(&mut frames, list[0]);
        frames.iter().map(|f| f.pts).collect()
    }

    #[test]
    fn times_go_on_over_the_restart_of_the_clock() {
        let before = WRAP - 100 * 90_000;
        assert_eq!(times(&[before, 90_000]), [before, WRAP + 90_000]);
        assert_eq!(times(&[WRAP - 90_000, 90_000]), [-90_000, 90_000]);
        assert_eq!(times(&[90_000, 180_000]), [90_000, 180_000]);
    }

    #[test]
    fn the_shape_is_seen_by_its_sync_bytes() {
        let mut head = vec![0; 1024];
        for i in 0..5 {
            head[4 + i * 192] = SYNC;
        }
        assert_eq!(looks_like(&head), Some(SHAPES[1]));
        assert_eq!(looks_like(&head[..600]), None);
    }
}
