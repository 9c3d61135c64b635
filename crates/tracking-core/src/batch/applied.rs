//! Batches that were applied under an id, as a store remembers them.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::outcomes;
use crate::{Batch, BatchId, Error, Fingerprint, Outcome, Result, Timestamp};

/// How long a store remembers the ids of batches.
///
/// A store forgets the ids that were applied first, when it applies another batch with an id:
/// those that are too old by its clock, and those that are too many. Until then, and as long as
/// an id is within both limits, a repeated batch is answered. A batch that is repeated after its
/// id was forgotten is applied again, so keep ids for longer than any client goes on trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[must_use]
pub struct BatchRetention {
    max_age: Option<Duration>,
    max_count: Option<u64>,
}

impl Default for BatchRetention {
    /// Seven days, and 100,000 ids.
    fn default() -> Self {
        Self {
            max_age: Some(Duration::from_hours(7 * 24)),
            max_count: Some(100_000),
        }
    }
}

impl BatchRetention {
    /// Remembers every id for ever.
    pub const FOREVER: Self = Self {
        max_age: None,
        max_count: None,
    };

    /// Forgets ids that are older than this.
    pub fn with_max_age(self, max_age: impl Into<Option<Duration>>) -> Self {
        let max_age = max_age.into();
        Self { max_age, ..self }
    }

    /// Remembers at most this many ids.
    pub fn with_max_count(self, max_count: impl Into<Option<u64>>) -> Self {
        let max_count = max_count.into();
        Self { max_count, ..self }
    }

    /// How old an id may become.
    pub fn max_age(&self) -> Option<Duration> {
        self.max_age
    }

    /// How many ids are remembered.
    pub fn max_count(&self) -> Option<u64> {
        self.max_count
    }

    /// Whether an id that was applied at `applied` is too old `now`.
    pub fn is_too_old(&self, applied: Timestamp, now: Timestamp) -> bool {
        self.max_age.is_some_and(|max_age| {
            let age = i128::from(now.micros()) - i128::from(applied.micros());
            age > i128::try_from(max_age.as_micros()).unwrap_or(i128::MAX)
        })
    }

    /// How many of the ids applied first are too many, of `count` in all.
    pub fn excess(&self, count: u64) -> u64 {
        self.max_count
            .map_or(0, |max_count| count.saturating_sub(max_count))
    }
}

/// A batch that was applied under an id: what it was, and what it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedBatch {
    id: BatchId,
    fingerprint: Fingerprint,
    outcomes: String,
    time: Timestamp,
}

impl AppliedBatch {
    /// What a store remembers of a batch that it has just applied, at a time of its clock.
    ///
    /// A batch without an id is not remembered.
    pub fn new(batch: &Batch, outcomes: &[Outcome], time: Timestamp) -> Option<Self> {
        Some(Self {
            id: batch.id()?.clone(),
            fingerprint: Fingerprint::of_batch(batch),
            outcomes: outcomes::to_text(outcomes),
            time,
        })
    }

    /// Puts it together from the parts that a store kept.
    pub fn from_parts(
        id: BatchId,
        fingerprint: Fingerprint,
        outcomes: impl Into<String>,
        time: Timestamp,
    ) -> Self {
        Self {
            id,
            fingerprint,
            outcomes: outcomes.into(),
            time,
        }
    }

    /// The id.
    pub fn id(&self) -> &BatchId {
        &self.id
    }

    /// What the batch was.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// What its operations did, as a short text to keep.
    pub fn outcomes_text(&self) -> &str {
        &self.outcomes
    }

    /// When it was applied, by the clock of the store.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The answer to a batch under this id: the first outcomes, if it is the same batch.
    ///
    /// # Errors
    ///
    /// [`Error::BatchIdConflict`] where it is another batch; [`Error::Corrupt`] where the store
    /// handed out outcomes that it cannot have kept.
    pub fn answer(&self, repeated: &Batch) -> Result<Vec<Outcome>> {
        if Fingerprint::of_batch(repeated) != self.fingerprint {
            return Err(Error::batch_id_conflict(self.id.clone()));
        }
        outcomes::from_text(&self.outcomes).ok_or_else(|| {
            let id = Some(self.id.to_string());
            Error::corrupt("the batch ids", id, "its outcomes cannot be read", None)
        })
    }
}

