//! A window in words that are understood as the same window again.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::Window;

/// `từ 21:00 ngày 15/7/2023 đến 21:30 ngày 15/7/2023`, in the zone's time; seconds only where there are some. Where the
/// zone's clock shows a time twice, the offset stands behind it.
pub fn print(window: Window, zone: &TimeZone) -> String {
    format!("từ {} đến {}", instant(window.start.0, zone), instant(window.end.0, zone))
}

fn instant(at: Timestamp, zone: &TimeZone) -> String {
    let zoned = at.to_zoned(zone.clone());
    let time = match (zoned.second(), zoned.subsec_nanosecond()) {
        (0, 0) => zoned.strftime("%H:%M").to_string(),
        (_, 0) => zoned.strftime("%H:%M:%S").to_string(),
        _ => zoned.strftime("%H:%M:%S%.f").to_string(),
    };
    let again = zoned.datetime().to_zoned(zone.clone()).is_ok_and(|again| again.timestamp() == at);
    let offset = if again { String::new() } else { zoned.strftime(" UTC%:z").to_string() };
    format!("{time}{offset} ngày {}", zoned.strftime("%-d/%-m/%Y"))
}
