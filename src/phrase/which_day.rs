//! Which dates a told day can mean, seen from today.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

use super::atom::{Day, LunarYear, Which, Year};
use super::lunar::{self, LunarDate};
use super::refusal::Refusal;
use crate::base::Said;
use crate::say;

/// One meaning of a told day.
#[derive(Clone, Debug)]
pub(super) struct Dated {
    pub date: Date,
    pub weight: f64,
    /// What speaks for it.
    pub why: Said,
}

/// `thứ bảy 15/7/2023`.
pub(super) fn shown(date: Date) -> Said {
    let (vi, en) = match date.weekday() {
        Weekday::Monday => ("thứ hai", "Monday"),
        Weekday::Tuesday => ("thứ ba", "Tuesday"),
        Weekday::Wednesday => ("thứ tư", "Wednesday"),
        Weekday::Thursday => ("thứ năm", "Thursday"),
        Weekday::Friday => ("thứ sáu", "Friday"),
        Weekday::Saturday => ("thứ bảy", "Saturday"),
        Weekday::Sunday => ("chủ nhật", "Sunday"),
    };
    let (d, m, y) = (date.day(), date.month(), date.year());
    say!("{vi} {d}/{m}/{y}", "{en} {d}/{m}/{y}")
}

pub(super) fn plus(date: Date, days: i32) -> Option<Date> {
    Span::new().try_days(days).ok().and_then(|span| date.checked_add(span).ok())
}

/// The meanings of all days told for one time, best first; empty where none is told.
///
/// # Errors
/// Where a day is impossible, or yet to come.
pub(super) fn meanings(days: &[Day], today: Date) -> Result<Vec<Dated>, Refusal> {
    let told: Vec<Day> = days.iter().copied().filter(|day| !matches!(day, Day::Same)).collect();
    let lists = told.iter().map(|day| one(*day, today)).collect::<Result<Vec<_>, _>>()?;
    let known: Vec<&Vec<Dated>> = lists.iter().filter(|list| !list.is_empty()).collect();
    let Some((first, rest)) = known.split_first() else {
        if days.is_empty() {
            return Ok(Vec::new());
        }
        // "cùng ngày" without another day: the report is of today.
        let why = say!("không có ngày nào khác trong câu, lấy hôm nay", "no other day is told, so today is taken");
        let before = say!("không có ngày nào khác trong câu, lấy hôm qua", "no other day is told, so yesterday");
        let mut days = vec![Dated { date: today, weight: 0.7, why }];
        days.extend(plus(today, -1).map(|date| Dated { date, weight: 0.4, why: before }));
        return Ok(days);
    };
    let agreed: Vec<Dated> = first
        .iter()
        .filter(|dated| rest.iter().all(|list| list.iter().any(|other| other.date == dated.date)))
        .map(|dated| Dated { weight: dated.weight.max(0.9), ..dated.clone() })
        .collect();
    if rest.is_empty() {
        return Ok((*first).clone());
    }
    if !agreed.is_empty() {
        return Ok(agreed);
    }
    // "trưa 15/7 qua ngã ba": there "qua" is no yesterday.
    if told.contains(&Day::Qua) {
        let without: Vec<Day> = told.into_iter().filter(|day| *day != Day::Qua).collect();
        let through = say!("\"qua\" ở đây là đi qua, hoặc là hôm qua", "\"qua\" may be through, or yesterday");
        let doubted =
            |(dated, weight): (Dated, f64)| Dated { weight: dated.weight * weight, why: through.clone(), ..dated };
        let dates = meanings(&without, today)?.into_iter().map(|dated| (dated, 0.6));
        let yesterday = one(Day::Qua, today)?.into_iter().map(|dated| (dated, 0.4));
        return Ok(dates.chain(yesterday).map(doubted).collect());
    }
    let dates: Vec<String> = known.iter().filter_map(|list| list.first()).map(|d| shown(d.date).vi).collect();
    let (vi, en) = (
        dates.join(", "),
        known.iter().filter_map(|l| l.first()).map(|d| shown(d.date).en).collect::<Vec<_>>().join(", "),
    );
    let why = say!("các ngày trong câu không khớp nhau: {vi}", "the days in the sentence contradict each other: {en}");
    let all = known.iter().flat_map(|list| list.iter());
    Ok(all.map(|dated| Dated { weight: dated.weight * 0.4, why: why.clone(), ..dated.clone() }).collect())
}

