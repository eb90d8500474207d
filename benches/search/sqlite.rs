//! SQLite with the same data, in three styles, each with the index that serves both questions best.

use std::path::Path;

use rusqlite::{Connection, ToSql, params};
use truyvet::model::{Recording, keytable};

use super::Contestant;
use super::data::{Ask, Data, Found, Unpacked, first_100};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// As one would write it first: text ids, a rowid table, a covering index.
    RowPerKeyframe,
    /// As small as it gets: integer ids, one clustered tree.
    LeanRowPerKeyframe,
    /// Our own document in SQLite: the packed table as a blob, a covering index for the counts.
    RowPerRecording,
}

pub(crate) struct Sqlite {
    name: String,
    style: Style,
    connection: Connection,
}

impl Sqlite {
    pub(crate) fn load(place: &Path, data: &Data, style: Style, commits: usize) -> Sqlite {
        let mut connection = Connection::open(place.join("db")).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -1000000;
                 PRAGMA mmap_size = 8000000000; PRAGMA temp_store = MEMORY;",
            )
            .unwrap();
        connection.execute_batch(style.schema()).unwrap();
        if commits > 1 {
            connection.execute_batch(style.index()).unwrap();
        }
        for some in data.recordings.chunks(data.recordings.len().div_ceil(commits)) {
            let transaction = connection.transaction().unwrap();
            for recording in some {
                style.insert(&transaction, recording);
            }
            transaction.commit().unwrap();
        }
        if commits == 1 {
            connection.execute_batch(style.index()).unwrap();
        }
        connection.execute_batch("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
        let name = match style {
            Style::RowPerKeyframe => "SQLite, row per keyframe",
            Style::LeanRowPerKeyframe => "SQLite, row per keyframe, leanest",
            Style::RowPerRecording => "SQLite, row per recording + blob",
        };
        let how = if commits > 1 { format!(", {commits} commits") } else { String::new() };
        Sqlite { name: format!("{name}{how}"), style, connection }
    }

    /// Question marks for the cameras, from the third parameter on.
    fn marks(ask: &Ask) -> String {
        (0..ask.cameras.len()).map(|n| format!("?{}", n + 3)).collect::<Vec<_>>().join(",")
    }

    fn rows<T>(
        &self,
        sql: &str,
        ask: &Ask,
        from: i64,
        read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let mut statement = self.connection.prepare_cached(sql).unwrap();
        let mut values: Vec<&dyn ToSql> = vec![&from, &ask.end];
        values.extend(ask.cameras.iter().map(|camera| camera as &dyn ToSql));
        statement.query_map(&values[..], read).unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }

    /// Recordings with their tables unpacked, and their cameras.
    fn unpacked(&self, sql: &str, ask: &Ask) -> (Vec<String>, Vec<Unpacked>) {
        let rows = self.rows(sql, ask, ask.start, |row| {
            let keyframes = keytable::unpack(row.get_ref(3)?.as_blob()?).unwrap();
            Ok((row.get(0)?, (row.get(1)?, row.get(2)?, keyframes)))
        });
        rows.into_iter().unzip()
    }
}

/// The longest file, by which a search by recordings must begin earlier.
const LONGEST: i64 = 120_000_000;

impl Style {
    fn schema(self) -> &'static str {
        match self {
            Style::RowPerKeyframe => {
                "CREATE TABLE keyframe (id INTEGER PRIMARY KEY, camera TEXT NOT NULL, at INTEGER NOT NULL,
                   recording TEXT NOT NULL, pts INTEGER NOT NULL, size INTEGER NOT NULL, between_bytes INTEGER NOT NULL)"
            }
            Style::LeanRowPerKeyframe => {
                "CREATE TABLE camera (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
                 CREATE TABLE recording (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
                 CREATE TABLE keyframe (camera INTEGER NOT NULL, at INTEGER NOT NULL, recording INTEGER NOT NULL,
                   pts INTEGER NOT NULL, size INTEGER NOT NULL, between_bytes INTEGER NOT NULL,
                   PRIMARY KEY (camera, at, recording)) WITHOUT ROWID"
            }
            Style::RowPerRecording => {
                "CREATE TABLE recording (id TEXT PRIMARY KEY, camera TEXT NOT NULL, start INTEGER NOT NULL,
                   end INTEGER NOT NULL, codec TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
                   keyframes INTEGER NOT NULL, keytable BLOB NOT NULL)"
            }
        }
    }

    fn index(self) -> &'static str {
        match self {
            Style::RowPerKeyframe => {
                "CREATE INDEX covering ON keyframe (camera, at, recording, pts, size, between_bytes)"
            }
            Style::LeanRowPerKeyframe => "",
            Style::RowPerRecording => "CREATE INDEX covering ON recording (camera, start, end, keyframes)",
        }
    }

    fn insert(self, connection: &Connection, r: &Recording) {
        let (start, end) = (r.span.start.as_micros(), r.span.end.as_micros());
        if self == Style::RowPerRecording {
            connection
                .prepare_cached("INSERT INTO recording VALUES (?,?,?,?,?,?,?,?,?)")
                .unwrap()
                .execute(params![r.id.0, r.camera, start, end, r.codec, r.width, r.height, r.keyframes, r.table])
                .unwrap();
            return;
        }
        let keyframes = keytable::unpack(&r.table).unwrap();
        if self == Style::RowPerKeyframe {
            let sql = "INSERT INTO keyframe (camera, at, recording, pts, size, between_bytes) VALUES (?,?,?,?,?,?)";
            let mut insert = connection.prepare_cached(sql).unwrap();
            for k in keyframes {
                insert.execute(params![r.camera, start + k.pts_us, r.id.0, k.pts_us, k.size, k.between]).unwrap();
            }
            return;
        }
        let number = |table: &str, name: &str| -> i64 {
            let sql = format!("INSERT INTO {table} (name) VALUES (?1) ON CONFLICT DO NOTHING");
            connection.prepare_cached(&sql).unwrap().execute([name]).unwrap();
            let sql = format!("SELECT id FROM {table} WHERE name = ?1");
            connection.prepare_cached(&sql).unwrap().query_row([name], |row| row.get(0)).unwrap()
        };
        let (camera, recording) = (number("camera", &r.camera), number("recording", &r.id.0));
        let mut insert = connection.prepare_cached("INSERT INTO keyframe VALUES (?,?,?,?,?,?)").unwrap();
        for k in keyframes {
            insert.execute(params![camera, start + k.pts_us, recording, k.pts_us, k.size, k.between]).unwrap();
        }
    }
}

