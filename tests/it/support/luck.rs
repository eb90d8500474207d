//! Chance that comes out the same every time.

/// A row of numbers that look random. A test says its seed, so that what failed can be done again: `TRUYVET_SEED=… cargo test`.
pub(crate) struct Luck(u64);

impl Luck {
    /// The row of this seed, or of the one in the environment.
    pub(crate) fn new(seed: u64) -> Luck {
        let seed = std::env::var("TRUYVET_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(seed);
        println!("TRUYVET_SEED={seed}");
        Luck(seed)
    }

    /// One of the many rows that this one begins: always the same for a number, whatever was drawn from the others.
    pub(crate) fn of(&self, number: u64) -> Luck {
        let mut row = Luck(self.0 ^ number.wrapping_mul(0xd134_2543_de82_ef95));
        row.below(1);
        row
    }

    /// The next number below `end` (SplitMix64).
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// The next place in something so long, which must not be empty.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// One of these, which must not be none.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.index(of.len())]
    }
}
