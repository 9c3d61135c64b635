//! The runs that a query asks for.

use tracking_core::{NameFilter, RunQuery, RunState, Timestamp};

use crate::conditions::store_is;
use crate::names::named;
use crate::rows::{run_columns, run_number};
use crate::statement::Sql;

/// The statement that finds the runs of a query; nothing where no run can match.
pub(crate) fn select(store: &str, query: &RunQuery) -> Option<Sql> {
    let mut sql = Sql::composed(concat!(
        "select ",
        run_columns!(),
        " from tracking.run as r where "
    ));
    let all = conditions(&mut sql, store, query)?;
    sql.push(&all.join(" and ")).push(" order by r.id");
    if let Some(limit) = query.max_runs() {
        let limit = sql.bind_int(i64::try_from(limit).unwrap_or(i64::MAX));
        sql.push(" limit ").push(&limit);
    }
    Some(sql)
}

/// The criteria of a query for the runs `r`, place and limit included; nothing where no run can match.
pub(crate) fn conditions(sql: &mut Sql, store: &str, query: &RunQuery) -> Option<Vec<String>> {
    if query.task_filter().is_some_and(NameFilter::is_empty) {
        return None;
    }
    let mut all = vec![store_is("r", store)];
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
    Some(all)
}

fn in_state(states: &[RunState]) -> Option<String> {
    let text = |state: &RunState| match state {
        RunState::Current => "r.current",
        RunState::Finished => "r.finished",
        _ => "not (r.current or r.finished)",
    };
    let states: Vec<&str> = states.iter().map(text).collect();
    (!states.is_empty()).then(|| format!("({})", states.join(" or ")))
}

/// Takes current runs that were not touched since a time for stopped; gives their ids.
pub(crate) fn expire(store: &str, untouched_since: Timestamp) -> Sql {
    Sql::fixed(
        "with expired as (update tracking.run set current = false \
         where store = $1 and current and end_time < $2 returning id) \
         select id from expired order by id",
    )
    .with_text(store)
    .with_time(untouched_since)
}
