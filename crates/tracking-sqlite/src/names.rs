//! The numbers of tasks and users that a change needs, given to new names.

use rusqlite::OptionalExtension;
use tracking_core::{TaskId, UserName};

use crate::change::Change;
use crate::error::StoreResult;
use crate::write_cache::CachedTask;

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
