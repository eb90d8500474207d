//! Listings of files made here with the ffmpeg program: every codec in every container that cameras use, whole and cut off.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use tempfile::TempDir;

use super::against_ffprobe::{Key, both_ways, difference, probed};
use super::{Source, list, list_source};
use crate::model::{Doubt, Fault, Method};

/// Runs ffmpeg; its arguments are separated by spaces.
fn ffmpeg(folder: &Path, arguments: &str) {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y"]).args(arguments.split(' ')).current_dir(folder);
    let output = command.output().expect("ffmpeg runs");
    assert!(output.status.success(), "ffmpeg {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Four seconds of each codec, without and with sound, encoded once for all tests.
static SOURCES: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let picture = "-f lavfi -i testsrc2=s=320x240:r=25:d=4";
    let sound = "-f lavfi -i sine=d=4:r=16000";
    let codecs = [
        ("h264", "-c:v libx264 -preset veryfast -g 20 -bf 2"),
        ("ipp", "-c:v libx264 -preset ultrafast -g 25 -bf 0"),
        ("hevc", "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25:bframes=3 -tag:v hvc1"),
        ("open", "-c:v libx264 -preset veryfast -g 20 -bf 2 -x264-params open-gop=1:scenecut=0"),
        ("refresh", "-c:v libx264 -preset veryfast -g 20 -bf 0 -x264-params intra-refresh=1"),
        ("mpeg4", "-c:v mpeg4 -g 12 -bf 1"),
        ("mpeg2", "-c:v mpeg2video -g 12 -bf 2"),
        ("mjpeg", "-c:v mjpeg -pix_fmt yuvj420p"),
    ];
    for (name, codec) in codecs {
        ffmpeg(
            folder.path(),
            &format!("{picture} {sound} {codec} -c:a aac -metadata creation_time=2026-03-01T02:03:04Z {name}.mov"),
        );
    }
    let slow = "-vf select='lt(mod(n\\,20)\\,5)+not(mod(n\\,7))' -fps_mode vfr -c:v libx264 -preset veryfast -g 9";
    ffmpeg(folder.path(), &format!("{picture} {slow} vfr.mov"));
    ffmpeg(folder.path(), "-f lavfi -i testsrc2=s=352x288:r=15:d=2 -c:v h263 h263.3gp");
    folder
});

/// A file made from one of the sources by copying its streams.
fn remade(folder: &Path, source: &str, arguments: &str, name: &str) -> PathBuf {
    ffmpeg(folder, &format!("-i {} {arguments} {name}", SOURCES.path().join(format!("{source}.mov")).display()));
    folder.join(name)
}

/// Puts a stream map (ISO/IEC 13818-1, 2.5.4) before the first video packet of a programme stream, as recorders do; without
/// one, ffmpeg and we alike can only guess the codecs.
fn with_stream_map(path: &Path, stream_type: u8) {
    let mut all = fs::read(path).unwrap();
    let video = all.windows(4).position(|code| code[..3] == [0, 0, 1] && code[3] & 0xF0 == 0xE0).unwrap();
    let id = all[video + 3];
    let map = [0, 0, 1, 0xBC, 0, 18, 0xE1, 0xFF, 0, 0, 0, 8, stream_type, id, 0, 0, 3, 0xC0, 0, 0, 0, 0, 0, 0];
    all.splice(video..video, map);
    fs::write(path, all).unwrap();
}

