//! The video packets of a file with their times: in order, or from a time on.

use std::collections::VecDeque;
use std::ffi::c_int;

use ffmpeg_next::codec::packet::Ref;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::format::stream;
use ffmpeg_next::packet::side_data::Type as SideData;
use ffmpeg_next::{Error, Packet, Rational, Rescale, ffi, media};

use crate::media::open::{Probing, io_fault, open, video_stream};
use crate::media::source::Source;
use crate::model::{Fault, Unreadable};

/// How far two readings of one time may differ, microseconds: containers round to milliseconds.
pub(in crate::media) const SAME_US: i64 = 1_000;
/// Errors of the demuxer in a row after which a file is taken to have ended.
const MAX_ERRORS: u32 = 1_000;

/// Packets of sound that are kept until somebody takes them: some seconds.
const MAX_HEARD: usize = 500;

/// The demuxers of raw streams, whose packets carry no times.
const TIMELESS: [&str; 6] = ["h264", "hevc", "h263", "m4v", "mjpeg", "mpegvideo"];

/// A video packet with its times, in microseconds on the listing's timeline.
pub(in crate::media) struct Shot {
    pub(in crate::media) packet: Packet,
    /// Presentation time; decoding time where there is none; counted where there is neither.
    pub(in crate::media) pts_us: i64,
    /// Whether `pts_us` is a presentation time (or counted).
    pub(in crate::media) has_pts: bool,
    /// Decoding time, where the container has one.
    pub(in crate::media) dts_us: Option<i64>,
    /// Flagged as decodable by itself.
    pub(in crate::media) key: bool,
    /// To be decoded, but not shown (cut off by an edit list).
    pub(in crate::media) hidden: bool,
}

impl Shot {
    /// Whether it is shown by a time, for certain. A packet that has a decoding time only may be shown up to 16 frames
    /// later.
    pub(in crate::media) fn is_by(&self, pts_us: i64) -> bool {
        let surely = if self.has_pts { self.pts_us } else { self.pts_us.saturating_add(1_000_000) };
        surely <= pts_us
    }
}

/// A file open for its video packets.
pub(in crate::media) struct Reader {
    source: Source,
    input: Input,
    stream: usize,
    time_base: Rational,
    probing: Probing,
    /// Whether no packet carries a time, so that frames are counted.
    timeless: bool,
    /// Ticks from one frame to the next, where they are counted, as the listing counts them.
    step: i64,
    /// The time, in ticks, of a next packet that carries none.
    next: i64,
    /// Whether packets carry decoding times. Matroska has none, and what FFmpeg guesses in their place without probing is
    /// wrong where frames are reordered.
    decoding_times: bool,
    /// Whether seeking works, as far as it was tried.
    seekable: bool,
    /// The stream of sound that is read beside, and what came of it.
    sound: Option<usize>,
    heard: VecDeque<Packet>,
}

impl Reader {
    /// Opens a file at its start.
    pub(in crate::media) fn open(source: &Source) -> Result<Reader, Unreadable> {
        let input = open(source, Probing::Headers)?;
        // What mp4, mkv and ts tell without probing is enough; the others find their streams, or the times of their
        // frames, only by reading on.
        let header_suffices =
            ["mov,", "matroska,", "mpegts"].iter().any(|name| input.format().name().starts_with(name));
        if header_suffices && video_stream(&input).is_some() {
            return Reader::over(source, input, Probing::Headers);
        }
        Reader::open_probed(source)
    }

    /// Opens a file at its start, with everything that FFmpeg can find out of its streams.
    pub(in crate::media) fn open_probed(source: &Source) -> Result<Reader, Unreadable> {
        Reader::over(source, open(source, Probing::Streams)?, Probing::Streams)
    }

