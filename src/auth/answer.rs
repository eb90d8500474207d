//! Rows of the audit and programs' keys, for programs: what `--json` and the port tell.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::{Kind, Result, ResultExt};
use crate::model::{Act, AuditRow, Role, Window};
use crate::say;
use crate::store::Token;

/// A row. A contract: fields are added, never renamed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AuditRow)]
pub struct AuditAnswer {
    /// Its number, from 1 without holes.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// The account's role then; null at the command line.
    pub role: Option<Role>,
    /// From where.
    pub origin: String,
    /// What.
    pub act: Act,
    /// Which cameras.
    pub cameras: Vec<String>,
    /// Which stretch of true time.
    pub window: Option<Window>,
    /// Why; null where nobody said.
    pub purpose: Option<String>,
    /// Whether it was an emergency.
    pub emergency: bool,
    /// What else is known.
    pub detail: serde_json::Value,
    /// SHA-256 of the row and of all before it, hex.
    pub hash: String,
}

impl From<AuditRow> for AuditAnswer {
    fn from(row: AuditRow) -> AuditAnswer {
        let AuditRow { id, at, deed, hash } = row;
        AuditAnswer {
            number: id,
            at,
            actor: deed.actor.name,
            role: deed.actor.role,
            origin: deed.actor.origin,
            act: deed.act,
            cameras: deed.cameras,
            window: deed.window,
            purpose: deed.purpose.text,
            emergency: deed.purpose.emergency,
            detail: deed.detail,
            hash,
        }
    }
}

/// The rows as a file of JSON lines, one a row.
///
/// # Errors
/// Where a row cannot be written as JSON.
pub fn audit_lines(rows: Vec<AuditRow>) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, &AuditAnswer::from(row))
            .or_say(Kind::Internal, || say!("không viết được dòng nhật ký", "cannot write a row"))?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// A program's key, without the key. A contract: fields are added, never renamed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenAnswer {
    /// Its number.
    pub number: i64,
    /// Whose it is.
    pub user: String,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it is good; null: until it is revoked.
    pub expires_at: Option<Timestamp>,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
    /// Since when it is no longer good.
    pub revoked_at: Option<Timestamp>,
}

impl From<Token> for TokenAnswer {
    fn from(token: Token) -> TokenAnswer {
        let Token { id, user, name, made_at, expires_at, used_at, revoked_at } = token;
        TokenAnswer { number: id, user: user.name, name, made_at, expires_at, used_at, revoked_at }
    }
}
