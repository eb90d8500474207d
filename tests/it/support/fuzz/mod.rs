//! Containers damaged on purpose, by the thousand, through the real reading processes. A seed and a number name each case.

mod boxes;
mod bytes;
pub(crate) mod campaign;
pub(crate) mod corpus;
mod ebml;
pub(crate) mod mutant;
mod packets;
mod sane;
