//! Units of H.264 and H.265 streams: from start codes (Annex B of both) to lengths, as mp4 has them.

/// Whether a frame begins with a start code.
pub(super) fn has_start_code(frame: &[u8]) -> bool {
    frame.starts_with(&[0, 0, 1]) || frame.starts_with(&[0, 0, 0, 1])
}

/// The units between start codes, without the zeros that may follow them.
pub(super) fn units(frame: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = after_start_code(frame);
    std::iter::from_fn(move || {
        loop {
            let all = rest?;
            let end = find_start_code(all);
            rest = end.and_then(|end| after_start_code(&all[end..]));
            let unit = &all[..end.unwrap_or(all.len())];
            let length = unit.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            if length > 0 {
                return Some(&unit[..length]);
            }
        }
    })
}

/// Appends a unit behind its length.
pub(super) fn push(out: &mut Vec<u8>, unit: &[u8]) {
    out.extend(u32::try_from(unit.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(unit);
}

/// A unit's content without the bytes that keep start codes out of it (H.264 §7.4.1): each 3 after two zeros.
pub(super) fn without_escapes(unit: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(unit.len());
    let mut zeros = 0;
    for &byte in unit {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        out.push(byte);
    }
    out
}

fn find_start_code(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    // Most bytes are no 1: look for those.
    while let Some(one) = bytes.get(at + 2..)?.iter().position(|byte| *byte == 1) {
        at += one;
        if bytes[at] == 0 && bytes[at + 1] == 0 {
            return Some(at);
        }
        at += 1;
    }
    None
}

fn after_start_code(bytes: &[u8]) -> Option<&[u8]> {
    find_start_code(bytes).map(|at| &bytes[at + 3..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn units_are_found_behind_long_and_short_start_codes() {
        let frame = [0, 0, 0, 1, 9, 0x10, 0, 0, 1, 0x65, 1, 2, 0, 0, 0, 1, 0x41, 0, 0];
        let found: Vec<&[u8]> = units(&frame).collect();
        assert_eq!(found, [&[9, 0x10][..], &[0x65, 1, 2], &[0x41]]);
        assert_eq!(units(&[1, 2, 3]).count(), 0);
        assert_eq!(units(&[0, 0, 1]).count(), 0);
        assert_eq!(without_escapes(&[1, 0, 0, 3, 1, 0, 3]), [1, 0, 0, 1, 0, 3]);
    }

    proptest! {
        #[test]
        fn what_is_put_together_comes_apart(parts in prop::collection::vec(prop::collection::vec(1u8.., 1..9), 1..9)) {
            let stream: Vec<u8> = parts.iter().flat_map(|unit| [&[0, 0, 1], unit.as_slice()].concat()).collect();
            // Bytes of 1 and more hold no start code.
            prop_assert_eq!(units(&stream).map(<[u8]>::to_vec).collect::<Vec<_>>(), parts);
        }

        #[test]
        fn any_bytes_are_borne(bytes in prop::collection::vec(prop_oneof![Just(0u8), Just(1), Just(3), any::<u8>()], 0..200)) {
            prop_assert!(units(&bytes).all(|unit| !unit.is_empty() && find_start_code(unit).is_none()));
            let _ = without_escapes(&bytes);
        }
    }
}
