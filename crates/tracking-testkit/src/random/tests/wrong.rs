//! A model that is wrong in one thing.

use tracking_core::{
    Batch, Checkpoint, CheckpointName, Counters, Cursor, Erasure, Field, Group, Grouping, Key,
    KeyUse, NewTrack, Operation, Outcome, Query, Record, RecordVisitor, Removal, RemovalTarget,
    Removed, Result, Retention, Run, RunChoice, RunId, RunQuery, RunSelector, RunSummary, SaveMode,
    TaskId, TimeRange, Timestamp, Track, TrackId, TrackingStorage, TrackingStorageExt, UserName,
    Visitor,
};

use crate::{Model, Setup};

/// What it does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fault {
    KeepsNoKeys,
    MergesInsteadOfReplacing,
    CountsUpToTheLimit,
    TakesTheHighestIdForTheLast,
    TellsWhereToGoOnAtTheEnd,
    ExpiresRunsTouchedJustThen,
    PrunesTheNewestFirst,
    RenamesNobodyToNobody,
    ForgetsCheckpoints,
    LosesCountersOnRestore,
    ShowsTheKeyItGoesOnAfter,
    KeepsEmptyRuns,
    CountsTasksForUsers,
}

pub(super) const FAULTS: [Fault; 13] = [
    Fault::KeepsNoKeys,
    Fault::MergesInsteadOfReplacing,
    Fault::CountsUpToTheLimit,
    Fault::TakesTheHighestIdForTheLast,
    Fault::TellsWhereToGoOnAtTheEnd,
    Fault::ExpiresRunsTouchedJustThen,
    Fault::PrunesTheNewestFirst,
    Fault::RenamesNobodyToNobody,
    Fault::ForgetsCheckpoints,
    Fault::LosesCountersOnRestore,
    Fault::ShowsTheKeyItGoesOnAfter,
    Fault::KeepsEmptyRuns,
    Fault::CountsTasksForUsers,
];

#[derive(Debug)]
pub(super) struct Wrong(Model, Fault);

impl Wrong {
    pub(super) fn new(setup: Setup, fault: Fault) -> Self {
        Self(Model::with_indexes(setup.clock, setup.indexes), fault)
    }

    fn is(&self, fault: Fault) -> bool {
        self.1 == fault
    }

    fn altered(&self, operation: &Operation) -> Operation {
        let Operation::Save(track) = operation else {
            return operation.clone();
        };
        if self.is(Fault::MergesInsteadOfReplacing) && track.mode() == SaveMode::Replace {
            return Operation::Save(track.clone().updating(SaveMode::Merge));
        }
        if self.is(Fault::KeepsNoKeys) {
            let (task, user, data) = (track.task(), track.user(), track.data());
            let plain = NewTrack::new(task, user, data).unwrap();
            let plain = plain.in_run(track.run()).updating(track.mode());
            return Operation::Save(match track.time() {
                Some(time) => plain.at(time),
                None => plain,
            });
        }
        operation.clone()
    }
}

macro_rules! right {
    ($(fn $method:ident(&self $(, $arg:ident: $type:ty)*) -> $result:ty;)*) => {
        $(fn $method(&self $(, $arg: $type)*) -> $result { self.0.$method($($arg),*) })*
    };
}

