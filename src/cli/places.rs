//! `truyvet places`: maps imported, listed and removed, and what a text is understood as.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use super::{Ending, Globals, context, print};
use crate::ask::{NamedPlace, degrees};
use crate::base::{Error, Kind, Lang, Result};
use crate::config::Site;
use crate::model::Point;
use crate::place::source::{Source, Sources};
use crate::place::{self, Atlas, Candidate, Shape, distance_m, fold, import};
use crate::say;

/// A map that is farther from the cameras than this, metres, is likely of another region.
const FAR_M: f64 = 50_000.0;

/// The subcommands.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Import(ImportArgs),
    List(ListArgs),
    Find(FindArgs),
    Remove(RemoveArgs),
}

#[derive(Debug, clap::Args)]
struct ImportArgs {
    #[arg(value_name = "FILE", required = true)]
    file: Vec<PathBuf>,
    #[arg(long)]
    replace: bool,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct FindArgs {
    #[arg(value_name = "TEXT", allow_hyphen_values = true)]
    text: String,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct RemoveArgs {
    #[arg(value_name = "SOURCE")]
    source: String,
}

#[derive(Serialize)]
struct FindAnswer {
    candidates: Vec<NamedPlace>,
}

#[derive(Serialize)]
struct ListAnswer<'a> {
    places: Vec<ListedPlace<'a>>,
    sources: Vec<SourceAnswer<'a>>,
}

#[derive(Serialize)]
struct ListedPlace<'a> {
    name: &'a str,
    kind: &'a str,
    lat: Option<f64>,
    lon: Option<f64>,
    shape: Option<&'static str>,
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct SourceAnswer<'a> {
    name: &'a str,
    attribution: &'a str,
    imported: &'a str,
    places: usize,
    roads: usize,
    addresses: usize,
    stones: usize,
    restrictions: usize,
    barriers: usize,
    far_km: Option<f64>,
}

/// A place in a line for people.
pub(super) fn line(place: &Candidate, lang: Lang) -> String {
    let (name, why) = (&place.name, place.why.in_lang(lang));
    let at = match place.at {
        Some(at) => format!("{},{}", degrees(at.lat), degrees(at.lon)),
        None => say!("chưa có tọa độ", "no coordinates").in_lang(lang).to_owned(),
    };
    format!("{name} ({at}) · {} · {why}", print::percent(place.score, lang))
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    match &args.what {
        What::Import(args) => import(globals, &site, args),
        What::List(args) => list(globals, &site, args),
        What::Find(args) => find(globals, &site, args),
        What::Remove(args) => remove(globals, &site, args),
    }
}

fn import(globals: &Globals, site: &Site, args: &ImportArgs) -> Result<Ending> {
    let now = Timestamp::now().to_string();
    let mut fresh: Vec<Source> = Vec::new();
    for file in &args.file {
        let source = import::read(file, &now)?;
        if fresh.iter().any(|other| other.name == source.name) {
            let name = &source.name;
            return Err(Error::new(
                Kind::Usage,
                say!(
                    "hai tệp cùng tên {name}: bản đồ được giữ theo tên, hãy đổi tên một tệp",
                    "two files are named {name}: maps are kept by their names, rename one of them"
                ),
            ));
        }
        fresh.push(source);
    }
    Sources::change(&site.data, args.replace, |sources| {
        fresh.iter().for_each(|source| sources.put(source.clone()));
        Ok(())
    })?;
    if args.json {
        let told: Vec<SourceAnswer<'_>> = fresh.iter().map(|source| source_answer(site, source)).collect();
        print::json(&told)?;
    } else {
        fresh.iter().for_each(|source| tell_source(site, source, globals.lang));
    }
    for source in &fresh {
        warn(site, source, globals.lang);
    }
    Ok(Ending::Done)
}

fn warn(site: &Site, source: &Source, lang: Lang) {
    let file = &source.name;
    if let Some((at, km)) = far(site, source)
        && let Some(camera) = site.cameras.first()
    {
        let (place, name) = (source.places.iter().map(|p| p.name.as_str()).next().unwrap_or("?"), &camera.name);
        let said = say!(
            "{file} là bản đồ nơi khác: quanh {at} ({place}), cách camera gần nhất {km} km, còn camera ở quanh {name}; vẫn đã nhập",
            "{file} is a map of another region: around {at} ({place}), {km} km from the nearest camera, while the cameras are around {name}; it was imported all the same"
        );
        print::warning(said.in_lang(lang), lang);
    }
    if source.places.is_empty() && source.roads.is_empty() && source.addresses.is_empty() && source.stones.is_empty() {
        let said = say!("{file} không có địa điểm hay đường nào", "{file} has no place and no road");
        print::warning(said.in_lang(lang), lang);
    }
}

