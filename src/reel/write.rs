//! Appending to a reel.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use super::format::{self, FILE_HEADER_BYTES, ReelPlace};
use super::read::{Depth, scan_file};
use crate::base::{Error, Kind, Result, ResultExt, Said};
use crate::model::{RecordingId, Thumbnail};
use crate::say;

/// A reel open for appending. One at a time: a lock on the file keeps other processes out.
#[derive(Debug)]
pub struct ReelWriter {
    file: File,
    name: String,
    end: u64,
    cut: u64,
}

impl ReelWriter {
    /// Opens a reel of the folder `dir`, or makes it. A tail torn by a crash is cut off: everything after the last whole
    /// entry. Damage before that stays where it is (the entries after it are good), and appending goes on at the end.
    ///
    /// # Errors
    /// [`Kind::Io`]; [`Kind::Busy`] when another process or writer has it open; [`Kind::State`] when the name is not
    /// plain, or the file is something else or of another version.
    pub fn open(dir: &Path, name: &str) -> Result<ReelWriter> {
        format::check_name(name)?;
        let io = || cannot_write(name);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(dir.join(name))
            .or_say(Kind::Io, io)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(Error::new(
                    Kind::Busy,
                    say!("cuộn ảnh {name} đang được tiến trình khác ghi", "reel {name} is being written by another"),
                ));
            }
            other => other.or_say(Kind::Io, io)?,
        }
        let size = file.metadata().or_say(Kind::Io, io)?.len();
        if size < FILE_HEADER_BYTES && started_by_us(&file, size).or_say(Kind::Io, io)? {
            file.write_all_at(&format::file_header(), 0).or_say(Kind::Io, io)?;
            // The name must outlive a crash too, not only the bytes.
            File::open(dir).and_then(|dir| dir.sync_all()).or_say(Kind::Io, io)?;
        }
        let end = scan_file(&file, name, Depth::Tail)?.end;
        let cut = size.saturating_sub(end);
        if cut > 0 {
            file.set_len(end).or_say(Kind::Io, io)?;
        }
        Ok(ReelWriter { file, name: name.to_owned(), end, cut })
    }

    /// Bytes of a torn tail that opening cut off; 0 after an orderly end.
    pub fn cut_off(&self) -> u64 {
        self.cut
    }

    /// Length of the reel, bytes.
    pub fn bytes(&self) -> u64 {
        self.end
    }

    /// Appends a thumbnail of a recording. It is safe from a crash only after [`ReelWriter::sync`].
    ///
    /// # Errors
    /// [`Kind::Io`]; [`Kind::Internal`] when the id or the picture cannot be kept. After an error nothing was appended.
    pub fn append(&mut self, recording: &RecordingId, thumbnail: &Thumbnail) -> Result<ReelPlace> {
        let bytes = format::encode(recording, thumbnail)?;
        // At our own end, not the file's: a write that failed half-way is written over by the next.
        self.file.write_all_at(&bytes, self.end).or_say(Kind::Io, || cannot_write(&self.name))?;
        let place = ReelPlace {
            reel: self.name.clone(),
            offset: self.end,
            length: bytes.len() as u32 - format::HEADER_BYTES as u32,
        };
        self.end += bytes.len() as u64;
        Ok(place)
    }

    /// Waits until everything appended is on the disk. Once a batch, before its places are stored.
    ///
    /// # Errors
    /// [`Kind::Io`]; then the places appended since the last call must not be stored.
    pub fn sync(&mut self) -> Result<()> {
        self.file.sync_data().or_say(Kind::Io, || cannot_write(&self.name))
    }
}

impl Drop for ReelWriter {
    fn drop(&mut self) {
        // Closing is not enough: a process started at this moment holds a copy of the descriptor, and with it the lock,
        // until it runs its own program.
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

/// Whether a file too short for a header is a reel whose making was interrupted, not somebody else's file.
fn started_by_us(file: &File, size: u64) -> std::io::Result<bool> {
    let mut start = vec![0; size as usize];
    file.read_exact_at(&mut start, 0)?;
    Ok(format::file_header().starts_with(&start) || start.iter().all(|&byte| byte == 0))
}

fn cannot_write(name: &str) -> Said {
    say!("không ghi được cuộn ảnh {name}", "cannot write reel {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_copied_into_a_starting_process_does_not_keep_the_reel_locked() {
        let dir = tempfile::tempdir().unwrap();
        let writer = ReelWriter::open(dir.path(), "a.reel").unwrap();
        let copy = writer.file.try_clone().unwrap();
        drop(writer);
        ReelWriter::open(dir.path(), "a.reel").unwrap();
        drop(copy);
    }
}
