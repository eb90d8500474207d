//! The watches of one folder's directories, and what the kernel tells through them (inotify(7)).
//!
//! Spoken directly, one watch a directory: the mask leaves out openings (our own reading of footage must not fill the
//! queue), links are refused by the kernel itself, lost watches are told, and every new directory is listed after its
//! watch is in place, because what was made in it before has no event.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ffi::OsStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::io::Errno;

use super::settle::Sign;

/// What the kernel's events and the listing of new directories come down to. Paths are below the folder.
#[derive(Debug)]
pub(super) enum Notice {
    /// A hint at something that is no directory.
    File { path: Vec<u8>, sign: Sign },
    /// Gone from its path.
    Removed { path: Vec<u8>, is_dir: bool },
    /// Events were lost.
    Overflow,
    /// A directory holds more than is told file by file.
    Crowded,
    /// The folder itself was deleted, moved or unmounted.
    RootLost,
    /// A file system below the folder went away.
    Unmounted,
    /// A directory cannot be watched or listed.
    Blind { path: Vec<u8>, error: io::Error },
    /// The system's limit of watches is reached, or the folder itself cannot be watched: the tree is of no use.
    NoWatch(Errno),
}

/// The events that are of use; openings and readings are not.
const MASK: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MODIFY)
    .union(WatchFlags::CLOSE_WRITE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::ONLYDIR)
    .union(WatchFlags::EXCL_UNLINK);

/// Room for some hundred events: enough for one reading, small enough to turn to other work in between.
const BUFFER: usize = 32 * 1024;

/// Notices of one round past which the files of new directories are left to a scan.
pub(super) const MOST: usize = 50_000;

struct Visit {
    path: Vec<u8>,
    /// The directory is new: what is in it has to be told. Otherwise a scan follows, and its directories suffice.
    tell_files: bool,
}

/// A folder's directories under watch.
pub(super) struct Tree {
    root: PathBuf,
    kernel: OwnedFd,
    by_path: BTreeMap<Arc<[u8]>, i32>,
    by_watch: HashMap<i32, Arc<[u8]>>,
    visits: VecDeque<Visit>,
    buffer: Vec<MaybeUninit<u8>>,
}

impl Tree {
    /// Watches nothing yet; [`Tree::visit`] places the watches from the root down.
    ///
    /// # Errors
    /// When the kernel has no inotify, or no more of it for this user.
    pub(super) fn new(root: &Path) -> Result<Tree, Errno> {
        let mut tree = Tree {
            root: root.to_owned(),
            kernel: inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?,
            by_path: BTreeMap::new(),
            by_watch: HashMap::new(),
            visits: VecDeque::new(),
            buffer: vec![MaybeUninit::uninit(); BUFFER],
        };
        tree.revisit();
        Ok(tree)
    }

