//! A place with roads and cameras, and journeys past them.

use std::collections::BinaryHeap;

use jiff::tz::TimeZone;
use truyvet::model::{Camera, FieldOfView, Mover, Point};
use truyvet::place::geodesy::degree_m;
use truyvet::place::roads::{Edge, Roads};
use truyvet::place::shape::Fixed;
use truyvet::place::source::{Access, Oneway, Road, Source};
use truyvet::trace::net::vehicle;

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 ≤ x < 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    pub fn normal(&mut self) -> f64 {
        let (a, b) = (1.0 - self.unit(), self.unit());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }
}

/// A made-up town: a bent grid of streets with two main roads, some one-way streets, lanes that end blindly, and a river.
pub fn town(seed: u64, side: usize) -> Source {
    let mut random = Random(seed);
    let step = 110.0;
    let (north, east) = degree_m(18.07);
    let bend: Vec<(f64, f64)> =
        (0..(side + 1) * (side + 1)).map(|_| (random.between(-28.0, 28.0), random.between(-28.0, 28.0))).collect();
    let at = |x: usize, y: usize| {
        let (dx, dy) = bend[y * (side + 1) + x];
        let (e, n) = (x as f64 * step + dx, y as f64 * step + dy);
        Fixed::from(Point { lat: 18.07 + n / north, lon: 106.30 + e / east })
    };
    let middle = |a: Fixed, b: Fixed, random: &mut Random| Fixed {
        lat: (a.lat + b.lat) / 2 + random.between(-700.0, 700.0) as i32,
        lon: (a.lon + b.lon) / 2 + random.between(-700.0, 700.0) as i32,
    };
    let all = Access { foot: true, bicycle: true, motorcycle: true, motorcar: true };
    let mut source = Source::default();
    let river = side / 2;
    for y in 0..=side {
        for x in 0..=side {
            for (dx, dy) in [(1, 0), (0, 1)] {
                if x + dx > side || y + dy > side {
                    continue;
                }
                let main = if dx == 1 { y % 7 == 3 } else { x % 7 == 3 };
                if dy == 1 && y == river && x % 4 != 3 || !main && random.chance(0.12) {
                    continue;
                }
                let (a, b) = (at(x, y), at(x + dx, y + dy));
                let lane = !main && random.chance(0.25);
                source.roads.push(Road {
                    id: 0,
                    name: String::new(),
                    aliases: Vec::new(),
                    refs: Vec::new(),
                    class: if main {
                        "secondary"
                    } else if lane {
                        "path"
                    } else {
                        "residential"
                    }
                    .to_owned(),
                    oneway: if !main && random.chance(0.07) { Oneway::Along } else { Oneway::No },
                    access: Access { motorcar: !lane, ..all },
                    maxspeed_kmh: None,
                    line: vec![a, middle(a, b, &mut random), b],
                    nodes: Vec::new(),
                });
            }
        }
    }
    source
}

/// A camera as it really is.
pub struct Real {
    /// As the site file tells it: some do not tell their view.
    pub told: Camera,
    pub view: FieldOfView,
    /// Its clock is wrong by so much after all corrections, and said to be wrong by at most so much.
    pub error_s: f64,
    pub said_s: f64,
    /// It recorded nothing.
    pub gap: bool,
}

pub struct World {
    pub roads: Roads,
    pub cameras: Vec<Real>,
    pub mover: Mover,
    nodes: Vec<u32>,
    leaving: Vec<Vec<Edge>>,
    cells: std::collections::HashMap<(i32, i32), Vec<usize>>,
}

fn cell(at: Point) -> (i32, i32) {
    ((at.lat * 1000.0).floor() as i32, (at.lon * 1000.0).floor() as i32)
}

