//! `/healthz`, `/readyz`, `/metrics`.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::desk::Desk;

/// How the daemon is.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
pub(in crate::http) struct Body {
    ok: bool,
    problems: Vec<String>,
}

fn answer(ok: bool, problems: Vec<String>) -> impl IntoResponse {
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Body { ok, problems }))
}

/// 200 while the work gives signs of life, else 503: worth a restart.
#[utoipa::path(
    get, path = "/healthz", tag = "health", operation_id = "healthz",
    security(()),
    responses((status = 200, description = "Alive", body = Body), (status = 503, description = "Not alive", body = Body)),
)]
pub(in crate::http) async fn alive(State(desk): State<Desk>) -> impl IntoResponse {
    let seen = desk.health().seen();
    answer(seen.alive, seen.problems)
}

/// 200 once every folder was looked through, else 503: answers may lack what nobody has looked at yet.
#[utoipa::path(
    get, path = "/readyz", tag = "health", operation_id = "readyz",
    security(()),
    responses((status = 200, description = "Ready", body = Body), (status = 503, description = "Not ready", body = Body)),
)]
pub(in crate::http) async fn ready(State(desk): State<Desk>) -> impl IntoResponse {
    let seen = desk.health().seen();
    answer(seen.alive && seen.ready, seen.problems)
}

/// The figures in Prometheus' text format.
#[utoipa::path(
    get, path = "/metrics", tag = "health", operation_id = "metrics",
    security(()),
    responses((status = 200, description = "The figures", content_type = "text/plain", body = String)),
)]
pub(in crate::http) async fn metrics(State(desk): State<Desk>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], desk.metrics())
}
