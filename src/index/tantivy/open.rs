//! Opening an index directory: knowing our own format, making a new index, telling damage from everything else, and
//! setting a damaged one aside.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ::tantivy::Index;
use ::tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK, META_LOCK, MmapDirectory};
use ::tantivy::index::SegmentComponent;
use serde::{Deserialize, Serialize};

use super::caught::caught;
use super::document::{self, FORMAT, Fields};
use super::{TantivyIndex, failure};
use crate::base::{Error, Kind, Result, ResultExt};
use crate::say;

/// The file by which we know our own index and its format.
const MARK: &str = "truyvet-index.json";
const META: &str = "meta.json";

#[derive(Serialize, Deserialize)]
struct Mark {
    format: u32,
}

/// A damaged index that was put out of the way; the one opened in its place is empty.
#[derive(Debug)]
pub struct SetAside {
    /// Where it is now.
    pub path: PathBuf,
    /// What was wrong with it.
    pub reason: Error,
}

impl TantivyIndex {
    /// Opens the index in a directory, or makes an empty one where there is none. All but the recordings themselves is held
    /// against its checksums: a recording has its own, which is compared when it is read. Nothing is locked before the first
    /// change, so that any number of processes may search while one writes.
    ///
    /// # Errors
    /// `State` when it is damaged or of another format, `Io` when it cannot be read for another reason, `Busy` when
    /// another process is just making it.
    pub fn open(dir: &Path) -> Result<TantivyIndex> {
        fs::create_dir_all(dir).or_say(Kind::Io, || cannot_open(dir))?;
        caught(|| {
            let index = if is_new(dir)? { create(dir)? } else { open(dir)? };
            check(&index, &TABLES)?;
            TantivyIndex::over(index)
        })
        .unwrap_or_else(|| {
            let dir = dir.display();
            Err(Error::new(Kind::State, say!("chỉ mục {dir} bị hỏng", "the index {dir} is damaged")))
        })
    }

    /// Opens the index and reads all of it; where it is damaged or of another format, moves it aside (to `<dir>.damaged-<n>`) and makes an
    /// empty one in its place, for the caller to rebuild from the store.
    ///
    /// # Errors
    /// As [`TantivyIndex::open`], except `State`; `Busy` when another process is writing the damaged index.
    pub fn open_or_set_aside(dir: &Path) -> Result<(TantivyIndex, Option<SetAside>)> {
        match open_whole(dir) {
            Err(error) if error.kind() == Kind::State => {}
            opened => return Ok((opened?, None)),
        }
        let _lock = lock(dir)?;
        // Again, now that nobody else can be at it: another process may have set it aside meanwhile.
        let reason = match open_whole(dir) {
            Err(error) if error.kind() == Kind::State => error,
            opened => return Ok((opened?, None)),
        };
        let path = free_name(dir);
        fs::rename(dir, &path).or_say(Kind::Io, || cannot_open(dir))?;
        Ok((TantivyIndex::open(dir)?, Some(SetAside { path, reason })))
    }
}

fn open_whole(dir: &Path) -> Result<TantivyIndex> {
    let opened = TantivyIndex::open(dir)?;
    check(&opened.index, &[SegmentComponent::Store])?;
    Ok(opened)
}

/// The parts of a segment that are read to find a recording; the recordings themselves, which are most of the index, are in
/// [`SegmentComponent::Store`].
pub(super) const TABLES: [SegmentComponent; 5] = [
    SegmentComponent::FastFields,
    SegmentComponent::Terms,
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::FieldNorms,
];

/// Reads these parts of all segments, and what is deleted of them, and compares checksums.
pub(super) fn check(index: &Index, parts: &[SegmentComponent]) -> Result<()> {
    let directory = index.directory();
    // A writer must not clear away what is being read.
    let _lock = directory.acquire_lock(&META_LOCK).map_err(|error| failure::reading(error.into()))?;
    for segment in index.searchable_segment_metas().map_err(failure::reading)? {
        let deleted = segment.has_deletes().then_some(SegmentComponent::Delete);
        for part in parts.iter().cloned().chain(deleted) {
            let file = segment.relative_path(part);
            if !directory.validate_checksum(&file).map_err(|error| failure::reading(error.into()))? {
                let file = file.display();
                return Err(Error::new(Kind::State, say!("chỉ mục bị hỏng: {file}", "the index is damaged: {file}")));
            }
        }
    }
    Ok(())
}

