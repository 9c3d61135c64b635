//! Which index answers a query, and the statement that follows from it.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use tracking_core::{DataRef, FieldFilter, NameFilter, Order, Query, Timestamp};

use crate::error::Done;
use crate::fields::{index_name, indexed, value_of};
use crate::rows::{run_number, track_number};
use crate::sql::Statements;

/// How far the tracks of an index are counted to find the one with the fewest.
const PROBES: [i64; 2] = [256, 16_384];

/// A list of names that is short enough for one search in the index each.
const FEW: usize = 100;

/// How the tracks that meet a query's criteria are found.
#[derive(Debug)]
pub(crate) struct Plan<'q> {
    query: &'q Query,
    /// What is before the names of the store's tables.
    prefix: &'q str,
    /// Which index is walked; nothing means the table itself.
    index: Option<String>,
    conditions: Vec<Condition>,
    /// What is left to be looked at in each row.
    pub(crate) rest: Rest<'q>,
}

/// A part of what must be true of a row, and the values for its placeholders.
#[derive(Clone, Debug)]
struct Condition {
    text: String,
    values: Vec<Value>,
}

/// An index that may be walked, and the conditions by which a part of it is.
struct Way {
    index: String,
    conditions: Vec<Condition>,
}

/// Criteria that the statement does not settle.
#[derive(Debug, Default)]
pub(crate) struct Rest<'q> {
    fields: Vec<&'q FieldFilter>,
    times: bool,
    query: Option<&'q Query>,
}

impl Rest<'_> {
    /// Whether the statement settles everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty() && !self.times
    }

    /// Whether data must be looked at.
    pub(crate) fn needs_data(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Whether a row is asked for.
    pub(crate) fn matches(&self, time: Timestamp, data: DataRef<'_>) -> bool {
        let times = self.query.and_then(Query::time_filter);
        (!self.times || times.is_none_or(|times| times.matches(time)))
            && self.fields.iter().all(|filter| filter.matches(data))
    }
}

impl<'q> Plan<'q> {
    /// Makes one; nothing where no track can match.
    pub(crate) fn new(
        connection: &Connection,
        sql: &'q Statements,
        query: &'q Query,
    ) -> Done<Option<Self>> {
        if is_impossible(query) {
            return Ok(None);
        }
        let mut planning = Planning {
            prefix: &sql.prefix,
            query,
            ways: Vec::new(),
            conditions: Vec::new(),
        };
        planning.names_and_runs();
        planning.times();
        let rest = planning.fields(connection, sql)?;
        let index = planning.best(connection)?;
        let conditions = planning.conditions;
        Ok(Some(Self {
            query,
            prefix: &sql.prefix,
            index,
            conditions,
            rest,
        }))
    }

    /// The one task that is asked for, so that its name need not be fetched.
    pub(crate) fn only_task(&self) -> Option<&'q str> {
        self.query.task_filter().and_then(NameFilter::only)
    }

    /// The one user who is asked for.
    pub(crate) fn only_user(&self) -> Option<&'q str> {
        self.query.user_filter().and_then(NameFilter::only)
    }

    /// A statement that gives these columns of each track `t`, in no order.
    pub(crate) fn unordered(&self, columns: &str) -> (String, Vec<Value>) {
        let mut text = format!("select {columns} from {}track as t ", self.prefix);
        self.push_index(&mut text, self.index.as_deref());
        let values = push_conditions(&mut text, self.conditions.iter());
        (text, values)
    }

    /// A statement that gives these columns of each track `t`, and names of task `k` and user `u`
    /// where `joined` tells to, in the query's order, after its cursor, at most so many.
    pub(crate) fn ordered(
        &self,
        columns: &str,
        joined: &str,
        limit: Option<usize>,
    ) -> Done<(String, Vec<Value>)> {
        let order = self.query.track_order();
        let by_time = format!("ix_{}track_time", self.prefix);
        let index = match (&self.index, order.is_by_time()) {
            (None, true) => Some(by_time.as_str()),
            (index, _) => index.as_deref(),
        };
        let mut text = format!("select {columns} from {}track as t ", self.prefix);
        self.push_index(&mut text, index);
        text.push_str(joined);
        let after = self.query.cursor()?.map(|cursor| {
            let id = track_number(cursor.id()).unwrap_or(i64::MAX).into();
            let sign = if order.is_descending() { '<' } else { '>' };
            if order.is_by_time() {
                let micros: Value = cursor.time().micros().into();
                Condition {
                    text: format!("t.time {sign}= ? and (t.time {sign} ? or t.id {sign} ?)"),
                    values: vec![micros.clone(), micros, id],
                }
            } else {
                Condition {
                    text: format!("t.id {sign} ?"),
                    values: vec![id],
                }
            }
        });
        let mut values = push_conditions(&mut text, self.conditions.iter().chain(&after));
        text.push_str(match order {
            Order::IdDescending => " order by t.id desc",
            Order::Time => " order by t.time, t.id",
            Order::TimeDescending => " order by t.time desc, t.id desc",
            _ => " order by t.id",
        });
        if let Some(limit) = limit.filter(|_| self.rest.is_empty()) {
            text.push_str(" limit ?");
            values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
        }
        Ok((text, values))
    }

    fn push_index(&self, text: &mut String, index: Option<&str>) {
        match index {
            Some(index) => text.extend(["indexed by ", index, " "]),
            None if self.conditions.is_empty() => {}
            None => text.push_str("not indexed "),
        }
    }
}

