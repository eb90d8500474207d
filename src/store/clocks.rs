//! Rows of clock checks. None is ever deleted: one that was taken back says so.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Row, Transaction, params};
use serde_json::json;

use super::{Store, audit, unknown_word};
use crate::base::Result;
use crate::model::{Act, Actor, CameraTime, CheckMethod, ClockCheck, Deed, TrueTime};

/// That a check was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why, where that was told.
    pub reason: Option<String>,
}

/// When a file's writing was last seen, beside what its recording claims: evidence about the camera's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The start that the path claims.
    pub start: CameraTime,
    /// The end: the one that the path claims, else the start and the video's length.
    pub end: CameraTime,
    /// When the file was last written to, by our clock or the file server's.
    pub modified: TrueTime,
    /// Whether our own system (or the file server) set that: the file's inode did not change much later.
    pub ours: bool,
    /// Bytes.
    pub size: u64,
}

/// A modification time that lies so long before the change of the inode, microseconds, was brought along.
const BROUGHT_US: i64 = 60_000_000;

const COLUMNS: &str = "id, camera, shown_us, truth_us, uncertainty_s, method, by_whom, photo, note, made_us";

fn check(row: &Row<'_>) -> rusqlite::Result<ClockCheck> {
    let method: String = row.get(5)?;
    Ok(ClockCheck {
        id: row.get(0)?,
        camera: row.get(1)?,
        shown: CameraTime::from_micros(row.get(2)?),
        truth: TrueTime::from_micros(row.get(3)?),
        uncertainty_s: row.get(4)?,
        method: CheckMethod::from_word(&method).ok_or_else(|| unknown_word("clock_check.method", &method))?,
        by: row.get(6)?,
        photo: row.get(7)?,
        note: row.get(8)?,
        made_at: Timestamp::from_microsecond(row.get(9)?).unwrap_or_default(),
    })
}

impl Store {
    /// Saves checks, all or none; gives their numbers.
    ///
    /// # Errors
    /// When the store fails.
    pub fn add_clock_checks(&mut self, checks: &[ClockCheck], actor: &Actor) -> Result<Vec<i64>> {
        self.write(|tx| add(tx, checks, actor))
    }

    /// Takes a check back. `false` where there is no such check, or it was taken back before.
    ///
    /// # Errors
    /// When the store fails.
    pub fn remove_clock_check(&mut self, id: i64, removed: &Removed, actor: &Actor) -> Result<bool> {
        self.write(|tx| take_back(tx, &[id], removed, actor)).map(|changed| changed > 0)
    }

    /// Puts checks in the place of others, which are taken back; all or nothing. Gives the numbers of the new ones.
    ///
    /// # Errors
    /// When the store fails.
    pub fn replace_clock_checks(
        &mut self,
        checks: &[ClockCheck],
        old: &[i64],
        removed: &Removed,
        actor: &Actor,
    ) -> Result<Vec<i64>> {
        self.write(|tx| {
            take_back(tx, old, removed, actor)?;
            add(tx, checks, actor)
        })
    }

    /// Every check that holds, by camera and true time.
    ///
    /// # Errors
    /// When the store fails.
    pub fn clock_checks(&self) -> Result<Vec<ClockCheck>> {
        self.read(|db| {
            let mut statement = db.prepare(&format!(
                "SELECT {COLUMNS} FROM clock_check WHERE removed_us IS NULL ORDER BY camera, truth_us, id"
            ))?;
            let rows = statement.query_map([], check)?;
            rows.collect()
        })
    }

