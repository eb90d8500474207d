//! One segment of the index and what is known of it beforehand.
//!
//! Documents are sorted by start, so a window is a range of them, found by bisection. Recordings that started before the
//! window may reach into it: the range begins earlier by the segment's look-back, a length that all but a few of its
//! recordings stay under. Those few are in a list of their own, so that one absurd file does not widen every search.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use ::tantivy::columnar::{Cardinality, Column, ColumnValues};
use ::tantivy::store::StoreReader;
use ::tantivy::{DocId, SegmentReader, TantivyError, i64_to_u64, u64_to_i64};

use super::caught::caught;
use super::document::{CAMERA, END, KEYFRAMES, Packed, START};
use super::failure;
use crate::base::Result;

type Values = Arc<dyn ColumnValues<u64>>;

/// No look-back is longer, microseconds (71.6 minutes).
pub(super) const LONGEST_LOOK_BACK_US: i64 = 1 << 32;
/// One recording in so many may be longer than the look-back …
const LONG_SHARE: usize = 1024;
/// … and so many in any case.
const LONG_FEW: usize = 16;
/// Documents unpacked from a column at once: small enough to stay in the nearest cache.
pub(super) const CHUNK: usize = 512;
/// Stored blocks (16 KiB each) kept at hand, a segment.
const BLOCKS_KEPT: usize = 32;

/// A number for each camera id ever seen here, so that queries and segments agree without comparing names.
pub(super) type Numbers = HashMap<String, u32>;

/// What does not change in a segment as long as it exists; its deletions are beside it.
pub(super) struct Segment {
    pub(super) documents: DocId,
    /// Start and end as tantivy's order-preserving u64 form of i64: the columns unpack faster that way.
    starts: Values,
    ends: Values,
    cameras: Values,
    keyframes: Values,
    store: StoreReader,
    /// The number of the camera of each ordinal.
    pub(super) numbers: Vec<u32>,
    /// Recordings longer than this, in microseconds, are in `long`.
    pub(super) look_back: i64,
    /// By start.
    pub(super) long: Vec<DocId>,
    /// Whether documents are in order of start. They always should be; where not, every document is looked at.
    pub(super) sorted: bool,
    pub(super) earliest_start: i64,
    pub(super) latest_end: i64,
}

impl Segment {
    /// Opens the columns and reads through start and end once.
    ///
    /// # Errors
    /// tantivy's, also when a column is missing or has holes.
    pub(super) fn open(reader: &SegmentReader, numbers: &mut Arc<Numbers>) -> ::tantivy::Result<Segment> {
        let cameras = reader.fast_fields().str(CAMERA)?.ok_or_else(|| unfit(CAMERA))?;
        let mut segment = Segment {
            documents: reader.max_doc(),
            starts: number_column(reader, START)?,
            ends: number_column(reader, END)?,
            cameras: full(cameras.ords(), CAMERA)?,
            keyframes: number_column(reader, KEYFRAMES)?,
            store: reader.get_store_reader(BLOCKS_KEPT)?,
            numbers: Vec::new(),
            look_back: 0,
            long: Vec::new(),
            sorted: true,
            earliest_start: i64::MAX,
            latest_end: i64::MIN,
        };
        let mut stream = cameras.dictionary().stream()?;
        while stream.advance() {
            let name = std::str::from_utf8(stream.key()).map_err(|_| unfit(CAMERA))?;
            segment.numbers.push(number_of(numbers, name));
        }
        segment.survey();
        Ok(segment)
    }

    fn survey(&mut self) {
        let mut by_magnitude = [0usize; 65];
        let mut before = i64::MIN;
        let (mut sorted, mut earliest, mut latest) = (true, i64::MAX, i64::MIN);
        self.each_span(|_, start, end| {
            sorted &= before <= start;
            before = start;
            earliest = earliest.min(start);
            latest = latest.max(end);
            by_magnitude[magnitude(end.saturating_sub(start))] += 1;
        });
        (self.sorted, self.earliest_start, self.latest_end) = (sorted, earliest, latest);
        if !sorted {
            self.look_back = i64::MAX;
            return;
        }
        let few = LONG_FEW.max(self.documents as usize / LONG_SHARE);
        let (mut longer, mut power) = (0, 64);
        while power > 0 && longer + by_magnitude[power] <= few {
            longer += by_magnitude[power];
            power -= 1;
        }
        let look_back = if power < 32 { 1i64 << power } else { LONGEST_LOOK_BACK_US };
        let mut long = Vec::new();
        self.each_span(|document, start, end| {
            if end.saturating_sub(start) > look_back {
                long.push(document);
            }
        });
        (self.look_back, self.long) = (look_back, long);
    }

