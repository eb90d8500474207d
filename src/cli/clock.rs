//! `truyvet clock`: what is known of cameras' clocks, and checks of them, screen against a good clock.

use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::{Ending, Globals, context, estimate, print, values};
use crate::base::say::plain;
use crate::base::{Error, Kind, Lang, Result, ResultExt, Said};
use crate::config::Site;
use crate::model::{CameraTime, CheckMethod, ClockCheck, TrueTime};
use crate::say;
use crate::search::checking;
use crate::search::clocks::{self, CheckAnswer, ClockAnswer, Clocks};
use crate::store::{self, Removed};
use crate::truetime::words;

/// The subcommands.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Check(CheckArgs),
    List(ListArgs),
    Remove(RemoveArgs),
    Estimate(estimate::Args),
}

#[derive(Debug, clap::Args)]
struct CheckArgs {
    #[arg(value_name = "CAMERA")]
    camera: String,
    #[arg(long, value_name = "TIME")]
    shown: String,
    #[arg(long = "true", value_name = "TIME", default_value = "now")]
    truth: String,
    #[arg(long, value_name = "LENGTH")]
    within: Option<String>,
    #[arg(long, value_name = "FILE")]
    photo: Option<std::path::PathBuf>,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[arg(value_name = "CAMERA")]
    camera: Option<String>,
    #[arg(long)]
    removed: bool,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct RemoveArgs {
    #[arg(value_name = "NUMBER")]
    number: i64,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Where the camera shows no seconds, the check is only so good.
const MINUTE_S: f64 = 30.0;
/// The largest photograph that is kept, bytes.
const LARGEST_PHOTO: u64 = 32 << 20;

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let site = context::site(globals)?;
    match &args.what {
        What::Check(args) => check(globals, &site, args),
        What::List(args) => list(globals, &site, args),
        What::Remove(args) => remove(globals, &site, args),
        What::Estimate(args) => estimate::run(globals, &site, args),
    }
}

/// What `clock check --json` prints.
#[derive(Serialize)]
struct Checked {
    check: CheckAnswer,
    warnings: Vec<Said>,
    /// How the clock stands with it, at its instant.
    clock: ClockAnswer,
}

fn check(globals: &Globals, site: &Site, args: &CheckArgs) -> Result<Ending> {
    let camera = context::camera(site, &args.camera)?;
    let now = Timestamp::now();
    let truth = match args.truth.trim() {
        "now" | "bây giờ" => now,
        text => values::instant_or_time("--true", text, &site.zone, now)?.0,
    };
    // What the camera shows is in the zone that it is set to; a time without a date is of the true time's day.
    let (shown, to_the_second) = values::instant_or_time("--shown", &args.shown, &camera.zone, truth)?;
    let uncertainty_s = match &args.within {
        Some(text) => values::length("--within", text)?.as_secs_f64(),
        None if to_the_second => checking::READ_S,
        None => MINUTE_S,
    };
    let mut store = context::store_beside(site)?;
    let mut new = ClockCheck {
        id: 0,
        camera: camera.id.clone(),
        shown: CameraTime(shown),
        truth: TrueTime(truth),
        uncertainty_s,
        method: CheckMethod::Screen,
        by: plain("--by", args.by.as_deref())?.unwrap_or_else(context::user),
        photo: None,
        note: plain("--note", args.note.as_deref())?,
        made_at: now,
    };
    let settings = site.clock.settings();
    let warnings = checking::review(&store, &site.cameras, camera, &new, &settings)?;
    new.photo = args.photo.as_deref().map(|file| keep_photo(site, file)).transpose()?;
    let (new, clock) = checking::enter(&mut store, &site.cameras, camera, new, &settings, &context::actor())?;
    if args.json {
        print::json(&Checked { check: CheckAnswer::from(&new), warnings, clock })?;
        return Ok(Ending::Done);
    }
    for warning in &warnings {
        print::warning(warning.in_lang(globals.lang), globals.lang);
    }
    let (number, id, offset) = (new.id, &camera.id, words::offset(new.offset_s()));
    print::line(&format!("#{number} {id}: {} ± {uncertainty_s:.0} s", offset.in_lang(globals.lang)));
    let twins = clocks::sharing(&site.cameras, camera);
    if twins.len() > 1 {
        let ids: Vec<&str> = twins.iter().map(|twin| twin.id.as_str()).collect();
        let ids = ids.join(", ");
        let said = say!("chung đầu ghi, cùng áp dụng cho: {ids}", "one recorder, so it holds for: {ids}");
        print::line(said.in_lang(globals.lang));
    }
    let said = say!(
        "mọi đoạn ghi cũ của camera được hiểu lại ngay theo giờ này; không tệp nào bị sửa",
        "all footage of the camera is read by this at once; no file was touched"
    );
    print::line(said.in_lang(globals.lang));
    Ok(Ending::Done)
}

/// Copies a photograph into the data folder.
fn keep_photo(site: &Site, file: &Path) -> Result<String> {
    let shown = file.display().to_string();
    let cannot = || say!("không đọc được ảnh {shown}", "cannot read the photo {shown}");
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).or_say(Kind::Usage, cannot)?;
    opened.take(LARGEST_PHOTO + 1).read_to_end(&mut bytes).or_say(Kind::Usage, cannot)?;
    if bytes.len() as u64 > LARGEST_PHOTO {
        let said = say!("{shown}: ảnh lớn hơn 32 MiB", "{shown}: the photo is larger than 32 MiB");
        return Err(Error::new(Kind::Usage, said));
    }
    store::keep_photo(&site.data, &bytes).map_err(|error| match error.kind() {
        Kind::Usage => Error::caused_by(Kind::Usage, shown.as_str().into(), error),
        _ => error,
    })
}

