//! The picture size out of the parameter sets: H.264 (7.3.2.1.1), HEVC (H.265, 7.3.2.2.1), MPEG-2 (H.262, 6.2.2.1).

use super::nal::next_unit;
use super::psi::Codec;

/// Width and height in pixels as shown (cropping applied), from the first parameter set in a frame.
pub(super) fn size(codec: Codec, frame: &[u8]) -> Option<(u32, u32)> {
    let mut at = 0;
    while let Some(unit) = next_unit(frame, at) {
        let end = next_unit(frame, unit).map_or(frame.len(), |next| next - 3);
        let rest = frame.get(unit..end)?;
        let found = match (codec, *rest.first()?) {
            (Codec::H264, id) if id & 0x1F == 7 => h264(&mut Bits::new(rest.get(1..)?)),
            (Codec::Hevc, id) if id >> 1 & 0x3F == 33 => hevc(&mut Bits::new(rest.get(2..)?)),
            (Codec::Mpeg2, 0xB3) => {
                let [_, a, b, c] = *rest.get(..4)? else { return None };
                Some((u32::from(a) << 4 | u32::from(b >> 4), u32::from(b & 0x0F) << 8 | u32::from(c)))
            }
            _ => None,
        };
        if found.is_some_and(|(width, height)| (1..=16_384).contains(&width) && (1..=16_384).contains(&height)) {
            return found;
        }
        at = unit;
    }
    None
}

fn h264(bits: &mut Bits) -> Option<(u32, u32)> {
    let profile = bits.take(8)?;
    bits.take(16)?;
    bits.golomb()?;
    let mut chroma = 1;
    let mut planes_apart = false;
    if matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135) {
        chroma = bits.golomb()?;
        if chroma == 3 {
            planes_apart = bits.take(1)? == 1;
        }
        bits.golomb()?;
        bits.golomb()?;
        bits.take(1)?;
        if bits.take(1)? == 1 {
            for list in 0..if chroma == 3 { 12 } else { 8 } {
                if bits.take(1)? == 1 {
                    scaling_list(bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    bits.golomb()?;
    match bits.golomb()? {
        0 => {
            bits.golomb()?;
        }
        1 => {
            bits.take(1)?;
            bits.golomb()?;
            bits.golomb()?;
            for _ in 0..bits.golomb()?.min(256) {
                bits.golomb()?;
            }
        }
        _ => {}
    }
    bits.golomb()?;
    bits.take(1)?;
    let width = bits.golomb()?.checked_add(1)?.checked_mul(16)?;
    let map_units = bits.golomb()?.checked_add(1)?;
    let frames_only = bits.take(1)?;
    let height = map_units.checked_mul(16)?.checked_mul(2 - frames_only)?;
    if frames_only == 0 {
        bits.take(1)?;
    }
    bits.take(1)?;
    let (unit_x, unit_y) = match chroma {
        _ if planes_apart => (1, 1),
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    };
    crop(bits, width, height, unit_x, unit_y * (2 - frames_only))
}

fn scaling_list(bits: &mut Bits, length: u32) -> Option<()> {
    let (mut last, mut next) = (8i64, 8i64);
    for _ in 0..length {
        if next != 0 {
            let code = i64::from(bits.golomb()?);
            let delta = if code & 1 == 1 { (code + 1) / 2 } else { -(code / 2) };
            next = (last + delta).rem_euclid(256);
        }
        last = if next == 0 { last } else { next };
    }
    Some(())
}

fn hevc(bits: &mut Bits) -> Option<(u32, u32)> {
    bits.take(4)?;
    let sub_layers = bits.take(3)?;
    bits.take(1)?;
    // The general profile, tier and level: 88 bits and 8 for the level.
    bits.skip(96)?;
    let present: Vec<(u32, u32)> =
        (0..sub_layers).map(|_| Some((bits.take(1)?, bits.take(1)?))).collect::<Option<_>>()?;
    if sub_layers > 0 {
        bits.skip(2 * (8 - sub_layers as usize))?;
    }
    for (profile, level) in present {
        bits.skip(88 * profile as usize + 8 * level as usize)?;
    }
    bits.golomb()?;
    let chroma = bits.golomb()?;
    let planes_apart = chroma == 3 && bits.take(1)? == 1;
    let (width, height) = (bits.golomb()?, bits.golomb()?);
    let (unit_x, unit_y) = match chroma {
        _ if planes_apart => (1, 1),
        1 => (2, 2),
        2 => (2, 1),
        _ => (1, 1),
    };
    crop(bits, width, height, unit_x, unit_y)
}

/// Takes off the margins, if a flag says there are some: left, right, top, bottom, in units.
fn crop(bits: &mut Bits, width: u32, height: u32, unit_x: u32, unit_y: u32) -> Option<(u32, u32)> {
    if bits.take(1)? == 0 {
        return Some((width, height));
    }
    let (left, right, top, bottom) = (bits.golomb()?, bits.golomb()?, bits.golomb()?, bits.golomb()?);
    let off = |a: u32, b: u32, unit: u32| a.checked_add(b)?.checked_mul(unit);
    Some((width.checked_sub(off(left, right, unit_x)?)?, height.checked_sub(off(top, bottom, unit_y)?)?))
}

/// Bits of a unit, without the bytes stuffed in against false start codes.
struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    fn new(unit: &[u8]) -> Bits {
        let mut bytes = Vec::new();
        let mut zeros = 0;
        for byte in unit.iter().take(1024) {
            if *byte == 3 && zeros >= 2 {
                zeros = 0;
                continue;
            }
            zeros = if *byte == 0 { zeros + 1 } else { 0 };
            bytes.push(*byte);
        }
        Bits { bytes, at: 0 }
    }

    fn take(&mut self, n: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..n {
            let byte = self.bytes.get(self.at / 8)?;
            value = value << 1 | u32::from(byte >> (7 - self.at % 8) & 1);
            self.at += 1;
        }
        Some(value)
    }

    fn skip(&mut self, n: usize) -> Option<()> {
        self.at += n;
        (self.at <= self.bytes.len() * 8).then_some(())
    }

    /// An unsigned Exp-Golomb number (H.264, 9.1).
    fn golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while self.take(1)? == 0 {
            zeros += 1;
        }
        if zeros > 31 {
            return None;
        }
        Some((1u32 << zeros) - 1 + self.take(zeros)?)
    }
}
