//! truyvet turns the footage of neighbourhood cameras into answers: which cameras saw this place at this time, and what
//! is missing. The map of the house is `ARCHITECTURE.md`; the rooms are declared below in the order data flows through.

/// Errors with kinds, bilingual texts, interruption: what every room may lean on.
pub mod base;
/// Media files: their listing without decoding, their frames; the only home of FFmpeg.
pub mod media;
/// Plain data that crosses rooms: recordings, keyframes, instants, times with their source.
pub mod model;
/// Thumbnails, many in one append-only file.
pub mod reel;
