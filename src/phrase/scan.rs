//! From tokens to the pieces that tell a time, in their order, and which tokens tell none.

use super::atom::{Atom, Clock, Day, Hedge, Year};
use super::lead::{AGO, AND, BEHIND, BETWEEN, FILLERS, FROM, HEDGES, LEADING, NIGHTS, TO, UNTIL_NOW};
use super::letters::{base, same_letters};
use super::parts::{self, Part};
use super::refusal::Refusal;
use super::token::{Kind, Token, Tokens};
use super::{clock, dates, days, numbers, shield, spans};

/// A piece, where it stands, and how it hangs together with the one before.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub atom: Atom,
    pub from: usize,
    pub to: usize,
    /// Whether other words lie between it and the item before.
    pub gap: bool,
    /// Whether it is a sign and no word.
    pub dash: bool,
    /// Two numbers that could be a house number as well.
    bare: bool,
    /// The time of day that a date such as "9.05" is as well.
    dotted: Option<Clock>,
}

/// All pieces of a sentence.
pub(super) fn scan(tokens: &Tokens) -> Vec<Item> {
    let mut scan = Scan { tokens, items: Vec::new(), gap: false };
    let mut i = 0;
    while i < tokens.len() {
        i = scan.step(i);
    }
    scan.settled()
}

struct Scan<'t> {
    tokens: &'t Tokens,
    items: Vec<Item>,
    gap: bool,
}

