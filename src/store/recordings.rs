//! Rows of recordings and their claims of time.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::files::Change;
use super::{Store, bad_json, unknown_word};
use crate::base::Result;
use crate::model::{
    Basis, CameraSpan, CameraTime, Doubt, Listing, Method, Recording, RecordingId, TimeClaim, TimeSource, keytable,
};

/// A listing with the times that were made of it, ready to be saved.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The recording that this is known to be, when it is only timed anew.
    pub id: Option<RecordingId>,
    /// The camera that wrote it.
    pub camera: String,
    /// The layout that read its path.
    pub layout: Option<String>,
    /// What its file holds.
    pub listing: Listing,
    /// Every claim of time; one of each source at most.
    pub claims: Vec<TimeClaim>,
    /// Which of the claims is believed.
    pub believed: TimeSource,
    /// From the first frame to the end of the last, by the believed claim.
    pub span: CameraSpan,
    /// Everything doubtful, of the listing and of the times.
    pub doubts: Vec<Doubt>,
    /// Bytes per second between keyframes, 20th and 99th percentile of this recording, where it tells.
    pub rates: Option<(f64, f64)>,
}

/// A claim of time and whether it is the believed one.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// The claim.
    pub claim: TimeClaim,
    /// Whether the recording's span was made from it.
    pub believed: bool,
}

/// A file that holds a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOfRecording {
    /// Names the footage folder.
    pub folder: String,
    /// Path below the folder.
    pub path: Vec<u8>,
    /// Bytes.
    pub size: u64,
    /// Modification time, microseconds since 1970.
    pub mtime_us: i64,
    /// SHA-256 of size, head and tail.
    pub content: Option<[u8; 32]>,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// Since when it is no longer there.
    pub gone: Option<Timestamp>,
    /// Whether it was still being written when it was listed.
    pub growing: bool,
}

/// All that the store keeps of a recording.
#[derive(Clone, Debug)]
pub struct RecordingRow {
    /// What a search knows.
    pub recording: Recording,
    /// The layout that read its path.
    pub layout: Option<String>,
    /// What its file holds.
    pub listing: Listing,
    /// Everything doubtful.
    pub doubts: Vec<Doubt>,
    /// Every claim of time, most trusted source first.
    pub claims: Vec<Claimed>,
    /// Its files, those still there first.
    pub files: Vec<FileOfRecording>,
}

/// Upright width and height.
fn upright(width: u32, height: u32, rotation: u16) -> (u32, u32) {
    if rotation % 180 == 90 { (height, width) } else { (width, height) }
}

/// Which recording a listed file is: one of the same content and start (a copy, or the file moved); else the one that its path
/// held already when that starts at the same time (the file grew or was closed) and is no copy's that stayed as it was; else
/// one of the same content whose files are all gone (moved and renamed); else a new one.
pub(super) fn identify(
    tx: &Transaction<'_>,
    change: &Change,
    listed: &Listed,
    before: Option<&str>,
) -> rusqlite::Result<RecordingId> {
    if let Some(id) = &listed.id {
        return Ok(id.clone());
    }
    let start = listed.span.start.as_micros();
    // A recording is what all its files hold: none of another content shares it with this one.
    const FITS: &str = "NOT EXISTS (SELECT 1 FROM file g WHERE g.recording = r.id AND g.state <> 'gone'
        AND NOT (g.folder = ?4 AND g.path = ?5) AND g.content IS NOT ?1)";
    let place = params![change.content, listed.camera, start, change.seen.folder, change.seen.path];
    let copy: Option<String> = tx
        .prepare_cached(&format!(
            "SELECT r.id FROM file f JOIN recording r ON r.id = f.recording
             WHERE f.content = ?1 AND r.camera = ?2 AND r.start_us = ?3 AND {FITS} ORDER BY r.id LIMIT 1"
        ))?
        .query_row(place, |row| row.get(0))
        .optional()?;
    if let Some(id) = copy {
        return Ok(RecordingId(id));
    }
    if let Some(id) = before {
        let place = params![change.content, listed.camera, start, change.seen.folder, change.seen.path, id];
        let same = tx
            .prepare_cached(&format!(
                "SELECT 1 FROM recording r WHERE id = ?6 AND camera = ?2 AND start_us = ?3 AND {FITS}"
            ))?
            .exists(place)?;
        if same {
            return Ok(RecordingId(id.to_owned()));
        }
    }
    let moved: Option<String> = tx
        .prepare_cached(
            "SELECT r.id FROM file f JOIN recording r ON r.id = f.recording
             WHERE f.content = ?1 AND r.camera = ?2 AND NOT EXISTS
                (SELECT 1 FROM file g WHERE g.recording = r.id AND g.state <> 'gone')
             ORDER BY r.id LIMIT 1",
        )?
        .query_row(params![change.content, listed.camera], |row| row.get(0))
        .optional()?;
    match moved {
        Some(id) => Ok(RecordingId(id)),
        None => unused_id(tx, change, &listed.camera),
    }
}

