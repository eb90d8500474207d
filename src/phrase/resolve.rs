//! From moments to intervals: every meaning of a sentence, with what speaks for it.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use super::atom::{Clock, Day, Hedge, Span, SpanOf, Third, Year, padding};
use super::compose::{Join, Moment, Told};
use super::parts::{Half, Part};
use super::refusal::Refusal;
use super::which_day::{self, Dated, plus};
use super::which_hour::{self, Hour};
use super::{Padding, range};
use crate::base::Said;
use crate::say;

/// One meaning of a sentence.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub start: Timestamp,
    pub end: Timestamp,
    /// How far the window reaches around the time that was told; none where a window was told.
    pub padding: Option<Padding>,
    pub weight: f64,
    pub why: Vec<Said>,
}

/// Days that may be searched at once; more is refused.
pub(super) const WIDEST_DAYS: i64 = 31;

/// The present, where the sentence was said.
pub(super) struct Here<'z> {
    pub now: &'z Zoned,
    /// The sentence's words about time, to quote.
    pub quote: &'z str,
}

impl Here<'_> {
    pub(super) fn today(&self) -> Date {
        self.now.date()
    }

    pub(super) fn instant(&self) -> Timestamp {
        self.now.timestamp()
    }

    /// The instant of a minute after a date's midnight, in the zone of the sentence; where the clock skips or repeats it,
    /// as if it had not changed yet.
    pub(super) fn at(&self, date: Date, minute: i32) -> Option<Timestamp> {
        let date = plus(date, minute.div_euclid(1440))?;
        let minute = minute.rem_euclid(1440);
        let time = Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).ok()?;
        let zoned = date.to_datetime(time).to_zoned(self.now.time_zone().clone()).ok()?;
        Some(zoned.timestamp())
    }

    /// The same of a clock, which may have told seconds and an offset.
    pub(super) fn at_clock(&self, date: Date, minute: i32, clock: Clock) -> Option<Timestamp> {
        let rest = SignedDuration::from_nanos(clock.nanos);
        let Some(seconds) = clock.offset else { return self.at(date, minute)?.checked_add(rest).ok() };
        let date = plus(date, minute.div_euclid(1440))?;
        let minute = minute.rem_euclid(1440);
        let civil = DateTime::from_parts(date, Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).ok()?);
        Offset::from_seconds(seconds).ok()?.to_timestamp(civil).ok()?.checked_add(rest).ok()
    }

    fn future(&self) -> Refusal {
        Refusal::Future(self.quote.to_owned())
    }

    fn unclear(&self) -> Refusal {
        Refusal::Unclear(self.quote.to_owned())
    }

    /// The window as a candidate: what is yet to come is cut off and said, a window that has not begun is none.
    pub(super) fn window(
        &self,
        start: Timestamp,
        end: Timestamp,
        weight: f64,
        mut why: Vec<Said>,
    ) -> Option<Candidate> {
        if start >= self.instant() && start != end || end < start {
            return None;
        }
        let cut = end > self.instant();
        if cut {
            why.push(say!("chỉ đến bây giờ, phần sau chưa tới", "up to now, the rest is yet to come"));
        }
        Some(Candidate { start, end: end.min(self.instant()), padding: None, weight, why })
    }
}

/// All meanings, best first.
///
/// # Errors
/// Where none is left: why.
pub(super) fn resolve(told: &Told, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    if let Some(k) = told.joins.iter().position(|join| *join == Join::To) {
        return range::between(told, k, here);
    }
    if let Some(union) = range::union(told, here)? {
        return Ok(union);
    }
    let clocked = told.moments.iter().filter(|m| m.clock.is_some()).count();
    let mut all: Vec<Candidate> = Vec::new();
    let mut refused = None;
    let mut before: Option<Date> = None;
    let mut times = 0;
    for (n, moment) in told.moments.iter().enumerate() {
        // A part of the day or a date beside a clock belongs to the clock.
        if clocked > 0 && moment.clock.is_none() {
            continue;
        }
        let moment = with_context(moment, told, n, before);
        match single(&moment, here) {
            Ok(found) => {
                before = before.or(found.first().map(|c| c.start.to_zoned(here.now.time_zone().clone()).date()));
                let factor = if all.is_empty() { 1.0 } else { 0.7 };
                times += 1;
                all.extend(found.into_iter().map(|c| Candidate { weight: c.weight * factor, ..c }));
            }
            Err(refusal) => refused = refused.or(Some(refusal)),
        }
    }
    // Several times that nothing joins: the first is the likeliest, and none is sure.
    let shared = if times > 1 { 0.7 } else { 1.0 };
    let all: Vec<Candidate> = all.into_iter().map(|c| Candidate { weight: c.weight * shared, ..c }).collect();
    match (all.is_empty(), refused) {
        (true, Some(refusal)) => Err(refusal),
        // A time that cannot be beside one that can: neither is believed.
        (false, Some(_)) => Ok(all.into_iter().map(|c| Candidate { weight: c.weight * 0.5, ..c }).collect()),
        (_, None) => Ok(all),
    }
}

