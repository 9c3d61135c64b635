//! Chains of tracks with the same composite key.

use hashbrown::hash_table::{Entry, HashTable};

use super::rows::{NONE, Row, mix};

/// Heads in a hash table of track numbers, and the next track of each track.
#[derive(Default)]
pub(super) struct Chains {
    /// Task, run and user; by time and number, the newest first.
    triples: HashTable<u32>,
    next: Vec<u32>,
    /// Task and user; by number, the highest first.
    pairs: HashTable<u32>,
    next_of_pair: Vec<u32>,
}

fn row(rows: &[Row], number: u32) -> &Row {
    &rows[number as usize]
}

fn of_triple(rows: &[Row], task: u32, run: u32, user: u32) -> impl Fn(&u32) -> bool {
    move |number| {
        let row = row(rows, *number);
        row.task == task && row.run == run && row.user == user
    }
}

fn of_pair(rows: &[Row], task: u32, user: u32) -> impl Fn(&u32) -> bool {
    move |number| {
        let row = row(rows, *number);
        row.task == task && row.user == user
    }
}

fn age(rows: &[Row], number: u32) -> (i64, u32) {
    (row(rows, number).time, number)
}

impl Chains {
    pub(super) fn head(&self, task: u32, run: u32, user: u32, rows: &[Row]) -> Option<u32> {
        let hash = mix(task, run, user);
        let found = self.triples.find(hash, of_triple(rows, task, run, user));
        found.copied()
    }

    /// Walks the tracks from a head.
    pub(super) fn along(&self, head: u32) -> impl Iterator<Item = u32> {
        follow(&self.next, Some(head))
    }

    /// The tracks of task and user, the highest number first.
    pub(super) fn pair(&self, task: u32, user: u32, rows: &[Row]) -> impl Iterator<Item = u32> {
        let head = self
            .pairs
            .find(mix(task, user, 0), of_pair(rows, task, user));
        follow(&self.next_of_pair, head.copied())
    }

    /// Adds a track to the chain of its task, run and user.
    pub(super) fn link(&mut self, number: u32, rows: &[Row]) {
        set(&mut self.next, number, NONE);
        let Row {
            task, run, user, ..
        } = *row(rows, number);
        let entry = self.triples.entry(
            mix(task, run, user),
            of_triple(rows, task, run, user),
            |other| {
                let row = row(rows, *other);
                mix(row.task, row.run, row.user)
            },
        );
        let mut head = match entry {
            Entry::Vacant(entry) => {
                entry.insert(number);
                return;
            }
            Entry::Occupied(entry) => entry,
        };
        let age_of_new = age(rows, number);
        let mut at = *head.get();
        if age_of_new > age(rows, at) {
            self.next[number as usize] = at;
            *head.get_mut() = number;
            return;
        }
        loop {
            let next = self.next[at as usize];
            if next == NONE || age_of_new > age(rows, next) {
                self.next[number as usize] = next;
                self.next[at as usize] = number;
                return;
            }
            at = next;
        }
    }

    /// Removes a track from the chain of its task, run and user.
    pub(super) fn unlink(&mut self, number: u32, rows: &[Row]) {
        let Row {
            task, run, user, ..
        } = *row(rows, number);
        let hash = mix(task, run, user);
        let found = self
            .triples
            .find_entry(hash, of_triple(rows, task, run, user));
        let Ok(mut head) = found else { return };
        let next = self.next[number as usize];
        let mut at = *head.get();
        if at == number {
            if next == NONE {
                head.remove();
            } else {
                *head.get_mut() = next;
            }
            return;
        }
        while self.next[at as usize] != number {
            at = self.next[at as usize];
        }
        self.next[at as usize] = next;
    }

    /// Adds a track to the chain of its task and user; returns whether it is the first.
    pub(super) fn link_pair(&mut self, number: u32, rows: &[Row]) -> bool {
        let Row { task, user, .. } = *row(rows, number);
        let entry = self
            .pairs
            .entry(mix(task, user, 0), of_pair(rows, task, user), |other| {
                let row = row(rows, *other);
                mix(row.task, row.user, 0)
            });
        match entry {
            Entry::Occupied(mut entry) => {
                set(&mut self.next_of_pair, number, *entry.get());
                *entry.get_mut() = number;
                false
            }
            Entry::Vacant(entry) => {
                set(&mut self.next_of_pair, number, NONE);
                entry.insert(number);
                true
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.triples.clear();
        self.pairs.clear();
        self.next.fill(NONE);
        self.next_of_pair.fill(NONE);
    }
}

/// Numbers come in order, so that a new one lies at the end.
fn set(next: &mut Vec<u32>, number: u32, value: u32) {
    if number as usize == next.len() {
        next.push(value);
    } else {
        next[number as usize] = value;
    }
}

fn follow(next: &[u32], head: Option<u32>) -> impl Iterator<Item = u32> {
    std::iter::successors(head, |at| {
        Some(next[*at as usize]).filter(|next| *next != NONE)
    })
}
