//! How much footage has to be watched until a route is known: journeys made up for the purpose, on a generated town or on a map, past
//! cameras that miss, stand still and go wrong, by several ways of looking.
//!
//! `cargo bench --bench trace -- [--roads FILE] [--seed N]… [--trips N] [--cameras N]… [--mover KIND]… [--set TOML]`. The numbers of the model were
//! chosen on the seeds 1 to 9, and on nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

#[path = "trace/ways.rs"]
mod ways;
#[path = "trace/world.rs"]
mod world;

use std::path::PathBuf;
use std::time::Instant;

use truyvet::model::{Camera, Mover, TraceSettings};
use truyvet::place::import;
use truyvet::place::source::Source;
use truyvet::trace::Tracer;
use ways::{Officer, Said, can_be_found};
use world::{Pass, Random, World};

/// What is measured.
struct Plan {
    roads: Option<PathBuf>,
    /// One table for each; with several, one more of how they spread.
    seeds: Vec<u64>,
    trips: usize,
    cameras: Vec<usize>,
    movers: Vec<Mover>,
    speed: bool,
    settings: TraceSettings,
}

fn plan() -> Plan {
    let mut plan = Plan {
        roads: None,
        seeds: Vec::new(),
        trips: 60,
        cameras: Vec::new(),
        movers: Vec::new(),
        speed: true,
        settings: TraceSettings::default(),
    };
    let words: Vec<String> = std::env::args().skip(1).collect();
    for pair in words.windows(2) {
        match pair[0].as_str() {
            "--roads" => plan.roads = Some(PathBuf::from(&pair[1])),
            "--seed" => plan.seeds.push(pair[1].parse().expect("a number")),
            "--trips" => plan.trips = pair[1].parse().expect("a number"),
            "--cameras" => plan.cameras.push(pair[1].parse().expect("a number")),
            "--mover" => plan.movers.push(Mover::from_word(&pair[1]).expect("a kind")),
            "--set" => plan.settings = toml::from_str(&pair[1]).expect("TOML of [trace]"),
            "--speed" => plan.speed = pair[1] == "yes",
            _ => {}
        }
    }
    if plan.seeds.is_empty() {
        plan.seeds = vec![1000];
    }
    if plan.cameras.is_empty() {
        plan.cameras = vec![30, 130, 500];
    }
    if plan.movers.is_empty() {
        plan.movers = vec![Mover::Motorbike];
    }
    plan
}

fn main() {
    let plan = plan();
    let mut rows: Vec<((Mover, usize), Row)> = Vec::new();
    for seed in &plan.seeds {
        let source = match &plan.roads {
            Some(file) => import::read(file, "2026-01-01T00:00:00Z").expect("a map"),
            None => world::town(*seed, 24),
        };
        println!("# {}, seed {seed}, {} trips each\n", plan.name(), plan.trips);
        for mover in &plan.movers {
            for cameras in &plan.cameras {
                rows.push(((*mover, *cameras), compare(&plan, *seed, &source, *cameras, *mover)));
            }
        }
    }
    if plan.seeds.len() > 1 {
        spread(&plan, &rows);
    }
    if plan.speed {
        speed(plan.seeds[0]);
    }
}

impl Plan {
    fn name(&self) -> String {
        self.roads.as_ref().map_or("a generated town".to_owned(), |file| file.display().to_string())
    }
}

