//! Turns that are forbidden, and what stands in a road's way.
//!
//! <https://wiki.openstreetmap.org/wiki/Relation:restriction>: a `no_…` forbids one turn, an `only_…` every other one. They bind who
//! drives, not who walks. Restrictions that go through a road rather than a point are rare and not kept.
//! <https://wiki.openstreetmap.org/wiki/Key:barrier>: which barriers let whom pass, where their own tags are not kept.

use std::collections::{HashMap, HashSet};

use super::{Roads, Vehicle};
use crate::place::source::{Barrier, Restriction, Source};

/// What is forbidden where.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns {
    /// From a road, over a node, to a road; by the map's numbers of roads and our places of nodes.
    forbidden: HashSet<(i64, u32, i64)>,
    /// From a road over a node only to these roads.
    only: HashMap<(i64, u32), Vec<i64>>,
    barriers: HashMap<u32, Barred>,
    /// The nodes of all of these.
    told: HashSet<u32>,
}

/// Who cannot pass a barrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Barred {
    /// Cars and trucks.
    Cars,
    /// All that has a motor.
    Motors,
    /// All but walkers.
    Riders,
    /// Everybody.
    All,
}

/// Whom a barrier of a kind keeps out; none for gates and the like, which are open to whoever lives there.
fn barred(kind: &str) -> Option<Barred> {
    match kind {
        "bollard" | "block" | "jersey_barrier" | "planter" | "bus_trap" | "sump_buster" | "log" => Some(Barred::Cars),
        "motorcycle_barrier" | "cycle_barrier" | "chicane" => Some(Barred::Motors),
        "kissing_gate" | "stile" | "turnstile" | "full-height_turnstile" | "horse_stile" => Some(Barred::Riders),
        "wall" | "fence" | "debris" => Some(Barred::All),
        _ => None,
    }
}

impl Turns {
    /// What the sources tell, by the places that the nodes have in the graph.
    pub(super) fn new(sources: &[Source], node: impl Fn(i64) -> Option<u32>) -> Turns {
        let mut turns = Turns::default();
        for Restriction { kind, from, via, to } in sources.iter().flat_map(|source| &source.restrictions) {
            let [via] = via.as_slice() else { continue };
            let Some(via) = node(*via) else { continue };
            turns.told.insert(via);
            if kind.starts_with("no_") {
                turns.forbidden.insert((*from, via, *to));
            } else if kind.starts_with("only_") {
                turns.only.entry((*from, via)).or_default().push(*to);
            }
        }
        for Barrier { node: number, kind } in sources.iter().flat_map(|source| &source.barriers) {
            if let (Some(node), Some(barred)) = (node(*number), barred(kind)) {
                turns.told.insert(node);
                turns.barriers.entry(node).and_modify(|known| *known = barred.max(*known)).or_insert(barred);
            }
        }
        turns
    }
}

impl Roads {
    /// Whether one may turn at a node from a road into a road (places in [`Roads::road`]). Walkers and [`Vehicle::Any`] may always.
    pub fn may_turn(&self, from: u32, via: u32, to: u32, by: Vehicle) -> bool {
        if matches!(by, Vehicle::Foot | Vehicle::Any) {
            return true;
        }
        let number = |road: u32| self.road(road).map_or(0, |road| road.id);
        let (from, to) = (number(from), number(to));
        let only = self.turns.only.get(&(from, via));
        !self.turns.forbidden.contains(&(from, via, to)) && only.is_none_or(|only| only.contains(&to))
    }

    /// Whether something that stands at a node keeps a vehicle out.
    pub fn is_barred(&self, node: u32, by: Vehicle) -> bool {
        let Some(barred) = self.turns.barriers.get(&node) else { return false };
        match by {
            Vehicle::Foot => *barred >= Barred::All,
            Vehicle::Bicycle => *barred >= Barred::Riders,
            Vehicle::Motorcycle => *barred >= Barred::Motors,
            Vehicle::Motorcar => true,
            Vehicle::Any => false,
        }
    }

    /// Whether something is told of a node, so that it may not be left out of the graph.
    pub fn is_told_of(&self, node: u32) -> bool {
        self.turns.told.contains(&node)
    }

    /// How many forbidden (or only allowed) turns and barriers the graph knows.
    pub fn turns_and_barriers(&self) -> (usize, usize) {
        (self.turns.forbidden.len() + self.turns.only.len(), self.turns.barriers.len())
    }
}