/// Where a file's listing differs from ffprobe, both ways; `method` is how it must have been listed.
fn wrongs(path: &Path, method: Method) -> Vec<String> {
    let (keys, packets) = probed(path);
    let timed: Vec<Key> = keys.iter().filter_map(|(pts, size)| Some(((*pts)?, *size))).collect();
    let mut wrong = Vec::new();
    for (way, listing) in ["chosen", "generic"].into_iter().zip(both_ways(path)) {
        let name = format!("{} {way}", path.file_name().unwrap().display());
        let listing = match listing {
            Ok(listing) => listing,
            Err(unreadable) => {
                wrong.push(format!("{name}: {unreadable:?}"));
                continue;
            }
        };
        if way == "chosen" && listing.method != method {
            wrong.push(format!("{name}: listed by {:?}, not {method:?}", listing.method));
        }
        let slack = u32::from(listing.method == Method::TsScan && listing.codec == "hevc");
        let said = if timed.len() == keys.len() {
            difference(&listing, &timed, packets, slack)
        } else {
            let same = listing.keyframes.iter().map(|k| k.size).eq(keys.iter().map(|k| k.1));
            (!same).then(|| format!("{} keyframes or their sizes, ffprobe {}", listing.keyframes.len(), keys.len()))
        };
        wrong.extend(said.map(|said| format!("{name} ({:?}): {said}", listing.method)));
        let seconds = listing.duration_us() as f64 / 1e6;
        if !(3.7..=4.2).contains(&seconds) && !name.starts_with("h263") && !name.starts_with("trimmed") {
            wrong.push(format!("{name}: {seconds} s long"));
        }
        let odd = |doubt: &&Doubt| !matches!(doubt, Doubt::Unfinished | Doubt::AssumedRate { .. });
        wrong.extend(listing.doubts.iter().find(odd).map(|doubt| format!("{name}: {doubt:?}")));
    }
    wrong
}

