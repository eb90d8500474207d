//! What every camera recorded day by day, for a calendar: the share of each day of the site's zone, its gaps, and the files of it that
//! cannot be read.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::status::{WORTH_US, there};
use super::{Sight, coverage};
use crate::base::{Error, Kind, Result};
use crate::model::{Camera, Span, TrueTime, Window};
use crate::say;
use crate::store::Quarantined;

/// At most so many days are asked for at once.
pub const MOST_DAYS: usize = 92;

/// Days, and what each camera recorded of them. A contract: fields are added, never renamed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Calendar {
    /// The days, in order.
    #[schema(value_type = Vec<String>)]
    pub days: Vec<Date>,
    /// Every camera, in the site file's order.
    pub cameras: Vec<CameraDays>,
}

/// One camera's days.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CameraDays {
    /// The camera.
    pub camera: String,
    /// One for each of the days; null for those before its oldest recording and those to come.
    pub days: Vec<Option<Day>>,
}

/// A camera's day, so far.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Day {
    /// The share that was recorded, 0 to 1; of the present day the part that is over counts.
    pub recorded: f64,
    /// Gaps over two minutes.
    pub gaps: usize,
    /// Files in quarantine that claim to begin on it.
    pub quarantined: usize,
}

/// What every camera of `sight` recorded from one day to another, both counted.
///
/// # Errors
/// [`Kind::Usage`] for no day or more than [`MOST_DAYS`]; else when the store fails.
pub fn calendar(sight: Sight<'_>, from: Date, to: Date, now: Timestamp) -> Result<Calendar> {
    let days: Vec<Date> =
        from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to).take(MOST_DAYS + 1).collect();
    if days.is_empty() || days.len() > MOST_DAYS {
        return Err(Error::new(
            Kind::Usage,
            say!("from–to phải là 1 đến {MOST_DAYS} ngày", "from–to must be 1 to {MOST_DAYS} days"),
        ));
    }
    let windows = days.iter().map(|day| window(sight, *day)).collect::<Result<Vec<_>>>()?;
    let quarantine = sight.store.quarantine()?;
    let cameras = sight
        .cameras
        .iter()
        .map(|camera| {
            let days = of_camera(sight, camera, &windows, &quarantine, TrueTime(now))?;
            Ok(CameraDays { camera: camera.id.clone(), days })
        })
        .collect::<Result<_>>()?;
    Ok(Calendar { days, cameras })
}

/// A day in the site's zone, in true time: some have 23 hours or 25.
fn window(sight: Sight<'_>, day: Date) -> Result<Window> {
    let midnight = |day: Date| {
        let zoned = day.to_zoned(sight.zone.clone()).ok();
        zoned
            .map(|zoned| TrueTime(zoned.timestamp()))
            .ok_or_else(|| Error::new(Kind::Usage, say!("không có ngày {day}", "there is no day {day}")))
    };
    let next = day.tomorrow().unwrap_or(day);
    Ok(Span::new(midnight(day)?, midnight(next)?))
}

fn of_camera(
    sight: Sight<'_>,
    camera: &Camera,
    windows: &[Window],
    quarantine: &[Quarantined],
    now: TrueTime,
) -> Result<Vec<Option<Day>>> {
    let clock = sight.clocks.of(&camera.id);
    let (Some(first), Some(last)) = (windows.first(), windows.last()) else { return Ok(Vec::new()) };
    let whole = Span::new(first.start, last.end);
    let spans = there(sight, camera, clock, &whole)?;
    let recorded = coverage::union(spans.iter().map(|span| clock.span_to_true(span)), &whole);
    let oldest = sight.store.summary(&camera.id)?.oldest.map(|start| clock.to_true(start));
    let mine = quarantine.iter().filter(|file| file.camera.as_deref() == Some(camera.id.as_str()));
    let claimed: Vec<TrueTime> = mine.filter_map(|file| Some(clock.to_true(file.claimed?.0))).collect();
    let day = |window: &Window| {
        let quarantined = claimed.iter().filter(|start| window.contains(**start)).count();
        let is_known = oldest.is_some_and(|oldest| oldest < window.end) || quarantined > 0;
        if !is_known || window.start >= now {
            return None;
        }
        let so_far = Span::new(window.start, window.end.min(now));
        let first = recorded.partition_point(|span| span.end <= so_far.start);
        let after = recorded.partition_point(|span| span.start < so_far.end);
        let within = coverage::union(recorded.get(first..after).unwrap_or_default().iter().copied(), &so_far);
        let gaps = coverage::gaps(&within, &so_far).iter().filter(|gap| gap.micros() > WORTH_US).count();
        Some(Day { recorded: super::told_share(coverage::share(&within, &so_far)), gaps, quarantined })
    };
    Ok(windows.iter().map(day).collect())
}
