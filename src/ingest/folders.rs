//! What lies in each footage folder against what is known of it: which files are to be listed, which are gone.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::basis::Decision;
use super::report::{Report, Trouble};
use super::{Standing, Workshop};
use crate::base::Result;
use crate::config::Site;
use crate::layout::Reading;
use crate::model::{Camera, RecordingId};
use crate::say;
use crate::store::{FileState, KnownFile, PathReading, Seen};
use crate::watch::{Found, scan};

/// A footage folder after it was looked through.
pub(super) struct Folder<'a> {
    /// The store's key: the id of the first camera that records here.
    pub key: String,
    /// Where it is.
    pub path: PathBuf,
    /// The cameras that record here.
    pub cameras: Vec<&'a Camera>,
    /// What is to be listed.
    pub jobs: Vec<Job>,
    /// What is listed already, and whose path is to be read again.
    pub again: Vec<Again>,
    /// How the folder's paths are read now.
    pub reading: PathReading,
    /// Files found.
    pub files: usize,
    /// When looking began.
    pub looked_at: Timestamp,
    /// Whether all of it could be looked at.
    pub whole: bool,
}

/// A file to be listed.
pub(super) struct Job {
    /// As it was seen.
    pub seen: Seen,
    /// What its path tells.
    pub reading: Reading,
    /// Whether we watched it being closed.
    pub closed: bool,
}

/// A listed file whose path is to be read again: the site's settings, the layout table or the layout chosen has changed.
pub(super) struct Again {
    /// The file and what its path tells now.
    pub job: Job,
    /// The recording that it holds.
    pub recording: RecordingId,
    /// SHA-256 of size, head and tail.
    pub content: Option<[u8; 32]>,
}

/// The site's footage folders, each with the cameras that record into it, not looked at yet.
pub(super) fn of_site(site: &Site, now: Timestamp) -> Vec<Folder<'_>> {
    let mut folders: Vec<Folder<'_>> = Vec::new();
    for camera in &site.cameras {
        match folders.iter_mut().find(|folder| folder.path == camera.footage) {
            Some(folder) => folder.cameras.push(camera),
            None => folders.push(Folder {
                key: camera.id.clone(),
                path: camera.footage.clone(),
                cameras: vec![camera],
                jobs: Vec::new(),
                again: Vec::new(),
                reading: PathReading { mark: String::new(), layout: None },
                files: 0,
                looked_at: now,
                whole: false,
            }),
        }
    }
    folders
}

/// Looks through the folders asked for; notes new files, marks what is gone.
pub(super) fn survey<'a>(
    shop: &mut Workshop<'a>,
    asked: &dyn Fn(&Folder<'_>) -> bool,
    report: &mut Report,
) -> Result<Vec<Folder<'a>>> {
    let mut folders = of_site(shop.site, (shop.now)());
    folders.retain(|folder| asked(folder));
    shop.progress.begin(say!("quét thư mục", "scanning folders"), Some(folders.len() as u64));
    for folder in &mut folders {
        look_through(shop, folder, report)?;
        shop.progress.step();
    }
    shop.progress.end();
    Ok(folders)
}

