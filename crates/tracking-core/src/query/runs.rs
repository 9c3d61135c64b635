//! Which runs are asked for.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Run, RunId, TimeRange};

use super::NameFilter;

/// The state of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunState {
    /// The current run of its task.
    Current,
    /// A run of a task that is not finished and not current: replaced by a later one, stopped as
    /// not finished, or abandoned.
    Unfinished,
    /// Stopped as finished.
    Finished,
    /// A run of no task that was not stopped as finished: what a user did without a long pause,
    /// as the loader finds it in logs. Nobody finishes a session. It is over when its user
    /// pauses, and its end is the time of its latest track.
    Session,
}

impl RunState {
    /// Every state, in the order in which they sort.
    pub const ALL: &'static [Self] = &[
        Self::Current,
        Self::Unfinished,
        Self::Finished,
        Self::Session,
    ];
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Current => "current",
            Self::Unfinished => "unfinished",
            Self::Finished => "finished",
            Self::Session => "session",
        })
    }
}

impl Run {
    /// Its state.
    pub fn state(&self) -> RunState {
        if self.is_finished() {
            RunState::Finished
        } else if self.is_current() {
            RunState::Current
        } else if self.task().is_none() {
            RunState::Session
        } else {
            RunState::Unfinished
        }
    }
}

/// Which runs are asked for, in order of their ids. Without criteria: all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[must_use]
pub struct RunQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    ids: Option<BTreeSet<RunId>>,
    tasks: Option<NameFilter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    except_tasks: Option<NameFilter>,
    states: Option<Vec<RunState>>,
    started: Option<TimeRange>,
    ended: Option<TimeRange>,
    after: Option<RunId>,
    limit: Option<usize>,
}

impl RunQuery {
    /// All runs.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only these runs, whatever order and however often they are given; none at all where the
    /// list is empty.
    pub fn ids(self, ids: impl IntoIterator<Item = RunId>) -> Self {
        let wanted = |id: &RunId| {
            let before = self.ids.as_ref();
            before.is_none_or(|before| before.contains(id))
        };
        let ids = ids.into_iter().filter(wanted).collect();
        Self {
            ids: Some(ids),
            ..self
        }
    }

    /// Only runs that were started for this task.
    pub fn task(self, task: impl Into<String>) -> Self {
        self.tasks(NameFilter::exact([task]))
    }

    /// Only runs that were started for these tasks.
    pub fn tasks(self, tasks: NameFilter) -> Self {
        let tasks = match &self.tasks {
            Some(before) => before.and(&tasks),
            None => tasks,
        };
        Self {
            tasks: Some(tasks),
            ..self
        }
    }

    /// No runs that were started for one of these tasks; those of no task stay.
    pub fn except_tasks(self, tasks: NameFilter) -> Self {
        let tasks = match self.except_tasks {
            Some(before) => before.or(tasks),
            None => tasks,
        };
        Self {
            except_tasks: Some(tasks),
            ..self
        }
    }

    /// Only runs in one of these states; none at all where the list is empty.
    pub fn states(self, states: impl IntoIterator<Item = RunState>) -> Self {
        let wanted = |state: &RunState| {
            self.states
                .as_ref()
                .is_none_or(|before| before.contains(state))
        };
        let mut states: Vec<RunState> = states.into_iter().filter(wanted).collect();
        states.sort_unstable();
        states.dedup();
        Self {
            states: Some(states),
            ..self
        }
    }

    /// Only runs that started within this range.
    pub fn started(self, range: TimeRange) -> Self {
        Self {
            started: Some(
                self.started
                    .map_or(range, |before| before.intersect(&range)),
            ),
            ..self
        }
    }

    /// Only runs whose end lies within this range: that were touched last, or stopped, then.
    pub fn ended(self, range: TimeRange) -> Self {
        Self {
            ended: Some(self.ended.map_or(range, |before| before.intersect(&range))),
            ..self
        }
    }

    /// Only runs with a higher id: where to go on after the last one that was seen.
    pub fn after(self, run: RunId) -> Self {
        Self {
            after: Some(run),
            ..self
        }
    }

    /// At most so many.
    pub fn limit(self, limit: usize) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// The same criteria from the first run on, without a limit.
    pub fn criteria_only(self) -> Self {
        Self {
            after: None,
            limit: None,
            ..self
        }
    }

    /// Which runs are asked for by id.
    pub fn id_filter(&self) -> Option<&BTreeSet<RunId>> {
        self.ids.as_ref()
    }

    /// Which tasks are asked for.
    pub fn task_filter(&self) -> Option<&NameFilter> {
        self.tasks.as_ref()
    }

    /// Which tasks are excluded, if any.
    pub fn excluded_tasks(&self) -> Option<&NameFilter> {
        self.except_tasks.as_ref()
    }

    /// Which states are asked for.
    pub fn state_filter(&self) -> Option<&[RunState]> {
        self.states.as_deref()
    }

    /// Which starts are asked for.
    pub fn start_range(&self) -> Option<TimeRange> {
        self.started
    }

    /// Which ends are asked for.
    pub fn end_range(&self) -> Option<TimeRange> {
        self.ended
    }

    /// The run after which to go on.
    pub fn run_before(&self) -> Option<RunId> {
        self.after
    }

    /// How many at most.
    pub fn max_runs(&self) -> Option<usize> {
        self.limit
    }

    /// Tells whether a run meets all criteria; the limit is not one.
    pub fn matches(&self, run: &Run) -> bool {
        self.after.is_none_or(|after| after < run.id())
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&run.id()))
            && self
                .tasks
                .as_ref()
                .is_none_or(|tasks| run.task().is_some_and(|task| tasks.matches(task)))
            && !self
                .except_tasks
                .as_ref()
                .is_some_and(|tasks| run.task().is_some_and(|task| tasks.matches(task)))
            && self
                .states
                .as_ref()
                .is_none_or(|states| states.contains(&run.state()))
            && self.started.is_none_or(|range| range.contains(run.start()))
            && self.ended.is_none_or(|range| range.contains(run.end()))
    }
}
