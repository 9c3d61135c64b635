//! Executes batches.

use rusqlite::{CachedStatement, OptionalExtension, params};
use tracking_core::rules::{self, FindRun, SaveRun, TrackChange};
use tracking_core::{
    AppliedBatch, Batch, ChangeKind, Data, Error, NewTrack, Operation, Outcome, RunId, SaveMode,
    SessionGap, TaskId, Timestamp, TrackId, TrackUpdate, UserName,
};

use crate::change::Change;
use crate::error::{InRow as _, StoreError, StoreResult, ids_exhausted};
use crate::rows::{data, run_number, timestamp, track_id, track_number};

/// Executes a batch; the caller rolls the transaction back if it fails. A batch whose id was
/// applied before returns the outcomes of the first time.
pub(crate) fn apply(
    change: &mut Change<'_>,
    batch: &Batch,
    now: Timestamp,
) -> StoreResult<Vec<Outcome>> {
    let Some(id) = batch.id() else {
        return apply_once(change, batch, now);
    };
    if let Some(applied) = change.applied_batch(id)? {
        return Ok(applied.answer(batch)?);
    }
    let outcomes = apply_once(change, batch, now)?;
    if let Some(applied) = AppliedBatch::new(batch, &outcomes, now) {
        change.remember_batch(&applied)?;
    }
    Ok(outcomes)
}

fn apply_once(change: &mut Change<'_>, batch: &Batch, now: Timestamp) -> StoreResult<Vec<Outcome>> {
    change.check_checkpoints(batch)?;
    let insert = change.connection.prepare_cached(&change.sql.add_track)?;
    let mut executor = BatchExecutor {
        change,
        now,
        started: Vec::new(),
        insert,
    };
    let mut outcomes = Vec::with_capacity(batch.operations().len());
    for (index, operation) in batch.operations().iter().enumerate() {
        let outcome = executor.execute(operation);
        outcomes.push(outcome.map_err(|failure| failure.in_batch(index))?);
    }
    drop(executor);
    for checkpoint in batch.checkpoints() {
        change.set_checkpoint(checkpoint.to())?;
    }
    Ok(outcomes)
}

/// Executes the operations of one batch.
struct BatchExecutor<'c, 'w> {
    change: &'c mut Change<'w>,
    now: Timestamp,
    /// The runs that the batch has started, for those operations that mean them.
    started: Vec<i64>,
    /// Held prepared, since most batches are of saves.
    insert: CachedStatement<'w>,
}

impl BatchExecutor<'_, '_> {
    fn execute(&mut self, operation: &Operation) -> StoreResult<Outcome> {
        match operation {
            Operation::Save(track) => self.save(track).map(Outcome::Saved),
            Operation::Update(update) => self.update(update).map(Outcome::Updated),
            Operation::Remove(id) => self.change.remove(*id).map(Outcome::Removed),
            Operation::StartRun(run) => {
                let start = run.start().unwrap_or(self.now);
                let (number, id) = self.change.start_run(run.task(), start)?;
                self.started.push(number);
                Ok(Outcome::Started(id))
            }
            Operation::StopRun(stop) => self
                .change
                .stop_run(stop, &self.started, self.now)
                .map(Outcome::Stopped),
            _ => Err(Error::unsupported("do an operation of a later version").into()),
        }
    }

    fn save(&mut self, track: &NewTrack) -> StoreResult<TrackId> {
        if let Some(saved) = rules::repeated_save(track, |key| self.change.key_use(key))? {
            return Ok(saved);
        }
        let time = track.time().unwrap_or(self.now);
        let run = match rules::run_to_save_into(self.change, track, self.now, &self.started)? {
            SaveRun::Existing(run) => run,
            SaveRun::New(run) => {
                let start = run.start().unwrap_or(self.now);
                self.change.start_run(run.task(), start)?.0
            }
        };
        let number = match self.track_to_update(track, run)? {
            Some(last) => {
                let replace = track.mode() == SaveMode::Replace;
                self.change
                    .change_track(&last, track.data(), replace, time)?;
                last.number
            }
            None => self.append(track, run, time)?,
        };
        self.change.note_key(track, number)?;
        track_id(number)
    }

    fn track_to_update(&mut self, track: &NewTrack, run: i64) -> StoreResult<Option<StoredTrack>> {
        if !rules::updates_last_track(track.mode()) {
            return Ok(None);
        }
        let task = self.change.find_task(track.task())?;
        let user = self.change.find_user(track.user())?;
        let (Some(task), Some(user)) = (task, user) else {
            return Ok(None);
        };
        let mut statement = self
            .change
            .connection
            .prepare_cached(&self.change.sql.last_track)?;
        let mut rows = statement.query(params![task.id, user, run])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let number = row.get(0)?;
        Ok(Some(StoredTrack {
            number,
            run,
            data: data(row, 2).in_row("track", number)?,
        }))
    }

