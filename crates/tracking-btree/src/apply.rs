//! Doing what a batch says.

use tracking_core::rules::{self, FindRun, SaveRun, TrackChange};
use tracking_core::{
    AppliedBatch, Batch, ChangeKind, ChangeSet, Data, Error, Fingerprint, Key, KeyUse, NewRun,
    NewTrack, Operation, Outcome, Result, RunId, SaveMode, SessionGap, StopRun, TaskId, Timestamp,
    TrackId, TrackUpdate, UserName,
};

use crate::numbers::{NameId, RunNo, TrackNo};
use crate::runs::RunRow;
use crate::state::{Entry, State, ids_exhausted, next_number, run_no, track_no};
use crate::undo::{Step, Undo, removal_of};

/// Does all of a batch, or nothing; a batch that was done under its id before is only answered.
pub(crate) fn apply(state: &mut State, batch: &Batch, now: Timestamp) -> Result<Vec<Outcome>> {
    if batch.id().is_none() {
        return apply_once(state, batch, now);
    }
    if let Some(outcomes) = state.applied.answer(batch)? {
        return Ok(outcomes);
    }
    let outcomes = apply_once(state, batch, now)?;
    if let Some(applied) = AppliedBatch::new(batch, &outcomes, now) {
        state.applied.remember(applied);
    }
    Ok(outcomes)
}

fn apply_once(state: &mut State, batch: &Batch, now: Timestamp) -> Result<Vec<Outcome>> {
    rules::check_checkpoints(batch, |moved| {
        let position = state.checkpoints.get(moved.to().name());
        Ok::<_, Error>(moved.from().allows(position))
    })?;
    let operations = batch.operations();
    let mut executor = BatchExecutor::new(state, operations.len(), now);
    let mut outcomes = Vec::with_capacity(operations.len());
    for (index, operation) in operations.iter().enumerate() {
        match executor.execute(operation) {
            Ok(outcome) => outcomes.push(outcome),
            Err(error) => {
                executor.roll_back();
                return Err(error.in_batch(index));
            }
        }
    }
    executor.commit();
    for checkpoint in batch.checkpoints() {
        let to = checkpoint.to();
        state
            .checkpoints
            .insert(to.name().clone(), to.position().clone());
    }
    Ok(outcomes)
}

/// Saves one track, as a batch of this operation alone does, but without allocating a batch and its
/// outcomes.
pub(crate) fn save(state: &mut State, track: &NewTrack, now: Timestamp) -> Result<TrackId> {
    let mut executor = BatchExecutor::new(state, 1, now);
    let saved = executor.save(track);
    match &saved {
        Ok(_) => executor.commit(),
        Err(_) => executor.roll_back(),
    }
    saved
}

impl FindRun for State {
    type Run = RunNo;
    type Error = Error;

    fn find_current_run(&mut self, task: &TaskId) -> Result<Option<RunNo>> {
        let task = self.tasks.find(task);
        Ok(task.and_then(|task| self.current_run(task)))
    }

    fn find_run(&mut self, id: RunId) -> Result<Option<RunNo>> {
        Ok(run_no(id).filter(|run| self.runs.get(*run).is_some()))
    }

    fn find_session(
        &mut self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<Option<RunNo>> {
        let user = self.users.find(user);
        Ok(user.and_then(|user| self.session(user, time, gap)))
    }
}

/// A batch at work.
struct BatchExecutor<'s> {
    state: &'s mut State,
    now: Timestamp,
    undo: Undo,
    /// What goes into the change feed, where there is one.
    changes: Option<ChangeSet>,
    /// The runs that the batch has started, for those operations that mean them.
    started: Vec<RunNo>,
}

impl<'s> BatchExecutor<'s> {
    fn new(state: &'s mut State, operations: usize, now: Timestamp) -> Self {
        Self {
            undo: Undo::new(state, operations),
            changes: state.feed.collect(),
            state,
            now,
            started: Vec::new(),
        }
    }

