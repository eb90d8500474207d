//! Damage to mp4 and mov: sizes, counts and rows of the boxes, and the boxes as a tree (ISO/IEC 14496-12).

use super::bytes::{edge, put, put_edge};
use crate::support::luck::Luck;

/// Boxes that hold boxes.
const PARENTS: [&[u8; 4]; 14] = [
    b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"moof", b"traf", b"mvex", b"udta", b"dinf", b"meta",
    b"mfra", b"skip",
];

#[derive(Clone, Copy)]
struct Box {
    kind: [u8; 4],
    start: usize,
    body: usize,
    end: usize,
}

/// The boxes of all levels, as far as they can be told.
fn boxes(bytes: &[u8]) -> Vec<Box> {
    let mut found = Vec::new();
    let mut spans = vec![(0, bytes.len())];
    while let Some((mut at, to)) = spans.pop() {
        while at + 8 <= to && found.len() < 5000 {
            let size = u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize;
            let kind = [bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7]];
            let end = if size < 8 { to } else { (at + size).min(to) };
            found.push(Box { kind, start: at, body: at + 8, end });
            if PARENTS.contains(&&kind) {
                spans.push((at + 8, end));
            }
            at = end;
        }
    }
    found
}

/// Puts other bytes in a place, and adds the difference to the sizes of all boxes around it.
fn replace(bytes: &mut Vec<u8>, all: &[Box], at: std::ops::Range<usize>, with: &[u8]) {
    let change = with.len() as i64 - at.len() as i64;
    for around in all.iter().filter(|one| one.body <= at.start && at.end <= one.end && one.end > one.body) {
        let size = (around.end - around.start) as i64 + change;
        put(bytes, around.start, size as u64, 4, true);
    }
    bytes.splice(at, with.iter().copied());
}

/// Damages an mp4 in one way; gives a word for it.
pub(crate) fn damage(bytes: &mut Vec<u8>, luck: &mut Luck) -> &'static str {
    let all = boxes(bytes);
    if all.is_empty() {
        return "nothing";
    }
    // Tables are what is read; the others are many.
    let tables: Vec<Box> =
        all.iter().copied().filter(|one| !PARENTS.contains(&&one.kind) && one.end - one.start < 8000).collect();
    let one = if tables.is_empty() || luck.below(3) == 0 { luck.pick(&all) } else { luck.pick(&tables) };
    match luck.below(13) {
        0 => {
            let size = luck.pick(&[0, 1, 2, 7, 8, 9, 16, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]);
            put(bytes, one.start, size, 4, true);
            "a box's size"
        }
        1 => {
            put_edge(bytes, one.start, 4, true, luck);
            "a box's size"
        }
        2 => {
            let mut long = [&[0, 0, 0, 1], &one.kind[..], &[0; 8]].concat();
            put(&mut long, 8, edge(luck, 8), 8, true);
            replace(bytes, &all, one.start..one.body.min(bytes.len()), &long);
            "a box's long size"
        }
        3..=5 => {
            for _ in 0..=luck.below(2) {
                let words = (one.end.saturating_sub(one.body) / 4).max(1);
                put_edge(bytes, one.body + 4 * luck.index(words), 4, true, luck);
            }
            "a row"
        }
        6 => {
            let at = one.body + if one.kind == *b"stsz" { 8 } else { 4 };
            put_edge(bytes, at, 4, true, luck);
            "a count"
        }
        7 => {
            // Version 1 has 64-bit times.
            put(bytes, one.body, luck.below(3), 1, true);
            put_edge(bytes, one.body + luck.pick(&[1, 4, 8, 12, 16, 20]), 8, true, luck);
            "another version"
        }
        8 => {
            replace(bytes, &all, one.start..one.end, &[]);
            "a box lost"
        }
        9 => {
            let copies =
                bytes[one.start..one.end].repeat(1 + luck.index(if one.end - one.start < 2000 { 300 } else { 3 }));
            replace(bytes, &all, one.start..one.start, &copies);
            "a box again"
        }
        10 => {
            let other = luck.pick(&all);
            let taken = bytes[other.start..other.end].to_vec();
            replace(bytes, &all, one.start..one.end, &taken);
            "a box in another's place"
        }
        11 => {
            put(bytes, one.start + 4, u64::from(u32::from_be_bytes(luck.pick(&all).kind)), 4, true);
            "another kind of box"
        }
        _ => {
            let (depth, kind) = (1 + luck.index(3000), **luck.pick(&PARENTS.each_ref()));
            let heads: Vec<u8> = (0..depth)
                .flat_map(|level| {
                    let size = (one.end - one.start + 8 * (depth - level)) as u32;
                    [size.to_be_bytes(), kind].concat()
                })
                .collect();
            let nested = [&heads, &bytes[one.start..one.end]].concat();
            replace(bytes, &all, one.start..one.end, &nested);
            "deep nesting"
        }
    }
}
