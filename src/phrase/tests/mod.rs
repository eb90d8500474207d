//! Whole sentences: the tables of rows, single outcomes, and what must hold for every text.

mod outcomes;
mod properties;
mod rows;
