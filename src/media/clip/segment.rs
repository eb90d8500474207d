//! The segments of a fragmented mp4 (ISO/IEC 14496-12 §8.8): ftyp and an empty moov, then a moof and its mdat each.

use super::boxes::{boxed, full, u16, u32, zeros};

/// Units of every time in the mp4, a second: so presentation times are those of the listing.
const TIMESCALE: u32 = 1_000_000;
/// The ids of the two tracks.
const VIDEO: u32 = 1;
const SOUND: u32 = 2;
/// Sample flags (§8.8.3.1): decodable by itself; or not, and referring to others.
const SYNC: u32 = 0x0200_0000;
const NOT_SYNC: u32 = 0x0101_0000;

/// The video track as its header tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct VideoTrack {
    /// Name of the sample entry: `avc1`, `hvc1`.
    pub(super) entry: [u8; 4],
    /// Name of the box with the decoder's configuration: `avcC`, `hvcC`.
    pub(super) config_box: [u8; 4],
    /// The configuration.
    pub(super) config: Vec<u8>,
    /// RFC 6381.
    pub(super) codecs: String,
    pub(super) width: u16,
    pub(super) height: u16,
    /// Width and height of a pixel.
    pub(super) pixel: (u32, u32),
    /// Clockwise, degrees.
    pub(super) rotation: u16,
}

/// A track of AAC sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SoundTrack {
    /// AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1).
    pub(super) config: Vec<u8>,
    pub(super) rate: u32,
    pub(super) channels: u16,
}

/// A frame, or a packet of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) decode_us: u64,
    pub(super) duration_us: u32,
    /// Presentation minus decoding time.
    pub(super) offset_us: i32,
    pub(super) key: bool,
    pub(super) bytes: Vec<u8>,
}

/// The first segment.
pub(super) fn init(video: &VideoTrack, sound: Option<&SoundTrack>) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    boxed(&mut out, b"ftyp", |out| {
        out.extend(b"iso5");
        u32(out, 512);
        out.extend(b"iso5iso6mp41");
    });
    boxed(&mut out, b"moov", |out| {
        full(out, b"mvhd", 0, 0, |out| {
            zeros(out, 8);
            u32(out, TIMESCALE);
            u32(out, 0);
            u32(out, 0x1_0000); // rate 1
            u16(out, 0x100); // volume 1
            zeros(out, 10);
            matrix(out, 0, 0, 0);
            zeros(out, 24);
            u32(out, SOUND + 1);
        });
        video_track(out, video);
        if let Some(sound) = sound {
            sound_track(out, sound);
        }
        boxed(out, b"mvex", |out| {
            for track in std::iter::once(VIDEO).chain(sound.map(|_| SOUND)) {
                full(out, b"trex", 0, 0, |out| [track, 1, 0, 0, 0].iter().for_each(|value| u32(out, *value)));
            }
        });
    });
    out
}

/// A later segment; `sequence` counts from 1. At least one of the two tracks has samples.
pub(super) fn fragment(sequence: u32, video: &[Sample], sound: &[Sample]) -> Vec<u8> {
    let bytes = |samples: &[Sample]| samples.iter().map(|sample| sample.bytes.len()).sum::<usize>();
    let mut out = Vec::with_capacity(bytes(video) + bytes(sound) + 16 * (video.len() + sound.len()) + 256);
    let mut offsets = Vec::new();
    boxed(&mut out, b"moof", |out| {
        full(out, b"mfhd", 0, 0, |out| u32(out, sequence));
        for (track, samples) in [(VIDEO, video), (SOUND, sound)] {
            if let Some(first) = samples.first() {
                offsets.push((track_fragment(out, track, first.decode_us, samples), bytes(samples)));
            }
        }
    });
    // From the first byte of the moof to the media of each track, which follow one another in the mdat.
    let mut at = out.len() + 8;
    for (field, length) in offsets {
        out[field..field + 4].copy_from_slice(&(at as u32).to_be_bytes());
        at += length;
    }
    boxed(&mut out, b"mdat", |out| video.iter().chain(sound).for_each(|sample| out.extend(&sample.bytes)));
    out
}

/// Writes a traf; gives where the data offset is to be filled in.
fn track_fragment(out: &mut Vec<u8>, track: u32, decode_us: u64, samples: &[Sample]) -> usize {
    let mut field = 0;
    boxed(out, b"traf", |out| {
        full(out, b"tfhd", 0, 0x02_0000, |out| u32(out, track)); // offsets from the moof
        full(out, b"tfdt", 1, 0, |out| out.extend(decode_us.to_be_bytes()));
        // Version 1: signed offsets; offset of the data, and of each sample duration, size, flags and offset.
        full(out, b"trun", 1, 0xF01, |out| {
            u32(out, samples.len() as u32);
            field = out.len();
            u32(out, 0);
            for sample in samples {
                u32(out, sample.duration_us);
                u32(out, sample.bytes.len() as u32);
                u32(out, if sample.key { SYNC } else { NOT_SYNC });
                u32(out, sample.offset_us.cast_unsigned());
            }
        });
    });
    field
}

