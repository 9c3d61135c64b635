//! Groups that are wrong.

use tracking_core::{
    Group, GroupBy, GroupKey, Grouping, Query, Result, TaskId, TrackingStorageExt as _, UserName,
    Zone,
};

use super::wrap::{Right, Rules};

/// A grouping by other things, with all else as it was.
fn regrouped(grouping: &Grouping, other: impl Fn(&GroupBy) -> GroupBy) -> Grouping {
    let first = other(grouping.first());
    let mut made = match grouping.second() {
        Some(second) => first.and(other(second)),
        None => first.into(),
    };
    for by in grouping.distinct() {
        made = made.counting(by.clone());
    }
    if grouping.is_largest_first() {
        made = made.largest_first();
    }
    if let Some(before) = grouping.group_before() {
        made = made.after(before.clone());
    }
    match grouping.max_groups() {
        Some(limit) => made.limit(limit),
        None => made,
    }
}

/// Takes hours in UTC, whatever the zone.
pub(super) struct HoursAreInUtc;

impl Rules for HoursAreInUtc {
    fn groups(&self, right: &Right, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        let in_utc = |by: &GroupBy| match by {
            GroupBy::Hour(_) => GroupBy::Hour(Zone::utc()),
            GroupBy::HourOfDay(_) => GroupBy::HourOfDay(Zone::utc()),
            other => other.clone(),
        };
        right.groups(query, &regrouped(grouping, in_utc))
    }
}

/// Counts the days of the week from 0.
pub(super) struct DaysCountFromZero;

impl Rules for DaysCountFromZero {
    fn groups(&self, right: &Right, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        let groups = right.groups(query, grouping)?.into_iter();
        let wrong = groups.map(|group| match group.key() {
            GroupKey::DayOfWeek(day) => Group::new(
                GroupKey::DayOfWeek(day - 1),
                group.second_key().cloned(),
                group.count(),
            ),
            _ => group,
        });
        Ok(wrong.collect())
    }
}

/// Takes tracks for different things.
pub(super) struct CountsTracksForUsers;

impl Rules for CountsTracksForUsers {
    fn groups(&self, right: &Right, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        let groups = right.groups(query, grouping)?.into_iter();
        let wrong = groups.map(|group| {
            let counts = vec![group.count(); group.distinct_counts().len()];
            group.with_distinct(counts)
        });
        Ok(wrong.collect())
    }
}

/// Takes the first groups for the largest ones.
pub(super) struct TopIsTheFirst;

impl Rules for TopIsTheFirst {
    fn groups(&self, right: &Right, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        let (true, Some(limit)) = (grouping.is_largest_first(), grouping.max_groups()) else {
            return right.groups(query, grouping);
        };
        let first: Grouping = match grouping.second() {
            Some(second) => grouping.first().clone().and(second.clone()),
            None => grouping.first().clone().into(),
        };
        let groups = right.groups(query, &first.limit(limit))?;
        Ok(Group::largest(groups, limit))
    }
}

/// Gives the group again after which a page continues.
pub(super) struct PagesOfGroupsOverlap;

impl Rules for PagesOfGroupsOverlap {
    fn groups(&self, right: &Right, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        let mut groups = right.groups(query, grouping)?;
        if let (Some(before), false) = (grouping.group_before(), groups.is_empty()) {
            groups.insert(0, before.clone());
            groups.truncate(grouping.max_groups().unwrap_or(usize::MAX));
        }
        Ok(groups)
    }
}

/// Continues with a list of names only after a name that is there.
pub(super) struct NamesGoOnAfterKnownOnes;

impl Rules for NamesGoOnAfterKnownOnes {
    fn task_ids_after(
        &self,
        right: &Right,
        after: Option<&TaskId>,
        limit: usize,
    ) -> Result<Vec<TaskId>> {
        let all = right.task_ids()?;
        if after.is_some_and(|after| !all.contains(after)) {
            return Ok(Vec::new());
        }
        right.task_ids_after(after, limit)
    }

    fn user_names_after(
        &self,
        right: &Right,
        task: Option<&TaskId>,
        after: Option<&UserName>,
        limit: usize,
    ) -> Result<Vec<UserName>> {
        right.user_names_after(task, after, limit)
    }
}
