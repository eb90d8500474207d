//! From one sighting to the whole route.

mod belief;
pub mod desk;
pub mod export;
mod join;
pub mod net;
mod pace;
mod rank;
pub mod speed;
pub mod standing;
mod tracer;
mod tree;
mod way;

pub use desk::Desk;
pub use speed::Speed;
pub use standing::{Holds, Standing};
pub use tracer::{Candidate, Facts, Side, Tracer};
pub use way::Way;
