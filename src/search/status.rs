//! How each camera is doing: what is recorded of the last day and week, what is missing, what cannot be read.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::clocks::ClockAnswer;
use super::gaps::{self, Gap};
use super::{Sight, coverage, scanned};
use crate::base::say::length;
use crate::base::{Result, Said};
use crate::model::{Camera, CameraSpan, Span, TrueTime, Window};
use crate::say;
use crate::store::{Background, Presence, Quarantined, UnreadableClaim};
use crate::truetime::ClockModel;

const DAY_US: i64 = 86_400_000_000;

/// Shorter gaps, microseconds, are left out of the list (they count in the shares).
pub(super) const WORTH_US: i64 = 120_000_000;

/// All cameras, or those that somebody may see: every number is of these alone. What `status --json` prints; a contract: fields are added, never renamed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Status {
    /// The present that the shares are counted back from.
    pub now: Timestamp,
    /// Files in quarantine.
    pub quarantined: u64,
    /// Of them those that somebody decided to leave alone.
    pub ignored: u64,
    /// Of them those that no camera is known for.
    pub without_camera: u64,
    /// How much there is still to be sampled.
    pub thumbnail_backlog: Backlog,
    /// In the site file's order.
    pub cameras: Vec<CameraStatus>,
}

/// Recordings that wait for their thumbnails.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Backlog {
    /// How many.
    pub recordings: u64,
    /// Seconds that sampling them will take, at the pace measured on this machine; `None` where none was ever sampled.
    pub left_s: Option<f64>,
}

impl Backlog {
    /// The backlog as a sentence.
    pub fn say(&self) -> Said {
        let n = self.recordings;
        match self.left_s.map(length) {
            Some(Said { vi, en }) => Said {
                vi: format!("{n} đoạn ghi chờ lấy ảnh nhỏ, còn {vi}"),
                en: format!("{n} recordings wait for thumbnails, {en} left"),
            },
            None => say!(
                "{n} đoạn ghi chờ lấy ảnh nhỏ, chưa biết mất bao lâu",
                "{n} recordings wait for thumbnails, how long it will take is not known yet"
            ),
        }
    }
}

/// One camera.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CameraStatus {
    /// The site file's id.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// Recordings whose file is there.
    pub recordings: u64,
    /// End of the last of them, true time.
    pub last_recording: Option<Timestamp>,
    /// Start of the oldest, true time: the measured retention reaches back to it.
    pub oldest: Option<Timestamp>,
    /// Bytes of its files.
    pub bytes: u64,
    /// Share of the last 24 hours recorded, 0 to 1.
    pub recorded_day: f64,
    /// Share of the last 7 × 24 hours recorded, 0 to 1.
    pub recorded_week: f64,
    /// Gaps over two minutes in the last 24 hours.
    pub gaps: Vec<Gap>,
    /// Files in quarantine.
    pub quarantined: u64,
    /// How its clock stands now.
    pub clock: ClockAnswer,
    /// Recordings whose sources of time contradict each other.
    pub time_conflicts: u64,
    /// Recordings whose file is gone.
    pub gone: u64,
    /// Recordings that were never sampled.
    pub without_thumbnails: u64,
    /// When its folder was last looked through from end to end.
    pub looked_at: Option<Timestamp>,
}

/// How cameras are doing, as of `now`: of the site's those that are `theirs`, with their files; without `theirs` all of them, and the
/// files that no camera is known for.
///
/// # Errors
/// When the store fails.
pub fn status(sight: Sight<'_>, theirs: Option<&[Camera]>, now: Timestamp) -> Result<Status> {
    let seen = |id: &str| theirs.is_none_or(|theirs| theirs.iter().any(|own| own.id == id));
    let mut quarantine = sight.store.quarantine()?;
    quarantine.retain(|file| file.camera.as_deref().map_or(theirs.is_none(), seen));
    let unreadable = sight.store.unreadable_claims()?;
    let backgrounds = sight.store.backgrounds()?;
    let cameras = sight
        .cameras
        .iter()
        .filter(|camera| seen(&camera.id))
        .map(|camera| {
            camera_status(sight, camera, backgrounds.get(&camera.id), &quarantine, &unreadable, TrueTime(now))
        })
        .collect::<Result<Vec<_>>>()?;
    let waiting = cameras.iter().map(|camera| camera.without_thumbnails).sum();
    Ok(Status {
        now,
        quarantined: quarantine.len() as u64,
        ignored: quarantine.iter().filter(|file| file.ignored.is_some()).count() as u64,
        without_camera: quarantine.iter().filter(|file| file.camera.is_none()).count() as u64,
        thumbnail_backlog: backlog(sight, waiting)?,
        cameras,
    })
}

