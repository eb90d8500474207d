//! How the daemon is: written by its work, read by its HTTP port and by the service manager's watchdog.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The work is taken for stuck when it gave no sign for so long.
const STUCK_AFTER: Duration = Duration::from_secs(300);

/// A shared report; clones see the same.
#[derive(Clone, Debug)]
pub struct Health(Arc<Mutex<State>>);

#[derive(Clone, Debug)]
struct State {
    ready: bool,
    sign_of_life: Instant,
    problems: Vec<String>,
}

/// What a reader sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether the work gave a sign of life lately.
    pub alive: bool,
    /// Whether every folder was looked through once, and answers are complete as far as they can be.
    pub ready: bool,
    /// What is wrong and does not stop the work, in English.
    pub problems: Vec<String>,
}

impl Default for Health {
    fn default() -> Self {
        Health(Arc::new(Mutex::new(State { ready: false, sign_of_life: Instant::now(), problems: Vec::new() })))
    }
}

impl Health {
    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        // Whoever panicked while holding it left plain values behind: they are as good as any.
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The work is getting on.
    pub fn alive(&self) {
        self.with(|state| state.sign_of_life = Instant::now());
    }

    /// When the work last gave a sign of life.
    pub fn last_sign(&self) -> Instant {
        self.with(|state| state.sign_of_life)
    }

    /// Every folder was looked through once.
    pub fn ready(&self) {
        self.with(|state| state.ready = true);
    }

    /// What is wrong now; replaces what was.
    pub fn problems(&self, problems: Vec<String>) {
        self.with(|state| state.problems = problems);
    }

    /// The report.
    pub fn seen(&self) -> Seen {
        self.with(|state| Seen {
            alive: state.sign_of_life.elapsed() < STUCK_AFTER,
            ready: state.ready,
            problems: state.problems.clone(),
        })
    }
}
