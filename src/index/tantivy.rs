//! The engine on tantivy: on disk, or in memory for tests and for whoever wants no files.
//!
//! Stock tantivy queries lose to SQLite here; what wins is the layout (one document a recording, sorted by start) and an
//! own scan through its columns: see `scan`. The twin in memory is the same engine over another directory, so that what
//! is tested in memory is what runs on disk.

mod caught;
mod document;
mod failure;
mod open;
mod scan;
mod segment;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use ::tantivy::index::{SegmentComponent, SegmentId};
use ::tantivy::indexer::{LogMergePolicy, UserOperation};
use ::tantivy::schema::IndexRecordOption;
use ::tantivy::{DocId, DocSet, Index, IndexReader, IndexWriter, ReloadPolicy, SegmentReader, TERMINATED};

use self::document::Fields;
pub use self::open::SetAside;
use self::scan::{Plan, keep_first};
use self::segment::{Numbers, Segment};
use super::{CameraCount, CameraWindow, Change, FootageIndex, Query, windows};
use crate::base::{Error, Kind, Result};
use crate::model::{Recording, RecordingId};
use crate::say;

/// Memory that the writer may fill before it starts a new segment, bytes: when everything is put anew …
const MUCH_MEMORY: usize = 48 << 20;
/// … and when some recordings are. It takes a share of it for each commit, and the process keeps that for each thread that ever
/// committed: this is the least that tantivy takes.
const LITTLE_MEMORY: usize = 15 << 20;
/// A segment of which so much is deleted is merged, to be rid of it.
const DELETED_SHARE: f32 = 0.3;

/// The index on tantivy.
pub struct TantivyIndex {
    index: Index,
    fields: Fields,
    reader: IndexReader,
    /// What searches see.
    view: RwLock<Arc<View>>,
    /// Made by the first change, and gone again after an error: only one process can have it.
    writer: Mutex<Option<IndexWriter>>,
    /// Held while a new view is made, so that an older one never takes the place of a newer.
    refreshing: Mutex<()>,
}

/// One state of the index.
#[derive(Default)]
struct View {
    segments: Vec<Live>,
    numbers: Arc<Numbers>,
}

/// A segment and its deletions.
struct Live {
    segment: Arc<Segment>,
    reader: SegmentReader,
}

impl TantivyIndex {
    /// An empty index in memory.
    ///
    /// # Errors
    /// `Internal`, when tantivy refuses our schema.
    pub fn in_memory() -> Result<TantivyIndex> {
        let builder = Index::builder().schema(Fields::new().schema).settings(document::settings());
        TantivyIndex::over(builder.create_in_ram().map_err(failure::writing)?)
    }

    /// An index in memory whose segments are not sorted, as a fault could make them.
    #[cfg(test)]
    pub(super) fn unsorted_in_memory() -> Result<TantivyIndex> {
        TantivyIndex::over(Index::builder().schema(Fields::new().schema).create_in_ram().map_err(failure::writing)?)
    }

    fn over(index: Index) -> Result<TantivyIndex> {
        let reader = index
            .reader_builder()
            // Reloaded after our own commits; the automatic way polls a file every half second.
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(0)
            .try_into()
            .map_err(failure::reading)?;
        let index = TantivyIndex {
            index,
            fields: Fields::new(),
            reader,
            view: RwLock::default(),
            writer: Mutex::default(),
            refreshing: Mutex::default(),
        };
        index.show()?;
        Ok(index)
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Lets searches see what the reader has loaded.
    fn show(&self) -> Result<()> {
        let old = self.view();
        let mut numbers = Arc::clone(&old.numbers);
        let known: HashMap<SegmentId, &Live> =
            old.segments.iter().map(|live| (live.reader.segment_id(), live)).collect();
        let mut segments = Vec::new();
        for reader in self.reader.searcher().segment_readers() {
            let segment = match known.get(&reader.segment_id()) {
                Some(live) => Arc::clone(&live.segment),
                None => Arc::new(Segment::open(reader, &mut numbers).map_err(failure::reading)?),
            };
            segments.push(Live { segment, reader: reader.clone() });
        }
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(View { segments, numbers });
        Ok(())
    }

    fn lock_writer(&self) -> MutexGuard<'_, Option<IndexWriter>> {
        self.writer.lock().unwrap_or_else(|poisoned| {
            // Whoever panicked left a change half made: a new writer starts from the last commit.
            let mut guard = poisoned.into_inner();
            *guard = None;
            self.writer.clear_poison();
            guard
        })
    }

    fn new_writer(&self, memory: usize) -> Result<IndexWriter> {
        // One thread: a commit then makes one segment, and what is given in order is written in order.
        let writer = self.index.writer_with_num_threads(1, memory).map_err(failure::writing)?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(DELETED_SHARE);
        writer.set_merge_policy(Box::new(policy));
        Ok(writer)
    }

    /// Takes the writer away after letting it finish its merges.
    fn retire_writer(&self, slot: &mut Option<IndexWriter>) -> Result<()> {
        match slot.take() {
            Some(writer) => writer.wait_merging_threads().map_err(failure::writing),
            None => Ok(()),
        }
    }

    fn changed(&self, writer: &mut IndexWriter, changes: &[Change]) -> Result<()> {
        for change in changes {
            let mut operations = Vec::with_capacity(2);
            match change {
                Change::Put(recording) => {
                    operations.push(UserOperation::Delete(self.fields.term(&recording.id)));
                    operations.push(UserOperation::Add(self.fields.document(recording)?));
                }
                Change::Remove(id) => operations.push(UserOperation::Delete(self.fields.term(id))),
            }
            writer.run(operations).map_err(failure::writing)?;
        }
        writer.commit().map_err(failure::writing)?;
        Ok(())
    }

