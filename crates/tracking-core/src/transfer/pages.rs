//! What a store holds, some at a time, so that no call holds it up for long.

use crate::{
    Checkpoint, CheckpointName, Cursor, Key, KeyUse, Order, Page, Query, Result, Run, RunId,
    RunQuery, Timestamp, TrackId, TrackingStorage,
};

/// How much is read or restored at once.
pub(super) const PAGE: usize = 1_000;

/// The runs after this one.
pub(super) fn runs(store: &dyn TrackingStorage, after: Option<RunId>) -> Result<Vec<Run>> {
    let query = RunQuery::all().limit(PAGE);
    store.runs(&after.map_or(query.clone(), |after| query.after(after)))
}

/// The tracks after this one.
pub(super) fn tracks(store: &dyn TrackingStorage, after: Option<TrackId>) -> Result<Page> {
    let query = Query::all().limit(PAGE);
    let cursor = after.map(|id| Cursor::after(Order::Id, Timestamp::EPOCH, id));
    store.page(&match cursor {
        Some(cursor) => query.after(cursor),
        None => query,
    })
}

/// The keys after this one.
pub(super) fn keys(store: &dyn TrackingStorage, after: Option<&Key>) -> Result<Vec<KeyUse>> {
    store.key_uses(after, PAGE)
}

/// The checkpoints after this one.
pub(super) fn checkpoints(
    store: &dyn TrackingStorage,
    after: Option<&CheckpointName>,
) -> Result<Vec<Checkpoint>> {
    store.checkpoints_after(after, PAGE)
}
