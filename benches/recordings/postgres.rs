//! PostgreSQL with PostGIS and the same recordings, in a cluster of its own that lives in the bench's folder and listens on a
//! socket there.
//!
//! It is spoken to by `psql`, which measures each prepared query itself (`\timing`): from sending it over the socket to holding its
//! rows, without writing them out. Unpacking rows into a program's own form, which the others do within their time, is not counted.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use truyvet::model::Recording;

use super::data::{Answer, Ask, LONGEST, Told, Town};
use super::{Contestant, Filled};

const SCHEMA: &str = "CREATE EXTENSION postgis;
    CREATE TABLE camera (id text PRIMARY KEY, at geography(Point) NOT NULL);
    CREATE INDEX by_place ON camera USING gist (at);
    CREATE TABLE recording (id text PRIMARY KEY, camera text NOT NULL REFERENCES camera, starts bigint NOT NULL,
        ends bigint NOT NULL, codec text NOT NULL, width integer NOT NULL, height integer NOT NULL,
        keyframes integer NOT NULL, keytable bytea NOT NULL);
    ALTER TABLE recording ALTER keytable SET STORAGE EXTERNAL;
    CREATE INDEX by_time ON recording (camera, starts);";
/// A quarter of a small server's memory; no compiling of queries, which takes longer than they do.
const SETTINGS: &str =
    "shared_buffers=2GB\nwork_mem=64MB\nmax_wal_size=4GB\nrandom_page_cost=1.1\njit=off\nlisten_addresses=''\n";

/// What is missing for this contestant.
pub(crate) fn missing() -> Option<String> {
    let Some(bin) = bin() else { return Some("there is no /usr/lib/postgresql/*/bin/initdb".to_owned()) };
    let control = bin.parent()?.file_name().map(|version| Path::new("/usr/share/postgresql").join(version))?;
    (!control.join("extension/postgis.control").exists()).then(|| "PostGIS is not installed".to_owned())
}

fn bin() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let bins = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    bins.filter(|bin| bin.join("initdb").exists()).max()
}

pub(crate) struct Postgres {
    place: PathBuf,
    session: Option<Session>,
}

/// A running psql.
struct Session {
    psql: Child,
    words: BufWriter<ChildStdin>,
    lines: BufReader<ChildStdout>,
    prepared: bool,
}

impl Postgres {
    pub(crate) fn new(place: &Path) -> Postgres {
        let postgres = Postgres { place: place.to_owned(), session: None };
        if rustix::process::geteuid().is_root() {
            // The server refuses to run as root; Debian's package has made a user for it.
            let parent = place.parent().unwrap();
            done(Command::new("chmod").arg("755").arg(parent));
            done(Command::new("chown").arg("postgres").arg(place));
        }
        done(postgres.command("initdb").args(["--auth=trust", "--username=bench", "--encoding=UTF8", "--locale=C"]));
        let settings = format!("{SETTINGS}unix_socket_directories='{}'\n", place.display());
        let file = place.join("data/postgresql.auto.conf");
        std::fs::write(file, settings).unwrap();
        postgres
    }

    /// One of the server's programs, as the server's user.
    fn command(&self, program: &str) -> Command {
        let program = bin().unwrap().join(program);
        let mut command = if rustix::process::geteuid().is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.place).env("PGDATA", self.place.join("data"));
        command
    }
}

fn done(command: &mut Command) {
    let status = command.stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}");
}

impl Session {
    fn open(place: &Path) -> Session {
        let mut command = Command::new(bin().unwrap().join("psql"));
        command.args(["-qAtX", "-v", "ON_ERROR_STOP=1", "-U", "bench", "-d", "postgres", "-h"]).arg(place);
        let mut psql = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let words = BufWriter::with_capacity(1 << 20, psql.stdin.take().unwrap());
        let lines = BufReader::with_capacity(1 << 20, psql.stdout.take().unwrap());
        Session { psql, words, lines, prepared: false }
    }

