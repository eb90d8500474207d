//! Where a recording's sampled thumbnails lie in the reels.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Store, bad_json};
use crate::base::Result;
use crate::model::{RecordingId, Unreadable};

/// Where one thumbnail lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ThumbnailPlace {
    /// Presentation time of its keyframe, microseconds.
    pub pts_us: i64,
    /// The reel's name.
    pub reel: String,
    /// Byte of the entry in the reel.
    pub offset: u64,
    /// Bytes of the entry.
    pub length: u32,
    /// Mean luma, 0 to 255.
    pub mean: u8,
    /// Change from the thumbnail before, 0 to 255.
    pub change: u8,
}

/// What became of a recording's thumbnails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThumbnailSet {
    /// Where they lie, by presentation time.
    pub places: Vec<ThumbnailPlace>,
    /// Why there are none, as the word of the fault and its details.
    pub failed: Option<(String, String)>,
}

impl Store {
    /// The recordings whose turn it is to be sampled, at most so many: those that a search touched first, the latest touched
    /// before others, then the latest recorded. Of some cameras only, where named. What is still being written waits.
    ///
    /// # Errors
    /// When the store fails.
    pub fn next_to_sample(&self, cameras: Option<&[String]>, most: usize) -> Result<Vec<RecordingId>> {
        let named = serde_json::to_string(&cameras).unwrap_or_default();
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT recording FROM unsampled
                 WHERE (?1 = 'null' OR camera IN (SELECT value FROM json_each(?1)))
                   AND NOT EXISTS (SELECT 1 FROM file WHERE recording = unsampled.recording AND growing = 1)
                 ORDER BY wanted_us DESC, start_us DESC, recording LIMIT ?2",
            )?;
            let rows = statement.query_map(params![named, most as u64], |row| row.get(0).map(RecordingId))?;
            rows.collect()
        })
    }

    /// How many recordings were never sampled; of some cameras only, where named.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unsampled(&self, cameras: Option<&[String]>) -> Result<u64> {
        let named = serde_json::to_string(&cameras).unwrap_or_default();
        self.read(|db| {
            db.prepare_cached(
                "SELECT count(*) FROM unsampled WHERE ?1 = 'null' OR camera IN (SELECT value FROM json_each(?1))",
            )?
            .query_row([named], |row| row.get(0))
        })
    }

    /// Notes that somebody's search touched these recordings, so that they are sampled before all others.
    ///
    /// # Errors
    /// When the store fails.
    pub fn want(&mut self, ids: &[RecordingId], now: Timestamp) -> Result<()> {
        self.write(|tx| {
            let mut statement = tx.prepare_cached("UPDATE unsampled SET wanted_us = ?2 WHERE recording = ?1")?;
            ids.iter().try_for_each(|id| statement.execute(params![id.0, now.as_microsecond()]).map(drop))
        })
    }

    /// Saves where a recording's thumbnails lie. Their bytes must be safe on disk already.
    ///
    /// # Errors
    /// When the store fails.
    pub fn save_thumbnails(
        &mut self,
        id: &RecordingId,
        result: &Result<Vec<ThumbnailPlace>, Unreadable>,
    ) -> Result<()> {
        self.write(|tx| {
            let (places, failed) = match result {
                Ok(places) => (serde_json::to_string(places).map_err(bad_json)?, None),
                Err(why) => ("[]".to_owned(), Some(why)),
            };
            // Not replaced: the triggers that count each reel's recordings must see the old row go.
            tx.execute("DELETE FROM thumbnails WHERE recording = ?", [&id.0])?;
            tx.execute(
                "INSERT INTO thumbnails (recording, places, fault, detail) VALUES (?1, ?2, ?3, ?4)",
                params![id.0, places, failed.map(|w| w.fault.as_str()), failed.map(|w| &w.detail)],
            )
            .map(drop)
        })
    }

    /// A recording's thumbnails; `None` where it was never sampled.
    ///
    /// # Errors
    /// When the store fails.
    pub fn thumbnails(&self, id: &RecordingId) -> Result<Option<ThumbnailSet>> {
        self.read(|db| {
            db.query_row("SELECT places, fault, detail FROM thumbnails WHERE recording = ?", [&id.0], |row| {
                let places: String = row.get(0)?;
                let fault: Option<String> = row.get(1)?;
                let detail: Option<String> = row.get(2)?;
                Ok(ThumbnailSet {
                    places: serde_json::from_str(&places).map_err(bad_json)?,
                    failed: fault.map(|fault| (fault, detail.unwrap_or_default())),
                })
            })
            .optional()
        })
    }

    /// The thumbnails of many recordings at once; those that were never sampled, or could not be, are not among them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn thumbnails_of(&self, ids: &[RecordingId]) -> Result<HashMap<RecordingId, Vec<ThumbnailPlace>>> {
        let ids = serde_json::to_string(ids).unwrap_or_default();
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT recording, places FROM json_each(?1) JOIN thumbnails ON recording = value WHERE places <> '[]'",
            )?;
            let rows = statement.query_map([ids], |row| {
                let places: String = row.get(1)?;
                Ok((RecordingId(row.get(0)?), serde_json::from_str(&places).map_err(bad_json)?))
            })?;
            rows.collect()
        })
    }

    /// Forgets these recordings' thumbnails, so that they are taken again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_thumbnails(&mut self, ids: &[RecordingId]) -> Result<()> {
        self.write(|tx| {
            ids.iter().try_for_each(|id| tx.execute("DELETE FROM thumbnails WHERE recording = ?", [&id.0]).map(drop))
        })
    }

    /// Every recording's thumbnails, for checking them against the reels.
    ///
    /// # Errors
    /// When the store fails.
    pub fn all_thumbnails(&self) -> Result<Vec<(RecordingId, Vec<ThumbnailPlace>)>> {
        self.read(|db| {
            let mut statement = db.prepare("SELECT recording, places FROM thumbnails ORDER BY recording")?;
            let rows = statement.query_map([], |row| {
                let places: String = row.get(1)?;
                Ok((RecordingId(row.get(0)?), serde_json::from_str(&places).map_err(bad_json)?))
            })?;
            rows.collect()
        })
    }
}
