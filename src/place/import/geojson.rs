//! GeoJSON (RFC 7946): points, lines and polygons with a name.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::osm::Tags;
use super::{access, open, wrong};
use crate::base::Result;
use crate::model::Point;
use crate::place::shape::Fixed;
use crate::place::source::{Address, Ground, MapPlace, Road, Source, Stone};

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Document {
    FeatureCollection { features: Vec<Feature> },
    Feature(Feature),
}

#[derive(Deserialize)]
struct Feature {
    geometry: Option<Geometry>,
    properties: Option<Map<String, Value>>,
}

/// Longitude, latitude, and perhaps a height.
type Position = Vec<f64>;

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    Point {
        coordinates: Position,
    },
    MultiPoint {
        coordinates: Vec<Position>,
    },
    LineString {
        coordinates: Vec<Position>,
    },
    MultiLineString {
        coordinates: Vec<Vec<Position>>,
    },
    Polygon {
        coordinates: Vec<Vec<Position>>,
    },
    MultiPolygon {
        coordinates: Vec<Vec<Vec<Position>>>,
    },
    #[serde(rename = "GeometryCollection")]
    Several {},
}

/// Reads a file.
///
/// # Errors
/// For what is no GeoJSON, and for a position that is not on the earth.
pub(super) fn read(file: &Path) -> Result<Source> {
    let document: Document = serde_json::from_reader(open(file).map_err(wrong)?).map_err(wrong)?;
    let features = match document {
        Document::FeatureCollection { features } => features,
        Document::Feature(feature) => vec![feature],
    };
    let mut source = Source::default();
    for (number, feature) in features.into_iter().enumerate() {
        let properties = feature.properties.unwrap_or_default();
        if source.attribution.is_empty() {
            source.attribution = text(&properties, &["attribution", "licence", "license"]).unwrap_or_default();
        }
        let Some(geometry) = feature.geometry else { continue };
        let ground = ground(geometry).map_err(|why| wrong(format!("feature {number}: {why}")))?;
        if let Some(ground) = ground {
            keep(&mut source, &properties, ground);
        }
    }
    Ok(source)
}

fn keep(source: &mut Source, properties: &Map<String, Value>, ground: Ground) {
    // The longer name comes first: "Phường Sông Trí" beside "Sông Trí".
    let name = text(properties, &["fullName", "name:vi", "name", "ten"]).unwrap_or_default();
    let mut aliases: Vec<String> = Vec::new();
    for key in ["name", "alt_name", "old_name", "short_name", "aliases", "name:en"] {
        let texts = text(properties, &[key]).unwrap_or_default();
        let texts = texts.split(['|', ';']).map(str::trim).filter(|text| !text.is_empty() && *text != name);
        aliases.extend(texts.map(str::to_owned));
    }
    let tags: Tags = properties.iter().filter_map(|(key, value)| Some((key.clone(), shown(value)?))).collect();
    if let (Ground::Line(lines), Some(class)) = (&ground, access::class(&tags)) {
        let refs = text(properties, &["ref"]).unwrap_or_default();
        let refs: Vec<String> = refs.split(';').map(str::trim).filter(|r| !r.is_empty()).map(str::to_owned).collect();
        source.roads.extend(lines.iter().filter(|line| line.len() > 1).map(|line| Road {
            id: 0,
            name: name.clone(),
            aliases: aliases.clone(),
            refs: refs.clone(),
            class: class.to_owned(),
            oneway: access::oneway(class, &tags),
            access: access::access(class, &tags),
            maxspeed_kmh: access::maxspeed(&tags),
            line: line.clone(),
            nodes: Vec::new(),
        }));
        return;
    }
    if let Ground::Point(at) = ground {
        if let (Some(number), Some(street)) =
            (text(properties, &["addr:housenumber"]), text(properties, &["addr:street"]))
        {
            source.addresses.push(Address { number, street, at });
        }
        if let Some(km) = text(properties, &["km"]).and_then(|km| km.replace(',', ".").parse::<f64>().ok()) {
            let road = text(properties, &["road", "ref"]).unwrap_or_default();
            source.stones.push(Stone { road, km, at });
        }
    }
    if !name.is_empty() {
        let kind = text(properties, &["kind", "amenity", "shop", "office", "place", "boundary", "building"]);
        source.places.push(MapPlace { name, aliases, kind: kind.unwrap_or_default(), ground });
    }
}

fn shown(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        _ => None,
    }
}

fn text(properties: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| properties.get(*key).and_then(shown)).filter(|text| !text.is_empty())
}

fn ground(geometry: Geometry) -> Result<Option<Ground>, String> {
    let ground = match geometry {
        Geometry::Point { coordinates } => Ground::Point(fixed(&coordinates)?),
        Geometry::MultiPoint { coordinates } => match coordinates.first() {
            Some(first) => Ground::Point(fixed(first)?),
            None => return Ok(None),
        },
        Geometry::LineString { coordinates } => Ground::Line(lines(&[coordinates])?),
        Geometry::MultiLineString { coordinates } => Ground::Line(lines(&coordinates)?),
        Geometry::Polygon { coordinates } => Ground::Area(lines(&coordinates)?),
        Geometry::MultiPolygon { coordinates } => {
            let rings: Result<Vec<_>, String> = coordinates.iter().map(|rings| lines(rings)).collect();
            Ground::Area(rings?.concat())
        }
        Geometry::Several {} => return Ok(None),
    };
    let empty = matches!(&ground, Ground::Line(lines) | Ground::Area(lines) if lines.is_empty());
    Ok((!empty).then_some(ground))
}

fn lines(all: &[Vec<Position>]) -> Result<Vec<Vec<Fixed>>, String> {
    let lines: Result<Vec<_>, String> = all.iter().map(|positions| line(positions)).collect();
    Ok(lines?.into_iter().filter(|line| !line.is_empty()).collect())
}

fn line(positions: &[Position]) -> Result<Vec<Fixed>, String> {
    positions.iter().map(fixed).collect()
}

fn fixed(position: &Position) -> Result<Fixed, String> {
    match position.as_slice() {
        [lon, lat, ..] if lat.abs() <= 90.0 && lon.abs() <= 180.0 => Ok(Fixed::from(Point { lat: *lat, lon: *lon })),
        other => Err(format!("{other:?} is no longitude and latitude")),
    }
}
