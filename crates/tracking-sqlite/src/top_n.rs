//! Sorts the tracks of a query, and keeps the first N, if its index has another order.

use rusqlite::{Connection, params_from_iter};
use tracking_core::Query;

use crate::conditions::number_after;
use crate::error::StoreResult;
use crate::plan::Plan;
use crate::rowid_scan::{SCAN_ROWS_PER_TRACK, SCAN_THRESHOLD, THRESHOLD_GROWTH, scan_by_rowid};
use crate::sql::Statements;

/// The ids of the tracks that the statement of a plan finds, in the query's order, at most so
/// many, or all of them where criteria are left that it does not settle.
///
/// Ids alone are sorted, and here: that is a fraction of what it costs to sort whole rows, or
/// within the statement.
pub(crate) fn sorted_ids(
    connection: &Connection,
    sql: &Statements,
    plan: &Plan<'_>,
    query: &Query,
    limit: usize,
) -> StoreResult<Vec<i64>> {
    let (text, values) = plan.ordered(order_columns(query), None)?;
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let keep = if plan.residual.is_empty() {
        limit
    } else {
        usize::MAX
    };
    let mut top = TopN::new(query, keep)?;
    let is_by_time = query.track_order().is_by_time();
    let (mut walked, mut next_scan) = (0, SCAN_THRESHOLD);
    while let Some(row) = rows.next()? {
        let id = row.get(1)?;
        // Taking a column out of a row costs more than all else here.
        let key = if is_by_time { row.get(0)? } else { id };
        top.push((key, id));
        walked += 1;
        if walked == next_scan {
            let rows = walked.max(limit).saturating_mul(SCAN_ROWS_PER_TRACK);
            if let Some(ids) = scan_by_rowid(connection, sql, plan, query, (limit, rows))? {
                return Ok(ids);
            }
            next_scan *= THRESHOLD_GROWTH;
        }
    }
    Ok(top.sorted())
}

/// The columns by which tracks `t` are sorted; the last one is their id.
pub(crate) fn order_columns(query: &Query) -> &'static str {
    if query.track_order().is_by_time() {
        "t.time, t.id"
    } else {
        "t.id, t.id"
    }
}

/// The first N of many tracks in the order of a query, after its cursor.
pub(crate) struct TopN {
    limit: usize,
    is_descending: bool,
    after: Option<(i64, i64)>,
    keys: Vec<(i64, i64)>,
}

/// The buffer is cut to N entries when it holds twice as many, and at least this many.
const MIN_BUFFER: usize = 1024;

impl TopN {
    pub(crate) fn new(query: &Query, limit: usize) -> StoreResult<Self> {
        let after = query.cursor()?.map(|cursor| {
            let id = number_after(cursor);
            if cursor.order().is_by_time() {
                (cursor.time().micros(), id)
            } else {
                (id, id)
            }
        });
        Ok(Self {
            limit,
            is_descending: query.track_order().is_descending(),
            after,
            keys: Vec::new(),
        })
    }

    pub(crate) fn push(&mut self, key: (i64, i64)) {
        let is_after = |after| {
            if self.is_descending {
                key < after
            } else {
                key > after
            }
        };
        if !self.after.is_none_or(is_after) {
            return;
        }
        self.keys.push(key);
        // Twice as many, so that each is looked at only a few times.
        if self.keys.len() >= self.limit.saturating_mul(2).max(MIN_BUFFER) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.keys.len() > self.limit {
            if self.is_descending {
                self.keys
                    .select_nth_unstable_by(self.limit, |a, b| b.cmp(a));
            } else {
                self.keys.select_nth_unstable(self.limit);
            }
            self.keys.truncate(self.limit);
        }
    }

    /// Whether there are as many as are wanted.
    pub(crate) fn is_full(&self) -> bool {
        self.keys.len() >= self.limit
    }

    /// Their ids, in order.
    pub(crate) fn sorted(mut self) -> Vec<i64> {
        self.cut();
        self.keys.sort_unstable();
        if self.is_descending {
            self.keys.reverse();
        }
        self.keys.into_iter().map(|(_, id)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use tracking_core::{Cursor, Order, Timestamp, TrackId};

    use super::*;

    #[test]
    fn the_first_of_many_are_those_of_all_sorted() {
        // Each number from 1 to 9,973 once, in disorder; a third of them at the same time.
        let keys: Vec<(i64, i64)> = (0..9_973)
            .map(|number| (number * 5_003) % 9_973 + 1)
            .map(|id| (if id % 3 == 0 { 0 } else { id / 10 }, id))
            .collect();
        for order in [Order::Time, Order::TimeDescending] {
            let middle = Cursor::after(
                order,
                Timestamp::from_micros(500).unwrap(),
                TrackId::new(5_002).unwrap(),
            );
            for query in [Query::all(), Query::all().after(middle)] {
                let query = query.order(order);
                let mut all = keys.clone();
                all.sort_unstable();
                if order.is_descending() {
                    all.reverse();
                }
                if query.cursor().unwrap().is_some() {
                    let at = all.iter().position(|key| *key == (500, 5_002)).unwrap();
                    all.drain(..=at);
                }
                let all: Vec<i64> = all.into_iter().map(|(_, id)| id).collect();
                for limit in [0, 1, 100, 511, 512, 5_000, 9_973, usize::MAX] {
                    let mut top = TopN::new(&query, limit).unwrap();
                    for key in &keys {
                        top.push(*key);
                    }
                    assert!(top.keys.len() < limit.saturating_mul(2).max(MIN_BUFFER));
                    assert_eq!(top.sorted(), all[..limit.min(all.len())], "{limit}");
                }
            }
        }
    }
}