impl World {
    pub fn new(source: &Source, count: usize, mover: Mover, seed: u64) -> World {
        let roads = Roads::new(std::slice::from_ref(source));
        let mut random = Random(seed ^ 0x0ca3_e7a5);
        let by = vehicle(mover);
        // The largest part of the net, and only nodes from which many others can be reached and back.
        let island: std::collections::HashSet<u32> = roads.islands().into_iter().next().unwrap().into_iter().collect();
        let (node_count, ..) = roads.counts();
        let mut leaving = vec![Vec::new(); node_count];
        for edge in roads.edges().iter().filter(|edge| roads.may_use(edge, by) && island.contains(&edge.from)) {
            leaving[edge.from as usize].push(*edge);
        }
        let nodes = strong(&leaving, &mut random);
        let usable: Vec<Edge> = nodes.iter().flat_map(|node| leaving[*node as usize].iter().copied()).collect();
        let total: f64 = usable.iter().map(|edge| edge.length_m).sum();
        let mut cameras: Vec<Real> = Vec::new();
        while cameras.len() < count {
            let mut metres = random.between(0.0, total);
            let edge = usable.iter().find(|edge| {
                metres -= edge.length_m;
                metres < 0.0
            });
            let Some(edge) = edge else { continue };
            let (a, b) = (roads.at(edge.from), roads.at(edge.to));
            let share = random.unit();
            let (north, east) = degree_m(a.lat);
            let (dx, dy) = ((b.lon - a.lon) * east, (b.lat - a.lat) * north);
            let length = dx.hypot(dy).max(0.1);
            // On a house wall, five metres beside the street, looking along it.
            let (off_e, off_n) = (dy / length * 5.0, -dx / length * 5.0);
            let at = Point {
                lat: a.lat + (b.lat - a.lat) * share + off_n / north,
                lon: a.lon + (b.lon - a.lon) * share + off_e / east,
            };
            let azimuth_deg = (dx.atan2(dy).to_degrees() + random.between(-20.0, 20.0) - 10.0).rem_euclid(360.0);
            let view =
                FieldOfView { azimuth_deg, fov_deg: random.between(70.0, 100.0), range_m: random.between(35.0, 60.0) };
            let said_s = *[2.0, 2.0, 5.0, 5.0, 15.0].get(random.below(5)).unwrap();
            let id = format!("c{:04}", cameras.len());
            cameras.push(Real {
                told: Camera {
                    id: id.clone(),
                    name: id.clone(),
                    group: None,
                    note: None,
                    at,
                    view: random.chance(0.8).then_some(view),
                    footage: "x".into(),
                    channel: None,
                    recorder: id,
                    layout: "auto".into(),
                    zone: TimeZone::UTC,
                },
                view,
                error_s: (random.normal() * said_s / 2.0).clamp(-said_s, said_s),
                said_s,
                gap: random.chance(0.1),
            });
        }
        let mut cells: std::collections::HashMap<(i32, i32), Vec<usize>> = std::collections::HashMap::new();
        for (number, camera) in cameras.iter().enumerate() {
            let (lat, lon) = cell(camera.told.at);
            for (dlat, dlon) in (-1..=1).flat_map(|a| (-1..=1).map(move |b| (a, b))) {
                cells.entry((lat + dlat, lon + dlon)).or_default().push(number);
            }
        }
        World { roads, cameras, mover, nodes, leaving, cells }
    }

