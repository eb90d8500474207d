//! Clips: what a browser plays while it is made has the frames of the file, each at its own time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use truyvet::media::{
    ClipAsk, ClipHead, ClipSound, ClipTail, Limits, Make, MediaPool, PoolConfig, Priority, Sandbox, list_here,
};
use truyvet::model::{Fault, Unreadable};

use crate::support::clips::clip;
use crate::support::shared_footage;
use crate::support::town::Town;

/// Longer than any wait here: on a busy machine a test is slow, and no worse.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
pub(crate) const TRANSCODE: Make = Make::Transcode { height: None, max_fps: None };
/// Four seconds of ten frames, a keyframe each second, and a tone.
const SOURCE: [&str; 10] =
    ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=4", "-f", "lavfi", "-i", "sine=d=4:r=8000", "-g", "10"];

pub(crate) fn pool(workers: usize) -> MediaPool {
    limited(workers, Limits::default())
}

pub(crate) fn limited(workers: usize, limits: Limits) -> MediaPool {
    let exe = env!("CARGO_BIN_EXE_truyvet").into();
    MediaPool::new(PoolConfig { exe, workers, limits, sandbox: Sandbox::Full, priority: Priority::Ordinary }).unwrap()
}

pub(crate) fn made(extension: &str, how: &str) -> PathBuf {
    let arguments: Vec<&str> = SOURCE.into_iter().chain(how.split(' ')).collect();
    clip(extension, &arguments)
}

pub(crate) fn ask(from_us: i64, to_us: i64, make: Make) -> ClipAsk {
    ClipAsk { from_us, to_us, make, plays_h265: true, sound: false }
}

/// A whole clip, in memory.
pub(crate) struct Taken {
    pub(crate) head: ClipHead,
    pub(crate) tail: ClipTail,
    pub(crate) mp4: Vec<u8>,
}

pub(crate) fn take(pool: &MediaPool, path: &Path, ask: ClipAsk) -> Result<Taken, Unreadable> {
    let mut clip = pool.clip(path, ask, PATIENCE)?.expect("a free worker");
    let head = clip.head().clone();
    let segments: Vec<Vec<u8>> = clip.by_ref().collect::<Result<_, _>>()?;
    Ok(Taken { head, tail: clip.tail().expect("an end"), mp4: segments.concat() })
}

impl Taken {
    /// The file's presentation times of its frames, in order, as ffprobe reads them; by our own listing they are as many.
    fn times(&self) -> Vec<i64> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        fs::write(&path, &self.mp4).unwrap();
        let listing = list_here(&fs::File::open(&path).unwrap()).unwrap();
        let times: Vec<i64> = times(&path).into_iter().map(|us| self.head.zero_pts_us + us).collect();
        assert_eq!((listing.packets, self.tail.frames), (times.len() as u64, times.len() as u64));
        assert_eq!(self.head.zero_pts_us + listing.first_pts_us, self.head.first_pts_us);
        assert_eq!(listing.keyframes[0].pts_us, listing.first_pts_us, "it begins with a keyframe");
        assert_eq!((listing.width, listing.height), (self.head.width, self.head.height));
        assert_eq!(listing.rotation, self.head.rotation);
        assert!(listing.doubts.is_empty(), "{:?}", listing.doubts);
        assert_eq!((times.first(), times.last()), (Some(&self.head.first_pts_us), Some(&self.tail.last_pts_us)));
        times
    }

    /// How long its last frame is shown, microseconds. A player takes the next clip's first frame for the present where it is over too soon.
    fn length_of_last_us(&self) -> i64 {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &self.mp4).unwrap();
        let listing = list_here(file.as_file()).unwrap();
        self.head.zero_pts_us + listing.end_pts_us - self.tail.last_pts_us
    }

    /// Whether FFmpeg decodes all of it without a complaint; how many frames come out.
    fn decoded(&self) -> (usize, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        fs::write(&path, &self.mp4).unwrap();
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(&path);
        let output = ffmpeg.args(["-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"]).output().unwrap();
        let frames = String::from_utf8_lossy(&output.stdout).lines().filter(|line| !line.starts_with('#')).count();
        (frames, String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Times of a file's video packets that are shown, sorted, microseconds, and which are keyframes: of presentation, where it has
/// those.
fn packets(path: &Path) -> Vec<(i64, bool)> {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "quiet", "-select_streams", "v:0", "-show_entries", "packet=pts_time,dts_time,flags"]);
    let output = ffprobe.args(["-of", "json"]).arg(path).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let us = |text: &Value| Some((text.as_str()?.parse::<f64>().ok()? * 1e6).round() as i64);
    let of = |packet: &Value| {
        let flags = packet["flags"].as_str()?;
        let time = us(&packet["pts_time"]).or_else(|| us(&packet["dts_time"]))?;
        (!flags.contains('D')).then(|| (time, flags.starts_with('K')))
    };
    let mut found: Vec<(i64, bool)> = answer["packets"].as_array().into_iter().flatten().filter_map(of).collect();
    found.sort_unstable();
    found
}

