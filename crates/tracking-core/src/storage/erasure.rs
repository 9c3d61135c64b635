//! What erasing or renaming a user did.

use serde::{Deserialize, Serialize};

/// What [`erase_user`](crate::TrackingStorage::erase_user) or
/// [`rename_user`](crate::TrackingStorage::rename_user) did.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Erasure {
    /// How many tracks were removed, or how many the renamed user has.
    pub tracks: u64,
    /// Whether the store has wiped every trace of the name and of what was removed.
    pub wipe: Wipe,
}

/// Whether traces of a removed name remain where a store keeps its data: unused space of a file,
/// a log of changes, temporary files.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Wipe {
    /// No trace remains.
    Complete,
    /// Traces may remain. The store has recorded this durably and wipes them at the next
    /// opportunity. The text says what prevented the wipe, and what to do.
    Pending(String),
    /// The rows are deleted, so no query finds them, but the database beneath the store keeps
    /// traces where the store cannot reach: in files, in a log, on standby servers, in backups. The
    /// text says where, and what to do.
    Deleted(String),
}

impl Erasure {
    /// The result for a store that leaves no traces.
    pub fn complete(tracks: u64) -> Self {
        Self::new(tracks, Wipe::Complete)
    }

    /// The result with the state of the wipe.
    pub fn new(tracks: u64, wipe: Wipe) -> Self {
        Self { tracks, wipe }
    }
}

impl Wipe {
    /// Whether no trace remains.
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Complete)
    }
}
