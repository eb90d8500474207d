//! What of OpenStreetMap's nodes, ways and relations we keep: roads, named places, areas, addresses, kilometre stones.
//!
//! A file is gone through three times, relations first, so that only the points are kept that something needs.

use std::collections::{HashMap, HashSet};

use super::{access, assemble};
use crate::base::Result;
use crate::model::Point;
use crate::place::shape::Fixed;
use crate::place::source::{Address, Barrier, Ground, MapPlace, Restriction, Road, Source, Stone};

/// Keys and values.
pub(super) type Tags = Vec<(String, String)>;

/// Which elements are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Nodes,
    Ways,
    Relations,
}

/// One member of a relation.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Whether it is a way.
    pub way: bool,
    pub id: i64,
    pub role: String,
}

/// One element.
pub(super) enum Element<'a> {
    Node { id: i64, at: Point, tags: &'a Tags },
    Way { id: i64, nodes: &'a [i64], tags: &'a Tags },
    Relation { members: &'a [Member], tags: &'a Tags },
}

/// A file that can be gone through several times.
pub(super) trait Elements {
    /// Shows every element of a kind, in the file's order.
    ///
    /// # Errors
    /// For what is no such file.
    fn each(&self, what: What, see: &mut dyn FnMut(Element<'_>)) -> Result<()>;
}

/// The value of a key.
pub(super) fn value<'a>(tags: &'a Tags, key: &str) -> Option<&'a str> {
    tags.iter().find(|(k, _)| k == key).map(|(_, v)| v.trim()).filter(|v| !v.is_empty())
}

/// Whose data it is: <https://www.openstreetmap.org/copyright>.
const ATTRIBUTION: &str = "© OpenStreetMap contributors, ODbL 1.0";

/// A way that is kept.
struct Way {
    id: i64,
    nodes: Vec<i64>,
    tags: Tags,
}

/// A relation that describes an area.
struct Area {
    tags: Tags,
    ways: Vec<i64>,
}

#[derive(Default)]
struct Kept {
    areas: Vec<Area>,
    /// Ways that areas need.
    borders: HashMap<i64, Vec<i64>>,
    restrictions: Vec<Restriction>,
    ways: Vec<Way>,
    nodes: HashMap<i64, Fixed>,
}

/// Reads a file.
///
/// # Errors
/// What [`Elements::each`] reports.
pub(super) fn read(file: &dyn Elements) -> Result<Source> {
    let mut kept = Kept::default();
    file.each(What::Relations, &mut |element| kept.relation(&element))?;
    file.each(What::Ways, &mut |element| kept.way(&element))?;
    let wanted = kept.ways.iter().flat_map(|way| &way.nodes).chain(kept.borders.values().flatten());
    let wanted: HashSet<i64> = wanted.copied().collect();
    let mut source = Source { attribution: ATTRIBUTION.to_owned(), ..Source::default() };
    file.each(What::Nodes, &mut |element| {
        if let Element::Node { id, at, tags } = element {
            if wanted.contains(&id) {
                kept.nodes.insert(id, Fixed::from(at));
            }
            node(&mut source, id, at, tags);
        }
    })?;
    kept.into_source(&mut source);
    Ok(source)
}

impl Kept {
    fn relation(&mut self, element: &Element<'_>) {
        let Element::Relation { members, tags } = element else { return };
        match value(tags, "type") {
            Some("restriction") => self.restriction(members, tags),
            Some("multipolygon" | "boundary") if name(tags).is_some() && kind(tags).is_some() => {
                // A hole's border counts as any other: an area is within by the even-odd rule.
                let ways: Vec<i64> = members.iter().filter(|m| m.way).map(|m| m.id).collect();
                self.borders.extend(ways.iter().map(|way| (*way, Vec::new())));
                self.areas.push(Area { tags: (*tags).clone(), ways });
            }
            _ => {}
        }
    }

    fn restriction(&mut self, members: &[Member], tags: &Tags) {
        let of = |role: &str| members.iter().filter(|m| m.role == role).map(|m| m.id).collect::<Vec<_>>();
        let kind = value(tags, "restriction").or_else(|| value(tags, "restriction:conditional"));
        if let (Some(kind), [from], [to]) = (kind, of("from").as_slice(), of("to").as_slice()) {
            let via = of("via");
            self.restrictions.push(Restriction { kind: kind.to_owned(), from: *from, via, to: *to });
        }
    }

    fn way(&mut self, element: &Element<'_>) {
        let Element::Way { id, nodes, tags } = element else { return };
        if let Some(border) = self.borders.get_mut(id) {
            *border = nodes.to_vec();
        }
        let place = name(tags).is_some() && kind(tags).is_some();
        if access::class(tags).is_some() || place || value(tags, "addr:housenumber").is_some() {
            self.ways.push(Way { id: *id, nodes: nodes.to_vec(), tags: (*tags).clone() });
        }
    }

