//! What stays the same for a while: it is told by its hash, so that a browser that has it gets it only once.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// An answer with an ETag (RFC 9110 §8.8.3), or 304 without a body where whoever asks has it already. The tag is weak, since
/// the answer may be compressed on its way.
pub(super) fn stable(asked: &HeaderMap, kind: &'static str, bytes: impl Into<Bytes>) -> Response {
    let bytes = bytes.into();
    let hash = HEXLOWER.encode(Sha256::digest(&bytes).get(..16).unwrap_or_default());
    let tag = format!("W/\"{hash}\"");
    let mut response = match has(asked, &hash) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], bytes).into_response(),
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    // Kept by the visitor's own browser only, and asked for again each time.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// Whether one of the tags of `If-None-Match` is this one, weak or not.
fn has(asked: &HeaderMap, hash: &str) -> bool {
    let lists = asked.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|list| list.to_str().ok());
    let mut tags = lists.flat_map(|list| list.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"') == hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let mut asked = HeaderMap::new();
        let first = stable(&asked, "text/plain", "một");
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers()[header::ETAG].clone();
        asked.insert(
            header::IF_NONE_MATCH,
            HeaderValue::from_str(&format!("\"x\", {}", tag.to_str().unwrap())).unwrap(),
        );
        let again = stable(&asked, "text/plain", "một");
        assert_eq!((again.status(), &again.headers()[header::ETAG]), (StatusCode::NOT_MODIFIED, &tag));
        assert_eq!(stable(&asked, "text/plain", "hai").status(), StatusCode::OK);
    }
}
