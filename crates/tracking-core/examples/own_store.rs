//! A complete store of your own: a few lists behind one lock, every question answered by looking
//! at all of them. Start from it, keep the rules in the comments, and let the suite of
//! `tracking-testkit` tell you whether you did.
//!
//! Run it with `cargo run -p tracking-core --example own_store`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;
use tracking_core::{
    Batch, Checkpoint, CheckpointMove, CheckpointName, Clock, Counters, Cursor, Data, Erasure,
    Error, Field, Fingerprint, Group, Grouping, Key, KeyUse, NewTrack, Operation, Order, Outcome,
    Query, Record, RecordVisitor, Result, Retention, Run, RunChoice, RunId, RunQuery, RunSelector,
    SaveMode, StopRun, SystemClock, TaskId, Timestamp, Track, TrackId, TrackingStorage,
    TrackingStorageExt, UserName, Visitor,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = OwnStore::new(Arc::new(SystemClock));
    store.save_data("a001", "u1", json!({"page": 1}))?;
    store.save_data("a001", "u2", json!({"page": 1}))?;
    store.save(NewTrack::new("a001", "u1", json!({"done": true}))?.updating(SaveMode::Merge))?;

    let mut out = std::io::stdout().lock();
    for track in store.query(&Query::all().task("a001").field("page", 1))? {
        writeln!(out, "{track}")?;
    }
    store.finish_run(TaskId::new("a001")?)?;
    for run in store.runs(&RunQuery::all())? {
        writeln!(out, "{run}")?;
    }
    Ok(())
}

/// The store: a clock, which it is given, and what it keeps.
pub(crate) struct OwnStore {
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
}

#[derive(Clone, Debug, Default)]
struct Kept {
    tracks: Vec<Track>, // in the order of their ids, like the runs
    runs: Vec<Run>,
    keys: BTreeMap<Key, KeyUse>,
    checkpoints: BTreeMap<CheckpointName, Checkpoint>,
    indexes: BTreeSet<Field>, // only their names: here nothing is found by an index
    last_track: u64,          // ids never come back, so a list's length will not do
    last_run: u64,
}

impl OwnStore {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let kept = Mutex::default();
        Self { clock, kept }
    }

    /// Whoever panicked while holding the lock has changed a copy at most; see `change`.
    fn look(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rule: an error changes nothing. So a copy is changed, and takes its place if all is well.
    fn change<T>(&self, change: impl FnOnce(&mut Kept) -> Result<T>) -> Result<T> {
        let mut kept = self.look();
        let mut copy = kept.clone();
        let answer = change(&mut copy)?;
        *kept = copy;
        Ok(answer)
    }
}

impl fmt::Debug for OwnStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.look().fmt(f)
    }
}

/// Runs.
impl Kept {
    /// Rule: a task has one current run at most.
    fn current(&self, task: &TaskId) -> Option<&Run> {
        let mut runs = self.runs.iter();
        runs.find(|run| run.is_current() && run.task() == Some(task))
    }

    fn run(&self, run: &RunSelector) -> Option<&Run> {
        match run {
            RunSelector::Id(id) => self.runs.iter().find(|run| run.id() == *id),
            RunSelector::CurrentOf(task) => self.current(task),
            _ => None, // outside a batch no run has been started by one
        }
    }

    fn change_run(&mut self, id: RunId, change: impl FnOnce(Run) -> Run) {
        if let Some(run) = self.runs.iter_mut().find(|run| run.id() == id) {
            *run = change(run.clone());
        }
    }

    /// Rule: the run that was current stays as it is, unfinished, but is current no longer.
    fn start(&mut self, task: Option<&TaskId>, start: Timestamp) -> Result<RunId> {
        let id = self.last_run.checked_add(1).and_then(RunId::new);
        let id = id.ok_or_else(|| Error::full("no run id is left"))?;
        if let Some(before) = task.and_then(|task| self.current(task)).map(Run::id) {
            self.change_run(before, |run| run.with_current(false));
        }
        let run = Run::new(id, task.cloned(), start, start);
        self.runs.push(run.with_current(task.is_some()));
        self.last_run = id.number();
        Ok(id)
    }

