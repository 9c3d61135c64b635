//! Tracks as they come out of a store.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::data::write_repr_str;
use crate::{Data, DataRef, NameRef, Result, RunId, TaskId, Timestamp, TrackId, UserName};

/// Who did what, in which run of which task, and when.
///
/// It prints like `<Track ['a001', 1, 'u1', '2026-11-23 15:47']: {'somekey': 'somevalue'}>`,
/// with the time in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Track {
    id: TrackId,
    task: TaskId,
    run: RunId,
    user: UserName,
    time: Timestamp,
    data: Data,
}

impl Track {
    /// Puts a track together, as a store does with what it kept; saving takes a
    /// [`NewTrack`](crate::NewTrack).
    pub fn new(
        id: TrackId,
        task: TaskId,
        run: RunId,
        user: UserName,
        time: Timestamp,
        data: Data,
    ) -> Self {
        Self {
            id,
            task,
            run,
            user,
            time,
            data,
        }
    }

    /// Its number within the store.
    pub fn id(&self) -> TrackId {
        self.id
    }

    /// What it was about.
    pub fn task(&self) -> &TaskId {
        &self.task
    }

    /// The run that it was saved into.
    pub fn run(&self) -> RunId {
        self.run
    }

    /// Who it was.
    pub fn user(&self) -> &UserName {
        &self.user
    }

    /// When it was saved, or updated last.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// What happened.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// Reads the data into a type of your own.
    ///
    /// # Errors
    ///
    /// [`Error::DataMismatch`](crate::Error::DataMismatch) where it does not fit the type.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T> {
        self.data.deserialize()
    }

    /// Gives the data away without copying it.
    pub fn into_data(self) -> Data {
        self.data
    }

    /// Lends it.
    pub fn as_ref(&self) -> TrackRef<'_> {
        TrackRef::new(
            self.id,
            &self.task,
            self.run,
            &self.user,
            self.time,
            self.data.as_ref(),
        )
    }
}

impl fmt::Display for Track {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_ref(), f)
    }
}

/// A borrowed track, as a visitor gets it: nothing is copied until [`to_track`](Self::to_track).
#[derive(Clone, Copy, Debug)]
pub struct TrackRef<'a> {
    id: TrackId,
    task: NameRef<'a>,
    run: RunId,
    user: NameRef<'a>,
    time: Timestamp,
    data: DataRef<'a>,
}

impl<'a> TrackRef<'a> {
    /// Builds a borrowed track from the parts of a store: names as `&str`, or as the
    /// [`TaskId`] and [`UserName`] whose text [`to_track`](Self::to_track) then shares.
    pub fn new(
        id: TrackId,
        task: impl Into<NameRef<'a>>,
        run: RunId,
        user: impl Into<NameRef<'a>>,
        time: Timestamp,
        data: DataRef<'a>,
    ) -> Self {
        Self {
            id,
            task: task.into(),
            run,
            user: user.into(),
            time,
            data,
        }
    }

    /// Its number within the store.
    pub fn id(&self) -> TrackId {
        self.id
    }

    /// What it was about.
    pub fn task(&self) -> &'a str {
        self.task.as_str()
    }

    /// What it was about, to keep.
    pub fn task_id(&self) -> TaskId {
        self.task.to_task()
    }

    /// The run that it was saved into.
    pub fn run(&self) -> RunId {
        self.run
    }

    /// Who it was.
    pub fn user(&self) -> &'a str {
        self.user.as_str()
    }

    /// Who it was, to keep.
    pub fn user_name(&self) -> UserName {
        self.user.to_user()
    }

    /// When it was saved, or updated last.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// What happened.
    pub fn data(&self) -> DataRef<'a> {
        self.data
    }

    /// Reads the data into a type of your own, which may borrow from it.
    ///
    /// # Errors
    ///
    /// [`Error::DataMismatch`](crate::Error::DataMismatch) where it does not fit the type.
    pub fn deserialize<T: Deserialize<'a>>(&self) -> Result<T> {
        self.data.deserialize()
    }

    /// A copy to keep.
    pub fn to_track(&self) -> Track {
        Track::new(
            self.id,
            self.task_id(),
            self.run,
            self.user_name(),
            self.time,
            self.data.to_data(),
        )
    }
}

impl fmt::Display for TrackRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<Track [")?;
        write_repr_str(f, self.task())?;
        write!(f, ", {}, ", self.run)?;
        write_repr_str(f, self.user())?;
        write!(f, ", '{}']: {}>", self.time.to_minute_string(), self.data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_track_prints_as_the_specification_shows_it() {
        let track = Track::new(
            TrackId::FIRST,
            TaskId::new("a001").unwrap(),
            RunId::FIRST,
            UserName::new("u1").unwrap(),
            "2026-11-23T15:47:59Z".parse().unwrap(),
            r#"{"somekey":"somevalue"}"#.parse().unwrap(),
        );
        let shown = "<Track ['a001', 1, 'u1', '2026-11-23 15:47']: {'somekey': 'somevalue'}>";
        assert_eq!(track.to_string(), shown);
        assert_eq!(track.as_ref().to_track(), track);
        // What is printed for programmers leaves nothing out.
        for part in ["id", "a001", "u1", "2026-11-23T15:47:59Z", "somevalue"] {
            assert!(format!("{track:?}").contains(part), "{track:?}");
            assert!(format!("{:?}", track.as_ref()).contains(part), "{track:?}");
        }
    }
}
