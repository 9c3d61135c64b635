//! How many different things the tracks of a query have, in a store that knows no faster way.

use super::TrackingStorage;
use crate::{DistinctCounts, Field, GroupBy, GroupKey, Grouping, Query, Result};

/// A field that tracks do not have. It sorts before others, so that it is soon known not to be
/// there.
const MISSING_FIELD: &str = "\u{1}tracking";

/// What [`TrackingStorage::count_distinct`] does in a store that knows no faster way: it counts by
/// the groups of the store.
///
/// # Errors
///
/// Those of [`TrackingStorage::groups`] and [`TrackingStorage::count`].
pub fn count_distinct_by_groups<S: TrackingStorage + ?Sized>(
    store: &S,
    query: &Query,
    kinds: &[GroupBy],
) -> Result<DistinctCounts> {
    // All tracks are one group by a field that none of them has.
    let all = Grouping::from(GroupBy::Field(Field::key(MISSING_FIELD)));
    let all = kinds.iter().cloned().fold(all, Grouping::counting);
    match store.groups(query, &all)?.as_slice() {
        [] => Ok(DistinctCounts::new(0, vec![0; kinds.len()])),
        [group] if *group.key() == GroupKey::Field(None) => Ok(DistinctCounts::new(
            group.count(),
            group.distinct_counts().to_vec(),
        )),
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
            Ok(DistinctCounts::new(store.count(query)?, distinct?))
        }
    }
}
