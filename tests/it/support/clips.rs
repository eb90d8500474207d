//! Small clips, made by FFmpeg once and kept; a clip's name in the cache tells how it was made.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::{cache, digest};

/// Four seconds, 160×120, ten frames and one keyframe a second, H.264 in mp4.
pub(crate) fn mp4() -> PathBuf {
    clip("mp4", &["-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=4", "-g", "10", "-bf", "0"])
}

/// The same with another picture: its content differs from [`mp4`].
pub(crate) fn other_mp4() -> PathBuf {
    clip("mp4", &["-f", "lavfi", "-i", "testsrc=s=160x120:r=10:d=4", "-g", "10", "-bf", "0"])
}

/// Twelve seconds of the same as MPEG-TS, which can be cut anywhere and grow.
pub(crate) fn ts() -> PathBuf {
    clip("ts", &["-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=12", "-g", "10", "-bf", "0"])
}

/// A second of 64×48 in some 2 KB of mp4, for thousands of files; [`numbered`] makes them differ.
pub(crate) fn tiny() -> PathBuf {
    clip("mp4", &["-f", "lavfi", "-i", "testsrc2=s=64x48:r=5:d=1", "-g", "5", "-bf", "0"])
}

/// An mp4's bytes with a number in a last box, which readers skip (ISO/IEC 14496-12 §8.1.2).
pub(crate) fn numbered(mp4: &[u8], number: u64) -> Vec<u8> {
    [mp4, b"\0\0\0\x10free", &number.to_be_bytes()].concat()
}

/// Four seconds of sound alone, in mp4.
pub(crate) fn sound() -> PathBuf {
    clip("m4a", &["-f", "lavfi", "-i", "sine=d=4", "-f", "mp4"])
}

/// A clip made by FFmpeg with these arguments.
pub(crate) fn clip(extension: &str, arguments: &[&str]) -> PathBuf {
    static MAKING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = MAKING.lock();
    let name = digest(arguments.join("\n").as_bytes());
    let path = cache().join(format!("{name}.{extension}"));
    if !path.exists() {
        let unfinished = cache().join(format!("{name}.{}.{extension}", std::process::id()));
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-v", "error", "-y"]).args(arguments).args(["-pix_fmt", "yuv420p", "-fflags", "+bitexact"]);
        assert!(ffmpeg.arg(&unfinished).status().unwrap().success(), "{arguments:?}");
        std::fs::rename(&unfinished, &path).unwrap();
    }
    path
}

/// The keyframes that ffprobe flags, by time: seconds where it has one.
pub(crate) fn probed_keyframes(path: &Path) -> Vec<Option<f64>> {
    let mut keys: Vec<Option<f64>> = probed(path).packets.iter().filter(|p| p.key).map(|p| p.pts_s).collect();
    keys.sort_by(|a, b| a.partial_cmp(b).unwrap());
    keys
}

/// The length by ffprobe's packets, seconds, where they have times.
pub(crate) fn probed_length(path: &Path) -> Option<f64> {
    let probed = probed(path);
    let times: Vec<f64> = probed.packets.iter().map(|p| p.pts_s).collect::<Option<_>>()?;
    let start = times.iter().copied().fold(f64::MAX, f64::min);
    let end = times.iter().zip(&probed.packets).map(|(t, p)| t + p.length_s).fold(f64::MIN, f64::max);
    (end > start).then_some(end - start)
}

/// Width over height of a pixel.
pub(crate) fn pixel_shape(path: &Path) -> f64 {
    probed(path).pixel_shape
}

#[derive(Debug)]
struct Probed {
    packets: Vec<Packet>,
    pixel_shape: f64,
}

#[derive(Debug)]
struct Packet {
    pts_s: Option<f64>,
    length_s: f64,
    key: bool,
}

/// What ffprobe tells of a file's video, asked once.
fn probed(path: &Path) -> Arc<Probed> {
    static KNOWN: Mutex<BTreeMap<PathBuf, Arc<Probed>>> = Mutex::new(BTreeMap::new());
    if let Some(probed) = KNOWN.lock().unwrap().get(path) {
        return Arc::clone(probed);
    }
    let output = Command::new("ffprobe")
        .args(["-v", "quiet", "-select_streams", "v:0", "-of", "json"])
        .args(["-show_entries", "packet=pts_time,duration_time,flags:stream=sample_aspect_ratio"])
        .arg(path)
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let seconds = |text: &Value| text.as_str().and_then(|text| text.parse::<f64>().ok());
    let packets = answer["packets"].as_array().into_iter().flatten().map(|packet| Packet {
        pts_s: seconds(&packet["pts_time"]),
        length_s: seconds(&packet["duration_time"]).unwrap_or(0.0),
        key: packet["flags"].as_str().is_some_and(|flags| flags.starts_with('K')),
    });
    let ratio = answer["streams"][0]["sample_aspect_ratio"].as_str().and_then(|text| {
        let (wide, high) = text.split_once(':')?;
        Some(wide.parse::<f64>().ok()? / high.parse::<f64>().ok()?)
    });
    let pixel_shape = ratio.filter(|ratio| *ratio > 0.0).unwrap_or(1.0);
    let probed = Arc::new(Probed { packets: packets.collect(), pixel_shape });
    KNOWN.lock().unwrap().insert(path.to_owned(), Arc::clone(&probed));
    probed
}
