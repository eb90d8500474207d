//! One worker process as the parent sees it: starting it, asking it, finding out what it died of.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{OFlags, fcntl_setfl};
use rustix::process::Signal;

use super::cpu;
use crate::media::WORKER_COMMAND;
use crate::media::protocol::{Hello, Reply, Request, Welcome, limit_wait, receive_by, send};
use crate::media::sandbox::Barrier;
use crate::model::{Fault, Unreadable};

/// How long a worker that closed its socket may take to end by itself.
const GRACE: Duration = Duration::from_secs(2);
/// How long a worker may take to start and to shut itself in.
const START: Duration = Duration::from_secs(60);
/// How Rust's standard library begins its last words when memory is refused.
const OUT_OF_MEMORY: &str = "memory allocation of ";

/// For glibc's malloc in a worker: what a decoder frees for one keyframe it wants again for the next, so up to 64 MiB stay in
/// the process (a 4K frame has 12). Given back each time, the kernel would clear some 400 pages a keyframe anew: 4 % of all.
const KEEP_FREED_MEMORY: [(&str, &str); 2] =
    [("MALLOC_TRIM_THRESHOLD_", "67108864"), ("MALLOC_MMAP_THRESHOLD_", "33554432")];

/// A worker process. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    socket: UnixStream,
    /// What it says on standard error: kept from the user's terminal, read when it has died.
    stderr: Option<ChildStderr>,
    served: u32,
}

impl Worker {
    /// Starts the program's hidden command. To be called on a thread that outlives the worker.
    pub(super) fn start(exe: &Path, hello: &Hello) -> io::Result<Worker> {
        let (socket, theirs) = UnixStream::pair()?;
        let mut child = Command::new(exe)
            .arg(WORKER_COMMAND)
            .envs(KEEP_FREED_MEMORY)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // Out of the terminal's group: an interrupt is for the parent, which lets the file at hand be finished.
            .process_group(0)
            .spawn()?;
        let stderr = child.stderr.take();
        let mut worker = Worker { child, socket, stderr, served: 0 };
        send(&mut worker.socket, hello, None)?;
        Ok(worker)
    }

    /// Waits until it has shut itself in; which barriers its kernel lacks.
    pub(super) fn welcome(&mut self) -> Result<Vec<Barrier>, Unreadable> {
        let welcome = receive_by(&mut self.socket, Instant::now() + START);
        welcome.map(|Welcome { missing }| missing).map_err(|error| self.cause_of_death(&error))
    }

    /// Its process id.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Requests so far.
    pub(super) fn served(&self) -> u32 {
        self.served
    }

    /// Whether it still runs.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Asks about a file and waits for the answer, at most as long as the limit, in which the worker may use that much
    /// processor time. After an error the worker is dead.
    pub(super) fn ask(
        &mut self,
        request: &Request,
        file: &File,
        limit: Duration,
        processor: Duration,
    ) -> Result<Reply, Unreadable> {
        self.served = self.served.saturating_add(1);
        let answer = match Instant::now().checked_add(limit) {
            Some(deadline) => cpu::allow(self.pid(), processor)
                .and_then(|()| limit_wait(&self.socket, deadline))
                .and_then(|()| send(&mut self.socket, request, Some(file)))
                .and_then(|()| receive_by(&mut self.socket, deadline)),
            None => Err(io::Error::other("a limit beyond all time")),
        };
        answer.map_err(|error| self.fault(&error, limit))
    }

    /// Waits for a further answer to the last request, as long and with as much processor time as the limit. After an error the
    /// worker is dead.
    pub(super) fn next(&mut self, limit: Duration) -> Result<Reply, Unreadable> {
        let answer = match Instant::now().checked_add(limit) {
            Some(deadline) => cpu::allow(self.pid(), limit).and_then(|()| receive_by(&mut self.socket, deadline)),
            None => Err(io::Error::other("a limit beyond all time")),
        };
        answer.map_err(|error| self.fault(&error, limit))
    }

    /// Lets it make the next piece. A worker that has died is noticed by who waits for that.
    pub(super) fn more(&mut self, limit: Duration) {
        let deadline = Instant::now().checked_add(limit).unwrap_or_else(Instant::now);
        let _ = limit_wait(&self.socket, deadline).and_then(|()| send(&mut self.socket, &Request::More, None));
    }

    fn fault(&mut self, error: &io::Error, limit: Duration) -> Unreadable {
        match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => {
                self.end();
                Unreadable::new(Fault::TimedOut, format!("no answer within {} s", limit.as_secs_f64()))
            }
            _ => self.cause_of_death(error),
        }
    }

    /// Waits for its end (or hastens it) and finds out what it was.
    fn cause_of_death(&mut self, error: &io::Error) -> Unreadable {
        let patience = Instant::now() + GRACE;
        while self.is_alive() && Instant::now() < patience {
            thread::sleep(Duration::from_millis(5));
        }
        let status = self.end();
        let last_words = self.last_words();
        let signal = status.and_then(|status| status.signal());
        let fault = match signal.map(Signal::from_named_raw) {
            _ if last_words.contains(OUT_OF_MEMORY) => Fault::OutOfMemory,
            Some(Some(Signal::XCPU)) => Fault::TimedOut,
            _ => Fault::WorkerDied,
        };
        let how = status.map_or_else(|| error.to_string(), |status| describe(&status));
        Unreadable::new(fault, if last_words.is_empty() { how } else { format!("{how}: {last_words}") })
    }

    /// Kills it, if it lives, and takes its exit status.
    fn end(&mut self) -> Option<ExitStatus> {
        // Fails only when it has ended already.
        let _ = self.child.kill();
        self.child.wait().ok()
    }

    /// What it left on standard error: the start of it, in one line.
    fn last_words(&mut self) -> String {
        let Some(stderr) = &mut self.stderr else { return String::new() };
        let mut words = [0; 1024];
        // Whoever else may hold the other end, there is no waiting for more.
        let got = match fcntl_setfl(&*stderr, OFlags::NONBLOCK) {
            Ok(()) => stderr.read(&mut words).unwrap_or(0),
            Err(_) => 0,
        };
        String::from_utf8_lossy(&words[..got]).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

fn describe(status: &ExitStatus) -> String {
    match status.signal() {
        Some(signal) => {
            let name = Signal::from_named_raw(signal).map_or_else(String::new, |signal| format!(" ({signal:?})"));
            format!("killed by signal {signal}{name}")
        }
        None => format!("ended with {status}"),
    }
}
