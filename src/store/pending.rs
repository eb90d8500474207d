//! What the index still has to be told, and what it should hold.

use rusqlite::params;

use super::Store;
use super::recordings::{SEARCHED, searched};
use crate::base::Result;
use crate::model::{Recording, RecordingId};

impl Store {
    /// Up to `limit` recordings that the index may not show as they are: those to put, and (`None`) those to remove since no
    /// file holds them any more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn pending(&self, limit: usize) -> Result<Vec<(RecordingId, Option<Recording>)>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT {SEARCHED}, EXISTS (SELECT 1 FROM file WHERE recording = recording.id AND state <> 'gone') AS present
                 FROM recording WHERE index_pending = 1 LIMIT ?"
            ))?;
            let rows = statement.query_map([limit as u64], |row| {
                let recording = searched(row)?;
                let present: bool = row.get("present")?;
                Ok((recording.id.clone(), present.then_some(recording)))
            })?;
            rows.collect()
        })
    }

    /// Notes that the index has committed these; their files are indexed.
    ///
    /// # Errors
    /// When the store fails; the index will be told again, which changes nothing.
    pub fn mark_indexed(&mut self, ids: &[RecordingId]) -> Result<()> {
        self.write(|tx| {
            ids.iter().try_for_each(|id| {
                tx.prepare_cached("UPDATE recording SET index_pending = 0 WHERE id = ?")?.execute([&id.0])?;
                tx.prepare_cached("UPDATE file SET state = 'indexed' WHERE recording = ? AND state = 'listed'")?
                    .execute([&id.0])
                    .map(drop)
            })
        })
    }

    /// Marks every recording as pending: the index is to be made anew.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_all_pending(&mut self) -> Result<()> {
        self.write(|tx| tx.execute("UPDATE recording SET index_pending = 1 WHERE index_pending = 0", []).map(drop))
    }

    /// Marks every recording that has a file as indexed: the index was made anew from all of them.
    ///
    /// # Errors
    /// When the store fails; the index will be told again, which changes nothing.
    pub fn mark_all_indexed(&mut self) -> Result<()> {
        self.write(|tx| {
            tx.execute("UPDATE recording SET index_pending = 0 WHERE index_pending = 1", [])?;
            tx.execute("UPDATE file SET state = 'indexed' WHERE state = 'listed'", []).map(drop)
        })
    }

    /// Up to `limit` recordings that have a file, by id, after the one given: for making the index anew.
    ///
    /// # Errors
    /// When the store fails.
    pub fn present_after(&self, after: Option<&RecordingId>, limit: usize) -> Result<Vec<Recording>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT {SEARCHED} FROM recording WHERE id > ?1
                 AND EXISTS (SELECT 1 FROM file WHERE recording = recording.id AND state <> 'gone') ORDER BY id LIMIT ?2"
            ))?;
            let rows = statement.query_map(params![after.map_or("", |id| id.0.as_str()), limit as u64], searched)?;
            rows.collect()
        })
    }

    /// How many recordings have a file: what the index should hold.
    ///
    /// # Errors
    /// When the store fails.
    pub fn present_count(&self) -> Result<u64> {
        self.read(|db| {
            db.query_row(
                "SELECT count(*) FROM recording WHERE EXISTS
                    (SELECT 1 FROM file WHERE recording = recording.id AND state <> 'gone')",
                [],
                |row| row.get(0),
            )
        })
    }

    /// How many recordings the index may not show as they are.
    ///
    /// # Errors
    /// When the store fails.
    pub fn pending_count(&self) -> Result<u64> {
        self.read(|db| db.query_row("SELECT count(*) FROM recording WHERE index_pending = 1", [], |row| row.get(0)))
    }

    /// The ids of all recordings that the index should hold, in order.
    ///
    /// # Errors
    /// When the store fails.
    pub fn present_ids(&self) -> Result<Vec<RecordingId>> {
        self.read(|db| {
            let mut statement = db.prepare(
                "SELECT id FROM recording WHERE EXISTS
                    (SELECT 1 FROM file WHERE recording = recording.id AND state <> 'gone') ORDER BY id",
            )?;
            let rows = statement.query_map([], |row| row.get(0).map(RecordingId))?;
            rows.collect()
        })
    }
}
