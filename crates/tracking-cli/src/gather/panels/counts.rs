//! How often what came up, with the largest kept where there is too much.

use std::collections::HashMap;

/// So many names are counted; when there are more, those with the fewest are dropped.
const MAX_NAMES: usize = 50_000;

/// Counts and sums of bytes by name. It takes bounded memory: of more than 50,000 names, the half
/// with the lowest counts is dropped each time.
#[derive(Debug, Default)]
pub(crate) struct TopCounts {
    counts: HashMap<Box<str>, (u64, u64)>,
    /// How often anything came up.
    total: u64,
    /// How many names were dropped, at least.
    dropped: u64,
}

impl TopCounts {
    /// A name came up once, with so many bytes.
    pub(crate) fn add(&mut self, name: &str, bytes: u64) {
        self.total = self.total.saturating_add(1);
        if let Some((count, sum)) = self.counts.get_mut(name) {
            *count = count.saturating_add(1);
            *sum = sum.saturating_add(bytes);
            return;
        }
        if self.counts.len() >= MAX_NAMES {
            self.drop_half();
        }
        self.counts.insert(name.into(), (1, bytes));
    }

    fn drop_half(&mut self) {
        let mut counts: Vec<u64> = self.counts.values().map(|count| count.0).collect();
        let middle = counts.len() / 2;
        let (_, median, _) = counts.select_nth_unstable(middle);
        let median = *median;
        let before = self.counts.len();
        // Of equal ones all are dropped, so that there is room.
        self.counts.retain(|_, count| count.0 > median);
        let dropped = before - self.counts.len();
        self.dropped += u64::try_from(dropped).unwrap_or(u64::MAX);
    }

    /// How often anything came up.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// How many names there are; where some were dropped, at least so many.
    pub(crate) fn distinct(&self) -> u64 {
        let kept = u64::try_from(self.counts.len()).unwrap_or(u64::MAX);
        kept.saturating_add(self.dropped)
    }

    /// Whether rare names may be missing, or counted too low.
    pub(crate) fn is_approximate(&self) -> bool {
        self.dropped > 0
    }

    /// The names with the highest counts, with counts and bytes; of equal ones those that sort
    /// first.
    pub(crate) fn largest(&self, limit: usize) -> Vec<(&str, u64, u64)> {
        let all = self.counts.iter();
        let mut all: Vec<_> = all
            .map(|(name, (count, bytes))| (&**name, *count, *bytes))
            .collect();
        all.sort_unstable_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
        all.truncate(limit);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_come_first_and_equal_ones_in_order() {
        let mut counts = TopCounts::default();
        for name in ["b", "a", "c", "c"] {
            counts.add(name, 10);
        }
        assert_eq!(counts.largest(2), [("c", 2, 20), ("a", 1, 10)]);
        assert_eq!((counts.total(), counts.distinct()), (4, 3));
        assert!(!counts.is_approximate());
    }

    #[test]
    fn of_very_many_names_the_frequent_ones_stay() {
        let mut counts = TopCounts::default();
        for n in 0..200_000_u32 {
            counts.add(&format!("rare {n}"), 0);
            counts.add("often", 1);
        }
        assert_eq!(counts.largest(1), [("often", 200_000, 200_000)]);
        assert!(counts.counts.len() <= MAX_NAMES && counts.is_approximate());
        assert_eq!(counts.total(), 400_000);
    }
}
