//! Doing what a batch says.

use tracking_core::rules::{self, FindRun, SaveRun, TrackChange};
use tracking_core::{
    AppliedBatch, Batch, ChangeKind, Data, Error, Fingerprint, KeyUse, NewTrack, Operation,
    Outcome, Run, RunChoice, RunId, RunSelector, SaveMode, SessionGap, StopRun, TaskId, Timestamp,
    Track, TrackId, TrackUpdate, UserName,
};

use crate::change::{Change, known};
use crate::error::{Result, StoreError, no_more};
use crate::rows::{run_id, run_number, track_id, track_number};
use crate::write_cache::WriteCache;

impl Change {
    /// Does all of a batch in the cache; where that fails, the caller takes the cache back. A
    /// batch that was done under its id before is only answered.
    pub(crate) async fn apply(&mut self, batch: &Batch, now: Timestamp) -> Result<Vec<Outcome>> {
        let Some(id) = batch.id() else {
            return self.apply_once(batch, now).await;
        };
        self.ensure_batch(id).await?;
        if let Some(applied) = self.cache.applied_batch(id) {
            return Ok(applied.answer(batch)?);
        }
        let outcomes = self.apply_once(batch, now).await?;
        if let Some(applied) = AppliedBatch::new(batch, &outcomes, now) {
            self.cache.add_batch(applied);
        }
        Ok(outcomes)
    }

    async fn apply_once(&mut self, batch: &Batch, now: Timestamp) -> Result<Vec<Outcome>> {
        for checkpoint in batch.checkpoints() {
            self.ensure_checkpoint(checkpoint.to().name()).await?;
        }
        rules::check_checkpoints(batch, |checkpoint| {
            let position = self.cache.checkpoint(checkpoint.to().name());
            Ok::<_, StoreError>(checkpoint.from().allows(position))
        })?;
        let mut started = Vec::new();
        let mut outcomes = Vec::with_capacity(batch.operations().len());
        for (index, operation) in batch.operations().iter().enumerate() {
            let outcome = self.operate(operation, &mut started, now).await;
            outcomes.push(outcome.map_err(|error| error.in_batch(index))?);
        }
        for checkpoint in batch.checkpoints() {
            self.cache.set_checkpoint(checkpoint.to());
        }
        Ok(outcomes)
    }

    async fn operate(
        &mut self,
        operation: &Operation,
        started: &mut Vec<i64>,
        now: Timestamp,
    ) -> Result<Outcome> {
        match operation {
            Operation::Save(track) => self.save(track, started, now).await.map(Outcome::Saved),
            Operation::Update(update) => self.update(update, now).await.map(Outcome::Updated),
            Operation::Remove(id) => self.remove(*id).await.map(Outcome::Removed),
            Operation::StartRun(run) => {
                let start = run.start().unwrap_or(now);
                let number = self.start_run(run.task(), start).await?;
                started.push(number);
                Ok(Outcome::Started(run_id(number)?))
            }
            Operation::StopRun(stop) => {
                let stopped = self.stop_run(stop, started, now).await?;
                Ok(Outcome::Stopped(stopped))
            }
            _ => Err(Error::unsupported("do an operation of a later version").into()),
        }
    }

    async fn save(&mut self, track: &NewTrack, started: &[i64], now: Timestamp) -> Result<TrackId> {
        if let Some(key) = track.key() {
            self.ensure_key(key).await?;
        }
        let find = |key: &_| Ok::<_, StoreError>(self.cache.key_use(key));
        if let Some(saved) = rules::repeated_save(track, find)? {
            return Ok(saved);
        }
        let time = track.time().unwrap_or(now);
        self.ensure_run_of(track, time).await?;
        let run = match rules::run_to_save_into(&mut self.cache, track, now, started)? {
            SaveRun::Existing(run) => run,
            SaveRun::New(run) => {
                let start = run.start().unwrap_or(now);
                self.start_run(run.task(), start).await?
            }
        };
        let number = match self.track_to_update(track, run).await? {
            Some(last) => {
                let replace = track.mode() == SaveMode::Replace;
                self.change_track(last, track.data(), replace, time).await?;
                last
            }
            None => self.append(track, run, time).await?,
        };
        let id = track_id(number)?;
        if let Some(key) = track.key() {
            let used = KeyUse::new(key.clone(), id, Fingerprint::of(track));
            self.cache.add_key(number, used);
        }
        Ok(id)
    }

    async fn ensure_run_of(&mut self, track: &NewTrack, time: Timestamp) -> Result<()> {
        match track.run() {
            RunChoice::Current => self.ensure_current(track.task()).await,
            RunChoice::Id(id) => match run_number(id) {
                Some(number) => self.ensure_run(number).await,
                None => Ok(()),
            },
            RunChoice::Session(gap) => self.ensure_session(track.user(), time, gap).await,
            _ => Ok(()),
        }
    }

    async fn track_to_update(&mut self, track: &NewTrack, run: i64) -> Result<Option<i64>> {
        if !rules::updates_last_track(track.mode()) {
            return Ok(None);
        }
        let owner = (track.task().clone(), run, track.user().clone());
        let is_new_run = self.cache.runs.get(&run).is_some_and(|run| !run.is_stored);
        if is_new_run && !self.cache.knows_last(&owner) {
            self.cache.load_last(owner.clone(), None);
        }
        self.ensure_last(&owner).await?;
        Ok(self.cache.last_track(&owner))
    }

