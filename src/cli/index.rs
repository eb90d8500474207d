//! `truyvet index`: scan every footage folder once; list and index what is new or changed.

use super::hands::Hands;
use super::{Ending, Globals, clock, context, print, progress};
use crate::base::shutdown::Shutdown;
use crate::base::{Error, Kind, Lang, Result, ResultExt};
use crate::ingest::{Order, Report};
use crate::say;

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "ID")]
    camera: Vec<String>,
    #[arg(long, conflicts_with = "camera")]
    rebuild: bool,
    #[arg(long)]
    no_thumbnails: bool,
    #[arg(long, conflicts_with_all = ["no_thumbnails", "rebuild"])]
    retake_thumbnails: bool,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    for id in &args.camera {
        if site.camera(id).is_none() {
            return Err(Error::new(
                Kind::Usage,
                say!("không có camera \"{id}\" trong tệp cấu hình", "there is no camera \"{id}\" in the site file"),
            ));
        }
    }
    let mut hands = Hands::of(&site, globals)?;
    let shutdown = Shutdown::on_signals()
        .or_say(Kind::Internal, || say!("không nhận được tín hiệu dừng", "cannot listen for signals"))?;
    let progress = progress::Terminal::new(globals.lang);
    let order = Order {
        cameras: (!args.camera.is_empty()).then(|| args.camera.clone()),
        rebuild: args.rebuild,
        without_thumbnails: args.no_thumbnails,
        retake_thumbnails: args.retake_thumbnails,
    };
    if let Hands::Daemon(_) = hands {
        let said = say!("dịch vụ đang chạy sẽ làm việc này", "the running daemon does it");
        print::note(said.in_lang(globals.lang));
    }
    let report = hands.run(&site, order, &progress, &shutdown)?;
    drop(progress);
    clock::accept_sure(&site)?;
    if args.json {
        print::json(&report)?;
    } else {
        tell(&report, globals.lang);
    }
    Ok(ending(&report))
}

/// How a run over the footage folders ended.
pub(super) fn ending(report: &Report) -> Ending {
    if !report.troubles.is_empty() {
        Ending::Wrong
    } else if report.in_quarantine.iter().any(|file| file.ignored.is_none()) {
        Ending::Quarantined
    } else {
        Ending::Done
    }
}

fn tell(report: &Report, lang: Lang) {
    for trouble in &report.troubles {
        print::warning(trouble.said.in_lang(lang), lang);
    }
    let Report { found, unchanged, listed, unreadable, gone, thumbnails, indexed, rebuilt, .. } = report;
    if *rebuilt {
        let said = say!("đã lập lại chỉ mục: {indexed} đoạn ghi", "made the index anew: {indexed} recordings");
        print::line(said.in_lang(lang));
    }
    let hours = report.footage_s / 3600.0;
    let mib = report.bytes_read as f64 / (1024.0 * 1024.0);
    let said = say!(
        "{found} tệp: {listed} mới kiểm kê ({hours:.1} giờ hình, đọc {mib:.1} MiB), {unchanged} không đổi, {unreadable} không đọc được, {gone} không còn; {thumbnails} ảnh nhỏ",
        "{found} files: {listed} listed now ({hours:.1} h of footage, {mib:.1} MiB read), {unchanged} unchanged, {unreadable} unreadable, {gone} gone; {thumbnails} thumbnails"
    );
    print::line(said.in_lang(lang));
    let (ignored, open): (Vec<_>, Vec<_>) = report.in_quarantine.iter().partition(|file| file.ignored.is_some());
    for file in open {
        let (path, why) = (&file.path, file.reason.say());
        let said =
            say!("cách ly: {path}: {}", "quarantined: {path}: {}", if lang == Lang::Vi { &why.vi } else { &why.en });
        print::line(said.in_lang(lang));
    }
    if !ignored.is_empty() {
        let files = ignored.len();
        let said = say!(
            "{files} tệp cách ly được bỏ qua (truyvet quarantine list)",
            "{files} quarantined files are ignored (truyvet quarantine list)"
        );
        print::line(said.in_lang(lang));
    }
    if report.forgotten > 0 {
        let (forgotten, reels) = (report.forgotten, report.reels_deleted);
        let said = say!(
            "đã quên {forgotten} đoạn ghi mất tệp từ lâu, xoá {reels} cuộn ảnh",
            "forgot {forgotten} recordings whose files are long gone, deleted {reels} reels"
        );
        print::line(said.in_lang(lang));
    }
}
