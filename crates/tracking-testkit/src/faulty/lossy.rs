//! A store whose answers get lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tracking_core::{
    Batch, Erasure, Error, Field, Outcome, Query, Record, Removal, Removed, Result, Retention,
    RunId, Timestamp, TrackingStorage, UserName,
};

use super::Wrong;
use super::wrap::{Right, Rules};

/// Puts a network around a store that loses every n-th answer to a change: the change is made, or
/// refused, and the caller gets [`Error::OutcomeUnknown`].
///
/// A client is right if it does not notice, because it repeats what it was not answered.
///
/// ```
/// use std::sync::Arc;
/// use serde_json::json;
/// use tracking_core::{Batch, BatchId, NewTrack, Query, SystemClock, TrackingStorage};
/// use tracking_testkit::{Model, faulty::lossy};
///
/// let store = lossy(Arc::new(Model::new(Arc::new(SystemClock))), 1);
/// let batch = Batch::new()
///     .save(NewTrack::new("a001", "u1", json!({}))?)
///     .with_id(BatchId::new("batch-1")?);
/// for _ in 0..3 {
///     assert!(store.apply(&batch).unwrap_err().may_have_changed());
/// }
/// assert_eq!(store.count(&Query::all())?, 1);
/// # Ok::<(), tracking_core::Error>(())
/// ```
pub fn lossy(store: Arc<dyn TrackingStorage>, n: u64) -> Arc<dyn TrackingStorage> {
    let calls = AtomicU64::new(0);
    Arc::new(Wrong::new(store, LosesAnswers { n, calls }))
}

/// Loses every n-th answer to a change.
struct LosesAnswers {
    n: u64,
    calls: AtomicU64,
}

impl LosesAnswers {
    fn answer<T>(&self, answer: Result<T>) -> Result<T> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        if number.is_multiple_of(self.n.max(1)) {
            let lost = "the network lost the answer, as it was asked to".into();
            return Err(Error::outcome_unknown("a call", Some(lost)));
        }
        answer
    }
}

impl Rules for LosesAnswers {
    fn apply(&self, right: &Right, batch: &Batch) -> Result<Vec<Outcome>> {
        self.answer(right.apply(batch))
    }

    fn expire_runs_before(
        &self,
        right: &Right,
        untouched_since: Timestamp,
        limit: usize,
    ) -> Result<Vec<RunId>> {
        self.answer(right.expire_runs_before(untouched_since, limit))
    }

    fn remove_by(&self, right: &Right, removal: &Removal) -> Result<Removed> {
        self.answer(right.remove_by(removal))
    }

    fn remove_matching(&self, right: &Right, query: &Query) -> Result<u64> {
        self.answer(right.remove_matching(query))
    }

    fn prune(&self, right: &Right, retention: &Retention) -> Result<u64> {
        self.answer(right.prune(retention))
    }

    fn erase_user(&self, right: &Right, user: &UserName) -> Result<Erasure> {
        self.answer(right.erase_user(user))
    }

    fn rename_user(&self, right: &Right, from: &UserName, to: &UserName) -> Result<Erasure> {
        self.answer(right.rename_user(from, to))
    }

    fn add_index(&self, right: &Right, field: &Field) -> Result<bool> {
        self.answer(right.add_index(field))
    }

    fn reindex(&self, right: &Right) -> Result<()> {
        self.answer(right.reindex())
    }

    fn restore(&self, right: &Right, records: &[Record]) -> Result<()> {
        self.answer(right.restore(records))
    }
}
