//! The bytes of a reel: names, headers, checksums.
//!
//! Version 1, all numbers little-endian:
//!
//! ```text
//! file    8 bytes "TVREEL\r\n" · u32 version (1) · u32 zero · then entries, one after the other
//! entry   4 bytes "TVth" · u32 length of the JPEG · i64 pts, µs · 16 bytes recording id, ASCII, zero-padded
//!         u8 mean luma · u8 change of luma · u16 zero · u32 CRC-32 (IEEE) of the 36 bytes before and the JPEG
//!         then the JPEG
//! ```

use serde::{Deserialize, Serialize};

use crate::base::{Error, Kind, Result};
use crate::model::{Luma, RecordingId, Thumbnail};
use crate::say;

/// First bytes of every reel; the line end shows a transfer that meddled with line ends.
pub(super) const MAGIC: [u8; 8] = *b"TVREEL\r\n";
/// The version written.
pub(super) const VERSION: u32 = 1;
/// Bytes before the first entry.
pub(super) const FILE_HEADER_BYTES: u64 = 16;
/// First bytes of every entry.
pub(super) const MARKER: [u8; 4] = *b"TVth";
/// Bytes of an entry before its JPEG.
pub const HEADER_BYTES: u64 = 40;
/// The largest JPEG kept, bytes; a thumbnail is a thousandth of it. Bounds what a damaged length can make us read.
pub const MAX_JPEG_BYTES: u32 = 16 << 20;
const ID_BYTES: usize = 16;

/// Where a thumbnail is: what the store keeps.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ReelPlace {
    /// File name of the reel.
    pub reel: String,
    /// Where its entry starts, bytes from the start of the reel.
    pub offset: u64,
    /// Length of the JPEG, bytes; it starts at `offset +` [`HEADER_BYTES`].
    pub length: u32,
}

/// One entry of a reel, without its picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is.
    pub place: ReelPlace,
    /// The recording that the picture is of.
    pub recording: RecordingId,
    /// Presentation time in the recording, microseconds.
    pub pts_us: i64,
    /// Brightness and change.
    pub luma: Luma,
}

impl Entry {
    /// Where the entry after it starts.
    pub(super) fn end(&self) -> u64 {
        self.place.offset + HEADER_BYTES + u64::from(self.place.length)
    }
}

/// The fields of an entry's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) length: u32,
    pub(super) pts_us: i64,
    pub(super) recording: RecordingId,
    pub(super) luma: Luma,
    pub(super) crc: u32,
}

/// The file name of a camera's reel of one day: `<camera>_<YYYY-MM-DD>.reel`. Bytes of the camera's id other than ASCII
/// letters, digits, `-` and `.` are written as `%XX`, so that different ids never share a name.
pub fn reel_name(camera: &str, day: jiff::civil::Date) -> String {
    let mut name = String::new();
    for (at, byte) in camera.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => name.push(char::from(byte)),
            b'.' if at > 0 => name.push('.'),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("{name}_{day}.reel")
}

/// Refuses names that could lead out of the reels' folder.
pub(super) fn check_name(name: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._%".contains(&byte);
    if !name.is_empty() && !name.starts_with('.') && name.len() <= 255 && name.bytes().all(plain) {
        return Ok(());
    }
    Err(Error::new(Kind::State, say!("tên cuộn ảnh không hợp lệ: {name:?}", "not a name of a reel: {name:?}")))
}

pub(super) fn file_header() -> [u8; FILE_HEADER_BYTES as usize] {
    let mut out = [0; FILE_HEADER_BYTES as usize];
    out[..8].copy_from_slice(&MAGIC);
    out[8..12].copy_from_slice(&VERSION.to_le_bytes());
    out
}

/// An entry's bytes, header and picture.
pub(super) fn encode(recording: &RecordingId, thumbnail: &Thumbnail) -> Result<Vec<u8>> {
    let id = recording.0.as_bytes();
    if id.is_empty() || id.len() > ID_BYTES || !id.iter().all(u8::is_ascii_alphanumeric) {
        let id = &recording.0;
        return Err(Error::new(Kind::Internal, say!("mã đoạn ghi không hợp lệ: {id:?}", "not a recording id: {id:?}")));
    }
    let length = u32::try_from(thumbnail.jpeg.len()).ok().filter(|&length| (1..=MAX_JPEG_BYTES).contains(&length));
    let Some(length) = length else {
        let bytes = thumbnail.jpeg.len();
        return Err(Error::new(
            Kind::Internal,
            say!("ảnh nhỏ dài {bytes} byte: không hợp lệ", "a thumbnail of {bytes} bytes cannot be kept"),
        ));
    };
    let mut out = Vec::with_capacity(HEADER_BYTES as usize + thumbnail.jpeg.len());
    out.extend_from_slice(&MARKER);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&thumbnail.pts_us.to_le_bytes());
    let mut padded = [0; ID_BYTES];
    padded[..id.len()].copy_from_slice(id);
    out.extend_from_slice(&padded);
    out.extend_from_slice(&[thumbnail.luma.mean, thumbnail.luma.change, 0, 0]);
    let crc = checksum(&out, &thumbnail.jpeg);
    out.extend_from_slice(&crc.to_le_bytes());
    out.extend_from_slice(&thumbnail.jpeg);
    Ok(out)
}

/// The fields of a header; `None` when it is not one. Whether they are true only the checksum tells.
pub(super) fn decode(bytes: &[u8]) -> Option<Header> {
    let (marker, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (pts, rest) = rest.split_first_chunk::<8>()?;
    let (id, rest) = rest.split_first_chunk::<ID_BYTES>()?;
    let (&[mean, change, _, _], rest) = rest.split_first_chunk::<4>()?;
    let (crc, _) = rest.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length);
    let end = id.iter().position(|&byte| byte == 0).unwrap_or(ID_BYTES);
    let id = id.get(..end).filter(|id| !id.is_empty() && id.iter().all(u8::is_ascii_alphanumeric))?;
    (*marker == MARKER && (1..=MAX_JPEG_BYTES).contains(&length)).then(|| Header {
        length,
        pts_us: i64::from_le_bytes(*pts),
        recording: RecordingId(String::from_utf8_lossy(id).into_owned()),
        luma: Luma { mean, change },
        crc: u32::from_le_bytes(*crc),
    })
}

/// The checksum of an entry, of the header's bytes before it and the picture.
pub(super) fn checksum(header: &[u8], jpeg: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(header);
    hasher.update(jpeg);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_reels_stay_in_their_folder_and_apart() {
        let day = jiff::civil::date(2023, 7, 15);
        assert_eq!(reel_name("ht-01", day), "ht-01_2023-07-15.reel");
        assert_eq!(reel_name("../ngã", day), "%2E.%2Fng%C3%A3_2023-07-15.reel");
        assert_ne!(reel_name("a_1", day), reel_name("a%5F1", day));
        for camera in ["ht-01", "../ngã", "", ".", "a/b", "a_1"] {
            check_name(&reel_name(camera, day)).unwrap();
        }
        for bad in ["", ".", "..", "a/b", "../a", ".hidden", "a\0b"] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_header_adds_at_most_two_percent_to_a_thumbnail() {
        // The smallest thumbnails seen, of a dark still scene, are 2 KB; typical ones are 8 to 15 KB.
        assert!(HEADER_BYTES as f64 <= 0.02 * 2048.0);
    }
}
