//! `/healthz`, `/readyz`, `/metrics`.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;

use crate::http::desk::Desk;

/// The body of both health routes.
#[derive(Serialize)]
struct Body {
    ok: bool,
    problems: Vec<String>,
}

fn answer(ok: bool, problems: Vec<String>) -> impl IntoResponse {
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Body { ok, problems }))
}

/// 200 while the work gives signs of life, else 503: worth a restart.
pub(in crate::http) async fn alive(State(desk): State<Desk>) -> impl IntoResponse {
    let seen = desk.health().seen();
    answer(seen.alive, seen.problems)
}

/// 200 once every folder was looked through, else 503: answers may lack what nobody has looked at yet.
pub(in crate::http) async fn ready(State(desk): State<Desk>) -> impl IntoResponse {
    let seen = desk.health().seen();
    answer(seen.alive && seen.ready, seen.problems)
}

/// The figures in Prometheus' text format.
pub(in crate::http) async fn metrics(State(desk): State<Desk>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], desk.metrics())
}
