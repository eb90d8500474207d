//! Photographs of clock checks: what the screen showed, beside a good clock. They are kept as they came and never decoded here.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::json;

use super::{Path, answered};
use crate::http::desk::{Desk, Hands};
use crate::http::problem::Problem;
use crate::http::visitor::{Caller, Visitor};
use crate::model::{Act, ClockCheck, Deed, Right};
use crate::store;

/// What a browser may do with a photograph that somebody sent: show it, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// A check that holds, of a camera that the visitor may see.
fn check(hands: &Hands<'_>, visitor: &Visitor, number: i64) -> Result<ClockCheck, Problem> {
    let check = hands.store.clock_checks()?.into_iter().find(|check| check.id == number);
    let check = check.ok_or_else(Problem::not_found)?;
    visitor.camera(&hands.known.site.cameras, &check.camera)?;
    Ok(check)
}

/// Keeps a photograph of a clock check.
#[utoipa::path(
    put, path = "/clocks/{number}/photo", tag = "clocks", operation_id = "put_check_photo",
    params(("number" = i64, Path, description = "The check's number")),
    request_body(content(
        (Vec<u8> = "image/jpeg"),
        (Vec<u8> = "image/png"),
    ), description = "A JPEG or a PNG of at most 8 MiB"),
    responses((status = 204, description = "Kept")),
)]
pub(in crate::http) async fn put(
    State(desk): State<Desk>,
    caller: Caller,
    Path(number): Path<i64>,
    bytes: Bytes,
) -> Result<StatusCode, Problem> {
    let who = caller.clone();
    let kept = desk.work(move |mut hands| {
        let visitor = who.enter(&mut hands, Right::Clocks)?;
        check(&hands, &visitor, number)?;
        let name = store::keep_photo(&hands.known.site.data, &bytes)?;
        match hands.store.set_check_photo(number, &name, &visitor.actor(), Timestamp::now())? {
            true => Ok(StatusCode::NO_CONTENT),
            false => Err(Problem::not_found()),
        }
    });
    answered(&caller, kept).await
}

/// The photograph of a clock check.
#[utoipa::path(
    get, path = "/clocks/{number}/photo", tag = "clocks", operation_id = "check_photo",
    params(("number" = i64, Path, description = "The check's number")),
    responses((status = 200, description = "As it came", content(
        (Vec<u8> = "image/jpeg"),
        (Vec<u8> = "image/png"),
    ))),
)]
pub(in crate::http) async fn get(
    State(desk): State<Desk>,
    caller: Caller,
    Path(number): Path<i64>,
) -> Result<Response, Problem> {
    let who = caller.clone();
    let photo = desk.work(move |mut hands| {
        let visitor = who.enter_with(&mut hands, Right::Clocks, Right::Look)?;
        let check = check(&hands, &visitor, number)?;
        let name = check.photo.ok_or_else(Problem::not_found)?;
        let photo = store::photo(&hands.known.site.data, &name)?.ok_or_else(Problem::not_found)?;
        let mut deed = Deed::new(visitor.actor(), Act::Clock, json!({ "what": "photo shown", "number": number }));
        deed.cameras.push(check.camera);
        hands.store.note(&deed, Timestamp::now())?;
        Ok(photo)
    });
    let photo = answered(&caller, photo).await?;
    let mut response = Bytes::from(photo.bytes).into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, photo.kind),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
