//! The one integration binary: a module per workflow.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test says what went wrong by panicking

mod backup;
mod cli;
mod config;
mod footage;
mod hostile;
mod index;
mod interrupt;
mod nightly;
mod quarantine;
mod retention;
mod search;
mod serve;
mod support;
mod tidy;
mod worker;
