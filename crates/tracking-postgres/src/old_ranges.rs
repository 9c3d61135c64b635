//! Retention that drops partitions: a range of ids all of whose tracks are too old goes as a whole.
//!
//! The answers are those of a removal that deletes each track. What has to be read is read before the
//! partitions are dropped, since a drop keeps everybody from reading the store until the commit.

use std::collections::BTreeSet;

use tracking_core::{ChangeKind, Query, Removal, RemovalTarget, Retention, Timestamp};

use crate::change::Change;
use crate::conditions::quoted;
use crate::error::Result;
use crate::ranges::{self, IdRange};
use crate::statement::Sql;

/// Ranges of a store that go as a whole.
#[derive(Default)]
pub(crate) struct OldRanges {
    /// In order, each with the number of its tracks.
    ranges: Vec<(FullRange, i64)>,
}

/// A range that has an end and gets no more tracks by saves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct FullRange {
    range: IdRange,
    last: i64,
}

impl FullRange {
    /// The tracks of the range, as the table of all tracks has them: a role need not have rights on partitions.
    fn tracks(self, store: &str) -> String {
        let (first, last) = (self.range.first, self.last);
        let store = quoted(store);
        format!("from tracking.track where store = {store} and id between {first} and {last}")
    }
}

/// What to do where others read the store for too long, or only the owner of the tables may drop them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenLocked {
    /// Delete the tracks.
    Delete,
    /// Change nothing.
    Fail,
}

/// Which tracks of a range are too old.
enum Age {
    /// The range has no tracks.
    Empty,
    AllOld,
    SomeOld,
    NoneOld,
}

impl OldRanges {
    /// How many tracks they have.
    pub(crate) fn tracks(&self) -> u64 {
        let tracks = self.ranges.iter().map(|(_, tracks)| tracks.unsigned_abs());
        tracks.sum()
    }

    fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    fn iter(&self) -> impl Iterator<Item = FullRange> {
        self.ranges.iter().map(|(range, _)| *range)
    }

    /// Adds the condition that a track `t` is in none of them.
    pub(crate) fn push_exclusion(&self, sql: &mut Sql) {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for FullRange { range, last } in self.iter() {
            match spans.last_mut() {
                Some(span) if span.1 + 1 == range.first => span.1 = last,
                _ => spans.push((range.first, last)),
            }
        }
        for (first, last) in spans {
            sql.push(&format!(" and not t.id between {first} and {last}"));
        }
    }
}

/// What a removal by age alone keeps; nothing for other removals.
fn age_alone(removal: &Removal) -> Option<(Timestamp, &Retention)> {
    let RemovalTarget::OldTracks { retention, among } = removal.target() else {
        return None;
    };
    let has_criteria = among.clone().criteria_only() != Query::all();
    if has_criteria || retention.kept_per_user().is_some() {
        return None;
    }
    Some((retention.oldest_kept()?, retention))
}

impl Change {
    /// The ranges that a removal by age alone takes as a whole; none in a store without ranges.
    pub(crate) async fn old_ranges(&self, removal: &Removal) -> Result<OldRanges> {
        let mut old = OldRanges::default();
        let Some((oldest, retention)) = age_alone(removal) else {
            return Ok(old);
        };
        // With a limit, the lowest ids go first.
        let mut left = retention
            .max_removed()
            .map(|limit| i64::try_from(limit).unwrap_or(i64::MAX));
        for (range, age) in self.ages(oldest).await? {
            let tracks = match age {
                Age::Empty => 0,
                Age::AllOld => self.count_range(range).await?,
                Age::SomeOld if left.is_some() => break,
                Age::SomeOld | Age::NoneOld => continue,
            };
            if let Some(left) = &mut left {
                if tracks > *left {
                    break;
                }
                *left -= tracks;
            }
            old.ranges.push((range, tracks));
        }
        Ok(old)
    }

    /// The ranges that get no more tracks by saves, in order.
    async fn full_ranges(&self) -> Result<Vec<FullRange>> {
        let transaction = &self.transaction;
        if transaction.row.partition_every.is_none() {
            return Ok(Vec::new());
        }
        let all = ranges::of_store(&transaction.connection, &transaction.store).await?;
        let full = all.into_iter().filter_map(|range| {
            let last = range.end? - 1;
            Some(FullRange { range, last })
        });
        Ok(full
            .filter(|range| range.last <= transaction.row.last_track)
            .collect())
    }

