//! `truyvet audit`: who looked at what; whether the list is whole.

use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::json;

use super::{Ending, Globals, context, frame, print, values};
use crate::auth::{self, AuditAnswer};
use crate::base::{Error, Kind, Lang, Result};
use crate::config::Site;
use crate::model::{Act, AuditRow, Deed};
use crate::say;
use crate::store::{AuditAsk, Break, Verified};

/// The subcommands.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    List(ListArgs),
    Verify(VerifyArgs),
    Export(ExportArgs),
    Review(ReviewArgs),
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    #[arg(long, value_name = "ACT", value_parser = act)]
    act: Option<Act>,
    #[arg(long, value_name = "ID")]
    camera: Option<String>,
    #[arg(long, value_name = "TEXT")]
    purpose: Option<String>,
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct VerifyArgs {
    #[arg(long, value_name = "NUMBER:HASH")]
    holds: Option<String>,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct ExportArgs {
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, clap::Args)]
struct ReviewArgs {
    #[arg(value_name = "NUMBER")]
    numbers: Vec<i64>,
    #[arg(long, value_name = "TEXT", requires = "numbers")]
    note: Option<String>,
    #[arg(long)]
    json: bool,
}

fn answers(rows: Vec<AuditRow>) -> Vec<AuditAnswer> {
    rows.into_iter().map(AuditAnswer::from).collect()
}

fn act(text: &str) -> std::result::Result<Act, String> {
    Act::from_word(text).ok_or_else(|| Act::ALL.map(Act::as_str).join(", "))
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    match &args.what {
        What::List(args) => list(globals, &site, args),
        What::Verify(args) => verify(globals, &site, args),
        What::Export(args) => export(globals, &site, args),
        What::Review(args) => review(globals, &site, args),
    }
}

fn list(globals: &Globals, site: &Site, args: &ListArgs) -> Result<Ending> {
    let time = |option: &str, text: &Option<String>| {
        text.as_deref().map(|text| values::instant(option, text, &site.zone)).transpose()
    };
    let ask = AuditAsk {
        actor: args.actor.clone(),
        act: args.act,
        camera: args.camera.clone(),
        purpose: args.purpose.clone(),
        from: time("--from", &args.from)?,
        to: time("--to", &args.to)?,
        before: None,
        limit: Some(args.limit),
    };
    let mut store = context::store_beside(site)?;
    store.note(&Deed::new(context::actor(), Act::Audit, json!({ "what": "list" })), Timestamp::now())?;
    let rows = store.audit(&ask)?;
    if args.json {
        print::json(&json!({ "rows": answers(rows) }))?;
    } else {
        rows.iter().for_each(|row| tell(row, site, globals.lang));
    }
    Ok(Ending::Done)
}

fn tell(row: &AuditRow, site: &Site, lang: Lang) {
    let deed = &row.deed;
    let mut words = vec![
        row.id.to_string(),
        print::instant(row.at, &site.zone),
        deed.actor.name.clone(),
        deed.actor.origin.clone(),
        deed.act.as_str().to_owned(),
    ];
    if !deed.cameras.is_empty() {
        words.push(deed.cameras.join(","));
    }
    words.extend(deed.window.map(|window| print::span(window.start.0, window.end.0, &site.zone)));
    if deed.act.reveals() {
        let unstated = say!("không nêu mục đích", "no purpose stated");
        words.push(deed.purpose.text.clone().unwrap_or_else(|| unstated.in_lang(lang).to_owned()));
        if deed.purpose.emergency {
            words.push(say!("KHẨN CẤP", "EMERGENCY").in_lang(lang).to_owned());
        }
    }
    if !deed.detail.as_object().is_some_and(serde_json::Map::is_empty) {
        words.push(deed.detail.to_string());
    }
    print::line(&words.join(" · "));
}

/// What is wrong, in words.
fn said(wrong: &Break, lang: Lang) -> String {
    match wrong {
        Break::Cut(from, to) => {
            let last = to - 1;
            say!("thiếu dòng {from} đến {last}: đã bị xóa", "rows {from} to {last} are missing: they were cut out")
        }
        Break::Changed(id) => say!(
            "dòng {id} không còn như lúc ghi (hoặc dòng ngay trước nó đã bị sửa)",
            "row {id} is not as it was written (or the one before it was changed)"
        ),
    }
    .in_lang(lang)
    .to_owned()
}

