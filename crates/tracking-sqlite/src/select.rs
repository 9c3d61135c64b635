//! Walking the tracks that a query asks for, in its order.

use std::ops::ControlFlow;

use rusqlite::params_from_iter;
use tracking_core::{Cursor, Query, Visitor};

use crate::error::Done;
use crate::plan::Plan;
use crate::pool::Reader;
use crate::rows::lent;
use crate::sql::Statements;

/// Lends each track that a query asks for, until the visitor breaks off, and tells where to go
/// on.
///
/// Rows are lent as the database has them. They are of the moment at which the first was found,
/// whatever is written meanwhile.
pub(crate) fn visit(
    reader: &mut Reader,
    sql: &Statements,
    query: &Query,
    visitor: &mut Visitor<'_>,
) -> Done<Option<Cursor>> {
    let cursor = query.cursor()?;
    let limit = query.max_tracks().unwrap_or(usize::MAX);
    if limit == 0 {
        return Ok(cursor);
    }
    let Reader { connection, names } = reader;
    let Some(plan) = Plan::new(connection, sql, query)? else {
        return Ok(None);
    };
    // One more tells whether tracks are left.
    let most = query.max_tracks().map(|limit| limit.saturating_add(1));
    let (text, values) = plan.ordered("t.id, t.time, t.data, t.run, t.task, t.user", most)?;
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let (mut left, mut last) = (limit, None);
    while let Some(row) = rows.next()? {
        let (task, user) = names.both(connection, sql, (row.get(4)?, row.get(5)?))?;
        let track = lent(row, task, user)?;
        if !plan.rest.matches(track.time(), track.data()) {
            continue;
        }
        if left == 0 {
            return Ok(last);
        }
        last = Some(Cursor::after(query.track_order(), track.time(), track.id()));
        left = match visitor(track) {
            ControlFlow::Continue(()) => left - 1,
            ControlFlow::Break(()) => 0,
        };
    }
    Ok(None)
}
