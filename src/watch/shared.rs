//! What a folder's thread and the rest of the program both hold.

use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};

use rustix::event::{EventfdFlags, eventfd};

use super::event::{Health, Mode};
use crate::base::shutdown::Shutdown;

/// What the thread and the rest of the program both hold.
pub(super) struct Shared {
    pub(super) key: String,
    pub(super) health: Mutex<Health>,
    pub(super) mail: Mutex<Vec<Vec<u8>>>,
    pub(super) wake: OwnedFd,
    pub(super) shutdown: Shutdown,
}

impl Shared {
    /// Of a folder whose watching has not begun.
    pub(super) fn new(key: &str) -> std::io::Result<Shared> {
        let health = Health {
            key: key.to_owned(),
            mode: Mode::Starting,
            watches: 0,
            unsettled: 0,
            last_event: None,
            last_error: None,
            overflows: 0,
            walk: None,
        };
        Ok(Shared {
            key: key.to_owned(),
            health: Mutex::new(health),
            mail: Mutex::default(),
            wake: eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)?,
            shutdown: Shutdown::default(),
        })
    }

    /// Hands over files to wait for.
    pub(super) fn mail(&self, paths: impl IntoIterator<Item = Vec<u8>>) {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner).extend(paths);
        self.wake();
    }

    /// Asks the thread to end.
    pub(super) fn stop(&self) {
        self.shutdown.ask();
        self.wake();
    }

    fn wake(&self) {
        // Refused only when it is already set beyond counting, and then it wakes all the same.
        let _ = rustix::io::write(&self.wake, &1u64.to_ne_bytes());
    }

    /// Changes the state that others see.
    pub(super) fn note(&self, change: impl FnOnce(&mut Health)) {
        change(&mut self.health.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
