//! Radius and time over a million and ten million recordings: our index against SQLite and PostgreSQL with PostGIS on the same
//! data and the same questions. Prints a table and the goals; asserts only that all give the same answers.
//!
//! `cargo bench --bench recordings [-- quick]`. In the environment: `DAYS="7 70"`, `WHO="truyvet sqlite keyframes postgres"`, and
//! `BENCH_DIR` (/var/tmp), where it takes some 20 GB; `KEEP`, a folder in which all stays, and our own index is used again.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "recordings/data.rs"]
mod data;
#[path = "recordings/disk.rs"]
mod disk;
#[path = "recordings/ours.rs"]
mod ours;
#[path = "recordings/postgres.rs"]
mod postgres;
#[path = "recordings/sqlite.rs"]
mod sqlite;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use data::{Answer, Ask, Town};
use sqlite::{Sqlite, Style};

/// Something that holds the recordings of a town and answers for places and times.
trait Contestant {
    fn name(&self) -> &str;
    /// Puts the recordings in, in the town's commits, and gets ready to answer.
    fn fill(&mut self, town: &Town) -> Filled;
    /// Lets go of all files, so that they can be dropped from memory.
    fn close(&mut self);
    /// Opens again what was closed.
    fn open(&mut self);
    /// What the cameras around the place recorded in the window, and how long it took to be told.
    fn ask(&mut self, town: &Town, ask: &Ask) -> (Duration, Answer);
}

/// How filling went.
struct Filled {
    took: Duration,
    /// Something to be said about it.
    note: String,
}

/// Files are put in as the daemon does, a commit a minute, for so many of the last minutes …
const MINUTES: i64 = 600;
/// … and those before as a first indexing does, so many recordings a commit.
const BATCH: i64 = 5_000;
/// A row per keyframe is tried up to so many days.
const KEYFRAME_DAYS: i64 = 7;

/// Warm and cold rounds of a question.
struct Rounds {
    warm: usize,
    cold: usize,
}

/// Milliseconds: p50, p99 of warm rounds; p50 and the longest of cold ones.
struct Times {
    warm: [f64; 2],
    cold: [f64; 2],
}

struct Row {
    name: String,
    recordings: i64,
    short: Times,
    long: Times,
    bytes: f64,
    rate: f64,
    /// Milliseconds to open, warm and cold.
    open: [f64; 2],
    note: String,
}

fn main() {
    let quick = std::env::args().any(|arg| arg == "quick");
    let given = |name: &str, normal: &str| -> Vec<String> {
        let words = std::env::var(name).unwrap_or_else(|_| normal.to_owned());
        words.split_whitespace().map(str::to_owned).collect()
    };
    let days = given("DAYS", if quick { "2 10" } else { "7 70" }).into_iter().map(|days| days.parse().unwrap());
    let towns: Vec<Town> =
        days.map(|days| if quick { Town::new(20, days, 60) } else { Town::new(100, days, MINUTES) }).collect();
    let who = given("WHO", "truyvet sqlite keyframes postgres");
    let (short, long) = match quick {
        true => (Rounds { warm: 60, cold: 3 }, Rounds { warm: 10, cold: 2 }),
        false => (Rounds { warm: 500, cold: 20 }, Rounds { warm: 120, cold: 10 }),
    };
    let parent = std::env::var_os("BENCH_DIR").map_or_else(|| PathBuf::from("/var/tmp"), PathBuf::from);
    let dir = tempfile::Builder::new().prefix("truyvet-bench").tempdir_in(parent).unwrap();
    println!("cores {}, cold: {}", std::thread::available_parallelism().map_or(0, usize::from), disk::HOW_COLD);
    let kept = std::env::var_os("KEEP");
    let mut rows = Vec::new();
    for (number, town) in towns.iter().enumerate() {
        println!(
            "{} recordings of {} cameras over {} days, {} keyframes each",
            town.len(),
            town.cameras.len(),
            town.days,
            data::KEYFRAMES
        );
        let asks = [town.asks(1, short.warm, 8, 30), town.asks(2, long.warm, 9, 7 * 60)];
        let mut truth: Option<Vec<Answer>> = None;
        let mut enter = |contestant: &mut dyn Contestant, place: &Path| {
            let row = measure(contestant, place, town, &asks, [short.cold, long.cold], &mut truth);
            println!("{}", row.line());
            rows.push(row);
        };
        let mut run = |name: &str, make: &dyn Fn(&Path) -> Box<dyn Contestant>| {
            let kept = kept.as_ref().map(|kept| PathBuf::from(kept).join(format!("{}-{name}", town.days)));
            let place = kept.clone().unwrap_or_else(|| dir.path().join(format!("{number}-{name}")));
            std::fs::create_dir_all(&place).unwrap();
            enter(&mut *make(&place), &place);
            if kept.is_none() {
                std::fs::remove_dir_all(&place).unwrap();
            }
        };
        for one in &who {
            match (one.as_str(), postgres::missing()) {
                ("truyvet", _) => run(one, &|place| Box::new(ours::Ours::new(place))),
                ("sqlite", _) => run(one, &|place| Box::new(Sqlite::new(place, Style::RowPerRecording))),
                ("keyframes", _) if town.days > KEYFRAME_DAYS => println!("SQLite, a row per keyframe: left out"),
                ("keyframes", _) => run(one, &|place| Box::new(Sqlite::new(place, Style::RowPerKeyframe))),
                ("postgres", Some(why)) => println!("PostgreSQL with PostGIS: skipped, {why}"),
                ("postgres", None) => run(one, &|place| Box::new(postgres::Postgres::new(place))),
                _ => panic!("nobody is called {one}"),
            }
        }
    }
    goals(&rows);
}

