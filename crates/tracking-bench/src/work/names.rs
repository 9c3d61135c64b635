//! The names that a workload uses.

use super::Shape;

const TASKS: usize = 10_000;
const USERS: usize = 5_000;
const PAGES: usize = 1_000;

/// Task ids, user names and values of the indexed field, the most frequent first.
///
/// They are shuffled, so that frequency does not depend on sort order.
#[derive(Debug)]
pub struct Names {
    tasks: Vec<String>,
    users: Vec<String>,
    pages: Vec<String>,
}

impl Names {
    /// The names for a workload of `n` tracks.
    pub fn new(shape: Shape, n: usize) -> Self {
        let (tasks, users, pages) = match shape {
            Shape::Skewed | Shape::Flat => (TASKS, USERS, PAGES),
            Shape::OneTask => (1, USERS, PAGES),
            Shape::OneUser => (TASKS, 1, PAGES),
            Shape::ManyValues => (TASKS, USERS, n),
        };
        let task = |index| format!("task-{:06}", (index * 7919) % TASKS);
        let user = |index| format!("user.{:05}", (index * 3571) % USERS);
        Self {
            tasks: (0..tasks).map(task).collect(),
            users: (0..users).map(user).collect(),
            pages: (0..pages).map(|index| format!("/p/{index}")).collect(),
        }
    }

    /// All task ids.
    pub fn tasks(&self) -> &[String] {
        &self.tasks
    }

    /// All user names.
    pub fn users(&self) -> &[String] {
        &self.users
    }

    /// All values of the indexed field.
    pub fn pages(&self) -> &[String] {
        &self.pages
    }
}

/// A name by its number.
pub(super) fn at(names: &[String], index: u32) -> &str {
    names.get(index as usize).map_or("", String::as_str)
}
