//! Measured retention: how old the oldest footage still there is, how fast its edge moves, and what goes next.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::history::Earlier;
use crate::base::Said;
use crate::say;

/// How far ahead is looked.
const AHEAD_S: f64 = 48.0 * 3600.0;

/// Reports are compared over at least half a day: recorders delete in lumps …
const LEAST: SignedDuration = SignedDuration::from_hours(12);
/// … and over at most a week: older habits tell little.
const MOST: SignedDuration = SignedDuration::from_hours(7 * 24 + 1);

/// What the oldest footage of a camera does. The words are a contract: extend, never rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    /// There is no footage.
    NoRecording,
    /// Its folder could not be looked through: nobody knows.
    NotLooked,
    /// There is no earlier report of the last week to compare with.
    NothingToCompare,
    /// Older footage than before has come.
    OlderCame,
    /// It has not moved: nothing is being overwritten.
    Still,
    /// It has moved forward: the recorder overwrites.
    Forward,
}

/// A camera's retention.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Retention {
    /// Start of the oldest recording still there, true time.
    pub oldest: Option<Timestamp>,
    /// Seconds from it to the report.
    pub age_s: Option<f64>,
    /// What it does.
    pub edge: Edge,
    /// The earliest report that it was compared with.
    pub compared_with: Option<Date>,
    /// Seconds of footage lost a second; where it moves forward, > 0.
    pub advance: Option<f64>,
    /// Footage before this instant will be gone within 48 hours.
    pub gone_in_48h_until: Option<Timestamp>,
    /// When the oldest 48 hours of today's footage will be gone.
    pub oldest_48h_gone_at: Option<Timestamp>,
}

/// Works out a camera's retention; `looked` tells whether its folder was looked through in this run, `earlier` are the
/// earlier reports, the latest first.
pub fn retention(
    camera: &str,
    oldest: Option<Timestamp>,
    looked: bool,
    now: Timestamp,
    earlier: &[Earlier],
) -> Retention {
    let mut retention = Retention {
        oldest,
        age_s: oldest.map(|oldest| seconds(oldest, now)).filter(|age| *age >= 0.0),
        edge: Edge::NoRecording,
        compared_with: None,
        advance: None,
        gone_in_48h_until: None,
        oldest_48h_gone_at: None,
    };
    if !looked {
        retention.edge = Edge::NotLooked;
        return retention;
    }
    let Some(oldest) = oldest else { return retention };
    let seen: Vec<(&Earlier, Timestamp)> =
        comparable(now, earlier).filter_map(|report| Some((report, report.oldest_of(camera)?))).collect();
    let (Some((last, last_oldest)), Some((first, first_oldest))) = (seen.first(), seen.last()) else {
        retention.edge = Edge::NothingToCompare;
        return retention;
    };
    retention.compared_with = Some(first.date);
    if oldest < *last_oldest {
        retention.edge = Edge::OlderCame;
        return retention;
    }
    // The faster of the two: who has only begun to overwrite shows it since the last report, who deletes in lumps over
    // the week; and an alarm comes rather too early than too late.
    let advance = |report: &Earlier, then: Timestamp| seconds(then, oldest) / seconds(report.now, now);
    let fastest = advance(last, *last_oldest).max(advance(first, *first_oldest));
    if fastest <= 0.0 {
        retention.edge = Edge::Still;
        return retention;
    }
    retention.edge = Edge::Forward;
    retention.advance = Some(fastest);
    retention.gone_in_48h_until = later(oldest, AHEAD_S * fastest).map(|until| until.min(now));
    retention.oldest_48h_gone_at = later(now, AHEAD_S / fastest);
    retention
}

/// When footage of an instant will be gone, by how fast the oldest footage moves; none where it does not move, or is not known.
pub fn gone_at(retention: &Retention, now: Timestamp, t: Timestamp) -> Option<Timestamp> {
    let (oldest, advance) = (retention.oldest?, retention.advance.filter(|advance| *advance > 0.0)?);
    later(now, seconds(oldest, t).max(0.0) / advance)
}

