//! The changes of one commit, as they are collected.

use super::ChangeKind;

/// Consecutive ids to which the same happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct ChangeRange {
    /// What happened.
    pub kind: ChangeKind,
    /// The first id.
    pub first: u64,
    /// The last id.
    pub last: u64,
}

/// Collects the changes of one commit: each id once for each kind, in as few ranges as possible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    ranges: Vec<ChangeRange>,
}

impl ChangeSet {
    /// Adds an id.
    pub fn add(&mut self, kind: ChangeKind, id: u64) {
        if let Some(last) = self.ranges.last_mut()
            && last.kind == kind
            && (last.first..=last.last.saturating_add(1)).contains(&id)
        {
            last.last = last.last.max(id);
            return;
        }
        let (first, last) = (id, id);
        self.ranges.push(ChangeRange { kind, first, last });
    }

    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The ranges, by kind in the order of [`ChangeKind`], and by id.
    pub fn into_ranges(self) -> Vec<ChangeRange> {
        let mut ranges = self.ranges;
        ranges.sort_unstable();
        let mut merged: Vec<ChangeRange> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut() {
                Some(last)
                    if last.kind == range.kind && range.first <= last.last.saturating_add(1) =>
                {
                    last.last = last.last.max(range.last);
                }
                _ => merged.push(range),
            }
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ChangeKind::{RunStarted, TrackRemoved, TrackSaved};

    fn ranges(changes: &[(ChangeKind, u64)]) -> Vec<(ChangeKind, u64, u64)> {
        let mut set = ChangeSet::default();
        for (kind, id) in changes {
            set.add(*kind, *id);
        }
        let ranges = set.into_ranges().into_iter();
        ranges.map(|r| (r.kind, r.first, r.last)).collect()
    }

    #[test]
    fn each_id_is_listed_once_in_as_few_ranges_as_possible() {
        assert!(ChangeSet::default().is_empty());
        let saves: Vec<_> = (1..=1000).map(|id| (TrackSaved, id)).collect();
        assert_eq!(ranges(&saves), [(TrackSaved, 1, 1000)]);
        let mixed = [
            (TrackRemoved, 9),
            (TrackSaved, 1),
            (RunStarted, 1),
            (TrackSaved, 2),
            (RunStarted, 2),
            (TrackSaved, 3),
            (TrackRemoved, 7),
            (TrackRemoved, 8),
            (TrackRemoved, 7),
            (TrackRemoved, 3),
        ];
        assert_eq!(
            ranges(&mixed),
            [
                (RunStarted, 1, 2),
                (TrackSaved, 1, 3),
                (TrackRemoved, 3, 3),
                (TrackRemoved, 7, 9)
            ]
        );
    }
}
