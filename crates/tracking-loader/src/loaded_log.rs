//! The logs that a store knows to have been loaded, and how to forget one.

use tracking_core::{
    Batch, Checkpoint, CheckpointName, ErrorKind, Precondition, Result, TrackingStorage,
    TrackingStorageExt as _,
};

use crate::position::{
    Forgotten, KnownLog, LogIdentity, SHORT_IDENTITIES, empty_segment, log_of_segment,
    no_short_identities,
};

/// A log that was loaded into a store, as its checkpoint has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadedLog {
    /// The checkpoint that says how far it was read.
    pub checkpoint: CheckpointName,
    /// What is in there; nothing where that is damaged.
    pub position: Option<LoadedPosition>,
}

/// How far a log was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadedPosition {
    /// What the log was called when it was read last.
    pub name: String,
    /// The name of the format that it was read in.
    pub format: String,
    /// How many lines were read.
    pub lines: u64,
    /// How many bytes of the unpacked text these are.
    pub bytes: u64,
    /// How many of the lines were rejected. They are read again when the log is read in another
    /// way.
    pub rejected: u64,
}

impl LoadedLog {
    /// All logs that were loaded into a store, by the names of their checkpoints.
    ///
    /// # Errors
    ///
    /// Those of [`TrackingStorage::checkpoints_after`].
    pub fn all(store: &dyn TrackingStorage) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for checkpoint in store.checkpoints()? {
            let (name, data) = (checkpoint.name(), checkpoint.position());
            if LogIdentity::hash_of_checkpoint(name).is_none() || Forgotten::is(data) {
                continue;
            }
            let known = KnownLog::read(name, data).ok().flatten();
            let position = known.map(|known| LoadedPosition {
                name: known.position.log,
                format: known.position.format,
                lines: known.position.lines,
                bytes: known.position.bytes,
                rejected: known.position.rejected,
            });
            all.push(Self {
                checkpoint: name.clone(),
                position,
            });
        }
        Ok(all)
    }

    /// Has a store forget that a log was loaded, so that it is loaded again when it is given again.
    /// Its tracks stay. The checkpoint may also be one that [`SourceError::DamagedCheckpoint`]
    /// names. Tells whether there was such a log.
    ///
    /// # Errors
    ///
    /// Those of [`TrackingStorage::apply`]; [`CheckpointConflict`] where it is being loaded just
    /// then.
    ///
    /// [`SourceError::DamagedCheckpoint`]: crate::SourceError::DamagedCheckpoint
    /// [`CheckpointConflict`]: tracking_core::Error::CheckpointConflict
    pub fn forget(store: &dyn TrackingStorage, checkpoint: &CheckpointName) -> Result<bool> {
        let log = log_of_segment(checkpoint)?;
        let is_short_identities = log.as_str() == SHORT_IDENTITIES;
        if !is_short_identities && LogIdentity::hash_of_checkpoint(&log).is_none() {
            return Ok(false);
        }
        let found = match store.checkpoint(&log) {
            Ok(None) => return Ok(false),
            Ok(Some(found)) if Forgotten::is(found.position()) => return Ok(false),
            Ok(found) => Precondition::from(found),
            // What the store cannot read is forgotten, too.
            Err(error) if error.kind() == ErrorKind::Corrupt => Precondition::Anything,
            Err(error) => return Err(error),
        };
        let data = if is_short_identities {
            no_short_identities()?
        } else {
            Forgotten::to_data()?
        };
        let forgotten = Checkpoint::new(log.clone(), data);
        store.apply(&Batch::new().with_checkpoint_if(found, forgotten))?;
        // What is left of the ledger says nothing any more.
        let mut batch = Batch::new();
        for segment in store.checkpoints()? {
            let name = segment.name();
            if *name != log && log_of_segment(name)? == log {
                let empty = Checkpoint::new(name.clone(), empty_segment()?);
                batch = batch.with_checkpoint(empty);
            }
        }
        store.apply(&batch)?;
        Ok(true)
    }
}
