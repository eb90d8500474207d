//! Dates in a path beside the one that was read: each is a doubt when it tells another day.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::path::PathText;
use super::reading::Reading;
use super::words;

/// A folder dated more than a day off the start that was read is a doubt (midnight and zones explain one day); so is,
/// for a `general` form, a date in the name beyond those of start and end.
pub(super) fn other_dates(reading: &mut Reading, path: &PathText, zone: &TimeZone, general: bool) {
    let Some(start) = reading.start else { return };
    let read = start.0.to_zoned(zone.clone()).date();
    let near = |date: Date| read.until(date).is_ok_and(|apart| apart.get_days().abs() <= 1);
    if let Some(folder) = folder_date(path.folders()).filter(|folder| !near(*folder)) {
        reading.unclear(words::folder_date(folder));
    }
    if general {
        let dates = dates_in(&path.as_str()[path.name_at()..]);
        let own = 1 + usize::from(reading.end.is_some());
        let end = reading.end.map(|end| end.0.to_zoned(zone.clone()).date());
        let other = dates.iter().find(|date| !near(**date) && Some(**date) != end).or_else(|| dates.get(own));
        if let Some(other) = other {
            reading.unclear(words::another_date(*other));
        }
    }
}

/// The date of the innermost folder that is nothing but a date (`2024-01-31`, `20240131`, `2024013112`, `20240131AM`,
/// or three folders `2024/01/31`).
fn folder_date(folders: &str) -> Option<Date> {
    let parts: Vec<&str> = folders.split('/').collect();
    (0..parts.len()).rev().find_map(|at| {
        let digits: String = parts[at].chars().filter(char::is_ascii_digit).collect();
        let alone = parts[at].chars().all(|c| c.is_ascii_digit() || "-_.AaPpMm".contains(c));
        if alone && (8..=10).contains(&digits.len()) {
            return date_of(&digits[..8]);
        }
        let three =
            parts.get(at..at + 3).filter(|three| [4, 2, 2].iter().zip(*three).all(|(n, part)| part.len() == *n))?;
        date_of(&three.concat())
    })
}

/// Every date that stands in a name as eight digits or more, or as 4-2-2 with one sign between (`2024-01-31`).
pub(super) fn dates_in(name: &str) -> Vec<Date> {
    let mut runs: Vec<(&str, &str)> = Vec::new();
    let mut rest = name;
    // Pairs of a run of digits and what stands before it.
    while let Some(from) = rest.find(|c: char| c.is_ascii_digit()) {
        let to = rest[from..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |len| from + len);
        runs.push((&rest[..from], &rest[from..to]));
        rest = &rest[to..];
    }
    let joined = |at: usize, sign: &str| runs.get(at).is_some_and(|(before, run)| *before == sign && run.len() == 2);
    let found = runs.iter().enumerate().filter_map(|(at, (before, run))| {
        if run.len() >= 8 {
            return date_of(&run[..8]);
        }
        let sign = runs.get(at + 1).map(|(sign, _)| *sign).filter(|sign| ["-", "_", "."].contains(sign))?;
        // In `31_01_2024_12_30` the year ends a date and begins none.
        let ends_one = at > 0 && *before == sign && runs[at - 1].1.len() == 2;
        let begins = run.len() == 4 && !ends_one && joined(at + 1, sign) && joined(at + 2, sign);
        begins.then(|| [run, runs[at + 1].1, runs[at + 2].1].concat()).and_then(|digits| date_of(&digits))
    });
    found.collect()
}

/// `20240131` as a date of this or the last century.
fn date_of(digits: &str) -> Option<Date> {
    let (year, rest) = digits.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    let year: i16 = year.parse().ok().filter(|year| (1970..2100).contains(year))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn folders_that_are_dates() {
        for (folders, want) in [
            ("/srv/2023-05-01/cam", Some(date(2023, 5, 1))),
            ("/srv/2023/05/01/12", Some(date(2023, 5, 1))),
            ("/srv/2021071519", Some(date(2021, 7, 15))),
            ("/srv/20240131AM", Some(date(2024, 1, 31))),
            ("/srv/2022-01-01/2023-05-01", Some(date(2023, 5, 1))),
            ("/srv/cam 2023-05-01 old", None),
            ("/srv/99999999", None),
        ] {
            assert_eq!(folder_date(folders), want, "{folders}");
        }
    }

    #[test]
    fn dates_inside_a_name() {
        assert_eq!(dates_in("a_20240131_123000_2024-02-01.mp4"), [date(2024, 1, 31), date(2024, 2, 1)]);
        assert_eq!(dates_in("31_01_2024_12_30_07_2023.05.06.mp4"), [date(2023, 5, 6)]);
        assert_eq!(dates_in("1920x1080_60.mp4"), []);
    }
}
