//! The generic path: FFmpeg demuxes every packet, with the parsers its own tools use, so that the flags agree with theirs.
//!
//! Times are presentation times where the container has them, decode times where it has only those (avi with B-frames), and
//! in raw streams, which have neither, the packet's place in the file times the frame rate that the stream states (25 a
//! second where it states none).

use ffmpeg_next::codec::packet::traits::Ref;
use ffmpeg_next::ffi;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::format::stream::Stream;
use ffmpeg_next::util::mathematics::Rescale;
use ffmpeg_next::{Discard, Error, Packet, Rational, media};
use jiff::Timestamp;

use super::frames::{Found, Frame, MAX_FRAMES, too_many};
use crate::media::ffmpeg_log;
use crate::media::open::{Probing, io_fault, open, video_stream};
use crate::media::source::Source;
use crate::model::{Doubt, Fault, Method, Unreadable};

/// Frames a second of a raw stream that does not state them: what FFmpeg assumes.
const ASSUMED_RATE: i32 = 25;

/// After this many damaged packets without a good one between, the rest is given up.
const MOST_DAMAGED: u32 = 10_000;

/// Whether FFmpeg cannot even read the header.
pub(super) fn refuses(source: &Source) -> bool {
    open(source, Probing::Headers).is_err()
}

/// Demuxes the whole file.
pub(super) fn find(source: &Source) -> Result<Found, Unreadable> {
    let mut input = open(source, Probing::Streams)?;
    let index = video_stream(&input).ok_or_else(|| Unreadable::new(Fault::NoVideo, ""))?;
    only_stream(&mut input, index);
    let (frames, rate) = frames(&mut input, index)?;
    let complaints = ffmpeg_log::heard();

    let audio = input.streams().find(|s| s.parameters().medium() == media::Type::Audio).map(|s| codec_name(&s));
    let stream = input.stream(index).ok_or_else(|| Unreadable::new(Fault::NoVideo, ""))?;
    let time_base = stream.time_base();
    let (width, height) = size(&stream);
    let mut doubts = Vec::new();
    if let Some(fps) = rate {
        doubts.push(Doubt::AssumedRate { fps });
    }
    if complaints.errors > 0 {
        doubts.push(Doubt::DamagedInside { errors: complaints.errors });
    }
    doubts.extend(avi_end(source).map_err(io_fault)?);
    let creation = input.metadata().get("creation_time").and_then(|text| text.parse::<Timestamp>().ok());
    // FFmpeg fills in the duration from the bit rate where the header has none: that is no claim of the header.
    let duration = (duration_is_stated(&input) && input.duration() > 0).then(|| input.duration());
    Ok(Found {
        container: input.format().name().to_owned(),
        codec: codec_name(&stream),
        width,
        height,
        rotation: rotation(&stream),
        time_base: (time_base.numerator(), time_base.denominator()),
        audio,
        header_duration_us: duration,
        creation_time: creation,
        method: Method::Packets,
        frames,
        doubts,
    })
}

/// What the size field of an avi's RIFF header says against the file: it is filled in when the writer ends properly.
fn avi_end(source: &Source) -> std::io::Result<Option<Doubt>> {
    let mut head = [0; 12];
    source.read_at(0, &mut head)?;
    let [b'R', b'I', b'F', b'F', a, b, c, d, b'A', b'V', b'I', b' '] = head else { return Ok(None) };
    let end = u64::from(u32::from_le_bytes([a, b, c, d])) + 8;
    Ok(match end {
        8 => Some(Doubt::Unfinished),
        end if end > source.len() => Some(Doubt::Truncated { at_byte: source.len() }),
        _ => None,
    })
}

