//! What a sentence tells about time, piece by piece, before anything is put together.

use jiff::civil::Weekday;

use super::parts::Part;
use super::refusal::Refusal;

/// One piece of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Atom {
    Clock(Clock),
    Part(&'static Part),
    Day(Day),
    Span(Span),
    /// A year without its date.
    Year(Year),
    /// So many minutes before now.
    Ago(i32),
    /// The minutes that end now.
    Last(i32),
    Hedge(Hedge),
    /// "từ".
    From,
    /// "giữa … và …".
    Between,
    /// "đến", a dash.
    To,
    /// "và".
    And,
    /// "nay", the end of "đến nay".
    Now,
    /// What cannot be, or is yet to come.
    Wrong(Refusal),
}

impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        self.name == other.name
    }
}

/// A time of day as told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clock {
    /// 0 to 24.
    pub hour: i32,
    /// Minutes after that hour; before it ("kém") where negative.
    pub minutes: i32,
    /// Nanoseconds after that minute.
    pub nanos: i64,
    /// Whether it is a full hour, which people say of what they remember less well.
    pub whole: bool,
    /// Whether it can only be meant on the clock of 24 hours.
    pub exact: bool,
    /// Whether "am" or "pm" tells its half of the day.
    pub half: bool,
    /// Seconds east of UTC, where told.
    pub offset: Option<i32>,
}

impl Clock {
    /// The full hour on a clock of 12 or 24 hours.
    pub(super) fn full(hour: i32) -> Clock {
        Clock { hour, minutes: 0, nanos: 0, whole: true, exact: hour == 0 || hour > 12, half: false, offset: None }
    }
}

/// A day as told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Day {
    /// Days from today.
    From(i32),
    /// "qua" behind a part of the day: yesterday, or "through" where another day is told.
    Qua,
    Solar {
        day: u32,
        month: Option<u32>,
        year: Year,
    },
    /// A day of the month so many months back.
    OfMonth {
        day: u32,
        back: i32,
    },
    Weekday {
        day: Weekday,
        which: Which,
    },
    Lunar {
        day: i32,
        month: Option<i32>,
        leap: bool,
        year: LunarYear,
    },
    /// "mùng 5 tháng 7": people say it of both calendars.
    Either {
        day: u32,
        month: Option<u32>,
        year: Year,
    },
    /// The last day of the lunar year.
    Eve,
    /// The day that is told elsewhere in the sentence, or today.
    Same,
    /// The day after the one that is told elsewhere.
    Next,
    /// "hôm trước": nobody can tell which.
    Vague,
    /// The same day of the month, months back.
    MonthsAgo(i32),
}

/// A year as told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Year {
    Untold,
    Told(i32),
    /// Years before this one.
    Back(i32),
}

/// A lunar year as told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LunarYear {
    Untold,
    Told(i32),
    /// Years before this one.
    Back(i32),
    /// Its name in the cycle of sixty: years whose remainder this is.
    Cycle(i32),
}

/// Which of many weekdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Untold,
    /// Weeks from this one.
    Week(i32),
    /// "vừa rồi": the last one before today.
    Past,
    /// "trước": the last one before today, or the one before that.
    Before,
}

/// Several days as told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub of: SpanOf,
    pub third: Third,
}

/// What a span of days is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpanOf {
    /// Weeks from this one.
    Week(i32),
    /// Months from this one.
    Months(i32),
    /// A month by its number.
    Month(u32, Year),
}

/// Which part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Third {
    Whole,
    Start,
    Middle,
    End,
}

/// How a time is hedged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hedge {
    /// "đúng", or nothing.
    Exact,
    /// "khoảng".
    About,
    /// "hơn".
    Over,
    /// "gần".
    Nearly,
    /// "trước".
    Before,
    /// "sau".
    After,
}

/// Windows of hedged times, in minutes: THE table of paddings.
pub(super) fn padding(hedge: Hedge, whole: bool) -> (i64, i64) {
    match (hedge, whole) {
        (Hedge::About, true) => (30, 30),
        (Hedge::About, false) => (15, 15),
        (Hedge::Over, true) => (0, 30),
        (Hedge::Over, false) => (0, 15),
        (Hedge::Nearly, _) => (30, 0),
        (Hedge::Exact | Hedge::Before | Hedge::After, _) => (5, 5),
    }
}
