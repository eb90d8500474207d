//! What is told of bytes beside them, in headers; and how the description tells of such an answer.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use utoipa::PartialSchema;
use utoipa::openapi::{ContentBuilder, HeaderBuilder, ObjectBuilder, RefOr, Response, ResponseBuilder, Type};

/// Headers by name, and what they tell.
pub(super) type Told<const N: usize> = [(&'static str, &'static str); N];

/// Adds the headers, in their order.
pub(super) fn tell<const N: usize>(headers: &mut HeaderMap, told: &Told<N>, values: [String; N]) {
    for ((name, _), value) in told.iter().zip(values) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// How an answer of bytes with these headers is described.
pub(super) fn responses(media_type: &str, what: &str, told: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let bytes = ObjectBuilder::new().schema_type(Type::String).content_media_type(media_type);
    let content = ContentBuilder::new().schema(Some(bytes)).build();
    let mut shown = ResponseBuilder::new().description(what).content(media_type, content);
    for (name, what) in told {
        let header = HeaderBuilder::new().schema(Some(String::schema())).description(Some(*what)).build();
        shown = shown.header(*name, header);
    }
    let nothing = "`not_found`, or `no_footage`: there is no footage, and `detail` says why";
    let nothing = ResponseBuilder::new().description(nothing);
    let damaged = ResponseBuilder::new().description("`damaged`: the file cannot be read there");
    [("200", shown.build()), ("404", nothing.build()), ("422", damaged.build())]
        .map(|(status, response)| (status.to_owned(), response.into()))
        .into()
}
