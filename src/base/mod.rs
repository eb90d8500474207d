//! What every room may lean on: errors with kinds, texts in two languages, the wish to stop.

pub mod error;
pub mod health;
pub mod say;
pub mod shutdown;

pub use error::{Error, Kind, Result, ResultExt};
pub use say::{Lang, Said};
