//! The process boundary: a worker's death, slowness or hunger costs the file it was on, and nothing else.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use truyvet::media::{FrameAsk, ImageFormat, Limits, MediaPool, PoolConfig, Priority, Sandbox, Which};
use truyvet::model::Fault;

fn pool(limits: Limits) -> MediaPool {
    let exe = env!("CARGO_BIN_EXE_truyvet").into();
    MediaPool::new(PoolConfig { exe, workers: 2, limits, sandbox: Sandbox::Full, priority: Priority::Ordinary })
        .unwrap()
}

fn clip(dir: &Path) -> PathBuf {
    let path = dir.join("clip.mp4");
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=10:d=4", "-pix_fmt", "yuv420p", "-g", "10"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(status.success());
    path
}

fn signal(pid: u32, signal: Signal) {
    kill_process(Pid::from_raw(pid as i32).unwrap(), signal).unwrap();
}

fn first_frame() -> FrameAsk {
    FrameAsk { pts_us: 0, which: Which::Shown, width: None, format: ImageFormat::Jpeg }
}

/// A file named so that nobody can write it by mistake; the pool must not need to.
fn made() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = clip(dir.path());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    (dir, path)
}

#[test]
fn a_worker_serves_all_three_tiers_again_and_again() {
    let (_dir, clip) = made();
    let pool = pool(Limits::default());
    assert!(pool.pids().is_empty());
    let listing = pool.list(&clip).unwrap();
    let keyframes: Vec<i64> = listing.keyframes.iter().map(|keyframe| keyframe.pts_us).collect();
    assert_eq!(keyframes.len(), 4);
    let thumbnails = pool.thumbnails(&clip, &keyframes, 160).unwrap();
    assert_eq!(thumbnails.len(), 4);
    let frame = pool.frame(&clip, first_frame()).unwrap();
    assert_eq!((frame.width, frame.height, frame.pts_us), (320, 240, keyframes[0]));
    assert_eq!(pool.pids().len(), 1, "one worker did it all");
}

#[test]
fn the_file_stays_as_it_was_and_is_open_for_reading_only() {
    let (_dir, clip) = made();
    let before = (fs::read(&clip).unwrap(), fs::metadata(&clip).unwrap().modified().unwrap());
    let pool = Arc::new(pool(Limits::default()));
    pool.list(&clip).unwrap();
    // Held still in the middle of a request, the worker has the file open, and cannot write it.
    let pid = pool.pids()[0];
    signal(pid, Signal::STOP);
    let asking = thread::spawn({
        let (pool, clip) = (Arc::clone(&pool), clip.clone());
        move || pool.list(&clip)
    });
    let canonical = clip.canonicalize().unwrap();
    let here = std::process::id();
    let flags = wait_for(|| open_flags(here, &canonical));
    assert_eq!(flags & 0o3, 0, "the parent's descriptor allows writing");
    signal(pid, Signal::CONT);
    asking.join().unwrap().unwrap();
    assert_eq!((fs::read(&clip).unwrap(), fs::metadata(&clip).unwrap().modified().unwrap()), before);
}

/// The open flags (octal in `/proc`) of a process's descriptor of a file.
fn open_flags(pid: u32, path: &Path) -> Option<u32> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
    let fd = entries.flatten().find(|entry| fs::read_link(entry.path()).is_ok_and(|target| target == path))?;
    let info = fs::read_to_string(format!("/proc/{pid}/fdinfo/{}", fd.file_name().to_string_lossy())).ok()?;
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
    u32::from_str_radix(flags.trim(), 8).ok()
}

/// Tries until there is something; a test that hangs here has failed.
fn wait_for<T>(mut probe: impl FnMut() -> Option<T>) -> T {
    let patience = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(Instant::now() < patience, "waited in vain");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_worker_that_limits_itself_can_write_no_file_and_leave_no_core() {
    let (_dir, clip) = made();
    let pool = pool(Limits::default());
    pool.list(&clip).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", pool.pids()[0])).unwrap();
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(limit("Max file size"), "0");
    assert_eq!(limit("Max core file size"), "0");
    assert_eq!(limit("Max open files"), "32");
    assert_eq!(limit("Max address space"), (2u64 << 30).to_string());
}

#[test]
fn a_worker_killed_while_idle_costs_nothing() {
    let (_dir, clip) = made();
    let pool = pool(Limits::default());
    pool.list(&clip).unwrap();
    let pid = pool.pids()[0];
    signal(pid, Signal::KILL);
    wait_for(|| is_gone(pid).then_some(()));
    pool.list(&clip).unwrap();
    assert_ne!(pool.pids(), [pid]);
}

/// Ended, though perhaps not yet waited for.
fn is_gone(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |stat| stat.contains(") Z "))
}

#[test]
fn a_worker_killed_at_work_costs_that_file_only() {
    let (_dir, clip) = made();
    let pool = Arc::new(pool(Limits::default()));
    pool.list(&clip).unwrap();
    let pid = pool.pids()[0];
    signal(pid, Signal::STOP);
    let asking = thread::spawn({
        let (pool, clip) = (Arc::clone(&pool), clip.clone());
        move || pool.list(&clip)
    });
    wait_for(|| open_flags(std::process::id(), &clip.canonicalize().unwrap()));
    // The other place in the pool is free all the while.
    pool.list(&clip).unwrap();
    signal(pid, Signal::KILL);
    // Killed before the request was sent, it is found dead and replaced; after, the file takes the blame.
    if let Err(unreadable) = asking.join().unwrap() {
        assert_eq!(unreadable.fault, Fault::WorkerDied);
        assert!(unreadable.detail.contains("signal 9"), "{}", unreadable.detail);
    }
    pool.list(&clip).unwrap();
    assert!(!pool.pids().contains(&pid));
}

