//! A folder turned by hand, for what cannot be brought about while its thread runs.

use std::sync::mpsc::{Receiver, sync_channel};

use rustix::fs::inotify::ReadFlags;

use super::*;

pub(in crate::watch) struct Probed {
    folder: Folder,
    events: Receiver<Event>,
}

impl Probed {
    pub(in crate::watch) fn begin(root: &Path, settings: Settings, ignore: Ignore) -> Probed {
        let (to, events) = sync_channel(100_000);
        let watched = WatchedFolder { key: "yard".to_owned(), path: root.to_owned() };
        let shared = Arc::new(Shared::new(&watched.key).unwrap());
        let mut folder = Folder::new(watched, settings, ignore, shared, to);
        folder.begin();
        Probed { folder, events }
    }

    fn turn_until(&mut self, wanted: impl Fn(&Event) -> bool) {
        let begun = Instant::now();
        while !self.events.try_iter().any(|event| wanted(&event)) {
            assert!(begun.elapsed() < Duration::from_secs(60));
            self.folder.turn();
        }
    }

    pub(in crate::watch) fn until(&mut self, wanted: &Event) {
        self.turn_until(|event| event == wanted);
    }

    pub(in crate::watch) fn until_settled(&mut self, wanted: &[u8]) {
        self.turn_until(|event| matches!(event, Event::Settled { path, .. } if path == wanted));
    }

    /// Lets the kernel say something.
    pub(in crate::watch) fn feed(&mut self, what: ReadFlags) {
        let mut notices = Vec::new();
        if let Eyes::Tree(tree) = &mut self.folder.eyes {
            tree.take(-1, what, None, &mut notices);
        }
        notices.into_iter().for_each(|notice| self.folder.take(notice));
    }

    pub(in crate::watch) fn watches(&self) -> usize {
        self.folder.shared.health.lock().unwrap().watches
    }

    pub(in crate::watch) fn overflows(&self) -> u64 {
        self.folder.shared.health.lock().unwrap().overflows
    }

    /// Runs for a while; says what it cost in CPU time, and how often it woke.
    pub(in crate::watch) fn idle(mut self, time: Duration) -> (Duration, usize) {
        let shared = Arc::clone(&self.folder.shared);
        let alarm = std::thread::spawn(move || {
            std::thread::sleep(time);
            shared.stop();
        });
        let cpu = || {
            let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
            let first = text.split(' ').next().and_then(|ns| ns.parse().ok());
            Duration::from_nanos(first.unwrap_or(0))
        };
        let (before, mut turns) = (cpu(), 0);
        while !self.folder.shared.shutdown.asked() {
            self.folder.turn();
            turns += 1;
        }
        alarm.join().unwrap();
        (cpu().saturating_sub(before), turns)
    }
}
