//! `truyvet quarantine`: files that cannot be read, and what people decide about them.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::{Ending, Globals, context, print};
use crate::base::say::plain;
use crate::base::{Error, Kind, Lang, Result};
use crate::config::Site;
use crate::ingest::report::{QuarantinedFile, concerns, describe};
use crate::model::CameraTime;
use crate::say;
use crate::search::answer::with_offset;
use crate::store::{Ignored, Quarantined, Store};

/// The subcommands.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    List {
        #[arg(long)]
        json: bool,
        #[arg(long, value_name = "ID")]
        camera: Vec<String>,
    },
    Retry {
        #[arg(value_name = "PATH|all")]
        path: Option<PathBuf>,
    },
    Ignore {
        #[arg(value_name = "PATH")]
        path: PathBuf,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    Unignore {
        #[arg(value_name = "PATH")]
        path: PathBuf,
    },
}

/// One file of `quarantine list --json`. A contract: fields are added, never renamed.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    file: QuarantinedFile,
    /// What its path claims, on the camera's clock, RFC 3339 in the site's zone; null where it claims nothing.
    claimed_camera_start: Option<String>,
    /// The same of its end.
    claimed_camera_end: Option<String>,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    let lang = globals.lang;
    match &args.act {
        Act::List { json, camera } => list(&site, *json, camera, lang),
        Act::Retry { path } => retry(&site, path.as_deref().filter(|path| *path != Path::new("all")), lang),
        Act::Ignore { path, by, reason } => ignore(&site, path, by.as_deref(), reason.as_deref(), lang),
        Act::Unignore { path } => unignore(&site, path, lang),
    }?;
    Ok(Ending::Done)
}

fn never(site: &Site) -> Error {
    let data = site.data.display();
    Error::new(
        Kind::State,
        say!(
            "chưa có gì trong {data}: hãy chạy truyvet index trước",
            "there is nothing in {data} yet: run truyvet index first"
        ),
    )
}

fn list(site: &Site, json: bool, cameras: &[String], lang: Lang) -> Result<()> {
    if let Some(id) = cameras.iter().find(|id| site.camera(id).is_none()) {
        return Err(Error::new(
            Kind::Usage,
            say!("không có camera \"{id}\" trong tệp cấu hình", "there is no camera \"{id}\" in the site file"),
        ));
    }
    let store = Store::open_to_read(&site.data)?.ok_or_else(|| never(site))?;
    let mut files = store.quarantine()?;
    files.retain(|file| cameras.is_empty() || concerns(site, file, cameras));
    if json {
        let claimed = |t: CameraTime| with_offset(t.0, &site.zone);
        let listed: Vec<Listed> = files
            .iter()
            .map(|file| Listed {
                file: describe(site, file),
                claimed_camera_start: file.claimed.map(|(start, _)| claimed(start)),
                claimed_camera_end: file.claimed.and_then(|(_, end)| end).map(claimed),
            })
            .collect();
        return print::json(&listed);
    }
    let (all, ignored) = (files.len(), files.iter().filter(|file| file.ignored.is_some()).count());
    let said = say!(
        "{all} tệp cách ly, {ignored} tệp trong đó được bỏ qua",
        "{all} files in quarantine, {ignored} of them ignored"
    );
    print::line(said.in_lang(lang));
    let now = Timestamp::now();
    for file in &files {
        print::line("");
        tell(site, file, now, lang);
    }
    Ok(())
}

