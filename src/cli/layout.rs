//! `truyvet layout`: what a path tells by which layout, all layouts, and which one `auto` picks for a camera's folder.

use std::ffi::OsString;
use std::io::BufRead;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::{Ending, Globals, context, print};
use crate::base::shutdown::Shutdown;
use crate::base::{Error, Kind, Lang, Result, ResultExt, Said};
use crate::config::Site;
use crate::layout::{Layouts, Pick, Reading};
use crate::model::{Basis, CameraTime, Doubt};
use crate::say;
use crate::watch::scan;

/// The zone of a site file that names none, and of no site file.
const DEFAULT_ZONE: &str = "Asia/Ho_Chi_Minh";

/// A camera's clock may be ahead by a zone's width and more; a start further ahead than this is flagged.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// The subcommands.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, clap::Subcommand)]
enum Act {
    Test {
        #[arg(value_name = "PATH", required = true)]
        path: Vec<OsString>,
        #[arg(long)]
        json: bool,
        #[arg(long, value_name = "ZONE")]
        zone: Option<String>,
        #[arg(long, value_name = "ID")]
        layout: Option<String>,
    },
    List {
        #[arg(long)]
        json: bool,
    },
    Pick {
        #[arg(value_name = "CAMERA")]
        camera: String,
        #[arg(long)]
        json: bool,
    },
}

/// One path of `layout test --json`. A contract: fields are added, never renamed.
#[derive(Serialize)]
struct Tested<'a> {
    path: &'a str,
    layout: Option<&'a str>,
    /// RFC 3339 with the offset of the zone that the path was read in; null when the path tells no full time.
    start: Option<String>,
    end: Option<String>,
    basis: Basis,
    doubts: &'a [Doubt],
    /// The start if the digits are UTC; null unless local and UTC cannot be told apart.
    start_if_utc: Option<String>,
    /// First instant and end of the minute, hour or day that the start lies in, where the path tells no more.
    within: Option<[String; 2]>,
    /// The time of day, where there is no date to it.
    time_of_day: Option<String>,
    channel: Option<u32>,
    zone: &'a str,
}

/// One layout of `layout list --json`. A contract: fields are added, never renamed.
#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    vendor: &'a str,
    basis: &'static str,
    form: Option<&'a str>,
}

/// What `layout pick --json` prints. A contract: fields are added, never renamed.
#[derive(Serialize)]
struct Picked<'a> {
    camera: &'a str,
    /// What the site file says.
    configured: &'a str,
    layout: Option<&'a str>,
    files: usize,
    explained: usize,
    doubted: usize,
    overlapping: usize,
    rival: Option<&'a str>,
    runner_up: Option<&'a str>,
    runner_up_explained: usize,
    sure: f64,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    match &args.act {
        Act::Test { path, json, zone, layout } => test(globals, path, *json, zone.as_deref(), layout.as_deref()),
        Act::List { json } => list(globals, *json),
        Act::Pick { camera, json } => pick(globals, camera, *json),
    }?;
    Ok(Ending::Done)
}

/// The layouts, with the site's own where there is a site file.
fn known(globals: &Globals) -> Result<(Option<Site>, Layouts)> {
    let site = match Site::find(globals.config.as_deref()) {
        Ok(file) => Some(Site::load(&file)?),
        Err(_) => None,
    };
    let layouts = site.as_ref().map_or_else(Layouts::builtin, context::layouts)?;
    let now = Timestamp::now();
    Ok((site, layouts.not_after(now.checked_add(AHEAD).unwrap_or(now))))
}

fn test(globals: &Globals, paths: &[OsString], json: bool, zone: Option<&str>, only: Option<&str>) -> Result<()> {
    let lang = globals.lang;
    let (site, layouts) = known(globals)?;
    if let Some(id) = only {
        layouts.check_id(id).map_err(|error| Error::new(Kind::Usage, error.said().clone()))?;
    }
    let (zone, from) = zone_of(zone, site.as_ref())?;
    let name = zone.iana_name().unwrap_or_default().to_owned();
    if !json {
        let from = from.in_lang(lang);
        print::line(say!("múi giờ {name} ({from})", "zone {name} ({from})").in_lang(lang));
    }
    let show = |path: &str| {
        let reading = layouts.read(path, &zone, only);
        if json {
            return print::json(&tested(path, &reading, &zone, &name));
        }
        tell(path, &reading, &zone, lang);
        Ok(())
    };
    for path in paths {
        if path == "-" {
            for line in std::io::stdin().lock().lines() {
                show(&line.or_say(Kind::Io, || say!("không đọc được đầu vào", "cannot read the input"))?)?;
            }
        } else {
            show(&path.to_string_lossy())?;
        }
    }
    Ok(())
}