/// The first name that no other file's recording has. A file that was renamed took its recording's name with it, so that
/// the same content put back under the old path would be given that name again.
fn unused_id(tx: &Transaction<'_>, change: &Change, camera: &str) -> rusqlite::Result<RecordingId> {
    let mut number = 0;
    loop {
        let id = change.first_id(camera, number);
        let taken: bool = tx.query_row(
            "SELECT EXISTS (SELECT 1 FROM file WHERE recording = ?1 AND NOT (folder = ?2 AND path = ?3))",
            params![id.0, change.seen.folder, change.seen.path],
            |row| row.get(0),
        )?;
        if !taken {
            return Ok(id);
        }
        number += 1;
    }
}

/// Writes a recording and its claims; what was known before is replaced.
pub(super) fn put(tx: &Transaction<'_>, id: &RecordingId, listed: &Listed) -> rusqlite::Result<()> {
    let listing = &listed.listing;
    let believed = listed.claims.iter().find(|claim| claim.source == listed.believed);
    let doubts = serde_json::to_string(&listed.doubts).map_err(bad_json)?;
    let keytable = keytable::pack(&listing.keyframes);
    // Where the file holds other frames now, its thumbnails are taken again.
    tx.execute(
        "DELETE FROM thumbnails WHERE recording = ?1 AND (SELECT keytable FROM recording WHERE id = ?1) <> ?2",
        params![id.0, keytable],
    )?;
    tx.prepare_cached(
        "INSERT OR REPLACE INTO recording (id, camera, start_us, end_us, time_source, time_basis, uncertainty_s, layout,
            container, codec, width, height, rotation, time_base_num, time_base_den, audio, first_pts_us, packets,
            video_bytes, header_us, created_us, method, bytes_read, keyframes, keytable, quiet_rate, busy_rate, doubts,
            media_us, index_pending)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
            ?23, ?24, ?25, ?26, ?27, ?28, ?29, 1)",
    )?
    .execute(params![
        id.0,
        listed.camera,
        listed.span.start.as_micros(),
        listed.span.end.as_micros(),
        listed.believed.as_str(),
        believed.map_or(Basis::None, |c| c.basis).as_str(),
        believed.map_or(0.0, |c| c.uncertainty_s),
        listed.layout,
        listing.container,
        listing.codec,
        listing.width,
        listing.height,
        listing.rotation,
        listing.time_base.0,
        listing.time_base.1,
        listing.audio,
        listing.first_pts_us,
        listing.packets,
        listing.video_bytes,
        listing.header_duration_us,
        listing.creation_time.map(Timestamp::as_microsecond),
        listing.method.as_str(),
        listing.bytes_read,
        listing.keyframes.len() as u64,
        keytable,
        listed.rates.map(|r| r.0),
        listed.rates.map(|r| r.1),
        doubts,
        listing.duration_us(),
    ])?;
    tx.execute("DELETE FROM time_claim WHERE recording = ?", [&id.0])?;
    for claim in &listed.claims {
        tx.prepare_cached(
            "INSERT INTO time_claim (recording, source, basis, start_us, end_us, uncertainty_s, evidence, believed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            id.0,
            claim.source.as_str(),
            claim.basis.as_str(),
            claim.start.as_micros(),
            claim.end.map(CameraTime::as_micros),
            claim.uncertainty_s,
            claim.evidence,
            claim.source == listed.believed,
        ])?;
    }
    Ok(())
}

