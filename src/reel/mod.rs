//! Thumbnails, many in one append-only file: a reel for each camera and day, derived from the footage and rebuildable.
//!
//! One small file a thumbnail would cost 60 times the inodes and 40 times the synced write time. A reel never holds SQL or
//! an index: the store keeps, for each thumbnail, its [`ReelPlace`]. The pictures stay readable without this program: each
//! is a whole, standard JPEG that starts [`HEADER_BYTES`] after its place's offset (the layout is in [`format`]), so that
//! `dd` or any JPEG carver gets them out.
//!
//! Who appends calls [`ReelWriter::sync`] once a batch and stores the places only after it has returned. So whatever a
//! crash tears was never promised, and opening for append cuts a torn tail off.

pub mod format;
pub mod read;
#[cfg(test)]
mod tests;
pub mod write;

pub use format::{Entry, HEADER_BYTES, ReelPlace, reel_name};
pub use read::{Scan, read, scan};
pub use write::ReelWriter;
