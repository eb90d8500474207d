//! The roads as a graph: which meet where, how far it is from one point to another along them, what is cut off.
//!
//! Every point of a road is a node, every stretch between two of them an edge in each direction that somebody may use. Roads of
//! OpenStreetMap meet where they share a node's number (a bridge shares none with the road below it), others where they share a point.

mod path;
mod seen;
mod snap;
#[cfg(test)]
mod tests;
mod turns;

use std::collections::{BTreeSet, HashMap};

pub use path::{Path, Travel, Vehicle};
pub use seen::Stretch;
pub use snap::Snap;

use super::geodesy::distance_m;
use super::shape::Fixed;
use super::source::{Access, Oneway, Road, Source};
use crate::model::Point;

/// Junctions of two streets that are nearer to each other than this, metres, are one: the four corners of two divided roads.
const ONE_JUNCTION_M: f64 = 60.0;

/// One stretch, in one direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The node it starts at.
    pub from: u32,
    /// The node it ends at.
    pub to: u32,
    /// Metres.
    pub length_m: f64,
    /// The road it is of: a place in [`Roads::road`].
    pub road: u32,
    /// Whether vehicles may drive in this direction; walkers may always.
    pub drivable: bool,
}

/// What is known of a road beside its course.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadInfo {
    /// The map's number; 0 where it has none.
    pub id: i64,
    /// Empty where it has none.
    pub name: String,
    /// OpenStreetMap's word.
    pub class: String,
    /// Who may use it.
    pub access: Access,
    /// km/h, where told.
    pub maxspeed_kmh: Option<f32>,
}

/// The graph.
#[derive(Clone, Debug, Default)]
pub struct Roads {
    nodes: Vec<Point>,
    /// The map's number of a node to its place.
    numbers: HashMap<i64, u32>,
    edges: Vec<Edge>,
    /// The edges that leave a node: `edges[starts[n]..starts[n + 1]]`.
    starts: Vec<u32>,
    roads: Vec<RoadInfo>,
    /// The nodes of each road.
    courses: Vec<Vec<u32>>,
    grid: snap::Grid,
    turns: turns::Turns,
}

impl Roads {
    /// The graph of all roads of some sources, numbered in their order.
    pub fn new(sources: &[Source]) -> Roads {
        let mut roads = Roads::default();
        let mut by_point: HashMap<Fixed, u32> = HashMap::new();
        for road in sources.iter().flat_map(|source| &source.roads) {
            roads.add(road, &mut by_point);
        }
        roads.sort();
        roads.grid = snap::Grid::new(&roads);
        roads.turns = turns::Turns::new(sources, |number| roads.node(number));
        roads
    }

    fn add(&mut self, road: &Road, by_point: &mut HashMap<Fixed, u32>) {
        let number = self.roads.len() as u32;
        let mut course = Vec::with_capacity(road.line.len());
        for (i, at) in road.line.iter().enumerate() {
            let fresh = self.nodes.len() as u32;
            let node = match road.nodes.get(i) {
                Some(id) => *self.numbers.entry(*id).or_insert(fresh),
                None => *by_point.entry(*at).or_insert(fresh),
            };
            if node == fresh {
                self.nodes.push(Point::from(*at));
            }
            course.push(node);
        }
        for pair in course.windows(2) {
            let [from, to] = *pair else { continue };
            if from == to {
                continue;
            }
            let length_m = distance_m(self.at(from), self.at(to));
            let edge = Edge { from, to, length_m, road: number, drivable: road.oneway != Oneway::Against };
            self.edges.push(edge);
            self.edges.push(Edge { from: to, to: from, drivable: road.oneway != Oneway::Along, ..edge });
        }
        self.courses.push(course);
        self.roads.push(RoadInfo {
            id: road.id,
            name: road.name.clone(),
            class: road.class.clone(),
            access: road.access,
            maxspeed_kmh: road.maxspeed_kmh,
        });
    }

    fn sort(&mut self) {
        self.edges.sort_by_key(|edge| edge.from);
        self.starts = vec![0; self.nodes.len() + 1];
        for edge in &self.edges {
            if let Some(count) = self.starts.get_mut(edge.from as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
    }

    /// Where a node is.
    pub fn at(&self, node: u32) -> Point {
        self.nodes.get(node as usize).copied().unwrap_or(Point { lat: 0.0, lon: 0.0 })
    }

    /// The node of the map's number, such as that of a barrier.
    pub fn node(&self, id: i64) -> Option<u32> {
        self.numbers.get(&id).copied()
    }

    /// How many nodes, stretches in one direction, and roads there are.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.nodes.len(), self.edges.len(), self.roads.len())
    }

    /// What is known of a road.
    pub fn road(&self, road: u32) -> Option<&RoadInfo> {
        self.roads.get(road as usize)
    }

    /// All edges, by the node that they leave.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The edges that leave a node.
    pub fn leaving(&self, node: u32) -> &[Edge] {
        let bound = |at: u32| self.starts.get(at as usize).map_or(0, |start| *start as usize);
        self.edges.get(bound(node)..bound(node + 1)).unwrap_or_default()
    }

    /// Where any road of one street meets any of another: the middle of each junction.
    pub fn junctions(&self, one: &[u32], other: &[u32]) -> Vec<Point> {
        let nodes = |roads: &[u32]| -> BTreeSet<u32> {
            roads.iter().filter_map(|road| self.courses.get(*road as usize)).flatten().copied().collect()
        };
        let (one, other) = (nodes(one), nodes(other));
        let mut junctions: Vec<Vec<Point>> = Vec::new();
        for at in one.intersection(&other).map(|node| self.at(*node)) {
            let near = junctions.iter_mut().find(|j| j.iter().any(|p| distance_m(*p, at) <= ONE_JUNCTION_M));
            match near {
                Some(junction) => junction.push(at),
                None => junctions.push(vec![at]),
            }
        }
        let mean = |points: &Vec<Point>| {
            let count = points.len() as f64;
            let sum = |of: fn(&Point) -> f64| points.iter().map(of).sum::<f64>() / count;
            Point { lat: sum(|p| p.lat), lon: sum(|p| p.lon) }
        };
        junctions.iter().map(mean).collect()
    }

    /// The parts of the net that nothing joins, each as its nodes, the largest first. A map that was cut has many small ones.
    pub fn islands(&self) -> Vec<Vec<u32>> {
        let mut seen = vec![false; self.nodes.len()];
        let mut islands: Vec<Vec<u32>> = Vec::new();
        for first in 0..self.nodes.len() as u32 {
            let mut island = Vec::new();
            let mut open = vec![first];
            while let Some(node) = open.pop() {
                match seen.get_mut(node as usize) {
                    Some(seen) if !*seen => *seen = true,
                    _ => continue,
                }
                island.push(node);
                open.extend(self.leaving(node).iter().map(|edge| edge.to));
            }
            if !island.is_empty() {
                islands.push(island);
            }
        }
        islands.sort_by_key(|island| std::cmp::Reverse(island.len()));
        islands
    }
}
