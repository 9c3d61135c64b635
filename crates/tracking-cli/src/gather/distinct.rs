//! How many different tasks, users and runs there are.

use anyhow::Result;
use serde::Serialize;
use tracking_core::{Field, GroupBy, GroupKey, Grouping, Query, TrackingStorage};

/// How many different tasks, users and runs tracks are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Distinct {
    pub(crate) tracks: u64,
    pub(crate) tasks: u64,
    pub(crate) users: u64,
    pub(crate) runs: u64,
}

/// A field that tracks do not have. It sorts before others, so that it is soon known not to be
/// there.
const NOWHERE: &str = "\u{1}tracking";

impl Distinct {
    /// Counts the tracks that a query asks for, without a list of the names.
    pub(crate) fn ask(store: &dyn TrackingStorage, query: &Query) -> Result<Self> {
        let all = GroupBy::Field(Field::key(NOWHERE));
        let all = Grouping::from(all)
            .counting(GroupBy::Task)
            .counting(GroupBy::User)
            .counting(GroupBy::Run);
        let groups = store.groups(query, &all)?;
        match groups.as_slice() {
            [] => Ok(Self::default()),
            [group] if *group.key() == GroupKey::Field(None) => {
                let of = |index| group.distinct_counts().get(index).copied().unwrap_or(0);
                Ok(Self {
                    tracks: group.count(),
                    tasks: of(0),
                    users: of(1),
                    runs: of(2),
                })
            }
            // Some tracks do have it.
            _ => Self::one_by_one(store, query),
        }
    }

    fn one_by_one(store: &dyn TrackingStorage, query: &Query) -> Result<Self> {
        let number = |by: GroupBy| -> Result<u64> {
            let groups = store.groups(query, &by.into())?;
            Ok(u64::try_from(groups.len())?)
        };
        Ok(Self {
            tracks: store.count(query)?,
            tasks: number(GroupBy::Task)?,
            users: number(GroupBy::User)?,
            runs: number(GroupBy::Run)?,
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
        assert_eq!(
            Distinct::ask(&store, &Query::all()).unwrap(),
            Distinct::default()
        );
        for (task, user) in [("a", "u"), ("a", "v"), ("b", "v")] {
            store.save_data(task, user, json!({"x": 1})).unwrap();
        }
        let expected = Distinct {
            tracks: 3,
            tasks: 2,
            users: 2,
            runs: 2,
        };
        assert_eq!(Distinct::ask(&store, &Query::all()).unwrap(), expected);
        store.save_data("a", "u", json!({NOWHERE: 1})).unwrap();
        let expected = Distinct {
            tracks: 4,
            ..expected
        };
        assert_eq!(Distinct::ask(&store, &Query::all()).unwrap(), expected);
        let of_b = Distinct::ask(&store, &Query::all().task("b")).unwrap();
        assert_eq!((of_b.tracks, of_b.users), (1, 1));
    }
}
