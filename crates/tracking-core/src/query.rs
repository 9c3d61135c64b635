//! What is asked of a store, as a value.

mod fields;
mod names;
mod number;
mod order;
mod pattern;
mod runs;
mod times;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use fields::FieldFilter;
pub use names::NameFilter;
pub use number::{Number, NumberRange};
pub use order::{Cursor, Order};
pub use pattern::NamePattern;
pub use runs::{RunQuery, RunState};
pub use times::TimeFilter;

use crate::{Error, Field, Result, RunId, TimeRange, TrackRef};

/// Which tracks are asked for, in which order, and how many.
///
/// Criteria are joined by AND, the values within one by OR, and a criterion that is given twice
/// must be met twice. Values that are in no track are skipped; an empty list matches nothing.
/// Exclusions are criteria too: a track that one of them describes does not match, and an empty
/// one excludes nothing. Without criteria: every track. Read from text, an unknown criterion is
/// an error.
///
/// ```
/// use tracking_core::{NameFilter, Order, Query, TimeRange, Timestamp};
///
/// let query = Query::all()
///     .tasks(["a001", "a002"])
///     .user_prefix("an")
///     .within(TimeRange::since(Timestamp::EPOCH))
///     .except_tasks_in(NameFilter::patterns(["*.css"]))
///     .field("page", 3)
///     .field_range("ms", ..250)
///     .order(Order::TimeDescending)
///     .limit(50);
/// assert!(query.user_filter().unwrap().matches("anna"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[must_use]
pub struct Query {
    tasks: Option<NameFilter>,
    users: Option<NameFilter>,
    // Boxed, since few queries exclude names, and each query is moved often while it is built.
    #[serde(skip_serializing_if = "Option::is_none")]
    except_tasks: Option<Box<NameFilter>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    except_users: Option<Box<NameFilter>>,
    runs: Option<BTreeSet<RunId>>,
    times: Option<TimeFilter>,
    fields: Vec<FieldFilter>,
    order: Order,
    after: Option<Cursor>,
    limit: Option<usize>,
}

/// What is asked for: building a query.
impl Query {
    /// Every track.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only tracks of this task.
    pub fn task(self, task: impl Into<String>) -> Self {
        self.tasks([task])
    }

    /// Only tracks of these tasks.
    pub fn tasks<N: Into<String>>(self, tasks: impl IntoIterator<Item = N>) -> Self {
        self.tasks_in(NameFilter::exact(tasks))
    }

    /// Only tracks of tasks that start with this.
    pub fn task_prefix(self, prefix: impl Into<String>) -> Self {
        self.tasks_in(NameFilter::prefixes([prefix]))
    }

    /// Only tracks of tasks that match this pattern.
    pub fn task_pattern(self, pattern: impl Into<NamePattern>) -> Self {
        self.tasks_in(NameFilter::patterns([pattern]))
    }

    /// Only tracks of the tasks of a filter.
    pub fn tasks_in(self, tasks: NameFilter) -> Self {
        Self {
            tasks: Some(both(self.tasks.as_ref(), tasks)),
            ..self
        }
    }

    /// Only tracks of this user.
    pub fn user(self, user: impl Into<String>) -> Self {
        self.users([user])
    }

    /// Only tracks of these users.
    pub fn users<N: Into<String>>(self, users: impl IntoIterator<Item = N>) -> Self {
        self.users_in(NameFilter::exact(users))
    }

    /// Only tracks of users whose names start with this.
    pub fn user_prefix(self, prefix: impl Into<String>) -> Self {
        self.users_in(NameFilter::prefixes([prefix]))
    }

    /// Only tracks of users whose names match this pattern.
    pub fn user_pattern(self, pattern: impl Into<NamePattern>) -> Self {
        self.users_in(NameFilter::patterns([pattern]))
    }

    /// Only tracks of the users of a filter.
    pub fn users_in(self, users: NameFilter) -> Self {
        Self {
            users: Some(both(self.users.as_ref(), users)),
            ..self
        }
    }

    /// No tracks of this task.
    pub fn except_task(self, task: impl Into<String>) -> Self {
        self.except_tasks_in(NameFilter::exact([task]))
    }

    /// No tracks of the tasks of a filter, nor of another one that is excluded.
    pub fn except_tasks_in(self, tasks: NameFilter) -> Self {
        Self {
            except_tasks: Some(Box::new(either(self.except_tasks, tasks))),
            ..self
        }
    }

    /// No tracks of this user.
    pub fn except_user(self, user: impl Into<String>) -> Self {
        self.except_users_in(NameFilter::exact([user]))
    }

    /// No tracks of the users of a filter, nor of another one that is excluded.
    pub fn except_users_in(self, users: NameFilter) -> Self {
        Self {
            except_users: Some(Box::new(either(self.except_users, users))),
            ..self
        }
    }

    /// Only tracks of this run.
    pub fn run(self, run: RunId) -> Self {
        self.runs([run])
    }

    /// Only tracks of these runs.
    pub fn runs(self, runs: impl IntoIterator<Item = RunId>) -> Self {
        let wanted = |run: &RunId| self.runs.as_ref().is_none_or(|before| before.contains(run));
        let runs = runs.into_iter().filter(wanted).collect();
        Self {
            runs: Some(runs),
            ..self
        }
    }

    /// Only tracks of this time, or within this range.
    pub fn within(self, range: impl Into<TimeRange>) -> Self {
        self.within_any([range])
    }

    /// Only tracks of one of these times, or within one of these ranges.
    pub fn within_any(self, ranges: impl IntoIterator<Item = impl Into<TimeRange>>) -> Self {
        let times = TimeFilter::any(ranges);
        let times = self
            .times
            .as_ref()
            .map_or_else(|| times.clone(), |before| before.and(&times));
        Self {
            times: Some(times),
            ..self
        }
    }

