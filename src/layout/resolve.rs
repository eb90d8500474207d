//! From captured digits to instants: zone, end, midnight, the checks that make a doubt, and what cannot be.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Dst, TimeZone};
use regex::{Captures, Regex};

use super::leftover;
use super::path::PathText;
use super::reading::Reading;
use super::stamp::{Precision, Stamp, Told};
use super::table::{Digits, Layout};
use super::words;
use crate::model::{Basis, CameraSpan, CameraTime, Doubt, TimeSource};

/// The first year in which a recording of ours can have been made; clocks reset to 1970, 2000 or 2004 lie before.
const FIRST_YEAR: i16 = 2005;
/// No single recording is longer; longer is a misreading, seconds.
const LONGEST_S: i64 = 86_400;
/// An end without a date that lies further behind the start than this was no midnight crossing, seconds.
const LONGEST_OVER_MIDNIGHT_S: i64 = 6 * 3_600;

/// What a reading needs besides the path.
pub(super) struct Given<'a> {
    /// The zone that the camera's clock is set to.
    pub(super) zone: &'a TimeZone,
    /// No recording starts after this.
    pub(super) latest: Timestamp,
    /// What the digits are, where the site says it against the table.
    pub(super) digits: Option<Digits>,
}

/// Reads one match of one layout.
pub(super) fn resolve(
    layout: &Layout,
    regex: &Regex,
    caps: &Captures<'_>,
    path: &PathText,
    given: &Given<'_>,
) -> Reading {
    let mut reading = Reading::nothing(Some(&layout.id));
    let channel = caps.name("channel").and_then(|found| found.as_str().parse().ok());
    reading.channel = channel;
    for said in &layout.doubts {
        reading.unclear(said.clone());
    }
    let start = Stamp::read(regex, caps, "", path.name_at());
    let end = Stamp::read(regex, caps, "end.", path.name_at());

    let clock = Clock {
        zone: given.zone,
        digits: given.digits.unwrap_or(layout.basis),
        dst: caps.name("dst").map(|found| !found.is_empty()),
    };
    let origin = take_start(&mut reading, &start, &clock, layout);
    check(&mut reading, &Stamp::read(regex, caps, "check.", path.name_at()), given.zone);
    take_end(&mut reading, &start, &end, origin, &clock);
    let told = caps.name("length_s").and_then(|found| found.as_str().parse::<f64>().ok());
    if let (None, Some(start), Some(seconds)) = (reading.end, reading.start, told.or(layout.length_s)) {
        reading.end = Some(start.plus_micros((seconds * 1e6) as i64));
    }
    plausible(&mut reading, &start.text, given);
    if start.odd_offset || end.odd_offset {
        reading.unclear(words::unread_offset());
    }
    let beside = |name| caps.name(name).map_or("", |found| found.as_str());
    leftover::unread(&mut reading, beside("pre"), beside("post"));
    reading
}

/// How a clock's digits become an instant.
struct Clock<'a> {
    zone: &'a TimeZone,
    digits: Digits,
    /// The recorder's own word on daylight saving, where its names carry one.
    dst: Option<bool>,
}

impl Clock<'_> {
    fn basis(&self, stamp: &Stamp) -> Basis {
        match self.digits {
            _ if stamp.offset_s.is_some() => Basis::Offset,
            Digits::Utc => Basis::Utc,
            Digits::None => Basis::None,
            // An entry that promises an epoch or an offset, and whose name then has neither, tells local digits.
            Digits::Local | Digits::LocalOrUtc | Digits::Epoch | Digits::Offset => Basis::Local,
        }
    }

    /// The instant of a civil time, with a doubt where the zone shows that time twice or never.
    fn instant(&self, at: DateTime, stamp: &Stamp, reading: &mut Reading) -> Option<CameraTime> {
        let basis = self.basis(stamp);
        if basis == Basis::Offset {
            let offset = jiff::tz::Offset::from_seconds(stamp.offset_s?).ok()?;
            return offset.to_timestamp(at).ok().map(CameraTime);
        }
        if basis == Basis::Utc {
            return jiff::tz::Offset::UTC.to_timestamp(at).ok().map(CameraTime);
        }
        let ambiguous = self.zone.to_ambiguous_timestamp(at);
        let found = match (ambiguous.offset(), self.dst) {
            (AmbiguousOffset::Unambiguous { .. }, _) => ambiguous.compatible(),
            (AmbiguousOffset::Fold { .. }, Some(true)) => ambiguous.earlier(),
            (AmbiguousOffset::Fold { .. }, Some(false)) => ambiguous.later(),
            (AmbiguousOffset::Fold { .. }, None) => {
                reading.unclear(words::twice(at));
                ambiguous.compatible()
            }
            (AmbiguousOffset::Gap { .. }, _) => {
                reading.unclear(words::skipped(at));
                ambiguous.compatible()
            }
        };
        let found = found.ok()?;
        if self.dst == Some(true) && self.zone.to_offset_info(found).dst() == Dst::No {
            reading.unclear(words::dst_where_none());
        }
        Some(CameraTime(found))
    }
}

