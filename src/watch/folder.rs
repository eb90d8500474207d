//! The thread that watches one folder: waits, reads events or walks, looks at files, and tells.

use std::ffi::OsStr;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};

use super::Ignore;
use super::event::{Event, Mode, Settings, WatchedFolder, Why};
use super::mounts::Table;
use super::outbox::Outbox;
use super::poll::Poll;
use super::probe::{self, Place};
use super::scan::micros;
use super::settle::{Look, Moment, Rule, Settle, Sign, Stamp, Verdict};
use super::shared::Shared;
use super::tree::{self, Notice, Tree};
use crate::base::Said;

/// Events are left to gather for so long, so that a file being written does not wake us at each write.
const GATHER: Duration = Duration::from_millis(50);
/// How often to try again to tell what the receiver has no room for.
const RETRY: Duration = Duration::from_millis(100);
/// The least time between two new beginnings after an overflow.
const BREATH: Duration = Duration::from_secs(1);
/// The least time between two walks, probes or rescans, whatever the settings say.
const SHORTEST: Duration = Duration::from_millis(10);
/// The longest sleep.
const LONGEST: Duration = Duration::from_secs(3600);
/// How much of each kind of work is done before turning to the others.
const ROUND: usize = 256;

/// By what a folder is watched.
enum Eyes {
    /// The folder is missing. `hollow`: the device of the empty mount point in its place.
    Closed {
        hollow: Option<u64>,
    },
    Tree(Tree),
    Poll(Poll),
}

/// One folder and all that its thread needs.
pub(super) struct Folder {
    key: String,
    root: PathBuf,
    settings: Settings,
    ignore: Ignore,
    shared: Arc<Shared>,
    out: Outbox,
    settle: Settle,
    begun: Instant,
    table: Option<Table>,
    eyes: Eyes,
    /// The folder when it was last there.
    place: Option<Place>,
    /// A rescan to ask for once watching is in place.
    asked: Option<Why>,
    root_lost: bool,
    overflowed: bool,
    opened: Moment,
    /// When to read the events that have begun to gather.
    read_at: Option<Moment>,
    next_probe: Moment,
    next_rescan: Moment,
}

impl Folder {
    pub(super) fn new(
        folder: WatchedFolder,
        mut settings: Settings,
        ignore: Ignore,
        shared: Arc<Shared>,
        events: SyncSender<Event>,
    ) -> Folder {
        settings.poll_every = settings.poll_every.max(SHORTEST);
        settings.rescan_every = settings.rescan_every.max(SHORTEST);
        Folder {
            out: Outbox::new(folder.key.clone(), events),
            key: folder.key,
            root: folder.path,
            settings,
            ignore,
            shared,
            settle: Settle::new(rule(&settings, false)),
            begun: Instant::now(),
            table: Table::open(),
            eyes: Eyes::Closed { hollow: None },
            place: None,
            asked: None,
            root_lost: false,
            overflowed: false,
            opened: Moment::ZERO,
            read_at: None,
            next_probe: Moment::ZERO,
            next_rescan: Moment::MAX,
        }
    }

    /// Watches until asked to stop, or until nobody listens.
    pub(super) fn run(mut self) {
        self.begin();
        while !self.shared.shutdown.asked() && !self.out.is_closed() {
            self.turn();
        }
    }

    fn begin(&mut self) {
        match Place::of(&self.root) {
            Ok(place) => self.open(place, Why::Started),
            Err(error) => self.miss(probe::unreadable(&self.root, &error), None),
        }
    }

    /// Sleeps until there is something to do, and does a bounded part of it.
    fn turn(&mut self) {
        let mounts_changed = self.wait();
        self.out.flush();
        let now = self.now();
        if mounts_changed || self.root_lost || now >= self.next_probe {
            self.probe();
        }
        self.take_mail(now);
        self.watch(now);
        self.look(now);
        self.ask_for_scans(now);
        let watches = if let Eyes::Tree(tree) = &self.eyes { tree.watches() } else { 0 };
        self.shared.note(|health| (health.watches, health.unsettled) = (watches, self.settle.waiting()));
    }

    fn now(&self) -> Moment {
        self.begun.elapsed()
    }

