//! Parts of a file by `Range` and `If-Range` (RFC 9110 §14): one part at a time.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Which part of a file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it: nothing else was asked for, or what was asked for is not understood, or the file is another by now.
    Whole,
    /// From this byte to before that one, not empty.
    Of(u64, u64),
    /// A part that the file does not have.
    Nowhere,
}

/// The part of a file of this length and tag that a request asks for.
pub(super) fn asked(headers: &HeaderMap, length: u64, etag: &str) -> Part {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    match text(header::RANGE) {
        Some(range) if text(header::IF_RANGE).is_none_or(|tag| tag == etag) => parse(range, length),
        _ => Part::Whole,
    }
}

fn parse(range: &str, length: u64) -> Part {
    let Some((first, last)) = range.trim().strip_prefix("bytes=").and_then(|part| part.split_once('-')) else {
        return Part::Whole;
    };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    let (from, to) = match (first.trim(), last.trim()) {
        ("", suffix) => match number(suffix) {
            Some(0) => return Part::Nowhere,
            Some(suffix) => (length.saturating_sub(suffix), length),
            None => return Part::Whole,
        },
        (first, "") => match number(first) {
            Some(first) => (first, length),
            None => return Part::Whole,
        },
        (first, last) => match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => (first, last.saturating_add(1).min(length)),
            _ => return Part::Whole,
        },
    };
    if from < to { Part::Of(from, to) } else { Part::Nowhere }
}

/// Tells which part of a file of this length an answer holds.
pub(super) fn tell(headers: &mut HeaderMap, part: Option<(u64, u64)>, length: u64, etag: &str) {
    let (from, to) = part.unwrap_or((0, length));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(to - from));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, etag);
    }
    if part.is_some()
        && let Ok(value) = HeaderValue::from_str(&format!("bytes {from}-{}/{length}", to - 1))
    {
        headers.insert(header::CONTENT_RANGE, value);
    }
}

/// That the file has no such part.
pub(super) fn nowhere(length: u64) -> Response {
    (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, format!("bytes */{length}"))]).into_response()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_are_read_as_the_standard_says() {
        for (range, expected) in [
            ("bytes=0-99", Part::Of(0, 100)),
            ("bytes=0-", Part::Of(0, 1000)),
            ("bytes=999-5000", Part::Of(999, 1000)),
            ("bytes=-10", Part::Of(990, 1000)),
            ("bytes=-5000", Part::Of(0, 1000)),
            ("bytes=1000-", Part::Nowhere),
            ("bytes=-0", Part::Nowhere),
            ("bytes=9-3", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=-", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("bytes=99999999999999999999-", Part::Whole),
        ] {
            assert_eq!(parse(range, 1000), expected, "{range}");
        }
        assert_eq!(parse("bytes=0-", 0), Part::Nowhere);
    }

    #[test]
    fn of_a_file_that_changed_the_whole_is_given() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=1-2"));
        assert_eq!(asked(&headers, 10, "\"a\""), Part::Of(1, 3));
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"a\""));
        assert_eq!(asked(&headers, 10, "\"a\""), Part::Of(1, 3));
        assert_eq!(asked(&headers, 10, "\"b\""), Part::Whole);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_a_part_lies_in_the_file(range in "bytes=[0-9,-]{0,24}|.{0,20}", length in 0u64..5_000) {
            if let Part::Of(from, to) = parse(&range, length) {
                prop_assert!(from < to && to <= length);
            }
        }
    }
}
