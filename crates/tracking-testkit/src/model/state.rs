//! The state of the model, and the basic steps of all changes.

use std::collections::{BTreeMap, BTreeSet};

use tracking_core::{
    Batch, BatchRetention, ChangeKind, Checkpoint, CheckpointName, Data, Error, Field, Key, KeyUse,
    Outcome, Result, Run, RunId, TaskId, Timestamp, Track, TrackId, UserName,
};

use super::feed::Feed;

/// Everything. Which run is current is written on the run itself.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) tracks: BTreeMap<TrackId, Track>,
    pub(super) runs: BTreeMap<RunId, Run>,
    pub(super) keys: BTreeMap<Key, KeyUse>,
    pub(super) checkpoints: BTreeMap<CheckpointName, Checkpoint>,
    pub(super) indexes: BTreeSet<Field>,
    /// In the order in which they were applied.
    pub(super) applied: Vec<Applied>,
    pub(super) batch_retention: BatchRetention,
    pub(super) feed: Feed,
    pub(super) last_track: Option<TrackId>,
    pub(super) last_run: Option<RunId>,
}

/// A batch that was applied under an id, whole.
#[derive(Clone, Debug)]
pub(super) struct Applied {
    pub(super) batch: Batch,
    pub(super) outcomes: Vec<Outcome>,
    pub(super) time: Timestamp,
}

impl State {
    pub(super) fn current_run_of(&self, task: &TaskId) -> Option<&Run> {
        self.runs
            .values()
            .find(|run| run.is_current() && run.task() == Some(task))
    }

    /// The track with the highest time stamp, and of equal ones the highest id.
    pub(super) fn last_of(&self, task: &TaskId, run: RunId, user: &UserName) -> Option<&Track> {
        self.tracks
            .values()
            .filter(|track| track.task() == task && track.run() == run && track.user() == user)
            .max_by_key(|track| (track.time(), track.id()))
    }

    /// Starts a run; the task's current one stays as it is, but is current no longer.
    pub(super) fn start(&mut self, task: Option<&TaskId>, start: Timestamp) -> Result<RunId> {
        let id = match self.last_run {
            None => RunId::FIRST,
            Some(last) => last
                .next()
                .ok_or_else(|| Error::full("all run ids are used up"))?,
        };
        if let Some(before) = task.and_then(|task| self.current_run_of(task)) {
            let before = before.clone().with_current(false);
            self.runs.insert(before.id(), before);
        }
        let run = Run::new(id, task.cloned(), start, start).with_current(task.is_some());
        self.runs.insert(id, run);
        self.last_run = Some(id);
        self.feed.record(ChangeKind::RunStarted, id.number());
        Ok(id)
    }

    /// Moves a run's end to a time, unless it is later already.
    pub(super) fn touch(&mut self, run: RunId, time: Timestamp) {
        if let Some(run) = self.runs.get(&run).cloned() {
            let end = run.end().max(time);
            self.runs.insert(run.id(), run.with_end(end));
        }
    }

    pub(super) fn next_track(&mut self) -> Result<TrackId> {
        let id = match self.last_track {
            None => TrackId::FIRST,
            Some(last) => last
                .next()
                .ok_or_else(|| Error::full("all track ids are used up"))?,
        };
        self.last_track = Some(id);
        Ok(id)
    }

    /// Changes a track's data and time, and moves its run's end.
    pub(super) fn change(
        &mut self,
        track: &Track,
        data: &Data,
        replace: bool,
        time: Timestamp,
    ) -> Result<()> {
        self.feed
            .record(ChangeKind::TrackUpdated, track.id().number());
        self.touch(track.run(), time);
        if data.is_empty() && !replace {
            return Ok(()); // A merge of nothing leaves data and time.
        }
        let data = if replace {
            data.clone()
        } else {
            track.data().merged_with(data.as_ref())?
        };
        self.put(track.id(), track, track.user(), time, data);
        Ok(())
    }

    /// Puts a changed track in the place of what it was.
    pub(super) fn put(
        &mut self,
        id: TrackId,
        before: &Track,
        user: &UserName,
        time: Timestamp,
        data: Data,
    ) {
        let (task, run) = (before.task().clone(), before.run());
        let track = Track::new(id, task, run, user.clone(), time, data);
        self.tracks.insert(id, track);
    }

    /// Removes a track and its keys; returns whether it was there.
    pub(super) fn remove(&mut self, id: TrackId, kind: ChangeKind) -> bool {
        self.keys.retain(|_, used| used.track() != id);
        let was_there = self.tracks.remove(&id).is_some();
        if was_there {
            self.feed.record(kind, id.number());
        }
        was_there
    }
}
