//! The Vietnamese lunar calendar, by the rules that Hồ Ngọc Đức published (after Meeus, "Astronomical Algorithms"): months
//! begin on the day of the new moon at UTC+7, the month that holds the winter solstice is the eleventh, and of thirteen
//! months between two solstices the first without a major solar term is a leap month.

use std::f64::consts::PI;

use jiff::civil::Date;

/// A day of the lunar calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LunarDate {
    /// 1 to 30.
    pub day: i32,
    /// 1 to 12.
    pub month: i32,
    /// The year in which its first month began.
    pub year: i32,
    /// Whether it is the second month of its number.
    pub leap: bool,
}

/// Julian day number of 1970-01-01.
const EPOCH: i64 = 2_440_588;
/// Mean length of a month of the moon, days.
const MONTH: f64 = 29.530_588_853;
/// Julian date of the new moon that months are counted from (1 January 1900).
const FIRST: f64 = 2_415_021.076_998_695;
/// Vietnam's offset from UTC, days.
const OFFSET: f64 = 7.0 / 24.0;

fn julian(date: Date) -> i64 {
    EPOCH + i64::from(jiff::civil::date(1970, 1, 1).until(date).map_or(0, |span| span.get_days()))
}

fn civil(julian: i64) -> Option<Date> {
    let days = jiff::Span::new().try_days(julian - EPOCH).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(days).ok()
}

/// The day (Julian day number, Vietnamese time) of the `k`-th new moon after that of 1 January 1900.
fn new_moon(k: i64) -> i64 {
    let (t, rad) = (k as f64 / 1236.85, PI / 180.0);
    let (t2, t3) = (t * t, t * t * t);
    let mean = 2_415_020.759_33 + 29.530_588_68 * k as f64 + 0.000_117_8 * t2 - 0.000_000_155 * t3
        + 0.000_33 * ((166.56 + 132.87 * t - 0.009_173 * t2) * rad).sin();
    // Anomalies of sun and moon, the moon's argument of latitude.
    let sun = (359.2242 + 29.105_356_08 * k as f64 - 0.000_033_3 * t2 - 0.000_003_47 * t3) * rad;
    let moon = (306.0253 + 385.816_918_06 * k as f64 + 0.010_730_6 * t2 + 0.000_012_36 * t3) * rad;
    let latitude = (21.2964 + 390.670_506_46 * k as f64 - 0.001_652_8 * t2 - 0.000_002_39 * t3) * rad;
    let correction = (0.1734 - 0.000_393 * t) * sun.sin() + 0.0021 * (2.0 * sun).sin() - 0.4068 * moon.sin()
        + 0.0161 * (2.0 * moon).sin()
        - 0.0004 * (3.0 * moon).sin()
        + 0.0104 * (2.0 * latitude).sin()
        - 0.0051 * (sun + moon).sin()
        - 0.0074 * (sun - moon).sin()
        + 0.0004 * (2.0 * latitude + sun).sin()
        - 0.0004 * (2.0 * latitude - sun).sin()
        - 0.0006 * (2.0 * latitude + moon).sin()
        + 0.0010 * (2.0 * latitude - moon).sin()
        + 0.0005 * (2.0 * moon + sun).sin();
    // Dynamical time less universal time, days.
    let delta = if t < -11.0 {
        0.001 + 0.000_839 * t + 0.000_226_1 * t2 - 0.000_008_45 * t3 - 0.000_000_081 * t * t3
    } else {
        -0.000_278 + 0.000_265 * t + 0.000_262 * t2
    };
    (mean + correction - delta + 0.5 + OFFSET).floor() as i64
}

/// Which twelfth of the ecliptic (0 at the spring equinox) the sun is in when a Vietnamese day begins.
fn solar_term(day: i64) -> i64 {
    let t = (day as f64 - 0.5 - OFFSET - 2_451_545.0) / 36_525.0;
    let (t2, rad) = (t * t, PI / 180.0);
    let anomaly = (357.529_10 + 35_999.050_30 * t - 0.000_155_9 * t2 - 0.000_000_48 * t * t2) * rad;
    let mean = 280.466_45 + 36_000.769_83 * t + 0.000_303_2 * t2;
    let centre = (1.914_600 - 0.004_817 * t - 0.000_014 * t2) * anomaly.sin()
        + (0.019_993 - 0.000_101 * t) * (2.0 * anomaly).sin()
        + 0.000_290 * (3.0 * anomaly).sin();
    ((mean + centre).rem_euclid(360.0) / 30.0).floor() as i64
}

/// The new moon (its count) that begins the eleventh month of a solar year.
fn eleventh(year: i32) -> i64 {
    let last = jiff::civil::Date::new(year as i16, 12, 31).map_or(EPOCH, julian);
    let k = ((last as f64 - 2_415_021.0) / MONTH).floor() as i64;
    // The solstice is in the twelfth that begins at 270 degrees: it must not have been reached when the month begins.
    if solar_term(new_moon(k)) >= 9 { k - 1 } else { k }
}