    /// Readable when there are events.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.kernel.as_fd()
    }

    /// Watches that are held.
    pub(super) fn watches(&self) -> usize {
        self.by_watch.len()
    }

    /// Whether directories wait for their watch.
    pub(super) fn visiting(&self) -> bool {
        !self.visits.is_empty()
    }

    /// Goes through all directories again, to watch what is not watched though it could be.
    pub(super) fn revisit(&mut self) {
        self.visits.push_back(Visit { path: Vec::new(), tell_files: false });
    }

    /// Watches and lists one directory that waits for it.
    pub(super) fn visit(&mut self, notices: &mut Vec<Notice>) {
        let Some(Visit { path, tell_files }) = self.visits.pop_front() else { return };
        let is_root = path.is_empty();
        let mask =
            MASK | if is_root { WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF } else { WatchFlags::DONT_FOLLOW };
        let full = self.full(&path);
        let watch = match inotify::add_watch(&self.kernel, &full, mask) {
            Ok(watch) => watch,
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) if is_root => return notices.push(Notice::RootLost),
            // Gone again, or a link or a file is now in its place: its parent's events tell.
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return,
            Err(error) if is_root || error == Errno::NOSPC => return notices.push(Notice::NoWatch(error)),
            Err(error) => return notices.push(Notice::Blind { path, error: error.into() }),
        };
        let path: Arc<[u8]> = path.into();
        let known = self.keep(&path, watch);
        if known && tell_files {
            // Listed when its watch was placed, and watched ever since.
            return;
        }
        if let Err(error) = self.list(&path, &full, tell_files, notices)
            && error.kind() != io::ErrorKind::NotFound
        {
            notices.push(Notice::Blind { path: path.to_vec(), error });
        }
    }

    fn list(&mut self, path: &[u8], full: &Path, tell_files: bool, notices: &mut Vec<Notice>) -> io::Result<()> {
        let mut crowded = false;
        for entry in std::fs::read_dir(full)? {
            let entry = entry?;
            let below = join(path, entry.file_name().as_bytes());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.visits.push_back(Visit { path: below, tell_files }),
                Ok(kind) if kind.is_file() && tell_files && notices.len() >= MOST => crowded = true,
                Ok(kind) if kind.is_file() && tell_files => {
                    notices.push(Notice::File { path: below, sign: Sign::Seen });
                }
                _ => {}
            }
        }
        if crowded {
            notices.push(Notice::Crowded);
        }
        Ok(())
    }

    /// Notes a watch; says whether it was there already for this very path.
    fn keep(&mut self, path: &Arc<[u8]>, watch: i32) -> bool {
        if let Some(before) = self.by_watch.insert(watch, Arc::clone(path)) {
            if before == *path {
                return true;
            }
            // The same directory under another name: its renaming has not been read yet.
            if self.by_path.get(&before) == Some(&watch) {
                self.by_path.remove(&before);
            }
        }
        if let Some(other) = self.by_path.insert(Arc::clone(path), watch)
            && other != watch
        {
            self.release(other);
        }
        false
    }

    fn release(&mut self, watch: i32) {
        self.by_watch.remove(&watch);
        // Fails where the kernel has let go of it already, which is as good.
        let _ = inotify::remove_watch(&self.kernel, watch);
    }

    /// Lets go of a directory that is no longer at its path, and of all below it.
    fn release_below(&mut self, path: &[u8]) {
        let inside = join(path, b"");
        let below =
            self.by_path.range::<[u8], _>((std::ops::Bound::Included(inside.as_slice()), std::ops::Bound::Unbounded));
        let mut gone: Vec<Arc<[u8]>> =
            below.map(|(path, _)| path).take_while(|path| path.starts_with(&inside)).cloned().collect();
        gone.extend(self.by_path.get_key_value(path).map(|(path, _)| Arc::clone(path)));
        for path in gone {
            if let Some(watch) = self.by_path.remove(&path) {
                self.release(watch);
            }
        }
    }

    /// Reads what the kernel has to tell, one bufferful; says whether there may be more.
    ///
    /// # Errors
    /// When the kernel refuses, which it has no reason to.
    pub(super) fn read(&mut self, notices: &mut Vec<Notice>) -> io::Result<bool> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let mut events = Vec::new();
        let mut reader = Reader::new(self.kernel.as_fd(), &mut buffer);
        let result = loop {
            match reader.next() {
                Ok(event) => {
                    events.push((event.wd(), event.events(), event.file_name().map(|name| name.to_bytes().to_owned())));
                }
                Err(Errno::AGAIN) => break Ok(false),
                Err(Errno::INTR) => break Ok(true),
                Err(error) => break Err(error.into()),
            }
            if reader.is_buffer_empty() {
                break Ok(events.len() > BUFFER / 64);
            }
        };
        self.buffer = buffer;
        for (watch, what, name) in events {
            self.take(watch, what, name.as_deref(), notices);
        }
        result
    }

    /// Takes one event.
    pub(super) fn take(&mut self, watch: i32, what: ReadFlags, name: Option<&[u8]>, notices: &mut Vec<Notice>) {
        if what.contains(ReadFlags::QUEUE_OVERFLOW) {
            return notices.push(Notice::Overflow);
        }
        // Of a watch that was let go while its events were on the way.
        let Some(dir) = self.by_watch.get(&watch).cloned() else { return };
        let Some(name) = name else { return self.take_self(watch, &dir, what, notices) };
        let path = join(&dir, name);
        let is_dir = what.contains(ReadFlags::ISDIR);
        if what.intersects(ReadFlags::MOVED_FROM | ReadFlags::DELETE) {
            if is_dir {
                self.release_below(&path);
            }
            notices.push(Notice::Removed { path, is_dir });
        } else if is_dir {
            if what.intersects(ReadFlags::CREATE | ReadFlags::MOVED_TO) {
                self.visits.push_back(Visit { path, tell_files: true });
            }
        } else if what.intersects(ReadFlags::CLOSE_WRITE | ReadFlags::MOVED_TO) {
            notices.push(Notice::File { path, sign: Sign::Closed });
        } else if what.contains(ReadFlags::MODIFY) {
            notices.push(Notice::File { path, sign: Sign::Written });
        } else if what.contains(ReadFlags::CREATE) {
            notices.push(Notice::File { path, sign: Sign::Seen });
        }
    }

    /// Takes an event of a watched directory itself.
    fn take_self(&mut self, watch: i32, dir: &Arc<[u8]>, what: ReadFlags, notices: &mut Vec<Notice>) {
        if what.contains(ReadFlags::IGNORED) {
            self.by_watch.remove(&watch);
            if self.by_path.get(dir) == Some(&watch) {
                self.by_path.remove(dir);
            }
        }
        if what.contains(ReadFlags::UNMOUNT) {
            notices.push(Notice::Unmounted);
        }
        let lost = ReadFlags::IGNORED | ReadFlags::UNMOUNT | ReadFlags::DELETE_SELF | ReadFlags::MOVE_SELF;
        if dir.is_empty() && what.intersects(lost) {
            notices.push(Notice::RootLost);
        }
    }

    fn full(&self, path: &[u8]) -> PathBuf {
        if path.is_empty() { self.root.clone() } else { self.root.join(OsStr::from_bytes(path)) }
    }
}

