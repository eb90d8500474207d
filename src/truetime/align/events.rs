//! Two cameras' clocks against each other, from instants that both should share: where recording stopped and began again in a
//! power cut, where lamps went on at dusk.
//!
//! Each pair of an event of the first camera and one of the second is a vote for their difference. The lag is where most
//! votes lie together, counting each event once. Unrelated events vote too: with `m` and `n` events that lie anywhere in a
//! time `D`, and differences held within `±L`, chance puts `λ = m·n·2w/D` votes into a heap of the width `2w`, so that a
//! heap of `k` is found somewhere among `2L/w` heaps with a probability of at most `2L/w · P(Poisson(λ) ≥ k)`.

use super::super::robust::median;
use crate::model::CameraTime;

/// The clocks' difference that shared events tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedEvents {
    /// The second camera's clock − the first's, seconds.
    pub lag_s: f64,
    /// Half-width of the interval that holds it, at least 95 times of 100, seconds.
    pub error_95_s: f64,
    /// Events that both saw.
    pub shared: usize,
    /// How probable so many would be by chance; at most.
    pub chance: f64,
}

/// How to look for shared events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventSettings {
    /// The clocks are taken to differ by no more than this, seconds.
    pub most_s: f64,
    /// A shared event is seen within this of the same instant, seconds: recorders need a moment to begin.
    pub within_s: f64,
    /// A heap of votes that is more probable than this by chance is none.
    pub chance: f64,
}

impl Default for EventSettings {
    fn default() -> Self {
        EventSettings { most_s: 7_200.0, within_s: 10.0, chance: 1e-3 }
    }
}

/// Fewer shared events say nothing.
const FEWEST: usize = 3;

/// Finds how far the second camera's clock is ahead by events of the same kind, each in any order; none when it is too weak to
/// say.
pub fn align_events(a: &[CameraTime], b: &[CameraTime], settings: &EventSettings) -> Option<SharedEvents> {
    let seconds = |events: &[CameraTime]| {
        let mut micros: Vec<i64> = events.iter().map(|event| event.as_micros()).collect();
        micros.sort_unstable();
        micros.dedup();
        let first = a.iter().min().map_or(0, |first| first.as_micros());
        micros.into_iter().map(|t| t.saturating_sub(first) as f64 / 1e6).collect::<Vec<f64>>()
    };
    let (a, b) = (seconds(a), seconds(b));
    let within = settings.within_s.max(1e-3);
    let mut votes: Vec<f64> = Vec::new();
    for t in &a {
        let from = b.partition_point(|other| *other < t - settings.most_s);
        votes.extend(b[from..].iter().take_while(|other| **other <= t + settings.most_s).map(|other| other - t));
    }
    votes.sort_by(f64::total_cmp);
    // The fullest heap that begins at a vote.
    let heap = |n: usize| &votes[n..votes.partition_point(|vote| *vote <= votes[n] + 2.0 * within)];
    let fullest = (0..votes.len()).map(heap).max_by_key(|heap| heap.len())?;
    let middle = median(&mut fullest.to_vec());
    let mut shared = matched(&a, &b, middle, within);
    if shared.len() < FEWEST {
        return None;
    }
    let (first, last) = (a[0].min(b[0]), a[a.len() - 1].max(b[b.len() - 1]));
    let expected = (a.len() * b.len()) as f64 * 2.0 * within / (last - first).max(4.0 * settings.most_s);
    let heaps = (2.0 * settings.most_s / within).max(1.0);
    let chance = (heaps * at_least(shared.len(), expected)).min(1.0);
    let count = shared.len();
    let lag_s = median(&mut shared);
    let error_95_s = median_error(&mut shared).unwrap_or(within).max(0.5);
    (chance <= settings.chance).then_some(SharedEvents { lag_s, error_95_s, shared: count, chance })
}

/// The differences of events that lie within of a lag, each event used once.
fn matched(a: &[f64], b: &[f64], lag: f64, within: f64) -> Vec<f64> {
    let mut left = b.iter().peekable();
    let mut matched = Vec::new();
    for t in a {
        while left.next_if(|other| **other < t + lag - within).is_some() {}
        if let Some(other) = left.next_if(|other| **other <= t + lag + within) {
            matched.push(other - t);
        }
    }
    matched
}

