//! Tier 2: a sampled few thumbnails of each recording that has none, the latest first.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Instant;

use super::Workshop;
use super::report::Report;
use crate::base::{Kind, Result, ResultExt};
use crate::config::Site;
use crate::media::{MediaPool, sample as choose};
use crate::model::{RecordingId, Thumbnail, Unreadable, keytable};
use crate::reel::{self, ReelPlace, ReelWriter, reel_name};
use crate::say;
use crate::store::{RecordingRow, ThumbnailPlace};

/// So many recordings' thumbnails are made safe on disk together.
const BATCH: usize = 32;

/// A recording to be sampled: all that decoding needs to know of it.
#[derive(Clone, Debug)]
pub struct Task {
    /// The recording.
    pub id: RecordingId,
    /// A file that holds it; none where all are gone.
    file: Option<PathBuf>,
    /// The keyframes to take, as presentation times in microseconds.
    pts_us: Vec<i64>,
    /// Pixels.
    width: u32,
    /// The reel that its thumbnails belong into: its camera's, of its day.
    reel: String,
}

/// What sampling one recording came to.
#[derive(Debug)]
pub struct Sampled {
    /// The recording.
    pub id: RecordingId,
    /// Seconds that a reading process was busy with it.
    pub busy_s: f64,
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
    let steps = shop.store.unsampled(cameras)?.min(most as u64);
    if steps == 0 {
        return Ok(0);
    }
    shop.progress.begin(say!("lấy ảnh nhỏ", "taking thumbnails"), Some(steps));
    let mut done = 0;
    while done < most {
        shop.shutdown.check()?;
        // Asked anew each time: a search may have touched others since.
        let tasks = tasks(shop, cameras, BATCH.min(most - done), &HashSet::new())?;
        let began = Instant::now();
        let sampled = look_at_all(shop, &tasks);
        let count = sampled.len();
        if count == 0 {
            break;
        }
        done += count;
        save(shop, sampled, report)?;
        shop.store.note_sampling(count, began.elapsed().as_secs_f64())?;
    }
    shop.progress.end();
    shop.shutdown.check()?;
    Ok(done)
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

/// The recordings whose turn it is, at most so many, without some that are at work already. What is read here is read ahead of
/// the threads that decode: the store belongs to one.
///
/// # Errors
/// When the store fails.
pub fn tasks(
    shop: &Workshop<'_>,
    cameras: Option<&[String]>,
    most: usize,
    but: &HashSet<RecordingId>,
) -> Result<Vec<Task>> {
    let mut turns = shop.store.next_to_sample(cameras, most.saturating_add(but.len()))?;
    turns.retain(|id| !but.contains(id));
    turns.truncate(most);
    let rows = turns.iter().filter_map(|id| shop.store.recording(id).transpose());
    rows.map(|row| row.map(|row| task(shop.site, row))).collect()
}

fn task(site: &Site, row: RecordingRow) -> Task {
    let recording = row.recording;
    let zone = site.camera(&recording.camera).map_or(&site.zone, |camera| &camera.zone);
    let day = recording.span.start.0.to_zoned(zone.clone()).date();
    let keyframes = keytable::unpack(&recording.table).unwrap_or_default();
    let every = jiff::SignedDuration::from_secs(site.media.thumbnail_every_s.into());
    let file = row.files.iter().find(|file| file.gone.is_none()).map(|file| {
        let folder = site.camera(&file.folder).map(|camera| camera.footage.clone()).unwrap_or_default();
        folder.join(OsStr::from_bytes(&file.path))
    });
    Task {
        file,
        pts_us: choose(&keyframes, every),
        width: site.media.thumbnail_width,
        reel: reel_name(&recording.camera, day),
        id: recording.id,
    }
}

/// Decodes a recording's thumbnails. Blocks on a reading process.
pub fn look(media: &MediaPool, task: &Task) -> Sampled {
    let began = Instant::now();
    let thumbnails = match &task.file {
        Some(file) => media.thumbnails(file, &task.pts_us, task.width),
        None => Ok(Vec::new()),
    };
    Sampled { id: task.id.clone(), busy_s: began.elapsed().as_secs_f64(), reel: task.reel.clone(), thumbnails }
}

/// Decodes on as many threads as there are reading processes.
fn look_at_all(shop: &Workshop<'_>, tasks: &[Task]) -> Vec<Sampled> {
    let next = AtomicUsize::new(0);
    let (send, receive) = sync_channel(tasks.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..shop.media.workers().min(tasks.len()) {
            let send = send.clone();
            let (next, media, shutdown) = (&next, shop.media, shop.shutdown);
            scope.spawn(move || {
                while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if shutdown.asked() || send.send(look(media, task)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        receive.iter().inspect(|_| shop.progress.step()).collect()
    })
}

/// Appends to the reels, makes them safe on disk, and only then tells the store.
///
/// # Errors
/// When the disk or the store fails; what was sampled is then sampled again.
pub fn save(shop: &mut Workshop<'_>, sampled: Vec<Sampled>, report: &mut Report) -> Result<()> {
    let dir = shop.site.data.join(reel::FOLDER);
    std::fs::create_dir_all(&dir).or_say(Kind::Io, || {
        let shown = dir.display();
        say!("không tạo được thư mục {shown}", "cannot make the folder {shown}")
    })?;
    let mut writers: HashMap<String, ReelWriter> = HashMap::new();
    let mut results = Vec::new();
    for one in sampled {
        let places = match one.thumbnails {
            Ok(thumbnails) => {
                if !writers.contains_key(&one.reel) {
                    writers.insert(one.reel.clone(), ReelWriter::open(&dir, &one.reel)?);
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
