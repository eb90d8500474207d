//! What something cost: CPU time of this thread or of whole other processes, wall time, bytes asked of the file system.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Clock ticks a second in `/proc/PID/stat`: USER_HZ, which is 100 on every Linux that we build for.
const TICKS: f64 = 100.0;

/// Cost of one thing done once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// User and system time, seconds.
    pub(crate) cpu: f64,
    /// Seconds.
    pub(crate) wall: f64,
    /// Bytes that `read` and its kin gave, from files of any kind.
    pub(crate) read: u64,
}

/// Costs of one thing done several times.
#[derive(Clone, Debug, Default)]
pub(crate) struct Costs(pub(crate) Vec<Cost>);

impl Costs {
    pub(crate) fn cpu(&self) -> f64 {
        median(self.0.iter().map(|cost| cost.cpu))
    }

    pub(crate) fn wall(&self) -> f64 {
        median(self.0.iter().map(|cost| cost.wall))
    }

    pub(crate) fn read(&self) -> u64 {
        median(self.0.iter().map(|cost| cost.read as f64)) as u64
    }

    /// Least and most CPU.
    pub(crate) fn spread(&self) -> (f64, f64) {
        let all = || self.0.iter().map(|cost| cost.cpu);
        (all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max))
    }

    /// Median of how many times the other's CPU ours is, round by round.
    pub(crate) fn share_of(&self, other: &Costs) -> f64 {
        median(self.0.iter().zip(&other.0).map(|(ours, theirs)| ours.cpu / theirs.cpu))
    }
}

/// Median; of an even number the mean of the two in the middle.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    if n == 0 { 0.0 } else { (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0 }
}

/// Does something `times` times on this thread; the mean cost of once.
pub(crate) fn here(times: u32, mut run: impl FnMut()) -> Cost {
    let (cpu, read, begun) = (thread_cpu(), read_by("self"), Instant::now());
    (0..times).for_each(|_| run());
    let wall = begun.elapsed().as_secs_f64();
    let n = f64::from(times);
    let read = (read_by("self") - read) / u64::from(times);
    Cost { cpu: (thread_cpu() - cpu) / n, wall: wall / n, read }
}

/// Runs a command to its end; its cost with that of all its children, from the loading of the program on.
pub(crate) fn command(command: &mut Command) -> Cost {
    let (cpu, read, begun) = (children_cpu(), read_by("self"), Instant::now());
    let ended = command.output().unwrap();
    let wall = begun.elapsed().as_secs_f64();
    assert!(ended.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ended.stderr));
    let said = (ended.stdout.len() + ended.stderr.len()) as u64;
    // What waited-for children read counts as read by us.
    Cost { cpu: children_cpu() - cpu, wall, read: read_by("self") - read - said }
}

/// CPU of this thread so far, seconds.
pub(crate) fn thread_cpu() -> f64 {
    // The kernel brings the number up to date when the thread leaves the processor.
    std::thread::sleep(Duration::from_micros(1));
    schedstat(Path::new("/proc/thread-self/schedstat"))
}

/// CPU of another process's only thread since it was started, seconds.
pub(crate) fn process_cpu(pid: u32) -> f64 {
    schedstat(Path::new(&format!("/proc/{pid}/schedstat")))
}

/// Bytes read by a process (a number, or `self`) and the children it has waited for.
pub(crate) fn read_by(process: &str) -> u64 {
    let io = fs::read_to_string(format!("/proc/{process}/io")).unwrap();
    io.lines().find_map(|line| line.strip_prefix("rchar: ")).unwrap().trim().parse().unwrap()
}

/// Time on the processor, the first number, in nanoseconds.
fn schedstat(path: &Path) -> f64 {
    let text = fs::read_to_string(path).unwrap();
    text.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// User and system time of all children that have ended, seconds: fields 16 and 17 of proc(5)'s stat.
fn children_cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // The name, field 2, is in parentheses and may hold spaces.
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    (fields[13].parse::<f64>().unwrap() + fields[14].parse::<f64>().unwrap()) / TICKS
}
