//! A clip as the parent sees it: segments, taken one by one, from a worker that keeps one ahead.

use std::fs::File;
use std::time::Duration;

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
}

impl Clip {
    /// Asks, and waits for the head.
    pub(super) fn begin(mut slot: Slot, file: &File, ask: ClipAsk, limits: &Limits) -> Result<Clip, Unreadable> {
        let worker = slot.worker()?;
        match worker.ask(&Request::Clip(ask), file, limits.frame, limits.frame)? {
            Reply::ClipHead(head) => {
                worker.more(limits.segment);
                Ok(Clip { head, tail: None, slot: Some(slot), limit: limits.segment })
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

    fn take(&mut self) -> Result<Option<Vec<u8>>, Unreadable> {
        let Some(slot) = &mut self.slot else { return Ok(None) };
        let worker = slot.worker()?;
        match worker.next(self.limit)? {
            Reply::ClipSegment(bytes) => {
                worker.more(self.limit);
                Ok(Some(bytes))
            }
            Reply::ClipEnd(tail) => {
                slot.keep();
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
