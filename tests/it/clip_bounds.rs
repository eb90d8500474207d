//! What a clip may cost: its worker is free when nobody watches, nothing is made that nobody takes, and damage stays in the worker.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use truyvet::media::{ClipAsk, ClipHead, ClipPiece, Limits, Make, clip_here};
use truyvet::model::Fault;

use crate::clips::{PAIRS, PATIENCE, TRANSCODE, ask, limited, made, pool, take, times};
use crate::support::clips::clip;
use crate::support::fuzz::corpus::corpus;
use crate::support::fuzz::mutant::Mutant;
use crate::support::luck::Luck;

#[test]
fn a_clip_that_is_left_in_the_middle_gives_its_worker_free() {
    let path = made("mkv", "-c:v libx264 -bf 2 -an");
    let pool = pool(1);
    for make in [Make::Copy, TRANSCODE] {
        let mut clip = pool.clip(&path, ask(0, 4_000_000, make), PATIENCE).unwrap().unwrap();
        assert!(clip.next().unwrap().is_ok());
        let nobody_is_free = pool.clip(&path, ask(0, 4_000_000, make), Duration::ZERO).unwrap();
        assert!(nobody_is_free.is_none());
        let pid = pool.pids()[0];
        drop(clip);
        assert!(!Path::new(&format!("/proc/{pid}")).exists(), "it works on");
        let clip = pool.clip(&path, ask(0, 4_000_000, make), Duration::ZERO).unwrap();
        assert!(clip.is_some(), "another begins at once");
    }
    let whole = take(&pool, &path, ask(0, 4_000_000, Make::Copy)).unwrap();
    assert_eq!(whole.tail.frames, 40);
    let pid = pool.pids()[0];
    assert_eq!(pool.list(&path).unwrap().packets, 40);
    assert_eq!(pool.pids()[0], pid, "a clip that came to its end leaves a worker that serves on");
}

#[test]
fn four_are_made_at_a_time_and_each_outlives_the_pools_name() {
    let path = made("ts", "-c:v libx265 -x265-params log-level=none:bframes=2 -an");
    let start = times(&path)[0];
    let pool = pool(4);
    let clips: Vec<_> = (0..4)
        .map(|_| pool.clip(&path, ask(start, start + 4_000_000, TRANSCODE), PATIENCE).unwrap().unwrap())
        .collect();
    assert_eq!(pool.pids().len(), 4);
    drop(pool);
    let threads: Vec<_> = clips
        .into_iter()
        .map(|mut clip| {
            thread::spawn(move || {
                let bytes: usize = clip.by_ref().map(|segment| segment.unwrap().len()).sum();
                (bytes, clip.tail().unwrap().frames)
            })
        })
        .collect();
    let made: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(made.iter().all(|one| *one == made[0] && one.1 == 40), "{made:?}");
}

/// Bytes that a process has read.
fn read_by(pid: u32) -> u64 {
    let io = fs::read_to_string(format!("/proc/{pid}/io")).unwrap();
    io.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap().parse().unwrap()
}

#[test]
fn a_clip_that_nobody_takes_is_not_made_in_advance() {
    let noise = ["-f", "lavfi", "-i", "nullsrc=s=160x120:r=10:d=100,geq=random(1)*255:128:128", "-g", "10", "-bf", "0"];
    let path = clip("ts", &noise);
    let len = path.metadata().unwrap().len();
    for make in [Make::Copy, TRANSCODE] {
        let pool = pool(1);
        let start = times(&path)[0];
        let mut clip = pool.clip(&path, ask(start, start + 100_000_000, make), PATIENCE).unwrap().unwrap();
        let pid = pool.pids()[0];
        let mut before = 0;
        // Until it reads no more; a slow machine makes this end early, with less read.
        while read_by(pid) != before {
            before = read_by(pid);
            thread::sleep(Duration::from_millis(300));
        }
        assert!(before < len / 5, "{make:?}: {before} of {len} bytes read");
        assert!(clip.by_ref().all(|segment| segment.is_ok()));
        assert_eq!(clip.tail().unwrap().frames, 1000, "and yet all of it comes");
    }
}