    /// Rule: a track moves its run's end, unless that is later already.
    fn touch(&mut self, run: RunId, time: Timestamp) {
        self.change_run(run, |run| {
            let end = run.end().max(time);
            run.with_end(end)
        });
    }
}

/// Tracks.
impl Kept {
    /// Rule: the last track has the highest time stamp, and of equal ones the highest id.
    fn last(&self, task: &TaskId, run: RunId, user: &UserName) -> Option<&Track> {
        let theirs =
            |track: &&Track| track.task() == task && track.run() == run && track.user() == user;
        let tracks = self.tracks.iter().filter(theirs);
        tracks.max_by_key(|track| (track.time(), track.id()))
    }

    fn append(&mut self, new: &NewTrack, run: RunId, time: Timestamp) -> Result<TrackId> {
        let id = self.last_track.checked_add(1).and_then(TrackId::new);
        let id = id.ok_or_else(|| Error::full("no track id is left"))?;
        let (task, user) = (new.task().clone(), new.user().clone());
        self.tracks
            .push(Track::new(id, task, run, user, time, new.data().clone()));
        self.touch(run, time);
        self.last_track = id.number();
        Ok(id)
    }

    /// Rule: an update keeps the id and moves time and run; a merge of nothing moves only the run.
    fn update(&mut self, id: TrackId, data: &Data, replace: bool, time: Timestamp) -> Result<()> {
        let found = self.tracks.iter_mut().find(|track| track.id() == id);
        let track = found.ok_or_else(|| Error::unknown_track(id))?;
        let run = track.run();
        if replace || !data.is_empty() {
            let (task, user) = (track.task().clone(), track.user().clone());
            let data = if replace {
                data.clone()
            } else {
                track.data().merged_with(data.as_ref())?
            };
            *track = Track::new(id, task, run, user, time, data);
        }
        self.touch(run, time);
        Ok(())
    }

    /// Rule: a key goes with its track.
    fn remove(&mut self, ids: &BTreeSet<TrackId>) -> u64 {
        let before = self.tracks.len();
        self.tracks.retain(|track| !ids.contains(&track.id()));
        self.keys.retain(|_, used| !ids.contains(&used.track()));
        (before - self.tracks.len()) as u64
    }

    fn matching<'k>(&'k self, query: &Query) -> impl Iterator<Item = &'k Track> {
        self.tracks
            .iter()
            .filter(move |track| query.matches(&track.as_ref()))
    }

    /// What a query asks for after its cursor, in its order, whatever its limit.
    fn select(&self, query: &Query) -> Result<Vec<Track>> {
        let cursor = query.cursor()?;
        let mut tracks: Vec<Track> = self.matching(query).cloned().collect();
        if query.track_order().is_by_time() {
            tracks.sort_by_key(|track| (track.time(), track.id()));
        }
        if query.track_order().is_descending() {
            tracks.reverse();
        }
        tracks.retain(|track| cursor.is_none_or(|at| at.is_before(track.time(), track.id())));
        Ok(tracks)
    }
}

/// Operations. `started` are the runs that the batch has started by operations of their own.
impl Kept {
    fn perform(
        &mut self,
        op: &Operation,
        now: Timestamp,
        started: &mut Vec<RunId>,
    ) -> Result<Outcome> {
        match op {
            Operation::Save(new) => self.save(new, now, started).map(Outcome::Saved),
            Operation::Update(update) => {
                let (id, time) = (update.id(), update.time().unwrap_or(now));
                self.update(id, update.data(), update.replaces(), time)?;
                Ok(Outcome::Updated(id))
            }
            Operation::Remove(id) => Ok(Outcome::Removed(self.remove(&[*id].into()) > 0)),
            Operation::StartRun(run) => {
                let id = self.start(run.task(), run.start().unwrap_or(now))?;
                started.push(id);
                Ok(Outcome::Started(id))
            }
            Operation::StopRun(stop) => self.stop(stop, now, started).map(Outcome::Stopped),
            _ => Err(Error::unsupported("do what this version does not know")),
        }
    }

