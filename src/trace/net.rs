//! The roads for one kind of mover, as links from junction to junction, and where on them cameras see.

use std::collections::HashMap;

use super::join;
use crate::model::{Camera, Mover, Point, TraceSettings};
use crate::place::roads::{Edge, Roads, Vehicle};
use crate::place::{bearing_deg, distance_m};

/// A camera whose view holds no road is taken to see the nearest one if that is not farther than this, metres: positions are often
/// so wrong.
const BESIDE_M: f64 = 60.0;
/// So much of that road, metres to either side; and of a way that is only a straight line, metres.
pub(super) const SEES_BESIDE_M: f64 = 15.0;
/// A view that ends so near a junction, metres, goes on behind it.
const AT_END_M: f64 = 3.0;

/// A way from one junction to the next, in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The junction it starts at.
    pub from: u32,
    /// The junction it ends at.
    pub to: u32,
    /// Metres.
    pub length_m: f64,
    /// Seconds at the median pace, without any wait.
    pub seconds: f64,
    /// The direction at its start, degrees clockwise from north.
    pub out_deg: f64,
    /// The direction at its end.
    pub in_deg: f64,
    /// The same way in the other direction.
    pub twin: Option<u32>,
    /// Whether it is no road but a straight line, where the map knows of none.
    pub straight: bool,
    /// Its points, from start to end; at least two.
    pub points: Vec<Point>,
    /// The first and the last road (a place in [`Roads::road`]).
    pub(super) roads: (u32, u32),
}

/// A part of a link that a camera sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// The camera: a place in [`Net::cameras`].
    pub camera: u32,
    /// The link.
    pub link: u32,
    /// Metres from its start.
    pub from_m: f64,
    /// Metres from its start.
    pub to_m: f64,
}

/// The net of one kind of mover.
#[derive(Clone, Debug, Default)]
pub struct Net {
    /// The cameras, by id, in the order given.
    pub cameras: Vec<String>,
    /// How likely each sees what it is taken to see.
    pub(super) certain: Vec<f64>,
    pub(super) nodes: Vec<Point>,
    pub(super) links: Vec<Link>,
    /// The links that may follow each: `next[next_starts[l]..next_starts[l + 1]]`.
    next: Vec<u32>,
    next_starts: Vec<u32>,
    /// By link, and along it.
    sights: Vec<Sight>,
    sight_starts: Vec<u32>,
    /// Which sights each camera has.
    by_camera: Vec<Vec<u32>>,
    /// Whether there are no roads at all, or none that a camera sees: everything is straight lines between cameras.
    pub straight: bool,
}

/// The vehicle that a kind of mover is for the map. Trucks go where cars go.
pub fn vehicle(mover: Mover) -> Vehicle {
    match mover {
        Mover::Foot => Vehicle::Foot,
        Mover::Bicycle => Vehicle::Bicycle,
        Mover::Motorbike => Vehicle::Motorcycle,
        Mover::Car | Mover::Truck => Vehicle::Motorcar,
    }
}

/// How fast one goes on a road, against an ordinary street. Walkers and cyclists keep their pace everywhere but on the smallest ways.
fn factor(class: &str, mover: Mover) -> f64 {
    let slow = matches!(class, "steps" | "track");
    match mover {
        Mover::Foot => [1.0, 0.7][usize::from(slow)],
        Mover::Bicycle => match class {
            "path" | "footway" | "living_street" | "service" => 0.85,
            _ => [1.0, 0.6][usize::from(slow)],
        },
        _ => match class {
            "motorway" => 2.6,
            "trunk" | "motorway_link" => 1.5,
            "primary" | "trunk_link" => 1.3,
            "secondary" | "primary_link" => 1.2,
            "tertiary" | "secondary_link" => 1.1,
            "living_street" | "service" | "path" | "footway" | "pedestrian" => 0.7,
            "track" | "steps" => 0.5,
            _ => 1.0,
        },
    }
}

