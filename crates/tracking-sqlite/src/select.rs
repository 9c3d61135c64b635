//! Walking the tracks that a query asks for, in its order.

use std::ops::ControlFlow;

use rusqlite::{Connection, params_from_iter};
use tracking_core::{Cursor, Query, Visitor};

use crate::error::Done;
use crate::plan::Plan;
use crate::rows::lent;
use crate::sql::Statements;

/// Lends each track that a query asks for, until the visitor breaks off, and tells where to go
/// on.
pub(crate) fn visit(
    connection: &Connection,
    sql: &Statements,
    query: &Query,
    visitor: &mut Visitor<'_>,
) -> Done<Option<Cursor>> {
    let cursor = query.cursor()?;
    let limit = query.max_tracks().unwrap_or(usize::MAX);
    if limit == 0 {
        return Ok(cursor);
    }
    let Some(plan) = Plan::new(connection, sql, query)? else {
        return Ok(None);
    };
    let (task, user) = (plan.only_task(), plan.only_user());
    let (columns, joined) = columns(sql, task.is_some(), user.is_some());
    // One more tells whether tracks are left.
    let (text, values) = plan.ordered(&columns, &joined, limit.checked_add(1))?;
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let (mut left, mut last) = (limit, None);
    while let Some(row) = rows.next()? {
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

/// The columns of a track as `lent` reads them, and where they come from. Names that the query
/// gives are not fetched.
fn columns(sql: &Statements, has_task: bool, has_user: bool) -> (String, String) {
    let prefix = &sql.prefix;
    let join = |known: bool, table: &str, short: &str, column: &str| {
        if known {
            ("null".to_owned(), String::new())
        } else {
            let joined =
                format!("cross join {prefix}{table} as {short} on {short}.id = t.{column} ");
            (format!("{short}.name"), joined)
        }
    };
    let (task, from_task) = join(has_task, "task", "k", "task");
    let (user, from_user) = join(has_user, "user", "u", "user");
    (
        format!("t.id, {task}, t.run, {user}, t.time, t.data"),
        from_task + &from_user,
    )
}
