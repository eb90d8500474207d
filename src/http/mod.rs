//! The HTTP port: how the daemon is, the page, and the door to everything else, `/api/v1`. The whole route table is in `router.rs`.

mod album;
mod desk;
mod docs;
mod host;
mod limits;
mod openapi;
mod page;
mod problem;
mod router;
mod routes;
mod stable;
mod stream;
mod visitor;

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

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

/// So long after `stop` answers that are under way may still be finished.
const LEAVING: Duration = Duration::from_secs(10);

/// Answers until `stop` is done.
///
/// # Errors
/// [`Kind::Io`] when the port fails.
pub async fn serve(listener: TcpListener, desk: Desk, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let failed = || say!("cổng HTTP bị lỗi", "the HTTP port failed");
    let listen = listener.local_addr().or_say(Kind::Io, failed)?;
    let routes = router::router(desk, listen).into_make_service_with_connect_info::<SocketAddr>();
    let handle = axum_server::Handle::new();
    let leaving = handle.clone();
    tokio::spawn(async move {
        stop.await;
        leaving.graceful_shutdown(Some(LEAVING));
    });
    let listener = listener.into_std().or_say(Kind::Io, failed)?;
    let mut server = axum_server::from_tcp(listener).or_say(Kind::Io, failed)?.http1_only();
    server.http_builder().http1().header_read_timeout(limits::HEAD);
    server.first_request_timeout(limits::HEAD).handle(handle).serve(routes).await.or_say(Kind::Io, failed)
}