/// What one seed came to: by way of looking, the recall, the share of routes known and the mean minutes; and of ours all that was said.
struct Row {
    ways: Vec<(&'static str, [f64; 3])>,
    said: Vec<Said>,
}

/// The mean over the seeds, and from the least to the most of them.
fn spread(plan: &Plan, rows: &[((Mover, usize), Row)]) {
    println!("# {}: mean over {} seeds (least–most)\n", plan.name(), plan.seeds.len());
    println!("| | | recall | routes known | minutes: mean | footage against ours |\n|---|---|---|---|---|---|");
    let mut done: Vec<(Mover, usize)> = Vec::new();
    for (cell, _) in rows {
        if done.contains(cell) {
            continue;
        }
        done.push(*cell);
        let of: Vec<&Row> = rows.iter().filter(|(other, _)| other == cell).map(|(_, row)| row).collect();
        for way in 0..of[0].ways.len() {
            let told = |scale: f64, unit: &str, value: &dyn Fn(&Row) -> f64| {
                let values: Vec<f64> = of.iter().map(|row| value(row) * scale).collect();
                let (least, most) = (quantile(&values, 0.0), quantile(&values, 1.0));
                format!("{:.1}{unit} ({least:.1}–{most:.1})", mean(&values))
            };
            println!(
                "| {} {} | {} | {} | {} | {} | {} |",
                cell.0.as_str(),
                cell.1,
                of[0].ways[way].0,
                told(100.0, " %", &|row| row.ways[way].1[0]),
                told(100.0, " %", &|row| row.ways[way].1[1]),
                told(1.0, "", &|row| row.ways[way].1[2]),
                told(1.0, "×", &|row| row.ways[way].1[2] / row.ways[3].1[2].max(1e-9)),
            );
        }
        let said: Vec<&Said> = of.iter().flat_map(|row| &row.said).collect();
        println!();
        calibration(&said);
    }
}

/// One way of looking over all trips.
#[derive(Default)]
struct Tally {
    name: &'static str,
    recall: Vec<f64>,
    minutes: Vec<f64>,
    windows: Vec<f64>,
    /// Trips of which nine of ten passes were never found.
    unknown: usize,
}

impl Tally {
    fn add(&mut self, officer: &Officer<'_>) {
        self.recall.push(officer.recall());
        self.windows.push(officer.windows as f64);
        // Where the route never became known, all that was watched in vain counts.
        self.minutes.push(officer.known_after.unwrap_or(officer.minutes));
        self.unknown += usize::from(officer.known_after.is_none());
    }

    /// Recall, share of routes known, minutes: means.
    fn sums(&self) -> [f64; 3] {
        let known = 1.0 - self.unknown as f64 / self.minutes.len().max(1) as f64;
        [mean(&self.recall), known, mean(&self.minutes)]
    }