    /// Only tracks whose data has this field with this value.
    pub fn field(self, field: impl Into<Field>, value: impl Into<Value>) -> Self {
        self.field_in(field, [value])
    }

    /// Only tracks whose data has this field with one of these values.
    pub fn field_in<V: Into<Value>>(
        self,
        field: impl Into<Field>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.field_matching(FieldFilter::new(field, values))
    }

    /// Only tracks whose data has this field with a number within a range, like `400..500` or
    /// [`NumberRange::at_least`]`(400)`.
    pub fn field_range(self, field: impl Into<Field>, range: impl Into<NumberRange>) -> Self {
        self.field_matching(FieldFilter::numbers(field, [range]))
    }

    /// Only tracks whose data has this field, whatever its value.
    pub fn has_field(self, field: impl Into<Field>) -> Self {
        self.field_matching(FieldFilter::present(field))
    }

    /// No tracks whose data has this field with this value; those without the field stay.
    pub fn except_field(self, field: impl Into<Field>, value: impl Into<Value>) -> Self {
        self.field_matching(FieldFilter::new(field, [value]).inverted())
    }

    /// No tracks whose data has this field, whatever its value.
    pub fn lacks_field(self, field: impl Into<Field>) -> Self {
        self.field_matching(FieldFilter::present(field).inverted())
    }

    /// Only tracks whose data matches a filter.
    pub fn field_matching(mut self, filter: FieldFilter) -> Self {
        self.fields.push(filter);
        self
    }

    /// In this order instead of by id.
    pub fn order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// From the place on where a query in the same order stopped.
    pub fn after(self, cursor: Cursor) -> Self {
        Self {
            after: Some(cursor),
            ..self
        }
    }

    /// The same query without a cursor, from its first track on.
    pub fn from_the_start(self) -> Self {
        Self {
            after: None,
            ..self
        }
    }

    /// At most so many tracks.
    pub fn limit(self, limit: usize) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }
}

/// What has been asked for: answering a query.
impl Query {
    /// Which tasks are asked for; nothing means all.
    pub fn task_filter(&self) -> Option<&NameFilter> {
        self.tasks.as_ref()
    }

    /// Which users are asked for; nothing means all.
    pub fn user_filter(&self) -> Option<&NameFilter> {
        self.users.as_ref()
    }

    /// Which tasks are excluded, if any.
    pub fn excluded_tasks(&self) -> Option<&NameFilter> {
        self.except_tasks.as_deref()
    }

    /// Which users are excluded, if any.
    pub fn excluded_users(&self) -> Option<&NameFilter> {
        self.except_users.as_deref()
    }

    /// Which runs are asked for; nothing means all.
    pub fn run_filter(&self) -> Option<&BTreeSet<RunId>> {
        self.runs.as_ref()
    }

    /// Which times are asked for; nothing means all.
    pub fn time_filter(&self) -> Option<&TimeFilter> {
        self.times.as_ref()
    }

    /// What is asked of data fields; each of the filters must match.
    pub fn field_filters(&self) -> &[FieldFilter] {
        &self.fields
    }

    /// In which order.
    pub fn track_order(&self) -> Order {
        self.order
    }

    /// Where to go on, after a look that the cursor belongs to the same order.
    ///
    /// # Errors
    ///
    /// [`Error::CursorMismatch`] where it does not.
    pub fn cursor(&self) -> Result<Option<Cursor>> {
        match self.after {
            Some(cursor) if cursor.order() != self.order => {
                Err(Error::cursor_mismatch(cursor.to_string()))
            }
            cursor => Ok(cursor),
        }
    }

    /// How many tracks at most.
    pub fn max_tracks(&self) -> Option<usize> {
        self.limit
    }

    /// The same criteria in order of ids, from the first track on, without a limit.
    pub fn criteria_only(self) -> Self {
        Self {
            order: Order::default(),
            after: None,
            limit: None,
            ..self
        }
    }

    /// Tells whether every track meets the criteria, since there are none.
    pub fn has_no_criteria(&self) -> bool {
        self.tasks.is_none()
            && self.users.is_none()
            && self.except_tasks.is_none()
            && self.except_users.is_none()
            && self.runs.is_none()
            && self.times.is_none()
            && self.fields.is_empty()
    }

    /// Tells whether a track meets all criteria; order, cursor and limit are none.
    ///
    /// Every store may use this to check what its indexes found.
    pub fn matches(&self, track: &TrackRef<'_>) -> bool {
        self.times
            .as_ref()
            .is_none_or(|times| times.matches(track.time()))
            && self
                .runs
                .as_ref()
                .is_none_or(|runs| runs.contains(&track.run()))
            && self
                .tasks
                .as_ref()
                .is_none_or(|tasks| tasks.matches(track.task()))
            && self
                .users
                .as_ref()
                .is_none_or(|users| users.matches(track.user()))
            && !excludes(self.except_tasks.as_deref(), track.task())
            && !excludes(self.except_users.as_deref(), track.user())
            && self
                .fields
                .iter()
                .all(|filter| filter.matches(track.data()))
    }
}

fn both(before: Option<&NameFilter>, names: NameFilter) -> NameFilter {
    match before {
        Some(before) => before.and(&names),
        None => names,
    }
}

fn either(before: Option<Box<NameFilter>>, names: NameFilter) -> NameFilter {
    match before {
        Some(before) => before.or(names),
        None => names,
    }
}

fn excludes(excluded: Option<&NameFilter>, name: &str) -> bool {
    excluded.is_some_and(|names| names.matches(name))
}
