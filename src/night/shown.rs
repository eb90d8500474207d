//! Nightly reports for somebody who may see some of the cameras: what is told of others is left out, and so are the machine's paths.

use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::FOLDER;
use crate::base::{Kind, Result, ResultExt};
use crate::model::Camera;
use crate::say;

/// So many reports are listed, the latest.
const MOST: usize = 400;

/// A report that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportOf {
    /// The day that it is filed under.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// The present that it was written for.
    pub now: Timestamp,
}

/// The reports that there are, the latest first.
pub fn list(data: &Path) -> Vec<ReportOf> {
    #[derive(Deserialize)]
    struct Now {
        now: Timestamp,
    }
    let entries = std::fs::read_dir(data.join(FOLDER)).into_iter().flatten().filter_map(|entry| entry.ok());
    let mut dates: Vec<Date> =
        entries.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".json")?.parse().ok()).collect();
    dates.sort_unstable();
    let read = |date: Date| {
        let bytes = std::fs::read(file(data, date)).ok()?;
        let Now { now } = serde_json::from_slice(&bytes).ok()?;
        Some(ReportOf { date, now })
    };
    dates.into_iter().rev().take(MOST).filter_map(read).collect()
}

fn file(data: &Path, date: Date) -> std::path::PathBuf {
    data.join(FOLDER).join(format!("{date}.json"))
}

/// A day's report as far as it is about `theirs` of the site's cameras; none where there is none of that day.
///
/// # Errors
/// [`Kind::Io`] where it cannot be read, or is damaged.
pub fn shown(data: &Path, date: Date, all: &[Camera], theirs: &[Camera]) -> Result<Option<Value>> {
    let failed = || say!("không đọc được báo cáo ngày {date}", "the report of {date} cannot be read");
    let bytes = match std::fs::read(file(data, date)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read.or_say(Kind::Io, failed)?,
    };
    let report: Map<String, Value> = serde_json::from_slice(&bytes).or_say(Kind::Io, failed)?;
    Ok(Some(Cut { all, theirs }.report(report)))
}

/// What is left of a report, and for whom.
struct Cut<'a> {
    all: &'a [Camera],
    theirs: &'a [Camera],
}

impl Cut<'_> {
    /// Only what is named here is told: what later versions add to reports is looked at before it is shown.
    fn report(&self, report: Map<String, Value>) -> Value {
        let mut told = Map::new();
        let sees_all = self.all.len() == self.theirs.len();
        for (key, value) in report {
            let value = match key.as_str() {
                "site" | "zone" | "date" | "now" | "made_at" | "day" | "previous" | "thumbnail_backlog" => value,
                "run" | "disk" | "unreadable_reports" if sees_all => value,
                "cameras" => items(value, |camera| self.is_theirs(camera.get("id")?).then_some(camera)),
                "clocks" => items(value, |clock| self.with_own(clock, &["cameras", "apart"])),
                "power_cuts" => items(value, |cut| self.power_cut(cut)),
                "quarantine" => items(value, |file| self.quarantined(file)),
                "troubles" => items(value, |trouble| self.trouble(trouble)),
                _ => continue,
            };
            told.insert(key, value);
        }
        Value::Object(told)
    }

    fn is_theirs(&self, id: &Value) -> bool {
        self.theirs.iter().any(|camera| *id == camera.id)
    }

    /// The same with lists of cameras' ids cut to theirs; none where the first list has none of them.
    fn with_own(&self, mut item: Map<String, Value>, lists: &[&str]) -> Option<Map<String, Value>> {
        for list in lists {
            if let Some(Value::Array(ids)) = item.get_mut(*list) {
                ids.retain(|id| self.is_theirs(id));
            }
        }
        let first = item.get(*lists.first()?)?.as_array()?;
        (!first.is_empty()).then_some(item)
    }

    /// A place that was struck is told to who sees one of its cameras: a group by its id, a recorder by its cameras.
    fn power_cut(&self, cut: Map<String, Value>) -> Option<Map<String, Value>> {
        let mut cut = self.with_own(cut, &["cameras"])?;
        if let Some(places) = cut.get_mut("places") {
            *places = items(places.take(), |mut place| {
                let folder = place.remove("folder").filter(|folder| !folder.is_null());
                let recorder = folder.map(|folder| self.of_folder(&folder));
                let group = place.get("group").and_then(Value::as_str);
                let in_group = |camera: &Camera| camera.group.as_deref() == group;
                let is_told = match &recorder {
                    Some(cameras) => !cameras.is_empty(),
                    None => group.is_some() && self.theirs.iter().any(in_group),
                };
                place.insert("recorder".to_owned(), json!(recorder));
                is_told.then_some(place)
            });
        }
        Some(cut)
    }

    /// The ids of their cameras that record into a folder.
    fn of_folder(&self, folder: &Value) -> Vec<&str> {
        let of = |camera: &&Camera| folder.as_str().is_some_and(|folder| Path::new(folder) == camera.footage);
        self.theirs.iter().filter(of).map(|camera| camera.id.as_str()).collect()
    }

    /// A file of no known camera is shown to who sees all.
    fn quarantined(&self, mut file: Map<String, Value>) -> Option<Map<String, Value>> {
        let is_told = match file.get("camera") {
            None | Some(Value::Null) => self.all.len() == self.theirs.len(),
            Some(id) => self.is_theirs(id),
        };
        let path = file.get("path").and_then(Value::as_str).map(Path::new).unwrap_or(Path::new(""));
        let below = self.all.iter().find_map(|camera| path.strip_prefix(&camera.footage).ok());
        // The footage may be mounted elsewhere by now.
        let below = below.or_else(|| path.file_name().map(Path::new)).unwrap_or(path);
        let below = below.to_string_lossy().into_owned();
        file.insert("path".to_owned(), Value::String(below));
        is_told.then_some(file)
    }

    /// A folder that could not be looked at, by its cameras.
    fn trouble(&self, trouble: Map<String, Value>) -> Option<Map<String, Value>> {
        let cameras = self.of_folder(trouble.get("folder")?);
        let mut told = Map::new();
        told.insert("code".to_owned(), trouble.get("code")?.clone());
        told.insert("cameras".to_owned(), json!(cameras));
        (!cameras.is_empty()).then_some(told)
    }
}

