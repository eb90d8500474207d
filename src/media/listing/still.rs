//! Still pictures that cameras upload: JPEG (ITU-T T.81), a recording of one keyframe.

use super::Miss;
use super::bytes::{Taker, Window};
use super::frames::{Found, Frame};
use crate::media::source::Source;
use crate::model::{Doubt, Fault, Method, Unreadable};

/// A still larger than this is not taken for one.
const MOST: usize = 64 << 20;

/// Whether a file that starts like this may be one.
pub(super) fn looks_like(head: &[u8]) -> bool {
    head.starts_with(&[0xFF, 0xD8, 0xFF])
}

/// Reads the markers up to the end of the image.
pub(super) fn find(source: &Source) -> Result<Found, Miss> {
    let all = Window::new(source, 0).span(0, source.len(), MOST)?;
    let picture = scan(&all).ok_or_else(|| Miss::Refused(Unreadable::new(Fault::Damaged, "no picture in the JPEG")))?;
    let mut doubts = Vec::new();
    match picture.end {
        Some(end) if all[end..].starts_with(&[0xFF, 0xD8, 0xFF]) => {
            return Err(Miss::NotUnderstood("several JPEGs in a row"));
        }
        Some(_) => {}
        None => doubts.push(Doubt::Truncated { at_byte: source.len() }),
    }
    let size = u32::try_from(picture.end.unwrap_or(all.len())).unwrap_or(u32::MAX);
    Ok(Found {
        container: "jpeg_pipe".to_owned(),
        codec: "mjpeg".to_owned(),
        width: picture.width.into(),
        height: picture.height.into(),
        rotation: 0,
        time_base: (1, 1_000_000),
        audio: None,
        header_duration_us: None,
        creation_time: None,
        method: Method::Still,
        frames: vec![Frame { pts: 0, duration: 0, size, key: true, shown: true }],
        doubts,
    })
}

#[derive(Debug, PartialEq, Eq)]
struct Picture {
    width: u16,
    height: u16,
    /// Just after the end marker, where there is one.
    end: Option<usize>,
}

/// The frame header and the end of the first image; `None` when it never comes to its picture data.
fn scan(all: &[u8]) -> Option<Picture> {
    let mut at = 2;
    let mut size = None;
    let mut data = false;
    loop {
        // In picture data, FF 00 is a stuffed byte and FF D0..D7 are restart markers.
        let Some(found) = next_marker(all, at) else {
            let (width, height) = size.filter(|_| data)?;
            return Some(Picture { width, height, end: None });
        };
        let (marker, body) = found;
        match marker {
            0xD9 => {
                let (width, height) = size.filter(|_| data)?;
                return Some(Picture { width, height, end: Some(body) });
            }
            0x00 | 0x01 | 0xD0..=0xD8 => at = body,
            _ => {
                let length = Taker(&all[body..]).u16().unwrap_or(2).max(2);
                if matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) && size.is_none() {
                    let mut taker = Taker(&all[body..]);
                    taker.skip(3)?;
                    let (height, width) = (taker.u16()?, taker.u16()?);
                    size = Some((width, height));
                }
                data |= marker == 0xDA;
                at = body.saturating_add(length.into());
            }
        }
    }
}

/// The next FF with something other than FF behind it: the marker, and where its body starts.
fn next_marker(all: &[u8], from: usize) -> Option<(u8, usize)> {
    let mut at = from;
    loop {
        at += all.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        let after = at + all[at..].iter().position(|byte| *byte != 0xFF)?;
        if let Some(marker) = all.get(after) {
            return Some((*marker, after + 1));
        }
        at = after;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SMALL: &[u8] = &[
        0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC0, 0, 11, 8, 0, 48, 0, 64, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1,
        0, 0, 63, 0, 7, 0xFF, 0, 9, 0xFF, 0xD0, 5, 0xFF, 0xD9,
    ];

    #[test]
    fn the_size_comes_from_the_frame_header_and_the_end_from_its_marker() {
        assert_eq!(scan(SMALL), Some(Picture { width: 64, height: 48, end: Some(SMALL.len()) }));
        assert_eq!(scan(&SMALL[..SMALL.len() - 3]), Some(Picture { width: 64, height: 48, end: None }));
        assert_eq!(scan(&SMALL[..10]), None);
    }

    proptest! {
        #[test]
        fn scanning_anything_ends(bytes in prop::collection::vec(any::<u8>(), 0..400), cut in 0usize..40) {
            let _ = scan(&bytes);
            let _ = scan(&[&SMALL[..cut], &bytes].concat());
        }
    }
}
