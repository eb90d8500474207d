//! Clips: a part of one file as fragmented mp4, which a browser plays while it is being made. All of it runs in the worker.
//!
//! Pictures that a browser can play are copied as they are; others are decoded and encoded anew. Nothing is re-timed: every
//! frame keeps its presentation time to the microsecond, the unit of all times in the mp4 ([`ClipHead::zero_pts_us`]).

mod aac;
mod boxes;
mod copy;
mod encoder;
mod hvcc;
mod nal;
mod parameters;
mod segment;
mod sound;
mod timeline;
mod transcode;
mod way;
mod writer;

use std::fs::File;
use std::io;

use serde::{Deserialize, Serialize};

pub use self::way::{Browser, Way, way};
use self::writer::Writer;
use super::decode::reader::{self, Reader};
use crate::model::{Fault, Unreadable};

/// The part of a file that is wanted, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipAsk {
    /// Start on the file's own timeline, microseconds. A copy begins with the last keyframe at or before it (one up to a second
    /// older where packets have decoding times only, as in avi), a transcoded clip with the frame shown then: the last that starts
    /// at or before it. Where there is none, both begin with the first that can be decoded.
    pub from_us: i64,
    /// End, microseconds: frames that start before it are in the clip. Later than `from_us`.
    pub to_us: i64,
    /// Copied or made anew. A copy is made anew after all where the file holds what no browser plays (see
    /// [`ClipHead::transcoded`]).
    pub make: Make,
    /// Whether who watches can play H.265, which is copied only then.
    pub plays_h265: bool,
    /// Whether sound is wanted. AAC is copied; G.711 and 16-bit PCM are made AAC of one channel, of which the last quarter of a
    /// second may lack; other sound is left out. Where the sound of a recording has holes, a `SourceBuffer` has them too, and a
    /// player waits there: a wall of players asks for none.
    pub sound: bool,
}

/// How the pictures of a clip are had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Make {
    /// As they are in the file.
    Copy,
    /// Decoded, turned upright, scaled and encoded as H.264.
    Transcode {
        /// Height of the upright picture in pixels, 64 to 2304; never enlarged. `None`: as large as it is, within 4096 by
        /// 2304.
        height: Option<u32>,
        /// Frames a second at most; of more, those nearest after each step are taken, each with its own time.
        max_fps: Option<u32>,
    },
}

/// What is known of a clip before its first byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipHead {
    /// The mapping of times: what the mp4 presents at `t` microseconds has the presentation time `zero_pts_us + t` in the
    /// file, exactly. At most one second before `first_pts_us`: where frames are reordered, the first is shown after 0.
    pub zero_pts_us: i64,
    /// Presentation time of the first frame, microseconds.
    pub first_pts_us: i64,
    /// Nothing that starts at or after this time is in the clip, but what frames before it were predicted from; microseconds.
    pub end_pts_us: i64,
    /// The codecs as `MediaSource` wants them (RFC 6381), such as `avc1.64001f,mp4a.40.2`.
    pub codecs: String,
    /// Width of the coded picture in pixels, before `rotation`.
    pub width: u32,
    /// Height of the coded picture in pixels, before `rotation`.
    pub height: u32,
    /// The clockwise turn, in degrees, by which the picture is shown upright. It stands in the mp4's track header as well,
    /// where players find it. 0 in transcoded clips, which are upright.
    pub rotation: u16,
    /// Whether the pictures were encoded anew.
    pub transcoded: bool,
    /// What became of the sound.
    pub sound: ClipSound,
}

/// What became of a clip's sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClipSound {
    /// None was asked for, or the file has none.
    None,
    /// Copied.
    Copied,
    /// Made AAC.
    Transcoded,
    /// Left out; FFmpeg's name of its codec.
    LeftOut(String),
}

/// What is known at a clip's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipTail {
    /// Frames in the clip.
    pub frames: u64,
    /// Latest presentation time of them, microseconds.
    pub last_pts_us: i64,
    /// Packets that could not be decoded, and frames whose times run backwards: they are not in the clip. Of copied frames
    /// nobody looks inside.
    pub damaged: u64,
}

/// A piece of a clip, in this order: one head, then segments.
#[derive(Debug)]
pub enum ClipPiece {
    /// What is known before the first byte.
    Head(ClipHead),
    /// The first has the boxes ftyp and moov, each other a moof and its mdat. They go to a `SourceBuffer` one by one.
    Segment(Vec<u8>),
}

/// Why a clip ended early.
#[derive(Debug)]
pub enum ClipStop {
    /// The file's fault.
    Unreadable(Unreadable),
    /// Nobody takes the pieces any more.
    NotTaken(io::Error),
}

impl From<Unreadable> for ClipStop {
    fn from(unreadable: Unreadable) -> ClipStop {
        ClipStop::Unreadable(unreadable)
    }
}

/// Takes the pieces. An error ends the clip.
pub(in crate::media) type Taker<'a> = &'a mut dyn FnMut(ClipPiece) -> io::Result<()>;

/// Makes a clip, handing on piece by piece. Runs in the worker; in-process only for benchmarks and tests.
///
/// # Errors
/// Why the file cannot be read, or what the taker said.
pub fn clip_here(file: &File, ask: &ClipAsk, take: Taker<'_>) -> Result<ClipTail, ClipStop> {
    if ask.from_us >= ask.to_us {
        return Err(Unreadable::new(Fault::NoPackets, "an interval without length").into());
    }
    let source = reader::source(file)?;
    let open = || if ask.sound { Reader::open_probed(&source) } else { Reader::open(&source) };
    let mut writer = Writer::new(take, ask.to_us);
    let made = make(open()?, ask, &mut writer);
    let made = match made {
        // Parameter sets that only the probing finds may be what lacked.
        Err(ClipStop::Unreadable(unreadable)) if unreadable.fault == Fault::Damaged && !writer.has_begun() => {
            make(Reader::open_probed(&source)?, ask, &mut writer)
        }
        other => other,
    };
    // FFmpeg takes a failed read for the end of the file.
    match source.failure() {
        Some(failure) => Err(Unreadable::new(Fault::Io, failure).into()),
        None => made,
    }
}

fn make(mut reader: Reader, ask: &ClipAsk, writer: &mut Writer<'_>) -> Result<ClipTail, ClipStop> {
    let (height, max_fps) = match ask.make {
        Make::Copy => {
            if let Some(tail) = copy::copy(&mut reader, ask, writer)? {
                return Ok(tail);
            }
            reader.rewind()?;
            (None, None)
        }
        Make::Transcode { height, max_fps } => (height, max_fps),
    };
    transcode::transcode(&mut reader, ask, height, max_fps, writer)
}
