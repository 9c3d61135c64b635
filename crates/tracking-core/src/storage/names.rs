//! The names of tasks and users, for stores that have no better way than to group tracks.

use super::TrackingStorage;
use crate::{Group, GroupBy, GroupKey, Grouping, Query, Result, TaskId, UserName};

/// At most `limit` of the tasks that have tracks, after this one.
pub(super) fn tasks(
    store: &(impl TrackingStorage + ?Sized),
    after: Option<&TaskId>,
    limit: usize,
) -> Result<Vec<TaskId>> {
    let mut by = Grouping::from(GroupBy::Task).limit(limit);
    if let Some(after) = after {
        by = by.after(Group::new(GroupKey::Task(after.clone()), None, 0));
    }
    let groups = store.groups(&Query::all(), &by)?;
    let task = |group: &Group| {
        if let GroupKey::Task(task) = group.key() {
            Some(task.clone())
        } else {
            None
        }
    };
    Ok(groups.iter().filter_map(task).collect())
}

/// At most `limit` of the users who have tracks of a task, or any tracks at all, after this one.
pub(super) fn users(
    store: &(impl TrackingStorage + ?Sized),
    task: Option<&TaskId>,
    after: Option<&UserName>,
    limit: usize,
) -> Result<Vec<UserName>> {
    let query = task.map_or_else(Query::all, |task| Query::all().task(task.as_str()));
    let mut by = Grouping::from(GroupBy::User).limit(limit);
    if let Some(after) = after {
        by = by.after(Group::new(GroupKey::User(after.clone()), None, 0));
    }
    let groups = store.groups(&query, &by)?;
    let user = |group: &Group| {
        if let GroupKey::User(user) = group.key() {
            Some(user.clone())
        } else {
            None
        }
    };
    Ok(groups.iter().filter_map(user).collect())
}