    fn over(source: &Source, mut input: Input, probing: Probing) -> Result<Reader, Unreadable> {
        let stream = video_stream(&input).ok_or_else(|| Unreadable::new(Fault::NoVideo, ""))?;
        for mut other in input.streams_mut().filter(|other| other.index() != stream) {
            #[expect(unsafe_code, reason = "no safe wrapper sets a stream's discard")]
            // SAFETY: the stream belongs to `input`, which nobody else uses.
            unsafe {
                (*other.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_ALL;
            }
        }
        let timeless = TIMELESS.contains(&input.format().name());
        let found = input.stream(stream).ok_or_else(|| Unreadable::new(Fault::NoVideo, ""))?;
        let time_base = positive(found.time_base()).unwrap_or(Rational::new(1, 1_000_000));
        let step = frame_ticks(&found, time_base);
        let decoding_times = !timeless && !input.format().name().starts_with("matroska");
        let source = source.clone();
        let seekable = !timeless;
        Ok(Reader {
            source,
            stream,
            time_base,
            probing,
            timeless,
            step,
            next: 0,
            decoding_times,
            seekable,
            sound: None,
            heard: VecDeque::new(),
            input,
        })
    }

    /// Whether everything was asked of FFmpeg when opening.
    pub(in crate::media) fn is_probed(&self) -> bool {
        self.probing == Probing::Streams
    }

    /// Whether frames carry no times, so that they must be counted from the start.
    pub(in crate::media) fn is_counted(&self) -> bool {
        self.timeless
    }

    /// Where frames are counted: the time of the frame of a number, microseconds.
    pub(in crate::media) fn time_of_number(&self, number: i64) -> i64 {
        micros(number.saturating_mul(self.step), self.time_base)
    }

    /// Where frames are counted: the number of the frame shown at a time.
    pub(in crate::media) fn number_at(&self, pts_us: i64) -> i64 {
        let number = i128::from(pts_us) * i128::from(self.time_base.denominator());
        let number = number.div_euclid(i128::from(self.time_base.numerator()) * i128::from(self.step) * 1_000_000);
        i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX })
    }

    /// Whether packets are found through an index, so that seeking costs next to nothing.
    pub(in crate::media) fn has_index(&self) -> bool {
        ["mov,", "matroska,", "avi"].iter().any(|name| self.input.format().name().starts_with(name))
    }

    /// Whether it is worth seeking.
    pub(in crate::media) fn can_seek(&self) -> bool {
        self.seekable
    }

    /// The stream that is read.
    pub(in crate::media) fn stream(&self) -> Result<stream::Stream<'_>, Unreadable> {
        self.input.stream(self.stream).ok_or_else(|| Unreadable::new(Fault::NoVideo, ""))
    }

    /// Width over height of one coded pixel, as the container and the frame say.
    pub(in crate::media) fn aspect_of(&mut self, frame: &mut ffmpeg_next::frame::Video) -> Rational {
        #[expect(unsafe_code, reason = "no safe wrapper of av_guess_sample_aspect_ratio")]
        // SAFETY: the context, its stream (checked when opening; streams are never removed) and the frame are valid.
        unsafe {
            let context = self.input.as_mut_ptr();
            let stream = *(*context).streams.add(self.stream);
            Rational::from(ffi::av_guess_sample_aspect_ratio(context, stream, frame.as_mut_ptr()))
        }
    }

    /// A decoded frame's time in microseconds, by its own timestamp.
    pub(in crate::media) fn time_of(&self, frame: &ffmpeg_next::frame::Video) -> Option<i64> {
        frame.timestamp().map(|ticks| micros(ticks, self.time_base))
    }

    /// The next video packet; `None` at the end, which a damaged file may reach early.
    pub(in crate::media) fn next(&mut self) -> Option<Shot> {
        let mut errors = 0;
        loop {
            let mut packet = Packet::empty();
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() == self.stream && packet.size() > 0 => return Some(self.shot(packet)),
                Ok(()) if Some(packet.stream()) == self.sound => {
                    // Far from the pictures it lies in another part of the file, or there are none any more.
                    if self.heard.len() >= MAX_HEARD {
                        self.heard.pop_front();
                    }
                    self.heard.push_back(packet);
                }
                Ok(()) => {}
                Err(Error::InvalidData) if errors < MAX_ERRORS => errors += 1,
                Err(_) => return None,
            }
        }
    }

    fn shot(&mut self, packet: Packet) -> Shot {
        #[expect(unsafe_code, reason = "ffmpeg-next's packet flags leave out DISCARD")]
        // SAFETY: the packet is valid as long as it is borrowed.
        let flags = unsafe { (*packet.as_ptr()).flags };
        let hidden = flags & (ffi::AV_PKT_FLAG_DISCARD as c_int) != 0;
        let dts = packet.dts().filter(|_| !self.timeless);
        let stated = packet.pts().filter(|_| !self.timeless);
        let pts = stated.or(dts).unwrap_or_else(|| {
            // The first packet, not the header, says how long frames are.
            if self.next == 0 && packet.duration() > 0 {
                self.step = packet.duration();
            }
            self.next
        });
        self.next = pts.saturating_add(self.step);
        let has_pts = stated.is_some() || self.timeless;
        let dts_us = dts.filter(|_| self.decoding_times).map(|ticks| micros(ticks, self.time_base));
        Shot { key: packet.is_key(), pts_us: micros(pts, self.time_base), has_pts, dts_us, hidden, packet }
    }

    /// Goes to a packet at or before a time, where the container allows; the packets read next may still be after it (when
    /// only decoding times are indexed) or need not start with a keyframe. Gives whether it moved.
    pub(in crate::media) fn seek(&mut self, pts_us: i64) -> bool {
        self.heard.clear();
        let moved = self.seekable && self.input.seek(pts_us, ..pts_us).is_ok();
        self.seekable &= moved;
        moved
    }

    /// Reads the first stream of sound beside, where there is one, from here on.
    pub(in crate::media) fn listen(&mut self) {
        let found = self.input.streams_mut().find(|other| other.parameters().medium() == media::Type::Audio);
        let Some(mut found) = found else { return };
        #[expect(unsafe_code, reason = "no safe wrapper sets a stream's discard")]
        // SAFETY: the stream belongs to `input`, which nobody else uses.
        unsafe {
            (*found.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_DEFAULT;
        }
        self.sound = Some(found.index());
    }

    /// The stream of sound that is read beside.
    pub(in crate::media) fn sound_stream(&self) -> Option<stream::Stream<'_>> {
        self.sound.and_then(|index| self.input.stream(index))
    }

    /// The next packet of sound that came by.
    pub(in crate::media) fn hear(&mut self) -> Option<Packet> {
        self.heard.pop_front()
    }

    /// What the container tells of the video's codec apart from the frames, as the codec has it; empty where it tells none.
    pub(in crate::media) fn described(&self) -> Result<Vec<u8>, Unreadable> {
        Ok(extradata(&self.stream()?))
    }

    /// Whether frames may come in another order than they are shown, as far as that is known without reading on.
    pub(in crate::media) fn reorders(&self) -> Result<bool, Unreadable> {
        let parameters = self.stream()?.parameters();
        #[expect(unsafe_code, reason = "no safe wrapper of this field")]
        // SAFETY: the parameters live as long as `parameters`, and are only read.
        let delay = unsafe { (*parameters.as_ptr()).video_delay };
        Ok(delay > 0)
    }

    /// Height of the coded picture, pixels; 0 where only decoding tells.
    pub(in crate::media) fn coded_height(&self) -> Result<u32, Unreadable> {
        let parameters = self.stream()?.parameters();
        #[expect(unsafe_code, reason = "no safe wrapper of this field")]
        // SAFETY: the parameters live as long as `parameters`, and are only read.
        let height = unsafe { (*parameters.as_ptr()).height };
        Ok(u32::try_from(height).unwrap_or(0))
    }

    /// How long a packet is shown, microseconds; by the stream where it does not say.
    pub(in crate::media) fn length_of(&self, packet: &Packet) -> i64 {
        let ticks = if packet.duration() > 0 { packet.duration() } else { self.step };
        micros(ticks, self.time_base).clamp(1, 10_000_000)
    }

    /// Goes back to the start of the file.
    pub(in crate::media) fn rewind(&mut self) -> Result<(), Unreadable> {
        let listened = self.sound.is_some();
        *self = match self.probing {
            Probing::Headers => Reader::open(&self.source)?,
            Probing::Streams => Reader::open_probed(&self.source)?,
        };
        if listened {
            self.listen();
        }
        Ok(())
    }

    /// The clockwise turn that shows the picture upright: 0, 90, 180 or 270 degrees, from the display matrix (ISO/IEC
    /// 14496-12 §8.3.2: 16.16 fixed point, rows (a b u) (c d v) (x y w)).
    pub(in crate::media) fn rotation(&self) -> u16 {
        let Ok(stream) = self.stream() else { return 0 };
        let Some(matrix) = stream.side_data().find(|data| data.kind() == SideData::DisplayMatrix) else { return 0 };
        let word = |i: usize| {
            let bytes = matrix.data().get(i * 4..i * 4 + 4).and_then(|b| <[u8; 4]>::try_from(b).ok());
            f64::from(bytes.map_or(0, i32::from_ne_bytes))
        };
        let degrees = word(1).atan2(word(0)).to_degrees();
        ((degrees / 90.0).round() as i64 * 90).rem_euclid(360) as u16
    }
}

