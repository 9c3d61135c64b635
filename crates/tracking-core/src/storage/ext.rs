//! What is handy on top of the contract, the same for every store.

use std::ops::ControlFlow;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::TrackingStorage;
use crate::{
    Checkpoint, Cursor, Error, IntoData, NewRun, NewTrack, Query, Result, Run, RunChoice, RunId,
    RunSelector, StopRun, TaskId, Timestamp, Track, TrackId, TrackRef, UserName,
};

/// How many names, runs or checkpoints a method that collects all of them asks for at once.
const PAGE: usize = 1_000;

/// Conveniences for every [`TrackingStorage`], also behind `dyn`.
///
/// Names may be given as text; what is no name is an error as it is in
/// [`NewTrack::new`].
pub trait TrackingStorageExt: TrackingStorage {
    /// Saves data as a new track of the task's current run.
    ///
    /// # Errors
    ///
    /// Those of [`NewTrack::new`] and [`TrackingStorage::save`].
    fn save_data<T, U, D>(&self, task: T, user: U, data: D) -> Result<TrackId>
    where
        T: TryInto<TaskId, Error: Into<Error>>,
        U: TryInto<UserName, Error: Into<Error>>,
        D: IntoData,
    {
        self.save(NewTrack::new(task, user, data)?)
    }

    /// Saves any value that serializes to a JSON object as a new track of the task's current
    /// run.
    ///
    /// # Errors
    ///
    /// Those of [`NewTrack::from_serialize`] and [`TrackingStorage::save`].
    fn save_value<T, U, V>(&self, task: T, user: U, value: &V) -> Result<TrackId>
    where
        T: TryInto<TaskId, Error: Into<Error>>,
        U: TryInto<UserName, Error: Into<Error>>,
        V: Serialize + ?Sized,
    {
        self.save(NewTrack::from_serialize(task, user, value)?)
    }

