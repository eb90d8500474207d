//! The right frame at every time, in every container; the right keyframes as thumbnails.

use super::super::{FrameAsk, ImageFormat, Which, frame_here, thumbnails_here};
use super::{FRAMES, frame_times, keyframe_numbers, keyframe_times, mean_gray, numbered, open};

const X264: &[&str] = &["-c:v", "libx264", "-g", "25", "-preset", "ultrafast"];
const X264_B: &[&str] =
    &["-c:v", "libx264", "-g", "25", "-preset", "fast", "-bf", "3", "-b_strategy", "0", "-sc_threshold", "0"];
const X265: &[&str] =
    &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=25:bframes=3:log-level=error"];
const MPEG2: &[&str] = &["-c:v", "mpeg2video", "-g", "25", "-bf", "2", "-q:v", "2", "-sc_threshold", "1000000000"];
const MPEG4: &[&str] = &["-c:v", "mpeg4", "-g", "25", "-q:v", "2", "-sc_threshold", "1000000000"];

fn with<'a>(encode: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [encode, more].concat()
}

/// Checks that each frame comes when asked for at its start and in its middle, and the keyframes as thumbnails.
fn check(name: &str, encode: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let path = numbered(dir.path(), name, encode);
    let file = open(&path);
    let mut times: Vec<i64> = Vec::new();
    for time in frame_times(&path) {
        // ffprobe has no times in raw streams, nor of the last frame of some others.
        times.push(time.unwrap_or(times.last().map_or(0, |last| last + 40_000)));
    }
    assert_eq!(times.len(), FRAMES, "{name}");
    let luma_of = |i: usize| ((2 * i as i32 * 255 + 109) / 219) as u8;
    let shown = |pts_us: i64| {
        let ask = FrameAsk { pts_us, which: Which::Shown, width: None, format: ImageFormat::Png };
        let frame = frame_here(&file, ask).unwrap_or_else(|error| panic!("{name} at {pts_us}: {error:?}"));
        assert_eq!((frame.width, frame.height), (176, 144));
        (mean_gray(&frame.bytes), frame.pts_us)
    };
    let same = |got: (u8, i64), i: usize, asked: i64| {
        let right = got.0.abs_diff(luma_of(i)) <= 1 && got.1.abs_diff(times[i]) <= 1_000;
        assert!(right, "{name}: asked {asked}, got {got:?}, expected frame {i}: {} at {}", luma_of(i), times[i]);
    };
    for i in (0..FRAMES).step_by(11).chain([1, 2, 24, 25, 26, FRAMES - 2, FRAMES - 1]) {
        for asked in [times[i], times[i] + 20_000] {
            same(shown(asked), i, asked);
        }
    }
    same(shown(times[0] - 1_000_000), 0, times[0] - 1_000_000);
    // The last picture, surely; its time only where the file gives that frame one.
    let (gray, _) = shown(times[FRAMES - 1] + 60_000_000);
    assert!(gray.abs_diff(luma_of(FRAMES - 1)) <= 1, "{name}: {gray} is not the last frame");

    let keyframes = keyframe_times(&path);
    let numbers = keyframe_numbers(&path);
    assert!(keyframes.len() >= 3 && keyframes.len() == numbers.len(), "{name}: {keyframes:?} {numbers:?}");
    for wanted in [&keyframes[..], &keyframes[1..2], &keyframes[2..]] {
        let thumbnails = thumbnails_here(&file, wanted, 320).unwrap();
        assert_eq!(thumbnails.iter().map(|t| t.pts_us).collect::<Vec<_>>(), wanted, "{name}");
        for thumbnail in &thumbnails {
            let i = numbers[keyframes.iter().position(|pts| *pts == thumbnail.pts_us).unwrap()];
            assert!(thumbnail.luma.mean.abs_diff(luma_of(i)) <= 1, "{name}: {:?} is not frame {i}", thumbnail.luma);
            assert!(mean_gray(&thumbnail.jpeg).abs_diff(thumbnail.luma.mean) <= 1, "{name}");
        }
        let changes =
            thumbnails.windows(2).map(|two| (two[1].luma.mean - two[0].luma.mean).abs_diff(two[1].luma.change));
        assert!(thumbnails[0].luma.change == 0 && changes.max().unwrap_or(0) <= 1, "{name}");
    }
}

#[test]
fn mp4_with_and_without_reordering() {
    check("plain.mp4", X264);
    check("reordered.mp4", X264_B);
    check("first.mp4", &with(X264_B, &["-movflags", "+faststart"]));
    check("hevc.mp4", X265);
}

#[test]
fn fragmented_mp4() {
    check("fragments.mp4", &with(X264_B, &["-movflags", "+frag_keyframe+empty_moov"]));
}

#[test]
fn mov_and_3gp() {
    check("mpeg4.mov", MPEG4);
    check("phone.3gp", &["-c:v", "h263", "-g", "25", "-q:v", "2"]);
}

#[test]
fn matroska() {
    check("plain.mkv", X264_B);
    check("hevc.mkv", X265);
    check("live.mkv", &with(X264, &["-live", "1"]));
}

#[test]
fn transport_streams() {
    check("h264.ts", X264_B);
    check("hevc.ts", X265);
    check("mpeg2.ts", MPEG2);
}

#[test]
fn program_stream() {
    check("mpeg2.mpg", MPEG2);
}

#[test]
fn flash_video() {
    check("h264.flv", X264_B);
}

#[test]
fn avi() {
    check("mpeg4.avi", MPEG4);
    check("h264.avi", X264);
    check("reordered.avi", &with(MPEG4, &["-bf", "2"]));
    check("mjpeg.avi", &["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "2"]);
}

#[test]
fn raw_streams() {
    check("raw.h264", X264_B);
    check("raw.h265", X265);
}
