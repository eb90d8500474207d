//! Values that people type: times, lengths of time, distances, points.

use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::base::{Error, Kind, Result};
use crate::model::Point;
use crate::say;

/// How local times may be written, beside RFC 3339 and `2023-07-15 21:15`.
const LOCAL_FORMS: [&str; 4] = ["%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M:%S %d/%m/%Y", "%H:%M %d/%m/%Y"];

/// An instant: RFC 3339, or a local time in the site's zone.
///
/// # Errors
/// [`Kind::Usage`] for what is neither, and for a local time that a zone has twice or never.
pub(super) fn instant(option: &str, text: &str, zone: &TimeZone) -> Result<Timestamp> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let civil =
        text.parse::<DateTime>().ok().filter(|_| text.contains(':')).or_else(|| {
            LOCAL_FORMS.iter().find_map(|form| strtime::parse(form, text).and_then(|t| t.to_datetime()).ok())
        });
    let Some(civil) = civil else {
        return Err(Error::new(
            Kind::Usage,
            say!(
                "{option}: \"{text}\" không phải thời điểm có thật; viết như \"2023-07-15 21:15\" hoặc 2023-07-15T21:15:00+07:00",
                "{option}: \"{text}\" is not a time that exists; write \"2023-07-15 21:15\" or 2023-07-15T21:15:00+07:00"
            ),
        ));
    };
    zone.to_ambiguous_timestamp(civil).unambiguous().map_err(|_| {
        Error::new(
            Kind::Usage,
            say!(
                "{option}: \"{text}\" có hai lần hoặc không có ở múi giờ này (đổi giờ); hãy viết kèm độ lệch, như +07:00",
                "{option}: \"{text}\" comes twice or never in this zone (clock change); write it with an offset, such as +07:00"
            ),
        )
    })
}

/// As [`instant`], or a time of day alone (`21:15:08`, `21:15`, `21h15`), which is of the day that an instant falls on in the zone;
/// and whether seconds were told.
///
/// # Errors
/// As [`instant`].
pub(super) fn instant_or_time(
    option: &str,
    text: &str,
    zone: &TimeZone,
    day_of: Timestamp,
) -> Result<(Timestamp, bool)> {
    let plain = text.trim().replace(['h', 'g'], ":");
    let to_the_second = plain.matches(':').count() > 1 || text.trim().parse::<Timestamp>().is_ok();
    let time =
        ["%H:%M:%S", "%H:%M"].iter().find_map(|form| strtime::parse(form, &plain).and_then(|t| t.to_time()).ok());
    let instant = match time {
        Some(time) => {
            let civil = day_of.to_zoned(zone.clone()).date().to_datetime(time);
            instant(option, &civil.to_string(), zone)?
        }
        None => instant(option, text, zone)?,
    };
    Ok((instant, to_the_second))
}

/// A length of time: `90s`, `15m`, `1h30m`.
///
/// # Errors
/// [`Kind::Usage`] for anything else, and for a negative one.
pub(super) fn length(option: &str, text: &str) -> Result<SignedDuration> {
    text.trim().parse::<SignedDuration>().ok().filter(|d| !d.is_negative()).ok_or_else(|| {
        Error::new(
            Kind::Usage,
            say!(
                "{option}: \"{text}\" không phải khoảng thời gian; viết như 90s, 15m, 2h",
                "{option}: \"{text}\" is not a length of time; write 90s, 15m, 2h"
            ),
        )
    })
}

/// A distance in metres: `300m`, `1.5km`, `300`.
///
/// # Errors
/// [`Kind::Usage`] for anything else, and for none or less.
pub(super) fn distance(option: &str, text: &str) -> Result<f64> {
    let lower = text.trim().to_ascii_lowercase();
    let (number, factor) = match (lower.strip_suffix("km"), lower.strip_suffix('m')) {
        (Some(km), _) => (km, 1000.0),
        (None, Some(m)) => (m, 1.0),
        (None, None) => (lower.as_str(), 1.0),
    };
    let metres = number.trim().parse::<f64>().map(|n| n * factor);
    metres.ok().filter(|m| *m > 0.0 && *m <= 20_100_000.0).ok_or_else(|| {
        Error::new(
            Kind::Usage,
            say!(
                "{option}: \"{text}\" không phải khoảng cách; viết như 300m, 1.5km",
                "{option}: \"{text}\" is not a distance; write 300m, 1.5km"
            ),
        )
    })
}

/// A point: `LAT,LON` in degrees.
///
/// # Errors
/// [`Kind::Usage`] for anything else, and for degrees that do not exist.
pub(super) fn point(option: &str, text: &str) -> Result<Point> {
    let parts: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    match parts.as_slice() {
        [lat, lon] if lat.abs() <= 90.0 && lon.abs() <= 180.0 && text.matches(',').count() == 1 => {
            Ok(Point { lat: *lat, lon: *lon })
        }
        _ => Err(Error::new(
            Kind::Usage,
            say!(
                "{option}: \"{text}\" không phải VĨ ĐỘ,KINH ĐỘ; viết như 18.0735,106.2962",
                "{option}: \"{text}\" is not LAT,LON; write 18.0735,106.2962"
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Ho_Chi_Minh").unwrap()
    }

    #[test]
    fn one_instant_has_many_ways_of_writing() {
        for text in [
            "2023-07-15T21:15:00+07:00",
            "2023-07-15T14:15:00Z",
            "2023-07-15 21:15",
            "2023-07-15T21:15",
            "2023-07-15 21:15:00",
            "15/7/2023 21:15",
            " 21:15 15/07/2023 ",
        ] {
            assert_eq!(instant("--at", text, &zone()).unwrap().to_string(), "2023-07-15T14:15:00Z", "{text}");
        }
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in ["", "yesterday", "2023-07-15", "2023-02-30 10:00", "31/4/2023 10:00", "2023-07-15 25:00", "21:15"]
        {
            assert_eq!(instant("--at", text, &zone()).unwrap_err().kind(), Kind::Usage, "{text}");
        }
        let new_york = TimeZone::get("America/New_York").unwrap();
        assert!(instant("--at", "2026-11-01 01:30", &new_york).is_err(), "twice");
        assert!(instant("--at", "2026-03-08 02:30", &new_york).is_err(), "never");
    }

    #[test]
    fn lengths_distances_and_points() {
        assert_eq!(length("--within", "15m").unwrap(), SignedDuration::from_mins(15));
        assert_eq!(length("--within", "1h30m").unwrap(), SignedDuration::from_mins(90));
        assert!(length("--within", "-5m").is_err() && length("--within", "15").is_err());
        assert_eq!(distance("--radius", "300m").unwrap(), 300.0);
        assert_eq!(distance("--radius", "1.5km").unwrap(), 1500.0);
        assert_eq!(distance("--radius", "250").unwrap(), 250.0);
        for text in ["0", "-3m", "NaN", "x", "inf"] {
            assert!(distance("--radius", text).is_err(), "{text}");
        }
        assert_eq!(point("--near", "18.0735, 106.2962").unwrap(), Point { lat: 18.0735, lon: 106.2962 });
        for text in ["", "18", "106.3,18.0", "18,106,3", "NaN,1", "a,b"] {
            assert!(point("--near", text).is_err(), "{text}");
        }
    }
}
