//! What one path told: times, channel, and everything doubtful about them.

use jiff::civil::Time;

use crate::base::say::Said;
use crate::model::{Basis, CameraSpan, CameraTime, Doubt, TimeClaim, TimeSource};

/// What a layout read from one path.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The layout that matched; none when no layout knows such a path.
    pub layout: Option<String>,
    /// The start, where the path tells it at least to the hour. A start told to the hour or the minute is the first
    /// instant of that hour or minute.
    pub start: Option<CameraTime>,
    /// The end, where the path tells it, itself or as a length.
    pub end: Option<CameraTime>,
    /// How the digits became instants; [`Basis::None`] when the path tells neither start nor end nor day.
    pub basis: Basis,
    /// Whether the file's own name took part in telling the time, or its folders alone.
    pub source: TimeSource,
    /// Half-width of the interval around `start` that the true reading lies in, seconds: 1 for a name to the
    /// millisecond, 2 to the second (recorders name a file by the second in which they opened it, and the first frame
    /// follows), 60 to the minute, 3600 to the hour. It does not cover what `doubts` doubt.
    pub uncertainty_s: f64,
    /// The span that the start must lie in when the path tells only a minute, an hour or a day.
    pub within: Option<CameraSpan>,
    /// The time of day, where the path tells no date to go with it.
    pub time_of_day: Option<Time>,
    /// The start if the digits were UTC, where the path cannot tell whether they are; `start` takes them as local.
    pub start_if_utc: Option<CameraTime>,
    /// The recorder's channel number, as the path writes it.
    pub channel: Option<u32>,
    /// What is doubtful, in the order found.
    pub doubts: Vec<Doubt>,
    /// What decided local time or UTC where the path could not, for the claim's evidence.
    pub evidence: Option<String>,
    /// Whether the start is one that no recording can have (before 2005, in the future).
    pub(super) impossible: bool,
}

impl Reading {
    /// A reading that tells nothing.
    pub(super) fn nothing(layout: Option<&str>) -> Reading {
        Reading {
            layout: layout.map(str::to_owned),
            start: None,
            end: None,
            basis: Basis::None,
            source: TimeSource::Name,
            uncertainty_s: 0.0,
            within: None,
            time_of_day: None,
            start_if_utc: None,
            channel: None,
            doubts: Vec::new(),
            evidence: None,
            impossible: false,
        }
    }

    /// The claim that this reading makes about a recording's start. None when the path tells no start, or one that
    /// cannot be (a clock reset to 1970 or 2000, the future): other sources must tell then, and `doubts` says why. A
    /// path that tells only the day makes no claim; its day is in `within`, to hold other claims against.
    pub fn claim(&self) -> Option<TimeClaim> {
        let start = self.start.filter(|_| !self.impossible)?;
        Some(TimeClaim {
            source: self.source,
            basis: self.basis,
            start,
            end: self.end,
            uncertainty_s: self.uncertainty_s,
            evidence: [self.layout.as_deref(), self.evidence.as_deref()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("; "),
        })
    }

    /// Whether what was read can be: no impossible digits, no contradiction that left nothing.
    pub(super) fn can_be(&self) -> bool {
        let broken = self.doubts.iter().any(|doubt| matches!(doubt, Doubt::ImpossibleTime { .. }));
        !self.impossible && (self.start.is_some() || !broken)
    }

    /// Adds a doubt once.
    pub(super) fn doubt(&mut self, doubt: Doubt) {
        if !self.doubts.contains(&doubt) {
            self.doubts.push(doubt);
        }
    }

    /// Adds a doubt in words.
    pub(super) fn unclear(&mut self, said: Said) {
        self.doubt(Doubt::UnclearName { what: said.en, vi: said.vi });
    }
}
