//! The operations that are counted.

use std::hint::black_box;
use std::ops::ControlFlow;

use anyhow::Result;
use tracking_core::{ChangeFeed, TrackingStorage as _, TrackingStorageExt};
use tracking_loader::AccessLine;

use crate::Loaded;
use crate::contender::Question;
use crate::contenders::tracking::run_id;
use crate::work::Random;

const TRACKS: usize = 20_000;
const BATCH: usize = 1_000;

/// An operation whose instructions are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[non_exhaustive]
pub enum Operation {
    /// A track of a batch of 1,000.
    BulkSave,
    /// The same with the change feed on.
    BulkSaveWithFeed,
    /// A track saved by itself.
    Save,
    /// The same with the change feed on.
    SaveWithFeed,
    /// The last track of task, run and user.
    LastTrack,
    /// The tracks of a task of median size, borrowed.
    QueryTask,
    /// A line of a web server's log, parsed.
    ParseLine,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::BulkSave,
        Self::BulkSaveWithFeed,
        Self::Save,
        Self::SaveWithFeed,
        Self::LastTrack,
        Self::QueryTask,
        Self::ParseLine,
    ];

    /// Its name in the file of counts and as an option.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BulkSave => "bulk-save",
            Self::BulkSaveWithFeed => "bulk-save-with-feed",
            Self::Save => "save",
            Self::SaveWithFeed => "save-with-feed",
            Self::LastTrack => "last-track",
            Self::QueryTask => "query-task",
            Self::ParseLine => "parse-line",
        }
    }

    /// The numbers of repetitions in the two processes that are compared.
    pub fn times(self) -> (usize, usize) {
        match self {
            Self::BulkSave | Self::BulkSaveWithFeed => (BATCH, 5 * BATCH),
            _ => (500, 2_500),
        }
    }

    /// Runs it so many times, after the same preparation for any number.
    ///
    /// # Errors
    ///
    /// Returns the errors of the store, and fails if the log line is none.
    pub fn perform(self, times: usize) -> Result<Prepared> {
        let max_times = self.times().1.max(times);
        match self {
            Self::BulkSave => bulk_save(max_times, times, ChangeFeed::OFF),
            Self::BulkSaveWithFeed => bulk_save(max_times, times, ChangeFeed::UNLIMITED),
            Self::Save => save(max_times, times, ChangeFeed::OFF),
            Self::SaveWithFeed => save(max_times, times, ChangeFeed::UNLIMITED),
            Self::LastTrack => last_track(times),
            Self::QueryTask => query_task(times),
            Self::ParseLine => parse_line(times),
        }
    }
}

/// Prepared values that were not used. A process that counts instructions ends without dropping them,
/// which would count.
pub type Prepared = Box<dyn std::any::Any>;

fn bulk_save(max_times: usize, times: usize, feed: ChangeFeed) -> Result<Prepared> {
    let mut loaded = Loaded::new(TRACKS)?;
    loaded.store().set_change_feed(&feed)?;
    let batches = (0..max_times / BATCH).map(|_| loaded.batch(BATCH));
    let batches = batches.collect::<Result<Vec<_>>>()?;
    for batch in batches.iter().take(times / BATCH) {
        black_box(loaded.store().apply(batch)?);
    }
    Ok(Box::new((loaded, batches)))
}

fn save(max_times: usize, times: usize, feed: ChangeFeed) -> Result<Prepared> {
    let mut loaded = Loaded::new(TRACKS)?;
    loaded.store().set_change_feed(&feed)?;
    let mut tracks = (0..max_times)
        .map(|_| loaded.track())
        .collect::<Result<Vec<_>>>()?
        .into_iter();
    for track in tracks.by_ref().take(times) {
        black_box(loaded.store().save(track)?);
    }
    Ok(Box::new((loaded, tracks)))
}

fn last_track(times: usize) -> Result<Prepared> {
    let (loaded, mut random) = (Loaded::new(TRACKS)?, Random::new(1));
    for _ in 0..times {
        let track = loaded.plan().any(&mut random);
        let run = run_id(track.run)?;
        black_box(
            loaded
                .store()
                .last_user_track(track.task, run, track.user)?,
        );
    }
    Ok(Box::new(loaded))
}

fn query_task(times: usize) -> Result<Prepared> {
    let (loaded, mut random) = (Loaded::new(TRACKS)?, Random::new(1));
    for _ in 0..times {
        let task = loaded.plan().median_task(&mut random);
        let query = Loaded::query(&Question::task(task))?;
        loaded.store().visit(&query, &mut |track| {
            black_box(track);
            ControlFlow::Continue(())
        })?;
    }
    Ok(Box::new(loaded))
}

fn parse_line(times: usize) -> Result<Prepared> {
    let line = "192.0.2.17 - anna [23/Nov/2026:15:47:01 +0100] \
                \"GET /courses/rust/7?page=3 HTTP/1.1\" 200 5120 \
                \"https://example.org/courses\" \"Mozilla/5.0 (X11; Linux x86_64)\"";
    for _ in 0..times {
        black_box(AccessLine::parse(black_box(line.as_bytes()))?);
    }
    Ok(Box::new(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_can_be_done() {
        for operation in Operation::ALL {
            operation.perform(operation.times().0).unwrap();
        }
    }
}
