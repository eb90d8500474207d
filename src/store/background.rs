//! Each camera's own background: what its activity is measured against, and how long its recordings usually are.

use std::collections::HashMap;

use rusqlite::params;

use super::Store;
use crate::base::Result;

/// How many of a camera's latest recordings make its background.
const LATEST: u32 = 500;

/// A camera's background.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Background {
    /// Bytes per second between keyframes when nothing moves.
    pub quiet_rate: f64,
    /// The same when much moves; > `quiet_rate`.
    pub busy_rate: f64,
    /// The usual length of a recording, microseconds.
    pub typical_us: i64,
}

impl Store {
    /// Works out the backgrounds of some cameras from their latest recordings. The result depends on what is in the store
    /// alone, not on the order in which it came.
    ///
    /// # Errors
    /// When the store fails.
    pub fn refresh_backgrounds(&mut self, cameras: &[String]) -> Result<()> {
        self.write(|tx| {
            for camera in cameras {
                let rows: Vec<(f64, f64, i64)> = tx
                    .prepare(
                        "SELECT quiet_rate, busy_rate, end_us - start_us FROM recording
                         WHERE camera = ?1 AND quiet_rate IS NOT NULL AND busy_rate IS NOT NULL
                         ORDER BY start_us DESC, id LIMIT ?2",
                    )?
                    .query_map(params![camera, LATEST], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                    .collect::<rusqlite::Result<_>>()?;
                let pick = |part: f64, value: fn(&(f64, f64, i64)) -> f64| {
                    let mut values: Vec<f64> = rows.iter().map(value).collect();
                    values.sort_by(f64::total_cmp);
                    values.get(((values.len().saturating_sub(1)) as f64 * part).round() as usize).copied()
                };
                let (Some(quiet), Some(busy), Some(typical)) =
                    (pick(0.5, |r| r.0), pick(0.9, |r| r.1), pick(0.5, |r| r.2 as f64))
                else {
                    continue;
                };
                tx.execute(
                    "INSERT OR REPLACE INTO background (camera, quiet_rate, busy_rate, typical_us) VALUES (?1, ?2, ?3, ?4)",
                    params![camera, quiet, busy, typical as i64],
                )?;
            }
            Ok(())
        })
    }

    /// The backgrounds of all cameras that have one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn backgrounds(&self) -> Result<HashMap<String, Background>> {
        self.read(|db| {
            let mut statement = db.prepare("SELECT camera, quiet_rate, busy_rate, typical_us FROM background")?;
            let rows = statement.query_map([], |row| {
                let background =
                    Background { quiet_rate: row.get(1)?, busy_rate: row.get(2)?, typical_us: row.get(3)? };
                Ok((row.get(0)?, background))
            })?;
            rows.collect()
        })
    }
}
