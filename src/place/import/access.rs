//! Who may use a road, and in which direction, by OpenStreetMap's tags.
//!
//! <https://wiki.openstreetmap.org/wiki/OSM_tags_for_routing/Access_restrictions>: the class of the road says who may, and the
//! tags from the most general to the most special change that.

use super::osm::{Tags, value};
use crate::place::source::{Access, Oneway};

/// The classes of `highway` that are roads or paths; the rest (platforms, proposed ones) are none.
const FOOT_ONLY: &[&str] = &["footway", "steps", "pedestrian", "corridor"];
const PATHS: &[&str] = &["path", "cycleway", "bridleway"];
const ROADS: &[&str] = &[
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
    "road",
    "busway",
];

/// The road's class, where a way is a road or a path.
pub(super) fn class(tags: &Tags) -> Option<&str> {
    let class = value(tags, "highway")?;
    [FOOT_ONLY, PATHS, ROADS].iter().any(|classes| classes.contains(&class)).then_some(class)
}

/// Who may use a road of this class with these tags.
pub(super) fn access(class: &str, tags: &Tags) -> Access {
    let (mut foot, mut bicycle, mut motorcycle, mut motorcar) = match class {
        _ if FOOT_ONLY.contains(&class) => (true, false, false, false),
        "cycleway" => (true, true, false, false),
        // In Vietnam a path is a lane that motorcycles use, unless a tag says otherwise.
        "path" => (true, true, true, false),
        "bridleway" => (true, false, false, false),
        "motorway" | "motorway_link" => (false, false, false, true),
        "busway" => (false, false, false, false),
        _ => (true, true, true, true),
    };
    let told = |key: &str| {
        let allowed = |value: &str| !matches!(value, "no" | "private" | "agricultural" | "forestry" | "use_sidepath");
        value(tags, key).map(allowed)
    };
    let all = |allowed: bool, who: &mut [&mut bool]| who.iter_mut().for_each(|one| **one = allowed);
    if let Some(allowed) = told("access") {
        // "access=yes" does not make a footway a road.
        if !allowed {
            all(false, &mut [&mut foot, &mut bicycle, &mut motorcycle, &mut motorcar]);
        }
    }
    if let Some(allowed) = told("vehicle") {
        all(allowed, &mut [&mut bicycle, &mut motorcycle, &mut motorcar]);
    }
    if let Some(allowed) = told("motor_vehicle") {
        all(allowed, &mut [&mut motorcycle, &mut motorcar]);
    }
    for (key, who) in
        [("foot", &mut foot), ("bicycle", &mut bicycle), ("motorcycle", &mut motorcycle), ("motorcar", &mut motorcar)]
    {
        *who = told(key).unwrap_or(*who);
    }
    Access { foot, bicycle, motorcycle, motorcar }
}

/// In which direction vehicles may drive.
pub(super) fn oneway(class: &str, tags: &Tags) -> Oneway {
    match value(tags, "oneway") {
        Some("yes" | "true" | "1") => Oneway::Along,
        Some("-1" | "reverse") => Oneway::Against,
        Some(_) => Oneway::No,
        None if class == "motorway"
            || value(tags, "junction").is_some_and(|j| j == "roundabout" || j == "circular") =>
        {
            Oneway::Along
        }
        None => Oneway::No,
    }
}

/// A limit in km/h: `40`, `25 mph`; none for words such as `signals`.
pub(super) fn maxspeed(tags: &Tags) -> Option<f32> {
    let text = value(tags, "maxspeed")?;
    let (number, factor) = match text.strip_suffix("mph") {
        Some(miles) => (miles, 1.609_344),
        None => (text.strip_suffix("km/h").unwrap_or(text), 1.0),
    };
    let value = number.trim().parse::<f32>().ok()? * factor;
    (value > 0.0 && value < 400.0).then_some(value)
}
