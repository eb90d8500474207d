//! Retention of what was derived from footage: rows and thumbnails of recordings whose files are long gone. Never sooner than
//! the footage, and never where a footage folder may only be out of sight.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::Workshop;
use super::folders::Folder;
use super::report::Report;
use crate::base::Result;
use crate::base::shutdown::Shutdown;
use crate::reel;
use crate::store::{Forgotten, Store};

/// The store's name of this upkeep.
const TASK: &str = "retention";

/// It is done once in so long.
const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Where it was last done longer ago than this, or later than now, the machine's clock may have jumped: ages are not
/// believed until the next time.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(60 * 24);

/// So many rows are forgotten as one transaction.
const BATCH: usize = 1_000;

/// Where something may be forgotten: footage folders that were just looked through from end to end and hold files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ground {
    /// The store's keys of the folders.
    pub folders: Vec<String>,
    /// The cameras that record into them.
    pub cameras: Vec<String>,
}

/// Forgets recordings (rows, claims of time, thumbnails) whose files are all gone since `gone_days` days or more, and rows of
/// such files; then deletes the reels that held only thumbnails of forgotten recordings. With 0 days nothing is forgotten,
/// and only such reels are deleted.
///
/// May be ended at any moment; the rest is forgotten the next time. Says what was forgotten, and how many reels deleted.
///
/// # Errors
/// [`Kind::Interrupted`](crate::base::Kind::Interrupted); else when the store or the folder of reels fails.
pub fn forget(
    store: &mut Store,
    reels: &Path,
    gone_days: u32,
    ground: &Ground,
    now: Timestamp,
    shutdown: &Shutdown,
) -> Result<(Forgotten, u64)> {
    let mut all = Forgotten::default();
    // A year before which nothing can be gone needs no answer.
    let before = now.checked_sub(SignedDuration::from_hours(24 * i64::from(gone_days))).ok().filter(|_| gone_days > 0);
    if let Some(before) = before {
        loop {
            shutdown.check()?;
            let gone = store.forget_gone(&ground.folders, before, BATCH)?;
            let forsaken = store.forget_forsaken(&ground.cameras, before, BATCH)?;
            all.files += gone.files;
            all.recordings += gone.recordings + forsaken.recordings;
            if gone == Forgotten::default() && forsaken == Forgotten::default() {
                break;
            }
        }
    }
    let mut deleted = 0;
    for name in store.unused_reels()? {
        shutdown.check()?;
        deleted += u64::from(reel::delete(reels, &name)?);
        store.note_reel_deleted(&name)?;
    }
    Ok((all, deleted))
}

/// The same at most once a day, in the folders of this run that were whole.
pub(super) fn forget_when_due(shop: &mut Workshop<'_>, folders: &[Folder<'_>], report: &mut Report) -> Result<()> {
    let now = (shop.now)();
    let last = shop.store.upkeep(TASK)?;
    let pause = last.map(|last| now.duration_since(last));
    if pause.is_some_and(|pause| !pause.is_negative() && pause < EVERY) {
        return Ok(());
    }
    if pause.is_some_and(|pause| !pause.is_negative() && pause <= LONGEST_PAUSE) {
        let sure = || folders.iter().filter(|folder| folder.whole && folder.files > 0);
        let ground = Ground {
            folders: sure().map(|folder| folder.key.clone()).collect(),
            cameras: sure().flat_map(|folder| &folder.cameras).map(|camera| camera.id.clone()).collect(),
        };
        let reels = shop.site.data.join(reel::FOLDER);
        let days = shop.site.retention.gone_days;
        let (forgotten, deleted) = forget(shop.store, &reels, days, &ground, now, shop.shutdown)?;
        report.forgotten += forgotten.recordings;
        report.reels_deleted += deleted;
    }
    shop.store.note_upkeep(TASK, now)
}
