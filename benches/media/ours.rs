//! The three tiers, each as it runs in service: in a worker process behind the pool.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Instant;

use truyvet::media::{FrameAsk, ImageFormat, Limits, MediaPool, PoolConfig, Priority, Sandbox, Which, list_here};
use truyvet::model::Listing;

use crate::cost::{Cost, here, process_cpu, read_by, thread_cpu};

/// Width of the thumbnails, pixels: the peer's.
const WIDTH: u32 = 320;

pub(crate) fn pool() -> MediaPool {
    let exe = PathBuf::from(env!("CARGO_BIN_EXE_truyvet"));
    MediaPool::new(PoolConfig {
        exe,
        workers: 1,
        limits: Limits::default(),
        sandbox: Sandbox::Full,
        priority: Priority::Ordinary,
    })
    .unwrap()
}

/// Tier 1 in this process, the mean of so many times.
pub(crate) fn list_in_process(path: &Path, times: u32) -> Cost {
    here(times, || drop(list_here(&File::open(path).unwrap()).unwrap()))
}

/// Tier 1 by a worker that is there already, as for every file but the first; both processes' cost, the mean of so many.
pub(crate) fn list_by_worker(pool: &MediaPool, path: &Path, times: u32) -> (Cost, Listing) {
    let mut listing = pool.list(path).unwrap();
    let cost = with_worker(pool, times, |_| listing = pool.list(path).unwrap());
    (cost, listing)
}

/// Thumbnails of the keyframes at these times, each written to a file as the peer does. A worker is started for them alone,
/// which counts as the peer's start does.
pub(crate) fn thumbnails(path: &Path, pts_us: &[i64], into: &Path) -> (Cost, usize) {
    let (cpu, begun) = (thread_cpu(), Instant::now());
    let pool = pool();
    let made = pool.thumbnails(path, pts_us, WIDTH).unwrap();
    for (number, thumbnail) in made.iter().enumerate() {
        fs::write(into.join(format!("{number:05}.jpg")), &thumbnail.jpeg).unwrap();
    }
    let wall = begun.elapsed().as_secs_f64();
    let pid = pool.pids()[0];
    let cost = Cost { cpu: thread_cpu() - cpu + process_cpu(pid), wall, read: read_by(&pid.to_string()) };
    (cost, made.len())
}

/// Full-size frames at these times, by a worker that is there already; the mean of one.
pub(crate) fn frames(pool: &MediaPool, path: &Path, pts_us: &[i64]) -> Cost {
    let ask = |pts_us| FrameAsk { pts_us, which: Which::Shown, width: None, format: ImageFormat::Jpeg };
    with_worker(pool, pts_us.len() as u32, |n| drop(pool.frame(path, ask(pts_us[n])).unwrap()))
}

/// The mean cost, here and in the pool's only worker, of something done so many times.
fn with_worker(pool: &MediaPool, times: u32, mut run: impl FnMut(usize)) -> Cost {
    let pid = pool.pids()[0];
    let before = (process_cpu(pid), read_by(&pid.to_string()));
    let mut number = 0;
    let ours = here(times, || {
        run(number);
        number += 1;
    });
    assert_eq!(pool.pids(), [pid], "the worker was replaced meanwhile");
    let cpu = ours.cpu + (process_cpu(pid) - before.0) / f64::from(times);
    Cost { cpu, wall: ours.wall, read: (read_by(&pid.to_string()) - before.1) / u64::from(times) }
}
