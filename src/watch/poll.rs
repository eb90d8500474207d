//! Watching without events: walks a folder again and again, and compares.

use std::cmp::Ordering;
use std::path::Path;
use std::time::Duration;

use super::scan::{Blind, Found, scan};
use super::settle::Moment;
use crate::base::Result;
use crate::base::shutdown::Shutdown;

/// Of the time, at most one part in so many goes into walking.
const SHARE: u32 = 5;

/// What a folder held at the last walk. Memory: about 100 bytes a file, twice that during a walk.
#[derive(Default)]
pub(super) struct Poll {
    before: Option<Vec<Found>>,
    /// When to walk next.
    pub(super) next: Moment,
}

/// What changed between two walks.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// New files, and those whose size or time differs.
    pub(super) changed: Vec<Vec<u8>>,
    /// Gone from where they were.
    pub(super) removed: Vec<Vec<u8>>,
    /// What could not be looked at.
    pub(super) blind: Vec<Blind>,
}

impl Poll {
    /// Walks the folder and says what changed since the last walk. What lies in a directory that cannot be read now
    /// counts as unchanged.
    ///
    /// # Errors
    /// Only when asked to stop.
    pub(super) fn walk(
        &mut self,
        folder: &Path,
        ignore: &dyn Fn(&Path) -> bool,
        shutdown: &Shutdown,
    ) -> Result<Changes> {
        let scan = scan(folder, ignore, shutdown)?;
        let mut now = scan.found;
        now.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let mut changes = Changes { blind: scan.blind, ..Changes::default() };
        if let Some(before) = self.before.take() {
            let mut hidden = compare(before, &now, &mut changes);
            if !hidden.is_empty() {
                now.append(&mut hidden);
                now.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            }
        }
        self.before = Some(now);
        Ok(changes)
    }

    /// Whether there is a walk to compare the next one with.
    pub(super) fn has_walked(&self) -> bool {
        self.before.is_some()
    }

    /// Says when to walk again after a walk that ended at `now` and took `took`.
    pub(super) fn walked(&mut self, now: Moment, took: Duration, every: Duration) {
        self.next = now.saturating_add(every.max(took.saturating_mul(SHARE - 1)));
    }
}

/// Merges two lists in order of path; gives back the files that are hidden from view and were there before.
fn compare(before: Vec<Found>, now: &[Found], changes: &mut Changes) -> Vec<Found> {
    let mut hidden = Vec::new();
    let mut now = now.iter().peekable();
    for old in before {
        while let Some(new) = now.next_if(|new| new.path < old.path) {
            changes.changed.push(new.path.clone());
        }
        match now.peek().map(|new| new.path.cmp(&old.path)) {
            Some(Ordering::Equal) => {
                if let Some(new) = now.next().filter(|new| **new != old) {
                    changes.changed.push(new.path.clone());
                }
            }
            _ if changes.blind.iter().any(|blind| blind.hides(&old.path)) => hidden.push(old),
            _ => changes.removed.push(old.path),
        }
    }
    changes.changed.extend(now.map(|new| new.path.clone()));
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn list(files: &BTreeMap<u8, u64>) -> Vec<Found> {
        files.iter().map(|(name, size)| Found { path: vec![*name], size: *size, mtime_us: 0 }).collect()
    }

    proptest! {
        #[test]
        fn a_comparison_is_the_difference_of_two_sets(
            before in proptest::collection::btree_map(any::<u8>(), 0u64..3, 0..40),
            now in proptest::collection::btree_map(any::<u8>(), 0u64..3, 0..40),
        ) {
            let mut changes = Changes::default();
            let hidden = compare(list(&before), &list(&now), &mut changes);
            prop_assert!(hidden.is_empty());
            let changed: Vec<_> =
                now.iter().filter(|(name, size)| before.get(name) != Some(size)).map(|(name, _)| vec![*name]).collect();
            let removed: Vec<_> = before.keys().filter(|name| !now.contains_key(name)).map(|name| vec![*name]).collect();
            prop_assert_eq!((changes.changed, changes.removed), (changed, removed));
        }
    }

    #[test]
    fn what_is_hidden_is_not_taken_for_gone() {
        let before = list(&BTreeMap::from([(b'a', 1), (b'b', 1)]));
        let blind = vec![Blind { path: b"a".to_vec(), error: "refused".to_owned() }];
        let mut changes = Changes { blind, ..Changes::default() };
        let hidden = compare(before, &[], &mut changes);
        assert_eq!(hidden.iter().map(|f| f.path.clone()).collect::<Vec<_>>(), [b"a".to_vec()]);
        assert_eq!(changes.removed, [b"b".to_vec()]);
    }

    #[test]
    fn long_walks_are_spaced() {
        let mut poll = Poll::default();
        let second = Duration::from_secs(1);
        poll.walked(100 * second, second, 10 * second);
        assert_eq!(poll.next, 110 * second);
        poll.walked(100 * second, 30 * second, 10 * second);
        assert_eq!(poll.next, 220 * second);
    }
}
