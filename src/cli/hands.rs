//! Who does the work on the footage folders: this process, or the daemon that holds the data folder. Never both.

use std::time::Duration;

use jiff::Timestamp;

use super::context::{self, DataLock};
use super::{Globals, progress};
use crate::base::shutdown::Shutdown;
use crate::base::{Kind, Result};
use crate::config::Site;
use crate::daemon::control::{Client, Request};
use crate::index::TantivyIndex;
use crate::ingest::{self, Order, Report, Workshop};
use crate::layout::Layouts;
use crate::media::{MediaPool, Priority};
use crate::search::{Clocks, Sight};
use crate::store::Store;

/// Who works.
pub(super) enum Hands {
    /// This process.
    Ours(Box<Ours>),
    /// The daemon that runs on the same data folder.
    Daemon(Client),
}

/// What this process works with.
pub(super) struct Ours {
    layouts: Layouts,
    store: Store,
    index: TantivyIndex,
    media: MediaPool,
    _lock: DataLock,
}

impl Hands {
    /// Takes the data folder; where the daemon has it, that will be asked.
    ///
    /// # Errors
    /// [`Kind::Busy`] when another process has it that is no daemon; else when the state cannot be opened.
    pub(super) fn of(site: &Site, globals: &Globals) -> Result<Hands> {
        // Read in any case: a wrong layout is told here, in the words of who asks.
        let layouts = context::layouts(site)?;
        let lock = match context::lock(&site.data) {
            Ok(lock) => lock,
            Err(error) if error.kind() == Kind::Busy => {
                return Client::of(&site.data).map(Hands::Daemon).ok_or(error);
            }
            Err(error) => return Err(error),
        };
        let (store, index) = context::state_to_write(site, globals.lang)?;
        let media = context::media(site, Priority::Ordinary)?;
        Ok(Hands::Ours(Box::new(Ours { layouts, store, index, media, _lock: lock })))
    }

    /// Looks through the footage folders.
    ///
    /// # Errors
    /// As [`ingest::run`]; what the daemon failed of.
    pub(super) fn run(
        &mut self,
        site: &Site,
        order: Order,
        progress: &progress::Terminal,
        shutdown: &Shutdown,
    ) -> Result<Report> {
        match self {
            Hands::Ours(ours) => ingest::run(&mut ours.open(site, progress, shutdown), &order),
            Hands::Daemon(daemon) => {
                let site = std::path::absolute(&site.file).unwrap_or_else(|_| site.file.clone());
                daemon.ask(&Request::Index { site, order }, progress, shutdown)
            }
        }
    }

    /// Takes every missing thumbnail; adds what was done to a report.
    ///
    /// # Errors
    /// As [`ingest::sample`]; what the daemon failed of.
    pub(super) fn sample(
        &mut self,
        site: &Site,
        report: &mut Report,
        progress: &progress::Terminal,
        shutdown: &Shutdown,
    ) -> Result<()> {
        match self {
            Hands::Ours(ours) => ingest::sample(&mut ours.open(site, progress, shutdown), usize::MAX, report).map(drop),
            Hands::Daemon(daemon) => {
                report.thumbnails += daemon.ask(&Request::Sample, progress, shutdown)?.thumbnails;
                Ok(())
            }
        }
    }

    /// Looks at the state as it is now.
    ///
    /// # Errors
    /// When it cannot be opened, and what looking fails of.
    pub(super) fn look<T>(&self, site: &Site, look: impl FnOnce(Sight<'_>) -> Result<T>) -> Result<T> {
        match self {
            Hands::Ours(ours) => {
                let clocks = Clocks::load(&ours.store, &site.cameras, &site.clock.settings())?;
                look(sight(site, &ours.store, &ours.index, &clocks))
            }
            Hands::Daemon(_) => {
                let (store, index) = context::state(site)?;
                let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
                look(sight(site, &store, &index, &clocks))
            }
        }
    }
}

fn sight<'a>(site: &'a Site, store: &'a Store, index: &'a TantivyIndex, clocks: &'a Clocks) -> Sight<'a> {
    Sight { cameras: &site.cameras, zone: &site.zone, store, index, clocks }
}

impl Ours {
    fn open<'a>(
        &'a mut self,
        site: &'a Site,
        progress: &'a progress::Terminal,
        shutdown: &'a Shutdown,
    ) -> Workshop<'a> {
        Workshop {
            site,
            layouts: &self.layouts,
            store: &mut self.store,
            index: &self.index,
            media: &self.media,
            now: &Timestamp::now,
            young: Duration::ZERO,
            shutdown,
            progress,
        }
    }
}