/// What the container tells of a stream's codec.
pub(in crate::media) fn extradata(stream: &stream::Stream<'_>) -> Vec<u8> {
    let parameters = stream.parameters();
    #[expect(unsafe_code, reason = "no safe wrapper of these fields")]
    // SAFETY: the parameters live as long as `parameters`; FFmpeg allocates as many bytes as it says, and they are copied.
    unsafe {
        let data = (*parameters.as_ptr()).extradata;
        match usize::try_from((*parameters.as_ptr()).extradata_size) {
            Ok(size) if !data.is_null() => std::slice::from_raw_parts(data, size).to_vec(),
            _ => Vec::new(),
        }
    }
}

/// A view of a file that was opened elsewhere.
pub(in crate::media) fn source(file: &std::fs::File) -> Result<Source, Unreadable> {
    Source::new(file).map_err(io_fault)
}

/// Ticks that a frame is shown, where no packet says: by the stream's own header, otherwise a 25th of a second.
fn frame_ticks(stream: &stream::Stream<'_>, time_base: Rational) -> i64 {
    let rate = positive(stream.avg_frame_rate()).unwrap_or(Rational::new(25, 1));
    1.rescale(rate.invert(), time_base).max(1)
}

fn positive(rational: Rational) -> Option<Rational> {
    (rational.numerator() > 0 && rational.denominator() > 0).then_some(rational)
}

/// Ticks of a time base in microseconds, to the nearest.
pub(in crate::media) fn micros(ticks: i64, base: Rational) -> i64 {
    let den = i128::from(base.denominator());
    let scaled = i128::from(ticks) * i128::from(base.numerator()) * 1_000_000;
    let rounded = (scaled + den / 2).div_euclid(den);
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}