/// The moment with what others tell of it: the day, and a part of the day that has no clock of its own.
fn with_context(moment: &Moment, told: &Told, n: usize, before: Option<Date>) -> Moment {
    let mut moment = moment.clone();
    let same = moment.days.iter().all(|day| *day == Day::Same);
    let mut others: Vec<&Moment> = told.moments[..n].iter().rev().chain(&told.moments[n + 1..]).collect();
    if same {
        let days = others.iter().find(|m| m.days.iter().any(|d| *d != Day::Same)).map(|m| m.days.clone());
        moment.days.extend(days.unwrap_or_default());
    }
    others.retain(|m| m.clock.is_none() && m.part.is_some());
    if moment.clock.is_some()
        && moment.part.is_none()
        && let Some(other) = others.first()
    {
        moment.part = other.part;
    }
    if moment.days.contains(&Day::Next) {
        moment.days = before.and_then(|d| plus(d, 1)).map_or(vec![Day::Next], |d| vec![on(d)]);
    }
    moment
}

/// A date as a told day.
pub(super) fn on(date: Date) -> Day {
    let (day, month) = (u32::from(date.day().unsigned_abs()), u32::from(date.month().unsigned_abs()));
    Day::Solar { day, month: Some(month), year: Year::Told(i32::from(date.year())) }
}

/// The days of a moment, and the one before where today's night may have begun yesterday.
pub(super) fn days_of(moment: &Moment, here: &Here<'_>) -> Result<Vec<Dated>, Refusal> {
    if moment.days.contains(&Day::Next) {
        return Err(here.unclear());
    }
    let mut days = which_day::meanings(&moment.days, here.today())?;
    let late = moment.part.is_some_and(|part| matches!(part.half, Half::Evening | Half::Night));
    if moment.days == [Day::From(0)] && late && here.now.hour() < 5 {
        let why = say!("đêm này bắt đầu từ hôm qua", "this night began yesterday");
        days.extend(plus(here.today(), -1).map(|date| Dated { date, weight: 0.85, why }));
    }
    Ok(days)
}

fn single(moment: &Moment, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    if moment.year.is_some() && moment.days.is_empty() && moment.span.is_none() {
        return Err(Refusal::TooWide(here.quote.to_owned()));
    }
    if let Some(span) = moment.span.filter(|_| moment.clock.is_some() || moment.part.is_some()) {
        return within(span, moment, here);
    }
    if let Some(clock) = moment.clock {
        return clocked(moment, clock, here);
    }
    if let Some(minutes) = moment.ago {
        return Ok(ago(minutes, moment.hedge, here));
    }
    if let Some(minutes) = moment.last
        && moment.part.is_none()
        && moment.days.is_empty()
    {
        return last(minutes, here);
    }
    // "trước 15/7": without a clock there is no other end.
    if matches!(moment.hedge, Some(Hedge::Before | Hedge::After)) {
        return Err(Refusal::TooWide(here.quote.to_owned()));
    }
    if let Some(span) = moment.span {
        return spanned(span, here);
    }
    if moment.now && moment.days.is_empty() && moment.part.is_none() {
        return last(30, here);
    }
    let found = match moment.part {
        Some(part) => of_part(part, moment, here)?,
        None => whole_days(&days_of(moment, here)?, here),
    };
    let found = if moment.from { found.into_iter().map(|c| until_now(c, here)).collect() } else { found };
    if found.is_empty() { Err(here.future()) } else { wide_enough(found, here) }
}

