//! The one integration binary: a module per workflow.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test says what went wrong by panicking

mod footage;
mod index;
mod interrupt;
mod support;
mod worker;
