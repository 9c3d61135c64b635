//! What the store keeps, and how a batch changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use tracking_core::rules::{self, FindRun, SaveRun, TrackChange};
use tracking_core::{
    AppliedBatches, ChangeKind, ChangeLog, ChangeSet, Checkpoint, CheckpointName, Data, Error,
    Field, Fingerprint, Key, KeyUse, NewTrack, Operation, Outcome, Query, Record, Result, Run,
    RunId, RunQuery, RunSelector, SaveMode, SessionGap, StopRun, TaskId, TimeRange, Timestamp,
    Track, TrackId, UserName,
};

#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) tracks: Vec<Track>, // in the order of their ids, like the runs
    pub(crate) runs: Vec<Run>,
    pub(crate) keys: BTreeMap<Key, KeyUse>,
    pub(crate) checkpoints: BTreeMap<CheckpointName, Checkpoint>,
    pub(crate) applied: AppliedBatches, // under an id
    pub(crate) feed: ChangeLog,
    pub(crate) changes: Option<ChangeSet>, // of the call that is being made, for the feed
    pub(crate) indexes: BTreeSet<Field>,   // only their names: here nothing is found by an index
    pub(crate) last_track: u64,            // ids never come back, so a list's length will not do
    pub(crate) last_run: u64,
}

/// Runs.
impl State {
    /// Rule: every change goes into the feed, if there is one, together with the change itself.
    pub(crate) fn note(&mut self, kind: ChangeKind, id: u64) {
        if let Some(changes) = &mut self.changes {
            changes.add(kind, id);
        }
    }

    /// Rule: a task has one current run at most.
    pub(crate) fn current(&self, task: &TaskId) -> Option<&Run> {
        let mut runs = self.runs.iter();
        runs.find(|run| run.is_current() && run.task() == Some(task))
    }

    pub(crate) fn run(&self, run: &RunSelector) -> Option<&Run> {
        match run {
            RunSelector::Id(id) => self.runs.iter().find(|run| run.id() == *id),
            RunSelector::CurrentOf(task) => self.current(task),
            _ => None, // outside a batch no run has been started by one
        }
    }

