//! What people decide about quarantined files: try them now, leave them alone, take that back.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::Store;
use crate::base::Result;

/// That somebody decided to leave a file alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why, where that was told.
    pub reason: Option<String>,
}

/// Reads the columns `ignored_us, ignored_by, ignored_reason` from the one given on.
pub(super) fn ignored(row: &Row<'_>, from: usize) -> rusqlite::Result<Option<Ignored>> {
    let Some(at) = row.get::<_, Option<i64>>(from)? else { return Ok(None) };
    let by: Option<String> = row.get(from + 1)?;
    Ok(Some(Ignored {
        at: Timestamp::from_microsecond(at).unwrap_or_default(),
        by: by.unwrap_or_default(),
        reason: row.get(from + 2)?,
    }))
}

impl Store {
    /// Whether a file is in quarantine, and whether it is left alone there: `None` where it is not in quarantine.
    ///
    /// # Errors
    /// When the store fails.
    pub fn quarantined_at(&self, folder: &str, path: &[u8]) -> Result<Option<Option<Ignored>>> {
        self.read(|db| {
            db.query_row(
                "SELECT ignored_us, ignored_by, ignored_reason FROM file
                 WHERE folder = ? AND path = ? AND state = 'quarantined'",
                params![folder, path],
                |row| ignored(row, 0),
            )
            .optional()
        })
    }

    /// Makes a quarantined file due at once, or all of them; not those that are left alone. Says how many.
    ///
    /// # Errors
    /// When the store fails; then none was changed.
    pub fn retry(&mut self, file: Option<(&str, &[u8])>, now: Timestamp) -> Result<u64> {
        let now = now.as_microsecond();
        self.write(|tx| {
            let changed = match file {
                Some((folder, path)) => tx.execute(
                    "UPDATE file SET next_try_us = ?3 WHERE folder = ?1 AND path = ?2 AND state = 'quarantined'
                     AND ignored_us IS NULL",
                    params![folder, path, now],
                )?,
                None => tx.execute(
                    "UPDATE file SET next_try_us = ?1 WHERE state = 'quarantined' AND ignored_us IS NULL",
                    [now],
                )?,
            };
            Ok(changed as u64)
        })
    }

    /// Leaves a quarantined file alone while its size and modification time stay. Says whether there was such a file.
    ///
    /// # Errors
    /// When the store fails; then nothing was changed.
    pub fn ignore(&mut self, folder: &str, path: &[u8], ignored: &Ignored) -> Result<bool> {
        self.write(|tx| {
            tx.execute(
                "UPDATE file SET next_try_us = NULL, ignored_us = ?3, ignored_by = ?4, ignored_reason = ?5
                 WHERE folder = ?1 AND path = ?2 AND state = 'quarantined'",
                params![folder, path, ignored.at.as_microsecond(), ignored.by, ignored.reason],
            )
            .map(|changed| changed > 0)
        })
    }

    /// Takes it back that a file is left alone; it is due at once. Says whether one was.
    ///
    /// # Errors
    /// When the store fails; then nothing was changed.
    pub fn unignore(&mut self, folder: &str, path: &[u8], now: Timestamp) -> Result<bool> {
        self.write(|tx| {
            tx.execute(
                "UPDATE file SET next_try_us = ?3, ignored_us = NULL, ignored_by = NULL, ignored_reason = NULL
                 WHERE folder = ?1 AND path = ?2 AND state = 'quarantined' AND ignored_us IS NOT NULL",
                params![folder, path, now.as_microsecond()],
            )
            .map(|changed| changed > 0)
        })
    }
}
