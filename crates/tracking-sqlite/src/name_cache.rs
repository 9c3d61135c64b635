//! A cache of names by their ids, for one connection. The name of an id never changes.

use rusqlite::Connection;
use tracking_core::{Result, TaskId, UserName};

use crate::error::{StoreResult, corrupt_by, corrupt_row};
use crate::name_rows::read_names;
use crate::sql::Statements;

/// The names of tasks and users that a connection has met.
#[derive(Debug, Default)]
pub(crate) struct NameCache {
    tasks: Slots<TaskId>,
    users: Slots<UserName>,
}

impl NameCache {
    /// The names of a task and a user that a row refers to.
    pub(crate) fn both(
        &mut self,
        connection: &Connection,
        sql: &Statements,
        (task, user): (i64, i64),
    ) -> StoreResult<(&TaskId, &UserName)> {
        Ok((
            self.tasks
                .name(task, connection, &sql.task_name, |name| TaskId::new(name))?,
            self.users
                .name(user, connection, &sql.user_name, |name| UserName::new(name))?,
        ))
    }

    pub(crate) fn task(
        &mut self,
        connection: &Connection,
        sql: &Statements,
        task: i64,
    ) -> StoreResult<&TaskId> {
        self.tasks
            .name(task, connection, &sql.task_name, |name| TaskId::new(name))
    }

    pub(crate) fn user(
        &mut self,
        connection: &Connection,
        sql: &Statements,
        user: i64,
    ) -> StoreResult<&UserName> {
        self.users
            .name(user, connection, &sql.user_name, |name| UserName::new(name))
    }
}

/// How many names are held at most.
const MAX_SLOTS: usize = 1 << 16;

/// Names of one kind. Numbers count up, so each has a place of its own until there are more than
/// [`MAX_SLOTS`]; then it shares that place, and the one that was met last has it.
#[derive(Debug)]
struct Slots<N>(Vec<Option<(i64, N)>>);

impl<N> Default for Slots<N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<N> Slots<N> {
    /// The name of a number, which is looked up where it is not held.
    fn name(
        &mut self,
        number: i64,
        connection: &Connection,
        text: &str,
        name: impl Fn(&str) -> Result<N>,
    ) -> StoreResult<&N> {
        let nameless = || corrupt_row("a track without a name");
        let place = usize::try_from(number)
            .map_err(|error| corrupt_by("the number of a name", error))?
            % MAX_SLOTS;
        if self.0.len() <= place {
            self.0.resize_with(place + 1, || None);
        }
        let slot = self.0.get_mut(place).ok_or_else(nameless)?;
        if !matches!(slot, Some((there, _)) if *there == number) {
            let found = read_names(connection.prepare_cached(text)?, [number], name)?;
            *slot = found.into_iter().next().map(|name| (number, name));
        }
        slot.as_ref().map(|(_, name)| name).ok_or_else(nameless)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_share_a_slot_are_distinguished() {
        let connection = Connection::open_in_memory().unwrap();
        let mut slot = Slots::default();
        let text = "select 'name ' || ?1 where ?1 <> 7";
        let most = i64::try_from(MAX_SLOTS).unwrap();
        for number in [3, most + 3, 3, 4, 2 * most + 3, most + 3] {
            let name = slot.name(number, &connection, text, |name| Ok(name.to_owned()));
            assert_eq!(*name.unwrap(), format!("name {number}"));
        }
        assert_eq!(slot.0.len(), 5);
        for number in [7, -1, i64::MIN] {
            let name = slot.name(number, &connection, text, |name| Ok(name.to_owned()));
            assert!(name.is_err(), "{number}");
        }
    }
}
