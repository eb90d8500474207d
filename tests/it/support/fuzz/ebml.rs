//! Damage to Matroska: ids, sizes and lacing, and the elements as a tree (RFC 8794, RFC 9559).

use super::bytes::{edge, put, put_edge};
use crate::support::luck::Luck;

/// Elements that hold elements: segment, info, tracks and theirs, clusters, block groups, cues and theirs, the seek head, tags.
const PARENTS: [u32; 14] = [
    0x1853_8067,
    0x1549_A966,
    0x1654_AE6B,
    0xAE,
    0xE0,
    0xE1,
    0x1F43_B675,
    0xA0,
    0x1C53_BB6B,
    0xBB,
    0xB7,
    0x114D_9B74,
    0x4DBB,
    0x1A45_DFA3,
];
const BLOCKS: [u32; 2] = [0xA3, 0xA1];

#[derive(Clone, Copy)]
struct Element {
    id: u32,
    start: usize,
    /// Where its size stands, and in how many bytes.
    size: usize,
    width: usize,
    body: usize,
    end: usize,
}

fn element(bytes: &[u8], start: usize, to: usize) -> Option<Element> {
    let id_width = bytes.get(start)?.leading_zeros() as usize + 1;
    let id = bytes
        .get(start..start + id_width)
        .filter(|_| id_width <= 4)?
        .iter()
        .fold(0, |id, byte| id << 8 | u32::from(*byte));
    let size = start + id_width;
    let width = bytes.get(size)?.leading_zeros() as usize + 1;
    let marked =
        bytes.get(size..size + width).filter(|_| width <= 8)?.iter().fold(0u64, |n, byte| n << 8 | u64::from(*byte));
    let (body, length) = (size + width, marked & !(1 << (7 * width)));
    let end = usize::try_from(length).ok().and_then(|length| body.checked_add(length)).map_or(to, |end| end.min(to));
    (body <= to).then_some(Element { id, start, size, width, body, end })
}

/// The elements of all levels, as far as they can be told.
fn elements(bytes: &[u8]) -> Vec<Element> {
    let mut found = Vec::new();
    let mut spans = vec![(0, bytes.len())];
    while let Some((mut at, to)) = spans.pop() {
        while let Some(one) = element(bytes, at, to).filter(|_| at < to && found.len() < 5000) {
            found.push(one);
            if PARENTS.contains(&one.id) {
                spans.push((one.body, one.end));
            }
            at = one.end;
        }
    }
    found
}

/// A size of so many bytes.
fn size(length: u64, width: usize) -> Vec<u8> {
    let marked = (length & ((1 << (7 * width)) - 1)) | 1 << (7 * width);
    marked.to_be_bytes()[8 - width..].to_vec()
}

/// Puts other bytes in a place, and lets the sizes of all elements around it fit, as far as they have room.
fn replace(bytes: &mut Vec<u8>, all: &[Element], at: std::ops::Range<usize>, with: &[u8]) {
    for around in all.iter().filter(|one| one.body <= at.start && at.end <= one.end && one.end > one.body) {
        let length = (around.end - around.body + with.len()).saturating_sub(at.len());
        let written = size(length as u64, around.width);
        bytes[around.size..around.size + around.width].copy_from_slice(&written);
    }
    bytes.splice(at, with.iter().copied());
}

/// Damages a Matroska file in one way; gives a word for it.
pub(crate) fn damage(bytes: &mut Vec<u8>, luck: &mut Luck) -> &'static str {
    let all = elements(bytes);
    if all.is_empty() {
        return "nothing";
    }
    let blocks: Vec<Element> = all.iter().copied().filter(|one| BLOCKS.contains(&one.id)).collect();
    // Blocks are many, and much the same.
    let others: Vec<Element> = all.iter().copied().filter(|one| !BLOCKS.contains(&one.id)).collect();
    let one = if others.is_empty() || luck.below(4) == 0 { luck.pick(&all) } else { luck.pick(&others) };
    match luck.below(12) {
        0 | 1 => {
            // All bits set: unknown.
            let any = edge(luck, 8);
            let length = luck.pick(&[0, 1, u64::MAX, u64::MAX - 1, (one.end - one.body) as u64 + 1, any]);
            let written = size(length, one.width);
            bytes[one.size..one.size + one.width].copy_from_slice(&written);
            "an element's size"
        }
        2 => {
            let written = size(edge(luck, 8), luck.pick(&[1, 2, 4, 7, 8]).min(8));
            replace(bytes, &all, one.size..one.body, &written);
            "a size of another width"
        }
        3 | 4 => {
            put_edge(bytes, one.body, (one.end - one.body).clamp(1, 8), true, luck);
            "a value"
        }
        5 => {
            let id = luck.pick(&all).id;
            bytes[one.start..one.size].copy_from_slice(&id.to_be_bytes().repeat(2)[8 - (one.size - one.start)..]);
            "another kind of element"
        }
        6 if !blocks.is_empty() => {
            let block = luck.pick(&blocks);
            // The track's number, the time against the cluster's.
            let (after, width) = luck.pick(&[(0, 1), (1, 2), (1, 2)]);
            put_edge(bytes, block.body + after, width, true, luck);
            "a block's head"
        }
        7 if !blocks.is_empty() => {
            for _ in 0..=luck.below(3) {
                let block = luck.pick(&blocks);
                put(bytes, block.body + 3, luck.pick(&[0x02, 0x04, 0x06, 0x82, 0x84, 0x86]), 1, true);
                put_edge(bytes, block.body + 4, luck.pick(&[1, 2, 4, 8]), true, luck);
            }
            "lacing"
        }
        8 => {
            replace(bytes, &all, one.start..one.end, &[]);
            "an element lost"
        }
        9 => {
            let copies =
                bytes[one.start..one.end].repeat(1 + luck.index(if one.end - one.start < 500 { 500 } else { 3 }));
            replace(bytes, &all, one.start..one.start, &copies);
            "an element again"
        }
        10 => {
            let other = luck.pick(&all);
            let taken = bytes[other.start..other.end].to_vec();
            replace(bytes, &all, one.start..one.end, &taken);
            "an element in another's place"
        }
        _ => {
            let (depth, id, unknown) = (1 + luck.index(2000), luck.pick(&PARENTS), luck.below(2) == 0);
            let id: Vec<u8> = id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
            let mut nested = Vec::new();
            for level in 0..depth {
                let length = (one.end - one.start + (id.len() + 8) * (depth - level - 1)) as u64;
                nested.extend_from_slice(&id);
                nested.extend(size(if unknown { u64::MAX } else { length }, 8));
            }
            nested.extend_from_slice(&bytes[one.start..one.end]);
            replace(bytes, &all, one.start..one.end, &nested);
            "deep nesting"
        }
    }
}
