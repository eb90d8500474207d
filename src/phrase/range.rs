//! From one time to another: ranges of hours, of parts of the day and of days, across midnight too.

use jiff::Timestamp;
use jiff::civil::Date;

use super::atom::{Clock, Day, Year};
use super::compose::{Join, Moment, Told};
use super::parts::Half;
use super::refusal::Refusal;
use super::resolve::{Candidate, Here, days_of, on, reason, resolve, wide_enough};
use super::which_day::{self, Dated, plus};
use super::which_hour::{self, Hour};
use crate::base::Said;
use crate::say;

/// Between two parts of the day that are told side by side: at most this much apart, in minutes.
const SIDE_BY_SIDE: i32 = 8 * 60;

/// One end of a range on its day.
#[derive(Clone)]
struct End {
    minute: i32,
    clock: Option<Clock>,
}

impl End {
    fn at(&self, date: Date, here: &Here<'_>) -> Option<Timestamp> {
        match self.clock {
            Some(clock) => here.at_clock(date, self.minute, clock),
            None => here.at(date, self.minute),
        }
    }
}

/// The range between moment `k` and the next.
pub(super) fn between(told: &Told, k: usize, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    let (mut left, mut right) = (told.moments[k].clone(), told.moments[k + 1].clone());
    // What is told before or behind the range and has no clock is told of both ends.
    let context = told.moments.iter().enumerate().filter(|(n, m)| *n != k && *n != k + 1 && m.clock.is_none());
    let mut part = None;
    for (n, moment) in context {
        part = part.or(moment.part);
        if n < k {
            if left.days.is_empty() {
                left.days.clone_from(&moment.days);
            }
        } else if left.days.is_empty() && right.days.is_empty() {
            // Behind both ends, such as "20h-21h tại chợ, tối 15/7": the day on which it began.
            left.days.clone_from(&moment.days);
        }
    }
    if part.is_some() && left.part.is_none() && right.part.is_none() {
        (left.part, right.part) = (part.filter(|_| left.clock.is_some()), part.filter(|_| right.clock.is_some()));
    } else if part.is_some() && left.part.is_none() && left.clock.is_some() {
        left.part = part;
    }
    // "đêm 14-15/7" is the one night between the two dates; "tối 14-15/7" are two evenings.
    if left.is_part()
        && !left.from
        && right.clock.is_none()
        && right.part.is_none()
        && !right.now
        && !right.days.is_empty()
    {
        return each(&left, &right, here);
    }
    spanning(&left, &right, here)
}

/// A part of the day on the days from one to another.
fn each(left: &Moment, right: &Moment, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    let Some(last) = right_date(right, here)? else { return spanning(left, right, here) };
    let first = Moment { days: relative_to(&left.days, last)?, ..left.clone() };
    let night = left.part.is_some_and(|part| part.end > 1440);
    let alone = |moment: Moment| resolve(&Told { moments: vec![moment], ..Told::default() }, here);
    let next = right_date(&first, here)?.and_then(|first| plus(first, 1)) == Some(last);
    let mut found = alone(first)?;
    if !(night && next) {
        found.extend(alone(Moment { days: vec![on(last)], ..left.clone() })?);
        found.iter_mut().for_each(|candidate| candidate.weight *= 0.5);
    }
    Ok(found)
}