fn one(day: Day, today: Date) -> Result<Vec<Dated>, Refusal> {
    let dated = |date: Option<Date>, weight: f64, why: Said| {
        date.map(|date| Dated { date, weight, why }).into_iter().collect::<Vec<_>>()
    };
    let list = match day {
        Day::From(days) => dated(plus(today, days), 0.95, counted(days)),
        Day::Qua => dated(plus(today, -1), 0.95, counted(-1)),
        Day::Solar { day, month: Some(month), year } => solar(day, month, year, today)?,
        Day::Solar { day, month: None, .. } => day_of_month(day, today)?,
        Day::OfMonth { day, back } => {
            let why = if back == 0 { say!("tháng này", "this month") } else { say!("tháng trước", "last month") };
            let month = today.first_of_month().checked_sub(back.months()).ok();
            let date = month.and_then(|first| Date::new(first.year(), first.month(), day as i8).ok());
            match date {
                None => return Err(Refusal::NoSuchDate(day.to_string())),
                Some(date) if date > today => return Err(Refusal::Future(shown_short(date))),
                date => dated(date, 0.9, why),
            }
        }
        Day::Weekday { day, which } => weekday(day, which, today)?,
        Day::Lunar { day, month, leap, year } => lunar_day(day, month, leap, year, today)?,
        Day::Either { day, month, year } => either(day, month, year, today)?,
        Day::Eve => {
            let year = lunar::of(today).year;
            let eve = [year, year - 1].into_iter().filter_map(lunar::eve).find(|eve| *eve <= today);
            dated(eve, 0.9, say!("giao thừa gần nhất đã qua", "the last lunar New Year's Eve"))
        }
        Day::Vague => (1..=3)
            .flat_map(|back| {
                let why = say!("\"hôm trước\" không rõ hôm nào", "it is not told which day");
                dated(plus(today, -back), 0.4 - 0.07 * f64::from(back), why)
            })
            .collect(),
        Day::MonthsAgo(months) => {
            let why = say!("đúng {months} tháng trước", "{months} months ago to the day");
            dated(today.checked_sub(months.months()).ok(), 0.4, why)
        }
        Day::Same | Day::Next => Vec::new(),
    };
    Ok(list)
}

fn counted(days: i32) -> Said {
    let back = -days;
    match days {
        0 => say!("hôm nay", "today"),
        -1 => say!("hôm qua", "yesterday"),
        -2 => say!("hôm kia", "two days ago"),
        _ => say!("{back} ngày trước", "{back} days ago"),
    }
}

fn shown_short(date: Date) -> String {
    format!("{}/{}/{}", date.day(), date.month(), date.year())
}

