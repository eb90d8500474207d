//! Rows of files: what was seen on disk, what became of it, and what is no longer there.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::recordings::{self, Listed};
use super::{Store, unknown_word};
use crate::base::Result;
use crate::model::{CameraTime, RecordingId, Unreadable};

/// Where a file is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileState {
    /// Known, to be listed.
    Settled,
    /// Listed in the store; the index may not show it yet.
    Listed,
    /// In the store and in the index.
    Indexed,
    /// Could not be read; will be tried again.
    Quarantined,
    /// No longer there.
    Gone,
}

impl FileState {
    /// The store's word.
    pub fn as_str(self) -> &'static str {
        match self {
            FileState::Settled => "settled",
            FileState::Listed => "listed",
            FileState::Indexed => "indexed",
            FileState::Quarantined => "quarantined",
            FileState::Gone => "gone",
        }
    }

    fn from_word(word: &str) -> rusqlite::Result<FileState> {
        [FileState::Settled, FileState::Listed, FileState::Indexed, FileState::Quarantined, FileState::Gone]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| unknown_word("file.state", word))
    }
}

/// A file as a scan saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Names the footage folder (see the schema).
    pub folder: String,
    /// Path below the folder, as the file system gave it.
    pub path: Vec<u8>,
    /// The camera that wrote it, where the path tells.
    pub camera: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Modification time, microseconds since 1970.
    pub mtime_us: i64,
    /// Whether it is being written.
    pub growing: bool,
}

/// What the store knows of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFile {
    /// The row.
    pub id: i64,
    /// The camera that wrote it.
    pub camera: Option<String>,
    /// Bytes, when last looked at.
    pub size: u64,
    /// Modification time when last looked at, microseconds since 1970.
    pub mtime_us: i64,
    /// Where it is on its way.
    pub state: FileState,
    /// The recording that it holds.
    pub recording: Option<RecordingId>,
    /// SHA-256 of size, head and tail.
    pub content: Option<[u8; 32]>,
    /// When an unreadable file is to be tried again.
    pub next_try: Option<Timestamp>,
    /// Whether somebody decided to leave it alone.
    pub ignored: bool,
    /// Whether it was still being written when it was listed.
    pub growing: bool,
}

/// How a folder's paths were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathReading {
    /// Stands for the site's settings and the layout table.
    pub mark: String,
    /// The layout that was chosen, where one was.
    pub layout: Option<String>,
}

/// What looking at a file came to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It was listed.
    Listed(Box<Listed>),
    /// It could not be read.
    Unreadable {
        /// Why.
        why: Unreadable,
        /// What its path claims.
        claimed: Option<(CameraTime, Option<CameraTime>)>,
    },
}

/// A file and what looking at it came to.
#[derive(Clone, Debug)]
pub struct Change {
    /// The file as it was when it was looked at.
    pub seen: Seen,
    /// SHA-256 of size, head and tail, where it could be read.
    pub content: Option<[u8; 32]>,
    /// When the file's inode last changed (ctime), microseconds since 1970; `None` where it was not looked at.
    pub changed_us: Option<i64>,
    /// The result.
    pub outcome: Outcome,
}

/// A file that was being written when it was listed: what follows what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeingWritten {
    /// The end of what was listed; where nothing could be, the start that the path claims.
    pub from: CameraTime,
    /// When it was last written to, by our clock.
    pub until: Timestamp,
}

/// What the path of an unreadable file claims.
#[derive(Clone, Debug)]
pub struct UnreadableClaim {
    /// The camera that wrote it.
    pub camera: String,
    /// From when.
    pub start: CameraTime,
    /// Until when, where the path tells.
    pub end: Option<CameraTime>,
    /// Whether the file is no longer there.
    pub gone: bool,
}

/// No unreadable file waits longer for its next try than this, seconds.
const LONGEST_BACKOFF_S: i64 = 86_400;

/// Seconds until an unreadable file is tried again: a minute, then four times longer each time, at most a day.
fn backoff_s(attempts: u32) -> i64 {
    60i64.saturating_mul(4i64.saturating_pow(attempts.saturating_sub(1))).min(LONGEST_BACKOFF_S)
}

