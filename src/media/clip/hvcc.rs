//! The configuration of an H.265 decoder (ISO/IEC 14496-15 §8.3.3.1) and its name (§E.3).

use super::nal;

/// Unit types of the parameter sets: of the video, the sequence, the picture.
pub(super) const SETS: [u8; 3] = [32, 33, 34];

/// The type of a unit.
pub(super) fn kind(unit: &[u8]) -> u8 {
    unit.first().map_or(0, |byte| byte >> 1 & 0x3F)
}

/// The configuration for these parameter sets, of pictures in 4:2:0 with so many bits a sample; `None` where one lacks.
pub(super) fn build(sets: &[Vec<u8>], bits: u8) -> Option<Vec<u8>> {
    if !SETS.iter().all(|wanted| sets.iter().any(|set| kind(set) == *wanted)) {
        return None;
    }
    let sps = nal::without_escapes(sets.iter().find(|set| kind(set) == SETS[1])?);
    // Behind two bytes of header: layers and nesting in one byte, then profile, tier and level in twelve.
    let layers = sps.get(2)?;
    let mut out = vec![1];
    out.extend(sps.get(3..15)?);
    out.extend([0xF0, 0, 0xFC, 0xFC | 1, 0xF8 | (bits - 8), 0xF8 | (bits - 8), 0, 0]);
    out.extend([((layers >> 1 & 7) + 1) << 3 | (layers & 1) << 2 | 3, SETS.len() as u8]);
    for wanted in SETS {
        let same = || sets.iter().filter(|set| kind(set) == wanted);
        out.push(wanted);
        out.extend(u16::try_from(same().count()).ok()?.to_be_bytes());
        for set in same() {
            out.extend(u16::try_from(set.len()).ok()?.to_be_bytes());
            out.extend(set);
        }
    }
    Some(out)
}

/// RFC 6381's name of a configuration; `None` when it is none, or holds no parameter sets.
pub(super) fn codecs(config: &[u8]) -> Option<String> {
    let general = config.get(1..13).filter(|_| config[0] == 1 && config.get(22).is_some_and(|arrays| *arrays > 0))?;
    let space = ["", "A", "B", "C"][usize::from(general[0] >> 6)];
    let tier = if general[0] & 0x20 == 0 { 'L' } else { 'H' };
    let compatible = u32::from_be_bytes(general[1..5].try_into().ok()?).reverse_bits();
    let mut name = format!("hvc1.{space}{}.{compatible:X}.{tier}{}", general[0] & 0x1F, general[11]);
    let constraints = &general[5..11];
    let used = constraints.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    constraints[..used].iter().for_each(|byte| name.push_str(&format!(".{byte:X}")));
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_built_from_its_sets_and_named() {
        // Main profile, level 4, as x265 writes it; the SPS's escapes are in the profile's constraints.
        let sps = vec![0x42, 1, 1, 1, 0x60, 0, 0, 3, 0, 0x90, 0, 0, 3, 0, 0, 3, 0, 0x78, 0xA0];
        let config = build(&[vec![0x40, 1, 0xC], sps.clone(), vec![0x44, 1, 0xC1]], 8).unwrap();
        assert_eq!(config[1..13], [1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 0x78]);
        assert_eq!((config[21] & 3, config[22]), (3, 3));
        assert_eq!(codecs(&config).unwrap(), "hvc1.1.6.L120.90");
        assert_eq!(build(&[sps], 8), None);
        assert_eq!(codecs(&config[..20]), None);
    }
}
