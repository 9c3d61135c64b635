//! What is removed at once: tracks by a query or by age, a user, runs.

use serde::{Deserialize, Serialize};

use crate::{Erasure, Query, Retention, RunQuery, UserName, Wipe};

/// What [`remove_by`](crate::TrackingStorage::remove_by) removes.
///
/// ```
/// use tracking_core::{Query, Removal, Retention, RunQuery, Timestamp};
///
/// // The tracks of a task, and the runs that have no tracks after that.
/// let task = Removal::tracks(Query::all().task("a001")).with_empty_runs();
/// // All but the last 10 tracks of each user of this task.
/// let old = Removal::old_tracks_among(Retention::none().keep_last(10), Query::all().task("a001"));
/// // Runs without tracks that ended long ago.
/// let runs = Removal::empty_runs(RunQuery::all());
/// # let _ = (task, old, runs);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct Removal {
    target: RemovalTarget,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    empty_runs: bool,
}

/// The kinds of a [`Removal`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum RemovalTarget {
    /// The tracks that a query asks for, in its order, after its cursor and up to its limit.
    Tracks(Query),
    /// The tracks that are too old to keep.
    OldTracks {
        /// Which tracks are too old.
        retention: Retention,
        /// Only tracks that meet these criteria are counted and removed.
        among: Query,
    },
    /// All tracks of a user, and every trace of the name.
    User(UserName),
    /// Runs with all their tracks, by id, after the query's last run and up to its limit.
    Runs {
        /// Which runs.
        query: RunQuery,
        /// Only those that have no tracks.
        only_empty: bool,
    },
}

impl Removal {
    fn new(target: RemovalTarget) -> Self {
        Self {
            target,
            empty_runs: false,
        }
    }

    /// Removes the tracks that a query asks for, in its order, after its cursor and up to its
    /// limit.
    pub fn tracks(query: Query) -> Self {
        Self::new(RemovalTarget::Tracks(query))
    }

    /// Removes the tracks that are too old to keep.
    pub fn old_tracks(retention: Retention) -> Self {
        Self::old_tracks_among(retention, Query::all())
    }

    /// Removes the tracks that are too old to keep, and counts and removes only those that meet
    /// the criteria of a query, whatever its limit and cursor.
    pub fn old_tracks_among(retention: Retention, among: Query) -> Self {
        Self::new(RemovalTarget::OldTracks { retention, among })
    }

    /// Removes all tracks of a user, and every trace of the name.
    pub fn user(user: UserName) -> Self {
        Self::new(RemovalTarget::User(user))
    }

    /// Removes runs with all their tracks.
    pub fn runs(query: RunQuery) -> Self {
        let only_empty = false;
        Self::new(RemovalTarget::Runs { query, only_empty })
    }

    /// Removes runs that have no tracks.
    pub fn empty_runs(query: RunQuery) -> Self {
        let only_empty = true;
        Self::new(RemovalTarget::Runs { query, only_empty })
    }

    /// Also removes each run that loses its last track to this removal.
    ///
    /// A run that had no tracks before stays.
    pub fn with_empty_runs(self) -> Self {
        Self {
            empty_runs: true,
            ..self
        }
    }

    /// What is removed.
    pub fn target(&self) -> &RemovalTarget {
        &self.target
    }

    /// Whether the runs go that lose their last track.
    pub fn removes_empty_runs(&self) -> bool {
        self.empty_runs
    }
}

/// What a [`Removal`] has removed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Removed {
    /// How many tracks.
    pub tracks: u64,
    /// How many runs.
    pub runs: u64,
    /// Whether the store has wiped every trace of the user that [`Removal::user`] removes:
    /// [`Wipe::Complete`] if it has, [`Wipe::Pending`] if it wipes the rest later, and
    /// [`Wipe::Deleted`] if the rows are deleted and only the server under the store can wipe
    /// their traces. For every other removal it is [`Wipe::Complete`], since nothing needs to be
    /// wiped.
    pub wipe: Wipe,
}

impl Removed {
    /// So many tracks and runs.
    pub fn new(tracks: u64, runs: u64) -> Self {
        Self {
            tracks,
            runs,
            wipe: Wipe::Complete,
        }
    }

    /// The same with the state of the wipe.
    #[must_use]
    pub fn with_wipe(self, wipe: Wipe) -> Self {
        Self { wipe, ..self }
    }

    /// Whether nothing was there to remove.
    pub fn is_nothing(&self) -> bool {
        self.tracks == 0 && self.runs == 0
    }
}

impl From<Removed> for Erasure {
    fn from(removed: Removed) -> Self {
        Self::new(removed.tracks, removed.wipe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restriction_of_a_later_version_is_refused_and_not_ignored() {
        for text in [
            r#"{"target":{"user":"u1"},"before":"2026-11-23T10:00:00Z"}"#,
            r#"{"target":{"runs":{"query":{},"only_empty":true,"older":1}}}"#,
        ] {
            assert!(serde_json::from_str::<Removal>(text).is_err(), "{text}");
        }
    }
}
