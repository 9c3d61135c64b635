//! The queries.

use crate::work::Entry;

/// The task, run and user whose last track is requested.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Triple<'q> {
    /// Task id.
    pub task: &'q str,
    /// Run id.
    pub run: u64,
    /// User name.
    pub user: &'q str,
}

impl<'q> From<Entry<'q>> for Triple<'q> {
    fn from(entry: Entry<'q>) -> Self {
        Self {
            task: entry.task,
            run: entry.run,
            user: entry.user,
        }
    }
}

/// A query: the tracks that meet all conditions, in the order of their ids.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Question<'q> {
    /// One of these tasks; any task if the list is empty.
    pub tasks: Vec<&'q str>,
    /// This user.
    pub user: Option<&'q str>,
    /// This run.
    pub run: Option<u64>,
    /// Within these times, both included, in seconds since 1970.
    pub times: Option<(i64, i64)>,
    /// This value of the indexed field.
    pub page: Option<&'q str>,
}

impl<'q> Question<'q> {
    /// All tracks.
    pub fn all() -> Self {
        Self::default()
    }

    /// The tracks of a task.
    pub fn task(task: &'q str) -> Self {
        Self {
            tasks: vec![task],
            ..Self::default()
        }
    }

    /// Those of a user only.
    #[must_use]
    pub fn of_user(self, user: &'q str) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }

    /// Those within these times only, both included, in seconds since 1970.
    #[must_use]
    pub fn within(self, times: (i64, i64)) -> Self {
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Those with a value of the indexed field only.
    #[must_use]
    pub fn with_page(self, page: &'q str) -> Self {
        Self {
            page: Some(page),
            ..self
        }
    }

    /// The tracks of a user in a run of a task.
    pub fn triple(triple: Triple<'q>) -> Self {
        Self {
            user: Some(triple.user),
            run: Some(triple.run),
            ..Self::task(triple.task)
        }
    }

    /// The task, run and user, where these and nothing else are asked for.
    pub fn as_triple(&self) -> Option<Triple<'q>> {
        match (&*self.tasks, self.run, self.user, self.times, self.page) {
            (&[task], Some(run), Some(user), None, None) => Some(Triple { task, run, user }),
            _ => None,
        }
    }
}
