//! Walking the tracks that a query asks for, in its order.

use std::ops::ControlFlow;
use std::rc::Rc;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, Rows, params_from_iter};
use tracking_core::{Cursor, Query, Visitor};

use crate::error::Done;
use crate::held_names::HeldNames;
use crate::plan::Plan;
use crate::pool::Reader;
use crate::rows::lent;
use crate::sorted::sorted_ids;
use crate::sql::{COLUMNS, Statements};

/// How many tracks are fetched by their ids at once.
const AT_ONCE: usize = 512;

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
    let mut visit = Visit {
        query,
        plan: &plan,
        left: limit,
        last: None,
        visitor,
        connection,
        names,
        sql,
    };
    let end = if plan.is_sorted() {
        visit.along_the_index()?
    } else {
        visit.one_by_one()?
    };
    Ok(end.break_value().flatten())
}

/// Breaks with the cursor where tracks are left.
type Goes = ControlFlow<Option<Cursor>>;

struct Visit<'v, 'f> {
    query: &'v Query,
    plan: &'v Plan<'v>,
    /// How many tracks may still be lent.
    left: usize,
    last: Option<Cursor>,
    visitor: &'v mut Visitor<'f>,
    connection: &'v Connection,
    names: &'v mut HeldNames,
    sql: &'v Statements,
}

impl Visit<'_, '_> {
    /// One more than are asked for tells whether tracks are left.
    fn most(&self) -> Option<usize> {
        let limit = self.query.max_tracks();
        limit.map(|limit| limit.saturating_add(1))
    }

    fn along_the_index(&mut self) -> Done<Goes> {
        let (text, values) = self.plan.ordered(COLUMNS, self.most())?;
        let mut statement = self.connection.prepare_cached(&text)?;
        self.each(statement.query(params_from_iter(values))?)
    }

    /// Where the index does not go in the query's order, ids are sorted, and rows are fetched
    /// afterwards: by id that is also how they lie in the file.
    fn one_by_one(&mut self) -> Done<Goes> {
        let most = self.most().unwrap_or(usize::MAX);
        let ids = sorted_ids(self.connection, self.sql, self.plan, self.query, most)?;
        let mut statement = self.connection.prepare_cached(&self.sql.tracks_of_ids)?;
        for ids in ids.chunks(AT_ONCE) {
            let ids: Vec<Value> = ids.iter().copied().map(Value::from).collect();
            let end = self.each(statement.query([Rc::new(ids)])?)?;
            if end.is_break() {
                return Ok(end);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn each(&mut self, mut rows: Rows<'_>) -> Done<Goes> {
        while let Some(row) = rows.next()? {
            let end = self.lend(row)?;
            if end.is_break() {
                return Ok(end);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn lend(&mut self, row: &Row<'_>) -> Done<Goes> {
        let numbers = (row.get(4)?, row.get(5)?);
        let (task, user) = self.names.both(self.connection, self.sql, numbers)?;
        let track = lent(row, task, user)?;
        if !self.plan.rest.matches(track.time(), track.data()) {
            return Ok(ControlFlow::Continue(()));
        }
        if self.left == 0 {
            return Ok(ControlFlow::Break(self.last));
        }
        let order = self.query.track_order();
        self.last = Some(Cursor::after(order, track.time(), track.id()));
        self.left = match (self.visitor)(track) {
            ControlFlow::Continue(()) => self.left - 1,
            ControlFlow::Break(()) => 0,
        };
        Ok(ControlFlow::Continue(()))
    }
}
