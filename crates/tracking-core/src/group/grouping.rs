//! What is counted by, and which of the groups are wanted.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Group, GroupBy, GroupKey};
use crate::{Result, Run, RunId, Timestamp, TrackRef};

/// One or two things that tracks are counted by, and which of the groups are wanted.
///
/// Without more, all groups come, in the order of their keys. Where there may be many, take the
/// largest ones, or page by page: set a limit, and go on after the last group that came.
///
/// ```
/// use tracking_core::{GroupBy, Grouping, Zone};
///
/// let users_per_day = Grouping::from(GroupBy::Day(Zone::utc())).counting(GroupBy::User);
/// let largest_tasks = Grouping::from(GroupBy::Task).top(10);
/// assert_eq!(largest_tasks.max_groups(), Some(10));
/// # let _ = users_per_day;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[must_use]
pub struct Grouping {
    first: GroupBy,
    second: Option<GroupBy>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    distinct: Vec<GroupBy>,
    #[serde(default, skip_serializing_if = "is_false")]
    largest_first: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Box<Group>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What is asked for.
impl Grouping {
    pub(super) fn new(first: GroupBy, second: Option<GroupBy>) -> Self {
        Self {
            first,
            second,
            distinct: Vec::new(),
            largest_first: false,
            after: None,
            limit: None,
        }
    }

    /// Also counts how many different things of a kind the tracks of each group have: users
    /// per day, tasks per user. May be given several times. Tracks without a data field have
    /// no value of it.
    pub fn counting(mut self, different: GroupBy) -> Self {
        self.distinct.push(different);
        self
    }

    /// The groups with the most tracks first, and of equal ones those that sort first.
    pub fn largest_first(self) -> Self {
        Self {
            largest_first: true,
            ..self
        }
    }

    /// Only the groups with the most tracks, the largest first.
    pub fn top(self, limit: usize) -> Self {
        self.largest_first().limit(limit)
    }

    /// Only the groups that come after this one, which need not be there any more.
    pub fn after(self, group: Group) -> Self {
        Self {
            after: Some(Box::new(group)),
            ..self
        }
    }

    /// At most so many groups.
    pub fn limit(self, limit: usize) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }
}

/// What has been asked for.
impl Grouping {
    /// What is counted by first.
    pub fn first(&self) -> &GroupBy {
        &self.first
    }

    /// What is counted by within each of the first, if anything.
    pub fn second(&self) -> Option<&GroupBy> {
        self.second.as_ref()
    }

    /// Of what the different ones are counted, too.
    pub fn distinct(&self) -> &[GroupBy] {
        &self.distinct
    }

    /// Whether the largest groups come first.
    pub fn is_largest_first(&self) -> bool {
        self.largest_first
    }

    /// The group after which to go on.
    pub fn group_before(&self) -> Option<&Group> {
        self.after.as_deref()
    }

    /// How many groups at most.
    pub fn max_groups(&self) -> Option<usize> {
        self.limit
    }

    /// The group that a track belongs to; every store may use this.
    pub fn keys_of(&self, track: &TrackRef<'_>) -> (GroupKey, Option<GroupKey>) {
        (
            self.first.key_of(track),
            self.second.as_ref().map(|second| second.key_of(track)),
        )
    }

    /// Counts tracks: the groups that are wanted, in their order. A store may use this that
    /// knows no faster way.
    pub fn count<'t>(&self, tracks: impl IntoIterator<Item = TrackRef<'t>>) -> Vec<Group> {
        let mut counter = GroupCounter::default();
        for track in tracks {
            let distinct = self.distinct.iter().map(|by| by.key_of(&track));
            counter.add(self.keys_of(&track), distinct);
        }
        self.select(counter.finish())
    }

    /// Counts runs: the groups that are wanted, in their order. Every store may use this; it
    /// takes runs one by one.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`](crate::Error::Unsupported) for what runs do not have: user, run,
    /// data field.
    pub fn count_runs<R: Borrow<Run>>(
        &self,
        runs: impl IntoIterator<Item = R>,
    ) -> Result<Vec<Group>> {
        self.check_for_runs()?;
        let mut counter = GroupCounter::default();
        for run in runs {
            let run = run.borrow();
            let first = self.first.key_of_run(run)?;
            let second = self.second.as_ref().map(|by| by.key_of_run(run));
            let distinct: Result<Vec<_>> =
                self.distinct.iter().map(|by| by.key_of_run(run)).collect();
            counter.add((first, second.transpose()?), distinct?.into_iter());
        }
        Ok(self.select(counter.finish()))
    }

    /// Refuses what runs cannot be counted by, also where there are none.
    fn check_for_runs(&self) -> Result<()> {
        let by = [&self.first].into_iter().chain(&self.second);
        let run = Run::new(RunId::FIRST, None, Timestamp::EPOCH, Timestamp::EPOCH);
        by.chain(&self.distinct)
            .try_for_each(|by| by.key_of_run(&run).map(drop))
    }

    /// In which order two groups come.
    pub fn compare(&self, a: &Group, b: &Group) -> Ordering {
        if self.largest_first {
            a.by_size(b)
        } else {
            a.by_key(b)
        }
    }

    /// Of all groups those that are wanted, in the order in which they are. Every store may use
    /// this.
    pub fn select(&self, mut groups: Vec<Group>) -> Vec<Group> {
        if let Some(before) = &self.after {
            groups.retain(|group| self.compare(before, group).is_lt());
        }
        if let Some(limit) = self.limit.filter(|limit| *limit < groups.len()) {
            groups.select_nth_unstable_by(limit, |a, b| self.compare(a, b));
            groups.truncate(limit);
        }
        groups.sort_unstable_by(|a, b| self.compare(a, b));
        groups
    }
}

/// Groups while they are counted: how often each came, and the different keys within it.
#[derive(Debug, Default)]
struct GroupCounter {
    groups: BTreeMap<(GroupKey, Option<GroupKey>), CountedGroup>,
}

/// How often a group came, and for each distinct count the keys that were seen.
type CountedGroup = (u64, Vec<BTreeSet<GroupKey>>);

impl GroupCounter {
    fn add(
        &mut self,
        keys: (GroupKey, Option<GroupKey>),
        distinct: impl ExactSizeIterator<Item = GroupKey>,
    ) {
        let (count, different) = self.groups.entry(keys).or_default();
        *count += 1;
        different.resize_with(distinct.len(), BTreeSet::new);
        for (seen, key) in different.iter_mut().zip(distinct) {
            // Tracks without a data field have no value of it, and runs of no task no task.
            if !matches!(key, GroupKey::Field(None) | GroupKey::NoTask) {
                seen.insert(key);
            }
        }
    }

    fn finish(self) -> Vec<Group> {
        let groups = self.groups.into_iter();
        let groups = groups.map(|((first, second), (count, different))| {
            let different = different.iter().map(|seen| seen.len() as u64);
            Group::new(first, second, count).with_distinct(different.collect())
        });
        groups.collect()
    }
}

impl From<GroupBy> for Grouping {
    fn from(first: GroupBy) -> Self {
        Self::new(first, None)
    }
}
