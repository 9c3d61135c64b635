//! Counting, from the indexes where they know.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params_from_iter};
use tracking_core::{
    Data, DataRef, FieldValue, Group, GroupBy, GroupKey, Grouping, Query, TaskId, UserName,
};

use crate::error::{Done, odd_row};
use crate::plan::Plan;
use crate::rows::{run_id, timestamp};
use crate::sql::Statements;

/// How many tracks meet the criteria of a query.
pub(crate) fn count(connection: &Connection, sql: &Statements, query: &Query) -> Done<u64> {
    let Some(plan) = Plan::new(connection, sql, query)? else {
        return Ok(0);
    };
    if plan.rest.is_empty() {
        let (text, values) = plan.unordered("count(*)");
        let mut statement = connection.prepare_cached(&text)?;
        let count: i64 = statement.query_row(params_from_iter(values), |row| row.get(0))?;
        return Ok(count.unsigned_abs());
    }
    let mut count = 0;
    each(connection, &plan, "0", &mut |_| {
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

/// How many tracks meet the criteria of a query, by group, in order of the keys.
pub(crate) fn groups(
    connection: &Connection,
    sql: &Statements,
    query: &Query,
    grouping: &Grouping,
) -> Done<Vec<Group>> {
    let Some(plan) = Plan::new(connection, sql, query)? else {
        return Ok(Vec::new());
    };
    let mut first = Keys::new(grouping.first());
    let mut second = grouping.second().map(Keys::new);
    let columns = match &second {
        Some(second) => format!("{}, {}", first.column(), second.column()),
        None => format!("{}, 0", first.column()),
    };
    let mut counts: HashMap<(i64, i64), u64> = HashMap::new();
    each(connection, &plan, &columns, &mut |row| {
        let code = (
            first.code(row, 0)?,
            second
                .as_mut()
                .map_or(Ok(0), |second| second.code(row, 1))?,
        );
        *counts.entry(code).or_default() += 1;
        Ok(())
    })?;
    let names = Names::read(connection, sql, grouping)?;
    let mut groups = Vec::with_capacity(counts.len());
    for ((one, two), count) in counts {
        let second = second
            .as_ref()
            .map(|second| second.key(two, &names))
            .transpose()?;
        groups.push(Group::new(first.key(one, &names)?, second, count));
    }
    groups.sort_unstable_by(|a, b| (a.key(), a.second_key()).cmp(&(b.key(), b.second_key())));
    Ok(groups)
}

/// Looks at these two columns of each track that meets all criteria.
fn each(
    connection: &Connection,
    plan: &Plan<'_>,
    columns: &str,
    look: &mut dyn FnMut(&Row<'_>) -> Done<()>,
) -> Done<()> {
    let rest = match (plan.rest.is_empty(), plan.rest.needs_data()) {
        (true, _) => "",
        (false, true) => ", t.time, t.data",
        (false, false) => ", t.time",
    };
    let (text, values) = plan.unordered(&format!("{columns}{rest}"));
    let mut statement = connection.prepare_cached(&text)?;
    let last = statement.column_count() - 1;
    let mut rows = statement.query(params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let matches = if plan.rest.is_empty() {
            true
        } else if plan.rest.needs_data() {
            let data = row.get_ref(last)?.as_str().map_err(|_| odd_row("data"))?;
            plan.rest.matches(
                timestamp(row.get(last - 1)?)?,
                DataRef::from_canonical(data),
            )
        } else {
            plan.rest
                .matches(timestamp(row.get(last)?)?, Data::empty().as_ref())
        };
        if matches {
            look(row)?;
        }
    }
    Ok(())
}

/// Group keys as small numbers, so that no name is copied per track.
struct Keys<'g> {
    by: &'g GroupBy,
    /// Days and values that have come up.
    found: Vec<GroupKey>,
    days: HashMap<i64, i64>,
    values: HashMap<Box<str>, i64>,
}

/// The code of tracks that do not have the field.
const MISSING: i64 = -1;

impl<'g> Keys<'g> {
    fn new(by: &'g GroupBy) -> Self {
        Self {
            by,
            found: Vec::new(),
            days: HashMap::new(),
            values: HashMap::new(),
        }
    }

    /// The column that tells the group of a track.
    fn column(&self) -> &'static str {
        match self.by {
            GroupBy::Task => "t.task",
            GroupBy::User => "t.user",
            GroupBy::Run => "t.run",
            GroupBy::Day(_) => "t.time",
            _ => "t.data",
        }
    }

    fn code(&mut self, row: &Row<'_>, column: usize) -> Done<i64> {
        match self.by {
            GroupBy::Task | GroupBy::User | GroupBy::Run => Ok(row.get(column)?),
            GroupBy::Day(zone) => {
                let time = timestamp(row.get(column)?)?;
                let day = (time.secs() + i64::from(zone.offset_at(time))).div_euclid(86_400);
                let (found, new) = (&mut self.found, self.days.len());
                Ok(*self.days.entry(day).or_insert_with(|| {
                    found.push(GroupKey::Day(zone.day_of(time)));
                    number(new)
                }))
            }
            GroupBy::Field(field) => {
                let data = row.get_ref(column)?.as_str().map_err(|_| odd_row("data"))?;
                let Some(value) = DataRef::from_canonical(data).raw(field) else {
                    return Ok(MISSING);
                };
                if let Some(code) = self.values.get(value) {
                    return Ok(*code);
                }
                let code = number(self.found.len());
                self.found
                    .push(GroupKey::Field(Some(FieldValue::from_canonical(value))));
                self.values.insert(value.into(), code);
                Ok(code)
            }
            _ => Ok(MISSING),
        }
    }

    fn key(&self, code: i64, names: &Names) -> Done<GroupKey> {
        let key = match self.by {
            GroupBy::Task => names.tasks.get(&code).cloned().map(GroupKey::Task),
            GroupBy::User => names.users.get(&code).cloned().map(GroupKey::User),
            GroupBy::Run => Some(GroupKey::Run(run_id(code)?)),
            GroupBy::Field(_) if code == MISSING => Some(GroupKey::Field(None)),
            _ => usize::try_from(code)
                .ok()
                .and_then(|code| self.found.get(code))
                .cloned(),
        };
        key.ok_or_else(|| odd_row("a track without a name"))
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The names that groups are called by.
#[derive(Default)]
struct Names {
    tasks: HashMap<i64, TaskId>,
    users: HashMap<i64, UserName>,
}

impl Names {
    fn read(connection: &Connection, sql: &Statements, grouping: &Grouping) -> Done<Self> {
        let by = [Some(grouping.first()), grouping.second()];
        let mut names = Self::default();
        if by.contains(&Some(&GroupBy::Task)) {
            let mut statement = connection.prepare_cached(&sql.task_names)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let name =
                    TaskId::new(row.get::<_, String>(1)?).map_err(|_| odd_row("a task id"))?;
                names.tasks.insert(row.get(0)?, name);
            }
        }
        if by.contains(&Some(&GroupBy::User)) {
            let mut statement = connection.prepare_cached(&sql.user_names_by_id)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let name =
                    UserName::new(row.get::<_, String>(1)?).map_err(|_| odd_row("a user name"))?;
                names.users.insert(row.get(0)?, name);
            }
        }
        Ok(names)
    }
}
