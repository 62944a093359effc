//! A small generator of repeatable dice: equal seeds give equal worlds on every machine and with every version of
//! every crate, which no published generator promises for good.
//!
//! SplitMix64 (Steele, Lea, Flood 2014): a counter and a mixing function, good enough for dice, not for secrets.

/// Repeatable dice.
#[derive(Debug, Clone)]
pub struct Rng(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice of its own for one topic, so that a change in one topic leaves the others as they were.
    pub fn topic(seed: u64, topic: &str) -> Self {
        let mixed = topic.bytes().fold(seed ^ STEP, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3));
        let mut rng = Self::new(mixed);
        rng.next();
        rng
    }

    /// Dice of their own that go on from here.
    pub fn fork(&mut self) -> Self {
        Self(self.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 where `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.next() % n as u64) as usize }
    }

    /// A number from `low` to `high`, both included; `low` where the range is empty.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low { low } else { low + (self.next() % (high - low + 1) as u64) as i64 }
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.next() % 100 < u64::from(percent)
    }

    /// One of a list that is never empty.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// One of a list of (weight, value).
    pub fn weighted<T: Copy>(&mut self, list: &[(u32, T)]) -> T {
        let total: u32 = list.iter().map(|(w, _)| w).sum();
        let mut left = self.below(total as usize) as u32;
        for &(weight, value) in list {
            if left < weight {
                return value;
            }
            left -= weight;
        }
        list[list.len() - 1].1
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_equal_dice() {
        let throw = |mut r: Rng| (0..20).map(|_| r.below(1000)).collect::<Vec<_>>();
        assert_eq!(throw(Rng::new(7)), throw(Rng::new(7)));
        assert_ne!(throw(Rng::new(7)), throw(Rng::new(8)));
        assert_ne!(throw(Rng::topic(7, "a")), throw(Rng::topic(7, "b")));
    }

    #[test]
    fn ranges_are_kept() {
        let mut rng = Rng::new(1);
        for _ in 0..1000 {
            assert!((3..=5).contains(&rng.between(3, 5)));
            assert!(rng.below(4) < 4);
        }
        assert_eq!((rng.between(5, 3), rng.below(0)), (5, 0));
        let mut list: Vec<usize> = (0..50).collect();
        rng.shuffle(&mut list);
        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }
}