fn tell(site: &Site, file: &Quarantined, now: Timestamp, lang: Lang) {
    let row = |said: crate::base::Said| print::line(&format!("  {}", said.in_lang(lang)));
    let shown = describe(site, file);
    print::line(&shown.path);
    let why = file.why.fault.say();
    let camera = file.camera.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    let detail = if file.why.detail.is_empty() { String::new() } else { format!(" [{}]", file.why.detail) };
    row(say!("{camera}{}{detail}", "{camera}{}{detail}", if lang == Lang::Vi { &why.vi } else { &why.en }));
    if let Some((start, end)) = file.claimed {
        let claimed = match end {
            Some(end) => print::span(start.0, end.0, &site.zone),
            None => print::instant(start.0, &site.zone),
        };
        row(say!("giờ camera theo tên tệp: {claimed}", "camera time that its name claims: {claimed}"));
    }
    let attempts = file.attempts;
    match (&file.ignored, file.next_try) {
        (Some(ignored), _) => {
            let (by, at) = (&ignored.by, print::instant(ignored.at, &site.zone));
            let reason = ignored.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            row(say!(
                "đã thử {attempts} lần; được bỏ qua bởi {by} lúc {at}{reason}",
                "tried {attempts} times; ignored by {by} at {at}{reason}"
            ));
        }
        (None, Some(next)) if next > now => {
            let next = print::instant(next, &site.zone);
            row(say!(
                "đã thử {attempts} lần; lần truyvet index đầu tiên từ {next} sẽ thử lại",
                "tried {attempts} times; the first truyvet index from {next} on tries it again"
            ));
        }
        (None, _) => row(say!(
            "đã thử {attempts} lần; lần truyvet index tới sẽ thử lại",
            "tried {attempts} times; the next truyvet index tries it again"
        )),
    }
}

/// The store to change, and the quarantined file that a person names, as the store knows it.
fn find(site: &Site, path: &Path) -> Result<(Store, String, Vec<u8>, Option<Ignored>)> {
    let store = Store::open_beside(&site.data)?.ok_or_else(|| never(site))?;
    for (folder, below) in context::file_below(site, path) {
        if let Some(ignored) = store.quarantined_at(&folder, &below)? {
            return Ok((store, folder, below, ignored));
        }
    }
    Err(not_in_quarantine(path))
}

fn not_in_quarantine(path: &Path) -> Error {
    let shown = path.display();
    Error::new(
        Kind::Usage,
        say!(
            "{shown} không nằm trong danh sách cách ly; xem truyvet quarantine list",
            "{shown} is not in quarantine; see truyvet quarantine list"
        ),
    )
}

fn retry(site: &Site, path: Option<&Path>, lang: Lang) -> Result<()> {
    let due = match path {
        None => {
            let mut store = Store::open_beside(&site.data)?.ok_or_else(|| never(site))?;
            store.retry(None, Timestamp::now(), &context::actor())?
        }
        Some(path) => {
            let (mut store, folder, below, ignored) = find(site, path)?;
            if ignored.is_some() {
                let shown = path.display();
                return Err(Error::new(
                    Kind::Usage,
                    say!(
                        "{shown} đang được bỏ qua; dùng truyvet quarantine unignore",
                        "{shown} is ignored; use truyvet quarantine unignore"
                    ),
                ));
            }
            store.retry(Some((&folder, &below)), Timestamp::now(), &context::actor())?
        }
    };
    let said = say!("lần truyvet index tới sẽ thử lại {due} tệp", "the next truyvet index tries {due} files again");
    print::line(said.in_lang(lang));
    Ok(())
}

fn ignore(site: &Site, path: &Path, by: Option<&str>, reason: Option<&str>, lang: Lang) -> Result<()> {
    let by = plain("--by", by)?.unwrap_or_else(context::user);
    let reason = plain("--reason", reason)?;
    let (mut store, folder, below, _) = find(site, path)?;
    let ignored = Ignored { at: Timestamp::now(), by, reason };
    if !store.ignore(&folder, &below, &ignored, &context::actor())? {
        return Err(not_in_quarantine(path));
    }
    let (shown, by) = (path.display(), &ignored.by);
    let said = say!(
        "{by} bỏ qua {shown}: không thử lại chừng nào tệp không đổi; khoảng trống của nó vẫn là tệp hỏng",
        "{by} ignores {shown}: it is not tried again unless it changes; the gap that it claims stays damaged"
    );
    print::line(said.in_lang(lang));
    Ok(())
}

fn unignore(site: &Site, path: &Path, lang: Lang) -> Result<()> {
    let (mut store, folder, below, _) = find(site, path)?;
    let shown = path.display();
    if !store.unignore(&folder, &below, Timestamp::now(), &context::actor())? {
        return Err(Error::new(
            Kind::Usage,
            say!("{shown} không được bỏ qua, nên vẫn được thử lại", "{shown} is not ignored: it is tried again anyway"),
        ));
    }
    let said = say!(
        "{shown} không còn được bỏ qua; lần truyvet index tới sẽ thử lại",
        "{shown} is ignored no longer; the next truyvet index tries it again"
    );
    print::line(said.in_lang(lang));
    Ok(())
}
