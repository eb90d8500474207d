//! Opening the store: made whole or not at all, brought up to date step by step, and refused when it is damaged.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::{FILE, Store, damaged, failed};
use crate::base::{Error, Kind, Result, ResultExt};
use crate::say;

/// How long a statement waits for another process's transaction.
const BUSY: Duration = Duration::from_secs(10);

mod steps {
    refinery::embed_migrations!("src/store/migrations");
}

/// How the file keeps what is not yet merged into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Journal {
    /// In a file beside it, so that one writes while others read.
    Wal,
    /// Only while it is being changed: closed, it is one file.
    Delete,
}

impl Store {
    /// Opens the store of a data folder for writing; makes it where there is none and brings an older one up to date.
    ///
    /// # Errors
    /// [`Kind::State`] for a file that is no store, is damaged, or was made by a newer version; [`Kind::Io`] else.
    pub fn open(data: &Path) -> Result<Store> {
        let file = data.join(FILE);
        if !file.exists() {
            make(data, &file)?;
        }
        Store::open_file(file, Journal::Wal)
    }

    /// Opens the store for reading only; `None` where nothing was ever indexed.
    ///
    /// # Errors
    /// As [`Store::open`]; also [`Kind::State`] for one that is not up to date.
    pub fn open_to_read(data: &Path) -> Result<Option<Store>> {
        Store::open_as_it_is(data, OpenFlags::SQLITE_OPEN_READ_ONLY)
    }

    /// Opens the store for short changes beside the process that holds the lock of the data folder; `None` where nothing was
    /// ever indexed. Only for changes of rows that the writer heeds whenever they come, such as the quarantine's.
    ///
    /// # Errors
    /// As [`Store::open_to_read`].
    pub fn open_beside(data: &Path) -> Result<Option<Store>> {
        Store::open_as_it_is(data, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    fn open_as_it_is(data: &Path, mode: OpenFlags) -> Result<Option<Store>> {
        let file = data.join(FILE);
        if !file.exists() {
            return Ok(None);
        }
        refuse_empty(&file)?;
        let db = Connection::open_with_flags(&file, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .and_then(|db| set_up(&db).map(|()| db))
            .map_err(|error| failed(&file, error))?;
        let found = version(&db).map_err(|error| failed(&file, error))?;
        if found != Some(latest()) {
            let shown = file.display();
            return Err(Error::new(
                Kind::State,
                say!(
                    "kho dữ liệu {shown} của phiên bản khác; hãy chạy truyvet index bằng phiên bản này trước",
                    "the store {shown} is of another version; run truyvet index with this version first"
                ),
            ));
        }
        Ok(Some(Store { db, file }))
    }

    /// Opens a store's file for writing and brings it up to date.
    pub(super) fn open_file(file: PathBuf, journal: Journal) -> Result<Store> {
        refuse_empty(&file)?;
        Store::open_or_fill(file, journal)
    }

    fn open_or_fill(file: PathBuf, journal: Journal) -> Result<Store> {
        let prepare = |db: &Connection| {
            set_up(db)?;
            let mode = if journal == Journal::Wal { "wal" } else { "delete" };
            db.pragma_update(None, "journal_mode", mode)?;
            // FULL: a transaction that was reported done survives a power cut.
            db.pragma_update(None, "synchronous", "full")?;
            db.pragma_update(None, "foreign_keys", true)
        };
        let mut db =
            Connection::open(&file).and_then(|db| prepare(&db).map(|()| db)).map_err(|error| failed(&file, error))?;
        let shown = file.display().to_string();
        // Grouped: a step and the note that it was taken are one transaction, so that a kill leaves no half of them.
        let upgraded = steps::migrations::runner()
            .set_grouped(true)
            .set_abort_divergent(true)
            .set_abort_missing(true)
            .run(&mut db);
        upgraded.map_err(|error| match disk_in_the_way(&error) {
            Some(kind) => Error::caused_by(kind, say!("không ghi được {shown}", "cannot write {shown}"), error),
            None => Error::caused_by(
                Kind::State,
                say!(
                    "kho dữ liệu {shown} của phiên bản khác hoặc bị hỏng; hãy dùng đúng phiên bản hoặc khôi phục bản sao lưu",
                    "the store {shown} is of another version or damaged; use the version that made it, or restore a backup"
                ),
                error,
            ),
        })?;
        Ok(Store { db, file })
    }
}

/// Which kind of error kept a step from being taken, where that was not the store itself.
fn disk_in_the_way(error: &refinery::Error) -> Option<Kind> {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, ReadOnly, SystemIoFailure};
    let refinery::error::Kind::Connection(_, cause) = error.kind() else { return None };
    match cause.downcast_ref::<rusqlite::Error>()?.sqlite_error_code()? {
        DatabaseBusy | DatabaseLocked => Some(Kind::Busy),
        DiskFull | SystemIoFailure | CannotOpen | ReadOnly => Some(Kind::Io),
        _ => None,
    }
}

/// Makes an empty store beside its place and moves it there: an empty file in its place is never ours.
fn make(data: &Path, file: &Path) -> Result<()> {
    let shown = file.display().to_string();
    let cannot = || say!("không tạo được kho dữ liệu {shown}", "cannot make the store {shown}");
    // What is left of a store that somebody took away must not be taken for the new one's.
    for end in ["-wal", "-shm"] {
        let left = with_end(file, end);
        if left.exists() {
            std::fs::rename(&left, with_end(&left, ".left-over")).or_say(Kind::Io, cannot)?;
        }
    }
    let unfinished =
        tempfile::Builder::new().prefix(".truyvet-new-").tempfile_in(data).or_say(Kind::Io, cannot)?.into_temp_path();
    drop(Store::open_or_fill(unfinished.to_path_buf(), Journal::Delete)?);
    unfinished.persist_noclobber(file).or_say(Kind::Io, cannot)?;
    sync_folder(data).or_say(Kind::Io, cannot)
}

/// Waits until the names in a folder are on the disk.
pub(super) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// The path with more letters at its end.
pub(super) fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut longer = path.as_os_str().to_owned();
    longer.push(end);
    longer.into()
}

/// SQLite takes a file of no bytes for a new database; ours is never empty, so that everything in it was lost.
fn refuse_empty(file: &Path) -> Result<()> {
    match file.metadata() {
        Ok(meta) if meta.len() == 0 => Err(Error::caused_by(Kind::State, damaged(file), "0 bytes")),
        _ => Ok(()),
    }
}

pub(super) fn set_up(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    // Reads the header, so that a file which is no database is refused here, not at the first question.
    db.query_row("PRAGMA schema_version", [], |_| Ok(()))
}

/// The version that this program makes.
pub(super) fn latest() -> i32 {
    steps::migrations::runner().get_migrations().iter().map(refinery::Migration::version).max().unwrap_or_default()
}

/// The version of a store; `None` for a database that is none.
pub(super) fn version(db: &Connection) -> rusqlite::Result<Option<i32>> {
    let ours = db
        .query_row("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'refinery_schema_history'", [], |_| {
            Ok(())
        })
        .optional()?;
    match ours {
        Some(()) => db.query_row("SELECT max(version) FROM refinery_schema_history", [], |row| row.get(0)),
        None => Ok(None),
    }
}
