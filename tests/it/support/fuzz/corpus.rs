//! The whole files that are damaged: one of each container and way of writing it that cameras use, all small.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::clips::clip;
use crate::support::town::Town;
use crate::support::{digest, shared_footage};

/// Larger files take long to read and have nothing that small ones have not.
const MOST: u64 = 110_000;

/// A whole file.
pub(crate) struct Seed {
    pub name: String,
    pub container: Container,
    pub bytes: Vec<u8>,
}

/// How a file is built, which decides how it is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Container {
    Mp4,
    Mkv,
    /// Packets of so many bytes, each with its sync byte so far behind its start.
    Ts(usize, usize),
    Avi,
    Flv,
    Ps,
    Dav,
    Asf,
    Jpeg,
    /// A raw stream, or anything else.
    Raw,
}

impl Container {
    /// What a file is by its first bytes.
    pub(crate) fn of(bytes: &[u8]) -> Container {
        let synced = |length: usize, sync: usize| (0..5).all(|i| bytes.get(sync + i * length) == Some(&0x47));
        match bytes {
            [_, _, _, _, kind @ ..]
                if [b"ftyp", b"moov", b"wide", b"styp"].iter().any(|known| kind.starts_with(*known)) =>
            {
                Container::Mp4
            }
            [0x1A, 0x45, 0xDF, 0xA3, ..] => Container::Mkv,
            [b'R', b'I', b'F', b'F', ..] => Container::Avi,
            [b'F', b'L', b'V', ..] => Container::Flv,
            [0, 0, 1, 0xBA, ..] => Container::Ps,
            [b'D', b'H', b'A', b'V', ..] => Container::Dav,
            [0x30, 0x26, 0xB2, 0x75, ..] => Container::Asf,
            [0xFF, 0xD8, 0xFF, ..] => Container::Jpeg,
            _ if synced(188, 0) => Container::Ts(188, 0),
            _ if synced(192, 4) => Container::Ts(192, 4),
            _ if synced(204, 0) => Container::Ts(204, 0),
            _ => Container::Raw,
        }
    }

    /// A word for tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Container::Mp4 => "mp4",
            Container::Mkv => "mkv",
            Container::Ts(..) => "ts",
            Container::Avi => "avi",
            Container::Flv => "flv",
            Container::Ps => "ps",
            Container::Dav => "dav",
            Container::Asf => "asf",
            Container::Jpeg => "jpeg",
            Container::Raw => "raw",
        }
    }
}

/// Files that FFmpeg writes: extension, and how.
const MADE: &[(&str, &str)] = &[
    ("mp4", "-c:v libx264 -bf 2 -c:a aac"),
    ("mp4", "-c:v libx264 -bf 2 -c:a aac -movflags +frag_keyframe+empty_moov"),
    ("mp4", "-c:v libx264 -bf 0 -an -movflags +frag_keyframe+default_base_moof"),
    ("mp4", "-c:v libx265 -x265-params log-level=none -an -movflags +faststart -tag:v hvc1"),
    ("mov", "-c:v mjpeg -c:a pcm_s16le"),
    ("3gp", "-c:v mpeg4 -an"),
    ("mkv", "-c:v libx264 -bf 2 -c:a libmp3lame"),
    ("mkv", "-c:v libx264 -bf 0 -an -live 1"),
    ("mkv", "-c:v libx265 -x265-params log-level=none -c:a aac"),
    ("ts", "-c:v libx264 -bf 2 -c:a aac"),
    ("ts", "-c:v libx265 -x265-params log-level=none -an"),
    ("ts", "-c:v mpeg2video -c:a mp2"),
    ("m2ts", "-c:v libx264 -bf 0 -an"),
    // The clock of the stream starts again in the middle: 2³³ / 90,000 s after its start.
    ("ts", "-c:v libx264 -bf 0 -an -output_ts_offset 95442.5"),
    ("avi", "-c:v mpeg4 -c:a pcm_alaw"),
    ("avi", "-c:v libx264 -bf 0 -an"),
    ("flv", "-c:v libx264 -bf 2 -c:a aac"),
    ("flv", "-c:v flv1 -an"),
    ("mpg", "-c:v mpeg2video -c:a mp2"),
    ("vob", "-c:v libx264 -bf 0 -an"),
    ("asf", "-c:v mpeg4 -c:a wmav2"),
    ("jpg", "-frames:v 1 -update 1"),
    ("mjpeg", "-c:v mjpeg -an"),
    ("h264", "-c:v libx264 -bf 2 -an"),
    ("hevc", "-c:v libx265 -x265-params log-level=none -an"),
    ("m4v", "-c:v mpeg4 -an"),
    ("m2v", "-c:v mpeg2video -an"),
];

/// All of them: FFmpeg's, one of each recorder of the demonstration town, and the small clips of real cameras, where they are.
pub(crate) fn corpus() -> Vec<Seed> {
    let source = ["-f", "lavfi", "-i", "testsrc2=s=96x64:r=10:d=2", "-f", "lavfi", "-i", "sine=d=2:r=8000", "-g", "5"];
    let mut files: Vec<(String, PathBuf)> = Vec::new();
    for (extension, how) in MADE {
        let raised = how.contains("wmav2").then_some(["-ar", "22050"]).into_iter().flatten();
        let arguments: Vec<&str> = source.into_iter().chain(how.split(' ')).chain(raised).collect();
        files.push((format!("{how}.{extension}"), clip(extension, &arguments)));
    }
    let town = Town::new();
    let cameras = town.path().join("footage").read_dir().unwrap().map(|entry| entry.unwrap().path());
    files.extend(cameras.filter_map(|camera| smallest(&camera)).map(|path| (format!("town: {}", name(&path)), path)));
    if let Some(folder) = shared_footage() {
        let clips = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
        let small =
            clips.filter(|path| path.extension().is_some_and(|extension| extension != "tsv") && size(path) <= MOST);
        files.extend(small.map(|path| (name(&path), path)));
    }
    files.sort();
    let seeds = files.into_iter().map(|(name, path)| {
        let bytes = fs::read(path).unwrap();
        Seed { name, container: Container::of(&bytes), bytes }
    });
    seeds.collect()
}

/// What tells one corpus from another: the same cases come only of the same files.
pub(crate) fn digest_of(corpus: &[Seed]) -> String {
    digest(corpus.iter().map(|seed| digest(&seed.bytes)).collect::<String>().as_bytes())
}

/// The smallest file below a folder that holds more than a header.
fn smallest(folder: &Path) -> Option<PathBuf> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    files.filter(|path| path.is_file() && (1000..=MOST).contains(&size(path))).min_by_key(|path| size(path))
}

fn size(path: &Path) -> u64 {
    path.metadata().unwrap().len()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
