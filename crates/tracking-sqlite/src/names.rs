//! Names of tasks and users, and the numbers that stand for them in a track's row.

use rusqlite::{CachedStatement, Connection, OptionalExtension, params_from_iter};
use tracking_core::{NameFilter, Result, TaskId, UserName};

use crate::error::{StoreResult, corrupt_by};
use crate::write_cache::CachedTask;
use crate::writer::Change;

impl Change<'_> {
    /// The task of a name, where it is in the file.
    pub(crate) fn find_task(&mut self, name: &TaskId) -> StoreResult<Option<CachedTask>> {
        if let Some(task) = self.cache.tasks.get(name) {
            return Ok(Some(*task));
        }
        let mut statement = self.connection.prepare_cached(&self.sql.find_task)?;
        let task = statement.query_row([name.as_str()], |row| {
            Ok(CachedTask {
                id: row.get(0)?,
                current_run: row.get(1)?,
            })
        });
        let task = task.optional()?;
        if let Some(task) = task {
            self.cache.tasks.insert(name.clone(), task);
        }
        Ok(task)
    }

    /// The task of a name, which is put into the file where it is not there.
    pub(crate) fn task(&mut self, name: &TaskId) -> StoreResult<CachedTask> {
        if let Some(task) = self.find_task(name)? {
            return Ok(task);
        }
        let id = self
            .connection
            .prepare_cached(&self.sql.add_task)?
            .insert([name.as_str()])?;
        let task = CachedTask {
            id,
            current_run: None,
        };
        self.cache.tasks.insert(name.clone(), task);
        Ok(task)
    }

    /// The number of a user, where it is in the file.
    pub(crate) fn find_user(&mut self, name: &UserName) -> StoreResult<Option<i64>> {
        if let Some(user) = self.cache.users.get(name) {
            return Ok(Some(*user));
        }
        let mut statement = self.connection.prepare_cached(&self.sql.find_user)?;
        let user: Option<i64> = statement
            .query_row([name.as_str()], |row| row.get(0))
            .optional()?;
        if let Some(user) = user {
            self.cache.users.insert(name.clone(), user);
        }
        Ok(user)
    }

    /// The number of a user, who is put into the file where they are not there.
    pub(crate) fn user(&mut self, name: &UserName) -> StoreResult<i64> {
        if let Some(user) = self.find_user(name)? {
            return Ok(user);
        }
        let id = self
            .connection
            .prepare_cached(&self.sql.add_user)?
            .insert([name.as_str()])?;
        self.cache.users.insert(name.clone(), id);
        Ok(id)
    }
}

/// Reads the first column of each row as a name.
pub(crate) fn read_names<N>(
    mut statement: CachedStatement<'_>,
    values: impl rusqlite::Params,
    name: impl Fn(&str) -> Result<N>,
) -> StoreResult<Vec<N>> {
    let mut rows = statement.query(values)?;
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        let text = row.get_ref(0)?.as_str();
        let text = text.map_err(|error| corrupt_by("a name that is not text", error))?;
        names.push(name(text).map_err(|error| corrupt_by("a name", error))?);
    }
    Ok(names)
}

/// The numbers of the names in a table that a filter matches, for a filter that SQL cannot settle.
///
/// Only the names that begin as the filter wants it are looked at.
pub(crate) fn ids_like(
    connection: &Connection,
    table: &str,
    filter: &NameFilter,
) -> StoreResult<Vec<i64>> {
    let mut found = Vec::new();
    for prefix in filter.covering_prefixes() {
        let end = tracking_core::rules::prefix_end(prefix);
        let before = if end.is_some() { " and name < ?2" } else { "" };
        let text = format!("select id, name from {table} where name >= ?1{before}");
        let mut statement = connection.prepare_cached(&text)?;
        let values = std::iter::once(prefix).chain(end.as_deref());
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let name = row.get_ref(1)?.as_str();
            let name = name.map_err(|error| corrupt_by("a name that is not text", error))?;
            if filter.matches(name) {
                found.push(row.get(0)?);
            }
        }
    }
    Ok(found)
}
