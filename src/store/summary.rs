//! Answers about many recordings at once: what is there of a camera, and what was there and is gone.

use rusqlite::params;

use super::Store;
use crate::base::Result;
use crate::model::{CameraSpan, CameraTime};

/// What the store holds of a camera.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CameraSummary {
    /// Recordings whose file is there.
    pub recordings: u64,
    /// Start of the oldest of them.
    pub oldest: Option<CameraTime>,
    /// End of the latest of them.
    pub latest_end: Option<CameraTime>,
    /// Recordings whose file is gone.
    pub gone: u64,
    /// Bytes of files that are there.
    pub bytes: u64,
    /// Recordings that carry a conflict of times.
    pub conflicts: u64,
    /// Recordings not sampled yet.
    pub without_thumbnails: u64,
}

/// Whether a recording's file is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    There,
    /// It was seen once, and is gone.
    Gone,
}

impl Store {
    /// What the store holds of a camera.
    ///
    /// # Errors
    /// When the store fails.
    pub fn summary(&self, camera: &str) -> Result<CameraSummary> {
        self.read(|db| {
            db.query_row(
                "WITH mine AS (
                    SELECT r.*, EXISTS (SELECT 1 FROM file f WHERE f.recording = r.id AND f.state <> 'gone') AS there
                    FROM recording r WHERE camera = ?1)
                 SELECT coalesce(sum(there), 0), min(CASE WHEN there THEN start_us END), max(CASE WHEN there THEN end_us END),
                    coalesce(sum(NOT there), 0),
                    (SELECT coalesce(sum(size), 0) FROM file WHERE camera = ?1 AND state <> 'gone'),
                    coalesce(sum(there AND doubts LIKE '%\"time_conflict\"%'), 0),
                    (SELECT count(*) FROM unsampled WHERE camera = ?1)
                 FROM mine",
                [camera],
                |row| {
                    Ok(CameraSummary {
                        recordings: row.get(0)?,
                        oldest: row.get::<_, Option<i64>>(1)?.map(CameraTime::from_micros),
                        latest_end: row.get::<_, Option<i64>>(2)?.map(CameraTime::from_micros),
                        gone: row.get(3)?,
                        bytes: row.get(4)?,
                        conflicts: row.get(5)?,
                        without_thumbnails: row.get(6)?,
                    })
                },
            )
        })
    }

    /// The spans of a camera's recordings that touch a span, by start.
    ///
    /// # Errors
    /// When the store fails.
    pub fn spans(&self, camera: &str, within: &CameraSpan, presence: Presence) -> Result<Vec<CameraSpan>> {
        let there = presence == Presence::There;
        self.read(|db| {
            // Most cameras have nothing that is gone: then not every recording need be held against its files.
            let gone =
                "SELECT EXISTS (SELECT 1 FROM file WHERE state = 'gone' AND recording IS NOT NULL AND camera = ?1)
                OR EXISTS (SELECT 1 FROM recording WHERE forsaken_us IS NOT NULL AND camera = ?1)";
            if !there && !db.prepare_cached(gone)?.query_row([camera], |row| row.get::<_, bool>(0))? {
                return Ok(Vec::new());
            }
            let mut statement = db.prepare_cached(
                "SELECT start_us, end_us FROM recording r WHERE camera = ?1 AND start_us < ?3 AND end_us >= ?2
                 AND EXISTS (SELECT 1 FROM file f WHERE f.recording = r.id AND f.state <> 'gone') = ?4
                 ORDER BY start_us",
            )?;
            let rows = statement
                .query_map(params![camera, within.start.as_micros(), within.end.as_micros(), there], |row| {
                    Ok(CameraSpan::new(CameraTime::from_micros(row.get(0)?), CameraTime::from_micros(row.get(1)?)))
                })?;
            rows.collect()
        })
    }
}
