//! The barriers around a worker: what an intruder would try is tried inside one, and refused; what reading needs is not.
//!
//! Each is also tried with fewer barriers, to see which of them holds it back, and with none, to see that it would work.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use libc::{EACCES, EBADF, ENOMEM};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use tempfile::TempDir;
use truyvet::media::{
    Barrier, ClipAsk, FrameAsk, ImageFormat, Limits, Make, MediaPool, Outcome, PoolConfig, Priority, Probe, Sandbox,
    Which, frame_here, list_here, thumbnails_here,
};
use truyvet::model::{Fault, Unreadable};

const LONG: Duration = Duration::from_secs(120);
const SHORT: Duration = Duration::from_millis(300);

/// A pool of one worker, and the file that it is asked about.
struct Inside {
    pool: MediaPool,
    folder: TempDir,
    file: PathBuf,
}

impl Inside {
    fn new(sandbox: Sandbox) -> Inside {
        Inside::limited(sandbox, Limits::default())
    }

    fn limited(sandbox: Sandbox, limits: Limits) -> Inside {
        let exe = env!("CARGO_BIN_EXE_truyvet").into();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("some.mp4");
        fs::write(&file, b"no footage, and no matter").unwrap();
        let inside = Inside {
            pool: MediaPool::new(PoolConfig { exe, workers: 1, limits, sandbox, priority: Priority::Ordinary })
                .unwrap(),
            folder,
            file,
        };
        // Starts the worker, so that it is known what the kernel lacks.
        assert_eq!(inside.pool.list(&inside.file).unwrap_err().fault, Fault::NotMedia);
        inside
    }

    /// With a kernel that has this barrier, or says that it is skipped.
    fn with(sandbox: Sandbox, barrier: Barrier) -> Option<Inside> {
        let inside = Inside::new(sandbox);
        if inside.pool.missing_barriers().contains(&barrier) {
            println!("skipped: this kernel lacks the barrier {barrier:?}");
            return None;
        }
        Some(inside)
    }

    fn tries(&self, probe: Probe) -> Result<Outcome, Unreadable> {
        self.pool.probe(&self.file, probe, LONG, LONG)
    }

    /// The probe must end the worker by this system call; the pool must go on.
    fn dies_of(&self, probe: Probe, call: &str) {
        let what = format!("{probe:?}");
        let died = self.tries(probe).unwrap_err();
        assert_eq!(died.fault, Fault::WorkerDied, "{what}: {died:?}");
        assert!(died.detail.contains(&format!("forbidden system call {call} (")), "{what}: {died:?}");
        assert!(died.detail.starts_with("killed by signal 31"), "{what}: {died:?}");
        assert_eq!(self.tries(Probe::Allocate(1)), Ok(Outcome::Done), "the next worker serves");
    }
}

/// The rights of root go round some limits, but round none of the barriers.
fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

fn seccomp_is_there() -> bool {
    Inside::with(Sandbox::Full, Barrier::SystemCalls).is_some()
}

#[test]
fn another_file_cannot_be_opened() {
    let other = || tempfile::NamedTempFile::new().unwrap();
    let open = |inside: &Inside, other: &tempfile::NamedTempFile| inside.tries(Probe::Open(other.path().to_owned()));
    assert_eq!(open(&Inside::new(Sandbox::LimitsOnly), &other()), Ok(Outcome::Done));
    for (sandbox, barrier) in [
        (Sandbox::LandlockOnly, Barrier::Files),
        (Sandbox::SeccompOnly, Barrier::SystemCalls),
        (Sandbox::Full, Barrier::SystemCalls),
    ] {
        let Some(inside) = Inside::with(sandbox, barrier) else { continue };
        assert_eq!(open(&inside, &other()), Ok(Outcome::Refused(EACCES)), "{sandbox:?}");
        assert_eq!(inside.tries(Probe::Open("/etc/passwd".into())), Ok(Outcome::Refused(EACCES)), "{sandbox:?}");
        assert_eq!(inside.tries(Probe::Open("/proc/self/maps".into())), Ok(Outcome::Refused(EACCES)), "{sandbox:?}");
        let new = inside.folder.path().join("new");
        assert_eq!(inside.tries(Probe::Create(new.clone())), Ok(Outcome::Refused(EACCES)), "{sandbox:?}");
        assert!(!new.exists());
    }
}

