//! Tiers 2 and 3: thumbnails of chosen keyframes, and any frame on demand. All of it runs inside the worker.

pub(in crate::media) mod decoder;
mod frame;
pub(in crate::media) mod reader;
pub(in crate::media) mod run;
mod step;
mod thumbs;

#[cfg(test)]
mod tests;

pub use frame::{Frame, FrameAsk, ImageFormat, Which, frame_here};
pub use thumbs::thumbnails_here;