    fn replaced(
        &self,
        writer: &mut IndexWriter,
        recordings: &mut dyn Iterator<Item = Result<Recording>>,
    ) -> Result<u64> {
        writer.delete_all_documents().map_err(failure::writing)?;
        let mut count = 0;
        for recording in recordings {
            writer.add_document(self.fields.document(&recording?)?).map_err(failure::writing)?;
            count += 1;
        }
        writer.commit().map_err(failure::writing)?;
        Ok(count)
    }
}

/// Runs `visit` for each living document with the term.
fn each_living(live: &Live, postings: &mut impl DocSet, mut visit: impl FnMut(DocId) -> Result<()>) -> Result<()> {
    let mut document = postings.doc();
    while document != TERMINATED {
        if !live.reader.is_deleted(document) {
            visit(document)?;
        }
        document = postings.advance();
    }
    Ok(())
}

impl FootageIndex for TantivyIndex {
    fn apply(&self, changes: &[Change]) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut slot = self.lock_writer();
        let mut writer = match slot.take() {
            Some(writer) => writer,
            None => self.new_writer(LITTLE_MEMORY)?,
        };
        // On an error the writer goes, and with it all that was not committed.
        self.changed(&mut writer, changes)?;
        *slot = Some(writer);
        self.refresh()
    }

    fn replace_all(&self, recordings: &mut dyn Iterator<Item = Result<Recording>>) -> Result<u64> {
        let mut slot = self.lock_writer();
        self.retire_writer(&mut slot)?;
        let mut writer = self.new_writer(MUCH_MEMORY)?;
        let count = self.replaced(&mut writer, recordings)?;
        writer.wait_merging_threads().map_err(failure::writing)?;
        self.refresh()?;
        Ok(count)
    }

    fn search(&self, query: &Query) -> Result<Vec<Recording>> {
        let view = self.view();
        let plan = Plan::new(windows::per_camera(&query.windows), &view.numbers);
        let mut hits = Vec::new();
        for live in &view.segments {
            let alive = live.reader.alive_bitset();
            let theirs = plan.hits(&live.segment, alive, query.after.as_ref(), query.limit)?;
            hits.extend(theirs.into_iter().map(|hit| (hit.start, &live.segment, hit.document)));
        }
        keep_first(&mut hits, query.limit, |hit| hit.0);
        let mut found: Vec<Recording> = hits
            .into_iter()
            .map(|(_, segment, document)| segment.packed(document)?.recording())
            .collect::<Result<_>>()?;
        found.sort_by(|a, b| (a.span.start, &a.id).cmp(&(b.span.start, &b.id)));
        found.truncate(query.limit);
        Ok(found)
    }

    fn count(&self, windows: &[CameraWindow]) -> Result<Vec<CameraCount>> {
        let view = self.view();
        let plan = Plan::new(windows::per_camera(windows), &view.numbers);
        let mut counts = plan.zeros();
        for live in &view.segments {
            plan.count(&live.segment, live.reader.alive_bitset(), &mut counts)?;
        }
        Ok(counts)
    }

    fn get(&self, id: &RecordingId) -> Result<Option<Recording>> {
        let term = self.fields.term(id);
        let mut found = None;
        for live in &self.view().segments {
            let terms = live.reader.inverted_index(self.fields.id).map_err(failure::reading)?;
            let postings = terms.read_postings(&term, IndexRecordOption::Basic);
            if let Some(mut postings) = postings.map_err(|error| failure::reading(error.into()))? {
                each_living(live, &mut postings, |document| {
                    found = Some(live.segment.packed(document)?.recording()?);
                    Ok(())
                })?;
            }
        }
        Ok(found)
    }

    fn ids(&self, visit: &mut dyn FnMut(RecordingId) -> Result<()>) -> Result<()> {
        for live in &self.view().segments {
            let terms = live.reader.inverted_index(self.fields.id).map_err(failure::reading)?;
            let mut stream = terms.terms().stream().map_err(|error| failure::reading(error.into()))?;
            while let Some((id, info)) = stream.next() {
                let mut postings = terms
                    .read_postings_from_terminfo(info, IndexRecordOption::Basic)
                    .map_err(|error| failure::reading(error.into()))?;
                each_living(live, &mut postings, |_| {
                    let id =
                        std::str::from_utf8(id).map_err(|cause| Error::caused_by(Kind::State, not_an_id(), cause))?;
                    visit(RecordingId(id.to_owned()))
                })?;
            }
        }
        Ok(())
    }

    fn len(&self) -> Result<u64> {
        Ok(self.view().segments.iter().map(|live| u64::from(live.reader.num_docs())).sum())
    }

    fn refresh(&self) -> Result<()> {
        let _one_at_a_time = self.refreshing.lock().unwrap_or_else(PoisonError::into_inner);
        self.reader.reload().map_err(failure::reading)?;
        self.show()
    }

    fn settle(&self) -> Result<()> {
        let mut slot = self.lock_writer();
        self.retire_writer(&mut slot)?;
        self.refresh()
    }

    fn verify(&self) -> Result<()> {
        open::check(&self.index, &open::TABLES)?;
        open::check(&self.index, &[SegmentComponent::Store])
    }
}

fn not_an_id() -> crate::base::Said {
    say!("một mã bản ghi trong chỉ mục bị hỏng", "an id in the index is damaged")
}
