//! Sorting names without comparing them.

use std::collections::BTreeMap;

use crate::dense;
use crate::slots::Slot;

/// The place of each name among all of them.
#[derive(Debug)]
pub(super) struct Ranks<N> {
    by_slot: Vec<u32>,
    by_rank: Vec<N>,
}

impl<N: Clone> Ranks<N> {
    pub(super) fn of(sorted: &BTreeMap<N, Slot>) -> Self {
        let end = sorted.values().map(|slot| slot.index() + 1).max();
        let mut by_slot = vec![0; end.unwrap_or(0)];
        for (rank, slot) in (0..).zip(sorted.values()) {
            if let Some(place) = by_slot.get_mut(slot.index()) {
                *place = rank;
            }
        }
        Self {
            by_slot,
            by_rank: sorted.keys().cloned().collect(),
        }
    }

    /// Some names, by number, sorted.
    pub(super) fn in_order(&self, slots: impl Iterator<Item = Slot>) -> Vec<N> {
        let ranks = slots.filter_map(|slot| self.by_slot.get(slot.index()));
        let mut ranks: Vec<u32> = ranks.copied().collect();
        dense::sort(&mut ranks);
        let mut names = Vec::with_capacity(ranks.len());
        let name = |rank: &u32| self.by_rank.get(*rank as usize).cloned();
        names.extend(ranks.iter().filter_map(name));
        names
    }
}
