//! Walking the tracks that a query asks for, in its order.

use std::ops::ControlFlow;
use std::rc::Rc;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, Rows, params_from_iter};
use tracking_core::{Cursor, Query, Visitor};

use crate::error::StoreResult;
use crate::name_cache::NameCache;
use crate::plan::Plan;
use crate::rows::track_ref;
use crate::sql::{COLUMNS, Statements};
use crate::top_n::sorted_ids;

/// Tracks fetched by id with one statement.
const FETCH_SIZE: usize = 512;

/// Passes each track of a query to the visitor until it stops, and returns where to continue
/// on.
///
/// A visitor gets rows as the database has them. They are of the moment at which the first was found,
/// whatever is written meanwhile.
pub(crate) fn visit(
    connection: &Connection,
    names: &mut NameCache,
    sql: &Statements,
    query: &Query,
    visitor: &mut Visitor<'_>,
) -> StoreResult<Option<Cursor>> {
    let cursor = query.cursor()?;
    let limit = query.max_tracks().unwrap_or(usize::MAX);
    if limit == 0 {
        return Ok(cursor);
    }
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
        visit.by_sorted_ids()?
    };
    Ok(end.break_value().flatten())
}

/// Breaks with a cursor if tracks are left.
type Flow = ControlFlow<Option<Cursor>>;

struct Visit<'v, 'f> {
    query: &'v Query,
    plan: &'v Plan<'v>,
    /// How many tracks may still be passed.
    left: usize,
    last: Option<Cursor>,
    visitor: &'v mut Visitor<'f>,
    connection: &'v Connection,
    names: &'v mut NameCache,
    sql: &'v Statements,
}

impl Visit<'_, '_> {
    /// One more than are asked for tells whether tracks are left.
    fn fetch_limit(&self) -> Option<usize> {
        let limit = self.query.max_tracks();
        limit.map(|limit| limit.saturating_add(1))
    }

    fn along_the_index(&mut self) -> StoreResult<Flow> {
        let (text, values) = self.plan.ordered(COLUMNS, self.fetch_limit())?;
        let mut statement = self.connection.prepare_cached(&text)?;
        self.visit_rows(statement.query(params_from_iter(values))?)
    }

    /// Where the index does not go in the query's order, ids are sorted, and rows are fetched
    /// afterwards: by id that is also how they lie in the file.
    fn by_sorted_ids(&mut self) -> StoreResult<Flow> {
        let fetch_limit = self.fetch_limit().unwrap_or(usize::MAX);
        let ids = sorted_ids(
            self.connection,
            self.sql,
            self.plan,
            self.query,
            fetch_limit,
        )?;
        let mut statement = self.connection.prepare_cached(&self.sql.tracks_of_ids)?;
        for ids in ids.chunks(FETCH_SIZE) {
            let ids: Vec<Value> = ids.iter().copied().map(Value::from).collect();
            let end = self.visit_rows(statement.query([Rc::new(ids)])?)?;
            if end.is_break() {
                return Ok(end);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn visit_rows(&mut self, mut rows: Rows<'_>) -> StoreResult<Flow> {
        while let Some(row) = rows.next()? {
            let end = self.visit_row(row)?;
            if end.is_break() {
                return Ok(end);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn visit_row(&mut self, row: &Row<'_>) -> StoreResult<Flow> {
        let numbers = (row.get(4)?, row.get(5)?);
        let (task, user) = self.names.both(self.connection, self.sql, numbers)?;
        let track = track_ref(row, task, user)?;
        if !self.plan.residual.matches(track.time(), track.data()) {
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