    fn save(&mut self, new: &NewTrack, now: Timestamp, started: &[RunId]) -> Result<TrackId> {
        // Rule: a repeated save does nothing.
        if let Some(used) = new.key().and_then(|key| self.keys.get(key)) {
            return used.answer(new);
        }
        let run = match new.run() {
            // Rule: a save starts a run, now, where there is no current one.
            RunChoice::Current => match self.current(new.task()) {
                Some(run) => run.id(),
                None => self.start(Some(new.task()), now)?,
            },
            RunChoice::Started(index) => nth(started, index)?,
            RunChoice::Id(id) if self.run(&id.into()).is_some() => id,
            RunChoice::Id(id) => return Err(Error::unknown_run(id)),
            _ => return Err(Error::unsupported("save into such a run")),
        };
        let time = new.time().unwrap_or(now);
        let last = self.last(new.task(), run, new.user()).map(Track::id);
        let id = match (new.mode(), last) {
            (SaveMode::Append, _) | (_, None) => self.append(new, run, time)?,
            (mode, Some(id)) => {
                self.update(id, new.data(), mode == SaveMode::Replace, time)?;
                id
            }
        };
        if let Some(key) = new.key() {
            let used = KeyUse::new(key.clone(), id, Fingerprint::of(new));
            self.keys.insert(key.clone(), used);
        }
        Ok(id)
    }

    /// Rule: a run that is stopped is no longer current, whichever way it was named.
    fn stop(&mut self, stop: &StopRun, now: Timestamp, started: &[RunId]) -> Result<Option<RunId>> {
        let id = match stop.run() {
            RunSelector::Started(index) => Some(nth(started, *index)?),
            run => self.run(run).map(Run::id),
        };
        if let Some(id) = id {
            let (end, finished) = (stop.end().unwrap_or(now), stop.is_finished());
            self.change_run(id, |run| {
                run.with_end(end)
                    .with_finished(finished)
                    .with_current(false)
            });
        }
        Ok(id)
    }

    /// Rule: what is there already may be restored again, but not with other content.
    fn restore(&mut self, record: &Record) -> Result<()> {
        match record {
            Record::Index(field) => {
                self.indexes.insert(field.clone());
            }
            Record::Run(run) => {
                let current = run.task().and_then(|task| self.current(task)).map(Run::id);
                let rightly = run.task().is_some() && !run.is_finished();
                if run.is_current() && !(rightly && current.is_none_or(|id| id == run.id())) {
                    return Err(Error::restore_conflict(format!("run {}", run.id())));
                }
                put(&mut self.runs, run, Run::id)?;
                self.last_run = self.last_run.max(run.id().number());
            }
            Record::Track(track) if self.run(&track.run().into()).is_none() => {
                return Err(Error::unknown_run(track.run()));
            }
            Record::Track(track) => {
                put(&mut self.tracks, track, Track::id)?;
                self.last_track = self.last_track.max(track.id().number());
            }
            Record::Key(used) if !self.tracks.iter().any(|track| track.id() == used.track()) => {
                return Err(Error::unknown_track(used.track()));
            }
            Record::Key(used) => {
                let there = self.keys.entry(used.key().clone()).or_insert(used.clone());
                same(there, used)?;
            }
            Record::Checkpoint(at) => {
                let there = self
                    .checkpoints
                    .entry(at.name().clone())
                    .or_insert(at.clone());
                same(there, at)?;
            }
            Record::Counters(counters) => {
                let (track, run) = (counters.last_track(), counters.last_run());
                self.last_track = self.last_track.max(track.map_or(0, TrackId::number));
                self.last_run = self.last_run.max(run.map_or(0, RunId::number));
            }
            _ => {
                return Err(Error::unsupported(
                    "restore what this version does not know",
                ));
            }
        }
        Ok(())
    }
}

/// The n-th run that a batch has started.
fn nth(started: &[RunId], index: usize) -> Result<RunId> {
    let run = started.get(index).copied();
    run.ok_or_else(|| Error::unknown_started_run(index, started.len()))
}

