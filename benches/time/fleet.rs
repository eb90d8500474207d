//! Fleets of cameras made up for the purpose: their clocks, their files, and what became of the files.

use jiff::Timestamp;
use truyvet::model::{CameraTime, TrueTime};
use truyvet::truetime::estimate::{Closing, ClosingKind};

pub const DAY: f64 = 86_400.0;
/// Files of a minute …
pub const FILE_S: f64 = 60.0;
/// … for so many days.
pub const DAYS: f64 = 30.0;

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn chance(&mut self, p: f64) -> bool {
        self.between(0.0, 1.0) < p
    }

    fn sign(&mut self) -> f64 {
        if self.chance(0.5) { 1.0 } else { -1.0 }
    }

    /// Evenly on a logarithmic scale.
    fn scaled(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }
}

/// Seconds from the beginning as an instant.
pub fn at(seconds: f64) -> Timestamp {
    Timestamp::from_microsecond(1_688_169_600_000_000 + (seconds * 1e6).round() as i64).unwrap()
}

/// A camera's clock.
pub struct Clock {
    offset_s: f64,
    /// At the beginning, how it changes over all days, and how it swings with the day.
    ppm: f64,
    change_ppm: f64,
    swing_ppm: f64,
    /// When it was set, and by how much.
    pub steps: Vec<(f64, f64)>,
}

impl Clock {
    fn made(random: &mut Random) -> Clock {
        let ppm = random.between(-500.0, 500.0);
        let mut clock = Clock {
            offset_s: random.between(-7_200.0, 7_200.0),
            ppm,
            // Never beyond what a clock may do.
            change_ppm: random.between(-10.0, 10.0f64.min(500.0 - ppm)).max(-500.0 - ppm),
            swing_ppm: random.between(0.0, 3.0),
            steps: Vec::new(),
        };
        if random.chance(0.5) {
            let mut when: Vec<f64> =
                (0..=random.between(0.0, 3.0) as usize).map(|_| random.between(0.0, DAYS * DAY)).collect();
            when.sort_by(f64::total_cmp);
            for t in when {
                // Half of them put the clock right, as a person or NTP does.
                let by =
                    if random.chance(0.5) { -clock.offset(t) } else { random.sign() * random.scaled(3.0, 7_200.0) };
                clock.steps.push((t, by));
            }
        }
        clock
    }

    /// Camera time − true time, seconds.
    pub fn offset(&self, t: f64) -> f64 {
        let steps = self.steps.iter().filter(|(when, _)| *when <= t).map(|(_, by)| by);
        let drifted = self.ppm * t + self.change_ppm * t * t / (2.0 * DAYS * DAY);
        let swing = self.swing_ppm * DAY / std::f64::consts::TAU * (1.0 - (t / DAY * std::f64::consts::TAU).cos());
        self.offset_s + (drifted + swing) * 1e-6 + steps.sum::<f64>()
    }
}

/// How late files are closed after their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Latency {
    /// Each anew, 0 to 5 s.
    Even,
    /// A constant part of 0 to 4 s, and up to 1 s more.
    Constant,
    /// A constant part of 0 to 2 s, and an exponential one of 0.6 s, 5 s at most.
    Tailed,
}

/// What became of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Written straight into our folder.
    Live(Latency),
    /// The same, and the first half of them was copied in from elsewhere.
    Imported(Latency),
    /// All copied at once, one after the other.
    Copied,
    /// All copied at once, in any order.
    Shuffled,
    /// Copied slowly, some seconds to a file.
    Slow,
    /// Copied each night.
    Nightly,
    /// Copied each quarter of an hour.
    Batched,
    /// Copied with the times that the camera's own clock had given them.
    Kept,
    /// The same, from a file system that keeps local time, read in another zone.
    KeptElsewhere,
}

/// Of each kind of copy as many as of each other.
pub const COPIES: [Fate; 7] =
    [Fate::Copied, Fate::Shuffled, Fate::Slow, Fate::Nightly, Fate::Batched, Fate::Kept, Fate::KeptElsewhere];
const LATENCIES: [Latency; 3] = [Latency::Even, Latency::Constant, Latency::Tailed];

pub struct Camera {
    pub clock: Clock,
    pub fate: Fate,
    pub closings: Vec<Closing>,
    /// When files were written live.
    pub live: Vec<f64>,
}

