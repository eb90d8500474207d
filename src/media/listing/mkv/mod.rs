//! Matroska and WebM (RFC 9559): listed from the headers of the blocks; the media itself is stepped over.

mod ebml;
mod tracks;

use jiff::{SignedDuration, Timestamp};

use self::ebml::Element;
use self::tracks::Tracks;
use super::Miss;
use super::bytes::Window;
use super::frames::{self, Found, Frame, micros};
use crate::media::source::Source;
use crate::model::{Doubt, Fault, Method, Unreadable};

const EBML: u32 = 0x1A45_DFA3;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const CLUSTER: u32 = 0x1F43_B675;
const CUES: u32 = 0x1C53_BB6B;
const SEEK_HEAD: u32 = 0x114D_9B74;
const TAGS: u32 = 0x1254_C367;
const CHAPTERS: u32 = 0x1043_A770;
const ATTACHMENTS: u32 = 0x1941_A469;
const VOID: u32 = 0xEC;
const CRC_32: u32 = 0xBF;
const TIMESTAMP: u32 = 0xE7;
const SIMPLE_BLOCK: u32 = 0xA3;
const BLOCK_GROUP: u32 = 0xA0;

/// Whether a file that starts like this is one of ours.
pub(super) fn looks_like(head: &[u8]) -> bool {
    head.starts_with(&EBML.to_be_bytes())
}

/// What was read so far.
struct Reader<'a> {
    window: Window<'a>,
    info: Info,
    tracks: Option<Tracks>,
    frames: Vec<Frame>,
    /// Where the structure ended too early.
    cut: Option<u64>,
    cues: bool,
}

/// The segment's own header.
#[derive(Debug)]
struct Info {
    /// Nanoseconds a tick.
    scale: u32,
    duration: Option<f64>,
    date: Option<i64>,
}

/// Walks the segment.
pub(super) fn find(source: &Source) -> Result<Found, Miss> {
    let info = Info { scale: 1_000_000, duration: None, date: None };
    let mut reader =
        Reader { window: Window::new(source, 256), info, tracks: None, frames: Vec::new(), cut: None, cues: false };
    let len = source.len();
    let header = ebml::element(&mut reader.window, 0)?.filter(|e| e.id == EBML).ok_or(BROKEN)?;
    let segment = ebml::element(&mut reader.window, header.end.ok_or(BROKEN)?)?;
    let segment = segment.filter(|e| e.id == SEGMENT).ok_or(BROKEN)?;
    if segment.end.is_some_and(|end| end < len) {
        // Something follows; a second segment would be FFmpeg's to chain.
        let rest = ebml::element(&mut reader.window, segment.end.unwrap_or(len))?;
        if rest.is_none_or(|e| e.id != VOID) {
            return Err(Miss::NotUnderstood("something after the segment"));
        }
    }
    reader.segment(&segment)?;
    reader.finish(&segment)
}

const BROKEN: Miss = Miss::NotUnderstood("a broken element");

/// Elements that stand directly in a segment: they end a cluster whose size is unknown.
fn top_level(id: u32) -> bool {
    matches!(id, INFO | TRACKS | CLUSTER | CUES | SEEK_HEAD | TAGS | CHAPTERS | ATTACHMENTS)
}

