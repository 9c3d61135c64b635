//! A workload and the values that queries use.

use super::{Entry, Generator, Names, Random, Record, Shape};

/// All tracks that are loaded, and the tasks and users that queries ask for.
#[derive(Debug)]
pub struct Plan {
    names: Names,
    records: Vec<Record>,
    generator: Generator,
    median_tasks: Vec<u32>,
    tasks_of_1000: Vec<u32>,
    median_users: Vec<u32>,
}

impl Plan {
    /// Plans a workload of `n` tracks, at least one.
    pub fn new(shape: Shape, n: usize) -> Self {
        let names = Names::new(shape, n);
        let mut generator = Generator::new(shape, &names);
        let records: Vec<Record> = (0..n.max(1)).map(|_| generator.track()).collect();
        let tasks = sizes(names.tasks().len(), records.iter().map(|r| r.task));
        let users = sizes(names.users().len(), records.iter().map(|r| r.user));
        Self {
            median_tasks: nearest(&tasks, median(&tasks), 500),
            tasks_of_1000: nearest(&tasks, 1_000, 20),
            median_users: nearest(&users, median(&users), 200),
            names,
            records,
            generator,
        }
    }

    /// The names used.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// All tracks, in the order of their ids, which count from 1.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The generator of the tracks after the load.
    pub fn generator(&self) -> &Generator {
        &self.generator
    }

    /// A record with its names.
    pub fn entry(&self, record: &Record) -> Entry<'_> {
        Entry::new(&self.names, record)
    }

    /// Records with their names.
    pub fn entries(&self, records: &[Record]) -> Vec<Entry<'_>> {
        records.iter().map(|record| self.entry(record)).collect()
    }

    /// A random track, so that frequent tasks and users are drawn often.
    pub fn any(&self, random: &mut Random) -> Entry<'_> {
        let fallback = Entry::new(&self.names, &EMPTY);
        let record = self.records.get(random.below(self.records.len()));
        record.map_or(fallback, |record| self.entry(record))
    }

    /// A task with a median number of tracks.
    pub fn median_task(&self, random: &mut Random) -> &str {
        named(self.names.tasks(), random.pick(&self.median_tasks))
    }

    /// A task with about a thousand tracks.
    pub fn task_of_1000(&self, random: &mut Random) -> &str {
        named(self.names.tasks(), random.pick(&self.tasks_of_1000))
    }

    /// A user with a median number of tracks.
    pub fn median_user(&self, random: &mut Random) -> &str {
        named(self.names.users(), random.pick(&self.median_users))
    }

    /// The task that is drawn most often.
    pub fn largest_task(&self) -> &str {
        named(self.names.tasks(), Some(0))
    }

    /// The times of the first track and of the last one, in seconds since 1970.
    pub fn span(&self) -> (i64, i64) {
        let time = |record: Option<&Record>| record.map_or(0, |record| record.time);
        (time(self.records.first()), time(self.records.last()))
    }

    /// A range of time that holds about a thousand tracks.
    pub fn window(&self, random: &mut Random) -> (i64, i64) {
        let (first, last) = self.span();
        let width = (last - first) * 1_000 / self.records.len() as i64;
        let from = first + random.below((last - first - width).max(1) as usize) as i64;
        (from, from + width)
    }
}

const EMPTY: Record = Record {
    task: 0,
    user: 0,
    run: 1,
    page: 0,
    ms: 0,
    time: 0,
    kind: super::Kind::Full(0),
};

fn named(names: &[String], index: Option<u32>) -> &str {
    super::names::at(names, index.unwrap_or(0))
}

/// The frequency of each number.
fn sizes(count: usize, numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut sizes = vec![0; count];
    for number in numbers {
        if let Some(size) = sizes.get_mut(number as usize) {
            *size += 1;
        }
    }
    sizes
}

fn median(sizes: &[u32]) -> u32 {
    let mut sizes: Vec<u32> = sizes.iter().copied().filter(|size| *size > 0).collect();
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied().unwrap_or(0)
}

/// The `count` numbers whose size is nearest to `target`.
fn nearest(sizes: &[u32], target: u32, count: usize) -> Vec<u32> {
    let mut used: Vec<(u32, u32)> = (0_u32..)
        .zip(sizes)
        .filter(|(_, size)| **size > 0)
        .map(|(number, size)| (size.abs_diff(target), number))
        .collect();
    used.sort_unstable();
    used.into_iter()
        .take(count)
        .map(|(_, number)| number)
        .collect()
}
