//! Chooses the index that answers a query: the one with the fewest tracks to look at.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use tracking_core::{FieldFilter, NameFilter, Query};

use crate::conditions::{Condition, except, named, one_of, push_all};
use crate::error::StoreResult;
use crate::field_index::FieldIndex;
use crate::fields::{indexed, is_expressible, may_be_confused};
use crate::residual_filter::ResidualFilter;
use crate::rows::run_number;
use crate::sql::Statements;

/// How far the tracks of each index are counted to find the one with the fewest; the second limit
/// applies if all indexes reach the first.
const PROBE_LIMITS: [i64; 2] = [256, 16_384];

/// Longer lists of names are not searched in the index name by name.
const MAX_SEARCHED_NAMES: usize = 100;

/// In which order the tracks of an access path come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScanOrder {
    Id,
    Time,
}

/// An index, and the conditions that select a part of it.
#[derive(Clone, Debug)]
pub(crate) struct AccessPath {
    pub(crate) index: String,
    /// The order of that part, if it has one.
    pub(crate) order: Option<ScanOrder>,
    /// Positions in the conditions of the plan.
    conditions: Vec<usize>,
}

/// Collects the conditions of a query and the indexes that can answer it.
pub(crate) struct PathPlanner<'q> {
    sql: &'q Statements,
    query: &'q Query,
    /// The candidates, the more selective kinds first.
    paths: Vec<AccessPath>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) residual: ResidualFilter<'q>,
}

impl<'q> PathPlanner<'q> {
    pub(crate) fn new(
        connection: &Connection,
        sql: &'q Statements,
        query: &'q Query,
    ) -> StoreResult<Self> {
        let residual = ResidualFilter::new(query);
        let mut planner = Self {
            sql,
            query,
            paths: Vec::new(),
            conditions: Vec::new(),
            residual,
        };
        planner.names_and_runs(connection)?;
        planner.times();
        planner.fields(connection)?;
        Ok(planner)
    }

    fn names_and_runs(&mut self, connection: &Connection) -> StoreResult<()> {
        let (tasks, users) = (self.query.task_filter(), self.query.user_filter());
        let task = self.named(connection, "task", tasks)?;
        let user = self.named(connection, "user", users)?;
        let runs = self.query.run_filter();
        let run = runs.map(|runs| {
            let numbers = runs.iter().filter_map(|run| run_number(*run));
            self.condition(one_of("t.run", numbers.map(Value::from).collect()))
        });
        let is_one =
            |filter: Option<&NameFilter>| filter.is_some_and(|filter| filter.only().is_some());
        let one_run = runs.is_some_and(|runs| runs.len() == 1);
        if let (Some(tasks), Some(users)) = (tasks, users)
            && (tasks.only().is_some() && is_short(users)
                || users.only().is_some() && is_short(tasks))
        {
            // The index has the run as well: no other finds fewer tracks.
            let is_sorted = is_one(Some(tasks)) && is_one(Some(users)) && one_run;
            let conditions = [task, user, run].into_iter().flatten().collect();
            self.path(
                "track_pair",
                is_sorted.then_some(ScanOrder::Time),
                conditions,
            );
        } else {
            let paths = [
                ("track_run", one_run, run),
                ("track_user", is_one(users), user),
                ("track_task", is_one(tasks), task),
            ];
            for (name, is_sorted, condition) in paths {
                if let Some(condition) = condition {
                    self.path(name, is_sorted.then_some(ScanOrder::Time), vec![condition]);
                }
            }
        }
        self.exclusions(connection)
    }

    /// The condition for the names of a filter, if there is one.
    fn named(
        &mut self,
        connection: &Connection,
        table: &str,
        filter: Option<&NameFilter>,
    ) -> StoreResult<Option<usize>> {
        let Some(filter) = filter else {
            return Ok(None);
        };
        let column = ["t.", table].concat();
        let condition = named(connection, &column, &self.sql.prefix, table, filter)?;
        Ok(Some(self.condition(condition)))
    }

    /// An exclusion leaves most tracks, so it only filters.
    fn exclusions(&mut self, connection: &Connection) -> StoreResult<()> {
        for (column, table, excluded) in [
            ("t.task", "task", self.query.excluded_tasks()),
            ("t.user", "user", self.query.excluded_users()),
        ] {
            if let Some(excluded) = excluded {
                let condition = named(connection, column, &self.sql.prefix, table, excluded)?;
                self.condition(except(condition));
            }
        }
        Ok(())
    }

