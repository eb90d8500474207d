//! Cameras that record: each writes a file over a minute, closes it, and begins the next. Meanwhile the index is read as a
//! search reads it, by another process than the daemon (this one), twenty times a second: the first reading in which a
//! recording is there in its whole length is when it can be found.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use truyvet::index::{CameraWindow, FootageIndex, Query, TantivyIndex};
use truyvet::model::{CameraSpan, CameraTime};

use crate::process::{Daemon, Taken};
use crate::{clips, percentile, site};

const MINUTE: Duration = Duration::from_secs(60);
/// A file is written in so many parts.
const PARTS: u32 = 12;
/// The daemon's usual `[watch] settle_s`.
const SETTLE: Duration = Duration::from_secs(2);
/// Between two readings of the index.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Between two looks at the daemon's memory.
const WEIGH_EVERY: Duration = Duration::from_secs(5);
/// How long to wait for the last file.
const PATIENCE: Duration = Duration::from_secs(120);

/// A recording: the camera and the second since 1970 at which it starts.
type Key = (u64, i64);

struct Camera {
    number: u64,
    folder: PathBuf,
    /// When it began to record.
    begun: Instant,
    second: i64,
}

/// Files that are closed and not found yet, and how long after settling the others were found, seconds.
#[derive(Default)]
struct Account {
    closed: HashMap<Key, Instant>,
    waited: Vec<f64>,
}

pub(crate) fn run(minutes: u64, cameras: u64, aligned: bool) {
    let (place, folders) = site(cameras);
    let clips = [("mp4", clips::make(60, "mp4")), ("ts", clips::make(60, "ts"))];
    let daemon = Daemon::start(place.path());
    let account = Mutex::new(Account::default());
    let (begun, second) = (Instant::now(), Timestamp::now().as_second());
    let cameras: Vec<Camera> = (0..cameras)
        .zip(folders)
        .map(|(number, folder)| {
            // Spread over the minute, and not in the order of their names.
            let phase = if aligned { 0 } else { number * 37 % cameras * 60_000 / cameras };
            let begun = begun + Duration::from_millis(phase);
            Camera { number, folder, begun, second: second + (phase / 1000).cast_signed() }
        })
        .collect();
    let files = cameras.len() as u64 * minutes;
    let cpu_before = daemon.taken().cpu;
    let mut weights = Vec::new();
    thread::scope(|scope| {
        let (account, cameras, clips) = (&account, &cameras, &clips);
        for camera in cameras {
            scope.spawn(move || record(camera, minutes, &clips[camera.number as usize % 2], account));
        }
        find(place.path(), cameras, files, account, || weights.push(daemon.taken()));
    });
    let elapsed = begun.elapsed();
    let account = account.into_inner().unwrap();
    let cpu = daemon.taken().cpu - cpu_before;
    drop(daemon);
    tell(minutes, cameras.len(), aligned, elapsed, cpu, account.waited.clone(), &weights);
    assert!(account.closed.is_empty(), "never found: {:?}", account.closed.keys());
    assert_eq!(searched(place.path()), files, "what a search of everything finds");
}

fn record(camera: &Camera, minutes: u64, (container, clip): &(&str, Vec<u8>), account: &Mutex<Account>) {
    for minute in 0..minutes {
        let second = camera.second + 60 * minute.cast_signed();
        let starts = camera.begun + MINUTE * minute as u32;
        wait_until(starts);
        let bytes = clips::numbered(clip, container, camera.number << 32 | minute);
        let path = camera.folder.join(clips::name(second, container));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut file = File::create(path).unwrap();
        for (number, part) in (1..).zip(bytes.chunks(bytes.len().div_ceil(PARTS as usize))) {
            wait_until(starts + MINUTE * number / PARTS);
            file.write_all(part).unwrap();
        }
        drop(file);
        account.lock().unwrap().closed.insert((camera.number, second), Instant::now());
    }
}

fn wait_until(at: Instant) {
    thread::sleep(at.saturating_duration_since(Instant::now()));
}

