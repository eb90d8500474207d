//! The only door to media for other rooms: a few worker processes behind blocking calls.
//!
//! The calls block on purpose: who calls them (ingest, http, cli) is on a thread of its own bounded pool, and a worker is
//! busy with one file at a time anyhow. A worker's death, slowness or hunger costs the file it was on, nothing else.

mod child;
mod clip;
mod cpu;
mod slots;

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::OFlags;

pub use self::clip::{Clip, Leaver};
use self::slots::Slots;
use super::clip::ClipAsk;
use super::decode::{Frame, FrameAsk};
use super::limits::Limits;
use super::protocol::{Hello, Priority, Reply, Request};
#[cfg(debug_assertions)]
use super::sandbox::probe::{Outcome, Probe};
use super::sandbox::{Barrier, Sandbox};
use crate::base::{Error, Kind, Result};
use crate::model::{Fault, Listing, Thumbnail, Unreadable};
use crate::say;

/// How a pool works.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// The program whose hidden command `worker` is [`worker_main`](super::worker_main): usually ourselves.
    pub exe: PathBuf,
    /// Worker processes at a time, at least 1; as many as cores is right, because each works on one thread.
    pub workers: usize,
    /// What a request may cost.
    pub limits: Limits,
    /// The barriers around each worker: [`Sandbox::Full`] but for tests and benchmarks.
    pub sandbox: Sandbox,
    /// How its workers stand to everything else on the machine.
    pub priority: Priority,
}

/// Worker processes that read media files. Shared by reference or `Arc`; workers start when first needed and end with the
/// pool.
#[derive(Debug)]
pub struct MediaPool {
    slots: Arc<Slots>,
    workers: usize,
    limits: Limits,
}

impl MediaPool {
    /// A pool without any worker yet.
    ///
    /// # Errors
    /// [`Kind::Internal`] when the program is not there, or no thread can be started.
    pub fn new(config: PoolConfig) -> Result<MediaPool> {
        let PoolConfig { exe, workers, limits, sandbox, priority } = config;
        if !exe.is_file() {
            let exe = exe.display();
            return Err(Error::new(
                Kind::Internal,
                say!("không có chương trình đọc video: {exe}", "no such program to read media with: {exe}"),
            ));
        }
        let workers = workers.max(1);
        let hello = Hello { memory_bytes: limits.memory_bytes, sandbox, priority };
        let slots = Arc::new(Slots::new(exe, workers, hello, limits.requests_per_worker)?);
        Ok(MediaPool { slots, workers, limits })
    }

    /// Lists a file: its keyframes and activity, without decoding.
    ///
    /// # Errors
    /// Why the file cannot be listed.
    pub fn list(&self, file: &Path) -> Result<Listing, Unreadable> {
        match self.ask(file, &Request::List, self.limits.list)? {
            Reply::Listing(packed) => packed.unpack().map_err(|error| confused(error.to_string())),
            _ => Err(confused("another answer than asked for")),
        }
    }

    /// Thumbnails of the keyframes at these times (as the listing has them, microseconds), by time, `width` pixels wide (16
    /// to 4096). Those that cannot be decoded are left out. Changes of luma are against the one before in this request, so
    /// ask for all of a recording at once.
    ///
    /// # Errors
    /// Why the file cannot be read, or why not one of them could be decoded.
    pub fn thumbnails(&self, file: &Path, pts_us: &[i64], width: u32) -> Result<Vec<Thumbnail>, Unreadable> {
        let count = u32::try_from(pts_us.len()).unwrap_or(u32::MAX);
        let limit = self.limits.frame.saturating_add(self.limits.per_thumbnail.saturating_mul(count));
        match self.ask(file, &Request::Thumbnails { pts_us: pts_us.to_vec(), width }, limit)? {
            Reply::Thumbnails(thumbnails) => Ok(thumbnails),
            _ => Err(confused("another answer than asked for")),
        }
    }

    /// The frame shown at a time.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub fn frame(&self, file: &Path, ask: FrameAsk) -> Result<Frame, Unreadable> {
        match self.ask(file, &Request::Frame(ask), self.limits.frame)? {
            Reply::Frame(frame) => Ok(frame),
            _ => Err(confused("another answer than asked for")),
        }
    }

    /// Begins a clip and waits for its head. `None` when no worker became free within `patience`.
    ///
    /// A clip keeps its worker for as long as it is watched, so clips want a pool of their own, with as many workers as clips
    /// may be watched at a time. The worker makes at most one segment ahead of what was taken and then waits, at no cost of
    /// processor time; [`Limits::segment`] bounds each step, nothing the whole.
    ///
    /// # Errors
    /// Why the file cannot be read or nothing of it be played: [`Fault::NoPackets`] when no frame is in the interval.
    pub fn clip(&self, file: &Path, ask: ClipAsk, patience: Duration) -> Result<Option<Clip>, Unreadable> {
        let file = open(file)?;
        match self.slots.take_within(patience)? {
            Some(slot) => Clip::begin(slot, &file, ask, &self.limits).map(Some),
            None => Ok(None),
        }
    }

    /// How many files can be read at a time: as many threads of the caller are of use.
    pub fn workers(&self) -> usize {
        self.workers
    }

    /// Process ids of the living workers, for diagnostics.
    pub fn pids(&self) -> Vec<u32> {
        self.slots.pids()
    }

    /// What the kernel lacks of the barriers around a worker. Nothing before the first worker has started.
    pub fn missing_barriers(&self) -> &[Barrier] {
        self.slots.missing_barriers()
    }

    /// Lets a worker try what an intruder would, with limits of wall-clock and processor time of its own. For tests.
    ///
    /// # Errors
    /// What the worker died of.
    #[cfg(debug_assertions)]
    pub fn probe(
        &self,
        file: &Path,
        probe: Probe,
        limit: Duration,
        processor: Duration,
    ) -> Result<Outcome, Unreadable> {
        match self.ask_within(file, &Request::Probe(probe), limit, processor)? {
            Reply::Probed(outcome) => Ok(outcome),
            _ => Err(confused("another answer than asked for")),
        }
    }

    fn ask(&self, path: &Path, request: &Request, limit: Duration) -> Result<Reply, Unreadable> {
        // A worker has one thread: it cannot use more processor time than time goes by.
        self.ask_within(path, request, limit, limit)
    }

    fn ask_within(
        &self,
        path: &Path,
        request: &Request,
        limit: Duration,
        processor: Duration,
    ) -> Result<Reply, Unreadable> {
        let file = open(path)?;
        let mut slot = self.slots.take()?;
        match slot.worker()?.ask(request, &file, limit, processor)? {
            // Whatever upset it may have left its mark on the worker.
            Reply::Unreadable(unreadable) => Err(unreadable),
            reply => {
                slot.keep();
                Ok(reply)
            }
        }
    }
}

/// Opens footage for reading only, never waiting for the writer of a pipe.
fn open(path: &Path) -> Result<File, Unreadable> {
    let io = |error: std::io::Error| Unreadable::new(Fault::Io, error.to_string());
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path).map_err(io)?;
    if file.metadata().map_err(io)?.is_file() {
        return Ok(file);
    }
    Err(Unreadable::new(Fault::NotMedia, "not a regular file"))
}

fn confused(detail: impl Into<String>) -> Unreadable {
    Unreadable::new(Fault::WorkerDied, detail)
}
