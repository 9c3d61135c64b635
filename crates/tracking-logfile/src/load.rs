//! Records into a store.

use tracking_core::{
    Batch, NewRun, Operation, Result, RunChoice, RunId, TimeRange, TrackingStorage,
};

use crate::session::Sessions;
use crate::{LogRecord, SessionGap};

/// Saves records as runs and tracks of a store.
///
/// A run is what one user does without a pause longer than the session gap, whatever their
/// tasks. It starts at its first track and ends at its last one.
///
/// ```no_run
/// use tracking_core::TrackingStorage;
/// use tracking_logfile::{Loader, LogReader, Source};
///
/// fn load(store: &dyn TrackingStorage) -> Result<(), Box<dyn std::error::Error>> {
///     let (records, read) = LogReader::new().read(&[Source::from_argument("-")], |_| {})?;
///     let loaded = Loader::new(store).load(records)?;
///     println!("{} lines, {} tracks in {} runs", read.lines, loaded.tracks, loaded.runs);
///     Ok(())
/// }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Loader<'s> {
    store: &'s dyn TrackingStorage,
    gap: SessionGap,
    range: TimeRange,
}

/// What a load did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadSummary {
    /// Tracks saved.
    pub tracks: u64,
    /// Runs started.
    pub runs: u64,
    /// Records left out because of their time.
    pub out_of_range: u64,
}

impl<'s> Loader<'s> {
    /// How many records are saved at a time.
    const BATCH: usize = 1000;

    /// A loader into a store, with a session gap of 30 minutes, of records of any time.
    pub fn new(store: &'s dyn TrackingStorage) -> Self {
        Self {
            store,
            gap: SessionGap::default(),
            range: TimeRange::ALL,
        }
    }

    /// Starts another run after a pause longer than this.
    pub fn session_gap(self, gap: SessionGap) -> Self {
        Self { gap, ..self }
    }

    /// Leaves out records of other times; the runs are those of what is left.
    pub fn within(self, range: TimeRange) -> Self {
        Self { range, ..self }
    }

    /// Saves records in order of their times, in batches. Of equal times they keep their order.
    ///
    /// Loading the same records twice saves them twice.
    ///
    /// # Errors
    ///
    /// Those of the store; the batches before the one that failed are saved.
    pub fn load(&self, mut records: Vec<LogRecord>) -> Result<LoadSummary> {
        let all = records.len();
        records.retain(|record| self.range.contains(record.time()));
        let out_of_range = (all - records.len()) as u64;
        records.sort_by_key(LogRecord::time);

        let mut sessions = Sessions::new(self.gap);
        let mut runs: Vec<RunId> = Vec::new();
        let mut tracks = 0;
        let mut records = records.into_iter();
        loop {
            let batch = next_batch(&mut records, &mut sessions, &runs)?;
            if batch.is_empty() {
                break;
            }
            let outcomes = self.store.apply(&batch)?;
            tracks += outcomes
                .iter()
                .filter_map(|outcome| outcome.track())
                .count() as u64;
            runs.extend(outcomes.iter().filter_map(|outcome| outcome.run()));
        }
        Ok(LoadSummary {
            tracks,
            runs: runs.len() as u64,
            out_of_range,
        })
    }
}

/// The next records as a batch, with the runs that they start. The runs before are in the store.
fn next_batch(
    records: &mut impl Iterator<Item = LogRecord>,
    sessions: &mut Sessions,
    runs: &[RunId],
) -> Result<Batch> {
    let mut batch = Batch::new();
    for record in records.take(Loader::BATCH) {
        let before = sessions.started();
        let number = sessions.run_of(record.user(), record.time());
        if number == before {
            let run = NewRun::without_task().starting_at(record.time());
            batch.push(Operation::StartRun(run));
        }
        let run = match runs.get(number) {
            Some(run) => RunChoice::Id(*run),
            None => RunChoice::Started(number - runs.len()),
        };
        batch.push(Operation::Save(record.into_track(run)?));
    }
    Ok(batch)
}
