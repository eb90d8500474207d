//! Forgetting what was derived from footage that is long gone, and when that was last done.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::Store;
use crate::base::Result;

/// What was forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Rows of files that were gone.
    pub files: u64,
    /// Recordings that no file held any more, with their claims of time and their thumbnails' places.
    pub recordings: u64,
}

impl Store {
    /// Forgets up to `limit` files that are gone since before an instant, and the recordings that no row of a file holds
    /// then; only in these folders, and only recordings that left the index already. Nothing is found twice: call it again
    /// until it says nothing.
    ///
    /// # Errors
    /// When the store fails; then nothing was forgotten by this call.
    pub fn forget_gone(&mut self, folders: &[String], before: Timestamp, limit: usize) -> Result<Forgotten> {
        let folders = serde_json::Value::from(folders).to_string();
        self.write(|tx| {
            // A file gone before it came tells of a clock that was wrong then: its age is not known.
            let rows: Vec<(i64, Option<String>)> = tx
                .prepare(
                    "SELECT id, recording FROM file WHERE state = 'gone' AND gone_us < ?1 AND gone_us >= first_seen_us
                     AND folder IN (SELECT value FROM json_each(?2))
                     AND NOT EXISTS (SELECT 1 FROM recording r WHERE r.id = file.recording AND r.index_pending = 1)
                     ORDER BY gone_us LIMIT ?3",
                )?
                .query_map(params![before.as_microsecond(), folders, limit as u64], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?
                .collect::<rusqlite::Result<_>>()?;
            let mut forgotten = Forgotten { files: rows.len() as u64, recordings: 0 };
            for (file, _) in &rows {
                tx.prepare_cached("DELETE FROM file WHERE id = ?")?.execute([file])?;
            }
            for id in rows.iter().filter_map(|(_, recording)| recording.as_ref()) {
                forgotten.recordings += u64::from(forget_if_without_file(tx, id)?);
            }
            Ok(forgotten)
        })
    }

    /// The same for recordings whose path began to hold other content before an instant, and which no other file holds.
    ///
    /// # Errors
    /// When the store fails; then nothing was forgotten by this call.
    pub fn forget_forsaken(&mut self, cameras: &[String], before: Timestamp, limit: usize) -> Result<Forgotten> {
        let cameras = serde_json::Value::from(cameras).to_string();
        self.write(|tx| {
            let ids: Vec<String> = tx
                .prepare(
                    "SELECT id FROM recording WHERE forsaken_us < ?1 AND index_pending = 0
                     AND camera IN (SELECT value FROM json_each(?2))
                     AND NOT EXISTS (SELECT 1 FROM file WHERE recording = recording.id) LIMIT ?3",
                )?
                .query_map(params![before.as_microsecond(), cameras, limit as u64], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let mut forgotten = Forgotten::default();
            for id in &ids {
                forgotten.recordings += u64::from(forget_if_without_file(tx, id)?);
            }
            Ok(forgotten)
        })
    }

    /// Reels that held thumbnails and of which none is known any more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unused_reels(&self) -> Result<Vec<String>> {
        self.read(|db| {
            let mut statement = db.prepare("SELECT name FROM reel WHERE recordings = 0 ORDER BY name")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            rows.collect()
        })
    }

    /// Notes that an unused reel was deleted.
    ///
    /// # Errors
    /// When the store fails; then the reel will be found unused again.
    pub fn note_reel_deleted(&mut self, name: &str) -> Result<()> {
        self.write(|tx| tx.execute("DELETE FROM reel WHERE name = ? AND recordings = 0", [name]).map(drop))
    }

    /// When a piece of upkeep was last done.
    ///
    /// # Errors
    /// When the store fails.
    pub fn upkeep(&self, task: &str) -> Result<Option<Timestamp>> {
        self.read(|db| {
            db.query_row("SELECT done_us FROM upkeep WHERE task = ?", [task], |row| row.get::<_, i64>(0)).optional()
        })
        .map(|us| us.and_then(|us| Timestamp::from_microsecond(us).ok()))
    }

    /// Notes that a piece of upkeep was done.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_upkeep(&mut self, task: &str, now: Timestamp) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO upkeep (task, done_us) VALUES (?, ?)",
                params![task, now.as_microsecond()],
            )
            .map(drop)
        })
    }
}

fn forget_if_without_file(tx: &Transaction<'_>, id: &str) -> rusqlite::Result<bool> {
    let held: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM file WHERE recording = ?)")?
        .query_row([id], |row| row.get(0))?;
    if held {
        return Ok(false);
    }
    tx.prepare_cached("DELETE FROM time_claim WHERE recording = ?")?.execute([id])?;
    tx.prepare_cached("DELETE FROM thumbnails WHERE recording = ?")?.execute([id])?;
    // A recording that two of the forgotten files held is counted once.
    Ok(tx.prepare_cached("DELETE FROM recording WHERE id = ?")?.execute([id])? > 0)
}
