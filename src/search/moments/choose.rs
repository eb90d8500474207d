//! Which candidates are shown: the most remarkable, spread over the cameras; and which of them belong together.

use super::peaks::Peak;
use crate::model::Point;
use crate::place::distance_m;

/// So much of an even share is each camera's own, whatever stands out before others …
const OWN: f64 = 0.8;
/// … and so many even shares it may have before the others had their turn.
const SHARES: f64 = 2.0;

/// Peaks of a camera that come this often within half an hour either way halve the weight of each: what happens all the time
/// is not what is looked for.
const OFTEN: f64 = 6.0;
const HALF_HOUR_US: i64 = 1_800_000_000;
/// Peaks that are this much of another's score count as like it.
const ALIKE: f64 = 0.7;

/// Cameras that hang nearer than this to each other, metres, see the same passers-by.
const NEIGHBOURS_M: f64 = 150.0;
/// What neighbours see within so long, microseconds, is taken for the same …
const TOGETHER_US: i64 = 5_000_000;
/// … and at most so much more where their clocks are uncertain.
const MOST_DOUBT_US: i64 = 15_000_000;

/// The weight of each of a camera's candidates, in their order: its score, less where there are many like it.
pub(super) fn weights(peaks: &[Peak]) -> Vec<f64> {
    let mut by_time: Vec<(i64, f64)> = peaks.iter().map(|peak| (peak.at.as_micros(), peak.score)).collect();
    by_time.sort_by_key(|(at, _)| *at);
    let weight = |peak: &Peak| {
        let at = peak.at.as_micros();
        let from = by_time.partition_point(|(other, _)| *other < at.saturating_sub(HALF_HOUR_US));
        let near = by_time[from..].iter().take_while(|(other, _)| *other <= at.saturating_add(HALF_HOUR_US));
        let alike = near.filter(|(_, score)| *score >= ALIKE * peak.score).count().saturating_sub(1);
        peak.score / (1.0 + alike as f64 / OFTEN)
    };
    peaks.iter().map(weight).collect()
}

/// The numbers of at most `most` candidates, in no order; each is a camera's number and its weight. First what stands out most
/// before each camera, since scores of a windy night and of a still one do not compare; then the rest by weight, and of a
/// camera that had its shares only when no other has anything.
pub(super) fn choose(candidates: &[(usize, f64)], cameras: usize, most: usize) -> Vec<usize> {
    let even = most as f64 / cameras.max(1) as f64;
    let (own, share) = ((OWN * even) as usize, (SHARES * even).ceil() as usize);
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| candidates[b].1.total_cmp(&candidates[a].1).then_with(|| a.cmp(&b)));
    let mut had = vec![0usize; cameras];
    let mut turns: [Vec<usize>; 3] = Default::default();
    for number in order {
        let Some(had) = had.get_mut(candidates[number].0) else { continue };
        let turn = usize::from(*had >= own) + usize::from(*had >= share.max(own));
        turns[turn].push(number);
        *had += 1;
    }
    let mut chosen = turns.concat();
    chosen.truncate(most);
    chosen
}

/// A moment as far as grouping needs to know it: span in microseconds of true time, its doubt, its camera and where that hangs.
pub(super) struct Seen<'a> {
    pub start: i64,
    pub end: i64,
    pub doubt_us: i64,
    pub camera: &'a str,
    pub at: Point,
}

/// The group of each moment, numbered from 1 by first appearance; the moments are given by start. Two that belong together are
/// of one group, and so are those that others link.
pub(super) fn groups(moments: &[Seen<'_>]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..moments.len()).collect();
    let longest = moments.iter().map(|moment| moment.end.saturating_sub(moment.start)).max().unwrap_or(0);
    let reach = longest.saturating_add(TOGETHER_US + MOST_DOUBT_US);
    for (number, moment) in moments.iter().enumerate() {
        let together = |other: &Seen<'_>| {
            let slack = TOGETHER_US + (moment.doubt_us + other.doubt_us).min(MOST_DOUBT_US);
            other.camera != moment.camera
                && other.end.saturating_add(slack) >= moment.start
                && moment.end.saturating_add(slack) >= other.start
                && distance_m(other.at, moment.at) <= NEIGHBOURS_M
        };
        let from = moments.partition_point(|other| other.start < moment.start.saturating_sub(reach));
        for other in (from..number).filter(|other| together(&moments[*other])) {
            // Those that it joins become one.
            let (one, same) = (first[number].min(first[other]), first[number].max(first[other]));
            first[..=number].iter_mut().filter(|first| **first == same).for_each(|first| *first = one);
        }
    }
    let mut seen: Vec<usize> = Vec::new();
    first
        .into_iter()
        .map(|first| match seen.iter().position(|other| *other == first) {
            Some(place) => place + 1,
            None => {
                seen.push(first);
                seen.len()
            }
        })
        .collect()
}
