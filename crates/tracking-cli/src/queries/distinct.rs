//! Distinct counts of tasks, users and runs.

use anyhow::Result;
use serde::Serialize;
use tracking_core::{GroupBy, Query, TrackingStorage};

use crate::web;

/// The numbers of tracks and of distinct tasks, users and runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Distinct {
    pub(crate) tracks: u64,
    pub(crate) tasks: u64,
    pub(crate) users: u64,
    pub(crate) runs: u64,
    /// How many tasks are pages: in a web log, those that are no assets; else all of them.
    #[serde(skip)]
    pub(crate) pages: u64,
}

impl Distinct {
    /// Counts the tracks of a query without listing the names.
    pub(crate) fn query(store: &dyn TrackingStorage, query: &Query, is_web: bool) -> Result<Self> {
        let kinds = [GroupBy::Task, GroupBy::User, GroupBy::Run];
        let all = store.count_distinct(query, &kinds)?;
        let number = |kind: usize| all.distinct.get(kind).copied().unwrap_or_default();
        let tasks = number(0);
        let pages = if is_web {
            let pages = store.count_distinct(&web::pages(query.clone()), &[GroupBy::Task])?;
            pages.distinct.first().copied().unwrap_or_default()
        } else {
            tasks
        };
        Ok(Self {
            tracks: all.tracks,
            tasks,
            users: number(1),
            runs: number(2),
            pages,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tracking_btree::BTreeStorage;
    use tracking_core::TrackingStorageExt;

    #[test]
    fn names_are_counted_whatever_the_data() {
        let store = BTreeStorage::new();
        let ask = |query: &Query| Distinct::query(&store, query, false).unwrap();
        assert_eq!(ask(&Query::all()), Distinct::default());
        for (task, user) in [("a", "u"), ("a", "v"), ("b", "v")] {
            store.save_data(task, user, json!({"x": 1})).unwrap();
        }
        let expected = Distinct {
            tracks: 3,
            tasks: 2,
            users: 2,
            runs: 2,
            pages: 2,
        };
        assert_eq!(ask(&Query::all()), expected);
        store
            .save_data("a", "u", json!({"\u{1}tracking": 1}))
            .unwrap();
        let expected = Distinct {
            tracks: 4,
            ..expected
        };
        assert_eq!(ask(&Query::all()), expected);
        let of_b = ask(&Query::all().task("b"));
        assert_eq!((of_b.tracks, of_b.users), (1, 1));
    }

    #[test]
    fn an_asset_and_a_request_without_a_path_are_no_page() {
        let store = BTreeStorage::new();
        for task in ["/", "/a", "/a.css", "/LOGO.PNG", tracking_loader::NO_PATH] {
            store.save_data(task, "u", json!({})).unwrap();
        }
        let found = Distinct::query(&store, &Query::all(), true).unwrap();
        assert_eq!((found.tasks, found.pages), (5, 2));
    }
}
