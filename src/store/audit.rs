//! The audit: rows are added, never changed, each chained to the one before.
//!
//! A row's hash is SHA-256, in lower-case hex, of the UTF-8 text
//! `[hash before, id, at_us, actor, role, origin, act, cameras, start_us, end_us, purpose, emergency, detail]` as JSON without
//! spaces, where `cameras` and `detail` are the stored texts and the hash before the first row is the empty text. Whoever has a
//! row's hash from elsewhere (an export, a nightly report) can show that nothing before it was changed.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use sha2::{Digest, Sha256};

use super::{Store, bad_json, unknown_word};
use crate::base::Result;
use crate::model::{Act, Actor, AuditRow, Deed, Purpose, Role, Span, TrueTime};

/// Which rows are asked for.
#[derive(Clone, Debug, Default)]
pub struct AuditAsk {
    /// Of this actor only.
    pub actor: Option<String>,
    /// Of this act only.
    pub act: Option<Act>,
    /// That concern this camera.
    pub camera: Option<String>,
    /// Whose purpose has these letters in it; ASCII case does not matter.
    pub purpose: Option<String>,
    /// Done at or after.
    pub from: Option<Timestamp>,
    /// Done before.
    pub to: Option<Timestamp>,
    /// Only those before this number.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// What is wrong with the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Break {
    /// Rows from this number up to the one before the second are not there.
    Cut(i64, i64),
    /// This row is not as it was written, or the one before it is not.
    Changed(i64),
}

/// How the audit stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many rows there are.
    pub rows: u64,
    /// Number and hash of the last.
    pub last: Option<(i64, String)>,
    /// What is wrong, by number.
    pub breaks: Vec<Break>,
}

/// A row as it is stored, of which its hash is made.
struct Stored {
    id: i64,
    at_us: i64,
    actor: String,
    role: Option<String>,
    origin: String,
    act: String,
    cameras: String,
    start_us: Option<i64>,
    end_us: Option<i64>,
    purpose: Option<String>,
    emergency: bool,
    detail: String,
    hash: String,
}

const COLUMNS: &str =
    "id, at_us, actor, role, origin, act, cameras, start_us, end_us, purpose, emergency, detail, hash";

impl Stored {
    fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
        Ok(Stored {
            id: row.get(0)?,
            at_us: row.get(1)?,
            actor: row.get(2)?,
            role: row.get(3)?,
            origin: row.get(4)?,
            act: row.get(5)?,
            cameras: row.get(6)?,
            start_us: row.get(7)?,
            end_us: row.get(8)?,
            purpose: row.get(9)?,
            emergency: row.get(10)?,
            detail: row.get(11)?,
            hash: row.get(12)?,
        })
    }

    fn hash_after(&self, before: &str) -> String {
        let said = serde_json::json!([
            before,
            self.id,
            self.at_us,
            self.actor,
            self.role,
            self.origin,
            self.act,
            self.cameras,
            self.start_us,
            self.end_us,
            self.purpose,
            self.emergency,
            self.detail
        ]);
        HEXLOWER.encode(&Sha256::digest(said.to_string()))
    }

    fn row(self) -> rusqlite::Result<AuditRow> {
        let role = match &self.role {
            Some(word) => Some(Role::from_word(word).ok_or_else(|| unknown_word("audit.role", word))?),
            None => None,
        };
        let window = self.start_us.zip(self.end_us);
        Ok(AuditRow {
            id: self.id,
            at: Timestamp::from_microsecond(self.at_us).unwrap_or_default(),
            deed: Deed {
                actor: Actor { name: self.actor, role, origin: self.origin },
                act: Act::from_word(&self.act).ok_or_else(|| unknown_word("audit.act", &self.act))?,
                cameras: serde_json::from_str(&self.cameras).map_err(bad_json)?,
                window: window.map(|(start, end)| Span::new(TrueTime::from_micros(start), TrueTime::from_micros(end))),
                purpose: Purpose { text: self.purpose, emergency: self.emergency },
                detail: serde_json::from_str(&self.detail).map_err(bad_json)?,
            },
            hash: self.hash,
        })
    }
}

