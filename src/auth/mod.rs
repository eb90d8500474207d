//! The door: who comes in, with what proof, for how long, and what they may see. Accounts, sessions and keys are rows of the store;
//! here is what is made of them.

mod door;
mod key;
mod password;
mod scope;
#[cfg(test)]
mod tests;

pub use door::{Door, Entered, Times};
pub use key::{Key, hash};
pub use password::{LEAST, hashed, refuse_weak};
pub use scope::{Scope, cameras_of};
