//! A net of known lengths: a square of 1 km, its diagonal a path, a bridge over one side, an island.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::place::shape::length_m;

/// A hundredth of a degree is a side.
fn at(lat: f64, lon: f64) -> Fixed {
    Fixed::from(Point { lat: 18.0 + lat * 0.01, lon: 106.0 + lon * 0.01 })
}

fn p(lat: f64, lon: f64) -> Point {
    Point::from(at(lat, lon))
}

const ALL: Access = Access { foot: true, bicycle: true, motorcycle: true, motorcar: true };

fn road(name: &str, oneway: Oneway, access: Access, line: &[(f64, f64)]) -> Road {
    Road {
        id: 0,
        name: name.to_owned(),
        aliases: Vec::new(),
        refs: Vec::new(),
        class: "residential".to_owned(),
        oneway,
        access,
        maxspeed_kmh: None,
        line: line.iter().map(|(lat, lon)| at(*lat, *lon)).collect(),
        nodes: Vec::new(),
    }
}

fn net() -> Roads {
    let walkers = Access { foot: true, ..Access::default() };
    let roads = vec![
        road("south", Oneway::Along, ALL, &[(0.0, 0.0), (0.0, 1.0)]),
        road("east", Oneway::No, ALL, &[(0.0, 1.0), (1.0, 1.0)]),
        road("north", Oneway::Against, ALL, &[(1.0, 0.0), (1.0, 1.0)]),
        road("west", Oneway::No, ALL, &[(1.0, 0.0), (0.0, 0.0)]),
        road("diagonal", Oneway::No, walkers, &[(0.0, 0.0), (1.0, 1.0)]),
        road("island", Oneway::No, ALL, &[(5.0, 5.0), (5.0, 6.0)]),
    ];
    Roads::new(&[Source { roads, ..Source::default() }])
}

fn by(by: Vehicle) -> Travel<'static> {
    Travel { by, obey_oneway: true, ..Travel::ANYHOW }
}

#[track_caller]
fn metres(roads: &Roads, from: Point, to: Point, travel: &Travel<'_>, want: f64) {
    let path = roads.path(from, to, travel).expect("a way");
    assert!((path.length_m - want).abs() < 1.0, "{} instead of {want}", path.length_m);
    assert!((length_m(&path.points) - path.length_m).abs() < 0.01, "its points are as long as it says");
}

#[test]
fn the_shortest_way_obeys_direction_and_vehicle() {
    let (roads, side_n, side_e) = (net(), 1106.7, 1058.9);
    metres(&roads, p(0.0, 0.0), p(0.0, 1.0), &by(Vehicle::Motorcar), side_e);
    metres(&roads, p(0.0, 1.0), p(0.0, 0.0), &by(Vehicle::Motorcar), 2.0 * side_n + side_e);
    metres(&roads, p(0.0, 1.0), p(0.0, 0.0), &Travel::ANYHOW, side_e);
    metres(&roads, p(0.0, 0.0), p(1.0, 1.0), &by(Vehicle::Motorcar), side_n + side_e);
    metres(&roads, p(0.0, 0.0), p(1.0, 1.0), &by(Vehicle::Foot), 1531.7);
    metres(&roads, p(0.0, 1.0), p(0.0, 0.0), &by(Vehicle::Foot), side_e);
}

#[test]
fn points_beside_the_roads_are_taken_to_them() {
    let roads = net();
    // Both on the same stretch, 50 m beside it; against the one-way street it is the whole round.
    let (a, b) = (p(-0.05, 0.25), p(-0.05, 0.75));
    metres(&roads, a, b, &by(Vehicle::Motorcar), 0.5 * 1058.9);
    metres(&roads, b, a, &by(Vehicle::Motorcar), 2.0 * 1106.7 + 1.5 * 1058.9);
    assert_eq!(roads.distance_m(p(3.0, 3.0), a, &Travel::ANYHOW), None, "no road is near");
    assert_eq!(roads.distance_m(p(5.0, 5.5), a, &Travel::ANYHOW), None, "an island");
    let south: HashSet<u32> = [0].into();
    let only = Travel { only: Some(&south), ..Travel::ANYHOW };
    assert_eq!(roads.distance_m(p(0.0, 0.0), p(1.0, 0.0), &only), None, "not on that road");
}

