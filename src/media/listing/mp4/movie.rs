//! The moov box: the movie's and the one video track's headers, and where the track's tables lie.

use jiff::Timestamp;

use super::boxes::{Head, children, only};
use super::{Miss, SHORT, Window, codec, full_box};
use crate::media::listing::bytes::Taker;
use crate::media::listing::frames::micros;

/// Seconds from 1904-01-01, the epoch of mp4, to 1970-01-01.
const FROM_1904: u64 = 2_082_844_800;

/// What the moov says, as far as a listing needs it.
#[derive(Debug)]
pub(super) struct Movie {
    pub(super) timescale: u32,
    pub(super) duration_us: Option<i64>,
    pub(super) creation_time: Option<Timestamp>,
    pub(super) audio: Option<String>,
    pub(super) track: Track,
}

/// The video track.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) id: u32,
    pub(super) timescale: u32,
    pub(super) rotation: u16,
    pub(super) codec: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) edits: Vec<Edit>,
    /// The boxes of `stbl`: its tables are read when the frames are made.
    pub(super) tables: Vec<Head>,
    pub(super) defaults: Option<Defaults>,
}

/// A row of the edit list: the length in the movie's timescale, the start in the track's (−1: nothing is shown).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) duration: i64,
    pub(super) media_time: i64,
}

/// What `trex` says a fragment's sample is unless the fragment says otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Defaults {
    pub(super) duration: u32,
    pub(super) size: u32,
    pub(super) flags: u32,
}

/// Reads a moov box that lies within the file.
pub(super) fn read(window: &mut Window<'_>, moov: &Head) -> Result<Movie, Miss> {
    let inside = children(window, moov.body, moov.end)?;
    let mvhd = only(&inside, b"mvhd")?.ok_or(Miss::NotUnderstood("no mvhd"))?;
    let (timescale, duration_us, creation_time) = movie_header(window, &mvhd)?;
    let (mut video, mut audio) = (None, None);
    for trak in inside.iter().filter(|child| child.kind == *b"trak") {
        let boxes = children(window, trak.body, trak.end)?;
        let mdia = only(&boxes, b"mdia")?.ok_or(Miss::NotUnderstood("no mdia"))?;
        let media = children(window, mdia.body, mdia.end)?;
        let hdlr = only(&media, b"hdlr")?.ok_or(Miss::NotUnderstood("no hdlr"))?;
        match &window.array::<4>(hdlr.body + 8)?.ok_or(SHORT)? {
            b"vide" if video.is_some() => return Err(Miss::NotUnderstood("two video tracks")),
            b"vide" => video = Some(video_track(window, &boxes, &media)?),
            b"soun" if audio.is_none() => {
                let tables = sample_table(window, &media)?;
                audio = Some(codec::audio(window, &tables)?);
            }
            _ => {}
        }
    }
    let mut track = video.ok_or(Miss::NotUnderstood("no video track"))?;
    if let Some(mvex) = only(&inside, b"mvex")? {
        track.defaults = defaults(window, &mvex, track.id)?;
    }
    Ok(Movie { timescale, duration_us, creation_time, audio, track })
}

type MovieHeader = (u32, Option<i64>, Option<Timestamp>);

fn movie_header(window: &mut Window<'_>, mvhd: &Head) -> Result<MovieHeader, Miss> {
    let (version, _, body) = full_box(window, mvhd, 256)?;
    let (created, timescale, duration, rest) = times(version, &body).ok_or(SHORT)?;
    // rate, volume, reserved: 16 bytes; then the matrix.
    let matrix = rest.get(16..52).ok_or(SHORT)?;
    if turn(matrix) != Some(0) {
        return Err(Miss::NotUnderstood("the movie itself is turned"));
    }
    // Some writers count from 1970 although the format says 1904.
    let unix = if created >= FROM_1904 { created - FROM_1904 } else { created };
    let creation_time = i64::try_from(unix).ok().filter(|s| *s > 0).and_then(|s| Timestamp::from_second(s).ok());
    let unknown = duration == 0 || duration == u64::from(u32::MAX) || duration == u64::MAX;
    let scale = i32::try_from(timescale).unwrap_or(i32::MAX);
    let duration_us = i64::try_from(duration).ok().filter(|_| !unknown).map(|d| micros(d, (1, scale)));
    Ok((timescale, duration_us, creation_time))
}

