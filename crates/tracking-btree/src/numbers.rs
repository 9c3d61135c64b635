//! Numbers for things inside the store, and tables by number.

use std::num::NonZeroU32;

/// The number of a track: its id, which in this store fits into 32 bits.
pub(crate) type TrackNo = u32;

/// The number of a run: its id, which in this store fits into 32 bits.
pub(crate) type RunNo = u32;

/// The number of a name in a table of names. Never 0, so that an optional row takes no more
/// room than a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NameId(NonZeroU32);

impl NameId {
    /// The slot at an index of a table; nothing beyond the last number there is.
    pub(crate) fn at(index: usize) -> Option<Self> {
        u32::try_from(index)
            .ok()
            .and_then(|index| index.checked_add(1))
            .and_then(NonZeroU32::new)
            .map(Self)
    }

    pub(crate) fn index(self) -> usize {
        self.number() as usize - 1
    }

    pub(crate) fn number(self) -> u32 {
        self.0.get()
    }
}

/// How many things a page of a [`Table`] holds.
const PAGE_SIZE: u32 = 256;

/// A table by number that takes room only around the numbers that are in use.
#[derive(Debug)]
pub(crate) struct Table<T> {
    pages: Vec<Option<Page<T>>>,
    len: usize,
}

#[derive(Debug)]
struct Page<T> {
    items: Vec<Option<T>>,
    used: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            pages: Vec::new(),
            len: 0,
        }
    }
}

impl<T> Table<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        let page = self.pages.get((number / PAGE_SIZE) as usize)?.as_ref()?;
        page.items.get((number % PAGE_SIZE) as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let page = self
            .pages
            .get_mut((number / PAGE_SIZE) as usize)?
            .as_mut()?;
        page.items.get_mut((number % PAGE_SIZE) as usize)?.as_mut()
    }

    /// Puts something under a number; what was there before is returned.
    pub(crate) fn insert(&mut self, number: u32, item: T) -> Option<T> {
        let (page, index) = ((number / PAGE_SIZE) as usize, (number % PAGE_SIZE) as usize);
        if self.pages.len() <= page {
            self.pages.resize_with(page + 1, || None);
        }
        let page = self.pages.get_mut(page)?;
        let page = page.get_or_insert_with(|| Page {
            items: Vec::new(),
            used: 0,
        });
        if page.items.len() <= index {
            page.items.resize_with(index + 1, || None);
        }
        let before = page.items.get_mut(index)?.replace(item);
        if before.is_none() {
            page.used += 1;
            self.len += 1;
        }
        before
    }

    /// Takes something out, and its page where nothing else is on it.
    pub(crate) fn remove(&mut self, number: u32) -> Option<T> {
        let entry = self.pages.get_mut((number / PAGE_SIZE) as usize)?;
        let page = entry.as_mut()?;
        let item = page.items.get_mut((number % PAGE_SIZE) as usize)?.take()?;
        page.used -= 1;
        self.len -= 1;
        if page.used == 0 {
            *entry = None;
        }
        Some(item)
    }

    pub(crate) fn for_each_mut(&mut self, change: impl FnMut(&mut T)) {
        let items = self
            .pages
            .iter_mut()
            .flatten()
            .flat_map(|page| page.items.iter_mut());
        items.flatten().for_each(change);
    }

    /// What is there from a number on, in order of the numbers, which may be walked either way.
    pub(crate) fn range(&self, from: u32, to: u32) -> impl DoubleEndedIterator<Item = (u32, &T)> {
        let first = (from / PAGE_SIZE) as usize;
        let end = ((to / PAGE_SIZE) as usize + 1).min(self.pages.len());
        let pages = self.pages.get(first..end).unwrap_or_default();
        pages.iter().enumerate().flat_map(move |(index, page)| {
            let page_no = (first + index) as u32;
            let items = page.as_ref().map_or(&[][..], |page| page.items.as_slice());
            // Numbered from the front, so that walking from the back finds the same numbers.
            let numbered = items.iter().enumerate().filter_map(move |(index, item)| {
                item.as_ref()
                    .map(|item| (page_no * PAGE_SIZE + index as u32, item))
            });
            numbered.filter(move |(number, _)| (from..=to).contains(number))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map_by_number(
            changes in prop::collection::vec((any::<bool>(), 0..2_000_u32), 0..500),
            from in 0..2_000_u32,
            to in 0..2_000_u32,
        ) {
            let (mut table, mut map) = (Table::default(), BTreeMap::new());
            for (insert, number) in changes {
                if insert {
                    prop_assert_eq!(table.insert(number, number), map.insert(number, number));
                } else {
                    prop_assert_eq!(table.remove(number), map.remove(&number));
                }
            }
            prop_assert_eq!(table.len(), map.len());
            let expected: Vec<_> = map.iter().filter(|(n, _)| (from..=to).contains(*n)).collect();
            prop_assert!(table.range(from, to).map(|(n, _)| n).eq(expected.iter().map(|(n, _)| **n)));
            prop_assert!(table.range(from, to).rev().map(|(n, _)| n).eq(expected.iter().rev().map(|(n, _)| **n)));
        }
    }

    #[test]
    fn an_unused_page_takes_no_room() {
        let mut table = Table::default();
        table.insert(1_000_000, ());
        assert_eq!(table.pages.iter().flatten().count(), 1);
        table.remove(1_000_000);
        assert_eq!(table.pages.iter().flatten().count(), 0);
    }
}
