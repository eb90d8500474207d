//! `truyvet frame`: one frame of a recording, decoded on demand.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;

use super::context::Looked;
use super::{Ending, Globals, context, print, values};
use crate::base::{Error, Kind, Result, ResultExt};
use crate::config::Site;
use crate::media::{FrameAsk, ImageFormat, Priority, Which};
use crate::model::{Act, CameraTime, RecordingId, Span, TrueTime};
use crate::say;
use crate::search::answer::with_offset;
use crate::search::{self, Clocks};
use crate::store::RecordingRow;
use crate::truetime::Run;

/// The options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[arg(value_name = "RECORDING")]
    recording: String,
    #[arg(long, value_name = "TIME")]
    at: String,
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[arg(long, value_name = "N")]
    width: Option<u32>,
    #[arg(long)]
    json: bool,
}

/// What `frame --json` prints. A contract: fields are added, never renamed.
#[derive(Serialize)]
struct Taken {
    recording: RecordingId,
    /// When the frame was shown, true time and on the camera's clock.
    time: jiff::Timestamp,
    camera_time: String,
    /// How wrong the camera's clock may be there either way, seconds; null for an unchecked clock.
    clock_uncertainty_s: Option<f64>,
    /// On the file's own timeline, seconds.
    pts_s: f64,
    width: u32,
    height: u32,
    file: String,
}

pub(super) fn run(globals: &Globals, args: &Args) -> Result<Ending> {
    let format = picture(&args.output)?;
    check_width(args.width)?;
    let site = context::site(globals)?;
    let (store, _) = context::state(&site)?;
    let id = context::recording(&site, &store, &args.recording)?;
    keep_out_of_footage(&site, &args.output)?;
    let Some(row) = store.recording(&id)? else {
        return Err(Error::new(Kind::Internal, say!("mất đoạn ghi {id}", "recording {id} has vanished")));
    };
    let clocks = Clocks::load(&store, &site.cameras, &site.clock.settings())?;
    let run = clocks.of(&row.recording.camera).best_line_of(row.recording.span.start);
    let at = moment(&site, &row, &run, &args.at)?;
    let path = native(&site, &row)?;
    let run_at = run.to_true(at);
    context::note(
        globals,
        &site,
        Looked {
            act: Act::Frame,
            cameras: vec![row.recording.camera.clone()],
            window: Some(Span::new(run_at, run_at)),
            detail: json!({ "recording": id, "file": args.output.display().to_string() }),
        },
    )?;
    let media = context::media(&site, Priority::Ordinary)?;
    let ask = FrameAsk { pts_us: row.recording.pts_of(at), which: Which::Shown, width: args.width, format };
    let frame = media.frame(&path, ask).map_err(|why| {
        let (shown, said) = (path.display(), why.fault.say());
        Error::caused_by(
            Kind::Media,
            say!("{shown}: {}", "{shown}: {}", if globals.lang == crate::base::Lang::Vi { &said.vi } else { &said.en }),
            why.detail,
        )
    })?;
    write(&args.output, &frame.bytes)?;
    let taken = row.recording.camera_time_of(frame.pts_us);
    let taken = Taken {
        recording: id,
        time: run.to_true(taken).0,
        clock_uncertainty_s: run.uncertainty_s(taken),
        camera_time: with_offset(taken.0, &site.zone),
        pts_s: frame.pts_us as f64 / 1e6,
        width: frame.width,
        height: frame.height,
        file: args.output.display().to_string(),
    };
    if args.json {
        print::json(&taken)?;
    } else {
        let Taken { camera_time, width, height, file, .. } = &taken;
        let said = match taken.clock_uncertainty_s {
            Some(doubt) => {
                let truth = with_offset(taken.time, &site.zone);
                say!(
                    "{file}: khung hình lúc {truth} ± {doubt:.0} s giờ thật ({camera_time} giờ camera), {width}×{height}",
                    "{file}: the frame of {truth} ± {doubt:.0} s true time ({camera_time} camera time), {width}×{height}"
                )
            }
            None => say!(
                "{file}: khung hình lúc {camera_time} (giờ camera, chưa kiểm), {width}×{height}",
                "{file}: the frame of {camera_time} (camera time, clock unchecked), {width}×{height}"
            ),
        };
        print::line(said.in_lang(globals.lang));
    }
    Ok(Ending::Done)
}

