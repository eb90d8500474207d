//! From pieces to moments: what belongs to one time, and which two are the ends of a range.

use super::atom::{Atom, Clock, Day, Hedge, LunarYear, Span, SpanOf, Which, Year};
use super::parts::Part;
use super::refusal::Refusal;
use super::scan::Item;

/// Everything told about one time.
#[derive(Clone, Debug, Default)]
pub(super) struct Moment {
    pub clock: Option<Clock>,
    pub part: Option<&'static Part>,
    pub days: Vec<Day>,
    pub span: Option<Span>,
    /// A year without its date.
    pub year: Option<Year>,
    pub ago: Option<i32>,
    pub last: Option<i32>,
    pub hedge: Option<Hedge>,
    /// Whether "từ" stands before it.
    pub from: bool,
    /// The present.
    pub now: bool,
}

/// How a moment hangs together with the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// Not at all.
    Apart,
    /// Side by side, without other words between.
    Beside,
    And,
    To,
}

/// The moments of a sentence, and which items told them.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub moments: Vec<Moment>,
    /// One less than moments.
    pub joins: Vec<Join>,
    /// For each item whether it was used.
    pub used: Vec<bool>,
}

impl Moment {
    pub(super) fn is_empty(&self) -> bool {
        self.clock.is_none()
            && self.part.is_none()
            && self.days.is_empty()
            && self.span.is_none()
            && self.year.is_none()
            && self.ago.is_none()
            && self.last.is_none()
            && !self.now
    }

    /// Gives days what else is told of them: "tuần trước, thứ 6", "tháng 6, ngày 15", "mùng 2 Tết năm ngoái".
    fn gather(&mut self) {
        let (mut span, mut year) = (self.span, self.year);
        for day in &mut self.days {
            match (&mut *day, self.span) {
                (
                    Day::Weekday { which: which @ Which::Untold, .. },
                    // "thứ hai đầu tuần này": the day says more than the part of the week.
                    Some(Span { of: SpanOf::Week(week), .. }),
                ) => {
                    *which = Which::Week(week);
                    span = None;
                }
                (
                    Day::Solar { month: month @ None, year: of, .. },
                    Some(Span { of: SpanOf::Month(told, told_year), .. }),
                ) => {
                    (*month, *of) = (Some(told), told_year);
                    span = None;
                }
                (Day::Solar { day: number, month: None, .. }, Some(Span { of: SpanOf::Months(months), .. })) => {
                    *day = Day::OfMonth { day: *number, back: -months };
                    span = None;
                }
                _ => {}
            }
            if let Some(told) = self.year {
                match day {
                    Day::Solar { year: of @ Year::Untold, month: Some(_), .. }
                    | Day::Either { year: of @ Year::Untold, .. } => {
                        *of = told;
                        year = None;
                    }
                    Day::Lunar { year: of @ LunarYear::Untold, .. } => {
                        *of = match told {
                            Year::Told(year) => LunarYear::Told(year),
                            Year::Back(back) => LunarYear::Back(back),
                            Year::Untold => LunarYear::Untold,
                        };
                        year = None;
                    }
                    _ => {}
                }
            }
        }
        if let (Some(Span { of: SpanOf::Month(month, Year::Untold), third }), Some(told)) = (span, year) {
            span = Some(Span { of: SpanOf::Month(month, told), third });
            year = None;
        }
        (self.span, self.year) = (span, year);
    }

    /// Whether it tells a part of the day and no clock.
    pub(super) fn is_part(&self) -> bool {
        self.clock.is_none() && self.part.is_some()
    }
}

fn is_time(atom: &Atom) -> bool {
    matches!(
        atom,
        Atom::Clock(_)
            | Atom::Part(_)
            | Atom::Day(_)
            | Atom::Span(_)
            | Atom::Year(_)
            | Atom::Ago(_)
            | Atom::Last(_)
            | Atom::Now
    )
}

