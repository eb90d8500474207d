//! What the imported maps have around some points, to be drawn: roads, and the borders of administrative areas.

use std::collections::BTreeMap;

use super::atlas::class_of;
use super::class::Class;
use super::geodesy::degree_m;
use super::shape::{Fixed, contains, nearest_between};
use super::source::{Ground, MapPlace, Road, Source};
use crate::model::Point;

/// Classes of roads by importance; what is not named comes last.
const CLASSES: [&str; 9] = [
    "motorway",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
    "living_street",
    "service",
];

/// What an area is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaKind {
    /// A ward, a commune, or a larger unit.
    Ward,
    /// A residential group, a hamlet.
    Group,
    /// Another area with a border.
    Area,
}

/// An area with its borders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// As the map calls it.
    pub name: String,
    /// What it is.
    pub kind: AreaKind,
    /// Polygons, each a border and its holes; rings are closed.
    pub polygons: Vec<Vec<Vec<Fixed>>>,
}

/// The roads of which a part is within so many metres of a point, the more important first, at most so many.
pub fn roads<'a>(sources: &'a [Source], around: &[Point], within_m: f64, most: usize) -> Vec<&'a Road> {
    let boxes = Boxes::new(around, within_m);
    let all = sources.iter().flat_map(|source| &source.roads);
    let mut near: Vec<&Road> = all.filter(|road| boxes.touched(&road.line, false)).collect();
    let rank = |road: &Road| CLASSES.iter().position(|class| road.class.starts_with(class)).unwrap_or(CLASSES.len());
    near.sort_by_key(|road| rank(road));
    near.truncate(most);
    near
}

/// The administrative areas that come within so many metres of a point.
pub fn areas(sources: &[Source], around: &[Point], within_m: f64) -> Vec<Area> {
    let boxes = Boxes::new(around, within_m);
    let all = sources.iter().flat_map(|source| &source.places);
    all.filter_map(|place| {
        let Ground::Area(rings) = &place.ground else { return None };
        let kind = kind(place)?;
        let holds = || around.iter().any(|at| place.ground.shape().contains(*at));
        let near = rings.iter().any(|ring| boxes.touched(ring, true)) || holds();
        near.then(|| Area { name: place.name.clone(), kind, polygons: polygons(rings) })
    })
    .collect()
}

fn kind(place: &MapPlace) -> Option<AreaKind> {
    match class_of(&place.name) {
        Some(Class::Unit) => Some(AreaKind::Ward),
        Some(Class::Group | Class::Hamlet) => Some(AreaKind::Group),
        _ => matches!(place.kind.as_str(), "boundary" | "administrative").then_some(AreaKind::Area),
    }
}

/// Flat rings as polygons: a ring within an even number of others is a border, another a hole of the border around it.
fn polygons(rings: &[Vec<Fixed>]) -> Vec<Vec<Vec<Fixed>>> {
    let points: Vec<Vec<Point>> = rings.iter().map(|ring| ring.iter().map(|at| Point::from(*at)).collect()).collect();
    let within = |n: usize, other: usize| {
        let first = points[n].first();
        n != other && first.is_some_and(|first| contains(std::slice::from_ref(&points[other]), *first))
    };
    let around = |n: usize| (0..rings.len()).filter(|other| within(n, *other)).collect::<Vec<_>>();
    let depths: Vec<usize> = (0..rings.len()).map(|n| around(n).len()).collect();
    let mut polygons: BTreeMap<usize, Vec<Vec<Fixed>>> = BTreeMap::new();
    for (n, ring) in rings.iter().enumerate().filter(|(n, _)| depths[*n].is_multiple_of(2)) {
        polygons.insert(n, vec![closed(ring)]);
    }
    for (n, ring) in rings.iter().enumerate().filter(|(n, _)| !depths[*n].is_multiple_of(2)) {
        let border = around(n).into_iter().find(|other| depths[*other] + 1 == depths[n]);
        if let Some(polygon) = border.and_then(|border| polygons.get_mut(&border)) {
            polygon.push(closed(ring));
        }
    }
    polygons.into_values().collect()
}

fn closed(ring: &[Fixed]) -> Vec<Fixed> {
    let mut closed = ring.to_vec();
    if closed.first() != closed.last() {
        closed.extend(ring.first().copied());
    }
    closed
}

/// Points with their surroundings, so that what is far is put aside by comparing numbers.
struct Boxes {
    around: Vec<(Point, [i32; 4])>,
    within_m: f64,
}

