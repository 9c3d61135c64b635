//! What batches will need, fetched for all of them at once.

use std::collections::HashSet;

use tokio_postgres::Row;
use tracking_core::{
    Batch, BatchId, CheckpointName, Key, NewTrack, Operation, RunChoice, RunId, RunSelector,
    TaskId, UserName, rules,
};

use crate::change::{
    Change, select_batches, select_checkpoints, select_current_runs, select_keys,
    select_last_tracks, select_runs, select_tracks,
};
use crate::error::Result;
use crate::rows::{self, run_number, track_number};
use crate::session_prefetch::SessionPrefetch;
use crate::statement::Sql;

/// What batches will need.
#[derive(Debug, Default)]
pub(crate) struct Prefetch {
    pub(crate) tasks: HashSet<TaskId>,
    pub(crate) runs: HashSet<i64>,
    pub(crate) tracks: HashSet<i64>,
    pub(crate) keys: HashSet<Key>,
    owners: HashSet<(TaskId, Option<i64>, UserName)>,
    pub(crate) checkpoints: HashSet<CheckpointName>,
    batches: HashSet<BatchId>,
    pub(crate) sessions: SessionPrefetch,
}

impl Prefetch {
    /// Adds what a batch will need.
    pub(crate) fn add(&mut self, batch: &Batch) {
        self.batches.extend(batch.id().cloned());
        let names = batch.checkpoints().iter();
        self.checkpoints
            .extend(names.map(|checkpoint| checkpoint.to().name().clone()));
        for operation in batch.operations() {
            match operation {
                Operation::Save(track) => self.add_save(track),
                Operation::Update(update) => self.tracks.extend(track_number(update.id())),
                Operation::Remove(id) => self.tracks.extend(track_number(*id)),
                Operation::StartRun(run) => self.tasks.extend(run.task().cloned()),
                Operation::StopRun(stop) => match stop.run() {
                    RunSelector::Id(id) => self.add_run(*id),
                    RunSelector::CurrentOf(task) => {
                        self.tasks.insert(task.clone());
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }

    fn add_save(&mut self, track: &NewTrack) {
        self.keys.extend(track.key().cloned());
        let run = match track.run() {
            RunChoice::Current => {
                if !self.tasks.contains(track.task()) {
                    self.tasks.insert(track.task().clone());
                }
                None
            }
            RunChoice::Id(id) => {
                self.add_run(id);
                run_number(id)
            }
            RunChoice::Session(gap) => {
                self.sessions.add(track.user(), track.time(), gap);
                if rules::updates_last_track(track.mode()) {
                    let (user, time) = (track.user(), track.time());
                    self.sessions.add_update(user, time, track.task());
                }
                return;
            }
            _ => return,
        };
        if rules::updates_last_track(track.mode()) {
            let owner = (track.task().clone(), run, track.user().clone());
            self.owners.insert(owner);
        }
    }

    pub(crate) fn add_run(&mut self, id: RunId) {
        self.runs.extend(run_number(id));
    }

    /// The statements that fetch it, in the order in which [`load`](Self::load) takes their rows.
    pub(crate) fn statements(&self, store: &str) -> Vec<Sql> {
        let mut all = Vec::new();
        if !self.tasks.is_empty() {
            all.push(select_current_runs(store, &self.tasks));
        }
        if !self.runs.is_empty() {
            all.push(select_runs(store, self.runs.iter().copied().collect()));
        }
        if !self.tracks.is_empty() {
            all.push(select_tracks(store, self.tracks.iter().copied().collect()));
        }
        if !self.keys.is_empty() {
            all.push(select_keys(store, &self.keys));
        }
        if !self.owners.is_empty() {
            let owners: Vec<_> = self.owners.iter().cloned().collect();
            all.push(select_last_tracks(store, &owners));
        }
        if !self.checkpoints.is_empty() {
            all.push(select_checkpoints(store, &self.checkpoints));
        }
        if !self.batches.is_empty() {
            all.push(select_batches(store, &self.batches));
        }
        if !self.sessions.is_empty() {
            all.push(self.sessions.select_windows(store));
        }
        if self.sessions.has_updates() {
            all.push(self.sessions.select_last(store));
        }
        all
    }

    /// Takes in what was fetched, and what was looked for and is not there.
    pub(crate) fn load(&self, change: &mut Change, fetched: Vec<Vec<Row>>) -> Result<()> {
        let mut fetched = fetched.into_iter();
        let mut next = |is_wanted: bool| {
            if is_wanted {
                fetched.next().unwrap_or_default()
            } else {
                Vec::new()
            }
        };
        change.load_current(&next(!self.tasks.is_empty()), &self.tasks)?;
        change.load_runs(&next(!self.runs.is_empty()))?;
        for number in &self.runs {
            change.cache.load_run(*number, None);
        }
        change.load_tracks(&next(!self.tracks.is_empty()))?;
        for number in &self.tracks {
            change.cache.load_track(*number, None);
        }
        change.load_keys(&next(!self.keys.is_empty()))?;
        for key in &self.keys {
            change.cache.load_key(key.clone(), None);
        }
        self.load_last(change, &next(!self.owners.is_empty()))?;
        change.load_checkpoints(&next(!self.checkpoints.is_empty()))?;
        for name in &self.checkpoints {
            change.cache.load_checkpoint(name.clone(), None);
        }
        change.load_batches(&next(!self.batches.is_empty()))?;
        for id in &self.batches {
            change.cache.load_batch(id.clone(), None);
        }
        let windows = next(!self.sessions.is_empty());
        self.sessions.load_windows(change, &windows)?;
        let last = next(self.sessions.has_updates());
        self.sessions.load_last(change, &last)
    }

    fn load_last(&self, change: &mut Change, rows: &[Row]) -> Result<()> {
        for row in rows {
            let track = rows::track(row)?;
            if let Some(run) = run_number(track.run()) {
                let owner = (track.task().clone(), run, track.user().clone());
                change
                    .cache
                    .load_last(owner, Some((row.try_get(0)?, track)));
            }
        }
        for (task, run, user) in &self.owners {
            let run = run.or_else(|| change.cache.current_run(task));
            if let Some(run) = run {
                let owner = (task.clone(), run, user.clone());
                if !change.cache.knows_last(&owner) {
                    change.cache.load_last(owner, None);
                }
            }
        }
        Ok(())
    }
}
