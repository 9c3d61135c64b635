//! Counts tracks and groups, from the counts that are kept or from an index where one suffices.

mod distinct;
pub(crate) mod stored_counts;

use std::collections::HashMap;

use rusqlite::{Connection, params_from_iter};
use tracking_core::{FieldValue, Group, GroupBy, GroupKey, Grouping, Query};

use crate::error::StoreResult;
use crate::fields::{index_name, indexed, is_expressible, may_be_confused, value_of};
use crate::groups::GroupCodes;
use crate::plan::Plan;
use crate::pool::Reader;
use crate::sql::Statements;

/// How many tracks meet the criteria of a query.
pub(crate) fn count(connection: &Connection, sql: &Statements, query: &Query) -> StoreResult<u64> {
    if let Some(count) = stored_counts::count(connection, sql, query)? {
        return Ok(count);
    }
    let Some(plan) = Plan::new(connection, sql, query)? else {
        return Ok(0);
    };
    if plan.residual.is_empty() {
        let (text, values) = plan.unordered("count(*)", None, "");
        let mut statement = connection.prepare_cached(&text)?;
        let count: i64 = statement.query_row(params_from_iter(values), |row| row.get(0))?;
        return Ok(count.unsigned_abs());
    }
    let (text, values) = plan.unordered(plan.residual.columns(), None, "");
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += u64::from(plan.residual.matches_row(row, 0)?);
    }
    Ok(count)
}

/// How many tracks meet the criteria of a query, by group, as the grouping wants them.
pub(crate) fn groups(
    reader: &mut Reader,
    sql: &Statements,
    query: &Query,
    grouping: &Grouping,
) -> StoreResult<Vec<Group>> {
    if let Some(groups) = stored_counts::groups(reader, sql, query, grouping)? {
        return Ok(grouping.select(groups));
    }
    let Some(plan) = Plan::new(&reader.connection, sql, query)? else {
        return Ok(Vec::new());
    };
    if !grouping.distinct().is_empty() {
        return Ok(grouping.select(distinct::groups(reader, sql, &plan, grouping)?));
    }
    let groups = match values(&reader.connection, sql, query, grouping)? {
        Some(groups) => groups,
        None => match index_of_groups(&reader.connection, sql, &plan, query, grouping)? {
            Some(index) => count_along_index(reader, sql, &plan, grouping, &index)?,
            None => count_rows(reader, sql, &plan, grouping)?,
        },
    };
    Ok(grouping.select(groups))
}

/// The groups of all tracks by the value of a field that has an index.
fn values(
    connection: &Connection,
    sql: &Statements,
    query: &Query,
    grouping: &Grouping,
) -> StoreResult<Option<Vec<Group>>> {
    let (GroupBy::Field(field), None, true) =
        (grouping.first(), grouping.second(), query.has_no_criteria())
    else {
        return Ok(None);
    };
    let number = indexed(connection, sql)?.remove(field);
    let Some(number) = number.filter(|_| is_expressible(field)) else {
        return Ok(None);
    };
    if may_be_confused(connection, sql)? {
        return Ok(None);
    }
    let value = value_of("t.data", field);
    let text = format!(
        "select {value}, count(*) from {}track as t indexed by {} where ({value}) is not null \
         group by 1 union all select null, count(*) from {0}track",
        sql.prefix,
        index_name(sql, number)
    );
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query([])?;
    let (mut groups, mut with) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let (value, count): (Option<String>, i64) = (row.get(0)?, row.get(1)?);
        // What comes last counts all, those without the field too.
        let count = if value.is_some() { count } else { count - with };
        with += count;
        if count > 0 {
            let key = GroupKey::Field(value.map(FieldValue::from_canonical));
            groups.push(Group::new(key, None, count.unsigned_abs()));
        }
    }
    Ok(Some(groups))
}