/// Refuses what is wider than anybody can look through.
pub(super) fn wide_enough(found: Vec<Candidate>, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    let widest = SignedDuration::from_hours(24 * WIDEST_DAYS + 1);
    let fits: Vec<Candidate> = found.into_iter().filter(|c| c.end.duration_since(c.start) <= widest).collect();
    if fits.is_empty() { Err(Refusal::TooWide(here.quote.to_owned())) } else { Ok(fits) }
}

fn until_now(candidate: Candidate, here: &Here<'_>) -> Candidate {
    let mut why = candidate.why;
    why.push(say!("chỉ nói lúc bắt đầu, tính đến bây giờ", "only the start is told, so up to now"));
    Candidate { end: here.instant(), weight: candidate.weight * 0.7, why, ..candidate }
}

fn ago(minutes: i32, hedge: Option<Hedge>, here: &Here<'_>) -> Vec<Candidate> {
    let told = crate::base::say::length(f64::from(minutes) * 60.0);
    let (vi, en) = (&told.vi, &told.en);
    // Further back for "hơn": that length of time and more.
    let (before, after) = match hedge {
        Some(Hedge::Over) => (30, 0),
        Some(Hedge::Nearly) => (0, 30),
        Some(Hedge::Exact) => (5, 5),
        _ => (15, 15),
    };
    let back = |minutes: i64| here.instant().checked_sub(SignedDuration::from_mins(minutes)).ok();
    let minutes = i64::from(minutes);
    let ends = back(minutes + before).zip(back(minutes - after));
    let candidate = ends.map(|(start, end)| Candidate {
        start,
        end,
        padding: Some(Padding { before_min: before, after_min: after }),
        weight: 0.9,
        why: vec![say!("{vi} trước bây giờ", "{en} before now")],
    });
    candidate.into_iter().collect()
}

fn last(minutes: i32, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    let start =
        here.instant().checked_sub(SignedDuration::from_mins(i64::from(minutes))).map_err(|_| here.unclear())?;
    let told = crate::base::say::length(f64::from(minutes) * 60.0);
    let (vi, en) = (&told.vi, &told.en);
    let why = vec![say!("{vi} vừa qua", "the last {en}")];
    wide_enough(vec![Candidate { start, end: here.instant(), padding: None, weight: 0.85, why }], here)
}

/// A clock: its window around every day and hour that it can mean.
fn clocked(moment: &Moment, clock: Clock, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    let days = days_of(moment, here)?;
    let day_told = !moment.days.is_empty();
    let mut hours = which_hour::meanings(clock, moment.part, day_told);
    // "2h đêm qua" is told of the night that has just passed.
    if moment.days.contains(&Day::Qua) || moment.days == [Day::From(-1)] {
        let sure = hours.len() == 2 && hours[0].minute == hours[1].minute + 1440;
        if sure && moment.part.is_some() {
            hours[0].weight = 0.85;
            hours[1].weight = 0.1;
        }
    }
    let days = if days.is_empty() { lately(clock, &hours, here) } else { cross(&days, &hours) };
    let mut found = Vec::new();
    for (dated, hour) in days {
        let Some(at) = here.at_clock(dated.date, hour.minute, clock) else { continue };
        if at > here.instant() {
            continue;
        }
        found.extend(around(at, &dated, &hour, clock, moment, here));
    }
    if found.is_empty() { Err(here.future()) } else { Ok(found) }
}

/// Every hour on every day.
fn cross(days: &[Dated], hours: &[Hour]) -> Vec<(Dated, Hour)> {
    days.iter().flat_map(|day| hours.iter().map(|hour| (day.clone(), hour.clone()))).collect()
}

/// Every hour on the last day on which it has passed.
fn lately(clock: Clock, hours: &[Hour], here: &Here<'_>) -> Vec<(Dated, Hour)> {
    let passed = |hour: &Hour| {
        let minute = hour.minute.rem_euclid(1440);
        let day = (0..2).filter_map(|back| plus(here.today(), -back));
        day.into_iter().find(|day| here.at_clock(*day, minute, clock).is_some_and(|at| at <= here.instant()))
    };
    let why = || say!("không nói ngày nào, lấy lần gần nhất đã qua", "no day is told, so the last time that it was");
    let mut found: Vec<(Dated, Hour)> = Vec::new();
    for hour in hours {
        let Some(date) = passed(hour) else { continue };
        let hour = Hour { minute: hour.minute.rem_euclid(1440), ..hour.clone() };
        if found.iter().all(|(other, of)| other.date != date || of.minute != hour.minute) {
            found.push((Dated { date, weight: 0.8, why: why() }, hour));
        }
    }
    found
}