impl Net {
    /// The net of the roads that a mover may use, with what each camera sees of them. Parts that nothing joins, and cameras
    /// far from any road, are joined by straight lines; where no camera sees a road, all cameras are.
    pub fn new(roads: &Roads, cameras: &[Camera], mover: Mover, settings: &TraceSettings) -> Net {
        let certain = |camera: &Camera| if camera.view.is_some() { 1.0 } else { settings.sees_chance.clamp(0.01, 1.0) };
        let mut net = Net {
            cameras: cameras.iter().map(|camera| camera.id.clone()).collect(),
            certain: cameras.iter().map(certain).collect(),
            ..Net::default()
        };
        let by = vehicle(mover);
        let metres_per_s = settings.pace(mover).median_kmh / 3.6;
        let speed = |edge: &Edge| -> f64 {
            let Some(road) = roads.road(edge.road) else { return metres_per_s };
            let speed = metres_per_s * factor(&road.class, mover);
            road.maxspeed_kmh.map_or(speed, |most| speed.min(f64::from(most) / 3.6 * 1.1))
        };
        let places = net.take(roads, by, speed);
        let mut sights = net.look(roads, cameras, by, settings, &places);
        net.straight = sights.is_empty();
        if net.straight {
            // No road, or those of another place, of which no camera sees one.
            net.links.clear();
        }
        join::join(&mut net, cameras, settings, metres_per_s, &mut sights);
        net.settle(sights, |from, via, to| roads.may_turn(from, via, to, by), |node| roads.is_barred(node, by));
        net
    }

    /// Makes the links. Says on which link each edge lies, and how far from its start; by its ends and its road.
    fn take(
        &mut self,
        roads: &Roads,
        by: Vehicle,
        speed: impl Fn(&Edge) -> f64,
    ) -> HashMap<(u32, u32, u32), (u32, f64)> {
        let (count, ..) = roads.counts();
        self.nodes = (0..count as u32).map(|node| roads.at(node)).collect();
        let used: Vec<&Edge> = roads.edges().iter().filter(|edge| roads.may_use(edge, by)).collect();
        let mut leaving: Vec<Vec<&Edge>> = vec![Vec::new(); count];
        let mut beside: Vec<Vec<u32>> = vec![Vec::new(); count];
        for edge in &used {
            leaving[edge.from as usize].push(edge);
            beside[edge.from as usize].push(edge.to);
            beside[edge.to as usize].push(edge.from);
        }
        for near in &mut beside {
            near.sort_unstable();
            near.dedup();
        }
        let ends_here = |node: u32| beside[node as usize].len() != 2 || roads.is_told_of(node);
        let mut places: HashMap<(u32, u32, u32), (u32, f64)> = HashMap::new();
        let walk = |net: &mut Net, first: &Edge, places: &mut HashMap<(u32, u32, u32), (u32, f64)>| {
            let number = net.links.len() as u32;
            let (mut edge, mut length_m, mut seconds) = (first, 0.0, 0.0);
            let mut points = vec![roads.at(first.from)];
            loop {
                places.insert((edge.from, edge.to, edge.road), (number, length_m));
                length_m += edge.length_m;
                seconds += edge.length_m / speed(edge).max(0.1);
                points.push(roads.at(edge.to));
                if ends_here(edge.to) || edge.to == first.from {
                    break;
                }
                let onward = leaving[edge.to as usize].iter().find(|next| next.to != edge.from);
                match onward {
                    Some(next) if !places.contains_key(&(next.from, next.to, next.road)) => edge = next,
                    _ => break,
                }
            }
            let last = points.len().saturating_sub(2);
            net.links.push(Link {
                from: first.from,
                to: edge.to,
                length_m,
                seconds,
                out_deg: bearing_deg(points[0], points[1]),
                in_deg: bearing_deg(points[last], points[last + 1]),
                twin: None,
                straight: false,
                points,
                roads: (first.road, edge.road),
            });
        };
        // From junctions first, then what is left: rings, and streets whose one direction ends in the middle of nowhere.
        for from_junction in [true, false] {
            for edge in &used {
                let key = (edge.from, edge.to, edge.road);
                if (ends_here(edge.from) || !from_junction) && !places.contains_key(&key) {
                    walk(self, edge, &mut places);
                }
            }
        }
        places
    }