    /// The cheapest way by somebody's own taste.
    fn way(&self, from: u32, to: u32, random: &mut Random) -> Option<Vec<Edge>> {
        let (taste, base) = (0.3, random.next());
        let mut best: Vec<(f64, Option<Edge>)> = vec![(f64::INFINITY, None); self.leaving.len()];
        best[from as usize].0 = 0.0;
        let mut heap = BinaryHeap::from([(std::cmp::Reverse(0u64), from)]);
        while let Some((cost, node)) = heap.pop() {
            if node == to {
                break;
            }
            if cost.0 as f64 / 1000.0 > best[node as usize].0 + 0.001 {
                continue;
            }
            let from_cost = best[node as usize].0;
            let came = best[node as usize].1;
            let junction_s = if self.leaving[node as usize].len() > 2 { 3.0 } else { 0.0 };
            for edge in &self.leaving[node as usize] {
                if came.is_some_and(|came| !self.roads.may_turn(came.road, node, edge.road, vehicle(self.mover))) {
                    continue;
                }
                // Every street is liked or disliked as a whole.
                let liking = Random(base ^ u64::from(edge.road) << 8).normal() * taste;
                let next = from_cost + edge.length_m / self.factor(edge) * liking.exp() + junction_s;
                if next < best[edge.to as usize].0 {
                    best[edge.to as usize] = (next, Some(*edge));
                    heap.push((std::cmp::Reverse((next * 1000.0) as u64), edge.to));
                }
            }
        }
        let mut way = Vec::new();
        let mut at = to;
        while at != from {
            let edge = best[at as usize].1?;
            way.push(edge);
            at = edge.from;
        }
        way.reverse();
        Some(way)
    }

    /// How fast streets of a class are; not the engine's table.
    fn factor(&self, edge: &Edge) -> f64 {
        if self.mover == Mover::Foot {
            return 1.0;
        }
        match self.roads.road(edge.road).map_or("", |road| road.class.as_str()) {
            "trunk" | "primary" => 1.35,
            "secondary" => 1.25,
            "tertiary" => 1.1,
            "living_street" | "service" | "path" => 0.75,
            _ => 1.0,
        }
    }

    /// One journey: where it is every half second.
    pub fn journey(&self, random: &mut Random) -> Option<Vec<Point>> {
        let node = |random: &mut Random| self.nodes[random.below(self.nodes.len())];
        let (start, goal) = (node(random), node(random));
        let mut way: Vec<Edge> = Vec::new();
        if random.chance(0.2) {
            // By way of somewhere else.
            let via = node(random);
            way.extend(self.way(start, via, random)?);
            way.extend(self.way(via, goal, random)?);
        } else {
            way.extend(self.way(start, goal, random)?);
        }
        if random.chance(0.08) && way.len() > 12 {
            // Turns round on the way, goes back for a while, and then somewhere else.
            let turn = way.len() / 3 + random.below(way.len() / 2);
            way.truncate(turn);
            let back: Vec<Edge> = way.iter().rev().take(3 + random.below(8)).copied().collect();
            for edge in back {
                let twin = self.leaving[edge.to as usize].iter().find(|b| b.to == edge.from && b.road == edge.road)?;
                way.push(*twin);
            }
            way.extend(self.way(way.last()?.to, node(random), random)?);
        }
        let speed = match self.mover {
            Mover::Foot => 1.33 * (random.normal() * 0.2).exp(),
            Mover::Bicycle => 3.9 * (random.normal() * 0.24).exp(),
            Mover::Motorbike => 7.6 * (random.normal() * 0.25).exp(),
            Mover::Car => 7.2 * (random.normal() * 0.25).exp(),
            Mover::Truck => 6.2 * (random.normal() * 0.22).exp(),
        };
        let pause_at = random.chance(0.1).then(|| random.below(way.len()));
        let mut points = Vec::new();
        let (mut left_over, mut mood) = (0.0, 0.0);
        for (number, edge) in way.iter().enumerate() {
            let (a, b) = (self.roads.at(edge.from), self.roads.at(edge.to));
            let mut done = left_over;
            while done < edge.length_m {
                let share = done / edge.length_m;
                points.push(Point { lat: a.lat + (b.lat - a.lat) * share, lon: a.lon + (b.lon - a.lon) * share });
                mood += -mood * 0.5 / 25.0 + random.normal() * 0.28 * (2.0f64 * 0.5 / 25.0).sqrt();
                done += 0.5 * (speed * self.factor(edge) * f64::exp(mood)).max(0.3);
            }
            left_over = done - edge.length_m;
            let junction = self.leaving[edge.to as usize].len() > 2;
            let lights = junction && self.mover != Mover::Foot && random.chance(0.1);
            let wait = if lights { random.between(2.0, 40.0) } else { 0.0 };
            let pause = if pause_at == Some(number) { random.between(20.0, 240.0) } else { 0.0 };
            points.extend((0..((wait + pause) * 2.0) as usize).map(|_| b));
        }
        Some(points)
    }

