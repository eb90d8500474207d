//! The sample tables of a track as frames (ISO/IEC 14496-12, 8.6 and 8.7).

use super::boxes::{Head, only};
use super::movie::Movie;
use super::{Miss, SHORT, Window, edits, full_box};
use crate::media::listing::bytes::Taker;
use crate::media::listing::frames::{Frame, MAX_FRAMES};

/// The largest table read: twelve bytes for every frame that a listing may have.
const MOST: usize = MAX_FRAMES * 12 + 64;

/// A sample before the edit list: decode time from 0, the composition offset, and the rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub(super) dts: i64,
    pub(super) offset: i32,
    pub(super) duration: u32,
    pub(super) size: u32,
    pub(super) key: bool,
}

/// The frames of the moov's own samples, edit list applied. With `cut`, those whose bytes are not in the file are left out.
pub(super) fn frames(window: &mut Window<'_>, movie: &Movie, cut: bool) -> Result<Vec<Frame>, Miss> {
    let tables = &movie.track.tables;
    if tables.iter().any(|table| matches!(&table.kind, b"stz2" | b"stps" | b"sgpd" | b"sbgp"))
        && !plain_groups(window, tables)?
    {
        return Err(Miss::NotUnderstood("sample groups or partial sync samples"));
    }
    let sizes = sizes(window, tables)?;
    if sizes.is_empty() {
        return Ok(Vec::new());
    }
    let mut samples = timed(window, tables, &sizes)?;
    mark_keys(window, tables, &mut samples)?;
    let chunks = chunks(window, tables, samples.len())?;
    let present = if cut { present(window, tables, &chunks, &sizes)? } else { vec![true; samples.len()] };
    edits::apply(movie, &samples, &present)
}

/// Whether the sample groups are only of the audio kind or about temporal layers, which say nothing of keyframes.
fn plain_groups(window: &mut Window<'_>, tables: &[Head]) -> Result<bool, Miss> {
    for table in tables {
        match &table.kind {
            b"stz2" | b"stps" => return Ok(false),
            b"sgpd" | b"sbgp" if window.array::<4>(table.body + 4)?.is_none_or(|kind| kind == *b"rap ") => {
                return Ok(false);
            }
            _ => {}
        }
    }
    Ok(true)
}

/// A table's rows: the count, then what the rows are read from.
fn table(window: &mut Window<'_>, tables: &[Head], kind: &[u8; 4], row: usize) -> Result<Option<(u8, Vec<u8>)>, Miss> {
    let Some(head) = only(tables, kind)? else { return Ok(None) };
    let (version, _, body) = full_box(window, &head, MOST)?;
    let count = Taker(&body).u32().ok_or(SHORT)? as usize;
    let rows = count.checked_mul(row).and_then(|n| body.get(4..n.checked_add(4)?)).ok_or(SHORT)?;
    Ok(Some((version, rows.to_vec())))
}

fn u32_at(row: &[u8], at: usize) -> u32 {
    row.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes)
}

fn sizes(window: &mut Window<'_>, tables: &[Head]) -> Result<Vec<u32>, Miss> {
    let stsz = only(tables, b"stsz")?.ok_or(Miss::NotUnderstood("no stsz"))?;
    let (_, _, body) = full_box(window, &stsz, MOST)?;
    let (common, count) = (u32_at(&body, 0), u32_at(&body, 4) as usize);
    if count > MAX_FRAMES || body.len() < 8 {
        return Err(Miss::NotUnderstood("more samples than a recording has"));
    }
    if common != 0 {
        // Without a row for each, only the file's length bounds the count.
        let fits = (count as u64).saturating_mul(common.into()) <= window.len();
        return if fits { Ok(vec![common; count]) } else { Err(Miss::NotUnderstood("samples larger than the file")) };
    }
    let rows = body.get(8..8 + count * 4).ok_or(SHORT)?;
    Ok(rows.chunks_exact(4).map(|row| u32_at(row, 0)).collect())
}

