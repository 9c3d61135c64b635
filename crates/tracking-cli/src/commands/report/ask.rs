//! What a store is asked for a report.

use anyhow::Result;
use chrono::NaiveDate;
use tracking_core::{
    Group, GroupBy, GroupKey, Order, Query, RunQuery, Timestamp, TrackingStorage,
    TrackingStorageExt, Zone,
};
use tracking_loader::NO_PATH;

/// The answers of a store.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) requests: u64,
    pub(super) without_path: u64,
    pub(super) users: u64,
    pub(super) paths: u64,
    pub(super) sessions: u64,
    pub(super) first: Option<Timestamp>,
    pub(super) last: Option<Timestamp>,
    pub(super) per_day: Vec<(NaiveDate, u64)>,
    pub(super) top_tasks: Vec<(String, u64)>,
    pub(super) top_users: Vec<(String, u64)>,
}

/// Asks a store; of tasks and users, the `top` largest are listed; days are
/// those of a zone.
pub(super) fn ask(store: &dyn TrackingStorage, top: usize, zone: &Zone) -> Result<Answers> {
    let all = Query::all();
    let groups = |by: GroupBy| store.groups(&all, &by.into());
    let (without_path, tasks): (Vec<_>, Vec<_>) =
        groups(GroupBy::Task)?.into_iter().partition(has_no_path);
    let users = groups(GroupBy::User)?;
    let days = groups(GroupBy::Day(zone.clone()))?;
    Ok(Answers {
        requests: store.count(&all)?,
        without_path: without_path.iter().map(Group::count).sum(),
        users: users.len() as u64,
        paths: tasks.len() as u64,
        sessions: store.runs(&RunQuery::all())?.len() as u64,
        first: end(store, Order::Time)?,
        last: end(store, Order::TimeDescending)?,
        per_day: days.iter().filter_map(day).collect(),
        top_tasks: ranking(tasks, top),
        top_users: ranking(users, top),
    })
}

/// No task at all: it stands for the requests that have none.
fn has_no_path(group: &Group) -> bool {
    matches!(group.key(), GroupKey::Task(task) if *task == *NO_PATH)
}

fn end(store: &dyn TrackingStorage, order: Order) -> Result<Option<Timestamp>> {
    let tracks = store.query(&Query::all().order(order).limit(1))?;
    Ok(tracks.first().map(tracking_core::Track::time))
}

fn day(group: &Group) -> Option<(NaiveDate, u64)> {
    match group.key() {
        GroupKey::Day(day) => Some((*day, group.count())),
        _ => None,
    }
}

fn ranking(groups: Vec<Group>, top: usize) -> Vec<(String, u64)> {
    let largest = Group::largest(groups, top);
    let entry = |group: &Group| (group.key().to_string(), group.count());
    largest.iter().map(entry).collect()
}
