//! The one integration binary: a module per workflow.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test says what went wrong by panicking

mod api;
mod api_abuse;
mod api_answers;
mod ask;
mod asked;
mod backup;
mod basis;
mod cli;
mod clip_bounds;
mod clips;
mod clock;
mod config;
mod door;
mod events;
mod footage;
mod fuzz;
mod hostile;
mod index;
mod interrupt;
mod layout;
mod map;
mod nightly;
mod openapi;
mod page;
mod parse;
mod places;
mod playback;
mod quarantine;
mod references;
mod retention;
// Its probes exist in builds with debug assertions only.
#[cfg(debug_assertions)]
mod sandbox;
mod search;
mod serve;
mod strip;
mod support;
mod survive_changes;
mod survive_clock;
mod survive_damage;
mod survive_disks;
mod survive_floods;
mod survive_kills;
mod tidy;
mod timeline;
mod tls;
mod trace;
mod trace_http;
mod trace_later;
mod trace_results;
mod upkeep;
mod worker;
