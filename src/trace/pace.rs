//! When somebody arrives: how long a way takes, by pace, unsteadiness, waits and pauses.

use crate::model::{Mover, Pace, TraceSettings};

/// How many classes of pace are told apart: from slow to fast, each as likely as the others before anything was seen.
pub(super) const CLASSES: usize = 7;
/// The middles of seven equal parts of the normal distribution: Φ⁻¹((2i + 1) ÷ 14).
const MIDDLES: [f64; CLASSES] = [-1.4652, -0.7916, -0.3661, 0.0, 0.3661, 0.7916, 1.4652];

/// The paces of a kind of mover.
#[derive(Clone, Debug)]
pub(super) struct Paces {
    /// Against the median.
    pub factors: [f64; CLASSES],
    unsteady: f64,
    steady_s: f64,
    wait_s: f64,
    wait_deviation_s: f64,
    pauses: f64,
    pause_s: f64,
}

/// How long a way takes, as a distribution.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    /// Seconds.
    pub mean: f64,
    /// Variance, s².
    pub variance: f64,
}

impl Paces {
    pub(super) fn new(mover: Mover, settings: &TraceSettings) -> Paces {
        let Pace { spread, .. } = settings.pace(mover);
        // Who walks waits for nobody; who rides a bicycle waits less.
        let waits = match mover {
            Mover::Foot => 0.2,
            Mover::Bicycle => 0.7,
            _ => 1.0,
        };
        Paces {
            factors: MIDDLES.map(|middle| (spread * middle).exp()),
            unsteady: settings.unsteady,
            steady_s: settings.steady_s.max(0.1),
            wait_s: settings.wait_s * waits,
            wait_deviation_s: settings.wait_deviation_s * waits,
            pauses: settings.pauses.clamp(0.0, 0.9),
            pause_s: settings.pause_s.max(1.0),
        }
    }

    /// How long a way takes that needs so many seconds at the median pace, past so many junctions, for a class; without pauses. What is
    /// left of a pace's variation after a time T goes with √(steady ÷ T).
    pub(super) fn arrival(&self, seconds: f64, junctions: f64, class: usize) -> Arrival {
        let moving = seconds.max(0.0) / self.factors[class];
        let kept = moving.min(self.steady_s).max(1.0);
        Arrival {
            mean: moving + junctions * self.wait_s,
            variance: self.unsteady.powi(2) * moving * kept + junctions * self.wait_deviation_s.powi(2),
        }
    }

    /// How likely each class is that took so long (± a deviation) for legs, each of seconds at the median pace and junctions.
    pub(super) fn classes(&self, legs: &[Leg]) -> [f64; CLASSES] {
        let mut weights = [1.0; CLASSES];
        for leg in legs {
            let likely: [f64; CLASSES] = std::array::from_fn(|class| {
                let Arrival { mean, variance } = self.arrival(leg.seconds, leg.junctions, class);
                let variance = variance + leg.deviation_s.powi(2) + 1.0;
                (-(leg.took_s - mean).powi(2) / (2.0 * variance)).exp() / variance.sqrt()
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
        (1.0 - self.pauses) * shape.share(t) + self.pauses * late
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

/// An arrival as a logarithmic normal distribution of the time since `shift` seconds before the start: skewed where the way makes the
/// doubt, symmetric where clocks do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    shift: f64,
    mean_log: f64,
    deviation_log: f64,
}

impl Shape {
    /// With more doubt: a standard deviation in seconds.
    pub(super) fn new(arrival: Arrival, extra_s: f64) -> Shape {
        let shift = 3.0 * extra_s;
        let mean = (arrival.mean + shift).max(0.1);
        let square = (1.0 + (arrival.variance + extra_s.powi(2) + 0.25) / mean.powi(2)).ln();
        Shape { shift, mean_log: mean.ln() - square / 2.0, deviation_log: square.sqrt() }
    }

    /// The share that has arrived so many seconds after the start.
    pub(super) fn share(&self, t: f64) -> f64 {
        let after = t + self.shift;
        if after <= 0.0 { 0.0 } else { normal((after.ln() - self.mean_log) / self.deviation_log) }
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
