//! When a recording was made: all claims side by side, the one that is believed, and what contradicts it.
//!
//! Trust: a name that tells date and time; else the container's creation time; else the modification time less the length.
//! A folder that tells only an hour or a day decides nothing by itself but holds the others to it. A claim that cannot be
//! (before 2005, or later than now by more than a day) is never believed.

use jiff::Timestamp;

use super::rate;
use crate::layout::Reading;
use crate::model::{Basis, CameraSpan, CameraTime, Doubt, Listing, TimeClaim, TimeSource};

/// No camera of this trade recorded before 2005-01-01T00:00:00Z; a clock that says so was reset.
const EARLIEST_US: i64 = 1_104_537_600_000_000;
/// A camera's clock may be ahead by a zone's width and more, not by longer than this, microseconds.
const AHEAD_US: i64 = 86_400_000_000;
/// Half-width of what a modification time says of the end where nobody knows how the file came here, seconds: recorders
/// close files within seconds; a copy's time says nothing, which only other claims can show.
const MTIME_S: f64 = 60.0;
/// The same where we watched the file being written and closed.
const CLOSED_S: f64 = 30.0;

/// The times of a recording.
#[derive(Clone, Debug)]
pub struct Timed {
    /// Every claim, one of each source at most.
    pub claims: Vec<TimeClaim>,
    /// Which is believed.
    pub believed: TimeSource,
    /// The recording by the believed claim: as long as its packets say, or as the claim does where the video runs at another rate.
    pub span: CameraSpan,
    /// The listing's doubts, the path's, and those of the times.
    pub doubts: Vec<Doubt>,
}

/// When a file was last written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its modification time, microseconds since 1970.
    pub mtime_us: i64,
    /// Whether we watched it being closed then.
    pub closed: bool,
}

/// Gathers the claims and decides.
pub fn time(reading: &Reading, listing: &Listing, written: Written, now: Timestamp) -> Timed {
    let mtime_us = written.mtime_us;
    let length_us = listing.duration_us();
    let mut doubts = listing.doubts.clone();
    doubts.extend(reading.doubts.iter().cloned());
    let mut claims: Vec<TimeClaim> = Vec::new();
    claims.extend(reading.claim());
    claims.extend(listing.creation_time.map(|created| container(created, length_us)));
    claims.extend(written.closed.then(|| closed(mtime_us, length_us)));
    let by_mtime = modified(mtime_us, length_us);
    claims.push(by_mtime.clone());
    let possible = |claim: &TimeClaim| {
        let start = claim.start.as_micros();
        // A machine that has lost its time begins in 1970, and would take every name for one from the future.
        let latest = if now.as_microsecond() < EARLIEST_US { i64::MAX } else { now.as_microsecond() };
        start >= EARLIEST_US && start <= latest.saturating_add(AHEAD_US)
    };
    for claim in claims.iter().filter(|claim| !possible(claim)) {
        doubts
            .push(Doubt::ImpossibleTime { source: claim.source.as_str().to_owned(), text: claim.start.0.to_string() });
    }
    let believed = believe(&claims, reading, length_us, possible).unwrap_or(by_mtime);
    // A closing is the modification time seen by us: it contradicts what that contradicts, and nothing more.
    let speaks = |claim: &&TimeClaim| claim.source != believed.source && claim.source != TimeSource::Closed;
    for other in claims.iter().filter(|claim| possible(claim)).filter(speaks) {
        let difference_s = (other.start.as_micros() - believed.start.as_micros()) as f64 / 1e6;
        if difference_s.abs() > other.uncertainty_s + believed.uncertainty_s {
            doubts.push(Doubt::TimeConflict {
                believed: believed.source.as_str().to_owned(),
                other: other.source.as_str().to_owned(),
                difference_s,
            });
        }
    }
    let (span, doubt) = rate::span(&believed, listing);
    doubts.extend(doubt);
    Timed { claims, believed: believed.source, span, doubts }
}

/// The claim to believe; none where every one is impossible.
fn believe(
    claims: &[TimeClaim],
    reading: &Reading,
    length_us: i64,
    possible: impl Fn(&TimeClaim) -> bool,
) -> Option<TimeClaim> {
    let of = |source| claims.iter().find(|claim| claim.source == source && possible(claim));
    // A path that tells a minute, an hour or a day bounds the finer claims; one beyond its bounds is not believed.
    let within = |claim: &&TimeClaim| {
        reading.within.is_none_or(|span| {
            let slack = length_us.saturating_add((claim.uncertainty_s * 1e6) as i64);
            claim.start >= span.start.plus_micros(-slack) && claim.start < span.end.plus_micros(slack)
        })
    };
    of(TimeSource::Name)
        .or_else(|| of(TimeSource::Container).filter(within))
        .or_else(|| of(TimeSource::Closed).filter(within))
        .or_else(|| of(TimeSource::Mtime).filter(within))
        .or_else(|| of(TimeSource::Folder))
        .or_else(|| of(TimeSource::Container))
        .or_else(|| of(TimeSource::Mtime))
        .cloned()
}

/// A container's creation time is the moment at which its writer opened or closed it: the start lies at most one length
/// before it.
fn container(created: Timestamp, length_us: i64) -> TimeClaim {
    TimeClaim {
        source: TimeSource::Container,
        basis: Basis::Utc,
        start: CameraTime(created),
        end: None,
        uncertainty_s: 2.0 + length_us as f64 / 1e6,
        evidence: "creation_time".to_owned(),
    }
}

/// A recorder closes a file within seconds of its end; somebody who copies one in closes it as well, which only other claims show.
fn closed(mtime_us: i64, length_us: i64) -> TimeClaim {
    TimeClaim {
        source: TimeSource::Closed,
        uncertainty_s: CLOSED_S,
        evidence: "close event − length".to_owned(),
        ..modified(mtime_us, length_us)
    }
}

fn modified(mtime_us: i64, length_us: i64) -> TimeClaim {
    TimeClaim {
        source: TimeSource::Mtime,
        basis: Basis::Epoch,
        start: CameraTime::from_micros(mtime_us.saturating_sub(length_us)),
        end: Some(CameraTime::from_micros(mtime_us)),
        uncertainty_s: MTIME_S,
        evidence: "mtime − length".to_owned(),
    }
}

/// A recording's own quiet and busy rates: the 20th and 99th percentile of the bytes per second between its keyframes. None
/// where it has no frames between them.
pub fn rates(listing: &Listing) -> Option<(f64, f64)> {
    let mut rates = crate::model::media::rates(&listing.keyframes, listing.end_pts_us);
    rates.retain(|rate| *rate > 0.0);
    rates.sort_by(f64::total_cmp);
    let at = |part: f64| rates.get((rates.len().saturating_sub(1) as f64 * part).round() as usize).copied();
    at(0.2).zip(at(0.99))
}
