//! The Tracks element: the one video track and the first of sound.

use super::ebml::{each, float, uint};
use super::{Miss, Window};

/// What the tracks say, as far as a listing needs it.
#[derive(Debug)]
pub(super) struct Tracks {
    /// The number by which blocks name the video track.
    pub(super) video: u64,
    pub(super) codec: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) audio: Option<&'static str>,
}

/// One entry as written.
#[derive(Default)]
struct Entry {
    number: u64,
    kind: u64,
    codec: Vec<u8>,
    private: Vec<u8>,
    width: u64,
    height: u64,
    bits: u64,
}

/// Longest codec id or private data that is looked at.
const MOST: usize = 1 << 16;

/// Reads the element, which lies within the file.
pub(super) fn read(window: &mut Window<'_>, body: u64, end: u64) -> Result<Tracks, Miss> {
    let (mut video, mut audio) = (None, None);
    each(window, body, end, |window, id, body, end| {
        if id == 0xAE {
            let entry = entry(window, body, end)?;
            match entry.kind {
                1 if video.is_some() => return Err(Miss::NotUnderstood("two video tracks")),
                1 => video = Some(entry),
                2 if audio.is_none() => audio = Some(audio_codec(&entry)?),
                _ => {}
            }
        }
        Ok(())
    })?;
    let video = video.ok_or(Miss::NotUnderstood("no video track"))?;
    let codec = match video.codec.as_slice() {
        b"V_MPEG4/ISO/AVC" => "h264",
        b"V_MPEGH/ISO/HEVC" => "hevc",
        b"V_MPEG4/ISO/SP" | b"V_MPEG4/ISO/ASP" | b"V_MPEG4/ISO/AP" => "mpeg4",
        b"V_MPEG2" => "mpeg2video",
        b"V_MJPEG" => "mjpeg",
        _ => return Err(Miss::NotUnderstood("a video codec")),
    };
    let pixels = |n: u64| u32::try_from(n).map_err(|_| Miss::NotUnderstood("a picture size"));
    Ok(Tracks { video: video.number, codec, width: pixels(video.width)?, height: pixels(video.height)?, audio })
}

fn entry(window: &mut Window<'_>, body: u64, end: u64) -> Result<Entry, Miss> {
    let mut entry = Entry::default();
    each(window, body, end, |window, id, body, end| {
        match id {
            0xD7 => entry.number = uint(window, body, end)?,
            0x83 => entry.kind = uint(window, body, end)?,
            0x86 => entry.codec = text(window, body, end)?,
            0x63A2 if end - body <= MOST as u64 => entry.private = window.span(body, end, MOST)?,
            0x6D80 => return Err(Miss::NotUnderstood("compressed or encrypted blocks")),
            0x23_314F if float(window, body, end)? != 1.0 => {
                return Err(Miss::NotUnderstood("a track's own time scale"));
            }
            0xE0 => each(window, body, end, |window, id, body, end| {
                match id {
                    0xB0 => entry.width = uint(window, body, end)?,
                    0xBA => entry.height = uint(window, body, end)?,
                    0x7670 => return Err(Miss::NotUnderstood("a projection")),
                    _ => {}
                }
                Ok(())
            })?,
            0xE1 => each(window, body, end, |window, id, body, end| {
                if id == 0x6264 {
                    entry.bits = uint(window, body, end)?;
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(entry)
}

/// A text, which may be padded with zeros.
fn text(window: &mut Window<'_>, body: u64, end: u64) -> Result<Vec<u8>, Miss> {
    let mut text = window.span(body, end, MOST)?;
    while text.last() == Some(&0) {
        text.pop();
    }
    Ok(text)
}

/// FFmpeg's name of the audio codec.
fn audio_codec(entry: &Entry) -> Result<&'static str, Miss> {
    Ok(match (entry.codec.as_slice(), entry.bits) {
        (id, _) if id.starts_with(b"A_AAC") => "aac",
        (b"A_AC3", _) => "ac3",
        (b"A_EAC3", _) => "eac3",
        (b"A_MPEG/L3", _) => "mp3",
        (b"A_MPEG/L2", _) => "mp2",
        (b"A_OPUS", _) => "opus",
        (b"A_VORBIS", _) => "vorbis",
        (b"A_FLAC", _) => "flac",
        (b"A_PCM/INT/LIT", 16) => "pcm_s16le",
        (b"A_PCM/INT/BIG", 16) => "pcm_s16be",
        (b"A_MS/ACM", _) => match entry.private.get(..2) {
            Some([6, 0]) => "pcm_alaw",
            Some([7, 0]) => "pcm_mulaw",
            _ => return Err(Miss::NotUnderstood("an audio codec")),
        },
        _ => return Err(Miss::NotUnderstood("an audio codec")),
    })
}
