//! Where things are: distances and directions, what a camera sees, the names people give to places, the roads between them.
//!
//! An [`Atlas`] holds all that a site knows: the operator's tables, and the maps that were imported. [`resolve`] reads a text and gives
//! the places that it may mean, ranked, each with its reason; nothing is decided in the dark.

mod atlas;
mod chainage;
pub mod chart;
mod class;
mod combine;
mod coordinates;
mod feature;
mod former;
pub mod fuzz;
mod gazetteer;
pub mod geodesy;
pub mod import;
mod links;
mod names;
pub mod pluscode;
mod resolve;
pub mod roads;
mod scan;
pub mod shape;
pub mod source;
mod streets;
#[cfg(test)]
mod tests;
pub mod units;
pub mod words;

pub use atlas::Atlas;
pub use coordinates::without_points;
pub use feature::{CLOSE, Candidate};
pub use gazetteer::{Gazetteer, Place};
pub use geodesy::{bearing_deg, distance_m, sees};
pub use resolve::{LONGEST, resolve};
pub use shape::Shape;
pub use words::{fold, stands_in};