/// The frames in the order of the file, and the frame rate if times had to be made from it.
fn frames(input: &mut Input, index: usize) -> Result<(Vec<Frame>, Option<f64>), Unreadable> {
    let stream = input.stream(index).ok_or_else(|| Unreadable::new(Fault::NoVideo, ""))?;
    let time_base = stream.time_base();
    let stated = stream.avg_frame_rate();
    let rate = if stated.numerator() > 0 && stated.denominator() > 0 { stated } else { Rational(ASSUMED_RATE, 1) };
    let mut step = 1.rescale(rate.invert(), time_base).max(1);
    let mut frames: Vec<Frame> = Vec::new();
    let mut counted = 0i64;
    let mut made = false;
    let mut damaged = 0;
    let mut packet = Packet::empty();
    loop {
        match packet.read(input) {
            Ok(()) => damaged = 0,
            Err(Error::InvalidData) if damaged < MOST_DAMAGED => {
                damaged += 1;
                continue;
            }
            Err(_) => break,
        }
        if packet.stream() != index {
            continue;
        }
        if frames.len() >= MAX_FRAMES {
            return Err(too_many());
        }
        let pts = packet.pts().or(packet.dts()).unwrap_or_else(|| {
            if !made && packet.duration() > 0 {
                step = packet.duration();
            }
            made = true;
            counted
        });
        counted = pts.saturating_add(step);
        frames.push(Frame {
            pts,
            duration: u32::try_from(packet.duration()).unwrap_or(0),
            size: u32::try_from(packet.size()).unwrap_or(u32::MAX),
            key: packet.is_key(),
            shown: !discarded(&packet),
        });
    }
    let ticks = f64::from(time_base.numerator()) / f64::from(time_base.denominator().max(1));
    Ok((frames, made.then(|| 1.0 / (step as f64 * ticks))))
}

#[expect(unsafe_code, reason = "ffmpeg-next does not know this flag")]
fn discarded(packet: &Packet) -> bool {
    // SAFETY: the packet is initialised and only read.
    let flags = unsafe { (*packet.as_ptr()).flags };
    flags & ffi::AV_PKT_FLAG_DISCARD != 0
}

/// Tells the demuxer that every other stream may be passed over.
#[expect(unsafe_code, reason = "ffmpeg-next cannot set a stream's discard")]
fn only_stream(input: &mut Input, index: usize) {
    for mut stream in input.streams_mut() {
        if stream.index() != index {
            // SAFETY: the stream belongs to the open context, which is borrowed mutably; the field is a plain enum.
            unsafe {
                (*stream.as_mut_ptr()).discard = Discard::All.into();
            }
        }
    }
}

#[expect(unsafe_code, reason = "ffmpeg-next has no way to ask where the duration comes from")]
fn duration_is_stated(input: &Input) -> bool {
    // SAFETY: the context is open and only read.
    let method = unsafe { (*input.as_ptr()).duration_estimation_method };
    method == ffi::AVDurationEstimationMethod::AVFMT_DURATION_FROM_STREAM
}

/// FFmpeg's name of a stream's codec.
fn codec_name(stream: &Stream<'_>) -> String {
    stream.parameters().id().name().to_owned()
}

#[expect(unsafe_code, reason = "ffmpeg-next does not show the parameters' size without a decoder")]
fn size(stream: &Stream<'_>) -> (u32, u32) {
    let parameters = stream.parameters();
    // SAFETY: the parameters live as long as `parameters`, and are only read.
    let (width, height) = unsafe { ((*parameters.as_ptr()).width, (*parameters.as_ptr()).height) };
    (u32::try_from(width).unwrap_or(0), u32::try_from(height).unwrap_or(0))
}

/// The clockwise turn of the stream's display matrix, to the nearest quarter.
fn rotation(stream: &Stream<'_>) -> u16 {
    let kind = ffmpeg_next::codec::packet::side_data::Type::DisplayMatrix;
    let Some(matrix) = stream.side_data().find(|data| data.kind() == kind) else { return 0 };
    let cell = |i: usize| {
        let bytes = matrix.data().get(i * 4..i * 4 + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0.0, |bytes| f64::from(i32::from_ne_bytes(bytes)))
    };
    let quarters = (cell(1).atan2(cell(0)).to_degrees() / 90.0).round().rem_euclid(4.0);
    quarters as u16 * 90
}
