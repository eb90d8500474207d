//! Copies of the store: made while others read and write, verified before they are called backups, and kept rotating.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;

use super::open::{latest, set_up, sync_folder, version, with_end};
use super::{FILE, damaged, failed};
use crate::base::shutdown::Shutdown;
use crate::base::{Error, Kind, Result, ResultExt};
use crate::say;

#[cfg(test)]
mod tests;

/// The folder, in the data folder, of the backups that are made by themselves.
pub const FOLDER: &str = "backups";

/// How many of them are usually kept.
pub const KEEP: usize = 7;

/// What unfinished backups' names start with; one older than this was left by a kill.
const UNFINISHED: &str = ".truyvet-backup-";
const LEFT_BEHIND: Duration = Duration::from_secs(86_400);

/// So many pages are copied between two looks at the wish to stop.
const PAGES: i32 = 1_024;

/// What a backup holds, as far as it tells one from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Held {
    /// Version of the schema.
    pub schema: i32,
    /// Recordings.
    pub recordings: u64,
    /// Files, those that are gone among them.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
}

/// Copies the store of a data folder into one file, verifies the copy, makes it safe on disk and only then gives it its name.
/// It is the store of one instant, whatever is written meanwhile, and is a whole SQLite database without side files.
///
/// # Errors
/// [`Kind::Usage`] when there is a file already and `overwrite` is not set, or the place is the store's own; [`Kind::State`]
/// when there is no store, or it is damaged; [`Kind::Interrupted`]; [`Kind::Io`]. After an error there is no new file, and an
/// old one is as it was.
pub fn back_up(data: &Path, to: &Path, overwrite: bool, shutdown: &Shutdown) -> Result<Held> {
    let (store, shown) = (data.join(FILE), to.display());
    let folder = to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let cannot = || say!("không ghi được bản sao lưu {shown}", "cannot write the backup {shown}");
    if is_the_store(data, to, folder) {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "{shown} là chính kho dữ liệu; hãy chọn nơi khác",
                "{shown} is the store itself; choose another place"
            ),
        ));
    }
    if !overwrite && to.symlink_metadata().is_ok() {
        return Err(exists(to));
    }
    if !store.exists() {
        let data = data.display();
        return Err(Error::new(
            Kind::State,
            say!("chưa có gì trong {data} để sao lưu", "there is nothing in {data} yet to back up"),
        ));
    }
    let unfinished =
        tempfile::Builder::new().prefix(UNFINISHED).suffix(".db").tempfile_in(folder).or_say(Kind::Io, cannot)?;
    let unfinished = unfinished.into_temp_path();
    copy(&store, &unfinished, shutdown)?;
    let held = inspect(&unfinished).map_err(|error| match error.kind() {
        Kind::State if store_is_damaged(data) => Error::caused_by(Kind::State, damaged(&store), error),
        _ => error,
    })?;
    if overwrite {
        unfinished.persist(to).or_say(Kind::Io, cannot)?;
    } else {
        unfinished.persist_noclobber(to).map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => exists(to),
            _ => Error::caused_by(Kind::Io, cannot(), error.error),
        })?;
    }
    sync_folder(folder).or_say(Kind::Io, cannot)?;
    Ok(held)
}

fn exists(to: &Path) -> Error {
    let shown = to.display();
    Error::new(
        Kind::Usage,
        say!("đã có {shown}; thêm --force để ghi đè", "{shown} is there already; add --force to overwrite it"),
    )
}

/// Whether a path is the store's own file or one of its side files.
pub(super) fn is_the_store(data: &Path, path: &Path, folder: &Path) -> bool {
    let same_folder = match (data.canonicalize(), folder.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => data == folder,
    };
    let name = path.file_name();
    same_folder && ["", "-wal", "-shm", "-journal"].iter().any(|end| name == with_end(Path::new(FILE), end).file_name())
}

