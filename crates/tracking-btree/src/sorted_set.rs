//! A sorted list in blocks: what every index here is made of.

use smallvec::SmallVec;

/// How many entries a block holds at most. Larger blocks take less room, smaller ones are
/// faster to insert into the middle of; most inserts go to the end.
const BLOCK_SIZE: usize = 512;

/// A sorted list without repetitions.
///
/// Appending is as fast as pushing to a vector and leaves blocks full. Inserting and removing
/// move at most one block, so they cost the same in a list of a hundred and of a million.
#[derive(Clone, Debug)]
pub(crate) struct BlockedSortedSet<T> {
    /// None of them empty; everything in one sorts before everything in the next. Most lists have
    /// one, which stands right here: what a save has to fetch for each list is what it takes long for.
    blocks: SmallVec<[Block<T>; 1]>,
    len: usize,
}

#[derive(Clone, Debug)]
struct Block<T> {
    /// The last of the entries, so that finding a block fetches none of them.
    last: T,
    entries: Vec<T>,
}

/// A place between entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    block: usize,
    entry: usize,
}

impl Position {
    /// Before everything.
    pub(crate) const START: Self = Self { block: 0, entry: 0 };
}

impl<T> Default for BlockedSortedSet<T> {
    fn default() -> Self {
        Self {
            blocks: SmallVec::new(),
            len: 0,
        }
    }
}

/// Looking.
impl<T: Copy + Ord> BlockedSortedSet<T> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn last(&self) -> Option<T> {
        self.blocks.last().map(|block| block.last)
    }

    pub(crate) fn contains(&self, entry: T) -> bool {
        self.at(self.seek(|other| *other < entry)) == Some(entry)
    }

    /// The entry right before a place.
    pub(crate) fn before(&self, position: Position) -> Option<T> {
        match position.entry.checked_sub(1) {
            Some(entry) => self.at(Position { entry, ..position }),
            None => self
                .blocks
                .get(position.block.checked_sub(1)?)
                .map(|block| block.last),
        }
    }

    /// The place before the first entry that is not `before`, which holds for entries up to
    /// some place and for none after it.
    pub(crate) fn seek(&self, before: impl Fn(&T) -> bool) -> Position {
        let block = self.block_of(&before);
        let entry = self
            .blocks
            .get(block)
            .map_or(0, |block| block.entries.partition_point(before));
        Position { block, entry }
    }

    /// The first block whose last entry is not `before`.
    fn block_of(&self, before: impl Fn(&T) -> bool) -> usize {
        // What is looked for is mostly in the last block.
        let next_to_last = self
            .blocks
            .len()
            .checked_sub(2)
            .and_then(|index| self.blocks.get(index));
        let in_last = next_to_last.is_none_or(|block| before(&block.last));
        let first = if in_last {
            self.blocks.len().saturating_sub(1)
        } else {
            0
        };
        let blocks = self.blocks.get(first..).unwrap_or_default();
        first + blocks.partition_point(|block| before(&block.last))
    }

    pub(crate) fn end(&self) -> Position {
        Position {
            block: self.blocks.len(),
            entry: 0,
        }
    }

    /// The entries between two places, which may be walked either way.
    pub(crate) fn between(
        &self,
        from: Position,
        to: Position,
    ) -> impl DoubleEndedIterator<Item = T> + Clone + '_ {
        let blocks = self.blocks.get(from.block..).unwrap_or_default();
        let wanted = if from < to {
            (to.block + 1 - from.block).min(blocks.len())
        } else {
            0
        };
        let blocks = blocks.get(..wanted).unwrap_or_default();
        blocks.iter().enumerate().flat_map(move |(index, block)| {
            let first = if index == 0 { from.entry } else { 0 };
            let end = if index + from.block == to.block {
                to.entry
            } else {
                block.entries.len()
            };
            block
                .entries
                .get(first..end)
                .unwrap_or_default()
                .iter()
                .copied()
        })
    }

    /// How many entries lie between two places.
    pub(crate) fn count_between(&self, from: Position, to: Position) -> usize {
        if from >= to {
            return 0;
        }
        let blocks = self.blocks.get(from.block..to.block).unwrap_or_default();
        blocks
            .iter()
            .map(|block| block.entries.len())
            .sum::<usize>()
            + to.entry
            - from.entry
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = T> + Clone + '_ {
        self.between(Position::START, self.end())
    }

    fn at(&self, position: Position) -> Option<T> {
        self.blocks
            .get(position.block)?
            .entries
            .get(position.entry)
            .copied()
    }
}

