//! How many different things the tracks of a query have.

use serde::{Deserialize, Serialize};

/// How many tracks a query finds, and how many different things they have; see
/// [`TrackingStorage::count_distinct`](crate::TrackingStorage::count_distinct).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DistinctCounts {
    /// How many tracks.
    pub tracks: u64,
    /// How many different things of each kind, in the order of the kinds that were asked for.
    pub distinct: Vec<u64>,
}

impl DistinctCounts {
    /// Puts counts together, as a store does with what it counted.
    pub fn new(tracks: u64, distinct: Vec<u64>) -> Self {
        Self { tracks, distinct }
    }
}
