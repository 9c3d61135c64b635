//! Finding, counting and summing up runs.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use tracking_core::{
    Error, Group, Grouping, NameFilter, Run, RunId, RunQuery, RunSelector, RunState, RunSummary,
};

use crate::conditions::{Condition, except, named, one_of, push_all};
use crate::error::{InRow as _, StoreError, StoreResult};
use crate::rowid_scan::{SCAN_ROWS_PER_TRACK, SCAN_THRESHOLD};
use crate::rows::{run, run_id, run_number, timestamp};
use crate::sql::Statements;

/// The columns of a run `r` of a task `k`.
const COLUMNS: &str = "r.id, k.name, r.start, r.\"end\", r.finished, k.current_run is r.id";

/// A run by its id, or the current run of a task.
pub(crate) fn find(
    connection: &Connection,
    sql: &Statements,
    selector: &RunSelector,
) -> StoreResult<Option<Run>> {
    let (text, value) = match selector {
        RunSelector::Id(id) => match run_number(*id) {
            Some(number) => (&sql.run, Value::from(number)),
            None => return Ok(None),
        },
        RunSelector::CurrentOf(task) => (&sql.current_run, Value::from(task.as_str().to_owned())),
        _ => return Ok(None),
    };
    let mut statement = connection.prepare_cached(text)?;
    let mut rows = statement.query([value])?;
    rows.next()?.map(run).transpose()
}

/// The runs that a query asks for, by id.
pub(crate) fn list(
    connection: &Connection,
    sql: &Statements,
    query: &RunQuery,
) -> StoreResult<Vec<Run>> {
    if let Some(found) = scan_by_rowid(connection, sql, query)? {
        return Ok(found);
    }
    let mut runs = Vec::new();
    each(connection, sql, query, |run| runs.push(run))?;
    Ok(runs)
}

/// Hands out the runs that a query asks for, one by one.
fn each(
    connection: &Connection,
    sql: &Statements,
    query: &RunQuery,
    mut take: impl FnMut(Run),
) -> StoreResult<()> {
    let (text, values) = select(connection, &sql.prefix, query, COLUMNS)?;
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        take(run(row)?);
    }
    Ok(())
}

/// A page of runs of several tasks, where all of it is among the next runs of any task.
///
/// The index on tasks has the runs of each by id. So the first few of many tasks are found in it
/// by walking all that it has for them; but where these are many, the runs wanted are close to
/// each other in the table. Pages that follow each other walk each run once.
fn scan_by_rowid(
    connection: &Connection,
    sql: &Statements,
    query: &RunQuery,
) -> StoreResult<Option<Vec<Run>>> {
    let is_of_many = query
        .task_filter()
        .is_some_and(|tasks| tasks.only().is_none());
    let (Some(limit), true, None) = (query.max_runs(), is_of_many, query.id_filter()) else {
        return Ok(None);
    };
    let rows = limit
        .max(SCAN_THRESHOLD)
        .saturating_mul(SCAN_ROWS_PER_TRACK);
    let next = RunQuery::all().limit(rows);
    let next = match query.run_before() {
        Some(before) => next.after(before),
        None => next,
    };
    let (mut found, mut walked) = (Vec::new(), 0);
    let (text, values) = select(connection, &sql.prefix, &next, COLUMNS)?;
    let mut statement = connection.prepare_cached(&text)?;
    let mut walk = statement.query(params_from_iter(values))?;
    while found.len() < limit {
        let Some(row) = walk.next()? else {
            return Ok(Some(found).filter(|_| walked < rows));
        };
        walked += 1;
        let run = run(row)?;
        if query.matches(&run) {
            found.push(run);
        }
    }
    Ok(Some(found))
}

