//! The nightly report: what the cameras recorded of the day, what is missing and why, what is about to be overwritten, how
//! long the disk lasts. It is made from the store after the night's work, compared with the reports of earlier nights, and
//! written as JSON and as a page.

pub mod causes;
pub mod cuts;
pub mod disk;
pub mod history;
pub mod page;
pub mod report;
pub mod retention;
pub mod shown;
mod write;

use jiff::{SignedDuration, Timestamp};

use crate::base::Result;
use crate::config::Site;
use crate::ingest;
use crate::model::{Camera, Span, TrueTime};
use crate::search::estimates::{self, EstimateAnswer, Proposal};
use crate::search::status::{self, CameraStatus};
use crate::search::{Gap, Sight};

use cuts::{Outage, PowerCut};
use history::Earlier;
pub use report::{CameraNight, Cause, NightFile, NightGap, Previous, Report, Run};
pub use write::{Written, write};

/// The reports' folder in the data folder.
pub const FOLDER: &str = "reports";

/// Power cuts are looked for so far back, so that one that began before the day has its start.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(48);

/// Makes the report of the 24 hours before `now` from the store, after a run over the footage folders.
///
/// # Errors
/// When the store or the index fails. Earlier reports that cannot be read are named in the report.
pub fn report(site: &Site, sight: Sight<'_>, now: Timestamp, run: &ingest::Report) -> Result<Report> {
    let date = now.to_zoned(site.zone.clone()).date();
    let history = history::read(&site.data.join(FOLDER), date);
    let previous = history.reports.first();
    let status = status::status(sight, None, now)?;
    let power_cuts = power_cuts(sight, now)?;
    let quarantine: Vec<NightFile> =
        run.in_quarantine.iter().map(|file| NightFile::new(file.clone(), previous)).collect();
    let day = Span::new(TrueTime(now).plus_micros(-86_400_000_000), TrueTime(now));
    let around =
        Around { sight, run, now, earlier: &history.reports, quarantine: &quarantine, power_cuts: &power_cuts };
    let cameras = sight
        .cameras
        .iter()
        .zip(status.cameras)
        .enumerate()
        .map(|(i, (camera, status))| around.camera(i, camera, status))
        .collect::<Result<Vec<_>>>()?;
    let disk = disk::disk(&site.data, now, &history.reports);
    Ok(Report {
        site: site.name.clone(),
        zone: site.zone.iana_name().unwrap_or_default().to_owned(),
        date,
        now,
        made_at: Timestamp::now(),
        day,
        previous: previous.map(|report| Previous { date: report.date, now: report.now }),
        unreadable_reports: history.unreadable,
        run: Run::from(run),
        troubles: run.troubles.clone(),
        thumbnail_backlog: status.thumbnail_backlog,
        cameras,
        // Those that the report before told already are not told again.
        power_cuts: power_cuts.into_iter().filter(|cut| cut.end > day.start.0).collect(),
        clocks: clocks(site, sight)?,
        quarantine,
        disk,
    })
}

/// What the files tell of each clock, where the checks that hold do not say it already.
fn clocks(site: &Site, sight: Sight<'_>) -> Result<Vec<EstimateAnswer>> {
    let proposals = estimates::proposals(sight.store, sight.cameras, None, &site.clock.settings())?;
    let answer = |proposal: &Proposal| {
        let clock = proposal.cameras.first().map(|camera| sight.clocks.of(camera))?;
        Some(proposal.answer(clock)).filter(|answer| !answer.known && answer.verdict != "none")
    };
    Ok(proposals.iter().filter_map(answer).collect())
}

fn power_cuts(sight: Sight<'_>, now: Timestamp) -> Result<Vec<PowerCut>> {
    let from = now.checked_sub(LOOK_BACK).unwrap_or(Timestamp::MIN);
    let window = Span::new(TrueTime(from), TrueTime(now));
    let gaps = status::gaps(sight, &window, now)?;
    let outages: Vec<Outage> =
        gaps.iter().enumerate().flat_map(|(camera, gaps)| cuts::outages(camera, gaps, &window)).collect();
    Ok(cuts::power_cuts(sight.cameras, &outages))
}

/// What a camera's part is made from.
struct Around<'a> {
    sight: Sight<'a>,
    run: &'a ingest::Report,
    now: Timestamp,
    earlier: &'a [Earlier],
    quarantine: &'a [NightFile],
    power_cuts: &'a [PowerCut],
}

impl Around<'_> {
    fn camera(&self, number: usize, camera: &Camera, status: CameraStatus) -> Result<CameraNight> {
        let looked = status.looked_at.is_some() && !self.run.troubles.iter().any(|t| t.folder == camera.footage);
        let mine = |file: &&NightFile| file.file.camera.as_deref() == Some(camera.id.as_str());
        let since = self.earlier.first().map(|report| report.made_at);
        Ok(CameraNight {
            id: status.id,
            name: status.name,
            group: camera.group.clone(),
            recordings: status.recordings,
            bytes: status.bytes,
            last_recording: status.last_recording,
            recorded_day: round(status.recorded_day),
            recorded_week: round(status.recorded_week),
            gaps: status.gaps.iter().map(|gap| self.gap(number, gap)).collect(),
            quarantined: status.quarantined,
            newly_quarantined: self.quarantine.iter().filter(mine).filter(|file| file.new).count() as u64,
            retimed: self.sight.store.retimed(&camera.id, since)?,
            time_conflicts: status.time_conflicts,
            gone: status.gone,
            without_thumbnails: status.without_thumbnails,
            looked,
            looked_at: status.looked_at,
            retention: retention::retention(&camera.id, status.oldest, looked, self.now, self.earlier),
        })
    }

    fn gap(&self, camera: usize, gap: &Gap) -> NightGap {
        let within = |o: &Outage| o.camera == camera && o.start < gap.end && gap.start < o.end;
        let cut = self.power_cuts.iter().any(|cut| cut.outages.iter().any(within));
        NightGap { gap: *gap, cause: cut.then_some(Cause::PowerCut) }
    }
}

/// A share to four digits that rounds neither up to all nor down to nothing.
fn round(share: f64) -> f64 {
    let rounded = (share * 1e4).round() / 1e4;
    if share < 1.0 && share > 0.0 { rounded.clamp(0.0001, 0.9999) } else { rounded }
}
