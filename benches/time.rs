//! How well a fleet's clocks are estimated from when its files were closed. A hundred made-up cameras a seed, thirty days of
//! files of a minute; the estimate is accepted as checks, and the clock model made of them is held against the true clock.
//!
//! `cargo bench --bench time -- [SEED…]`; five seeds by default. Prints tables; asserts that copied folders gave no confident
//! wrong answer.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, unreachable_pub)]

#[path = "time/fleet.rs"]
mod fleet;

use std::collections::BTreeMap;
use std::time::Instant;

use fleet::{Camera, Fate, Latency, Random, at, camera};
use truyvet::model::{ClockSettings, TrueTime};
use truyvet::truetime::ClockModel;
use truyvet::truetime::estimate::{EstimateSettings, Verdict, estimate};

/// Cameras a seed.
const CAMERAS: u64 = 100;
/// Instants of each camera at which the estimate is held against the truth.
const LOOKS: usize = 200;

/// What came of some cameras.
#[derive(Default)]
struct Tally {
    cameras: usize,
    confident: usize,
    weak: usize,
    /// Confident, and further from the truth than stated at a tenth of the instants or more.
    wrong: usize,
    errors: Vec<f64>,
    stated: Vec<f64>,
    held: usize,
    steps: usize,
    steps_found: usize,
    steps_made_up: usize,
}

fn main() {
    let seeds: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let seeds = if seeds.is_empty() { vec![201, 202, 203, 204, 205] } else { seeds };
    let mut by_fate: BTreeMap<Fate, Tally> = BTreeMap::new();
    let mut by_seed: Vec<(u64, Tally)> = Vec::new();
    let (mut files, mut seconds) = (0, 0.0);
    for seed in seeds {
        let mut all = Tally::default();
        for number in 0..CAMERAS {
            let camera = camera(seed, number);
            files += camera.closings.len();
            let begun = Instant::now();
            let told = estimate(&camera.closings, &EstimateSettings::default());
            seconds += begun.elapsed().as_secs_f64();
            let checks = told.checks("a", "bench", at(fleet::DAYS * fleet::DAY));
            let model = ClockModel::from_checks(&checks, &ClockSettings::default());
            by_fate.entry(camera.fate).or_default().add(&camera, &told.verdict, &model, Random(seed ^ number));
            if live(camera.fate) {
                all.add(&camera, &told.verdict, &model, Random(seed ^ number));
            }
        }
        by_seed.push((seed, all));
    }
    println!(
        "\n{CAMERAS} cameras a seed, {files} files, {:.0} ms a camera to estimate\n",
        1e3 * seconds / (by_seed.len() as f64 * CAMERAS as f64)
    );
    println!(
        "| files | cameras | confident / weak / none | error p50, p95, max | stated ± p50, p95 | truth within | set: found / missed / made up |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (fate, tally) in by_fate.iter().filter(|(fate, _)| live(**fate)) {
        tally.print(&name(*fate));
    }
    for (seed, tally) in &by_seed {
        tally.print(&format!("seed {seed}, all live"));
    }
    println!("\n| copied in | cameras | confident | confident and wrong | weak | none |\n|---|---|---|---|---|---|");
    let mut wrong = 0;
    for (fate, tally) in by_fate.iter().filter(|(fate, _)| !live(**fate)) {
        let none = tally.cameras - tally.confident - tally.weak;
        println!(
            "| {} | {} | {} | {} | {} | {none} |",
            name(*fate),
            tally.cameras,
            tally.confident,
            tally.wrong,
            tally.weak
        );
        wrong += tally.wrong;
    }
    assert_eq!(wrong, 0, "copied folders gave confident wrong answers");
}

fn live(fate: Fate) -> bool {
    matches!(fate, Fate::Live(_) | Fate::Imported(_))
}