fn camera_status(
    sight: Sight<'_>,
    camera: &Camera,
    background: Option<&Background>,
    quarantine: &[Quarantined],
    unreadable: &[UnreadableClaim],
    now: TrueTime,
) -> Result<CameraStatus> {
    let clock = sight.clocks.of(&camera.id);
    let summary = sight.store.summary(&camera.id)?;
    let week = Span::new(now.plus_micros(-7 * DAY_US), now);
    let day = Span::new(now.plus_micros(-DAY_US), now);
    let spans = there(sight, camera, clock, &week)?;
    let recorded = |window: &Window| coverage::union(spans.iter().map(|s| clock.span_to_true(s)), window);
    Ok(CameraStatus {
        id: camera.id.clone(),
        name: camera.name.clone(),
        recordings: summary.recordings,
        last_recording: summary.latest_end.map(|t| clock.to_true(t).0),
        oldest: summary.oldest.map(|t| clock.to_true(t).0),
        bytes: summary.bytes,
        recorded_day: coverage::share(&recorded(&day), &day),
        recorded_week: coverage::share(&recorded(&week), &week),
        gaps: missing(sight, camera, background, unreadable, &spans, &day, now)?,
        quarantined: quarantine.iter().filter(|f| f.camera.as_deref() == Some(camera.id.as_str())).count() as u64,
        clock: ClockAnswer::at(clock, now),
        time_conflicts: summary.conflicts,
        gone: summary.gone,
        without_thumbnails: summary.without_thumbnails,
        looked_at: scanned(sight, camera)?,
    })
}

/// The camera's recordings that are there in a window, on its own clock.
pub(super) fn there(sight: Sight<'_>, camera: &Camera, clock: &ClockModel, window: &Window) -> Result<Vec<CameraSpan>> {
    let mut spans = Vec::new();
    for within in clock.spans_to_camera(window) {
        spans.extend(sight.store.spans(&camera.id, &within, Presence::There)?);
    }
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup();
    Ok(spans)
}

/// Every camera's gaps over two minutes in a window, in the site file's order.
///
/// # Errors
/// When the store fails.
pub fn gaps(sight: Sight<'_>, window: &Window, now: Timestamp) -> Result<Vec<Vec<Gap>>> {
    let unreadable = sight.store.unreadable_claims()?;
    let backgrounds = sight.store.backgrounds()?;
    let of = |camera: &Camera| {
        let spans = there(sight, camera, sight.clocks.of(&camera.id), window)?;
        missing(sight, camera, backgrounds.get(&camera.id), &unreadable, &spans, window, TrueTime(now))
    };
    sight.cameras.iter().map(of).collect()
}

/// One camera's gaps over two minutes in a window; `spans` are its recordings there.
fn missing(
    sight: Sight<'_>,
    camera: &Camera,
    background: Option<&Background>,
    unreadable: &[UnreadableClaim],
    spans: &[CameraSpan],
    window: &Window,
    now: TrueTime,
) -> Result<Vec<Gap>> {
    let clock = sight.clocks.of(&camera.id);
    let recorded = coverage::union(spans.iter().map(|s| clock.span_to_true(s)), window);
    let mut missing = coverage::gaps(&recorded, window);
    missing.retain(|gap| gap.micros() > WORTH_US);
    let context = gaps::Context {
        camera,
        clock,
        typical_us: background.map_or(0, |b| b.typical_us),
        unreadable,
        stills: spans.iter().filter(|s| s.is_empty()).map(|s| clock.to_true(s.start)).collect(),
        now,
    };
    gaps::explain(sight, &context, &missing)
}

fn backlog(sight: Sight<'_>, recordings: u64) -> Result<Backlog> {
    let pace = sight.store.sampling_pace()?;
    let left_s = pace.map(|pace| (recordings as f64 * pace).ceil()).or((recordings == 0).then_some(0.0));
    Ok(Backlog { recordings, left_s })
}
