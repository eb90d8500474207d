//! Recordings timed anew from what is stored, after the site's settings or the layout table changed how paths are read. No
//! footage is opened.

use super::folders::{Again, Folder};
use super::report::Report;
use super::{Workshop, times};
use crate::base::Result;
use crate::model::{Fault, Unreadable};
use crate::say;
use crate::store::{Change, Listed, Outcome, RecordingRow};

/// So many recordings are saved as one transaction.
const BATCH: usize = 256;

/// Times every recording anew whose path is read in another way now.
pub(super) fn retime(shop: &mut Workshop<'_>, folders: &[Folder<'_>], report: &mut Report) -> Result<()> {
    let again: Vec<&Again> = folders.iter().flat_map(|folder| &folder.again).collect();
    if again.is_empty() {
        return Ok(());
    }
    shop.progress.begin(say!("tính lại giờ", "timing anew"), Some(again.len() as u64));
    for part in again.chunks(BATCH) {
        shop.shutdown.check()?;
        let mut changes = Vec::with_capacity(part.len());
        for file in part {
            shop.progress.step();
            if let Some(row) = shop.store.recording(&file.recording)? {
                changes.extend(change(shop, file, row));
            }
        }
        report.retimed += changes.len() as u64;
        shop.store.save(&changes, (shop.now)())?;
    }
    shop.progress.end();
    Ok(())
}

/// What changes; nothing where the path still tells the same.
fn change(shop: &Workshop<'_>, file: &Again, row: RecordingRow) -> Option<Change> {
    let job = &file.job;
    let outcome = match &job.seen.camera {
        None => Outcome::Unreadable {
            why: Unreadable::new(Fault::NoCamera, format!("channel {:?}", job.reading.channel)),
            claimed: job.reading.claim().map(|claim| (claim.start, claim.end)),
        },
        Some(camera) => {
            let timed = times::time(&job.reading, &row.listing, job.seen.mtime_us, (shop.now)());
            let same_claims = row.claims.iter().map(|c| &c.claim).eq(timed.claims.iter());
            let same = *camera == row.recording.camera
                && timed.span == row.recording.span
                && job.reading.layout == row.layout
                && timed.doubts == row.doubts
                && same_claims;
            if same {
                return None;
            }
            Outcome::Listed(Box::new(Listed {
                id: Some(file.recording.clone()),
                camera: camera.clone(),
                layout: job.reading.layout.clone(),
                rates: times::rates(&row.listing),
                claims: timed.claims,
                believed: timed.believed,
                span: timed.span,
                doubts: timed.doubts,
                listing: row.listing,
            }))
        }
    };
    Some(Change { seen: job.seen.clone(), content: file.content, changed_us: None, outcome })
}
