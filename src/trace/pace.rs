//! When somebody arrives: how long a way takes, by pace, unsteadiness, waits and pauses.

use crate::model::{Mover, Pace, TraceSettings};

/// How many classes of pace are told apart: from slow to fast, each as likely as the others before anything was seen.
pub(super) const CLASSES: usize = 7;
/// The means of seven equally likely parts of the normal distribution, 7 (φ(a) − φ(b)) between the bounds a and b …
const MIDDLES: [f64; CLASSES] = [-1.5792, -0.8001, -0.3682, 0.0, 0.3682, 0.8001, 1.5792];
/// … and the variances within them, 1 + 7 (a φ(a) − b φ(b)) − mean²: the outer parts are wide.
const WITHIN: [f64; CLASSES] = [0.1921, 0.0203, 0.0125, 0.0109, 0.0125, 0.0203, 0.1921];
/// So many stops at lights are told apart one by one; more are one normal sum.
const STOPS: usize = 3;
/// A number of stops less likely than this is not reckoned with.
const LEAST: f64 = 1e-4;
/// What is not skewed is taken for a logarithmic normal distribution of this coefficient of variation.
const EVEN: f64 = 0.05;

/// The paces of a kind of mover.
#[derive(Clone, Debug)]
pub(super) struct Paces {
    /// Against the median.
    pub factors: [f64; CLASSES],
    spread: f64,
    unsteady: f64,
    steady_s: f64,
    /// How likely one is stopped at a junction, and how long a red light is at most.
    stopped: f64,
    red_s: f64,
    /// Pauses and ways round a second, and how long a pause is.
    pauses: f64,
    pause_s: f64,
}

/// How long a way takes, as a distribution.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    /// Seconds, waits included.
    pub mean: f64,
    /// Variance, s².
    pub variance: f64,
    /// How many stops are expected, and how long the longest of each is, seconds. Their share of mean and variance is
    /// stops · red ÷ 2 and stops · red² ÷ 3.
    pub stops: f64,
    pub red_s: f64,
    /// Whether early is as likely as late: so it is between two sightings.
    pub even: bool,
}

impl Paces {
    pub(super) fn new(mover: Mover, settings: &TraceSettings) -> Paces {
        let Pace { spread, median_kmh, journey_km, .. } = settings.pace(mover);
        let journey_s = (journey_km / median_kmh.max(0.1) * 3600.0).max(1.0);
        // Who walks waits for nobody; who rides a bicycle waits less.
        let waits = match mover {
            Mover::Foot => 0.2,
            Mover::Bicycle => 0.7,
            _ => 1.0,
        };
        // Who is stopped waits for some uniform part of the red: chance p and length R have p R ÷ 2 = mean, p R² ÷ 3 = mean square.
        let (wait_s, square) = (settings.wait_s.max(0.0), settings.wait_s.powi(2) + settings.wait_deviation_s.powi(2));
        let red_s = if wait_s > 0.0 { 1.5 * square / wait_s } else { 0.0 };
        let stopped = if red_s > 0.0 { 2.0 * wait_s / red_s } else { 0.0 };
        Paces {
            factors: MIDDLES.map(|middle| (spread * middle).exp()),
            spread,
            unsteady: settings.unsteady,
            steady_s: settings.steady_s.max(0.1),
            stopped: stopped * waits,
            red_s,
            pauses: settings.pauses.max(0.0) / journey_s,
            pause_s: settings.pause_s.max(1.0),
        }
    }

    /// How long a way takes that needs so many seconds at the median pace, past so many junctions, for a class; without pauses. The
    /// logarithm of the speed wanders around the pace (Ornstein and Uhlenbeck 1930).
    pub(super) fn arrival(&self, seconds: f64, junctions: f64, class: usize) -> Arrival {
        let behind = seconds.min(0.0);
        let moving = seconds.max(0.0) / self.factors[class];
        let (steady, stops) = (self.steady_s, junctions * self.stopped);
        let wanders = 2.0 * self.unsteady.powi(2) * steady * (moving - steady * (1.0 - (-moving / steady).exp()));
        let within = (self.spread * moving).powi(2) * WITHIN[class];
        Arrival {
            mean: behind + moving + stops * self.red_s / 2.0,
            variance: wanders + within + stops * self.red_s.powi(2) / 3.0,
            stops,
            red_s: self.red_s,
            even: false,
        }
    }

