//! The runs that a query asks for: listing, counting, expiring them.

use std::collections::BTreeSet;

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use tracking_core::{
    Error, Grouping, NameFilter, RunId, RunQuery, RunState, RunSummary, Timestamp,
};

use crate::conditions::store_is;
use crate::count::push_groups;
use crate::error::Result;
use crate::names::named;
use crate::rows::{self, run_columns, run_number};
use crate::statement::Sql;
use crate::values::Time;

/// The statement that finds the runs of a query; nothing where no run can match.
pub(crate) fn select(store: &str, query: &RunQuery) -> Result<Option<Sql>> {
    let mut sql = Sql::composed(concat!(
        "select ",
        run_columns!(),
        " from tracking.run as r where "
    ));
    let Some(all) = conditions(&mut sql, store, query)? else {
        return Ok(None);
    };
    sql.push(&all.join(" and ")).push(" order by r.id");
    if let Some(limit) = query.max_runs() {
        let limit = sql.bind_int(i64::try_from(limit).unwrap_or(i64::MAX));
        sql.push(" limit ").push(&limit);
    }
    Ok(Some(sql))
}

/// The statement that counts the runs of a query; nothing where no run can match.
pub(crate) fn count(store: &str, query: &RunQuery) -> Result<Option<Sql>> {
    let mut sql = Sql::composed("select count(*) from tracking.run as r where ");
    let all = conditions(&mut sql, store, &query.clone().criteria_only())?;
    Ok(all.map(|all| {
        sql.push(&all.join(" and "));
        sql
    }))
}

/// The statement that counts the runs of a query by group; nothing where no run can match.
pub(crate) fn groups(store: &str, query: &RunQuery, grouping: &Grouping) -> Result<Option<Sql>> {
    let mut sql = Sql::composed("");
    let Some(all) = conditions(&mut sql, store, &query.clone().criteria_only())? else {
        return Ok(None);
    };
    let all = all.join(" and ");
    push_groups(&mut sql, grouping, |sql| {
        sql.push(&format!(
            "(select r.task, r.task_rest, r.start_time as time from tracking.run as r \
             where {all}) as t"
        ));
        Some(())
    });
    Ok(Some(sql))
}

/// The statement that finds a run and adds up its tracks; nothing where no table can have it.
pub(crate) fn summary(store: &str, id: RunId) -> Option<Sql> {
    let number = run_number(id)?;
    let sql = Sql::fixed(concat!(
        "select ",
        run_columns!(),
        ", s.* from tracking.run as r cross join lateral (select count(*), \
         count(distinct t.task || coalesce(t.task_rest, '')), \
         count(distinct t.username || coalesce(t.username_rest, '')), min(t.time), max(t.time) \
         from tracking.track as t where t.store = $1 and t.run = $2) as s \
         where r.store = $1 and r.id = $2"
    ));
    Some(sql.with_text(store).with_int(number))
}

/// The run of a row and what its tracks add up to, as [`summary`] found it.
pub(crate) fn read_summary(row: &Row) -> Result<RunSummary> {
    let mut summary = RunSummary::empty(rows::run(row)?);
    let count = |column| row.try_get(column).map(i64::unsigned_abs);
    (summary.tracks, summary.tasks, summary.users) = (count(7)?, count(8)?, count(9)?);
    let (first, last): (Option<Time>, Option<Time>) = (row.try_get(10)?, row.try_get(11)?);
    summary.times = first.zip(last).map(|(first, last)| (first.0, last.0));
    Ok(summary)
}

/// The criteria of a query for the runs `r`, its place included; nothing where no run can match.
pub(crate) fn conditions(
    sql: &mut Sql,
    store: &str,
    query: &RunQuery,
) -> Result<Option<Vec<String>>> {
    if query.task_filter().is_some_and(NameFilter::is_empty)
        || query.id_filter().is_some_and(BTreeSet::is_empty)
        || query.state_filter().is_some_and(<[_]>::is_empty)
    {
        return Ok(None);
    }
    let mut all = vec![store_is("r", store)];
    if let Some(ids) = query.id_filter() {
        let numbers: Vec<i64> = ids.iter().copied().filter_map(run_number).collect();
        all.push(format!(
            "r.id = any({})",
            sql.bind(numbers, Type::INT8_ARRAY)
        ));
    }
    if let Some(tasks) = query.task_filter() {
        all.push("r.task is not null".to_owned());
        all.push(named(sql, "r.task", tasks));
    }
    if let Some(tasks) = query.excluded_tasks() {
        let tasks = named(sql, "r.task", tasks);
        all.push(format!("({tasks}) is not true"));
    }
    if let Some(states) = query.state_filter() {
        all.push(in_state(states)?);
    }
    for (column, range) in [
        ("r.start_time", query.start_range()),
        ("r.end_time", query.end_range()),
    ] {
        if let Some(range) = range {
            let (from, to) = (sql.bind_time(range.from()), sql.bind_time(range.to()));
            all.push(format!("{column} between {from} and {to}"));
        }
    }
    if let Some(before) = query.run_before() {
        let id = sql.bind_int(run_number(before).unwrap_or(i64::MAX));
        all.push(format!("r.id > {id}"));
    }
    Ok(Some(all))
}

fn in_state(states: &[RunState]) -> Result<String> {
    let mut any = Vec::with_capacity(states.len());
    for state in states {
        any.push(match state {
            RunState::Current => "r.current",
            RunState::Finished => "r.finished",
            RunState::Unfinished => "not (r.current or r.finished) and r.task is not null",
            RunState::Session => "not r.finished and r.task is null",
            other => return Err(Error::unsupported(format!("find runs of state {other}")).into()),
        });
    }
    Ok(format!("(({}))", any.join(") or (")))
}

/// Takes at most so many current runs that were not touched since a time for stopped, those with
/// the lowest ids first; gives their ids.
pub(crate) fn expire(store: &str, untouched_since: Timestamp, limit: usize) -> Sql {
    // `offset 0` keeps the planner from walking all runs by id in search of the current ones.
    Sql::fixed(
        "with old as materialized (select o.id from (select r.id from tracking.run as r \
         where r.store = $1 and r.current and r.end_time < $2 offset 0) as o \
         order by o.id limit $3), \
         expired as (update tracking.run as r set current = false from old \
         where r.store = $1 and r.id = old.id returning r.id) \
         select id from expired order by id",
    )
    .with_text(store)
    .with_time(untouched_since)
    .with_int(i64::try_from(limit).unwrap_or(i64::MAX))
}
