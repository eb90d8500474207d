//! Decoding held against FFmpeg's own tools, on clips made for the purpose and on real ones.

mod exact;
mod shared;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Frames in a made clip, at 25 a second with a keyframe each second.
const FRAMES: usize = 75;

/// A clip in which the luma of each frame tells its number.
fn numbered(dir: &Path, name: &str, encode: &[&str]) -> PathBuf {
    let path = dir.join(name);
    let filter = format!("color=c=black:s=176x144:r=25:d={},geq=lum='16+2*N':cb=128:cr=128", FRAMES as f64 / 25.0);
    let status = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i", &filter, "-pix_fmt", "yuv420p"])
        .args(encode)
        .arg(&path)
        .status()
        .unwrap();
    assert!(status.success(), "{name}");
    path
}

/// Times of a clip's frames in order of presentation, microseconds, as FFmpeg's decoder sees them.
fn frame_times(path: &Path) -> Vec<Option<i64>> {
    probe(path, "frame=best_effort_timestamp_time", |line| Some(line.trim_end_matches(',').parse::<f64>().ok()))
        .into_iter()
        .map(|time| time.map(|seconds| (seconds * 1e6).round() as i64))
        .collect()
}

/// Times of the packets flagged as keyframes, microseconds; counted at 25 a second where there are none.
fn keyframe_times(path: &Path) -> Vec<i64> {
    let packets = probe(path, "packet=pts_time,dts_time,flags", |line| {
        let mut fields = line.split(',');
        let mut time = || fields.next().and_then(|text| text.parse::<f64>().ok());
        let (pts, dts) = (time(), time());
        Some((pts.or(dts), fields.next().is_some_and(|flags| flags.starts_with('K'))))
    });
    let counted = packets.iter().enumerate().filter(|(_, (_, key))| *key);
    counted.map(|(i, (time, _))| (time.unwrap_or(i as f64 / 25.0) * 1e6).round() as i64).collect()
}

/// Which frames, in order of presentation, decode as keyframes.
fn keyframe_numbers(path: &Path) -> Vec<usize> {
    let keys = probe(path, "frame=key_frame", |line| Some(line.starts_with('1')));
    keys.iter().enumerate().filter(|(_, key)| **key).map(|(i, _)| i).collect()
}

fn probe<T>(path: &Path, entries: &str, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-select_streams", "V:0", "-show_entries", entries, "-of", "csv=p=0"])
        .arg(path)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter(|line| !line.is_empty()).filter_map(read).collect()
}

fn open(path: &Path) -> File {
    File::open(path).unwrap()
}

/// Mean gray of an encoded picture.
fn mean_gray(bytes: &[u8]) -> u8 {
    let gray = image::load_from_memory(bytes).unwrap().to_luma8();
    let sum: u64 = gray.as_raw().iter().map(|&v| u64::from(v)).sum();
    (sum as f64 / gray.as_raw().len() as f64).round() as u8
}
