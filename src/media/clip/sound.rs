//! The sound of a clip: AAC is copied, G.711 and plain PCM are made AAC, other sound is left out.

use ffmpeg_next::Rational;
use ffmpeg_next::codec::Id;

use super::ClipSound;
use super::aac::{Anew, FRAME};
use super::segment::SoundTrack;
use super::writer::Writer;
use crate::media::decode::reader::{Reader, extradata, micros};
use crate::model::Unreadable;

/// Rates by their index (ISO/IEC 14496-3, table 1.18).
const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];

/// Where a clip's sound comes from.
pub(super) struct Sound {
    track: Option<SoundTrack>,
    said: ClipSound,
    time_base: Rational,
    anew: Option<Anew>,
}

impl Sound {
    /// Finds out what to do with the sound that the reader hears.
    pub(super) fn open(reader: &Reader) -> Result<Sound, Unreadable> {
        let Some(stream) = reader.sound_stream() else {
            return Ok(Sound { track: None, said: ClipSound::None, time_base: Rational::new(1, 1), anew: None });
        };
        let parameters = stream.parameters();
        let codec = parameters.id();
        #[expect(unsafe_code, reason = "no safe wrapper of these fields")]
        // SAFETY: the parameters live as long as `parameters`, and are only read.
        let (rate, channels, frame) = unsafe {
            let raw = parameters.as_ptr();
            ((*raw).sample_rate, (*raw).ch_layout.nb_channels, (*raw).frame_size)
        };
        let mut anew = None;
        let track = if codec == Id::AAC {
            aac(extradata(&stream), rate, channels, frame)
        } else if let Some(track) = aac(Vec::new(), rate, 1, 0) {
            anew = u16::try_from(channels).ok().and_then(|channels| Anew::open(codec, track.rate, channels));
            anew.is_some().then_some(track)
        } else {
            None
        };
        let said = match (&track, &anew) {
            (Some(_), None) => ClipSound::Copied,
            (Some(_), Some(_)) => ClipSound::Transcoded,
            (None, _) => ClipSound::LeftOut(codec.name().to_owned()),
        };
        Ok(Sound { track, said, time_base: stream.time_base(), anew })
    }

    /// The track, where there is one.
    pub(super) fn track(&self) -> Option<SoundTrack> {
        self.track.clone()
    }

    /// What became of it.
    pub(super) fn said(&self) -> ClipSound {
        self.said.clone()
    }

    /// Passes on what was heard since, up to a time in microseconds.
    pub(super) fn pass_on(&mut self, reader: &mut Reader, end_us: i64, writer: &mut Writer<'_>) {
        while let Some(packet) = reader.hear() {
            let (Some(track), Some(ticks)) = (&self.track, packet.pts()) else { continue };
            let length_us = (FRAME * 1_000_000) as u32 / track.rate.max(1);
            let (pts_us, bytes) = (micros(ticks, self.time_base), packet.data().unwrap_or_default());
            if pts_us >= end_us {
                continue;
            }
            match &mut self.anew {
                Some(anew) => anew.take(pts_us, bytes, |at_us, frame| writer.sound(at_us, length_us, frame.to_vec())),
                None if without_header(bytes).is_empty() => {}
                None => writer.sound(pts_us, length_us, without_header(bytes).to_vec()),
            }
        }
    }
}

/// A frame without the ADTS header (ISO/IEC 13818-7 §6.2) that transport streams put before it.
fn without_header(frame: &[u8]) -> &[u8] {
    match frame {
        [0xFF, second, ..] if second & 0xF6 == 0xF0 => {
            let header = if second & 1 == 1 { 7 } else { 9 };
            frame.get(header..).unwrap_or_default()
        }
        _ => frame,
    }
}

/// The track, by what the container says or what the decoder found.
fn aac(described: Vec<u8>, rate: i32, channels: i32, frame: i32) -> Option<SoundTrack> {
    let (rate, channels) = (u32::try_from(rate).ok()?, u16::try_from(channels).ok().filter(|n| (1..=8).contains(n))?);
    // Where a band is added by the decoder, frames have twice the samples at twice the rate of what is coded.
    let rate = if usize::try_from(frame) == Ok(2 * FRAME) { rate / 2 } else { rate };
    let config = if described.len() >= 2 {
        described
    } else {
        let index = RATES.iter().position(|known| *known == rate)? as u16;
        // Low complexity (2), the rate, the channels: 5, 4 and 4 bits.
        (2 << 11 | index << 7 | channels.min(7) << 3).to_be_bytes().to_vec()
    };
    Some(SoundTrack { config, rate, channels })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_of_a_transport_stream_is_taken_off() {
        assert_eq!(without_header(&[0xFF, 0xF1, 0x50, 0x80, 1, 0x7F, 0xFC, 0x21, 9]), [0x21, 9]);
        assert_eq!(without_header(&[0xFF, 0xF0, 0, 0, 0, 0, 0, 7, 7, 0x21]), [0x21]);
        assert_eq!(without_header(&[0x21, 9]), [0x21, 9]);
        assert!(without_header(&[0xFF, 0xF1]).is_empty());
    }

    #[test]
    fn a_track_is_described_where_the_container_does_not() {
        let track = aac(Vec::new(), 44_100, 2, 1024).unwrap();
        assert_eq!((track.config, track.rate), (vec![0x12, 0x10], 44_100));
        assert_eq!(aac(vec![0x11, 0x88], 48_000, 1, 1024).unwrap().config, [0x11, 0x88]);
        assert_eq!(aac(Vec::new(), 16_000, 1, 2048).unwrap().config, [0x15, 0x88]);
        assert_eq!(aac(Vec::new(), 7, 1, 1024), None);
        assert_eq!(aac(Vec::new(), 8000, 0, 1024), None);
    }
}
