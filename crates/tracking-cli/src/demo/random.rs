//! Numbers that look random and come from a seed.

/// The generator `SplitMix64`: small, and the same on every machine.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// Numbers from a seed and a number of the stream.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut random = Self(seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below a bound; 0 where that is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// A number from one to another.
    pub(super) fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.below(to.saturating_sub(from) + 1)
    }

    /// Whether something happens that does so often in a hundred times.
    pub(super) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of several, each as often as its weight; nothing of nothing.
    pub(super) fn pick<'a, T>(&mut self, weighted: &'a [(T, u64)]) -> Option<&'a T> {
        let whole = weighted.iter().map(|one| one.1).sum();
        let mut place = self.below(whole);
        for (one, weight) in weighted {
            if place < *weight {
                return Some(one);
            }
            place -= weight;
        }
        None
    }

    /// One of several.
    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let length = u64::try_from(all.len()).unwrap_or(u64::MAX);
        all.get(usize::try_from(self.below(length)).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_and_others_other_ones() {
        let numbers = |seed, stream| {
            let mut random = Random::new(seed, stream);
            [(); 4].map(|()| random.below(1_000_000))
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        assert_ne!(numbers(1, 2), numbers(1, 3));
        assert_ne!(numbers(1, 2), numbers(2, 2));
    }

    #[test]
    fn weights_decide_how_often_something_is_picked() {
        let mut random = Random::new(1, 1);
        let often = (0..1000).filter(|_| random.pick(&[("a", 9), ("b", 1)]) == Some(&"a"));
        assert!((850..950).contains(&often.count()));
        assert_eq!(random.pick::<u8>(&[]), None);
        assert_eq!(random.one_of::<u8>(&[]), None);
        assert_eq!(random.below(0), 0);
    }
}
