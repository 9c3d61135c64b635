//! The result of starting or stopping a run.

use anyhow::{Context, Result};
use serde::{Serialize, Serializer};
use tracking_core::{Query, Run, RunId, RunSelector, TrackingStorage};

use crate::args::CommandResult;
use crate::schema::RunOutput;

/// A run that was started or stopped.
pub(super) struct RunResult {
    run: Run,
    tracks: u64,
    is_stopped: bool,
}

impl RunResult {
    /// Reads a run that was started.
    pub(super) fn started(store: &dyn TrackingStorage, id: RunId) -> Result<Self> {
        Self::read(store, id, false)
    }

    /// Reads a run that was stopped.
    pub(super) fn stopped(store: &dyn TrackingStorage, id: RunId) -> Result<Self> {
        Self::read(store, id, true)
    }

    fn read(store: &dyn TrackingStorage, id: RunId, is_stopped: bool) -> Result<Self> {
        let run = store.run(&RunSelector::Id(id))?;
        Ok(Self {
            run: run.with_context(|| format!("run {id} is not there any more"))?,
            tracks: store.count(&Query::all().run(id))?,
            is_stopped,
        })
    }
}

impl Serialize for RunResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RunOutput::new(&self.run, self.tracks).serialize(serializer)
    }
}

impl CommandResult for RunResult {
    fn sentence(&self) -> String {
        let id = self.run.id();
        let of = match self.run.task() {
            Some(task) => format!(" of task {:?}", task.as_str()),
            None => String::new(),
        };
        match (self.is_stopped, self.run.is_finished()) {
            (false, _) => format!("started run {id}{of}"),
            (true, true) => format!("stopped run {id}{of}, as finished"),
            (true, false) => format!("stopped run {id}{of}, as not finished"),
        }
    }
}
