//! All places of a site in one: gazetteer, units, imported maps; built once, then asked.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use super::chainage::{self, Mark};
use super::class::{self, Class};
use super::feature::{CLOSE, Candidate, Feature};
use super::gazetteer::Gazetteer;
use super::names::Names;
use super::roads::{Roads, Travel};
use super::shape::{Fixed, Shape};
use super::source::{Source, Sources};
use super::{former, resolve, streets, words};
use crate::base::{Error, Kind, Result};
use crate::model::Point;
use crate::say;

/// No candidate below this is a place that somebody named.
const NAMED: f64 = 0.5;

/// All places of a site.
#[derive(Debug, Default)]
pub struct Atlas {
    pub(super) features: Vec<Feature>,
    pub(super) names: Names,
    pub(super) marks: Vec<Mark>,
    /// House numbers by street (its name's key without the kind) and number.
    pub(super) houses: HashMap<String, HashMap<String, Vec<Fixed>>>,
    /// Where the site is: what is far from it is less likely meant.
    pub(super) home: Option<Point>,
    /// Junctions by the keys of their names: which two streets meet is read from those.
    pub(super) junctions: Vec<(u32, Vec<String>)>,
    sources: Vec<Source>,
    roads: OnceLock<Roads>,
}

impl Atlas {
    /// Reads the operator's tables and what was imported into the data folder.
    ///
    /// # Errors
    /// What [`Gazetteer::load`] and [`Sources::load`] report.
    pub fn load(files: &[impl AsRef<Path>], data: &Path, home: Option<Point>) -> Result<Atlas> {
        Ok(Atlas::new(Gazetteer::load(files)?, Sources::load(data)?, home))
    }

    /// Puts everything together. `home` is where the site is.
    pub fn new(gazetteer: Gazetteer, sources: Sources, home: Option<Point>) -> Atlas {
        let mut atlas = Atlas { home, sources: sources.sources, ..Atlas::default() };
        for place in &gazetteer.places {
            atlas.marks.extend(chainage::mark_of(place));
            atlas.features.push(Feature {
                name: place.name.clone(),
                kind: place.kind.clone(),
                class: class::of_kind(&place.kind).or_else(|| class_of(&place.name)),
                aliases: place.aliases.clone(),
                shape: place.at.map(Shape::Point),
                at: place.at,
                roads: Vec::new(),
                note: None,
                source: None,
                weight: 1.0,
            });
        }
        let from_roads = streets::absorb(&mut atlas.features, streets::streets(&atlas.sources));
        atlas.features.extend(from_roads);
        for source in &atlas.sources {
            atlas.features.extend(source.places.iter().map(|place| from_map(place, &source.name)));
            atlas.marks.extend(source.stones.iter().map(Mark::from));
            for address in &source.addresses {
                let houses = atlas.houses.entry(streets::core(&address.street)).or_default();
                houses.entry(address.number.to_lowercase()).or_default().push(address.at);
            }
        }
        let units = former::features(&gazetteer.changes, &atlas.features);
        atlas.features.extend(units);
        for (number, feature) in atlas.features.iter().enumerate() {
            for name in feature.names().flat_map(ways_to_say) {
                atlas.names.add(number as u32, &name, feature.class);
            }
        }
        let key = |name: &str| words::key(&words::words(name));
        let junctions = atlas
            .names
            .of_kind(Class::Junction, "")
            .into_iter()
            .filter_map(|number| Some((number, atlas.features.get(number as usize)?.names().map(key).collect())));
        atlas.junctions = junctions.collect();
        atlas
    }

    /// The graph of the imported roads; made when it is first asked for.
    pub fn roads(&self) -> &Roads {
        self.roads.get_or_init(|| Roads::new(&self.sources))
    }

    /// The imported files.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Metres from a point to another along the roads, whichever way they may be driven; none where no road is known near one of
    /// them, or none leads there.
    pub fn road_m(&self, from: Point, to: Point) -> Option<f64> {
        self.roads().distance_m(from, to, &Travel::ANYHOW)
    }

    /// How many places have a name.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// Every place as a candidate of its own name, in the order of gazetteer, streets, maps, units.
    pub fn all(&self) -> impl Iterator<Item = (Candidate, Option<&str>)> {
        self.features.iter().map(|feature| {
            let candidate = resolve::named(feature, "", 0..0, 1.0, super::names::How::Whole);
            (candidate, feature.source.as_deref())
        })
    }

