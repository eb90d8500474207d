//! What a media file holds, asked of FFmpeg and of our own parsers; the only home of FFmpeg.

mod ffmpeg_log;
pub(in crate::media) mod open;
pub(in crate::media) mod source;