/// Reads the index until every file is found, or patience ends.
fn find(place: &Path, cameras: &[Camera], files: u64, account: &Mutex<Account>, mut weigh: impl FnMut()) {
    let index = TantivyIndex::open(&place.join("data/index")).unwrap();
    let ids: HashMap<String, u64> =
        cameras.iter().map(|camera| (format!("c{:03}", camera.number), camera.number)).collect();
    let (mut last, mut weighed) = (Instant::now(), Instant::now());
    loop {
        let now = Instant::now();
        let window = {
            let now = CameraTime(Timestamp::now());
            CameraSpan::new(now.plus_micros(-15 * 60_000_000), now.plus_micros(60_000_000))
        };
        index.refresh().unwrap();
        let windows = ids.keys().map(|id| CameraWindow { camera: id.clone(), span: window }).collect();
        let hits = index.search(&Query::all(windows)).unwrap();
        {
            let mut account = account.lock().unwrap();
            for hit in hits.iter().filter(|hit| hit.span.micros() >= 59_000_000) {
                let key = (ids[&hit.camera], hit.span.start.as_micros() / 1_000_000);
                if let Some(closed) = account.closed.remove(&key) {
                    let waited = now.saturating_duration_since(closed).as_secs_f64() - SETTLE.as_secs_f64();
                    account.waited.push(waited);
                    last = now;
                }
            }
            let found = account.waited.len() as u64;
            let lost = now.duration_since(last) > MINUTE + PATIENCE;
            if found == files || lost {
                return;
            }
        }
        if weighed.elapsed() >= WEIGH_EVERY {
            weigh();
            weighed = Instant::now();
        }
        thread::sleep(LOOK_EVERY);
    }
}

/// How many recordings a search of everything finds.
fn searched(place: &Path) -> u64 {
    let mut search = Command::new(env!("CARGO_BIN_EXE_truyvet"));
    search.arg("--config").arg(place.join("site.toml")).args(["search", "--json", "--near", "18.07,106.3"]);
    search.args(["--radius", "2000km", "--from", "2000-01-01 00:00", "--to", "2090-01-01 00:00"]);
    let answer: serde_json::Value = serde_json::from_slice(&search.output().unwrap().stdout).unwrap();
    answer["cameras"]
        .as_array()
        .unwrap()
        .iter()
        .map(|camera| camera["recordings"].as_array().unwrap().len() as u64)
        .sum()
}

fn tell(
    minutes: u64,
    cameras: usize,
    aligned: bool,
    elapsed: Duration,
    cpu: f64,
    mut waited: Vec<f64>,
    weights: &[Taken],
) {
    waited.sort_by(f64::total_cmp);
    let how = if aligned { "all in the same second" } else { "spread over the minute" };
    println!("{cameras} cameras, {minutes} min, closing {how}: {} files found", waited.len());
    let [half, most, nearly_all] = [0.5, 0.9, 0.99].map(|part| percentile(&waited, part));
    let longest = waited.last().copied().unwrap_or(f64::NAN);
    println!(
        "from settled to found, s: p50 {half:.2}, p90 {most:.2}, p99 {nearly_all:.2}, longest {longest:.2} (goal: p99 ≤ 2)"
    );
    type Column = (&'static str, fn(&Taken) -> f64);
    let columns: [Column; 3] =
        [("daemon, resident", |w| w.alone), ("  of which its own", |w| w.own), ("with reading processes", |w| w.tree)];
    println!("{:24}{:>8}{:>8}{:>8}{:>8}{:>8}", "memory, MiB", "first", "¼", "½", "last", "most");
    for (name, value) in columns {
        let at =
            |part: f64| weights.get((weights.len().saturating_sub(1) as f64 * part) as usize).map_or(f64::NAN, value);
        let most = weights.iter().map(value).fold(f64::NAN, f64::max);
        println!("{name:24}{:8.1}{:8.1}{:8.1}{:8.1}{most:8.1}", at(0.0), at(0.25), at(0.5), at(1.0));
    }
    println!("processor: {:.1} % of one core", 100.0 * cpu / elapsed.as_secs_f64());
}
