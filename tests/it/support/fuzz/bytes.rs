//! Damage that any file may take: to single bytes and numbers, and to whole stretches of it.

use crate::support::luck::Luck;

/// A number that hurts where a size, a count or a time is expected; its low `width` bytes count.
pub(crate) fn edge(luck: &mut Luck, width: usize) -> u64 {
    let bits = width as u32 * 8;
    let most = u64::MAX >> (64 - bits);
    match luck.below(12) {
        0 => 0,
        1 => 1,
        2 => most,
        3 => most - 1,
        4 => most >> 1,
        5 => (most >> 1) + 1,
        6 => 2 + luck.below(30),
        7 => most - luck.below(256),
        8 => 1 << luck.below(bits.into()),
        9 => most / (2 + luck.below(20)),
        _ => luck.below(u64::MAX) & most,
    }
}

/// Writes a number of so many bytes, as far as there is room.
pub(crate) fn put(bytes: &mut [u8], at: usize, number: u64, width: usize, big_endian: bool) {
    let number =
        if big_endian { number.to_be_bytes()[8 - width..].to_vec() } else { number.to_le_bytes()[..width].to_vec() };
    for (slot, byte) in bytes.iter_mut().skip(at).zip(number) {
        *slot = byte;
    }
}

/// Writes an edge, or the number that stands there a little changed.
pub(crate) fn put_edge(bytes: &mut [u8], at: usize, width: usize, big_endian: bool, luck: &mut Luck) {
    let mut number = edge(luck, width);
    if luck.below(4) == 0 {
        let there = bytes.iter().skip(at).take(width);
        let byte = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        let stood = if big_endian { there.fold(0, byte) } else { there.rev().fold(0, byte) };
        number = if luck.below(2) == 0 {
            stood.wrapping_add(1 + luck.below(9))
        } else {
            stood.wrapping_sub(1 + luck.below(9))
        };
    }
    put(bytes, at, number, width, big_endian);
}

/// A place, more often near the ends, where headers and tables lie.
fn somewhere(length: usize, luck: &mut Luck) -> usize {
    let near = length.min(2500);
    match luck.below(3) {
        0 => luck.index(near),
        1 => length - 1 - luck.index(near),
        _ => luck.index(length),
    }
}

/// A stretch of at most so many bytes.
fn stretch(length: usize, most: usize, luck: &mut Luck) -> std::ops::Range<usize> {
    let from = somewhere(length, luck);
    from..(from + 1 + luck.index(most)).min(length)
}

/// Damages a file in one way; gives a word for it. `other` is another whole file.
pub(crate) fn damage(bytes: &mut Vec<u8>, other: &[u8], luck: &mut Luck) -> &'static str {
    if bytes.is_empty() {
        bytes.extend_from_slice(&other[..luck.index(other.len())]);
        return "begin anew";
    }
    let length = bytes.len();
    match luck.below(13) {
        0 | 1 => {
            for _ in 0..=luck.below(12) {
                let at = somewhere(length, luck);
                bytes[at] ^= 1 << luck.below(8);
            }
            "flip bits"
        }
        2 | 3 => {
            for _ in 0..=luck.below(4) {
                let (at, width) = (somewhere(length, luck), luck.pick(&[1, 2, 4, 8]));
                put_edge(bytes, at, width, luck.below(2) == 0, luck);
            }
            "edge numbers"
        }
        4 => {
            let at = stretch(length, 64, luck);
            bytes[at].fill(luck.pick(&[0, 1, 0x7F, 0x80, 0xFF]));
            "fill"
        }
        5 => {
            bytes.truncate(somewhere(length, luck));
            "cut off"
        }
        6 => {
            bytes.drain(stretch(length, length, luck));
            "cut out"
        }
        7 => {
            let taken = bytes[stretch(length, length, luck)].to_vec();
            let at = somewhere(length, luck);
            bytes.splice(at..at, taken);
            "repeat"
        }
        8 => {
            let (taken, times) = (bytes[stretch(length, 512, luck)].to_vec(), 2 + luck.index(200));
            let at = somewhere(length, luck);
            bytes.splice(at..at, taken.repeat(times));
            "repeat often"
        }
        9 => {
            let size = 1 + luck.index(length);
            let mut parts: Vec<&[u8]> = bytes.chunks(size).collect();
            for i in (1..parts.len()).rev() {
                parts.swap(i, luck.index(i + 1));
            }
            *bytes = parts.concat();
            "shuffle"
        }
        10 => {
            let (head, tail) = (somewhere(length, luck), somewhere(other.len(), luck));
            bytes.truncate(head);
            bytes.extend_from_slice(&other[tail..]);
            "splice with another file"
        }
        11 => {
            let (at, taken) = (somewhere(length, luck), stretch(other.len(), other.len(), luck));
            bytes.splice(at..at, other[taken].iter().copied());
            "insert of another file"
        }
        _ => {
            let noise: Vec<u8> = (0..1 + luck.below(300)).map(|_| luck.below(256) as u8).collect();
            let inside = somewhere(length, luck);
            let at = luck.pick(&[0, length, inside]);
            bytes.splice(at..at, noise);
            "insert noise"
        }
    }
}

/// Damages a file whose parts start at these places, in order: numbers in the parts' heads, and parts lost, sent twice, in
/// another order.
pub(crate) fn damage_parts(bytes: &mut Vec<u8>, starts: &[usize], big_endian: bool, luck: &mut Luck) -> &'static str {
    if starts.len() < 2 {
        return "nothing";
    }
    let pick = |luck: &mut Luck| {
        let index = luck.index(starts.len());
        starts[index]..starts.get(index + 1).copied().unwrap_or(bytes.len())
    };
    let part = pick(luck);
    match luck.below(8) {
        0..=3 => {
            let (at, width) = (part.start + luck.index(32), luck.pick(&[1, 2, 2, 3, 4, 4, 8]));
            put_edge(bytes, at, width, big_endian, luck);
            "a part's head"
        }
        4 => {
            bytes.drain(part);
            "a part lost"
        }
        5 => {
            let taken = bytes[part.clone()].repeat(1 + luck.index(50));
            bytes.splice(part.start..part.start, taken);
            "a part again"
        }
        6 => {
            let (taken, to) = (bytes[part.clone()].to_vec(), pick(luck).start);
            bytes.drain(part);
            let to = to.min(bytes.len());
            bytes.splice(to..to, taken);
            "a part elsewhere"
        }
        _ => {
            let end = part.start + luck.index(part.len().max(1));
            bytes.drain(end..part.end);
            "a part cut short"
        }
    }
}
