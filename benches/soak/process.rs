//! The daemon's process, and what it and its reading processes take of memory and processor.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Clock ticks a second in `/proc/PID/stat`: USER_HZ, which is 100 on every Linux that we build for.
const TICKS: f64 = 100.0;
const MIB: f64 = 1024.0;

/// A running daemon; ended when dropped.
pub(crate) struct Daemon {
    child: Child,
    begun: Instant,
}

/// What it takes at a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    /// Resident memory of the daemon itself, MiB.
    pub(crate) alone: f64,
    /// Of which its own, not mapped from files, MiB.
    pub(crate) own: f64,
    /// The same of the daemon and its reading processes, shared pages once, MiB.
    pub(crate) tree: f64,
    /// Processor time of all of them so far, seconds.
    pub(crate) cpu: f64,
}

impl Daemon {
    /// Starts it on a site and waits until it has looked through every folder.
    pub(crate) fn start(place: &Path) -> Daemon {
        let at = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut command = Command::new(env!("CARGO_BIN_EXE_truyvet"));
        command.arg("--config").arg(place.join("site.toml")).args(["serve", "--listen", &at]).stdout(Stdio::null());
        let daemon = Daemon { child: command.spawn().unwrap(), begun: Instant::now() };
        while !ready(&at) {
            assert!(daemon.begun.elapsed() < Duration::from_secs(600), "not ready");
            std::thread::sleep(Duration::from_millis(20));
        }
        daemon
    }

    /// Since it was started.
    pub(crate) fn age(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(crate) fn taken(&self) -> Taken {
        let pid = self.child.id();
        let mut pids = children(pid);
        pids.push(pid);
        let of = |file: &str, field: &str| -> f64 {
            pids.iter().filter_map(|pid| kilobytes(&format!("/proc/{pid}/{file}"), field)).sum::<f64>() / MIB
        };
        let status = format!("/proc/{pid}/status");
        Taken {
            alone: kilobytes(&status, "VmRSS:").unwrap_or(f64::NAN) / MIB,
            own: kilobytes(&status, "RssAnon:").unwrap_or(f64::NAN) / MIB,
            tree: of("smaps_rollup", "Pss:"),
            cpu: pids.iter().map(|pid| cpu(*pid)).sum(),
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

fn ready(at: &str) -> bool {
    use std::io::{Read, Write};
    let Ok(mut stream) = std::net::TcpStream::connect(at) else { return false };
    let mut answer = String::new();
    let asked = write!(stream, "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.starts_with("HTTP/1.1 200")
}

fn children(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>()).collect()
}

fn kilobytes(file: &str, field: &str) -> Option<f64> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix(field)?.trim().strip_suffix(" kB")?.parse().ok())
}

/// User and system time of a process and of its children that have ended: fields 14 to 17 of proc(5)'s stat.
fn cpu(pid: u32) -> f64 {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else { return 0.0 };
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11..15].iter().map(|field| field.parse::<f64>().unwrap()).sum::<f64>() / TICKS
}
