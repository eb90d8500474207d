//! The HTTP port: how the daemon is, and its figures. The whole route table is in `router.rs`.

mod router;
mod routes;

use std::future::Future;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::base::health::Health;
use crate::base::{Kind, Result, ResultExt};
use crate::say;

/// What the routes answer from.
#[derive(Clone)]
pub struct Door {
    /// How the daemon is.
    pub health: Health,
    /// Renders the figures in Prometheus' text format.
    pub metrics: std::sync::Arc<dyn Fn() -> String + Send + Sync>,
}

/// Binds the port.
///
/// # Errors
/// [`Kind::Io`] when the address is taken or not ours.
pub async fn bind(listen: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(listen).await.or_say(Kind::Io, || {
        say!(
            "không mở được cổng {listen}; kiểm tra [http] listen, hoặc chương trình khác đang dùng cổng này",
            "cannot listen on {listen}; check [http] listen, or whether another program uses the port"
        )
    })
}

/// Answers until `stop` is done.
///
/// # Errors
/// [`Kind::Io`] when the port fails.
pub async fn serve(listener: TcpListener, door: Door, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    axum::serve(listener, router::router(door))
        .with_graceful_shutdown(stop)
        .await
        .or_say(Kind::Io, || say!("cổng HTTP bị lỗi", "the HTTP port failed"))
}
