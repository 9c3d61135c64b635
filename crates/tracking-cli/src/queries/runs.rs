//! Runs with their numbers of tracks.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use tracking_core::{
    Group, GroupBy, GroupKey, Grouping, Order, Query, Run, RunId, RunQuery, RunSelector,
    TrackingStorage, TrackingStorageExt,
};
use tracking_views::RunRow;

use crate::pages::each_runs;

/// Which runs to list.
#[derive(Debug)]
pub(crate) struct RunsRequest {
    /// State, start and cursor; its limit is ignored.
    pub(crate) runs: RunQuery,
    /// If given, a run must have a matching track, or be started for a matching task.
    pub(crate) tracks: Option<Query>,
    /// The most runs to list.
    pub(crate) limit: usize,
}

/// Calls a function with each run, and returns the last one if there are more.
pub(crate) fn each_run(
    store: &dyn TrackingStorage,
    request: &RunsRequest,
    mut take: impl FnMut(RunRow) -> Result<()>,
) -> Result<Option<RunId>> {
    let having = match &request.tracks {
        Some(tracks) => Some(ids(&store.groups(tracks, &GroupBy::Run.into())?)),
        None => None,
    };
    let tasks = request.tracks.as_ref().and_then(Query::task_filter);
    let wanted = |run: &Run| {
        having.as_ref().is_none_or(|having| {
            let task = run.task().zip(tasks);
            having.contains(&run.id()) || task.is_some_and(|(task, tasks)| tasks.matches(task))
        })
    };
    let (mut left, mut last, mut more) = (request.limit, None, false);
    each_runs(store, &request.runs, |mut runs| {
        runs.retain(wanted);
        more |= runs.len() > left;
        runs.truncate(left);
        left -= runs.len();
        last = runs.last().map(Run::id).or(last);
        counted(store, runs)?.into_iter().try_for_each(&mut take)?;
        Ok(!more)
    })?;
    Ok(last.filter(|_| more))
}

/// How many of the latest tracks are searched for their runs.
const MAX_LATEST: usize = 10_000;

/// The runs of the latest tracks, the latest first, at most `limit`. If the latest 10,000 tracks
/// have fewer runs, the ones with the most tracks follow.
pub(crate) fn latest_runs(
    store: &dyn TrackingStorage,
    query: &Query,
    limit: usize,
) -> Result<Vec<RunId>> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let (mut runs, mut seen) = (Vec::new(), BTreeSet::new());
    let latest = query.clone().order(Order::TimeDescending).limit(MAX_LATEST);
    let mut tracks = 0;
    store.for_each(&latest, |track| {
        tracks += 1;
        if runs.len() < limit && seen.insert(track.run()) {
            runs.push(track.run());
        }
    })?;
    if runs.len() < limit && tracks == MAX_LATEST {
        let largest = store.groups(query, &Grouping::from(GroupBy::Run).top(limit))?;
        let others = largest.iter().filter_map(|group| match group.key() {
            GroupKey::Run(run) => Some(*run),
            _ => None,
        });
        runs.extend(others.filter(|run| seen.insert(*run)));
        runs.truncate(limit);
    }
    Ok(runs)
}

/// The newest of the runs that were counted by, with those counts.
pub(crate) fn run_rows(
    store: &dyn TrackingStorage,
    groups: &[Group],
    limit: usize,
) -> Result<Vec<RunRow>> {
    let counts = counts(groups);
    let mut rows = Vec::new();
    for (run, count) in counts.into_iter().rev().take(limit) {
        let run = store.run(&RunSelector::Id(run))?;
        rows.extend(run.map(|run| RunRow::new(run).with_count(count)));
    }
    Ok(rows)
}

fn counted(store: &dyn TrackingStorage, runs: Vec<Run>) -> Result<Vec<RunRow>> {
    let query = Query::all().runs(runs.iter().map(Run::id));
    let counts = counts(&store.groups(&query, &GroupBy::Run.into())?);
    let row = |run: Run| {
        let count = counts.get(&run.id()).copied().unwrap_or(0);
        RunRow::new(run).with_count(count)
    };
    Ok(runs.into_iter().map(row).collect())
}

fn counts(groups: &[Group]) -> BTreeMap<RunId, u64> {
    let entry = |group: &Group| match group.key() {
        GroupKey::Run(run) => Some((*run, group.count())),
        _ => None,
    };
    groups.iter().filter_map(entry).collect()
}

fn ids(groups: &[Group]) -> BTreeSet<RunId> {
    counts(groups).into_keys().collect()
}
