//! What moves from store to store.

use serde::{Deserialize, Serialize};

use crate::{Checkpoint, Field, KeyUse, Run, RunId, Track, TrackId};

/// The last ids that a store has given, also where what they named is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Counters {
    last_track: Option<TrackId>,
    last_run: Option<RunId>,
}

impl Counters {
    /// The counters of a store that has given these ids last.
    pub fn new(last_track: Option<TrackId>, last_run: Option<RunId>) -> Self {
        Self {
            last_track,
            last_run,
        }
    }

    /// The last track id that was given.
    pub fn last_track(&self) -> Option<TrackId> {
        self.last_track
    }

    /// The last run id that was given.
    pub fn last_run(&self) -> Option<RunId> {
        self.last_run
    }
}

/// One thing that a store holds, as it is: ids, runs, keys and all.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Record {
    /// A data field with an index.
    Index(Field),
    /// A run, current or not.
    Run(Run),
    /// A track.
    Track(Track),
    /// A key that was used.
    Key(KeyUse),
    /// A checkpoint.
    Checkpoint(Checkpoint),
    /// The last ids given.
    Counters(Counters),
}
