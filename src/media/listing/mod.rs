//! Tier 1: everything about a media file without decoding it. The common containers are listed by our own parsers, from as
//! few bytes as they need; whatever those do not fully understand goes to FFmpeg's demuxers, packet by packet.

mod bytes;
mod frames;
mod mkv;
mod mp4;
mod packets;
#[cfg(any(test, fuzzing))]
#[cfg_attr(test, allow(unreachable_pub, reason = "the targets in fuzz/ reach it"))]
pub mod raw;
mod still;
mod ts;

#[cfg(test)]
mod against_ffprobe;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod made;

use std::fs::File;

use self::frames::Found;
use super::open::io_fault;
use super::source::Source;
use crate::model::{Doubt, Fault, Listing, Unreadable};

/// Why one of our own parsers gave up.
#[derive(Debug)]
enum Miss {
    /// The file does something that the parser does not know, or only FFmpeg knows how to bear: take the generic path.
    NotUnderstood(&'static str),
    /// The same, and the file ends before its own structure says so.
    CutOff,
    /// The file cannot be listed by anybody.
    Refused(Unreadable),
}

impl From<std::io::Error> for Miss {
    fn from(error: std::io::Error) -> Miss {
        Miss::Refused(io_fault(error))
    }
}

/// Lists a file by its content. The descriptor may be shared: its offset is neither used nor moved.
///
/// # Errors
/// Why the file cannot be listed.
pub fn list(file: &File) -> Result<Listing, Unreadable> {
    let source = Source::new(file).map_err(io_fault)?;
    let listing = list_source(&source);
    // FFmpeg takes a failed read for the end of the file, which would be listed as if it were all.
    source.failure().map_or(listing, |failure| Err(Unreadable::new(Fault::Io, failure)))
}

fn list_source(source: &Source) -> Result<Listing, Unreadable> {
    match list_ourselves(source) {
        Ok(found) if found.fits(source) => found.assemble(source),
        Ok(_) => list_generic(source),
        Err(Miss::Refused(unreadable)) => Err(unreadable),
        Err(Miss::NotUnderstood(why)) => {
            tracing::debug!(why, "listing packet by packet");
            list_generic(source)
        }
        Err(Miss::CutOff) => {
            let mut found = packets::find(source)?;
            if !found.doubts.iter().any(|doubt| matches!(doubt, Doubt::Truncated { .. })) {
                found.doubts.push(Doubt::Truncated { at_byte: source.len() });
            }
            found.assemble(source)
        }
    }
}

fn list_generic(source: &Source) -> Result<Listing, Unreadable> {
    packets::find(source)?.assemble(source)
}

fn list_ourselves(source: &Source) -> Result<Found, Miss> {
    if source.len() == 0 {
        return Err(Miss::Refused(Unreadable::new(Fault::Empty, "")));
    }
    let mut head = [0; 1024];
    let n = source.read_at(0, &mut head)?;
    let head = &head[..n];
    if mp4::looks_like(head) {
        mp4::find(source)
    } else if mkv::looks_like(head) {
        mkv::find(source)
    } else if let Some(shape) = ts::looks_like(head) {
        ts::find(source, shape)
    } else if still::looks_like(head) {
        still::find(source)
    } else {
        Err(Miss::NotUnderstood("no container of our own parsers"))
    }
}
