//! The night in a strip, as the command line tells it: moments and rises of brightness, and their stills as files.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use jiff::tz::TimeZone;

use super::{context, frame, print};
use crate::ask::Mode;
use crate::base::{Kind, Lang, Result, ResultExt};
use crate::config::Site;
use crate::media::{FrameAsk, ImageFormat, MediaPool, Priority, Which};
use crate::model::RecordingId;
use crate::reel;
use crate::say;
use crate::search::Gap;
use crate::search::moments::brightness::{Brightness, Rise};
use crate::search::moments::{Moment, Stretch, Strip, ToldBy};
use crate::store::{Store, ThumbnailPlace};

/// Quiet stretches shorter than this, seconds, are not worth a line.
const QUIET_S: i64 = 300;
/// Width of a still that has to be decoded, pixels.
const WIDTH: u32 = 640;

/// The mode of an option's word.
pub(super) fn mode(word: &str) -> Option<Mode> {
    match word {
        "files" => Some(Mode::Files),
        "moments" => Some(Mode::Moments),
        "brightness" => Some(Mode::Brightness),
        _ => None,
    }
}

/// The moments, the quiet between them folded into a line each.
pub(super) fn tell_moments(strip: &Strip, zone: &TimeZone, lang: Lang) {
    print::line("");
    let (count, left_out) = (strip.moments.len(), strip.left_out);
    let more = match left_out {
        0 => "".into(),
        _ => say!("; còn {left_out} lúc ít nổi bật hơn", "; {left_out} less remarkable ones are left out"),
    };
    let (vi, en) = (&more.vi, &more.en);
    print::line(say!("{count} lúc đáng xem{vi}", "{count} moments worth a look{en}").in_lang(lang));
    let mut quiet: Vec<&Stretch> = strip.quiet.iter().filter(|one| long(one)).collect();
    quiet.reverse();
    for moment in &strip.moments {
        while quiet.last().is_some_and(|quiet| quiet.start <= moment.start) {
            quiet.pop().into_iter().for_each(|stretch| tell_quiet(stretch, zone, lang));
        }
        tell_moment(moment, zone, lang);
    }
    quiet.iter().rev().for_each(|stretch| tell_quiet(stretch, zone, lang));
    for camera in &strip.cameras {
        if camera.told_by == ToldBy::Nothing && camera.coverage > 0.0 {
            let name = &camera.name;
            let said = say!(
                "! {name}: có hình nhưng không biết lúc nào có chuyển động; phải xem tất cả",
                "! {name}: recorded, and nothing tells when anything moved; all of it has to be watched"
            );
            print::line(said.in_lang(lang));
        } else {
            camera.untold.iter().for_each(|stretch| tell_untold(&camera.name, stretch, zone, lang));
        }
    }
}

fn tell_untold(name: &str, stretch: &Stretch, zone: &TimeZone, lang: Lang) {
    let times = print::times(stretch.start, stretch.end, zone);
    let said = say!(
        "! {name}: {times} có hình nhưng không biết có chuyển động hay không; phải xem đoạn này",
        "! {name}: {times} is recorded, and nothing tells whether anything moved; it has to be watched"
    );
    print::line(said.in_lang(lang));
}

fn long(stretch: &Stretch) -> bool {
    stretch.end.as_second().saturating_sub(stretch.start.as_second()) >= QUIET_S
}

fn tell_quiet(stretch: &Stretch, zone: &TimeZone, lang: Lang) {
    let times = print::times(stretch.start, stretch.end, zone);
    print::line(say!("  … {times} yên ắng", "  … {times} quiet").in_lang(lang));
}

fn tell_moment(moment: &Moment, zone: &TimeZone, lang: Lang) {
    let times = print::times(moment.start, moment.end, zone);
    let known: Vec<f64> = moment.activity.iter().map(|level| level.unwrap_or(0.0)).collect();
    let (sparks, camera, id) = (print::sparks(&known, 16), &moment.camera, &moment.recording);
    let (score, at, group) = (print::percent(moment.score, lang), moment.offset_s, moment.group);
    let doubt = moment.uncertainty_s;
    print::line(&format!("  ● {times} ±{doubt:.0} s  {camera}  {score}  {sparks}  #{group}  {id} +{at:.3}s"));
    print::line(&format!("    {}", moment.why.in_lang(lang)));
    if let Some(still) = &moment.still {
        print::line(&format!("    {still}"));
    }
}

/// The rises, and what was not seen.
pub(super) fn tell_brightness(found: &Brightness, zone: &TimeZone, lang: Lang) {
    print::line("");
    if found.rises.is_empty() {
        print::line(say!("không chỗ nào sáng lên lâu", "nowhere did it get brighter for long").in_lang(lang));
    }
    for rise in &found.rises {
        let (at, doubt, camera) = (print::instant(rise.time, zone), rise.uncertainty_s, &rise.camera);
        let (mark, look) = (if rise.first { "▶" } else { "●" }, rise.look.say());
        let (by, id, offset) = (rise.by, &rise.recording, rise.offset_s);
        let look = look.in_lang(lang);
        let said = say!("sáng thêm {by:.0} mức", "brighter by {by:.0} steps of luma");
        let said = said.in_lang(lang);
        print::line(&format!("  {mark} {at} ±{doubt:.0} s  {camera}  {look}; {said}  {id} +{offset:.3}s"));
        if let Some(still) = &rise.still {
            print::line(&format!("    {still}"));
        }
    }
    for camera in &found.cameras {
        for stretch in &camera.unseen {
            let (times, name) = (print::times(stretch.start, stretch.end, zone), &camera.name);
            let said = say!(
                "! {name}: {times} có hình nhưng chưa đủ ảnh nhỏ để xét độ sáng",
                "! {name}: {times} is recorded, but has too few thumbnails to tell whether it got brighter"
            );
            print::line(said.in_lang(lang));
        }
        camera.gaps.iter().for_each(|gap| tell_gap(&camera.name, gap, zone, lang));
    }
}

