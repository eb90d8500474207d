//! Putting a backup in the store's place. The present store is put aside, never deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use super::backup::{Held, copy, inspect, is_the_store, stamp};
use super::open::{Journal, sync_folder, with_end};
use super::{FILE, Store, damaged};
use crate::base::shutdown::Shutdown;
use crate::base::{Error, Kind, Result, ResultExt};
use crate::say;

/// What unfinished copies' names start with.
const UNFINISHED: &str = ".truyvet-restore-";

/// What restoring did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the backup holds.
    pub held: Held,
    /// Where the store that was there is now; `None` where there was none.
    pub set_aside: Option<PathBuf>,
}

/// Checks a backup, copies it, brings the copy up to date with every recording pending for the index, and puts it in the
/// store's place. The caller holds the lock of the data folder.
///
/// At whatever moment this ends, there is a whole store in its place: the old one or the restored one.
///
/// # Errors
/// [`Kind::Usage`] when the file is the store itself; [`Kind::State`] when the backup is damaged, no store, or of a newer
/// version; [`Kind::Interrupted`]; [`Kind::Io`]. After an error the store is the old one.
pub fn restore(data: &Path, from: &Path, now: Timestamp, shutdown: &Shutdown) -> Result<Restored> {
    let folder = from.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if is_the_store(data, from, folder) {
        let shown = from.display();
        return Err(Error::new(
            Kind::Usage,
            say!("{shown} là chính kho dữ liệu, không phải bản sao lưu", "{shown} is the store itself, no backup"),
        ));
    }
    let held = inspect(from)?;
    let shown = data.display();
    let cannot = || say!("không ghi được vào thư mục data {shown}", "cannot write to the data folder {shown}");
    remove_left_behind(data).or_say(Kind::Io, cannot)?;
    let fresh = tempfile::Builder::new().prefix(UNFINISHED).suffix(".db").tempfile_in(data);
    let fresh = fresh.or_say(Kind::Io, cannot)?.into_temp_path();
    copy(from, &fresh, shutdown)?;
    let mut store = Store::open_file(fresh.to_path_buf(), Journal::Delete)?;
    store.mark_all_pending()?;
    if !store.faults()?.is_empty() {
        return Err(Error::new(Kind::State, damaged(&fresh)));
    }
    drop(store);
    fs::File::open(&fresh).and_then(|file| file.sync_all()).or_say(Kind::Io, cannot)?;
    shutdown.check()?;
    let place = data.join(FILE);
    let set_aside = put_aside(data, &place, now).or_say(Kind::Io, cannot)?;
    fresh.persist(&place).or_say(Kind::Io, cannot)?;
    sync_folder(data).or_say(Kind::Io, cannot)?;
    Ok(Restored { held, set_aside })
}

/// Deletes unfinished copies, and their side files, that a kill left; nobody else makes any while the lock is held.
fn remove_left_behind(data: &Path) -> io::Result<()> {
    for entry in fs::read_dir(data)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Merges the latest changes into the store's file, where the store is well enough for that. It is put aside as it is else.
fn merge(place: &Path) {
    // SQLite throws the side file of an empty database away.
    if place.metadata().is_ok_and(|meta| meta.len() > 0)
        && let Ok(db) = Connection::open(place)
    {
        let _ = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}

/// Gives the present store, with the side file that holds its latest changes, a second name; then takes the side files away,
/// so that they are not taken for the restored store's. In between the store in its place is whole, without the latest
/// changes, which the next `index` finds again on disk.
fn put_aside(data: &Path, place: &Path, now: Timestamp) -> io::Result<Option<PathBuf>> {
    let wal = with_end(place, "-wal");
    if !place.exists() && !wal.exists() {
        return Ok(None);
    }
    merge(place);
    let named = with_end(place, &format!(".before-restore-{}", stamp(now)));
    let taken = |name: &PathBuf| name.exists() || with_end(name, "-wal").exists();
    let again = (2..).map(|n| with_end(&named, &format!("-{n}")));
    let Some(aside) = std::iter::once(named.clone()).chain(again).find(|name| !taken(name)) else { return Ok(None) };
    for (from, to) in [(place, aside.clone()), (wal.as_path(), with_end(&aside, "-wal"))] {
        if from.exists() && fs::hard_link(from, &to).is_err() {
            // Not every file system has second names.
            fs::copy(from, &to)?;
            fs::File::open(&to)?.sync_all()?;
        }
    }
    sync_folder(data)?;
    for side in [wal, with_end(place, "-shm")] {
        match fs::remove_file(side) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    sync_folder(data)?;
    Ok(Some(aside))
}
