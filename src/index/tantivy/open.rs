//! Opening an index directory: knowing our own format, making a new index, telling damage from everything else, and
//! setting a damaged one aside.

use std::fs;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use ::tantivy::Index;
use ::tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK, MmapDirectory};
use serde::{Deserialize, Serialize};

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
    /// Opens the index in a directory, or makes an empty one where there is none. Nothing is locked before the first
    /// change, so that any number of processes may search while one writes.
    ///
    /// # Errors
    /// `State` when it is damaged or of another format, `Io` when it cannot be read for another reason, `Busy` when
    /// another process is just making it.
    pub fn open(dir: &Path) -> Result<TantivyIndex> {
        fs::create_dir_all(dir).or_say(Kind::Io, || cannot_open(dir))?;
        // tantivy answers some damage with a panic (a column of nonsense); that is damage too, and not our end.
        catch_unwind(AssertUnwindSafe(|| {
            let index = if is_new(dir)? { create(dir)? } else { open(dir)? };
            TantivyIndex::over(index)
        }))
        .unwrap_or_else(|_| {
            let dir = dir.display();
            Err(Error::new(Kind::State, say!("chỉ mục {dir} bị hỏng", "the index {dir} is damaged")))
        })
    }

    /// Opens the index; where it is damaged or of another format, moves it aside (to `<dir>.damaged-<n>`) and makes an
    /// empty one in its place, for the caller to rebuild from the store.
    ///
    /// # Errors
    /// As [`TantivyIndex::open`], except `State`; `Busy` when another process is writing the damaged index.
    pub fn open_or_set_aside(dir: &Path) -> Result<(TantivyIndex, Option<SetAside>)> {
        match TantivyIndex::open(dir) {
            Err(error) if error.kind() == Kind::State => {}
            opened => return Ok((opened?, None)),
        }
        let _lock = lock(dir)?;
        // Again, now that nobody else can be at it: another process may have set it aside meanwhile.
        let reason = match TantivyIndex::open(dir) {
            Err(error) if error.kind() == Kind::State => error,
            opened => return Ok((opened?, None)),
        };
        let path = free_name(dir);
        fs::rename(dir, &path).or_say(Kind::Io, || cannot_open(dir))?;
        Ok((TantivyIndex::open(dir)?, Some(SetAside { path, reason })))
    }
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
