//! Removal, counts and summaries of runs that are wrong.

use tracking_core::{
    ChangeCursor, ChangeKind, ChangePage, Checkpoint, CheckpointName, Group, GroupKey, Grouping,
    Removal, RemovalTarget, Removed, Result, Run, RunId, RunQuery, RunSummary, Timestamp,
};

use super::wrap::{Right, Rules};

/// Removes runs only where they have no tracks.
pub(super) struct RemovesOnlyEmptyRuns;

impl Rules for RemovesOnlyEmptyRuns {
    fn remove_by(&self, right: &Right, removal: &Removal) -> Result<Removed> {
        match removal.target() {
            RemovalTarget::Runs { query, .. } => {
                right.remove_by(&Removal::empty_runs(query.clone()))
            }
            _ => right.remove_by(removal),
        }
    }
}

/// Removes runs with their tracks, also where only those without are asked for.
pub(super) struct RemovesFullRuns;

impl Rules for RemovesFullRuns {
    fn remove_by(&self, right: &Right, removal: &Removal) -> Result<Removed> {
        match removal.target() {
            RemovalTarget::Runs { query, .. } => right.remove_by(&Removal::runs(query.clone())),
            _ => right.remove_by(removal),
        }
    }
}

/// Keeps the runs that a removal of tracks empties.
pub(super) struct KeepsEmptyRuns;

impl Rules for KeepsEmptyRuns {
    fn remove_by(&self, right: &Right, removal: &Removal) -> Result<Removed> {
        match removal.target() {
            RemovalTarget::Tracks(query) => right.remove_by(&Removal::tracks(query.clone())),
            _ => right.remove_by(removal),
        }
    }
}

/// Takes the runs that a removal of tracks empties, also where nobody asks for that.
pub(super) struct AlwaysTakesEmptyRuns;

impl Rules for AlwaysTakesEmptyRuns {
    fn remove_by(&self, right: &Right, removal: &Removal) -> Result<Removed> {
        right.remove_by(&removal.clone().with_empty_runs())
    }
}

/// Takes every run without tracks along, also those that had none before.
pub(super) struct TakesAllEmptyRuns;

impl Rules for TakesAllEmptyRuns {
    fn remove_by(&self, right: &Right, removal: &Removal) -> Result<Removed> {
        let mut removed = right.remove_by(removal)?;
        if removal.removes_empty_runs() {
            let empty = Removal::empty_runs(RunQuery::all());
            removed.runs += right.remove_by(&empty)?.runs;
        }
        Ok(removed)
    }
}

/// Prunes whatever is old, whether it meets the criteria or not.
pub(super) struct PrunesWhateverIsOld;

impl Rules for PrunesWhateverIsOld {
    fn remove_by(&self, right: &Right, removal: &Removal) -> Result<Removed> {
        match removal.target() {
            RemovalTarget::OldTracks { retention, .. } => {
                right.remove_by(&Removal::old_tracks(*retention))
            }
            _ => right.remove_by(removal),
        }
    }
}

/// Does not list that runs were removed.
pub(super) struct HidesRemovedRuns;

impl Rules for HidesRemovedRuns {
    fn changes(
        &self,
        right: &Right,
        after: Option<&ChangeCursor>,
        limit: usize,
    ) -> Result<ChangePage> {
        let mut page = right.changes(after, limit)?;
        page.changes
            .retain(|change| change.kind() != ChangeKind::RunRemoved);
        Ok(page)
    }
}

/// Counts the runs of a page.
pub(super) struct CountsThePageOfRuns;

impl Rules for CountsThePageOfRuns {
    fn count_runs(&self, right: &Right, query: &RunQuery) -> Result<u64> {
        Ok(right.runs(query)?.len() as u64)
    }
}

/// Leaves runs of no task out.
pub(super) struct HidesRunsWithoutATask;

impl Rules for HidesRunsWithoutATask {
    fn run_groups(
        &self,
        right: &Right,
        query: &RunQuery,
        grouping: &Grouping,
    ) -> Result<Vec<Group>> {
        let mut groups = right.run_groups(query, grouping)?;
        groups.retain(|group| *group.key() != GroupKey::NoTask);
        Ok(groups)
    }
}

/// Groups runs by when they ended.
pub(super) struct GroupsRunsByTheirEnd;

impl Rules for GroupsRunsByTheirEnd {
    fn run_groups(
        &self,
        right: &Right,
        query: &RunQuery,
        grouping: &Grouping,
    ) -> Result<Vec<Group>> {
        let runs = right.runs(&query.clone().criteria_only())?;
        let ended = |run: &Run| Run::new(run.id(), run.task().cloned(), run.end(), run.end());
        grouping.count_runs(runs.iter().map(ended))
    }
}

/// Finds no groups where runs cannot be grouped.
pub(super) struct GroupsRunsByAnything;

impl Rules for GroupsRunsByAnything {
    fn run_groups(
        &self,
        right: &Right,
        query: &RunQuery,
        grouping: &Grouping,
    ) -> Result<Vec<Group>> {
        Ok(right.run_groups(query, grouping).unwrap_or_default())
    }
}

/// Tells when a run started for when its first track was.
pub(super) struct SummaryTellsTheStart;

impl Rules for SummaryTellsTheStart {
    fn run_summary(&self, right: &Right, run: RunId) -> Result<Option<RunSummary>> {
        let mut found = right.run_summary(run)?;
        if let Some(summary) = &mut found {
            summary.times = Some((summary.run.start(), summary.run.end()));
        }
        Ok(found)
    }
}

/// Stops all runs that nobody touches, however few are asked for.
pub(super) struct ExpiryIgnoresTheLimit;

impl Rules for ExpiryIgnoresTheLimit {
    fn expire_runs_before(
        &self,
        right: &Right,
        untouched_since: Timestamp,
        _limit: usize,
    ) -> Result<Vec<RunId>> {
        right.expire_runs_before(untouched_since, usize::MAX)
    }
}

/// Continues with the checkpoint that came last.
pub(super) struct PagesOfCheckpointsOverlap;

impl Rules for PagesOfCheckpointsOverlap {
    fn checkpoints_after(
        &self,
        right: &Right,
        after: Option<&CheckpointName>,
        limit: usize,
    ) -> Result<Vec<Checkpoint>> {
        let again = after.map(|name| right.checkpoint(name)).transpose()?;
        let mut found: Vec<Checkpoint> = again.flatten().into_iter().collect();
        found.extend(right.checkpoints_after(after, limit)?);
        found.truncate(limit);
        Ok(found)
    }
}
