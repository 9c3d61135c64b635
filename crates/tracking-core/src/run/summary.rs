//! What there is in a run.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Run, TaskId, Timestamp, TrackRef, UserName};

/// A run, and what its tracks add up to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunSummary {
    /// The run.
    pub run: Run,
    /// How many tracks it has.
    pub tracks: u64,
    /// How many different tasks these have.
    pub tasks: u64,
    /// How many different users these have.
    pub users: u64,
    /// The time of the earliest and of the latest track; nothing in a run without tracks.
    pub times: Option<(Timestamp, Timestamp)>,
}

impl RunSummary {
    /// A run without tracks.
    pub fn empty(run: Run) -> Self {
        Self {
            run,
            tracks: 0,
            tasks: 0,
            users: 0,
            times: None,
        }
    }

    /// A run and its tracks. A store may use this that knows no faster way.
    pub fn of<'t>(run: Run, tracks: impl IntoIterator<Item = TrackRef<'t>>) -> Self {
        let mut counter = RunCounter::default();
        tracks.into_iter().for_each(|track| counter.add(&track));
        counter.finish(run)
    }
}

/// A summary while the tracks come in.
#[derive(Debug, Default)]
pub(crate) struct RunCounter {
    tracks: u64,
    tasks: BTreeSet<TaskId>,
    users: BTreeSet<UserName>,
    times: Option<(Timestamp, Timestamp)>,
}

impl RunCounter {
    pub(crate) fn add(&mut self, track: &TrackRef<'_>) {
        self.tracks += 1;
        if !self.tasks.contains(track.task()) {
            self.tasks.insert(track.task_id());
        }
        if !self.users.contains(track.user()) {
            self.users.insert(track.user_name());
        }
        let time = track.time();
        let (first, last) = self.times.unwrap_or((time, time));
        self.times = Some((first.min(time), last.max(time)));
    }

    pub(crate) fn finish(self, run: Run) -> RunSummary {
        RunSummary {
            run,
            tracks: self.tracks,
            tasks: self.tasks.len() as u64,
            users: self.users.len() as u64,
            times: self.times,
        }
    }
}
