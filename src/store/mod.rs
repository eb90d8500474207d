//! The truth, in one SQLite file. The only home of SQL; one process writes at a time (the caller holds the lock of the data
//! folder), any number read beside it, and may make short changes that the writer heeds ([`Store::open_beside`]).

mod audit;
mod background;
pub mod backup;
mod clocks;
mod files;
mod keys;
mod night;
mod open;
mod pending;
mod photos;
mod quarantine;
mod recordings;
pub mod restore;
mod retention;
mod sessions;
mod summary;
mod thumbnails;
mod traces;
#[cfg(test)]
mod upgrades;
mod users;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::base::{Error, Kind, Result, Said};
use crate::say;

pub use audit::{AuditAsk, Break, Verified};
pub use background::Background;
pub use clocks::{Closing, Removed};
pub use files::{BeingWritten, Change, FileState, KnownFile, Outcome, PathReading, Seen, UnreadableClaim};
pub use keys::{StatedPurpose, Token};
pub use photos::{Photo, keep_photo, photo};
pub use quarantine::{Ignored, Quarantined};
pub use recordings::{Claimed, FileOfRecording, Listed, RecordingRow};
pub use retention::Forgotten;
pub use sessions::Session;
pub use summary::{CameraSummary, Presence};
pub use thumbnails::{ThumbnailPlace, ThumbnailSet};
pub use traces::NotAdded;
pub use users::{Account, UserChange};

/// The store's file in the data folder.
pub const FILE: &str = "truyvet.db";

/// The store, open.
pub struct Store {
    db: Connection,
    file: PathBuf,
}

impl Store {
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

/// Which of our kinds an SQLite error is. Only what the file itself is to blame for is damage.
fn failed(file: &Path, error: rusqlite::Error) -> Error {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase};
    let shown = file.display();
    // What we wrote ourselves can be read; bytes that cannot were changed by somebody else.
    if matches!(
        error,
        FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..)
    ) {
        return Error::caused_by(Kind::State, damaged(file), error);
    }
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => Error::caused_by(Kind::State, damaged(file), error),
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

/// That the file is to blame. What can be restored is said by who knows the data folder (`fsck::advice`).
fn damaged(file: &Path) -> Said {
    let shown = file.display();
    say!("kho dữ liệu {shown} bị hỏng", "the store {shown} is damaged")
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