    /// Sleeps until there is something to do; says whether the table of mounts changed.
    fn wait(&mut self) -> bool {
        let now = self.now();
        let mut until = self.next_probe.min(self.next_rescan);
        if self.out.is_clear() {
            until = until.min(self.settle.next_look().unwrap_or(Moment::MAX));
        } else {
            until = until.min(now + RETRY);
        }
        if self.overflowed {
            until = until.min(self.opened + BREATH);
        }
        until = until.min(self.read_at.unwrap_or(Moment::MAX));
        match &self.eyes {
            _ if self.root_lost => until = now,
            Eyes::Tree(tree) if tree.visiting() => until = now,
            Eyes::Poll(poll) => until = until.min(poll.next),
            _ => {}
        }
        let left = until.saturating_sub(now).min(LONGEST);
        let timeout =
            Timespec { tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX), tv_nsec: left.subsec_nanos().into() };
        let mut fds = vec![PollFd::new(&self.shared.wake, PollFlags::IN)];
        let table = self.table.as_ref().map(|table| {
            fds.push(PollFd::new(&table.file, PollFlags::PRI));
            fds.len() - 1
        });
        let tree_fd = if let Eyes::Tree(tree) = &self.eyes { Some(tree.fd()) } else { None };
        let events = tree_fd.as_ref().filter(|_| self.read_at.is_none()).map(|fd| {
            fds.push(PollFd::new(fd, PollFlags::IN));
            fds.len() - 1
        });
        // A signal's interruption is a waking like any other.
        let woken = rustix::event::poll(&mut fds, Some(&timeout)).is_ok();
        let ready =
            |at: Option<usize>| woken && at.and_then(|at| fds.get(at)).is_some_and(|fd| !fd.revents().is_empty());
        let (called, mounts_changed, readable) = (ready(Some(0)), ready(table), ready(events));
        if called {
            let _ = rustix::io::read(self.shared.wake.as_fd(), &mut [0u8; 8]);
        }
        if readable {
            self.read_at = Some(self.now() + GATHER);
        }
        mounts_changed
    }

    /// Compares the folder with what it was.
    fn probe(&mut self) {
        self.next_probe = self.now().saturating_add(self.settings.poll_every);
        let lost = std::mem::take(&mut self.root_lost);
        let place = match Place::of(&self.root) {
            Ok(place) => place,
            Err(error) => return self.miss(probe::unreadable(&self.root, &error), None),
        };
        let hollow = self.place.as_ref().is_some_and(|before| place.hollow_after(before));
        match (&self.eyes, &self.place) {
            (Eyes::Closed { hollow: Some(device) }, _) if place.empty && place.device == *device => {}
            (Eyes::Closed { hollow: None }, _) if hollow => {
                self.miss(probe::unmounted(&self.root), Some(place.device));
            }
            (Eyes::Closed { .. }, _) => {
                self.out.tell(Event::FolderBack { folder: self.key.clone() });
                self.open(place, Why::Mounted);
            }
            (_, Some(before)) if before.same(&place) && !lost => {}
            _ if hollow => self.miss(probe::unmounted(&self.root), Some(place.device)),
            (_, Some(before)) if place.ground.lost_from(&before.ground) => self.open(place, Why::Unmounted),
            (_, Some(before)) if place.ground != before.ground => self.open(place, Why::Mounted),
            _ => self.open(place, Why::LostWatch),
        }
    }

    /// The folder is not there, or not what it was.
    fn miss(&mut self, error: Said, hollow: Option<u64>) {
        self.next_probe = self.now().saturating_add(self.settings.poll_every);
        let mode = Mode::Missing(error.clone());
        if self.shared.health.lock().unwrap_or_else(PoisonError::into_inner).mode == mode {
            return;
        }
        tracing::warn!(folder = self.key, "{error}");
        self.eyes = Eyes::Closed { hollow };
        // What comes back is scanned.
        self.settle = Settle::new(rule(&self.settings, false));
        (self.asked, self.read_at, self.overflowed) = (None, None, false);
        self.next_rescan = Moment::MAX;
        self.shared.note(|health| {
            health.mode = mode;
            health.last_error = Some(error.clone());
        });
        self.out.tell(Event::FolderMissing { folder: self.key.clone(), error });
    }

    /// Begins to watch, or begins anew.
    fn open(&mut self, place: Place, why: Why) {
        // Before new watches are asked for, the old ones are given back.
        self.eyes = Eyes::Closed { hollow: None };
        let reason = if self.settings.force_poll { Some(probe::configured()) } else { place.remote.clone() };
        self.place = Some(place);
        let tree = match reason {
            Some(reason) => Err(reason),
            None => Tree::new(&self.root).map_err(probe::no_inotify),
        };
        match tree {
            Ok(tree) => {
                self.settle.set_rule(rule(&self.settings, false));
                self.settle.signs_lost();
                self.eyes = Eyes::Tree(tree);
                self.shared.note(|health| health.mode = Mode::Inotify);
            }
            Err(reason) => self.poll(reason),
        }
        let now = self.now();
        // A scan that is still to be asked for keeps its reason.
        self.asked = self.asked.or(Some(why));
        (self.read_at, self.overflowed, self.opened) = (None, false, now);
        (self.next_probe, self.next_rescan) =
            (now.saturating_add(self.settings.poll_every), now.saturating_add(self.settings.rescan_every));
    }

    /// Polls from now on.
    fn poll(&mut self, reason: Said) {
        tracing::info!(folder = self.key, "polling: {reason}");
        self.settle.set_rule(rule(&self.settings, true));
        self.settle.signs_lost();
        self.eyes = Eyes::Poll(Poll::default());
        self.shared.note(|health| health.mode = Mode::Polling(reason));
    }

    fn take_mail(&mut self, now: Moment) {
        let mail = std::mem::take(&mut *self.shared.mail.lock().unwrap_or_else(PoisonError::into_inner));
        for path in mail {
            if !self.settle.knows(&path) {
                self.settle.sign(&path, Sign::Seen, now);
            }
        }
    }

    /// Takes in what happened in the folder.
    fn watch(&mut self, now: Moment) {
        let mut notices = Vec::new();
        match &mut self.eyes {
            Eyes::Closed { .. } => return,
            Eyes::Tree(tree) => {
                if self.read_at.is_some_and(|at| at <= now) {
                    match tree.read(&mut notices) {
                        Ok(more) => self.read_at = more.then_some(now),
                        Err(error) => {
                            self.read_at = None;
                            notices.push(Notice::Blind { path: Vec::new(), error });
                            notices.push(Notice::Overflow);
                        }
                    }
                }
                for _ in 0..ROUND {
                    if tree.visiting() && notices.len() < tree::MOST {
                        tree.visit(&mut notices);
                    }
                }
            }
            Eyes::Poll(poll) if poll.next <= now => {
                let begun = Instant::now();
                let Ok(changes) = poll.walk(&self.root, &*self.ignore, &self.shared.shutdown) else { return };
                let took = begun.elapsed();
                poll.walked(self.begun.elapsed(), took, self.settings.poll_every);
                self.shared.note(|health| health.walk = Some(took));
                if changes.blind.iter().any(|blind| blind.path.is_empty()) {
                    self.next_probe = now;
                }
                let changed = changes.changed.into_iter();
                notices.extend(changed.map(|path| Notice::File { path, sign: Sign::Seen }));
                notices.extend(changes.removed.into_iter().map(|path| Notice::Removed { path, is_dir: false }));
                notices.extend(
                    changes
                        .blind
                        .into_iter()
                        .map(|blind| Notice::Blind { path: blind.path, error: std::io::Error::other(blind.error) }),
                );
            }
            Eyes::Poll(_) => {}
        }
        if !notices.is_empty() {
            self.shared.note(|health| health.last_event = Some(Instant::now()));
        }
        for notice in notices {
            self.take(notice);
        }
    }

    fn ignores(&self, path: &[u8]) -> bool {
        (self.ignore)(Path::new(OsStr::from_bytes(path)))
    }

    /// Takes in one notice.
    pub(super) fn take(&mut self, notice: Notice) {
        match notice {
            Notice::File { path, sign } => {
                if self.settle.knows(&path) || !self.ignores(&path) {
                    self.settle.sign(&path, sign, self.now());
                }
            }
            Notice::Removed { path, is_dir } => {
                if is_dir || !self.ignores(&path) {
                    self.settle.forget(&path);
                    self.out.tell(Event::Removed { folder: self.key.clone(), path, is_dir });
                }
            }
            Notice::Overflow => {
                tracing::info!(folder = self.key, "the kernel's queue of events overflowed");
                self.overflowed = true;
                self.shared.note(|health| health.overflows += 1);
            }
            Notice::Crowded => self.asked = self.asked.or(Some(Why::Crowded)),
            Notice::RootLost | Notice::Unmounted => self.root_lost = true,
            Notice::Blind { path, error } => {
                let error = probe::unreadable(&self.root.join(OsStr::from_bytes(&path)), &error);
                tracing::debug!(folder = self.key, "{error}");
                self.shared.note(|health| health.last_error = Some(error));
            }
            Notice::NoWatch(error) => {
                let reason = probe::no_watch(error);
                tracing::warn!(folder = self.key, "{reason}");
                self.shared.note(|health| health.last_error = Some(reason.clone()));
                self.poll(reason);
                (self.asked, self.read_at, self.overflowed) = (Some(Why::WatchLimit), None, false);
            }
        }
    }

    /// Looks at the files whose turn it is.
    fn look(&mut self, now: Moment) {
        for _ in 0..ROUND {
            if !self.out.is_clear() {
                return;
            }
            let root = &self.root;
            let Some((path, verdict)) = self.settle.step(now, |path| look(&root.join(OsStr::from_bytes(path)))) else {
                return;
            };
            let (folder, path) = (self.key.clone(), path.to_vec());
            match verdict {
                Verdict::Settled(Stamp { size, mtime_us }) => {
                    self.out.tell(Event::Settled { folder, path, size, mtime_us });
                }
                Verdict::Growing(Stamp { size, mtime_us }) => {
                    self.out.tell(Event::Growing { folder, path, size, mtime_us });
                }
                Verdict::Waiting | Verdict::Dropped => {}
            }
        }
    }

    /// Asks for scans that are due, once the watching is in place.
    fn ask_for_scans(&mut self, now: Moment) {
        if self.overflowed && now >= self.opened + BREATH {
            match Place::of(&self.root) {
                Ok(place) => self.open(place, Why::Overflow),
                Err(_) => self.root_lost = true,
            }
        }
        if self.settle.relieved() && self.asked.is_none() {
            self.out.rescan(Why::Crowded);
        }
        if now >= self.next_rescan {
            self.next_rescan = now.saturating_add(self.settings.rescan_every);
            if let Eyes::Tree(tree) = &mut self.eyes {
                tree.revisit();
            }
            self.asked = self.asked.or(Some(Why::Interval));
        }
        let in_place = match &self.eyes {
            Eyes::Closed { .. } => false,
            Eyes::Tree(tree) => !tree.visiting(),
            Eyes::Poll(poll) => poll.has_walked(),
        };
        if in_place && let Some(why) = self.asked.take() {
            self.out.rescan(why);
        }
    }
}

/// How long to wait for what, by events or by polling.
fn rule(settings: &Settings, polling: bool) -> Rule {
    let Settings { settle, settle_remote, poll_every, rescan_every, growing_every, most_unsettled, .. } = *settings;
    let common = Rule {
        closed: settle,
        // A file that was there before its directory was watched: its writer may pause, but not for as long as this.
        unseen: settle.saturating_mul(5),
        give_up: rescan_every,
        look_every: settle,
        growing_every,
        most: most_unsettled,
    };
    if polling {
        Rule { closed: settle_remote, unseen: settle_remote, look_every: poll_every.min(settle_remote), ..common }
    } else {
        common
    }
}

/// What lies at a path; links are not followed.
fn look(path: &Path) -> Look {
    match std::fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() => {
            Look::File(Stamp { size: meta.len(), mtime_us: meta.modified().map_or(0, micros) })
        }
        Ok(_) => Look::Gone,
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            Look::Gone
        }
        Err(_) => Look::Unclear,
    }
}

#[cfg(test)]
mod probed;
#[cfg(test)]
pub(super) use probed::Probed;