/// Adds a row within the transaction of what it tells of.
pub(super) fn add(tx: &Transaction<'_>, deed: &Deed, at: Timestamp) -> rusqlite::Result<i64> {
    let last: Option<(i64, String)> = tx
        .prepare_cached("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (id, before) = last.map_or((1, String::new()), |(id, hash)| (id + 1, hash));
    let mut row = Stored {
        id,
        at_us: at.as_microsecond(),
        actor: deed.actor.name.clone(),
        role: deed.actor.role.map(|role| role.as_str().to_owned()),
        origin: deed.actor.origin.clone(),
        act: deed.act.as_str().to_owned(),
        cameras: serde_json::to_string(&deed.cameras).map_err(bad_json)?,
        start_us: deed.window.map(|window| window.start.as_micros()),
        end_us: deed.window.map(|window| window.end.as_micros()),
        purpose: deed.purpose.text.clone(),
        emergency: deed.purpose.emergency,
        detail: deed.detail.to_string(),
        hash: String::new(),
    };
    row.hash = row.hash_after(&before);
    tx.prepare_cached(&format!(
        "INSERT INTO audit ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    ))?
    .execute(params![
        row.id,
        row.at_us,
        row.actor,
        row.role,
        row.origin,
        row.act,
        row.cameras,
        row.start_us,
        row.end_us,
        row.purpose,
        row.emergency,
        row.detail,
        row.hash
    ])?;
    Ok(id)
}

impl Store {
    /// Writes down what is about to be shown, or was done outside the store. Nothing is to be shown before this has returned.
    ///
    /// # Errors
    /// When the store fails: then nothing may be shown.
    pub fn note(&mut self, deed: &Deed, at: Timestamp) -> Result<i64> {
        self.write(|tx| add(tx, deed, at))
    }

    /// Rows, the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn audit(&self, ask: &AuditAsk) -> Result<Vec<AuditRow>> {
        self.read(|db| {
            let mut statement = db.prepare(&format!(
                "SELECT {COLUMNS} FROM audit
                 WHERE (?1 IS NULL OR actor = ?1) AND (?2 IS NULL OR act = ?2)
                   AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(cameras) WHERE value = ?3))
                   AND (?4 IS NULL OR instr(lower(purpose), lower(?4)) > 0)
                   AND (?5 IS NULL OR at_us >= ?5) AND (?6 IS NULL OR at_us < ?6) AND (?7 IS NULL OR id < ?7)
                 ORDER BY id DESC LIMIT ?8"
            ))?;
            let rows = statement.query_map(
                params![
                    ask.actor,
                    ask.act.map(Act::as_str),
                    ask.camera,
                    ask.purpose,
                    ask.from.map(Timestamp::as_microsecond),
                    ask.to.map(Timestamp::as_microsecond),
                    ask.before,
                    ask.limit.map_or(-1, i64::from)
                ],
                Stored::read,
            )?;
            rows.map(|row| row.and_then(Stored::row)).collect()
        })
    }

    /// The rows from one number to another, itself left out; the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn audit_between(&self, from: i64, to: i64) -> Result<Vec<AuditRow>> {
        self.read(|db| {
            let mut statement =
                db.prepare_cached(&format!("SELECT {COLUMNS} FROM audit WHERE id >= ?1 AND id < ?2 ORDER BY id"))?;
            let rows = statement.query_map([from, to], Stored::read)?;
            rows.map(|row| row.and_then(Stored::row)).collect()
        })
    }

    /// Rows that reveal footage and were done in an emergency or without a stated purpose, and that nobody has looked over yet;
    /// the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unreviewed(&self) -> Result<Vec<AuditRow>> {
        self.read(|db| {
            let mut statement = db.prepare(&format!(
                "SELECT {COLUMNS} FROM audit
                 WHERE (emergency = 1 OR purpose IS NULL) AND act IN ('search', 'show', 'frame', 'clip', 'download', 'trace')
                   AND id NOT IN (SELECT value FROM audit AS review, json_each(review.detail, '$.rows') WHERE review.act = 'review')
                 ORDER BY id"
            ))?;
            let rows = statement.query_map([], Stored::read)?;
            rows.map(|row| row.and_then(Stored::row)).collect()
        })
    }

    /// Goes through the whole chain.
    ///
    /// # Errors
    /// When the store fails.
    pub fn verify_audit(&self) -> Result<Verified> {
        self.read(|db| {
            let mut statement = db.prepare(&format!("SELECT {COLUMNS} FROM audit ORDER BY id"))?;
            let mut rows = statement.query([])?;
            let mut verified = Verified { rows: 0, last: None, breaks: Vec::new() };
            let mut expected = 1;
            let mut before = String::new();
            while let Some(row) = rows.next()? {
                let stored = Stored::read(row)?;
                if stored.id > expected {
                    // What came before is not there to hash with: from here on the chain begins anew.
                    verified.breaks.push(Break::Cut(expected, stored.id));
                } else if stored.hash != stored.hash_after(&before) {
                    verified.breaks.push(Break::Changed(stored.id));
                }
                expected = stored.id + 1;
                before.clone_from(&stored.hash);
                verified.rows += 1;
                verified.last = Some((stored.id, stored.hash));
            }
            Ok(verified)
        })
    }
}
