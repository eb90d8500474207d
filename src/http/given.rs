//! A file as an answer, whole or in part, read while it is taken.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::range::{self, Part};
use super::stream;
use crate::base::{Kind, Result, ResultExt};
use crate::say;

/// A file that is opened.
pub(super) struct Given {
    file: File,
    length: u64,
    etag: String,
    media_type: &'static str,
    /// The name under which it is to be saved, where it is.
    name: Option<String>,
}

impl Given {
    /// Opens it.
    ///
    /// # Errors
    /// [`Kind::Io`].
    pub(super) fn open(path: &Path, media_type: &'static str, saved: bool) -> Result<Given> {
        let unreadable = || say!("không đọc được tệp", "cannot read the file");
        let file = File::open(path).or_say(Kind::Io, unreadable)?;
        let meta = file.metadata().or_say(Kind::Io, unreadable)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).filter(|_| saved);
        let etag = format!("\"{:x}-{:x}-{:x}-{:x}\"", meta.ino(), meta.len(), meta.mtime(), meta.mtime_nsec());
        Ok(Given { file, length: meta.len(), etag, media_type, name })
    }

    /// The part of it that is asked for.
    pub(super) fn answer(self, asked: &HeaderMap) -> Response {
        let Given { mut file, length, etag, media_type, name } = self;
        let part = match range::asked(asked, length, &etag) {
            Part::Whole => None,
            Part::Of(from, to) => Some((from, to)),
            Part::Nowhere => return range::nowhere(length),
        };
        let (from, to) = part.unwrap_or((0, length));
        let sought = file.seek(SeekFrom::Start(from));
        let mut response = stream::chunks(file.take(to - from), sought.err()).into_response();
        let headers = response.headers_mut();
        range::tell(headers, part, length, &etag);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        if let Some(value) = name.and_then(|name| HeaderValue::from_str(&attachment(&name)).ok()) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        if part.is_some() {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        response
    }
}

/// As a file to be saved under a name (RFC 6266): letters that are not ASCII by RFC 8187.
fn attachment(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !"\"\\%".contains(c) { c } else { '_' }).collect();
    let whole: String = name
        .bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_twice_and_cannot_leave_its_quotes() {
        let told = attachment("Cổng \"chợ\".mp4");
        assert_eq!(
            told,
            "attachment; filename=\"C_ng__ch__.mp4\"; filename*=UTF-8''C%E1%BB%95ng%20%22ch%E1%BB%A3%22.mp4"
        );
        assert!(HeaderValue::from_str(&told).is_ok());
    }
}