fn video_track(out: &mut Vec<u8>, video: &VideoTrack) {
    let (width, height) = (u32::from(video.width), u32::from(video.height));
    let shown = width as u64 * u64::from(video.pixel.0) / u64::from(video.pixel.1.max(1));
    let shown = u32::try_from(shown).unwrap_or(width).min(0xFFFF);
    boxed(out, b"trak", |out| {
        track_header(out, VIDEO, 0, |out| {
            matrix(out, video.rotation, shown, height);
            u32(out, shown << 16);
            u32(out, height << 16);
        });
        media(
            out,
            b"vide",
            |out| full(out, b"vmhd", 0, 1, |out| zeros(out, 8)),
            |out| {
                boxed(out, &video.entry, |out| {
                    zeros(out, 6);
                    u16(out, 1); // data reference
                    zeros(out, 16);
                    u16(out, video.width);
                    u16(out, video.height);
                    u32(out, 0x48_0000); // 72 dpi
                    u32(out, 0x48_0000);
                    u32(out, 0);
                    u16(out, 1); // frames a sample
                    zeros(out, 32);
                    u16(out, 0x18); // colour
                    u16(out, 0xFFFF);
                    boxed(out, &video.config_box, |out| out.extend(&video.config));
                    boxed(out, b"pasp", |out| {
                        u32(out, video.pixel.0);
                        u32(out, video.pixel.1);
                    });
                });
            },
        );
    });
}

fn sound_track(out: &mut Vec<u8>, sound: &SoundTrack) {
    boxed(out, b"trak", |out| {
        track_header(out, SOUND, 0x100, |out| {
            matrix(out, 0, 0, 0);
            zeros(out, 8);
        });
        media(
            out,
            b"soun",
            |out| full(out, b"smhd", 0, 0, |out| zeros(out, 4)),
            |out| {
                boxed(out, b"mp4a", |out| {
                    zeros(out, 6);
                    u16(out, 1);
                    zeros(out, 8);
                    u16(out, sound.channels);
                    u16(out, 16);
                    zeros(out, 4);
                    u32(out, sound.rate.min(0xFFFF) << 16);
                    // ISO/IEC 14496-1 §7.2.6: descriptors, each with its length in a byte.
                    let config = &sound.config[..sound.config.len().min(64)];
                    let length = config.len() as u8;
                    full(out, b"esds", 0, 0, |out| {
                        out.extend([3, 3 + 2 + 13 + 2 + length + 3, 0, 0, 0]);
                        out.extend([4, 13 + 2 + length, 0x40, 0x15]); // AAC
                        zeros(out, 11);
                        out.extend([5, length]);
                        out.extend(config);
                        out.extend([6, 1, 2]);
                    });
                });
            },
        );
    });
}

fn track_header(out: &mut Vec<u8>, track: u32, volume: u16, rest: impl FnOnce(&mut Vec<u8>)) {
    full(out, b"tkhd", 0, 3, |out| {
        zeros(out, 8);
        u32(out, track);
        zeros(out, 8);
        zeros(out, 12);
        u16(out, volume);
        u16(out, 0);
        rest(out);
    });
}

fn media(out: &mut Vec<u8>, kind: &[u8; 4], header: impl FnOnce(&mut Vec<u8>), entry: impl FnOnce(&mut Vec<u8>)) {
    boxed(out, b"mdia", |out| {
        full(out, b"mdhd", 0, 0, |out| {
            zeros(out, 8);
            u32(out, TIMESCALE);
            u32(out, 0);
            u16(out, 0x55C4); // no language
            u16(out, 0);
        });
        full(out, b"hdlr", 0, 0, |out| {
            zeros(out, 4);
            out.extend(kind);
            zeros(out, 13);
        });
        boxed(out, b"minf", |out| {
            header(out);
            boxed(out, b"dinf", |out| {
                full(out, b"dref", 0, 0, |out| {
                    u32(out, 1);
                    full(out, b"url ", 0, 1, |_| ()); // in this file
                });
            });
            boxed(out, b"stbl", |out| {
                full(out, b"stsd", 0, 0, |out| {
                    u32(out, 1);
                    entry(out);
                });
                full(out, b"stts", 0, 0, |out| u32(out, 0));
                full(out, b"stsc", 0, 0, |out| u32(out, 0));
                full(out, b"stsz", 0, 0, |out| zeros(out, 8));
                full(out, b"stco", 0, 0, |out| u32(out, 0));
            });
        });
    });
}

/// The matrix (§8.3.2) that turns a picture of this size clockwise and moves it back to where it begins.
fn matrix(out: &mut Vec<u8>, rotation: u16, width: u32, height: u32) {
    const ONE: i32 = 0x1_0000;
    let fixed = |pixels: u32| (pixels << 16).cast_signed();
    let (a, b, c, d, x, y) = match rotation {
        90 => (0, ONE, -ONE, 0, fixed(height), 0),
        180 => (-ONE, 0, 0, -ONE, fixed(width), fixed(height)),
        270 => (0, -ONE, ONE, 0, 0, fixed(width)),
        _ => (ONE, 0, 0, ONE, 0, 0),
    };
    for value in [a, b, 0, c, d, 0, x, y, 0x4000_0000] {
        u32(out, value.cast_unsigned());
    }
}