impl TrackingStorage for Wrong {
    right! {
        fn track(&self, id: TrackId) -> Result<Option<Track>>;
        fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>>;
        fn runs(&self, query: &RunQuery) -> Result<Vec<Run>>;
        fn run(&self, run: &RunSelector) -> Result<Option<Run>>;
        fn count_runs(&self, query: &RunQuery) -> Result<u64>;
        fn run_groups(&self, query: &RunQuery, grouping: &Grouping) -> Result<Vec<Group>>;
        fn indexes(&self) -> Result<Vec<Field>>;
        fn add_index(&self, field: &Field) -> Result<bool>;
        fn drop_index(&self, field: &Field) -> Result<bool>;
        fn reindex(&self) -> Result<()>;
        fn checkpoints_after(&self, after: Option<&CheckpointName>, limit: usize) -> Result<Vec<Checkpoint>>;
        fn key_use(&self, key: &Key) -> Result<Option<KeyUse>>;
        fn counters(&self) -> Result<Counters>;
    }

    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        let mut bent: Batch = batch
            .operations()
            .iter()
            .map(|op| self.altered(op))
            .collect();
        for moved in batch.checkpoints() {
            bent = bent.with_checkpoint_if(moved.from().clone(), moved.to().clone());
        }
        self.0.apply(&bent)
    }

    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>> {
        if self.is(Fault::TakesTheHighestIdForTheLast) {
            return Ok(self.0.user_tracks(task, run, user)?.pop());
        }
        self.0.last_track(task, run, user)
    }

    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        let mut last = None;
        let next = self.0.visit(query, &mut |track| {
            last = Some(Cursor::after(query.track_order(), track.time(), track.id()));
            visitor(track)
        })?;
        let at_the_end = self.is(Fault::TellsWhereToGoOnAtTheEnd);
        Ok(if at_the_end { next.or(last) } else { next })
    }

    fn count(&self, query: &Query) -> Result<u64> {
        let count = self.0.count(query)?;
        let limit = query
            .max_tracks()
            .filter(|_| self.is(Fault::CountsUpToTheLimit));
        Ok(limit.map_or(count, |limit| count.min(limit as u64)))
    }

    fn expire_runs_before(&self, untouched_since: Timestamp, limit: usize) -> Result<Vec<RunId>> {
        let inclusive = self.is(Fault::ExpiresRunsTouchedJustThen);
        let microsecond = chrono::TimeDelta::microseconds(i64::from(inclusive));
        self.0
            .expire_runs_before(untouched_since.saturating_add(microsecond), limit)
    }

    fn run_summary(&self, run: RunId) -> Result<Option<RunSummary>> {
        let mut found = self.0.run_summary(run)?;
        if self.is(Fault::CountsTasksForUsers)
            && let Some(summary) = &mut found
        {
            summary.users = summary.tasks;
        }
        Ok(found)
    }

    fn remove_by(&self, removal: &Removal) -> Result<Removed> {
        if self.is(Fault::KeepsEmptyRuns)
            && let RemovalTarget::Tracks(query) = removal.target()
        {
            return self.0.remove_by(&Removal::tracks(query.clone()));
        }
        self.0.remove_by(removal)
    }

    fn prune(&self, retention: &Retention) -> Result<u64> {
        match (
            retention.oldest_kept(),
            retention.kept_per_user(),
            retention.max_removed(),
        ) {
            (Some(time), None, Some(limit)) if self.is(Fault::PrunesTheNewestFirst) => {
                let old = Query::all().within(TimeRange::before(time));
                let newest = old.order(tracking_core::Order::IdDescending).limit(limit);
                self.0.remove_matching(&newest)
            }
            _ => self.0.prune(retention),
        }
    }

    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        if from == to && self.is(Fault::RenamesNobodyToNobody) {
            return Ok(Erasure::complete(0));
        }
        self.0.rename_user(from, to)
    }

    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        let found = self.0.checkpoint(name)?;
        Ok(found.filter(|_| !self.is(Fault::ForgetsCheckpoints)))
    }

    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>> {
        let mut uses = self.0.key_uses(after, limit)?;
        // Not where nothing is left: a walk over all keys would never end.
        let wrong = self.is(Fault::ShowsTheKeyItGoesOnAfter) && !uses.is_empty();
        if let Some(after) = after.filter(|_| wrong) {
            uses.splice(0..0, self.0.key_use(after)?);
            uses.truncate(limit);
        }
        Ok(uses)
    }

    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        self.0.export(visitor)
    }

    fn restore(&self, records: &[Record]) -> Result<()> {
        let loses = self.is(Fault::LosesCountersOnRestore);
        let kept = |record: &&Record| !(loses && matches!(record, Record::Counters(_)));
        let records: Vec<Record> = records.iter().filter(kept).cloned().collect();
        self.0.restore(&records)
    }
}
