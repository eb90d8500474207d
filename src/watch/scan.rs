//! One walk through a footage folder: every file with its size and modification time, and what could not be looked at.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use walkdir::WalkDir;

use crate::base::Result;
use crate::base::shutdown::Shutdown;

/// A file below a footage folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Path below the folder, the bytes that the file system gave.
    pub path: Vec<u8>,
    /// Bytes.
    pub size: u64,
    /// Modification time, microseconds since 1970.
    pub mtime_us: i64,
}

/// Something below a footage folder that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blind {
    /// Path below the folder; empty for the folder itself.
    pub path: Vec<u8>,
    /// What the file system said.
    pub error: String,
}

impl Blind {
    /// Whether a path may lie in what could not be looked at.
    pub fn hides(&self, path: &[u8]) -> bool {
        self.path.is_empty()
            || path.strip_prefix(self.path.as_slice()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    }
}

/// What a walk found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Files, by path.
    pub found: Vec<Found>,
    /// Files left out as a recorder's temporary or side files, and links, which are never followed.
    pub ignored: u64,
    /// What could not be looked at; nothing below it may be taken for gone.
    pub blind: Vec<Blind>,
}

/// Walks a folder. Links inside it are not followed; `ignore` says which paths below it are no recordings by their name.
///
/// # Errors
/// Only when asked to stop; what the file system refuses is in [`Scan::blind`].
pub fn scan(folder: &Path, ignore: &dyn Fn(&Path) -> bool, shutdown: &Shutdown) -> Result<Scan> {
    let mut scan = Scan::default();
    for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
        shutdown.check()?;
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map(|path| below(folder, path)).unwrap_or_default();
                scan.blind.push(Blind { path, error: error.to_string() });
                continue;
            }
        };
        if entry.file_type().is_dir() {
            continue;
        }
        let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        if !entry.file_type().is_file() || ignore(relative) {
            scan.ignored += 1;
            continue;
        }
        match entry.metadata() {
            Ok(meta) => scan.found.push(Found {
                path: relative.as_os_str().as_bytes().to_owned(),
                size: meta.len(),
                mtime_us: meta.modified().map_or(0, micros),
            }),
            // Deleted between the listing of its folder and now: it is not there, and that is no trouble.
            Err(error) if error.io_error().is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound) => {}
            Err(error) => {
                scan.blind.push(Blind { path: below(folder, entry.path()), error: error.to_string() });
            }
        }
    }
    Ok(scan)
}

fn below(folder: &Path, path: &Path) -> Vec<u8> {
    path.strip_prefix(folder).unwrap_or(path).as_os_str().as_bytes().to_owned()
}

/// Microseconds since 1970 of a file's time, negative before.
pub fn micros(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |us| -us),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_and_links_and_side_files_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::NamedTempFile::new().unwrap();
        std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
        std::fs::write(dir.path().join("a/b/1.mp4"), b"12345").unwrap();
        std::fs::write(dir.path().join("a/1.mp4.thumb"), b"x").unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("a/link.mp4")).unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("a/loop")).unwrap();
        let ignore = |path: &Path| path.extension().is_some_and(|e| e == "thumb");
        let scan = scan(dir.path(), &ignore, &Shutdown::default()).unwrap();
        assert_eq!(
            scan.found.iter().map(|f| (f.path.as_slice(), f.size)).collect::<Vec<_>>(),
            [(b"a/b/1.mp4".as_slice(), 5)]
        );
        assert_eq!(scan.ignored, 3);
        assert!(scan.blind.is_empty());
    }

    #[test]
    fn a_folder_that_is_not_there_hides_everything() {
        let dir = tempfile::tempdir().unwrap();
        let scan = scan(&dir.path().join("unmounted"), &|_| false, &Shutdown::default()).unwrap();
        assert_eq!(scan.found, []);
        assert!(scan.blind.iter().any(|blind| blind.hides(b"any/file.mp4")));
    }

    #[test]
    fn a_blind_folder_hides_only_what_is_below_it() {
        let blind = Blind { path: b"a/b".to_vec(), error: String::new() };
        assert!(blind.hides(b"a/b/c.mp4") && blind.hides(b"a/b"));
        assert!(!blind.hides(b"a/bc.mp4") && !blind.hides(b"a/c.mp4"));
    }
}
