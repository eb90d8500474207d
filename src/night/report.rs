//! The report as data: what `nightly --json` prints and `reports/<date>.json` holds. A contract: fields are added, never
//! renamed. Earlier versions are read back by `history.rs`.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::cuts::PowerCut;
use super::disk::Disk;
use super::history::Earlier;
use super::retention::Retention;
use crate::base::Said;
use crate::ingest::{self, Trouble, report::QuarantinedFile};
use crate::model::Window;
use crate::say;
use crate::search::Gap;
use crate::search::estimates::EstimateAnswer;
use crate::search::status::Backlog;

/// The report.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The site's name.
    pub site: String,
    /// IANA name of the zone in which people there say times.
    pub zone: String,
    /// The day that it is filed under: that of `now`, in the site's zone.
    pub date: Date,
    /// The present that everything is counted back from.
    pub now: Timestamp,
    /// When it was written.
    pub made_at: Timestamp,
    /// The 24 hours before `now`, true time.
    pub day: Window,
    /// The report before, which "new" refers to; null: there is none.
    pub previous: Option<Previous>,
    /// Earlier reports that could not be read.
    pub unreadable_reports: Vec<String>,
    /// What the run before this report did.
    pub run: Run,
    /// Folders and files that could not be looked at.
    pub troubles: Vec<Trouble>,
    /// How much there is still to be sampled.
    pub thumbnail_backlog: Backlog,
    /// Every camera, in the site file's order.
    pub cameras: Vec<CameraNight>,
    /// Power cuts that lasted into the day, by start.
    pub power_cuts: Vec<PowerCut>,
    /// What the files tell of each clock that the checks do not say already: to be looked at, and accepted by a person.
    pub clocks: Vec<EstimateAnswer>,
    /// Every file in quarantine.
    pub quarantine: Vec<NightFile>,
    /// The data folder's disk.
    pub disk: Disk,
}

/// The report before.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Previous {
    /// The day that it is filed under.
    pub date: Date,
    /// The present that it was written for.
    pub now: Timestamp,
}

/// What a run did; counts of files, as in `index --json`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Run {
    /// In the footage folders.
    pub found: u64,
    /// Known and unchanged.
    pub unchanged: u64,
    /// Listed in this run.
    pub listed: u64,
    /// That this run could not read.
    pub unreadable: u64,
    /// Known and no longer there.
    pub gone: u64,
    /// Recordings timed anew.
    pub retimed: u64,
    /// Thumbnails taken.
    pub thumbnails: u64,
    /// Seconds of footage listed.
    pub footage_s: f64,
}

impl From<&ingest::Report> for Run {
    fn from(report: &ingest::Report) -> Run {
        let ingest::Report { found, unchanged, listed, unreadable, gone, retimed, thumbnails, footage_s, .. } = *report;
        Run { found, unchanged, listed, unreadable, gone, retimed, thumbnails, footage_s }
    }
}

/// One camera.
#[derive(Clone, Debug, Serialize)]
pub struct CameraNight {
    /// The site file's id.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// The group that keeps it.
    pub group: Option<String>,
    /// Recordings whose file is there.
    pub recordings: u64,
    /// Bytes of its files.
    pub bytes: u64,
    /// End of the last recording, true time.
    pub last_recording: Option<Timestamp>,
    /// Share of the day recorded, 0 to 1.
    pub recorded_day: f64,
    /// Share of the 7 × 24 hours before `now` recorded, 0 to 1.
    pub recorded_week: f64,
    /// Gaps over two minutes in the day, by start.
    pub gaps: Vec<NightGap>,
    /// Files in quarantine.
    pub quarantined: u64,
    /// Of them those that were not in the report before.
    pub newly_quarantined: u64,
    /// Recordings timed anew since the report before (ever, where there is none).
    pub retimed: u64,
    /// Recordings whose sources of time contradict each other.
    pub time_conflicts: u64,
    /// Recordings whose file is gone.
    pub gone: u64,
    /// Recordings that were never sampled.
    pub without_thumbnails: u64,
    /// Whether its folder was looked through from end to end in this run.
    pub looked: bool,
    /// When that was done last.
    pub looked_at: Option<Timestamp>,
    /// How long its footage stays.
    pub retention: Retention,
}

/// A gap and what probably caused it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NightGap {
    /// The gap, as `status` tells it.
    #[serde(flatten)]
    pub gap: Gap,
    /// The cause, where there is a sign of one; it stands beside the reason.
    pub cause: Option<Cause>,
}

/// What probably caused a gap. The words are a contract: extend, never rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Several cameras that share a group or a recorder were out at once.
    PowerCut,
}

impl NightGap {
    /// Reason and cause as words.
    pub fn say(&self) -> Said {
        let reason = self.gap.reason.say();
        match self.cause {
            None => reason,
            Some(Cause::PowerCut) => {
                let (vi, en) = (reason.vi, reason.en);
                Said { vi: format!("{vi}, có lẽ do mất điện"), en: format!("{en}, probably a power cut") }
            }
        }
    }
}

/// A file in quarantine.
#[derive(Clone, Debug, Serialize)]
pub struct NightFile {
    /// As `index` tells it.
    #[serde(flatten)]
    pub file: QuarantinedFile,
    /// Whether it was not in the report before.
    pub new: bool,
}

impl NightFile {
    pub(super) fn new(file: QuarantinedFile, previous: Option<&Earlier>) -> NightFile {
        let new = previous.is_none_or(|report| !report.quarantine.contains(&file.path));
        NightFile { file, new }
    }
}

impl PowerCut {
    /// Where it struck, in words.
    pub fn say_places(&self) -> Said {
        let all: Vec<Said> = self
            .places
            .iter()
            .map(|place| {
                let (out, of) = (place.out, place.of);
                let folder = place.folder.as_deref().map(|f| f.display().to_string()).unwrap_or_default();
                match &place.group {
                    Some(group) => say!("{group}: {out}/{of} camera", "{group}: {out} of {of} cameras"),
                    None => say!("đầu ghi {folder}: {out}/{of} camera", "recorder {folder}: {out} of {of} cameras"),
                }
            })
            .collect();
        let join = |part: fn(&Said) -> &str| all.iter().map(part).collect::<Vec<_>>().join(" · ");
        Said { vi: join(|said| &said.vi), en: join(|said| &said.en) }
    }
}

impl Disk {
    /// How long the room lasts, in words.
    pub fn say_outlook(&self) -> Said {
        match (self.growth_bytes_per_day, self.days_left, self.free_bytes) {
            (None, ..) => say!(
                "chưa rõ còn đủ chỗ bao lâu: chưa có báo cáo nào trong tuần qua để so",
                "how long that lasts is not known yet: there is no report of the last week to compare with"
            ),
            (Some(_), _, None) => say!("không rõ ổ đĩa còn bao nhiêu chỗ", "the disk does not tell its free space"),
            (Some(growth), Some(days), _) => {
                let mib = growth / 1_048_576.0;
                say!(
                    "mỗi ngày thêm {mib:.1} MiB, đủ chỗ cho khoảng {days:.0} ngày",
                    "growing by {mib:.1} MiB a day, room for about {days:.0} days"
                )
            }
            (Some(_), None, _) => say!("không tăng thêm", "not growing"),
        }
    }
}
