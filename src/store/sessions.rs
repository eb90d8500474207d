//! Who is in, and logins that failed. Coming and going is written into the audit in the same transaction.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::users::{USER, time, user};
use super::{Store, audit};
use crate::base::Result;
use crate::model::{Deed, User};

/// Somebody who is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The account.
    pub user: User,
    /// What changes must be sent with.
    pub csrf: String,
    /// From where.
    pub address: String,
    /// Since when.
    pub made_at: Timestamp,
    /// When something was asked for last.
    pub used_at: Timestamp,
}

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        user: user(row)?,
        csrf: row.get(8)?,
        address: row.get(9)?,
        made_at: time(row.get(10)?),
        used_at: time(row.get(11)?),
    })
}

pub(super) fn end_sessions(tx: &Transaction<'_>, name: &str) -> rusqlite::Result<usize> {
    tx.execute("DELETE FROM session WHERE user = (SELECT id FROM user WHERE name = ?1)", [name])
}

impl Store {
    /// Lets somebody in.
    ///
    /// # Errors
    /// When the store fails.
    pub fn begin_session(&mut self, key_hash: &str, session: &Session, deed: &Deed) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO session (key_hash, user, csrf, address, made_us, used_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    key_hash,
                    session.user.id,
                    session.csrf,
                    session.address,
                    session.made_at.as_microsecond(),
                    session.used_at.as_microsecond()
                ],
            )?;
            audit::add(tx, deed, session.made_at)?;
            Ok(())
        })
    }

    /// The session of a key. Whether it is still good is for the door to say.
    ///
    /// # Errors
    /// When the store fails.
    pub fn session(&self, key_hash: &str) -> Result<Option<Session>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT {USER}, csrf, address, session.made_us, used_us FROM session JOIN user ON user.id = session.user
                 WHERE key_hash = ?1"
            ))?;
            statement.query_row([key_hash], session).optional()
        })
    }

    /// Everybody who is in, the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sessions(&self) -> Result<Vec<Session>> {
        self.read(|db| {
            let mut statement = db.prepare(&format!(
                "SELECT {USER}, csrf, address, session.made_us, used_us FROM session JOIN user ON user.id = session.user
                 ORDER BY used_us DESC, key_hash"
            ))?;
            let rows = statement.query_map([], session)?;
            rows.collect()
        })
    }

    /// Notes that a session is in use. Not a deed of its own.
    ///
    /// # Errors
    /// When the store fails.
    pub fn touch_session(&mut self, key_hash: &str, at: Timestamp) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "UPDATE session SET used_us = max(used_us, ?2) WHERE key_hash = ?1",
                params![key_hash, at.as_microsecond()],
            )
        })
        .map(drop)
    }

    /// Ends a session; `false` where there is none. Without a deed where it ended by itself.
    ///
    /// # Errors
    /// When the store fails.
    pub fn end_session(&mut self, key_hash: &str, deed: Option<&Deed>, at: Timestamp) -> Result<bool> {
        self.write(|tx| {
            let ended = tx.execute("DELETE FROM session WHERE key_hash = ?1", [key_hash])?;
            if let (Some(deed), true) = (deed, ended > 0) {
                audit::add(tx, deed, at)?;
            }
            Ok(ended > 0)
        })
    }

    /// Sends everybody out who is in with an account; gives how many sessions that were.
    ///
    /// # Errors
    /// When the store fails.
    pub fn end_sessions(&mut self, name: &str, deed: &Deed, at: Timestamp) -> Result<usize> {
        self.write(|tx| {
            let ended = end_sessions(tx, name)?;
            audit::add(tx, deed, at)?;
            Ok(ended)
        })
    }

    /// Forgets sessions that were made or used last before these instants.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_sessions(&mut self, made_before: Timestamp, used_before: Timestamp) -> Result<usize> {
        self.write(|tx| {
            tx.execute(
                "DELETE FROM session WHERE made_us < ?1 OR used_us < ?2",
                [made_before.as_microsecond(), used_before.as_microsecond()],
            )
        })
    }

    /// Notes a login that failed, and forgets those older than `keep`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_failed_login(
        &mut self,
        name: &str,
        address: &str,
        keep: SignedDuration,
        deed: &Deed,
        at: Timestamp,
    ) -> Result<()> {
        self.write(|tx| {
            let since = at.as_microsecond().saturating_sub(i64::try_from(keep.as_micros()).unwrap_or(i64::MAX));
            tx.execute("DELETE FROM failed_login WHERE at_us < ?1", [since])?;
            tx.execute(
                "INSERT INTO failed_login (at_us, name, address) VALUES (?1, ?2, ?3)",
                params![at.as_microsecond(), name, address],
            )?;
            audit::add(tx, deed, at)?;
            Ok(())
        })
    }

    /// The instants of logins that failed since: with this name, and from this address; each the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn failed_logins(
        &self,
        name: &str,
        address: &str,
        since: Timestamp,
    ) -> Result<(Vec<Timestamp>, Vec<Timestamp>)> {
        self.read(|db| {
            let of = |column: &str, value: &str| {
                let mut statement = db.prepare_cached(&format!(
                    "SELECT at_us FROM failed_login WHERE {column} = ?1 AND at_us >= ?2 ORDER BY at_us DESC"
                ))?;
                let rows = statement.query_map(params![value, since.as_microsecond()], |row| row.get(0).map(time))?;
                rows.collect::<rusqlite::Result<Vec<Timestamp>>>()
            };
            Ok((of("name", name)?, of("address", address)?))
        })
    }

    /// Forgets the failed logins of a name: whoever has it came in.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_failed_logins(&mut self, name: &str) -> Result<()> {
        self.write(|tx| tx.execute("DELETE FROM failed_login WHERE name = ?1", [name])).map(drop)
    }
}