/// The window around an instant.
fn around(
    at: Timestamp,
    dated: &Dated,
    hour: &Hour,
    clock: Clock,
    moment: &Moment,
    here: &Here<'_>,
) -> Option<Candidate> {
    let weight = dated.weight * hour.weight;
    let mut why = vec![reason(dated, here, at)];
    why.extend(hour.why.clone());
    let from = moment.from.then_some(Hedge::After);
    let hedge = moment.hedge.filter(|h| *h != Hedge::About || from.is_none()).or(from).unwrap_or(Hedge::Exact);
    let minutes = |n: i64| SignedDuration::from_mins(n);
    match hedge {
        Hedge::After => {
            let end = here.at(dated.date, open_end(moment.part, hour.minute))?;
            why.push(say!(
                "chỉ nói lúc bắt đầu, lấy đến hết buổi",
                "only the start is told, so to the end of that time of day"
            ));
            here.window(at, end, weight * 0.9, why)
        }
        Hedge::Before => {
            let start = here.at(dated.date, open_start(moment.part, hour.minute))?;
            why.push(say!(
                "chỉ nói lúc kết thúc, lấy từ đầu buổi",
                "only the end is told, so from the start of that time of day"
            ));
            // How much earlier nobody said: the user is to look at it.
            here.window(start, at, weight * 0.6, why)
        }
        hedge => {
            let (before_min, after_min) = padding(hedge, clock.whole);
            why.push(hedged(hedge, before_min, after_min));
            let start = at.checked_sub(minutes(before_min)).ok()?;
            let end = at.checked_add(minutes(after_min)).ok()?;
            Some(Candidate { start, end, padding: Some(Padding { before_min, after_min }), weight, why })
        }
    }
}

/// Where "sau 22h" ends: with the part of the day that was told, or with the night.
fn open_end(part: Option<&Part>, minute: i32) -> i32 {
    let night = minute.div_euclid(1440) * 1440;
    match part {
        Some(part) if part.end > minute => part.end,
        _ if minute - night >= 18 * 60 => night + 29 * 60,
        _ if minute - night < 5 * 60 => night + 5 * 60,
        _ => night + 24 * 60,
    }
}

/// Where "trước 22h" begins: with the part of the day that was told, or with the day.
fn open_start(part: Option<&Part>, minute: i32) -> i32 {
    match part {
        Some(part) if part.start < minute => part.start,
        _ => (minute - 1).div_euclid(1440) * 1440,
    }
}

fn hedged(hedge: Hedge, before: i64, after: i64) -> Said {
    match hedge {
        Hedge::About => say!("±{before} phút vì nói khoảng", "±{before} min, since it is told as about"),
        Hedge::Over => say!("thêm {after} phút vì nói hơn", "{after} min more, since it is told as past"),
        Hedge::Nearly => say!("sớm hơn {before} phút vì nói gần", "{before} min earlier, since it is told as nearly"),
        _ => say!("±{before} phút", "±{before} min"),
    }
}

/// The day on which a window begins, and why that one.
pub(super) fn reason(dated: &Dated, here: &Here<'_>, at: Timestamp) -> Said {
    let day = which_day::shown(at.to_zoned(here.now.time_zone().clone()).date());
    let (day_vi, day_en, vi, en) = (day.vi, day.en, &dated.why.vi, &dated.why.en);
    say!("{day_vi}: {vi}", "{day_en}: {en}")
}

/// The window of a part of the day.
fn of_part(part: &'static Part, moment: &Moment, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    let days = days_of(moment, here)?;
    let window = |dated: &Dated| {
        let (start, end) = (here.at(dated.date, part.start)?, here.at(dated.date, part.end)?);
        let (vi, en, from, to) = (part.name, part.english, which_hour::shown(part.start), which_hour::shown(part.end));
        let why = vec![reason(dated, here, start), say!("{vi} là {from}–{to}", "{en} is {from}–{to}")];
        here.window(start, end, dated.weight * part.weight, why)
    };
    if !days.is_empty() {
        return Ok(days.iter().filter_map(window).collect());
    }
    let why = say!("không nói ngày nào, lấy lần gần nhất đã qua", "no day is told, so the last time that it was");
    let dated = |back: i32| plus(here.today(), -back).map(|date| Dated { date, weight: 0.7, why: why.clone() });
    Ok((0..3).filter_map(dated).find_map(|dated| window(&dated)).into_iter().collect())
}