/// The batches that were applied under an id, for stores in memory.
#[derive(Clone, Debug, Default)]
pub struct AppliedBatches {
    retention: BatchRetention,
    batches: HashMap<BatchId, AppliedBatch>,
    /// The ids in the order in which they were applied.
    order: VecDeque<BatchId>,
}

impl AppliedBatches {
    /// How long ids are remembered.
    pub fn retention(&self) -> BatchRetention {
        self.retention
    }

    /// Sets how long ids are remembered, from the next batch with an id on.
    pub fn set_retention(&mut self, retention: BatchRetention) {
        self.retention = retention;
    }

    /// The answer to a batch that was applied before; nothing where it is still to be applied.
    ///
    /// # Errors
    ///
    /// Those of [`AppliedBatch::answer`].
    pub fn answer(&self, batch: &Batch) -> Result<Option<Vec<Outcome>>> {
        match batch.id().and_then(|id| self.batches.get(id)) {
            Some(applied) => applied.answer(batch).map(Some),
            None => Ok(None),
        }
    }

    /// Remembers a batch that has been applied, and forgets what is beyond the retention.
    pub fn remember(&mut self, applied: AppliedBatch) {
        let now = applied.time;
        self.order.push_back(applied.id.clone());
        self.batches.insert(applied.id.clone(), applied);
        let mut excess = self.retention.excess(self.order.len() as u64);
        while let Some(oldest) = self.order.front() {
            let is_too_old = self
                .batches
                .get(oldest)
                .is_none_or(|oldest| self.retention.is_too_old(oldest.time, now));
            if excess == 0 && !is_too_old {
                return;
            }
            excess = excess.saturating_sub(1);
            self.batches.remove(oldest);
            self.order.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RunId, TrackId};

    fn batch(id: &str) -> Batch {
        Batch::new()
            .remove(TrackId::FIRST)
            .with_id(BatchId::new(id).unwrap())
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    fn remembered(retention: BatchRetention, times: &[i64]) -> Vec<bool> {
        let mut applied = AppliedBatches::default();
        applied.set_retention(retention);
        let ids: Vec<String> = (0..times.len()).map(|n| n.to_string()).collect();
        for (id, time) in ids.iter().zip(times) {
            let outcomes = [Outcome::Removed(true)];
            applied.remember(AppliedBatch::new(&batch(id), &outcomes, at(*time)).unwrap());
        }
        ids.iter()
            .map(|id| applied.answer(&batch(id)).unwrap().is_some())
            .collect()
    }

    #[test]
    fn what_is_too_old_or_too_many_is_forgotten_in_the_order_of_application() {
        let hour = BatchRetention::FOREVER.with_max_age(Duration::from_hours(1));
        assert_eq!(remembered(hour, &[0, 0, 3600]), [true; 3]);
        assert_eq!(remembered(hour, &[0, 1, 3601]), [false, true, true]);
        // The clock went back: what is in front protects what is behind it.
        assert_eq!(remembered(hour, &[9000, 0, 9100]), [true; 3]);
        let two = BatchRetention::FOREVER.with_max_count(2);
        assert_eq!(remembered(two, &[0, 0, 0]), [false, true, true]);
        assert_eq!(remembered(two.with_max_count(0), &[0]), [false]);
        assert_eq!(
            remembered(BatchRetention::FOREVER, &[0, i64::from(i32::MAX)]),
            [true; 2]
        );
    }

    #[test]
    fn another_batch_under_the_same_id_is_an_error() {
        let applied = AppliedBatch::new(&batch("1"), &[Outcome::Removed(true)], at(0)).unwrap();
        assert_eq!(
            applied.answer(&batch("1")).unwrap(),
            [Outcome::Removed(true)]
        );
        let other = batch("1").remove(TrackId::FIRST);
        let error = applied.answer(&other).unwrap_err();
        assert!(matches!(error, Error::BatchIdConflict { .. }), "{error:?}");
        assert!(AppliedBatch::new(&Batch::new(), &[], at(0)).is_none());
        let torn = AppliedBatch::from_parts(
            BatchId::new("1").unwrap(),
            Fingerprint::of_batch(&batch("1")),
            format!("x{}", RunId::FIRST),
            at(0),
        );
        assert!(matches!(
            torn.answer(&batch("1")),
            Err(Error::Corrupt { .. })
        ));
    }
}
