//! The row of a store: its counters and settings, which every change locks first.

use std::time::Duration;

use tokio_postgres::Row;
use tracking_core::{BatchRetention, ChangeFeed, Counters, RunId, TrackId};

use crate::error::Result;
use crate::statement::Sql;

/// Counters and settings of a store.
#[derive(Clone, Debug)]
pub(crate) struct StoreRow {
    pub(crate) last_track: i64,
    pub(crate) last_run: i64,
    pub(crate) last_batch: i64,
    /// The number of the field index that was declared last.
    pub(crate) last_index: i64,
    pub(crate) batch_retention: BatchRetention,
    pub(crate) feed: ChangeFeed,
    pub(crate) feed_epoch: i64,
    /// The timeline of the server when the epoch began.
    pub(crate) feed_timeline: Option<i32>,
    pub(crate) last_change: i64,
    /// The timeline of the server now, where there is a feed.
    pub(crate) timeline: Option<i32>,
    /// How many ids of tracks a partition covers, in a store that is partitioned by id.
    pub(crate) partition_every: Option<i64>,
}

/// What a transaction may have to write of it: the last numbers of tracks, runs, batches, field
/// indexes and changes, and the epoch.
pub(crate) type Written = [i64; 6];

macro_rules! columns {
    () => {
        "select last_track, last_run, last_batch, batch_max_age, batch_max_count, feed_is_on, \
         feed_epoch, feed_timeline, feed_max_age, feed_max_count, last_change, \
         case when feed_is_on then tracking.timeline() end, last_index, partition_every \
         from tracking.store where store = $1"
    };
}

impl StoreRow {
    /// Reads it.
    pub(crate) fn select(store: &str) -> Sql {
        Sql::fixed(columns!()).with_text(store)
    }

    /// Reads and locks it: until the transaction ends, nobody else changes the store.
    pub(crate) fn select_and_lock(store: &str) -> Sql {
        Sql::fixed(concat!(columns!(), " for no key update")).with_text(store)
    }

    pub(crate) fn of_row(row: &Row) -> Result<Self> {
        let limits = |age, count| -> Result<(Option<Duration>, Option<u64>)> {
            let age: Option<i64> = row.try_get(age)?;
            let count: Option<i64> = row.try_get(count)?;
            Ok((
                age.map(|micros| Duration::from_micros(micros.unsigned_abs())),
                count.map(i64::unsigned_abs),
            ))
        };
        let (age, count) = limits(3, 4)?;
        let batch_retention = BatchRetention::FOREVER
            .with_max_age(age)
            .with_max_count(count);
        let (age, count) = limits(8, 9)?;
        let feed = if row.try_get(5)? {
            ChangeFeed::UNLIMITED
                .with_max_age(age)
                .with_max_count(count)
        } else {
            ChangeFeed::OFF
        };
        Ok(Self {
            last_track: row.try_get(0)?,
            last_run: row.try_get(1)?,
            last_batch: row.try_get(2)?,
            batch_retention,
            feed,
            feed_epoch: row.try_get(6)?,
            feed_timeline: row.try_get(7)?,
            last_change: row.try_get(10)?,
            timeline: row.try_get(11)?,
            last_index: row.try_get(12)?,
            partition_every: row.try_get(13)?,
        })
    }

    pub(crate) fn written(&self) -> Written {
        [
            self.last_track,
            self.last_run,
            self.last_batch,
            self.last_index,
            self.last_change,
            self.feed_epoch,
        ]
    }

    pub(crate) fn counters(&self) -> Counters {
        Counters::new(
            TrackId::new(self.last_track.unsigned_abs()),
            RunId::new(self.last_run.unsigned_abs()),
        )
    }
}

/// A limit of time as the store keeps it; none where it is longer than anything.
pub(crate) fn micros(limit: Option<Duration>) -> Option<i64> {
    limit.and_then(|limit| i64::try_from(limit.as_micros()).ok())
}

/// A limit of number as the store keeps it.
pub(crate) fn number(limit: Option<u64>) -> Option<i64> {
    limit.and_then(|limit| i64::try_from(limit).ok())
}
