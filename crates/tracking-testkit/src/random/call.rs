//! Calls as values.

use std::ops::ControlFlow;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use tracking_core::{
    Batch, CheckpointName, Cursor, Field, Grouping, Key, ManualClock, NewRun, NewTrack, Query,
    Record, Removal, Removed, Result, Retention, RunChoice, RunId, RunQuery, RunSelector,
    SessionGap, StopRun, TaskId, Timestamp, TrackId, TrackUpdate, TrackingStorage,
    TrackingStorageExt, UserName, Wipe,
};

use super::answer::Answer;

/// One call of a store, or a move of its clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Call {
    /// Moves the clock by so many microseconds, also backwards.
    Tick(i64),
    /// [`TrackingStorage::apply`]
    Apply(Batch),
    /// [`TrackingStorage::apply_delayed`]
    ApplyDelayed(Batch),
    /// [`TrackingStorage::flush`]
    Flush,
    /// [`TrackingStorage::save`]
    Save(NewTrack),
    /// [`TrackingStorage::update`]
    Update(TrackUpdate),
    /// [`TrackingStorage::remove`]
    Remove(TrackId),
    /// [`TrackingStorage::start_run`]
    StartRun(NewRun),
    /// [`TrackingStorage::stop_run`]
    StopRun(StopRun),
    /// [`TrackingStorageExt::expire_runs`]
    ExpireRuns(Timestamp),
    /// [`TrackingStorage::expire_runs_before`]
    ExpireRunsBefore(Timestamp, usize),
    /// [`TrackingStorage::remove_by`]
    RemoveBy(Removal),
    /// [`TrackingStorage::remove_matching`]
    RemoveMatching(Query),
    /// [`TrackingStorage::prune`]
    Prune(Retention),
    /// [`TrackingStorage::erase_user`]
    EraseUser(UserName),
    /// [`TrackingStorage::rename_user`]
    RenameUser(UserName, UserName),
    /// [`TrackingStorage::add_index`]
    AddIndex(Field),
    /// [`TrackingStorage::drop_index`]
    DropIndex(Field),
    /// [`TrackingStorage::reindex`]
    Reindex,
    /// [`TrackingStorage::restore`]
    Restore(Vec<Record>),
    /// [`TrackingStorage::restore_delayed`]
    RestoreDelayed(Vec<Record>),
    /// [`TrackingStorage::track`]
    Track(TrackId),
    /// [`TrackingStorage::last_track`]
    LastTrack(TaskId, RunChoice, UserName),
    /// [`TrackingStorage::visit`], stopped early after so many tracks if a number is given.
    Visit(Query, Option<usize>),
    /// [`TrackingStorage::visit`] in pages of so many tracks, each from where the one before
    /// ended.
    Pages(Query, usize),
    /// [`TrackingStorage::count`]
    Count(Query),
    /// [`TrackingStorage::groups`]
    Groups(Query, Grouping),
    /// [`TrackingStorageExt::task_ids`]
    TaskIds,
    /// [`TrackingStorageExt::user_names`]
    UserNames(Option<TaskId>),
    /// [`TrackingStorage::task_ids_after`]
    TaskIdsAfter(Option<TaskId>, usize),
    /// [`TrackingStorage::user_names_after`]
    UserNamesAfter(Option<TaskId>, Option<UserName>, usize),
    /// [`TrackingStorage::run`]
    Run(RunSelector),
    /// [`TrackingStorage::session_run`]
    SessionRun(UserName, Timestamp, SessionGap),
    /// [`TrackingStorage::runs`]
    Runs(RunQuery),
    /// [`TrackingStorage::count_runs`]
    CountRuns(RunQuery),
    /// [`TrackingStorage::run_groups`]
    RunGroups(RunQuery, Grouping),
    /// [`TrackingStorage::run_summary`]
    RunSummary(RunId),
    /// [`TrackingStorage::indexes`]
    Indexes,
    /// [`TrackingStorage::checkpoint`]
    Checkpoint(CheckpointName),
    /// [`TrackingStorageExt::checkpoints`]
    Checkpoints,
    /// [`TrackingStorage::checkpoints_after`]
    CheckpointsAfter(Option<CheckpointName>, usize),
    /// [`TrackingStorage::key_use`]
    KeyUse(Key),
    /// [`TrackingStorage::key_uses`]
    KeyUses(Option<Key>, usize),
    /// [`TrackingStorage::counters`]
    Counters,
}

/// No store of a test has so many pages; one that does goes round in circles.
const MAX_PAGES: usize = 1_000;

