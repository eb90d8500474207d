//! Waiting until a file is complete: a state machine without clock, threads or files, fed with signs and with looks.
//!
//! Time is a [`Moment`] of a clock that never jumps; the wall clock has no say. Modification times are only compared for
//! being the same, so that a clock that is set back changes nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// Time since some fixed instant, by a monotonic clock.
pub type Moment = Duration;

/// What tells that a file has not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Modification time, microseconds since 1970.
    pub mtime_us: i64,
}

/// Something that hints at a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It was written to.
    Written,
    /// A writer closed it, or it was renamed to its name: it can be complete.
    Closed,
    /// It is there; nobody knows whether somebody still writes.
    Seen,
}

/// What lies at a path now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A regular file.
    File(Stamp),
    /// Nothing, or no regular file.
    Gone,
    /// It cannot be told now.
    Unclear,
}

/// What a look led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Complete, as far as can be told; it is no longer waited for.
    Settled(Stamp),
    /// It changed since the last look.
    Growing(Stamp),
    /// Nothing to tell yet.
    Waiting,
    /// No longer waited for: it is gone, or it is held open and silent for so long that the next scan will do.
    Dropped,
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Unchanged for so long after a closing.
    pub closed: Duration,
    /// Unchanged for so long where nobody saw a closing.
    pub unseen: Duration,
    /// A file that was written to and not closed is given up after so long without a change.
    pub give_up: Duration,
    /// The time between two looks at a file that is waited for.
    pub look_every: Duration,
    /// The time from the first sign of a file to its first [`Verdict::Growing`], and the least between two of them.
    pub growing_every: Duration,
    /// How many files are waited for at once.
    pub most: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hand {
    Writing,
    Done,
    Unknown,
}

struct Waiting {
    hand: Hand,
    stamp: Option<Stamp>,
    /// The last sign of a change.
    since: Moment,
    begun: Moment,
    told_growing: Option<Moment>,
    /// Its place in the schedule.
    wake: (Moment, u64),
}

/// The files that are waited for.
pub struct Settle {
    rule: Rule,
    files: HashMap<Arc<[u8]>, Waiting>,
    schedule: BTreeMap<(Moment, u64), Arc<[u8]>>,
    next_id: u64,
    now: Moment,
    refused: bool,
}

impl Settle {
    /// Waits for nothing yet.
    pub fn new(rule: Rule) -> Settle {
        Settle { rule, files: HashMap::new(), schedule: BTreeMap::new(), next_id: 0, now: Moment::ZERO, refused: false }
    }

    /// Goes on by another rule; files that are waited for are so by the new one from their next look on.
    pub fn set_rule(&mut self, rule: Rule) {
        self.rule = rule;
    }

    /// How many files are waited for.
    pub fn waiting(&self) -> usize {
        self.files.len()
    }

    /// Whether a file is waited for.
    pub fn knows(&self, path: &[u8]) -> bool {
        self.files.contains_key(path)
    }

    /// Takes a sign. Where the room is full, a file that is not yet waited for is refused, which [`Settle::relieved`]
    /// tells later.
    pub fn sign(&mut self, path: &[u8], sign: Sign, now: Moment) {
        let now = self.later(now);
        if let Some(file) = self.files.get_mut(path) {
            match sign {
                Sign::Written => (file.hand, file.since) = (Hand::Writing, now),
                // A look at once, so that the waiting starts from what the file is now.
                Sign::Closed => {
                    (file.hand, file.since) = (Hand::Done, now);
                    if let Some(path) = self.schedule.remove(&file.wake) {
                        file.wake.0 = now;
                        self.schedule.insert(file.wake, path);
                    }
                }
                // Told when watching begins anew: a closing may have gone unseen.
                Sign::Seen if file.hand == Hand::Writing => (file.hand, file.since) = (Hand::Unknown, now),
                Sign::Seen => {}
            }
            return;
        }
        if self.files.len() >= self.rule.most {
            self.refused = true;
            return;
        }
        let hand = match sign {
            Sign::Written => Hand::Writing,
            Sign::Closed => Hand::Done,
            Sign::Seen => Hand::Unknown,
        };
        let wake = (now, self.next_id);
        self.next_id += 1;
        let path: Arc<[u8]> = path.into();
        self.schedule.insert(wake, Arc::clone(&path));
        self.files.insert(path, Waiting { hand, stamp: None, since: now, begun: now, told_growing: None, wake });
    }

