//! Everything the store holds, and the few steps that change it.

use std::collections::BTreeMap;

use tracking_core::{
    AppliedBatches, ChangeLog, CheckpointName, Data, Error, Field, Key, KeyUse, Result, Run, RunId,
    TaskId, Timestamp, Track, TrackId, TrackRef, UserName,
};

use crate::fields::FieldIndex;
use crate::interner::Interner;
use crate::keys::Keys;
use crate::numbers::{NameId, RunNo, TrackNo};
use crate::rows::{Row, Rows, corrupt};
use crate::runs::{RunEntry, RunRow, Runs, TaskEntry, UserEntry};
use crate::sorted_set::BlockedSortedSet;
use crate::task_user_index::{TaskUserIndex, TaskUserTracks};
use crate::time_key::TimeKey;

/// The tracks and runs, and every index on them.
///
/// Its methods are steps that cannot fail half-way: what could go wrong is looked at before.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) rows: Rows,
    pub(crate) tasks: Interner<TaskId, TaskEntry>,
    pub(crate) users: Interner<UserName, UserEntry>,
    pub(crate) runs: Runs,
    /// The current run of each task that has one.
    pub(crate) current_runs: BlockedSortedSet<RunNo>,
    pub(crate) times: BlockedSortedSet<TimeKey>,
    pub(crate) task_users: TaskUserIndex,
    /// Sorted by field.
    pub(crate) fields: Vec<FieldIndex>,
    pub(crate) keys: Keys,
    pub(crate) checkpoints: BTreeMap<CheckpointName, Data>,
    /// The batches that were done under an id.
    pub(crate) applied: AppliedBatches,
    pub(crate) feed: ChangeLog,
    pub(crate) last_track: TrackNo,
    pub(crate) last_run: RunNo,
}

/// A track that is about to be put in: names are known, room has been looked at.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) number: TrackNo,
    pub(crate) task: NameId,
    pub(crate) run: RunNo,
    pub(crate) user: NameId,
    pub(crate) time: Timestamp,
    pub(crate) data: &'a str,
}

/// Tracks.
impl State {
    pub(crate) fn insert_track(&mut self, entry: Entry<'_>) {
        let Entry {
            number,
            task,
            run,
            user,
            time,
            data,
        } = entry;
        let row = self
            .rows
            .insert(number, Row::new(time, task, run, user), data);
        self.index(number, row);
        self.last_track = self.last_track.max(number);
    }

    /// Puts a track into every index.
    pub(crate) fn index(&mut self, number: TrackNo, row: Row) {
        self.times.insert(TimeKey::new(row.time, number));
        if let Some(task) = self.tasks.get_mut(row.task) {
            task.tracks.insert(number);
            self.task_users
                .insert(&mut task.users, &row, number, &self.rows);
        }
        let mut is_session = false;
        if let Some(run) = self.runs.get_mut(row.run) {
            run.tracks.insert(number);
            is_session = run.row.task.is_none();
        }
        if let Some(user) = self.users.get_mut(row.user) {
            user.tracks.insert(number);
            if is_session {
                user.add_session_track(TimeKey::new(row.time, number));
            }
        }
        if let Some((_, data)) = self.rows.with_data(number) {
            self.fields
                .iter_mut()
                .for_each(|index| index.insert(number, data));
        }
    }

    /// Takes a track out, with its keys, and forgets names that nothing needs any more.
    pub(crate) fn remove_track(&mut self, number: TrackNo) -> bool {
        let Some((&row, data)) = self.rows.with_data(number) else {
            return false;
        };
        self.fields
            .iter_mut()
            .for_each(|index| index.remove(number, data));
        self.times.remove(TimeKey::new(row.time, number));
        if let Some(task) = self.tasks.get_mut(row.task) {
            task.tracks.remove(number);
            self.task_users.remove(&mut task.users, &row, number);
        }
        if let Some(run) = self.runs.get_mut(row.run) {
            run.tracks.remove(number);
        }
        self.leave_user(&row, number);
        self.rows.remove(number);
        self.keys.remove_of(number);
        self.release_task(row.task);
        true
    }

