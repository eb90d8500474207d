//! What a media file holds, asked of FFmpeg and of our own parsers; the only home of FFmpeg.

mod decode;
mod ffmpeg_log;
pub(in crate::media) mod open;
mod picture;
pub(in crate::media) mod source;

pub use decode::{Frame, FrameAsk, ImageFormat, frame_here, thumbnails_here};
