//! Damage to MPEG-TS: packet headers, PAT and PMT, PES headers and their times (ISO/IEC 13818-1).

use super::bytes::{damage_parts, put, put_edge};
use crate::support::luck::Luck;

/// Damages a stream of packets of this length, each with its sync byte so far behind its start, in one way; gives a word for
/// it.
pub(crate) fn damage(bytes: &mut Vec<u8>, length: usize, sync: usize, luck: &mut Luck) -> &'static str {
    let heads: Vec<usize> = (sync..bytes.len().saturating_sub(188)).step_by(length).collect();
    if heads.is_empty() {
        return "nothing";
    }
    let starts: Vec<usize> = heads.iter().copied().filter(|at| bytes[at + 1] & 0x40 != 0).collect();
    // Where the payload of each packet begins in which something starts, and whether that is a PES packet.
    let payload =
        |bytes: &[u8], at: usize| at + 4 + if bytes[at + 3] & 0x20 != 0 { 1 + usize::from(bytes[at + 4]) } else { 0 };
    let begun: Vec<(usize, bool)> =
        starts.iter().map(|at| payload(bytes, *at)).map(|at| (at, bytes.get(at..at + 3) == Some(&[0, 0, 1]))).collect();
    let pes: Vec<usize> = begun.iter().filter(|(_, pes)| *pes).map(|(at, _)| *at).collect();
    let tables: Vec<usize> = begun.iter().filter(|(_, pes)| !*pes).map(|(at, _)| *at).collect();
    let one = luck.pick(&heads);
    match luck.below(12) {
        0 => {
            put(bytes, one, luck.below(256), 1, true);
            "a sync byte"
        }
        1 => {
            put_edge(bytes, one + 1, 2, true, luck);
            "a packet's id"
        }
        2 => {
            put(bytes, one + 3, luck.below(256), 1, true);
            put_edge(bytes, one + 4, luck.pick(&[1, 2, 6]), true, luck);
            "an adaptation field"
        }
        3 => {
            let unit: Vec<usize> = heads.iter().map(|at| at - sync).collect();
            damage_parts(bytes, &unit, true, luck)
        }
        4 | 5 if !tables.is_empty() => {
            for _ in 0..=luck.below(2) {
                put_edge(bytes, luck.pick(&tables) + luck.index(40), luck.pick(&[1, 2]), true, luck);
            }
            "a table"
        }
        6 if !tables.is_empty() => {
            // The same in every table of the file, as a writer would have it wrong.
            let (after, value) = (luck.index(30), luck.below(256));
            tables.iter().for_each(|at| put(bytes, at + after, value, 1, true));
            "every table"
        }
        7 if !pes.is_empty() => {
            put_edge(bytes, luck.pick(&pes) + luck.index(20), luck.pick(&[1, 2, 4]), true, luck);
            "a PES head"
        }
        8 if !pes.is_empty() => {
            for _ in 0..=luck.below(4) {
                let any = luck.below(1 << 33);
                let time = luck.pick(&[0, 1, (1 << 33) - 1, 1 << 32, any]);
                set_time(bytes, luck.pick(&pes), time);
            }
            "a time"
        }
        9 if !pes.is_empty() => {
            // From somewhere on, all times run on from elsewhere: a clock that jumped or started again.
            let (from, any) = (luck.index(pes.len()), luck.below(1 << 33));
            let by = luck.pick(&[(1 << 33) - 90_000, 1 << 32, any]);
            for at in &pes[from..] {
                let time = get_time(bytes, *at).map(|time| time.wrapping_add(by));
                set_time(bytes, *at, time.unwrap_or(by));
            }
            "a clock that jumps"
        }
        10 => {
            let at = luck.index(bytes.len());
            bytes.splice(at..at, (0..luck.index(400)).map(|i| i as u8).collect::<Vec<u8>>());
            "packets out of step"
        }
        _ => {
            let from = luck.index(heads.len());
            heads[from..]
                .iter()
                .enumerate()
                .for_each(|(n, at)| bytes[at + 3] = bytes[at + 3] & 0xF0 | (n * 7 % 16) as u8);
            "counters"
        }
    }
}

/// The presentation time in a PES head, where it has one.
fn get_time(bytes: &[u8], pes: usize) -> Option<u64> {
    let [a, b, c, d, e] = *bytes.get(pes + 9..pes + 14)? else { return None };
    let has = bytes[pes + 7] & 0x80 != 0;
    let bits = |byte: u8, low: u32| u64::from(byte >> low);
    has.then(|| (bits(a, 1) & 7) << 30 | bits(b, 0) << 22 | bits(c, 1) << 15 | bits(d, 0) << 7 | bits(e, 1))
}

/// Overwrites the presentation time in a PES head; as far as it goes.
fn set_time(bytes: &mut [u8], pes: usize, time: u64) {
    let part = |from: u32, bits: u32| (time >> from & ((1 << bits) - 1)) as u8;
    let written = [0x21 | part(30, 3) << 1, part(22, 8), 1 | part(15, 7) << 1, part(7, 8), 1 | part(0, 7) << 1];
    for (slot, byte) in bytes.iter_mut().skip(pes + 9).zip(written) {
        *slot = byte;
    }
}