    /// Gives a track a new time and, where there is some, new data.
    pub(crate) fn change_track(&mut self, number: TrackNo, time: Timestamp, data: Option<&str>) {
        let Some((&row, before)) = self.rows.with_data(number) else {
            return;
        };
        if let Some(data) = data {
            let after = tracking_core::DataRef::from_canonical(data);
            self.fields
                .iter_mut()
                .for_each(|index| index.change(number, before, after));
            self.rows.set_data(number, data);
        }
        if time != row.time {
            self.times.remove(TimeKey::new(row.time, number));
            self.rows.set_time(number, time);
            if let Some(task) = self.tasks.get(row.task) {
                let rows = (&row, &row.at(time));
                self.task_users
                    .change(&task.users, rows, number, &self.rows);
            }
            self.times.insert(TimeKey::new(time, number));
            if self.is_session(row.run)
                && let Some(user) = self.users.get_mut(row.user)
            {
                user.remove_session_track(TimeKey::new(row.time, number));
                user.add_session_track(TimeKey::new(time, number));
            }
        }
    }

    /// Gives a track to another user.
    pub(crate) fn move_to_user(&mut self, number: TrackNo, user: NameId) {
        let Some(&row) = self.rows.get(number) else {
            return;
        };
        self.rows.set_user(number, user);
        if let Some(task) = self.tasks.get_mut(row.task) {
            let users = &mut task.users;
            self.task_users.remove(users, &row, number);
            self.task_users
                .insert(users, &row.of(user), number, &self.rows);
        }
        let is_session = self.is_session(row.run);
        if let Some(entry) = self.users.get_mut(user) {
            entry.tracks.insert(number);
            if is_session {
                entry.add_session_track(TimeKey::new(row.time, number));
            }
        }
        self.leave_user(&row, number);
    }

    /// Takes a track out of those of the user that its row names.
    fn leave_user(&mut self, row: &Row, number: TrackNo) {
        let is_session = self.is_session(row.run);
        let Some(entry) = self.users.get_mut(row.user) else {
            return;
        };
        entry.tracks.remove(number);
        if is_session {
            entry.remove_session_track(TimeKey::new(row.time, number));
        }
        if entry.tracks.is_empty() {
            self.users.release(row.user);
        }
    }

    pub(crate) fn release_task(&mut self, task: NameId) {
        if self.tasks.get(task).is_some_and(TaskEntry::is_unused) {
            self.tasks.release(task);
        }
    }

    pub(crate) fn release_user(&mut self, user: NameId) {
        if self
            .users
            .get(user)
            .is_some_and(|entry| entry.tracks.is_empty())
        {
            self.users.release(user);
        }
    }

    /// A borrowed track.
    pub(crate) fn track_ref(&self, number: TrackNo) -> Option<TrackRef<'_>> {
        let (row, data) = self.rows.with_data(number)?;
        let (task, user) = (self.tasks.name(row.task)?, self.users.name(row.user)?);
        let (id, run) = (TrackId::new(number.into())?, RunId::new(row.run.into())?);
        Some(TrackRef::new(id, task, run, user, row.time, data))
    }

    pub(crate) fn track(&self, number: TrackNo) -> Option<Track> {
        self.track_ref(number).map(|track| track.to_track())
    }

    /// A track with all its parts, if it is there.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where its row is there and a part is missing.
    pub(crate) fn load_track(&self, number: TrackNo) -> Result<Option<Track>> {
        match self.track(number) {
            None if self.rows.get(number).is_some() => Err(corrupt(number)),
            track => Ok(track),
        }
    }

    /// The tracks of a task and user, if they have any.
    pub(crate) fn pair(&self, task: &str, user: &str) -> Option<TaskUserTracks<'_>> {
        let task = self.tasks.get(self.tasks.find(task)?)?;
        self.task_users.find(&task.users, self.users.find(user)?)
    }

    /// The last track of a task, run and user, with the names that were asked for: those of its row
    /// need not be fetched.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where its row is there and a part is missing.
    pub(crate) fn load_last_track(
        &self,
        task: &TaskId,
        run: RunNo,
        user: &UserName,
    ) -> Result<Option<Track>> {
        let Some(number) = self.last_track(task, run, user) else {
            return Ok(None);
        };
        let track = || {
            let (row, data) = self.rows.with_data(number)?;
            let (id, run) = (TrackId::new(number.into())?, RunId::new(row.run.into())?);
            let (task, user, data) = (task.clone(), user.clone(), data.to_data());
            Some(Track::new(id, task, run, user, row.time, data))
        };
        track().map_or_else(|| Err(corrupt(number)), |track| Ok(Some(track)))
    }

    /// The last track of a task, run and user.
    pub(crate) fn last_track(&self, task: &str, run: RunNo, user: &str) -> Option<TrackNo> {
        self.pair(task, user)?.last(run, &self.rows)
    }
}

