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
mod parse;
mod quarantine;
mod references;
mod retention;
// Its probes exist in builds with debug assertions only.
#[cfg(debug_assertions)]
mod sandbox;
mod search;
mod serve;
mod support;
mod tidy;
mod worker;
