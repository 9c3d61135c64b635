//! The checkpoints of a store, and in a trial those that would be there by now.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use tracking_core::{
    Batch, Checkpoint, CheckpointName, ErrorKind, Result, TrackingStorage, TrackingStorageExt as _,
};

use super::error::{DamagedCheckpoint, IdentifyError};
use crate::apply_thread::ApplyThread;

/// The checkpoints of a store.
#[derive(Debug)]
pub(crate) struct Checkpoints<'s> {
    store: &'s dyn TrackingStorage,
    /// Applies batches on another thread. A read waits for the last one.
    applier: Option<Rc<ApplyThread>>,
    /// What batches that were only tried would have left.
    dry_run: RefCell<HashMap<CheckpointName, Checkpoint>>,
}

impl<'s> Checkpoints<'s> {
    pub(crate) fn of(store: &'s dyn TrackingStorage) -> Self {
        Self {
            store,
            applier: None,
            dry_run: RefCell::default(),
        }
    }

    /// Waits for the batch that is being applied before it looks into the store.
    pub(crate) fn after(mut self, applier: Option<Rc<ApplyThread>>) -> Self {
        self.applier = applier;
        self
    }

    /// The store, in which the last batch is by now.
    fn store(&self) -> &'s dyn TrackingStorage {
        if let Some(applier) = &self.applier {
            applier.wait();
        }
        self.store
    }

    pub(crate) fn get(&self, name: &CheckpointName) -> Result<Option<Checkpoint>> {
        match self.dry_run.borrow().get(name) {
            Some(dry_run) => Ok(Some(dry_run.clone())),
            None => self.store().checkpoint(name),
        }
    }

    /// A checkpoint of the loader's own; one that the store cannot read is damaged.
    pub(super) fn get_own(
        &self,
        name: &CheckpointName,
    ) -> Result<Option<Checkpoint>, IdentifyError> {
        self.get(name).map_err(|error| match error.kind() {
            ErrorKind::Corrupt => DamagedCheckpoint(name.clone()).into(),
            _ => error.into(),
        })
    }

    /// All of them, sorted by name.
    pub(crate) fn all(&self) -> Result<Vec<Checkpoint>> {
        let mut all = self.store().checkpoints()?;
        let dry_run = self.dry_run.borrow();
        if !dry_run.is_empty() {
            all.retain(|checkpoint| !dry_run.contains_key(checkpoint.name()));
            all.extend(dry_run.values().cloned());
            all.sort_by(|a, b| a.name().cmp(b.name()));
        }
        Ok(all)
    }

    /// Takes the checkpoints of a batch as if it had been applied.
    pub(crate) fn apply_dry_run(&self, batch: &Batch) {
        let moved = batch.checkpoints().iter().map(|moved| moved.to().clone());
        let moved = moved.map(|checkpoint| (checkpoint.name().clone(), checkpoint));
        self.dry_run.borrow_mut().extend(moved);
    }
}
