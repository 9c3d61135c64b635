//! Reads tracks and runs page by page, in bounded memory.

use anyhow::Result;
use tracking_core::{Cursor, Query, Run, RunQuery, TrackRef, TrackingStorage, TrackingStorageExt};

/// The number of rows per query.
const PAGE_SIZE: usize = 1000;

/// Calls a function with each track of a query, up to its limit; returns the cursor after the
/// last one, if there are more.
pub(crate) fn each_track(
    store: &dyn TrackingStorage,
    query: &Query,
    mut take: impl FnMut(TrackRef<'_>) -> Result<()>,
) -> Result<Option<Cursor>> {
    let mut left = query.max_tracks().unwrap_or(usize::MAX);
    let mut query = query.clone();
    loop {
        let page = left.min(PAGE_SIZE);
        left -= page;
        query = query.limit(page);
        let next = store.try_for_each(&query, &mut take)?;
        match next {
            Some(next) if left > 0 => query = query.after(next),
            next => return Ok(next),
        }
    }
}

/// Calls a function with pages of the runs of a query, whatever its limit, until it returns
/// `false`.
pub(crate) fn each_runs(
    store: &dyn TrackingStorage,
    query: &RunQuery,
    mut take: impl FnMut(Vec<Run>) -> Result<bool>,
) -> Result<()> {
    let mut query = query.clone().limit(PAGE_SIZE);
    loop {
        let runs = store.runs(&query)?;
        let Some(last) = runs.last().map(Run::id) else {
            return Ok(());
        };
        query = query.after(last);
        if !take(runs)? {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tracking_btree::BTreeStorage;
    use tracking_core::{NewRun, Order};

    fn store(tracks: usize) -> BTreeStorage {
        let store = BTreeStorage::new();
        for n in 0..tracks {
            store.save_data("t", "u", json!({"n": n})).unwrap();
        }
        store
    }

    fn ids(store: &BTreeStorage, query: &Query) -> (Vec<u64>, Option<Cursor>) {
        let mut ids = Vec::new();
        let next = each_track(store, query, |track| {
            ids.push(track.id().number());
            Ok(())
        });
        (ids, next.unwrap())
    }

    #[test]
    fn pages_come_one_after_the_other_up_to_the_limit() {
        let store = store(2 * PAGE_SIZE + 5);
        let all = Query::all().order(Order::Id);
        for limit in [
            0,
            1,
            PAGE_SIZE,
            PAGE_SIZE + 1,
            2 * PAGE_SIZE,
            2 * PAGE_SIZE + 4,
        ] {
            let (ids, next) = ids(&store, &all.clone().limit(limit));
            assert_eq!(ids.len(), limit);
            assert!(ids.iter().copied().eq(1..=limit as u64));
            assert_eq!(next.is_some(), limit > 0, "{limit}");
        }
        let (ids, next) = ids(&store, &all);
        assert_eq!((ids.len(), next), (2 * PAGE_SIZE + 5, None));
    }

    #[test]
    fn the_first_error_ends_it() {
        let store = store(3);
        let mut seen = 0;
        let failed = each_track(&store, &Query::all(), |_| {
            seen += 1;
            anyhow::bail!("enough")
        });
        assert_eq!(
            (failed.unwrap_err().to_string().as_str(), seen),
            ("enough", 1)
        );
    }

    #[test]
    fn runs_come_in_pages_too_until_there_are_enough() {
        let store = BTreeStorage::new();
        for _ in 0..PAGE_SIZE + 2 {
            store.start_run(NewRun::without_task()).unwrap();
        }
        for (go_on, pages) in [(true, vec![PAGE_SIZE, 2]), (false, vec![PAGE_SIZE])] {
            let mut seen = Vec::new();
            let took = each_runs(&store, &RunQuery::all(), |runs| {
                seen.push(runs.len());
                Ok(go_on)
            });
            assert!(took.is_ok());
            assert_eq!(seen, pages);
        }
    }
}