/// Puts the items together.
///
/// # Errors
/// The refusal that an item carries.
pub(super) fn compose(items: &[Item]) -> Result<Told, Refusal> {
    let mut composer =
        Composer { told: Told { used: vec![false; items.len()], ..Told::default() }, ..Composer::default() };
    for n in 0..items.len() {
        composer.take(items, n)?;
    }
    composer.flush(Join::Apart);
    for moment in &mut composer.told.moments {
        moment.gather();
    }
    composer.share();
    Ok(composer.told)
}

#[derive(Default)]
struct Composer {
    told: Told,
    now: Moment,
    /// How the moment in work hangs together with the one before.
    join: Option<Join>,
    hedge: Option<Hedge>,
    between: bool,
    last: Option<Atom>,
}

impl Composer {
    /// "8h hay 9h tối qua", "thứ 7 và chủ nhật tuần trước": what is told once is told of both.
    fn share(&mut self) {
        let moments = &mut self.told.moments;
        for (n, join) in self.told.joins.iter().enumerate() {
            let Some(([.., left], [right, ..])) = moments.split_at_mut_checked(n + 1) else { continue };
            // "từ thứ 2 đến thứ 6 tuần trước"
            if let ([Day::Weekday { which: which @ Which::Untold, .. }], [Day::Weekday { which: told, .. }]) =
                (left.days.as_mut_slice(), right.days.as_slice())
                && matches!(join, Join::And | Join::To)
            {
                *which = *told;
            }
            if *join != Join::And {
                continue;
            }
            if left.clock.is_some() && right.clock.is_some() {
                left.part = left.part.or(right.part);
                right.part = right.part.or(left.part);
            }
            // "15/7 hoặc 16/7 lúc 7h sáng"
            if left.clock.is_none() && left.part.is_none() && left.span.is_none() && !left.days.is_empty() {
                (left.clock, left.part) = (right.clock, right.part);
                left.hedge = left.hedge.or(right.hedge);
            }
            // "9h sáng 15/7 hoặc 16/7", "tối 14 và 15/7"
            if right.clock.is_none() && right.part.is_none() && right.span.is_none() {
                (right.clock, right.part) = (left.clock, left.part);
                right.hedge = right.hedge.or(left.hedge);
            }
            if let (
                [Day::Solar { day: first, month: month @ None, year }],
                [Day::Solar { day: last, month: Some(told), year: of }],
            ) = (left.days.as_mut_slice(), right.days.as_slice())
                && *first < *last
            {
                (*month, *year) = (Some(*told), *of);
            }
        }
    }

    /// Ends the moment in work; the next one is joined to it like this.
    fn flush(&mut self, join: Join) {
        if self.now.is_empty() {
            return;
        }
        if !self.told.moments.is_empty() {
            self.told.joins.push(self.join.unwrap_or(Join::Apart));
        }
        self.told.moments.push(std::mem::take(&mut self.now));
        self.join = Some(join);
    }