/// How many runs meet the criteria of a query.
pub(crate) fn count(
    connection: &Connection,
    sql: &Statements,
    query: &RunQuery,
) -> StoreResult<u64> {
    let query = query.clone().criteria_only();
    let (text, values) = select(connection, &sql.prefix, &query, "count(*)")?;
    let mut statement = connection.prepare_cached(&text)?;
    let count: i64 = statement.query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// How many runs meet the criteria of a query, by group; no more than the groups are kept.
pub(crate) fn groups(
    connection: &Connection,
    sql: &Statements,
    query: &RunQuery,
    grouping: &Grouping,
) -> StoreResult<Vec<Group>> {
    let query = query.clone().criteria_only();
    let (text, values) = select(connection, &sql.prefix, &query, COLUMNS)?;
    let mut statement = connection.prepare_cached(&text)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut failure = None;
    let runs = std::iter::from_fn(|| {
        let next = rows.next().map_err(StoreError::from);
        let next = next.and_then(|row| row.map(run).transpose());
        next.unwrap_or_else(|error| {
            failure = Some(error);
            None
        })
    });
    let groups = grouping.count_runs(runs);
    match failure {
        Some(failure) => Err(failure),
        None => Ok(groups?),
    }
}

/// A run, and what its tracks add up to; the statements must be of one moment.
pub(crate) fn summary(
    connection: &Connection,
    sql: &Statements,
    id: RunId,
) -> StoreResult<Option<RunSummary>> {
    let Some(run) = find(connection, sql, &RunSelector::Id(id))? else {
        return Ok(None);
    };
    let mut summary = RunSummary::empty(run);
    let mut statement = connection.prepare_cached(&sql.run_summary)?;
    let mut rows = statement.query([run_number(id)])?;
    if let Some(row) = rows.next()? {
        let count = |column| row.get(column).map(i64::unsigned_abs);
        (summary.tracks, summary.tasks, summary.users) = (count(0)?, count(1)?, count(2)?);
        let time = |column| -> StoreResult<_> {
            let micros: Option<i64> = row.get(column)?;
            micros.map(timestamp).transpose().in_row("run", id)
        };
        summary.times = time(3)?.zip(time(4)?);
    }
    Ok(Some(summary))
}

/// The numbers of the runs that a query asks for, or only of those without tracks.
pub(crate) fn numbers(
    connection: &Connection,
    prefix: &str,
    query: &RunQuery,
    only_empty: bool,
) -> StoreResult<Vec<i64>> {
    let empty = Condition {
        text: format!(
            "not exists (select 1 from {prefix}track indexed by ix_{prefix}track_run \
             where run = r.id)"
        ),
        values: Vec::new(),
    };
    let more = only_empty.then_some(empty);
    let (text, values) = select_with(connection, prefix, query, "r.id", more)?;
    let mut statement = connection.prepare_cached(&text)?;
    let found = statement.query_map(params_from_iter(values), |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// A statement that gives these columns of the runs `r` of a query, with their tasks `k`, by id.
pub(crate) fn select(
    connection: &Connection,
    prefix: &str,
    query: &RunQuery,
    columns: &str,
) -> StoreResult<(String, Vec<Value>)> {
    select_with(connection, prefix, query, columns, None)
}

fn select_with(
    connection: &Connection,
    prefix: &str,
    query: &RunQuery,
    columns: &str,
    more: Option<Condition>,
) -> StoreResult<(String, Vec<Value>)> {
    let is_current = query.state_filter() == Some(&[RunState::Current]);
    let mut conditions = criteria(connection, prefix, query)?;
    conditions.extend(more);
    // The current runs lie side by side in the index on them, in the order of their ids.
    let (from, id) = if is_current && query.task_filter().is_none() && query.id_filter().is_none() {
        let from = format!(
            "{prefix}task as k indexed by ix_{prefix}task_current \
             cross join {prefix}run as r on r.id = k.current_run"
        );
        (from, "k.current_run")
    } else {
        let index = index(query).map_or_else(String::new, |index| {
            format!("indexed by ix_{prefix}{index}")
        });
        let from = format!("{prefix}run as r {index} left join {prefix}task as k on k.id = r.task");
        (from, "r.id")
    };
    let after = query
        .run_before()
        .map_or(0, |before| run_number(before).unwrap_or(i64::MAX));
    conditions.push(Condition {
        text: format!("{id} > ?"),
        values: vec![after.into()],
    });
    let mut text = format!("select {columns} from {from} ");
    let mut values = push_all(&mut text, conditions.iter());
    if columns != "count(*)" {
        text.extend([" order by ", id]);
    }
    if let Some(limit) = query.max_runs() {
        text.push_str(" limit ?");
        values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    }
    Ok((text, values))
}

/// The index that is walked, where that is not the table itself.
fn index(query: &RunQuery) -> Option<&'static str> {
    if query.id_filter().is_some() {
        None
    } else if query.task_filter().is_some() {
        Some("run_task")
    } else {
        query.start_range().map(|_| "run_start")
    }
}

/// The criteria of a query as conditions, its place aside.
fn criteria(
    connection: &Connection,
    prefix: &str,
    query: &RunQuery,
) -> StoreResult<Vec<Condition>> {
    let mut conditions = Vec::new();
    let task = |filter: &NameFilter| named(connection, "r.task", prefix, "task", filter);
    if let Some(tasks) = query.task_filter() {
        conditions.push(task(tasks)?);
        // The index has only such runs, so this must be said also where no task can match.
        conditions.push(Condition {
            text: "r.task is not null".to_owned(),
            values: Vec::new(),
        });
    }
    if let Some(tasks) = query.excluded_tasks() {
        conditions.push(except(task(tasks)?));
    }
    if let Some(ids) = query.id_filter() {
        let numbers = ids.iter().filter_map(|id| run_number(*id));
        conditions.push(one_of("r.id", numbers.map(Value::from).collect()));
    }
    if let Some(states) = query.state_filter() {
        conditions.push(in_state(states)?);
    }
    let ranges = [
        ("r.start", query.start_range()),
        ("r.\"end\"", query.end_range()),
    ];
    for (column, range) in ranges {
        if let Some(range) = range {
            conditions.push(Condition {
                text: format!("{column} between ? and ?"),
                values: vec![range.from().micros().into(), range.to().micros().into()],
            });
        }
    }
    Ok(conditions)
}

/// One of these states.
fn in_state(states: &[RunState]) -> StoreResult<Condition> {
    let mut parts = Vec::new();
    for state in states {
        parts.push(match state {
            RunState::Current => "k.current_run is r.id",
            RunState::Finished => "r.finished = 1",
            RunState::Unfinished => {
                "r.finished = 0 and r.task is not null and k.current_run is not r.id"
            }
            RunState::Session => "r.finished = 0 and r.task is null",
            other => return Err(Error::unsupported(format!("find runs of state {other}")).into()),
        });
    }
    let text = if parts.is_empty() {
        "false".to_owned()
    } else {
        format!("(({}))", parts.join(") or ("))
    };
    let values = Vec::new();
    Ok(Condition { text, values })
}

/// Puts the ids of runs in the words of the contract.
pub(crate) fn ids(numbers: &[i64]) -> StoreResult<Vec<RunId>> {
    numbers.iter().map(|number| run_id(*number)).collect()
}
