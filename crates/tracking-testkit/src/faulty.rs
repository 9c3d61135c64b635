//! Stores with one fault each, which the suite must catch.
//!
//! They wrap a right store and change its arguments or results. Anyone who adds a
//! rule to the contract adds a case for it, and a fault here that the case catches.

mod batch_ids;
mod batches;
mod changes;
mod criteria;
mod delayed;
mod grouping;
mod keys;
mod list;
mod lossy;
mod queries;
mod removal;
mod results;
mod rewrite;
mod run_removal;
mod runs;
mod saves;
mod sessions;
mod transfer;
mod wrap;

use std::fmt;
use std::sync::Arc;

use tracking_core::TrackingStorage;

pub use list::faults;
pub use lossy::lossy;
use wrap::Wrong;

/// A fault.
#[derive(Clone, Copy)]
pub struct Fault {
    name: &'static str,
    caught_by: (&'static str, &'static str),
    wrap: fn(Arc<dyn TrackingStorage>) -> Arc<dyn TrackingStorage>,
}

impl Fault {
    /// What is wrong, in short.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The topic and the name of the case that is there to catch it; others may catch it too.
    pub fn caught_by(&self) -> (&'static str, &'static str) {
        self.caught_by
    }

    /// Makes a wrong store of a right one.
    pub fn wrap(&self, store: Arc<dyn TrackingStorage>) -> Arc<dyn TrackingStorage> {
        (self.wrap)(store)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
