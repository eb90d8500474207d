//! The digits of a path as a reading of a clock: checked against the calendar, completed from another reading.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use regex::{Captures, Regex};

/// The parts of a time that one set of tokens captured; none of them is trusted yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Stamp {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    nanos: Option<i64>,
    afternoon: Option<bool>,
    epoch: Option<(i64, usize)>,
    /// Seconds east of UTC, where an offset stands beside the time.
    pub(super) offset_s: Option<i32>,
    /// Whether what stands in an offset's place is none that a zone has.
    pub(super) odd_offset: bool,
    /// The captured text, for messages.
    pub(super) text: String,
    /// Whether any of it stands in the last part of the path.
    pub(super) in_name: bool,
}

/// To what a clock reading is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precision {
    Millisecond,
    Second,
    Minute,
    Hour,
}

impl Precision {
    /// Length of what is left open, seconds; none where the reading is an instant.
    pub(super) fn open_s(self) -> Option<i64> {
        match self {
            Precision::Millisecond | Precision::Second => None,
            Precision::Minute => Some(60),
            Precision::Hour => Some(3600),
        }
    }

    /// Half-width of the interval around the first instant that the truth lies in, seconds.
    pub(super) fn uncertainty_s(self) -> f64 {
        match self {
            Precision::Millisecond => 1.0,
            Precision::Second => 2.0,
            Precision::Minute => 60.0,
            Precision::Hour => 3600.0,
        }
    }
}

/// What a stamp tells once it is held against the calendar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Told {
    /// Nothing, or too little to say anything by.
    Nothing,
    /// An instant, counted from 1970.
    Instant(Timestamp, Precision),
    /// A date with a time of day. `odd` when it was second 60, hour 24 or an hour that AM/PM contradicts.
    Clock { at: DateTime, precision: Precision, odd: bool },
    /// A date alone.
    Day(Date),
    /// A time of day without a date.
    TimeOfDay(Time),
    /// Parts of an hour without the hour.
    PartOfHour,
    /// Digits that no calendar or clock shows.
    Impossible,
}

impl Stamp {
    /// Collects the groups named `prefix` + token. `name_at` is where the last part of the path starts.
    pub(super) fn read(regex: &Regex, caps: &Captures<'_>, prefix: &str, name_at: usize) -> Stamp {
        let mut stamp = Stamp::default();
        for name in regex.capture_names().flatten() {
            let bare = match name.split_once('.') {
                Some((before, bare)) if prefix.strip_suffix('.') == Some(before) => bare,
                None if prefix.is_empty() => name,
                _ => continue,
            };
            if let Some(found) = caps.name(name).filter(|found| !found.is_empty()) {
                let told = stamp.take(bare, found.as_str());
                if told {
                    stamp.in_name |= found.start() >= name_at;
                    if !stamp.text.is_empty() {
                        stamp.text.push(' ');
                    }
                    stamp.text.push_str(found.as_str());
                }
            }
        }
        stamp
    }

    fn take(&mut self, token: &str, text: &str) -> bool {
        let number = text.parse::<i64>().ok();
        match token {
            "Y" => self.year = number,
            "y" => self.year = number.map(|y| 2000 + y),
            "m" => self.month = number,
            "b" => self.month = month_of(text),
            "d" => self.day = number,
            "H" => self.hour = number,
            "M" => self.minute = number,
            "S" => self.second = number,
            "f" => self.nanos = nanos(text),
            "p" => self.afternoon = Some(text.starts_with(['p', 'P', 'c', 'C'])),
            "z" => {
                self.offset_s = offset(text);
                self.odd_offset = self.offset_s.is_none();
            }
            "epoch" => self.epoch = number.map(|n| (n, text.len())),
            _ => return false,
        }
        true
    }

    /// Whether nothing was captured.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether the stamp names its own day.
    pub(super) fn has_day(&self) -> bool {
        self.day.is_some() || self.epoch.is_some()
    }

    /// Whether the stamp names its own hour.
    pub(super) fn has_hour(&self) -> bool {
        self.hour.is_some() || self.epoch.is_some()
    }

    /// An end takes what it does not say itself from the start.
    pub(super) fn completed_from(mut self, start: &Stamp) -> Stamp {
        self.year = self.year.or(start.year);
        self.month = self.month.or(start.month);
        self.day = self.day.or(start.day);
        self.hour = self.hour.or(start.hour);
        self.afternoon = self.afternoon.or(start.afternoon);
        self.offset_s = self.offset_s.or(start.offset_s);
        self
    }

