//! What the barriers around the workers cost: many small files listed through the pool, with them and without, and in this
//! process for comparison. Prints a table and the goal, on the wall and by processor time, which a busy machine disturbs less;
//! asserts only that every file is listed.
//!
//! `cargo bench --bench sandbox`; FILES and ROUNDS in the environment. Every round runs each contestant once, so that a busy
//! machine is unjust to all alike.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use truyvet::media::{Limits, MediaPool, PoolConfig, Priority, Sandbox, list_here};

/// The share of the throughput without barriers that must be left with them, per cent.
const GOAL: f64 = 80.0;
/// Distinct recordings, of which the files are copies.
const DISTINCT: &[(&str, &[&str])] = &[
    ("mp4", &["-c:v", "libx264"]),
    ("mp4", &["-c:v", "libx265", "-x265-params", "log-level=none"]),
    ("mkv", &["-c:v", "libx264"]),
    ("ts", &["-c:v", "libx264"]),
    ("avi", &["-c:v", "mpeg4"]),
];

fn main() {
    let number = |name: &str, usual| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (files, rounds) = (number("FILES", 500), number("ROUNDS", 7));
    let folder = tempfile::tempdir().unwrap();
    let paths = make(folder.path(), files);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let contestants = [
        ("limits only", Some(Sandbox::LimitsOnly)),
        ("Landlock", Some(Sandbox::LandlockOnly)),
        ("seccomp", Some(Sandbox::SeccompOnly)),
        ("full sandbox", Some(Sandbox::Full)),
        ("no worker", None),
    ];
    // Files a second of wall-clock and of processor time, by contestant and round.
    let mut rates = vec![[Vec::new(), Vec::new()]; contestants.len()];
    for _ in 0..rounds {
        for ((_, sandbox), rates) in contestants.iter().zip(&mut rates) {
            let (cpu, begun) = (cpu_seconds(), Instant::now());
            list(&paths, workers, *sandbox);
            rates[0].push(files as f64 / begun.elapsed().as_secs_f64());
            rates[1].push(files as f64 / (cpu_seconds() - cpu));
        }
    }
    println!("{files} files, {workers} threads, median of {rounds} rounds; a pool's start is counted");
    let share = |contestant: usize, by: usize| {
        let pairs = rates[contestant][by].iter().zip(&rates[0][by]);
        median(pairs.map(|(rate, off): (&f64, &f64)| rate / off)) * 100.0
    };
    for (number, (name, _)) in contestants.iter().enumerate() {
        let [wall, cpu] = [0, 1].map(|by| median(rates[number][by].iter().copied()));
        let [of_wall, of_cpu] = [0, 1].map(|by| share(number, by));
        println!("{name:>14}: {wall:6.0} files/s ({of_wall:3.0} %), {cpu:6.0} files/CPU s ({of_cpu:3.0} %)");
    }
    let [wall, cpu] = [share(3, 0), share(3, 1)];
    let met = if wall >= GOAL { "met" } else { "MISSED" };
    println!(
        "goal: the full sandbox keeps {GOAL:.0} % of the throughput: {wall:.0} % (by processor time {cpu:.0} %), {met}"
    );
}

/// Recordings of 10 s, 640 × 360, a keyframe a second; the copies are in memory after this.
fn make(folder: &Path, files: usize) -> Vec<PathBuf> {
    let originals = DISTINCT.iter().enumerate().map(|(number, (container, encoder))| {
        let path = folder.join(format!("original-{number}.{container}"));
        let made = Command::new("ffmpeg")
            .args([
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=640x360:r=15:d=10",
                "-pix_fmt",
                "yuv420p",
                "-g",
                "15",
            ])
            .args(*encoder)
            .arg(&path)
            .status();
        assert!(made.unwrap().success());
        path
    });
    let originals: Vec<PathBuf> = originals.collect();
    let copies = (0..files).map(|number| {
        let original = &originals[number % originals.len()];
        let copy = folder.join(format!("{number}")).with_extension(original.extension().unwrap());
        fs::copy(original, &copy).unwrap();
        copy
    });
    copies.collect()
}

/// Lists all of them, as many at a time as there are workers; ends them.
fn list(paths: &[PathBuf], workers: usize, sandbox: Option<Sandbox>) {
    let exe = PathBuf::from(env!("CARGO_BIN_EXE_truyvet"));
    let pool = sandbox.map(|sandbox| {
        MediaPool::new(PoolConfig { exe, workers, limits: Limits::default(), sandbox, priority: Priority::Ordinary })
            .unwrap()
    });
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let listing = match &pool {
                        Some(pool) => pool.list(path),
                        None => list_here(&File::open(path).unwrap()),
                    };
                    assert_eq!(listing.unwrap().keyframes.len(), 10, "{}", path.display());
                }
            });
        }
    });
}

/// Processor time so far of this process and of those that it has waited for, seconds (fields 14 to 17 of
/// `/proc/PID/stat`, in hundredths on every Linux that we build for).
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    fields.skip(11).take(4).map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