    /// What each camera sees.
    fn look(
        &self,
        roads: &Roads,
        cameras: &[Camera],
        by: Vehicle,
        settings: &TraceSettings,
        places: &HashMap<(u32, u32, u32), (u32, f64)>,
    ) -> Vec<Sight> {
        let mut sights = Vec::new();
        let mut add = |camera: usize, edge: &Edge, from_m: f64, to_m: f64| {
            let camera = camera as u32;
            if let Some((link, before_m)) = places.get(&(edge.from, edge.to, edge.road)) {
                sights.push(Sight { camera, link: *link, from_m: before_m + from_m, to_m: before_m + to_m });
            }
            if let Some((link, before_m)) = places.get(&(edge.to, edge.from, edge.road)) {
                let (from_m, to_m) = (before_m + edge.length_m - to_m, before_m + edge.length_m - from_m);
                sights.push(Sight { camera, link: *link, from_m, to_m });
            }
        };
        for (number, camera) in cameras.iter().enumerate() {
            let usable = |edge: &Edge| {
                let either = |from, to| places.contains_key(&(from, to, edge.road));
                either(edge.from, edge.to) || either(edge.to, edge.from)
            };
            let mut seen = roads.seen(camera.at, camera.view, settings.sees_m);
            seen.retain(|stretch| usable(&stretch.edge));
            for stretch in &seen {
                add(number, &stretch.edge, stretch.from_m, stretch.to_m);
            }
            if !seen.is_empty() {
                continue;
            }
            if let Some(snap) = roads.snap(camera.at, BESIDE_M, &|edge| roads.may_use(edge, by) || usable(edge)) {
                let (at_m, length_m) = (snap.share * snap.edge.length_m, snap.edge.length_m);
                add(number, &snap.edge, (at_m - SEES_BESIDE_M).max(0.0), (at_m + SEES_BESIDE_M).min(length_m));
            }
        }
        sights
    }

    /// Puts in order what was gathered: twins, what may follow what, what is seen where.
    fn settle(
        &mut self,
        mut sights: Vec<Sight>,
        may_turn: impl Fn(u32, u32, u32) -> bool,
        is_barred: impl Fn(u32) -> bool,
    ) {
        let key = |link: &Link| (link.from, link.to, link.roads, (link.length_m * 100.0).round() as i64);
        let known: HashMap<_, u32> = (0u32..).zip(&self.links).map(|(number, link)| (key(link), number)).collect();
        for number in 0..self.links.len() {
            let link = &self.links[number];
            let back = (link.to, link.from, (link.roads.1, link.roads.0), key(link).3);
            self.links[number].twin = known.get(&back).copied().filter(|twin| *twin != number as u32);
        }
        let mut leaving: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        for (number, link) in (0u32..).zip(&self.links) {
            leaving[link.from as usize].push(number);
        }
        let mut pairs = Vec::new();
        for (number, link) in (0u32..).zip(&self.links) {
            let before = pairs.len();
            for other in &leaving[link.to as usize] {
                let onto = &self.links[*other as usize];
                let drawn = link.straight || onto.straight;
                let may = drawn || may_turn(link.roads.1, link.to, onto.roads.0) && !is_barred(link.to);
                if may && link.twin != Some(*other) {
                    pairs.push((number, *other));
                }
            }
            // Out of a dead end there is one way.
            if pairs.len() == before
                && let Some(twin) = link.twin
            {
                pairs.push((number, twin));
            }
        }
        self.follow(&pairs);
        sights.sort_by(|a, b| (a.link, a.camera).cmp(&(b.link, b.camera)).then(a.from_m.total_cmp(&b.from_m)));
        // A camera sees edge after edge of one street: that is one stretch.
        sights.dedup_by(|next, one| {
            let joined = (next.link, next.camera) == (one.link, one.camera) && next.from_m <= one.to_m + SEES_BESIDE_M;
            if joined {
                one.to_m = one.to_m.max(next.to_m);
            }
            joined
        });
        self.see(sights);
    }

    /// Sets what may follow what, from pairs by their first.
    fn follow(&mut self, pairs: &[(u32, u32)]) {
        self.next = pairs.iter().map(|(_, next)| *next).collect();
        self.next_starts = starts(pairs.iter().map(|(link, _)| *link), self.links.len());
    }

    /// Sets what is seen.
    fn see(&mut self, mut sights: Vec<Sight>) {
        sights.sort_by(|a, b| (a.link).cmp(&b.link).then(a.from_m.total_cmp(&b.from_m)).then(a.camera.cmp(&b.camera)));
        self.sight_starts = starts(sights.iter().map(|sight| sight.link), self.links.len());
        self.by_camera = vec![Vec::new(); self.cameras.len()];
        for (number, sight) in (0u32..).zip(&sights) {
            self.by_camera[sight.camera as usize].push(number);
        }
        self.sights = sights;
    }