    fn print(&self) {
        let (recall, minutes) = (&self.recall, &self.minutes);
        println!(
            "| {} | {:.1} % | {:.1} % | {:.1} ({:.1}–{:.1}) | {:.1} | {:.0} |",
            self.name,
            100.0 * mean(recall),
            100.0 * (1.0 - self.unknown as f64 / minutes.len() as f64),
            quantile(minutes, 0.5),
            quantile(minutes, 0.1),
            quantile(minutes, 0.9),
            mean(minutes),
            mean(&self.windows),
        );
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(((sorted.len().max(1) - 1) as f64 * q).round() as usize).copied().unwrap_or(0.0)
}

fn compare(plan: &Plan, seed: u64, source: &Source, cameras: usize, mover: Mover) -> Row {
    let world = World::new(source, cameras, mover, seed);
    let told: Vec<Camera> = world.cameras.iter().map(|camera| camera.told.clone()).collect();
    let tracer = Tracer::new(&world.roads, &told, mover, &plan.settings);
    let mut random = Random(seed.wrapping_mul(7919));
    let learned = ways::learn(&world, 1000, &mut random);
    let tally = |name| Tally { name, ..Tally::default() };
    let mut tallies = [
        tally("(a) radius, start to end"),
        tally("(b) straight line, fixed speeds"),
        tally("(c) histograms of 1,000 trips"),
        tally("**(d) ours**"),
    ];
    let (mut oracle, mut said, mut counts): (Vec<f64>, Vec<Said>, Vec<f64>) = Default::default();
    let (mut done, mut tried) = (0, 0);
    while done < plan.trips && tried < plan.trips * 100 {
        tried += 1;
        let Some(journey) = world.journey(&mut random) else { continue };
        let passes: Vec<Pass> = world.passes(&journey, &mut random);
        let Some(first) = passes.iter().position(|pass| can_be_found(&world, pass)) else { continue };
        let findable = passes.iter().skip(first + 1).filter(|pass| can_be_found(&world, pass)).count();
        if findable < 3 {
            continue;
        }
        done += 1;
        counts.push(findable as f64);
        tallies[0].add(&ways::radius(&world, &passes, first));
        tallies[1].add(&ways::straight(&world, &passes, first));
        tallies[2].add(&ways::histograms(&world, &passes, first, &learned));
        tallies[3].add(&ways::ours(&world, &passes, first, &tracer, &mut said));
        oracle.push(ways::oracle(&world, &passes, first));
    }
    println!("## {}, {cameras} cameras: {:.1} passes to find a trip\n", mover.as_str(), mean(&counts));
    println!(
        "| | recall | routes known | minutes until known: median (10–90 %) | mean | windows |\n|---|---|---|---|---|---|"
    );
    tallies.iter().for_each(Tally::print);
    println!("| oracle | 100 % | 100 % | {:.1} | {:.1} | |", quantile(&oracle, 0.5), mean(&oracle));
    let times = |other: usize| mean(&tallies[other].minutes) / mean(&tallies[3].minutes).max(1e-9);
    println!("\nfootage against ours: (a) {:.1}×, (b) {:.1}×, (c) {:.2}×\n", times(0), times(1), times(2));
    calibration(&said.iter().collect::<Vec<_>>());
    let ways = tallies.iter().map(|tally| (tally.name, tally.sums())).collect();
    Row { ways, said }
}

fn calibration(said: &[&Said]) {
    println!("| windows said to be | hold the pass | windows | of these between sightings |\n|---|---|---|---|");
    let told = |of: &[&Said]| {
        let (count, held) = (of.len().max(1) as f64, of.iter().filter(|one| one.held).count());
        let told = of.iter().map(|one| one.chance).sum::<f64>() / count;
        format!("{:.0} % | {:.0} % | {}", 100.0 * told, 100.0 * held as f64 / count, of.len())
    };
    for tenth in 0..10 {
        let (low, high) = (f64::from(tenth) / 10.0, f64::from(tenth + 1) / 10.0);
        let of: Vec<&Said> = said.iter().copied().filter(|one| one.chance >= low && one.chance < high + 1e-9).collect();
        let between: Vec<&Said> = of.iter().copied().filter(|one| one.between).collect();
        println!("| {} | {} |", told(&of), told(&between).replace(" | ", ", "));
    }
    println!();
}

/// How long ranking takes with 1,000 cameras and 50,000 road edges: at a fresh sighting, and after one more answer.
fn speed(seed: u64) {
    let source = world::town(seed, 92);
    let world = World::new(&source, 1000, Mover::Motorbike, seed);
    let told: Vec<Camera> = world.cameras.iter().map(|camera| camera.told.clone()).collect();
    let settings = TraceSettings::default();
    let begun = Instant::now();
    let tracer = Tracer::new(&world.roads, &told, Mover::Motorbike, &settings);
    let made = begun.elapsed();
    let (mut fresh, mut again) = (Vec::new(), Vec::new());
    let mut random = Random(seed);
    for _ in 0..15 {
        let camera = random.below(1000);
        let (a, b) = ways::time_ranks(&world, &tracer, camera);
        fresh.push(a);
        again.push(b);
    }
    println!(
        "## speed: 1,000 cameras, {} road edges\n\nnet made in {:.0} ms; ranked at a fresh sighting in {:.0} ms (most {:.0}), after an answer in {:.0} ms (most {:.0})",
        world.roads.counts().1,
        made.as_secs_f64() * 1e3,
        quantile(&fresh, 0.5),
        quantile(&fresh, 1.0),
        quantile(&again, 0.5),
        quantile(&again, 1.0),
    );
}
