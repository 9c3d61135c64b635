//! Names, each kept once and known by a small number.

mod by_id;
mod name_ids;
mod ranks;

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::Hash;
use std::ops::{Bound, Deref};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tracking_core::NameFilter;

use crate::hash::ByText;
use crate::numbers::NameId;
pub(crate) use by_id::NamesById;
pub(crate) use name_ids::NameIds;
use ranks::Ranks;

/// A table of names, with something kept for each.
///
/// A name that is released is forgotten altogether: neither its text nor anything of it stays.
#[derive(Debug)]
pub(crate) struct Interner<N, I> {
    /// For finding one name, which every save does.
    by_text: HashMap<N, NameId, ByText>,
    /// For listing them, and finding those that start alike.
    sorted: BTreeMap<N, NameId>,
    /// For sorting some of them without comparing texts: made when it has been missed often
    /// enough, and forgotten as soon as a name comes or goes.
    ranks: OnceLock<Ranks<N>>,
    /// How many names have been sorted without.
    sorted_without: AtomicUsize,
    by_id: NamesById<N>,
    entries: Vec<Option<I>>,
    /// Numbers of forgotten names, to be used again.
    free: Vec<NameId>,
}

impl<N, I> Default for Interner<N, I> {
    fn default() -> Self {
        Self {
            by_text: HashMap::default(),
            sorted: BTreeMap::new(),
            ranks: OnceLock::new(),
            sorted_without: AtomicUsize::new(0),
            by_id: NamesById::default(),
            entries: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<N, I> Interner<N, I>
where
    N: Clone + Ord + Hash + Borrow<str> + Deref<Target = str> + Debug,
    I: Default,
{
    pub(crate) fn find(&self, text: &str) -> Option<NameId> {
        self.by_text.get(text).copied()
    }

    /// The number of a name, which is put into the table where it is new; nothing where no
    /// number is left.
    pub(crate) fn intern(&mut self, name: &N) -> Option<NameId> {
        if let Some(name_id) = self.find(name) {
            return Some(name_id);
        }
        let name_id = match self.free.pop() {
            Some(name_id) => name_id,
            None => NameId::at(self.entries.len())?,
        };
        if name_id.index() == self.entries.len() {
            self.entries.push(None);
        }
        *self.entries.get_mut(name_id.index())? = Some(I::default());
        self.by_id.set(name_id, Some(name.clone()));
        self.by_text.insert(name.clone(), name_id);
        self.sorted.insert(name.clone(), name_id);
        self.forget_ranks();
        Some(name_id)
    }

    pub(crate) fn name(&self, name_id: NameId) -> Option<&N> {
        self.by_id.name(name_id)
    }

    /// The names as they are now, to be held on to after the lock is gone.
    pub(crate) fn snapshot(&self) -> NamesById<N> {
        self.by_id.clone()
    }

    pub(crate) fn get(&self, name_id: NameId) -> Option<&I> {
        self.entries.get(name_id.index())?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, name_id: NameId) -> Option<&mut I> {
        self.entries.get_mut(name_id.index())?.as_mut()
    }

    pub(crate) fn for_each_mut(&mut self, change: impl FnMut(&mut I)) {
        self.entries.iter_mut().flatten().for_each(change);
    }

    /// Forgets a name.
    pub(crate) fn release(&mut self, name_id: NameId) {
        let Some(name) = self.name(name_id).cloned() else {
            return;
        };
        self.by_text.remove::<str>(&name);
        self.sorted.remove::<str>(&name);
        self.forget_ranks();
        self.by_id.set(name_id, None);
        if let Some(entry) = self.entries.get_mut(name_id.index()) {
            *entry = None;
        }
        self.free.push(name_id);
    }

    /// All of them, sorted by code point.
    pub(crate) fn sorted(&self) -> impl Iterator<Item = (&N, NameId, &I)> {
        self.sorted
            .iter()
            .filter_map(|(name, name_id)| Some((name, *name_id, self.get(*name_id)?)))
    }

    /// Those that come after a name, sorted by code point.
    pub(crate) fn sorted_after(&self, after: Option<&N>) -> impl Iterator<Item = (&N, &I)> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let names = self.sorted.range::<N, _>((from, Bound::Unbounded));
        names.filter_map(|(name, name_id)| Some((name, self.get(*name_id)?)))
    }

    /// Some of them, by number, sorted by code point.
    pub(crate) fn in_order(&self, name_ids: impl ExactSizeIterator<Item = NameId>) -> Vec<N> {
        // To rank all names takes about as long as to sort a sixteenth of them.
        let before = self.sorted_without.fetch_add(name_ids.len(), Relaxed);
        if before + name_ids.len() > self.sorted.len() / 16 {
            let ranks = self.ranks.get_or_init(|| Ranks::of(&self.sorted));
            return ranks.in_order(name_ids);
        }
        let mut names: Vec<&N> = name_ids.filter_map(|name_id| self.name(name_id)).collect();
        names.sort_unstable();
        names.into_iter().cloned().collect()
    }

    fn forget_ranks(&mut self) {
        self.ranks.take();
        *self.sorted_without.get_mut() = 0;
    }

    /// The numbers of the names that a filter asks for.
    pub(crate) fn name_ids(&self, filter: &NameFilter) -> NameIds {
        match filter.only() {
            Some(name) => self.find(name).map_or_else(NameIds::none, NameIds::One),
            None if filter.is_plain() => self.matching(filter).collect(),
            None => self.like(filter).into_iter().collect(),
        }
    }

    /// The numbers of the names of a filter that has patterns.
    fn like(&self, filter: &NameFilter) -> Vec<NameId> {
        let mut found = Vec::new();
        for prefix in filter.covering_prefixes() {
            let names = self.beginning(prefix);
            let like = names.filter(|(name, _)| filter.matches(name));
            found.extend(like.map(|(_, name_id)| *name_id));
        }
        found
    }

    /// The names that begin with a prefix, sorted.
    fn beginning<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a N, &'a NameId)> + 'a {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        self.sorted
            .range::<str, _>(from)
            .take_while(move |(name, _)| name.starts_with(prefix))
    }

    /// The numbers of the names of a plain filter, each once.
    fn matching<'a>(&'a self, filter: &'a NameFilter) -> impl Iterator<Item = NameId> + 'a {
        let exact = filter.exact_names().filter_map(|name| self.find(name));
        // No prefix covers another, nor an exact name, so no name comes twice.
        let by_prefix = filter
            .prefix_names()
            .flat_map(|prefix| self.beginning(prefix).map(|(_, name_id)| *name_id));
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
        let mut names: Interner<UserName, u32> = Interner::default();
        let (a, b) = (
            names.intern(&name("a")).unwrap(),
            names.intern(&name("b")).unwrap(),
        );
        assert_eq!(names.intern(&name("a")), Some(a));
        names.release(a);
        assert_eq!((names.find("a"), names.name(a)), (None, None));
        assert_eq!(names.intern(&name("c")), Some(a));
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
        let mut names: Interner<UserName, u32> = Interner::default();
        let a = names.intern(&name("a")).unwrap();
        let snapshot = names.snapshot();
        names.release(a);
        names.intern(&name("b")).unwrap();
        assert_eq!(snapshot.name(a), Some(&name("a")));
        assert_eq!(names.name(a), Some(&name("b")));
    }

    #[test]
    fn some_names_are_sorted_whether_many_or_few_and_when_others_come_and_go() {
        let mut names: Interner<UserName, u32> = Interner::default();
        let texts: Vec<String> = (0..100_u32).map(|n| format!("u{}", n * 37 % 100)).collect();
        let name_ids: Vec<NameId> = texts
            .iter()
            .map(|text| names.intern(&name(text)).unwrap())
            .collect();
        let sorted = |names: &Interner<UserName, u32>, name_ids: &[NameId]| {
            let mut expected: Vec<_> = name_ids.iter().map(|s| names.name(*s).unwrap()).collect();
            expected.sort();
            let found = names.in_order(name_ids.iter().copied());
            assert!(found.iter().eq(expected), "{found:?}");
        };
        sorted(&names, &name_ids[..3]);
        sorted(&names, &name_ids);
        sorted(&names, &name_ids[..3]);
        names.release(name_ids[0]);
        names.intern(&name("a")).unwrap();
        names.intern(&name("z")).unwrap();
        sorted(&names, &name_ids);
    }

    #[test]
    fn names_are_found_exactly_and_by_their_beginning() {
        let mut names: Interner<UserName, u32> = Interner::default();
        for text in ["a", "az", "azure", "b", "\u{10FFFF}"] {
            names.intern(&name(text)).unwrap();
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
