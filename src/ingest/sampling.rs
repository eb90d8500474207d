//! Tier 2: a sampled few thumbnails of each recording that has none, the latest first.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Instant;

use super::Workshop;
use super::report::Report;
use crate::base::{Kind, Result, ResultExt};
use crate::media::{MediaPool, sample as choose};
use crate::model::{RecordingId, Thumbnail, Unreadable, keytable};
use crate::reel::{self, ReelPlace, ReelWriter, reel_name};
use crate::say;
use crate::store::{RecordingRow, ThumbnailPlace};

/// So many recordings' thumbnails are made safe on disk together.
const BATCH: usize = 32;

/// What sampling one recording came to.
struct Sampled {
    id: RecordingId,
    /// The reel that its thumbnails belong into: its camera's, of its day.
    reel: String,
    thumbnails: Result<Vec<Thumbnail>, Unreadable>,
}

/// Samples up to `most` recordings that were never sampled, of some cameras where named. Says how many.
pub(super) fn sample(
    shop: &mut Workshop<'_>,
    cameras: Option<&[String]>,
    most: usize,
    report: &mut Report,
) -> Result<usize> {
    let mut todo = shop.store.without_thumbnails(cameras)?;
    todo.truncate(most);
    if todo.is_empty() {
        return Ok(0);
    }
    let reels = shop.site.data.join(reel::FOLDER);
    std::fs::create_dir_all(&reels).or_say(Kind::Io, || {
        let shown = reels.display();
        say!("không tạo được thư mục {shown}", "cannot make the folder {shown}")
    })?;
    shop.progress.begin(say!("lấy ảnh nhỏ", "taking thumbnails"), Some(todo.len() as u64));
    // The rows are read ahead of the threads: the store belongs to this one.
    for part in todo.chunks(BATCH) {
        shop.shutdown.check()?;
        let rows = part.iter().filter_map(|id| shop.store.recording(id).transpose()).collect::<Result<Vec<_>>>()?;
        let began = Instant::now();
        let sampled = sample_part(shop, &rows);
        let count = sampled.len();
        save(shop, &reels, sampled, report)?;
        if count > 0 {
            shop.store.note_sampling(count, began.elapsed().as_secs_f64())?;
        }
    }
    shop.progress.end();
    shop.shutdown.check()?;
    Ok(todo.len())
}

/// Forgets the thumbnails of every recording of which one cannot be read from its reel, so that they are taken again.
pub(super) fn forget_lost(shop: &mut Workshop<'_>) -> Result<()> {
    let reels = shop.site.data.join(reel::FOLDER);
    let mut lost = Vec::new();
    for (id, places) in shop.store.all_thumbnails()? {
        shop.shutdown.check()?;
        let reads = |place: &ThumbnailPlace| {
            let at = ReelPlace { reel: place.reel.clone(), offset: place.offset, length: place.length };
            reel::read(&reels, &at).is_ok()
        };
        if !places.iter().all(reads) {
            lost.push(id);
        }
    }
    shop.store.forget_thumbnails(&lost)
}

/// Decodes on as many threads as there are reading processes.
fn sample_part(shop: &Workshop<'_>, rows: &[RecordingRow]) -> Vec<Sampled> {
    let next = AtomicUsize::new(0);
    let (send, receive) = sync_channel(rows.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..shop.media.workers().min(rows.len()) {
            let send = send.clone();
            let (next, media, site, shutdown) = (&next, shop.media, shop.site, shop.shutdown);
            scope.spawn(move || {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if shutdown.asked() || send.send(sample_one(media, site, row)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        receive.iter().inspect(|_| shop.progress.step()).collect()
    })
}

fn sample_one(media: &MediaPool, site: &crate::config::Site, row: &RecordingRow) -> Sampled {
    let recording = &row.recording;
    let zone = site.camera(&recording.camera).map_or(&site.zone, |camera| &camera.zone);
    let day = recording.span.start.0.to_zoned(zone.clone()).date();
    let keyframes = keytable::unpack(&recording.table).unwrap_or_default();
    let every = jiff::SignedDuration::from_secs(site.media.thumbnail_every_s.into());
    let pts = choose(&keyframes, every);
    let thumbnails = match row.files.iter().find(|file| file.gone.is_none()) {
        Some(file) => {
            let folder = site.camera(&file.folder).map(|camera| camera.footage.clone()).unwrap_or_default();
            let path = folder.join(OsStr::from_bytes(&file.path));
            media.thumbnails(&path, &pts, site.media.thumbnail_width)
        }
        None => Ok(Vec::new()),
    };
    Sampled { id: recording.id.clone(), reel: reel_name(&recording.camera, day), thumbnails }
}

/// Appends to the reels, makes them safe on disk, and only then tells the store.
fn save(shop: &mut Workshop<'_>, dir: &std::path::Path, sampled: Vec<Sampled>, report: &mut Report) -> Result<()> {
    let mut writers: HashMap<String, ReelWriter> = HashMap::new();
    let mut results = Vec::new();
    for one in sampled {
        let places = match one.thumbnails {
            Ok(thumbnails) => {
                if !writers.contains_key(&one.reel) {
                    writers.insert(one.reel.clone(), ReelWriter::open(dir, &one.reel)?);
                }
                let mut places = Vec::with_capacity(thumbnails.len());
                if let Some(writer) = writers.get_mut(&one.reel) {
                    for thumbnail in &thumbnails {
                        let place = writer.append(&one.id, thumbnail)?;
                        places.push(ThumbnailPlace {
                            pts_us: thumbnail.pts_us,
                            reel: place.reel,
                            offset: place.offset,
                            length: place.length,
                            mean: thumbnail.luma.mean,
                            change: thumbnail.luma.change,
                        });
                    }
                }
                report.thumbnails += places.len() as u64;
                Ok(places)
            }
            Err(why) => Err(why),
        };
        results.push((one.id, places));
    }
    writers.values_mut().try_for_each(ReelWriter::sync)?;
    results.iter().try_for_each(|(id, places)| shop.store.save_thumbnails(id, places))
}
