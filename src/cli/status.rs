//! `truyvet status`: per camera, what is recorded, what is missing, what cannot be read.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Ending, Globals, context, print, values};
use crate::base::{Lang, Result};
use crate::say;
use crate::search::status::{self, CameraStatus, Status};
use crate::search::{Clocks, Sight};

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
    let now = match &args.as_of {
        Some(text) => values::instant("--as-of", text, &site.zone)?,
        None => Timestamp::now(),
    };
    let (store, index) = context::state(&site)?;
    let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
    let sight = Sight { cameras: &site.cameras, zone: &site.zone, store: &store, index: &index, clocks: &clocks };
    let status = status::status(sight, None, now)?;
    if args.json {
        print::json(&status)?;
    } else {
        tell(&status, &site.zone, globals.lang);
    }
    Ok(Ending::Done)
}

fn tell(status: &Status, zone: &TimeZone, lang: Lang) {
    let now = print::instant(status.now, zone);
    let (cameras, quarantined) = (status.cameras.len(), status.quarantined);
    let said = say!(
        "lúc {now}: {cameras} camera, {quarantined} tệp cách ly",
        "at {now}: {cameras} cameras, {quarantined} files in quarantine"
    );
    print::line(said.in_lang(lang));
    if status.thumbnail_backlog.recordings > 0 {
        print::line(status.thumbnail_backlog.say().in_lang(lang));
    }
    if status.ignored > 0 {
        let ignored = status.ignored;
        let said = say!("trong đó {ignored} tệp được bỏ qua", "{ignored} of them are ignored");
        print::line(said.in_lang(lang));
    }
    for camera in &status.cameras {
        print::line("");
        tell_camera(camera, zone, lang);
    }
    if status.without_camera > 0 {
        let files = status.without_camera;
        let said = say!(
            "\n{files} tệp trong thư mục chung không rõ của camera nào; đặt channel cho đúng",
            "\n{files} files in shared folders belong to no known camera; set the channels right"
        );
        print::line(said.in_lang(lang));
    }
}

fn tell_camera(camera: &CameraStatus, zone: &TimeZone, lang: Lang) {
    print::line(&format!("{} {}", camera.id, camera.name));
    let row = |said: crate::base::Said| print::line(&format!("  {}", said.in_lang(lang)));
    match (camera.last_recording, camera.oldest) {
        (Some(last), Some(oldest)) => {
            let (last, oldest, n) = (print::instant(last, zone), print::instant(oldest, zone), camera.recordings);
            row(say!(
                "{n} đoạn ghi, cũ nhất còn giữ {oldest}, lần ghi cuối {last}",
                "{n} recordings, oldest kept {oldest}, last recording {last}"
            ));
        }
        _ => row(say!("chưa có đoạn ghi nào", "no recording at all")),
    }
    let (day, week) = (print::percent(camera.recorded_day, lang), print::percent(camera.recorded_week, lang));
    row(say!(
        "ghi được {day} của ngày qua, {week} của tuần qua",
        "recorded {day} of the last day, {week} of the last week"
    ));
    row(camera.clock.say(zone));
    let (gaps, longest) =
        (camera.gaps.len(), camera.gaps.iter().max_by_key(|g| g.end.as_microsecond() - g.start.as_microsecond()));
    if let Some(longest) = longest {
        let span = print::span(longest.start, longest.end, zone);
        row(say!(
            "{gaps} khoảng trống trong ngày qua, dài nhất {span}",
            "{gaps} gaps in the last day, the longest {span}"
        ));
    }
    let (quarantined, conflicts, gone, waiting) =
        (camera.quarantined, camera.time_conflicts, camera.gone, camera.without_thumbnails);
    if quarantined > 0 {
        row(say!("{quarantined} tệp cách ly", "{quarantined} files in quarantine"));
    }
    if conflicts > 0 {
        row(say!("{conflicts} đoạn ghi có giờ mâu thuẫn", "{conflicts} recordings with conflicting times"));
    }
    if gone > 0 {
        row(say!("{gone} đoạn ghi không còn tệp", "{gone} recordings whose file is gone"));
    }
    if waiting > 0 {
        row(say!("{waiting} đoạn ghi chưa có ảnh nhỏ", "{waiting} recordings without thumbnails yet"));
    }
    if let Some(at) = camera.looked_at {
        let at = print::instant(at, zone);
        row(say!("quét thư mục lần cuối {at}", "folder last looked through {at}"));
    }
}
