//! What a store under test is made of.

use std::fmt;
use std::sync::Arc;

use tracking_core::{Clock, Field};

/// What a factory is given to make a fresh, empty store of.
#[derive(Clone)]
#[non_exhaustive]
pub struct Setup {
    /// The clock that the store must go by.
    pub clock: Arc<dyn Clock>,
    /// The data fields that it must have an index on.
    pub indexes: Vec<Field>,
}

impl Setup {
    /// A store that goes by this clock, without indexes.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            indexes: Vec::new(),
        }
    }

    /// The same with an index on a data field.
    #[must_use]
    pub fn with_index(mut self, field: impl Into<Field>) -> Self {
        self.indexes.push(field.into());
        self
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("indexes", &self.indexes)
            .finish_non_exhaustive()
    }
}
