//! Walking the tracks that a query asks for, in its order.

use tokio_postgres::Row;
use tracking_core::{Cursor, Query, Visitor};

use crate::conditions::{order_by, push_after, push_where};
use crate::error::Result;
use crate::generic_plan;
use crate::rows::{track_columns, with_track};
use crate::statement::Sql;

/// The statement that finds the tracks of a query, and one more than its limit, which tells
/// whether tracks are left; nothing where no track can match.
pub(crate) fn select(store: &str, query: &Query) -> Result<Option<Sql>> {
    let cursor = query.cursor()?;
    let mut sql = Sql::composed(concat!(
        "select ",
        track_columns!(),
        " from tracking.track as t"
    ));
    if push_where(&mut sql, store, query).is_none() {
        return Ok(None);
    }
    if let Some(cursor) = cursor {
        push_after(&mut sql, cursor);
    }
    sql.push(order_by(query));
    if let Some(limit) = query.max_tracks() {
        // It stands in the text, since the planner takes an unknown limit for a tenth of everything.
        let limit = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        sql.push(&format!(" limit {limit}"));
    }
    Ok(Some(if generic_plan::serves_select(query) {
        sql.reusable()
    } else {
        sql
    }))
}

/// Passes each track that was found to the visitor until it stops, and returns where to continue.
pub(crate) fn visit(
    rows: &[Row],
    query: &Query,
    visitor: &mut Visitor<'_>,
) -> Result<Option<Cursor>> {
    let limit = query.max_tracks().unwrap_or(usize::MAX);
    let mut last = None;
    for (count, row) in rows.iter().enumerate() {
        if count == limit {
            return Ok(last);
        }
        let breaks = with_track(row, |track| {
            last = Some(Cursor::after(query.track_order(), track.time(), track.id()));
            visitor(track).is_break()
        })?;
        if breaks {
            return Ok(last.filter(|_| count + 1 < rows.len()));
        }
    }
    Ok(None)
}
