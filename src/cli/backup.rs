//! `truyvet backup`: the store into one file, while others read and write.

use std::path::PathBuf;

use serde::Serialize;

use super::frame::keep_out_of_footage;
use super::{Ending, Globals, context, print};
use crate::base::shutdown::Shutdown;
use crate::base::{Kind, Result, ResultExt};
use crate::say;
use crate::store::backup::{Held, back_up};

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long)]
    force: bool,
    #[arg(long)]
    json: bool,
}

/// What `backup --json` prints. A contract: fields are added, never renamed.
#[derive(Serialize)]
struct Made {
    file: String,
    #[serde(flatten)]
    held: Held,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    keep_out_of_footage(&site, &args.file)?;
    let shutdown = Shutdown::on_signals()
        .or_say(Kind::Internal, || say!("không nhận được tín hiệu dừng", "cannot listen for signals"))?;
    let held = back_up(&site.data, &args.file, args.force, &shutdown)?;
    let made = Made { file: args.file.display().to_string(), held };
    if args.json {
        print::json(&made)?;
    } else {
        let (file, Held { recordings, files, .. }) = (made.file, held);
        let said = say!(
            "đã sao lưu và kiểm tra {file}: {recordings} đoạn ghi, {files} tệp",
            "backed up and verified {file}: {recordings} recordings, {files} files"
        );
        print::line(said.in_lang(globals.lang));
    }
    Ok(Ending::Done)
}
