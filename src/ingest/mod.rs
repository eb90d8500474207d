//! From files on disk to recordings in the store and the index: scan, compare, list, time, save, index, sample. Every step
//! can be ended at any moment and is taken up again by the next run.

mod basis;
mod content;
mod folders;
mod indexing;
mod listing;
mod rate;
pub mod report;
pub mod retention;
mod retiming;
pub mod sampling;
pub mod times;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::base::shutdown::Shutdown;
use crate::base::{Result, Said};
use crate::config::Site;
use crate::index::FootageIndex;
use crate::layout::Layouts;
use crate::media::MediaPool;
use crate::store::Store;
use crate::watch::Found;

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
    /// A file that changed within so long before it is looked at is taken to be still written, and is marked so. Zero for
    /// work that nobody follows up: what is there is taken as it is.
    pub young: Duration,
    /// The wish to stop.
    pub shutdown: &'a Shutdown,
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
}

/// What to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Only these cameras' folders; all where none is named.
    pub cameras: Option<Vec<String>>,
    /// Make the index anew from the store, without opening footage.
    pub rebuild: bool,
    /// Leave thumbnails for later.
    pub without_thumbnails: bool,
    /// Take thumbnails again that are lost or damaged in their reel.
    pub retake_thumbnails: bool,
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

/// Brings the store and the index up to what lies in the footage folders, once.
///
/// # Errors
/// [`Kind::Interrupted`](crate::base::Kind::Interrupted) when asked to stop; else when the store, the index or the data
/// folder fails. A file that cannot be read is no error: it goes into quarantine.
pub fn run(shop: &mut Workshop<'_>, order: &Order) -> Result<Report> {
    let mut report = Report::default();
    begin(shop, order.rebuild, &mut report)?;
    if !order.rebuild {
        let asked = |folder: &folders::Folder<'_>| {
            order.cameras.as_ref().is_none_or(|named| folder.cameras.iter().any(|c| named.contains(&c.id)))
        };
        pass(shop, &asked, &mut report)?;
        if order.retake_thumbnails {
            sampling::forget_lost(shop)?;
        }
        if !order.without_thumbnails {
            sampling::sample(shop, order.cameras.as_deref(), usize::MAX, &mut report)?;
        }
        report.in_quarantine = report::quarantined(shop.site, shop.store, order.cameras.as_deref())?;
    }
    shop.index.settle()?;
    Ok(report)
}

/// Before anything else in a process that ingests: the index is told what an earlier run could not tell it, or made anew.
///
/// # Errors
/// As [`run`].
pub fn begin(shop: &mut Workshop<'_>, rebuild: bool, report: &mut Report) -> Result<()> {
    indexing::begin(shop, rebuild, report)
}

/// Looks through some footage folders, by their keys, from end to end, and takes in what is new, changed or gone.
///
/// # Errors
/// As [`run`].
pub fn rescan(shop: &mut Workshop<'_>, keys: &[String], report: &mut Report) -> Result<()> {
    pass(shop, &|folder| keys.contains(&folder.key), report)
}

/// How complete files are said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Complete, as far as can be told.
    Settled,
    /// Being written: listed as far as they go, marked so, and listed again later.
    Growing,
}

/// Takes in single files by the keys of their footage folders; all of them in one go, since each costs the index a commit.
///
/// # Errors
/// As [`run`].
pub fn take(
    shop: &mut Workshop<'_>,
    files: &BTreeMap<String, Vec<Found>>,
    standing: Standing,
    report: &mut Report,
) -> Result<()> {
    let mut folders = folders::of_site(shop.site, (shop.now)());
    folders.retain(|folder| files.contains_key(&folder.key));
    for folder in &mut folders {
        if let Some(files) = files.get(&folder.key) {
            folders::take(shop, folder, files, standing, report)?;
        }
    }
    listing::list(shop, &folders, report)?;
    indexing::drain(shop, report).map(drop)
}

/// Looks whether files and directories that are said to be gone are, by the keys of their footage folders, and marks those
/// that are.
///
/// # Errors
/// As [`run`].
pub fn miss(shop: &mut Workshop<'_>, paths: &BTreeMap<String, Vec<Vec<u8>>>, report: &mut Report) -> Result<()> {
    for folder in folders::of_site(shop.site, (shop.now)()) {
        if let Some(paths) = paths.get(&folder.key) {
            folders::miss(shop, &folder, paths, report)?;
        }
    }
    indexing::drain(shop, report).map(drop)
}

/// Takes thumbnails of up to `most` recordings that have none. Says how many it looked at; 0 when there is nothing to do.
///
/// # Errors
/// As [`run`].
pub fn sample(shop: &mut Workshop<'_>, most: usize, report: &mut Report) -> Result<usize> {
    sampling::sample(shop, None, most, report)
}

/// The keys and paths of the site's footage folders.
pub fn folders(site: &Site) -> Vec<(String, PathBuf)> {
    folders::of_site(site, Timestamp::UNIX_EPOCH).into_iter().map(|folder| (folder.key, folder.path)).collect()
}

fn pass(shop: &mut Workshop<'_>, asked: &dyn Fn(&folders::Folder<'_>) -> bool, report: &mut Report) -> Result<()> {
    let mut folders = folders::survey(shop, asked, report)?;
    listing::list(shop, &folders, report)?;
    basis::settle(shop, &mut folders)?;
    retiming::retime(shop, &folders, report)?;
    indexing::drain(shop, report)?;
    let cameras: Vec<String> = folders.iter().flat_map(|f| f.cameras.iter().map(|c| c.id.clone())).collect();
    shop.store.refresh_backgrounds(&cameras)?;
    for folder in folders.iter().filter(|f| f.whole) {
        shop.store.note_scan(&folder.key, folder.files, &folder.reading, folder.looked_at)?;
    }
    // A pass over some folders only must not take the day's turn from the others.
    if folders.len() == folders::of_site(shop.site, (shop.now)()).len() {
        retention::forget_when_due(shop, &folders, report)?;
    }
    Ok(())
}