#[test]
fn every_codec_in_every_container_has_the_keyframes_that_ffprobe_flags() {
    use Method::{Blocks, Moov, Packets, TsScan};
    let both = "-c copy -map 0";
    let silent = "-c copy -an";
    let fragmented = "-c copy -movflags +frag_keyframe+empty_moov";
    let rows: [(&str, &str, &str, Method); 51] = [
        ("h264", both, "last.mp4", Moov),
        ("h264", silent, "silent.mp4", Moov),
        ("h264", "-c copy -movflags +faststart", "first.mp4", Moov),
        ("h264", fragmented, "fragmented.mp4", Moov),
        ("h264", "-c copy -an -movflags +frag_keyframe+empty_moov", "fragmented_silent.mp4", Moov),
        ("h264", "-c copy -movflags +frag_keyframe", "hybrid.mp4", Moov),
        ("h264", "-c copy -movflags +frag_keyframe+empty_moov+default_base_moof", "base_moof.mp4", Moov),
        ("h264", "-c copy -movflags +frag_every_frame+empty_moov", "frag_every.mp4", Moov),
        ("h264", "-c copy -movflags +frag_keyframe+delay_moov", "delay_moov.mp4", Moov),
        ("h264", "-c copy -movflags +negative_cts_offsets", "negative.mp4", Moov),
        ("h264", "-c copy -use_editlist 0", "no_edits.mp4", Moov),
        ("h264", both, "plain.mov", Moov),
        ("h264", "-ss 1.3 -c copy", "trimmed.mp4", Moov),
        ("h264", both, "plain.mkv", Blocks),
        ("h264", silent, "silent.mkv", Blocks),
        ("h264", "-c copy -live 1", "live.mkv", Blocks),
        ("h264", both, "plain.ts", TsScan),
        ("h264", silent, "silent.ts", TsScan),
        ("h264", "-c copy -mpegts_m2ts_mode 1", "plain.m2ts", TsScan),
        ("h264", "-c:v copy -c:a mp2", "plain.avi", Packets),
        ("h264", both, "plain.flv", Packets),
        ("h264", silent, "raw.h264", Packets),
        ("h264", "-c copy -f matroska", "wrong_extension.jpg", Blocks),
        ("ipp", both, "ipp.mp4", Moov),
        ("ipp", both, "ipp.mkv", Blocks),
        ("ipp", both, "ipp.ts", TsScan),
        ("ipp", "-c:v copy -c:a mp2", "ipp.avi", Packets),
        ("hevc", "-c copy -tag:v hvc1", "hevc.mp4", Moov),
        ("hevc", "-c copy -tag:v hvc1 -movflags +frag_keyframe+empty_moov", "hevc_fragmented.mp4", Moov),
        ("hevc", both, "hevc.mkv", Blocks),
        ("hevc", both, "hevc.ts", TsScan),
        ("hevc", silent, "raw.h265", Packets),
        ("mpeg4", both, "mpeg4.mp4", Moov),
        ("mpeg4", both, "mpeg4.mkv", Blocks),
        ("mpeg4", "-c:v copy -c:a mp2", "mpeg4.avi", Packets),
        ("open", both, "open.mp4", Moov),
        ("open", both, "open.mkv", Blocks),
        ("open", both, "open.ts", TsScan),
        ("refresh", both, "refresh.mp4", Moov),
        ("refresh", both, "refresh.mkv", Blocks),
        ("refresh", both, "refresh.ts", TsScan),
        ("mpeg2", both, "mpeg2.mov", Packets),
        ("mpeg2", both, "mpeg2.mp4", Moov),
        ("mpeg2", both, "mpeg2.ts", TsScan),
        ("mpeg2", "-c:v copy -c:a mp2 -f vob", "mpeg2.vob", Packets),
        ("mjpeg", both, "mjpeg.mov", Moov),
        ("mjpeg", both, "mjpeg.mkv", Blocks),
        ("mjpeg", "-c:v copy -c:a pcm_mulaw", "mjpeg.avi", Packets),
        ("vfr", "-c copy", "vfr.mp4", Moov),
        ("vfr", "-c copy", "vfr.mkv", Blocks),
        ("vfr", "-c copy", "vfr.ts", TsScan),
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (source, arguments, name, method) in rows {
        wrong.extend(wrongs(&remade(folder.path(), source, arguments, name), method));
    }
    wrong.extend(wrongs(&SOURCES.path().join("h263.3gp"), Moov));
    for (source, stream_type) in [("h264", 0x1B), ("hevc", 0x24)] {
        let arguments = format!("-c:v copy -bsf:v {source}_mp4toannexb -c:a mp2 -f vob");
        let path = remade(folder.path(), source, &arguments, &format!("{source}.vob"));
        with_stream_map(&path, stream_type);
        wrong.extend(wrongs(&path, Packets));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_mp4_is_listed_from_its_moov_alone() {
    let folder = tempfile::tempdir().unwrap();
    let picture = "-f lavfi -i testsrc2=s=1920x1080:r=25:d=8 -f lavfi -i sine=d=8";
    let codec = "-c:v libx264 -preset ultrafast -b:v 4M -maxrate 4M -bufsize 4M -g 50 -c:a aac";
    ffmpeg(folder.path(), &format!("{picture} {codec} last.mp4"));
    ffmpeg(folder.path(), "-i last.mp4 -c copy -movflags +faststart first.mp4");
    ffmpeg(folder.path(), "-i last.mp4 -c copy -movflags +frag_keyframe+empty_moov fragmented.mp4");
    for name in ["last.mp4", "first.mp4", "fragmented.mp4"] {
        let file = File::open(folder.path().join(name)).unwrap();
        let listing = list(&file).unwrap();
        let size = file.metadata().unwrap().len();
        println!("{name}: {} of {size} bytes", listing.bytes_read);
        assert!(listing.bytes_read * 100 <= size, "{name}: {} of {size} bytes", listing.bytes_read);
        assert_eq!((listing.method, listing.packets), (Method::Moov, 200));
        assert!(listing.video_bytes < size && listing.video_bytes > size / 2);
    }
}

#[test]
fn a_file_written_to_a_pipe_is_listed_as_unfinished() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("piped.mkv");
    let source = SOURCES.path().join("h264.mov");
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-i"]).arg(source).args(["-c", "copy", "-f", "matroska", "pipe:1"]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    fs::write(&path, output.stdout).unwrap();
    assert_eq!(wrongs(&path, Method::Blocks), Vec::<String>::new());
    assert!(list(&File::open(&path).unwrap()).unwrap().doubts.contains(&Doubt::Unfinished));
}

#[test]
fn of_a_file_cut_off_what_is_there_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        ("-c copy -movflags +faststart", "first.mp4", true),
        ("-c copy -movflags +frag_keyframe+empty_moov", "fragmented.mp4", true),
        ("-c copy", "last.mp4", true),
        ("-c copy", "plain.mkv", true),
        ("-c copy", "plain.ts", false),
        ("-c copy", "plain.flv", false),
        ("-c:v copy -c:a mp2", "plain.avi", true),
    ];
    for (arguments, name, tells) in rows {
        let path = remade(folder.path(), "h264", arguments, name);
        let whole = list(&File::open(&path).unwrap()).unwrap();
        let all = fs::read(&path).unwrap();
        for percent in [1, 10, 50, 90] {
            let cut = folder.path().join(format!("{percent}_{name}"));
            fs::write(&cut, &all[..all.len() * percent / 100]).unwrap();
            let listing = list_source(&Source::new(&File::open(&cut).unwrap()).unwrap());
            if name == "last.mp4" {
                assert_eq!(listing.unwrap_err().fault, Fault::NoMoov);
                continue;
            }
            let listing = match listing {
                Ok(listing) => listing,
                Err(unreadable) => {
                    // So little is left that the index itself is cut, or no frame is whole.
                    println!("{percent} {name}: {unreadable:?}");
                    assert_eq!(percent, 1, "{name}: {unreadable:?}");
                    assert!(matches!(unreadable.fault, Fault::NoMoov | Fault::NoPackets | Fault::Damaged), "{name}");
                    continue;
                }
            };
            let (keys, packets) = probed(&cut);
            println!(
                "{percent} {name}: {} of {} frames, ffprobe {packets}, {:?}",
                listing.packets, whole.packets, listing.doubts
            );
            assert!(listing.packets < whole.packets, "{name}");
            // The last packet may be a part of one, which FFmpeg hands out and we leave out.
            assert!(listing.packets.abs_diff(packets) <= 1, "{percent} {name}: {} {packets}", listing.packets);
            assert!(listing.keyframes.len().abs_diff(keys.len()) <= 1, "{percent} {name}");
            let start = listing.keyframes.len() - 1;
            for (ours, theirs) in listing.keyframes.iter().zip(&whole.keyframes).take(start) {
                assert_eq!((ours.pts_us, ours.size), (theirs.pts_us, theirs.size), "{percent} {name}");
            }
            let doubted = listing.doubts.iter().any(|doubt| matches!(doubt, Doubt::Truncated { .. }));
            assert!(doubted || !tells, "{percent} {name}: {:?}", listing.doubts);
        }
    }
}

