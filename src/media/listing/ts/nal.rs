//! What kind of picture a frame is, by its first start codes: H.264 (ITU-T H.264, 7.3.1), HEVC (H.265, 7.3.1), MPEG-2
//! (H.262, 6.2). Keyframes are what FFmpeg's parsers flag: IDR pictures and recovery points; IRAP pictures; I pictures.

use super::psi::Codec;

/// What the bytes so far say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Key,
    NotKey,
    /// More bytes are needed.
    More,
}

/// How far a frame was searched.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    at: usize,
    recovery: bool,
}

/// Bytes of a unit that must be there to judge it: the header and the first of the picture header or message.
const ENOUGH: usize = 6;

/// The kind of a frame from its first bytes; called again with more, it goes on where it stopped.
pub(super) fn kind(codec: Codec, head: &[u8], cursor: &mut Cursor) -> Verdict {
    while let Some(unit) = next_unit(head, cursor.at) {
        let rest = &head[unit..];
        if rest.len() < ENOUGH {
            return Verdict::More;
        }
        match codec {
            Codec::H264 => match rest[0] & 0x1F {
                5 => return Verdict::Key,
                1 | 2 => return if cursor.recovery { Verdict::Key } else { Verdict::NotKey },
                6 => match recovery_point(head, unit) {
                    Some(found) => cursor.recovery |= found,
                    None => return Verdict::More,
                },
                _ => {}
            },
            Codec::Hevc => match rest[0] >> 1 & 0x3F {
                16..=23 => return Verdict::Key,
                0..=9 => return Verdict::NotKey,
                _ => {}
            },
            Codec::Mpeg2 => {
                if rest[0] == 0 {
                    return if rest[2] >> 3 & 7 == 1 { Verdict::Key } else { Verdict::NotKey };
                }
            }
        }
        cursor.at = unit;
    }
    Verdict::More
}

/// Pictures that start in a whole frame: slices that hold the first block of a picture, or picture headers.
pub(super) fn pictures(codec: Codec, frame: &[u8]) -> usize {
    let mut count = 0;
    let mut at = 0;
    while let Some(unit) = next_unit(frame, at) {
        let rest = &frame[unit..];
        let first = |index: usize| rest.get(index).is_some_and(|byte| byte & 0x80 != 0);
        count += usize::from(match codec {
            Codec::H264 => matches!(rest.first().map_or(0, |b| b & 0x1F), 1 | 2 | 5) && first(1),
            Codec::Hevc => matches!(rest.first().map_or(63, |b| b >> 1 & 0x3F), 0..=9 | 16..=23) && first(2),
            Codec::Mpeg2 => rest.first() == Some(&0),
        });
        at = unit;
    }
    count
}

/// Where the next unit starts, just after its start code 00 00 01.
pub(super) fn next_unit(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        // The third byte tells how far to leap: only 0 and 1 can be part of a start code that has begun.
        match *bytes.get(at + 2)? {
            1 if bytes[at] == 0 && bytes[at + 1] == 0 => return Some(at + 3),
            0 => at += 1,
            _ => at += 3,
        }
    }
}

/// Whether a supplemental message unit holds a recovery point (payload type 6, H.264 D.1.8); `None` when it is not whole.
fn recovery_point(head: &[u8], unit: usize) -> Option<bool> {
    let end = next_unit(head, unit).map(|next| next - 3)?;
    let mut rest = head[unit + 1..end].iter().copied();
    loop {
        let mut take = || {
            let mut sum = 0usize;
            loop {
                let byte = rest.next()?;
                sum += usize::from(byte);
                if byte != 0xFF {
                    return Some(sum);
                }
            }
        };
        let (Some(kind), Some(length)) = (take(), take()) else { return Some(false) };
        if kind == 6 {
            return Some(true);
        }
        // Stuffed bytes inside make a message longer by a few; that only matters to what follows it.
        match length {
            0 => {}
            n if rest.nth(n - 1).is_some() => {}
            _ => return Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kind_of(codec: Codec, head: &[u8]) -> Verdict {
        kind(codec, head, &mut Cursor::default())
    }

    #[test]
    fn keyframes_are_known_by_their_first_units() {
        let idr = [0, 0, 0, 1, 9, 0xF0, 0, 0, 1, 0x65, 0x88, 1, 2, 3, 4];
        assert_eq!(kind_of(Codec::H264, &idr), Verdict::Key);
        assert_eq!(kind_of(Codec::H264, &idr[..8]), Verdict::More);
        let slice = [0, 0, 1, 0x41, 0x9A, 1, 2, 3, 4];
        assert_eq!(kind_of(Codec::H264, &slice), Verdict::NotKey);
        let recovery = [[0, 0, 1, 6, 6, 1, 0xC4, 0x80].as_slice(), &slice].concat();
        assert_eq!(kind_of(Codec::H264, &recovery), Verdict::Key);
        assert_eq!(kind_of(Codec::Hevc, &[0, 0, 1, 0x2A, 1, 0x80, 0, 0, 0]), Verdict::Key);
        assert_eq!(kind_of(Codec::Mpeg2, &[0, 0, 1, 0, 0, 0x0F, 0xFF, 0xF8, 0]), Verdict::Key);
    }

    proptest! {
        #[test]
        fn a_leaping_search_finds_what_a_plain_one_finds(bytes in prop::collection::vec(0u8..3, 0..200)) {
            let plain = bytes.windows(3).position(|w| w == [0, 0, 1]).map(|at| at + 3);
            prop_assert_eq!(next_unit(&bytes, 0), plain);
        }

        #[test]
        fn any_bytes_are_judged_the_same_in_parts_and_whole(bytes in prop::collection::vec(prop_oneof![0u8..3, any::<u8>()], 0..200)) {
            for codec in [Codec::H264, Codec::Hevc, Codec::Mpeg2] {
                let whole = kind_of(codec, &bytes);
                let mut cursor = Cursor::default();
                let parts = (0..=bytes.len()).map(|n| kind(codec, &bytes[..n], &mut cursor)).find(|v| *v != Verdict::More);
                prop_assert_eq!(parts.unwrap_or(Verdict::More), whole);
                pictures(codec, &bytes);
            }
        }
    }
}
