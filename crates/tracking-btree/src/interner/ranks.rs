//! Sorting names without comparing them.

use std::collections::BTreeMap;

use crate::bitmap_sort;
use crate::numbers::NameId;

/// The place of each name among all of them.
#[derive(Debug)]
pub(super) struct Ranks<N> {
    by_id: Vec<u32>,
    by_rank: Vec<N>,
}

impl<N: Clone> Ranks<N> {
    pub(super) fn of(sorted: &BTreeMap<N, NameId>) -> Self {
        let end = sorted.values().map(|name_id| name_id.index() + 1).max();
        let mut by_id = vec![0; end.unwrap_or(0)];
        for (rank, name_id) in (0..).zip(sorted.values()) {
            if let Some(place) = by_id.get_mut(name_id.index()) {
                *place = rank;
            }
        }
        Self {
            by_id,
            by_rank: sorted.keys().cloned().collect(),
        }
    }

    /// Some names, by number, sorted.
    pub(super) fn in_order(&self, name_ids: impl Iterator<Item = NameId>) -> Vec<N> {
        let ranks = name_ids.filter_map(|name_id| self.by_id.get(name_id.index()));
        let mut ranks: Vec<u32> = ranks.copied().collect();
        bitmap_sort::sort(&mut ranks);
        let mut names = Vec::with_capacity(ranks.len());
        let name = |rank: &u32| self.by_rank.get(*rank as usize).cloned();
        names.extend(ranks.iter().filter_map(name));
        names
    }
}