/// Copies one instant of a database into a file that is one whole by itself, and makes its bytes safe on disk.
pub(super) fn copy(from: &Path, to: &Path, shutdown: &Shutdown) -> Result<()> {
    let read = |error| failed(from, error);
    let write = |error| failed(to, error);
    let source = open_to_copy(from).map_err(read)?;
    // One reading transaction over all steps: else every change by another process would make the copying start again.
    source.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").map_err(read)?;
    let mut target = Connection::open(to).map_err(write)?;
    // Nobody relies on the copy before it is verified and synced: no journal is needed.
    target.pragma_update(None, "journal_mode", "off").map_err(write)?;
    target.pragma_update(None, "synchronous", "off").map_err(write)?;
    {
        let backup = Backup::new(&source, &mut target).map_err(write)?;
        loop {
            shutdown.check()?;
            match backup.step(PAGES).map_err(write)? {
                StepResult::Done => break,
                StepResult::Busy | StepResult::Locked => std::thread::sleep(Duration::from_millis(50)),
                _ => {}
            }
        }
    }
    drop(target);
    // The copy says, as the store does, that its changes are in a side file; from here on they are in itself.
    let whole = Connection::open(to).map_err(write)?;
    let mode: String = whole.query_row("PRAGMA journal_mode = delete", [], |row| row.get(0)).map_err(write)?;
    drop(whole);
    let shown = to.display();
    if mode != "delete" {
        return Err(Error::new(Kind::Internal, say!("{shown} vẫn ở chế độ {mode}", "{shown} stays in mode {mode}")));
    }
    std::fs::File::open(to)
        .and_then(|file| file.sync_all())
        .or_say(Kind::Io, || say!("không ghi được {shown}", "cannot write {shown}"))
}

/// Opens a database for reading. One without a side file is taken for one that nobody writes, so that nothing is written
/// beside it and a read-only disk will do; the store itself has a side file while anybody has it open.
fn open_to_copy(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = if file.file_name().is_some_and(|name| name == FILE) || with_end(file, "-wal").exists() {
        Connection::open_with_flags(file, flags)?
    } else {
        Connection::open_with_flags(immutable(file), flags | OpenFlags::SQLITE_OPEN_URI)?
    };
    set_up(&db)?;
    Ok(db)
}

/// The file as a URI that promises that it does not change (<https://sqlite.org/uri.html>).
fn immutable(file: &Path) -> String {
    use std::fmt::Write;
    use std::os::unix::ffi::OsStrExt;
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let mut uri = "file:".to_owned();
    for byte in absolute.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => uri.push(char::from(*byte)),
            // Writing to a string does not fail.
            other => _ = write!(uri, "%{other:02X}"),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// Reads a backup from end to end: whole, ours, and of a version that this program knows.
///
/// # Errors
/// [`Kind::State`] when it is damaged, is no store, or was made by a newer version; [`Kind::Io`].
pub fn inspect(file: &Path) -> Result<Held> {
    let shown = file.display();
    let meta = file.metadata().or_say(Kind::Io, || say!("không đọc được {shown}", "cannot read {shown}"))?;
    let broken = |why: String| {
        Error::caused_by(Kind::State, say!("bản sao lưu {shown} bị hỏng", "the backup {shown} is damaged"), why)
    };
    let db = open_to_copy(file).map_err(|error| broken(error.to_string()))?;
    let found = faults(&db).and_then(|faults| Ok((faults, version(&db)?)));
    let (faults, schema) = found.map_err(|error| broken(error.to_string()))?;
    if let Some(first) = faults.into_iter().next() {
        return Err(broken(first));
    }
    let schema = schema.ok_or_else(|| {
        Error::new(Kind::State, say!("{shown} không phải bản sao lưu của truyvet", "{shown} is no backup of truyvet"))
    })?;
    if schema > latest() {
        return Err(Error::new(
            Kind::State,
            say!(
                "bản sao lưu {shown} của phiên bản mới hơn ({schema}); hãy dùng phiên bản đã tạo ra nó",
                "the backup {shown} is of a newer version ({schema}); use the version that made it"
            ),
        ));
    }
    let count = |table: &str| db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, u64>(0));
    let counted = count("recording").and_then(|recordings| Ok((recordings, count("file")?)));
    let (recordings, files) = counted.map_err(|error| broken(error.to_string()))?;
    Ok(Held { schema, recordings, files, bytes: meta.len() })
}

/// What is wrong with a database, as far as can be told: its pages, what its rows refer to, and texts that are none. SQLite
/// has no checksums: a number that is another now is not noticed.
fn faults(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut faults: Vec<String> = db
        .prepare("PRAGMA integrity_check(5)")?
        .query_map([], |row| row.get::<_, String>(0))?
        .filter(|row| row.as_deref() != Ok("ok"))
        .collect::<rusqlite::Result<_>>()?;
    let dangling: u64 = db.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
    faults.extend((dangling > 0).then(|| format!("{dangling} dangling references")));
    if faults.is_empty() {
        faults.extend(garbled(db)?);
    }
    Ok(faults)
}

