//! `truyvet reload`: let the running daemon read its site file again.

use super::{Ending, Globals, context, print, progress};
use crate::base::shutdown::Shutdown;
use crate::base::{Error, Kind, Result, ResultExt};
use crate::daemon::control::{Client, Request};
use crate::say;

/// No options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(globals: &Globals, _: &Args) -> Result<Ending> {
    // Read here first: what is wrong is told by who asks, and the running daemon is not bothered with it.
    let site = context::site(globals)?;
    context::layouts(&site)?;
    let Some(daemon) = Client::of(&site.data) else {
        let data = site.data.display();
        return Err(Error::new(
            Kind::Busy,
            say!(
                "không có dịch vụ nào đang chạy trên {data}; khởi động bằng truyvet serve",
                "no daemon runs on {data}; start one with truyvet serve"
            ),
        ));
    };
    let shutdown = Shutdown::on_signals()
        .or_say(Kind::Internal, || say!("không nhận được tín hiệu dừng", "cannot listen for signals"))?;
    daemon.ask(&Request::Reload, &progress::Terminal::new(globals.lang), &shutdown)?;
    let said = say!("dịch vụ đã đọc lại tệp cấu hình", "the daemon has read the site file again");
    print::line(said.in_lang(globals.lang));
    Ok(Ending::Done)
}
