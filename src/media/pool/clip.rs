//! A clip as the parent sees it: segments, taken one by one, from a worker that keeps one ahead.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::confused;
use super::slots::Slot;
use crate::media::clip::{ClipAsk, ClipHead, ClipTail};
use crate::media::limits::Limits;
use crate::media::protocol::{Reply, Request};
use crate::model::Unreadable;

/// A clip that is being made: an iterator over its segments, each of which blocks until it is there. The first has the boxes ftyp
/// and moov, each other a moof and its mdat; together they are one mp4 file. It ends after an error.
///
/// Dropped before its end, it ends the worker, whatever that is doing, and gives its place free.
#[derive(Debug)]
pub struct Clip {
    head: ClipHead,
    tail: Option<ClipTail>,
    /// Until the end.
    slot: Option<Slot>,
    limit: Duration,
    leaver: Leaver,
}

/// Ends a clip from another thread than the one that waits for its next segment, which then gets an error. Clones end the same
/// clip; after its end they do nothing.
#[derive(Clone, Debug, Default)]
pub struct Leaver(Arc<Mutex<Option<OwnedFd>>>);

impl Leaver {
    /// Of a worker that is ours just now.
    fn of(pid: u32) -> Leaver {
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        // A kernel without them (before 5.3) lets a clip end at its next segment.
        Leaver(Arc::new(Mutex::new(pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()))))
    }

    /// Nobody watches any more: the worker ends at once, whatever it is doing.
    pub fn leave(&self) {
        // Under the lock, so that the worker is still this clip's.
        if let Some(worker) = self.held().take() {
            // Fails only when it has ended already.
            let _ = pidfd_send_signal(worker, Signal::KILL);
        }
    }

    /// From now on there is nothing to end; whether there was.
    fn disarm(&self) -> bool {
        self.held().take().is_some()
    }

    fn held(&self) -> MutexGuard<'_, Option<OwnedFd>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clip {
    /// Asks, and waits for the head.
    pub(super) fn begin(mut slot: Slot, file: &File, ask: ClipAsk, limits: &Limits) -> Result<Clip, Unreadable> {
        let worker = slot.worker()?;
        match worker.ask(&Request::Clip(ask), file, limits.frame, limits.frame)? {
            Reply::ClipHead(head) => {
                worker.more(limits.segment);
                let leaver = Leaver::of(worker.pid());
                Ok(Clip { head, tail: None, slot: Some(slot), limit: limits.segment, leaver })
            }
            Reply::Unreadable(unreadable) => Err(unreadable),
            _ => Err(confused("another answer than asked for")),
        }
    }

    /// What is known before the first byte.
    pub fn head(&self) -> &ClipHead {
        &self.head
    }

    /// What is known at the end: after the last segment.
    pub fn tail(&self) -> Option<ClipTail> {
        self.tail
    }

    /// What ends it from elsewhere.
    pub fn leaver(&self) -> Leaver {
        self.leaver.clone()
    }

    fn take(&mut self) -> Result<Option<Vec<u8>>, Unreadable> {
        let Some(slot) = &mut self.slot else { return Ok(None) };
        let worker = slot.worker()?;
        match worker.next(self.limit)? {
            Reply::ClipSegment(bytes) => {
                worker.more(self.limit);
                Ok(Some(bytes))
            }
            Reply::ClipEnd(tail) => {
                // Before the worker may serve somebody else; not one that is about to die.
                if self.leaver.disarm() {
                    slot.keep();
                }
                self.tail = Some(tail);
                self.slot = None;
                Ok(None)
            }
            Reply::Unreadable(unreadable) => Err(unreadable),
            _ => Err(confused("another answer than asked for")),
        }
    }
}

impl Iterator for Clip {
    type Item = Result<Vec<u8>, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        let taken = self.take();
        if taken.is_err() {
            self.slot = None;
        }
        taken.transpose()
    }
}

impl Drop for Clip {
    fn drop(&mut self) {
        self.leaver.disarm();
    }
}