/// The zone that clocks are read in, and where it was told.
fn zone_of(named: Option<&str>, site: Option<&Site>) -> Result<(TimeZone, Said)> {
    let zone = |name: &str| {
        TimeZone::get(name).or_say(Kind::Usage, || {
            say!(
                "--zone: không có múi giờ \"{name}\"; ví dụ đúng: Asia/Ho_Chi_Minh",
                "--zone: no zone \"{name}\"; a right one looks like Asia/Ho_Chi_Minh"
            )
        })
    };
    match (named, site) {
        (Some(name), _) => Ok((zone(name)?, say!("theo --zone", "by --zone"))),
        (None, Some(site)) => {
            let file = site.file.display();
            Ok((site.zone.clone(), say!("theo {file}", "by {file}")))
        }
        (None, None) => {
            Ok((zone(DEFAULT_ZONE)?, say!("mặc định, không có tệp cấu hình", "the default, there is no site file")))
        }
    }
}

/// RFC 3339 with the zone's offset, to the last digit told.
fn written(at: CameraTime, zone: &TimeZone) -> String {
    at.0.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}

fn tested<'a>(path: &'a str, reading: &'a Reading, zone: &TimeZone, name: &'a str) -> Tested<'a> {
    let at = |time: Option<CameraTime>| time.map(|time| written(time, zone));
    Tested {
        path,
        layout: reading.layout.as_deref(),
        start: at(reading.start),
        end: at(reading.end),
        basis: reading.basis,
        doubts: &reading.doubts,
        start_if_utc: at(reading.start_if_utc),
        within: reading.within.map(|span| [written(span.start, zone), written(span.end, zone)]),
        time_of_day: reading.time_of_day.map(|time| time.to_string()),
        channel: reading.channel,
        zone: name,
    }
}

fn tell(path: &str, reading: &Reading, zone: &TimeZone, lang: Lang) {
    let row = |said: Said| print::line(&format!("  {}", said.in_lang(lang)));
    print::line(path);
    let Some(layout) = &reading.layout else {
        row(say!("không kiểu đặt tên nào nhận ra", "no layout knows such a path"));
        reading.doubts.iter().for_each(|doubt| row(doubt.say()));
        return;
    };
    row(say!("kiểu: {layout}", "layout: {layout}"));
    let basis = match reading.basis {
        Basis::Local => say!("giờ địa phương", "local time"),
        Basis::Utc => say!("giờ UTC", "UTC"),
        Basis::Epoch => say!("đếm từ 1970", "counted from 1970"),
        Basis::Offset => say!("có ghi độ lệch", "with an offset of its own"),
        Basis::None => say!("không có giờ", "no time"),
    };
    match (reading.start, reading.end) {
        (Some(start), end) => {
            let start = written(start, zone);
            let end = end.map_or_else(|| "?".to_owned(), |end| written(end, zone));
            let basis = basis.in_lang(lang);
            row(say!("từ {start} đến {end} ({basis})", "from {start} to {end} ({basis})"));
        }
        (None, _) => match reading.within {
            Some(day) => {
                let (from, to) = (written(day.start, zone), written(day.end, zone));
                row(say!("trong khoảng {from} – {to}", "somewhere in {from} – {to}"));
            }
            None => row(say!("không có giờ đầy đủ", "no full time")),
        },
    }
    if let Some(utc) = reading.start_if_utc {
        let utc = written(utc, zone);
        row(say!("nếu là giờ UTC: từ {utc}", "if it is UTC: from {utc}"));
    }
    if let Some(channel) = reading.channel {
        row(say!("kênh {channel}", "channel {channel}"));
    }
    for doubt in &reading.doubts {
        let said = doubt.say();
        row(say!("nghi ngờ: {}", "doubt: {}", if lang == Lang::Vi { &said.vi } else { &said.en }));
    }
}