    /// The ranges that get no more tracks by saves, and the ages of their tracks.
    async fn ages(&self, oldest: Timestamp) -> Result<Vec<(FullRange, Age)>> {
        let full = self.full_ranges().await?;
        if full.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::composed("");
        let time = sql.bind_time(oldest);
        let parts = full.iter().map(|range| {
            let (first, tracks) = (range.range.first, range.tracks(&self.transaction.store));
            format!(
                "select {first}::bigint, (select max(time) {tracks}) < {time}, \
                 (select min(time) {tracks}) < {time}"
            )
        });
        let parts: Vec<String> = parts.collect();
        sql.push(&parts.join(" union all ")).push(" order by 1");
        let rows = self.transaction.query_long(sql).await?;
        let mut ages = Vec::with_capacity(rows.len());
        for (range, row) in full.into_iter().zip(rows) {
            let is_old: (Option<bool>, Option<bool>) = (row.try_get(1)?, row.try_get(2)?);
            let age = match is_old {
                (Some(true), _) => Age::AllOld,
                (_, Some(true)) => Age::SomeOld,
                (_, Some(false)) => Age::NoneOld,
                (_, None) => Age::Empty,
            };
            ages.push((range, age));
        }
        Ok(ages)
    }

    async fn count_range(&self, range: FullRange) -> Result<i64> {
        let tracks = range.tracks(&self.transaction.store);
        let sql = Sql::composed(format!("select count(*) {tracks}"));
        let rows = self.transaction.query_long(sql).await?;
        Ok(rows.first().map_or(Ok(0), |row| row.try_get(0))?)
    }

    /// Adds the runs of the tracks in some ranges.
    pub(crate) async fn add_runs_of(
        &self,
        old: &OldRanges,
        runs: &mut BTreeSet<i64>,
    ) -> Result<()> {
        for range in old.iter() {
            let tracks = range.tracks(&self.transaction.store);
            let sql = Sql::composed(format!("select distinct run {tracks}"));
            for row in self.transaction.query_long(sql).await? {
                runs.insert(row.try_get(0)?);
            }
        }
        Ok(())
    }

    /// Drops ranges, and removes the keys of their tracks.
    pub(crate) async fn remove_ranges(&mut self, old: &OldRanges, or: WhenLocked) -> Result<()> {
        if old.is_empty() {
            return Ok(());
        }
        self.transaction.is_changed = true;
        self.note_tracks_of(old).await?;
        self.delete_in(
            old,
            "delete from tracking.key where store = $1 and track between $2 and $3",
        )
        .await?;
        let store = &self.transaction.store;
        let drop = ranges::drop_tables(store, old.iter().map(|range| range.range));
        let drop = format!("{}; {drop}", ranges::lock_store(store));
        match self.transaction.try_now(&drop).await? {
            None => Ok(()),
            Some(error) if or == WhenLocked::Fail => Err(error),
            Some(_) => {
                let delete = "delete from tracking.track where store = $1 and id between $2 and $3";
                self.delete_in(old, delete).await
            }
        }
    }

    async fn delete_in(&self, old: &OldRanges, text: &'static str) -> Result<()> {
        for range in old.iter() {
            let sql = Sql::fixed(text).with_text(self.transaction.store.as_str());
            let sql = sql.with_int(range.range.first).with_int(range.last);
            self.transaction.query_long(sql).await?;
        }
        Ok(())
    }

    /// Notes which tracks go, where there is a feed.
    async fn note_tracks_of(&mut self, old: &OldRanges) -> Result<()> {
        if self.transaction.changes.is_none() {
            return Ok(());
        }
        for range in old.iter() {
            let tracks = range.tracks(&self.transaction.store);
            let sql = Sql::composed(format!(
                "select min(id), max(id) from (select id, id - row_number() over (order by id) as gaps \
                 {tracks}) as t group by gaps"
            ));
            for row in self.transaction.query_long(sql).await? {
                let (first, last): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
                for id in first..=last {
                    self.transaction.note(ChangeKind::TrackRemoved, id);
                }
            }
        }
        Ok(())
    }
}
