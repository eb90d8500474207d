//! Straight lines where the map has no road: between parts of the net that nothing joins, and to cameras far from any road.

use std::collections::HashSet;

use super::net::{Net, SEES_BESIDE_M, Sight};
use crate::model::{Camera, Point, TraceSettings};
use crate::place::geodesy::degree_m;

/// A part with fewer metres of road than this, and no camera, is left alone: yards and drives that a map cut off.
const LEAST_M: f64 = 300.0;
/// Where there are no roads each camera is joined to so many others, the nearest.
const NEIGHBOURS: usize = 6;

/// Joins what is apart. Sights of cameras that get a place of their own are added.
pub(super) fn join(
    net: &mut Net,
    cameras: &[Camera],
    settings: &TraceSettings,
    metres_per_s: f64,
    sights: &mut Vec<Sight>,
) {
    let roadless = net.links.is_empty();
    let seeing: HashSet<u32> = sights.iter().map(|sight| sight.camera).collect();
    let mut own: Vec<(u32, u32)> = Vec::new();
    for (number, camera) in (0u32..).zip(cameras).filter(|(number, _)| !seeing.contains(number)) {
        own.push((number, net.nodes.len() as u32));
        net.nodes.push(camera.at);
    }
    if roadless {
        let nodes: Vec<u32> = own.iter().map(|(_, node)| *node).collect();
        for pair in neighbours(net, &nodes) {
            net.draw(pair.0, pair.1, settings, metres_per_s);
        }
    }
    for (from, to) in bridges(net, &own, sights) {
        net.draw(from, to, settings, metres_per_s);
    }
    for (camera, node) in own {
        for (number, link) in (0u32..).zip(&net.links).filter(|(_, link)| link.from == node || link.to == node) {
            let reach = SEES_BESIDE_M.min(link.length_m / 2.0);
            let from_m = if link.from == node { 0.0 } else { link.length_m - reach };
            sights.push(Sight { camera, link: number, from_m, to_m: from_m + reach });
        }
    }
}

/// Points on a plane around the first, metres.
struct Plane {
    zero: Point,
    degree_m: (f64, f64),
}

impl Plane {
    fn new(nodes: &[Point]) -> Plane {
        let zero = nodes.first().copied().unwrap_or(Point { lat: 0.0, lon: 0.0 });
        Plane { zero, degree_m: degree_m(zero.lat) }
    }

    fn of(&self, at: Point) -> (f64, f64) {
        ((at.lon - self.zero.lon) * self.degree_m.1, (at.lat - self.zero.lat) * self.degree_m.0)
    }

    fn square(&self, a: Point, b: Point) -> f64 {
        let ((ax, ay), (bx, by)) = (self.of(a), self.of(b));
        (ax - bx).powi(2) + (ay - by).powi(2)
    }
}

/// Each node with its nearest ones; every pair once.
fn neighbours(net: &Net, nodes: &[u32]) -> Vec<(u32, u32)> {
    let plane = Plane::new(&net.nodes);
    let at = |node: u32| net.nodes[node as usize];
    let mut pairs = Vec::new();
    for one in nodes {
        let mut near: Vec<(f64, u32)> = nodes
            .iter()
            .filter(|other| *other != one)
            .map(|other| (plane.square(at(*one), at(*other)), *other))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        pairs.extend(near.iter().take(NEIGHBOURS).map(|(_, other)| (*one.min(other), *one.max(other))));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The straight lines that join every part worth joining to the largest, from the nearest node to the nearest.
fn bridges(net: &Net, own: &[(u32, u32)], sights: &[Sight]) -> Vec<(u32, u32)> {
    let mut parent: Vec<u32> = (0..net.nodes.len() as u32).collect();
    fn root(parent: &mut [u32], mut node: u32) -> u32 {
        while parent[node as usize] != node {
            parent[node as usize] = parent[parent[node as usize] as usize];
            node = parent[node as usize];
        }
        node
    }
    let mut length = vec![0.0; net.nodes.len()];
    for link in &net.links {
        let (a, b) = (root(&mut parent, link.from), root(&mut parent, link.to));
        parent[a.max(b) as usize] = a.min(b);
    }
    let mut ends: HashSet<u32> = own.iter().map(|(_, node)| *node).collect();
    let mut needed: HashSet<u32> = own.iter().map(|(_, node)| root(&mut parent, *node)).collect();
    for link in &net.links {
        ends.extend([link.from, link.to]);
        length[root(&mut parent, link.from) as usize] += link.length_m;
    }
    for sight in sights {
        needed.insert(root(&mut parent, net.links[sight.link as usize].from));
    }
    let mut ends: Vec<u32> = ends.into_iter().collect();
    ends.sort_unstable();
    let mut parts: Vec<(u32, Vec<u32>)> = Vec::new();
    for node in ends {
        let of = root(&mut parent, node);
        match parts.iter_mut().find(|(part, _)| *part == of) {
            Some((_, nodes)) => nodes.push(node),
            None => parts.push((of, vec![node])),
        }
    }
    parts.retain(|(part, _)| needed.contains(part) || length[*part as usize] >= LEAST_M);
    parts.sort_by(|a, b| length[b.0 as usize].total_cmp(&length[a.0 as usize]).then(a.0.cmp(&b.0)));
    let mut bridges = Vec::new();
    let plane = Plane::new(&net.nodes);
    let Some(((_, first), others)) = parts.split_first() else { return bridges };
    let mut joined = first.clone();
    for (_, nodes) in others {
        let pairs = nodes.iter().flat_map(|one| joined.iter().map(move |other| (*one, *other)));
        let apart = |pair: &(u32, u32)| plane.square(net.nodes[pair.0 as usize], net.nodes[pair.1 as usize]);
        bridges.extend(pairs.min_by(|a, b| apart(a).total_cmp(&apart(b)).then(a.cmp(b))));
        joined.extend(nodes);
    }
    bridges
}