/// The camera of a number in the fleet of a seed; one in five is copied in.
pub fn camera(seed: u64, number: u64) -> Camera {
    let mut random = Random(seed.wrapping_mul(1_000_003).wrapping_add(number));
    random.next();
    let clock = Clock::made(&mut random);
    let latency = LATENCIES[(number / 5 + number) as usize % LATENCIES.len()];
    let fate = match number % 5 {
        4 => COPIES[(number / 5 + seed) as usize % COPIES.len()],
        3 if number % 2 == 1 => Fate::Imported(latency),
        _ => Fate::Live(latency),
    };
    let ends = ends(&mut random);
    let kind = if random.chance(0.5) { ClosingKind::Close } else { ClosingKind::Mtime };
    let late = Late::made(latency, &mut random);
    // Names tell whole seconds; the length is that of the media.
    let claimed = |end: f64, length: f64| {
        let start = (end - length + clock.offset(end - length)).floor();
        (start, start + length)
    };
    let file = |(start, end): (f64, f64), observed: f64| Closing {
        claimed_start: CameraTime(at(start)),
        claimed_end: CameraTime(at(end)),
        observed: TrueTime(at(observed)),
        kind,
        size: 10_000_000,
    };
    let mut written: Vec<(Closing, f64)> =
        ends.iter().map(|(end, length)| (file(claimed(*end, *length), end + late.late(&mut random)), *end)).collect();
    let mut live: Vec<f64> = ends.iter().map(|(end, _)| *end).collect();
    match fate {
        Fate::Live(_) => {}
        Fate::Imported(_) => {
            let half = written.len() / 2;
            let from = written[half].1 + random.between(0.0, 10.0 * DAY);
            copy(&mut written[..half], from, random.between(0.05, 2.0), &mut random);
            live.drain(..half);
        }
        Fate::Copied => copy(&mut written, DAYS * DAY, random.between(0.02, 1.0), &mut random),
        Fate::Shuffled => {
            for n in (1..written.len()).rev() {
                written.swap(n, random.between(0.0, n as f64) as usize);
            }
            copy(&mut written, DAYS * DAY, random.between(0.02, 1.0), &mut random);
        }
        Fate::Slow => copy(&mut written, DAYS * DAY, random.between(3.0, 20.0), &mut random),
        Fate::Nightly => batches(&mut written, DAY, &mut random),
        Fate::Batched => batches(&mut written, 900.0, &mut random),
        Fate::Kept | Fate::KeptElsewhere => {
            let zone =
                if fate == Fate::Kept { 0.0 } else { random.sign() * random.between(1.0, 9.0).floor() * 3_600.0 };
            for (closing, end) in &mut written {
                *closing = Closing {
                    observed: TrueTime(at(*end + clock.offset(*end) + late.late(&mut random) - zone)),
                    kind: ClosingKind::Mtime,
                    ..*closing
                };
            }
        }
    }
    if !matches!(fate, Fate::Live(_) | Fate::Imported(_)) {
        live.clear();
    }
    Camera { clock, fate, closings: written.into_iter().map(|(closing, _)| closing).collect(), live }
}

/// When files end, and how long they are: one after the other, but for power cuts; a fifth of the cameras record on movement.
fn ends(random: &mut Random) -> Vec<(f64, f64)> {
    let cuts: Vec<(f64, f64)> = (0..random.between(0.0, 4.0) as usize)
        .map(|_| (random.between(0.0, DAYS * DAY), random.between(300.0, 18_000.0)))
        .map(|(from, length)| (from, from + length))
        .collect();
    let moving = random.chance(0.2).then_some(0.3);
    let jitter = if random.chance(0.5) { 0.5 } else { 0.0 };
    let mut ends = Vec::new();
    let mut t = random.between(0.0, FILE_S);
    while t < DAYS * DAY {
        let length = FILE_S + random.between(-jitter, jitter);
        t += length;
        let cut = cuts.iter().any(|(from, to)| (*from..*to).contains(&t));
        if !cut && moving.is_none_or(|share| random.chance(share)) {
            ends.push((t, length));
        }
    }
    ends
}

/// One camera's latency.
struct Late {
    kind: Latency,
    constant: f64,
}

impl Late {
    fn made(kind: Latency, random: &mut Random) -> Late {
        let constant = match kind {
            Latency::Even => 0.0,
            Latency::Constant => random.between(0.0, 4.0),
            Latency::Tailed => random.between(0.0, 2.0),
        };
        Late { kind, constant }
    }

    fn late(&self, random: &mut Random) -> f64 {
        // One in a hundred comes much later.
        let stray = if random.chance(0.01) { random.scaled(5.0, 3_600.0) } else { 0.0 };
        let jitter = match self.kind {
            Latency::Even => random.between(0.0, 5.0),
            Latency::Constant => random.between(0.0, 1.0),
            Latency::Tailed => -0.6 * random.between(f64::MIN_POSITIVE, 1.0).ln(),
        };
        (self.constant + jitter).min(5.0) + stray
    }
}

/// Closes files one after the other from an instant on, some seconds each.
fn copy(written: &mut [(Closing, f64)], from: f64, each: f64, random: &mut Random) {
    let mut t = from;
    for (closing, _) in written {
        t += each * random.between(0.5, 1.5);
        closing.observed = TrueTime(at(t));
    }
}

/// Closes files at the end of the batch in which they ended.
fn batches(written: &mut [(Closing, f64)], every: f64, random: &mut Random) {
    let mut t = 0.0;
    for (closing, end) in written {
        t = ((*end / every).ceil() * every).max(t) + random.between(0.02, 0.5);
        closing.observed = TrueTime(at(t));
    }
}
