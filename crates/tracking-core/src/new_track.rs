//! Tracks on their way into a store.

use serde::{Deserialize, Serialize};

use crate::{
    Data, Error, IntoData, Key, Result, RunChoice, SessionGap, TaskId, Timestamp, TrackId, UserName,
};

/// What a save does where there already is a track of the same task, run and user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SaveMode {
    /// Saves a new track next to the others.
    #[default]
    Append,
    /// Merges the new keys into the data of the last one. An empty object leaves its data and
    /// time as they were.
    Merge,
    /// Replaces the data of the last one, also by an empty object.
    Replace,
}

/// A track to be saved.
///
/// ```
/// use serde_json::json;
/// use tracking_core::{NewTrack, SaveMode};
///
/// let track = NewTrack::new("a001", "u1", json!({"page": 3}))?.updating(SaveMode::Merge);
/// assert_eq!(track.task().as_str(), "a001");
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[must_use]
pub struct NewTrack {
    task: TaskId,
    run: RunChoice,
    user: UserName,
    data: Data,
    time: Option<Timestamp>,
    mode: SaveMode,
    key: Option<Key>,
}

impl NewTrack {
    /// A track of the task's current run, with the time of the store's clock.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] for what is no task id or user name, [`Error::InvalidData`] for
    /// what is no JSON object.
    pub fn new<T, U, D>(task: T, user: U, data: D) -> Result<Self>
    where
        T: TryInto<TaskId>,
        U: TryInto<UserName>,
        D: IntoData,
        T::Error: Into<Error>,
        U::Error: Into<Error>,
    {
        let task = task.try_into().map_err(Into::into)?;
        let user = user.try_into().map_err(Into::into)?;
        Ok(Self::from_parts(task, user, data.into_data()?))
    }

    /// The same of any type that serializes to a JSON object.
    ///
    /// ```
    /// use serde::Serialize;
    /// use tracking_core::NewTrack;
    ///
    /// #[derive(Serialize)]
    /// struct Answer { points: u32 }
    ///
    /// let track = NewTrack::from_serialize("b1", "anna", &Answer { points: 3 })?;
    /// assert_eq!(track.data().as_str(), r#"{"points":3}"#);
    /// # Ok::<(), tracking_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub fn from_serialize<T, U>(task: T, user: U, value: &(impl Serialize + ?Sized)) -> Result<Self>
    where
        T: TryInto<TaskId, Error: Into<Error>>,
        U: TryInto<UserName, Error: Into<Error>>,
    {
        Self::new(task, user, Data::from_serialize(value)?)
    }

    /// The same of what has been checked already, which cannot fail.
    pub fn from_parts(task: TaskId, user: UserName, data: Data) -> Self {
        Self {
            task,
            run: RunChoice::Current,
            user,
            data,
            time: None,
            mode: SaveMode::Append,
            key: None,
        }
    }

    /// Saves into this run instead of the task's current one.
    pub fn in_run(self, run: impl Into<RunChoice>) -> Self {
        Self {
            run: run.into(),
            ..self
        }
    }

    /// Saves into the run of the user's session instead of the task's current run: into the run
    /// of the user's last track, unless the pause since then is longer than `gap`, else into a new
    /// run. The session may go across tasks; no other user shares it.
    ///
    /// A program that serves users needs nothing else: no run to start, none to stop.
    /// [`TrackingStorage::apply`](crate::TrackingStorage::apply) has the rule.
    ///
    /// ```
    /// use serde_json::json;
    /// use tracking_core::{NewTrack, RunChoice, SessionGap};
    ///
    /// let track = NewTrack::new("a001", "u1", json!({}))?.in_session(SessionGap::default());
    /// assert_eq!(track.run(), RunChoice::Session(SessionGap::default()));
    /// # Ok::<(), tracking_core::Error>(())
    /// ```
    pub fn in_session(self, gap: impl Into<SessionGap>) -> Self {
        self.in_run(gap.into())
    }

    /// Gives it a time of its own instead of the clock's.
    pub fn at(self, time: Timestamp) -> Self {
        Self {
            time: Some(time),
            ..self
        }
    }

    /// Updates the last track of the same task, run and user, where there is one.
    pub fn updating(self, mode: SaveMode) -> Self {
        Self { mode, ..self }
    }

    /// Makes repeating this save harmless: see [`Key`] and
    /// [`TrackingStorage::apply`](crate::TrackingStorage::apply).
    pub fn with_key(self, key: impl Into<Key>) -> Self {
        Self {
            key: Some(key.into()),
            ..self
        }
    }

    /// What it is about.
    pub fn task(&self) -> &TaskId {
        &self.task
    }

    /// Which run it goes into.
    pub fn run(&self) -> RunChoice {
        self.run
    }

    /// Who it was.
    pub fn user(&self) -> &UserName {
        &self.user
    }

    /// What happened.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// When; nothing means now.
    pub fn time(&self) -> Option<Timestamp> {
        self.time
    }

    /// What it does where there already is a track of the same task, run and user.
    pub fn mode(&self) -> SaveMode {
        self.mode
    }

    /// The key, if it has one.
    pub fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }
}

/// A change to one track, named by its id.
///
/// The track gets the new time and its run's end moves, as with any interaction. A merge of an
/// empty object leaves data and time as they were; the run's end still moves.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[must_use]
pub struct TrackUpdate {
    id: TrackId,
    data: Data,
    replace: bool,
    time: Option<Timestamp>,
}

impl TrackUpdate {
    /// Merges the keys of `data` into the track's, with the time of the store's clock.
    pub fn merge(id: TrackId, data: impl Into<Data>) -> Self {
        Self {
            id,
            data: data.into(),
            replace: false,
            time: None,
        }
    }

    /// Replaces the track's data, with the time of the store's clock.
    pub fn replace(id: TrackId, data: impl Into<Data>) -> Self {
        Self {
            id,
            data: data.into(),
            replace: true,
            time: None,
        }
    }

    /// Gives it a time of its own instead of the clock's.
    pub fn at(self, time: Timestamp) -> Self {
        Self {
            time: Some(time),
            ..self
        }
    }

    /// Which track.
    pub fn id(&self) -> TrackId {
        self.id
    }

    /// The keys to merge, or all of the new data.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Whether the data is replaced and not merged.
    pub fn replaces(&self) -> bool {
        self.replace
    }

    /// When; nothing means now.
    pub fn time(&self) -> Option<Timestamp> {
        self.time
    }
}