    /// Reads the data of the last track of a task, run and user into a type of your own; see
    /// [`TrackingStorage::last_track`].
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] for what is no name, [`Error::DataMismatch`] where the data does
    /// not fit the type.
    fn last_value<V: DeserializeOwned>(
        &self,
        task: impl TryInto<TaskId, Error: Into<Error>>,
        run: impl Into<RunChoice>,
        user: impl TryInto<UserName, Error: Into<Error>>,
    ) -> Result<Option<V>> {
        let last = self.last_user_track(task, run, user)?;
        last.map(|track| track.deserialize()).transpose()
    }

    /// Collects the tracks that a query asks for.
    ///
    /// # Errors
    ///
    /// Those of [`TrackingStorage::visit`].
    fn query(&self, query: &Query) -> Result<Vec<Track>> {
        self.page(query).map(|page| page.tracks)
    }

    /// Looks at each track that a query asks for.
    ///
    /// # Errors
    ///
    /// Those of [`TrackingStorage::visit`].
    fn for_each(
        &self,
        query: &Query,
        mut look: impl FnMut(TrackRef<'_>),
    ) -> Result<Option<Cursor>> {
        self.visit(query, &mut |track| {
            look(track);
            ControlFlow::Continue(())
        })
    }

    /// Looks at each track that a query asks for, until the first error.
    ///
    /// # Errors
    ///
    /// The first error of `look`, or those of [`TrackingStorage::visit`].
    fn try_for_each<E: From<Error>>(
        &self,
        query: &Query,
        mut look: impl FnMut(TrackRef<'_>) -> Result<(), E>,
    ) -> Result<Option<Cursor>, E> {
        let mut result = Ok(());
        let next = self.visit(query, &mut |track| {
            result = look(track);
            if result.is_ok() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        result.map(|()| next)
    }

    /// The tracks of a task, run and user, by id; none where there is no current run.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] for what is no name.
    fn user_tracks<T, U>(&self, task: T, run: impl Into<RunChoice>, user: U) -> Result<Vec<Track>>
    where
        T: TryInto<TaskId, Error: Into<Error>>,
        U: TryInto<UserName, Error: Into<Error>>,
    {
        let task = task.try_into().map_err(Into::into)?;
        let user = user.try_into().map_err(Into::into)?;
        let run = match run.into() {
            RunChoice::Id(run) => Some(run),
            RunChoice::Current => self.run(&RunSelector::from(&task))?.map(|run| run.id()),
            // Its run has the last track of the task, where it has any.
            session @ RunChoice::Session(_) => self
                .last_track(&task, session, &user)?
                .map(|track| track.run()),
            RunChoice::Started(_) => None,
        };
        run.map_or(Ok(Vec::new()), |run| {
            self.query(
                &Query::all()
                    .task(task.as_str())
                    .run(run)
                    .user(user.as_str()),
            )
        })
    }

    /// The last track of a task, run and user; see [`TrackingStorage::last_track`].
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] for what is no name.
    fn last_user_track<T, U>(
        &self,
        task: T,
        run: impl Into<RunChoice>,
        user: U,
    ) -> Result<Option<Track>>
    where
        T: TryInto<TaskId, Error: Into<Error>>,
        U: TryInto<UserName, Error: Into<Error>>,
    {
        let task = task.try_into().map_err(Into::into)?;
        let user = user.try_into().map_err(Into::into)?;
        self.last_track(&task, run.into(), &user)
    }

    /// All tasks that have tracks, sorted by code point. It collects all pages of
    /// [`task_ids_after`](TrackingStorage::task_ids_after), for those who know that there are few.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn task_ids(&self) -> Result<Vec<TaskId>> {
        all_pages(|after, limit| self.task_ids_after(after, limit))
    }

    /// All users who have tracks of a task, or any tracks at all, sorted by code point. It
    /// collects all pages of [`user_names_after`](TrackingStorage::user_names_after), for those
    /// who know that there are few.
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn user_names(&self, task: Option<&TaskId>) -> Result<Vec<UserName>> {
        all_pages(|after, limit| self.user_names_after(task, after, limit))
    }

    /// All checkpoints, sorted by name. It collects all pages of
    /// [`checkpoints_after`](TrackingStorage::checkpoints_after).
    ///
    /// # Errors
    ///
    /// Those of the store.
    fn checkpoints(&self) -> Result<Vec<Checkpoint>> {
        all_pages(|after: Option<&Checkpoint>, limit| {
            self.checkpoints_after(after.map(Checkpoint::name), limit)
        })
    }

    /// Stops all current runs that nobody has touched since a time, some at a time; see
    /// [`TrackingStorage::expire_runs_before`]. It returns all of them, by id.
    ///
    /// # Errors
    ///
    /// Those of the store. Some runs may have been stopped then.
    fn expire_runs(&self, untouched_since: Timestamp) -> Result<Vec<RunId>> {
        all_pages(|_, limit| self.expire_runs_before(untouched_since, limit))
    }

    /// The users who have tracks of a task; see [`user_names`](Self::user_names).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] for what is no task id.
    fn users_of<T: TryInto<TaskId, Error: Into<Error>>>(&self, task: T) -> Result<Vec<UserName>> {
        self.user_names(Some(&task.try_into().map_err(Into::into)?))
    }

    /// Starts a run of a task, now.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] for what is no task id.
    fn start_run_of<T: TryInto<TaskId, Error: Into<Error>>>(&self, task: T) -> Result<RunId> {
        self.start_run(NewRun::of(task.try_into().map_err(Into::into)?))
    }

    /// The current run of a task.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] for what is no task id.
    fn current_run_of<T: TryInto<TaskId, Error: Into<Error>>>(
        &self,
        task: T,
    ) -> Result<Option<Run>> {
        self.run(&RunSelector::current_of(task)?)
    }

    /// Stops a run as finished, now: by its id, or the current one of a task.
    ///
    /// # Errors
    ///
    /// Those of [`TrackingStorage::stop_run`].
    fn finish_run(&self, run: impl Into<RunSelector>) -> Result<Option<RunId>> {
        self.stop_run(StopRun::new(run))
    }
}

impl<S: TrackingStorage + ?Sized> TrackingStorageExt for S {}

/// Collects pages until one is not full; each begins after the last of the page before.
fn all_pages<T>(page: impl Fn(Option<&T>, usize) -> Result<Vec<T>>) -> Result<Vec<T>> {
    let mut all: Vec<T> = Vec::new();
    loop {
        let mut some = page(all.last(), PAGE)?;
        let is_full = some.len() >= PAGE;
        all.append(&mut some);
        if !is_full {
            return Ok(all);
        }
    }
}
