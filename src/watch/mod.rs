//! What lies in the footage folders. Scans are the truth; the folders are only ever read.

pub mod scan;

pub use scan::{Found, Scan, scan};
