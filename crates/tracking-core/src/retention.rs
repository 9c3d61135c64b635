//! Which old tracks may go.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Which tracks are too old to be kept: by age, by count, or either.
///
/// ```
/// use tracking_core::{Retention, Timestamp};
///
/// let retention = Retention::none().older_than(Timestamp::EPOCH).keep_last(10);
/// assert_eq!(retention.kept_per_user(), Some(10));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[must_use]
pub struct Retention {
    older_than: Option<Timestamp>,
    keep_last: Option<usize>,
    limit: Option<usize>,
}

impl Retention {
    /// Removes nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Removes tracks with a time before this one.
    pub fn older_than(self, time: Timestamp) -> Self {
        Self {
            older_than: Some(time),
            ..self
        }
    }

    /// Removes all but the last `count` tracks of each task and user, over all runs.
    pub fn keep_last(self, count: usize) -> Self {
        Self {
            keep_last: Some(count),
            ..self
        }
    }

    /// Removes at most so many at once, those with the lowest ids; the rest may follow.
    pub fn limit(self, limit: usize) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    /// The time before which tracks go.
    pub fn oldest_kept(&self) -> Option<Timestamp> {
        self.older_than
    }

    /// How many tracks of each task and user stay.
    pub fn kept_per_user(&self) -> Option<usize> {
        self.keep_last
    }

    /// How many tracks go at most.
    pub fn max_removed(&self) -> Option<usize> {
        self.limit
    }
}
