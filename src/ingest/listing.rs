//! Tier 1: listing what is new, on as many threads as there are reading processes; the results are saved in batches.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::folders::{Folder, Job};
use super::report::Report;
use super::times::Written;
use super::{Workshop, content, indexing, times};
use crate::base::Result;
use crate::media::MediaPool;
use crate::model::{Fault, Unreadable};
use crate::say;
use crate::store::{Change, Listed, Outcome};

/// So many results are saved as one transaction, …
const BATCH: usize = 256;
/// … or what there is after so long.
const SAVE_EVERY: Duration = Duration::from_millis(500);
/// The index is told after so long (a commit costs it some 100 ms).
const INDEX_EVERY: Duration = Duration::from_secs(5);

/// Lists every job of every folder.
pub(super) fn list(shop: &mut Workshop<'_>, folders: &[Folder<'_>], report: &mut Report) -> Result<()> {
    let jobs: Vec<(&Folder<'_>, &Job)> = folders.iter().flat_map(|f| f.jobs.iter().map(move |job| (f, job))).collect();
    if jobs.is_empty() {
        return Ok(());
    }
    shop.progress.begin(say!("kiểm kê tệp", "listing files"), Some(jobs.len() as u64));
    let next = AtomicUsize::new(0);
    let (media, now, shutdown) = (shop.media, shop.now, shop.shutdown);
    let result = std::thread::scope(|scope| {
        let (send, receive) = sync_channel::<Change>(BATCH);
        for _ in 0..media.workers().min(jobs.len()) {
            let send = send.clone();
            let (jobs, next) = (&jobs, &next);
            // Listing blocks on a reading process: a thread each, outside any async runtime.
            scope.spawn(move || {
                while let Some((folder, job)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if shutdown.asked() || send.send(look(media, folder, job, now())).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut batch: Vec<Change> = Vec::new();
        let (mut saved, mut told) = (Instant::now(), Instant::now());
        loop {
            let (full, over) = match receive.recv_timeout(SAVE_EVERY) {
                Ok(change) => {
                    count(report, &change);
                    shop.progress.step();
                    batch.push(change);
                    (batch.len() >= BATCH || saved.elapsed() >= SAVE_EVERY, false)
                }
                Err(RecvTimeoutError::Timeout) => (true, false),
                Err(RecvTimeoutError::Disconnected) => (true, true),
            };
            if full && !batch.is_empty() {
                shop.store.save(&batch, (shop.now)())?;
                batch.clear();
                saved = Instant::now();
            }
            if told.elapsed() >= INDEX_EVERY {
                indexing::drain(shop, report)?;
                told = Instant::now();
            }
            if over {
                return Ok(());
            }
        }
    });
    shop.progress.end();
    result?;
    shop.shutdown.check()
}

fn count(report: &mut Report, change: &Change) {
    match &change.outcome {
        Outcome::Listed(listed) => {
            report.listed += 1;
            report.bytes_read += listed.listing.bytes_read;
            report.footage_s += listed.listing.duration_us() as f64 / 1e6;
        }
        Outcome::Unreadable { .. } => report.unreadable += 1,
    }
}

/// Looks into one file.
fn look(media: &MediaPool, folder: &Folder<'_>, job: &Job, now: Timestamp) -> Change {
    let path = folder.path.join(OsStr::from_bytes(&job.seen.path));
    let mark = content::mark(&path);
    let outcome = match listed(media, &path, job, now) {
        Ok(listed) => Outcome::Listed(Box::new(listed)),
        Err(why) => {
            let claimed = job.reading.claim().map(|claim| (claim.start, claim.end));
            Outcome::Unreadable { why: settle_fault(&path, job, why), claimed }
        }
    };
    let changed_us = std::fs::metadata(&path)
        .map(|meta| meta.ctime().saturating_mul(1_000_000).saturating_add(meta.ctime_nsec() / 1_000))
        .ok();
    Change { seen: job.seen.clone(), content: mark.ok(), changed_us, outcome }
}

fn listed(media: &MediaPool, path: &Path, job: &Job, now: Timestamp) -> Result<Listed, Unreadable> {
    let Some(camera) = &job.seen.camera else {
        return Err(Unreadable::new(Fault::NoCamera, format!("channel {:?}", job.reading.channel)));
    };
    let listing = media.list(path)?;
    let timed = times::time(&job.reading, &listing, Written { mtime_us: job.seen.mtime_us, closed: job.closed }, now);
    Ok(Listed {
        id: None,
        camera: camera.clone(),
        layout: job.reading.layout.clone(),
        rates: times::rates(&listing),
        claims: timed.claims,
        believed: timed.believed,
        span: timed.span,
        doubts: timed.doubts,
        listing,
    })
}

/// A file that changed under the reader is only that: its fault says nothing about the file.
fn settle_fault(path: &Path, job: &Job, why: Unreadable) -> Unreadable {
    let same = std::fs::metadata(path).is_ok_and(|meta| {
        meta.len() == job.seen.size
            && meta.modified().map(crate::watch::scan::micros).is_ok_and(|m| m == job.seen.mtime_us)
    });
    if same || why.fault == Fault::NoCamera { why } else { Unreadable::new(Fault::Changing, why.detail) }
}
