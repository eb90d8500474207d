//! `truyvet nightly`: the night's work in one go (scan, list, report, thumbnails), and its report.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::hands::Hands;
use super::{Ending, Globals, clock, context, index, print, progress, values};
use crate::base::say::length;
use crate::base::shutdown::Shutdown;
use crate::base::{Kind, Lang, Result, ResultExt, Said};
use crate::config::Site;
use crate::ingest::{self, Order};
use crate::night::retention::{Edge, Retention};
use crate::night::{self, CameraNight, Report, Written};
use crate::say;
use crate::store::backup;

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(long)]
    json: bool,
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    // Taken before the folders are looked through: what comes later belongs to the next night.
    let began = Timestamp::now();
    let now = match &args.as_of {
        Some(text) => values::instant("--as-of", text, &site.zone)?,
        None => began,
    };
    let mut hands = Hands::of(&site, globals)?;
    let shutdown = Shutdown::on_signals()
        .or_say(Kind::Internal, || say!("không nhận được tín hiệu dừng", "cannot listen for signals"))?;
    let progress = progress::Terminal::new(globals.lang);
    let order = Order { without_thumbnails: true, ..Order::default() };
    let mut run = hands.run(&site, order, &progress, &shutdown)?;
    clock::accept_sure(&site)?;
    // The first version is there before the thumbnails, which may take longer than the night.
    shutdown.check()?;
    report(&hands, &site, now, &run)?;
    hands.sample(&site, &mut run, &progress, &shutdown)?;
    let (report, written) = report(&hands, &site, now, &run)?;
    backup::rotate(&site.data, backup::KEEP, began, &shutdown)?;
    drop(progress);
    if args.json {
        print::json(&report)?;
    } else {
        tell(&report, &written, &site, globals.lang);
    }
    Ok(index::ending(&run))
}

fn report(hands: &Hands, site: &Site, now: Timestamp, run: &ingest::Report) -> Result<(Report, Written)> {
    let report = hands.look(site, |sight| night::report(site, sight, now, run))?;
    let written = night::write(site, &report)?;
    Ok((report, written))
}

fn tell(report: &Report, written: &Written, site: &Site, lang: Lang) {
    for trouble in &report.troubles {
        print::warning(trouble.said.in_lang(lang), lang);
    }
    for name in &report.unreadable_reports {
        let said = say!("không đọc được báo cáo cũ {name}", "the earlier report {name} cannot be read");
        print::warning(said.in_lang(lang), lang);
    }
    let show = |said: Said| print::line(said.in_lang(lang));
    let day = print::span(report.day.start.0, report.day.end.0, &site.zone);
    let new = report.quarantine.iter().filter(|file| file.new).count();
    let (cameras, cuts, all) = (report.cameras.len(), report.power_cuts.len(), report.quarantine.len());
    show(say!(
        "{day}: {cameras} camera, {cuts} lần có lẽ mất điện, {new} tệp mới bị cách ly ({all} tất cả)",
        "{day}: {cameras} cameras, {cuts} likely power cuts, {new} files newly in quarantine ({all} in all)"
    ));
    for cut in &report.power_cuts {
        let (span, places) = (print::span(cut.start, cut.end, &site.zone), cut.say_places());
        show(Said {
            vi: format!("có lẽ mất điện {span}: {}", places.vi),
            en: format!("likely power cut {span}: {}", places.en),
        });
    }
    for clock in &report.clocks {
        let (ids, Said { vi, en }) = (clock.cameras.join(", "), &clock.said);
        show(Said { vi: format!("giờ của {ids}: {vi}"), en: format!("the clock of {ids}: {en}") });
    }
    for camera in &report.cameras {
        tell_camera(camera, &site.zone, lang);
    }
    let (disk, outlook) = (&report.disk, report.disk.say_outlook());
    let mib = |bytes: u64| format!("{:.1} MiB", bytes as f64 / 1_048_576.0);
    let (total, free) = (mib(disk.total_bytes), disk.free_bytes.map_or_else(|| "?".to_owned(), mib));
    show(Said {
        vi: format!("thư mục dữ liệu: {total}, còn trống {free}; {}", outlook.vi),
        en: format!("data folder: {total}, {free} free; {}", outlook.en),
    });
    if report.thumbnail_backlog.recordings > 0 {
        show(report.thumbnail_backlog.say());
    }
    let (page, json) = (written.page.display(), written.json.display());
    show(say!("báo cáo: {page} và {json}", "report: {page} and {json}"));
}

/// So many gaps of a camera are listed here; the page has all of them.
const SHOWN: usize = 10;

fn tell_camera(camera: &CameraNight, zone: &TimeZone, lang: Lang) {
    let row = |said: Said| print::line(&format!("  {}", said.in_lang(lang)));
    let (day, week) = (print::percent(camera.recorded_day, lang), print::percent(camera.recorded_week, lang));
    let said = say!("ghi {day} ngày qua, {week} tuần qua", "recorded {day} of the day, {week} of the week");
    print::line(&format!("{} {}: {}", camera.id, camera.name, said.in_lang(lang)));
    for gap in camera.gaps.iter().take(SHOWN) {
        let (span, why) = (print::span(gap.gap.start, gap.gap.end, zone), gap.say());
        row(Said { vi: format!("trống {span}: {}", why.vi), en: format!("gap {span}: {}", why.en) });
    }
    let more = camera.gaps.len().saturating_sub(SHOWN);
    if more > 0 {
        row(say!("và {more} khoảng trống nữa, xem trang báo cáo", "and {more} more gaps, see the page"));
    }
    let (new, retimed, conflicts) = (camera.newly_quarantined, camera.retimed, camera.time_conflicts);
    if new > 0 {
        row(say!("{new} tệp mới bị cách ly", "{new} files newly in quarantine"));
    }
    if retimed > 0 {
        row(say!("{retimed} đoạn ghi được tính lại giờ", "{retimed} recordings timed anew"));
    }
    if conflicts > 0 {
        row(say!("{conflicts} đoạn ghi có giờ mâu thuẫn", "{conflicts} recordings with conflicting times"));
    }
    row(kept(&camera.retention, zone));
}

fn kept(retention: &Retention, zone: &TimeZone) -> Said {
    let Said { vi: does_vi, en: does_en } = retention.edge.say();
    let Some(age) = retention.age_s.map(length) else {
        return Said { vi: format!("thời gian lưu: {does_vi}"), en: format!("retention: {does_en}") };
    };
    let (mut vi, mut en) = (format!("thời gian lưu {}: {does_vi}", age.vi), format!("retention {}: {does_en}", age.en));
    if let (Edge::Forward, Some(until), Some(gone)) =
        (retention.edge, retention.gone_in_48h_until, retention.oldest_48h_gone_at)
    {
        let (until, gone) = (print::instant(until, zone), print::instant(gone, zone));
        vi.push_str(&format!("; trong 48 giờ tới mất hình trước {until}, 48 giờ cũ nhất sẽ mất hết lúc {gone}"));
        en.push_str(&format!("; footage before {until} goes within 48 h, the oldest 48 h will be gone at {gone}"));
    }
    Said { vi, en }
}
