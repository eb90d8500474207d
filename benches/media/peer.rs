//! The peer: FFmpeg's own tools, decoding on one thread.

use std::path::Path;
use std::process::Command;

use crate::cost::{Cost, command};

/// Every keyframe as a JPEG file of 320 pixels' width.
pub(crate) fn thumbnails(file: &Path, into: &Path) -> Cost {
    let mut ffmpeg = keyframes_of(file);
    ffmpeg.args(["-vf", "scale=320:-2", "-fps_mode", "passthrough", "-q:v", "5", "-threads", "1"]);
    command(ffmpeg.arg(into.join("%05d.jpg")))
}

/// Every keyframe decoded, and nothing made of it.
pub(crate) fn decode_only(file: &Path) -> Cost {
    command(keyframes_of(file).args(["-fps_mode", "passthrough", "-f", "null", "-"]))
}

/// One frame as a JPEG file, full size.
pub(crate) fn frame(file: &Path, seconds: f64, into: &Path) -> Cost {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-y", "-threads", "1", "-ss", &format!("{seconds:.3}"), "-i"]).arg(file);
    command(ffmpeg.args(["-frames:v", "1", "-q:v", "2", "-threads", "1"]).arg(into.join("frame.jpg")))
}

fn keyframes_of(file: &Path) -> Command {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-threads", "1", "-skip_frame", "nokey", "-i"]).arg(file);
    ffmpeg
}

/// Presentation times of the packets that ffprobe calls keyframes, seconds.
pub(crate) fn keyframe_times(file: &Path) -> Vec<f64> {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0"]);
    let said = ffprobe.arg(file).output().unwrap().stdout;
    let said = String::from_utf8(said).unwrap();
    said.lines()
        .filter_map(|line| line.split_once(','))
        .filter(|(_, flags)| flags.starts_with('K'))
        .map(|(pts, _)| pts.parse().unwrap())
        .collect()
}