#[test]
fn a_request_past_its_time_is_ended() {
    let (_dir, clip) = made();
    let limits = Limits { list: Duration::from_millis(300), ..Limits::default() };
    let pool = Arc::new(pool(limits));
    pool.frame(&clip, first_frame()).unwrap();
    let pid = pool.pids()[0];
    // A stopped process looks to the parent like one that never comes to an end.
    signal(pid, Signal::STOP);
    let unreadable = pool.list(&clip).unwrap_err();
    assert_eq!(unreadable.fault, Fault::TimedOut);
    assert!(is_gone(pid));
    pool.frame(&clip, first_frame()).unwrap();
}

#[test]
fn a_picture_larger_than_the_memory_limit_is_refused_and_the_next_is_read() {
    let (dir, clip) = made();
    let hostile = dir.path().join("16000x16000.jpg");
    fs::write(&hostile, jpeg_claiming(16_000, 16_000)).unwrap();
    let pool = pool(Limits { memory_bytes: 512 << 20, ..Limits::default() });
    let unreadable = pool.frame(&hostile, first_frame()).unwrap_err();
    assert_eq!(unreadable.fault, Fault::OutOfMemory, "{unreadable:?}");
    let unreadable = pool.thumbnails(&hostile, &[0], 320).unwrap_err();
    assert_eq!(unreadable.fault, Fault::OutOfMemory, "{unreadable:?}");
    pool.frame(&clip, first_frame()).unwrap();
}

#[test]
fn a_picture_larger_than_any_camera_makes_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let hostile = dir.path().join("30000x30000.jpg");
    fs::write(&hostile, jpeg_claiming(30_000, 30_000)).unwrap();
    let pool = pool(Limits::default());
    let unreadable = pool.frame(&hostile, first_frame()).unwrap_err();
    assert_eq!(unreadable.fault, Fault::Damaged);
    assert_ne!(unreadable.detail, "");
}

/// A JPEG whose header claims another size than the picture has; long enough to be believed.
fn jpeg_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    image::RgbImage::from_pixel(64, 64, image::Rgb([90, 120, 60]))
        .write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Jpeg)
        .unwrap();
    let frame = bytes.windows(2).position(|two| two[0] == 0xff && (0xc0..=0xc2).contains(&two[1])).unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes.truncate(bytes.len() - 2);
    bytes.resize(8 << 20, 0x55);
    bytes.extend([0xff, 0xd9]);
    bytes
}

#[test]
fn what_is_no_footage_is_refused_without_hanging() {
    let dir = tempfile::tempdir().unwrap();
    let pool = pool(Limits::default());
    let fault = |path: &Path| pool.list(path).unwrap_err().fault;
    assert_eq!(fault(&dir.path().join("missing.mp4")), Fault::Io);
    assert_eq!(fault(dir.path()), Fault::NotMedia);
    let pipe = dir.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(fault(&pipe), Fault::NotMedia);
    let empty = dir.path().join("empty.mp4");
    File::create(&empty).unwrap();
    assert_eq!(fault(&empty), Fault::Empty);
    let sparse = dir.path().join("sparse.ts");
    let mut file = File::create(&sparse).unwrap();
    file.write_all(&[0x47; 188]).unwrap();
    file.set_len(10 << 30).unwrap();
    assert!(pool.list(&sparse).is_err());
}

#[test]
fn a_worker_is_replaced_after_its_share_of_requests() {
    let (_dir, clip) = made();
    let pool = pool(Limits { requests_per_worker: 2, ..Limits::default() });
    pool.list(&clip).unwrap();
    let first = pool.pids();
    pool.list(&clip).unwrap();
    assert!(pool.pids().is_empty());
    pool.list(&clip).unwrap();
    assert_ne!(pool.pids(), first);
}

#[test]
fn more_callers_than_workers_wait_their_turn() {
    let (_dir, clip) = made();
    let pool = pool(Limits::default());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(pool.list(&clip).unwrap().keyframes.len(), 4));
        }
    });
    assert!((1..=2).contains(&pool.pids().len()));
    // The threads that asked have ended; the workers must not end with them.
    let pids = pool.pids();
    pool.list(&clip).unwrap();
    assert!(pids.iter().all(|&pid| !is_gone(pid)));
}

#[test]
fn workers_end_with_the_pool() {
    let (_dir, clip) = made();
    let pool = pool(Limits::default());
    pool.list(&clip).unwrap();
    let pid = pool.pids()[0];
    drop(pool);
    assert!(is_gone(pid));
}

#[test]
fn run_by_hand_a_worker_says_what_it_is() {
    let output = Command::new(env!("CARGO_BIN_EXE_truyvet")).arg("worker").output().unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("never by hand"));
}

#[test]
fn processes_for_thumbnails_yield_to_all_others() {
    let niceness = |pid: u32| -> i64 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        // proc(5): after the name in brackets, the 17th field from the state on.
        stat.rsplit_once(") ").unwrap().1.split(' ').nth(16).unwrap().parse().unwrap()
    };
    let exe = PathBuf::from(env!("CARGO_BIN_EXE_truyvet"));
    let config = PoolConfig {
        exe,
        workers: 1,
        limits: Limits::default(),
        sandbox: Sandbox::Full,
        priority: Priority::Background,
    };
    let pool = MediaPool::new(config).unwrap();
    pool.list(&crate::support::clips::mp4()).unwrap();
    let pid = pool.pids()[0];
    assert_eq!(niceness(pid), (niceness(std::process::id()) + 10).min(19));
    let class = std::process::Command::new("ionice").args(["-p", &pid.to_string()]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&class.stdout).trim(), "idle");
}
