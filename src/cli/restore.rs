//! `truyvet restore`: a backup into the store's place; the present store is put aside.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::{Ending, Globals, context, print};
use crate::base::shutdown::Shutdown;
use crate::base::{Kind, Result, ResultExt};
use crate::model::{Act, Deed};
use crate::say;
use crate::store::Store;
use crate::store::backup::Held;
use crate::store::restore::restore;

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long)]
    json: bool,
}

/// What `restore --json` prints. A contract: fields are added, never renamed.
#[derive(Serialize)]
struct Done {
    /// The backup.
    file: String,
    #[serde(flatten)]
    held: Held,
    /// Where the store that was there is now; null where there was none.
    set_aside: Option<String>,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let _lock = context::lock(&site.data)?;
    let shutdown = Shutdown::on_signals()
        .or_say(Kind::Internal, || say!("không nhận được tín hiệu dừng", "cannot listen for signals"))?;
    let restored = restore(&site.data, &args.file, Timestamp::now(), &shutdown)?;
    let done = Done {
        file: args.file.display().to_string(),
        held: restored.held,
        set_aside: restored.set_aside.map(|path| path.display().to_string()),
    };
    // What was looked at since the backup is in the store that is put aside; here it says that there is one.
    let told = json!({ "file": done.file, "set_aside": done.set_aside });
    Store::open(&site.data)?.note(&Deed::new(context::actor(), Act::Restore, told), Timestamp::now())?;
    if args.json {
        print::json(&done)?;
        return Ok(Ending::Done);
    }
    let (file, Held { recordings, files, .. }) = (&done.file, done.held);
    let said = say!(
        "đã khôi phục từ {file}: {recordings} đoạn ghi, {files} tệp",
        "restored from {file}: {recordings} recordings, {files} files"
    );
    print::line(said.in_lang(globals.lang));
    if let Some(aside) = &done.set_aside {
        let said = say!("kho dữ liệu trước đó được cất ở {aside}", "the store that was there is put aside as {aside}");
        print::line(said.in_lang(globals.lang));
    }
    let said = say!(
        "bây giờ hãy chạy truyvet index: chỉ mục được lập lại, và những gì đổi từ lúc sao lưu được quét lại",
        "now run truyvet index: it makes the index anew and finds what changed since the backup"
    );
    print::line(said.in_lang(globals.lang));
    Ok(Ending::Done)
}
