//! From what is believed of a camera to the window of it that is worth most a minute.

use super::belief::Pass;
use super::pace::{Paces, Shape};
use crate::model::TraceSettings;

/// The time that a camera's passes may take is cut into so many parts.
const BINS: usize = 160;
/// A finding is worth so many bits beside what an answer tells of where it went.
const FOUND_BITS: f64 = 1.0;

/// A way that is less likely than this against the most likely one does not tell how far a camera is.
const NOT_OUT_OF_QUESTION: f64 = 0.05;
/// What two cameras see may be so far behind the sighting, seconds.
const BEHIND_S: f64 = 20.0;
/// A window holds one of these shares of what may still be found of a camera: that which makes it worth most.
const SHARES: [f64; 6] = [0.25, 0.4, 0.55, 0.7, 0.85, 0.97];
/// No shorter window is worth opening, seconds, unless no more is left.
const SHORTEST_S: f64 = 10.0;

/// A stretch of seconds after the sighting.
pub(super) type Stretch = (f64, f64);

/// A window of a camera, worth a look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Offer {
    /// Seconds after the sighting.
    pub window: Stretch,
    /// How likely it passes within the window, so that somebody who looks can see it.
    pub chance: f64,
    /// What is expected to be learned, bits a minute.
    pub worth: f64,
    /// Metres along the road.
    pub metres: f64,
}

/// When a camera is passed, and how likely, as a running sum over time of the middles of passes.
pub(super) struct Curve {
    from_s: f64,
    step_s: f64,
    /// How likely it has passed by each edge of a part.
    passed: Vec<f64>,
    /// How likely it passes at all.
    pub total: f64,
    metres: f64,
    /// Half of how long it is in view, seconds.
    half_s: f64,
}

impl Curve {
    /// Of all passes of one camera. `doubt_s`: standard deviation of its clock against the sighting's time.
    pub(super) fn new(passes: &[Pass], doubt_s: f64, horizon_s: f64, paces: &Paces) -> Curve {
        let total: f64 = passes.iter().map(|pass| pass.chance).sum();
        // The shortest way that is not out of the question.
        let most = passes.iter().map(|pass| pass.chance).fold(0.0, f64::max);
        let likely = passes.iter().filter(|pass| pass.chance >= NOT_OUT_OF_QUESTION * most);
        let metres = likely.map(|pass| pass.entry.metres).fold(f64::INFINITY, f64::min);
        let half_s = passes.iter().map(|pass| pass.half_s * pass.chance).sum::<f64>() / total.max(1e-300);
        let spread = |pass: &Pass| (pass.arrival.variance + doubt_s.powi(2)).sqrt();
        let late = |pass: &Pass| 3.0 * paces.delay_s(pass.arrival.mean);
        let ends = passes.iter().map(|pass| pass.arrival.mean + 4.0 * spread(pass) + late(pass));
        let to_s = ends.fold(1.0, f64::max).min(horizon_s);
        let begins = passes.iter().map(|pass| pass.arrival.mean - 3.5 * spread(pass));
        let from_s = begins.fold(to_s - 1.0, f64::min).max(-3.0 * doubt_s - BEHIND_S);
        let step_s = ((to_s - from_s) / BINS as f64).max(1.0);
        let count = ((to_s - from_s) / step_s).ceil() as usize + 1;
        let mut passed = vec![0.0; count];
        for pass in alike(passes) {
            let shape = Shape::new(pass.arrival, doubt_s);
            for (bin, passed) in passed.iter_mut().enumerate() {
                *passed += pass.chance * paces.paused(&shape, pass.arrival.mean, from_s + step_s * bin as f64);
            }
        }
        Curve { from_s, step_s, passed, total, metres, half_s }
    }

