//! What the nightly report counts on: how fast sampling goes, and which recordings were timed anew.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::Store;
use super::recordings::Listed;
use crate::base::Result;
use crate::model::RecordingId;

/// The pace is that of about so many recordings sampled last.
const REMEMBERED: f64 = 2_000.0;

impl Store {
    /// Notes that sampling so many recordings took so many seconds of the clock on the wall.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_sampling(&mut self, recordings: usize, seconds: f64) -> Result<()> {
        let fades = (-(recordings as f64) / REMEMBERED).exp();
        self.write(|tx| {
            tx.execute(
                "INSERT INTO sampling_pace (only_row, recordings, seconds) VALUES (1, ?1, ?2)
                 ON CONFLICT (only_row) DO UPDATE SET recordings = recordings * ?3 + ?1, seconds = seconds * ?3 + ?2",
                params![recordings as f64, seconds.max(0.0), fades],
            )
            .map(drop)
        })
    }

    /// Seconds that sampling a recording takes here, as measured lately; `None` where none was ever sampled.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sampling_pace(&self) -> Result<Option<f64>> {
        self.read(|db| {
            db.query_row("SELECT seconds / recordings FROM sampling_pace WHERE recordings > 0", [], |row| row.get(0))
                .optional()
        })
    }

    /// How many of a camera's recordings were timed anew, after an instant where one is given.
    ///
    /// # Errors
    /// When the store fails.
    pub fn retimed(&self, camera: &str, after: Option<Timestamp>) -> Result<u64> {
        let after = after.map_or(i64::MIN, Timestamp::as_microsecond);
        self.read(|db| {
            db.query_row("SELECT count(*) FROM retimed WHERE camera = ? AND at_us > ?", params![camera, after], |row| {
                row.get(0)
            })
        })
    }
}

/// Notes that a recording is timed anew, where its start changes; to be called before it is replaced.
pub(super) fn note_retimed(
    tx: &Transaction<'_>,
    id: &RecordingId,
    listed: &Listed,
    now: Timestamp,
) -> rusqlite::Result<()> {
    tx.execute(
        "INSERT OR REPLACE INTO retimed (recording, camera, at_us, from_us)
         SELECT id, ?2, ?3, start_us FROM recording WHERE id = ?1 AND start_us <> ?4",
        params![id.0, listed.camera, now.as_microsecond(), listed.span.start.as_micros()],
    )
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_follows_what_was_measured_last() {
        let data = tempfile::tempdir().unwrap();
        let mut store = Store::open(data.path()).unwrap();
        assert_eq!(store.sampling_pace().unwrap(), None);
        store.note_sampling(32, 16.0).unwrap();
        assert_eq!(store.sampling_pace().unwrap(), Some(0.5));
        for _ in 0..500 {
            store.note_sampling(32, 64.0).unwrap();
        }
        let pace = store.sampling_pace().unwrap().unwrap();
        assert!((1.99..2.0).contains(&pace), "{pace}");
    }

    #[test]
    fn a_clock_that_stood_still_makes_no_pace_that_is_not_a_number() {
        let data = tempfile::tempdir().unwrap();
        let mut store = Store::open(data.path()).unwrap();
        store.note_sampling(0, 1.0).unwrap();
        assert_eq!(store.sampling_pace().unwrap(), None);
        store.note_sampling(1, -1.0).unwrap();
        assert!(store.sampling_pace().unwrap().unwrap().is_finite());
    }
}
