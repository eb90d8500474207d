//! What somebody did, as the audit keeps it: who, from where, what, which cameras and which stretch of true time, and why.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time::Window;
use super::user::Role;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account's name, or the person at the command line.
    pub name: String,
    /// The account's role; none at the command line, which belongs to whoever owns the machine.
    pub role: Option<Role>,
    /// From where: [`Actor::CLI`], or the address of the other side.
    pub origin: String,
}

impl Actor {
    /// The origin of what is done at the command line.
    pub const CLI: &'static str = "cli";

    /// The program itself, at some work of its own.
    pub fn service(work: &str) -> Actor {
        Actor { name: format!("truyvet {work}"), role: None, origin: "service".to_owned() }
    }
}

/// Why something is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    /// A case number or a reason; none where nobody stated one.
    pub text: Option<String>,
    /// Whether it was done at once without a case, to be looked over within a day.
    pub emergency: bool,
}

/// What is done. The words are a contract: extend, never rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Cameras, recordings and gaps of an interval were listed.
    Search,
    /// One recording was shown.
    Show,
    /// A frame or still was taken.
    Frame,
    /// A clip was played.
    Clip,
    /// Footage was saved outside.
    Download,
    /// Somebody came in.
    Login,
    /// Somebody tried to, and could not.
    LoginFailed,
    /// Somebody left.
    Logout,
    /// A clock check was entered, accepted or taken back.
    Clock,
    /// A quarantined file was retried, ignored or taken back.
    Quarantine,
    /// An account was made or changed, a session ended.
    User,
    /// A program's key was made or revoked.
    Token,
    /// The audit was read or exported.
    Audit,
    /// An emergency was looked over.
    Review,
    /// The store was put back from a backup.
    Restore,
    /// A trace was begun, added to, looked at or exported.
    Trace,
}

impl Act {
    /// Every act, for tables and tests.
    pub const ALL: [Act; 16] = [
        Act::Search,
        Act::Show,
        Act::Frame,
        Act::Clip,
        Act::Download,
        Act::Login,
        Act::LoginFailed,
        Act::Logout,
        Act::Clock,
        Act::Quarantine,
        Act::User,
        Act::Token,
        Act::Audit,
        Act::Review,
        Act::Restore,
        Act::Trace,
    ];

    /// The word used in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Act::Search => "search",
            Act::Show => "show",
            Act::Frame => "frame",
            Act::Clip => "clip",
            Act::Download => "download",
            Act::Login => "login",
            Act::LoginFailed => "login_failed",
            Act::Logout => "logout",
            Act::Clock => "clock",
            Act::Quarantine => "quarantine",
            Act::User => "user",
            Act::Token => "token",
            Act::Audit => "audit",
            Act::Review => "review",
            Act::Restore => "restore",
            Act::Trace => "trace",
        }
    }

    /// The inverse of [`Act::as_str`].
    pub fn from_word(word: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.as_str() == word)
    }

    /// Whether it reveals footage or what is on it, so that it needs a purpose.
    pub fn reveals(self) -> bool {
        matches!(self, Act::Search | Act::Show | Act::Frame | Act::Clip | Act::Download | Act::Trace)
    }
}

/// What is to be written into the audit.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// Who.
    pub actor: Actor,
    /// What.
    pub act: Act,
    /// Which cameras, by id.
    pub cameras: Vec<String>,
    /// Which stretch of true time.
    pub window: Option<Window>,
    /// Why.
    pub purpose: Purpose,
    /// What else is known, such as the sentence that was asked.
    pub detail: serde_json::Value,
}

impl Deed {
    /// A deed that concerns no footage.
    pub fn new(actor: Actor, act: Act, detail: serde_json::Value) -> Deed {
        Deed { actor, act, cameras: Vec::new(), window: None, purpose: Purpose::default(), detail }
    }
}

/// A row of the audit.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditRow {
    /// Its number, from 1 without holes.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What was done.
    pub deed: Deed,
    /// SHA-256 of the row and of the hash before it, hex.
    pub hash: String,
}
