//! What a media file holds, asked of FFmpeg and of our own parsers; the only home of FFmpeg.
//!
//! Other rooms go through [`MediaPool`], behind which worker processes do the reading. `list_here`, `thumbnails_here`, `frame_here`
//! and `clip_here` are what runs inside a worker.

mod clip;
mod decode;
mod ffmpeg_log;
mod limits;
pub(crate) mod listing;
pub(in crate::media) mod open;
mod picture;
mod pool;
mod protocol;
mod sample;
mod sandbox;
pub(in crate::media) mod source;
mod worker;
mod yielding;

pub use clip::{Browser, ClipAsk, ClipHead, ClipPiece, ClipSound, ClipStop, ClipTail, Make, Way, clip_here, way};
pub use decode::{Frame, FrameAsk, ImageFormat, Which, frame_here, thumbnails_here};
pub use limits::Limits;
pub use listing::list as list_here;
#[cfg(fuzzing)]
pub use listing::raw;
pub use pool::{Clip, Leaver, MediaPool, PoolConfig};
pub use protocol::Priority;
pub use sample::{SAMPLE_EVERY, sample};
#[cfg(debug_assertions)]
pub use sandbox::probe::{Outcome, Probe};
pub use sandbox::{Barrier, Sandbox};
pub use worker::worker_main;

/// The hidden command of the program that runs [`worker_main`].
pub const WORKER_COMMAND: &str = "worker";
