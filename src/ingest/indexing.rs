//! From the store to the index: what is pending is put or removed, committed, and only then marked as indexed. A crash
//! between any two steps leaves it pending, and the next run does it again, which changes nothing.

use super::Workshop;
use super::report::Report;
use crate::base::Result;
use crate::index::Change;
use crate::model::{Recording, RecordingId};
use crate::say;

/// So many recordings are told to the index as one commit.
const BATCH: usize = 5_000;

/// Before a run: tells the index what an earlier run could not, or makes it anew when asked to, or when it does not hold as
/// many recordings as it should (it was set aside, or deleted).
pub(super) fn begin(shop: &mut Workshop<'_>, rebuild: bool, report: &mut Report) -> Result<()> {
    if rebuild {
        return rebuild_all(shop, report);
    }
    drain(shop, report)?;
    if shop.index.len()? != shop.store.present_count()? {
        rebuild_all(shop, report)?;
    }
    Ok(())
}

/// Tells the index everything that is pending; the report names the cameras of it.
pub(super) fn drain(shop: &mut Workshop<'_>, report: &mut Report) -> Result<u64> {
    let mut told = 0;
    loop {
        let pending = shop.store.pending(BATCH)?;
        if pending.is_empty() {
            return Ok(told);
        }
        let ids: Vec<RecordingId> = pending.iter().map(|(id, _)| id.clone()).collect();
        let cameras: Vec<String> =
            pending.iter().filter_map(|(_, recording)| Some(recording.as_ref()?.camera.clone())).collect();
        let changes: Vec<Change> =
            pending.into_iter().map(|(id, recording)| recording.map_or(Change::Remove(id), Change::Put)).collect();
        shop.index.apply(&changes)?;
        shop.store.mark_indexed(&ids)?;
        report.fresh.extend(cameras);
        told += ids.len() as u64;
    }
}

fn rebuild_all(shop: &mut Workshop<'_>, report: &mut Report) -> Result<()> {
    shop.progress.begin(say!("lập lại chỉ mục", "rebuilding the index"), shop.store.present_count().ok());
    // Should this run end between the two, the next one tells the new index everything again: nothing is lost.
    shop.store.mark_all_pending()?;
    let store = &*shop.store;
    let (progress, shutdown) = (shop.progress, shop.shutdown);
    let mut page: std::vec::IntoIter<Recording> = Vec::new().into_iter();
    let mut last: Option<RecordingId> = None;
    let mut recordings = std::iter::from_fn(|| {
        if let Err(stop) = shutdown.check() {
            return Some(Err(stop));
        }
        if page.as_slice().is_empty() {
            match store.present_after(last.as_ref(), BATCH) {
                Ok(next) => page = next.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
        let recording = page.next()?;
        last = Some(recording.id.clone());
        progress.step();
        Some(Ok(recording))
    });
    report.indexed = shop.index.replace_all(&mut recordings)?;
    report.rebuilt = true;
    shop.store.mark_all_indexed()?;
    shop.progress.end();
    Ok(())
}
