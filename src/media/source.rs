//! Positioned reads over a file that somebody else opened, with a count of the bytes read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// A read-only view of an open file. Reads are positioned, so the descriptor's own offset (which other processes may share)
/// is neither used nor moved. Clones read the same file and add to the same count, each with a position of its own.
#[derive(Clone, Debug)]
pub(in crate::media) struct Source {
    file: Arc<File>,
    len: u64,
    position: u64,
    read: Arc<AtomicU64>,
    failed: Arc<OnceLock<String>>,
}

impl Source {
    /// A view of the file as long as it is now; what is appended later is not seen, so one reading is consistent.
    ///
    /// # Errors
    /// When the descriptor cannot be duplicated or the length cannot be asked.
    pub(in crate::media) fn new(file: &File) -> io::Result<Source> {
        let file = file.try_clone()?;
        // Not `File::metadata`: its system call takes a path as well, which the sandbox refuses.
        let len = u64::try_from(rustix::fs::fstat(&file)?.st_size).unwrap_or(0);
        Ok(Source { file: Arc::new(file), len, position: 0, read: Arc::default(), failed: Arc::default() })
    }

    /// Length of the file in bytes when the view was made.
    pub(in crate::media) fn len(&self) -> u64 {
        self.len
    }

    /// Bytes read so far, by this view and its clones.
    pub(in crate::media) fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// What the file system said when it first failed this view or a clone of it: FFmpeg, which reads through it, says the same of
    /// some damaged files as of a failed read.
    pub(in crate::media) fn failure(&self) -> Option<&str> {
        self.failed.get().map(String::as_str)
    }

    /// Reads at an offset until the buffer is full or the file ends; gives the number of bytes read.
    ///
    /// # Errors
    /// When the file system fails.
    pub(in crate::media) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let mut done = 0;
        while done < wanted {
            match self.file.read_at(&mut buffer[done..wanted], offset + done as u64) {
                Ok(0) => break, // the file shrank
                Ok(n) => done += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed.get_or_init(|| error.to_string());
                    return Err(error);
                }
            }
        }
        self.read.fetch_add(done as u64, Ordering::Relaxed);
        Ok(done)
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.read_at(self.position, buffer)?;
        self.position += n as u64;
        Ok(n)
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(delta) => self.len.checked_add_signed(delta),
            SeekFrom::Current(delta) => self.position.checked_add_signed(delta),
        };
        self.position = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn two_views_read_independently_and_count_together() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let mut one = Source::new(&file).unwrap();
        let mut two = one.clone();
        let mut buffer = [0; 4];
        one.read_exact(&mut buffer).unwrap();
        two.seek(SeekFrom::End(-2)).unwrap();
        assert_eq!(two.read(&mut buffer).unwrap(), 2);
        assert_eq!(&buffer, b"8923");
        assert_eq!(one.bytes_read(), 6);
        assert_eq!(one.read_at(100, &mut buffer).unwrap(), 0);
    }

    #[test]
    fn what_is_appended_later_is_not_seen() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123").unwrap();
        let mut source = Source::new(&file).unwrap();
        file.write_all(b"4567").unwrap();
        let mut all = Vec::new();
        source.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"0123");
    }
}
