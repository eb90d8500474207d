//! SQLite with the same recordings, in two layouts, each with the index that serves the question best. Durable after each commit,
//! as ours is.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Row, ToSql, params};
use truyvet::model::{Recording, keytable};

use super::data::{Answer, Ask, LONGEST, Shown, Told, Town};
use super::{Contestant, Filled};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The packed table as a blob.
    RowPerRecording,
    /// Integer ids, one tree clustered by camera and time.
    RowPerKeyframe,
}

pub(crate) struct Sqlite {
    place: PathBuf,
    style: Style,
    connection: Option<Connection>,
}

impl Sqlite {
    pub(crate) fn new(place: &Path, style: Style) -> Sqlite {
        Sqlite { place: place.to_owned(), style, connection: None }
    }

    fn rows<T>(&self, near: &[&str], ask: &Ask, sql: &str, read: impl Fn(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
        let marks = (0..near.len()).map(|n| format!("?{}", n + 3)).collect::<Vec<_>>().join(",");
        let mut statement = self.connection.as_ref().unwrap().prepare_cached(&sql.replace("NEAR", &marks)).unwrap();
        let mut values: Vec<&dyn ToSql> = vec![&ask.start, &ask.end];
        values.extend(near.iter().map(|camera| camera as &dyn ToSql));
        statement.query_map(&values[..], read).unwrap().collect::<rusqlite::Result<_>>().unwrap()
    }
}

impl Style {
    fn schema(self) -> &'static str {
        match self {
            Style::RowPerRecording => {
                "CREATE TABLE recording (id TEXT PRIMARY KEY, camera TEXT NOT NULL, start INTEGER NOT NULL,
                   end INTEGER NOT NULL, codec TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
                   keyframes INTEGER NOT NULL, keytable BLOB NOT NULL);
                 CREATE INDEX by_time ON recording (camera, start, end);"
            }
            Style::RowPerKeyframe => {
                "CREATE TABLE camera (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
                 CREATE TABLE recording (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
                 CREATE TABLE keyframe (camera INTEGER NOT NULL, at INTEGER NOT NULL, recording INTEGER NOT NULL,
                   pts INTEGER NOT NULL, size INTEGER NOT NULL, between_bytes INTEGER NOT NULL,
                   PRIMARY KEY (camera, at, recording)) WITHOUT ROWID;"
            }
        }
    }

    fn insert(self, connection: &Connection, r: &Recording) {
        let (start, end) = (r.span.start.as_micros(), r.span.end.as_micros());
        if self == Style::RowPerRecording {
            let mut insert = connection.prepare_cached("INSERT INTO recording VALUES (?,?,?,?,?,?,?,?,?)").unwrap();
            let row = params![r.id.0, r.camera, start, end, r.codec, r.width, r.height, r.keyframes, r.table];
            insert.execute(row).unwrap();
            return;
        }
        connection.prepare_cached("INSERT INTO recording (id) VALUES (?)").unwrap().execute([&r.id.0]).unwrap();
        let number = connection.last_insert_rowid();
        let sql = "INSERT INTO camera (name) VALUES (?) ON CONFLICT DO NOTHING";
        connection.prepare_cached(sql).unwrap().execute([&r.camera]).unwrap();
        let mut find = connection.prepare_cached("SELECT id FROM camera WHERE name = ?").unwrap();
        let camera: i64 = find.query_row([&r.camera], |row| row.get(0)).unwrap();
        let mut insert = connection.prepare_cached("INSERT INTO keyframe VALUES (?,?,?,?,?,?)").unwrap();
        for k in keytable::unpack(&r.table).unwrap() {
            insert.execute(params![camera, start + k.pts_us, number, k.pts_us, k.size, k.between]).unwrap();
        }
    }
}

impl Contestant for Sqlite {
    fn name(&self) -> &str {
        match self.style {
            Style::RowPerRecording => "SQLite, a row per recording with the packed keyframes",
            Style::RowPerKeyframe => "SQLite, a row per keyframe",
        }
    }

    fn fill(&mut self, town: &Town) -> Filled {
        self.open();
        let style = self.style;
        let connection = self.connection.as_mut().unwrap();
        connection.execute_batch(style.schema()).unwrap();
        let mut took = Duration::ZERO;
        for recordings in town.commits() {
            let begun = Instant::now();
            let transaction = connection.transaction().unwrap();
            recordings.iter().for_each(|recording| style.insert(&transaction, recording));
            transaction.commit().unwrap();
            took += begun.elapsed();
        }
        connection.execute_batch("PRAGMA analysis_limit = 1000; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);").unwrap();
        Filled { took, note: String::new() }
    }

    fn close(&mut self) {
        self.connection = None;
    }

    fn open(&mut self) {
        let connection = Connection::open(self.place.join("db")).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -1000000;
                 PRAGMA mmap_size = 20000000000; PRAGMA temp_store = MEMORY;",
            )
            .unwrap();
        self.connection = Some(connection);
    }

    fn ask(&mut self, town: &Town, ask: &Ask) -> (Duration, Answer) {
        let begun = Instant::now();
        let near = town.near(ask);
        if self.style == Style::RowPerRecording {
            let sql = format!(
                "SELECT id, camera, start, end, keytable FROM recording WHERE camera IN (NEAR)
                 AND start > ?1 - {LONGEST} AND start < ?2 AND end > ?1 ORDER BY start, id"
            );
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
            let told: Vec<Told> = self.rows(&near, ask, &sql, read);
            return (begun.elapsed(), Answer::of_recordings(ask, &told));
        }
        let sql = "SELECT k.at, r.id, k.pts, k.size, k.between_bytes FROM keyframe k
                   JOIN recording r ON r.number = k.recording
                   WHERE k.camera IN (SELECT id FROM camera WHERE name IN (NEAR)) AND k.at >= ?1 AND k.at < ?2
                   ORDER BY k.at, r.id";
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        let shown: Vec<Shown> = self.rows(&near, ask, sql, read);
        (begun.elapsed(), Answer::of_keyframes(shown))
    }
}