fn look_through(shop: &mut Workshop<'_>, folder: &mut Folder<'_>, report: &mut Report) -> Result<()> {
    folder.looked_at = (shop.now)();
    let others: Vec<&str> = folder.cameras.iter().skip(1).map(|camera| camera.id.as_str()).collect();
    if !others.is_empty() {
        shop.store.adopt_folder(&folder.key, &others)?;
    }
    let mut known = shop.store.files_of(&folder.key)?;
    let mut present = known.values().filter(|file| file.state != FileState::Gone).count();
    let layouts = shop.layouts;
    let ignore = |path: &Path| layouts.is_ignored(&path.to_string_lossy()).is_some();
    let scan = scan(&folder.path, &ignore, shop.shutdown)?;
    report.found += scan.found.len() as u64;
    report.ignored += scan.ignored;
    folder.files = scan.found.len();
    if known.is_empty() && adopt_forsaken(shop, &folder.key, &scan.found)? {
        known = shop.store.files_of(&folder.key)?;
        present = known.values().filter(|file| file.state != FileState::Gone).count();
    }
    let shown = folder.path.display();
    for blind in &scan.blind {
        let (path, error) = (crate::model::shown_path(&folder.path, &blind.path), &blind.error);
        let root = blind.path.is_empty();
        report.troubles.push(Trouble {
            folder: folder.path.clone(),
            code: if root { "root_missing" } else { "unreadable" }.into(),
            said: if root {
                say!("không đọc được thư mục hình {shown}: {error}", "cannot read the footage folder {shown}: {error}")
            } else {
                say!("không đọc được {path}: {error}", "cannot read {path}: {error}")
            },
        });
    }
    let emptied = scan.found.is_empty() && present > 0 && scan.blind.is_empty();
    if emptied {
        report.troubles.push(Trouble {
            folder: folder.path.clone(),
            code: "root_empty".into(),
            said: say!(
                "thư mục hình {shown} trống nhưng trước đây có {present} tệp (ổ đĩa chưa gắn?); không tệp nào bị coi là đã mất",
                "the footage folder {shown} is empty, but {present} files were in it (not mounted?); none of them is taken for gone"
            ),
        });
    }
    folder.whole = scan.blind.is_empty() && !emptied;
    compare(shop, folder, &scan.found, &known, report)?;
    let found: HashSet<&[u8]> = scan.found.iter().map(|f| f.path.as_slice()).collect();
    let gone: Vec<i64> = known
        .iter()
        .filter(|(path, file)| {
            file.state != FileState::Gone
                && !emptied
                && !found.contains(path.as_slice())
                && !scan.blind.iter().any(|blind| blind.hides(path))
        })
        .map(|(_, file)| file.id)
        .collect();
    report.gone += gone.len() as u64;
    shop.store.mark_gone(&gone, folder.looked_at)?;
    let fresh: Vec<Seen> = folder
        .jobs
        .iter()
        .filter(|job| known.get(&job.seen.path).is_none_or(|k| k.state == FileState::Gone))
        .map(|job| job.seen.clone())
        .collect();
    shop.store.note_settled(&fresh, folder.looked_at)
}

