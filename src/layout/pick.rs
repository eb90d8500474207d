//! Which layout a camera writes in: the one that explains its files most consistently, and how sure that is.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::path::PathText;
use super::resolve::Given;
use super::{Layouts, SAME_S};
use crate::model::CameraTime;

/// A layout of higher rank is preferred while it explains at least this share of what the best explains.
const NEARLY_ALL: f64 = 0.9;

/// Fewer names are no running counter, …
const COUNTED: usize = 8;
/// … and so large a share of the steps from one start to the next must be exactly one second.
const COUNTING: f64 = 0.9;

/// What `auto` found for one camera.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// The layout; none when no file is explained.
    pub layout: Option<String>,
    /// Files whose path it explains without telling an impossible time.
    pub explained: usize,
    /// Of those, how many with a doubt.
    pub doubted: usize,
    /// Claimed recordings that reach into the next one; many of them speak against the layout's ends.
    pub overlapping: usize,
    /// Files looked at; temporary and side files are not among them.
    pub total: usize,
    /// A layout of the same rank that explains as many files but tells other times.
    pub rival: Option<String>,
    /// The layout that explains the most files after this one, and how many.
    pub runner_up: Option<(String, usize)>,
    /// How sure, 0 to 1: the lower end of the 95 % Wilson interval of the share explained (so that few files make
    /// little certainty), halved where there is a rival.
    pub sure: f64,
}

#[derive(Default)]
struct Tally {
    explained: usize,
    doubted: usize,
    spans: Vec<(Option<CameraTime>, Option<CameraTime>)>,
}

impl Tally {
    /// How many claimed ends lie behind the next start.
    fn overlapping(&self) -> usize {
        let mut known: Vec<_> = self.spans.iter().filter_map(|(start, end)| Some(((*start)?, *end))).collect();
        known.sort();
        let late = |pair: &&[(CameraTime, Option<CameraTime>)]| {
            pair[0].1.is_some_and(|end| end.0.as_second() > pair[1].0.0.as_second() + SAME_S)
        };
        known.windows(2).filter(late).count()
    }

    /// Whether the starts, all within the hour after midnight, step by one second each: a counter that looks like a time.
    fn counts(&self, zone: &TimeZone) -> bool {
        let mut starts: Vec<i64> = Vec::new();
        for start in self.spans.iter().filter_map(|(start, _)| *start) {
            if start.0.to_zoned(zone.clone()).hour() != 0 {
                return false;
            }
            starts.push(start.0.as_second());
        }
        starts.sort_unstable();
        let steps = starts.windows(2).filter(|pair| pair[1] - pair[0] == 1).count();
        starts.len() >= COUNTED && steps as f64 >= COUNTING * (starts.len() - 1) as f64
    }

    fn starts_differ(&self, other: &Tally) -> bool {
        let differ = |(a, b): (&(Option<CameraTime>, _), &(Option<CameraTime>, _))| match (a.0, b.0) {
            (Some(a), Some(b)) => (a.0.as_second() - b.0.as_second()).abs() > SAME_S,
            _ => false,
        };
        self.spans.iter().zip(&other.spans).any(differ)
    }
}

impl Layouts {
    /// Finds the layout of one camera from its files' paths.
    pub fn pick<'a>(&self, paths: impl Iterator<Item = &'a str>, zone: &TimeZone) -> Pick {
        let given = Given { zone, latest: self.latest, digits: None };
        let mut tallies: BTreeMap<usize, Tally> = BTreeMap::new();
        let mut total = 0;
        for raw in paths.filter(|path| self.is_ignored(path).is_none()) {
            let path = PathText::new(raw);
            for (at, reading) in self.readings(&path, &given, None) {
                if reading.can_be() {
                    let tally = tallies.entry(at).or_default();
                    // One place a file, so that two layouts' spans can be held against each other.
                    tally.spans.resize(total, (None, None));
                    tally.spans.push((reading.start, reading.end));
                    tally.explained += 1;
                    tally.doubted += usize::from(!reading.doubts.is_empty());
                }
            }
            total += 1;
        }
        if tallies.iter().any(|(at, tally)| self.layouts[*at].counter && tally.counts(zone)) {
            tallies.retain(|_, tally| !tally.counts(zone));
        }
        self.best_of(&tallies, total)
    }

    fn best_of(&self, tallies: &BTreeMap<usize, Tally>, total: usize) -> Pick {
        let most = tallies.values().map(|tally| tally.explained).max().unwrap_or(0);
        let enough = |tally: &&Tally| tally.explained as f64 >= NEARLY_ALL * most as f64;
        let key = |at: usize, tally: &Tally| {
            let order = std::cmp::Reverse(at);
            (self.layouts[at].rank, std::cmp::Reverse(tally.overlapping()), tally.explained, order)
        };
        let best = tallies.iter().filter(|(_, tally)| enough(tally)).max_by_key(|(at, tally)| key(**at, tally));
        let Some((&at, tally)) = best else {
            return Pick {
                layout: None,
                explained: 0,
                doubted: 0,
                overlapping: 0,
                total,
                rival: None,
                runner_up: None,
                sure: 0.0,
            };
        };
        let rival = tallies.iter().find(|(other, theirs)| {
            **other != at
                && self.layouts[**other].rank == self.layouts[at].rank
                && enough(theirs)
                && tally.starts_differ(theirs)
        });
        let others = tallies.iter().filter(|(other, _)| **other != at);
        let next = others.max_by_key(|(other, theirs)| (theirs.explained, self.layouts[**other].rank));
        let sure = wilson_low(tally.explained, total) * if rival.is_some() { 0.5 } else { 1.0 };
        Pick {
            layout: Some(self.layouts[at].id.clone()),
            explained: tally.explained,
            doubted: tally.doubted,
            overlapping: tally.overlapping(),
            total,
            rival: rival.map(|(other, _)| self.layouts[*other].id.clone()),
            runner_up: next.map(|(other, theirs)| (self.layouts[*other].id.clone(), theirs.explained)),
            sure,
        }
    }
}

/// Lower end of the Wilson score interval at 95 % (E. B. Wilson, 1927).
fn wilson_low(hits: usize, of: usize) -> f64 {
    if of == 0 {
        return 0.0;
    }
    let (n, z) = (of as f64, 1.96_f64);
    let p = hits as f64 / n;
    let middle = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - half) / (1.0 + z * z / n)).max(0.0)
}
