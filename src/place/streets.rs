//! Streets from roads: a map cuts a street into many ways, people mean all of them.

use std::collections::HashMap;

use super::class::{self, Class};
use super::feature::Feature;
use super::shape::{Fixed, Shape};
use super::source::{Road, Source};
use super::words;
use crate::model::Point;

/// Roads of one name that are nearer to each other than this, 10⁻⁷ degrees (about 300 m), are one street.
const ONE_STREET: i64 = 30_000;
/// A gazetteer's street that has a point is the map's street of the same name only if that is not farther than this, metres.
const SAME_STREET_M: f64 = 3_000.0;

/// The key of a street's name without the word for its kind.
pub(super) fn core(name: &str) -> String {
    let words = words::words(name);
    let first = class::leading(&words).filter(|(class, ..)| matches!(class, Class::Street | Class::Lane));
    let count = first.map_or(0, |(.., count)| count).min(words.len().saturating_sub(1));
    words::key(words.get(count..).unwrap_or_default())
}

/// The lane's or street's own key: a lane 5 is not the street 5.
fn identity(name: &str) -> (bool, String) {
    (class_of(name) == Class::Lane, core(name))
}

fn class_of(name: &str) -> Class {
    match class::leading(&words::words(name)) {
        Some((Class::Lane, ..)) => Class::Lane,
        _ => Class::Street,
    }
}

/// A source, whether it is a lane, and its name's key.
type Key = (usize, bool, String);
/// A road's number, the road, and the name under which it is of a street.
type Named<'a> = (u32, &'a Road, &'a str);

/// The named and numbered streets of all roads, which are numbered through all sources.
pub(super) fn streets(sources: &[Source]) -> Vec<Feature> {
    let mut groups: HashMap<Key, Vec<Named<'_>>> = HashMap::new();
    let mut order: Vec<Key> = Vec::new();
    let mut number = 0;
    for (place, source) in sources.iter().enumerate() {
        for road in &source.roads {
            for name in std::iter::once(&road.name).chain(&road.refs).filter(|name| !name.is_empty()) {
                let (lane, core) = identity(name);
                let key = (place, lane, core);
                let group = groups.entry(key.clone()).or_default();
                if group.is_empty() {
                    order.push(key);
                }
                group.push((number, road, name));
            }
            number += 1;
        }
    }
    let mut features = Vec::new();
    for key in order {
        let source = sources.get(key.0).map(|source| source.name.clone());
        for part in parted(groups.remove(&key).unwrap_or_default()) {
            features.extend(street(&part, source.clone()));
        }
    }
    features
}

/// Roads of one name, parted into streets that lie apart.
fn parted<'a>(roads: Vec<Named<'a>>) -> Vec<Vec<Named<'a>>> {
    let mut parts: Vec<Vec<Named<'a>>> = Vec::new();
    let mut boxes: Vec<Vec<[i64; 4]>> = Vec::new();
    for one in roads {
        let here = bounds(&one.1.line);
        let touching: Vec<usize> =
            boxes.iter().enumerate().filter(|(_, all)| all.iter().any(|b| near(b, &here))).map(|(i, _)| i).collect();
        let (mut part, mut part_boxes) = (vec![one], vec![here]);
        for i in touching.into_iter().rev() {
            let (mut before, mut before_boxes) = (parts.swap_remove(i), boxes.swap_remove(i));
            before.append(&mut part);
            before_boxes.append(&mut part_boxes);
            (part, part_boxes) = (before, before_boxes);
        }
        parts.push(part);
        boxes.push(part_boxes);
    }
    parts
}

/// South, west, north, east.
fn bounds(line: &[Fixed]) -> [i64; 4] {
    let lats = || line.iter().map(|at| i64::from(at.lat));
    let lons = || line.iter().map(|at| i64::from(at.lon));
    [lats().min(), lons().min(), lats().max(), lons().max()].map(Option::unwrap_or_default)
}

fn near(a: &[i64; 4], b: &[i64; 4]) -> bool {
    let apart = |from: i64, to: i64| from - to > ONE_STREET;
    !(apart(a[0], b[2]) || apart(b[0], a[2]) || apart(a[1], b[3]) || apart(b[1], a[3]))
}

fn street(part: &[Named<'_>], source: Option<String>) -> Option<Feature> {
    let (_, first, name) = part.first()?;
    let mut aliases: Vec<String> = Vec::new();
    for (_, road, other) in part {
        let own = road.aliases.iter().filter(|_| road.name == *other);
        for alias in own.cloned().chain([(*other).to_owned()]) {
            if alias != *name && !aliases.contains(&alias) {
                aliases.push(alias);
            }
        }
    }
    let lines: Vec<Vec<Point>> =
        part.iter().map(|(_, road, _)| road.line.iter().map(|at| Point::from(*at)).collect()).collect();
    let shape = Shape::Line(lines);
    Some(Feature {
        name: (*name).to_owned(),
        kind: first.class.clone(),
        class: Some(class_of(name)),
        aliases,
        at: shape.middle(),
        shape: Some(shape),
        roads: part.iter().map(|(number, ..)| *number).collect(),
        note: None,
        source,
        weight: 1.0,
    })
}

/// Gives the gazetteer's streets the course that a map knows; the streets that are left.
pub(super) fn absorb(features: &mut [Feature], streets: Vec<Feature>) -> Vec<Feature> {
    let mut by_identity: HashMap<(bool, String), Vec<usize>> = HashMap::new();
    for (i, street) in streets.iter().enumerate() {
        by_identity.entry(identity(&street.name)).or_default().push(i);
    }
    let mut left: Vec<Option<Feature>> = streets.into_iter().map(Some).collect();
    for feature in features.iter_mut().filter(|feature| feature.is_street()) {
        let keys: Vec<(bool, String)> = feature.names().map(identity).collect();
        let mut lines = Vec::new();
        for i in keys.iter().filter_map(|key| by_identity.get(key)).flatten() {
            let near = |street: &mut Feature| {
                let metres = |at| street.shape.as_ref().map_or(f64::INFINITY, |shape| shape.distance_m(at));
                feature.at.is_none_or(|at| metres(at) <= SAME_STREET_M)
            };
            let Some(street) = left.get_mut(*i).and_then(|street| street.take_if(near)) else { continue };
            if let Some(Shape::Line(more)) = street.shape {
                lines.extend(more);
            }
            feature.roads.extend(street.roads);
            feature.aliases.push(street.name);
            feature.aliases.extend(street.aliases);
        }
        if !lines.is_empty() {
            let shape = Shape::Line(lines);
            feature.at = shape.middle();
            feature.shape = Some(shape);
        }
    }
    left.into_iter().flatten().collect()
}