/// Runs.
impl State {
    /// Puts a run under a number that is free.
    pub(crate) fn insert_run(&mut self, number: RunNo, row: RunRow) {
        self.runs.insert(
            number,
            RunEntry {
                row,
                tracks: BlockedSortedSet::default(),
            },
        );
        if let Some(task) = row.task.and_then(|task| self.tasks.get_mut(task)) {
            task.runs.insert(number);
        }
        self.last_run = self.last_run.max(number);
    }

    /// Takes a run out that has no tracks and is not current, as one that has just been put in.
    pub(crate) fn retract_run(&mut self, number: RunNo) {
        let Some(task) = self.runs.remove(number).and_then(|run| run.row.task) else {
            return;
        };
        if let Some(entry) = self.tasks.get_mut(task) {
            entry.runs.remove(number);
        }
        self.release_task(task);
    }

    /// Takes a run out that has no tracks any more; tells whether it was there.
    pub(crate) fn remove_run(&mut self, number: RunNo) -> bool {
        let Some(row) = self.run_row(number) else {
            return false;
        };
        if let Some(task) = row.task.filter(|_| self.is_current(number, &row)) {
            self.set_current(task, None);
        }
        self.retract_run(number);
        true
    }

    pub(crate) fn run_row(&self, number: RunNo) -> Option<RunRow> {
        self.runs.get(number).map(|run| run.row)
    }

    pub(crate) fn set_run(&mut self, number: RunNo, row: RunRow) {
        if let Some(run) = self.runs.get_mut(number) {
            run.row = row;
        }
    }

    pub(crate) fn current_run(&self, task: NameId) -> Option<RunNo> {
        self.tasks.get(task)?.current
    }

    pub(crate) fn set_current(&mut self, task: NameId, run: Option<RunNo>) {
        let Some(task) = self.tasks.get_mut(task) else {
            return;
        };
        if let Some(before) = std::mem::replace(&mut task.current, run) {
            self.current_runs.remove(before);
        }
        if let Some(run) = run {
            self.current_runs.insert(run);
        }
    }

    /// Whether a run is the current one of its task.
    pub(crate) fn is_current(&self, number: RunNo, row: &RunRow) -> bool {
        row.task.and_then(|task| self.current_run(task)) == Some(number)
    }

    pub(crate) fn run(&self, number: RunNo) -> Option<Run> {
        let row = self.run_row(number)?;
        let task = row.task.and_then(|task| self.tasks.name(task)).cloned();
        let run = Run::new(RunId::new(number.into())?, task, row.start, row.end);
        Some(
            run.with_finished(row.finished)
                .with_current(self.is_current(number, &row)),
        )
    }
}

/// Indexes and keys.
impl State {
    pub(crate) fn field_index(&self, field: &Field) -> Option<&FieldIndex> {
        let place = self
            .fields
            .binary_search_by(|index| index.field().cmp(field))
            .ok()?;
        self.fields.get(place)
    }

    /// Adds an index and fills it; tells whether there was none.
    pub(crate) fn add_field_index(&mut self, field: &Field) -> bool {
        let Err(place) = self
            .fields
            .binary_search_by(|index| index.field().cmp(field))
        else {
            return false;
        };
        let mut index = FieldIndex::new(field.clone());
        for (number, _) in self.rows.range(0, TrackNo::MAX) {
            if let Some((_, data)) = self.rows.with_data(number) {
                index.insert(number, data);
            }
        }
        self.fields.insert(place, index);
        true
    }

    pub(crate) fn drop_field_index(&mut self, field: &Field) -> bool {
        let place = self
            .fields
            .binary_search_by(|index| index.field().cmp(field));
        place.map(|place| self.fields.remove(place)).is_ok()
    }

    pub(crate) fn key_use(&self, key: &Key) -> Option<KeyUse> {
        self.keys.find(key)
    }
}

/// The number of a track id, where this store can have it.
pub(crate) fn track_no(id: TrackId) -> Option<TrackNo> {
    TrackNo::try_from(id.number()).ok()
}

/// The number of a run id, where this store can have it.
pub(crate) fn run_no(id: RunId) -> Option<RunNo> {
    RunNo::try_from(id.number()).ok()
}

/// The error for a store that has given its last number.
pub(crate) fn ids_exhausted(what: &str) -> Error {
    Error::full(format!(
        "in memory there is room for {} {what}, over the life of the store",
        u32::MAX
    ))
}

/// What comes after a number, unless it was the last.
pub(crate) fn next_number(last: u32, what: &str) -> Result<u32> {
    last.checked_add(1).ok_or_else(|| ids_exhausted(what))
}
