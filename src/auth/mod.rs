//! The door: who comes in, with what proof, for how long, and what they may see. Accounts, sessions and keys are rows of the store;
//! here is what is made of them.

mod accounts;
mod answer;
mod door;
mod key;
mod names;
mod password;
mod scope;
#[cfg(test)]
mod tests;

pub use accounts::{NewAccount, deed_with_account, known_groups, make_account, make_token, revoke_token};
pub use answer::{AuditAnswer, TokenAnswer, audit_lines};
pub use door::{Door, Entered, Times};
pub use key::{Key, hash};
pub use names::account_name;
pub use password::{LEAST, hashed, refuse_weak};
pub use scope::{Scope, cameras_of};