    /// The one place that a text names, for whoever must have one. It has a shape and a point.
    ///
    /// # Errors
    /// [`Kind::Usage`] when there is none (naming the nearest names), when several are about equally likely, or when the one has no
    /// coordinates.
    pub fn find(&self, text: &str) -> Result<(Candidate, Shape, Point)> {
        let mut candidates = resolve::resolve(self, text);
        candidates.retain(|candidate| candidate.score >= NAMED);
        let Some(best) = candidates.first().cloned() else { return Err(self.unknown(text)) };
        let close = candidates.iter().filter(|candidate| best.score - candidate.score < CLOSE);
        let close: Vec<&Candidate> = close.collect();
        if close.len() > 1 {
            let list = quoted(close.iter().map(|candidate| candidate.name.as_str()));
            return Err(Error::new(
                Kind::Usage,
                say!(
                    "\"{text}\" có thể là nhiều địa điểm: {list}; hãy nêu rõ một",
                    "\"{text}\" may be several places: {list}; name one of them"
                ),
            ));
        }
        match (best.shape.clone(), best.at) {
            (Some(shape), Some(at)) => Ok((best, shape, at)),
            _ => {
                let (known, why) = (&best.name, &best.why);
                let because = |why: &str| if best.kind == "chainage" { format!(" ({why})") } else { String::new() };
                let (vi, en) = (because(&why.vi), because(&why.en));
                Err(Error::new(
                    Kind::Usage,
                    say!(
                        "địa điểm \"{known}\" chưa có tọa độ{vi}; hãy dùng --near LAT,LON hoặc điền lat, lon trong tệp địa điểm",
                        "the place \"{known}\" has no coordinates{en}; use --near LAT,LON or fill in lat, lon in the gazetteer"
                    ),
                ))
            }
        }
    }

    fn unknown(&self, text: &str) -> Error {
        let wanted = words::fold(text);
        let near = |feature: &Feature| {
            feature.names().map(|n| strsim::jaro_winkler(&words::fold(n), &wanted)).fold(0.0, f64::max)
        };
        let mut near: Vec<(f64, &str)> = self.features.iter().map(|f| (near(f), f.name.as_str())).collect();
        near.retain(|(score, _)| *score > 0.75);
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        near.dedup_by(|a, b| a.1 == b.1);
        if near.is_empty() {
            return Error::new(
                Kind::Usage,
                say!(
                    "không có địa điểm \"{text}\"; thêm vào tệp địa điểm ([places] files) hoặc dùng --near LAT,LON",
                    "there is no place \"{text}\"; add it to a gazetteer ([places] files) or use --near LAT,LON"
                ),
            );
        }
        let list = quoted(near.iter().take(3).map(|(_, n)| *n));
        Error::new(
            Kind::Usage,
            say!("không có địa điểm \"{text}\"; gần giống: {list}", "there is no place \"{text}\"; near it: {list}"),
        )
    }
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(", ")
}

pub(super) fn class_of(name: &str) -> Option<Class> {
    class::leading(&words::words(name)).map(|(class, ..)| class)
}

fn from_map(place: &super::source::MapPlace, source: &str) -> Feature {
    let shape = place.ground.shape();
    Feature {
        name: place.name.clone(),
        kind: place.kind.clone(),
        class: class::of_kind(&place.kind).or_else(|| class_of(&place.name)),
        aliases: place.aliases.clone(),
        at: shape.middle(),
        shape: Some(shape),
        roads: Vec::new(),
        note: None,
        source: Some(source.to_owned()),
        weight: 1.0,
    }
}

/// A name and what it is without its brackets, and the other way round for a junction of two streets.
fn ways_to_say(name: &str) -> Vec<String> {
    let mut ways = vec![name.to_owned()];
    if let Some((before, _)) = name.split_once('(')
        && !before.trim().is_empty()
    {
        ways.push(before.trim().to_owned());
    }
    let words = words::words(name);
    // "nhà văn hóa TDP Hưng Hòa", "UBND phường Sông Trí": the second kind is often left out.
    if let Some((Class::Hall | Class::Office | Class::Hospital | Class::School, _, count)) = class::leading(&words)
        && let Some((Class::Group | Class::Unit, _, more)) = words.get(count..).and_then(class::leading)
        && let (Some(kind), Some(first)) = (words.get(count.saturating_sub(1)), words.get(count + more))
        && let (Some(kind), Some(rest)) = (name.get(..kind.at.end), name.get(first.at.start..))
    {
        ways.push(format!("{kind} {rest}"));
    }
    let dash = [" - ", " – ", " — "].iter().find_map(|dash| name.split_once(dash));
    if let (Some((Class::Junction, _, count)), Some((one, other))) = (class::leading(&words), dash) {
        let kind_ends = words.get(count.saturating_sub(1)).map_or(0, |word| word.at.end);
        if let (Some(kind), Some(first)) = (one.get(..kind_ends), one.get(kind_ends..)) {
            ways.push(format!("{kind} {other} - {}", first.trim()));
        }
    }
    ways
}