    fn commit(self) {
        if let Some(changes) = self.changes {
            self.state.feed.commit(changes, self.now);
        }
    }

    fn roll_back(self) {
        self.undo.roll_back(self.state);
    }

    fn execute(&mut self, operation: &Operation) -> Result<Outcome> {
        match operation {
            Operation::Save(track) => self.save(track).map(Outcome::Saved),
            Operation::Update(update) => self.update(update).map(Outcome::Updated),
            Operation::Remove(id) => Ok(Outcome::Removed(self.remove(*id))),
            Operation::StartRun(run) => self.start(run).map(Outcome::Started),
            Operation::StopRun(stop) => self.stop(stop).map(Outcome::Stopped),
            _ => Err(Error::unsupported("do an operation of a later version")),
        }
    }

    fn note(&mut self, kind: ChangeKind, number: u32) {
        if let Some(changes) = &mut self.changes {
            changes.add(kind, number.into());
        }
    }

    fn save(&mut self, track: &NewTrack) -> Result<TrackId> {
        let key_use = |key: &Key| Ok::<_, Error>(self.state.key_use(key));
        if let Some(saved) = rules::repeated_save(track, key_use)? {
            return Ok(saved);
        }
        let time = track.time().unwrap_or(self.now);
        let run = rules::run_to_save_into(self.state, track, self.now, &self.started)?;
        let number = match self.track_to_update(track, &run) {
            Some((number, run)) => self.change(
                number,
                run,
                track.data(),
                track.mode() == SaveMode::Replace,
                time,
            )?,
            None => self.append(track, run, time)?,
        };
        let id = id_of(number)?;
        if let Some(key) = track.key() {
            let fingerprint = Fingerprint::of(track);
            self.state.keys.insert(key.clone(), number, fingerprint);
            self.undo.note(|| {
                Some(Step::Key(Box::new(KeyUse::new(
                    key.clone(),
                    id,
                    fingerprint,
                ))))
            });
        }
        Ok(id)
    }

    fn track_to_update(&self, track: &NewTrack, run: &SaveRun<RunNo>) -> Option<(TrackNo, RunNo)> {
        let SaveRun::Existing(run) = *run else {
            return None;
        };
        if !rules::updates_last_track(track.mode()) {
            return None;
        }
        let number = self.state.last_track(track.task(), run, track.user())?;
        Some((number, run))
    }

    fn append(
        &mut self,
        track: &NewTrack,
        run: SaveRun<RunNo>,
        time: Timestamp,
    ) -> Result<TrackNo> {
        let number = next_number(self.state.last_track, "tracks")?;
        self.state.rows.check_room(number, track.data().as_str())?;
        let run = match run {
            SaveRun::Existing(run) => run,
            SaveRun::New(run) => self.start_number(run.task(), run.start().unwrap_or(self.now))?,
        };
        // Names have numbers of their own only as long as a track does, so there is room.
        let task = self
            .state
            .tasks
            .intern(track.task())
            .ok_or_else(|| ids_exhausted("tasks"))?;
        let user = self
            .state
            .users
            .intern(track.user())
            .ok_or_else(|| ids_exhausted("users"))?;
        self.state.insert_track(Entry {
            number,
            task,
            run,
            user,
            time,
            data: track.data().as_str(),
        });
        self.undo.note(|| Some(Step::Insert(number)));
        self.note(ChangeKind::TrackSaved, number);
        self.touch(run, time);
        Ok(number)
    }

    fn update(&mut self, update: &TrackUpdate) -> Result<TrackId> {
        let unknown = || Error::unknown_track(update.id());
        let number = track_no(update.id()).ok_or_else(unknown)?;
        let run = self.state.rows.get(number).ok_or_else(unknown)?.run;
        let time = update.time().unwrap_or(self.now);
        self.change(number, run, update.data(), update.replaces(), time)?;
        Ok(update.id())
    }