/// The earlier reports that the present can be compared with, the latest first.
pub fn comparable(now: Timestamp, earlier: &[Earlier]) -> impl Iterator<Item = &Earlier> {
    earlier.iter().filter(move |report| (LEAST..=MOST).contains(&now.duration_since(report.now)))
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}

fn later(t: Timestamp, seconds: f64) -> Option<Timestamp> {
    t.checked_add(SignedDuration::try_from_secs_f64(seconds.round()).ok()?).ok()
}

impl Edge {
    /// What the oldest footage does, as a sentence.
    pub fn say(self) -> Said {
        match self {
            Edge::NoRecording => say!("không có đoạn ghi nào", "no recording at all"),
            Edge::NotLooked => say!(
                "không rõ: lần này không quét được thư mục hình",
                "not known: the folder could not be looked through this time"
            ),
            Edge::NothingToCompare => say!(
                "chưa rõ: chưa có báo cáo nào trong tuần qua để so",
                "not known yet: there is no report of the last week to compare with"
            ),
            Edge::OlderCame => say!(
                "không rõ: có thêm hình cũ hơn lần trước",
                "not known: older footage has come than there was before"
            ),
            Edge::Still => say!("chưa bị ghi đè", "nothing is being overwritten"),
            Edge::Forward => say!("đang bị ghi đè", "being overwritten"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + hours * 3600).unwrap()
    }

    /// A report made at an hour, with camera `c`'s oldest footage.
    fn report(now: i64, oldest: Option<i64>) -> Earlier {
        let mut report = Earlier::empty(Date::constant(2024, 3, 1), at(now));
        if let Some(oldest) = oldest {
            report.oldest.insert("c".into(), at(oldest));
        }
        report
    }

    fn of(oldest: i64, earlier: &[Earlier]) -> Retention {
        retention("c", Some(at(oldest)), true, at(1000), earlier)
    }

    #[test]
    fn a_recorder_in_balance_loses_a_day_a_day() {
        let kept = of(900, &[report(976, Some(876)), report(952, Some(852))]);
        assert_eq!((kept.edge, kept.advance), (Edge::Forward, Some(1.0)));
        assert_eq!(kept.age_s, Some(100.0 * 3600.0));
        assert_eq!(kept.gone_in_48h_until, Some(at(948)));
        assert_eq!(kept.oldest_48h_gone_at, Some(at(1048)));
    }

    #[test]
    fn one_that_has_only_begun_to_overwrite_is_not_averaged_with_the_quiet_week_before() {
        let week: Vec<Earlier> = (1..7).map(|day| report(1000 - 24 * day, Some(800))).collect();
        let kept = of(824, &week);
        assert_eq!((kept.edge, kept.advance), (Edge::Forward, Some(1.0)));
    }

    #[test]
    fn one_that_deletes_in_lumps_is_known_by_the_week() {
        let kept = of(848, &[report(976, Some(848)), report(952, Some(848)), report(904, Some(800))]);
        assert_eq!((kept.edge, kept.advance), (Edge::Forward, Some(0.5)));
        assert_eq!(kept.oldest_48h_gone_at, Some(at(1096)));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert_eq!(of(900, &[]).edge, Edge::NothingToCompare);
        // Too near, too far, without this camera.
        let useless = [report(995, Some(890)), report(950, None), report(100, Some(10))];
        assert_eq!(of(900, &useless).edge, Edge::NothingToCompare);
        assert_eq!(of(900, &[report(976, Some(900))]).edge, Edge::Still);
        assert_eq!(of(900, &[report(976, Some(950))]).edge, Edge::OlderCame);
        assert_eq!(retention("c", Some(at(900)), false, at(1000), &[report(976, Some(876))]).edge, Edge::NotLooked);
        assert_eq!(retention("c", None, true, at(1000), &[report(976, Some(876))]).edge, Edge::NoRecording);
        for earlier in [vec![], vec![report(976, Some(900))], vec![report(976, Some(950))]] {
            assert_eq!(of(900, &earlier).gone_in_48h_until, None);
            assert_eq!(of(900, &earlier).oldest_48h_gone_at, None);
        }
    }
}