pub(super) const SEARCHED: &str =
    "id, camera, start_us, end_us, time_source, time_basis, uncertainty_s, first_pts_us, codec, width,
    height, rotation, audio IS NOT NULL, keyframes, keytable, media_us";

pub(super) fn searched(row: &Row<'_>) -> rusqlite::Result<Recording> {
    let source: String = row.get(4)?;
    let basis: String = row.get(5)?;
    let (width, height) = upright(row.get(9)?, row.get(10)?, row.get(11)?);
    Ok(Recording {
        id: RecordingId(row.get(0)?),
        camera: row.get(1)?,
        span: CameraSpan::new(CameraTime::from_micros(row.get(2)?), CameraTime::from_micros(row.get(3)?)),
        time_source: TimeSource::from_word(&source).ok_or_else(|| unknown_word("recording.time_source", &source))?,
        time_basis: Basis::from_word(&basis).ok_or_else(|| unknown_word("recording.time_basis", &basis))?,
        uncertainty_s: row.get(6)?,
        first_pts_us: row.get(7)?,
        codec: row.get(8)?,
        width,
        height,
        has_audio: row.get(12)?,
        keyframes: row.get(13)?,
        table: row.get(14)?,
        media_us: row.get(15)?,
    })
}

impl Store {
    /// The recordings whose id starts so, at most two: enough to tell one from several.
    ///
    /// # Errors
    /// When the store fails.
    pub fn ids_like(&self, prefix: &str) -> Result<Vec<RecordingId>> {
        self.read(|db| {
            let mut statement =
                db.prepare("SELECT id FROM recording WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 2")?;
            let rows = statement.query_map([prefix], |row| row.get(0).map(RecordingId))?;
            rows.collect()
        })
    }

    /// The recording that a file holds.
    ///
    /// # Errors
    /// When the store fails.
    pub fn recording_at(&self, folder: &str, path: &[u8]) -> Result<Option<RecordingId>> {
        self.read(|db| {
            db.query_row(
                "SELECT recording FROM file WHERE folder = ? AND path = ? AND recording IS NOT NULL",
                params![folder, path],
                |row| row.get(0).map(RecordingId),
            )
            .optional()
        })
    }

    /// All that is known of a recording.
    ///
    /// # Errors
    /// When the store fails.
    pub fn recording(&self, id: &RecordingId) -> Result<Option<RecordingRow>> {
        self.read(|db| {
            let row = db
                .query_row(
                    &format!(
                        "SELECT {SEARCHED}, layout, container, width, height, rotation, time_base_num, time_base_den,
                            audio, packets, video_bytes, header_us, created_us, method, bytes_read, doubts
                         FROM recording WHERE id = ?"
                    ),
                    [&id.0],
                    whole,
                )
                .optional()?;
            let Some(mut row) = row else { return Ok(None) };
            row.claims = claims(db, id)?;
            row.files = files(db, id)?;
            Ok(Some(row))
        })
    }

    /// What decides how a recording plays: its container, and the method by which it was listed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn container(&self, id: &RecordingId) -> Result<Option<(String, Method)>> {
        self.read(|db| {
            db.prepare_cached("SELECT container, method FROM recording WHERE id = ?")?
                .query_row([&id.0], |row| {
                    let word: String = row.get(1)?;
                    let method = Method::from_word(&word).ok_or_else(|| unknown_word("recording.method", &word))?;
                    Ok((row.get(0)?, method))
                })
                .optional()
        })
    }

    /// The start of the camera's next recording after an instant that is there, on the camera's clock.
    ///
    /// # Errors
    /// When the store fails.
    pub fn next_start(&self, camera: &str, after: CameraTime) -> Result<Option<CameraTime>> {
        self.read(|db| {
            db.prepare_cached(
                "SELECT start_us FROM recording r WHERE camera = ?1 AND start_us > ?2
                 AND EXISTS (SELECT 1 FROM file WHERE recording = r.id AND state <> 'gone') ORDER BY start_us LIMIT 1",
            )?
            .query_row(params![camera, after.as_micros()], |row| row.get(0).map(CameraTime::from_micros))
            .optional()
        })
    }

    /// What is doubtful about a recording; nothing where there is no such recording.
    ///
    /// # Errors
    /// When the store fails.
    pub fn doubts(&self, id: &RecordingId) -> Result<Vec<Doubt>> {
        self.read(|db| {
            db.prepare_cached("SELECT doubts FROM recording WHERE id = ?")?
                .query_row([&id.0], |row| serde_json::from_str(&row.get::<_, String>(0)?).map_err(bad_json))
                .optional()
        })
        .map(Option::unwrap_or_default)
    }

    /// The path of a file that holds the recording: of those still there the first, else of those that were.
    ///
    /// # Errors
    /// When the store fails.
    pub fn file_of(&self, id: &RecordingId) -> Result<Option<FileOfRecording>> {
        self.read(|db| Ok(files(db, id)?.into_iter().next()))
    }
}

