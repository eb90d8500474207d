//! Thumbnails, many in one append-only file: a reel for each camera and day, derived from the footage and rebuildable.
//!
//! One small file a thumbnail would cost 60 times the inodes and 40 times the synced write time. A reel never holds SQL or
//! an index: the store keeps, for each thumbnail, its [`ReelPlace`]. The pictures stay readable without this program: each
//! is a whole, standard JPEG that starts [`HEADER_BYTES`] after its place's offset (the layout is in [`format`]), so that
//! `dd` or any JPEG carver gets them out.
//!
//! Who appends calls [`ReelWriter::sync`] once a batch and stores the places only after it has returned. So whatever a
//! crash tears was never promised, and opening for append cuts a torn tail off.

use std::path::Path;

use crate::base::{Kind, Result, ResultExt};
use crate::say;

/// The reels' folder in the data folder.
pub const FOLDER: &str = "reels";

pub mod format;
pub mod read;
#[cfg(test)]
mod tests;
pub mod write;

pub use format::{Entry, HEADER_BYTES, ReelPlace, reel_name};
pub use read::{Scan, read, scan};
pub use write::ReelWriter;

/// Deletes a reel; says whether there was one. The caller knows that nobody refers to it.
///
/// # Errors
/// [`Kind::Io`] when it cannot be deleted; [`Kind::State`] when the name is not plain.
pub fn delete(dir: &Path, name: &str) -> Result<bool> {
    format::check_name(name)?;
    match std::fs::remove_file(dir.join(name)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        other => other
            .map(|()| true)
            .or_say(Kind::Io, || say!("không xoá được cuộn ảnh {name}", "cannot delete reel {name}")),
    }
}

/// Whether a reel is there and long enough to hold a place; says nothing of what it holds there.
pub fn holds(dir: &Path, place: &ReelPlace) -> bool {
    std::fs::metadata(dir.join(&place.reel))
        .is_ok_and(|meta| meta.len() >= place.offset + HEADER_BYTES + u64::from(place.length))
}
