//! What a folder holds, to find out whether anything touched it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::digest;

/// Every file and folder below a folder: size, modification and change time, mode, content (or a link's target).
pub(crate) fn of(folder: &Path) -> BTreeMap<PathBuf, String> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| {
            let entry = entry.unwrap();
            let meta = entry.path().symlink_metadata().unwrap();
            let content = if meta.is_symlink() {
                fs::read_link(entry.path()).unwrap().display().to_string()
            } else if meta.is_file() && meta.len() < 100_000_000 {
                digest(&fs::read(entry.path()).unwrap())
            } else {
                String::new()
            };
            let said = format!(
                "{} {}.{} {}.{} {:o} {content}",
                meta.len(),
                meta.mtime(),
                meta.mtime_nsec(),
                meta.ctime(),
                meta.ctime_nsec(),
                meta.mode()
            );
            (entry.path().to_owned(), said)
        })
        .collect()
}