/// What `clock list --json` prints: one of these a camera.
#[derive(Serialize)]
struct Listed {
    camera: String,
    name: String,
    /// Cameras that share its clock, itself left out.
    shares_with: Vec<String>,
    /// How the clock stands now.
    clock: ClockAnswer,
    checks: Vec<CheckAnswer>,
    /// When the clock was set, between which instants, and by how much.
    jumps: Vec<ListedJump>,
    /// Checks of this camera that were taken back; only with `--removed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<ListedRemoved>>,
}

#[derive(Serialize)]
struct ListedJump {
    after: Timestamp,
    before: Timestamp,
    by_s: f64,
}

#[derive(Serialize)]
struct ListedRemoved {
    #[serde(flatten)]
    check: CheckAnswer,
    removed_at: Timestamp,
    removed_by: String,
    removed_reason: Option<String>,
}

fn list(globals: &Globals, site: &Site, args: &ListArgs) -> Result<Ending> {
    let only = args.camera.as_deref().map(|id| context::camera(site, id)).transpose()?;
    let store = context::store_beside(site)?;
    let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
    let removed = if args.removed { store.removed_clock_checks()? } else { Vec::new() };
    let now = TrueTime(Timestamp::now());
    let listed: Vec<Listed> = site
        .cameras
        .iter()
        .filter(|camera| only.is_none_or(|only| only.id == camera.id))
        .map(|camera| {
            let clock = clocks.of(&camera.id);
            let of_this = |(check, removed): &(ClockCheck, Removed)| {
                (check.camera == camera.id).then(|| ListedRemoved {
                    check: CheckAnswer::from(check),
                    removed_at: removed.at,
                    removed_by: removed.by.clone(),
                    removed_reason: removed.reason.clone(),
                })
            };
            let twins = clocks::sharing(&site.cameras, camera);
            Listed {
                camera: camera.id.clone(),
                name: camera.name.clone(),
                shares_with: twins.iter().filter(|twin| twin.id != camera.id).map(|twin| twin.id.clone()).collect(),
                clock: ClockAnswer::at(clock, now),
                checks: clock.checks().iter().map(CheckAnswer::from).collect(),
                jumps: clock
                    .jumps()
                    .iter()
                    .map(|jump| ListedJump { after: jump.after.0, before: jump.before.0, by_s: jump.by_s })
                    .collect(),
                removed: args.removed.then(|| removed.iter().filter_map(of_this).collect()),
            }
        })
        .collect();
    if args.json {
        print::json(&listed)?;
    } else {
        listed.iter().for_each(|camera| tell(camera, &site.zone, globals.lang));
    }
    Ok(Ending::Done)
}

