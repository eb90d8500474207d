//! The one integration binary: a module per workflow.

mod worker;
