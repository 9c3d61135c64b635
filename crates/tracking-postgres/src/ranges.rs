//! The ranges of a store whose tracks are partitioned by id.
//!
//! The last range has no end, so each new track finds its range. Once that range has as many ids as it should, it
//! gets an end, and a new one follows it. That is done after a change, and only if nobody reads the store for long;
//! until then the last range takes more ids than it should. Retention drops ranges, which leaves gaps, and a restore
//! of tracks into a gap creates a range there.
//!
//! Whoever changes ranges locks the partition of the store first, in the mode `access exclusive`. Without that
//! lock, a statement could look for the ranges before such a change, read with a snapshot that was taken after it,
//! and miss the tracks of a new range.

use std::ops::RangeInclusive;

use tokio_postgres::error::SqlState;

use crate::connection::Connection;
use crate::error::Result;
use crate::events;
use crate::partition_names::{range_table, store_partition};
use crate::statement::Sql;
use crate::transaction::{SHORT_LOCK, Transaction, opening};

/// How often the end of a range is tried for, while as many ids are saved as a range should have.
const ATTEMPTS_PER_RANGE: i64 = 16;

/// A range of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IdRange {
    pub(crate) first: i64,
    /// The id after the last one; nothing for the last range.
    pub(crate) end: Option<i64>,
}

impl IdRange {
    /// What a new store has.
    pub(crate) const ALL: Self = Self {
        first: 1,
        end: None,
    };

    /// The statements that create it.
    pub(crate) fn create(self, store: &str) -> String {
        let (name, parent) = (range_table(store, self.first), store_partition(store));
        let attach = self.attach(store);
        format!(
            "create table tracking.{name} (like tracking.{parent} including statistics); {attach}"
        )
    }

    fn attach(self, store: &str) -> String {
        let (name, parent) = (range_table(store, self.first), store_partition(store));
        let (first, end) = (self.first, self.end);
        let end = end.map_or_else(|| "maxvalue".to_owned(), |end| end.to_string());
        format!(
            "alter table tracking.{parent} attach partition tracking.{name} \
             for values from ({first}) to ({end})"
        )
    }

    /// The statements that end it before an id, and add a range that begins there.
    pub(crate) fn end_before(self, store: &str, end: i64) -> String {
        let (name, parent) = (range_table(store, self.first), store_partition(store));
        let (ended, next) = (
            Self {
                end: Some(end),
                ..self
            },
            Self {
                first: end,
                end: None,
            },
        );
        [
            lock_store(store),
            format!("alter table tracking.{parent} detach partition tracking.{name}"),
            ended.attach(store),
            next.create(store),
        ]
        .join("; ")
    }
}

/// The statement that keeps everybody else from the tracks of a store until the transaction ends.
pub(crate) fn lock_store(store: &str) -> String {
    let partition = store_partition(store);
    format!("lock table only tracking.{partition} in access exclusive mode")
}

/// The statement that keeps the ranges of a store as they are, while it is read and written.
pub(crate) fn lock_against_drops(store: &str) -> String {
    let partition = store_partition(store);
    format!("lock table only tracking.{partition} in access share mode; ")
}

/// The ranges of a store, sorted.
pub(crate) async fn of_store(connection: &Connection, store: &str) -> Result<Vec<IdRange>> {
    let sql = Sql::composed(
        "select b.ends[1]::bigint as first, b.ends[2]::bigint from pg_inherits as i \
         join pg_class as c on c.oid = i.inhrelid, \
         regexp_match(pg_get_expr(c.relpartbound, c.oid), '(\\d+)\\D+(\\d+)?') as b (ends) \
         where i.inhparent = to_regclass($1) order by first",
    );
    let sql = sql.with_text(format!("tracking.{}", store_partition(store)));
    let mut ranges = Vec::new();
    for row in connection.query(&sql).await? {
        ranges.push(IdRange {
            first: row.try_get(0)?,
            end: row.try_get(1)?,
        });
    }
    Ok(ranges)
}

/// The gaps between ranges in which some ids are.
fn gaps_with(ranges: &[IdRange], ids: &[i64]) -> Vec<IdRange> {
    let mut first = 1;
    let mut gaps = Vec::new();
    for range in ranges {
        let gap = first..range.first;
        if ids.iter().any(|id| gap.contains(id)) {
            gaps.push(IdRange {
                first,
                end: Some(range.first),
            });
        }
        first = range.end.unwrap_or(i64::MAX);
    }
    gaps
}

