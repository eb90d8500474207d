//! The shortest way along the roads (Dijkstra, 1959).

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, HashSet};

use super::{Edge, Roads, Snap};
use crate::model::Point;
use crate::place::shape::length_m;

/// What somebody travels by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vehicle {
    /// On foot, against one-way streets too.
    Foot,
    /// By bicycle.
    Bicycle,
    /// By motorcycle.
    Motorcycle,
    /// By car.
    Motorcar,
    /// By anything that goes there: the mere course of the roads.
    Any,
}

/// How to travel. Turn restrictions and barriers are not looked at.
#[derive(Clone, Copy, Debug)]
pub struct Travel<'a> {
    /// By what.
    pub by: Vehicle,
    /// Whether one-way streets are driven in their direction only.
    pub obey_oneway: bool,
    /// Only on these roads, where named.
    pub only: Option<&'a HashSet<u32>>,
    /// A point is taken to a road that is not farther than this, metres.
    pub snap_m: f64,
}

impl Travel<'static> {
    /// By anything, in any direction, from points within 200 m of a road.
    pub const ANYHOW: Travel<'static> = Travel { by: Vehicle::Any, obey_oneway: false, only: None, snap_m: 200.0 };
}

/// A way along the roads.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Metres along the roads, from the first point on a road to the last.
    pub length_m: f64,
    /// The points of the way, from the first point on a road to the last; at least two.
    pub points: Vec<Point>,
}

/// A node that can be reached, the nearest first in a heap.
#[derive(PartialEq)]
struct Reached {
    metres: f64,
    node: u32,
}

impl Eq for Reached {}

impl Ord for Reached {
    fn cmp(&self, other: &Reached) -> Ordering {
        other.metres.total_cmp(&self.metres).then(other.node.cmp(&self.node))
    }
}

impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Reached) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Roads {
    /// Metres along the roads between the points of them that are nearest to two points; none where no road is near, or none
    /// leads there.
    pub fn distance_m(&self, from: Point, to: Point, travel: &Travel<'_>) -> Option<f64> {
        self.path(from, to, travel).map(|path| path.length_m)
    }

    /// The shortest way between the points of the roads that are nearest to two points.
    pub fn path(&self, from: Point, to: Point, travel: &Travel<'_>) -> Option<Path> {
        let takes = |edge: &Edge| self.on_road(edge, travel);
        let start = self.snap(from, travel.snap_m, &takes)?;
        let goal = self.snap(to, travel.snap_m, &takes)?;
        let direct = self.direct(&start, &goal, travel);
        // From the start's stretch to its two ends, and from the goal's two ends to it.
        let mut heap = BinaryHeap::new();
        let mut best: HashMap<u32, (f64, Option<u32>)> = HashMap::new();
        for (node, metres) in self.ends(&start, travel, true) {
            if best.get(&node).is_none_or(|(known, _)| metres < *known) {
                best.insert(node, (metres, None));
                heap.push(Reached { metres, node });
            }
        }
        let goals: HashMap<u32, f64> = self.ends(&goal, travel, false).into_iter().collect();
        let mut found: Option<(f64, u32)> = None;
        while let Some(Reached { metres, node }) = heap.pop() {
            let bound = found.map_or(f64::INFINITY, |(total, _)| total).min(direct.unwrap_or(f64::INFINITY));
            if metres >= bound {
                break;
            }
            if best.get(&node).is_some_and(|(known, _)| metres > *known) {
                continue;
            }
            if let Some(rest) = goals.get(&node)
                && metres + rest < bound
            {
                found = Some((metres + rest, node));
            }
            for edge in self.leaving(node).iter().filter(|edge| self.allowed(edge, travel)) {
                let next = metres + edge.length_m;
                if best.get(&edge.to).is_none_or(|(known, _)| next < *known) {
                    best.insert(edge.to, (next, Some(node)));
                    heap.push(Reached { metres: next, node: edge.to });
                }
            }
        }
        let Some((length_m, last)) = found else {
            return direct.map(|length_m| Path { length_m, points: vec![start.at, goal.at] });
        };
        let mut nodes = vec![last];
        while let Some(before) = nodes.last().and_then(|node| best.get(node)).and_then(|(_, before)| *before) {
            nodes.push(before);
        }
        let inner = nodes.iter().rev().map(|node| self.at(*node));
        let points = std::iter::once(start.at).chain(inner).chain(std::iter::once(goal.at)).collect();
        Some(Path { length_m, points })
    }

    /// Metres between two points of one stretch.
    fn direct(&self, start: &Snap, goal: &Snap, travel: &Travel<'_>) -> Option<f64> {
        let same = (start.edge.from, start.edge.to, start.edge.road) == (goal.edge.from, goal.edge.to, goal.edge.road);
        if !same {
            return None;
        }
        let ahead = goal.share >= start.share;
        let edge = if ahead { Some(start.edge) } else { self.back(&start.edge) };
        let metres = (goal.share - start.share).abs() * start.edge.length_m;
        edge.filter(|edge| self.allowed(edge, travel)).map(|_| metres)
    }

    /// The ends of a stretch that a point on it leads to (or from), and how far they are.
    fn ends(&self, snap: &Snap, travel: &Travel<'_>, leaving: bool) -> Vec<(u32, f64)> {
        let (edge, length) = (snap.edge, snap.edge.length_m);
        let ahead = (edge.to, (1.0 - snap.share) * length);
        let behind = (edge.from, snap.share * length);
        let along = self.allowed(&edge, travel);
        let against = self.back(&edge).is_some_and(|edge| self.allowed(&edge, travel));
        let (to_end, to_start) = if leaving { (along, against) } else { (against, along) };
        [to_end.then_some(ahead), to_start.then_some(behind)].into_iter().flatten().collect()
    }

    fn back(&self, edge: &Edge) -> Option<Edge> {
        self.leaving(edge.to).iter().find(|back| back.to == edge.from && back.road == edge.road).copied()
    }

    /// Whether a vehicle may use an edge, in its direction.
    pub fn may_use(&self, edge: &Edge, by: Vehicle) -> bool {
        self.allowed(edge, &Travel { by, obey_oneway: by != Vehicle::Any, ..Travel::ANYHOW })
    }

    /// Whether the road may be used at all, in any direction.
    fn on_road(&self, edge: &Edge, travel: &Travel<'_>) -> bool {
        let Some(road) = self.road(edge.road) else { return false };
        let may = match travel.by {
            Vehicle::Foot => road.access.foot,
            Vehicle::Bicycle => road.access.bicycle,
            Vehicle::Motorcycle => road.access.motorcycle,
            Vehicle::Motorcar => road.access.motorcar,
            Vehicle::Any => true,
        };
        may && travel.only.is_none_or(|only| only.contains(&edge.road))
    }

    fn allowed(&self, edge: &Edge, travel: &Travel<'_>) -> bool {
        let any_direction = !travel.obey_oneway || travel.by == Vehicle::Foot;
        self.on_road(edge, travel) && (edge.drivable || any_direction)
    }
}

impl Path {
    /// The straight line, where there are no roads.
    pub fn straight(from: Point, to: Point) -> Path {
        Path { length_m: length_m(&[from, to]), points: vec![from, to] }
    }
}