    /// How likely each class is that took so long (± a deviation) for legs, each of seconds at the median pace and junctions.
    pub(super) fn classes(&self, legs: &[Leg]) -> [f64; CLASSES] {
        let mut weights = [1.0; CLASSES];
        for leg in legs {
            let likely: [f64; CLASSES] = std::array::from_fn(|class| {
                Shape::new(self.arrival(leg.seconds, leg.junctions, class), leg.deviation_s.hypot(1.0))
                    .density(leg.took_s)
            });
            let most = likely.iter().copied().fold(0.0, f64::max).max(1e-300);
            for (weight, likely) in weights.iter_mut().zip(likely) {
                // A leg may have had a detour or a pause: it never rules a pace out.
                *weight *= 0.2 + 0.8 * likely / most;
            }
        }
        let sum: f64 = weights.iter().sum();
        weights.map(|weight| weight / sum)
    }

    /// The mean of what a pause or a detour adds to a way of a mean length, seconds.
    pub(super) fn delay_s(&self, mean: f64) -> f64 {
        self.pause_s / 2.0 + mean.max(0.0) / 2.0
    }

    /// The share that has arrived so many seconds after the start, where pauses and detours count.
    pub(super) fn paused(&self, shape: &Shape, mean: f64, t: f64) -> f64 {
        let late = if t > mean { 1.0 - (-(t - mean) / self.delay_s(mean)).exp() } else { 0.0 };
        let delayed = self.delayed(mean);
        (1.0 - delayed) * shape.share(t) + delayed * late
    }

    /// How likely somebody who needs so long on the way pauses or goes a way round.
    pub(super) fn delayed(&self, mean: f64) -> f64 {
        1.0 - (-self.pauses * mean.max(0.0)).exp()
    }
}

/// A leg that is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    /// At the median pace, without waits.
    pub seconds: f64,
    pub junctions: f64,
    /// What it took.
    pub took_s: f64,
    /// How uncertain that is: a standard deviation, seconds.
    pub deviation_s: f64,
}

/// An arrival as a sum of logarithmic normal distributions of the time since `shift` seconds before the start, one for each number of stops:
/// skewed where the way makes the doubt, symmetric where clocks do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    shift: f64,
    parts: [Part; STOPS + 1],
}

#[derive(Clone, Copy, Debug, Default)]
struct Part {
    weight: f64,
    mean_log: f64,
    deviation_log: f64,
}

impl Shape {
    /// With more doubt: a standard deviation in seconds. The number of stops is Poisson's.
    pub(super) fn new(arrival: Arrival, extra_s: f64) -> Shape {
        let Arrival { stops, red_s, .. } = arrival;
        let moving = arrival.mean - stops * red_s / 2.0;
        let way = (arrival.variance - stops * red_s.powi(2) / 3.0).max(0.0);
        let variance = way + extra_s.powi(2) + 0.25;
        // As skewed as the sum of the way's own time, which is a logarithmic normal distribution, and of a clock's doubt, which is not
        // skewed: skewness is 3 v + v³ for a coefficient of variation v, and the third moments of what is independent add up.
        let own = if arrival.even || moving <= 0.1 { 0.0 } else { way.sqrt() / moving };
        let skewness = (3.0 * own + own.powi(3)) * (way / variance).powf(1.5);
        let variation = (2.0 * ((skewness / 2.0).asinh() / 3.0).sinh()).max(EVEN);
        let shift = variance.sqrt() / variation - moving;
        let moving = moving + shift;
        let mut parts = [Part::default(); STOPS + 1];
        let (mut chance, mut rest, mut mean_left, mut square_left) =
            ((-stops).exp(), 1.0, stops, stops + stops.powi(2));
        for (count, part) in parts.iter_mut().enumerate() {
            let (mut n, mut spread) = (count as f64, 0.0);
            let weight = if count == STOPS { rest } else { chance };
            if weight >= LEAST {
                if count == STOPS {
                    n = mean_left / rest;
                    spread = (square_left / rest - n.powi(2)).max(0.0);
                }
                let mean = (moving + n * red_s / 2.0).max(0.1);
                let variance = variance + red_s.powi(2) * (n / 12.0 + spread / 4.0);
                let square = (1.0 + variance / mean.powi(2)).ln();
                *part = Part { weight, mean_log: mean.ln() - square / 2.0, deviation_log: square.sqrt() };
            }
            rest = (rest - chance).max(0.0);
            mean_left -= n * chance;
            square_left -= n.powi(2) * chance;
            chance *= stops / (n + 1.0);
        }
        Shape { shift, parts }
    }

