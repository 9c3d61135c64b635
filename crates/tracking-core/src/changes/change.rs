//! One entry of the change feed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ChangeCursor;
use crate::{RunId, Timestamp, TrackId};

/// What happened to tracks or runs.
///
/// Within one commit, changes are listed in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// Runs were started. What was the current run of the same task is current no longer. Of a
    /// started run that is removed already, the task cannot be asked any more: then fetch again
    /// the runs that were current.
    RunStarted,
    /// Tracks were saved or restored, which may move the end of their runs.
    TrackSaved,
    /// Tracks were updated, which may move the end of their runs.
    TrackUpdated,
    /// Tracks got another user name.
    UserRenamed,
    /// Tracks were removed.
    TrackRemoved,
    /// Tracks were removed because their user was erased.
    UserErased,
    /// Runs were stopped, or are current no longer because nobody touched them.
    RunStopped,
    /// Runs were removed; none of them has tracks any more.
    RunRemoved,
}

impl ChangeKind {
    /// Every kind, in the order of a commit.
    pub const ALL: &'static [Self] = &[
        Self::RunStarted,
        Self::TrackSaved,
        Self::TrackUpdated,
        Self::UserRenamed,
        Self::TrackRemoved,
        Self::UserErased,
        Self::RunStopped,
        Self::RunRemoved,
    ];

    /// The name of the kind, like `track_saved`: stable, and also how it is serialised.
    pub const fn code(self) -> &'static str {
        match self {
            Self::RunStarted => "run_started",
            Self::TrackSaved => "track_saved",
            Self::TrackUpdated => "track_updated",
            Self::UserRenamed => "user_renamed",
            Self::TrackRemoved => "track_removed",
            Self::UserErased => "user_erased",
            Self::RunStopped => "run_stopped",
            Self::RunRemoved => "run_removed",
        }
    }

    /// Finds a kind by its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Whether the ids of a change of this kind are those of runs; else they are of tracks.
    pub const fn is_of_runs(self) -> bool {
        matches!(self, Self::RunStarted | Self::RunStopped | Self::RunRemoved)
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// One entry of the change feed: consecutive ids to which the same happened in one commit.
///
/// It carries ids and no names or data, so erasing a user needs no change to the past. A consumer
/// fetches what it wants to know by id; what is not there any more is removed by a later entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Change {
    cursor: ChangeCursor,
    kind: ChangeKind,
    first: u64,
    last: u64,
    time: Timestamp,
}

impl Change {
    /// Puts an entry together, as a store does with what it kept. The cursor is the place after
    /// the entry.
    pub fn new(
        cursor: ChangeCursor,
        kind: ChangeKind,
        (first, last): (u64, u64),
        time: Timestamp,
    ) -> Self {
        Self {
            cursor,
            kind,
            first,
            last,
            time,
        }
    }

    /// The place after this entry: whoever has handled it goes on from here.
    pub fn cursor(&self) -> ChangeCursor {
        self.cursor
    }

    /// What happened.
    pub fn kind(&self) -> ChangeKind {
        self.kind
    }

    /// The first and the last id: all from one to the other are meant.
    pub fn ids(&self) -> (u64, u64) {
        (self.first, self.last)
    }

    /// When, by the clock of the store.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The tracks that changed; none for a change of runs.
    pub fn tracks(&self) -> impl Iterator<Item = TrackId> + use<> {
        let is_of_tracks = !self.kind.is_of_runs();
        let ids = is_of_tracks.then_some(self.first..=self.last);
        ids.into_iter().flatten().filter_map(TrackId::new)
    }

    /// The runs that changed; none for a change of tracks.
    pub fn runs(&self) -> impl Iterator<Item = RunId> + use<> {
        let ids = self.kind.is_of_runs().then_some(self.first..=self.last);
        ids.into_iter().flatten().filter_map(RunId::new)
    }
}

/// Some entries of the change feed, and where to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChangePage {
    /// The entries, in the order of their commits.
    pub changes: Vec<Change>,
    /// The place after the last of them; without any, the place that was asked from.
    pub next: ChangeCursor,
}

impl ChangePage {
    /// Puts a page together.
    pub fn new(changes: Vec<Change>, next: ChangeCursor) -> Self {
        Self { changes, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_one_name_each_also_in_json() {
        let mut sorted = ChangeKind::ALL.to_vec();
        sorted.sort_unstable();
        assert_eq!(
            sorted,
            ChangeKind::ALL,
            "they are declared in the order of a commit"
        );
        for kind in ChangeKind::ALL {
            assert_eq!(ChangeKind::from_code(kind.code()), Some(*kind));
            let json = serde_json::to_string(kind).unwrap();
            assert_eq!(json, format!("{:?}", kind.code()));
        }
    }

    #[test]
    fn a_change_has_the_ids_of_tracks_or_of_runs() {
        let change = |kind| {
            let (cursor, time) = (ChangeCursor::new(5, 7), Timestamp::EPOCH);
            Change::new(cursor, kind, (3, 5), time)
        };
        let saved = change(ChangeKind::TrackSaved);
        assert_eq!(
            saved.tracks().map(TrackId::number).collect::<Vec<_>>(),
            [3, 4, 5]
        );
        assert_eq!(saved.runs().count(), 0);
        assert_eq!(change(ChangeKind::RunStopped).runs().count(), 3);
        // Sent over networks and kept in files: this form must never change.
        assert_eq!(
            serde_json::to_string(&saved).unwrap(),
            r#"{"cursor":"5.7","kind":"track_saved","first":3,"last":5,"time":"1970-01-01T00:00:00Z"}"#
        );
    }
}