/// Creates ranges where ids are in gaps that retention has left.
pub(crate) async fn cover(transaction: &Transaction, ids: &[i64]) -> Result<()> {
    let store = &transaction.store;
    let gaps = gaps_with(&of_store(&transaction.connection, store).await?, ids);
    if gaps.is_empty() {
        return Ok(());
    }
    let create = gaps.iter().map(|gap| gap.create(store));
    let create: Vec<String> = std::iter::once(lock_store(store)).chain(create).collect();
    match transaction.try_now(&create.join("; ")).await? {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// The statement that drops ranges of a store.
pub(crate) fn drop_tables(store: &str, ranges: impl IntoIterator<Item = IdRange>) -> String {
    let tables: Vec<String> = ranges
        .into_iter()
        .map(|range| format!("tracking.{}", range_table(store, range.first)))
        .collect();
    format!("drop table {}", tables.join(", "))
}

/// Drops all ranges of a store that is being removed.
pub(crate) async fn drop_all(connection: &Connection, store: &str) -> Result<()> {
    let ranges = of_store(connection, store).await?;
    if ranges.is_empty() {
        return Ok(());
    }
    let text = format!("{}; {}", lock_store(store), drop_tables(store, ranges));
    connection.execute_long(&text).await
}

/// Adds a range after a change that has moved the last id to where that is tried.
pub(crate) async fn extend_after_change(
    connection: &Connection,
    store: &str,
    size: i64,
    last_ids: RangeInclusive<i64>,
) {
    let step = (size / ATTEMPTS_PER_RANGE).max(1);
    if last_ids.end() / step > last_ids.start() / step {
        extend(connection, store, size).await;
    }
}

/// Adds a range if the last one has as many ids as it should, the locks are free soon, and the role owns the
/// tables. Whatever fails, the last range takes what comes.
pub(crate) async fn extend(connection: &Connection, store: &str, size: i64) {
    if let Err(error) = try_extend(connection, store, size).await {
        events::range_not_added(store, error.sql_state().map(SqlState::code));
    }
}

async fn try_extend(connection: &Connection, store: &str, size: i64) -> Result<()> {
    if full_range(connection, store, size).await?.is_none() {
        return Ok(());
    }
    // Nobody else saves or adds a range from here on, so the range ends where the ids do.
    let lock = Sql::composed("select from tracking.store where store = $1 for no key update");
    let limit = connection.answer_timeout;
    connection
        .begin(&opening(SHORT_LOCK), &[lock.with_text(store)], limit)
        .await?;
    let extended = match full_range(connection, store, size).await {
        Ok(Some((range, end))) => connection.execute_long(&range.end_before(store, end)).await,
        answer => answer.map(drop),
    };
    if extended.is_err() {
        connection.roll_back().await;
        return extended;
    }
    connection.commit(&[]).await
}

/// The last range of a store and the id after its last track, if it has as many ids as it should.
async fn full_range(
    connection: &Connection,
    store: &str,
    size: i64,
) -> Result<Option<(IdRange, i64)>> {
    let Some(range) = of_store(connection, store).await?.pop() else {
        return Ok(None);
    };
    let last =
        Sql::composed("select max(id) from tracking.track as t where t.store = $1 and t.id >= $2");
    let rows = connection
        .query(&last.with_text(store).with_int(range.first))
        .await?;
    let last: Option<i64> = rows.first().map_or(Ok(None), |row| row.try_get(0))?;
    let is_full = |last: &i64| range.end.is_none() && last - range.first >= size - 1;
    let end = last.filter(is_full).and_then(|last| last.checked_add(1));
    Ok(end.map(|end| (range, end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: i64, end: i64) -> IdRange {
        IdRange {
            first,
            end: Some(end),
        }
    }

    #[test]
    fn gaps_are_found_before_and_between_ranges() {
        let last = IdRange {
            first: 20,
            end: None,
        };
        let ranges = [range(5, 9), range(9, 12), last];
        assert_eq!(gaps_with(&ranges, &[4]), [range(1, 5)]);
        assert_eq!(gaps_with(&ranges, &[12, 19]), [range(12, 20)]);
        assert_eq!(gaps_with(&ranges, &[15, 1]), [range(1, 5), range(12, 20)]);
        assert_eq!(gaps_with(&ranges, &[5, 8, 9, 11, 20, i64::MAX]), []);
        assert_eq!(gaps_with(&[IdRange::ALL], &[1]), []);
    }
}
