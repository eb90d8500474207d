//! The shared clips: what real encoders and recorders wrote.

use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::SignedDuration;

use super::super::{FrameAsk, ImageFormat, Which, frame_here, thumbnails_here};
use super::{open, probe};
use crate::media::{list_here, sample};

fn clips() -> Vec<PathBuf> {
    let footage = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/footage");
    let Ok(entries) = std::fs::read_dir(&footage) else {
        println!("skipped: no shared data");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension != "tsv"));
    paths.sort();
    paths
}

fn clip(name: &str) -> Option<PathBuf> {
    clips().into_iter().find(|path| path.ends_with(name))
}

#[test]
fn every_clip_that_can_be_listed_gives_its_thumbnails_and_frames() {
    for path in clips() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let file = open(&path);
        let Ok(listing) = list_here(&file) else {
            assert_eq!(name, "ax_mp4_sample_malformed_free_box.mp4");
            continue;
        };
        let wanted = sample(&listing.keyframes, SignedDuration::from_secs(3));
        let thumbnails = thumbnails_here(&file, &wanted, 160).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(thumbnails.iter().map(|t| t.pts_us).collect::<Vec<_>>(), wanted, "{name}");
        let (upright, across) = match listing.rotation {
            90 | 270 => (listing.width, listing.height),
            _ => (listing.height, listing.width),
        };
        let aspect = aspect(&path);
        for ask in [listing.first_pts_us, (listing.first_pts_us + listing.end_pts_us) / 2, listing.end_pts_us] {
            let ask = FrameAsk { pts_us: ask, which: Which::Shown, width: None, format: ImageFormat::Jpeg };
            let frame = frame_here(&file, ask).unwrap_or_else(|error| panic!("{name} at {ask:?}: {error:?}"));
            // An avi has decoding times only, by which its listing goes; a frame is shown up to its reordering later.
            let slack = if name.starts_with("ax_avi") { 100_000 } else { 1_000 };
            assert!(frame.pts_us <= ask.pts_us + slack, "{name}: {} for {}", frame.pts_us, ask.pts_us);
            assert!(ask.pts_us - frame.pts_us < 1_000_000, "{name}: {} for {}", frame.pts_us, ask.pts_us);
            let image = image::load_from_memory(&frame.bytes).unwrap();
            assert_eq!((image.width(), image.height()), (frame.width, frame.height), "{name}");
            let shown = match listing.width {
                0 => (frame.width, frame.height),
                _ => ((f64::from(across) * aspect).round() as u32, upright),
            };
            assert_eq!((frame.width, frame.height), shown, "{name}");
        }
        let widest = image::load_from_memory(&thumbnails[0].jpeg).unwrap().width();
        assert_eq!(widest, 160, "{name}");
    }
}

/// Width over height of one pixel.
fn aspect(path: &Path) -> f64 {
    let ratios = probe(path, "stream=sample_aspect_ratio", |line| {
        let (width, height) = line.trim_end_matches(',').split_once(':')?;
        Some(width.parse::<f64>().ok()? / height.parse::<f64>().ok()?)
    });
    ratios.first().copied().filter(|ratio| *ratio > 0.0).unwrap_or(1.0)
}

/// FFmpeg's own picture of the first frame, upright, as gray samples.
fn by_ffmpeg(path: &Path, size: &str) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-frames:v", "1", "-s", size, "-sws_flags", "area", "-pix_fmt", "gray", "-f", "rawvideo", "-"])
        .output()
        .unwrap();
    output.stdout
}

/// Mean absolute difference of two gray pictures.
fn difference(one: &[u8], two: &[u8]) -> f64 {
    assert_eq!(one.len(), two.len());
    one.iter().zip(two).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / one.len() as f64
}

#[test]
fn turned_recordings_come_out_upright_as_ffmpeg_shows_them() {
    for name in [
        "ax_mp4_sample_portrait.mp4",
        "ax_mp4_internal_emulator_transformer_output_270_rotated.mp4",
        "ax_mp4_h265_with_metadata_track.mp4",
        "ax_mp4_bbb_800x640_768kbps_30fps_avc_pyramid_3b.mp4",
        "ax_ts_bbb_2500ms.ts",
    ] {
        let Some(path) = clip(name) else { continue };
        let file = open(&path);
        let first = list_here(&file).unwrap().keyframes[0].pts_us;
        let ask = FrameAsk { pts_us: first, which: Which::Shown, width: Some(200), format: ImageFormat::Png };
        let frame = frame_here(&file, ask).unwrap();
        let thumbnail = thumbnails_here(&file, &[first], 200).unwrap().remove(0);
        let theirs = by_ffmpeg(&path, &format!("{}x{}", frame.width, frame.height));
        for bytes in [frame.bytes, thumbnail.jpeg] {
            let ours = image::load_from_memory(&bytes).unwrap().to_luma8().into_raw();
            assert!(difference(&ours, &theirs) < 6.0, "{name}: {}", difference(&ours, &theirs));
        }
    }
}
