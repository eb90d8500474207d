//! G.711 and plain PCM, which browsers do not play in mp4, made AAC.

use std::collections::VecDeque;

use ffmpeg_next::codec::{self, Id};
use ffmpeg_next::format::{Sample, sample};
use ffmpeg_next::{ChannelLayout, Packet, Rational, encoder, frame};

/// Samples in a frame of AAC (ISO/IEC 14496-3 §4.5.1.1).
pub(super) const FRAME: usize = 1024;
/// How far a packet's time may be from the end of the one before it without being a gap, microseconds.
const GAP_US: i64 = 200_000;
/// Bits a second: speech.
const BIT_RATE: usize = 32_000;

/// How samples lie in a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    ALaw,
    MuLaw,
    Little,
    Big,
}

/// An encoder of one channel.
pub(super) struct Anew {
    coding: Coding,
    channels: usize,
    rate: i64,
    encoder: encoder::audio::Encoder,
    /// Samples that do not fill a frame yet, and the time of the first, microseconds.
    pending: Vec<f32>,
    start_us: i64,
    sent: i64,
    /// Times of the frames that are in the encoder.
    times: VecDeque<i64>,
}

impl Anew {
    /// For sound of this codec, of so many channels (which become one) and samples a second; `None` where it is none of these.
    pub(super) fn open(codec: Id, rate: u32, channels: u16) -> Option<Anew> {
        let coding = match codec {
            Id::PCM_ALAW => Coding::ALaw,
            Id::PCM_MULAW => Coding::MuLaw,
            Id::PCM_S16LE => Coding::Little,
            Id::PCM_S16BE => Coding::Big,
            _ => return None,
        };
        let aac = encoder::find(Id::AAC)?;
        let mut audio = codec::Context::new_with_codec(aac).encoder().audio().ok()?;
        audio.set_rate(i32::try_from(rate).ok()?);
        audio.set_format(Sample::F32(sample::Type::Planar));
        audio.set_channel_layout(ChannelLayout::MONO);
        audio.set_bit_rate(BIT_RATE);
        audio.set_time_base(Rational::new(1, i32::try_from(rate).ok()?));
        audio.set_flags(codec::Flags::GLOBAL_HEADER);
        let encoder = audio.open().ok()?;
        let (rate, channels) = (i64::from(rate), usize::from(channels));
        let (pending, times) = (Vec::new(), VecDeque::new());
        Some(Anew { coding, channels, rate, encoder, pending, start_us: 0, sent: 0, times })
    }

    /// Takes a packet of a time in microseconds; hands on frames of AAC, each with its time.
    pub(super) fn take(&mut self, pts_us: i64, bytes: &[u8], mut hand_on: impl FnMut(i64, &[u8])) {
        let held_us = self.pending.len() as i64 * 1_000_000 / self.rate;
        if self.start_us.saturating_add(held_us).abs_diff(pts_us) > GAP_US.unsigned_abs() {
            self.pending.clear();
            self.start_us = pts_us;
        }
        self.pending.extend(samples(self.coding, self.channels, bytes));
        let mut done = 0;
        for chunk in self.pending.chunks_exact(FRAME) {
            let mut frame = frame::Audio::new(Sample::F32(sample::Type::Planar), FRAME, ChannelLayout::MONO);
            if frame.planes() == 0 {
                return;
            }
            frame.set_rate(self.rate as u32);
            frame.plane_mut::<f32>(0).copy_from_slice(chunk);
            frame.set_pts(Some(self.sent * FRAME as i64));
            if self.encoder.send_frame(&frame).is_ok() {
                self.sent += 1;
                self.times.push_back(self.start_us + done as i64 * 1_000_000 / self.rate);
            }
            done += FRAME;
            let mut packet = Packet::empty();
            while self.encoder.receive_packet(&mut packet).is_ok() {
                // The first only fills the encoder: it is before all time.
                if packet.pts().is_some_and(|pts| pts >= 0)
                    && let Some(at_us) = self.times.pop_front()
                {
                    hand_on(at_us, packet.data().unwrap_or_default());
                }
            }
        }
        self.pending.drain(..done);
        self.start_us = self.start_us.saturating_add(done as i64 * 1_000_000 / self.rate);
    }
}

/// The samples of a packet, −1 to 1; of several channels their mean.
fn samples(coding: Coding, channels: usize, bytes: &[u8]) -> Vec<f32> {
    let (width, read): (usize, fn(&[u8]) -> i16) = match coding {
        Coding::ALaw => (1, |bytes| a_law(bytes[0])),
        Coding::MuLaw => (1, |bytes| mu_law(bytes[0])),
        Coding::Little => (2, |bytes| i16::from_le_bytes([bytes[0], bytes[1]])),
        Coding::Big => (2, |bytes| i16::from_be_bytes([bytes[0], bytes[1]])),
    };
    let channels = channels.max(1);
    let mean = |all: &[u8]| all.chunks_exact(width).map(|one| f32::from(read(one))).sum::<f32>() / channels as f32;
    bytes.chunks_exact(width * channels).map(|all| mean(all) / 32_768.0).collect()
}

/// ITU-T G.711, table 1: every second bit is turned; sign, three bits of segment, four of place in it.
fn a_law(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let (segment, place) = (byte >> 4 & 7, i16::from(byte & 15));
    let value = match segment {
        0 => (place << 4) + 8,
        _ => ((place << 4) + 0x108) << (segment - 1),
    };
    if byte & 0x80 == 0 { -value } else { value }
}

/// ITU-T G.711, table 2: all bits are turned.
fn mu_law(byte: u8) -> i16 {
    let byte = !byte;
    let value = (((i16::from(byte & 15) << 3) + 0x84) << (byte >> 4 & 7)) - 0x84;
    if byte & 0x80 == 0 { value } else { -value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_laws_have_the_ends_and_the_middle_of_their_tables() {
        assert_eq!([0xD5, 0x55, 0xAA, 0x2A, 0x80].map(a_law), [8, -8, 32_256, -32_256, 5504]);
        assert_eq!([0xFF, 0x7F, 0x80, 0x00, 0xEF].map(mu_law), [0, 0, 32_124, -32_124, 132]);
        assert!((0..=255).all(|byte| a_law(byte) == -a_law(byte ^ 0x80) && mu_law(byte) == -mu_law(byte ^ 0x80)));
    }

    #[test]
    fn channels_become_one() {
        assert_eq!(samples(Coding::Little, 2, &[0, 0x40, 0, 0, 9]), [0.25]);
        assert_eq!(samples(Coding::Big, 1, &[0x40, 0, 0xC0, 0]), [0.5, -0.5]);
        assert!(samples(Coding::ALaw, 0, &[]).is_empty());
    }

    #[test]
    fn frames_have_the_times_of_their_samples_and_a_gap_stays_one() {
        let mut anew = Anew::open(Id::PCM_ALAW, 8000, 1).unwrap();
        let mut times = Vec::new();
        for start_us in [0, 60_000_000] {
            for packet in 0..20 {
                anew.take(start_us + packet * 40_000, &[0xD5; 320], |at_us, bytes| {
                    assert!(!bytes.is_empty());
                    times.push(at_us);
                });
            }
        }
        // Each has 128 ms; what fills none before the gap is left out, and the last two stay in the encoder.
        let expected: Vec<i64> = (0..6).map(|n| n * 128_000).chain((0..4).map(|n| 60_000_000 + n * 128_000)).collect();
        assert_eq!(times, expected);
        assert!(Anew::open(Id::PCM_ALAW, 7, 1).is_none());
        assert!(Anew::open(Id::MP2, 8000, 1).is_none());
    }
}
