//! truyvet turns the footage of neighbourhood cameras into answers: which cameras saw this place at this time, and what
//! is missing. The map of the house is `ARCHITECTURE.md`; the rooms are declared below in the order data flows through.

/// Errors with kinds, bilingual texts, interruption: what every room may lean on.
pub mod base;
/// The site file.
pub mod config;
/// Plain data that crosses rooms: recordings, keyframes, instants, times with their source.
pub mod model;

// ── write path ──
/// What lies in the footage folders.
pub mod watch;

// ── state ──
/// The index, derived from the store: finds recordings by camera and time.
pub mod index;
/// The truth, in one SQLite file.
pub mod store;

// ── read path ──
/// Distances, fields of view, and the names of places.
pub mod place;
/// Which cameras saw a place at a time, and what is missing.
pub mod search;
/// Camera time and true time.
pub mod truetime;