pub(crate) fn times(path: &Path) -> Vec<i64> {
    packets(path).into_iter().map(|(us, _)| us).collect()
}

/// The frames that a copy of this interval has: from the keyframe on.
fn copied(packets: &[(i64, bool)], from_us: i64, to_us: i64) -> Vec<i64> {
    let keys = || packets.iter().filter(|(_, key)| *key).map(|(us, _)| *us);
    let start = keys().filter(|us| *us <= from_us).max().or_else(|| keys().min()).unwrap_or(i64::MIN);
    packets.iter().map(|(us, _)| *us).filter(|us| (start..to_us).contains(us)).collect()
}

/// Those that it has when it is made anew: from the one shown at its start.
fn shown(packets: &[(i64, bool)], from_us: i64, to_us: i64) -> Vec<i64> {
    let start = packets.iter().map(|(us, _)| *us).filter(|us| *us <= from_us + 2).max().unwrap_or(i64::MIN);
    packets.iter().map(|(us, _)| *us).filter(|us| (start..to_us).contains(us)).collect()
}

/// Containers and codecs as cameras pair them, whose packets say when they are shown; whether the pictures can be copied.
pub(crate) const PAIRS: [(&str, &str, bool); 15] = [
    ("mp4", "-c:v libx264 -bf 2 -an", true),
    ("mp4", "-c:v libx264 -bf 0 -an -movflags +frag_keyframe+empty_moov", true),
    ("mkv", "-c:v libx264 -bf 2 -an", true),
    ("mkv", "-c:v libx264 -bf 0 -an -fps_mode vfr -vf select=not(between(n\\,12\\,27))*mod(n\\,3)", true),
    ("ts", "-c:v libx264 -bf 2 -an", true),
    ("avi", "-c:v libx264 -bf 0 -an", true),
    ("flv", "-c:v libx264 -bf 2 -an", true),
    ("vob", "-c:v libx264 -bf 0 -an", true),
    ("mp4", "-c:v libx265 -x265-params log-level=none:bframes=2 -an -tag:v hvc1", true),
    ("mkv", "-c:v libx265 -x265-params log-level=none:bframes=0 -an", true),
    ("ts", "-c:v libx265 -x265-params log-level=none:bframes=2 -an", true),
    ("avi", "-c:v mpeg4 -an", false),
    ("avi", "-c:v mjpeg -an", false),
    ("ts", "-c:v mpeg2video -an", false),
    ("mov", "-c:v mjpeg -an", false),
];

