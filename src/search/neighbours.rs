//! What neighbouring cameras tell of a camera's clock: the activity and the light that both saw, and the gaps that began for both
//! at once (power cuts). Evidence beside that of files; for a person to look at.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::Sight;
use crate::base::{Result, Said};
use crate::index::{CameraWindow, Query};
use crate::model::{Camera, CameraSpan, CameraTime, CheckMethod, ClockCheck, Recording, TrueTime, keytable};
use crate::place::distance_m;
use crate::say;
use crate::search::clocks::sharing;
use crate::store::{Background, Presence};
use crate::truetime::align::events::{EventSettings, align_events};
use crate::truetime::align::{AlignSettings, Alignment, Series, align};
use crate::truetime::words;

/// Cameras so near see the same streets.
const NEAR_M: f64 = 300.0;
/// At most so many neighbours are asked, the nearest first.
const MOST: usize = 6;
/// So much of the latest footage is compared by what was seen …
const SEEN: SignedDuration = SignedDuration::from_hours(24);
/// … and by gaps.
const GAPS: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Length of a bin of activity, seconds: keyframes come every two to four.
const ACTIVITY_STEP_S: f64 = 4.0;
/// Length of a bin of brightness, seconds: thumbnails come every ten.
const LIGHT_STEP_S: f64 = 20.0;
/// A hole longer than this between recordings may be a power cut, microseconds.
const HOLE_US: i64 = 120_000_000;

/// What was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// How much moved.
    Activity,
    /// How bright it was.
    Light,
    /// When recording stopped.
    Gaps,
}

impl Shared {
    /// What was compared, in words.
    pub fn say(self) -> Said {
        match self {
            Shared::Activity => say!("theo chuyển động", "by activity"),
            Shared::Light => say!("theo độ sáng", "by light"),
            Shared::Gaps => say!("theo lúc mất hình", "by gaps"),
        }
    }
}

/// What one neighbour tells. A contract: fields are added, never renamed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Neighbour {
    /// The neighbour.
    pub camera: String,
    /// Metres apart.
    pub distance_m: f64,
    /// What was compared.
    pub by: Shared,
    /// The asked camera's clock − the neighbour's, seconds; null where it is too weak to say.
    pub lag_s: Option<f64>,
    /// Half-width of the interval that holds the lag, seconds (95 of 100 times).
    pub error_s: Option<f64>,
    /// The finding in words.
    pub said: Said,
    /// When both recorded: the instant that the lag holds at, on the neighbour's clock.
    #[serde(skip)]
    at: CameraTime,
}

/// Compares a camera with its neighbours of other recorders.
///
/// # Errors
/// When store or index fails.
pub fn neighbours(sight: Sight<'_>, camera: &Camera) -> Result<Vec<Neighbour>> {
    let twins = sharing(sight.cameras, camera);
    let mut near: Vec<(&Camera, f64)> = sight
        .cameras
        .iter()
        .filter(|other| !twins.iter().any(|twin| twin.id == other.id))
        .map(|other| (other, distance_m(camera.at, other.at)))
        .filter(|(_, apart)| *apart <= NEAR_M)
        .collect();
    near.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.id.cmp(&b.0.id)));
    near.truncate(MOST);
    let Some(last) = sight.store.summary(&camera.id)?.latest_end else { return Ok(Vec::new()) };
    let own = Seen::of(sight, camera, last)?;
    let mut told = Vec::new();
    for (other, apart) in near {
        let theirs = Seen::of(sight, other, last)?;
        for (by, found) in theirs.against(&own) {
            told.push(found.neighbour(other, apart, by, last));
        }
    }
    Ok(told)
}

/// What a camera saw, for comparing.
struct Seen {
    activity: Series,
    light: Series,
    stops: Vec<CameraTime>,
}

/// What a comparison came to.
struct Found {
    lag: Option<(f64, f64)>,
    said: Said,
}

impl Seen {
    /// Of the time before an instant, on the camera's own clock; clocks that differ by hours still share most of it.
    fn of(sight: Sight<'_>, camera: &Camera, last: CameraTime) -> Result<Seen> {
        let back = |length: SignedDuration| {
            let us = i64::try_from(length.as_micros()).unwrap_or(i64::MAX);
            CameraSpan::new(last.plus_micros(-us), last.plus_micros(7_200_000_000))
        };
        let window = CameraWindow { camera: camera.id.clone(), span: back(SEEN) };
        let recordings: Vec<Recording> = sight.index.search(&Query::all(vec![window]))?;
        let background = sight.store.backgrounds()?.remove(&camera.id);
        let mut spans = sight.store.spans(&camera.id, &back(GAPS), Presence::There)?;
        spans.sort_by_key(|span| (span.start, span.end));
        Ok(Seen {
            activity: activity(&recordings, background.as_ref(), back(SEEN)),
            light: light(sight, &recordings, back(SEEN))?,
            stops: stops(&spans),
        })
    }