/// Whether there is no index yet: an empty directory, or one in which the making of an index was interrupted.
fn is_new(dir: &Path) -> Result<bool> {
    let mut marked = false;
    for entry in fs::read_dir(dir).or_say(Kind::Io, || cannot_open(dir))? {
        let name = entry.or_say(Kind::Io, || cannot_open(dir))?.file_name();
        match name.to_string_lossy().as_ref() {
            MARK => marked = true,
            // Locks, tantivy's list of files and half-written files.
            hidden if hidden.starts_with('.') => {}
            _ => {
                return match marked || dir.join(MARK).exists() {
                    true => Ok(false),
                    false => Err(Error::new(Kind::State, unknown_format(dir))),
                };
            }
        }
    }
    Ok(true)
}

fn create(dir: &Path) -> Result<Index> {
    // Two processes that make it at once would undo each other's first commit.
    let _lock = lock(dir)?;
    if !is_new(dir)? {
        return open(dir);
    }
    write_mark(dir).or_say(Kind::Io, || cannot_open(dir))?;
    let directory = MmapDirectory::open(dir).map_err(|error| failure::reading(error.into()))?;
    Index::builder()
        .schema(Fields::new().schema)
        .settings(document::settings())
        .open_or_create(directory)
        .map_err(failure::writing)
}

fn open(dir: &Path) -> Result<Index> {
    let mark = fs::read(dir.join(MARK)).or_say(Kind::Io, || cannot_open(dir))?;
    let mark: Mark = serde_json::from_slice(&mark).or_say(Kind::State, || unknown_format(dir))?;
    if mark.format != u32::from(FORMAT) {
        return Err(Error::new(Kind::State, unknown_format(dir)));
    }
    if !dir.join(META).try_exists().or_say(Kind::Io, || cannot_open(dir))? {
        let dir = dir.display();
        return Err(Error::new(Kind::State, say!("chỉ mục {dir} mất {META}", "the index {dir} has lost its {META}")));
    }
    let index = Index::open_in_dir(dir).map_err(failure::reading)?;
    if index.schema() != Fields::new().schema || *index.settings() != document::settings() {
        return Err(Error::new(Kind::State, unknown_format(dir)));
    }
    Ok(index)
}

fn lock(dir: &Path) -> Result<DirectoryLock> {
    let directory = MmapDirectory::open(dir).map_err(|error| failure::reading(error.into()))?;
    directory.acquire_lock(&INDEX_WRITER_LOCK).map_err(|error| failure::writing(error.into()))
}

fn write_mark(dir: &Path) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".mark").tempfile_in(dir)?;
    serde_json::to_writer(&mut file, &Mark { format: FORMAT.into() })?;
    file.write_all(b"\n")?;
    file.as_file().sync_all()?;
    file.persist(dir.join(MARK)).map_err(|error| error.error)?;
    fs::File::open(dir)?.sync_all()
}

fn free_name(dir: &Path) -> PathBuf {
    let name = |n: u32| {
        let mut name = dir.as_os_str().to_owned();
        name.push(format!(".damaged-{n}"));
        PathBuf::from(name)
    };
    (1..).map(name).find(|path| path.symlink_metadata().is_err()).unwrap_or_else(|| name(0))
}

fn cannot_open(dir: &Path) -> crate::base::Said {
    let dir = dir.display();
    say!("không mở được chỉ mục {dir}", "cannot open the index {dir}")
}

