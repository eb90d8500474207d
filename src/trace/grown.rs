//! Trees that were grown once are kept, as many as there is room for: a tracer may live as long as the daemon.

use std::sync::Arc;

use super::tree::Tree;

/// So many steps are kept at most, some 50 bytes each: the ways from a dozen sightings in a city, from a hundred in a ward.
const MOST_STEPS: usize = 2_500_000;

/// A direction (backward or not) and a camera.
type Key = (bool, u32);

/// The trees of all tastes from some cameras, the one that was asked for last at the end.
#[derive(Default)]
pub(super) struct Grown(Vec<(Key, Arc<Vec<Tree>>)>);

impl Grown {
    pub(super) fn get(&mut self, key: Key) -> Option<Arc<Vec<Tree>>> {
        let place = self.0.iter().position(|(known, _)| *known == key)?;
        let found = self.0.remove(place);
        let trees = found.1.clone();
        self.0.push(found);
        Some(trees)
    }

    pub(super) fn keep(&mut self, key: Key, trees: Arc<Vec<Tree>>) {
        self.0.retain(|(known, _)| *known != key);
        self.0.push((key, trees));
        let mut steps: usize = self.0.iter().map(|(_, trees)| size(trees)).sum();
        // The newest stays, however large it is.
        while steps > MOST_STEPS && self.0.len() > 1 {
            steps -= size(&self.0.remove(0).1);
        }
    }
}

fn size(trees: &[Tree]) -> usize {
    trees.iter().map(|tree| tree.steps.len() + tree.entries.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::tree::{NONE, Step};

    #[test]
    fn what_was_asked_for_longest_ago_makes_room() {
        let step = Step { link: 0, parent: NONE, seconds: 0.0, metres: 0.0, junctions: 0.0, root: 0 };
        let third = Arc::new(vec![Tree { steps: vec![step; MOST_STEPS / 3], entries: vec![], step_of: vec![] }]);
        let mut grown = Grown::default();
        for camera in 0..3 {
            grown.keep((false, camera), third.clone());
        }
        assert!(grown.get((false, 0)).is_some() && grown.get((true, 0)).is_none());
        grown.keep((true, 0), third);
        let kept: Vec<Key> = grown.0.iter().map(|(key, _)| *key).collect();
        assert_eq!(kept, [(false, 2), (false, 0), (true, 0)]);
    }
}
