//! The files that are measured: made once, kept under target/.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::maker::cameras::{Codec, Container};
use crate::maker::clip::{Clip, make_clip};

/// A file to measure.
pub(crate) struct Footage {
    pub(crate) name: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) mp4: bool,
    /// Greatest share of FFmpeg's CPU for the same keyframes.
    pub(crate) goal: f64,
}

impl Footage {
    pub(crate) fn bytes(&self) -> u64 {
        fs::metadata(&self.path).unwrap().len()
    }
}

/// Folder of everything that is made here.
pub(crate) fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-footage");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The files, of so many seconds each; the largest only when `all`.
pub(crate) fn files(seconds: u32, all: bool) -> Vec<Footage> {
    let h264 = Clip { seconds, ..Clip::default() };
    let hevc = Clip { codec: Codec::Hevc, kbps: 3000, ..h264.clone() };
    let large = Clip { width: 2560, height: 1440, kbps: 4000, ..hevc.clone() };
    let mp4 = made(&format!("h264-{seconds}s.mp4"), &h264);
    // The same packets in two other containers.
    let mkv = rewrapped(&mp4, "mkv");
    let ts = rewrapped(&mp4, "ts");
    let mut files = vec![
        Footage { name: "H.264 1080p mp4", path: mp4, mp4: true, goal: 0.80 },
        Footage { name: "H.264 1080p mkv", path: mkv, mp4: false, goal: 0.80 },
        Footage { name: "H.264 1080p ts", path: ts, mp4: false, goal: 0.80 },
        Footage { name: "H.265 1080p mp4", path: made(&format!("hevc-{seconds}s.mp4"), &hevc), mp4: true, goal: 0.85 },
    ];
    if all {
        let path = made(&format!("hevc-1440p-{seconds}s.mp4"), &large);
        files.push(Footage { name: "H.265 1440p mp4", path, mp4: true, goal: 0.90 });
    }
    files
}

/// A minute at 640×360, as the folder of many small files is made of.
pub(crate) fn small() -> PathBuf {
    let clip = Clip { width: 640, height: 360, fps: 10, seconds: 60, kbps: 150, ..Clip::default() };
    made("small-60s.mp4", &clip)
}

/// The clip, made unless it is there.
fn made(name: &str, clip: &Clip) -> PathBuf {
    let clip = Clip { container: Container::Mp4MoovLast, ..clip.clone() };
    once(name, |path| make_clip(&clip, path).unwrap_or_else(|failure| panic!("{name}: {failure}")))
}

fn rewrapped(mp4: &Path, container: &str) -> PathBuf {
    let name = format!("{}.{container}", mp4.file_stem().unwrap().display());
    once(&name, |path| {
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error", "-y", "-i"]).arg(mp4);
        assert!(ffmpeg.args(["-c", "copy"]).arg(path).status().unwrap().success());
    })
}

/// Made under another name first, so that what is there is whole.
fn once(name: &str, make: impl FnOnce(&Path)) -> PathBuf {
    let path = folder().join(name);
    if !path.exists() {
        eprintln!("making {name}");
        let part = folder().join(format!("part-{name}"));
        make(&part);
        fs::rename(&part, &path).unwrap();
    }
    path
}
