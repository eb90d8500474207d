//! The tables that say what a transport stream carries: PAT and PMT (ISO/IEC 13818-1, 2.4.4).

use super::Miss;
use crate::media::listing::bytes::Taker;

/// The video codecs that are scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    H264,
    Hevc,
    Mpeg2,
}

impl Codec {
    /// FFmpeg's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Codec::H264 => "h264",
            Codec::Hevc => "hevc",
            Codec::Mpeg2 => "mpeg2video",
        }
    }
}

/// The one programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Program {
    pub(super) video_pid: u16,
    pub(super) codec: Codec,
    audio: Option<(u16, u8)>,
}

impl Program {
    /// The PID of the sound.
    pub(super) fn audio_pid(&self) -> Option<u16> {
        self.audio.map(|(pid, _)| pid)
    }

    /// FFmpeg's name of the audio codec, from the stream type and the first PES packet's payload.
    pub(super) fn audio_codec(&self, pes: &[u8]) -> Option<&'static str> {
        let (_, stream_type) = self.audio?;
        match stream_type {
            0x0F => Some("aac"),
            0x11 => Some("aac_latm"),
            0x81 => Some("ac3"),
            // MPEG audio and private streams: the frame header tells. The layer is 0 in AAC's (ISO/IEC 11172-3, 2.4.2.3;
            // 13818-7, 6.2); AC-3 has a sync word of its own (ETSI TS 102 366, 4.3.1).
            _ => {
                let frame = pes.get(9 + usize::from(*pes.get(8)?)..)?;
                match (frame.first()?, frame.get(1)? & 0xE0, frame.get(1)? >> 1 & 3) {
                    (0xFF, 0xE0, 0) => Some("aac"),
                    (0xFF, 0xE0, 1) => Some("mp3"),
                    (0xFF, 0xE0, 2) => Some("mp2"),
                    (0xFF, 0xE0, _) => Some("mp1"),
                    (0x0B, 0x60, _) => Some("ac3"),
                    _ => None,
                }
            }
        }
    }
}

const ODD: Miss = Miss::NotUnderstood("an odd table");

/// The PMT's PID, from the payload of a packet that starts a PAT with one programme.
pub(super) fn association(payload: &[u8]) -> Result<u16, Miss> {
    let body = section(payload, 0).ok_or(ODD)?;
    let mut found = None;
    for row in body.chunks_exact(4) {
        let number = u16::from_be_bytes([row[0], row[1]]);
        let pid = u16::from_be_bytes([row[2] & 0x1F, row[3]]);
        // Number 0 is the network's own table.
        if number != 0 && found.replace(pid).is_some() {
            return Err(Miss::NotUnderstood("several programmes"));
        }
    }
    found.ok_or(ODD)
}

/// The streams, from the payload of a packet that starts a PMT.
pub(super) fn program(payload: &[u8]) -> Result<Program, Miss> {
    let body = section(payload, 2).ok_or(ODD)?;
    let mut taker = Taker(body);
    taker.skip(2).ok_or(ODD)?;
    let info = taker.u16().ok_or(ODD)? & 0x0FFF;
    taker.skip(info.into()).ok_or(ODD)?;
    let (mut video, mut audio) = (None, None);
    while let Some(stream_type) = taker.u8() {
        let pid = taker.u16().ok_or(ODD)? & 0x1FFF;
        let info = taker.u16().ok_or(ODD)? & 0x0FFF;
        taker.skip(info.into()).ok_or(ODD)?;
        let codec = match stream_type {
            0x1B => Some(Codec::H264),
            0x24 => Some(Codec::Hevc),
            0x02 => Some(Codec::Mpeg2),
            0x03 | 0x04 | 0x06 | 0x0F | 0x11 | 0x81 => {
                audio = audio.or(Some((pid, stream_type)));
                None
            }
            // Tables, private sections and metadata next to the video; G.711 sound as recorders mark it, which FFmpeg
            // does not know either.
            0x05 | 0x15 | 0x86 | 0x90 | 0x91 => None,
            _ => return Err(Miss::NotUnderstood("a stream type")),
        };
        if let Some(codec) = codec
            && video.replace((pid, codec)).is_some()
        {
            return Err(Miss::NotUnderstood("two video streams"));
        }
    }
    let (video_pid, codec) = video.ok_or(Miss::NotUnderstood("no video that is scanned"))?;
    Ok(Program { video_pid, codec, audio })
}

/// The rows of a section that lies whole in this payload, is current and the only one of its table.
fn section(payload: &[u8], table: u8) -> Option<&[u8]> {
    let mut taker = Taker(payload);
    let pointer = taker.u8()?;
    taker.skip(pointer.into())?;
    if taker.u8()? != table {
        return None;
    }
    let length = usize::from(taker.u16()? & 0x0FFF);
    let body = taker.skip(length)?;
    // id: 2, version and current: 1, section number and last: 2; the checksum at the end: 4.
    let (current, last) = (body.get(2)? & 1, body.get(4)?);
    (current == 1 && *last == 0).then(|| body.get(5..length.checked_sub(4)?))?
}