/// How many months after the eleventh the leap month comes, where the year from that month has thirteen.
fn leap_after(first: i64, next: i64) -> Option<i64> {
    (next - first > 12)
        .then(|| (1..14).find(|i| solar_term(new_moon(first + i)) == solar_term(new_moon(first + i + 1))))
        .flatten()
}

/// The lunar date of a day. Right for the years 1900 to 2199.
pub(super) fn of(date: Date) -> LunarDate {
    let day = julian(date);
    let mut k = ((day as f64 - FIRST) / MONTH).floor() as i64 + 1;
    while new_moon(k) > day {
        k -= 1;
    }
    let year = i32::from(date.year());
    let (mut first, mut next) = (eleventh(year - 1), eleventh(year));
    let mut of_year = year;
    if k >= next {
        (first, next) = (next, eleventh(year + 1));
        of_year = year + 1;
    }
    let after = k - first;
    let leap_at = leap_after(first, next);
    let leap = leap_at == Some(after);
    let numbered = after - i64::from(leap_at.is_some_and(|leap| after >= leap));
    let month = (numbered + 10) % 12 + 1;
    // The eleventh and twelfth month belong to the lunar year before.
    let of_year = if numbered < 2 { of_year - 1 } else { of_year };
    LunarDate { day: (day - new_moon(k) + 1) as i32, month: month as i32, year: of_year, leap }
}

/// The day of a lunar date; none where that month or day does not exist.
pub(super) fn day(lunar: LunarDate) -> Option<Date> {
    let solstice_year = if lunar.month >= 11 { lunar.year } else { lunar.year - 1 };
    let (first, next) = (eleventh(solstice_year), eleventh(solstice_year + 1));
    let mut after = i64::from((lunar.month + 1) % 12);
    match (lunar.leap, leap_after(first, next)) {
        (true, Some(leap)) if leap == after + 1 => after += 1,
        (true, _) => return None,
        (false, Some(leap)) if after >= leap => after += 1,
        (false, _) => {}
    }
    let (start, end) = (new_moon(first + after), new_moon(first + after + 1));
    let day = start + i64::from(lunar.day) - 1;
    if lunar.day < 1 || day >= end { None } else { civil(day) }
}

/// The last day of a lunar year: the day before the first of Tết.
pub(super) fn eve(year: i32) -> Option<Date> {
    day(LunarDate { day: 1, month: 1, year: year + 1, leap: false })?.yesterday().ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn lunar(day: i32, month: i32, year: i32) -> LunarDate {
        LunarDate { day, month, year, leap: false }
    }

    /// First days of Tết as the calendars of those years had them; 2007 and 1985 differ from the Chinese ones.
    #[test]
    fn the_new_year_falls_where_calendars_had_it() {
        for (y, m, d) in [
            (1985, 1, 21),
            (2000, 2, 5),
            (2007, 2, 17),
            (2012, 1, 23),
            (2018, 2, 16),
            (2019, 2, 5),
            (2020, 1, 25),
            (2021, 2, 12),
            (2022, 2, 1),
            (2023, 1, 22),
            (2024, 2, 10),
            (2025, 1, 29),
            (2026, 2, 17),
            (2030, 2, 2),
        ] {
            let first = date(y, m, d);
            assert_eq!(day(lunar(1, 1, i32::from(y))), Some(first), "{y}");
            assert_eq!(of(first), lunar(1, 1, i32::from(y)), "{y}");
        }
    }

    #[test]
    fn leap_months_are_the_known_ones() {
        for (year, month) in [(2014, 9), (2017, 6), (2020, 4), (2023, 2), (2025, 6), (2028, 5), (2031, 3), (2033, 11)] {
            for m in 1..=12 {
                let leap = day(LunarDate { day: 1, month: m, year, leap: true });
                assert_eq!(leap.is_some(), m == month, "{year}-{m}");
            }
        }
    }

    #[test]
    fn feasts_are_where_they_were() {
        assert_eq!(day(lunar(15, 8, 2023)), Some(date(2023, 9, 29)));
        assert_eq!(day(lunar(15, 7, 2023)), Some(date(2023, 8, 30)));
        assert_eq!(day(lunar(10, 3, 2024)), Some(date(2024, 4, 18)));
        assert_eq!(day(lunar(24, 12, 2018)), Some(date(2019, 1, 29)));
        assert_eq!(eve(2022), Some(date(2023, 1, 21)));
        assert_eq!(of(date(2023, 1, 21)).day, 30);
        assert_eq!(day(lunar(30, 12, 2024)), None, "that month had 29 days");
        assert_eq!(day(lunar(0, 1, 2024)), None);
    }

    #[test]
    fn every_day_goes_there_and_back() {
        let mut at = date(1990, 1, 1);
        let mut before: Option<LunarDate> = None;
        while at < date(2060, 1, 1) {
            let lunar = of(at);
            assert_eq!(day(lunar), Some(at), "{at} {lunar:?}");
            if let Some(before) = before {
                assert!(lunar.day == before.day + 1 || (lunar.day == 1 && before.day >= 29), "{at}");
            }
            before = Some(lunar);
            at = at.tomorrow().unwrap();
        }
    }
}