/// Two parts of the day that are told side by side: `đêm 14 rạng sáng 15/7`, `đêm 21-4 và sáng 22-4`. None where they
/// are not one stretch of time.
pub(super) fn union(told: &Told, here: &Here<'_>) -> Result<Option<Vec<Candidate>>, Refusal> {
    let [left, right] = told.moments.as_slice() else { return Ok(None) };
    let days = |m: &Moment| m.clock.is_none() && m.part.is_none() && m.span.is_none() && !m.days.is_empty();
    if told.joins.first() == Some(&Join::And) && days(left) && days(right) {
        let both = spanning(left, right, here)?;
        // "ngày 15 và 16/7" is one stretch, "ngày 10 và 16/7" two days.
        let close = both.into_iter().filter(|c| c.end.duration_since(c.start).as_hours() <= 49).collect::<Vec<_>>();
        return Ok((!close.is_empty()).then_some(close));
    }
    let joined = told.joins.first().is_some_and(|join| matches!(join, Join::And | Join::Beside));
    if !joined || !left.is_part() && !right.is_part() || left.part.is_none() || right.part.is_none() {
        return Ok(None);
    }
    let (Some(first), Some(second)) = (left.part, right.part) else { return Ok(None) };
    if left.clock.is_some() || right.clock.is_some() {
        let (Some(date), Some(clock)) = (right_date(right, here)?, left.clock) else { return Ok(None) };
        return of_two_parts(left, clock, right, date, here);
    }
    let found = spanning(left, right, here)?;
    let limit = i64::from((first.end - first.start) + (second.end - second.start) + SIDE_BY_SIDE);
    let close: Vec<Candidate> =
        found.into_iter().filter(|c| c.end.duration_since(c.start).as_mins() <= limit).collect();
    Ok((!close.is_empty()).then_some(close))
}

/// A clock in the first of two parts of the day that stand side by side; the second is of this date.
fn of_two_parts(
    left: &Moment,
    clock: Clock,
    right: &Moment,
    date: Date,
    here: &Here<'_>,
) -> Result<Option<Vec<Candidate>>, Refusal> {
    let early = clock.hour <= 6 || right.part.is_some_and(|part| part.half == Half::Morning);
    let moment = match left.days.as_slice() {
        // "1h sáng đêm 14/7", "2h đêm rạng sáng 15/7": the day is that of the second.
        [] if early => Moment { part: right.part, days: right.days.clone(), ..left.clone() },
        [] => return Ok(None),
        // "2h đêm 14 rạng sáng 15/7": the second tells the month. "1h sáng 15/7 (đêm 14/7)": each has its own.
        days => {
            let near = relative_to(days, date)?;
            let first = which_day::meanings(&near, here.today())?.first().map(|dated| dated.date);
            let beside = first.and_then(|first| date.since(first).ok()).is_some_and(|span| span.get_days().abs() <= 1);
            Moment { days: if beside { near } else { days.to_vec() }, ..left.clone() }
        }
    };
    // "9h sáng 10/7, đêm 12/7": two times, of which only one is searched.
    let apart = which_day::meanings(&moment.days, here.today())?
        .first()
        .and_then(|first| date.since(first.date).ok())
        .is_some_and(|span| span.get_days().abs() > 1);
    let alone = Told { moments: vec![moment], ..Told::default() };
    let found = resolve(&alone, here)?.into_iter();
    Ok(Some(found.map(|c| Candidate { weight: if apart { c.weight * 0.6 } else { c.weight }, ..c }).collect()))
}

fn right_date(right: &Moment, here: &Here<'_>) -> Result<Option<Date>, Refusal> {
    Ok(days_of(right, here)?.first().map(|dated| dated.date))
}

/// Days whose month or year is left out, as those next before a date.
fn relative_to(days: &[Day], date: Date) -> Result<Vec<Day>, Refusal> {
    let one = |day: &Day| match *day {
        Day::Solar { day, month: None, .. } => {
            let month = if i64::from(day) <= i64::from(date.day()) {
                Some(date)
            } else {
                date.first_of_month().yesterday().ok()
            };
            let found = month.and_then(|m| Date::new(m.year(), m.month(), day as i8).ok());
            let month = month.map_or(0, |m| m.month());
            found.map(on).ok_or_else(|| Refusal::NoSuchDate(format!("{day}/{month}")))
        }
        Day::Solar { day, month: Some(month), year: Year::Untold } => {
            let of = |year: i16| Date::new(year, month as i8, day as i8).ok();
            let found = [date.year(), date.year() - 1].into_iter().filter_map(of).find(|d| *d <= date);
            found.map(on).ok_or_else(|| Refusal::NoSuchDate(format!("{day}/{month}")))
        }
        other => Ok(other),
    };
    days.iter().map(one).collect()
}

