//! What an atlas knows of one place, and what is told of it as a candidate.

use std::ops::Range;

use super::class::Class;
use super::shape::Shape;
use crate::base::Said;
use crate::model::Point;

/// One place.
#[derive(Clone, Debug)]
pub(super) struct Feature {
    pub name: String,
    pub kind: String,
    pub class: Option<Class>,
    pub aliases: Vec<String>,
    pub shape: Option<Shape>,
    pub at: Option<Point>,
    /// The roads that it is made of, as [`super::roads::Roads`] numbers them.
    pub roads: Vec<u32>,
    /// What the user should know: a former name.
    pub note: Option<Said>,
    /// The imported file that has it; none: the gazetteer.
    pub source: Option<String>,
    /// 1; less for what a name means less likely.
    pub weight: f64,
}

impl Feature {
    /// Every name.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// Whether it is a street, a road or a lane.
    pub(super) fn is_street(&self) -> bool {
        matches!(self.class, Some(Class::Street | Class::Lane))
    }
}

/// A place that words may mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// As people call it.
    pub name: String,
    /// What it is, in the words of the gazetteer or the map; `coordinates`, `plus_code`, `chainage`, `house`, `junction`, `stretch` for what was
    /// worked out.
    pub kind: String,
    /// What it is on the ground; none where only its name is known.
    pub shape: Option<Shape>,
    /// A point that stands for it; none where only its name is known.
    pub at: Option<Point>,
    /// The words that told it, as they were written.
    pub text: String,
    /// Their bytes in the text.
    pub span: Range<usize>,
    /// 0 to 1. Candidates that are less than [`CLOSE`] apart should be offered, not decided.
    pub score: f64,
    /// How the words were understood.
    pub why: Said,
}

/// Scores nearer to each other than this do not decide between two candidates.
pub const CLOSE: f64 = 0.15;