/// Puts a thing into a list that is in the order of its ids.
fn put<T: Clone + PartialEq + fmt::Debug, I: Ord>(
    list: &mut Vec<T>,
    thing: &T,
    id: impl Fn(&T) -> I,
) -> Result<()> {
    let place = list.partition_point(|other| id(other) < id(thing));
    match list.get(place) {
        Some(there) if id(there) == id(thing) => same(there, thing),
        _ => {
            list.insert(place, thing.clone());
            Ok(())
        }
    }
}

fn same<T: PartialEq + fmt::Debug>(there: &T, thing: &T) -> Result<()> {
    let conflict = || Error::restore_conflict(format!("{there:?}"));
    (there == thing).then_some(()).ok_or_else(conflict)
}

/// The contract: each method locks once, so that every call is atomic.
impl TrackingStorage for OwnStore {
    fn apply(&self, batch: &Batch) -> Result<Vec<Outcome>> {
        self.change(|kept| {
            let (now, mut started, mut outcomes) = (self.clock.now(), Vec::new(), Vec::new());
            // Rule: checkpoints are compared with what they were before the batch.
            for moved in batch.checkpoints() {
                let before = kept.checkpoints.get(moved.to().name());
                if !moved.from().allows(before.map(Checkpoint::position)) {
                    return Err(Error::checkpoint_conflict(moved.to().name().clone()));
                }
            }
            for (index, operation) in batch.operations().iter().enumerate() {
                let outcome = kept.perform(operation, now, &mut started);
                outcomes.push(outcome.map_err(|error| error.in_batch(index))?);
            }
            let moved = batch.checkpoints().iter().map(CheckpointMove::to);
            kept.checkpoints
                .extend(moved.map(|to| (to.name().clone(), to.clone())));
            Ok(outcomes)
        })
    }

    fn track(&self, id: TrackId) -> Result<Option<Track>> {
        Ok(self
            .look()
            .tracks
            .iter()
            .find(|track| track.id() == id)
            .cloned())
    }

    fn last_track(&self, task: &TaskId, run: RunChoice, user: &UserName) -> Result<Option<Track>> {
        let kept = self.look();
        let run = match run {
            RunChoice::Current => kept.current(task).map(Run::id),
            RunChoice::Id(id) => Some(id),
            _ => None,
        };
        Ok(run.and_then(|run| kept.last(task, run, user)).cloned())
    }

    fn visit(&self, query: &Query, visitor: &mut Visitor<'_>) -> Result<Option<Cursor>> {
        // Rule: no lock is held while the visitor works. It is released at the end of this line.
        let tracks = self.look().select(query)?;
        let (mut at, limit) = (query.cursor()?, query.max_tracks().unwrap_or(usize::MAX));
        let mut left = tracks.len();
        for track in tracks.iter().take(limit) {
            left -= 1;
            at = Some(Cursor::after(query.track_order(), track.time(), track.id()));
            if visitor(track.as_ref()).is_break() {
                break;
            }
        }
        Ok(at.filter(|_| left > 0 || limit == 0))
    }

    fn count(&self, query: &Query) -> Result<u64> {
        Ok(self.look().matching(query).count() as u64)
    }

    fn groups(&self, query: &Query, grouping: &Grouping) -> Result<Vec<Group>> {
        let mut counts = BTreeMap::<_, u64>::new();
        for track in self.look().matching(query) {
            *counts.entry(grouping.keys_of(&track.as_ref())).or_default() += 1;
        }
        let groups = counts.into_iter();
        Ok(groups
            .map(|((first, second), count)| Group::new(first, second, count))
            .collect())
    }

    fn run(&self, run: &RunSelector) -> Result<Option<Run>> {
        Ok(self.look().run(run).cloned())
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        let limit = query.max_runs().unwrap_or(usize::MAX);
        Ok(self
            .look()
            .runs
            .iter()
            .filter(|run| query.matches(run))
            .take(limit)
            .cloned()
            .collect())
    }

    fn expire_runs(&self, untouched_since: Timestamp) -> Result<Vec<RunId>> {
        self.change(|kept| {
            let old = |run: &&Run| run.is_current() && run.end() < untouched_since;
            let ids: Vec<RunId> = kept.runs.iter().filter(old).map(Run::id).collect();
            for id in &ids {
                kept.change_run(*id, |run| run.with_current(false));
            }
            Ok(ids)
        })
    }

