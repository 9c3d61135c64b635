//! Setting a store up.

use std::fmt;
use std::sync::Arc;

use tracking_core::{Clock, Field};

use crate::BTreeStorage;

/// Sets a [`BTreeStorage`] up.
///
/// | setting | default |
/// |---|---|
/// | [`clock`](Self::clock) | the clock of the machine |
/// | [`index`](Self::index) | no index on data fields |
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    clock: Option<Arc<dyn Clock>>,
    indexes: Vec<Field>,
}

impl Builder {
    /// Takes the time from another clock.
    pub fn clock(self, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock: Some(clock),
            ..self
        }
    }

    /// Gives a data field an index.
    pub fn index(mut self, field: impl Into<Field>) -> Self {
        self.indexes.push(field.into());
        self
    }

    /// Makes the store.
    pub fn build(self) -> BTreeStorage {
        BTreeStorage::with(self.clock, &self.indexes)
    }
}

impl BTreeStorage {
    /// Makes an empty store with the clock of the machine and no index on data fields.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Makes a store with another clock, or with indexes on data fields.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("indexes", &self.indexes)
            .finish_non_exhaustive()
    }
}
