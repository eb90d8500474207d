//! A damaged file: which, of what, and how, told by a seed and a number.

use super::corpus::{Container, Seed};
use super::{boxes, bytes, ebml, packets};
use crate::support::luck::Luck;

/// No damaged file is larger, bytes.
const MOST: usize = 2 << 20;

/// A damaged file.
pub(crate) struct Mutant<'a> {
    pub of: &'a Seed,
    pub bytes: Vec<u8>,
    /// What was done to it, in order.
    pub how: Vec<&'static str>,
}

impl<'a> Mutant<'a> {
    /// The one of this number.
    pub(crate) fn new(corpus: &'a [Seed], luck: &Luck, number: u64) -> Mutant<'a> {
        let mut luck = luck.of(number);
        let of = &corpus[luck.index(corpus.len())];
        let mut mutant = Mutant { of, bytes: of.bytes.clone(), how: Vec::new() };
        for _ in 0..=luck.below(4) {
            let other = &corpus[luck.index(corpus.len())].bytes;
            let how = match luck.below(3) {
                0 => bytes::damage(&mut mutant.bytes, other, &mut luck),
                _ => by_structure(&mut mutant.bytes, of.container, &mut luck),
            };
            mutant.how.push(how);
            mutant.bytes.truncate(MOST);
        }
        mutant
    }
}

fn by_structure(all: &mut Vec<u8>, container: Container, luck: &mut Luck) -> &'static str {
    match container {
        Container::Mp4 => boxes::damage(all, luck),
        Container::Mkv => ebml::damage(all, luck),
        Container::Ts(length, sync) => packets::damage(all, length, sync, luck),
        Container::Avi => bytes::damage_parts(all, &chunks(all), false, luck),
        Container::Flv => bytes::damage_parts(all, &tags(all), true, luck),
        Container::Ps => bytes::damage_parts(all, &marks(all, |at| at[..3] == [0, 0, 1] && at[3] >= 0xB9), true, luck),
        Container::Dav => bytes::damage_parts(all, &marks(all, |at| at == b"DHAV"), false, luck),
        Container::Asf => bytes::damage_parts(all, &objects(all), false, luck),
        Container::Jpeg => bytes::damage_parts(all, &marks(all, |at| at[0] == 0xFF && at[1] > 0), true, luck),
        Container::Raw => bytes::damage_parts(all, &marks(all, |at| at[..3] == [0, 0, 1]), true, luck),
    }
}

/// Where four bytes are so.
fn marks(all: &[u8], is_one: impl Fn(&[u8]) -> bool) -> Vec<usize> {
    all.windows(4).enumerate().filter(|(_, four)| is_one(four)).map(|(at, _)| at).collect()
}

/// The chunks of a RIFF file, on all levels.
fn chunks(all: &[u8]) -> Vec<usize> {
    let mut at = 0;
    let mut found = Vec::new();
    while let Some([a, b, c, d]) = all.get(at + 4..at + 8) {
        found.push(at);
        let lists = matches!(&all[at..at + 4], b"RIFF" | b"LIST");
        let size = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
        at += if lists { 12 } else { 8 + size + size % 2 };
    }
    found
}

/// The tags of a Flash video (Adobe's specification, E.4.1).
fn tags(all: &[u8]) -> Vec<usize> {
    let mut at = 13;
    let mut found = Vec::new();
    while let Some([a, b, c]) = all.get(at + 1..at + 4) {
        found.push(at);
        at += 15 + u32::from_be_bytes([0, *a, *b, *c]) as usize;
    }
    found
}

/// The objects of an ASF file, those in the header one by one; packets are as long as the first ones mostly are.
fn objects(all: &[u8]) -> Vec<usize> {
    let mut at = 0;
    let mut found = Vec::new();
    while let Some(size) = all.get(at + 16..at + 24).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes) {
        found.push(at);
        let step = if at == 0 { 30 } else { usize::try_from(size).unwrap_or(usize::MAX).max(24) };
        at = at.saturating_add(step).min(all.len());
    }
    found.extend((at..all.len()).step_by(3200));
    found
}
