//! Chance without chance: the same seed gives the same numbers on every machine (SplitMix64).

/// A stream of numbers. Streams of one seed with different names do not follow each other.
pub struct Rng(u64);

impl Rng {
    /// The stream `name` of a seed.
    pub fn new(seed: u64, name: u64) -> Rng {
        Rng(mix(seed ^ mix(name.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// The next number, 0 ≤ x < 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// The next number, low ≤ x < high.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// The next whole number, 0 ≤ n < `count`.
    pub fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f64) as usize).min(count.saturating_sub(1))
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number, 0 ≤ x < 1, that belongs to a cell of the ground or of a wall: the raw material of textures.
pub fn texture(x: i64, y: i64) -> f32 {
    (mix((x as u64).wrapping_mul(0x1f12_3bb5) ^ (y as u64).rotate_left(32)) >> 40) as f32 / (1u64 << 24) as f32
}