impl KnownFile {
    /// Whether an unreadable file is to be tried again. One whose turn would come later than any turn does was noted by a
    /// clock that has been set back since.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let wait = |due: Timestamp| due.duration_since(now).as_secs();
        !self.ignored && self.next_try.is_none_or(|due| due <= now || wait(due) > LONGEST_BACKOFF_S)
    }
}

impl Store {
    /// Every file known below a footage folder, by path.
    ///
    /// # Errors
    /// When the store fails.
    pub fn files_of(&self, folder: &str) -> Result<HashMap<Vec<u8>, KnownFile>> {
        self.read(|db| {
            let mut statement = db.prepare(&format!("SELECT {KNOWN} FROM file WHERE folder = ?"))?;
            let rows = statement.query_map([folder], known)?;
            rows.collect()
        })
    }

    /// What is known of some paths below a footage folder.
    ///
    /// # Errors
    /// When the store fails.
    pub fn files_at(&self, folder: &str, paths: &[&[u8]]) -> Result<HashMap<Vec<u8>, KnownFile>> {
        self.read(|db| {
            let mut statement =
                db.prepare_cached(&format!("SELECT {KNOWN} FROM file WHERE folder = ? AND path = ?"))?;
            let rows = paths.iter().map(|path| statement.query_row(params![folder, path], known).optional());
            rows.filter_map(Result::transpose).collect()
        })
    }