    fn take(&mut self, items: &[Item], n: usize) -> Result<(), Refusal> {
        let item = &items[n];
        // The next item, where no other words lie between.
        let next = items.get(n + 1).filter(|next| !next.gap).map(|next| &next.atom);
        let before_time =
            next.is_some_and(|atom| is_time(atom) || matches!(atom, Atom::Hedge(_) | Atom::From | Atom::Between));
        let beside = if item.gap { Join::Apart } else { Join::Beside };
        let mut used = true;
        match &item.atom {
            Atom::Wrong(refusal) => return Err(refusal.clone()),
            Atom::Hedge(hedge) => {
                // Of several hedges in a row all are of what they lead to.
                let led_to = items[n + 1..].iter().take_while(|next| !next.gap).map(|next| &next.atom);
                let mut led_to = led_to.skip_while(|atom| matches!(atom, Atom::Hedge(_)));
                used = match led_to.next() {
                    Some(Atom::Clock(_) | Atom::Ago(_)) => true,
                    Some(Atom::From | Atom::Between | Atom::Part(_)) => *hedge == Hedge::About,
                    Some(Atom::Day(_)) => matches!(hedge, Hedge::Before | Hedge::After),
                    _ => false,
                };
                if used {
                    let weak = matches!(self.hedge, None | Some(Hedge::About | Hedge::Exact));
                    self.hedge = if weak && (self.hedge.is_none() || *hedge != Hedge::About) {
                        Some(*hedge)
                    } else {
                        self.hedge
                    };
                }
            }
            Atom::From | Atom::Between => {
                used = before_time;
                if used {
                    self.flush(beside);
                    self.between = item.atom == Atom::Between;
                    self.now.from = !self.between;
                }
            }
            Atom::To => {
                used = before_time && !self.now.is_empty() && !item.gap && self.joins(item, next);
                if used {
                    self.flush(Join::To);
                }
            }
            Atom::And => {
                used = before_time && !self.now.is_empty() && !item.gap;
                if used {
                    let join = if self.between { Join::To } else { Join::And };
                    self.flush(join);
                    self.between = false;
                }
            }
            Atom::Clock(clock) => {
                if self.now.clock.is_some() {
                    self.flush(beside);
                }
                self.now.clock = Some(*clock);
            }
            Atom::Part(part) => self.part(part, beside, next),
            Atom::Day(day) => {
                // "21h 14/7, 22h 15/7": the second date begins something new.
                let solar = |day: &Day| matches!(day, Day::Solar { .. });
                let full = (self.now.clock.is_some() || self.now.part.is_some()) && self.now.days.iter().any(solar);
                // "đêm 13, 14/7": the month is told with the last of them.
                if let (Some(Day::Solar { day: first, month: None, .. }), Day::Solar { day: last, month: Some(_), .. }) =
                    (self.now.days.last(), day)
                    && first != last
                {
                    self.flush(Join::And);
                } else if full && solar(day) && matches!(next, Some(Atom::Clock(_) | Atom::Part(_))) {
                    self.flush(beside);
                }
                self.now.days.push(*day);
            }
            Atom::Year(year) => self.now.year = Some(*year),
            Atom::Span(span) => self.now.span = Some(*span),
            Atom::Ago(minutes) => self.now.ago = Some(*minutes),
            Atom::Last(minutes) => self.now.last = Some(*minutes),
            // "từ khi … đến nay": an end whose start nobody understood is no time.
            Atom::Now => {
                used = n > 0 && self.told.used[n - 1];
                self.now.now = used;
            }
        }
        if is_time(&item.atom)
            && let Some(hedge) = self.hedge.take()
        {
            self.now.hedge = Some(hedge);
        }
        self.told.used[n] = used;
        self.last = Some(item.atom.clone());
        Ok(())
    }

    fn part(&mut self, part: &'static Part, beside: Join, next: Option<&Atom>) {
        let day_follows = matches!(next, Some(Atom::Day(_)));
        match self.now.part {
            // The same part again is no news, except of another day.
            Some(before) if before == part && (!day_follows || self.now.days.is_empty()) => {}
            // "midnight last night": the narrower one is meant.
            Some(before) if before.is_within(part) && self.now.days.is_empty() => {}
            Some(before) if part.is_within(before) && !day_follows => self.now.part = Some(part),
            Some(_) => {
                self.flush(beside);
                self.now.part = Some(part);
            }
            None => self.now.part = Some(part),
        }
    }

    /// Whether "đến" or a dash makes a range here: a dash between a time and a date is only a comma.
    fn joins(&self, item: &Item, next: Option<&Atom>) -> bool {
        let kind = |atom: &Atom| match atom {
            Atom::Clock(_) => 1,
            Atom::Part(_) => 2,
            Atom::Day(Day::Weekday { .. }) => 3,
            Atom::Day(_) => 4,
            _ => 5,
        };
        let same = match (&self.last, next) {
            (Some(left), Some(right)) => kind(left) == kind(right) || matches!(right, Atom::Hedge(_) | Atom::Now),
            _ => false,
        };
        // "23h 15/7 - 3h 16/7", "tối 15/7 - sáng 16/7"
        let again = match next {
            Some(Atom::Clock(_)) => self.now.clock.is_some(),
            Some(Atom::Part(_)) => self.now.part.is_some(),
            _ => false,
        };
        self.now.from || same || again || !item.dash
    }
}
