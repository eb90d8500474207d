//! Programs' keys, and the purposes that people stated.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::users::{time, user};
use super::{Store, audit};
use crate::base::Result;
use crate::model::{Deed, Purpose, User};

/// A program's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub user: User,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it is good, where it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
    /// Since when it is no longer good.
    pub revoked_at: Option<Timestamp>,
}

const TOKENS: &str = "SELECT user.id, user.name, user.full_name, user.role, user.groups, user.must_change, user.made_us, user.disabled_us,
    token.id, token.name, token.made_us, expires_us, used_us, revoked_us FROM token JOIN user ON user.id = token.user";

fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    let instant = |at: usize| row.get::<_, Option<i64>>(at).map(|us| us.map(time));
    Ok(Token {
        user: user(row)?,
        id: row.get(8)?,
        name: row.get(9)?,
        made_at: time(row.get(10)?),
        expires_at: instant(11)?,
        used_at: instant(12)?,
        revoked_at: instant(13)?,
    })
}

impl Store {
    /// Makes a program's key; gives its number.
    ///
    /// # Errors
    /// When the store fails.
    pub fn add_token(
        &mut self,
        key_hash: &str,
        user: &User,
        name: &str,
        expires_at: Option<Timestamp>,
        deed: &Deed,
        at: Timestamp,
    ) -> Result<i64> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO token (key_hash, user, name, made_us, expires_us) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![key_hash, user.id, name, at.as_microsecond(), expires_at.map(Timestamp::as_microsecond)],
            )?;
            let id = tx.last_insert_rowid();
            audit::add(tx, deed, at)?;
            Ok(id)
        })
    }

    /// The token of a key. Whether it is still good is for the door to say.
    ///
    /// # Errors
    /// When the store fails.
    pub fn token(&self, key_hash: &str) -> Result<Option<Token>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(&format!("{TOKENS} WHERE key_hash = ?1"))?;
            statement.query_row([key_hash], token).optional()
        })
    }

    /// Every token, by number.
    ///
    /// # Errors
    /// When the store fails.
    pub fn tokens(&self) -> Result<Vec<Token>> {
        self.read(|db| {
            let mut statement = db.prepare(&format!("{TOKENS} ORDER BY token.id"))?;
            let rows = statement.query_map([], token)?;
            rows.collect()
        })
    }

    /// Notes that a token is in use.
    ///
    /// # Errors
    /// When the store fails.
    pub fn touch_token(&mut self, id: i64, at: Timestamp) -> Result<()> {
        self.write(|tx| tx.execute("UPDATE token SET used_us = ?2 WHERE id = ?1", params![id, at.as_microsecond()]))
            .map(drop)
    }

    /// Revokes a token; `false` where there is none that holds.
    ///
    /// # Errors
    /// When the store fails.
    pub fn revoke_token(&mut self, id: i64, deed: &Deed, at: Timestamp) -> Result<bool> {
        self.write(|tx| {
            let revoked = tx.execute(
                "UPDATE token SET revoked_us = ?2 WHERE id = ?1 AND revoked_us IS NULL",
                params![id, at.as_microsecond()],
            )?;
            if revoked > 0 {
                audit::add(tx, deed, at)?;
            }
            Ok(revoked > 0)
        })
    }
}

/// A stated purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedPurpose {
    /// Its number.
    pub id: i64,
    /// What was stated.
    pub purpose: Purpose,
    /// When.
    pub made_at: Timestamp,
}

impl Store {
    /// States a purpose; the same one of the same user is not made twice. Gives its number.
    ///
    /// # Errors
    /// When the store fails.
    pub fn state_purpose(&mut self, user: &User, text: &str, emergency: bool, at: Timestamp) -> Result<i64> {
        self.write(|tx| {
            let known: Option<i64> = tx
                .query_row(
                    "SELECT id FROM purpose WHERE user = ?1 AND text = ?2 AND emergency = ?3",
                    params![user.id, text, emergency],
                    |row| row.get(0),
                )
                .optional()?;
            if let Some(id) = known {
                tx.execute("UPDATE purpose SET made_us = ?2 WHERE id = ?1", params![id, at.as_microsecond()])?;
                return Ok(id);
            }
            tx.execute(
                "INSERT INTO purpose (user, text, emergency, made_us) VALUES (?1, ?2, ?3, ?4)",
                params![user.id, text, emergency, at.as_microsecond()],
            )?;
            Ok(tx.last_insert_rowid())
        })
    }

    /// A user's purposes, the latest stated first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn purposes(&self, user: &User) -> Result<Vec<StatedPurpose>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, text, emergency, made_us FROM purpose WHERE user = ?1 ORDER BY made_us DESC, id DESC LIMIT 50",
            )?;
            let rows = statement.query_map([user.id], |row| {
                Ok(StatedPurpose {
                    id: row.get(0)?,
                    purpose: Purpose { text: row.get(1)?, emergency: row.get(2)? },
                    made_at: time(row.get(3)?),
                })
            })?;
            rows.collect()
        })
    }

    /// A user's purpose by its number; none where it is nobody's or another's.
    ///
    /// # Errors
    /// When the store fails.
    pub fn purpose(&self, user: &User, id: i64) -> Result<Option<Purpose>> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT text, emergency FROM purpose WHERE id = ?1 AND user = ?2")?;
            statement
                .query_row([id, user.id], |row| Ok(Purpose { text: row.get(0)?, emergency: row.get(1)? }))
                .optional()
        })
    }
}