    /// What is known of a path below a footage folder, and of every path below that.
    ///
    /// # Errors
    /// When the store fails.
    pub fn files_below(&self, folder: &str, path: &[u8]) -> Result<Vec<(Vec<u8>, KnownFile)>> {
        // Of paths that begin with "path/" none is less than that, and all are less than "path0".
        let (first, end) = ([path, b"/"].concat(), [path, b"0"].concat());
        self.read(|db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT {KNOWN} FROM file WHERE folder = ?1 AND (path = ?2 OR (path >= ?3 AND path < ?4))"
            ))?;
            let rows = statement.query_map(params![folder, path, first, end], known)?;
            rows.collect()
        })
    }

    /// The keys of all footage folders of which files are known.
    ///
    /// # Errors
    /// When the store fails.
    pub fn folder_keys(&self) -> Result<Vec<String>> {
        self.read(|db| {
            let mut statement = db.prepare("SELECT DISTINCT folder FROM file ORDER BY folder")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            rows.collect()
        })
    }

    /// Takes over what is known of a footage folder under other names, because the site file now names another of its cameras
    /// first. Else its files would be listed again, and those that vanish later would never be marked gone.
    ///
    /// # Errors
    /// When the store fails; then nothing was changed.
    pub fn adopt_folder(&mut self, folder: &str, others: &[&str]) -> Result<()> {
        self.write(|tx| {
            others.iter().try_for_each(|other| {
                tx.execute("UPDATE OR REPLACE file SET folder = ?1 WHERE folder = ?2", [folder, other])?;
                tx.execute("UPDATE OR REPLACE scan SET folder = ?1 WHERE folder = ?2", [folder, other]).map(drop)
            })
        })
    }

    /// Notes files as known and to be listed, so that none is forgotten if the run ends here.
    ///
    /// # Errors
    /// When the store fails; then nothing was noted.
    pub fn note_settled(&mut self, files: &[Seen], now: Timestamp) -> Result<()> {
        self.write(|tx| files.iter().try_for_each(|seen| upsert(tx, seen, FileState::Settled, now).map(drop)))
    }

    /// Saves what looking at some files came to, in one transaction. Listed recordings are pending for the index.
    ///
    /// # Errors
    /// When the store fails; then nothing was saved.
    pub fn save(&mut self, changes: &[Change], now: Timestamp) -> Result<()> {
        self.write(|tx| changes.iter().try_for_each(|change| save_one(tx, change, now)))
    }

    /// Marks files as no longer there; their rows stay. A recording without any file left leaves the index.
    ///
    /// # Errors
    /// When the store fails; then nothing was marked.
    pub fn mark_gone(&mut self, ids: &[i64], now: Timestamp) -> Result<()> {
        self.write(|tx| {
            ids.iter().try_for_each(|id| {
                tx.execute(
                    "UPDATE recording SET index_pending = 1 WHERE id = (SELECT recording FROM file WHERE id = ?)",
                    [id],
                )?;
                tx.execute(
                    "UPDATE file SET state = 'gone', gone_us = ?2, next_try_us = NULL WHERE id = ?1",
                    params![id, now.as_microsecond()],
                )
                .map(drop)
            })
        })
    }

    /// Notes that a footage folder was looked through from end to end, and how its paths were read.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_scan(&mut self, folder: &str, files: usize, reading: &PathReading, now: Timestamp) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO scan (folder, finished_us, files, mark, layout) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (folder) DO UPDATE SET finished_us = ?2, files = ?3, mark = ?4, layout = ?5",
                params![folder, now.as_microsecond(), files as u64, reading.mark, reading.layout],
            )
            .map(drop)
        })
    }

    /// How a footage folder's paths were read when it was last looked through; `None` where it never was.
    ///
    /// # Errors
    /// When the store fails.
    pub fn path_reading(&self, folder: &str) -> Result<Option<PathReading>> {
        self.read(|db| {
            db.query_row("SELECT mark, layout FROM scan WHERE folder = ?", [folder], |row| {
                let mark: Option<String> = row.get(0)?;
                Ok(PathReading { mark: mark.unwrap_or_default(), layout: row.get(1)? })
            })
            .optional()
        })
    }

    /// When a footage folder was last looked through from end to end.
    ///
    /// # Errors
    /// When the store fails.
    pub fn last_scan(&self, folder: &str) -> Result<Option<Timestamp>> {
        self.read(|db| {
            db.query_row("SELECT finished_us FROM scan WHERE folder = ?", [folder], |row| row.get::<_, i64>(0))
                .optional()
        })
        .map(|us| us.and_then(|us| Timestamp::from_microsecond(us).ok()))
    }

    /// What the paths of unreadable files claim, also of those that are gone since: they were never shown as recordings.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unreadable_claims(&self) -> Result<Vec<UnreadableClaim>> {
        self.read(|db| {
            let mut statement = db.prepare(
                "SELECT camera, claimed_start_us, claimed_end_us, state = 'gone' FROM file
                 WHERE claimed_start_us IS NOT NULL AND camera IS NOT NULL AND fault IS NOT NULL AND growing = 0",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(UnreadableClaim {
                    camera: row.get(0)?,
                    start: CameraTime::from_micros(row.get(1)?),
                    end: row.get::<_, Option<i64>>(2)?.map(CameraTime::from_micros),
                    gone: row.get(3)?,
                })
            })?;
            rows.collect()
        })
    }

    /// A camera's files that were being written when they were listed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn being_written(&self, camera: &str) -> Result<Vec<BeingWritten>> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT coalesce(r.end_us, f.claimed_start_us), f.mtime_us
                 FROM file f LEFT JOIN recording r ON r.id = f.recording
                 WHERE f.growing = 1 AND f.state <> 'gone' AND f.camera = ?
                   AND coalesce(r.end_us, f.claimed_start_us) IS NOT NULL",
            )?;
            let rows = statement.query_map([camera], |row| {
                let until = Timestamp::from_microsecond(row.get(1)?).unwrap_or_default();
                Ok(BeingWritten { from: CameraTime::from_micros(row.get(0)?), until })
            })?;
            rows.collect()
        })
    }
}

const KNOWN: &str = "path, id, camera, size, mtime_us, state, next_try_us, recording, content,
    ignored_us IS NOT NULL, growing";

fn known(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Vec<u8>, KnownFile)> {
    let known = KnownFile {
        id: row.get(1)?,
        camera: row.get(2)?,
        size: row.get(3)?,
        mtime_us: row.get(4)?,
        state: FileState::from_word(&row.get::<_, String>(5)?)?,
        next_try: row.get::<_, Option<i64>>(6)?.and_then(|us| Timestamp::from_microsecond(us).ok()),
        recording: row.get::<_, Option<String>>(7)?.map(RecordingId),
        content: row.get(8)?,
        ignored: row.get(9)?,
        growing: row.get(10)?,
    };
    Ok((row.get(0)?, known))
}

