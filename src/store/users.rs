//! Accounts, who is in, programs' keys, and logins that failed. Every change writes its audit row in the same transaction.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::{Store, audit, bad_json, unknown_word};
use crate::base::Result;
use crate::model::{Deed, Role, User};

/// An account with what proves it.
#[derive(Clone, Debug)]
pub struct Account {
    /// The account.
    pub user: User,
    /// Its password's hash, a PHC string.
    pub password: String,
}

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

/// What of an account is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Another name for people.
    pub full_name: Option<String>,
    /// Another role.
    pub role: Option<Role>,
    /// Other groups; the inner none: all.
    pub groups: Option<Option<Vec<String>>>,
    /// Whether nobody may come in with it; whoever is in is sent out.
    pub disabled: Option<bool>,
}

const USER: &str =
    "user.id, user.name, user.full_name, user.role, user.groups, user.must_change, user.made_us, user.disabled_us";

fn time(us: i64) -> Timestamp {
    Timestamp::from_microsecond(us).unwrap_or_default()
}

/// The columns of [`USER`], from the first on.
fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    let role: String = row.get(3)?;
    let groups: Option<String> = row.get(4)?;
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        full_name: row.get(2)?,
        role: Role::from_word(&role).ok_or_else(|| unknown_word("user.role", &role))?,
        groups: groups.map(|text| serde_json::from_str(&text).map_err(bad_json)).transpose()?,
        must_change: row.get(5)?,
        made_at: time(row.get(6)?),
        disabled_at: row.get::<_, Option<i64>>(7)?.map(time),
    })
}

fn groups_text(groups: &Option<Vec<String>>) -> rusqlite::Result<Option<String>> {
    groups.as_ref().map(|groups| serde_json::to_string(groups).map_err(bad_json)).transpose()
}

fn end_sessions(tx: &Transaction<'_>, name: &str) -> rusqlite::Result<usize> {
    tx.execute("DELETE FROM session WHERE user = (SELECT id FROM user WHERE name = ?1)", [name])
}

impl Store {
    /// Makes an account; `false` where the name is taken.
    ///
    /// # Errors
    /// When the store fails.
    pub fn add_user(&mut self, user: &User, password: &str, deed: &Deed) -> Result<bool> {
        self.write(|tx| {
            let added = tx.execute(
                "INSERT INTO user (name, full_name, role, groups, password, must_change, made_us)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (name) DO NOTHING",
                params![
                    user.name,
                    user.full_name,
                    user.role.as_str(),
                    groups_text(&user.groups)?,
                    password,
                    user.must_change,
                    user.made_at.as_microsecond()
                ],
            )?;
            if added > 0 {
                audit::add(tx, deed, user.made_at)?;
            }
            Ok(added > 0)
        })
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn users(&self) -> Result<Vec<User>> {
        self.read(|db| {
            let mut statement = db.prepare(&format!("SELECT {USER} FROM user ORDER BY name"))?;
            let rows = statement.query_map([], user)?;
            rows.collect()
        })
    }

    /// The account of a name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn account(&self, name: &str) -> Result<Option<Account>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(&format!("SELECT {USER}, password FROM user WHERE name = ?1"))?;
            statement.query_row([name], |row| Ok(Account { user: user(row)?, password: row.get(8)? })).optional()
        })
    }

    /// Changes an account; `false` where there is none of that name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn change_user(&mut self, name: &str, change: &UserChange, deed: &Deed, at: Timestamp) -> Result<bool> {
        self.write(|tx| {
            let known = tx.query_row("SELECT 1 FROM user WHERE name = ?1", [name], |_| Ok(())).optional()?;
            if known.is_none() {
                return Ok(false);
            }
            if let Some(full_name) = &change.full_name {
                tx.execute("UPDATE user SET full_name = ?2 WHERE name = ?1", [name, full_name])?;
            }
            if let Some(role) = change.role {
                tx.execute("UPDATE user SET role = ?2 WHERE name = ?1", [name, role.as_str()])?;
            }
            if let Some(groups) = &change.groups {
                tx.execute("UPDATE user SET groups = ?2 WHERE name = ?1", params![name, groups_text(groups)?])?;
            }
            match change.disabled {
                Some(true) => {
                    let since = at.as_microsecond();
                    tx.execute(
                        "UPDATE user SET disabled_us = coalesce(disabled_us, ?2) WHERE name = ?1",
                        params![name, since],
                    )?;
                    end_sessions(tx, name)?;
                }
                Some(false) => {
                    tx.execute("UPDATE user SET disabled_us = NULL WHERE name = ?1", [name])?;
                }
                None => {}
            }
            audit::add(tx, deed, at)?;
            Ok(true)
        })
    }

    /// Sets a password's hash; whoever is in with the account is sent out, but for the session `keep`. `false` where there is no such
    /// account.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_password(
        &mut self,
        name: &str,
        password: &str,
        must_change: bool,
        keep: Option<&str>,
        deed: &Deed,
        at: Timestamp,
    ) -> Result<bool> {
        self.write(|tx| {
            let changed = tx.execute(
                "UPDATE user SET password = ?2, must_change = ?3 WHERE name = ?1",
                params![name, password, must_change],
            )?;
            if changed > 0 {
                tx.execute(
                    "DELETE FROM session WHERE user = (SELECT id FROM user WHERE name = ?1) AND key_hash IS NOT ?2",
                    params![name, keep],
                )?;
                audit::add(tx, deed, at)?;
            }
            Ok(changed > 0)
        })
    }

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

const TOKENS: &str = "SELECT user.id, user.name, user.full_name, user.role, user.groups, user.must_change, user.made_us, user.disabled_us,
    token.id, token.name, token.made_us, expires_us, used_us, revoked_us FROM token JOIN user ON user.id = token.user";

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        user: user(row)?,
        csrf: row.get(8)?,
        address: row.get(9)?,
        made_at: time(row.get(10)?),
        used_at: time(row.get(11)?),
    })
}

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