fn verify(globals: &Globals, site: &Site, args: &VerifyArgs) -> Result<Ending> {
    let store = context::store_beside(site)?;
    let Verified { rows, last, breaks } = store.verify_audit()?;
    let mut wrong: Vec<String> = breaks.iter().map(|one| said(one, globals.lang)).collect();
    if let Some(text) = &args.holds {
        let held = text.split_once(':').and_then(|(number, hash)| Some((number.parse::<i64>().ok()?, hash)));
        let (number, hash) = held.ok_or_else(|| {
            Error::new(
                Kind::Usage,
                say!("--holds: \"{text}\" phải là SỐ:MÃ", "--holds: \"{text}\" must be NUMBER:HASH"),
            )
        })?;
        let row = store.audit(&AuditAsk { before: Some(number + 1), limit: Some(1), ..AuditAsk::default() })?;
        if !row.first().is_some_and(|row| row.id == number && row.hash == hash) {
            let said = say!(
                "dòng {number} không có, hoặc mã khác với mã đã giữ",
                "row {number} is not there, or its hash is not the one that was kept"
            );
            wrong.push(said.in_lang(globals.lang).to_owned());
        }
    }
    if args.json {
        let last = last.as_ref().map(|(number, hash)| json!({ "number": number, "hash": hash }));
        print::json(&json!({ "rows": rows, "last": last, "whole": wrong.is_empty(), "wrong": wrong }))?;
    } else {
        wrong.iter().for_each(|line| print::line(&format!("✗ {line}")));
        if wrong.is_empty() {
            let at = last.map(|(number, hash)| format!("{number}:{hash}")).unwrap_or_default();
            print::line(
                say!("{rows} dòng, nguyên vẹn; dòng cuối {at}", "{rows} rows, whole; the last {at}")
                    .in_lang(globals.lang),
            );
        }
    }
    Ok(if wrong.is_empty() { Ending::Done } else { Ending::Wrong })
}

fn export(globals: &Globals, site: &Site, args: &ExportArgs) -> Result<Ending> {
    frame::keep_out_of_footage(site, &args.output)?;
    let mut store = context::store_beside(site)?;
    let what = json!({ "what": "export", "file": args.output.display().to_string() });
    store.note(&Deed::new(context::actor(), Act::Audit, what), Timestamp::now())?;
    let mut rows = store.audit(&AuditAsk::default())?;
    rows.reverse();
    let count = rows.len();
    let bytes = auth::audit_lines(rows)?;
    frame::write(&args.output, &bytes)?;
    let file = args.output.display();
    print::line(say!("{file}: {count} dòng", "{file}: {count} rows").in_lang(globals.lang));
    Ok(Ending::Done)
}

fn review(globals: &Globals, site: &Site, args: &ReviewArgs) -> Result<Ending> {
    let mut store = context::store_beside(site)?;
    let waiting = store.unreviewed()?;
    if args.numbers.is_empty() {
        if args.json {
            print::json(&json!({ "rows": answers(waiting) }))?;
        } else {
            waiting.iter().for_each(|row| tell(row, site, globals.lang));
            let count = waiting.len();
            print::line(say!("{count} lần xem chờ rà soát", "{count} looks wait to be reviewed").in_lang(globals.lang));
        }
        return Ok(Ending::Done);
    }
    if let Some(number) = args.numbers.iter().find(|number| !waiting.iter().any(|row| row.id == **number)) {
        return Err(Error::new(
            Kind::Usage,
            say!("dòng {number} không chờ rà soát", "row {number} does not wait to be reviewed"),
        ));
    }
    let told = json!({ "rows": args.numbers, "note": args.note });
    store.note(&Deed::new(context::actor(), Act::Review, told), Timestamp::now())?;
    let count = args.numbers.len();
    print::line(say!("đã rà soát {count} dòng", "{count} rows are reviewed").in_lang(globals.lang));
    Ok(Ending::Done)
}