#[test]
fn a_worker_that_has_made_a_clip_is_as_shut_in_as_before() {
    let Some(inside) = Inside::with(Sandbox::Full, Barrier::SystemCalls) else { return };
    let path = crate::support::clips::mp4();
    for make in [Make::Copy, Make::Transcode { height: None, max_fps: None }] {
        let ask = ClipAsk { from_us: 0, to_us: 4_000_000, make, plays_h265: false, sound: true };
        let mut clip = inside.pool.clip(&path, ask, LONG).unwrap().unwrap();
        assert!(clip.by_ref().all(|segment| segment.is_ok()) && clip.tail().is_some());
        let pids = inside.pool.pids();
        assert_eq!(inside.tries(Probe::Open("/etc/passwd".into())), Ok(Outcome::Refused(EACCES)));
        assert_eq!(inside.tries(Probe::Create(inside.folder.path().join("new"))), Ok(Outcome::Refused(EACCES)));
        assert_eq!(inside.pool.pids(), pids, "the worker that made the clip");
        inside.dies_of(Probe::Connect(1), "socket");
        inside.dies_of(Probe::Fork, "clone");
    }
}

#[test]
fn the_file_of_the_request_cannot_be_written() {
    let inside = Inside::new(Sandbox::LimitsOnly);
    let before = fs::read(&inside.file).unwrap();
    assert_eq!(inside.tries(Probe::WriteFootage), Ok(Outcome::Refused(EBADF)));
    assert_eq!(fs::read(&inside.file).unwrap(), before);
}

#[test]
fn nothing_can_be_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let open = Inside::new(Sandbox::LimitsOnly);
    assert_eq!(open.tries(Probe::Connect(port)), Ok(Outcome::Done));
    assert_eq!(open.tries(Probe::Bind), Ok(Outcome::Done));
    if let Some(inside) = Inside::with(Sandbox::LandlockOnly, Barrier::Tcp) {
        assert_eq!(inside.tries(Probe::Connect(port)), Ok(Outcome::Refused(EACCES)));
        assert_eq!(inside.tries(Probe::Bind), Ok(Outcome::Refused(EACCES)));
    }
    if let Some(inside) = Inside::with(Sandbox::Full, Barrier::SystemCalls) {
        inside.dies_of(Probe::Connect(port), "socket");
        inside.dies_of(Probe::Bind, "socket");
    }
}

#[test]
fn no_shell_can_be_started() {
    let mark = |inside: &Inside| inside.folder.path().join("mark");
    let shell = |inside: &Inside| Probe::Shell(format!(": > {}", mark(inside).display()));
    let open = Inside::new(Sandbox::LimitsOnly);
    if is_root() {
        assert_eq!(open.tries(shell(&open)), Ok(Outcome::Done));
        assert!(mark(&open).exists());
        assert_eq!(open.tries(Probe::Fork), Ok(Outcome::Done));
    } else {
        assert_eq!(open.tries(shell(&open)), Ok(Outcome::Refused(libc::EAGAIN)));
        assert_eq!(open.tries(Probe::Fork), Ok(Outcome::Refused(libc::EAGAIN)));
    }
    let true_program = || Probe::Exec("/bin/true".into());
    assert_eq!(open.tries(true_program()).unwrap_err().detail, "ended with exit status: 0", "it became that program");
    if let Some(inside) = Inside::with(Sandbox::LandlockOnly, Barrier::Files) {
        assert!(matches!(inside.tries(shell(&inside)), Ok(Outcome::Refused(_))));
        assert!(!mark(&inside).exists());
        assert_eq!(inside.tries(true_program()), Ok(Outcome::Refused(EACCES)));
    }
    if let Some(inside) = Inside::with(Sandbox::Full, Barrier::SystemCalls) {
        assert_eq!(inside.tries(shell(&inside)).unwrap_err().fault, Fault::WorkerDied);
        assert!(!mark(&inside).exists());
        inside.dies_of(true_program(), "execve");
        inside.dies_of(Probe::Fork, "clone");
        // The C library sets a signal handler before its first thread, which is forbidden already.
        assert!(inside.tries(Probe::Thread).unwrap_err().detail.contains("forbidden system call"));
    }
}

