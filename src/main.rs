//! The `truyvet` program.

fn main() {}
