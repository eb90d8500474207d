//! Where things are: distances and directions, what a camera sees, and the names people give to places.

pub mod fold;
pub mod gazetteer;
pub mod geodesy;

pub use gazetteer::{Gazetteer, Mention, Place};
pub use geodesy::{bearing_deg, distance_m, sees};
