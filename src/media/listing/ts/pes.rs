//! PES packets of the video (ISO/IEC 13818-1, 2.4.3.6) as frames, one each.

use super::nal::{self, Verdict};
use super::psi::Codec;
use super::{Miss, sps};
use crate::media::listing::bytes::Taker;
use crate::media::listing::frames::{self, Frame};

/// So many frames are searched whole for a second picture in the same packet; writers do not change their ways later.
const SEARCHED: usize = 12;
/// The most bytes of one frame that are kept to be searched.
const MOST: usize = 4 << 20;
/// A frame whose kind has not shown after so many bytes is not one that we understand.
const MOST_HEAD: usize = 64 << 10;

/// The video of the programme while it is scanned.
pub(super) struct Video {
    pub(super) pid: u16,
    pub(super) codec_of: Codec,
    pub(super) size: Option<(u32, u32)>,
    pub(super) first_dts: i64,
    open: Option<Open>,
    done: usize,
}

/// The frame that is being read.
struct Open {
    pts: i64,
    size: u64,
    /// Its first bytes, or all of them while it is searched whole.
    head: Vec<u8>,
    key: Option<bool>,
    /// How far the head was searched for its kind.
    cursor: nal::Cursor,
}

impl Video {
    pub(super) fn new(pid: u16, codec: Codec) -> Video {
        Video { pid, codec_of: codec, size: None, first_dts: 0, open: None, done: 0 }
    }

    /// A transport packet in which a PES packet starts.
    pub(super) fn start(&mut self, payload: &[u8], frames: &mut Vec<Frame>) -> Result<(), Miss> {
        self.close(frames)?;
        let (pts, dts, data) = header(payload).ok_or(Miss::NotUnderstood("a PES packet without a time"))?;
        if self.done == 0 {
            self.first_dts = dts;
        }
        if !data.starts_with(&[0, 0, 1]) && !data.starts_with(&[0, 0, 0, 1]) {
            return Err(Miss::NotUnderstood("a PES packet that starts within a frame"));
        }
        self.open = Some(Open { pts, size: 0, head: Vec::new(), key: None, cursor: nal::Cursor::default() });
        self.more(data)
    }

    /// More of the same PES packet.
    pub(super) fn more(&mut self, data: &[u8]) -> Result<(), Miss> {
        // What comes before the first start belongs to a frame that was cut off at the front.
        let Some(open) = &mut self.open else { return Ok(()) };
        open.size += data.len() as u64;
        let whole = self.done < SEARCHED;
        if open.key.is_some() && !whole {
            return Ok(());
        }
        open.head.extend_from_slice(data);
        if open.head.len() > MOST {
            return Err(Miss::NotUnderstood("a frame too large"));
        }
        if open.key.is_none() {
            match nal::kind(self.codec_of, &open.head, &mut open.cursor) {
                Verdict::Key => open.key = Some(true),
                Verdict::NotKey => open.key = Some(false),
                Verdict::More if open.head.len() > MOST_HEAD => {
                    return Err(Miss::NotUnderstood("a frame without a picture"));
                }
                Verdict::More => {}
            }
        }
        Ok(())
    }

    /// The file has ended.
    pub(super) fn finish(&mut self, frames: &mut Vec<Frame>) -> Result<(), Miss> {
        self.close(frames)
    }

    fn close(&mut self, frames: &mut Vec<Frame>) -> Result<(), Miss> {
        let Some(open) = self.open.take() else { return Ok(()) };
        // Without a picture in it, FFmpeg would join it to its neighbour.
        let key = open.key.ok_or(Miss::NotUnderstood("a frame without a picture"))?;
        if self.size.is_none() {
            self.size = sps::size(self.codec_of, &open.head);
        }
        if self.done < SEARCHED && nal::pictures(self.codec_of, &open.head) != 1 {
            return Err(Miss::NotUnderstood("not one picture a packet"));
        }
        self.done += 1;
        let size = u32::try_from(open.size).map_err(|_| Miss::NotUnderstood("a frame too large"))?;
        frames::push(frames, Frame { pts: open.pts, duration: 0, size, key, shown: true })
    }
}

/// Presentation time, decode time, and the data behind the header.
fn header(payload: &[u8]) -> Option<(i64, i64, &[u8])> {
    let mut taker = Taker(payload);
    if taker.skip(3)? != [0, 0, 1] || taker.u8()? & 0xF0 != 0xE0 {
        return None;
    }
    taker.u16()?;
    let flags = taker.u16()?;
    let length = taker.u8()?;
    let fields = taker.skip(length.into())?;
    let pts = (flags & 0x80 != 0).then(|| time(fields.get(..5)?))??;
    let dts = if flags & 0x40 != 0 { time(fields.get(5..10)?)? } else { pts };
    Some((pts, dts, taker.0))
}

/// A 33-bit time in its five bytes.
fn time(bytes: &[u8]) -> Option<i64> {
    let [a, b, c, d, e] = *bytes else { return None };
    Some(
        i64::from(a >> 1 & 7) << 30
            | i64::from(b) << 22
            | i64::from(c >> 1) << 15
            | i64::from(d) << 7
            | i64::from(e >> 1),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_put_together_from_its_five_bytes() {
        assert_eq!(time(&[0x21, 0x00, 0x07, 0xD8, 0x61]), Some(126_000));
        assert_eq!(time(&[0x2F, 0xFF, 0xFF, 0xFF, 0xFF]), Some((1 << 33) - 1));
    }
}
