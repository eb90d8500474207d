//! Writes Dahua's .dav, which FFmpeg reads but does not write.
//!
//! The format as FFmpeg 5.1's `dhav` demuxer understands it: every frame stands between a 24-byte `DHAV` head (kind, channel,
//! number, length, local date, milliseconds, length of the extension, checksum) with an extension (size and codec, before
//! keyframes only) and an 8-byte `dhav` tail that repeats the length, so that the file can be read from its end.

use jiff::civil::DateTime;

use super::annexb::units;
use super::cameras::Codec;

const HEAD: usize = 24;
const TAIL: usize = 8;
const KEYFRAME: u8 = 0xfd;
const OTHER_FRAME: u8 = 0xfc;

/// Wraps an Annex B stream of H.264 or H.265 that has an access unit delimiter before each frame, and no B-frames.
///
/// `starts` is what the camera's clock shows at the first frame.
pub fn wrap(annex_b: &[u8], codec: Codec, (width, height): (u32, u32), fps: u32, starts: DateTime) -> Vec<u8> {
    let mut out = Vec::with_capacity(annex_b.len() + annex_b.len() / 50);
    let mut extension_of_keyframes = vec![0x81, 0, if codec == Codec::Hevc { 0x0c } else { 0x08 }, fps as u8];
    extension_of_keyframes.extend([0x82, 0, 0, 0]);
    extension_of_keyframes.extend((width as u16).to_le_bytes());
    extension_of_keyframes.extend((height as u16).to_le_bytes());
    for (number, unit) in (0u32..).zip(units(annex_b, codec)) {
        let extension: &[u8] = if unit.is_key { &extension_of_keyframes } else { &[] };
        let length = (HEAD + extension.len() + unit.bytes.len() + TAIL) as u32;
        let millis = u64::from(number) * 1000 / u64::from(fps);
        let head_from = out.len();
        out.extend(b"DHAV");
        out.extend([if unit.is_key { KEYFRAME } else { OTHER_FRAME }, 0, 0, 0]);
        out.extend(number.to_le_bytes());
        out.extend(length.to_le_bytes());
        out.extend(packed_date(starts, (millis / 1000) as i64).to_le_bytes());
        // The reader counts a step back as one round of 65,535 ms.
        out.extend(((millis % 65_535) as u16).to_le_bytes());
        out.push(extension.len() as u8);
        let checksum = out[head_from..].iter().fold(0u8, |sum, &byte| sum.wrapping_add(byte));
        out.push(checksum);
        out.extend(extension);
        out.extend(unit.bytes);
        out.extend(b"dhav");
        out.extend(length.to_le_bytes());
    }
    out
}

/// Local date and time in 32 bits: year − 2000 (6 bits), month (4), day (5), hour (5), minute (6), second (6).
fn packed_date(starts: DateTime, seconds: i64) -> u32 {
    let t = starts.saturating_add(jiff::SignedDuration::from_secs(seconds));
    let fields = [
        (i32::from(t.year()) - 2000, 26),
        (t.month().into(), 22),
        (t.day().into(), 17),
        (t.hour().into(), 12),
        (t.minute().into(), 6),
        (t.second().into(), 0),
    ];
    fields.iter().fold(0, |packed, &(value, shift)| packed | (value.max(0) as u32) << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] = &[
        0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x65, 7, 7, // delimiter, parameters, key picture
        0, 0, 0, 1, 9, 0xf0, 0, 0, 1, 0x41, 8, // delimiter, other picture
    ];

    #[test]
    fn a_stream_becomes_one_dav_frame_a_picture() {
        let starts = jiff::civil::datetime(2023, 7, 15, 21, 59, 59, 0);
        let dav = wrap(STREAM, Codec::H264, (640, 360), 1, starts);
        let first = u32::from_le_bytes(dav[12..16].try_into().unwrap()) as usize;
        assert_eq!(&dav[..5], b"DHAV\xfd");
        assert_eq!(first, HEAD + 12 + 12 + TAIL);
        assert_eq!(dav[HEAD + 12..HEAD + 24], STREAM[6..18]);
        assert_eq!(&dav[first..first + 5], b"DHAV\xfc");
        assert_eq!(dav[dav.len() - 4..], ((dav.len() - first) as u32).to_le_bytes());
        let date = u32::from_le_bytes(dav[first + 16..first + 20].try_into().unwrap());
        assert_eq!((date >> 12 & 31, date >> 6 & 63, date & 63), (22, 0, 0), "a second later it is ten");
        assert_eq!((date >> 26, date >> 22 & 15, date >> 17 & 31), (23, 7, 15));
    }
}
