//! Names, each kept once and known by a small number.

mod by_slot;
mod ranks;

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::Hash;
use std::ops::{Bound, Deref};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tracking_core::NameFilter;

use crate::filter::Slots;
use crate::slots::Slot;
pub(crate) use by_slot::BySlot;
use ranks::Ranks;

/// A table of names, with something kept for each.
///
/// A name that is released is forgotten altogether: neither its text nor anything of it stays.
#[derive(Debug)]
pub(crate) struct Names<N, I> {
    /// For finding one name, which every save does.
    by_text: HashMap<N, Slot>,
    /// For listing them, and finding those that start alike.
    sorted: BTreeMap<N, Slot>,
    /// For sorting some of them without comparing texts: made when it has been missed often
    /// enough, and forgotten as soon as a name comes or goes.
    ranks: OnceLock<Ranks<N>>,
    /// How many names have been sorted without.
    sorted_without: AtomicUsize,
    by_slot: BySlot<N>,
    entries: Vec<Option<I>>,
    /// Numbers of forgotten names, to be used again.
    free: Vec<Slot>,
}

impl<N, I> Default for Names<N, I> {
    fn default() -> Self {
        Self {
            by_text: HashMap::new(),
            sorted: BTreeMap::new(),
            ranks: OnceLock::new(),
            sorted_without: AtomicUsize::new(0),
            by_slot: BySlot::default(),
            entries: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<N, I> Names<N, I>
where
    N: Clone + Ord + Hash + Borrow<str> + Deref<Target = str> + Debug,
    I: Default,
{
    pub(crate) fn find(&self, text: &str) -> Option<Slot> {
        self.by_text.get(text).copied()
    }

    /// The number of a name, which is put into the table where it is new; nothing where no
    /// number is left.
    pub(crate) fn slot_of(&mut self, name: &N) -> Option<Slot> {
        if let Some(slot) = self.find(name) {
            return Some(slot);
        }
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => Slot::at(self.entries.len())?,
        };
        if slot.index() == self.entries.len() {
            self.entries.push(None);
        }
        *self.entries.get_mut(slot.index())? = Some(I::default());
        self.by_slot.set(slot, Some(name.clone()));
        self.by_text.insert(name.clone(), slot);
        self.sorted.insert(name.clone(), slot);
        self.forget_ranks();
        Some(slot)
    }

    pub(crate) fn name(&self, slot: Slot) -> Option<&N> {
        self.by_slot.name(slot)
    }

    /// The names as they are now, to be held on to after the lock is gone.
    pub(crate) fn held(&self) -> BySlot<N> {
        self.by_slot.clone()
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&I> {
        self.entries.get(slot.index())?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, slot: Slot) -> Option<&mut I> {
        self.entries.get_mut(slot.index())?.as_mut()
    }

    pub(crate) fn for_each_mut(&mut self, change: impl FnMut(&mut I)) {
        self.entries.iter_mut().flatten().for_each(change);
    }

    /// Forgets a name.
    pub(crate) fn release(&mut self, slot: Slot) {
        let Some(name) = self.name(slot).cloned() else {
            return;
        };
        self.by_text.remove::<str>(&name);
        self.sorted.remove::<str>(&name);
        self.forget_ranks();
        self.by_slot.set(slot, None);
        if let Some(entry) = self.entries.get_mut(slot.index()) {
            *entry = None;
        }
        self.free.push(slot);
    }

    /// All of them, sorted by code point.
    pub(crate) fn sorted(&self) -> impl Iterator<Item = (&N, Slot, &I)> {
        self.sorted
            .iter()
            .filter_map(|(name, slot)| Some((name, *slot, self.get(*slot)?)))
    }

    /// Those that come after a name, sorted by code point.
    pub(crate) fn sorted_after(&self, after: Option<&N>) -> impl Iterator<Item = (&N, &I)> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let names = self.sorted.range::<N, _>((from, Bound::Unbounded));
        names.filter_map(|(name, slot)| Some((name, self.get(*slot)?)))
    }

    /// Some of them, by number, sorted by code point.
    pub(crate) fn in_order(&self, slots: impl ExactSizeIterator<Item = Slot>) -> Vec<N> {
        // To rank all names takes about as long as to sort a sixteenth of them.
        let before = self.sorted_without.fetch_add(slots.len(), Relaxed);
        if before + slots.len() > self.sorted.len() / 16 {
            let ranks = self.ranks.get_or_init(|| Ranks::of(&self.sorted));
            return ranks.in_order(slots);
        }
        let mut names: Vec<&N> = slots.filter_map(|slot| self.name(slot)).collect();
        names.sort_unstable();
        names.into_iter().cloned().collect()
    }

    fn forget_ranks(&mut self) {
        self.ranks.take();
        *self.sorted_without.get_mut() = 0;
    }

    /// The numbers of the names that a filter asks for.
    pub(crate) fn slots(&self, filter: &NameFilter) -> Slots {
        match filter.only() {
            Some(name) => self.find(name).map_or_else(Slots::none, Slots::One),
            None if filter.is_plain() => self.matching(filter).collect(),
            None => self.like(filter).into_iter().collect(),
        }
    }

    /// The numbers of the names of a filter that has patterns.
    fn like(&self, filter: &NameFilter) -> Vec<Slot> {
        let mut found = Vec::new();
        for prefix in filter.covering_prefixes() {
            let names = self.beginning(prefix);
            let like = names.filter(|(name, _)| filter.matches(name));
            found.extend(like.map(|(_, slot)| *slot));
        }
        found
    }

    /// The names that begin with a prefix, sorted.
    fn beginning<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a N, &'a Slot)> + 'a {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.sorted
            .range::<str, _>(from)
            .take_while(move |(name, _)| name.starts_with(prefix))
    }

    /// The numbers of the names of a plain filter, each once.
    fn matching<'a>(&'a self, filter: &'a NameFilter) -> impl Iterator<Item = Slot> + 'a {
        let exact = filter.exact_names().filter_map(|name| self.find(name));
        // No prefix covers another, nor an exact name, so no name comes twice.
        let by_prefix = filter
            .prefix_names()
            .flat_map(|prefix| self.beginning(prefix).map(|(_, slot)| *slot));
        exact.chain(by_prefix)
    }
}

#[cfg(test)]
mod tests {
    use tracking_core::UserName;

    use super::*;

    fn name(text: &str) -> UserName {
        UserName::new(text).unwrap()
    }

    #[test]
    fn a_released_name_is_forgotten_and_its_number_used_again() {
        let mut names: Names<UserName, u32> = Names::default();
        let (a, b) = (
            names.slot_of(&name("a")).unwrap(),
            names.slot_of(&name("b")).unwrap(),
        );
        assert_eq!(names.slot_of(&name("a")), Some(a));
        names.release(a);
        assert_eq!((names.find("a"), names.name(a)), (None, None));
        assert_eq!(names.slot_of(&name("c")), Some(a));
        assert_eq!(
            names
                .sorted()
                .map(|(n, s, _)| (n.to_string(), s))
                .collect::<Vec<_>>(),
            [("b".to_owned(), b), ("c".to_owned(), a)]
        );
    }

    #[test]
    fn a_name_that_is_held_stays_what_it_was() {
        let mut names: Names<UserName, u32> = Names::default();
        let a = names.slot_of(&name("a")).unwrap();
        let held = names.held();
        names.release(a);
        names.slot_of(&name("b")).unwrap();
        assert_eq!(held.name(a), Some(&name("a")));
        assert_eq!(names.name(a), Some(&name("b")));
    }

    #[test]
    fn some_names_are_sorted_whether_many_or_few_and_when_others_come_and_go() {
        let mut names: Names<UserName, u32> = Names::default();
        let texts: Vec<String> = (0..100_u32).map(|n| format!("u{}", n * 37 % 100)).collect();
        let slots: Vec<Slot> = texts
            .iter()
            .map(|text| names.slot_of(&name(text)).unwrap())
            .collect();
        let sorted = |names: &Names<UserName, u32>, slots: &[Slot]| {
            let mut expected: Vec<_> = slots.iter().map(|s| names.name(*s).unwrap()).collect();
            expected.sort();
            let found = names.in_order(slots.iter().copied());
            assert!(found.iter().eq(expected), "{found:?}");
        };
        sorted(&names, &slots[..3]);
        sorted(&names, &slots);
        sorted(&names, &slots[..3]);
        names.release(slots[0]);
        names.slot_of(&name("a")).unwrap();
        names.slot_of(&name("z")).unwrap();
        sorted(&names, &slots);
    }

    #[test]
    fn names_are_found_exactly_and_by_their_beginning() {
        let mut names: Names<UserName, u32> = Names::default();
        for text in ["a", "az", "azure", "b", "\u{10FFFF}"] {
            names.slot_of(&name(text)).unwrap();
        }
        let found = |filter: NameFilter| {
            let mut found: Vec<_> = names
                .matching(&filter)
                .filter_map(|s| names.name(s))
                .cloned()
                .collect();
            found.sort();
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(found(NameFilter::prefixes(["az"])), ["az", "azure"]);
        assert_eq!(
            found(NameFilter::prefixes(["a"]).or(NameFilter::exact(["b", "x"]))),
            ["a", "az", "azure", "b"]
        );
        assert_eq!(found(NameFilter::prefixes([""])).len(), 5);
    }
}