fn timed(window: &mut Window<'_>, tables: &[Head], sizes: &[u32]) -> Result<Vec<Sample>, Miss> {
    let (_, stts) = table(window, tables, b"stts", 8)?.ok_or(Miss::NotUnderstood("no stts"))?;
    let mut samples = Vec::with_capacity(sizes.len());
    let mut dts = 0i64;
    for row in stts.chunks_exact(8) {
        let (count, duration) = (u32_at(row, 0), u32_at(row, 4));
        // Larger steps are negative numbers of broken writers, which FFmpeg mends in its own way.
        if count as usize > sizes.len() - samples.len() || i32::try_from(duration).is_err() {
            return Err(Miss::NotUnderstood("the times and the sizes disagree"));
        }
        for _ in 0..count {
            let size = sizes[samples.len()];
            samples.push(Sample { dts, offset: 0, duration, size, key: false });
            dts += i64::from(duration);
        }
    }
    if samples.len() != sizes.len() {
        return Err(Miss::NotUnderstood("samples without a time"));
    }
    if let Some((_, ctts)) = table(window, tables, b"ctts", 8)? {
        let mut at = 0usize;
        for row in ctts.chunks_exact(8) {
            let (count, offset) = (u32_at(row, 0) as usize, u32_at(row, 4).cast_signed());
            let end = at.checked_add(count).filter(|end| *end <= samples.len()).unwrap_or(samples.len());
            samples[at..end].iter_mut().for_each(|sample| sample.offset = offset);
            at = end;
        }
    }
    Ok(samples)
}

fn mark_keys(window: &mut Window<'_>, tables: &[Head], samples: &mut [Sample]) -> Result<(), Miss> {
    let Some((_, stss)) = table(window, tables, b"stss", 4)? else {
        samples.iter_mut().for_each(|sample| sample.key = true);
        return Ok(());
    };
    let mut before = 0;
    for row in stss.chunks_exact(4) {
        let number = u32_at(row, 0) as usize;
        let sample = number.checked_sub(1).and_then(|index| samples.get_mut(index));
        match sample {
            Some(sample) if number > before => sample.key = true,
            _ => return Err(Miss::NotUnderstood("sync samples out of order or of range")),
        }
        before = number;
    }
    if stss.is_empty() {
        return Err(Miss::NotUnderstood("an empty table of sync samples"));
    }
    Ok(())
}

/// Samples per chunk, by runs: `(chunks, samples in each)`. Their sum must be the number of samples.
fn chunks(window: &mut Window<'_>, tables: &[Head], samples: usize) -> Result<Vec<(u32, u32)>, Miss> {
    let offsets = match (only(tables, b"stco")?, only(tables, b"co64")?) {
        (Some(head), None) | (None, Some(head)) => head,
        _ => return Err(Miss::NotUnderstood("no chunk offsets")),
    };
    let total = u32::from_be_bytes(window.array(offsets.body + 4)?.ok_or(SHORT)?);
    let (_, stsc) = table(window, tables, b"stsc", 12)?.ok_or(Miss::NotUnderstood("no stsc"))?;
    let firsts: Vec<u32> = stsc.chunks_exact(12).map(|row| u32_at(row, 0)).collect();
    let mut runs = Vec::with_capacity(firsts.len());
    let mut sum = 0u64;
    for (index, row) in stsc.chunks_exact(12).enumerate() {
        let next = match firsts.get(index + 1) {
            Some(next) => *next,
            None => total.saturating_add(1),
        };
        let run = next.checked_sub(firsts[index]).ok_or(Miss::NotUnderstood("chunks out of order"))?;
        sum = sum.saturating_add(u64::from(run) * u64::from(u32_at(row, 4)));
        runs.push((run, u32_at(row, 4)));
    }
    if firsts.first() != Some(&1) || sum != samples as u64 {
        return Err(Miss::NotUnderstood("the chunks and the samples disagree"));
    }
    Ok(runs)
}

/// Which samples lie wholly within the file.
fn present(window: &mut Window<'_>, tables: &[Head], runs: &[(u32, u32)], sizes: &[u32]) -> Result<Vec<bool>, Miss> {
    let mut offsets: Vec<u64> = Vec::new();
    if let Some((_, rows)) = table(window, tables, b"stco", 4)? {
        offsets.extend(rows.chunks_exact(4).map(|row| u64::from(u32_at(row, 0))));
    } else if let Some((_, rows)) = table(window, tables, b"co64", 8)? {
        offsets.extend(rows.chunks_exact(8).map(|row| u64::from(u32_at(row, 0)) << 32 | u64::from(u32_at(row, 4))));
    }
    let len = window.len();
    let mut present = Vec::with_capacity(sizes.len());
    let mut chunk = offsets.into_iter();
    for (count, each) in runs {
        for _ in 0..*count {
            let mut at = chunk.next().ok_or(SHORT)?;
            for _ in 0..*each {
                let size = *sizes.get(present.len()).ok_or(SHORT)?;
                at = at.saturating_add(size.into());
                present.push(at <= len);
            }
        }
    }
    Ok(present)
}
