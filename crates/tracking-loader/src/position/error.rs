//! Why it cannot be told which log a source is.

use tracking_core::CheckpointName;

use crate::SourceError;

/// A checkpoint of ours that holds something else than it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DamagedCheckpoint(pub(crate) CheckpointName);

/// Why it cannot be told which log a source is.
#[derive(Debug)]
pub(crate) enum IdentifyError {
    Store(tracking_core::Error),
    Source(SourceError),
    Damaged(DamagedCheckpoint),
}

impl From<tracking_core::Error> for IdentifyError {
    fn from(error: tracking_core::Error) -> Self {
        Self::Store(error)
    }
}

impl From<SourceError> for IdentifyError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl From<DamagedCheckpoint> for IdentifyError {
    fn from(damaged: DamagedCheckpoint) -> Self {
        Self::Damaged(damaged)
    }
}