    /// The runs that a query asks for, by id, whatever its limit.
    pub(crate) fn matching_runs<'k>(&'k self, query: &RunQuery) -> impl Iterator<Item = &'k Run> {
        self.runs.iter().filter(move |run| query.matches(run))
    }

    pub(crate) fn change_run(&mut self, id: RunId, change: impl FnOnce(Run) -> Run) {
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
impl State {
    /// Rule: the last track has the highest time stamp, and of equal ones the highest id.
    pub(crate) fn last(&self, task: &TaskId, run: RunId, user: &UserName) -> Option<&Track> {
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

    pub(crate) fn matching<'k>(&'k self, query: &Query) -> impl Iterator<Item = &'k Track> {
        self.tracks
            .iter()
            .filter(move |track| query.matches(&track.as_ref()))
    }

    /// What a query asks for after its cursor, in its order, whatever its limit.
    pub(crate) fn select(&self, query: &Query) -> Result<Vec<Track>> {
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

pub(crate) type Ids = Vec<RunId>;

/// Operations. `started` are the runs that the batch has started by operations of their own.
impl State {
    pub(crate) fn perform(
        &mut self,
        op: &Operation,
        now: Timestamp,
        started: &mut Ids,
    ) -> Result<Outcome> {
        match op {
            Operation::Save(new) => self.save(new, now, started).map(Outcome::Saved),
            Operation::Update(update) => {
                let (id, time) = (update.id(), update.time().unwrap_or(now));
                self.update(id, update.data(), update.replaces(), time)?;
                Ok(Outcome::Updated(id))
            }
            Operation::Remove(id) => Ok(Outcome::Removed(
                self.remove_tracks(&[*id].into(), ChangeKind::TrackRemoved) > 0,
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
        // Rule: a save starts a run where there is no current one, or no session.
        let run = match rules::run_to_save_into(self, new, now, started)? {
            SaveRun::Existing(run) => run,
            SaveRun::New(run) => self.start(run.task(), run.start().unwrap_or(now))?,
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

    /// Rule: an existing record may be restored again, but not with other content.
    pub(crate) fn restore(&mut self, record: &Record) -> Result<()> {
        match record {
            Record::Index(field) => {
                self.indexes.insert(field.clone());
            }
            Record::Run(run) => {
                let current = run.task().and_then(|task| self.current(task)).map(Run::id);
                if !rules::may_be_restored(run, current) {
                    return Err(Error::restore_conflict(format!("run {}", run.id())));
                }
                if put(&mut self.runs, run, "run", Run::id)? {
                    self.note(ChangeKind::RunStarted, run.id().number());
                }
                self.last_run = self.last_run.max(run.id().number());
            }
            Record::Track(track) if self.run(&track.run().into()).is_none() => {
                return Err(Error::unknown_run(track.run()));
            }
            Record::Track(track) => {
                if put(&mut self.tracks, track, "track", Track::id)? {
                    self.note(ChangeKind::TrackSaved, track.id().number());
                }
                self.last_track = self.last_track.max(track.id().number());
            }
            Record::Key(used) if !self.tracks.iter().any(|track| track.id() == used.track()) => {
                return Err(Error::unknown_track(used.track()));
            }
            Record::Key(used) => {
                let there = self.keys.entry(used.key().clone()).or_insert(used.clone());
                rules::check_restored(there, used, || format!("key {:?}", used.key()))?;
            }
            Record::Checkpoint(at) => {
                let place = self.checkpoints.entry(at.name().clone());
                let there = place.or_insert(at.clone());
                rules::check_restored(there, at, || format!("checkpoint {:?}", at.name()))?;
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
impl FindRun for State {
    type Run = RunId;
    type Error = Error;

    fn find_current_run(&mut self, task: &TaskId) -> Result<Option<RunId>> {
        Ok(self.current(task).map(Run::id))
    }

    fn find_run(&mut self, id: RunId) -> Result<Option<RunId>> {
        Ok(self.run(&id.into()).map(Run::id))
    }

    /// Rule: the run of the user's last track within the gap before, else of the first one after.
    fn find_session(
        &mut self,
        user: &UserName,
        time: Timestamp,
        gap: SessionGap,
    ) -> Result<Option<RunId>> {
        let takes = |run: &Run| {
            run.task().is_none() && rules::session_is_open(run.is_finished(), run.end(), time)
        };
        let is_open = |track: &&Track| self.run(&track.run().into()).is_some_and(takes);
        let theirs = Query::all().user(user.as_str());
        let open: Vec<&Track> = self.matching(&theirs).filter(is_open).collect();
        let within = |range: TimeRange| {
            let tracks = open.iter().copied();
            tracks.filter(move |track| range.contains(track.time()))
        };
        let place = |track: &&Track| (track.time(), track.id());
        let before = within(gap.before(time)).max_by_key(place);
        let found = before.or_else(|| within(gap.after(time)).min_by_key(place));
        Ok(found.map(Track::run))
    }
}

/// Inserts an item into a list in the order of ids; returns whether it is new.
/// `kind` names it for the error where another one has its id.
fn put<T: Clone + PartialEq, I: Ord + fmt::Display>(
    list: &mut Vec<T>,
    thing: &T,
    kind: &str,
    id: impl Fn(&T) -> I,
) -> Result<bool> {
    let place = list.partition_point(|other| id(other) < id(thing));
    match list.get(place) {
        Some(there) if id(there) == id(thing) => {
            rules::check_restored(there, thing, || format!("{kind} {}", id(thing)))?;
            Ok(false)
        }
        _ => {
            list.insert(place, thing.clone());
            Ok(true)
        }
    }
}