impl Boxes {
    fn new(around: &[Point], within_m: f64) -> Boxes {
        let fixed = |degrees: f64| (degrees * 1e7) as i32;
        let of = |at: &Point| {
            let (north, east) = degree_m(at.lat);
            let (lat, lon) = (within_m / north, within_m / east.max(1.0));
            (*at, [fixed(at.lat - lat), fixed(at.lon - lon), fixed(at.lat + lat), fixed(at.lon + lon)])
        };
        Boxes { around: around.iter().map(of).collect(), within_m }
    }

    /// Whether a part of a line is near one of the points.
    fn touched(&self, line: &[Fixed], is_ring: bool) -> bool {
        let last = if is_ring { line.first() } else { None };
        let ends = line.iter().skip(1).chain(last);
        let stretches: Vec<(&Fixed, &Fixed)> = line.iter().zip(ends).collect();
        self.around.iter().any(|(at, [south, west, north, east])| {
            stretches.iter().any(|(a, b)| {
                let apart = a.lat.max(b.lat) < *south
                    || a.lat.min(b.lat) > *north
                    || a.lon.max(b.lon) < *west
                    || a.lon.min(b.lon) > *east;
                !apart && nearest_between(Point::from(**a), Point::from(**b), *at).2 <= self.within_m
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Point = Point { lat: 18.07, lon: 106.29 };

    fn fixed(lat: f64, lon: f64) -> Fixed {
        Fixed::from(Point { lat, lon })
    }

    fn road(class: &str, line: &[(f64, f64)]) -> Road {
        let line = line.iter().map(|(lat, lon)| fixed(HOME.lat + lat, HOME.lon + lon)).collect();
        Road {
            id: 0,
            name: class.to_owned(),
            aliases: Vec::new(),
            refs: Vec::new(),
            class: class.to_owned(),
            oneway: Default::default(),
            access: Default::default(),
            maxspeed_kmh: None,
            line,
            nodes: Vec::new(),
        }
    }

    fn square(size: f64) -> Vec<Fixed> {
        [(-1.0, -1.0), (-1.0, 1.0), (1.0, 1.0), (1.0, -1.0)]
            .map(|(lat, lon)| fixed(HOME.lat + lat * size, HOME.lon + lon * size))
            .to_vec()
    }

    fn area(name: &str, kind: &str, rings: Vec<Vec<Fixed>>) -> MapPlace {
        MapPlace { name: name.to_owned(), aliases: Vec::new(), kind: kind.to_owned(), ground: Ground::Area(rings) }
    }

    #[test]
    fn a_road_is_near_where_it_passes_by_and_the_important_come_first() {
        // Some 11 km long, with its ends far away; and one 5.5 km off.
        let source = Source {
            roads: vec![
                road("service", &[(0.01, -0.05), (0.01, 0.05)]),
                road("trunk", &[(-0.05, 0.01), (0.05, 0.01)]),
                road("primary", &[(0.05, -0.05), (0.05, 0.05)]),
            ],
            ..Source::default()
        };
        let near = |most| -> Vec<String> {
            roads(std::slice::from_ref(&source), &[HOME], 3_000.0, most).iter().map(|road| road.name.clone()).collect()
        };
        assert_eq!(near(10), ["trunk", "service"]);
        assert_eq!(near(1), ["trunk"]);
    }

    #[test]
    fn areas_have_their_kind_and_their_holes() {
        let source = Source {
            places: vec![
                area("Phường Sông Trí", "administrative", vec![square(0.3), square(0.1), square(0.05)]),
                area("Tổ dân phố 2", "", vec![square(0.01)]),
                area("Khu bảo tồn", "boundary", vec![square(0.02)]),
                area("Chợ", "marketplace", vec![square(0.02)]),
            ],
            ..Source::default()
        };
        let found = areas(&[source], &[HOME], 3_000.0);
        let told: Vec<(&str, AreaKind)> = found.iter().map(|area| (area.name.as_str(), area.kind)).collect();
        assert_eq!(
            told,
            [("Phường Sông Trí", AreaKind::Ward), ("Tổ dân phố 2", AreaKind::Group), ("Khu bảo tồn", AreaKind::Area)]
        );
        // Far from its border, but within it: an island in a hole in the ward.
        let rings: Vec<usize> = found[0].polygons.iter().map(Vec::len).collect();
        assert_eq!(rings, [2, 1]);
        assert!(found[0].polygons.iter().flatten().all(|ring| ring.len() == 5 && ring.first() == ring.last()));
    }
}
