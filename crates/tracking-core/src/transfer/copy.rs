//! From one store to another.

use super::export::each_record;
use super::restorer::{Refused, Restorer};
use super::{Record, TransferSummary};
use crate::{Result, TrackingStorage};

/// Copies everything from one store to another, of whatever kind, exactly as it is.
///
/// An interrupted copy continues when it is started again: existing records are compared and
/// skipped, and [`TransferSummary::already_there`] counts it. What is there with other content ends the
/// copy with an error that names it: two stores that went their own ways do not become one.
/// `progress` is called after each step.
///
/// The copy is of one moment: what is written to the first store meanwhile is not copied.
///
/// ```
/// use tracking_core::{Result, TrackingStorage, copy};
///
/// fn migrate(from: &dyn TrackingStorage, to: &dyn TrackingStorage) -> Result<u64> {
///     let moved = copy(from, to, &mut |so_far| eprintln!("{} tracks", so_far.tracks))?;
///     Ok(moved.tracks)
/// }
/// ```
///
/// # Errors
///
/// [`Error::RestoreConflict`](crate::Error::RestoreConflict) for what is there with other content,
/// and what the stores report. What was copied before stays.
pub fn copy(
    from: &dyn TrackingStorage,
    to: &dyn TrackingStorage,
    progress: &mut dyn FnMut(&TransferSummary),
) -> Result<TransferSummary> {
    let copied = copy_records(from, to, progress).map_err(|refused| refused.error);
    // What was copied before an error stays, too.
    let flushed = to.flush();
    let moved = copied?;
    flushed.map(|()| moved)
}

fn copy_records(
    from: &dyn TrackingStorage,
    to: &dyn TrackingStorage,
    progress: &mut dyn FnMut(&TransferSummary),
) -> Result<TransferSummary, Refused> {
    let mut restorer = Restorer::new(to, progress).delayed();
    let mut number = 0;
    each_record(from, |record: Record| {
        number += 1;
        restorer.take(number, record)
    })?;
    restorer.finish()
}