fn tell(camera: &Listed, zone: &TimeZone, lang: Lang) {
    let clock = &camera.clock;
    let mut head = vec![format!("{} {}", camera.camera, camera.name), clock.say(zone).in_lang(lang).to_owned()];
    head.extend(clock.drift_ppm.map(|ppm| words::drift(ppm).in_lang(lang).to_owned()));
    if !camera.shares_with.is_empty() {
        let others = camera.shares_with.join(", ");
        head.push(say!("chung đầu ghi với {others}", "one recorder with {others}").in_lang(lang).to_owned());
    }
    print::line(&head.join(" · "));
    let line = |check: &CheckAnswer| {
        let (number, by) = (check.id, &check.by);
        let (shown, truth) = (print::instant(check.shown.0, zone), print::instant(check.truth.0, zone));
        let (offset, how) = (words::offset(check.offset_s), clocks::method(check.method));
        let (offset, how) = (offset.in_lang(lang), how.in_lang(lang));
        let note = check.note.as_ref().map(|note| format!(" · {note}")).unwrap_or_default();
        let doubt = check.uncertainty_s;
        let said = say!(
            "  #{number}  giờ camera {shown} = giờ thật {truth}: {offset} ± {doubt:.0} s · {how} · {by}{note}",
            "  #{number}  camera time {shown} = true time {truth}: {offset} ± {doubt:.0} s · {how} · {by}{note}"
        );
        said.in_lang(lang).to_owned()
    };
    camera.checks.iter().for_each(|check| print::line(&line(check)));
    for jump in &camera.jumps {
        let span = print::span(jump.after, jump.before, zone);
        let Said { vi, en } = words::offset(jump.by_s);
        let said = say!(
            "  đồng hồ bị chỉnh trong khoảng {span}: sau đó {vi} hơn trước",
            "  the clock was set within {span}: {en} against before"
        );
        print::line(said.in_lang(lang));
    }
    for both in &clock.contradictions {
        print::line(&format!("  ! {}", both.in_lang(lang)));
    }
    for removed in camera.removed.iter().flatten() {
        let (at, by) = (print::instant(removed.removed_at, zone), &removed.removed_by);
        let why = removed.removed_reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let said = say!("    (rút lại {at} bởi {by}{why})", "    (taken back {at} by {by}{why})");
        print::line(&line(&removed.check));
        print::line(said.in_lang(lang));
    }
}

fn remove(globals: &Globals, site: &Site, args: &RemoveArgs) -> Result<Ending> {
    let mut store = context::store_beside(site)?;
    let by = plain("--by", args.by.as_deref())?.unwrap_or_else(context::user);
    let reason = plain("--reason", args.reason.as_deref())?;
    let number = args.number;
    if !store.remove_clock_check(number, &Removed { at: Timestamp::now(), by, reason }, &context::actor())? {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "không có lần kiểm giờ số {number}; xem truyvet clock list",
                "there is no clock check number {number}; see truyvet clock list"
            ),
        ));
    }
    let said = say!(
        "đã rút lại lần kiểm giờ số {number}; nó vẫn được giữ trong hồ sơ (truyvet clock list --removed)",
        "clock check number {number} is taken back; it stays on record (truyvet clock list --removed)"
    );
    print::line(said.in_lang(globals.lang));
    Ok(Ending::Done)
}
