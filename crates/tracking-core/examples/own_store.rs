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
use tracking_core::rules::{self, FindRun, TrackChange};
use tracking_core::{
    AppliedBatch, AppliedBatches, Batch, BatchRetention, ChangeCursor, ChangeFeed, ChangeKind,
    ChangeLog, ChangePage, ChangeSet, Checkpoint, CheckpointMove, CheckpointName, Clock, Counters,
    Cursor, Data, Erasure, Error, Field, Fingerprint, Group, Grouping, Key, KeyUse, NewTrack,
    Operation, Order, Outcome, Query, Record, RecordVisitor, Result, Retention, Run, RunChoice,
    RunId, RunQuery, RunSelector, SaveMode, StopRun, SystemClock, TaskId, Timestamp, Track,
    TrackId, TrackingStorage, TrackingStorageExt, UserName, Visitor,
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
    applied: AppliedBatches, // under an id
    feed: ChangeLog,
    changes: Option<ChangeSet>, // of the call that is being made, for the feed
    indexes: BTreeSet<Field>,   // only their names: here nothing is found by an index
    last_track: u64,            // ids never come back, so a list's length will not do
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
        copy.changes = copy.feed.collect();
        let answer = change(&mut copy)?;
        if let Some(changes) = copy.changes.take() {
            copy.feed.commit(changes, self.clock.now());
        }
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
    /// Rule: every change goes into the feed, if there is one, together with the change itself.
    fn note(&mut self, kind: ChangeKind, id: u64) {
        if let Some(changes) = &mut self.changes {
            changes.add(kind, id);
        }
    }

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
        self.note(ChangeKind::RunStarted, id.number());
        Ok(id)
    }

    /// Rule: a track moves its run's end, unless that is later already.
    fn touch(&mut self, run: RunId, time: Timestamp) {
        self.change_run(run, |run| match rules::moved_end(run.end(), time) {
            Some(end) => run.with_end(end),
            None => run,
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
        self.note(ChangeKind::TrackSaved, id.number());
        Ok(id)
    }

    /// Rule: an update keeps the id and moves time and run; a merge of nothing moves only the run.
    fn update(&mut self, id: TrackId, data: &Data, replace: bool, time: Timestamp) -> Result<()> {
        let found = self.tracks.iter_mut().find(|track| track.id() == id);
        let track = found.ok_or_else(|| Error::unknown_track(id))?;
        let (task, run, user) = (track.task().clone(), track.run(), track.user().clone());
        match rules::change_of_track(track.data().as_ref(), data, replace)? {
            TrackChange::Nothing => {}
            TrackChange::Time => {
                let data = track.data().clone();
                *track = Track::new(id, task, run, user, time, data);
            }
            TrackChange::Data(data) => *track = Track::new(id, task, run, user, time, data),
        }
        self.note(ChangeKind::TrackUpdated, id.number());
        self.touch(run, time);
        Ok(())
    }

    /// Rule: a key goes with its track.
    fn remove(&mut self, ids: &BTreeSet<TrackId>, kind: ChangeKind) -> u64 {
        let goes = |track: &Track| ids.contains(&track.id());
        let (gone, kept) = std::mem::take(&mut self.tracks).into_iter().partition(goes);
        self.tracks = kept;
        self.keys.retain(|_, used| !ids.contains(&used.track()));
        let gone: Vec<Track> = gone;
        for track in &gone {
            self.note(kind, track.id().number());
        }
        gone.len() as u64
    }

    fn remove_matching(&mut self, query: &Query, kind: ChangeKind) -> Result<u64> {
        let limit = query.max_tracks().unwrap_or(usize::MAX);
        let found = self.select(query)?;
        Ok(self.remove(&found.iter().take(limit).map(Track::id).collect(), kind))
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

type Ids = Vec<RunId>;

/// Operations. `started` are the runs that the batch has started by operations of their own.
impl Kept {
    fn perform(&mut self, op: &Operation, now: Timestamp, started: &mut Ids) -> Result<Outcome> {
        match op {
            Operation::Save(new) => self.save(new, now, started).map(Outcome::Saved),
            Operation::Update(update) => {
                let (id, time) = (update.id(), update.time().unwrap_or(now));
                self.update(id, update.data(), update.replaces(), time)?;
                Ok(Outcome::Updated(id))
            }
            Operation::Remove(id) => Ok(Outcome::Removed(
                self.remove(&[*id].into(), ChangeKind::TrackRemoved) > 0,
            )),
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
        let key_use = |key: &Key| Ok::<_, Error>(self.keys.get(key).cloned());
        if let Some(saved) = rules::repeated_save(new, key_use)? {
            return Ok(saved);
        }
        // Rule: a save starts a run, now, where there is no current one.
        let run = match rules::run_to_save_into(self, new, started)? {
            Some(run) => run,
            None => self.start(Some(new.task()), now)?,
        };
        let time = new.time().unwrap_or(now);
        let last = self.last(new.task(), run, new.user()).map(Track::id);
        let id = match last.filter(|_| rules::updates_last_track(new.mode())) {
            Some(id) => {
                self.update(id, new.data(), new.mode() == SaveMode::Replace, time)?;
                id
            }
            None => self.append(new, run, time)?,
        };
        if let Some(key) = new.key() {
            let used = KeyUse::new(key.clone(), id, Fingerprint::of(new));
            self.keys.insert(key.clone(), used);
        }
        Ok(id)
    }

    /// Rule: a run that is stopped is no longer current, whichever way it was named.
    fn stop(&mut self, stop: &StopRun, now: Timestamp, started: &[RunId]) -> Result<Option<RunId>> {
        let id = rules::run_to_stop(self, stop.run(), started)?;
        if let Some(id) = id {
            let (end, finished) = (stop.end().unwrap_or(now), stop.is_finished());
            let stopped = |run: Run| run.with_end(end).with_finished(finished);
            self.change_run(id, |run| stopped(run).with_current(false));
            self.note(ChangeKind::RunStopped, id.number());
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
                if !rules::may_be_restored(run, current) {
                    return Err(Error::restore_conflict(format!("run {}", run.id())));
                }
                if put(&mut self.runs, run, Run::id)? {
                    self.note(ChangeKind::RunStarted, run.id().number());
                }
                self.last_run = self.last_run.max(run.id().number());
            }
            Record::Track(track) if self.run(&track.run().into()).is_none() => {
                return Err(Error::unknown_run(track.run()));
            }
            Record::Track(track) => {
                if put(&mut self.tracks, track, Track::id)? {
                    self.note(ChangeKind::TrackSaved, track.id().number());
                }
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
                let place = self.checkpoints.entry(at.name().clone());
                same(place.or_insert(at.clone()), at)?;
            }
            Record::Counters(counters) => {
                let (track, run) = (counters.last_track(), counters.last_run());
                self.last_track = self.last_track.max(track.map_or(0, TrackId::number));
                self.last_run = self.last_run.max(run.map_or(0, RunId::number));
            }
            _ => return Err(Error::unsupported("restore such a record")),
        }
        Ok(())
    }
}

/// How the rules of batches find runs here.
impl FindRun for Kept {
    type Run = RunId;
    type Error = Error;

    fn find_current_run(&mut self, task: &TaskId) -> Result<Option<RunId>> {
        Ok(self.current(task).map(Run::id))
    }

    fn find_run(&mut self, id: RunId) -> Result<Option<RunId>> {
        Ok(self.run(&id.into()).map(Run::id))
    }
}

/// Puts a thing into a list that is in the order of its ids; tells whether it was not there.
fn put<T: Clone + PartialEq + fmt::Debug, I: Ord>(
    list: &mut Vec<T>,
    thing: &T,
    id: impl Fn(&T) -> I,
) -> Result<bool> {
    let place = list.partition_point(|other| id(other) < id(thing));
    match list.get(place) {
        Some(there) if id(there) == id(thing) => same(there, thing).map(|()| false),
        _ => {
            list.insert(place, thing.clone());
            Ok(true)
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
            // Rule: a batch that was done under its id before is only answered.
            if let Some(outcomes) = kept.applied.answer(batch)? {
                return Ok(outcomes);
            }
            let (now, mut started, mut outcomes) = (self.clock.now(), Vec::new(), Vec::new());
            // Rule: checkpoints are compared with what they were before the batch.
            rules::check_checkpoints(batch, |moved| {
                let before = kept.checkpoints.get(moved.to().name());
                Ok::<_, Error>(moved.from().allows(before.map(Checkpoint::position)))
            })?;
            for (index, operation) in batch.operations().iter().enumerate() {
                let outcome = kept.perform(operation, now, &mut started);
                outcomes.push(outcome.map_err(|error| error.in_batch(index))?);
            }
            let moved = batch.checkpoints().iter().map(CheckpointMove::to);
            kept.checkpoints
                .extend(moved.map(|to| (to.name().clone(), to.clone())));
            if let Some(applied) = AppliedBatch::new(batch, &outcomes, now) {
                kept.applied.remember(applied);
            }
            Ok(outcomes)
        })
    }

    fn change_feed(&self) -> Result<ChangeFeed> {
        Ok(self.look().feed.feed())
    }

    fn set_change_feed(&self, feed: &ChangeFeed) -> Result<()> {
        self.look().feed.set_feed(*feed, self.clock.now());
        Ok(())
    }

    fn changes(&self, after: Option<&ChangeCursor>, limit: usize) -> Result<ChangePage> {
        self.look().feed.read(after, limit)
    }

    fn last_change(&self) -> Result<ChangeCursor> {
        self.look().feed.last()
    }

    fn batch_retention(&self) -> Result<BatchRetention> {
        Ok(self.look().applied.retention())
    }

    fn set_batch_retention(&self, retention: &BatchRetention) -> Result<()> {
        self.look().applied.set_retention(*retention);
        Ok(())
    }

    fn track(&self, id: TrackId) -> Result<Option<Track>> {
        let kept = self.look();
        let mut tracks = kept.tracks.iter();
        Ok(tracks.find(|track| track.id() == id).cloned())
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
        let kept = self.look();
        Ok(grouping.count(kept.matching(query).map(Track::as_ref)))
    }

    fn run(&self, run: &RunSelector) -> Result<Option<Run>> {
        Ok(self.look().run(run).cloned())
    }

    fn runs(&self, query: &RunQuery) -> Result<Vec<Run>> {
        let (kept, limit) = (self.look(), query.max_runs().unwrap_or(usize::MAX));
        let runs = kept.runs.iter().filter(|run| query.matches(run));
        Ok(runs.take(limit).cloned().collect())
    }

    fn expire_runs(&self, untouched_since: Timestamp) -> Result<Vec<RunId>> {
        self.change(|kept| {
            let old = |run: &&Run| run.is_current() && run.end() < untouched_since;
            let ids: Vec<RunId> = kept.runs.iter().filter(old).map(Run::id).collect();
            for id in &ids {
                kept.change_run(*id, |run| run.with_current(false));
                kept.note(ChangeKind::RunStopped, id.number());
            }
            Ok(ids)
        })
    }

    fn remove_matching(&self, query: &Query) -> Result<u64> {
        self.change(|kept| kept.remove_matching(query, ChangeKind::TrackRemoved))
    }

    fn erase_user(&self, user: &UserName) -> Result<Erasure> {
        let query = Query::all().user(user.as_str());
        let erased = self.change(|kept| kept.remove_matching(&query, ChangeKind::UserErased));
        erased.map(Erasure::complete)
    }

    fn prune(&self, retention: &Retention) -> Result<u64> {
        self.change(|kept| {
            let kept_per_user = retention.kept_per_user().unwrap_or(usize::MAX);
            let (mut seen, mut old) = (BTreeMap::<_, usize>::new(), BTreeSet::new());
            for track in kept.select(&Query::all().order(Order::TimeDescending))? {
                let whose = (track.task().clone(), track.user().clone());
                let count = seen.entry(whose).or_default();
                *count += 1;
                let oldest = retention.oldest_kept();
                let is_old = oldest.is_some_and(|time| track.time() < time);
                if is_old || *count > kept_per_user {
                    old.insert(track.id());
                }
            }
            // Rule: those with the lowest ids go first.
            let limit = retention.max_removed().unwrap_or(usize::MAX);
            let old = old.into_iter().take(limit).collect();
            Ok(kept.remove(&old, ChangeKind::TrackRemoved))
        })
    }

    fn rename_user(&self, from: &UserName, to: &UserName) -> Result<Erasure> {
        self.change(|kept| {
            let mut renamed = Vec::new();
            for track in kept.tracks.iter_mut().filter(|track| track.user() == from) {
                let (task, data) = (track.task().clone(), track.data().clone());
                let (id, run, time) = (track.id(), track.run(), track.time());
                *track = Track::new(id, task, run, to.clone(), time, data);
                renamed.push(id.number());
            }
            for id in renamed.iter().filter(|_| from != to) {
                kept.note(ChangeKind::UserRenamed, *id);
            }
            Ok(Erasure::complete(renamed.len() as u64))
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
        let is_wanted = |used: &&KeyUse| after.is_none_or(|key| used.key() > key);
        let uses = kept.keys.values().filter(is_wanted);
        Ok(uses.take(limit).cloned().collect())
    }

    fn counters(&self) -> Result<Counters> {
        let kept = self.look();
        let (track, run) = (TrackId::new(kept.last_track), RunId::new(kept.last_run));
        Ok(Counters::new(track, run))
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
