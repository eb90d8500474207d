//! Rings from the ways that an area's border is cut into.

use crate::place::shape::Fixed;

/// Joins lines end to end into closed rings. What does not close, since an extract lacks a piece, is left out.
pub(super) fn rings(mut lines: Vec<Vec<Fixed>>) -> Vec<Vec<Fixed>> {
    lines.retain(|line| line.len() > 1);
    let mut rings = Vec::new();
    while let Some(mut ring) = lines.pop() {
        while ring.first() != ring.last() {
            let end = ring.last().copied();
            let next = lines.iter().position(|line| line.first().copied() == end || line.last().copied() == end);
            let Some(next) = next else { break };
            let mut piece = lines.swap_remove(next);
            if piece.first().copied() != end {
                piece.reverse();
            }
            ring.extend(piece.into_iter().skip(1));
        }
        if ring.first() == ring.last() && ring.len() > 3 {
            ring.pop();
            rings.push(ring);
        }
    }
    rings
}
