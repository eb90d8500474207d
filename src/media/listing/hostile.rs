//! Hostile bytes: arbitrary ones, and valid files with bytes changed, through each of our own parsers. None may panic, run
//! away or ask for more memory than the file's size justifies.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::{list, raw};
use crate::model::Fault;

/// Small valid files.
static SEEDS: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let make = |arguments: &str, name: &'static str| {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-nostdin", "-y"]).args(arguments.split(' ')).arg(name);
        assert!(command.current_dir(folder.path()).status().unwrap().success());
        let file: &Path = name.as_ref();
        (name, fs::read(folder.path().join(file)).unwrap())
    };
    let video = "-f lavfi -i testsrc2=s=64x64:r=10:d=2 -f lavfi -i sine=d=2:r=8000 -c:v libx264 -preset ultrafast -g 5 -bf 2 -c:a aac";
    vec![
        make(video, "plain.mp4"),
        make("-i plain.mp4 -c copy -movflags +frag_keyframe+empty_moov", "fragmented.mp4"),
        make("-i plain.mp4 -c copy -movflags +frag_keyframe", "hybrid.mp4"),
        make("-i plain.mp4 -c copy", "plain.mkv"),
        make("-i plain.mp4 -c copy -live 1", "live.mkv"),
        make("-i plain.mp4 -c copy", "plain.ts"),
        make("-i plain.mp4 -frames:v 1 -update 1", "still.jpg"),
    ]
});

fn parse(name: &str, bytes: &[u8]) {
    match name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("mp4") => raw::mp4(bytes),
        Some("mkv") => raw::mkv(bytes),
        Some("ts") => raw::ts(bytes),
        _ => raw::still(bytes),
    };
}

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[test]
fn a_size_larger_than_the_file_in_the_sample_table_is_not_believed() {
    let mut bytes = SEEDS[0].1.clone();
    assert!(raw::mp4(&bytes).is_some());
    let stsz = bytes.windows(4).position(|kind| kind == b"stsz").unwrap();
    let row = stsz + 16 + 4 * 15; // a keyframe's
    bytes[row..row + 4].copy_from_slice(&0x7FFF_FFFFu32.to_be_bytes());
    assert_eq!(raw::mp4(&bytes), None);
    let listing = list(&file(&bytes)).unwrap();
    assert_eq!(listing.keyframes.len(), 3);
    assert!(listing.keyframes.iter().all(|keyframe| u64::from(keyframe.size) <= bytes.len() as u64), "{listing:?}");
}

#[test]
fn an_error_that_ffmpeg_names_as_one_of_the_disk_is_damage() {
    // A track of unknown size inside of tracks of a known size: FFmpeg says EIO.
    let bytes = [
        [0x1A, 0x45, 0xDF, 0xA3, 0x84, 0x42, 0x86, 0x81, 0x01].as_slice(),
        &[0x18, 0x53, 0x80, 0x67, 0xA4, 0x16, 0x54, 0xAE, 0x6B, 0x9F, 0xAE, 0xFF, 0xD7, 0x81, 0x01],
        &[0; 2000],
    ];
    let fault = list(&file(&bytes.concat())).unwrap_err();
    assert_eq!(fault.fault, Fault::Damaged, "{fault:?}");
}

#[test]
fn a_disk_that_fails_is_not_a_damaged_file() {
    let path = tempfile::NamedTempFile::new().unwrap();
    fs::write(&path, &SEEDS[0].1).unwrap();
    // Not open for reading: every read of it fails.
    let unreadable = File::options().write(true).open(&path).unwrap();
    assert_eq!(list(&unreadable).unwrap_err().fault, Fault::Io);
}

/// Values that hurt: sizes, counts and markers at their edges.
fn edge() -> impl Strategy<Value = u8> {
    prop_oneof![Just(0), Just(1), Just(0x7F), Just(0x80), Just(0xFF), any::<u8>()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(edge(), 0..3000), seed in 0usize..7, keep in 0usize..300) {
        let (name, valid) = &SEEDS[seed];
        parse(name, &bytes);
        parse(name, &[&valid[..keep.min(valid.len())], &bytes].concat());
    }

    #[test]
    fn changed_files_never_panic(
        seed in 0usize..7,
        changes in prop::collection::vec((any::<prop::sample::Index>(), edge(), 1usize..8), 1..6),
        near_start in any::<bool>(),
        near_end in any::<bool>(),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (name, valid) = &SEEDS[seed];
        let mut bytes = valid.clone();
        // Headers and tables lie at either end of most files; most of the middle is media, which is not read.
        let span = if near_start || near_end { 2500.min(bytes.len()) } else { bytes.len() };
        let from = if near_end { bytes.len() - span } else { 0 };
        for (index, value, run) in changes {
            let at = from + index.index(span);
            let end = (at + run).min(bytes.len());
            bytes[at..end].fill(value);
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        parse(name, &bytes);
    }
}