    fn append(&mut self, track: &NewTrack, run: i64, time: Timestamp) -> StoreResult<i64> {
        let number = self.change.next_track()?;
        let task = self.change.task(track.task())?.id;
        let user = self.change.user(track.user())?;
        let (micros, data) = (time.micros(), track.data().as_str());
        self.insert
            .execute(params![number, task, run, user, micros, data])?;
        self.change.note(ChangeKind::TrackSaved, number);
        self.change.touch(run, time)?;
        Ok(number)
    }

    fn update(&mut self, update: &TrackUpdate) -> StoreResult<TrackId> {
        let unknown = || Error::unknown_track(update.id());
        let number = track_number(update.id()).ok_or_else(unknown)?;
        let before = self.change.track_before(number)?.ok_or_else(unknown)?;
        let time = update.time().unwrap_or(self.now);
        self.change
            .change_track(&before, update.data(), update.replaces(), time)?;
        Ok(update.id())
    }
}

impl FindRun for Change<'_> {
    type Run = i64;
    type Error = StoreError;

    fn find_current_run(&mut self, task: &TaskId) -> StoreResult<Option<i64>> {
        Ok(self.find_task(task)?.and_then(|task| task.current_run))
    }

    fn find_run(&mut self, id: RunId) -> StoreResult<Option<i64>> {
        let Some(number) = run_number(id) else {
            return Ok(None);
        };
        Ok(self.run_end(number)?.map(|_| number))
    }

    fn find_session(
        &mut self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> StoreResult<Option<i64>> {
        self.session(user, time, gap)
    }
}

/// A stored track that is to be changed.
#[derive(Debug)]
pub(crate) struct StoredTrack {
    number: i64,
    run: i64,
    data: Data,
}

impl Change<'_> {
    /// The number of the next track, which is taken.
    pub(crate) fn next_track(&mut self) -> StoreResult<i64> {
        let (track, run) = self.counters()?;
        let next = track
            .checked_add(1)
            .ok_or_else(|| ids_exhausted("tracks"))?;
        self.cache.counters = Some((next, run));
        Ok(next)
    }

    /// The last numbers given to a track and a run.
    pub(crate) fn counters(&mut self) -> StoreResult<(i64, i64)> {
        if let Some(counters) = self.cache.counters {
            return Ok(counters);
        }
        let mut statement = self.connection.prepare_cached(&self.sql.counters)?;
        let counters = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        self.cache.counters = Some(counters);
        Ok(counters)
    }

    fn track_before(&self, number: i64) -> StoreResult<Option<StoredTrack>> {
        let mut statement = self.connection.prepare_cached(&self.sql.track_to_change)?;
        let mut rows = statement.query([number])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        Ok(Some(StoredTrack {
            number,
            run: row.get(0)?,
            data: data(row, 2).in_row("track", number)?,
        }))
    }

    /// Merges or replaces a track's data, and moves its time and its run's end.
    fn change_track(
        &mut self,
        before: &StoredTrack,
        data: &Data,
        replace: bool,
        time: Timestamp,
    ) -> StoreResult<()> {
        self.note(ChangeKind::TrackUpdated, before.number);
        match rules::change_of_track(before.data.as_ref(), data, replace)? {
            TrackChange::Nothing => {}
            TrackChange::Time => {
                let mut statement = self.connection.prepare_cached(&self.sql.move_track)?;
                statement.execute(params![before.number, time.micros()])?;
            }
            TrackChange::Data(data) => {
                let mut statement = self.connection.prepare_cached(&self.sql.change_track)?;
                statement.execute(params![before.number, time.micros(), data.as_str()])?;
            }
        }
        self.touch(before.run, time)
    }

    /// Removes a track; the file's triggers take its keys along, and names nobody needs.
    pub(crate) fn remove(&mut self, id: TrackId) -> StoreResult<bool> {
        let Some(number) = track_number(id) else {
            return Ok(false);
        };
        let was_there = self.remove_number(number)?;
        if was_there {
            self.note(ChangeKind::TrackRemoved, number);
        }
        Ok(was_there)
    }

    pub(crate) fn remove_number(&mut self, number: i64) -> StoreResult<bool> {
        let removed = self
            .connection
            .prepare_cached(&self.sql.remove_track)?
            .execute([number])?;
        if removed > 0 {
            self.cache.clear_names();
        }
        Ok(removed > 0)
    }

    /// Moves a run's end to a time, unless it is there or beyond.
    pub(crate) fn touch(&mut self, run: i64, time: Timestamp) -> StoreResult<()> {
        if let Some(end) = self.run_end(run)?
            && rules::moved_end(timestamp(end).in_row("run", run)?, time).is_some()
        {
            self.cache.move_run(run, time.micros());
        }
        Ok(())
    }

    /// When a run was touched last, in this transaction too; nothing where there is none.
    pub(crate) fn run_end(&mut self, run: i64) -> StoreResult<Option<i64>> {
        if let Some(cached) = self.cache.runs.get(&run) {
            return Ok(Some(cached.end));
        }
        let mut statement = self.connection.prepare_cached(&self.sql.run_end)?;
        let end: Option<i64> = statement.query_row([run], |row| row.get(0)).optional()?;
        if let Some(end) = end {
            self.cache.set_run(run, end);
        }
        Ok(end)
    }
}
