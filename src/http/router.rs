//! The whole route table.

use axum::Router;
use axum::routing::get;

use super::Door;
use super::routes::health;

/// Every route there is.
pub(super) fn router(door: Door) -> Router {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .with_state(door)
}
