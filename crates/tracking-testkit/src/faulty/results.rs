//! Counts, groups and lists that are wrong.

use std::collections::BTreeSet;

use parking_lot::Mutex;
use tracking_core::{
    Group, GroupBy, GroupKey, Grouping, NewTrack, Query, Result, TaskId, TrackingStorageExt as _,
    Zone,
};

use super::wrap::{Right, Rules, page_of};

/// Counts up to the limit.
pub(super) struct CountStopsAtTheLimit;

impl Rules for CountStopsAtTheLimit {
    fn count(&self, right: &Right, query: &Query) -> Result<u64> {
        let limit = query.max_tracks().map_or(u64::MAX, |limit| limit as u64);
        Ok(right.count(query)?.min(limit))
    }
}

/// Looks at the cursor of a query that is counted.
pub(super) struct CountMindsTheCursor;

impl Rules for CountMindsTheCursor {
    fn count(&self, right: &Right, query: &Query) -> Result<u64> {
        query.cursor()?;
        right.count(query)
    }
}

/// Lists tasks for ever.
#[derive(Default)]
pub(super) struct NamesStay(Mutex<BTreeSet<TaskId>>);

impl Rules for NamesStay {
    fn saving(&self, _right: &Right, track: &NewTrack) -> NewTrack {
        self.0.lock().insert(track.task().clone());
        track.clone()
    }

    fn task_ids_after(
        &self,
        _right: &Right,
        after: Option<&TaskId>,
        limit: usize,
    ) -> Result<Vec<TaskId>> {
        let all = self.0.lock().iter().cloned().collect();
        Ok(page_of(all, after, limit))
    }
}

/// Sorts names without regard to case.
pub(super) struct SortsWithoutCase;

impl Rules for SortsWithoutCase {
    fn task_ids_after(
        &self,
        right: &Right,
        after: Option<&TaskId>,
        limit: usize,
    ) -> Result<Vec<TaskId>> {
        let mut tasks = right.task_ids()?;
        tasks.sort_by_key(|task| task.to_lowercase());
        Ok(page_of(tasks, after, limit))
    }
}

/// Leaves the tracks without the field out.
pub(super) struct HidesMissingValues;

impl Rules for HidesMissingValues {
    fn groups(&self, right: &Right, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        let mut groups = right.groups(query, grouping)?;
        groups.retain(|group| *group.key() != GroupKey::Field(None));
        Ok(groups)
    }
}

/// Counts by the day in UTC, whatever the zone.
pub(super) struct DaysAreInUtc;

impl Rules for DaysAreInUtc {
    fn groups(&self, right: &Right, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        let in_utc = |by: &GroupBy| match by {
            GroupBy::Day(_) => GroupBy::Day(Zone::utc()),
            other => other.clone(),
        };
        let first = in_utc(grouping.first());
        right.groups(
            query,
            &match grouping.second() {
                Some(second) => first.and(in_utc(second)),
                None => first.into(),
            },
        )
    }
}

/// Puts the largest group first.
pub(super) struct LargestGroupFirst;

impl Rules for LargestGroupFirst {
    fn groups(&self, right: &Right, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        Ok(Group::largest(right.groups(query, grouping)?, usize::MAX))
    }
}
