//! One error type: a kind that maps to an exit code (and later an HTTP status), a sentence for the user, a cause for the log.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::say::{Lang, Said};
use crate::say;

/// What went wrong, as far as the caller must tell it apart. Each kind has one exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The command line was wrong, or asks for something that does not exist (an unknown place, camera, recording).
    Usage,
    /// The site file or another configuration file is wrong.
    Config,
    /// A file or device could not be read or written.
    Io,
    /// A media file is damaged, or not media at all.
    Media,
    /// The store or the index is damaged or of an unknown version.
    State,
    /// Another process is at work on the same state.
    Busy,
    /// Whoever asks may not: a wrong password, a role without the right.
    Denied,
    /// The user or the system asked us to stop; it is safe to run again.
    Interrupted,
    /// A fault of ours.
    Internal,
}

impl Kind {
    /// The exit code of a command that ends with this kind (documented in the README).
    pub fn exit_code(self) -> u8 {
        match self {
            Kind::Usage | Kind::Config => 2,
            Kind::Interrupted => 130,
            Kind::Io | Kind::Media | Kind::State | Kind::Busy | Kind::Denied | Kind::Internal => 1,
        }
    }
}

/// An error: its kind, what to tell the user (naming the file, the field and the remedy), and the cause.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    said: Box<Said>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error without a deeper cause.
    pub fn new(kind: Kind, said: Said) -> Error {
        Error { kind, said: Box::new(said), cause: None }
    }

    /// The same, with the error that caused it.
    pub fn caused_by(kind: Kind, said: Said, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error { kind, said: Box::new(said), cause: Some(cause.into()) }
    }

    /// The kind, for exit codes and decisions.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The sentence for the user, without causes.
    pub fn said(&self) -> &Said {
        &self.said
    }

    /// The sentence and its causes in one line, as a terminal shows it.
    pub fn explain(&self, lang: Lang) -> String {
        let mut text = self.said.in_lang(lang).to_owned();
        let mut cause = self.cause.as_deref().map(|c| c as &(dyn std::error::Error + 'static));
        while let Some(error) = cause {
            text.push_str(": ");
            match error.downcast_ref::<Error>() {
                Some(ours) => text.push_str(ours.said.in_lang(lang)),
                None => text.push_str(&error.to_string()),
            }
            cause = error.source();
        }
        text
    }

    /// The error of an interrupted run.
    pub fn interrupted() -> Error {
        Error::new(
            Kind::Interrupted,
            say!("đã dừng theo yêu cầu; chạy lại để làm tiếp", "stopped as asked; run again to go on"),
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|c| c as &(dyn std::error::Error + 'static))
    }
}

/// Turns a foreign error into ours where it passes.
pub trait ResultExt<T> {
    /// Wraps the error with a kind and a sentence that is only made when needed.
    ///
    /// # Errors
    /// The wrapped error, when `self` is one.
    fn or_say(self, kind: Kind, said: impl FnOnce() -> Said) -> Result<T>;
}

impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> ResultExt<T> for std::result::Result<T, E> {
    fn or_say(self, kind: Kind, said: impl FnOnce() -> Said) -> Result<T> {
        self.map_err(|cause| Error::caused_by(kind, said(), cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_documented_exit_code() {
        let codes = [
            (Kind::Usage, 2),
            (Kind::Config, 2),
            (Kind::Io, 1),
            (Kind::Media, 1),
            (Kind::State, 1),
            (Kind::Busy, 1),
            (Kind::Interrupted, 130),
            (Kind::Internal, 1),
        ];
        for (kind, code) in codes {
            assert_eq!(kind.exit_code(), code, "{kind:?}");
        }
    }

    #[test]
    fn an_explanation_holds_the_whole_chain_in_one_language() {
        let inner = Error::caused_by(
            Kind::Io,
            say!("không mở được tệp", "cannot open the file"),
            std::io::Error::other("disk on fire"),
        );
        let outer = Error::caused_by(Kind::Media, say!("bỏ qua a.mp4", "left out a.mp4"), inner);
        assert_eq!(outer.explain(Lang::Vi), "bỏ qua a.mp4: không mở được tệp: disk on fire");
        assert_eq!(outer.explain(Lang::En), "left out a.mp4: cannot open the file: disk on fire");
    }
}
