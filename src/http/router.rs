//! The whole route table.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::desk::Desk;
use super::problem::Problem;
use super::routes::{accounts, ask, audit, clip, clocks, health, parse, pictures, play, session, site, status};
use super::{openapi, page};

/// The longest body that is taken, bytes; a clock check's photograph comes on its own route.
const BODY: usize = 64 * 1024;

/// A body comes within so long.
const SLOWEST: Duration = Duration::from_secs(20);

/// What every answer says to a browser.
const HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    (
        "content-security-policy",
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// Every route of the API, in alphabetical order of their nouns.
fn v1() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(ask::ask))
        .routes(routes!(audit::list))
        .routes(routes!(audit::waiting, audit::review))
        .routes(routes!(audit::verify))
        .routes(routes!(pictures::at))
        .routes(routes!(play::play))
        .routes(routes!(clocks::list, clocks::check))
        .routes(routes!(clocks::remove))
        .routes(routes!(session::login))
        .routes(routes!(session::logout))
        .routes(routes!(session::me))
        .routes(routes!(session::password))
        .routes(routes!(session::purposes, session::state_purpose))
        .routes(routes!(parse::parse))
        .routes(routes!(status::quarantine))
        .routes(routes!(clip::clip))
        .routes(routes!(pictures::frame))
        .routes(routes!(pictures::thumbnail))
        .routes(routes!(ask::search))
        .routes(routes!(accounts::sessions))
        .routes(routes!(site::site))
        .routes(routes!(status::status))
        .routes(routes!(accounts::list, accounts::add))
        .routes(routes!(accounts::change))
        .routes(routes!(accounts::password))
        .routes(routes!(accounts::send_out))
}

/// What the supervisor of the service asks.
fn health() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(health::alive)).routes(routes!(health::ready)).routes(routes!(health::metrics))
}

/// The API's description: OpenAPI 3.1, as JSON.
pub fn description() -> String {
    let all = OpenApiRouter::with_openapi(openapi::head()).nest("/api/v1", v1()).merge(health());
    let mut text = format!("{:#}", openapi::finished(all.into_openapi()));
    text.push('\n');
    text
}

/// Every route there is.
pub(super) fn router(desk: Desk) -> Router {
    let (v1, _) = v1().split_for_parts();
    let (health, _) = health().split_for_parts();
    let v1 = v1.fallback(nothing).method_not_allowed_fallback(nothing).layer(from_fn(taken));
    let described = Bytes::from(description());
    let described = move || async { ([(header::CONTENT_TYPE, "application/json")], described) };
    Router::new()
        .merge(health)
        .route("/api/openapi.json", get(described))
        .nest("/api/v1", v1)
        .fallback_service(any(page::page).layer(from_fn(taken)))
        .layer(from_fn(guarded))
        .with_state(desk)
}

async fn nothing() -> Problem {
    Problem::not_found()
}

/// Takes a whole body in before anybody answers: an answer to a body that nobody read may be lost with the connection. Who sends it
/// too slowly, or too much, is sent away.
async fn taken(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(SLOWEST, to_bytes(body, BODY)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(_)) => Problem::too_large().into_response(),
        Err(_) => Problem::too_slow().into_response(),
    }
}

/// Adds the headers that every answer has. What the API says is for this visitor and this moment only, unless a route says otherwise.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
