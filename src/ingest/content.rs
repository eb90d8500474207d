//! What a moved or copied file is recognised by: SHA-256 over its size, its head and its tail.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use sha2::{Digest, Sha256};

/// Bytes of the head, and of the tail, that are read.
const END: u64 = 16 * 1024;

/// The content's mark: SHA-256 of the size (u64, little-endian), the first 16 KiB and the last 16 KiB.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn mark(path: &Path) -> io::Result<[u8; 32]> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut hash = Sha256::new();
    hash.update(size.to_le_bytes());
    let mut buffer = vec![0; END.min(size) as usize];
    read_up_to(&file, &mut buffer, 0).map(|n| hash.update(&buffer[..n]))?;
    if size > END {
        read_up_to(&file, &mut buffer, size.saturating_sub(END).max(END)).map(|n| hash.update(&buffer[..n]))?;
    }
    Ok(hash.finalize().into())
}

fn read_up_to(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], at + filled as u64) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_head_and_tail_each_tell_files_apart() {
        let dir = tempfile::tempdir().unwrap();
        let marked = |name: &str, bytes: &[u8]| {
            std::fs::write(dir.path().join(name), bytes).unwrap();
            mark(&dir.path().join(name)).unwrap()
        };
        let mut long = vec![7u8; 100_000];
        let original = marked("a", &long);
        assert_eq!(original, marked("copy", &long));
        long[0] = 8;
        let head = marked("b", &long);
        long[0] = 7;
        long[99_999] = 8;
        let tail = marked("c", &long);
        let size = marked("d", &long[..99_999]);
        let all = std::collections::HashSet::from([original, head, tail, size, marked("e", b""), marked("f", b"x")]);
        assert_eq!(all.len(), 6);
    }
}
