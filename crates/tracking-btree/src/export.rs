//! Everything the store holds, as of one moment.

use tracking_core::{
    Checkpoint, Counters, Record, RecordVisitor, Result, Run, RunId, TaskId, TrackId, TrackRef,
    UserName,
};

use crate::interner::NamesById;
use crate::numbers::{RunNo, TrackNo};
use crate::rows::{Rows, corrupt};
use crate::state::State;

/// The store at one moment, which is read without the lock.
///
/// Tracks and names are shared with the store, which copies what it changes meanwhile, some
/// hundred tracks at a time. Runs, keys and checkpoints are copied.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// What comes before the tracks.
    before: Vec<Record>,
    rows: Rows,
    tasks: NamesById<TaskId>,
    users: NamesById<UserName>,
    /// What comes after the tracks.
    after: Vec<Record>,
}

impl Snapshot {
    pub(crate) fn of(state: &State) -> Self {
        let indexes = state.fields.iter().map(|index| index.field().clone());
        let runs = state.runs.range(0, RunNo::MAX);
        let runs = runs.filter_map(|(number, _)| -> Option<Run> { state.run(number) });
        let checkpoints = (state.checkpoints.iter())
            .map(|(name, position)| Checkpoint::new(name, position))
            .map(Record::Checkpoint);
        let keys = state.keys.all().into_iter().map(Record::Key);
        let (track, run) = (
            TrackId::new(state.last_track.into()),
            RunId::new(state.last_run.into()),
        );
        let counters = Record::Counters(Counters::new(track, run));
        Self {
            before: (indexes.map(Record::Index))
                .chain(runs.map(Record::Run))
                .collect(),
            rows: state.rows.clone(),
            tasks: state.tasks.snapshot(),
            users: state.users.snapshot(),
            after: keys.chain(checkpoints).chain([counters]).collect(),
        }
    }

    /// Hands out each record, until the visitor stops.
    ///
    /// # Errors
    ///
    /// Where the data of a track is missing.
    pub(crate) fn visit(self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        let Self {
            before,
            rows,
            tasks,
            users,
            after,
        } = self;
        let track = |number| -> Option<Record> {
            let (row, data) = rows.with_data(number)?;
            let (task, user) = (tasks.name(row.task)?, users.name(row.user)?);
            let (id, run) = (TrackId::new(number.into())?, RunId::new(row.run.into())?);
            let track = TrackRef::new(id, task, run, user, row.time, data);
            Some(Record::Track(track.to_track()))
        };
        let tracks = rows
            .range(0, TrackNo::MAX)
            .map(|(number, _)| track(number).ok_or_else(|| corrupt(number)));
        let before = before.into_iter().map(Ok);
        for record in before.chain(tracks).chain(after.into_iter().map(Ok)) {
            if visitor(record?).is_break() {
                break;
            }
        }
        Ok(())
    }
}
