//! Accounts. Every change writes its audit row in the same transaction.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::{Store, audit, bad_json, sessions, unknown_word};
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

pub(super) const USER: &str =
    "user.id, user.name, user.full_name, user.role, user.groups, user.must_change, user.made_us, user.disabled_us";

pub(super) fn time(us: i64) -> Timestamp {
    Timestamp::from_microsecond(us).unwrap_or_default()
}

/// The columns of [`USER`], from the first on.
pub(super) fn user(row: &Row<'_>) -> rusqlite::Result<User> {
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
                    sessions::end_sessions(tx, name)?;
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
}