impl Contestant for Sqlite {
    fn name(&self) -> &str {
        &self.name
    }

    fn first_keyframes(&self, ask: &Ask) -> Vec<Found> {
        let marks = Sqlite::marks(ask);
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        match self.style {
            Style::RowPerKeyframe => {
                let sql = format!(
                    "SELECT at, recording, pts, size, between_bytes FROM keyframe
                     WHERE camera IN ({marks}) AND at >= ?1 AND at < ?2 ORDER BY at, recording LIMIT 100"
                );
                self.rows(&sql, ask, ask.start, read)
            }
            Style::LeanRowPerKeyframe => {
                let sql = format!(
                    "SELECT k.at, r.name, k.pts, k.size, k.between_bytes FROM
                       (SELECT * FROM keyframe WHERE camera IN (SELECT id FROM camera WHERE name IN ({marks}))
                        AND at >= ?1 AND at < ?2 ORDER BY at LIMIT 100) k
                     JOIN recording r ON r.id = k.recording ORDER BY k.at, r.name"
                );
                self.rows(&sql, ask, ask.start, read)
            }
            Style::RowPerRecording => {
                let sql = format!(
                    "SELECT camera, id, start, keytable FROM recording WHERE camera IN ({marks})
                     AND start >= ?1 - {LONGEST} AND start < ?2 AND end > ?1 ORDER BY start, id LIMIT 12"
                );
                let (_, page) = self.unpacked(&sql, ask);
                let found = first_100(&page, ask);
                let last = page.last().map(|(_, start, _)| *start);
                if page.len() < 12 || found.get(99).is_some_and(|hundredth| Some(hundredth.0) < last) {
                    return found;
                }
                first_100(&self.unpacked(&sql.replace("LIMIT 12", ""), ask).1, ask)
            }
        }
    }

    fn counts(&self, ask: &Ask) -> Vec<(String, u64)> {
        let marks = Sqlite::marks(ask);
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()));
        let mut counts: Vec<(String, u64)> = match self.style {
            Style::RowPerKeyframe => {
                let sql = format!(
                    "SELECT camera, count(*) FROM keyframe WHERE camera IN ({marks}) AND at >= ?1 AND at < ?2
                     GROUP BY camera"
                );
                self.rows(&sql, ask, ask.start, read)
            }
            Style::LeanRowPerKeyframe => {
                let sql = format!(
                    "SELECT c.name, (SELECT count(*) FROM keyframe k
                       WHERE k.camera = c.id AND k.at >= ?1 AND k.at < ?2)
                     FROM camera c WHERE c.name IN ({marks})"
                );
                self.rows(&sql, ask, ask.start, read)
            }
            Style::RowPerRecording => {
                let whole = format!(
                    "SELECT camera, sum(keyframes) FROM recording WHERE camera IN ({marks})
                     AND start >= ?1 AND start < ?2 - {LONGEST} AND end <= ?2 GROUP BY camera"
                );
                let mut counts: Vec<(String, u64)> = self.rows(&whole, ask, ask.start, read);
                let edges = format!(
                    "SELECT camera, id, start, keytable FROM recording WHERE camera IN ({marks})
                     AND (start >= ?1 - {LONGEST} AND start < ?1 AND end > ?1)
                     UNION ALL
                     SELECT camera, id, start, keytable FROM recording WHERE camera IN ({marks})
                     AND (start >= ?2 - {LONGEST} AND start < ?2)"
                );
                let (cameras, recordings) = self.unpacked(&edges, ask);
                for (camera, (_, start, keyframes)) in cameras.into_iter().zip(recordings) {
                    let inside = |k: &&truyvet::model::Keyframe| (ask.start..ask.end).contains(&(start + k.pts_us));
                    let more = keyframes.iter().filter(inside).count() as u64;
                    match counts.iter_mut().find(|(name, _)| *name == camera) {
                        Some((_, count)) => *count += more,
                        None => counts.push((camera, more)),
                    }
                }
                counts
            }
        };
        counts.sort();
        counts
    }
}