impl Call {
    /// Makes the call of a store that goes by this clock.
    ///
    /// # Errors
    ///
    /// Whatever the store reports.
    pub fn make(&self, store: &dyn TrackingStorage, clock: &ManualClock) -> Result<Answer> {
        match self.clone() {
            Self::Tick(micros) => {
                clock.advance(TimeDelta::microseconds(micros));
                Ok(Answer::Done)
            }
            Self::Apply(batch) => store.apply(&batch).map(Answer::Outcomes),
            Self::ApplyDelayed(batch) => store.apply_delayed(&batch).map(Answer::Outcomes),
            Self::Flush => store.flush().map(|()| Answer::Done),
            Self::Save(track) => store.save(track).map(Answer::Saved),
            Self::Update(update) => store.update(update).map(|()| Answer::Done),
            Self::Remove(id) => store.remove(id).map(Answer::Whether),
            Self::StartRun(run) => store.start_run(run).map(|run| Answer::RunIds(vec![run])),
            Self::StopRun(stop) => {
                let stopped = store.stop_run(stop)?;
                Ok(Answer::RunIds(stopped.into_iter().collect()))
            }
            Self::ExpireRuns(time) => store.expire_runs(time).map(Answer::RunIds),
            Self::ExpireRunsBefore(time, limit) => {
                store.expire_runs_before(time, limit).map(Answer::RunIds)
            }
            Self::RemoveBy(removal) => store.remove_by(&removal).map(|removed| {
                // A store on a server need not wipe what the server keeps.
                Answer::Removed(match removed.wipe {
                    Wipe::Deleted(_) => Removed::new(removed.tracks, removed.runs),
                    _ => removed,
                })
            }),
            Self::RemoveMatching(query) => store.remove_matching(&query).map(Answer::Count),
            Self::Prune(retention) => store.prune(&retention).map(Answer::Count),
            Self::EraseUser(user) => store
                .erase_user(&user)
                .map(|erased| Answer::Count(erased.tracks)),
            Self::RenameUser(from, to) => store
                .rename_user(&from, &to)
                .map(|renamed| Answer::Count(renamed.tracks)),
            Self::AddIndex(field) => store.add_index(&field).map(Answer::Whether),
            Self::DropIndex(field) => store.drop_index(&field).map(Answer::Whether),
            Self::Reindex => store.reindex().map(|()| Answer::Done),
            Self::Restore(records) => store.restore(&records).map(|()| Answer::Done),
            Self::RestoreDelayed(records) => store.restore_delayed(&records).map(|()| Answer::Done),
            question => question.ask(store),
        }
    }

    /// Returns whether it only asks, and changes neither the store nor its clock.
    pub fn is_read(&self) -> bool {
        matches!(
            self,
            Self::Track(_)
                | Self::LastTrack(..)
                | Self::Visit(..)
                | Self::Pages(..)
                | Self::Count(_)
                | Self::Groups(..)
                | Self::TaskIds
                | Self::UserNames(_)
                | Self::TaskIdsAfter(..)
                | Self::UserNamesAfter(..)
                | Self::Run(_)
                | Self::SessionRun(..)
                | Self::Runs(_)
                | Self::CountRuns(_)
                | Self::RunGroups(..)
                | Self::RunSummary(_)
                | Self::Indexes
                | Self::Checkpoint(_)
                | Self::Checkpoints
                | Self::CheckpointsAfter(..)
                | Self::KeyUse(_)
                | Self::KeyUses(..)
                | Self::Counters
        )
    }

    fn ask(&self, store: &dyn TrackingStorage) -> Result<Answer> {
        match self {
            Self::Track(id) => store.track(*id).map(Answer::Track),
            Self::LastTrack(task, run, user) => {
                store.last_track(task, *run, user).map(Answer::Track)
            }
            Self::Visit(query, limit) => visit(store, query, *limit),
            Self::Pages(query, size) => pages(store, query, *size),
            Self::Count(query) => store.count(query).map(Answer::Count),
            Self::Groups(query, grouping) => store.groups(query, grouping).map(Answer::Groups),
            Self::TaskIds => store.task_ids().map(Answer::Tasks),
            Self::UserNames(task) => store.user_names(task.as_ref()).map(Answer::Users),
            Self::TaskIdsAfter(after, limit) => {
                let names = store.task_ids_after(after.as_ref(), *limit);
                names.map(Answer::Tasks)
            }
            Self::UserNamesAfter(task, after, limit) => {
                let names = store.user_names_after(task.as_ref(), after.as_ref(), *limit);
                names.map(Answer::Users)
            }
            Self::Run(run) => store
                .run(run)
                .map(|run| Answer::Runs(run.into_iter().collect())),
            Self::SessionRun(user, time, gap) => store
                .session_run(user, *time, *gap)
                .map(|run| Answer::Runs(run.into_iter().collect())),
            Self::Runs(query) => store.runs(query).map(Answer::Runs),
            Self::CountRuns(query) => store.count_runs(query).map(Answer::Count),
            Self::RunGroups(query, by) => store.run_groups(query, by).map(Answer::Groups),
            Self::RunSummary(run) => store.run_summary(*run).map(Answer::Summary),
            Self::Indexes => store.indexes().map(Answer::Indexes),
            Self::Checkpoint(name) => {
                let checkpoint = store.checkpoint(name)?;
                Ok(Answer::Checkpoints(checkpoint.into_iter().collect()))
            }
            Self::Checkpoints => store.checkpoints().map(Answer::Checkpoints),
            Self::CheckpointsAfter(after, limit) => {
                let found = store.checkpoints_after(after.as_ref(), *limit);
                found.map(Answer::Checkpoints)
            }
            Self::KeyUse(key) => {
                let used = store.key_use(key)?;
                Ok(Answer::Keys(used.into_iter().collect()))
            }
            Self::KeyUses(after, limit) => store.key_uses(after.as_ref(), *limit).map(Answer::Keys),
            _ => store.counters().map(Answer::Counters),
        }
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| format!("{self:?}"))
    }
}

fn visit(store: &dyn TrackingStorage, query: &Query, limit: Option<usize>) -> Result<Answer> {
    let mut tracks = Vec::new();
    let next: Option<Cursor> = store.visit(query, &mut |track| {
        tracks.push(track.to_track());
        if limit.is_some_and(|limit| tracks.len() >= limit) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok(Answer::Tracks(tracks, next))
}

fn pages(store: &dyn TrackingStorage, query: &Query, size: usize) -> Result<Answer> {
    let mut query = query.clone().limit(size.max(1));
    let mut tracks = Vec::new();
    let mut next = None;
    for _ in 0..MAX_PAGES {
        let mut page = store.page(&query)?;
        tracks.append(&mut page.tracks);
        next = page.next;
        match next {
            Some(cursor) => query = query.after(cursor),
            None => break,
        }
    }
    Ok(Answer::Tracks(tracks, next))
}