/// The index in which the groups lie side by side and nothing else is needed, where walking it
/// is no more work than walking the one with the fewest tracks.
fn index_of_groups(
    connection: &Connection,
    sql: &Statements,
    plan: &Plan<'_>,
    query: &Query,
    grouping: &Grouping,
) -> StoreResult<Option<String>> {
    let name = match (grouping.first(), grouping.second()) {
        (GroupBy::Task, None) => "track_task",
        (GroupBy::User, None) => "track_user",
        (GroupBy::Run, None) => "track_run",
        (GroupBy::Task, Some(GroupBy::User)) => "track_pair",
        _ => return Ok(None),
    };
    let index = format!("ix_{}{name}", sql.prefix);
    let is_right = match &plan.path {
        _ if !plan.residual.is_empty() => false,
        // What is excluded would need the row of each track.
        None => plan.conditions.is_empty(),
        Some(path) if path.index == index => true,
        Some(path) if stored_counts::is_of_time_only(query) => {
            let mut statement = connection.prepare_cached(&sql.counters)?;
            let all: i64 = statement.query_row([], |row| row.get(0))?;
            path.count(connection, sql, &plan.conditions, all / INDEX_STEPS_PER_ROW)?
                >= all / INDEX_STEPS_PER_ROW
        }
        Some(_) => false,
    };
    Ok(is_right.then_some(index))
}

/// So many steps in an index take as long as finding one row of the table.
const INDEX_STEPS_PER_ROW: i64 = 8;

/// So many steps in an index take as long as a search in it.
const INDEX_STEPS_PER_SEARCH: i64 = 40;

/// Counts groups whose tracks are adjacent in an index.
fn count_along_index(
    reader: &mut Reader,
    sql: &Statements,
    plan: &Plan<'_>,
    grouping: &Grouping,
    index: &str,
) -> StoreResult<Vec<Group>> {
    let mut first = GroupCodes::new(grouping.first());
    let mut second = grouping.second().map(GroupCodes::new);
    let Reader { connection, names } = reader;
    let both = match &second {
        Some(second) => format!("{}, {}", first.column(), second.column()),
        None => first.column().to_owned(),
    };
    let columns = format!("count(*), {both}");
    let (text, values) = plan.unordered(&columns, Some(index), &format!(" group by {both}"));
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut groups = Vec::new();
    while let Some(row) = rows.next()? {
        let count: i64 = row.get(0)?;
        let (one, two) = (
            first.code(row, 1)?,
            second.as_mut().map(|codes| codes.code(row, 2)),
        );
        let key = first.key(one, names, connection, sql)?;
        let second = match (&second, two) {
            (Some(codes), Some(two)) => Some(codes.key(two?, names, connection, sql)?),
            _ => None,
        };
        groups.push(Group::new(key, second, count.unsigned_abs()));
    }
    Ok(groups)
}

/// Counts groups row by row.
fn count_rows(
    reader: &mut Reader,
    sql: &Statements,
    plan: &Plan<'_>,
    grouping: &Grouping,
) -> StoreResult<Vec<Group>> {
    let mut first = GroupCodes::new(grouping.first());
    let mut second = grouping.second().map(GroupCodes::new);
    let Reader { connection, names } = reader;
    let column = second.as_ref().map_or("0", |second| second.column());
    let columns = format!("{}, {column}, {}", first.column(), plan.residual.columns());
    let (text, values) = plan.unordered(&columns, None, "");
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut counts: HashMap<(i64, i64), u64> = HashMap::new();
    while let Some(row) = rows.next()? {
        if plan.residual.matches_row(row, 2)? {
            let two = second
                .as_mut()
                .map_or(Ok(0), |second| second.code(row, 1))?;
            *counts.entry((first.code(row, 0)?, two)).or_default() += 1;
        }
    }
    let mut groups = Vec::with_capacity(counts.len());
    for ((one, two), count) in counts {
        let key = first.key(one, names, connection, sql)?;
        let second = match &second {
            Some(codes) => Some(codes.key(two, names, connection, sql)?),
            None => None,
        };
        groups.push(Group::new(key, second, count));
    }
    Ok(groups)
}
