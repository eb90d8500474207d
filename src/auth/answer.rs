//! A row of the audit for programs: what `audit list --json` and the port tell.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{Act, AuditRow, Role, Window};

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