/// The meanings of the clocks of both ends, paired so that the range is as short as the words allow.
fn hours(left: &Moment, right: &Moment) -> Vec<(End, End, f64, Option<Said>)> {
    let halved = |m: &Moment| m.clock.is_some_and(|c| c.half);
    let literal = |m: &Moment| m.clock.is_some_and(|c| c.exact && !c.half);
    let fixed = |m: &Moment| m.clock.is_none() || m.part.is_some() || halved(m);
    let day_clock = (literal(left) && left.part.is_none()) || (literal(right) && right.part.is_none());
    let choices = |m: &Moment, last: bool| -> Vec<Hour> {
        let sure = |minute: i32| vec![Hour { minute, weight: 0.95, why: None }];
        match (m.clock, m.part) {
            (Some(clock), Some(part)) => which_hour::meanings(clock, Some(part), true),
            (Some(clock), None) if day_clock || clock.exact => sure(clock.hour * 60 + clock.minutes),
            (Some(clock), None) => which_hour::meanings(clock, None, true),
            (None, Some(part)) => sure(if last { part.end } else { part.start }),
            (None, None) => sure(if last { 1440 } else { 0 }),
        }
    };
    let (lefts, rights) = (choices(left, false), choices(right, true));
    let forward = |l: &Hour, r: &Hour| (r.minute - l.minute - 1).rem_euclid(1440);
    let end = |hour: &Hour, m: &Moment| End { minute: hour.minute, clock: m.clock };
    let pair = |l: &Hour, r: &Hour| {
        let why = if l.why.is_some() && !fixed(left) { l.why.clone() } else { r.why.clone().filter(|_| !fixed(right)) };
        (end(l, left), end(r, right), l.weight.min(r.weight), why)
    };
    let nearest = |of: &Hour| rights.iter().min_by_key(|r| forward(of, r)).map(|r| pair(of, r));
    match (fixed(left), fixed(right)) {
        // "từ 8 đến 9h tối": the part tells the end, and the start is the nearest before it.
        (false, true) if right.part.is_some() || halved(right) => {
            let Some(last) = rights.first() else { return Vec::new() };
            let first = lefts.iter().min_by_key(|l| forward(l, last));
            first.map(|l| (end(l, left), end(last, right), 0.9, None)).into_iter().collect()
        }
        (true, _) => {
            lefts.first().and_then(nearest).map(|(l, r, w, why)| (l, r, w.max(0.85), why)).into_iter().collect()
        }
        (false, _) => lefts.iter().filter_map(nearest).collect(),
    }
}

