//! The disk under the contestants: sizes, and forgetting what is in memory.

use std::fs::File;
use std::path::{Path, PathBuf};

/// What "cold" is here.
pub(crate) const HOW_COLD: &str =
    "closed, synced, dropped from the page cache by posix_fadvise, opened, dropped again, asked once";

/// Every file in the folder and below.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => files.extend(self::files(&entry.path())),
            kind if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
    files
}

/// Bytes of all files in the folder and below.
pub(crate) fn bytes_under(dir: &Path) -> u64 {
    files(dir).iter().map(|file| std::fs::metadata(file).unwrap().len()).sum()
}

/// Drops the folder's files from the page cache. What a process has mapped and touched stays.
pub(crate) fn forget(dir: &Path) {
    for file in files(dir) {
        let file = File::open(file).unwrap();
        file.sync_all().unwrap();
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).unwrap();
    }
}