    fn into_source(self, source: &mut Source) {
        let place = |node: &i64| self.nodes.get(node).copied();
        for way in &self.ways {
            // An extract cuts ways: points outside it are not there.
            let known: Vec<(i64, Fixed)> = way.nodes.iter().filter_map(|n| Some((*n, place(n)?))).collect();
            let line: Vec<Fixed> = known.iter().map(|(_, at)| *at).collect();
            let closed = way.nodes.len() > 3 && way.nodes.first() == way.nodes.last();
            let square = value(&way.tags, "area") == Some("yes");
            match access::class(&way.tags) {
                Some(class) if line.len() > 1 && !(square && closed) => {
                    source.roads.push(road(way, class, line, known.into_iter().map(|(node, _)| node).collect()));
                    continue;
                }
                _ => {}
            }
            let Some(first) = line.first().copied() else { continue };
            let ground = if closed && line.len() > 3 { Ground::Area(vec![line]) } else { Ground::Line(vec![line]) };
            let middle = ground.shape().middle().map_or(first, Fixed::from);
            address(source, middle, &way.tags);
            if let (Some(name), Some(kind)) = (name(&way.tags), kind(&way.tags)) {
                source.places.push(named(name, kind, &way.tags, ground));
            }
        }
        for area in &self.areas {
            let lines = area.ways.iter().filter_map(|way| self.borders.get(way));
            let lines: Vec<Vec<Fixed>> = lines.map(|nodes| nodes.iter().filter_map(place).collect()).collect();
            let rings = assemble::rings(lines);
            if let (Some(name), Some(kind), false) = (name(&area.tags), kind(&area.tags), rings.is_empty()) {
                source.places.push(named(name, kind, &area.tags, Ground::Area(rings)));
            }
        }
        source.restrictions = self.restrictions;
    }
}

fn node(source: &mut Source, id: i64, at: Point, tags: &Tags) {
    if tags.is_empty() {
        return;
    }
    let at = Fixed::from(at);
    if let Some(kind) = value(tags, "barrier") {
        source.barriers.push(Barrier { node: id, kind: kind.to_owned() });
    }
    if value(tags, "highway") == Some("milestone")
        && let Some(km) = value(tags, "distance").or_else(|| value(tags, "pk")).and_then(kilometres)
    {
        let road = value(tags, "road_ref").or_else(|| value(tags, "ref")).unwrap_or_default().to_owned();
        source.stones.push(Stone { road, km, at });
    }
    address(source, at, tags);
    if let (Some(name), Some(kind)) = (name(tags), kind(tags)) {
        source.places.push(named(name, kind, tags, Ground::Point(at)));
    }
}

/// `565.8`, `565,8 km`, `565+800`.
fn kilometres(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches("km").trim().replace(',', ".");
    let km = match text.split_once('+') {
        Some((km, metres)) => km.trim().parse::<f64>().ok()? + metres.trim().parse::<f64>().ok()? / 1000.0,
        None => text.parse().ok()?,
    };
    (0.0..10_000.0).contains(&km).then_some(km)
}

fn name(tags: &Tags) -> Option<&str> {
    value(tags, "name:vi").or_else(|| value(tags, "name"))
}

/// Every other name that people may use, each once.
fn aliases(tags: &Tags, name: &str) -> Vec<String> {
    let keys = [
        "name",
        "alt_name",
        "alt_name:vi",
        "old_name",
        "old_name:vi",
        "short_name",
        "official_name",
        "loc_name",
        "name:en",
    ];
    let texts = keys.iter().filter_map(|key| value(tags, key)).flat_map(|text| text.split(';'));
    let mut all: Vec<String> = Vec::new();
    for text in texts.map(str::trim).filter(|text| !text.is_empty() && *text != name) {
        if !all.iter().any(|other| other == text) {
            all.push(text.to_owned());
        }
    }
    all
}

/// What a named thing is; none for what nobody would search at.
fn kind(tags: &Tags) -> Option<&str> {
    let keys =
        ["amenity", "shop", "office", "tourism", "leisure", "healthcare", "historic", "place", "man_made", "railway"];
    let told = keys.iter().find_map(|key| value(tags, key));
    let boundary = || value(tags, "boundary").filter(|b| *b == "administrative").map(|_| "boundary");
    let bridge = || value(tags, "bridge").filter(|_| value(tags, "highway").is_none()).map(|_| "bridge");
    let junction = || value(tags, "junction").filter(|j| *j == "yes" || *j == "intersection").map(|_| "junction");
    let built = || value(tags, "landuse").or_else(|| value(tags, "building").map(|_| "building"));
    boundary().or(told).or_else(bridge).or_else(junction).or_else(built)
}

fn named(name: &str, kind: &str, tags: &Tags, ground: Ground) -> MapPlace {
    MapPlace { name: name.to_owned(), aliases: aliases(tags, name), kind: kind.to_owned(), ground }
}

fn address(source: &mut Source, at: Fixed, tags: &Tags) {
    let (Some(numbers), Some(street)) = (value(tags, "addr:housenumber"), value(tags, "addr:street")) else { return };
    for number in numbers.split([';', ',']).map(str::trim).filter(|number| !number.is_empty()) {
        source.addresses.push(Address { number: number.to_owned(), street: street.to_owned(), at });
    }
}

fn road(way: &Way, class: &str, line: Vec<Fixed>, nodes: Vec<i64>) -> Road {
    let tags = &way.tags;
    let name = name(tags).unwrap_or_default();
    let refs = value(tags, "ref").into_iter().flat_map(|refs| refs.split(';'));
    Road {
        id: way.id,
        name: name.to_owned(),
        aliases: aliases(tags, name),
        refs: refs.map(|r| r.trim().to_owned()).filter(|r| !r.is_empty()).collect(),
        class: class.to_owned(),
        oneway: access::oneway(class, tags),
        access: access::access(class, tags),
        maxspeed_kmh: access::maxspeed(tags),
        line,
        nodes,
    }
}