    /// The same net for looking backward in time: every link from its end to its start.
    pub fn reversed(&self) -> Net {
        let turned = |degrees: f64| (degrees + 180.0) % 360.0;
        let reverse = |link: &Link| Link {
            from: link.to,
            to: link.from,
            out_deg: turned(link.in_deg),
            in_deg: turned(link.out_deg),
            points: link.points.iter().rev().copied().collect(),
            roads: (link.roads.1, link.roads.0),
            ..link.clone()
        };
        let links: Vec<Link> = self.links.iter().map(reverse).collect();
        let mut net = Net {
            links,
            cameras: self.cameras.clone(),
            certain: self.certain.clone(),
            nodes: self.nodes.clone(),
            straight: self.straight,
            ..Net::default()
        };
        let mut pairs = Vec::new();
        for link in 0..self.links.len() as u32 {
            pairs.extend(self.after(link).iter().map(|next| (*next, link)));
        }
        pairs.sort_unstable();
        net.follow(&pairs);
        let mirror = |sight: &Sight| {
            let length_m = self.links[sight.link as usize].length_m;
            Sight { from_m: length_m - sight.to_m, to_m: length_m - sight.from_m, ..*sight }
        };
        net.see(self.sights.iter().map(mirror).collect());
        net
    }

    /// The links.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The links that may follow one.
    pub(super) fn after(&self, link: u32) -> &[u32] {
        slice(&self.next, &self.next_starts, link)
    }

    /// What is seen of a link, along it.
    pub(super) fn sights_on(&self, link: u32) -> &[Sight] {
        slice(&self.sights, &self.sight_starts, link)
    }

    /// What a camera sees.
    pub fn sights_of(&self, camera: u32) -> impl Iterator<Item = &Sight> {
        let numbers = self.by_camera.get(camera as usize).into_iter().flatten();
        numbers.filter_map(|number| self.sights.get(*number as usize))
    }

    /// From where to where a pass is in view that comes along a link, metres from its start: a camera at a junction sees on into the next
    /// links (in the mean of those that it sees), and so the end may lie beyond the link's.
    pub(super) fn in_view(&self, sight: &Sight) -> (f64, f64) {
        let length_m = self.links[sight.link as usize].length_m;
        let more = |next: &u32| {
            let mut own = self.sights_on(*next).iter().filter(|on| on.camera == sight.camera && on.from_m < AT_END_M);
            own.next().map(|on| on.to_m)
        };
        if sight.to_m < length_m - AT_END_M {
            return (sight.from_m, sight.to_m);
        }
        let ahead: Vec<f64> = self.after(sight.link).iter().filter_map(more).collect();
        (sight.from_m, sight.to_m + ahead.iter().sum::<f64>() / ahead.len().max(1) as f64)
    }

    /// Whether who comes into a sight along its link was in this camera's view before.
    pub(super) fn is_entered_in_view(&self, sight: &Sight) -> bool {
        let link = &self.links[sight.link as usize];
        sight.from_m < AT_END_M
            && self.by_camera.get(sight.camera as usize).into_iter().flatten().any(|number| {
                let other = &self.sights[*number as usize];
                let behind = &self.links[other.link as usize];
                behind.to == link.from && link.twin != Some(other.link) && other.to_m > behind.length_m - AT_END_M
            })
    }

    /// A camera's place in [`Net::cameras`].
    pub fn camera(&self, id: &str) -> Option<u32> {
        self.cameras.iter().position(|camera| camera == id).map(|place| place as u32)
    }

    /// Whether all that a camera sees is drawn as a straight line.
    pub fn is_straight(&self, camera: u32) -> bool {
        self.straight || self.sights_of(camera).all(|sight| self.links[sight.link as usize].straight)
    }

    /// Draws a straight way between two nodes, in both directions.
    pub(super) fn draw(&mut self, a: u32, b: u32, settings: &TraceSettings, metres_per_s: f64) -> [u32; 2] {
        let (from, to) = (self.nodes[a as usize], self.nodes[b as usize]);
        let length_m = (distance_m(from, to) * settings.straight_factor).max(1.0);
        let link = |a: u32, b: u32, from: Point, to: Point| Link {
            from: a,
            to: b,
            length_m,
            seconds: length_m / metres_per_s,
            out_deg: bearing_deg(from, to),
            in_deg: bearing_deg(from, to),
            twin: None,
            straight: true,
            points: vec![from, to],
            roads: (u32::MAX, u32::MAX),
        };
        let first = self.links.len() as u32;
        self.links.push(link(a, b, from, to));
        self.links.push(link(b, a, to, from));
        [first, first + 1]
    }
}

/// Where in a list sorted by a number below `count` each number's part starts.
fn starts(numbers: impl Iterator<Item = u32>, count: usize) -> Vec<u32> {
    let mut starts = vec![0; count + 1];
    numbers.for_each(|number| starts[number as usize + 1] += 1);
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    starts
}

fn slice<'a, T>(all: &'a [T], starts: &[u32], number: u32) -> &'a [T] {
    let bound = |at: u32| starts.get(at as usize).map_or(0, |start| *start as usize);
    all.get(bound(number)..bound(number + 1)).unwrap_or_default()
}