impl Reader<'_> {
    fn segment(&mut self, segment: &Element) -> Result<(), Miss> {
        let len = self.window.len();
        let end = segment.end.unwrap_or(len);
        if end > len {
            self.cut = Some(len);
        }
        let mut at = segment.body;
        while at < end.min(len) {
            let Some(child) = ebml::element(&mut self.window, at)? else {
                self.cut = Some(at);
                return Ok(());
            };
            if child.id == CLUSTER {
                at = self.cluster(&child)?;
                continue;
            }
            let child_end = child.end.ok_or(BROKEN)?;
            if child_end > len {
                self.cut = Some(at);
                return Ok(());
            }
            match child.id {
                INFO => self.info = ebml::info(&mut self.window, child.body, child_end)?,
                TRACKS if self.tracks.is_none() => {
                    self.tracks = Some(tracks::read(&mut self.window, child.body, child_end)?);
                }
                CUES => self.cues = true,
                TRACKS | SEEK_HEAD | TAGS | CHAPTERS | ATTACHMENTS | VOID | CRC_32 => {}
                _ => return Err(BROKEN),
            }
            at = child_end;
        }
        Ok(())
    }

    /// Reads a cluster; gives where the next element of the segment starts.
    fn cluster(&mut self, cluster: &Element) -> Result<u64, Miss> {
        let len = self.window.len();
        let end = cluster.end.unwrap_or(len);
        if end > len {
            self.cut = Some(len);
        }
        let mut time = None;
        let mut at = cluster.body;
        while at < end.min(len) {
            let Some(child) = ebml::element(&mut self.window, at)? else {
                self.cut = Some(at);
                return Ok(len);
            };
            if cluster.end.is_none() && top_level(child.id) {
                return Ok(at);
            }
            let child_end = child.end.ok_or(BROKEN)?;
            if child_end > end && cluster.end.is_some() {
                return Err(BROKEN);
            }
            if child_end > len {
                self.cut = Some(at);
                return Ok(len);
            }
            match child.id {
                TIMESTAMP => time = Some(ebml::uint(&mut self.window, child.body, child_end)?),
                SIMPLE_BLOCK => self.block(time, child.body, child_end, None, 0)?,
                BLOCK_GROUP => self.group(time, child.body, child_end)?,
                // Position, previous size, silent tracks, void, checksum.
                0xA7 | 0xAB | 0x5854 | VOID | CRC_32 => {}
                _ => return Err(BROKEN),
            }
            at = child_end;
        }
        Ok(end)
    }

    fn group(&mut self, time: Option<u64>, body: u64, end: u64) -> Result<(), Miss> {
        let (mut block, mut referring, mut duration) = (None, false, 0);
        let mut at = body;
        while at < end {
            let child = ebml::element(&mut self.window, at)?.ok_or(BROKEN)?;
            let child_end = child.end.filter(|child_end| *child_end <= end).ok_or(BROKEN)?;
            match child.id {
                0xA1 => block = Some((child.body, child_end)),
                0xFB => referring = true,
                0x9B => duration = ebml::uint(&mut self.window, child.body, child_end)?,
                // Additions, padding, priority, codec state, slices: nothing about times or keyframes.
                _ => {}
            }
            at = child_end;
        }
        let (block, block_end) = block.ok_or(BROKEN)?;
        self.block(time, block, block_end, Some(!referring), u32::try_from(duration).unwrap_or(0))
    }

    /// One block: track number, time against the cluster's (i16), flags (RFC 9559, 10.1 and 10.2).
    fn block(&mut self, time: Option<u64>, at: u64, end: u64, key: Option<bool>, duration: u32) -> Result<(), Miss> {
        let tracks = self.tracks.as_ref().ok_or(Miss::NotUnderstood("blocks before the tracks"))?;
        let (number, width) = ebml::vint(self.window.up_to(at, 8)?).ok_or(BROKEN)?;
        if number != tracks.video {
            return Ok(());
        }
        let header = at + width as u64;
        let [high, low, flags] = self.window.array::<3>(header)?.ok_or(BROKEN)?;
        if flags & 0x06 != 0 {
            return Err(Miss::NotUnderstood("several frames in one block"));
        }
        let size = end.checked_sub(header + 3).and_then(|n| u32::try_from(n).ok()).ok_or(BROKEN)?;
        let time = i64::try_from(time.ok_or(BROKEN)?).map_err(|_| BROKEN)?;
        let frame = Frame {
            pts: time.saturating_add(i16::from_be_bytes([high, low]).into()),
            duration,
            size,
            key: key.unwrap_or(flags & 0x80 != 0),
            shown: true,
        };
        frames::push(&mut self.frames, frame)
    }

    fn finish(self, segment: &Element) -> Result<Found, Miss> {
        let Some(tracks) = self.tracks else {
            return Err(match self.cut {
                Some(_) => Miss::Refused(Unreadable::new(Fault::Damaged, "cut off before its tracks")),
                None => BROKEN,
            });
        };
        let mut doubts = Vec::new();
        // A writer that ends properly goes back and fills in the sizes, the duration and the cues.
        if segment.end.is_none() || (self.info.duration.is_none() && !self.cues) {
            doubts.push(Doubt::Unfinished);
        }
        if let Some(at_byte) = self.cut {
            doubts.push(Doubt::Truncated { at_byte });
        }
        let scale = i32::try_from(self.info.scale).ok().filter(|scale| *scale > 0).ok_or(BROKEN)?;
        let time_base = reduced(scale, 1_000_000_000);
        // 2001-01-01T00:00:00Z is second 978307200 of 1970.
        let date = self.info.date.and_then(|nanoseconds| {
            Timestamp::from_second(978_307_200).ok()?.checked_add(SignedDuration::from_nanos(nanoseconds)).ok()
        });
        let duration = self.info.duration.filter(|ticks| ticks.is_finite() && *ticks > 0.0);
        Ok(Found {
            container: "matroska,webm".to_owned(),
            codec: tracks.codec.to_owned(),
            width: tracks.width,
            height: tracks.height,
            rotation: 0,
            time_base,
            audio: tracks.audio.map(str::to_owned),
            header_duration_us: duration.map(|ticks| micros(ticks.round() as i64, time_base)),
            creation_time: date,
            method: Method::Blocks,
            frames: self.frames,
            doubts,
        })
    }
}

fn reduced(num: i32, den: i32) -> (i32, i32) {
    let (mut a, mut b) = (num, den);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (num / a.max(1), den / a.max(1))
}
