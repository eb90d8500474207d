//! `truyvet roads check`: whether the road map serves tracing.

use serde::Serialize;

use super::{Ending, Globals, context, places, print};
use crate::base::{Lang, Result};
use crate::config::Site;
use crate::model::{Mover, Point};
use crate::place::roads::Roads;
use crate::place::source::Sources;
use crate::say;
use crate::trace::net::Net;

/// A part of the net that is cut off is told if it has more nodes than this; maps cut off small ones at their edge.
const LEAST_NODES: usize = 3;
/// So many islands are listed.
const MOST: usize = 20;

/// The subcommands.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Check(CheckArgs),
}

#[derive(Debug, clap::Args)]
struct CheckArgs {
    #[arg(long)]
    json: bool,
}

/// What `roads check --json` prints.
#[derive(Serialize)]
struct Checked {
    roads: usize,
    nodes: usize,
    edges: usize,
    turns: usize,
    barriers: usize,
    /// Maps of another region, by name.
    elsewhere: Vec<Elsewhere>,
    /// Parts of the net that no road joins to the largest.
    islands: Vec<Island>,
    /// Cameras that see no road, for whom.
    blind: Vec<Blind>,
}

#[derive(Serialize)]
struct Elsewhere {
    source: String,
    km: f64,
}

#[derive(Serialize)]
struct Island {
    nodes: usize,
    at: Point,
}

#[derive(Serialize)]
struct Blind {
    camera: String,
    name: String,
    /// Kinds of movers none of whose roads it sees.
    movers: Vec<Mover>,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let What::Check(args) = &args.what;
    let told = check(&site)?;
    if args.json {
        print::json(&told)?;
    } else {
        tell(&told, globals.lang);
    }
    let wrong = told.roads == 0 || !told.elsewhere.is_empty() || !told.blind.is_empty();
    Ok(if wrong { Ending::Wrong } else { Ending::Done })
}

fn check(site: &Site) -> Result<Checked> {
    let sources = Sources::load(&site.data)?.sources;
    let roads = Roads::new(&sources);
    let (nodes, edges, count) = roads.counts();
    let (turns, barriers) = roads.turns_and_barriers();
    let elsewhere = sources.iter().filter_map(|source| {
        let (_, km) = places::far(site, source)?;
        Some(Elsewhere { source: source.name.clone(), km })
    });
    let island = |nodes: &Vec<u32>| {
        let at = nodes.first().map(|node| roads.at(*node))?;
        (nodes.len() > LEAST_NODES).then_some(Island { nodes: nodes.len(), at })
    };
    let nets: Vec<(Mover, Net)> =
        Mover::ALL.map(|mover| (mover, Net::new(&roads, &site.cameras, mover, &site.trace))).into();
    let blind = site.cameras.iter().filter_map(|camera| {
        let sees_none = |net: &Net| net.camera(&camera.id).is_none_or(|number| net.is_straight(number));
        let movers: Vec<Mover> = nets.iter().filter(|(_, net)| sees_none(net)).map(|(mover, _)| *mover).collect();
        let (id, name) = (camera.id.clone(), camera.name.clone());
        (!movers.is_empty()).then_some(Blind { camera: id, name, movers })
    });
    Ok(Checked {
        roads: count,
        nodes,
        edges,
        turns,
        barriers,
        elsewhere: elsewhere.collect(),
        islands: roads.islands().iter().skip(1).filter_map(island).collect(),
        blind: if count == 0 { Vec::new() } else { blind.collect() },
    })
}

fn tell(told: &Checked, lang: Lang) {
    let Checked { roads, nodes, edges, turns, barriers, .. } = told;
    if *roads == 0 {
        let said = say!(
            "chưa có đường nào: nhập bản đồ bằng truyvet places import; tới lúc đó mọi quãng đường là đường chim bay nhân hệ số",
            "there are no roads: import a map with truyvet places import; until then all distances are straight lines times a factor"
        );
        print::line(said.in_lang(lang));
        return;
    }
    let said = say!(
        "{roads} đường, {nodes} điểm, {edges} đoạn một chiều, {turns} cấm rẽ, {barriers} rào chắn",
        "{roads} roads, {nodes} nodes, {edges} stretches one way, {turns} turn restrictions, {barriers} barriers"
    );
    print::line(said.in_lang(lang));
    for Elsewhere { source, km } in &told.elsewhere {
        let said = say!(
            "! {source} là bản đồ nơi khác: cách camera gần nhất {km} km",
            "! {source} is a map of another region: {km} km from the nearest camera"
        );
        print::line(said.in_lang(lang));
    }
    for Island { nodes, at } in told.islands.iter().take(MOST) {
        let (lat, lon) = (at.lat, at.lon);
        let said = say!(
            "  đảo: {nodes} điểm quanh {lat:.5},{lon:.5} không nối với phần còn lại",
            "  island: {nodes} nodes around {lat:.5},{lon:.5} that nothing joins to the rest"
        );
        print::line(said.in_lang(lang));
    }
    for Blind { camera, name, movers } in &told.blind {
        let movers: Vec<&str> = movers.iter().map(|mover| mover.as_str()).collect();
        let movers = movers.join(", ");
        let said = say!(
            "! {camera} {name}: không thấy đường nào trên bản đồ ({movers}); kiểm tra tọa độ, hướng nhìn",
            "! {camera} {name}: sees no road of the map ({movers}); check its position and where it looks"
        );
        print::line(said.in_lang(lang));
    }
}
