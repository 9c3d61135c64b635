//! A log that was loaded before.

use tracking_core::{CheckpointName, Data, Precondition, Result};

use super::error::DamagedCheckpoint;
use super::{Forgotten, IdentifyError, Position};

/// A log that was loaded before.
#[derive(Clone, Debug)]
pub(crate) struct KnownLog {
    pub(crate) name: CheckpointName,
    /// The position as the checkpoint has it.
    pub(crate) data: Data,
    pub(crate) position: Position,
}

/// A checkpoint that no log has yet.
#[derive(Clone, Debug)]
pub(crate) struct FreeCheckpoint {
    pub(crate) name: CheckpointName,
    /// What it holds until then.
    pub(crate) expected: Precondition,
}

impl KnownLog {
    /// Takes what a checkpoint holds; nothing where the log was forgotten.
    pub(crate) fn read(name: &CheckpointName, data: &Data) -> Result<Option<Self>, IdentifyError> {
        if Forgotten::is(data) {
            return Ok(None);
        }
        let damaged = |_| IdentifyError::Damaged(DamagedCheckpoint(name.clone()));
        let position: Position = data.deserialize().map_err(damaged)?;
        let name = name.clone();
        let data = data.clone();
        Ok(Some(Self {
            name,
            data,
            position,
        }))
    }
}
