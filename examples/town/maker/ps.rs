//! Writes MPEG-PS as Hikvision's recorders do: a pack for every picture, with its time, and before each keyframe the system
//! header and the map that names the codec. (FFmpeg's own writer packs several small pictures together and dates only the
//! first.) The format is ISO/IEC 13818-1, 2.5.

use super::annexb::units;
use super::cameras::Codec;

const VIDEO: u8 = 0xe0;
/// In units of 50 bytes a second: 10 Mbps.
const MUX_RATE: u32 = 25_000;
/// What fits into one packet behind its header; the length has 16 bits.
const PAYLOAD: usize = 65_000;

/// Wraps an Annex B stream of H.264 or H.265 that has an access unit delimiter before each frame, and no B-frames.
pub fn wrap(annex_b: &[u8], codec: Codec, fps: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(annex_b.len() + annex_b.len() / 20);
    for (number, unit) in (0u64..).zip(units(annex_b, codec)) {
        let ticks = number * 90_000 / u64::from(fps);
        out.extend(pack_header(ticks));
        if unit.is_key {
            out.extend(system_header());
            out.extend(stream_map(codec));
        }
        for (index, part) in unit.bytes.chunks(PAYLOAD).enumerate() {
            let time = if index == 0 { time_field(ticks).to_vec() } else { Vec::new() };
            out.extend([0, 0, 1, VIDEO]);
            out.extend(((3 + time.len() + part.len()) as u16).to_be_bytes());
            out.extend([0x80, if time.is_empty() { 0 } else { 0x80 }, time.len() as u8]);
            out.extend(time);
            out.extend(part);
        }
    }
    out.extend([0, 0, 1, 0xb9]);
    out
}

fn pack_header(ticks: u64) -> [u8; 14] {
    let rate = (MUX_RATE << 2 | 3).to_be_bytes();
    [
        0,
        0,
        1,
        0xba,
        0x44 | ((ticks >> 30 & 7) as u8 * 8) | (ticks >> 28 & 3) as u8,
        (ticks >> 20) as u8,
        0x04 | ((ticks >> 15 & 0x1f) as u8 * 8) | (ticks >> 13 & 3) as u8,
        (ticks >> 5) as u8,
        0x04 | ((ticks & 0x1f) as u8 * 8),
        0x01,
        rate[1],
        rate[2],
        rate[3],
        0xf8,
    ]
}

fn system_header() -> [u8; 15] {
    let rate = (1 << 23 | MUX_RATE << 1 | 1).to_be_bytes();
    // No sound, one video stream with a buffer of 232 KB.
    [0, 0, 1, 0xbb, 0, 9, rate[1], rate[2], rate[3], 0x00, 0x21, 0x7f, VIDEO, 0xe0, 0xe8]
}

fn stream_map(codec: Codec) -> Vec<u8> {
    let kind = if codec == Codec::Hevc { 0x24 } else { 0x1b };
    let mut map = vec![0, 0, 1, 0xbc, 0, 14, 0xe0, 0xff, 0, 0, 0, 4, kind, VIDEO, 0, 0];
    map.extend(crc(&map).to_be_bytes());
    map
}

/// Presentation time in the five bytes of a packet's header.
fn time_field(ticks: u64) -> [u8; 5] {
    [
        0x21 | (ticks >> 29 & 0x0e) as u8,
        (ticks >> 22) as u8,
        (ticks >> 14) as u8 | 1,
        (ticks >> 7) as u8,
        (ticks << 1) as u8 | 1,
    ]
}

/// CRC-32 as in annex A of the standard.
fn crc(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| crc << 1 ^ if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_checks_to_zero_and_a_large_picture_takes_two_packets() {
        assert_eq!(crc(b"123456789"), 0x0376_e6e7, "the check value of CRC-32/MPEG-2");
        assert_eq!(crc(&stream_map(Codec::H264)), 0);
        let mut stream = vec![0, 0, 0, 1, 9, 0xf0, 0, 0, 0, 1, 0x65];
        stream.resize(6 + PAYLOAD + 10, 7);
        let packed = wrap(&stream, Codec::H264, 10);
        assert_eq!(packed.len(), 14 + 15 + 20 + (9 + 5 + PAYLOAD) + (9 + 10) + 4);
    }
}