    async fn append(&mut self, track: &NewTrack, run: i64, time: Timestamp) -> Result<i64> {
        let row = &mut self.transaction.row;
        let number = row.last_track.checked_add(1);
        let number = number.ok_or_else(|| no_more("tracks"))?;
        row.last_track = number;
        let saved = Track::new(
            track_id(number)?,
            track.task().clone(),
            run_id(run)?,
            track.user().clone(),
            time,
            track.data().clone(),
        );
        self.cache.set_track(number, saved);
        self.transaction.note(ChangeKind::TrackSaved, number);
        self.touch(run, time).await?;
        Ok(number)
    }

    async fn update(&mut self, update: &TrackUpdate, now: Timestamp) -> Result<TrackId> {
        let unknown = || Error::unknown_track(update.id());
        let number = track_number(update.id()).ok_or_else(unknown)?;
        self.ensure_track(number).await?;
        if self.cache.track(number).is_none() {
            return Err(unknown().into());
        }
        let time = update.time().unwrap_or(now);
        self.change_track(number, update.data(), update.replaces(), time)
            .await?;
        Ok(update.id())
    }

    /// Merges or replaces a track's data, and moves its time and its run's end.
    async fn change_track(
        &mut self,
        number: i64,
        data: &Data,
        replace: bool,
        time: Timestamp,
    ) -> Result<()> {
        self.transaction.note(ChangeKind::TrackUpdated, number);
        let before = known(self.cache.track(number), number)?;
        let run = before.run();
        let data = match rules::change_of_track(before.data().as_ref(), data, replace)? {
            TrackChange::Nothing => None,
            TrackChange::Time => Some(before.data().clone()),
            TrackChange::Data(data) => Some(data),
        };
        if let Some(data) = data {
            let (id, task, user) = (before.id(), before.task(), before.user());
            let changed = Track::new(id, task.clone(), run, user.clone(), time, data);
            self.cache.set_track(number, changed);
        }
        match run_number(run) {
            Some(run) => self.touch(run, time).await,
            None => Ok(()),
        }
    }

    /// Removes a track with its keys.
    async fn remove(&mut self, id: TrackId) -> Result<bool> {
        let Some(number) = track_number(id) else {
            return Ok(false);
        };
        self.ensure_track(number).await?;
        let was_there = self.cache.remove_track(number);
        if was_there {
            self.transaction.note(ChangeKind::TrackRemoved, number);
        }
        Ok(was_there)
    }

    /// Starts a run, which becomes the current one of its task.
    pub(crate) async fn start_run(
        &mut self,
        task: Option<&TaskId>,
        start: Timestamp,
    ) -> Result<i64> {
        if let Some(task) = task {
            self.ensure_current(task).await?;
            self.replace_current(task);
        }
        let row = &mut self.transaction.row;
        let number = row.last_run.checked_add(1).ok_or_else(|| no_more("runs"))?;
        row.last_run = number;
        let run = Run::new(run_id(number)?, task.cloned(), start, start);
        self.cache.set_run(number, run.with_current(task.is_some()));
        self.transaction.note(ChangeKind::RunStarted, number);
        Ok(number)
    }

    /// What was the current run of a task is current no longer.
    fn replace_current(&mut self, task: &TaskId) {
        if let Some(number) = self.cache.current_run(task)
            && let Some(run) = self.cache.run(number)
        {
            let run = run.clone().with_current(false);
            self.cache.set_run(number, run);
        }
    }

    async fn stop_run(
        &mut self,
        stop: &StopRun,
        started: &[i64],
        now: Timestamp,
    ) -> Result<Option<RunId>> {
        match stop.run() {
            RunSelector::CurrentOf(task) => self.ensure_current(task).await?,
            RunSelector::Id(id) => {
                if let Some(number) = run_number(*id) {
                    self.ensure_run(number).await?;
                }
            }
            _ => {}
        }
        let Some(number) = rules::run_to_stop(&mut self.cache, stop.run(), started)? else {
            return Ok(None);
        };
        let Some(run) = self.cache.run(number) else {
            return Ok(None);
        };
        let stopped = run
            .clone()
            .with_end(stop.end().unwrap_or(now))
            .with_finished(stop.is_finished())
            .with_current(false);
        self.cache.set_run(number, stopped);
        self.transaction.note(ChangeKind::RunStopped, number);
        Ok(Some(run_id(number)?))
    }

    /// Moves a run's end to a time, unless it is there or beyond.
    async fn touch(&mut self, number: i64, time: Timestamp) -> Result<()> {
        self.ensure_run(number).await?;
        if let Some(run) = self.cache.run(number)
            && let Some(end) = rules::moved_end(run.end(), time)
        {
            self.cache.set_run_end(number, end);
        }
        Ok(())
    }
}

/// What the cache knows of runs; what an operation needs is fetched before.
impl FindRun for WriteCache {
    type Run = i64;
    type Error = StoreError;

    fn find_current_run(&mut self, task: &TaskId) -> Result<Option<i64>> {
        Ok(self.current_run(task))
    }

    fn find_run(&mut self, id: RunId) -> Result<Option<i64>> {
        let number = run_number(id);
        Ok(number.filter(|number| self.run(*number).is_some()))
    }

    fn find_session(&mut self, _: &UserName, _: Timestamp, _: SessionGap) -> Result<Option<i64>> {
        Ok(self.session)
    }
}
