//! Counts the runs that lose their last track.

use std::collections::BTreeMap;

use anyhow::Result;
use tracking_core::{Group, GroupBy, GroupKey, Grouping, Query, RunId, TrackingStorage};

/// The number of runs per query.
const PAGE_SIZE: usize = 1_000;

/// Counts the runs whose tracks all match a query.
pub(super) fn emptied_by_query(store: &dyn TrackingStorage, query: &Query) -> Result<u64> {
    let mut emptied = 0;
    let by = Grouping::from(GroupBy::Run).limit(PAGE_SIZE);
    let mut page = by.clone();
    loop {
        let groups = store.groups(query, &page)?;
        emptied += emptied_among(store, &counts(&groups))?;
        match groups.last() {
            Some(last) if groups.len() == PAGE_SIZE => page = by.clone().after(last.clone()),
            _ => return Ok(emptied),
        }
    }
}

/// Counts the runs that have exactly as many tracks as are removed.
pub(super) fn emptied_runs(
    store: &dyn TrackingStorage,
    removed: &BTreeMap<RunId, u64>,
) -> Result<u64> {
    let mut emptied = 0;
    let mut runs = removed.iter().map(|(run, count)| (*run, *count));
    loop {
        let page: BTreeMap<RunId, u64> = runs.by_ref().take(PAGE_SIZE).collect();
        if page.is_empty() {
            return Ok(emptied);
        }
        emptied += emptied_among(store, &page)?;
    }
}

fn emptied_among(store: &dyn TrackingStorage, removed: &BTreeMap<RunId, u64>) -> Result<u64> {
    if removed.is_empty() {
        return Ok(0);
    }
    let all = Query::all().runs(removed.keys().copied());
    let all = counts(&store.groups(&all, &GroupBy::Run.into())?);
    let is_emptied = |(run, count): &(&RunId, &u64)| removed.get(run) == Some(count);
    Ok(all.iter().filter(is_emptied).count() as u64)
}

fn counts(groups: &[Group]) -> BTreeMap<RunId, u64> {
    let count = |group: &Group| match group.key() {
        GroupKey::Run(run) => Some((*run, group.count())),
        _ => None,
    };
    groups.iter().filter_map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tracking_btree::BTreeStorage;
    use tracking_core::TrackingStorageExt;

    #[test]
    fn runs_are_emptied_that_have_no_other_tracks() {
        let store = BTreeStorage::new();
        let runs = PAGE_SIZE as u64 + 10;
        for n in 0..runs {
            let task = n.to_string();
            store.save_data(task.as_str(), "u", json!({})).unwrap();
            if n < 7 {
                store.save_data(task.as_str(), "v", json!({})).unwrap();
            }
        }
        let of_u = Query::all().user("u");
        assert_eq!(emptied_by_query(&store, &of_u).unwrap(), runs - 7);
        let removed = counts(&store.groups(&of_u, &GroupBy::Run.into()).unwrap());
        assert_eq!(emptied_runs(&store, &removed).unwrap(), runs - 7);
        assert_eq!(
            emptied_by_query(&store, &Query::all().user("x")).unwrap(),
            0
        );
    }
}
