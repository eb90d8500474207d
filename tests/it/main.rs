//! The one integration binary: a module per workflow.

mod footage;
mod index;
mod interrupt;
mod support;
