//! Runs: sessions of a task.

mod summary;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use summary::RunCounter;
pub use summary::RunSummary;

use crate::{Result, RunId, SessionGap, TaskId, Timestamp};

/// A session of a task, as it is when the store is asked.
///
/// It prints like `<Run 3, 2026-11-23 15:47, 2026-11-23 15:47, False>`: id, start, end,
/// finished, with times in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    id: RunId,
    task: Option<TaskId>,
    start: Timestamp,
    end: Timestamp,
    finished: bool,
    current: bool,
}

impl Run {
    /// Puts an unfinished run together that is not current, as a store does with what it kept.
    pub fn new(id: RunId, task: Option<TaskId>, start: Timestamp, end: Timestamp) -> Self {
        Self {
            id,
            task,
            start,
            end,
            finished: false,
            current: false,
        }
    }

    /// The same run, finished or not.
    #[must_use]
    pub fn with_finished(self, finished: bool) -> Self {
        Self { finished, ..self }
    }

    /// The same run, as the current one of its task or not.
    #[must_use]
    pub fn with_current(self, current: bool) -> Self {
        Self { current, ..self }
    }

    /// The same run with another end.
    #[must_use]
    pub fn with_end(self, end: Timestamp) -> Self {
        Self { end, ..self }
    }

    /// Its number within the store.
    pub fn id(&self) -> RunId {
        self.id
    }

    /// The task that it was started for, if any.
    pub fn task(&self) -> Option<&TaskId> {
        self.task.as_ref()
    }

    /// When it was started.
    pub fn start(&self) -> Timestamp {
        self.start
    }

    /// When it was touched last, or stopped.
    pub fn end(&self) -> Timestamp {
        self.end
    }

    /// Whether it was stopped as finished.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Whether it is the current run of its task; a finished run never is.
    pub fn is_current(&self) -> bool {
        self.current
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let finished = if self.finished { "True" } else { "False" };
        let (start, end) = (self.start.to_minute_string(), self.end.to_minute_string());
        write!(f, "<Run {}, {start}, {end}, {finished}>", self.id)
    }
}

/// Which run is meant, where a run must be there already.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunSelector {
    /// The run of this number, whatever task it was started for.
    Id(RunId),
    /// The current run of this task.
    CurrentOf(TaskId),
    /// The n-th run that this batch has started, counted from 0; outside a batch there is none.
    Started(usize),
}

impl RunSelector {
    /// The current run of a task.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`](crate::Error::InvalidName) for what is no task id.
    pub fn current_of<T: TryInto<TaskId>>(task: T) -> Result<Self>
    where
        T::Error: Into<crate::Error>,
    {
        task.try_into().map(Self::CurrentOf).map_err(Into::into)
    }
}

impl From<RunId> for RunSelector {
    fn from(run: RunId) -> Self {
        Self::Id(run)
    }
}

impl From<TaskId> for RunSelector {
    fn from(task: TaskId) -> Self {
        Self::CurrentOf(task)
    }
}

impl From<&TaskId> for RunSelector {
    fn from(task: &TaskId) -> Self {
        Self::CurrentOf(task.clone())
    }
}

/// Which run a track goes into, or is looked for in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunChoice {
    /// The current run of the track's task; a save starts one where there is none.
    #[default]
    Current,
    /// The run of this number, whatever task it was started for.
    Id(RunId),
    /// The n-th run that this batch has started, counted from 0; outside a batch there is none.
    Started(usize),
    /// The run of the user's session: what the user did without a pause longer than this. A
    /// save starts one where there is none; see [`apply`](crate::TrackingStorage::apply).
    Session(SessionGap),
}

impl From<SessionGap> for RunChoice {
    fn from(gap: SessionGap) -> Self {
        Self::Session(gap)
    }
}

impl From<RunId> for RunChoice {
    fn from(run: RunId) -> Self {
        Self::Id(run)
    }
}

/// A run to be started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[must_use]
pub struct NewRun {
    task: Option<TaskId>,
    start: Option<Timestamp>,
}

impl NewRun {
    /// A run of no task in particular: it is never current, tracks are saved into it by its id.
    pub fn without_task() -> Self {
        Self::default()
    }

    /// A run of a task, which becomes the task's current run.
    pub fn of(task: impl Into<TaskId>) -> Self {
        Self {
            task: Some(task.into()),
            start: None,
        }
    }

    /// Starts, and for the time being ends, at `start` instead of now.
    pub fn starting_at(self, start: Timestamp) -> Self {
        Self {
            start: Some(start),
            ..self
        }
    }

    /// The task, if any.
    pub fn task(&self) -> Option<&TaskId> {
        self.task.as_ref()
    }

    /// When it starts; nothing means now.
    pub fn start(&self) -> Option<Timestamp> {
        self.start
    }
}

/// A run to be stopped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[must_use]
pub struct StopRun {
    run: RunSelector,
    finished: bool,
    end: Option<Timestamp>,
}

impl StopRun {
    /// Stops a run as finished, now.
    pub fn new(run: impl Into<RunSelector>) -> Self {
        Self {
            run: run.into(),
            finished: true,
            end: None,
        }
    }

    /// Stops it as not finished, which also makes a finished run unfinished again.
    pub fn unfinished(self) -> Self {
        Self {
            finished: false,
            ..self
        }
    }

    /// Ends it at `end` instead of now, even where that is earlier than its end so far.
    pub fn ending_at(self, end: Timestamp) -> Self {
        Self {
            end: Some(end),
            ..self
        }
    }

    /// Which run.
    pub fn run(&self) -> &RunSelector {
        &self.run
    }

    /// Whether it is stopped as finished.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// When it ends; nothing means now.
    pub fn end(&self) -> Option<Timestamp> {
        self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_prints_as_the_specification_shows_it() {
        let start = "2026-11-23T15:47:00Z".parse().unwrap();
        let end = "2026-11-23T15:48:59Z".parse().unwrap();
        let run = Run::new(RunId::new(3).unwrap(), None, start, end);
        assert_eq!(
            run.to_string(),
            "<Run 3, 2026-11-23 15:47, 2026-11-23 15:48, False>"
        );
        let run = run.with_finished(true);
        assert_eq!(
            run.to_string(),
            "<Run 3, 2026-11-23 15:47, 2026-11-23 15:48, True>"
        );
    }
}