    /// Holds the parts against the calendar.
    pub(super) fn told(&self) -> Told {
        if let Some((count, digits)) = self.epoch {
            return from_epoch(count, digits, self.nanos);
        }
        let date = match (self.year, self.month, self.day) {
            (Some(y), Some(m), Some(d)) => match small(y, m, d).and_then(|(y, m, d)| Date::new(y, m, d).ok()) {
                Some(date) => Some(date),
                None => return Told::Impossible,
            },
            _ => None,
        };
        let Some(hour) = self.hour else {
            return match date {
                Some(date) => Told::Day(date),
                None if self.minute.is_some() || self.second.is_some() => Told::PartOfHour,
                None => Told::Nothing,
            };
        };
        let (hour, twelve_odd) = match self.afternoon {
            Some(_) if hour > 12 || hour == 0 => (hour, true),
            Some(afternoon) => (hour % 12 + if afternoon { 12 } else { 0 }, false),
            None => (hour, false),
        };
        let minute = self.minute.unwrap_or(0);
        let second = self.second.unwrap_or(0);
        let next_day = hour == 24 && minute == 0 && second == 0;
        let leap = second == 60;
        let hour = if next_day { 0 } else { hour };
        let Some(time) = clock(hour, minute, if leap { 59 } else { second }, self.nanos.unwrap_or(0)) else {
            return Told::Impossible;
        };
        let Some(date) = date else { return Told::TimeOfDay(time) };
        let whole = DateTime::from_parts(date, time);
        let moved = if next_day { whole.tomorrow_start() } else { Some(whole) };
        let moved = if leap { moved.and_then(|at| at.checked_add(jiff::Span::new().seconds(1)).ok()) } else { moved };
        let precision = match (self.minute, self.second, self.nanos) {
            (None, ..) => Precision::Hour,
            (_, None, _) => Precision::Minute,
            (.., None) => Precision::Second,
            (.., Some(_)) => Precision::Millisecond,
        };
        moved.map_or(Told::Impossible, |at| Told::Clock { at, precision, odd: leap || next_day || twelve_odd })
    }
}

/// The next midnight, where the calendar has one.
trait TomorrowStart {
    fn tomorrow_start(self) -> Option<DateTime>;
}

impl TomorrowStart for DateTime {
    fn tomorrow_start(self) -> Option<DateTime> {
        self.date().tomorrow().ok().map(|date| date.to_datetime(Time::midnight()))
    }
}

fn small(y: i64, m: i64, d: i64) -> Option<(i16, i8, i8)> {
    Some((i16::try_from(y).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?))
}

fn clock(hour: i64, minute: i64, second: i64, nanos: i64) -> Option<Time> {
    let (hour, minute, second) = small(hour, minute, second)?;
    Time::new(i8::try_from(hour).ok()?, minute, second, i32::try_from(nanos).ok()?).ok()
}

/// 10 digits are seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds: true of every instant from 2001 to 2033.
fn from_epoch(count: i64, digits: usize, nanos: Option<i64>) -> Told {
    let micros = match digits {
        10 => count.checked_mul(1_000_000),
        13 => count.checked_mul(1_000),
        16 => Some(count),
        19 => Some(count / 1_000),
        _ => None,
    };
    let micros = micros.and_then(|micros| micros.checked_add(nanos.unwrap_or(0) / 1_000));
    let precision = if digits > 10 || nanos.is_some() { Precision::Millisecond } else { Precision::Second };
    let at = micros.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    at.map_or(Told::Impossible, |at| Told::Instant(at, precision))
}

fn month_of(text: &str) -> Option<i64> {
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_ascii_lowercase();
    names.iter().zip(1..).find(|(name, _)| **name == lower).map(|(_, number)| number)
}

/// Decimal digits behind the second, to nanoseconds.
fn nanos(text: &str) -> Option<i64> {
    let digits: String = text.chars().take(9).collect();
    let scale = 10i64.checked_pow(9u32.checked_sub(u32::try_from(digits.len()).ok()?)?)?;
    digits.parse::<i64>().ok()?.checked_mul(scale)
}

/// `Z`, `UTC`, `GMT+7`, `+07:00`, `+0700`, `+07_00`, `-06/00` as seconds east of UTC; none for what no zone has.
pub(super) fn offset(text: &str) -> Option<i32> {
    let upper = text.to_ascii_uppercase();
    let rest = upper.trim_start_matches("UTC").trim_start_matches("GMT");
    if rest.is_empty() || rest == "Z" {
        return Some(0);
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2).unwrap_or((&digits, ""));
    let minutes = if minutes.is_empty() { 0 } else { minutes.parse::<i32>().ok()? };
    let seconds = hours.parse::<i32>().ok()? * 3600 + minutes * 60;
    let known = seconds <= 14 * 3600 && minutes % 15 == 0 && minutes < 60;
    known.then_some(if rest.starts_with('-') { -seconds } else { seconds })
}