fn measure(
    contestant: &mut dyn Contestant,
    place: &Path,
    town: &Town,
    asks: &[Vec<Ask>; 2],
    cold: [usize; 2],
    truth: &mut Option<Vec<Answer>>,
) -> Row {
    let filled = contestant.fill(town);
    let warm: Vec<(Vec<f64>, Vec<Answer>)> = asks.iter().map(|asks| warm(contestant, town, asks)).collect();
    let answers: Vec<Answer> = warm.iter().flat_map(|(_, answers)| answers.iter().copied()).collect();
    match truth {
        Some(truth) => {
            for (ours, theirs) in truth.iter().zip(&answers) {
                assert!(ours.agrees(theirs), "{}: {ours:?} and {theirs:?}", contestant.name());
            }
        }
        None => *truth = Some(answers.clone()),
    }
    let sum = answers_sum(&answers);
    contestant.close();
    let open_warm = open_ms(contestant);
    let mut open_cold = Vec::new();
    let mut colds = Vec::new();
    for (asks, rounds) in asks.iter().zip(cold) {
        let mut times = Vec::new();
        for ask in asks.iter().rev().take(rounds) {
            contestant.close();
            disk::forget(place);
            open_cold.push(open_ms(contestant));
            disk::forget(place);
            times.push(ms(contestant.ask(town, ask).0));
        }
        times.sort_by(f64::total_cmp);
        colds.push([percentile(&times, 50), percentile(&times, 100)]);
    }
    contestant.close();
    open_cold.sort_by(f64::total_cmp);
    let times = |n: usize| Times { warm: [50, 99].map(|percent| percentile(&warm[n].0, percent)), cold: colds[n] };
    Row {
        name: contestant.name().to_owned(),
        recordings: town.len(),
        short: times(0),
        long: times(1),
        bytes: disk::bytes_under(place) as f64,
        rate: town.len() as f64 / filled.took.as_secs_f64(),
        open: [open_warm, percentile(&open_cold, 50)],
        note: format!("answers {sum:08x}; {}", filled.note),
    }
}

/// A checksum of all answers, by which separate runs can be compared.
fn answers_sum(answers: &[Answer]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    answers.iter().for_each(|answer| sum.update(format!("{answer:?}").as_bytes()));
    sum.finalize()
}

/// A question is asked so often, and its fastest time taken: what else runs on the machine is not to be measured.
const TRIES: usize = 3;

/// Times in order, milliseconds, after one round of all questions that warms up and gives the answers.
fn warm(contestant: &mut dyn Contestant, town: &Town, asks: &[Ask]) -> (Vec<f64>, Vec<Answer>) {
    let answers = asks.iter().map(|ask| contestant.ask(town, ask).1).collect();
    let fastest = |ask: &Ask| (0..TRIES).map(|_| ms(contestant.ask(town, ask).0)).fold(f64::INFINITY, f64::min);
    let mut times: Vec<f64> = asks.iter().map(fastest).collect();
    times.sort_by(f64::total_cmp);
    (times, answers)
}

fn open_ms(contestant: &mut dyn Contestant) -> f64 {
    let begun = Instant::now();
    contestant.open();
    ms(begun.elapsed())
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() - 1) * percent / 100]
}

impl Row {
    /// A row of docs/performance.md.
    fn line(&self) -> String {
        let pair = |[one, other]: [f64; 2]| format!("{one:.2} / {other:.2}");
        format!(
            "| {:.2} M | {} | {} | {} | {} | {} | {:.2} ({:.0}) | {:.0} | {:.0} / {:.0} | {}",
            self.recordings as f64 / 1e6,
            self.name,
            pair(self.short.warm),
            pair(self.short.cold),
            pair(self.long.warm),
            pair(self.long.cold),
            self.bytes / 1e9,
            self.bytes / self.recordings as f64,
            self.rate / 1e3,
            self.open[0],
            self.open[1],
            self.note,
        )
    }
}

fn goals(rows: &[Row]) {
    println!(
        "\ncolumns: recordings; who; radius + 30 min, ms p50 / p99 warm; p50 / longest cold; radius + 7 h, the same; GB (bytes a recording); thousand recordings/s in; ms to open, warm / cold"
    );
    let mut ours = rows.iter().filter(|row| row.name == "truyvet");
    if let (Some(small), Some(large)) = (ours.next(), ours.next()) {
        let ratio = |of: fn(&Row) -> &Times| of(large).warm[1] / of(small).warm[1];
        println!(
            "goal: p99 of {} recordings ≤ 20 ms: {:.2} ms; ≤ 1.3× of {}: {:.2}× (7 h: {:.2} ms, {:.2}×)",
            large.recordings,
            large.short.warm[1],
            small.recordings,
            ratio(|row| &row.short),
            large.long.warm[1],
            ratio(|row| &row.long),
        );
    }
}