#[test]
fn memory_past_the_limit_is_refused() {
    let limits = Limits { memory_bytes: 512 << 20, ..Limits::default() };
    let inside = Inside::limited(Sandbox::Full, limits);
    assert_eq!(inside.tries(Probe::Allocate(64 << 20)), Ok(Outcome::Done));
    assert_eq!(inside.tries(Probe::Allocate(512 << 20)), Ok(Outcome::Refused(ENOMEM)));
}

#[test]
fn a_worker_that_never_answers_is_ended_by_the_clock_on_the_wall() {
    let inside = Inside::new(Sandbox::Full);
    for probe in [Probe::Spin, Probe::Hang] {
        let ended = inside.pool.probe(&inside.file, probe.clone(), SHORT, LONG).unwrap_err();
        assert_eq!((ended.fault, ended.detail.as_str()), (Fault::TimedOut, "no answer within 0.3 s"), "{probe:?}");
    }
    assert_eq!(inside.tries(Probe::Allocate(1)), Ok(Outcome::Done));
}

#[test]
fn a_worker_that_spins_is_ended_by_its_processor_time() {
    let inside = Inside::new(Sandbox::Full);
    let ended = inside.pool.probe(&inside.file, Probe::Spin, LONG, SHORT).unwrap_err();
    assert_eq!(ended.fault, Fault::TimedOut);
    assert!(ended.detail.contains("signal 24"), "{}", ended.detail);
    // A second request gets time of its own.
    assert_eq!(inside.pool.probe(&inside.file, Probe::Allocate(1), LONG, SHORT), Ok(Outcome::Done));
}

#[test]
fn other_ways_out_end_the_worker_and_are_named() {
    if !seccomp_is_there() {
        return;
    }
    let inside = Inside::new(Sandbox::Full);
    inside.dies_of(Probe::WritableProgram, "mmap");
    inside.dies_of(Probe::Signal(std::process::id().cast_signed()), "kill");
    for (call, name) in [
        (libc::SYS_socketpair, "socketpair"),
        (libc::SYS_clone3, "clone3"),
        (libc::SYS_execveat, "execveat"),
        (libc::SYS_openat2, "openat2"),
        (libc::SYS_unlinkat, "unlinkat"),
        (libc::SYS_memfd_create, "memfd_create"),
        (libc::SYS_prctl, "prctl"),
        (libc::SYS_prlimit64, "prlimit64"),
        (libc::SYS_ptrace, "ptrace"),
        (libc::SYS_process_vm_readv, "process_vm_readv"),
        (libc::SYS_tgkill, "tgkill"),
        (libc::SYS_rt_sigaction, "rt_sigaction"),
        (libc::SYS_ioctl, "ioctl"),
        (libc::SYS_fcntl, "fcntl"),
        (libc::SYS_unshare, "unshare"),
        (libc::SYS_bpf, "bpf"),
        (libc::SYS_io_uring_setup, "io_uring_setup"),
        (libc::SYS_userfaultfd, "userfaultfd"),
        (libc::SYS_seccomp, "seccomp"),
        (libc::SYS_capset, "capset"),
    ] {
        inside.dies_of(Probe::Call(call), name);
    }
    let unknown = inside.tries(Probe::Call(4000)).unwrap_err();
    assert!(unknown.detail.ends_with("forbidden system call 4000"), "{}", unknown.detail);
}

