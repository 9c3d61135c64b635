//! Batches, one operation after the other.

use tracking_core::{
    Batch, ChangeKind, Checkpoint, Error, Fingerprint, KeyUse, NewRun, NewTrack, Operation,
    Outcome, Result, RunChoice, RunId, RunSelector, SaveMode, StopRun, Timestamp, Track, TrackId,
    TrackUpdate,
};

use super::state::{Applied, State};

impl State {
    /// Does a batch. After an error it is half done, so do this to a copy.
    pub(super) fn apply(&mut self, batch: &Batch, now: Timestamp) -> Result<Vec<Outcome>> {
        let Some(id) = batch.id() else {
            return self.apply_once(batch, now);
        };
        let same_id = |applied: &&Applied| applied.batch.id() == Some(id);
        if let Some(applied) = self.applied.iter().find(same_id) {
            return if applied.batch == *batch {
                Ok(applied.outcomes.clone())
            } else {
                Err(Error::batch_id_conflict(id.clone()))
            };
        }
        let outcomes = self.apply_once(batch, now)?;
        self.applied.push(Applied {
            batch: batch.clone(),
            outcomes: outcomes.clone(),
            time: now,
        });
        self.forget_batches(now);
        Ok(outcomes)
    }

    /// Forgets the batches in front that are too many or too old.
    fn forget_batches(&mut self, now: Timestamp) {
        let is_beyond = |applied: &[Applied]| {
            let too_many = self
                .batch_retention
                .max_count()
                .is_some_and(|count| applied.len() as u64 > count);
            let too_old = |oldest: &Applied| {
                let age = now.since(oldest.time).to_std().unwrap_or_default();
                self.batch_retention.max_age().is_some_and(|max| age > max)
            };
            too_many || applied.first().is_some_and(too_old)
        };
        let mut beyond = 0;
        while self
            .applied
            .get(beyond..)
            .is_some_and(|rest| !rest.is_empty() && is_beyond(rest))
        {
            beyond += 1;
        }
        self.applied.drain(..beyond);
    }

    fn apply_once(&mut self, batch: &Batch, now: Timestamp) -> Result<Vec<Outcome>> {
        for moved in batch.checkpoints() {
            let before = self.checkpoints.get(moved.to().name());
            if !moved.from().allows(before.map(Checkpoint::position)) {
                return Err(Error::checkpoint_conflict(moved.to().name().clone()));
            }
        }
        let mut doing = Doing {
            state: self,
            now,
            started: Vec::new(),
        };
        let mut outcomes = Vec::new();
        for (index, operation) in batch.operations().iter().enumerate() {
            let outcome = doing.operation(operation);
            outcomes.push(outcome.map_err(|error| error.in_batch(index))?);
        }
        for moved in batch.checkpoints() {
            let to = moved.to().clone();
            self.checkpoints.insert(to.name().clone(), to);
        }
        Ok(outcomes)
    }
}

/// A batch while it is being done.
struct Doing<'s> {
    state: &'s mut State,
    now: Timestamp,
    /// The runs that its operations have started so far, without those that saves have.
    started: Vec<RunId>,
}

impl Doing<'_> {
    fn operation(&mut self, operation: &Operation) -> Result<Outcome> {
        match operation {
            Operation::Save(track) => self.save(track).map(Outcome::Saved),
            Operation::Update(update) => self.update(update).map(Outcome::Updated),
            Operation::Remove(id) => Ok(Outcome::Removed(
                self.state.remove(*id, ChangeKind::TrackRemoved),
            )),
            Operation::StartRun(run) => self.start(run).map(Outcome::Started),
            Operation::StopRun(stop) => self.stop(stop).map(Outcome::Stopped),
            other => Err(Error::unsupported(format!("do {other:?}"))),
        }
    }

    fn save(&mut self, new: &NewTrack) -> Result<TrackId> {
        if let Some(used) = new.key().and_then(|key| self.state.keys.get(key)) {
            return used.answer(new);
        }
        let time = new.time().unwrap_or(self.now);
        let run = self.run_to_save_into(new)?;
        let last = match new.mode() {
            SaveMode::Append => None,
            _ => self.state.last_of(new.task(), run, new.user()).cloned(),
        };
        let id = if let Some(last) = last {
            let replace = new.mode() == SaveMode::Replace;
            self.state.change(&last, new.data(), replace, time)?;
            last.id()
        } else {
            self.append(new, run, time)?
        };
        if let Some(key) = new.key() {
            let used = KeyUse::new(key.clone(), id, Fingerprint::of(new));
            self.state.keys.insert(key.clone(), used);
        }
        Ok(id)
    }

    fn append(&mut self, new: &NewTrack, run: RunId, time: Timestamp) -> Result<TrackId> {
        let id = self.state.next_track()?;
        let (task, user, data) = (new.task().clone(), new.user().clone(), new.data().clone());
        let track = Track::new(id, task, run, user, time, data);
        self.state.tracks.insert(id, track);
        self.state.feed.record(ChangeKind::TrackSaved, id.number());
        self.state.touch(run, time);
        Ok(id)
    }

    fn run_to_save_into(&mut self, new: &NewTrack) -> Result<RunId> {
        match new.run() {
            RunChoice::Current => match self.state.current_run_of(new.task()) {
                Some(run) => Ok(run.id()),
                None => self.state.start(Some(new.task()), self.now),
            },
            RunChoice::Id(run) if self.state.runs.contains_key(&run) => Ok(run),
            RunChoice::Id(run) => Err(Error::unknown_run(run)),
            RunChoice::Started(index) => self.started(index),
            RunChoice::Session(gap) => {
                let time = new.time().unwrap_or(self.now);
                match self.state.session_of(new.user(), time, gap) {
                    Some(run) => Ok(run),
                    None => self.state.start(None, time),
                }
            }
            other => Err(Error::unsupported(format!("save into {other:?}"))),
        }
    }

    fn update(&mut self, update: &TrackUpdate) -> Result<TrackId> {
        let track = self.state.tracks.get(&update.id()).cloned();
        let track = track.ok_or_else(|| Error::unknown_track(update.id()))?;
        let time = update.time().unwrap_or(self.now);
        self.state
            .change(&track, update.data(), update.replaces(), time)?;
        Ok(track.id())
    }

    fn start(&mut self, run: &NewRun) -> Result<RunId> {
        let start = run.start().unwrap_or(self.now);
        let id = self.state.start(run.task(), start)?;
        self.started.push(id);
        Ok(id)
    }

    fn stop(&mut self, stop: &StopRun) -> Result<Option<RunId>> {
        let run = match stop.run() {
            RunSelector::Started(index) => self.state.runs.get(&self.started(*index)?),
            named => self.state.select_run(named),
        };
        let Some(run) = run.cloned() else {
            return Ok(None);
        };
        let id = run.id();
        let stopped = run
            .with_end(stop.end().unwrap_or(self.now))
            .with_finished(stop.is_finished())
            .with_current(false);
        self.state.runs.insert(id, stopped);
        self.state.feed.record(ChangeKind::RunStopped, id.number());
        Ok(Some(id))
    }

    fn started(&self, index: usize) -> Result<RunId> {
        let run = self.started.get(index).copied();
        run.ok_or_else(|| Error::unknown_started_run(index, self.started.len()))
    }
}