/// The first column that holds a text of bytes that are no text, or no JSON where it should be.
fn garbled(db: &Connection) -> rusqlite::Result<Option<String>> {
    let columns: Vec<(String, String)> = db
        .prepare(
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.type = 'TEXT' ORDER BY 1, 2",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (table, column) in columns {
        let json = ["doubts", "places"].contains(&column.as_str());
        let mut texts = db.prepare(&format!("SELECT \"{column}\" FROM \"{table}\" WHERE \"{column}\" IS NOT NULL"))?;
        let mut rows = texts.query([])?;
        while let Some(row) = rows.next()? {
            let text = row.get_ref(0)?.as_str().ok();
            if text.is_none_or(|text| json && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err()) {
                return Ok(Some(format!("a text in {table}.{column} is garbled")));
            }
        }
    }
    Ok(None)
}

/// Whether the store of a data folder is damaged; not where there is none, it is in use, or the disk fails. Reads all of it.
pub fn store_is_damaged(data: &Path) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    let file = data.join(FILE);
    match file.metadata() {
        Err(_) => false,
        Ok(meta) if meta.len() == 0 => true,
        Ok(_) => match open_to_copy(&file).and_then(|db| faults(&db)) {
            Ok(faults) => !faults.is_empty(),
            Err(error) => matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase)),
        },
    }
}

/// What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The new backup.
    pub made: PathBuf,
    /// What it holds.
    pub held: Held,
    /// Older ones that were deleted.
    pub removed: Vec<PathBuf>,
}

/// Backs the store up into the data folder's own folder of backups, named by the time, and keeps the newest `keep` of them
/// (at least the new one). Older ones are deleted only after the new one was verified.
///
/// # Errors
/// As [`back_up`]; then none was deleted.
pub fn rotate(data: &Path, keep: usize, now: Timestamp, shutdown: &Shutdown) -> Result<Rotated> {
    let folder = data.join(FOLDER);
    let shown = folder.display();
    let cannot = || say!("không ghi được vào thư mục {shown}", "cannot write to the folder {shown}");
    std::fs::create_dir_all(&folder).or_say(Kind::Io, cannot)?;
    remove_left_behind(&folder).or_say(Kind::Io, cannot)?;
    let made = folder.join(format!("truyvet-{}.db", stamp(now)));
    let held = back_up(data, &made, true, shutdown)?;
    let mut removed = Vec::new();
    for old in kept(data)?.into_iter().filter(|file| *file != made).skip(keep.saturating_sub(1)) {
        std::fs::remove_file(&old).or_say(Kind::Io, cannot)?;
        removed.push(old);
    }
    Ok(Rotated { made, held, removed })
}

/// The rotating backups, the newest first, by the time in their names; not looked into.
///
/// # Errors
/// [`Kind::Io`] when the folder cannot be read; one that is not there holds none.
pub fn kept(data: &Path) -> Result<Vec<PathBuf>> {
    let folder = data.join(FOLDER);
    let shown = folder.display();
    let cannot = || say!("không đọc được thư mục {shown}", "cannot read the folder {shown}");
    let entries = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.or_say(Kind::Io, cannot)?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.or_say(Kind::Io, cannot)?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(is_rotating) {
            files.push(path);
        }
    }
    files.sort_unstable();
    files.reverse();
    Ok(files)
}

/// The newest rotating backup that is whole, and what it holds.
///
/// # Errors
/// As [`kept`].
pub fn last_good(data: &Path) -> Result<Option<(PathBuf, Held)>> {
    Ok(kept(data)?.into_iter().find_map(|file| inspect(&file).ok().map(|held| (file, held))))
}

/// An instant as our file names tell it: UTC, `20261123T041725Z`.
pub(super) fn stamp(t: Timestamp) -> String {
    t.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn is_rotating(name: &str) -> bool {
    let stamp = name.strip_prefix("truyvet-").and_then(|rest| rest.strip_suffix("Z.db"));
    stamp.and_then(|stamp| stamp.split_once('T')).is_some_and(|(day, time)| {
        let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
        digits(day, 8) && digits(time, 6)
    })
}

/// Deletes unfinished backups, and their side files, that a kill left.
fn remove_left_behind(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let old = |time: SystemTime| time.elapsed().is_ok_and(|age| age > LEFT_BEHIND);
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) && old(entry.metadata()?.modified()?) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
