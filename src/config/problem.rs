//! One thing that is wrong with a configuration file: where, what, and how to mend it.

use std::path::Path;

use crate::base::Said;

/// A problem with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether the file is refused for it.
    pub fatal: bool,
    /// `file:line: what, and the remedy`.
    pub said: Said,
}

/// `file:line`, or the file alone where no line is to blame.
pub(super) fn place(file: &Path, line: Option<usize>) -> String {
    match line {
        Some(line) => format!("{}:{line}", file.display()),
        None => file.display().to_string(),
    }
}

/// The line, from 1, that a byte of the text is on.
pub(super) fn line_of(text: &str, byte: usize) -> usize {
    1 + text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count()
}

/// Several problems as one text, a line each.
pub(super) fn join(problems: &[Problem]) -> Said {
    let lines = |pick: fn(&Said) -> &str| problems.iter().map(|p| pick(&p.said)).collect::<Vec<_>>().join("\n");
    Said { vi: lines(|s| &s.vi), en: lines(|s| &s.en) }
}