/// Changing.
impl<T: Copy + Ord> BlockedSortedSet<T> {
    /// Adds an entry, and tells whether it was missing.
    pub(crate) fn insert(&mut self, entry: T) -> bool {
        if self.last().is_none_or(|last| last < entry) {
            self.push(entry);
            return true;
        }
        let position = self.seek(|other| *other < entry);
        let Some(block) = self.blocks.get_mut(position.block) else {
            return false;
        };
        if block.entries.get(position.entry) == Some(&entry) {
            return false;
        }
        block.entries.insert(position.entry, entry);
        self.len += 1;
        if block.entries.len() > BLOCK_SIZE {
            self.split(position.block);
        }
        true
    }

    /// Takes an entry out, and tells whether it was there.
    pub(crate) fn remove(&mut self, entry: T) -> bool {
        let position = self.seek(|other| *other < entry);
        let Some(block) = self.blocks.get_mut(position.block) else {
            return false;
        };
        if block.entries.get(position.entry) != Some(&entry) {
            return false;
        }
        block.entries.remove(position.entry);
        self.len -= 1;
        match block.entries.last() {
            Some(last) => {
                block.last = *last;
                self.tidy(position.block);
            }
            None => self.drop_block(position.block),
        }
        true
    }

    fn push(&mut self, entry: T) {
        match self.blocks.last_mut() {
            Some(block) if block.entries.len() < BLOCK_SIZE => {
                block.last = entry;
                block.entries.push(entry);
            }
            _ => {
                self.blocks.push(Block {
                    last: entry,
                    entries: vec![entry],
                });
            }
        }
        self.len += 1;
    }

    fn split(&mut self, index: usize) {
        let Some(block) = self.blocks.get_mut(index) else {
            return;
        };
        let entries = block.entries.split_off(BLOCK_SIZE / 2);
        let last = block.last;
        block.last = block.entries.last().copied().unwrap_or(last);
        self.blocks.insert(index + 1, Block { last, entries });
    }

    fn drop_block(&mut self, index: usize) {
        self.blocks.remove(index);
        if self.blocks.len() * 4 < self.blocks.capacity() {
            self.blocks.shrink_to_fit();
        }
    }

    /// Gives room back after a removal: joins small neighbours, shortens what is mostly unused.
    fn tidy(&mut self, index: usize) {
        let len = |index: usize| {
            self.blocks
                .get(index)
                .map_or(BLOCK_SIZE, |block| block.entries.len())
        };
        if len(index) + len(index + 1) <= BLOCK_SIZE / 2 {
            let right = self.blocks.remove(index + 1);
            if let Some(block) = self.blocks.get_mut(index) {
                block.entries.extend(right.entries);
                block.last = right.last;
            }
        } else if let Some(Block { entries, .. }) = self.blocks.get_mut(index)
            && entries.len() * 4 < entries.capacity()
        {
            entries.shrink_to(entries.len() * 2);
        }
    }
}

impl<T: Copy + Ord> FromIterator<T> for BlockedSortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        let mut list = Self::default();
        for entry in entries {
            list.insert(entry);
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_sorted_set(
            changes in prop::collection::vec((any::<bool>(), 0..3_000_u32), 0..4_000),
            low in 0..3_000_u32,
            high in 0..3_000_u32,
        ) {
            let (mut list, mut set) = (BlockedSortedSet::default(), BTreeSet::new());
            for (insert, entry) in changes {
                if insert {
                    prop_assert_eq!(list.insert(entry), set.insert(entry));
                } else {
                    prop_assert_eq!(list.remove(entry), set.remove(&entry));
                }
            }
            prop_assert_eq!(list.len(), set.len());
            prop_assert_eq!(list.last(), set.last().copied());
            prop_assert!(list.iter().eq(set.iter().copied()));
            prop_assert!(list.iter().rev().eq(set.iter().rev().copied()));
            let (from, to) = (list.seek(|e| *e < low), list.seek(|e| *e < high));
            let expected: Vec<_> = set.iter().copied().filter(|e| (low..high).contains(e)).collect();
            prop_assert_eq!(list.between(from, to).collect::<Vec<_>>(), expected.clone());
            prop_assert_eq!(list.count_between(from, to), expected.len());
        }
    }

    #[test]
    fn appending_leaves_blocks_full_and_removing_gives_room_back() {
        let mut list: BlockedSortedSet<u32> = (0..100_000).collect();
        assert!(
            list.blocks[..list.blocks.len() - 1]
                .iter()
                .all(|block| block.entries.len() == BLOCK_SIZE)
        );
        for entry in 0..99_900 {
            list.remove(entry);
        }
        let room: usize = list
            .blocks
            .iter()
            .map(|block| block.entries.capacity())
            .sum();
        assert!(
            room <= 2 * BLOCK_SIZE && list.blocks.capacity() <= 8,
            "{room} {}",
            list.blocks.capacity()
        );
    }
}
