//! Listings held against what `ffprobe -show_packets` prints: over the shared clips of real cameras and players.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Source, list_generic, list_source};
use crate::model::{Doubt, Listing, Method, Unreadable};

/// A keyframe as ffprobe prints it: microseconds and bytes.
pub(super) type Key = (i64, u32);

/// The keyframes that ffprobe flags, in the order of the file: presentation times in microseconds (`None` where it has
/// none), sizes in bytes; and the number of all packets.
pub(super) fn probed(path: &Path) -> (Vec<(Option<i64>, u32)>, u64) {
    let output = Command::new("ffprobe")
        .args([
            "-v",
            "quiet",
            "-select_streams",
            "v:0",
            "-show_entries",
            "packet=pts_time,size,flags",
            "-of",
            "csv=p=0",
        ])
        .arg(path)
        .output()
        .expect("ffprobe runs");
    let mut keys = Vec::new();
    let mut packets = 0;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let fields: Vec<&str> = line.split(',').collect();
        let [pts, size, flags, ..] = fields.as_slice() else { continue };
        packets += 1;
        if flags.starts_with('K') {
            let pts = pts.parse::<f64>().ok().map(|seconds| (seconds * 1e6).round() as i64);
            keys.push((pts, size.parse().expect("a size")));
        }
    }
    (keys, packets)
}

/// The listing by the way that is chosen for it, and by the generic one.
pub(super) fn both_ways(path: &Path) -> [Result<Listing, Unreadable>; 2] {
    let file = File::open(path).expect("the clip opens");
    [list_source(&Source::new(&file).expect("a source")), list_generic(&Source::new(&file).expect("a source"))]
}

/// Where a listing and ffprobe differ, in words; `size_slack` bytes may be between their sizes.
pub(super) fn difference(listing: &Listing, probed: &[Key], packets: u64, size_slack: u32) -> Option<String> {
    let mut probed = probed.to_vec();
    probed.sort_by_key(|key| key.0);
    if listing.keyframes.len() != probed.len() {
        return Some(format!("{} keyframes, ffprobe {}", listing.keyframes.len(), probed.len()));
    }
    if listing.packets != packets {
        return Some(format!("{} packets, ffprobe {packets}", listing.packets));
    }
    listing.keyframes.iter().zip(&probed).find_map(|(ours, theirs)| {
        let same = ours.pts_us.abs_diff(theirs.0) <= 1000 && ours.size.abs_diff(theirs.1) <= size_slack;
        (!same).then(|| format!("ours {ours:?}, ffprobe {theirs:?}"))
    })
}

fn clips() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/footage");
    let Ok(entries) = folder.read_dir() else {
        println!("skipped: no shared data");
        return Vec::new();
    };
    let mut clips: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    clips.retain(|path| path.extension().is_some_and(|extension| extension != "tsv"));
    clips.sort();
    clips
}

#[test]
fn every_shared_clip_has_the_keyframes_that_ffprobe_flags() {
    let mut wrong = Vec::new();
    for path in clips() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (keys, packets) = probed(&path);
        for (way, listing) in ["chosen", "generic"].into_iter().zip(both_ways(&path)) {
            let listing = match listing {
                Ok(listing) => listing,
                Err(unreadable) if keys.is_empty() => {
                    println!("{name} {way}: refused, {unreadable:?}");
                    continue;
                }
                Err(unreadable) => {
                    wrong.push(format!("{name} {way}: {unreadable:?}"));
                    continue;
                }
            };
            println!(
                "{name} {way}: {:?} {} {}x{} turn {} audio {:?} {} keys, {} of {} bytes, {:.3} s, {:?}",
                listing.method,
                listing.codec,
                listing.width,
                listing.height,
                listing.rotation,
                listing.audio,
                listing.keyframes.len(),
                listing.bytes_read,
                path.metadata().unwrap().len(),
                listing.duration_us() as f64 / 1e6,
                listing.doubts
            );
            // Where ffprobe has no time for a keyframe, only the count and the sizes can be held against it.
            let timed: Vec<Key> = keys.iter().filter_map(|(pts, size)| Some(((*pts)?, *size))).collect();
            let said = if timed.len() == keys.len() {
                // FFmpeg counts the first zero of HEVC's start codes to the frame before: one byte to or fro.
                let slack = u32::from(listing.method == Method::TsScan && listing.codec == "hevc");
                difference(&listing, &timed, packets, slack)
            } else {
                let ours: Vec<u32> = listing.keyframes.iter().map(|k| k.size).collect();
                let theirs: Vec<u32> = keys.iter().map(|k| k.1).collect();
                (ours != theirs).then(|| format!("sizes {ours:?}, ffprobe {theirs:?}"))
            };
            wrong.extend(said.map(|said| format!("{name} {way} ({:?}): {said}", listing.method)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_facts_of_a_clip_are_the_same_both_ways() {
    for path in clips() {
        let [Ok(ours), Ok(generic)] = both_ways(&path) else { continue };
        if ours.method == Method::Packets {
            continue;
        }
        let facts = |l: &Listing| {
            (l.container.clone(), l.codec.clone(), l.width, l.height, l.rotation, l.audio.clone(), l.creation_time)
        };
        assert_eq!(facts(&ours), facts(&generic), "{}", path.display());
        assert!(ours.first_pts_us.abs_diff(generic.first_pts_us) <= 1000, "{}", path.display());
        assert!(ours.end_pts_us.abs_diff(generic.end_pts_us) <= 50_000, "{}: {ours:?}\n{generic:?}", path.display());
        assert_eq!((ours.packets, ours.video_bytes), (generic.packets, generic.video_bytes), "{}", path.display());
        let doubts = |l: &Listing| l.doubts.iter().filter(|d| !matches!(d, Doubt::DurationDiffers { .. })).count();
        assert_eq!((doubts(&ours), doubts(&generic)), (0, 0), "{}", path.display());
    }
}
