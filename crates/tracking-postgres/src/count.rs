//! Counting the tracks of a query, and by group.

use tokio_postgres::Row;
use tracking_core::{Group, Grouping, Query};

use crate::conditions::push_where;
use crate::error::Result;
use crate::generic_plan;
use crate::group_keys::{distinct_expression, expressions, key};
use crate::statement::Sql;
use crate::values::Time;

/// The statement that counts the tracks of a query; nothing where no track can match.
pub(crate) fn count(store: &str, query: &Query) -> Option<Sql> {
    let mut sql = Sql::composed("select count(*) from tracking.track as t");
    push_where(&mut sql, store, query)?;
    Some(if generic_plan::serves_count(query) {
        sql.reusable()
    } else {
        sql
    })
}

/// The statement that counts the tracks of a query by group; nothing where no track can match.
pub(crate) fn groups(store: &str, query: &Query, grouping: &Grouping) -> Option<Sql> {
    let mut sql = Sql::composed("");
    push_groups(&mut sql, grouping, |sql| {
        sql.push("tracking.track as t");
        push_where(sql, store, query)
    })?;
    Some(sql)
}

/// Appends a query that counts by group what a source appends as `t`, with a time and what the
/// grouping needs; nothing where the source appends nothing.
pub(crate) fn push_groups(
    sql: &mut Sql,
    grouping: &Grouping,
    push_source: impl FnOnce(&mut Sql) -> Option<()>,
) -> Option<()> {
    sql.push("select count(*), min(t.time)");
    let mut keys = expressions(sql, grouping.first());
    if let Some(second) = grouping.second() {
        keys.extend(expressions(sql, second));
    }
    for key in &keys {
        sql.push(", ").push(key);
    }
    for by in grouping.distinct() {
        let expression = distinct_expression(sql, by);
        sql.push(&format!(", count(distinct {expression})"));
    }
    sql.push(" from ");
    push_source(sql)?;
    let places: Vec<String> = (3..3 + keys.len()).map(|place| place.to_string()).collect();
    sql.push(" group by ").push(&places.join(", "));
    Some(())
}

/// The groups that were counted, as the grouping wants them.
pub(crate) fn read_groups(rows: &[Row], grouping: &Grouping) -> Result<Vec<Group>> {
    let mut groups = Vec::with_capacity(rows.len());
    for row in rows {
        let count: i64 = row.try_get(0)?;
        let sample: Time = row.try_get(1)?;
        let mut column = 2;
        let first = key(row, &mut column, grouping.first(), sample)?;
        let second = match grouping.second() {
            Some(second) => Some(key(row, &mut column, second, sample)?),
            None => None,
        };
        let mut distinct = Vec::with_capacity(grouping.distinct().len());
        for place in 0..grouping.distinct().len() {
            let count: i64 = row.try_get(column + place)?;
            distinct.push(count.unsigned_abs());
        }
        let group = Group::new(first, second, count.unsigned_abs());
        groups.push(group.with_distinct(distinct));
    }
    Ok(grouping.select(groups))
}
