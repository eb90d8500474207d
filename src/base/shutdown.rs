//! The wish to stop: one flag that long work asks between two steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::{Error, Result};

/// A shared flag; clones see the same wish.
#[derive(Clone, Debug, Default)]
pub struct Shutdown(Arc<AtomicBool>);

impl Shutdown {
    /// A flag that SIGINT and SIGTERM set. A second signal ends the process the ordinary way, so that a stuck run can be
    /// ended too.
    ///
    /// # Errors
    /// When the handlers cannot be installed.
    pub fn on_signals() -> std::io::Result<Shutdown> {
        let shutdown = Shutdown::default();
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&shutdown.0))?;
            signal_hook::flag::register(signal, Arc::clone(&shutdown.0))?;
        }
        Ok(shutdown)
    }

    /// Asks everybody who holds this flag to stop.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked to stop.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Whether somebody asked, and forgets it: for a wish that is fulfilled and can come again.
    pub fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }

    /// Goes on, or fails with [`Kind::Interrupted`](super::error::Kind::Interrupted).
    ///
    /// # Errors
    /// When somebody asked to stop.
    pub fn check(&self) -> Result<()> {
        if self.asked() { Err(Error::interrupted()) } else { Ok(()) }
    }
}
