//! Taking in what another store has exported.

use tracking_core::{
    ChangeKind, ChangeSet, Checkpoint, Counters, Error, Field, KeyUse, Record, Result, Run, RunId,
    TaskId, Timestamp, Track, rules,
};

use crate::numbers::{NameId, RunNo};
use crate::runs::RunRow;
use crate::state::{Entry, State, ids_exhausted, run_no, track_no};
use crate::undo::{Step, Undo};

/// Takes in all records, or nothing of them.
pub(crate) fn restore(state: &mut State, records: &[Record], now: Timestamp) -> Result<()> {
    let undo = Undo::new(state, records.len());
    let changes = state.feed.collect();
    let mut work = Restoring {
        state,
        undo,
        changes,
    };
    for (index, record) in records.iter().enumerate() {
        if let Err(error) = work.restore(record) {
            work.undo.roll_back(work.state);
            return Err(error.in_batch(index));
        }
    }
    if let Some(changes) = work.changes {
        state.feed.commit(changes, now);
    }
    Ok(())
}

struct Restoring<'s> {
    state: &'s mut State,
    undo: Undo,
    /// What goes into the change feed, where there is one.
    changes: Option<ChangeSet>,
}

impl Restoring<'_> {
    fn restore(&mut self, record: &Record) -> Result<()> {
        match record {
            Record::Index(field) => {
                self.index(field);
                Ok(())
            }
            Record::Run(run) => self.run(run),
            Record::Track(track) => self.track(track),
            Record::Key(used) => self.key(used),
            Record::Checkpoint(checkpoint) => self.checkpoint(checkpoint),
            Record::Counters(counters) => self.counters(*counters),
            _ => Err(Error::unsupported("restore a record of a later version")),
        }
    }

    fn note(&mut self, kind: ChangeKind, number: u32) {
        if let Some(changes) = &mut self.changes {
            changes.add(kind, number.into());
        }
    }

    fn index(&mut self, field: &Field) {
        if self.state.add_field_index(field) {
            self.undo
                .note(|| Some(Step::Index(Box::new(field.clone()))));
        }
    }

    fn run(&mut self, run: &Run) -> Result<()> {
        let what = || format!("run {}", run.id());
        let number = run_no(run.id()).ok_or_else(|| ids_exhausted("runs"))?;
        if let Some(there) = self.state.run(number) {
            return rules::check_restored(&there, run, what);
        }
        if !rules::may_be_restored(run, self.current_of_task(run)) {
            return Err(Error::restore_conflict(what()));
        }
        let task = run.task().map(|task| self.task(task)).transpose()?;
        let row = RunRow {
            task,
            start: run.start(),
            end: run.end(),
            finished: run.is_finished(),
        };
        self.state.insert_run(number, row);
        self.undo.note(|| Some(Step::StartRun(number)));
        self.note(ChangeKind::RunStarted, number);
        if let Some(task) = task.filter(|_| run.is_current()) {
            self.undo.note(|| Some(Step::Current(task, None)));
            self.state.set_current(task, Some(number));
        }
        Ok(())
    }

    fn current_of_task(&self, run: &Run) -> Option<RunId> {
        let task = self.state.tasks.find(run.task()?)?;
        RunId::new(self.state.current_run(task)?.into())
    }

    fn track(&mut self, track: &Track) -> Result<()> {
        let number = track_no(track.id()).ok_or_else(|| ids_exhausted("tracks"))?;
        if let Some(there) = self.state.track(number) {
            return rules::check_restored(&there, track, || format!("track {}", track.id()));
        }
        let run = self.known_run(track)?;
        self.state.rows.check_room(number, track.data().as_str())?;
        let task = self.task(track.task())?;
        let user = self
            .state
            .users
            .intern(track.user())
            .ok_or_else(|| ids_exhausted("users"))?;
        let (time, data) = (track.time(), track.data().as_str());
        self.state.insert_track(Entry {
            number,
            task,
            run,
            user,
            time,
            data,
        });
        self.undo.note(|| Some(Step::Insert(number)));
        self.note(ChangeKind::TrackSaved, number);
        Ok(())
    }

    fn known_run(&self, track: &Track) -> Result<RunNo> {
        let run = run_no(track.run()).filter(|run| self.state.runs.get(*run).is_some());
        run.ok_or_else(|| Error::unknown_run(track.run()))
    }

    fn key(&mut self, used: &KeyUse) -> Result<()> {
        if let Some(there) = self.state.key_use(used.key()) {
            return rules::check_restored(&there, used, || format!("key {:?}", used.key()));
        }
        let track = track_no(used.track()).filter(|track| self.state.rows.get(*track).is_some());
        let track = track.ok_or_else(|| Error::unknown_track(used.track()))?;
        self.state
            .keys
            .insert(used.key().clone(), track, used.fingerprint());
        self.undo.note(|| Some(Step::Key(Box::new(used.clone()))));
        Ok(())
    }

    fn checkpoint(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        let name = checkpoint.name();
        if let Some(there) = self.state.checkpoints.get(name) {
            let what = || format!("checkpoint {name:?}");
            return rules::check_restored(there, checkpoint.position(), what);
        }
        self.state
            .checkpoints
            .insert(name.clone(), checkpoint.position().clone());
        self.undo.note(|| Some(Step::Checkpoint(name.clone())));
        Ok(())
    }

    fn counters(&mut self, counters: Counters) -> Result<()> {
        let track = counters
            .last_track()
            .map(|id| track_no(id).ok_or_else(|| ids_exhausted("tracks")))
            .transpose()?;
        let run = counters
            .last_run()
            .map(|id| run_no(id).ok_or_else(|| ids_exhausted("runs")))
            .transpose()?;
        self.state.last_track = self.state.last_track.max(track.unwrap_or_default());
        self.state.last_run = self.state.last_run.max(run.unwrap_or_default());
        Ok(())
    }

    fn task(&mut self, task: &TaskId) -> Result<NameId> {
        self.state
            .tasks
            .intern(task)
            .ok_or_else(|| ids_exhausted("tasks"))
    }
}
