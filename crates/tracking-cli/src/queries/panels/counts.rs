//! How often each name came up, counted exactly in bounded memory.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The most names that are counted in one pass over the tracks.
const MAX_NAMES: usize = 200_000;

/// Counts and sums of bytes by name, of which the largest are kept.
///
/// If there are more names than fit into memory, the names are counted in several passes over
/// the same tracks. Each pass counts the names whose hashes lie in one range, so every count is
/// exact. Call [`next_pass`](Self::next_pass) after each pass until it returns `false`.
#[derive(Debug)]
pub(crate) struct TopCounts {
    /// How many names are kept.
    limit: usize,
    /// The most names that are counted in one pass.
    max_names: usize,
    /// The names of this pass, each with its count and its bytes.
    counts: HashMap<Box<str>, (u64, u64)>,
    /// The hashes of the names that this pass counts.
    first_hash: u64,
    last_hash: u64,
    is_complete: bool,
    /// The largest names of the passes before this one.
    largest: Vec<(Box<str>, u64, u64)>,
    total: u64,
    distinct: u64,
}

impl TopCounts {
    /// Keeps the `limit` names with the highest counts.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            max_names: MAX_NAMES,
            counts: HashMap::new(),
            first_hash: 0,
            last_hash: u64::MAX,
            is_complete: false,
            largest: Vec::new(),
            total: 0,
            distinct: 0,
        }
    }

    /// Counts a name once more, with its bytes.
    pub(crate) fn add(&mut self, name: &str, bytes: u64) {
        if self.is_complete {
            return;
        }
        if self.first_hash == 0 {
            self.total = self.total.saturating_add(1);
        }
        let counts_all = self.first_hash == 0 && self.last_hash == u64::MAX;
        if !counts_all && !(self.first_hash..=self.last_hash).contains(&hash(name)) {
            return;
        }
        if let Some((count, sum)) = self.counts.get_mut(name) {
            *count = count.saturating_add(1);
            *sum = sum.saturating_add(bytes);
            return;
        }
        self.counts.insert(name.into(), (1, bytes));
        if self.counts.len() > self.max_names {
            self.narrow();
        }
    }

    /// Leaves the half of the names with the higher hashes to a later pass.
    fn narrow(&mut self) {
        let mut hashes: Vec<u64> = self.counts.keys().map(|name| hash(name)).collect();
        let middle = hashes.len() / 2;
        let (_, median, _) = hashes.select_nth_unstable(middle);
        self.last_hash = *median;
        let last_hash = self.last_hash;
        self.counts.retain(|name, _| hash(name) <= last_hash);
    }

    /// Ends a pass over all tracks, and tells whether another one is needed.
    pub(crate) fn next_pass(&mut self) -> bool {
        if self.is_complete {
            return false;
        }
        self.distinct += self.counts.len() as u64;
        let counted = self.counts.drain();
        self.largest
            .extend(counted.map(|(name, (count, bytes))| (name, count, bytes)));
        self.largest
            .sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        self.largest.truncate(self.limit);
        match self.last_hash.checked_add(1) {
            None => self.is_complete = true,
            Some(next) => (self.first_hash, self.last_hash) = (next, u64::MAX),
        }
        !self.is_complete
    }

    /// How often any name came up.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// How many different names came up.
    pub(crate) fn distinct(&self) -> u64 {
        self.distinct
    }

    /// The names with the highest counts, with counts and bytes; of equal ones those that sort
    /// first.
    pub(crate) fn largest(&self) -> impl Iterator<Item = (&str, u64, u64)> {
        let all = self.largest.iter();
        all.map(|(name, count, bytes)| (&**name, *count, *bytes))
    }
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(limit: usize, max_names: usize, names: &[String]) -> (TopCounts, usize) {
        let mut counts = TopCounts {
            max_names,
            ..TopCounts::new(limit)
        };
        let mut passes = 0;
        loop {
            passes += 1;
            for name in names {
                counts.add(name, 10);
                assert!(counts.counts.len() <= max_names);
            }
            if !counts.next_pass() {
                return (counts, passes);
            }
        }
    }

    #[test]
    fn the_largest_come_first_and_equal_ones_in_order() {
        let names = ["b", "a", "c", "c"].map(str::to_owned);
        let (counts, passes) = counted(2, 10, &names);
        let largest: Vec<_> = counts.largest().collect();
        assert_eq!(largest, [("c", 2, 20), ("a", 1, 10)]);
        assert_eq!((counts.total(), counts.distinct(), passes), (4, 3, 1));
    }

    #[test]
    fn counts_stay_exact_with_more_names_than_fit_into_memory() {
        // Each name comes up late and early, so a name that was dropped would be counted too low.
        let names: Vec<String> = (0..5000_u32)
            .chain(0..2500)
            .chain(0..3)
            .map(|n| format!("name {n:04}"))
            .collect();
        let (counts, passes) = counted(5, 700, &names);
        assert!(passes > 5, "{passes}");
        let largest: Vec<_> = counts.largest().collect();
        assert_eq!(
            largest,
            [
                ("name 0000", 3, 30),
                ("name 0001", 3, 30),
                ("name 0002", 3, 30),
                ("name 0003", 2, 20),
                ("name 0004", 2, 20),
            ]
        );
        assert_eq!((counts.total(), counts.distinct()), (7503, 5000));
    }

    #[test]
    fn a_hundred_thousand_names_are_counted_exactly() {
        let names: Vec<String> = (0..100_000_u32)
            .chain(50_000..100_000)
            .map(|n| n.to_string())
            .collect();
        let (counts, passes) = counted(1, MAX_NAMES, &names);
        let largest: Vec<_> = counts.largest().collect();
        assert_eq!(largest, [("50000", 2, 20)]);
        assert_eq!((counts.distinct(), passes), (100_000, 1));
    }
}
