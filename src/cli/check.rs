//! `truyvet check`: configuration and state, each problem with its remedy.

use super::{Ending, Globals, context, print};
use crate::base::Result;
use crate::fsck::{self, Severity};
use crate::media::Priority;

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long)]
    json: bool,
    #[arg(long)]
    deep: bool,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let file = crate::config::Site::find(globals.config.as_deref())?;
    let site = crate::config::Site::load(&file)?;
    context::layouts(&site)?;
    let media = context::media(&site, Priority::Ordinary)?;
    let findings = fsck::check(&site, &media, args.deep);
    if args.json {
        print::json(&findings)?;
    } else {
        for finding in &findings {
            let mark = if finding.severity == Severity::Wrong { "✗" } else { "·" };
            print::line(&format!("{mark} {}", finding.said.in_lang(globals.lang)));
        }
        if findings.is_empty() {
            print::line(crate::say!("không có vấn đề gì", "nothing is wrong").in_lang(globals.lang));
        }
    }
    Ok(if findings.iter().any(|f| f.severity == Severity::Wrong) { Ending::Wrong } else { Ending::Done })
}
