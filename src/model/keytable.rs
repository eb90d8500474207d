//! The packed keyframe table: a recording's keyframes in about ten bytes each, for the store and the index.
//!
//! Format, version 1: the byte `1`, then per keyframe three LEB128 numbers: zigzag of `pts_us` less the pts before (less 0
//! for the first), `size`, `between`. Old versions stay readable: a new one takes the next number.

use super::media::Keyframe;

const VERSION: u8 = 1;

/// Packs keyframes in the order given.
pub fn pack(keyframes: &[Keyframe]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 + keyframes.len() * 10);
    out.push(VERSION);
    let mut before = 0i64;
    for keyframe in keyframes {
        let delta = keyframe.pts_us.wrapping_sub(before);
        put(&mut out, ((delta << 1) ^ (delta >> 63)) as u64);
        put(&mut out, keyframe.size.into());
        put(&mut out, keyframe.between.into());
        before = keyframe.pts_us;
    }
    out
}

/// Unpacks a table; `None` when it is not one (another version, cut off, a number too large).
pub fn unpack(table: &[u8]) -> Option<Vec<Keyframe>> {
    let (&version, mut rest) = table.split_first()?;
    if version != VERSION {
        return None;
    }
    let mut keyframes = Vec::with_capacity(rest.len() / 8);
    let mut before = 0i64;
    while !rest.is_empty() {
        let zigzag = take(&mut rest)?;
        let delta = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
        let pts_us = before.wrapping_add(delta);
        let size = u32::try_from(take(&mut rest)?).ok()?;
        let between = u32::try_from(take(&mut rest)?).ok()?;
        keyframes.push(Keyframe { pts_us, size, between });
        before = pts_us;
    }
    Some(keyframes)
}

fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, tail) = rest.split_first()?;
        *rest = tail;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && bits > 1 {
            return None;
        }
        value |= bits << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn unpacking_gives_back_what_was_packed(rows in prop::collection::vec((any::<i64>(), any::<u32>(), any::<u32>()), 0..50)) {
            let keyframes: Vec<Keyframe> =
                rows.into_iter().map(|(pts_us, size, between)| Keyframe { pts_us, size, between }).collect();
            prop_assert_eq!(unpack(&pack(&keyframes)), Some(keyframes));
        }

        #[test]
        fn unpacking_anything_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = unpack(&bytes);
        }
    }

    #[test]
    fn a_typical_keyframe_takes_ten_bytes() {
        let keyframes: Vec<Keyframe> =
            (0..60).map(|i| Keyframe { pts_us: i * 2_000_000, size: 90_000, between: 700_000 }).collect();
        assert_eq!(pack(&keyframes).len(), 1 + 1 + 6 + 59 * 10);
    }

    #[test]
    fn another_version_is_not_read_as_this_one() {
        assert_eq!(unpack(&[2, 0, 0, 0]), None);
        assert_eq!(unpack(&[]), None);
    }
}