#[test]
fn a_clip_has_the_frames_of_its_interval_at_their_times() {
    let pool = pool(1);
    let mut wrong = Vec::new();
    for (extension, how, can_copy) in PAIRS {
        let path = made(extension, how);
        let mut packets = packets(&path);
        let first = packets[0].0;
        if extension == "vob" {
            // Only the first frame of a packet of the stream has a time there; those after it follow at the frame rate.
            packets = (0..40).map(|n| (first + n * 100_000, n % 10 == 0)).collect();
        }
        // Where there are decoding times only, nobody knows by which keyframe a time is shown before it is decoded.
        let sure_us = if extension == "avi" { 1_000_000 } else { 0 };
        for (from, to) in [(0, 9_000_000), (1_250_000, 2_650_000), (3_900_000, 9_000_000), (-5_000_000, 400_000)] {
            let (from_us, to_us) = (first + from, first + to);
            for make in [Make::Copy, TRANSCODE] {
                let name = format!("{extension} {how} {from}..{to} {make:?}");
                let taken = match take(&pool, &path, ask(from_us, to_us, make)) {
                    Ok(taken) => taken,
                    Err(unreadable) => {
                        wrong.push(format!("{name}: {unreadable:?}"));
                        continue;
                    }
                };
                let copies = make == Make::Copy && can_copy;
                let expected =
                    if copies { copied(&packets, from_us - sure_us, to_us) } else { shown(&packets, from_us, to_us) };
                let mut found = taken.times();
                // What the last frames were predicted from may be shown after the end.
                let mut beyond = 0;
                while copies && found.last().is_some_and(|us| *us >= to_us) {
                    found.pop();
                    beyond += 1;
                }
                if found != expected || beyond > 2 {
                    wrong.push(format!("{name}: {found:?} and {beyond} beyond, expected {expected:?}"));
                }
                let (frames, complaints) = taken.decoded();
                if frames != expected.len() + beyond || !complaints.is_empty() {
                    wrong.push(format!("{name}: {frames} frames decoded; {complaints}"));
                }
                let entry = if copies && how.contains("265") { "hvc1." } else { "avc1." };
                if !taken.head.codecs.starts_with(entry) || taken.head.transcoded == copies || taken.tail.damaged > 0 {
                    wrong.push(format!("{name}: {:?} {:?}", taken.head, taken.tail));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_browser_cannot_play_is_made_anew_though_a_copy_was_asked_for() {
    let pool = pool(1);
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("deep.mp4");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=1", "-pix_fmt", "yuv422p10le"]);
    assert!(ffmpeg.args(["-c:v", "libx264"]).arg(&deep).status().unwrap().success());
    let hevc = made("mp4", "-c:v libx265 -x265-params log-level=none:bframes=2 -an -tag:v hvc1");
    for (path, plays_h265) in [(&deep, true), (&hevc, false)] {
        let taken = take(&pool, path, ClipAsk { plays_h265, ..ask(0, 400_000, Make::Copy) }).unwrap();
        assert!(taken.head.transcoded && taken.head.codecs.starts_with("avc1."), "{:?}", taken.head);
        assert_eq!(taken.times().len(), 4);
    }
}

#[test]
fn footage_of_every_recorder_plays_both_ways() {
    let town = Town::new();
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(town.path().join("footage"))
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .collect();
    // One of each camera.
    paths.dedup_by_key(|path| path.strip_prefix(town.path()).unwrap().iter().nth(1).unwrap().to_owned());
    let shared = shared_footage().into_iter().flat_map(|folder| folder.read_dir().unwrap());
    paths.extend(shared.map(|entry| entry.unwrap().path()).filter(|path| !path.ends_with("MANIFEST.tsv")));
    let pool = pool(2);
    let mut wrong = Vec::new();
    for path in &paths {
        let Ok(listing) = pool.list(path) else { continue };
        let packets = packets(path);
        let (from_us, to_us) = (listing.first_pts_us, (listing.first_pts_us + 1_000_000).min(listing.end_pts_us));
        for make in [Make::Copy, Make::Transcode { height: Some(64), max_fps: None }] {
            let name = format!("{} ({} in {}) {make:?}", path.display(), listing.codec, listing.container);
            let taken = match take(&pool, path, ask(from_us, to_us.max(from_us + 1), make)) {
                Ok(taken) => taken,
                Err(unreadable) => {
                    wrong.push(format!("{name}: {unreadable:?}"));
                    continue;
                }
            };
            let (frames, complaints) = taken.decoded();
            let mut found = taken.times();
            let last_us = taken.length_of_last_us();
            if found.len() > 1 && last_us < 10_000 {
                wrong.push(format!("{name}: its last frame is over after {last_us} µs"));
            }
            if taken.head.transcoded && (frames != found.len() || !complaints.is_empty()) {
                wrong.push(format!("{name}: {frames} of {} frames decoded; {complaints}", found.len()));
            }
            found.retain(|us| *us < to_us);
            let expected = if taken.head.transcoded { shown } else { copied }(&packets, from_us, to_us);
            // Raw streams carry no times.
            let missing = expected.iter().filter(|us| !found.contains(us)).count();
            let odd: Vec<_> = found.iter().filter(|us| !expected.contains(us)).collect();
            // In an avi with B-frames only decoding tells when a frame is shown: up to two frames after its packet's time.
            let unsure = if listing.container == "avi" && listing.codec == "h264" { 2 } else { 0 };
            if !packets.is_empty() && (missing > unsure || odd.len() > unsure) {
                wrong.push(format!("{name}: {missing} of {} missing, odd {odd:?}, {:?}", expected.len(), taken.tail));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_tile_is_small_and_no_faster_than_asked_and_its_times_are_the_files() {
    let path = made("mkv", "-c:v libx265 -x265-params log-level=none:bframes=0 -an");
    let taken =
        take(&pool(1), &path, ask(0, 4_000_000, Make::Transcode { height: Some(64), max_fps: Some(4) })).unwrap();
    assert_eq!((taken.head.width, taken.head.height), (86, 64));
    let (found, all) = (taken.times(), times(&path));
    assert!((14..=17).contains(&found.len()), "{found:?}");
    assert!(found.iter().all(|us| all.contains(us)), "{found:?}");
    // A tile of what is smaller is as large as that.
    let taken = take(&pool(1), &path, ClipAsk::tile(0, 4_000_000, 360)).unwrap();
    assert_eq!((taken.head.width, taken.head.height, taken.tail.frames), (160, 120, 40));
}

/// The first picture as FFmpeg shows it, upright, in 8×8 samples.
fn first_picture(path: &Path) -> Vec<u8> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(path);
    ffmpeg.args(["-vf", "scale=8:8:flags=area", "-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "-"]);
    ffmpeg.output().unwrap().stdout
}

#[test]
fn a_turned_recording_is_upright_or_says_how_it_is_turned() {
    let plain = made("mp4", "-c:v libx264 -bf 2 -an");
    let folder = tempfile::tempdir().unwrap();
    for turn in ["90", "180", "270"] {
        let turned =
            clip("mp4", &["-i", plain.to_str().unwrap(), "-c", "copy", "-metadata:s:v", &format!("rotate={turn}")]);
        let rotation = list_here(&fs::File::open(&turned).unwrap()).unwrap().rotation;
        assert_ne!(rotation, 0);
        let copy = take(&pool(1), &turned, ask(0, 1_000_000, Make::Copy)).unwrap();
        assert_eq!((copy.head.rotation, copy.head.width, copy.head.transcoded), (rotation, 160, false));
        let anew = take(&pool(1), &turned, ask(0, 1_000_000, TRANSCODE)).unwrap();
        assert_eq!((anew.head.rotation, anew.head.width), (0, if turn == "180" { 160 } else { 120 }));
        let expected = first_picture(&turned);
        assert_eq!(expected.len(), 64);
        for (name, taken) in [("copy.mp4", &copy), ("anew.mp4", &anew)] {
            let path = folder.path().join(name);
            fs::write(&path, &taken.mp4).unwrap();
            let off = first_picture(&path).iter().zip(&expected).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(off.is_some_and(|off| off < 24), "{turn} {name}: off by {off:?}");
        }
    }
}

#[test]
fn a_transcoded_picture_is_as_bright_as_before() {
    let folder = tempfile::tempdir().unwrap();
    // Full range (MJPEG), limited range.
    for (extension, how) in [
        ("avi", "-c:v mjpeg -an"),
        ("mkv", "-c:v libx265 -x265-params log-level=none:bframes=0 -an"),
        ("mov", "-c:v mjpeg -an -vf eq=brightness=0.3"),
    ] {
        let path = made(extension, how);
        for height in [None, Some(64)] {
            let taken = take(&pool(1), &path, ask(0, 500_000, Make::Transcode { height, max_fps: None })).unwrap();
            let out = folder.path().join("clip.mp4");
            fs::write(&out, &taken.mp4).unwrap();
            let (found, expected) = (first_picture(&out), first_picture(&path));
            let off = found.iter().zip(&expected).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(off.is_some_and(|off| off < 16), "{extension} {how} {height:?}: {found:?} {expected:?}");
        }
    }
}

#[test]
fn sound_is_copied_or_made_what_a_browser_plays() {
    for (extension, how, expected) in [
        ("mp4", "-c:v libx264 -bf 2 -c:a aac", ClipSound::Copied),
        ("ts", "-c:v libx264 -bf 2 -c:a aac", ClipSound::Copied),
        ("avi", "-c:v mjpeg -c:a pcm_alaw", ClipSound::Transcoded),
        ("mkv", "-c:v libx264 -bf 2 -c:a pcm_mulaw -ac 2", ClipSound::Transcoded),
        ("ts", "-c:v libx264 -c:a mp2 -ar 16000", ClipSound::LeftOut("mp2".to_owned())),
        ("mkv", "-c:v libx264 -an", ClipSound::None),
    ] {
        let path = made(extension, how);
        let start = times(&path)[0];
        let asked = ClipAsk { sound: true, ..ask(start, start + 3_000_000, Make::Copy) };
        let taken = take(&pool(1), &path, asked).unwrap();
        assert_eq!(taken.head.sound, expected, "{extension} {how}");
        let is_heard = matches!(expected, ClipSound::Copied | ClipSound::Transcoded);
        assert_eq!(taken.head.codecs.ends_with(",mp4a.40.2"), is_heard);
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("clip.mp4");
        fs::write(&out, &taken.mp4).unwrap();
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error", "-i"]).arg(&out);
        let output = ffmpeg.args(["-vn", "-f", "s16le", "-ac", "1", "-ar", "8000", "-"]).output().unwrap();
        if is_heard {
            assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
            let samples = output.stdout.len() / 2;
            assert!((20_000..=27_000).contains(&samples), "{extension}: {samples} samples of 3 s");
            // The tone is 440 Hz, so it passes through 0 so often.
            let wave: Vec<i16> =
                output.stdout.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
            let crossings = wave.windows(2).filter(|two| (two[0] < 0) != (two[1] < 0)).count();
            let hertz = crossings as f64 / 2.0 / (samples as f64 / 8000.0);
            assert!((400.0..460.0).contains(&hertz), "{extension}: {hertz} Hz");
        }
    }
}

#[test]
fn an_interval_without_frames_is_refused() {
    let path = made("mkv", "-c:v libx264 -bf 2 -an");
    let pool = pool(1);
    for make in [Make::Copy, TRANSCODE] {
        for (from_us, to_us) in [(5, 5), (9, 3), (-9_000_000, -8_000_000)] {
            let fault = take(&pool, &path, ask(from_us, to_us, make)).err().map(|unreadable| unreadable.fault);
            assert_eq!(fault, Some(Fault::NoPackets), "{from_us}..{to_us} {make:?}");
        }
        // After the last frame, that one is shown.
        let taken = take(&pool, &path, ask(60_000_000, 61_000_000, make)).unwrap();
        assert_eq!(taken.tail.last_pts_us, 3_900_000);
    }
}