/// Wraps the frames of a raw H.264 stream as Dahua recorders do: a header with length, date, milliseconds and a tagged
/// extension (size in eights of pixels; codec and rate), the frame, and its length again.
fn dav(raw: &[u8]) -> Vec<u8> {
    let starts: Vec<usize> = raw
        .windows(5)
        .enumerate()
        .filter(|(_, w)| *w == [0, 0, 0, 1, 9])
        .map(|(at, _)| at)
        .chain([raw.len()])
        .collect();
    let mut out = Vec::new();
    for (number, bounds) in starts.windows(2).enumerate() {
        let frame = &raw[bounds[0]..bounds[1]];
        let extension = [0x80u8, 0, 40, 30, 0x81, 0, 2, 25];
        let length = (24 + extension.len() + frame.len() + 8) as u32;
        let key = frame.windows(4).any(|unit| unit == [0, 0, 1, 0x65]);
        // 2026-03-01 02:03:04 in bits: year from 2000, month, day, hour, minute, second; 40 ms a frame.
        let date = 26u32 << 26 | 3 << 22 | 1 << 17 | 2 << 12 | 3 << 6 | (4 + number as u32 / 25);
        out.extend(b"DHAV");
        out.extend([if key { 0xFD } else { 0xFC }, 0, 0, 0]);
        out.extend((number as u32).to_le_bytes());
        out.extend(length.to_le_bytes());
        out.extend(date.to_le_bytes());
        out.extend((number as u16 * 40).to_le_bytes());
        out.extend([extension.len() as u8, 0]);
        out.extend(extension);
        out.extend(frame);
        out.extend(b"dhav");
        out.extend(length.to_le_bytes());
    }
    out
}

