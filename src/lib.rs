//! truyvet turns the footage of neighbourhood cameras into answers: which cameras saw this place at this time, and what
//! is missing. The map of the house is `ARCHITECTURE.md`; the rooms are declared below in the order data flows through.

/// Errors with kinds, bilingual texts, interruption: what every room may lean on.
pub mod base;
/// The command line: one subcommand a file; composes the rooms and has no logic of its own.
pub mod cli;
/// The site file.
pub mod config;
/// The long-running service: watches, takes in, samples.
pub mod daemon;
/// Whether configuration and state are whole.
pub mod fsck;
/// Plain data that crosses rooms: recordings, keyframes, instants, times with their source.
pub mod model;

// ── write path ──
/// From files on disk to recordings in the store and the index.
pub mod ingest;
/// Recorder path grammars: from a path to the times it claims.
pub mod layout;
/// What a media file holds; the only home of FFmpeg, behind worker processes.
pub mod media;
/// What lies in the footage folders.
pub mod watch;

// ── state ──
/// The index, derived from the store: finds recordings by camera and time.
pub mod index;
/// Thumbnails, many in one append-only file.
pub mod reel;
/// The truth, in one SQLite file.
pub mod store;

// ── read path ──
/// From a sentence to an answer: what was understood, which cameras should have seen it, what stands out.
pub mod ask;
/// The door: who comes in, for how long, and whose cameras they see.
pub mod auth;
/// The HTTP port.
pub mod http;
/// The nightly report: what is missing, what goes next, how long the disk lasts.
pub mod night;
/// From an officer's sentence to understood intervals.
pub mod phrase;
/// Distances, fields of view, and the names of places.
pub mod place;
/// Which cameras saw a place at a time, and what is missing.
pub mod search;
/// Certificates for the HTTP port.
pub mod tls;
/// From one sighting to the whole route: which camera saw it next, and when.
pub mod trace;
/// Camera time and true time.
pub mod truetime;
