//! How far somebody has come, kept next to what has been done so far.

use serde::{Deserialize, Serialize};

use crate::{CheckpointName, Data};

/// A position that commits together with a batch: what a loader has read so far.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Checkpoint {
    name: CheckpointName,
    position: Data,
}

impl Checkpoint {
    /// A checkpoint of this name, at this position.
    pub fn new(name: impl Into<CheckpointName>, position: impl Into<Data>) -> Self {
        Self {
            name: name.into(),
            position: position.into(),
        }
    }

    /// What it is called.
    pub fn name(&self) -> &CheckpointName {
        &self.name
    }

    /// The position, whatever that is to the one who wrote it.
    pub fn position(&self) -> &Data {
        &self.position
    }
}

/// What a checkpoint must be for a batch to be done at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Precondition {
    /// Whatever it is.
    #[default]
    Anything,
    /// Not there yet.
    Missing,
    /// At this position, as it was when the writer read it.
    At(Data),
}

impl Precondition {
    /// Tells whether a checkpoint that is now at `position` (or not there) is as expected.
    pub fn allows(&self, position: Option<&Data>) -> bool {
        match self {
            Self::Anything => true,
            Self::Missing => position.is_none(),
            Self::At(expected) => position == Some(expected),
        }
    }
}

impl From<Option<Checkpoint>> for Precondition {
    /// Expects what was read.
    fn from(read: Option<Checkpoint>) -> Self {
        read.map_or(Self::Missing, |checkpoint| Self::At(checkpoint.position))
    }
}