/// Takes over what is known under the key of a camera that left the site file, when at least half of the files found here
/// are known there as they are: the folder is the same, and what vanishes from it must be marked gone.
fn adopt_forsaken(shop: &mut Workshop<'_>, key: &str, found: &[Found]) -> Result<bool> {
    let forsaken = shop.store.folder_keys()?.into_iter().filter(|other| shop.site.camera(other).is_none());
    for other in forsaken {
        let rows = shop.store.files_of(&other)?;
        let as_it_is =
            |f: &&Found| rows.get(&f.path).is_some_and(|row| row.size == f.size && row.mtime_us == f.mtime_us);
        let same = found.iter().filter(as_it_is).count();
        if same > 0 && same * 2 >= found.len() {
            shop.store.adopt_folder(key, &[other.as_str()])?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes jobs of single files that are said to be complete; those that are known as they are make none.
pub(super) fn take(
    shop: &mut Workshop<'_>,
    folder: &mut Folder<'_>,
    files: &[Found],
    standing: Standing,
    report: &mut Report,
) -> Result<()> {
    let growing = standing == Standing::Growing;
    let paths: Vec<&[u8]> = files.iter().map(|file| file.path.as_slice()).collect();
    let known = shop.store.files_at(&folder.key, &paths)?;
    report.found += files.len() as u64;
    if let Some(before) = shop.store.path_reading(&folder.key)? {
        folder.reading = before;
    }
    for file in files {
        let new = known.get(&file.path).is_none_or(|k| {
            k.size != file.size
                || k.mtime_us != file.mtime_us
                || matches!(k.state, FileState::Settled | FileState::Gone)
                || k.growing != growing
        });
        if new {
            let mut job = job(shop, folder, file, growing);
            job.closed = !growing && just_closed(folder, file);
            folder.jobs.push(job);
        } else {
            report.unchanged += 1;
        }
    }
    let fresh: Vec<Seen> = folder.jobs.iter().map(|job| job.seen.clone()).collect();
    shop.store.note_settled(&fresh, folder.looked_at)
}

/// Marks files as gone that are said to be, and are no longer there. An empty folder may be one whose disk went: there nothing
/// is marked, as by a scan.
pub(super) fn miss(shop: &mut Workshop<'_>, folder: &Folder<'_>, paths: &[Vec<u8>], report: &mut Report) -> Result<()> {
    if std::fs::read_dir(&folder.path).map_or(true, |mut entries| entries.next().is_none()) {
        return Ok(());
    }
    let absent = |path: &[u8]| {
        let looked = std::fs::symlink_metadata(folder.path.join(OsStr::from_bytes(path)));
        looked.is_err_and(|e| matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory))
    };
    let mut gone = BTreeSet::new();
    for path in paths {
        let known = shop.store.files_below(&folder.key, path)?;
        let missed = known.iter().filter(|(path, file)| file.state != FileState::Gone && absent(path));
        gone.extend(missed.map(|(_, file)| file.id));
    }
    report.gone += gone.len() as u64;
    shop.store.mark_gone(&Vec::from_iter(gone), folder.looked_at)
}

/// Fills the folder's jobs with the files that are new, changed, interrupted before, or due for another try; and, where
/// paths are read in another way than before, with those that are listed already.
fn compare(
    shop: &Workshop<'_>,
    folder: &mut Folder<'_>,
    found: &[Found],
    known: &HashMap<Vec<u8>, KnownFile>,
    report: &mut Report,
) -> Result<()> {
    let now = folder.looked_at;
    let before = shop.store.path_reading(&folder.key)?;
    folder.reading.mark = mark(shop, folder);
    let settings_changed = before.as_ref().is_none_or(|b| b.mark != folder.reading.mark);
    let open = |found: &Found| match known.get(&found.path) {
        None => true,
        Some(file) if file.size != found.size || file.mtime_us != found.mtime_us || file.growing => true,
        Some(file) => match file.state {
            FileState::Settled | FileState::Gone => true,
            FileState::Listed | FileState::Indexed => false,
            FileState::Quarantined => file.is_due(now) || settings_changed && !file.ignored,
        },
    };
    let (todo, same): (Vec<&Found>, Vec<&Found>) = found.iter().partition(|f| open(f));
    report.unchanged += same.len() as u64;
    folder.reading.layout = match &before {
        Some(before) if todo.is_empty() && !settings_changed => before.layout.clone(),
        Some(before) if !settings_changed => {
            let (_, decision) = Decision::split(before.layout.as_deref());
            Decision::joined(choose_layout(shop, folder, found).as_deref(), decision.as_ref())
        }
        _ => choose_layout(shop, folder, found),
    };
    for file in todo {
        shop.shutdown.check()?;
        let growing = u128::from(now.as_microsecond().abs_diff(file.mtime_us)) < shop.young.as_micros();
        let mut job = job(shop, folder, file, growing);
        if growing {
            report.young.push((folder.key.clone(), file.path.clone()));
        } else {
            // A look through the folder may come before the word that a file which was seen growing has settled.
            let grew = known.get(&file.path).is_some_and(|known| known.growing);
            job.closed = grew && just_closed(folder, file);
        }
        folder.jobs.push(job);
    }
    if before.is_some_and(|before| before != folder.reading) {
        for file in same {
            shop.shutdown.check()?;
            let Some(KnownFile { recording: Some(recording), content, .. }) = known.get(&file.path) else { continue };
            let again = Again { job: job(shop, folder, file, false), recording: recording.clone(), content: *content };
            folder.again.push(again);
        }
    }
    Ok(())
}

/// Makes every listed file of the folder one whose path is to be read again.
pub(super) fn read_again(
    shop: &Workshop<'_>,
    folder: &mut Folder<'_>,
    known: &HashMap<Vec<u8>, KnownFile>,
) -> Result<()> {
    let mut listed: Vec<_> = known.iter().filter(|(_, file)| file.state != FileState::Gone).collect();
    listed.sort_unstable_by_key(|(path, _)| *path);
    folder.again.clear();
    for (path, file) in listed {
        shop.shutdown.check()?;
        let Some(recording) = &file.recording else { continue };
        let found = Found { path: path.clone(), size: file.size, mtime_us: file.mtime_us };
        let again =
            Again { job: job(shop, folder, &found, file.growing), recording: recording.clone(), content: file.content };
        folder.again.push(again);
    }
    Ok(())
}

fn job(shop: &Workshop<'_>, folder: &Folder<'_>, file: &Found, growing: bool) -> Job {
    let (chosen, decision) = Decision::split(folder.reading.layout.as_deref());
    let reading = read_path(shop, folder, chosen, decision.as_ref(), &file.path);
    let camera = camera_of(&folder.cameras, &reading).map(|camera| camera.id.clone());
    let Found { path, size, mtime_us } = file.clone();
    Job { seen: Seen { folder: folder.key.clone(), path, camera, size, mtime_us, growing }, reading, closed: false }
}

/// Stands for everything but the path that a path's reading depends on.
fn mark(shop: &Workshop<'_>, folder: &Folder<'_>) -> String {
    let cameras = folder.cameras.iter().map(|camera| {
        let zone = camera.zone.iana_name().unwrap_or_default();
        format!("{} {:?} {} {zone}", camera.id, camera.channel, camera.layout)
    });
    let text: Vec<String> = cameras.chain([shop.layouts.mark().to_owned()]).collect();
    HEXLOWER.encode(&Sha256::digest(text.join("\n")))
}

/// Whether a file that has settled was watched being closed: what settles long after its last change was copied in with its
/// times, or lay there already.
fn just_closed(folder: &Folder<'_>, file: &Found) -> bool {
    let since_us = folder.looked_at.as_microsecond().abs_diff(file.mtime_us);
    u128::from(since_us) <= CLOSED_WITHIN.as_micros()
}

/// Longer ago, a last change is no closing that was watched.
const CLOSED_WITHIN: std::time::Duration = std::time::Duration::from_secs(120);

/// So many paths, evenly spread, are enough to tell a folder's layout.
const SPOKEN_FOR: usize = 1_000;

/// The layout that the site file names, or the one that explains this folder's files most consistently; none where no
/// layout stands out, and each path speaks for itself.
fn choose_layout(shop: &Workshop<'_>, folder: &Folder<'_>, found: &[Found]) -> Option<String> {
    let camera = folder.cameras.first()?;
    if camera.layout != "auto" {
        return Some(camera.layout.clone());
    }
    let step = found.len().div_ceil(SPOKEN_FOR).max(1);
    let paths: Vec<String> =
        found.iter().step_by(step).map(|f| String::from_utf8_lossy(&f.path).into_owned()).collect();
    let pick = shop.layouts.pick(paths.iter().map(String::as_str), &camera.zone);
    pick.layout.filter(|_| pick.rival.is_none())
}

/// What a path tells, by the layout that the site names or that was chosen; where that knows no such path, by any; where
/// the path below the folder tells nothing, with the folder's own path before it. Where it cannot tell local time from UTC,
/// what the folder's files decided counts.
pub(super) fn read_path(
    shop: &Workshop<'_>,
    folder: &Folder<'_>,
    chosen: Option<&str>,
    decision: Option<&Decision>,
    path: &[u8],
) -> Reading {
    let below = String::from_utf8_lossy(path);
    let whole = folder.path.join(OsStr::from_bytes(path));
    let zone = folder.cameras.first().map_or(&shop.site.zone, |camera| &camera.zone);
    let settled = |reading: Reading, path: &str| {
        let (Some(decision), Some(_), Some(layout)) = (decision, reading.start_if_utc, &reading.layout) else {
            return reading;
        };
        let mut reading = shop.layouts.read(path, zone, Some(&decision.named(layout)));
        decision.tell(&mut reading);
        reading
    };
    let named = folder.cameras.first().is_some_and(|camera| camera.layout != "auto");
    let first = match named {
        true => shop.layouts.read(&below, zone, chosen),
        false => shop.layouts.read_as_chosen(&below, zone, chosen),
    };
    if first.layout.is_some() {
        return settled(first, &below);
    }
    let others = [below, whole.to_string_lossy()];
    let mut readings = others.iter().map(|path| settled(shop.layouts.read(path, zone, None), path));
    readings.find(|reading| reading.layout.is_some()).unwrap_or(first)
}

/// The camera that wrote a file: the one whose channel the path names; where it names none, the only one there is.
fn camera_of<'a>(cameras: &[&'a Camera], reading: &Reading) -> Option<&'a Camera> {
    match (cameras, reading.channel) {
        ([only], None) => Some(only),
        ([only], Some(channel)) => (only.channel.is_none_or(|own| own == channel)).then_some(only),
        (several, Some(channel)) => several.iter().find(|camera| camera.channel == Some(channel)).copied(),
        (_, None) => None,
    }
}