    /// Leaves such a share of all passes of a stretch: what was watched there is not to be found any more.
    pub(super) fn thin(&mut self, stretch: Stretch, left: f64) {
        let gone = |t: f64| (1.0 - left) * (self.by(t) - self.by(stretch.0)).max(0.0);
        let edges = (0..self.passed.len()).map(|bin| self.from_s + self.step_s * bin as f64);
        let lost: Vec<f64> = edges.map(|t| gone(t.min(stretch.1))).collect();
        let all = gone(stretch.1);
        self.passed.iter_mut().zip(lost).for_each(|(passed, lost)| *passed -= lost);
        self.total = (self.total - all).max(0.0);
    }

    /// From when to when it may pass.
    pub(super) fn span(&self) -> Stretch {
        (self.from_s, self.from_s + self.step_s * (self.passed.len() - 1) as f64)
    }

    /// How likely it passes within stretches that do not overlap.
    pub(super) fn within(&self, stretches: &[Stretch]) -> f64 {
        stretches.iter().map(|stretch| (self.by(stretch.1) - self.by(stretch.0)).max(0.0)).sum()
    }

    /// How likely it has passed by so many seconds.
    fn by(&self, t: f64) -> f64 {
        let bin = ((t - self.from_s) / self.step_s).max(0.0);
        let (low, share) = (bin.floor() as usize, bin.fract());
        let value = |bin: usize| self.passed.get(bin).or(self.passed.last()).copied().unwrap_or(0.0);
        value(low) * (1.0 - share) + value(low + 1) * share
    }

    /// The window worth most in each stretch of what can still be looked at, which is all but what is `done` and what is missing; none that
    /// is hardly ever passed.
    pub(super) fn offers(&self, done: &[Stretch], missing: &[Stretch], least: f64, of: &TraceSettings) -> Vec<Offer> {
        let closed: Vec<Stretch> = done.iter().chain(missing).copied().collect();
        let open = without(self.span(), &closed);
        open.iter().filter_map(|stretch| self.offer(*stretch, done, least, of)).collect()
    }

    fn offer(&self, stretch: Stretch, done: &[Stretch], least: f64, settings: &TraceSettings) -> Option<Offer> {
        let first = ((stretch.0 - self.from_s) / self.step_s).max(0.0);
        let last = ((stretch.1 - self.from_s) / self.step_s).min((self.passed.len() - 1) as f64);
        if last <= first || (self.by(stretch.1) - self.by(stretch.0)) < least {
            return None;
        }
        // The stretch's own ends, and all edges of parts between.
        let mut edges = vec![first];
        edges.extend((first.floor() as usize + 1..last.ceil() as usize).map(|bin| bin as f64));
        edges.push(last);
        let time = |bin: f64| self.from_s + bin * self.step_s;
        // Whoever comes into view before a window ends, and leaves it after it begins, is in it; who was in view at the end of what is
        // done was seen there.
        let came = done.iter().any(|done| (done.1 - stretch.0).abs() < 1e-6);
        let stays = done.iter().any(|done| (done.0 - stretch.1).abs() < 1e-6);
        let least_before = if came { self.by(stretch.0 + self.half_s) } else { 0.0 };
        let most_after = if stays { self.by(stretch.1 - self.half_s) } else { f64::INFINITY };
        let left: Vec<f64> = edges.iter().map(|bin| self.by(time(*bin) - self.half_s).max(least_before)).collect();
        let entered: Vec<f64> = edges.iter().map(|bin| self.by(time(*bin) + self.half_s).min(most_after)).collect();
        let part = Part { edges, left, entered, step_s: self.step_s };
        let windows = SHARES.iter().filter_map(|share| part.shortest(*share));
        let worth = |(a, b): (usize, usize)| {
            let seconds = (part.edges[b] - part.edges[a]) * self.step_s;
            learned(part.within(a, b), settings.miss) / ((seconds + settings.open_s) / 60.0)
        };
        let (worth, (a, b)) =
            windows.map(|window| (worth(window), window)).max_by(|one, other| one.0.total_cmp(&other.0))?;
        let chance = part.within(a, b);
        (chance >= least).then_some(Offer {
            window: (time(part.edges[a]), time(part.edges[b])),
            chance,
            worth,
            metres: self.metres,
        })
    }
}

