//! Why the town could not be made, in a sentence that says what to do.

use std::fmt;
use std::path::Path;

/// The one error of the maker.
#[derive(Debug)]
pub struct Failure(pub String);

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Failure>;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<jiff::Error> for Failure {
    fn from(error: jiff::Error) -> Failure {
        Failure(format!("a time outside what can be told: {error}; choose another --start or --minutes"))
    }
}

/// Names the file in an I/O error.
pub fn at<T>(path: &Path, outcome: std::io::Result<T>) -> Result<T> {
    outcome.map_err(|error| Failure(format!("{}: {error}", path.display())))
}
