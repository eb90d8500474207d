//! A video decoder for one stream: single-threaded, because files, not threads, fill the cores.

use ffmpeg_next::codec::{self, Id, threading};
use ffmpeg_next::{Discard, Error, Packet, decoder, frame};

use super::reader::Reader;
use crate::model::{Fault, Unreadable};

/// The decoders that hostile bytes may reach: what cameras and recorders write.
const CODECS: [Id; 17] = [
    Id::H264,
    Id::HEVC,
    Id::MPEG4,
    Id::MPEG2VIDEO,
    Id::MPEG1VIDEO,
    Id::H263,
    Id::H263P,
    Id::H263I,
    Id::FLV1,
    Id::MJPEG,
    Id::MSMPEG4V2,
    Id::MSMPEG4V3,
    Id::WMV1,
    Id::WMV2,
    Id::VP8,
    Id::VP9,
    Id::AV1,
];

/// What is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Purpose {
    /// Single keyframes, to be scaled down: without the loop filter (55–60 dB from the normal picture) and without delay.
    Thumbnails,
    /// Runs of frames, to be seen as they are.
    Frames,
    /// Runs of frames, to be scaled down to less than half: without the loop filter.
    SmallFrames,
}

/// An open decoder.
pub(in crate::media) struct Decoder {
    video: decoder::Video,
}

impl Decoder {
    /// Opens a decoder for the reader's stream.
    pub(in crate::media) fn open(reader: &Reader, purpose: Purpose) -> Result<Decoder, Unreadable> {
        let stream = reader.stream()?;
        let parameters = stream.parameters();
        let id = parameters.id();
        if !CODECS.contains(&id) {
            return Err(Unreadable::new(Fault::NotMedia, format!("codec {} is not decoded here", id.name())));
        }
        let mut context = codec::Context::from_parameters(parameters).map_err(fault)?;
        context.set_threading(threading::Config::count(1));
        let shared = codec::Flags::OUTPUT_CORRUPT;
        context.set_flags(match purpose {
            Purpose::Thumbnails => shared | codec::Flags::LOW_DELAY,
            Purpose::Frames | Purpose::SmallFrames => shared,
        });
        let mut decoder = context.decoder();
        decoder.set_packet_time_base(stream.time_base());
        if purpose != Purpose::Frames {
            decoder.skip_loop_filter(Discard::All);
        }
        Ok(Decoder { video: decoder.video().map_err(fault)? })
    }

    /// Decodes a keyframe by itself.
    pub(in crate::media) fn keyframe(&mut self, packet: &Packet) -> Result<frame::Video, Unreadable> {
        let sent = self.video.send_packet(packet).and_then(|()| self.video.send_eof());
        let mut frame = frame::Video::empty();
        let received = sent.and_then(|()| self.video.receive_frame(&mut frame));
        self.video.flush();
        received.map_err(|error| self.fault(error))?;
        Ok(frame)
    }

    /// Sends a packet. What is not needed to show it or what follows it is left out where `only_references`.
    pub(in crate::media) fn send(&mut self, packet: &Packet, only_references: bool) -> Result<(), Unreadable> {
        self.video.skip_frame(if only_references { Discard::NonReference } else { Discard::Default });
        self.video.send_packet(packet).map_err(|error| self.fault(error))
    }

    /// Says that no more packets come, so that the last frames are given out.
    pub(in crate::media) fn finish(&mut self) -> Result<(), Unreadable> {
        self.video.send_eof().map_err(|error| self.fault(error))
    }

    /// The next decoded frame, in presentation order; `None` when it wants more packets or has ended.
    pub(in crate::media) fn receive(&mut self) -> Option<frame::Video> {
        let mut frame = frame::Video::empty();
        self.video.receive_frame(&mut frame).is_ok().then_some(frame)
    }

    /// The fault of a decoder's error. Some decoders (mjpeg) call a lack of memory invalid data; so it is tried whether there
    /// would be memory for a frame of this size.
    fn fault(&self, error: Error) -> Unreadable {
        let pixels = u64::from(self.video.width()) * u64::from(self.video.height());
        let bytes = usize::try_from(pixels.saturating_mul(3) / 2).unwrap_or(usize::MAX);
        if Vec::<u8>::new().try_reserve_exact(bytes).is_err() {
            return Unreadable::new(Fault::OutOfMemory, format!("no {bytes} bytes for a frame: {error}"));
        }
        fault(error)
    }
}

fn fault(error: Error) -> Unreadable {
    let fault = match error {
        Error::Other { errno: ffmpeg_next::error::ENOMEM } => Fault::OutOfMemory,
        _ => Fault::Damaged,
    };
    Unreadable::new(fault, error.to_string())
}