/// A stretch that can still be looked at: edges of parts of time, and how likely it has passed by each.
struct Part {
    edges: Vec<f64>,
    /// How likely it was in view for the last time before each edge, and for the first.
    left: Vec<f64>,
    entered: Vec<f64>,
    step_s: f64,
}

impl Part {
    /// How likely it is in view within a window, from edge to edge.
    fn within(&self, a: usize, b: usize) -> f64 {
        (self.entered[b] - self.left[a]).clamp(0.0, 1.0)
    }

    /// The shortest window, from edge to edge, that holds a share of what is left in the stretch.
    fn shortest(&self, share: f64) -> Option<(usize, usize)> {
        let Part { edges, step_s, .. } = self;
        let (first, last) = (*edges.first()?, *edges.last()?);
        let wanted = share * self.within(0, edges.len() - 1);
        let (mut best, mut b): (Option<(f64, usize, usize)>, usize) = (None, 0);
        for a in 0..edges.len() {
            while b + 1 < edges.len() && self.within(a, b) < wanted {
                b += 1;
            }
            let length = edges[b] - edges[a];
            if self.within(a, b) >= wanted && best.is_none_or(|(shortest, ..)| length < shortest) {
                best = Some((length, a, b));
            }
        }
        let (_, mut a, mut b) = best?;
        // What would be left beside it is not left, where that is hardly anything to watch.
        while (edges[b] - edges[a]) * step_s < SHORTEST_S && (a > 0 || b + 1 < edges.len()) {
            a = a.saturating_sub(1);
            b = (b + 1).min(edges.len() - 1);
        }
        a = if (edges[a] - first) * step_s < SHORTEST_S { 0 } else { a };
        b = if (last - edges[b]) * step_s < SHORTEST_S { edges.len() - 1 } else { b };
        Some((a, b))
    }
}

/// Passes that hardly differ in time, as one: ways that share most of their length do.
fn alike(passes: &[Pass]) -> Vec<Pass> {
    let key =
        |pass: &Pass| ((pass.arrival.mean / 2.0).round() as i64, (pass.arrival.variance.sqrt() / 2.0).round() as i64);
    let mut sorted = passes.to_vec();
    sorted.sort_by_key(key);
    let mut merged: Vec<Pass> = Vec::new();
    for pass in sorted {
        match merged.last_mut() {
            Some(last) if key(last) == key(&pass) => {
                let sum = (last.chance + pass.chance).max(1e-300);
                let mean = |a: f64, b: f64| (a * last.chance + b * pass.chance) / sum;
                last.arrival.mean = mean(last.arrival.mean, pass.arrival.mean);
                last.arrival.variance = mean(last.arrival.variance, pass.arrival.variance);
                last.arrival.stops = mean(last.arrival.stops, pass.arrival.stops);
                last.chance = sum;
            }
            _ => merged.push(pass),
        }
    }
    merged
}

/// What an answer about a window is expected to tell, bits: the mutual information of the answer and of whether it passes there (who
/// passes is missed with a known chance), and the worth of a finding.
fn learned(chance: f64, miss: f64) -> f64 {
    let entropy = |p: f64| if p <= 0.0 || p >= 1.0 { 0.0 } else { -p * p.log2() - (1.0 - p) * (1.0 - p).log2() };
    let seen = chance * (1.0 - miss);
    (entropy(seen) - chance * entropy(miss)).max(0.0) + FOUND_BITS * seen
}

/// The parts of a stretch that some others, in any order, do not cover.
pub(super) fn without(whole: Stretch, others: &[Stretch]) -> Vec<Stretch> {
    let mut others: Vec<Stretch> =
        others.iter().copied().filter(|other| other.1 > whole.0 && other.0 < whole.1).collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut left, mut from) = (Vec::new(), whole.0);
    for (start, end) in others {
        if start > from {
            left.push((from, start));
        }
        from = from.max(end);
    }
    if from < whole.1 {
        left.push((from, whole.1));
    }
    left
}