fn push_conditions<'c>(
    text: &mut String,
    conditions: impl Iterator<Item = &'c Condition>,
) -> Vec<Value> {
    let mut values = Vec::new();
    for (place, condition) in conditions.enumerate() {
        text.push_str(if place == 0 { "where " } else { " and " });
        text.push_str(&condition.text);
        values.extend_from_slice(&condition.values);
    }
    values
}

/// Whether a criterion has no values at all.
fn is_impossible(query: &Query) -> bool {
    query.task_filter().is_some_and(NameFilter::is_empty)
        || query.user_filter().is_some_and(NameFilter::is_empty)
        || query
            .run_filter()
            .is_some_and(std::collections::BTreeSet::is_empty)
        || query
            .time_filter()
            .is_some_and(tracking_core::TimeFilter::is_empty)
        || query
            .field_filters()
            .iter()
            .any(|filter| filter.values().len() == 0)
}

/// A plan in the making.
struct Planning<'q> {
    prefix: &'q str,
    query: &'q Query,
    /// What may be walked, the better ones first.
    ways: Vec<Way>,
    conditions: Vec<Condition>,
}

impl<'q> Planning<'q> {
    fn names_and_runs(&mut self) {
        let (tasks, users) = (self.query.task_filter(), self.query.user_filter());
        let task = tasks.map(|tasks| self.names("task", tasks));
        let user = users.map(|users| self.names("user", users));
        let run = self.query.run_filter().map(|runs| {
            let runs = runs.iter().filter_map(|run| run_number(*run));
            list("t.run", runs.map(Value::from).collect())
        });
        if let (Some(tasks), Some(users)) = (tasks, users)
            && (tasks.only().is_some() && is_short(users)
                || users.only().is_some() && is_short(tasks))
        {
            // This index has the run as well: what else is asked for finds no fewer tracks.
            let pair = [&task, &user].into_iter().flatten().cloned().collect();
            self.way("track_pair", pair);
        } else {
            self.ways_of([
                ("track_run", &run),
                ("track_user", &user),
                ("track_task", &task),
            ]);
        }
        self.conditions
            .extend([task, user, run].into_iter().flatten());
    }

    fn ways_of<const N: usize>(&mut self, ways: [(&str, &Option<Condition>); N]) {
        for (name, condition) in ways {
            if let Some(condition) = condition {
                self.way(name, vec![condition.clone()]);
            }
        }
    }

    fn way(&mut self, name: &str, conditions: Vec<Condition>) {
        self.ways.push(Way {
            index: format!("ix_{}{name}", self.prefix),
            conditions,
        });
    }

    fn times(&mut self) {
        let Some(times) = self.query.time_filter() else {
            return;
        };
        let (Some(first), Some(last)) = (times.ranges().first(), times.ranges().last()) else {
            return;
        };
        let bounds = Condition {
            text: "t.time between ? and ?".to_owned(),
            values: vec![first.from().micros().into(), last.to().micros().into()],
        };
        // The other indexes go by time as well, and find no more with it.
        for way in &mut self.ways {
            way.conditions.push(bounds.clone());
        }
        if self.ways.is_empty() {
            self.way("track_time", vec![bounds.clone()]);
        }
        self.conditions.push(bounds);
    }

