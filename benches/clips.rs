//! Figures of playing footage: the first bytes of a clip, and how much faster than real time it is made, copied and transcoded, whole
//! and as a small player's tile; then four tiles at a time.
//!
//! `cargo bench --bench clips`; SECONDS (a file) in the environment. CPU is that of the worker processes. A clip's first bytes count
//! from the asking to the first frames, a new worker's start included.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

#[path = "media/cost.rs"]
#[allow(dead_code, reason = "another benchmark uses the rest")]
mod cost;
#[path = "../examples/town/maker/mod.rs"]
#[allow(unused_imports, reason = "its tests have nobody to run them here")]
mod maker;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use maker::cameras::{Codec, Container};
use maker::clip::{Clip, make_clip};
use truyvet::media::{ClipAsk, Limits, Make, MediaPool, PoolConfig, Priority, Sandbox};

const FPS: u32 = 25;
const WHOLE: Make = Make::Transcode { height: None, max_fps: None };
/// The goals: seconds until the first frames, and how many tiles play at a time.
const FIRST_S: f64 = 1.5;
const TILES: usize = 4;

fn main() {
    let seconds = std::env::var("SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    println!("{seconds} s a file, {FPS} frames a second, a keyframe every 2 s\n");
    println!("| | clip | size | first bytes, ms | CPU for a second of footage, ms | times real time by CPU | Mbit/s |");
    println!("|---|---|---|---|---|---|---|");
    let large = Clip { width: 2560, height: 1440, kbps: 4000, ..clip(Codec::Hevc, Container::Mp4MoovLast) };
    let files = [
        ("H.264 1080p mkv", "h264.mkv", clip(Codec::H264, Container::Mkv), true),
        ("H.264 1080p ts", "h264.ts", clip(Codec::H264, Container::Ts), true),
        ("H.265 1080p mp4", "hevc.mp4", clip(Codec::Hevc, Container::Mp4MoovLast), false),
        ("H.265 1440p mp4", "hevc-1440p.mp4", large, false),
        ("MPEG-4 1080p avi", "mpeg4.avi", clip(Codec::Mpeg4, Container::Avi), false),
        ("MJPEG 1080p avi", "mjpeg.avi", clip(Codec::Mjpeg, Container::Avi), false),
    ];
    let mut late = Vec::new();
    let mut tiles = Vec::new();
    for (name, file, clip, copies) in files {
        let path = made(&format!("clips-{seconds}s-{file}"), &Clip { seconds, ..clip });
        let ways: &[_] = if copies { &[("copy", Make::Copy)] } else { &[("whole", WHOLE), ("tile", tile())] };
        for (way, make) in ways {
            let one = measure(&path, *make, 1);
            one.print(name, way);
            if one.first_s > FIRST_S {
                late.push(format!("{name} {way}: {:.2} s", one.first_s));
            }
        }
        if name.starts_with("H.265") {
            tiles.push((name, measure(&path, tile(), TILES)));
        }
    }
    println!("\n| {TILES} tiles at a time | wall, s | times real time by the wall | CPU, s | cores for real time |");
    println!("|---|---|---|---|---|");
    for (name, all) in &tiles {
        let cores = all.cpu_s / all.footage_s;
        println!("| {name} | {:.1} | {:.2} | {:.1} | {cores:.2} |", all.wall_s, all.footage_s / all.wall_s, all.cpu_s);
    }
    println!(
        "\nfirst bytes within {FIRST_S} s: {}",
        if late.is_empty() { "reached".to_owned() } else { late.join("; ") }
    );
}

fn clip(codec: Codec, container: Container) -> Clip {
    Clip { codec, container, fps: FPS, ..Clip::default() }
}

fn tile() -> Make {
    ClipAsk::tile(0, 1, 360).make
}

/// The file, made unless it is there.
fn made(name: &str, clip: &Clip) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-footage");
    fs::create_dir_all(&folder).unwrap();
    let (path, part) = (folder.join(name), folder.join(format!("part-{name}")));
    if !path.exists() {
        eprintln!("making {name}");
        make_clip(clip, &part).unwrap_or_else(|failure| panic!("{name}: {failure}"));
        fs::rename(&part, &path).unwrap();
    }
    path
}

struct Measured {
    size: (u32, u32),
    first_s: f64,
    wall_s: f64,
    cpu_s: f64,
    /// Length of one clip.
    footage_s: f64,
    bytes: usize,
}

impl Measured {
    fn print(&self, name: &str, way: &str) {
        let Measured { size, first_s, cpu_s, footage_s, bytes, .. } = self;
        println!(
            "| {name} | {way} | {}×{} | {:.0} | {:.1} | {:.1} | {:.2} |",
            size.0,
            size.1,
            first_s * 1000.0,
            cpu_s / footage_s * 1000.0,
            footage_s / cpu_s,
            *bytes as f64 * 8e-6 / footage_s
        );
    }
}

/// Makes so many clips of a whole file at a time; the figures of the first, but CPU of all.
fn measure(path: &Path, make: Make, clips: usize) -> Measured {
    let exe = env!("CARGO_BIN_EXE_truyvet").into();
    let limits = Limits::default();
    let config = PoolConfig { exe, workers: clips, limits, sandbox: Sandbox::Full, priority: Priority::Ordinary };
    let pool = MediaPool::new(config).unwrap();
    let begun = Instant::now();
    let ask = ClipAsk { from_us: 0, to_us: i64::MAX, make, plays_h265: false, sound: false };
    let threads: Vec<_> = (0..clips)
        .map(|_| {
            let clip = pool.clip(path, ask.clone(), Duration::from_secs(60));
            let mut clip = clip.unwrap().unwrap();
            thread::spawn(move || {
                let mut bytes = clip.next().unwrap().unwrap().len();
                bytes += clip.next().unwrap().unwrap().len();
                let first_s = begun.elapsed().as_secs_f64();
                bytes += clip.by_ref().map(|segment| segment.unwrap().len()).sum::<usize>();
                (clip, first_s, bytes)
            })
        })
        .collect();
    let ended: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let wall_s = begun.elapsed().as_secs_f64();
    let cpu_s = pool.pids().into_iter().map(cost::process_cpu).sum::<f64>();
    let (clip, first_s, bytes) = &ended[0];
    let footage_s = (clip.tail().unwrap().last_pts_us - clip.head().first_pts_us) as f64 / 1e6 + 1.0 / f64::from(FPS);
    Measured {
        size: (clip.head().width, clip.head().height),
        first_s: *first_s,
        wall_s,
        cpu_s,
        footage_s,
        bytes: *bytes,
    }
}
