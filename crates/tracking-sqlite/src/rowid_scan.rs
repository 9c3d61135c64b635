//! Finds a page by walking the table in the query's order, if the index has another order.

use rusqlite::{Connection, Row, params_from_iter};
use tracking_core::Query;

use crate::conditions::number_after;
use crate::error::StoreResult;
use crate::plan::Plan;
use crate::sql::Statements;

/// A table scan is tried first after this many tracks of the index.
pub(crate) const SCAN_THRESHOLD: usize = 512;

/// A scan reads at most this many rows for each track walked so far, or for each that is wanted.
/// A scan in vain then costs a few times what was walked already, or what the page costs.
pub(crate) const SCAN_ROWS_PER_TRACK: usize = 4;

/// After a scan in vain, the next one is tried after this many times as many tracks.
pub(crate) const THRESHOLD_GROWTH: usize = 16;

/// The ids of so many tracks, in the order of the query, where all of them are among so many rows
/// from the query's cursor on, in that order.
///
/// An index on tasks has the tracks of each by time. So the first few of it by id, or of many
/// tasks by time, are found in it by walking all that it has for them, which may be a tenth of the
/// table; but then every tenth row is one of them. Pages that follow each other walk each row once.
pub(crate) fn scan_by_rowid(
    connection: &Connection,
    sql: &Statements,
    plan: &Plan<'_>,
    query: &Query,
    (limit, rows): (usize, usize),
) -> StoreResult<Option<Vec<i64>>> {
    let (Ok(wanted), Ok(row_limit)) = (i64::try_from(limit), i64::try_from(rows)) else {
        return Ok(None);
    };
    if limit > rows {
        return Ok(None);
    }
    if query.track_order().is_by_time() || !plan.residual.is_empty() {
        return in_order(connection, plan, (limit, rows));
    }
    let mut statement = connection.prepare_cached(&sql.span)?;
    let span: (Option<i64>, Option<i64>) =
        statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (Some(lowest), Some(highest)) = span else {
        return Ok(Some(Vec::new()));
    };
    let after = query.cursor()?.map(number_after);
    let is_descending = query.track_order().is_descending();
    let (ids, reaches_the_end) = next_ids((lowest, highest), after, row_limit, is_descending);
    let (text, values) = plan.within_ids(ids, wanted);
    let mut statement = connection.prepare_cached(&text)?;
    let found = statement.query_map(params_from_iter(values), |row| row.get(0))?;
    let found: Vec<i64> = found.collect::<rusqlite::Result<_>>()?;
    Ok(Some(found).filter(|found| reaches_the_end || found.len() == limit))
}

/// The same row by row, in any order and with criteria that the statement does not settle.
fn in_order(
    connection: &Connection,
    plan: &Plan<'_>,
    (limit, rows): (usize, usize),
) -> StoreResult<Option<Vec<i64>>> {
    let (text, values) = plan.each_in_order(rows)?;
    let mut statement = connection.prepare_cached(&text)?;
    let mut walk = statement.query(params_from_iter(values))?;
    let is_wanted = |row: &Row<'_>| -> StoreResult<bool> {
        Ok(row.get::<_, bool>(1)? && plan.residual.matches_row(row, 2)?)
    };
    let (mut found, mut walked) = (Vec::new(), 0);
    while found.len() < limit {
        let Some(row) = walk.next()? else {
            let reaches_the_end = walked < rows;
            return Ok(Some(found).filter(|_| reaches_the_end));
        };
        walked += 1;
        if is_wanted(row)? {
            found.push(row.get(0)?);
        }
    }
    Ok(Some(found))
}

/// The next so many ids after one, or of all, and whether no more follow.
fn next_ids(
    (lowest, highest): (i64, i64),
    after: Option<i64>,
    count: i64,
    is_descending: bool,
) -> ((i64, i64), bool) {
    if is_descending {
        let last = after.map_or(highest, |after| highest.min(after.saturating_sub(1)));
        let first = last.saturating_sub(count - 1);
        ((first, last), first <= lowest)
    } else {
        let first = after.map_or(lowest, |after| lowest.max(after.saturating_add(1)));
        let last = first.saturating_add(count - 1);
        ((first, last), last >= highest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_a_cursor_up_and_down_to_the_end() {
        let span = (10, 99);
        for (after, count, is_descending, expected) in [
            (None, 50, false, ((10, 59), false)),
            (None, 90, false, ((10, 99), true)),
            (Some(3), 50, false, ((10, 59), false)),
            (Some(59), 40, false, ((60, 99), true)),
            (Some(59), 39, false, ((60, 98), false)),
            (Some(99), 5, false, ((100, 104), true)),
            (Some(i64::MAX), 5, false, ((i64::MAX, i64::MAX), true)),
            (None, 50, true, ((50, 99), false)),
            (None, 90, true, ((10, 99), true)),
            (Some(200), 50, true, ((50, 99), false)),
            (Some(50), 40, true, ((10, 49), true)),
            (Some(50), 39, true, ((11, 49), false)),
            (Some(1), 5, true, ((-4, 0), true)),
        ] {
            let next = next_ids(span, after, count, is_descending);
            assert_eq!(next, expected, "{after:?} {count} {is_descending}");
        }
    }
}
