//! The way to the receiver: never waits, never grows without bound, loses nothing without owning up to it.

use std::collections::VecDeque;
use std::sync::mpsc::{SyncSender, TrySendError};

use super::event::{Event, Why};

/// Removals that wait beyond so many are left to a rescan.
const MOST: usize = 4096;

pub(super) struct Outbox {
    folder: String,
    to: SyncSender<Event>,
    waiting: VecDeque<Event>,
    closed: bool,
}

impl Outbox {
    pub(super) fn new(folder: String, to: SyncSender<Event>) -> Outbox {
        Outbox { folder, to, waiting: VecDeque::new(), closed: false }
    }

    /// Tells something. Of wishes and states of the folder only the last of each kind waits.
    pub(super) fn tell(&mut self, event: Event) {
        if self.waiting.back() == Some(&event) {
            return;
        }
        match event {
            Event::FolderMissing { .. } | Event::FolderBack { .. } => {
                self.waiting.retain(|e| !matches!(e, Event::FolderMissing { .. } | Event::FolderBack { .. }));
            }
            Event::Rescan { .. } => self.waiting.retain(|waiting| *waiting != event),
            _ if self.waiting.len() >= MOST => return self.rescan(Why::Crowded),
            _ => {}
        }
        self.waiting.push_back(event);
        self.flush();
    }

    /// Asks for a scan.
    pub(super) fn rescan(&mut self, why: Why) {
        self.tell(Event::Rescan { folder: self.folder.clone(), why });
    }

    /// Sends what waits, as far as the receiver takes it.
    pub(super) fn flush(&mut self) {
        while let Some(event) = self.waiting.pop_front() {
            match self.to.try_send(event) {
                Ok(()) => {}
                Err(TrySendError::Full(event)) => return self.waiting.push_front(event),
                Err(TrySendError::Disconnected(_)) => {
                    self.closed = true;
                    return self.waiting.clear();
                }
            }
        }
    }

    /// Whether nothing waits, so that there is no harm in telling more.
    pub(super) fn is_clear(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether nobody listens any more.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::sync_channel;

    #[test]
    fn a_receiver_that_sleeps_is_told_to_scan_instead_of_everything() {
        let (to, from) = sync_channel(10);
        let mut outbox = Outbox::new("yard".to_owned(), to);
        for n in 0..10_000u32 {
            let path = n.to_string().into_bytes();
            outbox.tell(Event::Removed { folder: "yard".to_owned(), path, is_dir: false });
        }
        let mut events = Vec::new();
        while !outbox.is_clear() {
            events.extend(from.try_iter());
            outbox.flush();
        }
        events.extend(from.try_iter());
        assert!(events.len() <= MOST + 11, "{}", events.len());
        assert_eq!(events.last(), Some(&Event::Rescan { folder: "yard".to_owned(), why: Why::Crowded }));
        drop(from);
        outbox.rescan(Why::Interval);
        assert!(outbox.is_closed());
    }
}
