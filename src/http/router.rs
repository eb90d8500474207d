//! The whole route table.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post, put};

use super::desk::Desk;
use super::problem::Problem;
use super::routes::{accounts, ask, audit, clip, clocks, health, parse, pictures, play, session, site, status};

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

/// Every route there is.
pub(super) fn router(desk: Desk) -> Router {
    let v1 = Router::new()
        .route("/login", post(session::login))
        .route("/logout", post(session::logout))
        .route("/me", get(session::me))
        .route("/me/password", put(session::password))
        .route("/me/purposes", get(session::purposes).post(session::state_purpose))
        .route("/site", get(site::site))
        .route("/parse", get(parse::parse))
        .route("/ask", post(ask::ask))
        .route("/search", post(ask::search))
        .route("/cameras/{camera}/frame", get(pictures::at))
        .route("/cameras/{camera}/play", post(play::play))
        .route("/recordings/{recording}/clip", get(clip::clip))
        .route("/recordings/{recording}/frame", get(pictures::frame))
        .route("/recordings/{recording}/thumbnail", get(pictures::thumbnail))
        .route("/status", get(status::status))
        .route("/quarantine", get(status::quarantine))
        .route("/clocks", get(clocks::list).post(clocks::check))
        .route("/clocks/{number}", delete(clocks::remove))
        .route("/users", get(accounts::list).post(accounts::add))
        .route("/users/{name}", put(accounts::change))
        .route("/users/{name}/password", post(accounts::password))
        .route("/users/{name}/sessions", delete(accounts::send_out))
        .route("/sessions", get(accounts::sessions))
        .route("/audit", get(audit::list))
        .route("/audit/verify", get(audit::verify))
        .route("/audit/reviews", get(audit::waiting).post(audit::review))
        .fallback(nothing)
        .method_not_allowed_fallback(nothing)
        .layer(from_fn(taken));
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .nest("/api/v1", v1)
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