#[test]
fn a_stack_overflow_keeps_its_own_cause() {
    let died = Inside::new(Sandbox::Full).tries(Probe::Recurse).unwrap_err();
    assert_eq!(died.fault, Fault::WorkerDied);
    assert!(died.detail.contains("overflowed its stack"), "{}", died.detail);
}

#[test]
fn a_worker_keeps_no_capability_and_gains_none() {
    let inside = Inside::new(Sandbox::Full);
    inside.tries(Probe::Allocate(1)).unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", inside.pool.pids()[0])).unwrap();
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim();
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
        assert_eq!(field(set), "0000000000000000", "{set}");
    }
    assert_eq!(field("NoNewPrivs:"), "1");
    assert_eq!(field("Threads:"), "1");
    if seccomp_is_there() {
        assert_eq!(field("Seccomp:"), "2", "a filter");
    }
}

/// Runs in a thread on whose processes the kernel answers as one without Landlock.
fn without_landlock<T: Send>(then: impl FnOnce() -> T + Send) -> T {
    let missing = SeccompFilter::new(
        [(libc::SYS_landlock_create_ruleset, Vec::new())].into(),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
        std::env::consts::ARCH.try_into().unwrap(),
    );
    let missing: BpfProgram = missing.unwrap().try_into().unwrap();
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            seccompiler::apply_filter(&missing).unwrap();
            then()
        });
        thread.join().unwrap()
    })
}

/// What is logged, in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn without_landlock_the_other_barriers_stand_and_it_is_said_once() {
    if !seccomp_is_there() {
        return;
    }
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    without_landlock(|| {
        tracing::subscriber::with_default(subscriber, || {
            let inside = Inside::new(Sandbox::Full);
            assert_eq!(inside.pool.missing_barriers(), [Barrier::Files, Barrier::Tcp]);
            assert_eq!(inside.tries(Probe::Open("/etc/passwd".into())), Ok(Outcome::Refused(EACCES)));
            inside.dies_of(Probe::Connect(1), "socket");
            inside.dies_of(Probe::Fork, "clone");
        });
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(log.matches("lacks barriers").count(), 1, "{log}");
}

#[test]
fn without_landlock_check_notes_it_and_finds_nothing_wrong_in_that() {
    if !seccomp_is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site.toml");
    fs::create_dir(folder.path().join("footage")).unwrap();
    fs::write(
        &site,
        "[site]\nname = \"A\"\n[[camera]]\nid = \"a\"\nlat = 18.0\nlon = 106.0\nfootage = \"footage\"\nlayout = \"auto\"\n",
    )
    .unwrap();
    let check = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_truyvet"));
        let output = command.args(["check", "--json", "--config"]).arg(&site).output().unwrap();
        let findings: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
        findings.into_iter().filter(|finding| finding["what"] == "sandbox").collect::<Vec<_>>()
    };
    let lacking = without_landlock(check);
    assert_eq!(lacking.len(), 2);
    assert!(lacking.iter().all(|finding| finding["severity"] == "note"), "{lacking:?}");
    assert!(lacking[0]["said"]["en"].as_str().unwrap().contains("no Landlock"));
    let here = check().len();
    println!("on this kernel: {here} notes");
    assert_eq!(here, Inside::new(Sandbox::Full).pool.missing_barriers().len());
}

/// What reading a file yields, with whoever does it.
fn everything(
    list: impl FnOnce() -> Result<truyvet::model::Listing, Unreadable>,
    thumbnails: impl FnOnce(&[i64]) -> Result<Vec<truyvet::model::Thumbnail>, Unreadable>,
    frame: impl FnOnce(FrameAsk) -> Result<truyvet::media::Frame, Unreadable>,
) -> String {
    let listing = list();
    let times: Vec<i64> = listing.iter().flat_map(|listing| &listing.keyframes).map(|k| k.pts_us).take(3).collect();
    let last = listing.as_ref().map_or(0, |listing| listing.end_pts_us - 1);
    let frame = frame(FrameAsk { pts_us: last, which: Which::Shown, width: Some(320), format: ImageFormat::Jpeg });
    format!("{listing:?}\n{:?}\n{frame:?}", thumbnails(&times))
}

