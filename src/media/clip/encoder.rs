//! H.264 made anew: fast, without delay, each frame out as soon as it is in.

use std::collections::VecDeque;

use ffmpeg_next::codec::{self, threading};
use ffmpeg_next::color::{Range, Space};
use ffmpeg_next::format::Pixel;
use ffmpeg_next::{Dictionary, Error, Packet, Rational, encoder, frame, picture};

use super::parameters::Parameters;
use crate::model::{Fault, Unreadable};

/// The encoder: libx264.
const NAME: &str = "libx264";
/// A keyframe at least so often, microseconds of presentation.
const KEY_EVERY_US: i64 = 2_000_000;
/// Up to so many pixels a better compression is affordable.
const SMALL: u32 = 640 * 480;
/// Bits a pixel and frame at most, in hundredths: 7.8 Mbit/s for 1080p at 25 frames a second.
const BITS_PERCENT: u64 = 15;

/// An open encoder.
pub(super) struct Encoder {
    video: encoder::video::Encoder,
    /// Presentation times of the frames that are in it.
    times: VecDeque<i64>,
    number: i64,
    last_key_us: Option<i64>,
    parameters: Option<Parameters>,
}

/// A frame that came out.
pub(super) struct Encoded {
    pub(super) pts_us: i64,
    pub(super) key: bool,
    pub(super) bytes: Vec<u8>,
}

impl Encoder {
    /// For frames of 4:2:0 and eight bits of this size, some `rate` a second.
    pub(super) fn open(size: (u32, u32), rate: f64, range: Range, space: Space) -> Result<Encoder, Unreadable> {
        let codec = encoder::find_by_name(NAME)
            .ok_or_else(|| Unreadable::new(Fault::Damaged, format!("FFmpeg was built without {NAME}")))?;
        let rate = if rate.is_finite() { rate.clamp(1.0, 120.0) } else { 25.0 };
        let small = size.0 * size.1 <= SMALL;
        let mut context = codec::Context::new_with_codec(codec);
        context.set_threading(threading::Config::count(1));
        let mut video = context.encoder().video().map_err(fault)?;
        video.set_width(size.0);
        video.set_height(size.1);
        video.set_format(Pixel::YUV420P);
        video.set_color_range(range);
        video.set_colorspace(space);
        video.set_aspect_ratio(Rational::new(1, 1));
        // Frames are counted in and out; their real times are kept beside, so that nothing can round or smooth them.
        let thousandths = (rate * 1000.0).round() as i32;
        video.set_time_base(Rational::new(1000, thousandths));
        video.set_frame_rate(Some(Rational::new(thousandths, 1000)));
        video.set_flags(codec::Flags::GLOBAL_HEADER);
        video.set_gop(100_000); // keyframes are set here, by time
        let bits = u64::from(size.0 * size.1) * BITS_PERCENT * (rate as u64).max(1) / 100;
        let mut options = Dictionary::new();
        options.set("preset", if small { "superfast" } else { "ultrafast" });
        options.set("tune", "zerolatency");
        options.set("profile", "main");
        options.set("crf", "25");
        options.set("maxrate", &bits.to_string());
        options.set("bufsize", &bits.to_string());
        options.set("forced-idr", "1");
        options.set("sc_threshold", "0");
        options.set("a53cc", "0"); // nothing of the file's but its pictures
        let video = video.open_with(options).map_err(fault)?;
        Ok(Encoder { video, times: VecDeque::new(), number: 0, last_key_us: None, parameters: None })
    }

    /// Takes a frame that is shown at a time, microseconds, later than those before.
    pub(super) fn send(&mut self, frame: &mut frame::Video, pts_us: i64) -> Result<(), Unreadable> {
        let due = self.last_key_us.is_none_or(|last_us| pts_us.saturating_sub(last_us) >= KEY_EVERY_US);
        frame.set_kind(if due { picture::Type::I } else { picture::Type::None });
        if due {
            self.last_key_us = Some(pts_us);
        }
        frame.set_pts(Some(self.number));
        self.number += 1;
        self.times.push_back(pts_us);
        self.video.send_frame(frame).map_err(fault)
    }

    /// Says that no more frames come.
    pub(super) fn finish(&mut self) -> Result<(), Unreadable> {
        self.video.send_eof().map_err(fault)
    }

    /// The next encoded frame, in order.
    pub(super) fn receive(&mut self) -> Result<Option<Encoded>, Unreadable> {
        let mut packet = Packet::empty();
        match self.video.receive_packet(&mut packet) {
            Ok(()) => {}
            Err(Error::Eof | Error::Other { errno: ffmpeg_next::error::EAGAIN }) => return Ok(None),
            Err(error) => return Err(fault(error)),
        }
        let Some(pts_us) = self.times.pop_front() else {
            return Err(Unreadable::new(Fault::Damaged, "the encoder gave more frames than it got"));
        };
        let bytes = match &self.parameters {
            Some(parameters) => parameters.packed(packet.data().unwrap_or_default()),
            None => Vec::new(),
        };
        Ok(Some(Encoded { pts_us, key: packet.is_key(), bytes }))
    }

    /// The configuration of what comes out.
    pub(super) fn parameters(&mut self) -> Result<Parameters, Unreadable> {
        let described = self.described();
        let found = Parameters::find(codec::Id::H264, &[], &described, 8);
        let found = found.ok_or_else(|| Unreadable::new(Fault::Damaged, "the encoder gave no parameter sets"))?;
        self.parameters = Some(found.clone());
        Ok(found)
    }

    fn described(&self) -> Vec<u8> {
        #[expect(unsafe_code, reason = "no safe wrapper of an encoder's extradata")]
        // SAFETY: the encoder is open and only read; it has allocated as many bytes as it says, and they are copied.
        unsafe {
            let context = self.video.as_ptr();
            match usize::try_from((*context).extradata_size) {
                Ok(size) if !(*context).extradata.is_null() => {
                    std::slice::from_raw_parts((*context).extradata, size).to_vec()
                }
                _ => Vec::new(),
            }
        }
    }
}

fn fault(error: Error) -> Unreadable {
    let fault = match error {
        Error::Other { errno: ffmpeg_next::error::ENOMEM } => Fault::OutOfMemory,
        _ => Fault::Damaged,
    };
    Unreadable::new(fault, format!("encoding: {error}"))
}
