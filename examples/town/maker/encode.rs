//! Pictures to files, by the FFmpeg command line: one thread, no stamps of its own, so that the same pictures give the same bytes.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;
use jiff::civil::DateTime;

use super::cameras::{Codec, Container};
use super::error::{Failure, Result, at};
use super::frame::Frame;
use super::{dav, ps};

/// How to encode and wrap one video.
pub struct Video {
    pub codec: Codec,
    pub container: Container,
    pub width: u32,
    pub height: u32,
    pub fps: u32,
    pub gop_frames: u32,
    pub b_frames: u32,
    /// Bits a second to aim at, in thousands; without, a steady quality.
    pub kbps: Option<u32>,
    /// Creation time to write into the container, where it has room for one.
    pub creation: Option<Timestamp>,
    /// What the camera's clock shows at the first frame; Dahua's container holds it.
    pub shown: DateTime,
}

impl Video {
    /// Whether FFmpeg gives only the bare stream and we write the container around it.
    fn wraps_itself(&self) -> bool {
        matches!(self.container, Container::Dav | Container::Ps)
    }
}

/// Encodes `frames` pictures, each painted by `paint`, to `path`. For [`Container::Stills`] the path holds `%05d`.
///
/// # Errors
/// When FFmpeg is missing or fails, or a file cannot be written.
pub fn encode(video: &Video, path: &Path, frames: u32, mut paint: impl FnMut(u32, &mut Frame)) -> Result<()> {
    if let Some(folder) = path.parent() {
        at(folder, fs::create_dir_all(folder))?;
    }
    let target = if video.wraps_itself() { path.with_extension("annexb") } else { path.to_owned() };
    let mut child = Command::new("ffmpeg")
        .args(arguments(video))
        .arg(format!("file:{}", target.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Failure(format!("ffmpeg does not start ({error}); install it: apt-get install ffmpeg")))?;
    let mut fed = Ok(());
    if let Some(mut pipe) = child.stdin.take() {
        let mut frame = Frame::new(video.width as usize, video.height as usize);
        for number in 0..frames {
            paint(number, &mut frame);
            fed = pipe.write_all(&frame.bytes);
            if fed.is_err() {
                break;
            }
        }
    }
    let ended = at(path, child.wait_with_output())?;
    if !ended.status.success() || fed.is_err() {
        let said = String::from_utf8_lossy(&ended.stderr);
        return Err(Failure(format!("ffmpeg failed on {}: {}", path.display(), said.trim())));
    }
    if video.wraps_itself() {
        let annex_b = at(&target, fs::read(&target))?;
        let wrapped = if video.container == Container::Dav {
            dav::wrap(&annex_b, video.codec, (video.width, video.height), video.fps, video.shown)
        } else {
            ps::wrap(&annex_b, video.codec, video.fps)
        };
        at(path, fs::write(path, wrapped))?;
        at(&target, fs::remove_file(&target))?;
    }
    Ok(())
}

fn arguments(video: &Video) -> Vec<String> {
    let mut arguments = words("-nostdin -hide_banner -loglevel error -y -f rawvideo -pix_fmt yuv420p");
    arguments.extend(words(&format!("-s {}x{} -r {} -i pipe:0 -an", video.width, video.height, video.fps)));
    let (gop, b_frames) = (video.gop_frames, video.b_frames);
    // Our own wrappers need to know where a picture begins.
    let delimiters = u8::from(video.wraps_itself());
    // The fastest way of all for towns; for benchmarks one with the tools that cameras use (CABAC, deblocking).
    let preset = if video.kbps.is_some() { "superfast" } else { "ultrafast" };
    let rate = |quality: &str| match video.kbps {
        Some(kbps) => format!("-b:v {kbps}k -maxrate {}k -bufsize {}k", kbps * 5 / 4, kbps * 2),
        None => quality.to_owned(),
    };
    arguments.extend(words(&match video.codec {
        Codec::H264 => format!(
            "-c:v libx264 -preset {preset} {} -g {gop} -keyint_min {gop} -sc_threshold 0 -bf {b_frames} -x264-params aud={delimiters}",
            rate("-crf 30")
        ),
        Codec::Hevc => format!(
            "-c:v libx265 -preset ultrafast {} -x265-params keyint={gop}:min-keyint={gop}:scenecut=0:open-gop=0:\
             bframes={b_frames}:aud={delimiters}:pools=none:frame-threads=1:info=0:log-level=error",
            rate("-crf 32")
        ),
        Codec::Mpeg4 => format!("-c:v mpeg4 -g {gop} -bf {b_frames} {}", rate("-q:v 8")),
        Codec::Mjpeg => "-c:v mjpeg -pix_fmt yuvj420p -q:v 5".to_owned(),
    }));
    arguments.extend(words("-threads 1 -map_metadata -1 -fflags +bitexact -flags:v +bitexact"));
    if video.codec == Codec::Hevc && matches!(video.container, Container::Mp4MoovLast | Container::Mp4Faststart) {
        arguments.extend(words("-tag:v hvc1"));
    }
    if let Some(creation) = video.creation {
        arguments.extend(["-metadata".to_owned(), format!("creation_time={creation}")]);
    }
    let raw = if video.codec == Codec::Hevc { "-f hevc" } else { "-f h264" };
    arguments.extend(words(match video.container {
        Container::Mp4MoovLast => "-f mp4",
        Container::Mp4Faststart => "-movflags +faststart -f mp4",
        Container::Mp4Fragmented => "-movflags +frag_keyframe+empty_moov+default_base_moof -f mp4",
        Container::Mkv => "-f matroska",
        Container::Ts => "-f mpegts",
        Container::Avi => "-f avi",
        Container::Flv => "-f flv",
        Container::Raw | Container::Dav | Container::Ps => raw,
        Container::Stills => "-f image2 -start_number 0",
    }));
    arguments
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}
