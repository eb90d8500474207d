//! Search figures: our index against SQLite (a row per keyframe, a row per recording) on the same data and the same
//! questions. Prints a table and the goals; asserts only that all give the same answers.
//!
//! `cargo bench --bench search [-- quick]`; sizes by KEYFRAMES, CAMERAS, HOURS and COMMITS in the environment.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "search/data.rs"]
mod data;
#[path = "search/ours.rs"]
mod ours;
#[path = "search/sqlite.rs"]
mod sqlite;

use std::path::Path;
use std::time::{Duration, Instant};

use data::{Ask, Data, Found, Size};
use sqlite::{Sqlite, Style};

/// Something that holds the data and answers the two questions.
trait Contestant {
    fn name(&self) -> &str;
    /// The first 100 keyframes in the windows, by time.
    fn first_keyframes(&self, ask: &Ask) -> Vec<Found>;
    /// Keyframes in the windows, a row a camera, by camera.
    fn counts(&self, ask: &Ask) -> Vec<(String, u64)>;
}

struct Row {
    name: String,
    first: [f64; 2],
    some: [f64; 2],
    all: [f64; 2],
    bytes: f64,
    rate: f64,
}

fn main() {
    let size = Size::from_env(std::env::args().any(|arg| arg == "quick"));
    let data = Data::new(&size);
    println!(
        "{} keyframes in {} recordings of {} cameras over {} h; cores {}",
        data.keyframes,
        data.recordings.len(),
        size.cameras,
        size.hours,
        std::thread::available_parallelism().map_or(0, usize::from),
    );
    let first: Vec<Ask> = (0..size.rounds).map(|n| data.ask(n as u64, 20, 30 * 60)).collect();
    let some: Vec<Ask> = (0..size.rounds / 4).map(|n| data.ask(1000 + n as u64, 20, 24 * 3600)).collect();
    let all: Vec<Ask> = (0..size.rounds / 8).map(|n| data.ask(2000 + n as u64, size.cameras, 24 * 3600)).collect();

    let dir = tempfile::tempdir().unwrap();
    let mut rows = Vec::new();
    let mut truth: Option<Box<dyn Contestant>> = None;
    let mut enter = |make: &mut dyn FnMut(&Path) -> Box<dyn Contestant>| {
        let place = dir.path().join(format!("{}", rows.len()));
        std::fs::create_dir(&place).unwrap();
        let begun = Instant::now();
        let contestant = make(&place);
        let took = begun.elapsed();
        if let Some(truth) = &truth {
            for ask in first.iter().take(40) {
                assert_eq!(contestant.first_keyframes(ask), truth.first_keyframes(ask), "{}", contestant.name());
            }
            for ask in some.iter().take(10).chain(all.iter().take(3)) {
                assert_eq!(contestant.counts(ask), truth.counts(ask), "{}", contestant.name());
            }
        }
        rows.push(Row {
            name: contestant.name().to_owned(),
            first: percentiles(&first, |ask| drop(contestant.first_keyframes(ask))),
            some: percentiles(&some, |ask| drop(contestant.counts(ask))),
            all: percentiles(&all, |ask| drop(contestant.counts(ask))),
            bytes: bytes_under(&place) as f64 / data.keyframes as f64,
            rate: data.keyframes as f64 / took.as_secs_f64() / 1e6,
        });
        eprintln!("measured: {}", contestant.name());
        if truth.is_none() {
            truth = Some(contestant);
        }
    };

    for style in [Style::RowPerKeyframe, Style::LeanRowPerKeyframe, Style::RowPerRecording] {
        enter(&mut |place| Box::new(Sqlite::load(place, &data, style, 1)));
    }
    enter(&mut |place| Box::new(ours::bulk(place, &data)));
    enter(&mut |place| Box::new(ours::commits(place, &data, size.commits, false)));
    enter(&mut |place| Box::new(ours::commits(place, &data, size.commits, true)));
    enter(&mut |_| Box::new(ours::memory(&data)));
    enter(&mut |place| Box::new(Sqlite::load(place, &data, Style::RowPerKeyframe, size.commits)));

    report(&rows);
}

/// p50 and p99 in microseconds, after one round that warms up.
fn percentiles(asks: &[Ask], mut run: impl FnMut(&Ask)) -> [f64; 2] {
    asks.iter().take(asks.len().div_ceil(4)).for_each(&mut run);
    let mut times: Vec<Duration> = asks
        .iter()
        .map(|ask| {
            let begun = Instant::now();
            run(ask);
            begun.elapsed()
        })
        .collect();
    times.sort();
    [50, 99].map(|percent| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e6)
}

fn bytes_under(dir: &Path) -> u64 {
    std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            if meta.is_dir() { bytes_under(&entry.path()) } else { meta.len() }
        })
        .sum()
}

fn report(rows: &[Row]) {
    println!(
        "\nQ1 = first 100 keyframes of 20 cameras in 30 min; Q2 = keyframes per camera in 24 h. p50 / p99 in µs, warm."
    );
    println!(
        "{:<44} {:>17} {:>19} {:>21} {:>8} {:>9}",
        "", "Q1", "Q2, 20 cameras", "Q2, all cameras", "bytes/kf", "M kf/s in"
    );
    for row in rows {
        let pair = |[p50, p99]: [f64; 2]| format!("{p50:.0} / {p99:.0}");
        println!(
            "{:<44} {:>17} {:>19} {:>21} {:>8.1} {:>9.2}",
            row.name,
            pair(row.first),
            pair(row.some),
            pair(row.all),
            row.bytes,
            row.rate
        );
    }
    let ours = &rows[3];
    println!("\n{} is, at p50 (goals against a row per keyframe: Q1 ≥ 3×, Q2 ≥ 20× and ≥ 50×, size ≤ 1/8):", ours.name);
    for row in &rows[..3] {
        println!(
            "  against {:<44} Q1 {:>6.1}×   Q2/20 {:>6.1}×   Q2/all {:>6.1}×   size 1/{:.1}",
            row.name,
            row.first[0] / ours.first[0],
            row.some[0] / ours.some[0],
            row.all[0] / ours.all[0],
            row.bytes / ours.bytes
        );
    }
}