/// Asserts that a worker reads these as a process without barriers does.
fn read_alike(paths: &[PathBuf]) {
    let exe = env!("CARGO_BIN_EXE_truyvet").into();
    let pool = MediaPool::new(PoolConfig {
        exe,
        workers: 1,
        limits: Limits::default(),
        sandbox: Sandbox::Full,
        priority: Priority::Ordinary,
    })
    .unwrap();
    for path in paths {
        let file = fs::File::open(path).unwrap();
        let here =
            everything(|| list_here(&file), |times| thumbnails_here(&file, times, 160), |ask| frame_here(&file, ask));
        let inside =
            everything(|| pool.list(path), |times| pool.thumbnails(path, times, 160), |ask| pool.frame(path, ask));
        let differs = here.bytes().zip(inside.bytes()).position(|(a, b)| a != b).unwrap_or(0);
        let part = |text: &str| text[differs.saturating_sub(80)..].chars().take(300).collect::<String>();
        assert!(here == inside, "{}:\n{}\n{}", path.display(), part(&here), part(&inside));
    }
}

#[test]
fn every_shared_clip_is_read_inside_as_outside() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/footage");
    let Ok(entries) = fs::read_dir(&shared) else {
        println!("skipped: no shared data");
        return;
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    read_alike(&paths);
}

#[test]
fn every_codec_and_container_that_is_read_is_read_inside() {
    let folder = tempfile::tempdir().unwrap();
    let made: Vec<PathBuf> = [
        ("h264.mkv", "libx264 -g 5"),
        ("h264_10bit.mp4", "libx264 -pix_fmt yuv422p10le -g 5"),
        ("h264_tail.mov", "libx264 -g 5 -c:a aac"),
        ("h264.dat.h264", "libx264 -g 5 -f h264"),
        ("h265.ts", "libx265 -g 5 -x265-params log-level=none"),
        // Its names are in character sets that the C library looks for on the disk.
        ("h264.ts", "libx264 -g 5 -metadata service_name=\u{1}A -metadata service_provider=\u{2}B"),
        ("mpeg4.avi", "mpeg4 -g 5 -c:a mp2"),
        ("mpeg2.mpg", "mpeg2video -g 5 -c:a mp2"),
        ("mpeg1.mpg", "mpeg1video -r 25 -g 5"),
        ("h263.3gp", "h263 -g 5"),
        ("h263p.avi", "h263p -g 5"),
        ("flv1.flv", "flv -g 5"),
        ("mjpeg.avi", "mjpeg -pix_fmt yuvj420p"),
        ("msmpeg4v2.avi", "msmpeg4v2 -g 5"),
        ("msmpeg4.avi", "msmpeg4 -g 5"),
        ("wmv1.asf", "wmv1 -g 5"),
        ("wmv2.asf", "wmv2 -g 5"),
        ("vp8.mkv", "libvpx -g 5 -deadline realtime"),
        ("vp9.mkv", "libvpx-vp9 -g 5 -deadline realtime"),
        ("av1.mp4", "libsvtav1 -preset 12 -g 5"),
        ("still.jpg", "mjpeg -pix_fmt yuvj444p -frames:v 1"),
    ]
    .into_iter()
    .filter_map(|(name, encoder)| {
        let path = folder.path().join(name);
        let done = Command::new("ffmpeg")
            .args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=352x288:r=10:d=1.5", "-f", "lavfi", "-i"])
            .args(["sine=d=1.5", "-pix_fmt", "yuv420p", "-c:v"])
            .args(encoder.split(' '))
            .args(if encoder.contains("c:a") { &["-shortest"][..] } else { &["-an"] })
            .arg(&path)
            .output()
            .unwrap();
        if !done.status.success() {
            println!("skipped {name}: {}", String::from_utf8_lossy(&done.stderr));
        }
        done.status.success().then_some(path)
    })
    .collect();
    assert!(made.len() > 15);
    read_alike(&made);
}
