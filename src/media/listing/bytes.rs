//! Small positioned reads through a window, and big-endian numbers out of what they give.

use super::Miss;
use crate::media::source::Source;

/// Reads near each other share one read of the file.
pub(super) struct Window<'a> {
    source: &'a Source,
    size: usize,
    at: u64,
    held: Vec<u8>,
}

impl<'a> Window<'a> {
    /// A window that reads `size` bytes at a time.
    pub(super) fn new(source: &'a Source, size: usize) -> Window<'a> {
        Window { source, size, at: 0, held: Vec::new() }
    }

    /// Length of the file in bytes.
    pub(super) fn len(&self) -> u64 {
        self.source.len()
    }

    /// Up to `n` bytes at an offset (`n` small: the caller's constant); fewer where the file ends.
    pub(super) fn up_to(&mut self, at: u64, n: usize) -> Result<&[u8], Miss> {
        let held = at >= self.at && at.saturating_add(n as u64) <= self.at + self.held.len() as u64;
        if !held {
            self.held.resize(self.size.max(n), 0);
            let got = self.source.read_at(at, &mut self.held)?;
            self.held.truncate(got);
            self.at = at;
        }
        let from = usize::try_from(at - self.at).unwrap_or(usize::MAX).min(self.held.len());
        Ok(&self.held[from..self.held.len().min(from.saturating_add(n))])
    }

    /// Exactly `N` bytes at an offset; `None` where the file ends before.
    pub(super) fn array<const N: usize>(&mut self, at: u64) -> Result<Option<[u8; N]>, Miss> {
        Ok(self.up_to(at, N)?.try_into().ok())
    }

    /// The whole span, which must lie in the file and be at most `most` bytes.
    pub(super) fn span(&mut self, from: u64, to: u64, most: usize) -> Result<Vec<u8>, Miss> {
        let n = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
        if n > most || to > self.len() {
            return Err(Miss::NotUnderstood("a table larger than it may be"));
        }
        let mut all = vec![0; n];
        if self.source.read_at(from, &mut all)? < n {
            return Err(Miss::NotUnderstood("the file shrank"));
        }
        Ok(all)
    }
}

/// Takes big-endian numbers off the front of a slice; `None` when it is too short.
pub(super) struct Taker<'a>(pub(super) &'a [u8]);

impl<'a> Taker<'a> {
    pub(super) fn skip(&mut self, n: usize) -> Option<&'a [u8]> {
        let (front, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(front)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.skip(1).map(|b| b[0])
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.skip(2)?.try_into().ok()?))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.skip(4)?.try_into().ok()?))
    }

    pub(super) fn i32(&mut self) -> Option<i32> {
        Some(i32::from_be_bytes(self.skip(4)?.try_into().ok()?))
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        Some(u64::from_be_bytes(self.skip(8)?.try_into().ok()?))
    }
}
