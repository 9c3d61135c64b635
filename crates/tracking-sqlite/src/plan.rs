//! The plan of a query: which index is walked, and the statements that do it.

use rusqlite::Connection;
use rusqlite::types::Value;
use tracking_core::{FieldFilter, NameFilter, Order, Query, TimeFilter};

use crate::access_path::{AccessPath, PathPlanner, ScanOrder};
use crate::conditions::{Condition, after, push_all, push_together};
use crate::error::StoreResult;
use crate::residual_filter::ResidualFilter;
use crate::sql::Statements;

/// How the tracks that meet a query's criteria are found.
#[derive(Debug)]
pub(crate) struct Plan<'q> {
    query: &'q Query,
    /// The prefix of the store's tables.
    prefix: &'q str,
    /// The index that is walked; none if all tracks are asked for.
    pub(crate) path: Option<AccessPath>,
    pub(crate) conditions: Vec<Condition>,
    /// What must be checked in each row.
    pub(crate) residual: ResidualFilter<'q>,
}

impl<'q> Plan<'q> {
    /// Plans a query; returns none if no track can match.
    pub(crate) fn new(
        connection: &Connection,
        sql: &'q Statements,
        query: &'q Query,
    ) -> StoreResult<Option<Self>> {
        if is_impossible(query) {
            return Ok(None);
        }
        let mut planner = PathPlanner::new(connection, sql, query)?;
        let path = planner.best(connection)?;
        let PathPlanner {
            conditions,
            residual,
            ..
        } = planner;
        Ok(Some(Self {
            query,
            prefix: &sql.prefix,
            path,
            conditions,
            residual,
        }))
    }

    /// A statement that gives these columns of each track `t`, in no order, and what else it is
    /// to do. It may walk another index than the one with the fewest tracks.
    pub(crate) fn unordered(
        &self,
        columns: &str,
        index: Option<&str>,
        then: &str,
    ) -> (String, Vec<Value>) {
        let mut text = self.select(columns);
        push_index(
            &mut text,
            index.or(self.path.as_ref().map(|path| path.index.as_str())),
        );
        let values = push_all(&mut text, self.conditions.iter());
        text.push_str(then);
        (text, values)
    }

    /// Tells whether the access path has the query's order.
    pub(crate) fn is_sorted(&self) -> bool {
        let wanted = if self.query.track_order().is_by_time() {
            ScanOrder::Time
        } else {
            ScanOrder::Id
        };
        let path = self.path.as_ref();
        path.is_none_or(|path| path.order == Some(wanted))
    }

    /// A statement that gives these columns of each track `t` after the query's cursor, in its
    /// order, at most so many where it settles all criteria.
    ///
    /// If [the access path has another order](Self::is_sorted), it gives all, in no order, and
    /// by id those before the cursor, too.
    pub(crate) fn ordered(
        &self,
        columns: &str,
        limit: Option<usize>,
    ) -> StoreResult<(String, Vec<Value>)> {
        let order = self.query.track_order();
        let mut text = self.select(columns);
        if let Some(path) = &self.path {
            push_index(&mut text, Some(&path.index));
        } else {
            let by_time = format!("ix_{}track_time", self.prefix);
            push_index(&mut text, order.is_by_time().then_some(&by_time));
        }
        // Without an order by id, leaving those before the cursor out saves no step.
        let is_settled = self.is_sorted() || order.is_by_time();
        let after = self.query.cursor()?.filter(|_| is_settled).map(after);
        let mut values = push_all(&mut text, self.conditions.iter().chain(&after));
        if self.is_sorted() {
            text.push_str(in_order_of(order));
            if let Some(limit) = limit.filter(|_| self.residual.is_empty()) {
                text.push_str(" limit ?");
                values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
            }
        }
        Ok((text, values))
    }

    /// A statement that gives the ids of the tracks of a range of ids, in the query's order, which
    /// is one by id, at most so many. It walks the table itself.
    pub(crate) fn within_ids(&self, (first, last): (i64, i64), limit: i64) -> (String, Vec<Value>) {
        let mut text = self.select("t.id");
        text.push_str("not indexed ");
        let range = Condition {
            text: "t.id between ? and ?".to_owned(),
            values: vec![first.into(), last.into()],
        };
        let mut values = push_all(&mut text, self.conditions.iter().chain([&range]));
        let is_descending = self.query.track_order().is_descending();
        text.push_str(if is_descending {
            " order by t.id desc limit ?"
        } else {
            " order by t.id limit ?"
        });
        values.push(limit.into());
        (text, values)
    }

    /// A statement that gives the id of each track after the query's cursor, in its order, at most
    /// so many, whether it meets the conditions, and the columns that the residual filter needs.
    pub(crate) fn each_in_order(&self, limit: usize) -> StoreResult<(String, Vec<Value>)> {
        let order = self.query.track_order();
        let mut text = "select t.id, ".to_owned();
        let mut values = push_together(&mut text, self.conditions.iter());
        text.extend([
            ", ",
            self.residual.columns(),
            " from ",
            self.prefix,
            "track as t ",
        ]);
        if order.is_by_time() {
            push_index(&mut text, Some(format!("ix_{}track_time", self.prefix)));
        } else {
            text.push_str("not indexed ");
        }
        let after = self.query.cursor()?.map(after);
        values.extend(push_all(&mut text, after.iter()));
        text.push_str(in_order_of(order));
        text.push_str(" limit ?");
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        Ok((text, values))
    }

    fn select(&self, columns: &str) -> String {
        let mut text = String::with_capacity(STATEMENT_CAPACITY);
        text.extend(["select ", columns, " from ", self.prefix, "track as t "]);
        text
    }
}

fn in_order_of(order: Order) -> &'static str {
    match order {
        Order::IdDescending => " order by t.id desc",
        Order::Time => " order by t.time, t.id",
        Order::TimeDescending => " order by t.time desc, t.id desc",
        _ => " order by t.id",
    }
}

/// Most statements are at most this long, in bytes.
const STATEMENT_CAPACITY: usize = 256;

fn push_index(text: &mut String, index: Option<impl AsRef<str>>) {
    if let Some(index) = index {
        text.extend(["indexed by ", index.as_ref(), " "]);
    }
}

/// Whether a criterion has no values at all.
fn is_impossible(query: &Query) -> bool {
    query.task_filter().is_some_and(NameFilter::is_empty)
        || query.user_filter().is_some_and(NameFilter::is_empty)
        || query
            .run_filter()
            .is_some_and(std::collections::BTreeSet::is_empty)
        || query.time_filter().is_some_and(TimeFilter::is_empty)
        || query.field_filters().iter().any(FieldFilter::is_empty)
}
