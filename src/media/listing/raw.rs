//! Doors to each of our own parsers, by bytes instead of a file: for hostile input in tests, and for the targets in `fuzz/`.

use std::fs::File;
use std::io::Write;

use rustix::fs::{MemfdFlags, memfd_create};

use super::frames::Found;
use super::{Miss, mkv, mp4, still, ts};
use crate::media::source::Source;
use crate::model::Listing;

/// What our mp4 parser lists; `None` where it leaves the file to FFmpeg or refuses it.
pub fn mp4(bytes: &[u8]) -> Option<Listing> {
    listed(bytes, mp4::find)
}

/// What our Matroska parser lists; `None` where it leaves the file to FFmpeg or refuses it.
pub fn mkv(bytes: &[u8]) -> Option<Listing> {
    listed(bytes, mkv::find)
}

/// What our transport stream parser lists; `None` where it leaves the file to FFmpeg or refuses it.
pub fn ts(bytes: &[u8]) -> Option<Listing> {
    let shape = ts::looks_like(&bytes[..bytes.len().min(1024)])?;
    listed(bytes, |source| ts::find(source, shape))
}

/// What our reader of JPEG stills lists; `None` where it leaves the file to FFmpeg or refuses it.
pub fn still(bytes: &[u8]) -> Option<Listing> {
    listed(bytes, still::find)
}

fn listed(bytes: &[u8], find: impl FnOnce(&Source) -> Result<Found, Miss>) -> Option<Listing> {
    let source = in_memory(bytes).and_then(|file| Source::new(&file)).ok()?;
    find(&source).ok().filter(|found| found.fits(&source))?.assemble(&source).ok()
}

fn in_memory(bytes: &[u8]) -> std::io::Result<File> {
    let mut file = File::from(memfd_create("hostile", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    Ok(file)
}