#[test]
fn streets_meet_where_they_share_a_point_and_a_bridge_meets_nothing() {
    let roads = net();
    assert_eq!(roads.junctions(&[0], &[1]), [p(0.0, 1.0)]);
    assert_eq!(roads.junctions(&[0], &[2]), []);
    let mut under = road("under", Oneway::No, ALL, &[(0.0, 0.0), (0.0, 0.5), (0.0, 1.0)]);
    let mut over = road("over", Oneway::No, ALL, &[(-0.5, 0.5), (0.0, 0.5), (0.5, 0.5)]);
    (under.nodes, over.nodes) = (vec![1, 2, 3], vec![11, 12, 13]);
    let roads = Roads::new(&[Source { roads: vec![under, over], ..Source::default() }]);
    assert_eq!(roads.junctions(&[0], &[1]), [], "the points are the same, the nodes are not");
    assert_eq!(roads.node(12).map(|node| roads.at(node)), Some(p(0.0, 0.5)));
}

#[test]
fn divided_roads_meet_once() {
    let near = 0.02; // 21 m
    let roads = vec![
        road("A", Oneway::Along, ALL, &[(0.0, -1.0), (0.0, 0.0), (0.0, near), (0.0, 1.0)]),
        road("B", Oneway::Along, ALL, &[(-1.0, 0.0), (0.0, 0.0), (1.0, 0.0)]),
        road("B", Oneway::Along, ALL, &[(1.0, near), (0.0, near), (-1.0, near)]),
    ];
    let roads = Roads::new(&[Source { roads, ..Source::default() }]);
    assert_eq!(roads.junctions(&[0], &[1, 2]).len(), 1);
}

#[test]
fn islands_are_listed_largest_first() {
    let islands: Vec<usize> = net().islands().iter().map(Vec::len).collect();
    assert_eq!(islands, [4, 2]);
    assert!(Roads::default().islands().is_empty());
    assert_eq!(Roads::default().distance_m(p(0.0, 0.0), p(1.0, 0.0), &Travel::ANYHOW), None);
}

proptest! {
    /// The grid finds what looking at every stretch finds.
    #[test]
    fn the_nearest_road_is_found(lines in prop::collection::vec(prop::collection::vec((0.0..3.0f64, 0.0..3.0f64), 2..5), 1..8),
        from in (0.0..3.0f64, 0.0..3.0f64), within_m in 10.0..5_000.0f64)
    {
        let roads: Vec<Road> = lines.iter().map(|line| road("x", Oneway::No, ALL, line)).collect();
        let roads = Roads::new(&[Source { roads, ..Source::default() }]);
        let from = p(from.0, from.1);
        let all = roads.edges.iter().map(|e| crate::place::shape::nearest_between(roads.at(e.from), roads.at(e.to), from).2);
        let want = all.fold(f64::INFINITY, f64::min);
        let got = roads.snap(from, within_m, &|_| true).map(|snap| snap.distance_m);
        match got {
            Some(metres) => prop_assert!((metres - want).abs() < 1e-6),
            None => prop_assert!(want > within_m),
        }
    }

    /// No way is shorter than the straight line, and both directions are equally long where none is forbidden.
    #[test]
    fn a_way_is_no_shorter_than_the_straight_line(from in (0.0..1.0f64, 0.0..1.0f64), to in (0.0..1.0f64, 0.0..1.0f64)) {
        let roads = net();
        let travel = Travel { snap_m: 2_000.0, ..Travel::ANYHOW };
        let (from, to) = (p(from.0, from.1), p(to.0, to.1));
        let path = roads.path(from, to, &travel).unwrap();
        let (a, b) = (path.points[0], path.points[path.points.len() - 1]);
        prop_assert!(path.length_m + 0.1 >= distance_m(a, b));
        let back = roads.distance_m(to, from, &travel).unwrap();
        prop_assert!((back - path.length_m).abs() < 1e-3);
    }
}
