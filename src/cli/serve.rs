//! `truyvet serve`: the daemon.

use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use super::{Ending, Globals, context, print};
use crate::base::shutdown::Shutdown;
use crate::base::{Error, Kind, Result};
use crate::config::{Site, Transport};
use crate::daemon::{self, Reload, Tools};
use crate::media::Priority;
use crate::say;

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// For glibc's malloc: it gives threads up to eight arenas a processor and keeps in each what was freed there. Every commit of
/// the index takes some 15 MiB on another thread, so that with a hundred folders' threads all arenas came to keep as much:
/// 270 MiB on two processors, and more on more. Our threads do not contend for memory.
const FEW_ARENAS: (&str, &str) = ("MALLOC_ARENA_MAX", "2");

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    begin_with_few_arenas();
    let site = context::site(globals)?;
    let listen = args.listen.unwrap_or(site.http.listen);
    if site.transport(listen)? == Transport::Unencrypted {
        let said = say!(
            "KHÔNG MÃ HÓA: ai ở trong mạng cũng đọc được mật khẩu và hình ([http] insecure)",
            "NOT ENCRYPTED: whoever is on the network can read passwords and pictures ([http] insecure)"
        );
        print::warning(said.in_lang(globals.lang), globals.lang);
    }
    let layouts = Arc::new(context::layouts(&site)?);
    let _lock = context::lock(&site.data)?;
    let (store, index) = context::state_to_write(&site, globals.lang)?;
    let media = context::media(&site, Priority::Ordinary)?;
    let front = context::media(&site, Priority::Ordinary)?;
    let clips = context::clips(&site)?;
    let background = context::media(&site, Priority::Background)?;
    let index = Arc::new(index);
    let tools = Tools { layouts, store, index, media, background, shutdown: Shutdown::default(), site };
    let file = tools.site.file.clone();
    let data = tools.site.data.clone();
    daemon::run(tools, front, clips, listen, reload(file, data))?;
    Ok(Ending::Done)
}

/// Begins anew as the same process with the setting, which is read at a program's start only. Where that cannot be it goes on.
fn begin_with_few_arenas() {
    let (name, value) = FEW_ARENAS;
    if std::env::var_os(name).is_none()
        && let Ok(exe) = std::env::current_exe()
    {
        let mut words = std::env::args_os();
        let mut again = Command::new(exe);
        if let Some(name) = words.next() {
            again.arg0(name);
        }
        let error = again.args(words).env(name, value).exec();
        tracing::info!(%error, "goes on with the usual arenas");
    }
}

/// Reads the site file again. The data folder stays: it is locked and open.
fn reload(file: PathBuf, data: PathBuf) -> Reload {
    Box::new(move || {
        let site = Site::load(&file)?;
        if site.data != data {
            return Err(Error::new(
                Kind::Config,
                say!("đổi thư mục data cần khởi động lại", "another data folder needs a restart"),
            ));
        }
        let layouts = context::layouts(&site)?;
        Ok((site, layouts))
    })
}