/// The middle of what a map has, and how far the nearest camera is from everything in it, where that is far.
pub(super) fn far(site: &Site, source: &Source) -> Option<(String, f64)> {
    let points: Vec<Point> = source
        .roads
        .iter()
        .flat_map(|road| road.line.first().map(|at| Point::from(*at)))
        .chain(source.places.iter().filter_map(|place| place.ground.shape().middle()))
        .chain(source.addresses.iter().map(|address| Point::from(address.at)))
        .chain(source.stones.iter().map(|stone| Point::from(stone.at)))
        .collect();
    let cameras = || site.cameras.iter().map(|camera| camera.at);
    let nearest = points.iter().flat_map(|at| cameras().map(|camera| distance_m(*at, camera)));
    let metres = nearest.fold(f64::INFINITY, f64::min);
    let first = points.first()?;
    (metres > FAR_M && metres.is_finite())
        .then(|| (format!("{:.4},{:.4}", first.lat, first.lon), (metres / 1000.0).round()))
}

fn source_answer<'a>(site: &Site, source: &'a Source) -> SourceAnswer<'a> {
    SourceAnswer {
        name: &source.name,
        attribution: &source.attribution,
        imported: &source.imported,
        places: source.places.len(),
        roads: source.roads.len(),
        addresses: source.addresses.len(),
        stones: source.stones.len(),
        restrictions: source.restrictions.len(),
        barriers: source.barriers.len(),
        far_km: far(site, source).map(|(_, km)| km),
    }
}

fn tell_source(site: &Site, source: &Source, lang: Lang) {
    let SourceAnswer { name, attribution, places, roads, addresses, stones, restrictions, barriers, .. } =
        source_answer(site, source);
    let said = say!(
        "{name}: {places} địa điểm, {roads} đoạn đường, {addresses} số nhà, {stones} cột km, {restrictions} cấm rẽ, {barriers} rào chắn",
        "{name}: {places} places, {roads} road sections, {addresses} house numbers, {stones} kilometre stones, {restrictions} turn restrictions, {barriers} barriers"
    );
    print::line(said.in_lang(lang));
    if !attribution.is_empty() {
        print::line(&format!("  {attribution}"));
    }
}

fn list(globals: &Globals, site: &Site, args: &ListArgs) -> Result<Ending> {
    let atlas = context::atlas(site)?;
    let wanted = args.text.as_deref().map(fold).unwrap_or_default();
    let fits = |place: &Candidate| {
        fold(&place.name).contains(&wanted) && args.kind.as_ref().is_none_or(|kind| place.kind == *kind)
    };
    let places: Vec<(Candidate, Option<&str>)> = atlas.all().filter(|(place, _)| fits(place)).collect();
    if args.json {
        let told = places.iter().map(|(place, source)| ListedPlace {
            name: &place.name,
            kind: &place.kind,
            lat: place.at.map(|at| degrees(at.lat)),
            lon: place.at.map(|at| degrees(at.lon)),
            shape: place.shape.as_ref().map(Shape::word),
            source: *source,
        });
        let sources = atlas.sources().iter().map(|source| source_answer(site, source)).collect();
        print::json(&ListAnswer { places: told.collect(), sources })?;
        return Ok(Ending::Done);
    }
    tell_list(&atlas, &places, site, globals.lang);
    Ok(Ending::Done)
}

fn tell_list(atlas: &Atlas, places: &[(Candidate, Option<&str>)], site: &Site, lang: Lang) {
    for (place, source) in places {
        let at = match place.at {
            Some(at) => format!("{},{}", degrees(at.lat), degrees(at.lon)),
            None => say!("chưa có tọa độ", "no coordinates").in_lang(lang).to_owned(),
        };
        let shape = place.shape.as_ref().map_or("", Shape::word);
        let source = source.map(|source| format!(" · {source}")).unwrap_or_default();
        print::line(&format!("{} · {} · {at} {shape}{source}", place.name, place.kind));
    }
    let count = places.len();
    print::line(say!("{count} địa điểm", "{count} places").in_lang(lang));
    atlas.sources().iter().for_each(|source| tell_source(site, source, lang));
}

fn find(globals: &Globals, site: &Site, args: &FindArgs) -> Result<Ending> {
    let atlas = context::atlas(site)?;
    let found = place::resolve(&atlas, &args.text);
    if args.json {
        print::json(&FindAnswer {
            candidates: found.iter().map(|place| NamedPlace::of(place, globals.lang)).collect(),
        })?;
        return Ok(Ending::Done);
    }
    for place in &found {
        print::line(&format!("▪ \"{}\": {}", place.text, line(place, globals.lang)));
    }
    if found.is_empty() {
        let said = say!("không nhận ra địa điểm nào", "no place was recognised");
        print::line(said.in_lang(globals.lang));
    }
    Ok(Ending::Done)
}

fn remove(globals: &Globals, site: &Site, args: &RemoveArgs) -> Result<Ending> {
    Sources::change(&site.data, false, |sources| {
        let before = sources.sources.len();
        sources.sources.retain(|source| source.name != args.source);
        if sources.sources.len() < before {
            return Ok(());
        }
        let name = &args.source;
        let known = sources.sources.iter().map(|source| source.name.clone()).collect::<Vec<_>>().join(", ");
        Err(Error::new(
            Kind::Usage,
            say!(
                "chưa nhập bản đồ nào tên \"{name}\"; có: {known}",
                "no map \"{name}\" was imported; there are: {known}"
            ),
        ))
    })?;
    let name = &args.source;
    print::line(say!("đã bỏ {name}", "removed {name}").in_lang(globals.lang));
    Ok(Ending::Done)
}