fn spanning(left: &Moment, right: &Moment, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    let unclear = || Refusal::Unclear(here.quote.to_owned());
    // "từ năm 2019 đến nay"
    if left.year.is_some() && left.days.is_empty() && left.span.is_none() {
        return Err(Refusal::TooWide(here.quote.to_owned()));
    }
    let one_night = |days: &[Day]| days.is_empty() || days.iter().all(|day| *day == Day::Same);
    let next = right.days.contains(&Day::Next);
    let mut left = left.clone();
    let right_days = if right.now || next || one_night(&right.days) { Vec::new() } else { days_of(right, here)? };
    if let Some(dated) = right_days.first()
        && !matches!(left.days.first(), None | Some(Day::Same | Day::Next))
    {
        left.days = relative_to(&left.days, dated.date)?;
    }
    let left_days = if one_night(&left.days) { Vec::new() } else { days_of(&left, here)? };
    // "từ 10/7 đến 15": the day is the first one after the start.
    let pairs = hours(&left, right);
    let mut found = Vec::new();
    for (first, last, weight, why) in pairs {
        let build = |start: Option<Timestamp>, end: Option<Timestamp>, dated: &Dated, weight: f64| {
            let (start, end) = start.zip(end)?;
            let mut whys = vec![reason(dated, here, start)];
            whys.extend(why.clone());
            here.window(start, end, weight * dated.weight, whys)
        };
        let candidate = |start_on: Date, end_on: Date, dated: &Dated, weight: f64| {
            build(first.at(start_on, here), last.at(end_on, here), dated, weight)
        };
        if right.now {
            let days = if left_days.is_empty() { recent(&first, here) } else { left_days.clone() };
            found.extend(days.iter().filter_map(|d| build(first.at(d.date, here), Some(here.instant()), d, weight)));
            continue;
        }
        match (left_days.as_slice(), right_days.as_slice()) {
            ([], []) => {
                found.extend(lately(&first, &last, here).and_then(|(s, e, dated)| candidate(s, e, &dated, weight)))
            }
            (lefts, []) => {
                for dated in lefts {
                    let shift = i32::from(next);
                    let day = |n: i32| plus(dated.date, n);
                    let after = |day: &Date| last.at(*day, here) > first.at(dated.date, here);
                    let end = if next { day(shift) } else { (-1..3).filter_map(day).find(after) };
                    found.extend(end.and_then(|end| candidate(dated.date, end, dated, weight)));
                }
            }
            ([], rights) => {
                for dated in rights {
                    let before = |day: &Date| first.at(*day, here) < last.at(dated.date, here);
                    let start = (-1..3).filter_map(|n| plus(dated.date, -n)).find(before);
                    // "từ 22h đến 2h ngày 15/7": the date may be that of either end.
                    let open = right.part.is_none() && right.clock.is_some() && start.is_some_and(|s| s < dated.date);
                    let (sure, other) = if open { (weight * 0.7, weight * 0.5) } else { (weight, 0.0) };
                    found.extend(start.and_then(|start| candidate(start, dated.date, dated, sure)));
                    if open {
                        let day_after = plus(dated.date, 1);
                        found.extend(day_after.and_then(|end| candidate(dated.date, end, dated, other)));
                    }
                }
            }
            (lefts, rights) => {
                let all = lefts.iter().flat_map(|l| rights.iter().map(move |r| (l, r)));
                found.extend(all.filter_map(|(l, r)| candidate(l.date, r.date, l, weight * r.weight)));
            }
        }
    }
    if !found.is_empty() {
        return wide_enough(found, here);
    }
    let dated = left_days.first().or(right_days.first()).map(|d| d.date);
    let both = !left_days.is_empty() && !right_days.is_empty();
    match dated {
        Some(_) if both && left_days[0].date > right_days[0].date => Err(Refusal::Reversed(here.quote.to_owned())),
        Some(date) if date >= here.today() => Err(Refusal::Future(here.quote.to_owned())),
        Some(_) => Err(Refusal::Reversed(here.quote.to_owned())),
        None => Err(unclear()),
    }
}

/// The last day on which a time has passed.
fn recent(first: &End, here: &Here<'_>) -> Vec<Dated> {
    let passed = |date: &Date| first.at(*date, here).is_some_and(|at| at < here.instant());
    let date = (0..3).filter_map(|back| plus(here.today(), -back)).find(passed);
    let why = say!("không nói ngày nào, lấy lần gần nhất đã qua", "no day is told, so the last time that it was");
    date.map(|date| Dated { date, weight: 0.75, why }).into_iter().collect()
}

/// The last days on which a range without a day was over.
fn lately(first: &End, last: &End, here: &Here<'_>) -> Option<(Date, Date, Dated)> {
    let why = say!("không nói ngày nào, lấy lần gần nhất đã qua", "no day is told, so the last time that it was");
    (0..4).filter_map(|back| plus(here.today(), 1 - back)).find_map(|end| {
        let at = last.at(end, here).filter(|at| *at <= here.instant())?;
        let start = (-1..3).filter_map(|n| plus(end, -n)).find(|day| first.at(*day, here).is_some_and(|s| s < at))?;
        Some((start, end, Dated { date: start, weight: 0.75, why: why.clone() }))
    })
}