fn tell_gap(camera: &str, gap: &Gap, zone: &TimeZone, lang: Lang) {
    let (times, why) = (print::times(gap.start, gap.end, zone), gap.reason.say());
    let said = say!("  ╱ {camera}: {times} trống: {}", "  ╱ {camera}: {times} gap: {}", why.in_lang(lang));
    print::line(said.in_lang(lang));
}

/// Where a still is.
struct Still<'a> {
    camera: &'a str,
    at: jiff::Timestamp,
    recording: &'a RecordingId,
    pts_us: i64,
    thumbnail: Option<&'a ThumbnailPlace>,
}

/// Writes a still of each moment and rise into a folder, and notes its file. A still that cannot be had is said and left out.
///
/// # Errors
/// When the folder cannot be written to, or lies below footage.
pub(super) fn save_stills(
    site: &Site,
    store: &Store,
    folder: &Path,
    strip: Option<&mut Strip>,
    brightness: Option<&mut Brightness>,
) -> Result<()> {
    let save = saver(site, store, folder)?;
    for moment in strip.into_iter().flat_map(|strip| &mut strip.moments) {
        moment.still = save(&of_moment(moment))?;
    }
    for rise in brightness.into_iter().flat_map(|found| &mut found.rises) {
        rise.still = save(&of_rise(rise))?;
    }
    Ok(())
}

/// The same of moments alone.
///
/// # Errors
/// As [`save_stills`].
pub(super) fn save_moments(site: &Site, store: &Store, folder: &Path, moments: &mut [Moment]) -> Result<()> {
    if moments.is_empty() {
        return Ok(());
    }
    let save = saver(site, store, folder)?;
    for moment in moments {
        moment.still = save(&of_moment(moment))?;
    }
    Ok(())
}

/// What writes a still into a folder and says its file; none where there is no picture to be had.
fn saver<'a>(
    site: &'a Site,
    store: &'a Store,
    folder: &'a Path,
) -> Result<impl Fn(&Still<'_>) -> Result<Option<String>> + 'a> {
    frame::keep_out_of_footage(site, folder)?;
    let shown = folder.display().to_string();
    std::fs::create_dir_all(folder)
        .or_say(Kind::Io, || say!("không tạo được thư mục {shown}", "cannot make the folder {shown}"))?;
    let media = context::media(site, Priority::Ordinary)?;
    Ok(move |still: &Still<'_>| -> Result<Option<String>> {
        let time = still.at.to_zoned(site.zone.clone()).strftime("%Y%m%d-%H%M%S").to_string();
        let file = folder.join(format!("{time}-{}-{}.jpg", still.camera, still.recording));
        match picture(site, store, &media, still) {
            Ok(jpeg) => frame::write(&file, &jpeg).map(|()| Some(file.display().to_string())),
            Err(error) => {
                tracing::warn!(%error, recording = %still.recording, "no still");
                Ok(None)
            }
        }
    })
}

fn of_moment(moment: &Moment) -> Still<'_> {
    Still {
        camera: &moment.camera,
        at: moment.peak,
        recording: &moment.recording,
        pts_us: moment.pts_us,
        thumbnail: moment.thumbnail.as_ref(),
    }
}

fn of_rise(rise: &Rise) -> Still<'_> {
    Still {
        camera: &rise.camera,
        at: rise.sure_by,
        recording: &rise.recording,
        pts_us: rise.pts_us,
        thumbnail: rise.thumbnail.as_ref(),
    }
}

/// The sampled thumbnail where there is one, else the frame itself.
fn picture(site: &Site, store: &Store, media: &MediaPool, still: &Still<'_>) -> Result<Vec<u8>> {
    if let Some(place) = still.thumbnail {
        let at = reel::ReelPlace { reel: place.reel.clone(), offset: place.offset, length: place.length };
        if let Ok(jpeg) = reel::read(&site.data.join(reel::FOLDER), &at) {
            return Ok(jpeg);
        }
    }
    let row = store.recording(still.recording)?.ok_or_else(|| {
        let id = still.recording;
        crate::base::Error::new(Kind::Internal, say!("mất đoạn ghi {id}", "recording {id} has vanished"))
    })?;
    let path = frame::native(site, &row)?;
    let ask = FrameAsk {
        pts_us: still.pts_us,
        which: Which::Shown,
        width: Some(WIDTH.min(row.recording.width)),
        format: ImageFormat::Jpeg,
    };
    let frame = media.frame(&path, ask).map_err(|why| {
        let name = String::from_utf8_lossy(path.as_os_str().as_bytes()).into_owned();
        crate::base::Error::caused_by(Kind::Media, say!("{name}: không lấy được ảnh", "{name}: no picture"), why.detail)
    })?;
    Ok(frame.bytes)
}
