//! Cuts a bare H.264 or H.265 stream (Annex B) into pictures, for the containers that we write ourselves.

use super::cameras::Codec;

/// One access unit: a picture with the parameters before it.
pub struct Unit<'a> {
    pub bytes: &'a [u8],
    /// Whether it decodes by itself.
    pub is_key: bool,
}

/// The access units of a stream that has a delimiter before each, without the delimiters (real recorders write none).
pub fn units(annex_b: &[u8], codec: Codec) -> Vec<Unit<'_>> {
    let kind = |nal: u8| if codec == Codec::Hevc { nal >> 1 & 0x3f } else { nal & 0x1f };
    let (delimiter, keys) = if codec == Codec::Hevc { (35, 16..=21) } else { (9, 5..=5) };
    let mut units: Vec<Unit<'_>> = Vec::new();
    let mut starts = starts(annex_b);
    starts.push(annex_b.len());
    // The unit being collected: from the end of its delimiter on.
    let mut open: Option<(usize, bool)> = None;
    for pair in starts.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let header = if annex_b[from + 2] == 1 { from + 3 } else { from + 4 };
        let Some(&nal) = annex_b.get(header) else { break };
        if kind(nal) == delimiter {
            if let Some((begin, is_key)) = open.replace((to, false)) {
                units.push(Unit { bytes: &annex_b[begin..from], is_key });
            }
        } else if let Some((_, is_key)) = &mut open {
            *is_key |= keys.contains(&kind(nal));
        }
    }
    if let Some((begin, is_key)) = open {
        units.push(Unit { bytes: &annex_b[begin..], is_key });
    }
    units
}

/// Where each NAL unit's start code (three or four bytes) begins.
fn starts(annex_b: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    while let Some(one) = annex_b[at..].iter().position(|&byte| byte == 1) {
        let one = at + one;
        if one >= 2 && annex_b[one - 2..one] == [0, 0] {
            starts.push(if one >= 3 && annex_b[one - 3] == 0 { one - 3 } else { one - 2 });
        }
        at = one + 1;
    }
    starts
}
