//! Who may use a worker when: at most so many at a time, idle ones again, new ones as needed.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use super::child::Worker;
use crate::base::{Kind, Result, ResultExt};
use crate::media::protocol::Hello;
use crate::media::sandbox::Barrier;
use crate::model::{Fault, Unreadable};
use crate::say;

/// The workers of a pool.
#[derive(Debug)]
pub(super) struct Slots {
    state: Mutex<State>,
    freed: Condvar,
    /// To the thread that starts workers. They ask the kernel to be killed when their parent ends, and for the kernel that
    /// is the thread that started them: callers' threads come and go, this one lives as long as the pool.
    starter: Sender<Sender<std::io::Result<Worker>>>,
    requests_per_worker: u32,
    /// What the first worker said.
    missing_barriers: OnceLock<Vec<Barrier>>,
}

#[derive(Debug)]
struct State {
    free: usize,
    idle: Vec<Worker>,
    busy: Vec<u32>,
}

impl Slots {
    pub(super) fn new(exe: PathBuf, workers: usize, hello: Hello, requests_per_worker: u32) -> Result<Slots> {
        let (starter, asked): (_, Receiver<Sender<std::io::Result<Worker>>>) = channel();
        thread::Builder::new()
            .name("media-starter".to_owned())
            .spawn(move || {
                for answer in asked {
                    // Nobody waits any more when sending fails; the worker is dropped, which ends it.
                    let _ = answer.send(Worker::start(&exe, &hello));
                }
            })
            .or_say(Kind::Internal, || say!("không tạo được luồng", "cannot start a thread"))?;
        let state = Mutex::new(State { free: workers, idle: Vec::new(), busy: Vec::new() });
        Ok(Slots {
            state,
            freed: Condvar::new(),
            starter,
            requests_per_worker: requests_per_worker.max(1),
            missing_barriers: OnceLock::new(),
        })
    }

    /// Waits for a worker.
    pub(super) fn take(self: &Arc<Self>) -> Result<Slot, Unreadable> {
        let mut state = self.lock();
        while state.free == 0 {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        self.use_one(state)
    }

    /// Waits for a worker, but not for long; `None` when all are still at work.
    pub(super) fn take_within(self: &Arc<Self>, patience: Duration) -> Result<Option<Slot>, Unreadable> {
        let state = self.lock();
        let waited = self.freed.wait_timeout_while(state, patience, |state| state.free == 0);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if state.free == 0 { Ok(None) } else { self.use_one(state).map(Some) }
    }

    /// Takes one of the free places.
    fn use_one(self: &Arc<Self>, mut state: MutexGuard<'_, State>) -> Result<Slot, Unreadable> {
        state.free -= 1;
        let mut slot = Slot { slots: Arc::clone(self), worker: None, keep: false };
        // One that died while idle (killed from outside) costs nobody a file.
        while let Some(mut idle) = state.idle.pop() {
            if idle.is_alive() {
                state.busy.push(idle.pid());
                slot.worker = Some(idle);
                return Ok(slot);
            }
        }
        drop(state);
        let failed = |detail: String| Unreadable::new(Fault::WorkerDied, format!("cannot start a worker: {detail}"));
        let (answer, started) = channel();
        self.starter.send(answer).map_err(|error| failed(error.to_string()))?;
        let mut worker =
            started.recv().map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
        // Here and not on the starter's thread, so that several can get ready at a time.
        let missing = worker.welcome()?;
        self.missing_barriers.get_or_init(|| warn_of(missing));
        self.lock().busy.push(worker.pid());
        slot.worker = Some(worker);
        Ok(slot)
    }

    pub(super) fn pids(&self) -> Vec<u32> {
        let state = self.lock();
        state.busy.iter().copied().chain(state.idle.iter().map(Worker::pid)).collect()
    }

    pub(super) fn missing_barriers(&self) -> &[Barrier] {
        self.missing_barriers.get().map_or(&[], Vec::as_slice)
    }

    /// The state is whole at every moment at which a thread holding it could panic.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says once what the kernel lacks.
fn warn_of(missing: Vec<Barrier>) -> Vec<Barrier> {
    if !missing.is_empty() {
        tracing::warn!(?missing, "this kernel lacks barriers around the reading processes; the others stand");
    }
    missing
}

/// The use of one worker. Unless it is kept, it ends with the use.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    worker: Option<Worker>,
    keep: bool,
}

impl Slot {
    /// The worker.
    pub(super) fn worker(&mut self) -> Result<&mut Worker, Unreadable> {
        self.worker.as_mut().ok_or_else(|| Unreadable::new(Fault::WorkerDied, "no worker"))
    }

    /// The worker did well and may serve again.
    pub(super) fn keep(&mut self) {
        self.keep = true;
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let worker = self.worker.take();
        let pid = worker.as_ref().map(Worker::pid);
        let (kept, ended) = match worker {
            Some(worker) if self.keep && worker.served() < self.slots.requests_per_worker => (Some(worker), None),
            other => (None, other),
        };
        // Outside the lock: it waits for the process to end.
        drop(ended);
        let mut state = self.slots.lock();
        state.busy.retain(|&busy| Some(busy) != pid);
        state.idle.extend(kept);
        state.free += 1;
        drop(state);
        self.slots.freed.notify_one();
    }
}