fn at(day: u32, month: u32, year: i32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn solar(day: u32, month: u32, year: Year, today: Date) -> Result<Vec<Dated>, Refusal> {
    let this = i32::from(today.year());
    let told = match year {
        Year::Told(year) => Some(year),
        Year::Back(back) => Some(this - back),
        Year::Untold => None,
    };
    if let Some(year) = told {
        let date = at(day, month, year).ok_or_else(|| Refusal::NoSuchDate(format!("{day}/{month}/{year}")))?;
        if date > today {
            return Err(Refusal::Future(shown_short(date)));
        }
        return Ok(vec![Dated { date, weight: 0.98, why: say!("như đã viết", "as written") }]);
    }
    // Only the last time that the date came is meant; who means an earlier year writes it.
    let last = [this, this - 1].into_iter().filter_map(|year| at(day, month, year)).find(|date| *date <= today);
    let Some(date) = last else { return Err(Refusal::NoSuchDate(format!("{day}/{month}"))) };
    let (vi, en) = (shown(date).vi, shown(date).en);
    Ok(vec![if i32::from(date.year()) == this {
        Dated { date, weight: 0.92, why: say!("{day}/{month} năm nay", "{day}/{month} of this year") }
    } else {
        let why = say!(
            "{day}/{month} năm nay chưa tới, lấy lần gần nhất đã qua: {vi}",
            "{day}/{month} of this year is yet to come, the last one was {en}"
        );
        Dated { date, weight: if date.until(today).is_ok_and(|span| span.get_days() < 250) { 0.7 } else { 0.4 }, why }
    }])
}

/// A day without its month: the last one.
fn day_of_month(day: u32, today: Date) -> Result<Vec<Dated>, Refusal> {
    let month = |back: i64| today.first_of_month().checked_sub(back.months()).ok();
    let date = (0..3)
        .filter_map(month)
        .filter_map(|first| Date::new(first.year(), first.month(), day as i8).ok())
        .find(|d| *d <= today);
    let date = date.ok_or_else(|| Refusal::NoSuchDate(day.to_string()))?;
    Ok(vec![Dated { date, weight: 0.85, why: say!("ngày {day} gần nhất đã qua", "the last {day}th") }])
}

fn weekday(day: Weekday, which: Which, today: Date) -> Result<Vec<Dated>, Refusal> {
    let back = i32::from(today.weekday().to_monday_zero_offset()) - i32::from(day.to_monday_zero_offset());
    let since = back.rem_euclid(7);
    let dated = |days: i32, weight: f64, why: Said| plus(today, days).map(|date| Dated { date, weight, why });
    let last = || say!("lần gần nhất đã qua", "the last one");
    let list = match which {
        Which::Untold if since == 0 => vec![
            dated(0, 0.55, say!("hôm nay cũng là thứ đó", "today is that weekday too")),
            dated(-7, 0.4, say!("tuần trước; hôm nay cũng là thứ đó", "a week ago; today is that weekday too")),
        ],
        Which::Untold => vec![dated(-since, 0.85, last())],
        Which::Past => vec![dated(if since == 0 { -7 } else { -since }, 0.9, last())],
        Which::Before => {
            let first = if since == 0 { -7 } else { -since };
            vec![dated(first, 0.6, last()), dated(first - 7, 0.35, say!("của tuần trước đó", "of the week before"))]
        }
        Which::Week(weeks) => {
            let days = weeks * 7 - back;
            if days > 0 {
                return Err(Refusal::Future(plus(today, days).map(shown_short).unwrap_or_default()));
            }
            let why = match weeks {
                0 => say!("tuần này", "this week"),
                -1 => say!("tuần trước", "last week"),
                _ => say!("tuần trước nữa", "the week before last"),
            };
            vec![dated(days, 0.93, why)]
        }
    };
    Ok(list.into_iter().flatten().collect())
}

/// The last time that a lunar day came.
fn lunar_day(day: i32, month: Option<i32>, leap: bool, year: LunarYear, today: Date) -> Result<Vec<Dated>, Refusal> {
    let now = lunar::of(today);
    let told = month.map_or_else(|| format!("{day} âm lịch"), |month| format!("{day}/{month} âm lịch"));
    let Some(month) = month else {
        // This lunar month, or the one before.
        let first = plus(today, 1 - now.day);
        let before = first.and_then(|first| plus(first, -1)).map(lunar::of);
        let both = [Some(now), before].into_iter().flatten();
        let date = both.filter_map(|at| lunar::day(LunarDate { day, ..at })).find(|date| *date <= today);
        let date = date.ok_or(Refusal::NoSuchDate(told))?;
        return Ok(vec![Dated {
            date,
            weight: 0.75,
            why: say!("ngày {day} âm lịch gần nhất", "the last {day}th of a lunar month"),
        }]);
    };
    let fits = |y: i32| match year {
        LunarYear::Untold => true,
        LunarYear::Told(told) => y == told,
        LunarYear::Back(back) => y == i32::from(today.year()) - back,
        LunarYear::Cycle(n) => y.rem_euclid(60) == n,
    };
    let mut years: Vec<i32> = (now.year - 70..=now.year).rev().filter(|y| fits(*y)).collect();
    if years.is_empty() && matches!(year, LunarYear::Told(told) if told > now.year) {
        return Err(Refusal::Future(told));
    }
    // A leap month comes once in some years; other days every year.
    if !leap {
        years.truncate(2);
    }
    for y in years {
        let began = lunar::day(LunarDate { day: 1, month, year: y, leap }).is_some_and(|first| first <= today);
        if !began {
            continue;
        }
        match lunar::day(LunarDate { day, month, year: y, leap }) {
            None => return Err(Refusal::NoSuchDate(format!("{told} {y}"))),
            Some(date) if date <= today => {
                let written = format!("{day}/{month}/{y}");
                let why =
                    say!("{written} âm lịch, lần gần nhất đã qua", "{written} of the lunar calendar, the last one");
                return Ok(vec![Dated { date, weight: 0.9, why }]);
            }
            Some(_) => {}
        }
    }
    Err(if matches!(year, LunarYear::Untold) { Refusal::NoSuchDate(told) } else { Refusal::Future(told) })
}

/// "mùng 5 tháng 7": of either calendar.
fn either(day: u32, month: Option<u32>, year: Year, today: Date) -> Result<Vec<Dated>, Refusal> {
    let lunar_year = match year {
        Year::Told(year) => LunarYear::Told(year),
        _ => LunarYear::Untold,
    };
    let by_sun = month.map_or_else(|| day_of_month(day, today), |month| solar(day, month, year, today));
    let by_moon = lunar_day(day as i32, month.map(|m| m as i32), false, lunar_year, today);
    let both = match (by_sun, by_moon) {
        (Err(refusal), Err(_)) => return Err(refusal),
        (sun, moon) => [(sun, 0.55, "dương lịch", "the solar calendar"), (moon, 0.42, "âm lịch", "the lunar calendar")],
    };
    let mut all = Vec::new();
    for (list, weight, vi, en) in both {
        for dated in list.unwrap_or_default() {
            let why = say!("hiểu \"mùng\" theo {vi}", "by {en}");
            all.push(Dated { weight, why, ..dated });
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// A Sunday.
    const TODAY: Date = date(2023, 7, 16);

    fn dates(day: Day) -> Vec<Date> {
        meanings(&[day], TODAY).unwrap().into_iter().map(|d| d.date).collect()
    }

    fn weekday(day: Weekday, which: Which) -> Vec<Date> {
        dates(Day::Weekday { day, which })
    }

    #[test]
    fn weekdays_are_the_last_ones_unless_a_week_is_told() {
        assert_eq!(weekday(Weekday::Friday, Which::Untold), [date(2023, 7, 14)]);
        assert_eq!(weekday(Weekday::Sunday, Which::Untold), [TODAY, date(2023, 7, 9)]);
        assert_eq!(weekday(Weekday::Sunday, Which::Week(-1)), [date(2023, 7, 9)]);
        assert_eq!(weekday(Weekday::Sunday, Which::Past), [date(2023, 7, 9)]);
        assert_eq!(weekday(Weekday::Friday, Which::Before), [date(2023, 7, 14), date(2023, 7, 7)]);
        assert_eq!(weekday(Weekday::Monday, Which::Week(0)), [date(2023, 7, 10)]);
    }

    #[test]
    fn a_date_without_a_year_is_the_last_one() {
        let solar = |day, month| dates(Day::Solar { day, month, year: Year::Untold });
        assert_eq!(solar(15, Some(7)), [date(2023, 7, 15)]);
        assert_eq!(solar(20, Some(12)), [date(2022, 12, 20)]);
        assert_eq!(solar(31, None), [date(2023, 5, 31)]);
        let leap = Day::Solar { day: 29, month: Some(2), year: Year::Untold };
        assert!(matches!(meanings(&[leap], TODAY), Err(Refusal::NoSuchDate(_))));
        let future = Day::Solar { day: 20, month: Some(7), year: Year::Told(2023) };
        assert!(matches!(meanings(&[future], TODAY), Err(Refusal::Future(_))));
    }

    #[test]
    fn days_that_agree_are_one_and_days_that_do_not_are_both_offered() {
        let date_told = Day::Solar { day: 15, month: Some(7), year: Year::Untold };
        assert_eq!(meanings(&[Day::From(-1), date_told], TODAY).unwrap().len(), 1);
        let both = meanings(&[Day::From(-2), date_told], TODAY).unwrap();
        assert!(both.len() == 2 && both.iter().all(|d| d.weight < 0.5));
        let through = Day::Solar { day: 10, month: Some(7), year: Year::Untold };
        assert_eq!(meanings(&[through, Day::Qua], TODAY).unwrap()[0].date, date(2023, 7, 10));
    }
}
