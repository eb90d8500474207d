//! What a decoder must know before the first frame, and how frames lie in the file.

use ffmpeg_next::codec::Id;

use super::{hvcc, nal};

/// Profiles of H.264 that browsers play: baseline, main, high (H.264 §A.2). The others have more bits or colours.
const PROFILES: [u8; 3] = [66, 77, 100];
/// Unit types of H.264: parameter sets of the sequence and of the picture.
const SPS: u8 = 7;
const PPS: u8 = 8;

/// The configuration of a decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    /// Names of the sample entry and of the box with the configuration.
    pub(super) entry: [u8; 4],
    pub(super) config_box: [u8; 4],
    pub(super) config: Vec<u8>,
    /// RFC 6381.
    pub(super) codecs: String,
    packing: Packing,
}

/// How the units of a frame lie behind one another in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Packing {
    /// Behind their lengths, as mp4 wants them.
    Lengths,
    /// Behind start codes, with these parameter sets among them, which the configuration holds.
    StartCodes { h265: bool, sets: Vec<Vec<u8>> },
}

impl Parameters {
    /// Reads them from the container's own description of the codec (may be empty) and the first keyframe; `bits` a sample.
    /// `None` where they lack, or where no browser plays what they say.
    pub(super) fn find(codec: Id, described: &[u8], keyframe: &[u8], bits: u8) -> Option<Parameters> {
        let h265 = match codec {
            Id::H264 => false,
            Id::HEVC => true,
            _ => return None,
        };
        let is_config = described.first() == Some(&1);
        let (config, packing) = if is_config && !nal::has_start_code(keyframe) {
            (described.to_vec(), Packing::Lengths)
        } else {
            let is_set = |unit: &&[u8]| if h265 { hvcc::SETS.contains(&hvcc::kind(unit)) } else { is_h264_set(unit) };
            let described = if is_config { &[] } else { described };
            // Those of the keyframe count: the description may be of another recording's start.
            let mut sets: Vec<Vec<u8>> = nal::units(keyframe).filter(is_set).map(<[u8]>::to_vec).collect();
            if sets.is_empty() {
                sets = nal::units(described).filter(is_set).map(<[u8]>::to_vec).collect();
            }
            sets.dedup();
            let config = if h265 { hvcc::build(&sets, bits)? } else { avcc(&sets)? };
            (config, Packing::StartCodes { h265, sets })
        };
        let (codecs, entry, config_box) = if h265 {
            (hvcc::codecs(&config)?, *b"hvc1", *b"hvcC")
        } else {
            (h264_codecs(&config)?, *b"avc1", *b"avcC")
        };
        Some(Parameters { entry, config_box, config, codecs, packing })
    }

    /// A frame as mp4 has it: behind start codes, delimiters, filling and the parameter sets that are known are left out.
    pub(super) fn packed(&self, frame: &[u8]) -> Vec<u8> {
        let Packing::StartCodes { h265, sets } = &self.packing else { return frame.to_vec() };
        let mut out = Vec::with_capacity(frame.len() + 16);
        for unit in nal::units(frame) {
            let (kind, idle) = if *h265 { (hvcc::kind(unit), [35, 38]) } else { (unit[0] & 0x1F, [9, 12]) };
            if !idle.contains(&kind) && !sets.iter().any(|set| set == unit) {
                nal::push(&mut out, unit);
            }
        }
        out
    }
}

fn is_h264_set(unit: &[u8]) -> bool {
    matches!(unit[0] & 0x1F, SPS | PPS)
}

/// The configuration of an H.264 decoder (ISO/IEC 14496-15 §5.3.3.1) for these parameter sets.
fn avcc(sets: &[Vec<u8>]) -> Option<Vec<u8>> {
    let of = |kind: u8| sets.iter().filter(move |set| set[0] & 0x1F == kind);
    let sps = of(SPS).next().filter(|sps| sps.len() >= 4)?;
    // Lengths of four bytes.
    let mut out = vec![1, sps[1], sps[2], sps[3], 0xFF];
    for (kind, mark, most) in [(SPS, 0xE0, 31), (PPS, 0, 255)] {
        let count = of(kind).count();
        out.push(mark | u8::try_from(count).ok().filter(|count| (1..=most).contains(count))?);
        for set in of(kind) {
            out.extend(u16::try_from(set.len()).ok()?.to_be_bytes());
            out.extend(set);
        }
    }
    if !matches!(sps[1], 66 | 77 | 88) {
        out.extend([0xFC | 1, 0xF8, 0xF8, 0]); // 4:2:0, eight bits, no extensions
    }
    Some(out)
}

/// RFC 6381's name of an H.264 configuration that browsers play and that holds a parameter set.
fn h264_codecs(config: &[u8]) -> Option<String> {
    let [1, profile, constraints, level, _, sets, ..] = config else { return None };
    let plays = PROFILES.contains(profile) && sets & 0x1F > 0;
    plays.then(|| format!("avc1.{profile:02x}{constraints:02x}{level:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYFRAME: &[u8] = &[
        0, 0, 0, 1, 9, 0xF0, 0, 0, 0, 1, 0x67, 0x64, 0, 0x1F, 0xAC, 0, 0, 1, 0x68, 0xEE, 0x3C, 0, 0, 1, 0x65, 0x88,
        0x84,
    ];

    #[test]
    fn parameter_sets_of_a_keyframe_become_the_configuration() {
        let found = Parameters::find(Id::H264, &[], KEYFRAME, 8).unwrap();
        assert_eq!(found.codecs, "avc1.64001f");
        assert_eq!(
            found.config,
            [
                1, 0x64, 0, 0x1F, 0xFF, 0xE1, 0, 5, 0x67, 0x64, 0, 0x1F, 0xAC, 1, 0, 3, 0x68, 0xEE, 0x3C, 0xFD, 0xF8,
                0xF8, 0
            ]
        );
        assert_eq!(found.packed(KEYFRAME), [0, 0, 0, 3, 0x65, 0x88, 0x84]);
        // Sets of another kind stay in the frame.
        let other = [0, 0, 1, 0x68, 0xEE, 0x3D, 0, 0, 1, 0x41, 7];
        assert_eq!(found.packed(&other), [0, 0, 0, 3, 0x68, 0xEE, 0x3D, 0, 0, 0, 2, 0x41, 7]);
    }

    #[test]
    fn what_no_browser_plays_has_no_parameters() {
        let high_10: Vec<u8> = KEYFRAME.iter().map(|byte| if *byte == 0x64 { 110 } else { *byte }).collect();
        assert_eq!(Parameters::find(Id::H264, &[], &high_10, 8), None);
        assert_eq!(Parameters::find(Id::H264, &[], &KEYFRAME[..10], 8), None);
        assert_eq!(Parameters::find(Id::H264, &[1, 100], &[0, 0, 0, 3, 0x65, 1, 2], 8), None);
        assert_eq!(Parameters::find(Id::MJPEG, &[], KEYFRAME, 8), None);
    }
}
