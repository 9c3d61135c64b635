//! How many different things the tracks of a query have.

use serde::{Deserialize, Serialize};

use super::{GroupBy, GroupKey, Grouping};
use crate::{Field, Query, Result, TrackingStorage};

/// How many tracks a query finds, and how many different things they have; see
/// [`TrackingStorage::count_distinct`].
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

    /// Counts by the groups of a store; a store that knows no faster way may use this.
    ///
    /// # Errors
    ///
    /// Those of [`TrackingStorage::groups`] and [`TrackingStorage::count`].
    pub fn from_groups<S: TrackingStorage + ?Sized>(
        store: &S,
        query: &Query,
        kinds: &[GroupBy],
    ) -> Result<Self> {
        // All tracks are one group by a field that none of them has.
        let all = Grouping::from(GroupBy::Field(Field::key(MISSING_FIELD)));
        let all = kinds.iter().cloned().fold(all, Grouping::counting);
        match store.groups(query, &all)?.as_slice() {
            [] => Ok(Self::new(0, vec![0; kinds.len()])),
            [group] if *group.key() == GroupKey::Field(None) => {
                Ok(Self::new(group.count(), group.distinct_counts().to_vec()))
            }
            // Some tracks do have it.
            _ => {
                let count = |kind: &GroupBy| {
                    let groups = store.groups(query, &kind.clone().into())?;
                    let named = groups
                        .iter()
                        .filter(|group| *group.key() != GroupKey::Field(None));
                    Ok(named.count() as u64)
                };
                let distinct: Result<Vec<u64>> = kinds.iter().map(count).collect();
                Ok(Self::new(store.count(query)?, distinct?))
            }
        }
    }
}

/// A field that tracks do not have. It sorts before others, so that it is soon known not to be
/// there.
const MISSING_FIELD: &str = "\u{1}tracking";