/// Fills the start or what there is of it. Gives the civil time that a dateless end continues from.
fn take_start(reading: &mut Reading, stamp: &Stamp, clock: &Clock<'_>, layout: &Layout) -> Option<DateTime> {
    let told = stamp.told();
    match told {
        Told::Nothing => {}
        Told::Impossible => reading.doubt(impossible(reading.source, &stamp.text)),
        Told::PartOfHour => reading.unclear(words::no_hour()),
        Told::TimeOfDay(time) => {
            reading.time_of_day = Some(time);
            reading.unclear(words::no_date());
        }
        Told::Day(date) => {
            reading.source = if stamp.in_name { TimeSource::Name } else { TimeSource::Folder };
            reading.basis = clock.basis(stamp);
            let midnight = date.at(0, 0, 0, 0);
            let next = date.tomorrow().ok().map(|next| next.at(0, 0, 0, 0));
            // A day's bounds need no word on daylight saving: where midnight is skipped, the day starts an hour later.
            let mut aside = Reading::nothing(None);
            let from = clock.instant(midnight, stamp, &mut aside);
            let to = next.and_then(|next| clock.instant(next, stamp, &mut aside));
            reading.within = from.zip(to).map(|(from, to)| CameraSpan::new(from, to));
            reading.unclear(words::day_only());
        }
        Told::Instant(at, precision) => {
            reading.basis = Basis::Epoch;
            reading.start = Some(CameraTime(at));
            reading.uncertainty_s = layout.uncertainty_s.unwrap_or(precision.uncertainty_s());
        }
        Told::Clock { at, precision, odd } => {
            reading.basis = clock.basis(stamp);
            if odd {
                reading.doubt(impossible(reading.source, &stamp.text));
            }
            reading.start = clock.instant(at, stamp, reading);
            reading.uncertainty_s = layout.uncertainty_s.unwrap_or(precision.uncertainty_s());
            if let (Some(start), Some(open)) = (reading.start, precision.open_s()) {
                reading.within = Some(CameraSpan::new(start, start.plus_micros(open * 1_000_000)));
            }
            if precision == Precision::Hour {
                reading.source = TimeSource::Folder;
                reading.unclear(words::hour_only());
            }
            if clock.digits == Digits::LocalOrUtc && reading.basis == Basis::Local {
                let utc = jiff::tz::Offset::UTC.to_timestamp(at).ok().map(CameraTime);
                if utc != reading.start {
                    reading.start_if_utc = utc;
                    reading.unclear(words::local_or_utc());
                }
            }
            return Some(at);
        }
    }
    None
}

/// Holds a second reading of the same moment (`{check.…}`, a clock's digits) against the start. Digits that differ by a
/// whole zone offset agree, and tell which zone the recorder wrote; anything else is a contradiction, and then neither
/// is believed.
fn check(reading: &mut Reading, stamp: &Stamp, zone: &TimeZone) {
    let (Some(start), Told::Clock { at, precision, .. }) = (reading.start, stamp.told()) else {
        if matches!(stamp.told(), Told::Impossible) {
            reading.doubt(impossible(reading.source, &stamp.text));
        }
        return;
    };
    let Ok(as_utc) = jiff::tz::Offset::UTC.to_timestamp(at) else { return };
    let slack = precision.open_s().unwrap_or(2);
    let east = as_utc.as_second() - start.0.as_second();
    let quarter = (east + 450).div_euclid(900) * 900;
    if (east - quarter).abs() > slack || !(-12 * 3600..=14 * 3600).contains(&quarter) {
        reading.unclear(words::contradiction(at, start.0));
        (reading.start, reading.end, reading.within) = (None, None, None);
        (reading.basis, reading.uncertainty_s) = (Basis::None, 0.0);
    } else if i64::from(zone.to_offset(start.0).seconds()) != quarter {
        reading.unclear(words::other_zone(quarter));
    }
}

fn take_end(reading: &mut Reading, start: &Stamp, end: &Stamp, origin: Option<DateTime>, clock: &Clock<'_>) {
    if end.is_empty() || start.told() == Told::Impossible {
        return;
    }
    let (has_day, has_hour) = (end.has_day(), end.has_hour());
    let end = end.clone().completed_from(start);
    let mut over_midnight = false;
    let found = match end.told() {
        Told::Instant(at, _) => Some(CameraTime(at)),
        Told::Clock { mut at, odd, .. } => {
            if odd && end.text.contains("60") {
                reading.doubt(impossible(reading.source, &end.text));
            }
            let behind = origin.is_some_and(|origin| at < origin);
            if behind && !has_day {
                let step = if has_hour { jiff::Span::new().days(1) } else { jiff::Span::new().hours(1) };
                at = at.checked_add(step).unwrap_or(at);
                over_midnight = true;
            }
            if reading.start.is_none() && reading.basis == Basis::None {
                reading.basis = clock.basis(&end);
            }
            clock.instant(at, &end, reading)
        }
        Told::Impossible => {
            reading.doubt(impossible(reading.source, &end.text));
            None
        }
        Told::Nothing | Told::Day(_) | Told::TimeOfDay(_) | Told::PartOfHour => None,
    };
    reading.end = found;
    if let (Some(from), Some(to)) = (reading.start, found) {
        let seconds = to.0.as_second() - from.0.as_second();
        if !(0..=LONGEST_S).contains(&seconds) {
            reading.unclear(words::bad_length(seconds));
            reading.end = None;
        } else if over_midnight && seconds > LONGEST_OVER_MIDNIGHT_S {
            reading.unclear(words::bad_length(seconds - LONGEST_S));
            reading.end = None;
        }
    }
}

/// A reset clock or the future: kept as read, marked, and claimed by nobody.
fn plausible(reading: &mut Reading, text: &str, given: &Given<'_>) {
    let Some(at) = reading.start.or(reading.end).or(reading.within.map(|day| day.start)) else { return };
    let year = at.0.to_zoned(given.zone.clone()).year();
    if year < FIRST_YEAR || at.0 > given.latest {
        reading.impossible = true;
        reading.doubt(impossible(reading.source, text));
    }
}

fn impossible(source: TimeSource, text: &str) -> Doubt {
    Doubt::ImpossibleTime { source: source.as_str().to_owned(), text: text.to_owned() }
}
