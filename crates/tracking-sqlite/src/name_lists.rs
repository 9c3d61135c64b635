//! Lists of names: tasks and users after one, and the users of a task.

use rusqlite::{Connection, params};
use tracking_core::{Result, TaskId, UserName};

use crate::error::StoreResult;
use crate::name_rows::read_names;
use crate::pool::Reader;
use crate::sql::Statements;

/// At most so many names, sorted, after one: by the first statement where there is none, else by
/// the second.
pub(crate) fn after<N>(
    connection: &Connection,
    (first, next): (&str, &str),
    after: Option<&str>,
    limit: usize,
    name: impl Fn(&str) -> Result<N>,
) -> StoreResult<Vec<N>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    match after {
        None => read_names(connection.prepare_cached(first)?, [limit], name),
        Some(after) => read_names(
            connection.prepare_cached(next)?,
            params![limit, after],
            name,
        ),
    }
}

/// How many tracks of one user are walked before the next user is searched for.
const MAX_WALKED_TRACKS: usize = 32;

/// The users who have tracks of a task, sorted.
pub(crate) fn users_of(
    reader: &mut Reader,
    sql: &Statements,
    task: &TaskId,
) -> StoreResult<Vec<UserName>> {
    let Reader { connection, names } = reader;
    let mut statement = connection.prepare_cached(&sql.users_of_task)?;
    let (mut found, mut last) = (Vec::new(), i64::MIN);
    loop {
        let mut rows = statement.query(params![task.as_str(), last])?;
        let mut walked = 0;
        while walked < MAX_WALKED_TRACKS
            && let Some(row) = rows.next()?
        {
            let user = row.get(0)?;
            if user == last {
                walked += 1;
            } else {
                found.push(names.user(connection, sql, user)?.clone());
                (last, walked) = (user, 0);
            }
        }
        if walked < MAX_WALKED_TRACKS {
            found.sort_unstable();
            return Ok(found);
        }
    }
}
