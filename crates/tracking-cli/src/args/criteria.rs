//! The criteria that tracks, or records of a log, must match.

use clap::Args;
use tracking_core::{NameFilter, Query};

use super::condition::{self, Condition, condition};
use super::status::{self, Status};

/// Criteria for the task, the user and the data; the same for all commands that choose among
/// tracks or records. All of them must match.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Which tracks")]
pub(crate) struct Criteria {
    /// Only this task; repeat for more
    #[arg(long = "task", value_name = "NAME")]
    tasks: Vec<String>,

    /// Only tasks that start with this; adds to --task
    #[arg(long = "task-prefix", value_name = "START")]
    task_prefixes: Vec<String>,

    /// Only tasks that match a pattern, like `/lesson*`; adds to --task
    ///
    /// `*` stands for any text, `?` for any one character.
    #[arg(long = "only-task", value_name = "PATTERN")]
    task_patterns: Vec<String>,

    /// No tasks that match a pattern, like `*.css`; repeat for more
    #[arg(long = "except-task", value_name = "PATTERN")]
    except_tasks: Vec<String>,

    /// Only this user; repeat for more
    #[arg(long = "user", value_name = "NAME")]
    users: Vec<String>,

    /// Only users whose names start with this; adds to --user
    #[arg(long = "user-prefix", value_name = "START")]
    user_prefixes: Vec<String>,

    /// Only users whose names match a pattern; adds to --user
    #[arg(long = "only-user", value_name = "PATTERN")]
    user_patterns: Vec<String>,

    /// No users whose names match a pattern; repeat for more
    #[arg(long = "except-user", value_name = "PATTERN")]
    except_users: Vec<String>,

    /// Only data that matches: `status=4xx`, `method=GET`, `'ms>=250'`, `verb.id`; repeatable
    ///
    /// KEY=VALUE compares with a value, which is JSON or else text; a value like 4xx or 400..499
    /// also stands for the numbers in it. KEY!=VALUE, and KEY>=NUMBER, KEY>NUMBER, KEY<=NUMBER and
    /// KEY<NUMBER compare likewise, and KEY alone asks for any value. Quote > and < for your shell.
    ///
    /// Join keys of nested objects by dots; put a backslash before a dot or an operator that
    /// belongs to a key. Repeat a key with = to match any of its values; different keys, and all
    /// other conditions, must all match.
    #[arg(
        long = "data",
        visible_alias = "only-data",
        value_name = "CONDITION",
        value_parser = condition
    )]
    data: Vec<Condition>,

    /// No data that matches, as for --data; repeat for more
    #[arg(long, value_name = "CONDITION", value_parser = condition)]
    except_data: Vec<Condition>,

    /// Only requests with this status: `404`, `4xx`, or `200-304`; repeat for more
    #[arg(long = "status", visible_alias = "only-status", value_name = "STATUS")]
    statuses: Vec<Status>,

    /// No requests with this status; repeat for more
    #[arg(long = "except-status", value_name = "STATUS")]
    except_statuses: Vec<Status>,
}

impl Criteria {
    /// Adds the criteria to a query.
    pub(crate) fn add_to(&self, query: Query) -> Query {
        let mut query = query;
        if let Some(tasks) = names(&self.tasks, &self.task_prefixes, &self.task_patterns) {
            query = query.tasks_in(tasks);
        }
        if let Some(users) = names(&self.users, &self.user_prefixes, &self.user_patterns) {
            query = query.users_in(users);
        }
        if !self.except_tasks.is_empty() {
            query = query.except_tasks_in(NameFilter::patterns(patterns(&self.except_tasks)));
        }
        if !self.except_users.is_empty() {
            query = query.except_users_in(NameFilter::patterns(patterns(&self.except_users)));
        }
        if !self.statuses.is_empty() {
            query = query.field_matching(status::any_of(&self.statuses));
        }
        if !self.except_statuses.is_empty() {
            query = query.field_matching(status::any_of(&self.except_statuses).inverted());
        }
        condition::except(condition::only(query, &self.data), &self.except_data)
    }

    /// Whether any were given.
    pub(crate) fn are_given(&self) -> bool {
        !self.add_to(Query::all()).has_no_criteria()
    }
}

/// The names of all lists, where there are any.
fn names(exact: &[String], prefixes: &[String], given: &[String]) -> Option<NameFilter> {
    let any = !exact.is_empty() || !prefixes.is_empty() || !given.is_empty();
    any.then(|| {
        NameFilter::exact(exact)
            .or(NameFilter::prefixes(prefixes))
            .or(NameFilter::patterns(patterns(given)))
    })
}

fn patterns(given: &[String]) -> impl Iterator<Item = &str> {
    given.iter().map(String::as_str)
}