fn join(dir: &[u8], name: &[u8]) -> Vec<u8> {
    if dir.is_empty() { name.to_owned() } else { [dir, b"/", name].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(tree: &mut Tree) -> Vec<Notice> {
        let mut notices = Vec::new();
        while tree.visiting() {
            tree.visit(&mut notices);
        }
        notices
    }

    fn drained(tree: &mut Tree) -> Vec<Notice> {
        let mut notices = Vec::new();
        loop {
            let before = notices.len();
            tree.read(&mut notices).unwrap();
            while tree.visiting() {
                tree.visit(&mut notices);
            }
            if notices.len() == before {
                return notices;
            }
        }
    }

    #[test]
    fn a_queue_that_nobody_reads_overflows_and_says_so() {
        let limit: usize =
            std::fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap().trim().parse().unwrap();
        if limit > 100_000 {
            eprintln!("skipped: a queue of {limit} events");
            return;
        }
        let dir = tempfile::tempdir().unwrap();
        let mut tree = Tree::new(dir.path()).unwrap();
        settled(&mut tree);
        let path = |n: usize| dir.path().join(n.to_string());
        std::fs::write(path(0), b"").unwrap();
        for n in 0..=limit {
            std::fs::rename(path(n), path(n + 1)).unwrap();
        }
        assert!(drained(&mut tree).iter().any(|notice| matches!(notice, Notice::Overflow)));
    }

    #[test]
    fn directories_made_faster_than_they_can_be_watched_are_listed() {
        let dir = tempfile::tempdir().unwrap();
        let mut tree = Tree::new(dir.path()).unwrap();
        settled(&mut tree);
        std::fs::create_dir_all(dir.path().join("a/b/c")).unwrap();
        std::fs::write(dir.path().join("a/b/c/1.mp4"), b"x").unwrap();
        let notices = drained(&mut tree);
        assert!(
            notices.iter().any(|n| matches!(n, Notice::File { path, .. } if path == b"a/b/c/1.mp4")),
            "{notices:?}"
        );
        assert_eq!(tree.watches(), 4);
    }

    #[test]
    fn a_directory_moved_out_is_let_go_with_all_below_it_and_its_neighbours_are_not() {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for path in ["a/b/c", "a-b", "a.b/c"] {
            std::fs::create_dir_all(dir.path().join(path)).unwrap();
        }
        let mut tree = Tree::new(dir.path()).unwrap();
        settled(&mut tree);
        assert_eq!(tree.watches(), 7);
        std::fs::rename(dir.path().join("a"), elsewhere.path().join("a")).unwrap();
        let notices = drained(&mut tree);
        assert!(matches!(&notices[..], [Notice::Removed { path, is_dir: true }] if path == b"a"), "{notices:?}");
        assert_eq!(tree.watches(), 4);
        std::fs::write(elsewhere.path().join("a/b/1.mp4"), b"x").unwrap();
        assert!(drained(&mut tree).is_empty());
    }

    #[test]
    fn past_the_bound_of_notices_a_new_directory_is_left_to_a_scan() {
        let dir = tempfile::tempdir().unwrap();
        let mut tree = Tree::new(dir.path()).unwrap();
        settled(&mut tree);
        std::fs::create_dir_all(dir.path().join("a/b")).unwrap();
        std::fs::write(dir.path().join("a/1.mp4"), b"x").unwrap();
        let mut notices: Vec<Notice> = (0..MOST).map(|_| Notice::Unmounted).collect();
        tree.read(&mut notices).unwrap();
        tree.visit(&mut notices);
        assert!(matches!(&notices[MOST..], [Notice::Crowded]));
        // Its directories are watched all the same.
        settled(&mut tree);
        assert_eq!(tree.watches(), 3);
    }

    #[test]
    fn our_own_reading_makes_no_events() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("1.mp4"), b"x").unwrap();
        let mut tree = Tree::new(dir.path()).unwrap();
        settled(&mut tree);
        std::fs::read(dir.path().join("1.mp4")).unwrap();
        std::fs::read_dir(dir.path()).unwrap().count();
        assert!(drained(&mut tree).is_empty());
    }

    #[test]
    fn a_link_to_a_directory_is_not_followed() {
        let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut tree = Tree::new(dir.path()).unwrap();
        settled(&mut tree);
        std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("link")).unwrap();
        tree.visits.push_back(Visit { path: b"link".to_vec(), tell_files: true });
        drained(&mut tree);
        assert_eq!(tree.watches(), 1);
    }
}
