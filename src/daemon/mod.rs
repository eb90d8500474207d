//! The daemon: watches, takes in what settles, takes thumbnails when it may, and answers on its HTTP port, until told to stop.
//!
//! Two halves. The work ([`work`]) is one thread that owns store and index; it blocks and computes. Around it is a small async
//! runtime for the HTTP port and the signals, on which nothing blocks.

pub mod control;
mod figures;
mod inbox;
mod news;
mod thumbnailer;
mod work;

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};

use crate::auth::{Door, Times};
use crate::base::health::Health;
use crate::base::shutdown::Shutdown;
use crate::base::{Kind, Result, ResultExt};
use crate::config::{Site, Transport};
use crate::http::{self, Desk, Known, Office};
use crate::media::MediaPool;
use crate::say;
use crate::tls;

use work::Port;
pub use work::{Reload, Tools};

/// How often the work's sign of life is looked at.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How long answers that were begun may take once the work has ended.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Runs until SIGTERM or SIGINT; SIGHUP reads the site file again (`reload` says what it became). `front` reads media for whoever looks
/// at it by the port, `clips` makes what they watch.
///
/// # Errors
/// When the port cannot be had, or the work fails.
pub fn run(
    tools: Tools,
    front: MediaPool,
    clips: MediaPool,
    listen: std::net::SocketAddr,
    reload: Reload,
) -> Result<()> {
    let certificate = match tools.site.transport(listen)? {
        Transport::Tls => Some(tls::Shown::of(&tools.site.tls.cert, &tools.site.tls.key)?),
        Transport::Local => None,
        Transport::Unencrypted => {
            tracing::warn!(%listen, "NOT ENCRYPTED: whoever is on the network can read passwords and pictures ([http] insecure)");
            None
        }
    };
    let spoken = certificate.clone().map(tls::server).transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .or_say(Kind::Internal, || say!("không khởi động được", "cannot start the runtime"))?;
    let metrics = figures::install()?;
    let health = Health::default();
    let shutdown = tools.shutdown.clone();
    runtime.block_on(async {
        let listener = http::bind(listen)?;
        let again = Shutdown::default();
        tokio::spawn(signals(shutdown.clone(), again.clone()));
        let (wishes, wished) = std::sync::mpsc::channel();
        let desk = Desk::new(Office {
            known: Known::of(tools.site.clone())?,
            index: std::sync::Arc::clone(&tools.index),
            media: front,
            clips,
            door: door(&tools.site),
            health: health.clone(),
            metrics,
            wishes,
            is_tls: spoken.is_some(),
        });
        let (stopping, listened) = (shutdown.clone(), desk.clone());
        let stop = async move {
            wait_for(stopping).await;
            listened.close();
        };
        let port = tokio::spawn(http::serve(listener, desk.clone(), spoken, stop));
        // SQLite, tantivy and waiting for reading processes block: a thread of its own, never the runtime's.
        let (done, finished) = tokio::sync::oneshot::channel();
        let report = health.clone();
        let stop_too = shutdown.clone();
        std::thread::Builder::new()
            .name("work".into())
            .spawn(move || {
                let result = work::run(tools, &report, &again, reload, Port { desk: &desk, wished, certificate });
                stop_too.ask();
                // The receiver is only gone when the runtime is.
                let _ = done.send(result);
            })
            .or_say(Kind::Internal, || say!("không khởi động được", "cannot start the work"))?;
        let beat = tokio::spawn(heartbeat(health));
        // A service manager that is not there needs no notice.
        let _ = sd_notify::notify(&[NotifyState::Ready]);
        tracing::info!(%listen, "truyvet serves");
        let result = finished.await.unwrap_or_else(|_| {
            Err(crate::base::Error::new(Kind::Internal, say!("phần việc đã hỏng", "the work panicked")))
        });
        let _ = sd_notify::notify(&[NotifyState::Stopping]);
        beat.abort();
        // A player that is paused keeps its connection open for longer than anybody waits for us.
        if let Ok(Ok(Err(error))) = tokio::time::timeout(LAST_ANSWERS, port).await {
            tracing::warn!(%error, "the HTTP port ended badly");
        }
        result
    })
}

/// How long sessions last on this site.
fn door(site: &Site) -> Door {
    let minutes = |minutes: u32| Duration::from_secs(u64::from(minutes) * 60);
    let section = &site.door;
    Door { times: Times { idle: minutes(section.idle_min), longest: minutes(section.longest_h.saturating_mul(60)) } }
}

/// SIGTERM and SIGINT ask to stop, SIGHUP to read the site file again.
async fn signals(shutdown: Shutdown, again: Shutdown) {
    let (Ok(mut term), Ok(mut int), Ok(mut hup)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()))
    else {
        tracing::error!("cannot listen for signals");
        return;
    };
    loop {
        tokio::select! {
            _ = term.recv() => shutdown.ask(),
            _ = int.recv() => shutdown.ask(),
            _ = hup.recv() => again.ask(),
        }
    }
}

async fn wait_for(shutdown: Shutdown) {
    while !shutdown.asked() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Tells the service manager's watchdog that the work is alive, as long as it is.
async fn heartbeat(health: Health) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        if health.seen().alive {
            let _ = sd_notify::notify(&[NotifyState::Watchdog]);
        }
    }
}
