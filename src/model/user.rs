//! People with an account: what they may do, and whose cameras they may see.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an account is for. The words are a contract: extend, never rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The officer on duty (trực ban): asks and looks.
    Duty,
    /// An investigator (điều tra viên): asks, looks, saves footage.
    Investigator,
    /// The technician (kỹ thuật): clocks, quarantine, state; footage only as far as clocks need it.
    Technician,
    /// The administrator (quản trị): accounts and audit, and all the rest.
    Administrator,
}

/// One thing that a role may or may not do. The words are a contract: extend, never rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Search, and look at what was found.
    Look,
    /// Save footage outside.
    Save,
    /// Enter, accept and take back clock checks; look at frames for that.
    Clocks,
    /// See the state of the service; retry and ignore quarantined files.
    Upkeep,
    /// Make and change accounts and keys.
    Users,
    /// Read the audit, look emergencies over.
    Audit,
}

impl Right {
    /// Every right.
    pub const ALL: [Right; 6] = [Right::Look, Right::Save, Right::Clocks, Right::Upkeep, Right::Users, Right::Audit];
}

impl Role {
    /// Every role, for tables and tests.
    pub const ALL: [Role; 4] = [Role::Duty, Role::Investigator, Role::Technician, Role::Administrator];

    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Duty => "duty",
            Role::Investigator => "investigator",
            Role::Technician => "technician",
            Role::Administrator => "administrator",
        }
    }

    /// The inverse of [`Role::as_str`].
    pub fn from_word(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// The whole table of who may do what.
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Look => self != Role::Technician,
            Right::Save => matches!(self, Role::Investigator | Role::Administrator),
            Right::Clocks | Right::Upkeep => matches!(self, Role::Technician | Role::Administrator),
            Right::Users | Right::Audit => self == Role::Administrator,
        }
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its number in the store; 0 before it is stored.
    pub id: i64,
    /// What is typed to come in: lower case, unique.
    pub name: String,
    /// As people call them.
    pub full_name: String,
    /// What it is for.
    pub role: Role,
    /// The groups whose cameras may be seen; none: all.
    pub groups: Option<Vec<String>>,
    /// Whether the password was given by somebody else and has to be changed first.
    pub must_change: bool,
    /// When it was made.
    pub made_at: jiff::Timestamp,
    /// Since when nobody may come in with it.
    pub disabled_at: Option<jiff::Timestamp>,
}

impl User {
    /// Whether it may see the cameras of a group; cameras without a group are seen by those only who see all.
    pub fn sees(&self, group: Option<&str>) -> bool {
        match &self.groups {
            None => true,
            Some(groups) => group.is_some_and(|group| groups.iter().any(|own| own == group)),
        }
    }
}
