//! Figures of a log, counted by a store.

use std::collections::BTreeMap;

use tracking_btree::BTreeStorage;
use tracking_core::{Group, GroupBy, Order, Query, TrackingStorage, TrackingStorageExt, Zone};
use tracking_loader::{LineCounts, Loader, NO_PATH, Reject, Source};

/// What is compared with figures that were found in another way.
#[derive(Debug, PartialEq)]
pub(crate) struct Figures {
    pub(crate) read: LineCounts,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) users: usize,
    pub(crate) paths: usize,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) days: BTreeMap<String, u64>,
    pub(crate) top_users: Vec<(String, u64)>,
    pub(crate) top_paths: Vec<(String, u64)>,
    pub(crate) sessions: u64,
}

fn top_five(groups: Vec<Group>) -> Vec<(String, u64)> {
    let five = Group::largest(groups, 5);
    five.iter()
        .map(|group| (group.key().to_string(), group.count()))
        .collect()
}

/// Reads a log and loads it into a store, which is then asked.
pub(crate) fn of(sources: &[Source]) -> Figures {
    let store = BTreeStorage::new();
    let mut summary = Loader::new(&store).load(sources, &mut ()).unwrap();
    assert!(summary.take_error().is_none());
    let read = summary.total;
    assert_eq!(read.tracks, read.valid);

    let groups = |by: GroupBy| store.groups(&Query::all(), &by.into()).unwrap();
    let mut tasks = groups(GroupBy::Task);
    tasks.retain(|group| group.key().to_string() != NO_PATH);
    let users = groups(GroupBy::User);
    let end = |order| {
        let query = Query::all().order(order).limit(1);
        store.query(&query).unwrap()[0].time().to_string()
    };
    let day = |group: &Group| (group.key().to_string(), group.count());
    Figures {
        sessions: read.runs,
        read,
        rejects: summary.rejects,
        users: users.len(),
        paths: tasks.len(),
        first: end(Order::Time),
        last: end(Order::TimeDescending),
        days: groups(GroupBy::Day(Zone::utc())).iter().map(day).collect(),
        top_users: top_five(users),
        top_paths: top_five(tasks),
    }
}
