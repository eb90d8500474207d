//! Reading a reel: one picture by its place, or all entries with what is damaged.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::format::{self, Entry, FILE_HEADER_BYTES, HEADER_BYTES, MAGIC, MARKER, ReelPlace, VERSION};
use crate::base::{Error, Kind, Result, ResultExt};
use crate::say;

/// Reads the JPEG at a place, checked against its checksum. `dir` is the folder of the reels.
///
/// # Errors
/// [`Kind::Io`] when the reel is not there or cannot be read; [`Kind::State`] when what is at the place is not a whole
/// thumbnail of that length.
pub fn read(dir: &Path, place: &ReelPlace) -> Result<Vec<u8>> {
    format::check_name(&place.reel)?;
    let file = open(dir, &place.reel)?;
    let ReelPlace { reel, offset, length } = place;
    let damaged = || {
        Error::new(
            Kind::State,
            say!(
                "cuộn ảnh {reel}: ảnh ở byte {offset} bị hỏng",
                "reel {reel}: the thumbnail at byte {offset} is damaged"
            ),
        )
    };
    if *length > format::MAX_JPEG_BYTES {
        return Err(damaged());
    }
    let mut bytes = vec![0; HEADER_BYTES as usize + *length as usize];
    match file.read_exact_at(&mut bytes, *offset) {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Err(damaged()),
        other => other.or_say(Kind::Io, || cannot_read(reel))?,
    }
    let jpeg = bytes.split_off(HEADER_BYTES as usize);
    match format::decode(&bytes) {
        Some(header) if header.length == *length && whole(&bytes, header.crc, &jpeg) => Ok(jpeg),
        _ => Err(damaged()),
    }
}

/// What a reel holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The whole entries, by offset.
    pub entries: Vec<Entry>,
    /// The stretches of bytes between or after them that are none.
    pub damaged: Vec<Range<u64>>,
    /// Where the last whole entry ends; the next is appended here.
    pub end: u64,
}

/// Reads all of a reel and checks every checksum. `dir` is the folder of the reels.
///
/// # Errors
/// [`Kind::Io`] when it cannot be read; [`Kind::State`] when the file is not a reel or of another version.
pub fn scan(dir: &Path, name: &str) -> Result<Scan> {
    format::check_name(name)?;
    scan_file(&open(dir, name)?, name, Depth::Everything)
}

/// How much of each entry a scan checks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Header and picture.
    Everything,
    /// Headers only, but at the end, where a crash may have left a header without its picture.
    Tail,
}

pub(super) fn scan_file(file: &File, name: &str, depth: Depth) -> Result<Scan> {
    let io = || cannot_read(name);
    let size = file.metadata().or_say(Kind::Io, io)?.len();
    check_file_header(file, name, size)?;
    let mut scan = Scan { end: FILE_HEADER_BYTES, ..Scan::default() };
    let mut at = FILE_HEADER_BYTES;
    while at < size {
        if let Some(entry) = entry_at(file, name, at, size, depth).or_say(Kind::Io, io)? {
            at = entry.end();
            scan.end = at;
            scan.entries.push(entry);
            continue;
        }
        let next = next_whole(file, name, at + 1, size).or_say(Kind::Io, io)?;
        scan.damaged.push(at..next);
        at = next;
    }
    while let Some(last) = scan.entries.last().filter(|_| depth == Depth::Tail) {
        let at = last.place.offset;
        if entry_at(file, name, at, size, Depth::Everything).or_say(Kind::Io, io)?.is_some() {
            break;
        }
        scan.entries.pop();
        scan.end = scan.entries.last().map_or(FILE_HEADER_BYTES, Entry::end);
    }
    Ok(scan)
}

fn check_file_header(file: &File, name: &str, size: u64) -> Result<()> {
    let mut header = [0; FILE_HEADER_BYTES as usize];
    if size >= FILE_HEADER_BYTES {
        file.read_exact_at(&mut header, 0).or_say(Kind::Io, || cannot_read(name))?;
    }
    if header[..8] != MAGIC {
        return Err(Error::new(Kind::State, say!("{name} không phải là cuộn ảnh", "{name} is not a reel")));
    }
    if header == format::file_header() {
        return Ok(());
    }
    Err(Error::new(
        Kind::State,
        say!(
            "cuộn ảnh {name} thuộc phiên bản lạ (chỉ đọc được phiên bản {VERSION})",
            "reel {name} is of an unknown version (this program reads version {VERSION})"
        ),
    ))
}

/// The entry at an offset, when there is a whole one.
fn entry_at(file: &File, name: &str, at: u64, size: u64, depth: Depth) -> std::io::Result<Option<Entry>> {
    let mut bytes = [0; HEADER_BYTES as usize];
    if at + HEADER_BYTES > size {
        return Ok(None);
    }
    file.read_exact_at(&mut bytes, at)?;
    let Some(header) = format::decode(&bytes) else { return Ok(None) };
    let end = at + HEADER_BYTES + u64::from(header.length);
    if end > size {
        return Ok(None);
    }
    if depth == Depth::Everything {
        let mut jpeg = vec![0; header.length as usize];
        file.read_exact_at(&mut jpeg, at + HEADER_BYTES)?;
        if !whole(&bytes, header.crc, &jpeg) {
            return Ok(None);
        }
    }
    let place = ReelPlace { reel: name.to_owned(), offset: at, length: header.length };
    Ok(Some(Entry { place, recording: header.recording, pts_us: header.pts_us, luma: header.luma }))
}

/// Where the next whole entry starts, at or after an offset; the size of the file when there is none. What a damaged
/// header hides is found again this way.
fn next_whole(file: &File, name: &str, from: u64, size: u64) -> std::io::Result<u64> {
    const STEP: usize = 1 << 16;
    let mut window = vec![0; STEP + MARKER.len() - 1];
    let mut at = from;
    while at < size {
        let wanted = window.len().min(usize::try_from(size - at).unwrap_or(usize::MAX));
        let bytes = &mut window[..wanted];
        file.read_exact_at(bytes, at)?;
        for candidate in bytes.windows(MARKER.len()).enumerate().filter(|(_, four)| *four == MARKER).map(|(i, _)| i) {
            let candidate = at + candidate as u64;
            if entry_at(file, name, candidate, size, Depth::Everything)?.is_some() {
                return Ok(candidate);
            }
        }
        at += STEP as u64;
    }
    Ok(size)
}

fn whole(header: &[u8], crc: u32, jpeg: &[u8]) -> bool {
    header.get(..HEADER_BYTES as usize - 4).is_some_and(|header| format::checksum(header, jpeg) == crc)
}

fn open(dir: &Path, name: &str) -> Result<File> {
    File::open(dir.join(name)).or_say(Kind::Io, || cannot_read(name))
}

fn cannot_read(name: &str) -> crate::base::Said {
    say!("không đọc được cuộn ảnh {name}", "cannot read reel {name}")
}
