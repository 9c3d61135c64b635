//! Interned names.

use std::hash::BuildHasher;

use hashbrown::hash_table::{Entry, HashTable};
use rustc_hash::FxBuildHasher;

/// Each name once, with its number.
#[derive(Default)]
pub(super) struct Intern {
    numbers: HashTable<u32>,
    names: Vec<Box<str>>,
    hasher: FxBuildHasher,
}

impl Intern {
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(name);
        let same = |number: &u32| &*self.names[*number as usize] == name;
        self.numbers.find(hash, same).copied()
    }

    /// The number of a name, and whether it is new.
    pub(super) fn number(&mut self, name: &str) -> (u32, bool) {
        let hash = self.hasher.hash_one(name);
        let (names, hasher) = (&mut self.names, &self.hasher);
        let entry = self.numbers.entry(
            hash,
            |number| &*names[*number as usize] == name,
            |number| hasher.hash_one(&*names[*number as usize]),
        );
        match entry {
            Entry::Occupied(entry) => (*entry.get(), false),
            Entry::Vacant(entry) => {
                let number = names.len() as u32;
                entry.insert(number);
                names.push(name.into());
                (number, true)
            }
        }
    }

    pub(super) fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }
}