fn upsert(tx: &Transaction<'_>, seen: &Seen, state: FileState, now: Timestamp) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "INSERT INTO file (folder, path, camera, size, mtime_us, state, first_seen_us, growing)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (folder, path) DO UPDATE SET camera = ?3, size = ?4, mtime_us = ?5, state = ?6, gone_us = NULL, growing = ?8,
            ignored_us = CASE WHEN size = ?4 AND mtime_us = ?5 THEN ignored_us END
         RETURNING id",
    )?
    .query_row(
        params![
            seen.folder,
            seen.path,
            seen.camera,
            seen.size,
            seen.mtime_us,
            state.as_str(),
            now.as_microsecond(),
            seen.growing
        ],
        |row| row.get(0),
    )
}

fn save_one(tx: &Transaction<'_>, change: &Change, now: Timestamp) -> rusqlite::Result<()> {
    let before: Option<String> = tx
        .query_row(
            "SELECT recording FROM file WHERE folder = ? AND path = ?",
            params![change.seen.folder, change.seen.path],
            |row| row.get(0),
        )
        .optional()?
        .flatten();
    match &change.outcome {
        Outcome::Listed(listed) => {
            let file = upsert(tx, &change.seen, FileState::Listed, now)?;
            let id = recordings::identify(tx, change, listed, before.as_deref())?;
            if listed.id.is_some() {
                super::night::note_retimed(tx, &id, listed, now)?;
            }
            recordings::put(tx, &id, listed)?;
            tx.execute(
                "UPDATE file SET recording = ?2, content = ?3, changed_us = coalesce(?4, changed_us), fault = NULL, detail = NULL, attempts = 0,
                 next_try_us = NULL, ignored_us = NULL, claimed_start_us = NULL, claimed_end_us = NULL WHERE id = ?1",
                params![file, id.0, change.content, change.changed_us],
            )?;
            forsake(tx, before.as_deref().filter(|old| *old != id.0), now)
        }
        Outcome::Unreadable { why, claimed } => {
            // What cannot be read while it is being written is no fault yet: it is listed when it has settled.
            let state = if change.seen.growing { FileState::Settled } else { FileState::Quarantined };
            let file = upsert(tx, &change.seen, state, now)?;
            let attempts: u32 = tx.query_row(
                "UPDATE file SET recording = NULL, content = ?2, fault = ?3, detail = ?4, attempts = attempts + (growing = 0),
                 claimed_start_us = ?5, claimed_end_us = ?6 WHERE id = ?1 RETURNING attempts",
                params![
                    file,
                    change.content,
                    why.fault.as_str(),
                    why.detail,
                    claimed.map(|(start, _)| start.as_micros()),
                    claimed.and_then(|(_, end)| end).map(CameraTime::as_micros)
                ],
                |row| row.get(0),
            )?;
            let next = now.as_microsecond().saturating_add(backoff_s(attempts).saturating_mul(1_000_000));
            tx.execute(
                "UPDATE file SET next_try_us = ?2 WHERE id = ?1 AND ignored_us IS NULL AND growing = 0",
                params![file, next],
            )?;
            forsake(tx, before.as_deref(), now)
        }
    }
}

/// A recording that lost a file must be looked at by the index again: it leaves when no file is left.
fn forsake(tx: &Transaction<'_>, recording: Option<&str>, now: Timestamp) -> rusqlite::Result<()> {
    if let Some(id) = recording {
        tx.execute(
            "UPDATE recording SET index_pending = 1, forsaken_us = ?2 WHERE id = ?1",
            params![id, now.as_microsecond()],
        )?;
    }
    Ok(())
}

impl Change {
    /// The name that a recording gets at first sight: 65 bits of SHA-256 of camera, path and content; and of a number above
    /// 0 where names before it are another recording's.
    pub(super) fn first_id(&self, camera: &str, number: u32) -> RecordingId {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        hash.update(camera.as_bytes());
        hash.update([0]);
        hash.update(&self.seen.path);
        hash.update([0]);
        hash.update(self.content.unwrap_or_default());
        if number > 0 {
            hash.update(number.to_le_bytes());
        }
        let digest = hash.finalize();
        let mut text = data_encoding::BASE32_NOPAD.encode(&digest).to_ascii_lowercase();
        text.truncate(13);
        RecordingId(text)
    }
}
