//! Names, each kept once and known by a small number.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::Hash;
use std::ops::{Bound, Deref};
use std::sync::Arc;

use tracking_core::NameFilter;

use crate::slots::Slot;

/// Names by number, which readers share while they lend tracks: as long as nobody does, a name
/// is put in where the page is, else the page is copied.
type Page<N> = Vec<Option<N>>;

/// How many names a page has.
const PAGE: usize = 1024;

/// A table of names, with something kept for each.
///
/// A name that is released is forgotten altogether: neither its text nor anything of it stays.
#[derive(Debug)]
pub(crate) struct Names<N, I> {
    /// For finding one name, which every save does.
    by_text: HashMap<N, Slot>,
    /// For listing them, and finding those that start alike.
    sorted: BTreeMap<N, Slot>,
    pages: Vec<Arc<Page<N>>>,
    entries: Vec<Option<I>>,
    /// Numbers of forgotten names, to be used again.
    free: Vec<Slot>,
}

impl<N, I> Default for Names<N, I> {
    fn default() -> Self {
        Self {
            by_text: HashMap::new(),
            sorted: BTreeMap::new(),
            pages: Vec::new(),
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
        self.set_name(slot, Some(name.clone()));
        self.by_text.insert(name.clone(), slot);
        self.sorted.insert(name.clone(), slot);
        Some(slot)
    }

    pub(crate) fn name(&self, slot: Slot) -> Option<&N> {
        self.pages
            .get(slot.index() / PAGE)?
            .get(slot.index() % PAGE)?
            .as_ref()
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
        self.set_name(slot, None);
        if let Some(entry) = self.entries.get_mut(slot.index()) {
            *entry = None;
        }
        self.free.push(slot);
    }

    fn set_name(&mut self, slot: Slot, name: Option<N>) {
        let (page, index) = (slot.index() / PAGE, slot.index() % PAGE);
        if self.pages.len() <= page {
            self.pages.resize_with(page + 1, Arc::default);
        }
        let Some(page) = self.pages.get_mut(page).map(Arc::make_mut) else {
            return;
        };
        if page.len() <= index {
            page.resize(index + 1, None);
        }
        if let Some(place) = page.get_mut(index) {
            *place = name;
        }
    }

    /// All of them, sorted by code point.
    pub(crate) fn sorted(&self) -> impl Iterator<Item = (&N, Slot, &I)> {
        self.sorted
            .iter()
            .filter_map(|(name, slot)| Some((name, *slot, self.get(*slot)?)))
    }

    /// The numbers of the names that a filter asks for, each once.
    pub(crate) fn matching<'a>(
        &'a self,
        filter: &'a NameFilter,
    ) -> impl Iterator<Item = Slot> + 'a {
        let exact = filter.exact_names().filter_map(|name| self.find(name));
        // No prefix covers another, nor an exact name, so no name comes twice.
        let by_prefix = filter.prefix_names().flat_map(|prefix| {
            let from = (Bound::Included(prefix), Bound::Unbounded);
            let names = self
                .sorted
                .range::<str, _>(from)
                .take_while(move |(name, _)| name.starts_with(prefix));
            names.map(|(_, slot)| *slot)
        });
        exact.chain(by_prefix)
    }
}

/// The names that some tracks need, held on to after the lock is gone: pages of names, of which
/// most queries need one.
#[derive(Debug)]
pub(crate) struct HeldNames<N> {
    first: Option<(usize, Arc<Page<N>>)>,
    others: Vec<Option<Arc<Page<N>>>>,
}

impl<N> Default for HeldNames<N> {
    fn default() -> Self {
        Self {
            first: None,
            others: Vec::new(),
        }
    }
}

impl<N: Clone> HeldNames<N> {
    /// Holds on to a name, with its neighbours.
    pub(crate) fn hold<I>(&mut self, names: &Names<N, I>, slot: Slot) {
        let page = slot.index() / PAGE;
        match &self.first {
            Some((first, _)) if *first == page => {}
            None => self.first = names.pages.get(page).map(|names| (page, Arc::clone(names))),
            Some(_) => self.hold_other(names, page),
        }
    }

    fn hold_other<I>(&mut self, names: &Names<N, I>, page: usize) {
        if self.others.len() <= page {
            self.others.resize(page + 1, None);
        }
        if let Some(held @ None) = self.others.get_mut(page) {
            *held = names.pages.get(page).map(Arc::clone);
        }
    }

    pub(crate) fn name(&self, slot: Slot) -> Option<&N> {
        let page = slot.index() / PAGE;
        let names = match &self.first {
            Some((first, names)) if *first == page => names,
            _ => self.others.get(page)?.as_ref()?,
        };
        names.get(slot.index() % PAGE)?.as_ref()
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
        let mut held = HeldNames::default();
        held.hold(&names, a);
        names.release(a);
        names.slot_of(&name("b")).unwrap();
        assert_eq!(held.name(a), Some(&name("a")));
        assert_eq!(names.name(a), Some(&name("b")));
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
