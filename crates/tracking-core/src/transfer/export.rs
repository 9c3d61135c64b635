//! Everything that a store holds, one by one.

use std::ops::ControlFlow;

use super::Record;
use crate::{Error, Result, TrackingStorage};

/// Visits everything that a store holds, as [`TrackingStorage::export`] hands it out: as of one
/// moment, in an order in which [`restore`](TrackingStorage::restore) takes it.
///
/// # Errors
///
/// What the store or the visitor reports; the visitor's first error ends it.
pub fn export(
    store: &dyn TrackingStorage,
    visitor: &mut dyn FnMut(Record) -> Result<()>,
) -> Result<()> {
    each_record(store, visitor)
}

/// Like [`export`], for visitors with errors of their own.
pub(super) fn each_record<E: From<Error>>(
    store: &dyn TrackingStorage,
    mut take: impl FnMut(Record) -> Result<(), E>,
) -> Result<(), E> {
    let mut result = Ok(());
    store.export(&mut |record| {
        result = take(record);
        if result.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    result
}
