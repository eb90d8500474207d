//! The HTTP port: how the daemon is, the page, and the door to everything else, `/api/v1`. The whole route table is in `router.rs`.

mod album;
mod desk;
mod docs;
mod events;
mod given;
mod host;
mod limits;
mod openapi;
mod page;
mod problem;
mod range;
mod router;
mod routes;
mod stable;
mod stream;
mod tracers;
mod visitor;

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use rustls::ServerConfig;

use crate::base::{Kind, Result, ResultExt};
use crate::say;

pub use desk::{Desk, Known, Office};
pub use events::Event;
pub use router::description;

/// Who is still being answered when the daemon ends has so long left.
const LEFT_AT_THE_END: Duration = Duration::from_secs(10);

/// Binds the port.
///
/// # Errors
/// [`Kind::Io`] when the address is taken or not ours.
pub fn bind(listen: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(listen).or_say(Kind::Io, || {
        say!(
            "không mở được cổng {listen}; kiểm tra [http] listen, hoặc chương trình khác đang dùng cổng này",
            "cannot listen on {listen}; check [http] listen, or whether another program uses the port"
        )
    })
}

/// Answers until `stop` is done, by TLS where it is told how.
///
/// # Errors
/// [`Kind::Io`] when the port fails.
pub async fn serve(
    listener: TcpListener,
    desk: Desk,
    tls: Option<Arc<ServerConfig>>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let failed = || say!("cổng HTTP bị lỗi", "the HTTP port failed");
    let listen = listener.local_addr().or_say(Kind::Io, failed)?;
    let routes = router::router(desk, listen).into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    let ending = handle.clone();
    tokio::spawn(async move {
        stop.await;
        ending.graceful_shutdown(Some(LEFT_AT_THE_END));
    });
    let mut server = axum_server::from_tcp(listener).or_say(Kind::Io, failed)?.handle(handle).http1_only();
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(limits::HEAD);
    let server = server.first_request_timeout(limits::HEAD);
    match tls {
        None => server.serve(routes).await,
        Some(config) => server.acceptor(RustlsAcceptor::new(RustlsConfig::from_config(config))).serve(routes).await,
    }
    .or_say(Kind::Io, failed)
}