impl Scan<'_> {
    fn push(&mut self, atom: Atom, from: usize, to: usize) -> usize {
        let dash = self.tokens.sign(from, '-') || self.tokens.sign(from, '~');
        self.items.push(Item { atom, from, to, gap: self.gap, dash, bare: false, dotted: None });
        self.gap = false;
        to
    }

    /// Whether the item before ends right before `i`, fillers aside.
    fn last(&self) -> Option<&Atom> {
        self.items.last().filter(|_| !self.gap).map(|item| &item.atom)
    }

    fn touches(&self, i: usize) -> bool {
        self.last().is_some() && self.items.last().is_some_and(|item| item.to == i)
    }

    /// Takes what stands at `i`; the token to go on with.
    fn step(&mut self, i: usize) -> usize {
        let tokens = self.tokens;
        if let Some(next) = shield::at_token(tokens, i) {
            self.gap = true;
            return next;
        }
        // "this" waits for its part of the day.
        if tokens.is(i, "this") && parts::at_token(tokens, i + 1).is_some() {
            return i + 1;
        }
        let after_part = matches!(self.last(), Some(Atom::Part(_))) && self.touches(i);
        if let Some(next) = spans::elsewhere(tokens, i) {
            self.gap = true;
            return next;
        }
        self.night(i)
            .or_else(|| self.ago(i))
            .or_else(|| self.connector(i, after_part))
            .or_else(|| self.hours(i, after_part))
            .or_else(|| spans::at_token(tokens, i).map(|(atom, next)| self.push(atom, i, next)))
            .or_else(|| self.clock(i))
            .or_else(|| self.date(i, after_part))
            .or_else(|| {
                let expected = self.last().is_some();
                days::at_token(tokens, i, expected).map(|(atom, next)| self.push(atom, i, next))
            })
            .or_else(|| self.part(i))
            .or_else(|| self.today(i))
            .or_else(|| self.year(i))
            .or_else(|| self.hedge(i))
            .unwrap_or_else(|| self.other(i))
    }

    /// What tells no time: fillers and signs let its neighbours stay neighbours.
    fn other(&mut self, i: usize) -> usize {
        if let Some(next) = self.tokens.longest(i, FILLERS) {
            return next;
        }
        let quiet = |t: &Token| t.kind == Kind::Sign && ",();.:".contains(t.text.as_str());
        self.gap |= !self.tokens.get(i).is_some_and(quiet);
        i + 1
    }

    fn night(&mut self, i: usize) -> Option<usize> {
        let found = NIGHTS.iter().filter_map(|(words, part, day)| Some((self.tokens.longest(i, words)?, *part, *day)));
        let (next, part, day) = found.max_by_key(|(next, _, _)| *next)?;
        self.push(Atom::Part(parts::named(part)?), i, next);
        if let Some(days) = day {
            self.push(Atom::Day(Day::From(days)), next, next);
        }
        Some(self.behind_part(next))
    }

    /// `cách đây hơn 2 tiếng`: the hedge stands within.
    fn ago(&mut self, i: usize) -> Option<usize> {
        let at = self.tokens.longest(i, AGO)?;
        let hedges = HEDGES.iter().filter_map(|(words, hedge)| Some((self.tokens.longest(at, words)?, *hedge)));
        let hedge = hedges.max_by_key(|(next, _)| *next);
        let (atom, next) = spans::ago(self.tokens, hedge.map_or(at, |(next, _)| next))?;
        if let Some((_, hedge)) = hedge {
            self.push(Atom::Hedge(hedge), i, i);
        }
        Some(self.push(atom, i, next))
    }

    fn connector(&mut self, i: usize, after_part: bool) -> Option<usize> {
        let tokens = self.tokens;
        let opened = self.items.iter().any(|item| item.atom == Atom::From);
        let unmarked = tokens.get(i).is_some_and(|t| t.text == "toi");
        if let Some(next) = tokens.longest(i, UNTIL_NOW).filter(|_| opened || !unmarked) {
            self.push(Atom::To, i, next);
            return Some(self.push(Atom::Now, next, next));
        }
        // "từ sáng giờ": since the morning, until now.
        if tokens.is(i, "giờ") && after_part && days::ends_there(tokens, i + 1) {
            self.push(Atom::To, i, i + 1);
            return Some(self.push(Atom::Now, i + 1, i + 1));
        }
        // Typed without marks, "toi" is rather the evening, and "sang" the morning.
        let evening = unmarked && !self.between_clocks(i, opened);
        let plain = tokens.get(i).is_some_and(|t| t.text == "sang");
        let crossing =
            plain && (self.part_of_day_follows(i + 1) || !matches!(self.last(), Some(Atom::Part(_) | Atom::Day(_))));
        let now = Atom::Now;
        match () {
            () if tokens.longest(i, &["now"]).is_some() && matches!(self.last(), Some(Atom::To)) => {
                Some(self.push(now, i, i + 1))
            }
            () if let Some(next) = tokens.longest(i, BETWEEN).filter(|next| self.time_at(*next)) => {
                Some(self.push(Atom::Between, i, next))
            }
            () if let Some(next) = tokens.longest(i, FROM) => Some(self.push(Atom::From, i, next)),
            () if let Some(next) = tokens.longest(i, TO).filter(|_| !evening && !crossing) => {
                // "cho đến 23h" alone is an end without a start.
                let open = tokens.longest(i, &["cho đến", "cho tới", "until", "till"]).is_some()
                    && !matches!(self.last(), Some(Atom::Clock(_) | Atom::Part(_) | Atom::Day(_)));
                Some(self.push(if open { Atom::Hedge(Hedge::Before) } else { Atom::To }, i, next))
            }
            () if tokens.sign(i, '-') && self.last().is_some() => Some(self.push(Atom::To, i, i + 1)),
            () if tokens.sign(i, '~') => {
                let range = matches!(self.last(), Some(Atom::Clock(_)));
                Some(self.push(if range { Atom::To } else { Atom::Hedge(Hedge::About) }, i, i + 1))
            }
            () if let Some(next) = tokens.longest(i, AND).filter(|_| self.last().is_some()) => {
                Some(self.push(Atom::And, i, next))
            }
            () => None,
        }
    }

    /// Whether a clock stands behind `i`, and before it another one or the start of a range.
    fn between_clocks(&self, i: usize, opened: bool) -> bool {
        let behind = clock::at_token(self.tokens, i + 1).is_some();
        behind && (opened || matches!(self.last(), Some(Atom::Clock(_))))
    }

    fn part_of_day_follows(&self, i: usize) -> bool {
        let named =
            ["nay", "qua", "ni", "hôm", "ngày", "thứ", "cn", "chủ", "sớm", "kia", "mùng", "rằm", "giao", "trung"];
        let tokens = self.tokens;
        named.iter().any(|word| tokens.is(i, word))
            || (tokens.number(i).is_some() && !numbers::is_counted(tokens, i + 1))
            || (tokens.is(i, "t") && tokens.number(i + 1).is_some())
    }

    fn time_at(&self, i: usize) -> bool {
        numbers::at_token(self.tokens, i).is_some() || clock::at_token(self.tokens, i).is_some()
    }

    /// `8-9h tối`, `từ 8 đến 9 giờ`, `giữa 3 và 4 giờ chiều`: the unit is told once.
    fn hours(&mut self, i: usize, after_part: bool) -> Option<usize> {
        let tokens = self.tokens;
        let (hour, joint) = numbers::at_token(tokens, i).filter(|(hour, _)| *hour <= 24)?;
        let opened = matches!(self.last(), Some(Atom::From | Atom::Between | Atom::Hedge(_)));
        let dash = tokens.sign(joint, '-') || tokens.sign(joint, '~');
        let starts = opened || tokens.before(i).is_none_or(|before| before.kind == Kind::Sign);
        let word = tokens.longest(joint, &["đến", "tới", "to"]).is_some();
        let and = tokens.longest(joint, &["và", "and"]).is_some() || tokens.sign(joint, ',');
        if !(dash || (word && starts) || (and && (opened || tokens.sign(joint, ',')))) {
            return None;
        }
        let (second, next) = numbers::at_token(tokens, joint + 1)?;
        let clock = clock::at_token(tokens, joint + 1).filter(|(atom, _)| matches!(atom, Atom::Clock(_)));
        let consecutive = second == hour + 1 && second <= 12 && !after_part;
        // "between 9 and 10 last night"
        let night = NIGHTS.iter().any(|(words, ..)| tokens.longest(next, words).is_some());
        let part = night || parts::at_token(tokens, next).is_some();
        let part = part && (consecutive || (opened && second <= 24));
        // "ngõ 8, 9h" has been shielded; "xóm trên 8, 9h tối" cannot be told apart from "8, 9h tối".
        if tokens.digits(i).is_some_and(|d| d.len() > 2) || (clock.is_none() && !part) {
            return None;
        }
        if tokens.sign(joint, ',') && (second != hour + 1 || !tokens.glued_sign(joint, ',')) {
            return None;
        }
        self.push(Atom::Clock(Clock::full(hour as i32)), i, joint);
        self.push(Atom::To, joint, joint + 1);
        match clock {
            Some((atom, next)) => Some(self.push(atom, joint + 1, next)),
            None => Some(self.push(Atom::Clock(Clock::full(second as i32)), joint + 1, next)),
        }
    }

    fn clock(&mut self, i: usize) -> Option<usize> {
        let (atom, next) = clock::at_token(self.tokens, i)?;
        let behind = BEHIND.iter().find_map(|(words, hedge)| Some((self.tokens.longest(next, words)?, *hedge)));
        let Some((end, hedge)) = behind else {
            self.push(atom, i, next);
            return Some(self.letter(next));
        };
        self.push(Atom::Hedge(hedge), i, i);
        Some(self.push(atom, i, end))
    }

    /// "s", "c", "t", "đ" behind a clock: the part of the day by its first letter.
    fn letter(&mut self, i: usize) -> usize {
        let letters = [("s", "sáng"), ("c", "chiều"), ("t", "tối"), ("đ", "đêm"), ("tr", "trưa")];
        let exact = |letter: &str| self.tokens.get(i).is_some_and(|t| t.text == letter && !self.tokens.glued(i + 1));
        let part = letters.iter().find(|(letter, _)| exact(letter)).and_then(|(_, name)| parts::named(name));
        match part {
            Some(part) => {
                self.push(Atom::Part(part), i, i + 1);
                self.behind_part(i + 1)
            }
            None => i,
        }
    }

    fn date(&mut self, i: usize, after_part: bool) -> Option<usize> {
        let tokens = self.tokens;
        let dotted = clock::dotted(tokens, i);
        let Some(found) = dates::at_token(tokens, i, after_part) else {
            let (clock, next) = dotted?;
            let alone = tokens.before(i).is_none_or(|t| t.kind == Kind::Sign)
                || self.last().is_some()
                || tokens.follows(i, &["lúc", "khoảng", "hồi", "tầm", "vào", "chừng"]);
            let dated = parts::at_token(tokens, next).is_some() || self.part_of_day_follows(next);
            return (alone || dated).then(|| self.push(Atom::Clock(clock), i, next));
        };
        let count = found.atoms.len();
        for atom in found.atoms {
            self.push(atom, i, found.next);
        }
        if let Some(item) = self.items.last_mut().filter(|_| count == 1) {
            item.bare = found.bare;
            item.dotted = dotted.filter(|(_, end)| *end == found.next && !after_part).map(|(clock, _)| clock);
        }
        Some(found.next)
    }

    fn part(&mut self, i: usize) -> Option<usize> {
        let tokens = self.tokens;
        let (part, next) = match parts::at_token(tokens, i) {
            Some((part, next)) if self.is_meant(i, next) => (part, next),
            Some(_) => return None,
            None => (misspelt(tokens, i).or_else(|| initial(tokens, i))?, i + 1),
        };
        // "the small hours of this morning" are no morning.
        let of = i >= 2 && tokens.is(i - 2, "of") && tokens.is(i - 1, "this");
        if of && matches!(self.items.last(), Some(item) if matches!(item.atom, Atom::Part(_))) {
            return Some(self.push(Atom::Day(Day::From(0)), i - 1, next));
        }
        // "this morning"
        if tokens.follows(i, &["this"]) {
            self.push(Atom::Day(Day::From(0)), i - 1, i);
        }
        self.push(Atom::Part(part), i, next);
        let next = self.less(next);
        Some(self.behind_part(next))
    }

    /// "5 giờ chiều kém 15 phút": what is missing to the hour, told behind the part of the day.
    fn less(&mut self, i: usize) -> usize {
        let tokens = self.tokens;
        let minutes =
            numbers::at_token(tokens, i + 1).filter(|(minutes, _)| tokens.is(i, "kém") && (1..60).contains(minutes));
        if let (Some((minutes, next)), [.., clock, part]) = (minutes, self.items.as_mut_slice())
            && let Atom::Clock(told) = &mut clock.atom
            && told.minutes == 0
            && !part.gap
        {
            (told.minutes, told.whole) = (-(minutes as i32), false);
            part.to = tokens.longest(next, &["phút", "p"]).unwrap_or(next);
            return part.to;
        }
        i
    }

    /// Whether words that may be a part of the day are one here.
    fn is_meant(&self, i: usize, next: usize) -> bool {
        let tokens = self.tokens;
        let Some(word) = tokens.get(i) else { return false };
        // "Ánh Sáng" is a name.
        if word.name
            && tokens.before(i).is_some_and(|before| before.name)
            && self.items.last().is_none_or(|item| item.to != i)
        {
            return false;
        }
        let doubtful = next == i + 1 && ["sang", "toi", "dem", "sớm", "som", "rạng"].contains(&word.text.as_str());
        let after_time = self.touches(i) || tokens.follows(i, &["buổi", "lúc", "hồi", "khi", "ban", "vào", "trong"]);
        let starts = i == 0 && next < tokens.len() || tokens.before(i).is_some_and(|t| t.kind == Kind::Sign);
        !doubtful
            || after_time
            || self.part_of_day_follows(next)
            || (starts && !["sang", "dem", "rạng"].contains(&word.text.as_str()))
            || tokens.longest(next, &["và", "đến", "tới"]).is_some_and(|then| parts::at_token(tokens, then).is_some())
            || tokens.longest(next, &["muộn", "khoảng", "lúc", "tầm", "nớ"]).is_some()
    }

    /// The day told by one word behind a part of the day.
    fn behind_part(&mut self, i: usize) -> usize {
        let tokens = self.tokens;
        let ends = days::ends_there(tokens, i + 1);
        let day = match () {
            // "9h tối qua cầu Trí" may be through it, at the end it is yesterday.
            () if tokens.is(i, "qua") => Atom::Day(if ends { Day::From(-1) } else { Day::Qua }),
            () if ["nay", "ni", "này"].iter().any(|word| tokens.is(i, word)) => Atom::Day(Day::From(0)),
            () if tokens.is(i, "kia") || tokens.is(i, "tê") => Atom::Day(Day::From(-2)),
            () if ["đó", "ấy", "nớ"].iter().any(|word| tokens.is(i, word)) => Atom::Day(Day::Same),
            () if tokens.is(i, "mai") && !tokens.get(i).is_some_and(|t| t.name) => {
                Atom::Wrong(Refusal::Future(tokens.get(i).map(|t| t.text.clone()).unwrap_or_default()))
            }
            () if tokens.is(i, "sau") && ends => Atom::Day(Day::Next),
            () if tokens.is(i, "trước") && ends => Atom::Day(Day::Vague),
            () if tokens.longest(i, &["hôm sau"]).is_some() => return self.push(Atom::Day(Day::Next), i, i + 2),
            () => return i,
        };
        self.push(day, i, i + 1)
    }

    /// "nay 9h": today.
    fn today(&mut self, i: usize) -> Option<usize> {
        let starts = self.tokens.before(i).is_none_or(|t| t.kind == Kind::Sign);
        (starts && self.tokens.is(i, "nay")).then(|| self.push(Atom::Day(Day::From(0)), i, i + 1))
    }

    /// `năm ngoái` apart from its date.
    fn year(&mut self, i: usize) -> Option<usize> {
        let (year, next) = dates::year_in_words(self.tokens, i);
        (year != Year::Untold).then(|| self.push(Atom::Year(year), i, next))
    }

    fn hedge(&mut self, i: usize) -> Option<usize> {
        // "9h tối qua gì đó": behind everything, it hedges the clock before.
        if let Some(next) = self.tokens.longest(i, &["gì đó", "chi đó", "or so"])
            && self.last().is_some()
        {
            let clock = self.items.iter().rposition(|item| matches!(item.atom, Atom::Clock(_)))?;
            let at = self.items[clock].from;
            let hedge = Item { atom: Atom::Hedge(Hedge::About), to: at, ..self.items[clock].clone() };
            self.items[clock].gap = false;
            self.items.insert(clock, hedge);
            return Some(next);
        }
        let found = HEDGES.iter().filter_map(|(words, hedge)| Some((self.tokens.longest(i, words)?, *hedge)));
        let slip = || {
            let about = self.tokens.get(i).is_some_and(|t| same_letters(&t.text, "khoảng"));
            about.then_some((i + 1, Hedge::About))
        };
        let (next, hedge) = found.max_by_key(|(next, _)| *next).or_else(slip)?;
        Some(self.push(Atom::Hedge(hedge), i, next))
    }

    /// The items, after those that could be two things have become one.
    fn settled(mut self) -> Vec<Item> {
        let is_day = |item: &Item| matches!(item.atom, Atom::Day(_)) && item.dotted.is_none() && !item.bare;
        let days = self.items.iter().filter(|item| is_day(item)).count();
        let mut n = 0;
        while n < self.items.len() {
            let next_is_part =
                self.items.get(n + 1).is_some_and(|next| !next.gap && matches!(next.atom, Atom::Part(_)));
            let followed = self.items.get(n + 1).is_some_and(|next| next.from == self.items[n].to);
            let item = &mut self.items[n];
            if let Some(clock) = item.dotted.filter(|_| days > 0 || next_is_part) {
                item.atom = Atom::Clock(clock);
            } else if item.bare && days > 0 && is_noun(self.tokens, item.to) && !followed {
                // "12/5 Trần Phú" beside another day is a house in a street.
                let gone = self.items.remove(n);
                if let Some(next) = self.items.get_mut(n) {
                    next.gap = true;
                }
                debug_assert!(gone.bare);
                continue;
            }
            n += 1;
        }
        self.items
    }
}

