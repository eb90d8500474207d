//! The one integration binary: a module per workflow.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test says what went wrong by panicking

mod references;
// Its probes exist in builds with debug assertions only.
#[cfg(debug_assertions)]
mod sandbox;
mod worker;
