//! Handlers, a file a noun.

pub(super) mod health;
