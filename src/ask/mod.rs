//! From an officer's sentence to an answer: what was understood, which cameras should have seen it, and what stands out.
//!
//! [`sentence`] reads time and place, [`kinds`] says how each kind of incident is looked for, [`plan()`] makes one search of both, and
//! [`answer()`] carries it out. The command line and the page ask here.

pub mod answer;
mod around;
pub mod kinds;
mod plan;
pub mod sentence;
mod understood;

pub use answer::{AskAnswer, Asked, answer};
pub use around::{ALONG_M, Around, circle, middle};
pub use kinds::{Kinds, Mode, Order};
pub use plan::{Plan, Question, Spot, plan};
pub use sentence::{Sentence, understand};
pub use understood::{NamedPlace, ReadingAnswer, Understood, degrees, readings, understood};
