//! Questions, answered by looking at everything.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use tracking_core::{
    Cursor, Error, Group, GroupBy, GroupKey, Grouping, Order, Query, Result, Run, RunChoice, RunId,
    RunQuery, RunSelector, RunSummary, TaskId, Timestamp, Track, UserName,
};

use super::state::State;

impl State {
    /// The tracks that meet a query's criteria, by id.
    pub(super) fn matching<'s>(&'s self, query: &Query) -> impl Iterator<Item = &'s Track> {
        let query = query.clone();
        self.tracks
            .values()
            .filter(move |track| query.matches(&track.as_ref()))
    }

    /// The tracks that a query asks for from its cursor on, in its order, whatever its limit.
    pub(super) fn rest(&self, query: &Query) -> Result<Vec<Track>> {
        let cursor = query.cursor()?;
        let after =
            |track: &&Track| cursor.is_none_or(|cursor| cursor.is_before(track.time(), track.id()));
        let mut tracks: Vec<Track> = self.matching(query).filter(after).cloned().collect();
        match query.track_order() {
            Order::Id => tracks.sort_by_key(Track::id),
            Order::IdDescending => tracks.sort_by_key(|track| Reverse(track.id())),
            Order::Time => tracks.sort_by_key(|track| (track.time(), track.id())),
            Order::TimeDescending => {
                tracks.sort_by_key(|track| Reverse((track.time(), track.id())));
            }
            other => return Err(Error::unsupported(format!("sort by {other:?}"))),
        }
        Ok(tracks)
    }

    pub(super) fn groups(&self, query: &Query, grouping: &Grouping) -> Vec<Group> {
        let key = |track: &&Track, by: &GroupBy| Ok(by.key_of(&track.as_ref()));
        count(self.matching(query), grouping, key).unwrap_or_default()
    }

    pub(super) fn run_groups(&self, query: &RunQuery, grouping: &Grouping) -> Result<Vec<Group>> {
        let runs = self.matching_runs(&query.clone().criteria_only());
        let key = |run: &Run, by: &GroupBy| match by {
            GroupBy::Task => Ok(run.task().cloned().map_or(GroupKey::NoTask, GroupKey::Task)),
            GroupBy::User | GroupBy::Run | GroupBy::Field(_) => {
                Err(Error::unsupported(format!("group runs by {by}")))
            }
            period => period.period_of(run.start()).ok_or_else(Error::feed_off),
        };
        // What cannot be counted is an error also where there is nothing to count.
        let never = Run::new(RunId::FIRST, None, Timestamp::EPOCH, Timestamp::EPOCH);
        count([never], grouping, key)?;
        count(runs, grouping, key)
    }

    /// A run, and what its tracks add up to.
    pub(super) fn run_summary(&self, run: RunId) -> Option<RunSummary> {
        let mut summary = RunSummary::empty(self.runs.get(&run)?.clone());
        let tracks = self.tracks.values().filter(|track| track.run() == run);
        let tracks: Vec<&Track> = tracks.collect();
        let tasks: BTreeSet<&TaskId> = tracks.iter().map(|track| track.task()).collect();
        let users: BTreeSet<&UserName> = tracks.iter().map(|track| track.user()).collect();
        let mut times: Vec<Timestamp> = tracks.iter().map(|track| track.time()).collect();
        times.sort_unstable();
        summary.tracks = tracks.len() as u64;
        (summary.tasks, summary.users) = (tasks.len() as u64, users.len() as u64);
        summary.times = times.first().copied().zip(times.last().copied());
        Some(summary)
    }

    /// The run that is meant; outside a batch no run has been started by one.
    pub(super) fn select_run(&self, run: &RunSelector) -> Option<&Run> {
        match run {
            RunSelector::Id(id) => self.runs.get(id),
            RunSelector::CurrentOf(task) => self.current_run_of(task),
            _ => None,
        }
    }

    pub(super) fn matching_runs(&self, query: &RunQuery) -> Vec<Run> {
        let limit = query.max_runs().unwrap_or(usize::MAX);
        let runs = self.runs.values().filter(|run| query.matches(run));
        runs.take(limit).cloned().collect()
    }

    pub(super) fn last_track(
        &self,
        task: &TaskId,
        run: RunChoice,
        user: &UserName,
        now: Timestamp,
    ) -> Option<&Track> {
        let run: RunId = match run {
            RunChoice::Current => self.current_run_of(task)?.id(),
            RunChoice::Id(run) => run,
            RunChoice::Session(gap) => self.session_of(user, now, gap)?,
            _ => return None,
        };
        self.last_of(task, run, user)
    }
}

/// Counts items by their keys: the groups that a grouping selects, in its order.
fn count<T>(
    things: impl IntoIterator<Item = T>,
    grouping: &Grouping,
    key: impl Fn(&T, &GroupBy) -> Result<GroupKey>,
) -> Result<Vec<Group>> {
    let mut things_of = BTreeMap::<_, Vec<T>>::new();
    for thing in things {
        let first = key(&thing, grouping.first())?;
        let second = grouping.second().map(|by| key(&thing, by)).transpose()?;
        let keys = (first, second);
        things_of.entry(keys).or_default().push(thing);
    }
    let mut groups: Vec<Group> = Vec::new();
    for ((first, second), things) in things_of {
        let mut distinct = Vec::new();
        for by in grouping.distinct() {
            let keys: Result<BTreeSet<GroupKey>> = things.iter().map(|t| key(t, by)).collect();
            // Tracks without a data field have no value of it, and some runs have no task.
            let is_value =
                |key: &&GroupKey| !matches!(key, GroupKey::Field(None) | GroupKey::NoTask);
            distinct.push(keys?.iter().filter(is_value).count() as u64);
        }
        let group = Group::new(first, second, things.len() as u64);
        groups.push(group.with_distinct(distinct));
    }
    Ok(select_groups(groups, grouping))
}

/// The groups that a grouping selects, in its order.
fn select_groups(mut groups: Vec<Group>, grouping: &Grouping) -> Vec<Group> {
    if grouping.is_largest_first() {
        // The sort is stable: groups of one size stay in the order of their keys.
        groups.sort_by_key(|group| Reverse(group.count()));
    }
    let sort_key = |group: &Group| {
        let size = if grouping.is_largest_first() {
            group.count()
        } else {
            0
        };
        (
            Reverse(size),
            group.key().clone(),
            group.second_key().cloned(),
        )
    };
    if let Some(before) = grouping.group_before().map(sort_key) {
        groups.retain(|group| sort_key(group) > before);
    }
    groups.truncate(grouping.max_groups().unwrap_or(usize::MAX));
    groups
}

/// The place after the last track that was visited, where tracks are left.
pub(super) fn next_place(query: &Query, rest: &[Track], visited: usize) -> Result<Option<Cursor>> {
    let Some(last) = visited.checked_sub(1) else {
        // Nothing was visited: there was nothing, or the limit is 0.
        let none_wanted = query.max_tracks() == Some(0);
        return if none_wanted {
            query.cursor()
        } else {
            Ok(None)
        };
    };
    let last = rest.get(last).filter(|_| visited < rest.len());
    Ok(last.map(|last| Cursor::after(query.track_order(), last.time(), last.id())))
}