/// Refuses widths that no picture has.
fn check_width(width: Option<u32>) -> Result<()> {
    match width {
        Some(width) if !(16..=16_384).contains(&width) => Err(Error::new(
            Kind::Usage,
            say!("--width: {width} phải từ 16 đến 16384", "--width: {width} must be 16 to 16384"),
        )),
        _ => Ok(()),
    }
}

/// The format that the file's ending asks for.
fn picture(file: &Path) -> Result<ImageFormat> {
    match file.extension().map(|e| e.to_ascii_lowercase()).as_deref().map(OsStrExt::as_bytes) {
        Some(b"jpg" | b"jpeg") => Ok(ImageFormat::Jpeg),
        Some(b"png") => Ok(ImageFormat::Png),
        _ => {
            let shown = file.display();
            Err(Error::new(
                Kind::Usage,
                say!(
                    "{shown}: tên tệp phải kết thúc bằng .jpg hoặc .png",
                    "{shown}: the name must end in .jpg or .png"
                ),
            ))
        }
    }
}

/// Refuses to write below a footage folder: those are read-only to us.
pub(super) fn keep_out_of_footage(site: &Site, path: &Path) -> Result<()> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // The part of the path that exists already tells where links lead.
    let real = absolute.ancestors().find_map(|a| {
        let rest = absolute.strip_prefix(a).ok()?;
        a.canonicalize().ok().map(|a| a.join(rest))
    });
    let real = real.unwrap_or(absolute);
    let inside = |camera: &&crate::model::Camera| {
        real.starts_with(&camera.footage)
            || camera.footage.canonicalize().is_ok_and(|footage| real.starts_with(footage))
    };
    match site.cameras.iter().find(inside) {
        None => Ok(()),
        Some(camera) => {
            let (shown, id) = (path.display(), &camera.id);
            Err(Error::new(
                Kind::Usage,
                say!(
                    "{shown}: không ghi vào thư mục hình của camera \"{id}\"; hãy chọn nơi khác",
                    "{shown}: nothing is written into the footage folder of camera \"{id}\"; choose another place"
                ),
            ))
        }
    }
}

/// The instant asked for on the camera's clock; it must lie in the recording.
fn moment(site: &Site, row: &RecordingRow, run: &Run<'_>, text: &str) -> Result<CameraTime> {
    let span = row.recording.span;
    let at = match text.trim().strip_prefix('+') {
        Some(after) => {
            let us = values::length("--at", after)?.as_micros();
            span.start.plus_micros(i64::try_from(us).unwrap_or(i64::MAX))
        }
        None => run.to_camera(TrueTime(values::instant("--at", text, &site.zone)?)),
    };
    // A still has no length: its one instant is asked for.
    if span.contains(at) || at == span.start {
        return Ok(at);
    }
    let whole = run.span_to_true(&span);
    let (start, end) = (with_offset(whole.start.0, &site.zone), with_offset(whole.end.0, &site.zone));
    Err(Error::new(
        Kind::Usage,
        say!(
            "--at: \"{text}\" nằm ngoài đoạn ghi, đoạn này từ {start} đến {end}",
            "--at: \"{text}\" lies outside the recording, which runs from {start} to {end}"
        ),
    ))
}

/// The native file, which must still be there.
pub(super) fn native(site: &Site, row: &RecordingRow) -> Result<PathBuf> {
    let paths = search::native_paths(&site.cameras, &row.files);
    paths.iter().find(|path| path.is_file()).cloned().ok_or_else(|| {
        let shown = paths.first().map(|p| p.display().to_string()).unwrap_or_default();
        Error::new(Kind::Io, say!("tệp hình không còn ở {shown}", "the native file is no longer at {shown}"))
    })
}

/// Writes beside and renames, so that a half-written picture is never taken for one.
pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let shown = file.display().to_string();
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let persist = || -> std::io::Result<()> {
        // As any program makes a file: readable by whom the umask allows, not by its maker alone.
        let usual = std::fs::Permissions::from_mode(0o666);
        let mut temporary = tempfile::Builder::new().permissions(usual).tempfile_in(folder)?;
        std::io::Write::write_all(&mut temporary, bytes)?;
        temporary.persist(file)?;
        Ok(())
    };
    persist().or_say(Kind::Io, || say!("không ghi được {shown}", "cannot write {shown}"))
}