    /// The passes of a journey before cameras that really record: by their middle.
    pub fn passes(&self, journey: &[Point], random: &mut Random) -> Vec<Pass> {
        let mut open: std::collections::HashMap<usize, (usize, usize)> = std::collections::HashMap::new();
        let mut passes = Vec::new();
        let mut close = |camera: usize, (from, to): (usize, usize), random: &mut Random| {
            let real = &self.cameras[camera];
            let shown = |half: usize| half as f64 / 2.0 + real.error_s;
            passes.push(Pass { camera, enters: shown(from), leaves: shown(to + 1), missed: random.chance(0.1) });
        };
        for (half, at) in journey.iter().enumerate() {
            for camera in self.cells.get(&cell(*at)).into_iter().flatten() {
                let real = &self.cameras[*camera];
                if sees(real, *at) {
                    open.entry(*camera).and_modify(|span| span.1 = half).or_insert((half, half));
                }
            }
            let over: Vec<usize> =
                open.iter().filter(|(_, span)| half - span.1 > 20).map(|(camera, _)| *camera).collect();
            let mut over = over;
            over.sort_unstable();
            for camera in over {
                let span = open.remove(&camera).unwrap();
                close(camera, span, random);
            }
        }
        let mut rest: Vec<(usize, (usize, usize))> = open.into_iter().collect();
        rest.sort_unstable();
        rest.into_iter().for_each(|(camera, span)| close(camera, span, random));
        passes.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
        passes
    }
}

fn sees(real: &Real, at: Point) -> bool {
    let (north, east) = degree_m(real.told.at.lat);
    let (e, n) = ((at.lon - real.told.at.lon) * east, (at.lat - real.told.at.lat) * north);
    let turn = (e.atan2(n).to_degrees() - real.view.azimuth_deg + 180.0).rem_euclid(360.0) - 180.0;
    e.hypot(n) <= real.view.range_m && (turn.abs() <= real.view.fov_deg / 2.0)
}

/// Nodes from which one comes to most others and back.
fn strong(leaving: &[Vec<Edge>], random: &mut Random) -> Vec<u32> {
    let mut back: Vec<Vec<u32>> = vec![Vec::new(); leaving.len()];
    for edge in leaving.iter().flatten() {
        back[edge.to as usize].push(edge.from);
    }
    let some: Vec<u32> = (0..leaving.len() as u32).filter(|node| leaving[*node as usize].len() > 1).collect();
    let mut best: Vec<u32> = Vec::new();
    for _ in 0..8 {
        let start = some[random.below(some.len())];
        let reach = |next: &dyn Fn(u32) -> Vec<u32>| {
            let mut seen = vec![false; leaving.len()];
            let mut open = vec![start];
            while let Some(node) = open.pop() {
                if !std::mem::replace(&mut seen[node as usize], true) {
                    open.extend(next(node));
                }
            }
            seen
        };
        let there = reach(&|node| leaving[node as usize].iter().map(|edge| edge.to).collect());
        let here = reach(&|node| back[node as usize].clone());
        let both: Vec<u32> =
            (0..leaving.len() as u32).filter(|node| there[*node as usize] && here[*node as usize]).collect();
        if both.len() > best.len() {
            best = both;
        }
    }
    best
}

/// One pass before a camera, in its corrected time.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    pub camera: usize,
    pub enters: f64,
    pub leaves: f64,
    pub missed: bool,
}

impl Pass {
    pub fn middle(&self) -> f64 {
        f64::midpoint(self.enters, self.leaves)
    }
}