    fn remove_matching(&self, query: &Query) -> Result<u64> {
        self.change(|kept| {
            let limit = query.max_tracks().unwrap_or(usize::MAX);
            let ids = kept
                .select(query)?
                .iter()
                .take(limit)
                .map(Track::id)
                .collect();
            Ok(kept.remove(&ids))
        })
    }

    fn prune(&self, retention: &Retention) -> Result<u64> {
        self.change(|kept| {
            let kept_per_user = retention.kept_per_user().unwrap_or(usize::MAX);
            let (mut seen, mut old) = (BTreeMap::<_, usize>::new(), BTreeSet::new());
            for track in kept.select(&Query::all().order(Order::TimeDescending))? {
                let count = seen
                    .entry((track.task().clone(), track.user().clone()))
                    .or_default();
                *count += 1;
                let is_old = retention
                    .oldest_kept()
                    .is_some_and(|time| track.time() < time);
                if is_old || *count > kept_per_user {
                    old.insert(track.id());
                }
            }
            // Rule: those with the lowest ids go first.
            let limit = retention.max_removed().unwrap_or(usize::MAX);
            Ok(kept.remove(&old.into_iter().take(limit).collect()))
        })
    }

    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        self.change(|kept| {
            let mut count = 0;
            for track in kept.tracks.iter_mut().filter(|track| track.user() == from) {
                let (task, data) = (track.task().clone(), track.data().clone());
                let (id, run, time) = (track.id(), track.run(), track.time());
                *track = Track::new(id, task, run, to.clone(), time, data);
                count += 1;
            }
            Ok(Erasure::complete(count))
        })
    }

    fn indexes(&self) -> Result<Vec<Field>> {
        Ok(self.look().indexes.iter().cloned().collect())
    }

    fn add_index(&self, field: &Field) -> Result<bool> {
        Ok(self.look().indexes.insert(field.clone()))
    }

    fn drop_index(&self, field: &Field) -> Result<bool> {
        Ok(self.look().indexes.remove(field))
    }

    fn reindex(&self) -> Result<()> {
        Ok(())
    }

    fn checkpoint(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        Ok(self.look().checkpoints.get(name).cloned())
    }

    fn checkpoints(&self) -> Result<Vec<Checkpoint>> {
        Ok(self.look().checkpoints.values().cloned().collect())
    }

    fn key_use(&self, key: &Key) -> Result<Option<KeyUse>> {
        Ok(self.look().keys.get(key).cloned())
    }

    fn key_uses(&self, after: Option<&Key>, limit: usize) -> Result<Vec<KeyUse>> {
        let kept = self.look();
        let uses = kept
            .keys
            .values()
            .filter(|used| after.is_none_or(|key| used.key() > key));
        Ok(uses.take(limit).cloned().collect())
    }

    fn counters(&self) -> Result<Counters> {
        let kept = self.look();
        Ok(Counters::new(
            TrackId::new(kept.last_track),
            RunId::new(kept.last_run),
        ))
    }

    fn export(&self, visitor: &mut RecordVisitor<'_>) -> Result<()> {
        // Rule: all of it is of one moment, and no lock is held while the visitor works.
        let kept = self.look().clone();
        let counters = Counters::new(TrackId::new(kept.last_track), RunId::new(kept.last_run));
        let _broken_off = (kept.indexes.into_iter().map(Record::Index))
            .chain(kept.runs.into_iter().map(Record::Run))
            .chain(kept.tracks.into_iter().map(Record::Track))
            .chain(kept.keys.into_values().map(Record::Key))
            .chain(kept.checkpoints.into_values().map(Record::Checkpoint))
            .chain([Record::Counters(counters)])
            .try_for_each(visitor);
        Ok(())
    }

    fn restore(&self, records: &[Record]) -> Result<()> {
        self.change(|kept| {
            let mut records = records.iter().enumerate();
            records.try_for_each(|(index, record)| {
                kept.restore(record).map_err(|error| error.in_batch(index))
            })
        })
    }
}
