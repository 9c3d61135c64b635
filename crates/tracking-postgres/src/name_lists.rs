//! The tasks and users that have tracks, one step in an index for each.

use tokio_postgres::Row;
use tracking_core::TaskId;

use crate::conditions::store_is;
use crate::error::Result;
use crate::names::{HEAD_CHARS, equals, is_long, join, split};
use crate::statement::Sql;

/// The statement that lists tasks or users, and perhaps a few before `after`, by code point.
///
/// `column` is `task` or `username`; `task` restricts users to those of a task.
pub(crate) fn select(
    store: &str,
    column: &str,
    task: Option<&TaskId>,
    after: Option<&str>,
    limit: usize,
) -> Sql {
    let mut sql = Sql::composed("with recursive h as (");
    let mut of = store_is("t", store);
    if let Some(task) = task {
        of.push_str(" and ");
        of.push_str(&equals(&mut sql, "t.task", task));
    }
    let from = match after {
        None => String::new(),
        Some(after) => {
            let (head, _) = split(after);
            // A long name may go on behind the place.
            let sign = if is_long(head) { ">=" } else { ">" };
            format!(" and t.{column} {sign} {}", sql.bind_text(head))
        }
    };
    let limit = sql.bind_int(i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1));
    let head = format!("select t.{column} from tracking.track as t where {of}");
    sql.push(&format!(
        "(select x.{column} as name, 1::bigint as place from ({head}{from} \
         order by t.{column} limit 1) as x) union all \
         select x.{column}, h.place + 1 from h cross join lateral ({head} \
         and t.{column} > h.name order by t.{column} limit 1) as x where h.place < {limit}) \
         select h.name, null from h where char_length(h.name) < {HEAD_CHARS} union all \
         select distinct t.{column}, t.{column}_rest from h join tracking.track as t \
         on {of} and t.{column} = h.name where char_length(h.name) >= {HEAD_CHARS}"
    ));
    sql
}

/// The names that were listed after a place, sorted, at most so many.
pub(crate) fn read(rows: &[Row], after: Option<&str>, limit: usize) -> Result<Vec<String>> {
    let mut names = Vec::with_capacity(rows.len());
    for row in rows {
        let name = join(row.try_get(0)?, row.try_get(1)?);
        if after.is_none_or(|after| after < name.as_str()) {
            names.push(name);
        }
    }
    names.sort_unstable();
    names.truncate(limit);
    Ok(names)
}