fn name(fate: Fate) -> String {
    let late = |latency| match latency {
        Latency::Even => "0–5 s late, each anew",
        Latency::Constant => "0–4 s late, + 0–1 s",
        Latency::Tailed => "0–2 s late, + a tail",
    };
    match fate {
        Fate::Live(latency) => late(latency).into(),
        Fate::Imported(latency) => format!("{}; the older half copied in", late(latency)),
        Fate::Copied => "all at once".into(),
        Fate::Shuffled => "all at once, in any order".into(),
        Fate::Slow => "all at once, slowly".into(),
        Fate::Nightly => "each night".into(),
        Fate::Batched => "each quarter of an hour".into(),
        Fate::Kept => "with the times the camera gave them".into(),
        Fate::KeptElsewhere => "the same, read in another zone".into(),
    }
}

impl Tally {
    fn add(&mut self, camera: &Camera, verdict: &Verdict, model: &ClockModel, mut random: Random) {
        self.cameras += 1;
        let copied = camera.live.is_empty();
        let confident = *verdict == Verdict::Confident;
        // Of copied folders no answer is known to be good; all instants count.
        let looks: Vec<f64> = (0..LOOKS)
            .map(|_| match camera.live.len() {
                0 => random.between(0.0, fleet::DAYS * fleet::DAY),
                files => camera.live[random.between(0.0, files as f64) as usize] - random.between(0.0, fleet::FILE_S),
            })
            .collect();
        let look = |t: &f64| {
            let error = (model.offset_s_at(TrueTime(at(*t))) - camera.clock.offset(*t)).abs();
            (error, model.uncertainty_s_at(TrueTime(at(*t))).unwrap_or(f64::INFINITY))
        };
        let looked: Vec<(f64, f64)> = looks.iter().map(look).collect();
        let held = looked.iter().filter(|(error, stated)| error <= stated).count();
        match verdict {
            Verdict::Confident => self.confident += 1,
            Verdict::Weak(_) => self.weak += 1,
            Verdict::None(_) => {}
        }
        self.wrong += usize::from(confident && held * 10 < LOOKS * 9);
        if copied || !confident {
            return;
        }
        self.held += held;
        self.errors.extend(looked.iter().map(|(error, _)| error));
        self.stated.extend(looked.iter().map(|(_, stated)| stated));
        let (first, last) = (camera.live[0], camera.live[camera.live.len() - 1]);
        let steps = camera.clock.steps.iter().filter(|(t, _)| (first..last).contains(t));
        let near = |t: f64| {
            let near = |a: TrueTime, b: TrueTime| a.0 <= at(t + 300.0) && b.0 >= at(t - 300.0);
            model.jumps().iter().filter(move |jump| near(jump.after, jump.before)).count()
        };
        let found: Vec<usize> = steps.map(|(t, _)| near(*t)).collect();
        self.steps += found.len();
        self.steps_found += found.iter().filter(|count| **count > 0).count();
        self.steps_made_up += model.jumps().len().saturating_sub(found.iter().filter(|count| **count > 0).count());
    }

    fn print(&self, name: &str) {
        let [errors, stated] = [&self.errors, &self.stated].map(|values| {
            let mut values = values.clone();
            values.sort_by(f64::total_cmp);
            move |q: f64| values.get((q * values.len().saturating_sub(1) as f64) as usize).copied().unwrap_or(f64::NAN)
        });
        println!(
            "| {name} | {} | {} / {} / {} | {:.2} s, {:.2} s, {:.1} s | {:.2} s, {:.2} s | {:.2} % | {} / {} / {} |",
            self.cameras,
            self.confident,
            self.weak,
            self.cameras - self.confident - self.weak,
            errors(0.5),
            errors(0.95),
            errors(1.0),
            stated(0.5),
            stated(0.95),
            100.0 * self.held as f64 / self.errors.len().max(1) as f64,
            self.steps_found,
            self.steps - self.steps_found,
            self.steps_made_up,
        );
    }
}