#[test]
fn a_worker_that_stops_or_dies_in_the_middle_is_the_clips_fault() {
    let path = made("mkv", "-c:v libx264 -bf 2 -an");
    for (signal, expected) in [(Signal::STOP, Fault::TimedOut), (Signal::KILL, Fault::WorkerDied)] {
        let pool = limited(1, Limits { segment: Duration::from_millis(300), ..Limits::default() });
        let mut clip = pool.clip(&path, ask(0, 4_000_000, TRANSCODE), PATIENCE).unwrap().unwrap();
        kill_process(Pid::from_raw(pool.pids()[0] as i32).unwrap(), signal).unwrap();
        let fault = clip.by_ref().find_map(Result::err).unwrap().fault;
        assert_eq!(fault, expected);
        assert!(clip.next().is_none() && clip.tail().is_none());
        assert_eq!(pool.list(&path).unwrap().packets, 40);
    }
}

/// The same in this process, without barriers.
fn here(path: &Path, ask: &ClipAsk) -> (Vec<ClipHead>, Vec<u8>) {
    let (mut heads, mut mp4) = (Vec::new(), Vec::new());
    let file = fs::File::open(path).unwrap();
    clip_here(&file, ask, &mut |piece| {
        match piece {
            ClipPiece::Head(head) => heads.push(head),
            ClipPiece::Segment(bytes) => mp4.extend(bytes),
        }
        Ok(())
    })
    .unwrap();
    (heads, mp4)
}

#[test]
fn a_clip_is_made_inside_the_barriers_as_outside() {
    let pool = pool(1);
    for (extension, how, _) in PAIRS {
        let path = made(extension, how);
        let start = times(&path)[0];
        for make in [Make::Copy, TRANSCODE] {
            let asked = ask(start, start + 1_500_000, make);
            let inside = take(&pool, &path, asked.clone()).unwrap();
            let (heads, mp4) = here(&path, &asked);
            assert_eq!(heads, [inside.head], "{extension} {how}");
            assert!(mp4 == inside.mp4, "{extension} {how} {make:?}");
        }
    }
}

#[test]
fn damaged_files_cost_their_clip_at_most() {
    const CASES: u64 = 250;
    let (corpus, luck) = (corpus(), Luck::new(0xc11b));
    let pool = limited(2, Limits { frame: Duration::from_secs(30), ..Limits::default() });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged");
    let (mut played, mut refused, mut wrong) = (0, 0, Vec::new());
    for number in 0..CASES {
        let mutant = Mutant::new(&corpus, &luck, number);
        // Every fifth is cut off instead.
        let bytes = if number % 5 == 0 { &mutant.of.bytes[..mutant.of.bytes.len() * 2 / 3] } else { &mutant.bytes[..] };
        fs::write(&path, bytes).unwrap();
        let make = if number % 2 == 0 { Make::Copy } else { Make::Transcode { height: Some(64), max_fps: None } };
        let first = pool.list(&path).map_or(0, |listing| listing.first_pts_us);
        let asked = ClipAsk { sound: true, ..ask(first, first.saturating_add(3_000_000), make) };
        match take(&pool, &path, asked) {
            Ok(taken) => {
                played += 1;
                if taken.tail.frames == 0 || !taken.mp4.windows(4).any(|four| four == b"mdat") {
                    wrong.push(format!("{number} ({}): no frame", mutant.of.name));
                }
            }
            Err(unreadable) => {
                refused += 1;
                let ours = ["panicked", "forbidden", "overflow"].iter().any(|word| unreadable.detail.contains(word));
                if ours || matches!(unreadable.fault, Fault::Io | Fault::TimedOut) {
                    wrong.push(format!("{number} ({}, {:?}): {unreadable:?}", mutant.of.name, mutant.how));
                }
            }
        }
    }
    println!("{played} played, {refused} refused");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(played > 50 && refused > 20, "the damage was worth it: {played} played, {refused} refused");
}
