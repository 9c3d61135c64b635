//! Several operations that are done together or not at all.

mod applied;
mod outcomes;

use serde::{Deserialize, Serialize};

pub use applied::{AppliedBatch, AppliedBatches, BatchRetention};

use crate::{
    BatchId, Checkpoint, Error, NewRun, NewTrack, Precondition, Result, RunId, StopRun, TrackId,
    TrackUpdate,
};

/// One change to a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Operation {
    /// Saves a track, as a new one or as an update.
    Save(NewTrack),
    /// Changes a track named by its id.
    Update(TrackUpdate),
    /// Removes a track.
    Remove(TrackId),
    /// Starts a run.
    StartRun(NewRun),
    /// Stops a run.
    StopRun(StopRun),
}

/// What one operation of a batch did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// The track was saved, or updated, under this id.
    Saved(TrackId),
    /// The track was updated.
    Updated(TrackId),
    /// Whether there was a track to remove.
    Removed(bool),
    /// The run was started.
    Started(RunId),
    /// The run was stopped; nothing where there is no such run.
    Stopped(Option<RunId>),
}

impl Outcome {
    /// The track that was saved or updated.
    pub fn track(self) -> Option<TrackId> {
        match self {
            Self::Saved(id) | Self::Updated(id) => Some(id),
            _ => None,
        }
    }

    /// The run that was started or stopped.
    pub fn run(self) -> Option<RunId> {
        match self {
            Self::Started(id) => Some(id),
            Self::Stopped(id) => id,
            _ => None,
        }
    }
}

/// Several operations, and the checkpoints that commit with them: all or nothing.
///
/// Each operation sees what those before it did. A batch without operations may still move
/// a checkpoint.
///
/// ```
/// use serde_json::json;
/// use tracking_core::{Batch, Checkpoint, CheckpointName, Data, NewRun, NewTrack, RunChoice};
///
/// let position = Data::from_serialize(&json!({"offset": 4711}))?;
/// let batch = Batch::new()
///     .start_run(NewRun::without_task())
///     .save(NewTrack::new("/index", "u1", json!({}))?.in_run(RunChoice::Started(0)))
///     .with_checkpoint(Checkpoint::new(CheckpointName::new("access.log")?, position));
/// assert_eq!(batch.operations().len(), 2);
/// # Ok::<(), tracking_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct Batch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<BatchId>,
    operations: Vec<Operation>,
    checkpoints: Vec<CheckpointMove>,
}

/// A checkpoint to be written, and what it must be before.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CheckpointMove {
    to: Checkpoint,
    from: Precondition,
}

impl CheckpointMove {
    /// The checkpoint as it will be.
    pub fn to(&self) -> &Checkpoint {
        &self.to
    }

    /// What it must be before the batch.
    pub fn from(&self) -> &Precondition {
        &self.from
    }
}

impl Batch {
    /// A batch of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Saves a track.
    pub fn save(self, track: NewTrack) -> Self {
        self.and(Operation::Save(track))
    }

    /// Changes a track.
    pub fn update(self, update: TrackUpdate) -> Self {
        self.and(Operation::Update(update))
    }

    /// Removes a track.
    pub fn remove(self, id: TrackId) -> Self {
        self.and(Operation::Remove(id))
    }

    /// Starts a run; [`RunChoice::Started`](crate::RunChoice::Started) counts these from 0.
    pub fn start_run(self, run: NewRun) -> Self {
        self.and(Operation::StartRun(run))
    }

    /// Stops a run.
    pub fn stop_run(self, stop: StopRun) -> Self {
        self.and(Operation::StopRun(stop))
    }

    /// Adds an operation.
    pub fn and(mut self, operation: Operation) -> Self {
        self.push(operation);
        self
    }

    /// Adds an operation, for filling a batch in a loop.
    pub fn push(&mut self, operation: Operation) {
        self.operations.push(operation);
    }

    /// Writes a checkpoint with the batch, whatever it was before.
    pub fn with_checkpoint(self, checkpoint: Checkpoint) -> Self {
        self.with_checkpoint_if(Precondition::Anything, checkpoint)
    }

    /// Writes a checkpoint with the batch, and does nothing of the batch where the checkpoint
    /// is not as expected: so two loaders of one file cannot both load it.
    pub fn with_checkpoint_if(mut self, from: impl Into<Precondition>, to: Checkpoint) -> Self {
        self.checkpoints.push(CheckpointMove {
            to,
            from: from.into(),
        });
        self
    }

    /// Makes applying the batch again harmless: see [`BatchId`] and
    /// [`TrackingStorage::apply`](crate::TrackingStorage::apply).
    pub fn with_id(mut self, id: impl Into<BatchId>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The id, if it has one.
    pub fn id(&self) -> Option<&BatchId> {
        self.id.as_ref()
    }

    /// What is to be done, in this order.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The checkpoints to be written, all compared with what they are before the batch.
    pub fn checkpoints(&self) -> &[CheckpointMove] {
        &self.checkpoints
    }

    /// Tells whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.checkpoints.is_empty()
    }
}

impl From<Operation> for Batch {
    fn from(operation: Operation) -> Self {
        Self {
            operations: vec![operation],
            ..Self::default()
        }
    }
}

impl FromIterator<NewTrack> for Batch {
    fn from_iter<I: IntoIterator<Item = NewTrack>>(tracks: I) -> Self {
        tracks.into_iter().map(Operation::Save).collect()
    }
}

impl FromIterator<Operation> for Batch {
    fn from_iter<I: IntoIterator<Item = Operation>>(operations: I) -> Self {
        Self {
            operations: operations.into_iter().collect(),
            ..Self::default()
        }
    }
}

impl Extend<NewTrack> for Batch {
    fn extend<I: IntoIterator<Item = NewTrack>>(&mut self, tracks: I) {
        self.operations
            .extend(tracks.into_iter().map(Operation::Save));
    }
}

/// What a store answers to something it was not asked: the error behind conveniences that
/// expect a certain outcome of a batch of one.
pub(crate) fn unexpected(outcome: Option<&Outcome>) -> Error {
    Error::backend(
        "answer with the outcome of the operation",
        format!("it answered that {}", meaning(outcome)),
    )
}

fn meaning(outcome: Option<&Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Saved(_)) => "a track was saved",
        Some(Outcome::Updated(_)) => "a track was updated",
        Some(Outcome::Removed(_)) => "a track was removed",
        Some(Outcome::Started(_)) => "a run was started",
        Some(Outcome::Stopped(_)) => "a run was stopped",
        None => "there was no operation",
    }
}

/// The only outcome of a batch of one, as what it was asked for.
pub(crate) fn only<T>(outcomes: &[Outcome], take: impl Fn(Outcome) -> Option<T>) -> Result<T> {
    outcomes
        .first()
        .copied()
        .and_then(take)
        .ok_or_else(|| unexpected(outcomes.first()))
}