    fn times(&mut self) {
        let Some(times) = self.query.time_filter() else {
            return;
        };
        let (Some(first), Some(last)) = (times.ranges().first(), times.ranges().last()) else {
            return;
        };
        let bounds = self.condition(Condition {
            text: "t.time between ? and ?".to_owned(),
            values: vec![first.from().micros().into(), last.to().micros().into()],
        });
        // The other indexes go by time as well, so this one finds no fewer.
        for path in &mut self.paths {
            path.conditions.push(bounds);
        }
        if self.paths.is_empty() {
            self.path("track_time", Some(ScanOrder::Time), vec![bounds]);
        }
    }

    /// The statement checks fields that have an index; the residual filter checks the others.
    fn fields(&mut self, connection: &Connection) -> StoreResult<()> {
        let filters = self.query.field_filters();
        if filters.is_empty() {
            return Ok(());
        }
        let indexed = indexed(connection, self.sql)?;
        let looks_again = !indexed.is_empty() && may_be_confused(connection, self.sql)?;
        for filter in filters {
            match indexed.get(filter.field()) {
                // An exclusion leaves most tracks, so no index is walked for it.
                Some(number) if !filter.is_inverted() && is_expressible(filter.field()) => {
                    let index = FieldIndex::new(self.sql, *number, filter.field());
                    self.field(connection, &index, filter, looks_again)?;
                }
                _ => self.residual.add(filter),
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        connection: &Connection,
        index: &FieldIndex,
        filter: &'q FieldFilter,
        looks_again: bool,
    ) -> StoreResult<()> {
        let criterion = index.criterion(connection, filter)?;
        if looks_again || !criterion.is_settled {
            self.residual.add(filter);
        }
        if let Some(condition) = criterion.condition {
            let condition = self.condition(condition);
            self.paths.push(AccessPath {
                index: index.name.clone(),
                order: criterion.is_one_value.then_some(ScanOrder::Id),
                conditions: vec![condition],
            });
        }
        Ok(())
    }

    fn path(&mut self, name: &str, order: Option<ScanOrder>, conditions: Vec<usize>) {
        let index = ["ix_", &self.sql.prefix, name].concat();
        self.paths.push(AccessPath {
            index,
            order,
            conditions,
        });
    }

    /// Adds a condition, and tells which it is.
    fn condition(&mut self, condition: Condition) -> usize {
        self.conditions.push(condition);
        self.conditions.len() - 1
    }

    /// Returns the access path with the fewest tracks, counted up to the limits above.
    pub(crate) fn best(&mut self, connection: &Connection) -> StoreResult<Option<AccessPath>> {
        if let [] | [_] = self.paths.as_slice() {
            return Ok(self.paths.pop());
        }
        for limit in PROBE_LIMITS {
            let mut best: Option<(i64, &AccessPath)> = None;
            for path in &self.paths {
                let count = path.count(connection, self.sql, &self.conditions, limit)?;
                if best.is_none_or(|(least, _)| count < least) {
                    best = Some((count, path));
                }
            }
            if let Some((_, path)) = best.filter(|(count, _)| *count < limit) {
                return Ok(Some(path.clone()));
            }
        }
        Ok(self.paths.first().cloned())
    }
}

impl AccessPath {
    /// Counts its tracks, up to a limit.
    pub(crate) fn count(
        &self,
        connection: &Connection,
        sql: &Statements,
        conditions: &[Condition],
        limit: i64,
    ) -> StoreResult<i64> {
        let mut text = format!(
            "select count(*) from (select 1 from {}track as t indexed by {} ",
            sql.prefix, self.index
        );
        let conditions = self.conditions.iter().filter_map(|at| conditions.get(*at));
        let mut values = push_all(&mut text, conditions);
        text.push_str(" limit ?)");
        values.push(limit.into());
        let mut statement = connection.prepare_cached(&text)?;
        Ok(statement.query_row(params_from_iter(values), |row| row.get(0))?)
    }
}

fn is_short(filter: &NameFilter) -> bool {
    filter.is_plain()
        && filter.prefix_names().len() == 0
        && filter.exact_names().len() <= MAX_SEARCHED_NAMES
}