fn whole_days(days: &[Dated], here: &Here<'_>) -> Vec<Candidate> {
    let window = |dated: &Dated| {
        let (start, end) = (here.at(dated.date, 0)?, here.at(dated.date, 1440)?);
        let why = vec![reason(dated, here, start), say!("cả ngày", "the whole day")];
        here.window(start, end, dated.weight * 0.9, why)
    };
    days.iter().filter_map(window).collect()
}

/// A time of day in several days: of few days each is offered, of many nobody knows which.
fn within(span: Span, moment: &Moment, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    let (first, last) = days_of_span(span, here.today()).ok_or_else(|| here.unclear())?;
    let days: Vec<Date> = (0..3).filter_map(|n| plus(first, n)).filter(|day| *day <= last).collect();
    if !moment.days.is_empty() {
        return single(&Moment { span: None, ..moment.clone() }, here);
    }
    if plus(first, 3).is_none_or(|day| day <= last) {
        return Err(here.unclear());
    }
    let of = |date: Date| single(&Moment { days: vec![on(date)], span: None, ..moment.clone() }, here).ok();
    let each = days.into_iter().filter_map(of).flatten();
    let found: Vec<Candidate> = each.map(|c| Candidate { weight: c.weight * 0.5, ..c }).collect();
    if found.is_empty() { Err(here.future()) } else { Ok(found) }
}

/// Several days as a whole.
fn spanned(span: Span, here: &Here<'_>) -> Result<Vec<Candidate>, Refusal> {
    let (first, last) = days_of_span(span, here.today()).ok_or_else(|| here.unclear())?;
    if first > here.today() {
        return Err(here.future());
    }
    let why = say!("nói cả khoảng nhiều ngày", "several days are told");
    let ends = here.at(first, 0).zip(here.at(last, 1440));
    let found = ends.and_then(|(start, end)| here.window(start, end, 0.75, vec![why]));
    wide_enough(found.into_iter().collect(), here)
}

/// The first and the last day of a span: a week begins on Monday; its thirds are Monday and Tuesday, Wednesday and
/// Thursday, the weekend; those of a month are ten days each.
fn days_of_span(span: Span, today: Date) -> Option<(Date, Date)> {
    let first_of = |of: SpanOf| match of {
        SpanOf::Week(weeks) => plus(today, weeks * 7 - i32::from(today.weekday().to_monday_zero_offset())),
        SpanOf::Months(months) => today.first_of_month().checked_add(i64::from(months).months()).ok(),
        SpanOf::Month(month, year) => {
            let told = match year {
                Year::Told(year) => Some(year),
                Year::Back(back) => Some(i32::from(today.year()) - back),
                Year::Untold => None,
            };
            let of = |year: i32| Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok();
            let this = i32::from(today.year());
            told.map_or_else(|| [this, this - 1].into_iter().filter_map(of).find(|first| *first <= today), of)
        }
    };
    let first = first_of(span.of)?;
    if let SpanOf::Week(_) = span.of {
        let (from, to) = match span.third {
            Third::Whole => (0, 6),
            Third::Start => (0, 1),
            Third::Middle => (2, 3),
            Third::End => (5, 6),
        };
        // On a Wednesday "cuối tuần" is the last one.
        let weeks = if span.of == SpanOf::Week(0)
            && plus(first, from).is_some_and(|day| day > today)
            && span.third != Third::Whole
        {
            -7
        } else {
            0
        };
        return plus(first, from + weeks).zip(plus(first, to + weeks));
    }
    match span.third {
        Third::Whole => Some((first, first.last_of_month())),
        Third::Start => Some((first, plus(first, 9)?)),
        Third::Middle => Some((plus(first, 10)?, plus(first, 19)?)),
        Third::End => Some((plus(first, 20)?, first.last_of_month())),
    }
}
