//! `truyvet tls`: a certificate of our own.

use jiff::Timestamp;

use super::{Ending, Globals, context, print};
use crate::base::{Lang, Result};
use crate::config::{Site, TLS_FOLDER};
use crate::say;
use crate::tls;

/// The subcommands.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    SelfSigned(SelfSignedArgs),
}

#[derive(Debug, clap::Args)]
struct SelfSignedArgs {
    #[arg(long, value_name = "HOST")]
    name: Vec<String>,
    #[arg(long, value_name = "N", default_value_t = tls::LONGEST_DAYS, value_parser = clap::value_parser!(u32).range(1..=i64::from(tls::LONGEST_DAYS)))]
    days: u32,
    #[arg(long)]
    replace: bool,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    match &args.what {
        What::SelfSigned(args) => self_signed(&site, args, globals.lang),
    }
}

fn self_signed(site: &Site, args: &SelfSignedArgs, lang: Lang) -> Result<Ending> {
    let mut names = if args.name.is_empty() { known_names(site) } else { args.name.clone() };
    names.extend(["localhost", "127.0.0.1", "::1"].map(str::to_owned));
    names.dedup();
    let made = tls::make(&site.data.join(TLS_FOLDER), &names, args.days, args.replace, Timestamp::now())?;
    let (cert, all) = (made.cert.display(), names.join(", "));
    print::line(say!("{cert}: cho {all}", "{cert}: for {all}").in_lang(lang));
    print::line(&format!("SHA-256 {}", made.fingerprint));
    let said = say!(
        "trình duyệt cảnh báo lần đầu: đối chiếu dấu vân tay này rồi chấp nhận; dịch vụ đang chạy: truyvet reload",
        "browsers warn the first time: compare this fingerprint, then accept it; for a running daemon: truyvet reload"
    );
    print::note(said.in_lang(lang));
    Ok(Ending::Done)
}

/// This machine's name, and the address that the port is bound to.
fn known_names(site: &Site) -> Vec<String> {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let at = site.http.listen.ip();
    let at = (!at.is_unspecified() && !at.is_loopback()).then(|| at.to_string());
    [Some(name).filter(|name| !name.is_empty()), at].into_iter().flatten().collect()
}
