//! Metadata: a label and a value.

use chrono::TimeDelta;
use tracking_core::{RunId, RunState, TaskId, Timestamp, TrackId, UserName};

/// A line of metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    label: String,
    value: EntryValue,
}

/// The value of a line of metadata; names among them lead to their views.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryValue {
    /// Any text.
    Text(String),
    /// A text with an address that it leads to.
    Link(String, String),
    /// A number, shown in groups of three digits.
    Count(u64),
    /// A task.
    Task(TaskId),
    /// A user.
    User(UserName),
    /// A run.
    Run(RunId),
    /// A track.
    Track(TrackId),
    /// A moment, to the second.
    Time(Timestamp),
    /// A moment with all that is known of it.
    ExactTime(Timestamp),
    /// How long something took.
    Length(TimeDelta),
    /// The state of a run.
    State(RunState),
}

impl Entry {
    /// A label and a value.
    pub fn new(label: impl Into<String>, value: impl Into<EntryValue>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
        }
    }

    /// What the value is.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The value.
    pub fn value(&self) -> &EntryValue {
        &self.value
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),*) => {$(
        impl From<$type> for EntryValue {
            fn from(value: $type) -> Self {
                Self::$variant(value)
            }
        }
    )*};
}

from!(String => Text, u64 => Count, TaskId => Task, UserName => User, RunId => Run,
    TrackId => Track, Timestamp => Time, TimeDelta => Length, RunState => State);

impl From<&str> for EntryValue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
