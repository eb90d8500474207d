//! From files on disk to recordings in the store and the index: scan, compare, list, time, save, index, sample. Every step
//! can be ended at any moment and is taken up again by the next run.

mod content;
mod folders;
mod indexing;
mod listing;
pub mod report;
pub mod retention;
mod retiming;
mod sampling;
pub mod times;

use jiff::Timestamp;

use crate::base::shutdown::Shutdown;
use crate::base::{Result, Said};
use crate::config::Site;
use crate::index::FootageIndex;
use crate::layout::Layouts;
use crate::media::MediaPool;
use crate::store::Store;

pub use report::{Report, Trouble};

/// What the work is done with.
pub struct Workshop<'a> {
    /// The site.
    pub site: &'a Site,
    /// The recorder layouts.
    pub layouts: &'a Layouts,
    /// The truth; this process alone writes it.
    pub store: &'a mut Store,
    /// The index.
    pub index: &'a dyn FootageIndex,
    /// Where files are looked into.
    pub media: &'a MediaPool,
    /// The present, injected.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// The wish to stop.
    pub shutdown: &'a Shutdown,
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
}

/// What to do.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// Only these cameras' folders; all where none is named.
    pub cameras: Option<Vec<String>>,
    /// Make the index anew from the store, without opening footage.
    pub rebuild: bool,
    /// Leave thumbnails for later.
    pub without_thumbnails: bool,
}

/// Told of the work's steps; called from one thread.
pub trait Progress {
    /// A stage begins, of so many steps where that is known.
    fn begin(&self, stage: Said, steps: Option<u64>);
    /// A step of the stage is done.
    fn step(&self);
    /// The stage is over.
    fn end(&self);
}

/// A progress that tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Said, _: Option<u64>) {}
    fn step(&self) {}
    fn end(&self) {}
}

/// Brings the store and the index up to what lies in the footage folders.
///
/// # Errors
/// [`Kind::Interrupted`](crate::base::Kind::Interrupted) when asked to stop; else when the store, the index or the data
/// folder fails. A file that cannot be read is no error: it goes into quarantine.
pub fn run(shop: &mut Workshop<'_>, order: &Order) -> Result<Report> {
    let mut report = Report::default();
    indexing::begin(shop, order.rebuild, &mut report)?;
    if !order.rebuild {
        let folders = folders::survey(shop, order, &mut report)?;
        listing::list(shop, &folders, &mut report)?;
        retiming::retime(shop, &folders, &mut report)?;
        indexing::drain(shop)?;
        let cameras: Vec<String> = folders.iter().flat_map(|f| f.cameras.iter().map(|c| c.id.clone())).collect();
        shop.store.refresh_backgrounds(&cameras)?;
        for folder in folders.iter().filter(|f| f.whole) {
            shop.store.note_scan(&folder.key, folder.files, &folder.reading, folder.looked_at)?;
        }
        if !order.without_thumbnails {
            sampling::sample(shop, order, &mut report)?;
        }
        // A run over some cameras only must not take the day's turn from the others.
        if order.cameras.is_none() {
            retention::forget_when_due(shop, &folders, &mut report)?;
        }
        report.in_quarantine = report::quarantined(shop.site, shop.store, order.cameras.as_deref())?;
    }
    shop.index.settle()?;
    Ok(report)
}
