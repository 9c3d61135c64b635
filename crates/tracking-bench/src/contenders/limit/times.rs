//! Track numbers by time.

use super::rows::Row;

const BLOCK: usize = 1024;
/// The number of positions before the end that are tried before a binary search.
const NEAR: usize = 16;

type Key = (i64, u32);

/// Track numbers by time and number, in blocks, with the smallest key of each block.
#[derive(Default)]
pub(super) struct Times {
    blocks: Vec<Vec<u32>>,
    first: Vec<Key>,
}

fn key(rows: &[Row], number: u32) -> Key {
    (rows[number as usize].time, number)
}

impl Times {
    fn locate(&self, target: Key, rows: &[Row]) -> (usize, usize) {
        let block = self.first.partition_point(|first| *first <= target);
        let block = block.saturating_sub(1);
        let before =
            |numbers: &Vec<u32>| numbers.partition_point(|number| key(rows, *number) < target);
        (block, self.blocks.get(block).map_or(0, before))
    }

    pub(super) fn insert(&mut self, new: Key, rows: &[Row]) {
        let Some(last) = self.blocks.last() else {
            self.start_block(new);
            return;
        };
        let later = last.iter().rev().take(NEAR);
        let later = later.take_while(|number| key(rows, **number) > new).count();
        let (block, place) = if later < NEAR && later < last.len() {
            (self.blocks.len() - 1, last.len() - later)
        } else {
            self.locate(new, rows)
        };
        if place == BLOCK && block + 1 == self.blocks.len() {
            self.start_block(new);
            return;
        }
        let numbers = &mut self.blocks[block];
        numbers.insert(place, new.1);
        if place == 0 {
            self.first[block] = new;
        }
        if numbers.len() > BLOCK {
            let right = numbers.split_off(BLOCK / 2);
            self.first.insert(block + 1, key(rows, right[0]));
            self.blocks.insert(block + 1, right);
        }
    }

    fn start_block(&mut self, new: Key) {
        let mut numbers = Vec::with_capacity(BLOCK);
        numbers.push(new.1);
        self.blocks.push(numbers);
        self.first.push(new);
    }

    pub(super) fn remove(&mut self, old: Key, rows: &[Row]) {
        let (block, place) = self.locate(old, rows);
        let numbers = &mut self.blocks[block];
        debug_assert_eq!(numbers[place], old.1, "each track is listed once");
        numbers.remove(place);
        if numbers.is_empty() {
            self.blocks.remove(block);
            self.first.remove(block);
        } else if place == 0 {
            self.first[block] = key(rows, numbers[0]);
        }
    }

    /// An estimate of the number of tracks in a range.
    pub(super) fn estimate(&self, from: i64, to: i64) -> usize {
        let start = self.first.partition_point(|first| first.0 < from);
        let end = self.first.partition_point(|first| first.0 <= to);
        (end.max(start) - start + 1) * BLOCK
    }

    pub(super) fn range(&self, from: i64, to: i64, rows: &[Row], out: &mut Vec<u32>) {
        let (block, mut place) = self.locate((from, 0), rows);
        for numbers in self.blocks.get(block..).unwrap_or(&[]) {
            for number in &numbers[place..] {
                if rows[*number as usize].time > to {
                    return;
                }
                out.push(*number);
            }
            place = 0;
        }
    }
}