/// How far the true median may lie from that of values, with 95 %: the sign test's interval, which asks nothing of their
/// distribution. It reaches from the `r`-th smallest to the `r`-th largest, where `r` is the greatest with
/// `P(Binomial(n, ½) < r) ≤ 2.5 %`; there is none for fewer than six values.
fn median_error(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    let mut term = 0.5f64.powi(n as i32);
    let (mut below, mut r) = (term, 0);
    while below <= 0.025 && r < n / 2 {
        r += 1;
        term *= (n - r + 1) as f64 / r as f64;
        below += term;
    }
    let middle = median(&mut values.to_vec());
    let far = |bound: f64| (bound - middle).abs();
    (r > 0).then(|| far(values[r - 1]).max(far(values[n - r])))
}

/// P(X ≥ k) of a Poisson variable.
fn at_least(k: usize, mean: f64) -> f64 {
    // Summed from the k-th term on, so that small probabilities keep their digits.
    let mut term = (1..=k).fold((-mean).exp(), |term, n| term * mean / n as f64);
    let mut sum = 0.0;
    for n in k + 1..k + 1_000 {
        sum += term;
        term *= mean / n as f64;
        if term < sum * 1e-12 {
            break;
        }
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truetime::made::Random;
    use crate::truetime::tests::at;

    const DAY: f64 = 86_400.0;

    fn events(count: usize, days: f64, random: &mut Random) -> Vec<f64> {
        (0..count).map(|_| random.between(0.0, days * DAY)).collect()
    }

    fn seen(events: &[f64], offset_s: f64, jitter_s: f64, random: &mut Random) -> Vec<CameraTime> {
        events.iter().map(|t| CameraTime(at(t + offset_s + random.between(-jitter_s, jitter_s)).0)).collect()
    }

    #[test]
    fn the_tail_of_a_poisson_variable_is_that_of_tables() {
        assert!((at_least(3, 1.0) - 0.080_301).abs() < 1e-6);
        assert!((at_least(0, 2.0) - 1.0).abs() < 1e-9);
        assert!(at_least(20, 0.01) < 1e-50);
    }

    #[test]
    fn the_interval_of_the_median_is_that_of_the_sign_test() {
        let error = |n: i32| median_error(&mut (0..n).map(f64::from).collect::<Vec<f64>>());
        assert_eq!([5, 6, 9, 20].map(error), [None, Some(2.5), Some(3.0), Some(4.5)]);
    }

    #[test]
    fn power_cuts_that_both_saw_tell_the_difference() {
        let mut wrong = 0;
        for seed in 0..100 {
            let mut random = Random(seed);
            let shared = events(6, 30.0, &mut random);
            let lag = random.between(-3_600.0, 3_600.0);
            let mut a = seen(&shared, 12.0, 2.0, &mut random);
            let mut b = seen(&shared, 12.0 + lag, 2.0, &mut random);
            a.extend(seen(&events(10, 30.0, &mut random), 0.0, 0.0, &mut random));
            b.extend(seen(&events(10, 30.0, &mut random), 0.0, 0.0, &mut random));
            let found = align_events(&a, &b, &EventSettings::default()).unwrap();
            wrong += usize::from((found.lag_s - lag).abs() > found.error_95_s);
            assert!(found.shared >= 6 && found.error_95_s < 8.0, "{found:?}");
            assert!((found.lag_s - lag).abs() < 4.0, "{found:?} {lag}");
        }
        assert!(wrong <= 5, "{wrong} of 100 outside");
    }

    #[test]
    fn events_that_have_nothing_to_do_with_each_other_say_nothing() {
        let alarms = (0..1_000).filter(|seed| {
            let mut random = Random(10_000 + seed);
            let [a, b] = [0, 1].map(|_| {
                let count = random.between(0.0, 60.0) as usize;
                let events = events(count, 30.0, &mut random);
                seen(&events, 0.0, 0.0, &mut random)
            });
            align_events(&a, &b, &EventSettings::default()).is_some()
        });
        assert!(alarms.count() <= 4);
    }
}