    /// What psql writes, line by line, after it was told this.
    fn tell(&mut self, words: &str) -> Vec<String> {
        writeln!(self.words, "{words}\n\\echo DONE").unwrap();
        self.words.flush().unwrap();
        let lines = self.lines.by_ref().lines().map(|line| line.expect("psql ended"));
        lines.take_while(|line| line != "DONE").collect()
    }

    /// Gets ready for questions; not before there are tables.
    fn prepare(&mut self) {
        if self.prepared {
            return;
        }
        self.tell(&format!(
            "PREPARE found (float8, float8, float8, bigint, bigint) AS
             SELECT r.id, r.camera, r.starts, r.ends, r.keytable
             FROM camera c JOIN recording r ON r.camera = c.id
             WHERE ST_DWithin(c.at, ST_MakePoint($1, $2)::geography, $3)
             AND r.starts > $4 - {LONGEST} AND r.starts < $5 AND r.ends > $4 ORDER BY r.starts, r.id;
             \\timing on"
        ));
        self.prepared = true;
    }

    fn copy(&mut self, recordings: &[Recording]) {
        writeln!(self.words, "COPY recording FROM STDIN;").unwrap();
        for r in recordings {
            let (start, end) = (r.span.start.as_micros(), r.span.end.as_micros());
            write!(self.words, "{}\t{}\t{start}\t{end}\t", r.id.0, r.camera).unwrap();
            write!(self.words, "{}\t{}\t{}\t{}\t\\\\x", r.codec, r.width, r.height, r.keyframes).unwrap();
            let hex = data_encoding::HEXLOWER.encode(&r.table);
            writeln!(self.words, "{hex}").unwrap();
        }
        writeln!(self.words, "\\.").unwrap();
    }
}

impl Contestant for Postgres {
    fn name(&self) -> &str {
        "PostgreSQL + PostGIS, a row per recording with the packed keyframes"
    }

    fn fill(&mut self, town: &Town) -> Filled {
        self.open();
        let session = self.session.as_mut().unwrap();
        session.tell(SCHEMA);
        for (id, at) in &town.cameras {
            session
                .tell(&format!("INSERT INTO camera VALUES ('{id}', ST_MakePoint({}, {})::geography);", at.lon, at.lat));
        }
        let mut took = Duration::ZERO;
        for recordings in town.commits() {
            let begun = Instant::now();
            session.copy(&recordings);
            session.tell("");
            took += begun.elapsed();
        }
        session.tell("VACUUM ANALYZE; CHECKPOINT;");
        self.close();
        self.open();
        Filled { took, note: String::new() }
    }

    fn close(&mut self) {
        if let Some(Session { mut psql, words, .. }) = self.session.take() {
            drop(words);
            psql.wait().unwrap();
            done(self.command("pg_ctl").args(["stop", "-m", "fast", "-w"]));
        }
    }

    fn open(&mut self) {
        done(self.command("pg_ctl").args(["start", "-w", "-l", "log"]));
        self.session = Some(Session::open(&self.place));
    }

    fn ask(&mut self, _: &Town, ask: &Ask) -> (Duration, Answer) {
        let Ask { at, radius_m, start, end } = ask;
        let query = format!("EXECUTE found ({}, {}, {radius_m}, {start}, {end});", at.lon, at.lat);
        let session = self.session.as_mut().unwrap();
        session.prepare();
        let lines = session.tell(&query);
        let took = lines.iter().find_map(|line| line.strip_prefix("Time: ")).expect("psql tells the time");
        let took: f64 = took.split(' ').next().unwrap().parse().unwrap();
        let told: Vec<Told> = lines.iter().filter_map(|line| told(line)).collect();
        (Duration::from_secs_f64(took / 1e3), Answer::of_recordings(ask, &told))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.close();
    }
}

fn told(line: &str) -> Option<Told> {
    let mut cells = line.split('|');
    let mut cell = || cells.next();
    let (id, camera) = (cell()?.to_owned(), cell()?.to_owned());
    let (start, end) = (cell()?.parse().ok()?, cell()?.parse().ok()?);
    let table = data_encoding::HEXLOWER.decode(cell()?.strip_prefix("\\x")?.as_bytes()).ok()?;
    Some((id, camera, start, end, table))
}
