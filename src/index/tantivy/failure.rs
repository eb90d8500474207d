//! Which of tantivy's errors mean damage, and which only that the disk, the permissions or another process are in the way.

use std::io;

use ::tantivy::TantivyError;
use ::tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};

use crate::base::{Error, Kind, Said};
use crate::say;

/// An error while opening or searching.
pub(super) fn reading(error: TantivyError) -> Error {
    let kind = kind(&error);
    let said = match kind {
        Kind::State => damaged(),
        _ => say!("không đọc được chỉ mục", "cannot read the index"),
    };
    Error::caused_by(kind, said, error)
}

/// That the index is to blame, and what makes it anew.
fn damaged() -> Said {
    say!(
        "chỉ mục bị hỏng; chạy truyvet index để lập lại từ kho dữ liệu",
        "the index is damaged; run truyvet index, which makes it anew from the store"
    )
}

/// An error while changing the index.
pub(super) fn writing(error: TantivyError) -> Error {
    let kind = kind(&error);
    let said = match kind {
        Kind::State => damaged(),
        Kind::Busy => say!("một tiến trình khác đang ghi chỉ mục", "another process is writing the index"),
        _ => say!("không ghi được chỉ mục", "cannot write the index"),
    };
    Error::caused_by(kind, said, error)
}

fn kind(error: &TantivyError) -> Kind {
    match error {
        TantivyError::IoError(cause) => of_io(cause),
        TantivyError::OpenReadError(error) => match error {
            // meta.json names a file that is not there.
            OpenReadError::FileDoesNotExist(_) | OpenReadError::IncompatibleIndex(_) => Kind::State,
            OpenReadError::IoError { io_error, .. } => of_io(io_error),
        },
        TantivyError::OpenWriteError(error) => match error {
            OpenWriteError::FileAlreadyExists(_) => Kind::Internal,
            OpenWriteError::IoError { .. } => Kind::Io,
        },
        TantivyError::OpenDirectoryError(error) => match error {
            OpenDirectoryError::DoesNotExist(_)
            | OpenDirectoryError::NotADirectory(_)
            | OpenDirectoryError::FailedToCreateTempDir(_)
            | OpenDirectoryError::IoError { .. } => Kind::Io,
        },
        TantivyError::LockFailure(LockError::LockBusy, _) => Kind::Busy,
        TantivyError::LockFailure(LockError::IoError(_), _) => Kind::Io,
        TantivyError::DataCorruption(_)
        | TantivyError::FieldNotFound(_)
        | TantivyError::SchemaError(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::MissingPlugin(_)
        | TantivyError::UnexpectedPlugin(_) => Kind::State,
        // The writer's thread ended: what we give it is well-formed, so the disk refused it.
        TantivyError::ErrorInThread(_) | TantivyError::SystemError(_) => Kind::Io,
        _ => Kind::Internal,
    }
}

/// Bytes that make no sense are damage; bytes that cannot be had are not.
fn of_io(error: &io::Error) -> Kind {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Kind::State,
        _ => Kind::Io,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn only_damage_is_damage() {
        let io = |kind: io::ErrorKind| TantivyError::IoError(Arc::new(io::Error::from(kind)));
        let open = |kind: io::ErrorKind| OpenReadError::wrap_io_error(kind.into(), "meta.json".into()).into();
        let cases: [(TantivyError, Kind); 9] = [
            (io(io::ErrorKind::PermissionDenied), Kind::Io),
            (io(io::ErrorKind::StorageFull), Kind::Io),
            (io(io::ErrorKind::InvalidData), Kind::State),
            (open(io::ErrorKind::PermissionDenied), Kind::Io),
            (open(io::ErrorKind::UnexpectedEof), Kind::State),
            (OpenReadError::FileDoesNotExist("a.fast".into()).into(), Kind::State),
            (TantivyError::LockFailure(LockError::LockBusy, None), Kind::Busy),
            (LockError::wrap_io_error(io::ErrorKind::PermissionDenied.into()).into(), Kind::Io),
            (TantivyError::SchemaError("another".to_owned()), Kind::State),
        ];
        for (error, expected) in cases {
            assert_eq!(kind(&error), expected, "{error:?}");
        }
    }
}