fn whole(row: &Row<'_>) -> rusqlite::Result<RecordingRow> {
    let recording = searched(row)?;
    let method: String = row.get(28)?;
    let doubts: String = row.get(30)?;
    let doubts: Vec<Doubt> = serde_json::from_str(&doubts).map_err(bad_json)?;
    let listing = Listing {
        container: row.get(17)?,
        codec: recording.codec.clone(),
        width: row.get(18)?,
        height: row.get(19)?,
        rotation: row.get(20)?,
        time_base: (row.get(21)?, row.get(22)?),
        audio: row.get(23)?,
        keyframes: keytable::unpack(&recording.table).unwrap_or_default(),
        first_pts_us: recording.first_pts_us,
        end_pts_us: recording.first_pts_us.saturating_add(recording.media_us),
        packets: row.get(24)?,
        video_bytes: row.get(25)?,
        header_duration_us: row.get(26)?,
        creation_time: row.get::<_, Option<i64>>(27)?.and_then(|us| Timestamp::from_microsecond(us).ok()),
        method: Method::from_word(&method).ok_or_else(|| unknown_word("recording.method", &method))?,
        bytes_read: row.get(29)?,
        doubts: doubts.iter().filter(|doubt| !doubt.is_of_time()).cloned().collect(),
    };
    Ok(RecordingRow { recording, layout: row.get(16)?, listing, doubts, claims: Vec::new(), files: Vec::new() })
}

fn claims(db: &Connection, id: &RecordingId) -> rusqlite::Result<Vec<Claimed>> {
    let mut statement = db.prepare(
        "SELECT source, basis, start_us, end_us, uncertainty_s, evidence, believed FROM time_claim WHERE recording = ?",
    )?;
    let rows = statement.query_map([&id.0], |row| {
        let source: String = row.get(0)?;
        let basis: String = row.get(1)?;
        let claim = TimeClaim {
            source: TimeSource::from_word(&source).ok_or_else(|| unknown_word("time_claim.source", &source))?,
            basis: Basis::from_word(&basis).ok_or_else(|| unknown_word("time_claim.basis", &basis))?,
            start: CameraTime::from_micros(row.get(2)?),
            end: row.get::<_, Option<i64>>(3)?.map(CameraTime::from_micros),
            uncertainty_s: row.get(4)?,
            evidence: row.get(5)?,
        };
        Ok(Claimed { claim, believed: row.get(6)? })
    })?;
    let mut claims = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    claims.sort_by_key(|c| c.claim.source);
    Ok(claims)
}

fn files(db: &Connection, id: &RecordingId) -> rusqlite::Result<Vec<FileOfRecording>> {
    let mut statement = db.prepare_cached(
        "SELECT folder, path, size, mtime_us, content, first_seen_us, gone_us, growing FROM file WHERE recording = ?
         ORDER BY gone_us IS NOT NULL, path",
    )?;
    let rows = statement.query_map([&id.0], |row| {
        let instant = |us: i64| Timestamp::from_microsecond(us).ok();
        Ok(FileOfRecording {
            folder: row.get(0)?,
            path: row.get(1)?,
            size: row.get(2)?,
            mtime_us: row.get(3)?,
            content: row.get(4)?,
            first_seen: instant(row.get(5)?).unwrap_or_default(),
            gone: row.get::<_, Option<i64>>(6)?.and_then(instant),
            growing: row.get(7)?,
        })
    })?;
    rows.collect()
}
