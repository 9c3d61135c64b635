//! Taking a batch back that failed half-way.

use tracking_core::{CheckpointName, Data, Field, KeyUse, TaskId, Timestamp, UserName};

use crate::numbers::{NameId, RunNo, TrackNo};
use crate::runs::RunRow;
use crate::state::{Entry, State, track_no};

/// What to do to take one step back. Kept small, since every save of a batch adds one or two.
#[derive(Debug)]
pub(crate) enum Step {
    Insert(TrackNo),
    Remove(Box<Removed>),
    Change {
        track: TrackNo,
        time: Timestamp,
        data: Option<Data>,
    },
    StartRun(RunNo),
    ChangeRun(RunNo, RunRow),
    Current(NameId, Option<RunNo>),
    Key(Box<KeyUse>),
    Checkpoint(CheckpointName),
    Index(Box<Field>),
}

/// All of a track that was removed.
#[derive(Debug)]
pub(crate) struct Removed {
    track: TrackNo,
    task: TaskId,
    run: RunNo,
    user: UserName,
    time: Timestamp,
    data: Data,
    keys: Vec<KeyUse>,
}

/// The steps of a batch so far, where there may be a way back at all: an operation looks at
/// everything that could go wrong before its first step, so a batch of one needs none.
#[derive(Debug)]
pub(crate) struct Undo {
    steps: Option<Vec<Step>>,
    last_track: TrackNo,
    last_run: RunNo,
}

impl Undo {
    pub(crate) fn new(state: &State, operations: usize) -> Self {
        let steps = (operations > 1).then(Vec::new);
        Self {
            steps,
            last_track: state.last_track,
            last_run: state.last_run,
        }
    }

    /// Notes how to take a step back; `step` is only made where it is needed.
    pub(crate) fn note(&mut self, step: impl FnOnce() -> Option<Step>) {
        if let Some(steps) = &mut self.steps
            && let Some(step) = step()
        {
            steps.push(step);
        }
    }

    /// Takes all steps back, the last one first.
    pub(crate) fn roll_back(self, state: &mut State) {
        self.steps
            .into_iter()
            .flatten()
            .rev()
            .for_each(|step| take_back(state, step));
        state.last_track = self.last_track;
        state.last_run = self.last_run;
    }
}

/// All of a track that is about to be removed.
pub(crate) fn removal_of(state: &State, track: TrackNo) -> Option<Step> {
    let (row, data) = state.rows.with_data(track)?;
    Some(Step::Remove(Box::new(Removed {
        track,
        task: state.tasks.name(row.task)?.clone(),
        run: row.run,
        user: state.users.name(row.user)?.clone(),
        time: row.time,
        data: data.to_data(),
        keys: state.keys.of(track),
    })))
}

fn take_back(state: &mut State, step: Step) {
    match step {
        Step::Insert(track) => {
            state.remove_track(track);
        }
        Step::Remove(removed) => put_back(state, *removed),
        Step::Change { track, time, data } => {
            state.change_track(track, time, data.as_ref().map(Data::as_str));
        }
        Step::StartRun(run) => state.retract_run(run),
        Step::ChangeRun(run, row) => state.set_run(run, row),
        Step::Current(task, run) => state.set_current(task, run),
        Step::Key(used) => state.keys.remove(used.key()),
        Step::Checkpoint(name) => {
            state.checkpoints.remove(&name);
        }
        Step::Index(field) => {
            state.drop_field_index(&field);
        }
    }
}

fn put_back(state: &mut State, removed: Removed) {
    // The names were in their tables before, so there is room for them.
    let (Some(task), Some(user)) = (
        state.tasks.intern(&removed.task),
        state.users.intern(&removed.user),
    ) else {
        return;
    };
    let Removed {
        track: number,
        run,
        time,
        ..
    } = removed;
    state.insert_track(Entry {
        number,
        task,
        run,
        user,
        time,
        data: removed.data.as_str(),
    });
    for used in removed.keys {
        if let Some(track) = track_no(used.track()) {
            state
                .keys
                .insert(used.key().clone(), track, used.fingerprint());
        }
    }
}
