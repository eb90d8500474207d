//! Where a recording's sampled thumbnails lie in the reels.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::{Store, bad_json};
use crate::base::Result;
use crate::model::{RecordingId, Unreadable};

/// Where one thumbnail lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The recordings that were never sampled, the latest first; of some cameras only, where named.
    ///
    /// # Errors
    /// When the store fails.
    pub fn without_thumbnails(&self, cameras: Option<&[String]>) -> Result<Vec<RecordingId>> {
        self.read(|db| {
            let mut statement = db.prepare(
                "SELECT id, camera FROM recording WHERE NOT EXISTS (SELECT 1 FROM thumbnails WHERE recording = recording.id)
                 AND EXISTS (SELECT 1 FROM file WHERE recording = recording.id AND state <> 'gone')
                 ORDER BY start_us DESC, id",
            )?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
            rows.filter(|row| {
                row.as_ref().map_or(true, |(_, camera)| cameras.is_none_or(|named| named.contains(camera)))
            })
            .map(|row| row.map(|(id, _)| RecordingId(id)))
            .collect()
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