    fn against(&self, asked: &Seen) -> Vec<(Shared, Found)> {
        let settings = AlignSettings::default();
        let by_series = |a: &Series, b: &Series| {
            let alignment = align(a, b, &settings);
            let lag = match alignment {
                Alignment::Found { lag_s, error_95_s, .. } => Some((lag_s, error_95_s)),
                _ => None,
            };
            Found { lag, said: alignment.say() }
        };
        let mut found = vec![
            (Shared::Activity, by_series(&self.activity, &asked.activity)),
            (Shared::Light, by_series(&self.light, &asked.light)),
        ];
        if let Some(events) = align_events(&self.stops, &asked.stops, &EventSettings::default()) {
            let (shared, lag, error) = (events.shared, events.lag_s, events.error_95_s);
            let said = say!(
                "{shared} lần cùng mất hình: lệch {lag:+.1} s (± {error:.1} s)",
                "{shared} gaps began for both: {lag:+.1} s apart (± {error:.1} s)"
            );
            found.push((Shared::Gaps, Found { lag: Some((lag, error)), said }));
        }
        found
    }
}

impl Found {
    fn neighbour(self, other: &Camera, distance_m: f64, by: Shared, at: CameraTime) -> Neighbour {
        Neighbour {
            camera: other.id.clone(),
            distance_m: super::round(distance_m, 1),
            by,
            lag_s: self.lag.map(|(lag, _)| super::round(lag, 3)),
            error_s: self.lag.map(|(_, error)| super::round(error, 3)),
            said: self.said,
            at,
        }
    }
}

impl Neighbour {
    /// The check that follows for the asked camera, where the neighbour's own clock was checked and a lag was found.
    pub fn check(&self, sight: Sight<'_>, camera: &Camera, by: &str, now: Timestamp) -> Option<ClockCheck> {
        let clock = sight.clocks.of(&self.camera);
        let (lag_s, error_s) = self.lag_s.zip(self.error_s)?;
        let truth: TrueTime = clock.to_true(self.at);
        let own_s = clock.uncertainty_s_at(truth)?;
        Some(ClockCheck {
            id: 0,
            camera: camera.id.clone(),
            shown: self.at.plus_micros((lag_s * 1e6) as i64),
            truth,
            uncertainty_s: error_s + own_s,
            method: CheckMethod::Neighbours,
            by: by.to_owned(),
            photo: None,
            note: Some(format!("{}: {}", self.camera, words::offset(lag_s).en)),
            made_at: now,
        })
    }
}

/// An empty series over a span.
fn empty(span: CameraSpan, step_s: f64) -> Series {
    let bins = (span.micros() as f64 / 1e6 / step_s).ceil().max(0.0) as usize;
    Series { start: span.start, step_s, values: vec![f64::NAN; bins] }
}

/// Puts a value into every bin from one instant to another.
fn fill(series: &mut Series, from: CameraTime, to: CameraTime, value: f64) {
    let bin = |t: CameraTime| {
        let since = t.as_micros().saturating_sub(series.start.as_micros()) as f64 / 1e6 / series.step_s;
        since.clamp(0.0, series.values.len() as f64) as usize
    };
    let (first, last) = (bin(from), bin(to).max(bin(from) + 1).min(series.values.len()));
    for slot in series.values.iter_mut().take(last).skip(first) {
        *slot = if slot.is_nan() { value } else { slot.max(value) };
    }
}

fn activity(recordings: &[Recording], background: Option<&Background>, span: CameraSpan) -> Series {
    let mut series = empty(span, ACTIVITY_STEP_S);
    for recording in recordings {
        let scores = super::activity::scores(recording, background);
        let keyframes = keytable::unpack(&recording.table).unwrap_or_default();
        for (n, score) in scores.iter().enumerate() {
            let at = |n: usize| keyframes.get(n).map(|keyframe| recording.camera_time_of(keyframe.pts_us));
            let Some(from) = at(n) else { continue };
            fill(&mut series, from, at(n + 1).unwrap_or(recording.span.end), *score);
        }
    }
    series
}

fn light(sight: Sight<'_>, recordings: &[Recording], span: CameraSpan) -> Result<Series> {
    let mut series = empty(span, LIGHT_STEP_S);
    for recording in recordings {
        let Some(set) = sight.store.thumbnails(&recording.id)? else { continue };
        for place in &set.places {
            let at = recording.camera_time_of(place.pts_us);
            fill(&mut series, at, at, f64::from(place.mean));
        }
    }
    Ok(series)
}

/// When recording stopped for longer than a moment.
fn stops(spans: &[CameraSpan]) -> Vec<CameraTime> {
    let mut stops = Vec::new();
    let mut until: Option<CameraTime> = None;
    for span in spans {
        if let Some(end) = until.filter(|end| span.start.as_micros().saturating_sub(end.as_micros()) > HOLE_US) {
            stops.push(end);
        }
        until = Some(until.map_or(span.end, |end| end.max(span.end)));
    }
    stops
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> CameraTime {
        CameraTime::from_micros(s * 1_000_000)
    }

    #[test]
    fn a_hole_is_a_stop_and_a_seam_is_none() {
        let spans = [(0, 60), (61, 120), (300, 360), (340, 420), (1000, 1060)];
        let spans: Vec<CameraSpan> = spans.iter().map(|(a, b)| CameraSpan::new(at(*a), at(*b))).collect();
        assert_eq!(stops(&spans), [at(120), at(420)]);
    }

    #[test]
    fn what_lies_outside_a_series_does_not_get_into_it() {
        let mut series = empty(CameraSpan::new(at(100), at(140)), 10.0);
        fill(&mut series, at(0), at(50), 1.0);
        fill(&mut series, at(200), at(300), 1.0);
        assert!(series.values[1..].iter().all(|value| value.is_nan()), "{:?}", series.values);
        fill(&mut series, at(115), at(135), 3.0);
        assert!(series.values[1] == 3.0 && series.values[2] == 3.0, "{:?}", series.values);
    }
}