    fn each_span(&self, mut look: impl FnMut(DocId, i64, i64)) {
        let (mut starts, mut ends) = ([0; CHUNK], [0; CHUNK]);
        for chunk in chunks(0..self.documents) {
            let (starts, ends) = (&mut starts[..chunk.len()], &mut ends[..chunk.len()]);
            self.starts.get_range(chunk.start.into(), starts);
            self.ends.get_range(chunk.start.into(), ends);
            for ((document, start), end) in chunk.zip(starts).zip(ends) {
                look(document, u64_to_i64(*start), u64_to_i64(*end));
            }
        }
    }

    /// The first document that starts at `start` or later, in a sorted segment.
    pub(super) fn first_from(&self, start: i64) -> DocId {
        let wanted = i64_to_u64(start);
        let (mut low, mut high) = (0, self.documents);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.starts.get_val(middle) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Start and end, microseconds.
    pub(super) fn span(&self, document: DocId) -> (i64, i64) {
        (u64_to_i64(self.starts.get_val(document)), u64_to_i64(self.ends.get_val(document)))
    }

    /// How many keyframes the recording has.
    pub(super) fn keyframes(&self, document: DocId) -> u64 {
        self.keyframes.get_val(document)
    }

    /// The ordinal of its camera.
    pub(super) fn camera(&self, document: DocId) -> u64 {
        self.cameras.get_val(document)
    }

    /// The ordinals of the cameras of consecutive documents.
    pub(super) fn cameras_of<'b>(&self, documents: &Range<DocId>, buffer: &'b mut [u64; CHUNK]) -> &'b [u64] {
        let out = &mut buffer[..documents.len()];
        self.cameras.get_range(documents.start.into(), out);
        out
    }

    /// The numbers of keyframes of consecutive documents.
    pub(super) fn keyframes_of<'b>(&self, documents: &Range<DocId>, buffer: &'b mut [u64; CHUNK]) -> &'b [u64] {
        let out = &mut buffer[..documents.len()];
        self.keyframes.get_range(documents.start.into(), out);
        out
    }

    /// The recording itself, still packed.
    pub(super) fn packed(&self, document: DocId) -> Result<Packed> {
        caught(|| self.store.get(document)).unwrap_or_else(|| Err(unfit("packed"))).map_err(failure::reading)
    }
}

/// Cuts a range of documents into pieces of at most [`CHUNK`].
pub(super) fn chunks(documents: Range<DocId>) -> impl Iterator<Item = Range<DocId>> {
    let end = documents.end;
    documents.step_by(CHUNK).map(move |first| first..end.min(first.saturating_add(CHUNK as DocId)))
}

/// The smallest n so that a length is at most 2ⁿ microseconds.
fn magnitude(length: i64) -> usize {
    match u64::try_from(length) {
        Ok(0 | 1) | Err(_) => 0,
        Ok(length) => 64 - (length - 1).leading_zeros() as usize,
    }
}

fn number_of(numbers: &mut Arc<Numbers>, name: &str) -> u32 {
    if let Some(&number) = numbers.get(name) {
        return number;
    }
    let next = numbers.len() as u32;
    Arc::make_mut(numbers).insert(name.to_owned(), next);
    next
}

fn number_column(reader: &SegmentReader, name: &str) -> ::tantivy::Result<Values> {
    let (column, _) = reader.fast_fields().u64_lenient(name)?.ok_or_else(|| unfit(name))?;
    full(&column, name)
}

/// The bare values of a column in which every document has exactly one.
fn full(column: &Column<u64>, name: &str) -> ::tantivy::Result<Values> {
    match column.get_cardinality() {
        Cardinality::Full => Ok(Arc::clone(&column.values)),
        Cardinality::Optional | Cardinality::Multivalued => Err(unfit(name)),
    }
}

fn unfit(column: &str) -> TantivyError {
    TantivyError::SchemaError(format!("the column {column} is missing or incomplete"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_magnitude_bounds_its_lengths() {
        let cases = [(-5, 0), (0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (i64::MAX, 63)];
        for (length, power) in cases {
            assert_eq!(magnitude(length), power, "{length}");
        }
    }

    #[test]
    fn chunks_cover_a_range_once() {
        let pieces: Vec<_> = chunks(3..1030).collect();
        assert_eq!(pieces, [3..515, 515..1027, 1027..1030]);
        assert_eq!(chunks(5..5).count(), 0);
    }
}