/// Whether a word stands at `i` that names something, rather than leading to it.
fn is_noun(tokens: &Tokens, i: usize) -> bool {
    tokens.get(i).is_some_and(|t| t.kind == Kind::Word) && tokens.longest(i, LEADING).is_none()
}

/// A part of the day with wrong marks, where what follows leaves no doubt: "chiêu qua".
fn misspelt(tokens: &Tokens, i: usize) -> Option<&'static Part> {
    let word = tokens.get(i).filter(|t| t.kind == Kind::Word && t.text != "tôi")?;
    let day = ["qua", "nay", "hôm"].iter().any(|day| tokens.is(i + 1, day));
    let surely = day && (days::ends_there(tokens, i + 2) || tokens.number(i + 2).is_some() || tokens.is(i + 2, "qua"));
    let marked = word.text.chars().any(|c| base(c) != c);
    let names = ["sáng", "trưa", "chiều", "tối", "đêm"];
    names.iter().find(|name| surely && marked && same_letters(&word.text, name)).and_then(|name| parts::named(name))
}

/// "s nay", "c qua", "t qua": a part of the day by its first letter.
fn initial(tokens: &Tokens, i: usize) -> Option<&'static Part> {
    let day = tokens.is(i + 1, "nay") || tokens.is(i + 1, "qua");
    let name = match tokens.get(i)?.text.as_str() {
        "s" => "sáng",
        "c" => "chiều",
        "t" => "tối",
        "đ" => "đêm",
        _ => return None,
    };
    let surely = day && (days::ends_there(tokens, i + 2) || clock::at_token(tokens, i + 2).is_some());
    parts::named(name).filter(|_| surely)
}