    /// How many checks were ever entered, and how many of them were taken back: another number means another clock somewhere.
    ///
    /// # Errors
    /// When the store fails.
    pub fn count_clock_checks(&self) -> Result<(u64, u64)> {
        self.read(|db| {
            db.query_row("SELECT count(*), count(removed_us) FROM clock_check", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
        })
    }

    /// Every check that was taken back, in the order of that.
    ///
    /// # Errors
    /// When the store fails.
    pub fn removed_clock_checks(&self) -> Result<Vec<(ClockCheck, Removed)>> {
        self.read(|db| {
            let mut statement = db.prepare(&format!(
                "SELECT {COLUMNS}, removed_us, removed_by, removed_reason FROM clock_check
                 WHERE removed_us IS NOT NULL ORDER BY removed_us, id"
            ))?;
            let rows = statement.query_map([], |row| {
                let removed = Removed {
                    at: Timestamp::from_microsecond(row.get(10)?).unwrap_or_default(),
                    by: row.get::<_, Option<String>>(11)?.unwrap_or_default(),
                    reason: row.get(12)?,
                };
                Ok((check(row)?, removed))
            })?;
            rows.collect()
        })
    }

    /// When a camera's files were last written to, beside the times that their own paths claim, by claimed start. Only files
    /// that are there and whose name tells the time; those written within so long of the camera's last.
    ///
    /// # Errors
    /// When the store fails.
    pub fn closings(&self, camera: &str, within: SignedDuration) -> Result<Vec<Closing>> {
        self.read(|db| {
            let mut statement = db.prepare(
                "SELECT c.start_us, coalesce(c.end_us, c.start_us + r.media_us), f.mtime_us,
                    coalesce(f.changed_us, f.first_seen_us) - f.mtime_us <= ?3, f.size
                 FROM recording r JOIN time_claim c ON c.recording = r.id AND c.source = 'name'
                 JOIN file f ON f.recording = r.id AND f.state IN ('listed', 'indexed') AND f.growing = 0
                 WHERE r.camera = ?1 AND r.media_us > 0
                   AND f.mtime_us >= (SELECT max(mtime_us) FROM file WHERE camera = ?1 AND state <> 'gone') - ?2
                 ORDER BY c.start_us, f.id",
            )?;
            let rows = statement.query_map(
                params![camera, i64::try_from(within.as_micros()).unwrap_or(i64::MAX), BROUGHT_US],
                |row| {
                    Ok(Closing {
                        start: CameraTime::from_micros(row.get(0)?),
                        end: CameraTime::from_micros(row.get(1)?),
                        modified: TrueTime::from_micros(row.get(2)?),
                        ours: row.get(3)?,
                        size: row.get(4)?,
                    })
                },
            )?;
            rows.collect()
        })
    }
}

fn add(tx: &Transaction<'_>, checks: &[ClockCheck], actor: &Actor) -> rusqlite::Result<Vec<i64>> {
    let mut statement = tx.prepare(
        "INSERT INTO clock_check (camera, shown_us, truth_us, uncertainty_s, method, by_whom, photo, note, made_us)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id",
    )?;
    let mut one = |check: &ClockCheck| -> rusqlite::Result<i64> {
        let values = params![
            check.camera,
            check.shown.as_micros(),
            check.truth.as_micros(),
            check.uncertainty_s,
            check.method.as_str(),
            check.by,
            check.photo,
            check.note,
            check.made_at.as_microsecond()
        ];
        let id = statement.query_row(values, |row| row.get(0))?;
        let mut deed = Deed::new(
            actor.clone(),
            Act::Clock,
            json!({ "what": "added", "check": ClockCheck { id, ..check.clone() } }),
        );
        deed.cameras.push(check.camera.clone());
        audit::add(tx, &deed, check.made_at)?;
        Ok(id)
    };
    checks.iter().map(&mut one).collect()
}

/// Says how many were still held.
fn take_back(tx: &Transaction<'_>, ids: &[i64], removed: &Removed, actor: &Actor) -> rusqlite::Result<usize> {
    let mut statement = tx.prepare(
        "UPDATE clock_check SET removed_us = ?2, removed_by = ?3, removed_reason = ?4 WHERE id = ?1 AND removed_us IS NULL",
    )?;
    let mut taken = 0;
    for id in ids {
        let changed = statement.execute(params![id, removed.at.as_microsecond(), removed.by, removed.reason])?;
        if changed > 0 {
            let told = json!({ "what": "removed", "number": id, "by": removed.by, "reason": removed.reason });
            let mut deed = Deed::new(actor.clone(), Act::Clock, told);
            deed.cameras.push(tx.query_row("SELECT camera FROM clock_check WHERE id = ?1", [id], |row| row.get(0))?);
            audit::add(tx, &deed, removed.at)?;
        }
        taken += changed;
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_is_taken_back_is_kept_and_no_longer_holds() {
        let data = tempfile::tempdir().unwrap();
        let mut store = Store::open(data.path()).unwrap();
        let check = ClockCheck {
            id: 0,
            camera: "a".into(),
            shown: CameraTime::from_micros(420_000_000),
            truth: TrueTime::from_micros(0),
            uncertainty_s: 2.0,
            method: CheckMethod::Screen,
            by: "An".into(),
            photo: None,
            note: Some("trời mưa".into()),
            made_at: Timestamp::UNIX_EPOCH,
        };
        let an = Actor::service("test");
        let ids = store
            .add_clock_checks(&[check.clone(), ClockCheck { truth: TrueTime(Timestamp::MAX), ..check.clone() }], &an);
        let ids = ids.unwrap();
        assert_eq!(store.clock_checks().unwrap()[0], ClockCheck { id: ids[0], ..check.clone() });
        let removed = Removed { at: Timestamp::UNIX_EPOCH, by: "Bình".into(), reason: Some("gõ nhầm".into()) };
        assert!(store.remove_clock_check(ids[0], &removed, &an).unwrap());
        assert!(!store.remove_clock_check(ids[0], &removed, &an).unwrap(), "twice");
        assert!(!store.remove_clock_check(99, &removed, &an).unwrap());
        assert_eq!(store.clock_checks().unwrap().len(), 1);
        assert_eq!(store.removed_clock_checks().unwrap(), [(ClockCheck { id: ids[0], ..check }, removed)]);
    }
}