    /// Once true after files were refused for want of room, when there is room again: the caller has to scan.
    pub fn relieved(&mut self) -> bool {
        let relieved = self.refused && self.files.len() <= self.rule.most / 2;
        self.refused &= !relieved;
        relieved
    }

    /// Signs were lost: no closing can be relied on to come.
    pub fn signs_lost(&mut self) {
        for file in self.files.values_mut().filter(|file| file.hand == Hand::Writing) {
            file.hand = Hand::Unknown;
        }
    }

    /// Waits no longer for a file.
    pub fn forget(&mut self, path: &[u8]) {
        if let Some(file) = self.files.remove(path) {
            self.schedule.remove(&file.wake);
        }
    }

    /// When the next file wants a look.
    pub fn next_look(&self) -> Option<Moment> {
        self.schedule.first_key_value().map(|((at, _), _)| *at)
    }

    /// Looks at the file whose turn it is; `None` when none wants a look yet.
    pub fn step(&mut self, now: Moment, look: impl FnOnce(&[u8]) -> Look) -> Option<(Arc<[u8]>, Verdict)> {
        let now = self.later(now);
        let entry = self.schedule.first_entry().filter(|entry| entry.key().0 <= now)?;
        let path = entry.remove();
        let rule = self.rule;
        let file = self.files.get_mut(&path)?;
        let verdict = file.looked(look(&path), now, &rule);
        if matches!(verdict, Verdict::Settled(_) | Verdict::Dropped) {
            self.files.remove(&path);
        } else {
            file.wake.0 = file.next_wake(now, &rule);
            self.schedule.insert(file.wake, Arc::clone(&path));
        }
        Some((path, verdict))
    }

    /// A clock that steps back stands still here.
    fn later(&mut self, now: Moment) -> Moment {
        self.now = self.now.max(now);
        self.now
    }
}

impl Waiting {
    fn looked(&mut self, look: Look, now: Moment, rule: &Rule) -> Verdict {
        let stamp = match look {
            Look::Gone => return Verdict::Dropped,
            Look::Unclear => return Verdict::Waiting,
            Look::File(stamp) => stamp,
        };
        let before = self.stamp.replace(stamp);
        if before != Some(stamp) {
            self.since = now;
        }
        if before.is_some_and(|before| before != stamp) {
            // Most files are complete before it is worth telling of them.
            let quiet_from = self.told_growing.unwrap_or(self.begun);
            if now.saturating_sub(quiet_from) >= rule.growing_every {
                self.told_growing = Some(now);
                return Verdict::Growing(stamp);
            }
            return Verdict::Waiting;
        }
        if before.is_none() || now < self.deadline(rule) {
            Verdict::Waiting
        } else if self.hand == Hand::Writing {
            Verdict::Dropped
        } else {
            Verdict::Settled(stamp)
        }
    }

    fn deadline(&self, rule: &Rule) -> Moment {
        self.since.saturating_add(match self.hand {
            Hand::Writing => rule.give_up,
            Hand::Done => rule.closed,
            Hand::Unknown => rule.unseen,
        })
    }

    /// Never at once again, whatever the rule says: a look that leads nowhere must not be repeated without end.
    fn next_wake(&self, now: Moment, rule: &Rule) -> Moment {
        self.deadline(rule).min(now.saturating_add(rule.look_every)).max(now + Duration::from_millis(1))
    }
}

#[cfg(test)]
mod tests;