fn list(globals: &Globals, json: bool) -> Result<()> {
    let (_, layouts) = known(globals)?;
    let listed = layouts.all().iter().map(|layout| Listed {
        id: &layout.id,
        vendor: &layout.vendor,
        basis: layout.basis(),
        form: layout.form.as_deref(),
    });
    if json {
        return print::json(&listed.collect::<Vec<_>>());
    }
    for Listed { id, vendor, basis, form } in listed {
        print::line(&format!("{id:26} {basis:13} {vendor}"));
        if let Some(form) = form {
            print::line(&format!("{:26} {:13} {form}", "", ""));
        }
    }
    Ok(())
}

fn pick(globals: &Globals, id: &str, json: bool) -> Result<()> {
    let lang = globals.lang;
    let site = context::site(globals)?;
    let Some(camera) = site.camera(id) else {
        return Err(Error::new(
            Kind::Usage,
            say!("không có camera \"{id}\" trong tệp cấu hình", "there is no camera \"{id}\" in the site file"),
        ));
    };
    let layouts = context::layouts(&site)?;
    let ignored = |path: &std::path::Path| layouts.is_ignored(&path.to_string_lossy()).is_some();
    let scan = scan(&camera.footage, &ignored, &Shutdown::default())?;
    if let Some(blind) = scan.blind.first() {
        let (folder, error) = (camera.footage.display(), &blind.error);
        return Err(Error::new(
            Kind::Io,
            say!("không đọc hết được {folder}: {error}", "cannot read all of {folder}: {error}"),
        ));
    }
    let paths: Vec<String> = scan.found.iter().map(|file| String::from_utf8_lossy(&file.path).into_owned()).collect();
    let pick = layouts.pick(paths.iter().map(String::as_str), &camera.zone);
    if json {
        return print::json(&picked(id, &camera.layout, &pick));
    }
    tell_pick(id, &camera.layout, &pick, lang);
    Ok(())
}

fn picked<'a>(camera: &'a str, configured: &'a str, pick: &'a Pick) -> Picked<'a> {
    Picked {
        camera,
        configured,
        layout: pick.layout.as_deref(),
        files: pick.total,
        explained: pick.explained,
        doubted: pick.doubted,
        overlapping: pick.overlapping,
        rival: pick.rival.as_deref(),
        runner_up: pick.runner_up.as_ref().map(|(id, _)| id.as_str()),
        runner_up_explained: pick.runner_up.as_ref().map_or(0, |(_, explained)| *explained),
        sure: pick.sure,
    }
}

fn tell_pick(id: &str, configured: &str, pick: &Pick, lang: Lang) {
    let row = |said: Said| print::line(said.in_lang(lang));
    let (explained, total, doubted, overlapping) = (pick.explained, pick.total, pick.doubted, pick.overlapping);
    match &pick.layout {
        None => row(say!(
            "{id}: không kiểu nào giải thích được tệp nào trong {total} tệp",
            "{id}: no layout explains any of {total} files"
        )),
        Some(layout) => {
            let sure = print::percent(pick.sure, lang);
            row(say!(
                "{id}: {layout}, chắc {sure}: giải thích {explained} trong {total} tệp, {doubted} tệp còn nghi ngờ, {overlapping} đoạn chồng lên đoạn sau",
                "{id}: {layout}, sure {sure}: explains {explained} of {total} files, {doubted} with a doubt, {overlapping} reach into the next"
            ));
        }
    }
    if let Some((other, explained)) = &pick.runner_up {
        row(say!(
            "  kế đến: {other}, giải thích {explained} trong {total} tệp",
            "  next: {other}, explains {explained} of {total} files"
        ));
    }
    if let Some(rival) = &pick.rival {
        row(say!(
            "  {rival} cũng giải thích được nhưng ra giờ khác: hãy ghi layout trong tệp cấu hình",
            "  {rival} explains as many but tells other times: name the layout in the site file"
        ));
    }
    if configured != "auto" {
        row(say!(
            "  tệp cấu hình ghi layout = \"{configured}\", nên kiểu đó được dùng",
            "  the site file says layout = \"{configured}\", so that one is used"
        ));
    }
}
