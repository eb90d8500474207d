//! The whole route table.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};
use serde_json::Value;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{Predicate, SizeAbove};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::desk::Desk;
use super::host::{Door, ours};
use super::limits::{taken, taken_large, timely};
use super::problem::Problem;
use super::routes::{
    accounts, ask, audit, clip, clocks, coverage, estimates, events, health, map, parse, photos, pictures, play,
    quarantine, recordings, reports, session, site, status, timeline, tokens, trace_entries, traces,
};
use super::stable::stable;
use super::visitor::language;
use super::{docs, openapi, page};

/// What every answer says to a browser.
const HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    (
        "content-security-policy",
        "default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
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
        .routes(routes!(play::play))
        .routes(routes!(clocks::list, clocks::check))
        .routes(routes!(estimates::list))
        .routes(routes!(estimates::accept))
        .routes(routes!(clocks::remove))
        .routes(routes!(coverage::coverage))
        .routes(routes!(events::events))
        .routes(routes!(session::login))
        .routes(routes!(session::logout))
        .routes(routes!(map::map))
        .routes(routes!(map::areas))
        .routes(routes!(map::base))
        .routes(routes!(map::roads))
        .routes(routes!(session::me))
        .routes(routes!(session::password))
        .routes(routes!(session::purposes, session::state_purpose))
        .routes(routes!(parse::parse))
        .routes(routes!(quarantine::list))
        .routes(routes!(quarantine::ignore))
        .routes(routes!(quarantine::retry))
        .routes(routes!(quarantine::unignore))
        .routes(routes!(recordings::one))
        .routes(routes!(clip::clip))
        .routes(routes!(pictures::frame))
        .routes(routes!(recordings::media))
        .routes(routes!(pictures::thumbnail))
        .routes(routes!(reports::list))
        .routes(routes!(reports::report))
        .routes(routes!(ask::search))
        .routes(routes!(accounts::sessions))
        .routes(routes!(site::site))
        .routes(routes!(status::status))
        .routes(routes!(tokens::list, tokens::add))
        .routes(routes!(tokens::revoke))
        .routes(routes!(timeline::timeline))
        .routes(routes!(traces::list, trace_entries::start))
        .routes(routes!(traces::show))
        .routes(routes!(traces::export))
        .routes(routes!(trace_entries::looked))
        .routes(routes!(traces::next))
        .routes(routes!(traces::reach))
        .routes(routes!(trace_entries::seen))
        .routes(routes!(trace_entries::undo))
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
    let mut text = format!("{:#}", described());
    text.push('\n');
    text
}

fn described() -> Value {
    openapi::finished(
        OpenApiRouter::with_openapi(openapi::head())
            .nest("/api/v1", v1().merge(v1_large()))
            .merge(health())
            .into_openapi(),
    )
}

/// The description for programs and for people.
fn documents<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let (json, page) = (Bytes::from(description()), Bytes::from(docs::page(&described())));
    let json = move |asked: HeaderMap| async move { stable(&asked, "application/json", json) };
    let page = move |asked: HeaderMap| async move {
        ([(header::CONTENT_SECURITY_POLICY, docs::POLICY)], stable(&asked, "text/html; charset=utf-8", page))
    };
    let style = |asked: HeaderMap| async move { stable(&asked, "text/css; charset=utf-8", docs::STYLE) };
    Router::new().route("/openapi.json", get(json)).route("/docs", get(page)).route("/docs.css", get(style))
}

/// Every route there is, of a port that listens there.
pub(super) fn router(desk: Desk, listen: SocketAddr) -> Router {
    let (v1, _) = v1().split_for_parts();
    let (health, _) = health().split_for_parts();
    let v1 = v1.fallback(nothing).method_not_allowed_fallback(not_so).layer(from_fn(taken));
    let (large, _) = v1_large().split_for_parts();
    let large = large.method_not_allowed_fallback(not_so).layer((from_fn(taken_large), DefaultBodyLimit::disable()));
    let v1 = v1.merge(large).layer(from_fn(timely));
    Router::new()
        .merge(health)
        .nest("/api", documents())
        .nest("/api/v1", v1)
        .fallback_service(any(page::page).layer(from_fn(taken)))
        .layer(
            CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(SMALL).and(text)),
        )
        .layer(from_fn_with_state(Door { desk: desk.clone(), listen }, ours))
        .layer(from_fn_with_state(desk.clone(), guarded))
        .with_state(desk)
}

/// Answers shorter than this, bytes, are not worth compressing.
const SMALL: u64 = 1024;

/// Whether an answer is worth compressing: text that is whole, never pictures, media, or events that somebody waits for.
fn text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    matches!(kind, "text/html" | "text/css" | "text/plain")
        || kind.starts_with("application/") && kind.ends_with("json")
}

async fn nothing(headers: HeaderMap) -> Problem {
    Problem::not_found().in_lang(language(&headers))
}

async fn not_so(headers: HeaderMap) -> Problem {
    Problem::method().in_lang(language(&headers))
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