/// Creation time, timescale, duration and what follows, of `mvhd` and `mdhd` alike.
fn times(version: u8, body: &[u8]) -> Option<(u64, u32, u64, &[u8])> {
    let mut taker = Taker(body);
    let (created, timescale, duration) = if version == 1 {
        let created = taker.u64()?;
        taker.u64()?;
        (created, taker.u32()?, taker.u64()?)
    } else {
        let created = taker.u32()?;
        taker.u32()?;
        (created.into(), taker.u32()?, taker.u32()?.into())
    };
    (timescale > 0).then_some((created, timescale, duration, taker.0))
}

fn video_track(window: &mut Window<'_>, boxes: &[Head], media: &[Head]) -> Result<Track, Miss> {
    let tkhd = only(boxes, b"tkhd")?.ok_or(Miss::NotUnderstood("no tkhd"))?;
    let (version, _, body) = full_box(window, &tkhd, 256)?;
    let id_at = if version == 1 { 16 } else { 8 };
    let id = body.get(id_at..).and_then(|rest| Taker(rest).u32()).ok_or(SHORT)?;
    let matrix_at = if version == 1 { 48 } else { 36 };
    let matrix = body.get(matrix_at..matrix_at + 36).ok_or(SHORT)?;
    let rotation = turn(matrix).ok_or(Miss::NotUnderstood("a picture turned askew"))?;

    let mdhd = only(media, b"mdhd")?.ok_or(Miss::NotUnderstood("no mdhd"))?;
    let (version, _, body) = full_box(window, &mdhd, 256)?;
    let (_, timescale, _, _) = times(version, &body).ok_or(SHORT)?;

    let tables = sample_table(window, media)?;
    let (codec, width, height) = codec::video(window, &tables)?;
    let edits = match only(boxes, b"edts")? {
        Some(edts) => edit_list(window, &edts)?,
        None => Vec::new(),
    };
    Ok(Track { id, timescale, rotation, codec, width, height, edits, tables, defaults: None })
}

fn sample_table(window: &mut Window<'_>, media: &[Head]) -> Result<Vec<Head>, Miss> {
    let minf = only(media, b"minf")?.ok_or(Miss::NotUnderstood("no minf"))?;
    let inside = children(window, minf.body, minf.end)?;
    let stbl = only(&inside, b"stbl")?.ok_or(Miss::NotUnderstood("no stbl"))?;
    children(window, stbl.body, stbl.end)
}

/// The clockwise turn of a display matrix (3 × 3, 16.16 and 2.30 fixed point): 0, 90, 180 or 270; `None` for any other.
fn turn(matrix: &[u8]) -> Option<u16> {
    let mut taker = Taker(matrix);
    let (a, b, _, c, d) = (taker.i32()?, taker.i32()?, taker.i32()?, taker.i32()?, taker.i32()?);
    match (a.signum(), b.signum(), c.signum(), d.signum()) {
        (1, 0, 0, 1) => Some(0),
        (0, 1, -1, 0) => Some(90),
        (-1, 0, 0, -1) => Some(180),
        (0, -1, 1, 0) => Some(270),
        (0, 0, 0, 0) => Some(0), // left empty by careless writers
        _ => None,
    }
}

fn edit_list(window: &mut Window<'_>, edts: &Head) -> Result<Vec<Edit>, Miss> {
    let inside = children(window, edts.body, edts.end)?;
    let Some(elst) = only(&inside, b"elst")? else { return Ok(Vec::new()) };
    let (version, _, body) = full_box(window, &elst, 4096)?;
    let mut taker = Taker(&body);
    let count = taker.u32().ok_or(SHORT)?;
    (0..count)
        .map(|_| {
            let edit = if version == 1 {
                Edit { duration: i64::try_from(taker.u64()?).ok()?, media_time: taker.u64()?.cast_signed() }
            } else {
                Edit { duration: taker.u32()?.into(), media_time: taker.i32()?.into() }
            };
            let rate = taker.u32()?;
            (rate == 0x1_0000 && edit.media_time >= -1).then_some(edit)
        })
        .collect::<Option<Vec<Edit>>>()
        .ok_or(Miss::NotUnderstood("an edit list beyond shifting"))
}

fn defaults(window: &mut Window<'_>, mvex: &Head, track: u32) -> Result<Option<Defaults>, Miss> {
    for trex in children(window, mvex.body, mvex.end)?.iter().filter(|child| child.kind == *b"trex") {
        let (_, _, body) = full_box(window, trex, 64)?;
        let mut taker = Taker(&body);
        let read = (|| Some((taker.u32()?, taker.u32()?, taker.u32()?, taker.u32()?, taker.u32()?)))();
        let (id, _description, duration, size, flags) = read.ok_or(SHORT)?;
        if id == track {
            return Ok(Some(Defaults { duration, size, flags }));
        }
    }
    Ok(None)
}