fn unknown_format(dir: &Path) -> crate::base::Said {
    let dir = dir.display();
    say!("chỉ mục {dir} có định dạng khác", "the index {dir} is of another format")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::conformance::{recording, window};
    use crate::index::{Change, FootageIndex, Query};
    use crate::model::RecordingId;

    /// An index of a few recordings in a directory, closed.
    fn filled(dir: &Path) {
        let index = TantivyIndex::open(dir).unwrap();
        index.apply(&[1, 2, 3].map(|n| Change::Put(recording(n, "a", 0, 9_000_000)))).unwrap();
        index.apply(&[Change::Remove(recording(3, "a", 0, 0).id)]).unwrap();
        index.settle().unwrap();
    }

    fn kind_of(opened: Result<TantivyIndex>) -> Option<Kind> {
        opened.err().map(|error| error.kind())
    }

    fn segment_files(dir: &Path) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            !name.starts_with('.') && name != META && name != MARK
        });
        assert!(files.len() >= 4, "{files:?}");
        files
    }

    #[test]
    fn what_was_put_is_there_after_opening_again() {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path());
        let index = TantivyIndex::open(dir.path()).unwrap();
        assert_eq!(index.get(&recording(1, "", 0, 0).id).unwrap(), Some(recording(1, "a", 0, 9_000_000)));
        assert_eq!(index.len().unwrap(), 2);
        index.verify().unwrap();
    }

    #[test]
    fn an_index_whose_making_was_interrupted_is_made_again() {
        let dir = tempfile::tempdir().unwrap();
        write_mark(dir.path()).unwrap();
        assert!(TantivyIndex::open(dir.path()).unwrap().is_empty().unwrap());
    }

    #[test]
    fn an_empty_meta_json_is_set_aside_and_a_new_index_made() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("index");
        for n in 1..=2 {
            filled(&dir);
            fs::write(dir.join(META), "").unwrap();
            assert_eq!(kind_of(TantivyIndex::open(&dir)), Some(Kind::State));
            let (index, aside) = TantivyIndex::open_or_set_aside(&dir).unwrap();
            let aside = aside.unwrap();
            assert_eq!(aside.path, parent.path().join(format!("index.damaged-{n}")));
            assert_eq!(aside.reason.kind(), Kind::State);
            assert!(aside.path.join(META).exists());
            assert!(index.is_empty().unwrap());
        }
        filled(&dir);
        let (index, aside) = TantivyIndex::open_or_set_aside(&dir).unwrap();
        assert!(aside.is_none());
        assert_eq!(index.len().unwrap(), 2);
    }

    #[test]
    fn a_lost_or_foreign_file_is_damage() {
        type Fault = fn(&Path);
        let faults: [(&str, Fault); 5] = [
            ("no meta.json", |dir| fs::remove_file(dir.join(META)).unwrap()),
            ("half a meta.json", |dir| {
                let meta = fs::read(dir.join(META)).unwrap();
                fs::write(dir.join(META), &meta[..meta.len() / 2]).unwrap();
            }),
            ("no mark", |dir| fs::remove_file(dir.join(MARK)).unwrap()),
            ("garbage as the mark", |dir| fs::write(dir.join(MARK), "{").unwrap()),
            ("a newer format", |dir| fs::write(dir.join(MARK), r#"{"format":99}"#).unwrap()),
        ];
        for (name, fault) in faults {
            let dir = tempfile::tempdir().unwrap();
            filled(dir.path());
            fault(dir.path());
            assert_eq!(kind_of(TantivyIndex::open(dir.path())), Some(Kind::State), "{name}");
        }
    }

    #[test]
    fn every_truncated_or_lost_segment_file_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path());
        for file in segment_files(dir.path()) {
            let whole = fs::read(&file).unwrap();
            for length in [0, 3, whole.len() / 2, whole.len() - 1] {
                fs::write(&file, &whole[..length]).unwrap();
                assert_eq!(kind_of(TantivyIndex::open(dir.path())), Some(Kind::State), "{length} of {file:?}");
            }
            fs::remove_file(&file).unwrap();
            let found = TantivyIndex::open(dir.path()).and_then(|index| index.verify()).unwrap_err();
            assert_eq!(found.kind(), Kind::State, "{file:?} lost");
            fs::write(&file, whole).unwrap();
        }
        assert_eq!(kind_of(TantivyIndex::open(dir.path())), None);
    }

    #[test]
    fn a_flipped_byte_is_found_by_opening_or_by_verifying() {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path());
        for file in segment_files(dir.path()) {
            let whole = fs::read(&file).unwrap();
            let mut flipped = whole.clone();
            flipped[0] ^= 0x55;
            fs::write(&file, flipped).unwrap();
            let found = TantivyIndex::open(dir.path()).and_then(|index| index.verify()).unwrap_err();
            assert_eq!(found.kind(), Kind::State, "{file:?}");
            fs::write(&file, whole).unwrap();
        }
    }

    #[test]
    fn a_flipped_byte_was_shown_as_another_recording_or_left_where_it_was() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("index");
        filled(&dir);
        let whole = TantivyIndex::open(&dir).unwrap().search(&Query::all(vec![window("a", 0, 9)])).unwrap();
        for file in segment_files(&dir) {
            let bytes = fs::read(&file).unwrap();
            for at in (0..bytes.len()).step_by(7) {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << (at % 8);
                fs::write(&file, &flipped).unwrap();
                let found = TantivyIndex::open(&dir).and_then(|i| i.search(&Query::all(vec![window("a", 0, 9)])));
                match found {
                    Ok(found) => assert_eq!(found, whole, "byte {at} of {file:?}"),
                    Err(error) => assert_eq!(error.kind(), Kind::State, "byte {at} of {file:?}"),
                }
            }
            // Whoever may write sees it, and makes it anew.
            let mut flipped = bytes.clone();
            flipped[bytes.len() / 3] ^= 1;
            fs::write(&file, &flipped).unwrap();
            let (_, aside) = TantivyIndex::open_or_set_aside(&dir).unwrap();
            assert!(aside.is_some(), "{file:?}");
            fs::remove_dir_all(&dir).unwrap();
            fs::rename(aside.unwrap().path, &dir).unwrap();
            fs::write(&file, bytes).unwrap();
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_damage() {
        let parent = tempfile::tempdir().unwrap();
        let file = parent.path().join("file");
        fs::write(&file, "not a folder").unwrap();
        assert_eq!(kind_of(TantivyIndex::open_or_set_aside(&file).map(|(index, _)| index)), Some(Kind::Io));
        let dir = parent.path().join("index");
        filled(&dir);
        fs::remove_file(dir.join(MARK)).unwrap();
        fs::create_dir(dir.join(MARK)).unwrap();
        assert_eq!(kind_of(TantivyIndex::open_or_set_aside(&dir).map(|(index, _)| index)), Some(Kind::Io));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 2, "nothing was set aside");
    }

    #[test]
    fn a_refused_permission_is_not_damage() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path());
        let meta = dir.path().join(META);
        fs::set_permissions(&meta, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::read(&meta).is_ok() {
            eprintln!("skipped: this user may read everything");
            return;
        }
        assert_eq!(kind_of(TantivyIndex::open(dir.path())), Some(Kind::Io));
    }

    #[test]
    fn one_writes_while_others_search() {
        let dir = tempfile::tempdir().unwrap();
        let (writer, other) = (TantivyIndex::open(dir.path()).unwrap(), TantivyIndex::open(dir.path()).unwrap());
        let put = [Change::Put(recording(1, "a", 0, 9_000_000))];
        writer.apply(&put).unwrap();
        assert!(other.is_empty().unwrap(), "not refreshed yet");
        other.refresh().unwrap();
        assert_eq!(other.search(&Query::all(vec![window("a", 0, 1)])).unwrap().len(), 1);
        assert_eq!(other.apply(&put).unwrap_err().kind(), Kind::Busy);
        assert_eq!(other.replace_all(&mut std::iter::empty()).unwrap_err().kind(), Kind::Busy);
        fs::write(dir.path().join(META), "").unwrap();
        let set_aside = TantivyIndex::open_or_set_aside(dir.path()).map(|(index, _)| index);
        assert_eq!(kind_of(set_aside), Some(Kind::Busy), "not taken away under its writer");
    }

    #[test]
    fn after_settling_another_may_write() {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (TantivyIndex::open(dir.path()).unwrap(), TantivyIndex::open(dir.path()).unwrap());
        first.apply(&[Change::Put(recording(1, "a", 0, 9_000_000))]).unwrap();
        first.settle().unwrap();
        second.apply(&[Change::Put(recording(2, "a", 0, 9_000_000))]).unwrap();
        assert_eq!(second.len().unwrap(), 2);
    }

    #[test]
    fn hundreds_of_small_commits_are_merged_and_nothing_is_lost() {
        let dir = tempfile::tempdir().unwrap();
        let index = TantivyIndex::open(dir.path()).unwrap();
        for n in 0..100 {
            let start = ((n * 7919) % 100) as i64 * 1_000_000;
            index.apply(&[Change::Put(recording(n, "a", start, 1_000_000))]).unwrap();
            // Every second one is put again, and every tenth goes.
            let id = recording(n - n % 2, "", 0, 0).id;
            let again = index.get(&id).unwrap().map(Change::Put);
            let change = if n % 10 == 0 { Some(Change::Remove(id)) } else { again };
            index.apply(change.as_slice()).unwrap();
        }
        index.settle().unwrap();
        assert!(index.view().segments.len() < 20, "{} segments", index.view().segments.len());
        assert_eq!(index.len().unwrap(), 90);
        drop(index);
        let index = TantivyIndex::open(dir.path()).unwrap();
        index.verify().unwrap();
        let mut ids: Vec<RecordingId> = Vec::new();
        index
            .ids(&mut |id| {
                ids.push(id);
                Ok(())
            })
            .unwrap();
        assert_eq!(ids.len(), 90);
        let found = index.search(&Query::all(vec![window("a", 0, 200_000_000)])).unwrap();
        assert!(found.is_sorted_by_key(|recording| recording.span.start));
        assert_eq!(found.len(), 90);
    }
}
