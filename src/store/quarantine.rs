//! Files in quarantine, and what people decide about them: try them now, leave them alone, take that back.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

use super::{Store, audit, unknown_word};
use crate::base::Result;
use crate::model::{Act, Actor, CameraTime, Deed, Fault, Unreadable};

/// A file in quarantine.
#[derive(Clone, Debug)]
pub struct Quarantined {
    /// Its number among all files.
    pub number: i64,
    /// Names the footage folder.
    pub folder: String,
    /// Path below the folder.
    pub path: Vec<u8>,
    /// The camera that wrote it, where the path tells.
    pub camera: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Why.
    pub why: Unreadable,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is to be tried again; `None` while it is left alone.
    pub next_try: Option<Timestamp>,
    /// What its path claims.
    pub claimed: Option<(CameraTime, Option<CameraTime>)>,
    /// That somebody decided to leave it alone.
    pub ignored: Option<Ignored>,
}

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
    /// Every file in quarantine, by folder and path.
    ///
    /// # Errors
    /// When the store fails.
    pub fn quarantine(&self) -> Result<Vec<Quarantined>> {
        self.read(|db| {
            let mut statement = db.prepare(
                "SELECT folder, path, camera, size, fault, detail, attempts, next_try_us, claimed_start_us,
                    claimed_end_us, ignored_us, ignored_by, ignored_reason, id
                 FROM file WHERE state = 'quarantined' ORDER BY folder, path",
            )?;
            let rows = statement.query_map([], |row| {
                let word: String = row.get(4)?;
                let fault = Fault::from_word(&word).ok_or_else(|| unknown_word("file.fault", &word))?;
                let start: Option<i64> = row.get(8)?;
                let end: Option<i64> = row.get(9)?;
                Ok(Quarantined {
                    number: row.get(13)?,
                    folder: row.get(0)?,
                    path: row.get(1)?,
                    camera: row.get(2)?,
                    size: row.get(3)?,
                    why: Unreadable::new(fault, row.get::<_, String>(5)?),
                    attempts: row.get(6)?,
                    next_try: row.get::<_, Option<i64>>(7)?.and_then(|us| Timestamp::from_microsecond(us).ok()),
                    claimed: start.map(|s| (CameraTime::from_micros(s), end.map(CameraTime::from_micros))),
                    ignored: ignored(row, 10)?,
                })
            })?;
            rows.collect()
        })
    }

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
    pub fn retry(&mut self, file: Option<(&str, &[u8])>, now: Timestamp, actor: &Actor) -> Result<u64> {
        let (at, now) = (now, now.as_microsecond());
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
            audit::add(tx, &deed(actor, "retry", file), at)?;
            Ok(changed as u64)
        })
    }

    /// Leaves a quarantined file alone while its size and modification time stay. Says whether there was such a file.
    ///
    /// # Errors
    /// When the store fails; then nothing was changed.
    pub fn ignore(&mut self, folder: &str, path: &[u8], ignored: &Ignored, actor: &Actor) -> Result<bool> {
        self.write(|tx| {
            let changed = tx.execute(
                "UPDATE file SET next_try_us = NULL, ignored_us = ?3, ignored_by = ?4, ignored_reason = ?5
                 WHERE folder = ?1 AND path = ?2 AND state = 'quarantined'",
                params![folder, path, ignored.at.as_microsecond(), ignored.by, ignored.reason],
            )?;
            if changed > 0 {
                audit::add(tx, &deed(actor, "ignore", Some((folder, path))), ignored.at)?;
            }
            Ok(changed > 0)
        })
    }

    /// Takes it back that a file is left alone; it is due at once. Says whether one was.
    ///
    /// # Errors
    /// When the store fails; then nothing was changed.
    pub fn unignore(&mut self, folder: &str, path: &[u8], now: Timestamp, actor: &Actor) -> Result<bool> {
        self.write(|tx| {
            let changed = tx.execute(
                "UPDATE file SET next_try_us = ?3, ignored_us = NULL, ignored_by = NULL, ignored_reason = NULL
                 WHERE folder = ?1 AND path = ?2 AND state = 'quarantined' AND ignored_us IS NOT NULL",
                params![folder, path, now.as_microsecond()],
            )?;
            if changed > 0 {
                audit::add(tx, &deed(actor, "unignore", Some((folder, path))), now)?;
            }
            Ok(changed > 0)
        })
    }
}

fn deed(actor: &Actor, what: &str, file: Option<(&str, &[u8])>) -> Deed {
    let file = file.map(|(folder, path)| json!({ "folder": folder, "path": String::from_utf8_lossy(path) }));
    Deed::new(actor.clone(), Act::Quarantine, json!({ "what": what, "file": file }))
}
