//! The whole route table.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use futures_util::TryStreamExt;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::desk::Desk;
use super::openapi;
use super::page;
use super::problem::Problem;
use super::routes::{
    accounts, ask, audit, clocks, coverage, estimates, events, health, parse, photos, pictures, quarantine, reports,
    session, site, status, tokens,
};

/// The longest body that is taken, bytes; a clock check's photograph comes on its own route.
const BODY: usize = 64 * 1024;

/// The longest photograph of a clock check, bytes.
const PHOTO: usize = 8 << 20;

/// Of a longer body so much is read and thrown away, bytes.
const THROWN_AWAY: usize = 16 << 20;

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

/// Whoever came by TLS once comes by nothing else for a year.
const TLS_ONLY: &str = "max-age=31536000";

/// Every route of the API, in alphabetical order of their nouns.
fn v1() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(ask::ask))
        .routes(routes!(audit::list))
        .routes(routes!(audit::export))
        .routes(routes!(audit::waiting, audit::review))
        .routes(routes!(audit::verify))
        .routes(routes!(pictures::at))
        .routes(routes!(clocks::list, clocks::check))
        .routes(routes!(estimates::list))
        .routes(routes!(estimates::accept))
        .routes(routes!(clocks::remove))
        .routes(routes!(coverage::coverage))
        .routes(routes!(events::events))
        .routes(routes!(session::login))
        .routes(routes!(session::logout))
        .routes(routes!(session::me))
        .routes(routes!(session::password))
        .routes(routes!(session::purposes, session::state_purpose))
        .routes(routes!(parse::parse))
        .routes(routes!(quarantine::list))
        .routes(routes!(quarantine::ignore))
        .routes(routes!(quarantine::retry))
        .routes(routes!(quarantine::unignore))
        .routes(routes!(pictures::frame))
        .routes(routes!(pictures::thumbnail))
        .routes(routes!(reports::list))
        .routes(routes!(reports::report))
        .routes(routes!(ask::search))
        .routes(routes!(accounts::sessions))
        .routes(routes!(site::site))
        .routes(routes!(status::status))
        .routes(routes!(tokens::list, tokens::add))
        .routes(routes!(tokens::revoke))
        .routes(routes!(accounts::list, accounts::add))
        .routes(routes!(accounts::change))
        .routes(routes!(accounts::password))
        .routes(routes!(accounts::send_out))
}

/// The routes that take a longer body.
fn v1_large() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(photos::get, photos::put))
}

/// What the supervisor of the service asks.
fn health() -> OpenApiRouter<Desk> {
    OpenApiRouter::new().routes(routes!(health::alive)).routes(routes!(health::ready)).routes(routes!(health::metrics))
}

/// The API's description: OpenAPI 3.1, as JSON.
pub fn description() -> String {
    let all = OpenApiRouter::with_openapi(openapi::head()).nest("/api/v1", v1().merge(v1_large())).merge(health());
    let mut text = format!("{:#}", openapi::finished(all.into_openapi()));
    text.push('\n');
    text
}

/// Every route there is.
pub(super) fn router(desk: Desk) -> Router {
    let (v1, _) = v1().split_for_parts();
    let (health, _) = health().split_for_parts();
    let v1 = v1.fallback(nothing).method_not_allowed_fallback(nothing).layer(from_fn(taken));
    let (large, _) = v1_large().split_for_parts();
    let large = large.method_not_allowed_fallback(nothing).layer((from_fn(taken_large), DefaultBodyLimit::disable()));
    let v1 = v1.merge(large);
    let described = Bytes::from(description());
    let described = move || async { ([(header::CONTENT_TYPE, "application/json")], described) };
    Router::new()
        .merge(health)
        .route("/api/openapi.json", get(described))
        .nest("/api/v1", v1)
        .fallback_service(any(page::page).layer(from_fn(taken)))
        .layer(from_fn_with_state(desk.clone(), guarded))
        .with_state(desk)
}

async fn nothing() -> Problem {
    Problem::not_found()
}

/// Takes a whole body in before anybody answers: an answer to a body that nobody read may be lost with the connection. Who sends it
/// too slowly, or too much, is sent away.
async fn taken(request: Request, next: Next) -> Response {
    take_in(request, next, BODY, SLOWEST).await
}

/// The same for a photograph.
async fn taken_large(request: Request, next: Next) -> Response {
    take_in(request, next, PHOTO, SLOWEST * 3).await
}

async fn take_in(request: Request, next: Next, most: usize, within: Duration) -> Response {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(within, whole(body, most)).await {
        Ok(Ok(Some(bytes))) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Ok(None)) => Problem::too_large().into_response(),
        Ok(Err(_)) | Err(_) => Problem::too_slow().into_response(),
    }
}

/// A body of at most so many bytes; none for a longer one. Of that some more is read and thrown away: a client that is still sending
/// when the connection ends does not see the answer.
async fn whole(body: Body, most: usize) -> Result<Option<Vec<u8>>, axum::Error> {
    let mut parts = body.into_data_stream();
    let (mut taken, mut length) = (Vec::new(), 0);
    while let Some(part) = parts.try_next().await? {
        length += part.len();
        if length <= most {
            taken.extend_from_slice(&part);
        } else if length > most + THROWN_AWAY {
            break;
        }
    }
    Ok((length <= most).then_some(taken))
}

/// Adds the headers that every answer has. What the API says is for this visitor and this moment only, unless a route says otherwise.
async fn guarded(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if desk.is_tls() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ONLY));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