/// A list of objects, each as `told` has it.
fn items(list: Value, mut told: impl FnMut(Map<String, Value>) -> Option<Map<String, Value>>) -> Value {
    let Value::Array(list) = list else { return Value::Array(Vec::new()) };
    let objects = list.into_iter().filter_map(|item| match item {
        Value::Object(object) => told(object),
        _ => None,
    });
    Value::Array(objects.map(Value::Object).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Point;

    fn camera(id: &str, group: &str) -> Camera {
        Camera {
            id: id.into(),
            name: id.into(),
            group: Some(group.into()),
            note: None,
            at: Point { lat: 18.0, lon: 106.0 },
            view: None,
            footage: format!("/srv/{id}").into(),
            channel: None,
            recorder: id.into(),
            layout: "auto".into(),
            zone: jiff::tz::TimeZone::UTC,
        }
    }

    #[test]
    fn who_sees_one_group_reads_nothing_of_another_nor_of_the_machine() {
        let data = tempfile::tempdir().unwrap();
        let report = json!({
            "site": "Phường", "date": "2024-03-01", "now": "2024-03-01T15:30:00Z", "made_at": "2024-03-01T15:31:00Z",
            "cameras": [{"id": "a"}, {"id": "b"}], "run": {"found": 5}, "disk": {"total_bytes": 1},
            "clocks": [{"cameras": ["a", "b"], "apart": ["b"]}, {"cameras": ["b"], "apart": []}],
            "power_cuts": [
                {"cameras": ["a", "b"], "places": [{"group": "g1", "folder": null}, {"group": "g2", "folder": null},
                    {"group": null, "folder": "/srv/a"}, {"group": null, "folder": "/srv/b"}]},
                {"cameras": ["b"], "places": []}],
            "quarantine": [{"camera": "a", "path": "/srv/a/2024/x.mp4"}, {"camera": "b", "path": "/srv/b/y.mp4"},
                {"camera": null, "path": "/srv/old/z.mp4"}],
            "troubles": [{"folder": "/srv/a", "code": "root_missing", "said": "no /srv/a"}, {"folder": "/srv/b", "code": "x"}],
            "added_later": "/srv/secret",
        });
        std::fs::create_dir(data.path().join(FOLDER)).unwrap();
        std::fs::write(data.path().join(FOLDER).join("2024-03-01.json"), report.to_string()).unwrap();
        std::fs::write(data.path().join(FOLDER).join("2024-03-02.json"), "torn").unwrap();
        let all = [camera("a", "g1"), camera("b", "g2")];
        let date = Date::constant(2024, 3, 1);
        let own = shown(data.path(), date, &all, &all[..1]).unwrap().unwrap();
        let text = own.to_string();
        assert!(!text.contains("/srv") && !text.contains("\"b\"") && !text.contains("g2"), "{text}");
        assert_eq!(own["quarantine"], json!([{ "camera": "a", "path": "2024/x.mp4" }]));
        assert_eq!(own["troubles"], json!([{ "code": "root_missing", "cameras": ["a"] }]));
        assert_eq!(own["power_cuts"][0]["places"].as_array().unwrap().len(), 2);
        assert_eq!((own.get("run"), own.get("disk")), (None, None));
        let whole = shown(data.path(), date, &all, &all).unwrap().unwrap();
        assert_eq!((&whole["run"]["found"], whole["quarantine"].as_array().unwrap().len()), (&json!(5), 3));
        assert!(!whole.to_string().contains("/srv"), "{whole}");
        assert_eq!(list(data.path()).len(), 1, "a torn one is none");
        assert!(shown(data.path(), Date::constant(2024, 3, 2), &all, &all).is_err());
        assert_eq!(shown(data.path(), Date::constant(2024, 3, 3), &all, &all).unwrap(), None);
    }
}
