//! Criteria in SQL.

use rusqlite::Connection;
use rusqlite::types::Value;
use tracking_core::rules::prefix_end;
use tracking_core::{Cursor, NameFilter};

use crate::error::StoreResult;
use crate::name_rows::ids_like;
use crate::rows::track_number;

/// A part of what must be true of a row, and the values for its placeholders.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) text: String,
    pub(crate) values: Vec<Value>,
}

/// Adds `where` and all conditions to a statement; gives their values.
pub(crate) fn push_all<'c>(
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

/// Adds all conditions as one value, which tells whether all are true; gives their values.
pub(crate) fn push_together<'c>(
    text: &mut String,
    conditions: impl Iterator<Item = &'c Condition>,
) -> Vec<Value> {
    let mut values = Vec::new();
    text.push_str("(true");
    for condition in conditions {
        text.extend([" and (", &condition.text, ")"]);
        values.extend_from_slice(&condition.values);
    }
    text.push_str(") is true");
    values
}

/// The number of the track at a cursor; where no file can have it, of one that comes close.
pub(crate) fn number_after(cursor: Cursor) -> i64 {
    track_number(cursor.id()).unwrap_or(i64::MAX)
}

/// What is true of the tracks after a cursor.
pub(crate) fn after(cursor: Cursor) -> Condition {
    let id = number_after(cursor).into();
    let sign = if cursor.order().is_descending() {
        '<'
    } else {
        '>'
    };
    if cursor.order().is_by_time() {
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
}

/// One of these values; the statement stays the same however many there are.
pub(crate) fn one_of(column: &str, mut values: Vec<Value>) -> Condition {
    if values.len() == 1 {
        return Condition {
            text: [column, " = ?"].concat(),
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

/// One of the names of a filter, which are in the table `task` or `user` of a store.
///
/// The names that match a pattern are looked up now, so the statement must be of the same moment.
pub(crate) fn named(
    connection: &Connection,
    column: &str,
    prefix: &str,
    table: &str,
    filter: &NameFilter,
) -> StoreResult<Condition> {
    if filter.is_plain() {
        return Ok(plainly_named(column, prefix, table, filter));
    }
    let ids = ids_like(connection, &[prefix, table].concat(), filter)?;
    Ok(one_of(column, ids.into_iter().map(Value::from).collect()))
}

/// What is true where a condition is not, also of what is null in it.
pub(crate) fn except(condition: Condition) -> Condition {
    Condition {
        text: format!("({}) is not true", condition.text),
        ..condition
    }
}

/// One of the names of a filter without patterns.
fn plainly_named(column: &str, prefix: &str, table: &str, filter: &NameFilter) -> Condition {
    if let Some(name) = filter.only() {
        // Asked most of all, so it has to cost little: formatting would cost three times this.
        let find = [
            column,
            " = (select id from ",
            prefix,
            table,
            " where name = ?)",
        ];
        return Condition {
            text: find.concat(),
            values: vec![name.to_owned().into()],
        };
    }
    let table = format!("{prefix}{table}");
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    // No name holds a NUL, at which text within JSON would end.
    let exact: Vec<&str> = filter
        .exact_names()
        .filter(|name| !name.contains('\0'))
        .collect();
    if !exact.is_empty() {
        parts.push(format!(
            "select id from {table} where name in (select value from json_each(?))"
        ));
        values.push(serde_json::Value::from(exact).to_string().into());
    }
    let (mut ranges, mut open) = (Vec::new(), None);
    for prefix in filter
        .prefix_names()
        .filter(|prefix| !prefix.contains('\0'))
    {
        match prefix_end(prefix) {
            Some(end) => ranges.push(serde_json::Value::from(vec![prefix.to_owned(), end])),
            None => open = Some(prefix),
        }
    }
    if !ranges.is_empty() {
        parts.push(format!(
            "select n.id from json_each(?) as p cross join {table} as n \
             on n.name >= p.value ->> 0 and n.name < p.value ->> 1"
        ));
        values.push(serde_json::Value::from(ranges).to_string().into());
    }
    if let Some(prefix) = open {
        parts.push(format!("select id from {table} where name >= ?"));
        values.push(prefix.to_owned().into());
    }
    let text = if parts.is_empty() {
        "false".to_owned()
    } else {
        format!("{column} in ({})", parts.join(" union all "))
    };
    Condition { text, values }
}