    /// Merges or replaces a track's data, and moves its time and its run's end.
    fn change(
        &mut self,
        number: TrackNo,
        run: RunNo,
        data: &Data,
        replace: bool,
        time: Timestamp,
    ) -> Result<TrackNo> {
        let Some((row, before)) = self.state.rows.with_data(number) else {
            return Ok(number);
        };
        let new = match rules::change_of_track(before, data, replace)? {
            TrackChange::Nothing => {
                self.note(ChangeKind::TrackUpdated, number);
                self.touch(run, time);
                return Ok(number);
            }
            TrackChange::Time => None,
            TrackChange::Data(new) => Some(new),
        };
        if let Some(new) = &new {
            self.state.rows.check_room(number, new.as_str())?;
        }
        let (old_time, old) = (row.time, new.as_ref().map(|_| before));
        self.undo.note(|| {
            Some(Step::Change {
                track: number,
                time: old_time,
                data: old.map(Data::from),
            })
        });
        self.state
            .change_track(number, time, new.as_ref().map(Data::as_str));
        self.note(ChangeKind::TrackUpdated, number);
        self.touch(run, time);
        Ok(number)
    }

    fn remove(&mut self, id: TrackId) -> bool {
        let Some(number) = track_no(id) else {
            return false;
        };
        self.undo.note(|| removal_of(self.state, number));
        let was_there = self.state.remove_track(number);
        if was_there {
            self.note(ChangeKind::TrackRemoved, number);
        }
        was_there
    }

    /// Moves a run's end to a time, unless it is there or beyond.
    fn touch(&mut self, run: RunNo, time: Timestamp) {
        if let Some(row) = self.state.run_row(run)
            && let Some(end) = rules::moved_end(row.end, time)
        {
            self.set_run(run, row, RunRow { end, ..row });
        }
    }

    fn start(&mut self, run: &NewRun) -> Result<RunId> {
        let number = self.start_number(run.task(), run.start().unwrap_or(self.now))?;
        self.started.push(number);
        RunId::new(number.into()).ok_or_else(|| ids_exhausted("runs"))
    }

    fn start_number(&mut self, task: Option<&TaskId>, start: Timestamp) -> Result<RunNo> {
        let number = next_number(self.state.last_run, "runs")?;
        let task = match task {
            Some(task) => Some(
                self.state
                    .tasks
                    .intern(task)
                    .ok_or_else(|| ids_exhausted("tasks"))?,
            ),
            None => None,
        };
        self.state.insert_run(
            number,
            RunRow {
                task,
                start,
                end: start,
                finished: false,
            },
        );
        self.undo.note(|| Some(Step::StartRun(number)));
        self.note(ChangeKind::RunStarted, number);
        if let Some(task) = task {
            self.set_current(task, Some(number));
        }
        Ok(number)
    }

    fn stop(&mut self, stop: &StopRun) -> Result<Option<RunId>> {
        let number = rules::run_to_stop(self.state, stop.run(), &self.started)?;
        let Some((number, row)) =
            number.and_then(|number| Some((number, self.state.run_row(number)?)))
        else {
            return Ok(None);
        };
        let end = stop.end().unwrap_or(self.now);
        self.set_run(
            number,
            row,
            RunRow {
                end,
                finished: stop.is_finished(),
                ..row
            },
        );
        if let Some(task) = row.task.filter(|_| self.state.is_current(number, &row)) {
            self.set_current(task, None);
        }
        self.note(ChangeKind::RunStopped, number);
        Ok(RunId::new(number.into()))
    }

    fn set_run(&mut self, number: RunNo, before: RunRow, after: RunRow) {
        self.undo.note(|| Some(Step::ChangeRun(number, before)));
        self.state.set_run(number, after);
    }

    fn set_current(&mut self, task: NameId, run: Option<RunNo>) {
        let before = self.state.current_run(task);
        self.undo.note(|| Some(Step::Current(task, before)));
        self.state.set_current(task, run);
    }
}

fn id_of(number: TrackNo) -> Result<TrackId> {
    TrackId::new(number.into()).ok_or_else(|| ids_exhausted("tracks"))
}
