//! The HTTP port: how the daemon is, the page, and the door to everything else, `/api/v1`. The whole route table is in `router.rs`.

mod album;
mod desk;
mod openapi;
mod page;
mod problem;
mod router;
mod routes;
mod stream;
mod visitor;

use std::future::Future;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::base::{Kind, Result, ResultExt};
use crate::say;

pub use desk::{Desk, Known, Office};
pub use router::description;

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
pub async fn serve(listener: TcpListener, desk: Desk, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let routes = router::router(desk).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, routes)
        .with_graceful_shutdown(stop)
        .await
        .or_say(Kind::Io, || say!("cổng HTTP bị lỗi", "the HTTP port failed"))
}
