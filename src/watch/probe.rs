//! Whether a folder is there, whether it is still the same, and how it is best watched.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::io::Errno;

use super::mounts::{self, Ground};
use crate::base::Said;
use crate::say;

/// A folder at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) device: u64,
    pub(super) inode: u64,
    /// Nothing lies in it.
    pub(super) empty: bool,
    /// The mounts it lies on and those below it.
    pub(super) ground: Ground,
    /// Why it must be polled, if it must.
    pub(super) remote: Option<Said>,
}

impl Place {
    /// Looks at a folder.
    ///
    /// # Errors
    /// When it is not there, is no directory, or cannot be read.
    pub(super) fn of(folder: &Path) -> io::Result<Place> {
        // Reading it comes first: it lets automounters mount.
        let empty = std::fs::read_dir(folder)?.next().is_none();
        let meta = std::fs::metadata(folder)?;
        let mounts = mounts::all();
        let ground = Ground::of(&std::fs::canonicalize(folder)?, &mounts);
        let remote = if mounts.is_empty() { mounts::remote_by_magic(folder) } else { ground.remote(&mounts) };
        Ok(Place { device: meta.dev(), inode: meta.ino(), empty, ground, remote })
    }

    /// Whether it is the same directory on the same mounts.
    pub(super) fn same(&self, other: &Place) -> bool {
        (self.device, self.inode, &self.ground) == (other.device, other.inode, &other.ground)
    }

    /// Whether this is the empty mount point that an unmounted folder leaves behind.
    pub(super) fn hollow_after(&self, before: &Place) -> bool {
        self.empty && self.device != before.device && !self.ground.covers(&before.ground)
    }
}

/// Why inotify cannot be had, with what to do about it.
pub(super) fn no_inotify(error: Errno) -> Said {
    match error {
        Errno::MFILE => say!(
            "đã hết số phiên inotify; tăng bằng: sysctl fs.inotify.max_user_instances=1024",
            "no inotify instance is left; raise the limit: sysctl fs.inotify.max_user_instances=1024"
        ),
        error => say!("không dùng được inotify: {error}", "inotify cannot be used: {error}"),
    }
}

/// Why directories cannot be watched, with what to do about it.
pub(super) fn no_watch(error: Errno) -> Said {
    if error != Errno::NOSPC {
        return no_inotify(error);
    }
    let now = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok();
    let now: u64 = now.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let better = now.saturating_mul(4).max(524_288);
    say!(
        "đã hết số thư mục được theo dõi (giới hạn {now}); tăng bằng: sysctl fs.inotify.max_user_watches={better}",
        "no more directories can be watched (the limit is {now}); raise it: sysctl fs.inotify.max_user_watches={better}"
    )
}

/// That polling is what the configuration asks for.
pub(super) fn configured() -> Said {
    say!("theo cấu hình", "as configured")
}

/// That a mount went away.
pub(super) fn unmounted(folder: &Path) -> Said {
    let path = folder.display();
    say!(
        "{path} đã bị tháo (unmount), chỉ còn thư mục rỗng",
        "{path} was unmounted; an empty directory is left in its place"
    )
}

/// That a folder cannot be read.
pub(super) fn unreadable(folder: &Path, error: &io::Error) -> Said {
    let path = folder.display();
    say!("không đọc được thư mục {path}: {error}", "cannot read the folder {path}: {error}")
}