    /// Fields with an index are settled by the statement, the others are left.
    fn fields(&mut self, connection: &Connection, sql: &Statements) -> Done<Rest<'q>> {
        let times = self
            .query
            .time_filter()
            .is_some_and(|times| times.ranges().len() > 1);
        let mut rest = Rest {
            fields: Vec::new(),
            times,
            query: Some(self.query),
        };
        let filters = self.query.field_filters();
        if filters.is_empty() {
            return Ok(rest);
        }
        let indexed = indexed(connection, sql)?;
        for filter in filters {
            let Some(number) = indexed.get(filter.field()) else {
                rest.fields.push(filter);
                continue;
            };
            let values = filter
                .values()
                .map(|value| Value::from(value.to_owned()))
                .collect();
            let condition = list(&format!("({})", value_of("t.data", filter.field())), values);
            let index = index_name(sql, *number);
            self.ways.push(Way {
                index,
                conditions: vec![condition.clone()],
            });
            self.conditions.push(condition);
        }
        Ok(rest)
    }

    /// Of several ways the one with the fewest tracks, as far as it is worth counting.
    fn best(&self, connection: &Connection) -> Done<Option<String>> {
        let index = |way: &Way| way.index.clone();
        if let ([] | [_], first) = (self.ways.as_slice(), self.ways.first()) {
            return Ok(first.map(index));
        }
        for most in PROBES {
            let mut best: Option<(i64, &Way)> = None;
            for way in &self.ways {
                let count = self.probe(connection, way, most)?;
                if best.is_none_or(|(least, _)| count < least) {
                    best = Some((count, way));
                }
            }
            if let Some((_, way)) = best.filter(|(count, _)| *count < most) {
                return Ok(Some(index(way)));
            }
        }
        Ok(self.ways.first().map(index))
    }

    fn probe(&self, connection: &Connection, way: &Way, most: i64) -> Done<i64> {
        let conditions: Vec<&str> = way.conditions.iter().map(|c| c.text.as_str()).collect();
        let text = format!(
            "select count(*) from (select 1 from {}track as t indexed by {} where {} limit ?)",
            self.prefix,
            way.index,
            conditions.join(" and ")
        );
        let values = way
            .conditions
            .iter()
            .flat_map(|condition| condition.values.iter().cloned());
        let mut statement = connection.prepare_cached(&text)?;
        Ok(
            statement.query_row(params_from_iter(values.chain([most.into()])), |row| {
                row.get(0)
            })?,
        )
    }

    fn names(&self, table: &str, filter: &NameFilter) -> Condition {
        let mut values = Vec::new();
        let (column, table) = (format!("t.{table}"), format!("{}{table}", self.prefix));
        let text = names_condition(&column, &table, filter, &mut values);
        Condition { text, values }
    }
}

fn is_short(filter: &NameFilter) -> bool {
    filter.prefix_names().len() == 0 && filter.exact_names().len() <= FEW
}

/// One of these values; the statement stays the same however many there are.
fn list(column: &str, mut values: Vec<Value>) -> Condition {
    if values.len() == 1 {
        return Condition {
            text: format!("{column} = ?"),
            values,
        };
    }
    let json = values.drain(..).map(|value| match value {
        Value::Integer(number) => number.into(),
        Value::Text(text) => text.into(),
        _ => serde_json::Value::Null,
    });
    let json: serde_json::Value = json.collect();
    Condition {
        text: format!("{column} in (select value from json_each(?))"),
        values: vec![json.to_string().into()],
    }
}

/// Holds where a column has the number of one of the names in a table.
pub(crate) fn names_condition(
    column: &str,
    table: &str,
    filter: &NameFilter,
    values: &mut Vec<Value>,
) -> String {
    if let Some(name) = filter.only() {
        values.push(name.to_owned().into());
        return format!("{column} = (select id from {table} where name = ?)");
    }
    let mut parts = Vec::new();
    // No name holds a NUL, and JSON in SQLite would end there.
    let exact: Vec<&str> = filter
        .exact_names()
        .filter(|name| !name.contains('\0'))
        .collect();
    if !exact.is_empty() {
        values.push(serde_json::Value::from(exact).to_string().into());
        parts.push(format!(
            "select id from {table} where name in (select value from json_each(?))"
        ));
    }
    let ranges = filter
        .prefix_names()
        .filter(|prefix| !prefix.contains('\0'));
    let (mut closed, mut open) = (Vec::new(), None);
    for prefix in ranges {
        match after_all_with(prefix) {
            Some(end) => closed.push(serde_json::Value::from(vec![prefix.to_owned(), end])),
            None => open = Some(prefix),
        }
    }
    if !closed.is_empty() {
        values.push(serde_json::Value::from(closed).to_string().into());
        parts.push(format!(
            "select n.id from json_each(?) as p cross join {table} as n \
             on n.name >= p.value ->> 0 and n.name < p.value ->> 1"
        ));
    }
    if let Some(prefix) = open {
        values.push(prefix.to_owned().into());
        parts.push(format!("select id from {table} where name >= ?"));
    }
    if parts.is_empty() {
        return "false".to_owned();
    }
    format!("{column} in ({})", parts.join(" union all "))
}

/// The first text that sorts after all that start with this one, by code point; nothing where
/// all later texts do.
fn after_all_with(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        // Some numbers are no characters, and one step further there is one again.
        let next = u32::from(last) + 1;
        let next = char::from_u32(next).or_else(|| char::from_u32(next + 0x800));
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix_is_right_behind_all_that_have_it() {
        assert_eq!(after_all_with("a").as_deref(), Some("b"));
        assert_eq!(after_all_with("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(after_all_with("\u{D7FF}").as_deref(), Some("\u{E000}"));
        assert_eq!(after_all_with("\u{10FFFF}"), None);
        assert_eq!(after_all_with(""), None);
    }
}