    /// The share that has arrived so many seconds after the start.
    pub(super) fn share(&self, t: f64) -> f64 {
        let after = t + self.shift;
        if after <= 0.0 {
            return 0.0;
        }
        let log = after.ln();
        let parts = self.parts.iter().filter(|part| part.weight > 0.0);
        parts.map(|part| part.weight * normal((log - part.mean_log) / part.deviation_log)).sum()
    }

    /// How likely it arrives just then, by the second.
    pub(super) fn density(&self, t: f64) -> f64 {
        let after = t + self.shift;
        if after <= 0.0 {
            return 0.0;
        }
        let parts = self.parts.iter().filter(|part| part.weight > 0.0);
        let each = parts.map(|part| {
            let x = (after.ln() - part.mean_log) / part.deviation_log;
            part.weight * (-x * x / 2.0).exp() / (part.deviation_log * after)
        });
        each.sum::<f64>() / std::f64::consts::TAU.sqrt()
    }
}

/// The normal distribution's share below, to 10⁻⁷ (Abramowitz and Stegun 1964, 26.2.17).
pub(super) fn normal(x: f64) -> f64 {
    let far = x.abs();
    if far > 7.0 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let t = 1.0 / (1.0 + 0.231_641_9 * far);
    let poly =
        t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = (-far * far / 2.0).exp() * 0.398_942_280_4 * poly;
    if x > 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The middle of an arrival: half have come by then.
    fn middle(shape: &Shape) -> f64 {
        let (mut low, mut high) = (-1_000.0, 1_000.0);
        for _ in 0..60 {
            let at = f64::midpoint(low, high);
            if shape.share(at) < 0.5 { low = at } else { high = at }
        }
        low
    }

    #[test]
    fn the_doubt_of_clocks_alone_makes_an_arrival_early() {
        let none = Arrival { mean: 0.0, variance: 0.0, stops: 0.0, red_s: 30.0, even: false };
        let shape = Shape::new(none, 22.0);
        assert!(middle(&shape).abs() < 1.0, "{}", middle(&shape));
        assert!((shape.share(-22.0) + shape.share(22.0) - 1.0).abs() < 0.02);
    }

    #[test]
    fn the_doubt_of_the_way_alone_is_its_own_distribution() {
        // Of mean 100 and deviation 40: the median is the mean ÷ √(1 + 0.16).
        let way = Arrival { mean: 100.0, variance: 1_600.0, stops: 0.0, red_s: 30.0, even: false };
        let alone = middle(&Shape::new(way, 0.0));
        assert!((alone - 100.0 / 1.16f64.sqrt()).abs() < 0.3, "{alone}");
        // With a doubt as large, what the sum of both is skewed moves the median half as far from the mean, or so.
        let both = middle(&Shape::new(way, 40.0));
        assert!(alone + 2.0 < both && both < 99.0, "{both}");
    }
}
