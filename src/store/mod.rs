//! The truth, in one SQLite file. The only home of SQL; one process writes at a time (the caller holds the lock of the data
//! folder), any number read beside it.

mod background;
mod files;
mod pending;
mod recordings;
mod summary;
mod thumbnails;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::base::{Error, Kind, Result, ResultExt};
use crate::say;

pub use background::Background;
pub use files::{Change, FileState, KnownFile, Outcome, PathReading, Quarantined, Seen};
pub use recordings::{Claimed, FileOfRecording, Listed, RecordingRow};
pub use summary::{CameraSummary, Presence};
pub use thumbnails::{ThumbnailPlace, ThumbnailSet};

/// The store's file in the data folder.
pub const FILE: &str = "truyvet.db";

/// How long a statement waits for another process's transaction.
const BUSY: Duration = Duration::from_secs(10);

mod steps {
    refinery::embed_migrations!("src/store/migrations");
}

/// The store, open.
pub struct Store {
    db: Connection,
    file: PathBuf,
}

impl Store {
    /// Opens the store of a data folder for writing; makes it where there is none and brings an older one up to date.
    ///
    /// # Errors
    /// [`Kind::State`] for a file that is no store, is damaged, or was made by a newer version; [`Kind::Io`] else.
    pub fn open(data: &Path) -> Result<Store> {
        let file = data.join(FILE);
        let mut db = Connection::open(&file).map_err(|error| cannot_open(&file, error))?;
        set_up(&db).map_err(|error| cannot_open(&file, error))?;
        // WAL with FULL: a transaction that was reported done survives a power cut.
        db.pragma_update(None, "journal_mode", "wal").map_err(|error| cannot_open(&file, error))?;
        db.pragma_update(None, "synchronous", "full").map_err(|error| cannot_open(&file, error))?;
        db.pragma_update(None, "foreign_keys", true).map_err(|error| cannot_open(&file, error))?;
        let shown = file.display().to_string();
        steps::migrations::runner().set_abort_divergent(true).set_abort_missing(true).run(&mut db).or_say(
            Kind::State,
            || {
                say!(
                    "kho dữ liệu {shown} của phiên bản khác hoặc bị hỏng; hãy dùng đúng phiên bản hoặc khôi phục bản sao lưu",
                    "the store {shown} is of another version or damaged; use the version that made it, or restore a backup"
                )
            },
        )?;
        Ok(Store { db, file })
    }

    /// Opens the store for reading only; `None` where nothing was ever indexed.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_to_read(data: &Path) -> Result<Option<Store>> {
        let file = data.join(FILE);
        if !file.exists() {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&file, flags).map_err(|error| cannot_open(&file, error))?;
        set_up(&db).map_err(|error| cannot_open(&file, error))?;
        let store = Store { db, file };
        let known = steps::migrations::runner().get_migrations().iter().map(refinery::Migration::version).max();
        let found: Option<i64> =
            store.read(|db| db.query_row("SELECT max(version) FROM refinery_schema_history", [], |row| row.get(0)))?;
        let found = found.and_then(|v| i32::try_from(v).ok());
        if found.map(i64::from) != known.map(i64::from) {
            let shown = store.file.display();
            return Err(Error::new(
                Kind::State,
                say!(
                    "kho dữ liệu {shown} của phiên bản khác; hãy chạy truyvet index bằng phiên bản này trước",
                    "the store {shown} is of another version; run truyvet index with this version first"
                ),
            ));
        }
        Ok(Some(store))
    }

    /// What SQLite finds wrong with the file; empty when it is whole.
    ///
    /// # Errors
    /// When the check itself cannot run.
    pub fn faults(&self) -> Result<Vec<String>> {
        self.read(|db| {
            let mut statement = db.prepare("PRAGMA integrity_check(20)")?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            rows.filter(|row| row.as_deref() != Ok("ok")).collect()
        })
    }

    /// Runs a reading query and gives its error our words.
    fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        query(&self.db).map_err(|error| failed(&self.file, error))
    }

    /// Runs changes as one transaction: all of them, or none.
    fn write<T>(&mut self, change: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        let run = |db: &mut Connection| {
            let transaction = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let value = change(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        run(&mut self.db).map_err(|error| failed(&self.file, error))
    }
}

fn set_up(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    // Reads the header, so that a file which is no database is refused here, not at the first question.
    db.query_row("PRAGMA schema_version", [], |_| Ok(()))
}

fn cannot_open(file: &Path, error: rusqlite::Error) -> Error {
    failed(file, error)
}

/// Which of our kinds an SQLite error is. Only what the file itself is to blame for is damage.
fn failed(file: &Path, error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase};
    let shown = file.display();
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => Error::caused_by(
            Kind::State,
            say!(
                "kho dữ liệu {shown} bị hỏng; hãy khôi phục bản sao lưu, hoặc cất tệp này đi rồi chạy truyvet index để lập lại",
                "the store {shown} is damaged; restore a backup, or put the file aside and run truyvet index to make it anew"
            ),
            error,
        ),
        Some(DatabaseBusy | DatabaseLocked) => Error::caused_by(
            Kind::Busy,
            say!("kho dữ liệu {shown} đang bận", "the store {shown} is in use by another process"),
            error,
        ),
        Some(DiskFull) => {
            Error::caused_by(Kind::Io, say!("hết chỗ trên ổ đĩa của {shown}", "the disk of {shown} is full"), error)
        }
        _ => Error::caused_by(Kind::Io, say!("kho dữ liệu {shown} báo lỗi", "the store {shown} failed"), error),
    }
}

/// A word of the store that this version does not know: the row was written by another one.
fn unknown_word(column: &str, word: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        0,
        rusqlite::types::Type::Text,
        format!("unknown word in {column}: {word}").into(),
    )
}

/// A JSON column that does not parse.
fn bad_json(error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
}
