//! Takes thumbnails beside the work: a thread a reading process, with a bound on their share of the processors. The work thread
//! gives it recordings and saves what comes back, so that a long recording holds up no file that has settled.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::base::{Kind, Result, ResultExt};
use crate::ingest::sampling::{Sampled, Task, look};
use crate::media::MediaPool;
use crate::model::RecordingId;
use crate::say;

/// Recordings that may wait for each thread: enough to keep it busy until the work looks again.
const AHEAD: usize = 4;

/// The threads, and what they are at.
pub(super) struct Thumbnailer {
    tasks: Sender<Task>,
    results: Receiver<Sampled>,
    at_work: HashSet<RecordingId>,
    threads: usize,
    percent: Arc<AtomicU32>,
}

impl Thumbnailer {
    /// Starts the threads. They end when this is dropped, each after what it is at; nobody waits for that.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(super) fn start(media: MediaPool, percent: u32) -> Result<Thumbnailer> {
        let threads = media.workers();
        let media = Arc::new(media);
        let (tasks, todo) = channel();
        let (done, results) = channel();
        let todo: Arc<Mutex<Receiver<Task>>> = Arc::new(Mutex::new(todo));
        let percent = Arc::new(AtomicU32::new(percent));
        for _ in 0..threads {
            let (media, todo, done, percent) =
                (Arc::clone(&media), Arc::clone(&todo), done.clone(), Arc::clone(&percent));
            let work = move || {
                loop {
                    // Held while waiting: the others wait for it instead.
                    let task = todo.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(task) = task else { break };
                    let sampled = look(&media, &task);
                    let rest = rest_s(sampled.busy_s, percent.load(Ordering::Relaxed));
                    if done.send(sampled).is_err() {
                        break;
                    }
                    std::thread::sleep(Duration::from_secs_f64(rest));
                }
            };
            std::thread::Builder::new()
                .name("thumbnails".into())
                .spawn(work)
                .or_say(Kind::Internal, || say!("không tạo được luồng", "cannot start a thread"))?;
        }
        Ok(Thumbnailer { tasks, results, at_work: HashSet::new(), threads, percent })
    }

    /// The share of all processors that may be used from now on, percent, 1 to 100.
    pub(super) fn bound(&self, percent: u32) {
        self.percent.store(percent.clamp(1, 100), Ordering::Relaxed);
    }

    /// What is given and not come back.
    pub(super) fn at_work(&self) -> &HashSet<RecordingId> {
        &self.at_work
    }

    /// How many more recordings it takes now.
    pub(super) fn room(&self) -> usize {
        (self.threads * AHEAD).saturating_sub(self.at_work.len())
    }

    /// Gives it recordings.
    pub(super) fn give(&mut self, tasks: Vec<Task>) {
        for task in tasks {
            let id = task.id.clone();
            // The receiver lives as long as a thread does; none ends before this is dropped.
            if self.tasks.send(task).is_ok() {
                self.at_work.insert(id);
            }
        }
    }

    /// What came back.
    pub(super) fn take(&mut self) -> Vec<Sampled> {
        let back: Vec<Sampled> = self.results.try_iter().collect();
        for sampled in &back {
            self.at_work.remove(&sampled.id);
        }
        back
    }

    /// Seconds on the wall that recordings cost which kept the reading processes busy for so many seconds, at today's bound.
    pub(super) fn wall_s(&self, busy_s: f64) -> f64 {
        let busy_s = busy_s / self.threads.max(1) as f64;
        busy_s + rest_s(busy_s, self.percent.load(Ordering::Relaxed))
    }
}

/// How long to rest after so many busy seconds, so that no more than a share of the time is busy.
fn rest_s(busy_s: f64, percent: u32) -> f64 {
    let share = f64::from(percent.clamp(1, 100)) / 100.0;
    busy_s.max(0.0) * (1.0 - share) / share
}

#[cfg(test)]
mod tests {
    use super::rest_s;

    #[test]
    fn the_share_of_busy_time_is_the_bound() {
        for percent in [1, 10, 50, 99, 100] {
            let busy = 0.25;
            let share = busy / (busy + rest_s(busy, percent));
            assert!((share * 100.0 - f64::from(percent)).abs() < 1e-9, "{percent}");
        }
    }
}
