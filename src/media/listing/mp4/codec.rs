//! Which codec a track's sample description names (ISO/IEC 14496-12, 8.5.2; object types: 14496-1, table 5).

use super::boxes::{Head, only};
use super::{Miss, SHORT, Window, full_box};
use crate::media::listing::bytes::Taker;

/// A sample description larger than this is not read whole; what we need stands at its front.
const MOST: u64 = 4096;

/// FFmpeg's name of the video codec, and the size in pixels.
pub(super) fn video(window: &mut Window<'_>, tables: &[Head]) -> Result<(&'static str, u32, u32), Miss> {
    let entry = entry(window, tables)?;
    let kind = entry.get(4..8).ok_or(SHORT)?;
    let size = entry.get(32..36).ok_or(SHORT)?;
    let codec = match kind {
        b"avc1" | b"avc3" => "h264",
        b"hvc1" | b"hev1" => "hevc",
        b"mp4v" => match object_type(entry.get(86..).unwrap_or_default()) {
            Some(0x20) => "mpeg4",
            Some(0x60..=0x65) => "mpeg2video",
            Some(0x6c) => "mjpeg",
            _ => return Err(Miss::NotUnderstood("an object type of mp4v")),
        },
        b"jpeg" | b"mjpa" => "mjpeg",
        b"s263" | b"h263" | b"H263" => "h263",
        _ => return Err(Miss::NotUnderstood("a video codec")),
    };
    let (width, height) = (u16::from_be_bytes([size[0], size[1]]), u16::from_be_bytes([size[2], size[3]]));
    Ok((codec, width.into(), height.into()))
}

/// FFmpeg's name of the audio codec.
pub(super) fn audio(window: &mut Window<'_>, tables: &[Head]) -> Result<String, Miss> {
    let entry = entry(window, tables)?;
    let kind = entry.get(4..8).ok_or(SHORT)?;
    let codec = match kind {
        b"mp4a" => match object_type(entry.get(36..).unwrap_or_default()) {
            Some(0x40 | 0x66..=0x68) => "aac",
            Some(0x69 | 0x6b) => "mp3",
            _ => return Err(Miss::NotUnderstood("an object type of mp4a")),
        },
        b"ac-3" => "ac3",
        b"ec-3" => "eac3",
        b"alaw" => "pcm_alaw",
        b"ulaw" => "pcm_mulaw",
        b"sowt" => "pcm_s16le",
        b"twos" => "pcm_s16be",
        b".mp3" => "mp3",
        b"samr" => "amr_nb",
        b"sawb" => "amr_wb",
        b"Opus" => "opus",
        b"fLaC" => "flac",
        _ => return Err(Miss::NotUnderstood("an audio codec")),
    };
    Ok(codec.to_owned())
}

/// The one sample description, from its size field on.
fn entry(window: &mut Window<'_>, tables: &[Head]) -> Result<Vec<u8>, Miss> {
    let stsd = only(tables, b"stsd")?.ok_or(Miss::NotUnderstood("no stsd"))?;
    let front = Head { end: stsd.end.min(stsd.body + MOST), ..stsd };
    let (_, _, body) = full_box(window, &front, MOST as usize)?;
    let mut taker = Taker(&body);
    if taker.u32().ok_or(SHORT)? != 1 {
        return Err(Miss::NotUnderstood("several sample descriptions"));
    }
    Ok(taker.0.to_vec())
}

/// The object type in the `esds` box somewhere in the boxes after a sample entry's fixed fields (in QuickTime's `wave` too).
fn object_type(boxes: &[u8]) -> Option<u8> {
    let at = boxes.windows(4).position(|kind| kind == b"esds")?;
    let mut taker = Taker(boxes.get(at + 8..)?);
    // ES_Descriptor (3) with its id and flags, then DecoderConfigDescriptor (4), whose first byte is the object type.
    descriptor(&mut taker, 3)?;
    let flags = taker.skip(3)?[2];
    if flags & 0x80 != 0 {
        taker.u16()?;
    }
    if flags & 0x40 != 0 {
        let n = taker.u8()?;
        taker.skip(n.into())?;
    }
    if flags & 0x20 != 0 {
        taker.u16()?;
    }
    descriptor(&mut taker, 4)?;
    taker.u8()
}

/// Steps over a descriptor's tag and its length of one to four bytes.
fn descriptor(taker: &mut Taker<'_>, tag: u8) -> Option<()> {
    if taker.u8()? != tag {
        return None;
    }
    for _ in 0..4 {
        if taker.u8()? & 0x80 == 0 {
            return Some(());
        }
    }
    None
}
