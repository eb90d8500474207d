//! Small clips by FFmpeg, and copies of them that differ.

use std::path::Path;
use std::process::Command;

/// A clip of so many seconds, 64×48, four frames and half a keyframe a second: some kilobytes a minute.
pub(crate) fn make(seconds: u64, container: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("clip.{container}"));
    let source = format!("testsrc2=s=64x48:r=4:d={seconds}");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-f", "lavfi", "-i", &source, "-g", "8", "-bf", "0", "-pix_fmt", "yuv420p"]);
    assert!(ffmpeg.arg(&path).status().unwrap().success());
    std::fs::read(path).unwrap()
}

/// The clip with a number at its end, which readers skip: in an mp4 a box `free` (ISO/IEC 14496-12 §8.1.2), in a transport
/// stream a null packet (ISO/IEC 13818-1 §2.4.1).
pub(crate) fn numbered(clip: &[u8], container: &str, number: u64) -> Vec<u8> {
    let mut bytes = clip.to_vec();
    if container == "ts" {
        let mut packet = [0xff; 188];
        packet[..4].copy_from_slice(&[0x47, 0x1f, 0xff, 0x10]);
        packet[4..12].copy_from_slice(&number.to_be_bytes());
        bytes.extend(packet);
    } else {
        bytes.extend(b"\0\0\0\x10free");
        bytes.extend(number.to_be_bytes());
    }
    bytes
}

/// The name that a recorder gives to a file that starts at this second since 1970.
pub(crate) fn name(second: i64, container: &str) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let start = jiff::Timestamp::from_second(second).unwrap().to_zoned(zone);
    format!("{}.{container}", start.strftime("%Y%m%d/%Y%m%d_%H%M%S"))
}

/// Writes a file whose last change is so many seconds after 1970.
pub(crate) fn write(path: &Path, bytes: &[u8], changed: i64) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    let changed = std::time::UNIX_EPOCH + std::time::Duration::from_secs(changed.unsigned_abs());
    std::fs::File::options().append(true).open(path).unwrap().set_modified(changed).unwrap();
}
