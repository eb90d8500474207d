//! mp4 and mov (ISO/IEC 14496-12, Apple QuickTime): listed from the moov box and the headers of fragments alone.

mod boxes;
mod codec;
mod edits;
mod fragments;
mod movie;
mod samples;

use self::boxes::Head;
use self::movie::Movie;
use super::bytes::Window;
use super::frames::Found;
use super::{Miss, packets};
use crate::media::source::Source;
use crate::model::{Doubt, Fault, Method, Unreadable};

/// FFmpeg's name of this family.
const CONTAINER: &str = "mov,mp4,m4a,3gp,3g2,mj2";

/// Whether a file that starts like this is one of ours.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let kinds = [b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp"];
    head.get(4..8).is_some_and(|kind| kinds.iter().any(|known| *known == kind))
}

/// Reads the boxes of the top level.
pub(super) fn find(source: &Source) -> Result<Found, Miss> {
    let mut window = Window::new(source, 512);
    let len = window.len();
    let mut movie: Option<Movie> = None;
    let mut fragments = fragments::Fragments::default();
    let mut cut = None;
    let mut media = false;
    let mut at = 0;
    while at < len {
        let Some(head) = boxes::head(&mut window, at, len)? else {
            cut = Some(at);
            break;
        };
        match &head.kind {
            b"moov" if movie.is_none() => {
                if head.end > len {
                    return Err(match without_moov(source, true) {
                        Miss::NotUnderstood(_) => Miss::CutOff,
                        refused => refused,
                    });
                }
                movie = Some(movie::read(&mut window, &head)?);
            }
            b"moov" => return Err(Miss::NotUnderstood("two moov boxes")),
            b"moof" if head.end <= len => {
                let Some(movie) = &movie else { return Err(Miss::NotUnderstood("moof before moov")) };
                fragments.read(&mut window, &head, movie)?;
            }
            b"mdat" => media = true,
            b"moof" | b"ftyp" | b"styp" | b"free" | b"skip" | b"wide" | b"uuid" | b"sidx" | b"mfra" | b"meta"
            | b"udta" | b"emsg" | b"prft" | b"pdin" | b"ssix" | b"pnot" | b"PICT" | b"junk" => {}
            // Garbage after a finished index is another way of being cut off; before it, FFmpeg may find its way.
            _ if movie.is_some() => {
                cut = Some(at);
                break;
            }
            _ => return Err(Miss::NotUnderstood("an unknown box at the top level")),
        }
        if head.end > len {
            cut = Some(len);
            break;
        }
        at = head.end;
    }
    let Some(movie) = movie else { return Err(without_moov(source, media)) };
    finish(&mut window, movie, fragments, cut)
}

/// Without a whole index nothing can be listed, if FFmpeg agrees; a file that it can read after all is its own to list.
fn without_moov(source: &Source, media: bool) -> Miss {
    if media && packets::refuses(source) {
        Miss::Refused(Unreadable::new(Fault::NoMoov, "no whole moov box"))
    } else {
        Miss::NotUnderstood("no moov and no media")
    }
}

fn finish(
    window: &mut Window<'_>,
    movie: Movie,
    fragments: fragments::Fragments,
    cut: Option<u64>,
) -> Result<Found, Miss> {
    let track = &movie.track;
    let mut frames = samples::frames(window, &movie, cut.is_some())?;
    // The header of a fragmented file counts the fragments or not, as its writer pleases: no claim to be held to.
    let duration_us = movie.duration_us.filter(|_| fragments.frames.is_empty());
    frames.extend(fragments.frames);
    if frames.is_empty() && cut.is_none() {
        return Err(Miss::NotUnderstood("a video track without samples"));
    }
    let mut doubts = Vec::new();
    if let Some(at_byte) = cut {
        doubts.push(Doubt::Truncated { at_byte });
    }
    Ok(Found {
        container: CONTAINER.to_owned(),
        codec: track.codec.to_owned(),
        width: track.width,
        height: track.height,
        rotation: track.rotation,
        time_base: (1, i32::try_from(track.timescale).map_err(|_| Miss::NotUnderstood("timescale"))?),
        audio: movie.audio,
        header_duration_us: duration_us,
        creation_time: movie.creation_time,
        method: Method::Moov,
        frames,
        doubts,
    })
}

/// The payload of a small box, without version and flags: `(version, flags, rest)`.
fn full_box(window: &mut Window<'_>, head: &Head, most: usize) -> Result<(u8, u32, Vec<u8>), Miss> {
    let mut all = window.span(head.body, head.end, most)?;
    if all.len() < 4 {
        return Err(Miss::NotUnderstood("a box without version and flags"));
    }
    let rest = all.split_off(4);
    Ok((all[0], u32::from_be_bytes([0, all[1], all[2], all[3]]), rest))
}

/// The error for a table that ends before it says.
const SHORT: Miss = Miss::NotUnderstood("a box shorter than its content");
