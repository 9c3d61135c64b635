//! Generates the tracks of a workload one by one.

use std::sync::Arc;

use super::{Names, Random, Shape};

/// The time of the first track, in seconds since 1970.
const BASE: i64 = 1_700_000_000;
const TRACKS_PER_RUN: u32 = 200;

/// A track in 32 bytes; names are numbers into [`Names`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Record {
    /// Number of the task.
    pub task: u32,
    /// Number of the user.
    pub user: u32,
    /// Run id.
    pub run: u32,
    /// Number of the value of the indexed field.
    pub page: u32,
    /// A number for the data.
    pub ms: u16,
    /// Time in seconds since 1970.
    pub time: i64,
    /// The kind of data.
    pub kind: Kind,
}

/// The kind of data of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A new track, with one of a few actions.
    Full(u8),
    /// A change of a track; whether the indexed field changes, too.
    Patch(bool),
}

/// Makes tracks.
#[derive(Clone, Debug)]
pub struct Generator {
    random: Random,
    task_shares: Arc<[f64]>,
    user_shares: Arc<[f64]>,
    pages: usize,
    /// Per task: its number of tracks and its current run.
    tasks: Vec<(u32, u32)>,
    last_run: u32,
    ticks: i64,
}

impl Generator {
    /// A generator that starts with the first track of a workload.
    pub fn new(shape: Shape, names: &Names) -> Self {
        Self {
            random: Random::new(42),
            task_shares: shape.shares(names.tasks().len()).into(),
            user_shares: shape.shares(names.users().len()).into(),
            pages: names.pages().len(),
            tasks: vec![(0, 0); names.tasks().len()],
            last_run: 0,
            ticks: 0,
        }
    }

    /// The next track.
    pub fn track(&mut self) -> Record {
        let (task, user) = (self.random.unit(), self.random.unit());
        let (task, user) = (
            drawn(&self.task_shares, task),
            drawn(&self.user_shares, user),
        );
        let run = self.run_of(task);
        let time = self.tick();
        Record {
            task,
            user,
            run,
            page: self.random.below(self.pages) as u32,
            ms: 1 + self.random.below(5_000) as u16,
            time,
            kind: Kind::Full(self.random.below(4) as u8),
        }
    }

    /// A change of the last track of task, run and user of a record, now.
    pub fn patch(&mut self, record: &Record) -> Record {
        Record {
            time: self.tick(),
            page: self.random.below(self.pages) as u32,
            ms: 1 + self.random.below(5_000) as u16,
            kind: Kind::Patch(self.random.below(4) == 0),
            ..*record
        }
    }

    /// Three tracks a second, up to four seconds late.
    fn tick(&mut self) -> i64 {
        self.ticks += 1;
        BASE + self.ticks / 3 + self.random.below(5) as i64
    }

    /// The run of a task's next track.
    fn run_of(&mut self, task: u32) -> u32 {
        let Some((tracks, run)) = self.tasks.get_mut(task as usize) else {
            return self.last_run;
        };
        if tracks.is_multiple_of(TRACKS_PER_RUN) {
            self.last_run += 1;
            *run = self.last_run;
        }
        *tracks += 1;
        *run
    }
}

fn drawn(shares: &[f64], unit: f64) -> u32 {
    let index = shares.partition_point(|share| *share < unit);
    index.min(shares.len().saturating_sub(1)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(shape: Shape, n: usize) -> Vec<Record> {
        let mut generator = Generator::new(shape, &Names::new(shape, n));
        (0..n).map(|_| generator.track()).collect()
    }

    #[test]
    fn runs_begin_in_the_order_of_their_ids() {
        let mut last = 0;
        for record in first(Shape::Skewed, 20_000) {
            assert!(record.run <= last + 1);
            last = last.max(record.run);
        }
        assert!(last > 1_000);
    }

    #[test]
    fn a_skewed_workload_has_one_task_with_a_tenth_of_all_tracks() {
        let tracks = first(Shape::Skewed, 10_000);
        let of_first = tracks.iter().filter(|record| record.task == 0).count();
        assert!((900..1_200).contains(&of_first), "{of_first}");
    }

    #[test]
    fn a_flat_workload_has_no_such_task() {
        let tracks = first(Shape::Flat, 10_000);
        assert!(tracks.iter().filter(|record| record.task == 0).count() < 10);
    }
}
