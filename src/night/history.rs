//! Earlier reports, read back from their JSON. One that is missing or cannot be read is told of, and stops nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

/// So many reports are read back, the latest.
const MOST: usize = 14;

/// What an earlier report tells the present one.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Its day, by its file's name.
    pub date: Date,
    /// The present that it was written for.
    pub now: Timestamp,
    /// When it was written.
    pub made_at: Timestamp,
    /// The oldest footage of each camera whose folder was looked through.
    pub oldest: BTreeMap<String, Timestamp>,
    /// The files that were in quarantine.
    pub quarantine: BTreeSet<String>,
    /// Bytes that the data folder took.
    pub data_bytes: Option<u64>,
}

/// Earlier reports, the latest first, and the names of those that could not be read.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// Those that could be read.
    pub reports: Vec<Earlier>,
    /// Those that could not.
    pub unreadable: Vec<String>,
}

/// The part of a report's JSON that is read back.
#[derive(Deserialize)]
struct File {
    now: Timestamp,
    made_at: Timestamp,
    #[serde(default)]
    cameras: Vec<Camera>,
    #[serde(default)]
    quarantine: Vec<Quarantined>,
    disk: Option<Disk>,
}

#[derive(Deserialize)]
struct Camera {
    id: String,
    looked: bool,
    retention: Oldest,
}

#[derive(Deserialize)]
struct Oldest {
    oldest: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Quarantined {
    path: String,
}

#[derive(Deserialize)]
struct Disk {
    total_bytes: u64,
}

impl Earlier {
    /// A report that tells nothing.
    pub fn empty(date: Date, now: Timestamp) -> Earlier {
        let (oldest, quarantine) = (BTreeMap::new(), BTreeSet::new());
        Earlier { date, now, made_at: now, oldest, quarantine, data_bytes: None }
    }

    /// The start of a camera's oldest footage then, where it was known.
    pub fn oldest_of(&self, camera: &str) -> Option<Timestamp> {
        self.oldest.get(camera).copied()
    }
}

/// Reads the reports of the days before `today`. A folder that is not there holds none.
pub fn read(folder: &Path, today: Date) -> History {
    let mut days: Vec<(Date, String)> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some((name.strip_suffix(".json")?.parse::<Date>().ok()?, name)))
        .filter(|(date, _)| *date < today)
        .collect();
    days.sort_unstable();
    let mut history = History::default();
    for (date, name) in days.into_iter().rev().take(MOST) {
        match std::fs::read(folder.join(&name)).ok().and_then(|bytes| parse(date, &bytes)) {
            Some(report) => history.reports.push(report),
            None => history.unreadable.push(name),
        }
    }
    history
}

fn parse(date: Date, bytes: &[u8]) -> Option<Earlier> {
    let file: File = serde_json::from_slice(bytes).ok()?;
    let looked = file.cameras.into_iter().filter(|camera| camera.looked);
    Some(Earlier {
        date,
        now: file.now,
        made_at: file.made_at,
        oldest: looked.filter_map(|camera| Some((camera.id, camera.retention.oldest?))).collect(),
        quarantine: file.quarantine.into_iter().map(|file| file.path).collect(),
        data_bytes: file.disk.map(|disk| disk.total_bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_reports_are_named_and_the_others_are_read() {
        let dir = tempfile::tempdir().unwrap();
        let whole = r#"{"now":"2024-03-01T15:30:00Z","made_at":"2024-03-01T15:31:00Z","new_field":1,
            "cameras":[{"id":"a","looked":true,"retention":{"oldest":"2024-02-01T00:00:00Z"}},
                       {"id":"b","looked":false,"retention":{"oldest":"2024-02-01T00:00:00Z"}}],
            "quarantine":[{"path":"/f/a.mp4"}],"disk":{"total_bytes":5}}"#;
        for (name, text) in [
            ("2024-03-01.json", whole),
            ("2024-03-02.json", &whole[..100]),
            ("2024-03-03.json", ""),
            ("2024-03-04.json", "[]"),
            ("2024-03-05.json", r#"{"now":"2024-03-05T15:30:00Z","made_at":"2024-03-05T15:30:00Z"}"#),
            ("2024-03-06.json", whole),
            ("2024-03-07.html", whole),
            (".2024-03-05.json.new", "torn"),
            ("notes.json", "not ours"),
        ] {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let history = read(dir.path(), Date::constant(2024, 3, 6));
        assert_eq!(history.unreadable, ["2024-03-04.json", "2024-03-03.json", "2024-03-02.json"]);
        assert_eq!(history.reports.len(), 2);
        assert_eq!(history.reports[0].data_bytes, None);
        let first = &history.reports[1];
        assert_eq!((first.data_bytes, first.quarantine.len()), (Some(5), 1));
        assert!(first.oldest_of("a").is_some() && first.oldest_of("b").is_none());
    }

    #[test]
    fn no_folder_is_no_history() {
        let history = read(Path::new("/nonexistent"), Date::constant(2024, 3, 6));
        assert!(history.reports.is_empty() && history.unreadable.is_empty());
    }
}