#[test]
fn a_dahua_recording_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let path = remade(folder.path(), "ipp", "-an -c copy -bsf:v h264_mp4toannexb,h264_metadata=aud=insert", "raw.h264");
    let dav_path = folder.path().join("recording.dav");
    fs::write(&dav_path, dav(&fs::read(path).unwrap())).unwrap();
    assert_eq!(wrongs(&dav_path, Method::Packets), Vec::<String>::new());
    let listing = list(&File::open(&dav_path).unwrap()).unwrap();
    assert_eq!((listing.container.as_str(), listing.keyframes.len(), listing.packets), ("dhav", 4, 100));
}

#[test]
fn a_still_is_one_keyframe_and_many_in_a_row_are_a_video() {
    let folder = tempfile::tempdir().unwrap();
    ffmpeg(folder.path(), "-f lavfi -i testsrc2=s=640x360:d=1 -frames:v 1 -update 1 still.jpg");
    ffmpeg(folder.path(), "-f lavfi -i testsrc2=s=640x360:r=5:d=2 -f mjpeg row.jpg");
    let still = list(&File::open(folder.path().join("still.jpg")).unwrap()).unwrap();
    assert_eq!((still.method, still.width, still.height), (Method::Still, 640, 360));
    assert_eq!((still.keyframes.len(), still.duration_us(), still.keyframes[0].pts_us), (1, 0, 0));
    let row = list(&File::open(folder.path().join("row.jpg")).unwrap()).unwrap();
    assert_eq!((row.method, row.keyframes.len()), (Method::Packets, 10));
    let all = fs::read(folder.path().join("still.jpg")).unwrap();
    fs::write(folder.path().join("cut.jpg"), &all[..all.len() / 2]).unwrap();
    let cut = list(&File::open(folder.path().join("cut.jpg")).unwrap()).unwrap();
    assert!(matches!(cut.doubts[..], [Doubt::Truncated { .. }]), "{:?}", cut.doubts);
}

#[test]
fn the_creation_time_and_the_turn_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for (name, method) in [("dated.mp4", Method::Moov), ("dated.mkv", Method::Blocks)] {
        let path = remade(folder.path(), "ipp", "-c copy -map_metadata 0", name);
        let listing = list(&File::open(&path).unwrap()).unwrap();
        assert_eq!(listing.method, method);
        assert_eq!(listing.creation_time.map(|t| t.to_string()), Some("2026-03-01T02:03:04Z".to_owned()), "{name}");
    }
    // FFmpeg prints how far the picture is turned anticlockwise; to show it upright takes the same clockwise turn negated.
    for (rotate, turn) in [("90", 270), ("180", 180), ("270", 90)] {
        let path = remade(folder.path(), "ipp", &format!("-c copy -metadata:s:v rotate={rotate}"), "turned.mp4");
        let probe =
            ["-v", "quiet", "-select_streams", "v:0", "-show_entries", "stream_side_data=rotation", "-of", "csv=p=0"];
        let output = Command::new("ffprobe").args(probe).arg(&path).output().unwrap();
        let anticlockwise: i32 = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap();
        let [ours, generic] = both_ways(&path).map(|listing| listing.unwrap().rotation);
        assert_eq!((ours, generic), (turn, turn));
        assert_eq!((-anticlockwise).rem_euclid(360), i32::from(turn));
    }
}
