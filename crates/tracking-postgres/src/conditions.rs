//! The criteria of a query as a condition in SQL, which settles all of them exactly.

use std::ops::Bound;

use tokio_postgres::types::Type;
use tracking_core::{
    Cursor, Field, FieldFilter, NameFilter, Number, NumberRange, Order, Query, TimeFilter,
};

use crate::names::named;
use crate::rows::{run_number, track_number};
use crate::statement::Sql;
use crate::values::Time;

/// How many characters of a value an index holds, since an index entry must not be long.
pub(crate) const VALUE_CHARS: usize = 200;

/// Adds `where` and all criteria of a query for the tracks `t`; nothing where no track can match.
pub(crate) fn push_where(sql: &mut Sql, store: &str, query: &Query) -> Option<()> {
    if is_impossible(query) {
        return None;
    }
    let mut all = vec![store_is("t", store)];
    if let Some(tasks) = query.task_filter() {
        all.push(named(sql, "t.task", tasks));
    }
    if let Some(users) = query.user_filter() {
        all.push(named(sql, "t.username", users));
    }
    if let Some(tasks) = query.excluded_tasks() {
        all.push(not(&named(sql, "t.task", tasks)));
    }
    if let Some(users) = query.excluded_users() {
        all.push(not(&named(sql, "t.username", users)));
    }
    if let Some(runs) = query.run_filter() {
        let runs: Vec<i64> = runs.iter().copied().filter_map(run_number).collect();
        all.push(match runs.as_slice() {
            [run] => format!("t.run = {}", sql.bind_int(*run)),
            _ => format!("t.run = any({})", sql.bind(runs, Type::INT8_ARRAY)),
        });
    }
    if let Some(times) = query.time_filter() {
        all.push(within(sql, times));
    }
    for filter in query.field_filters() {
        all.push(field_matches(sql, filter));
    }
    sql.push(" where ").push(&all.join(" and "));
    Some(())
}

/// The condition that a row is one of a store.
///
/// The name stands in the text, and not behind a placeholder, so that the planner finds the
/// indexes that are only of this store.
pub(crate) fn store_is(table: &str, store: &str) -> String {
    format!("{table}.store = {}", quoted(store))
}

/// A text as a literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn not(condition: &str) -> String {
    format!("({condition}) is not true")
}

fn within(sql: &mut Sql, times: &TimeFilter) -> String {
    let ranges = times.ranges().iter().map(|range| {
        let from = sql.bind_time(range.from());
        let to = sql.bind_time(range.to());
        format!("t.time between {from} and {to}")
    });
    let ranges: Vec<String> = ranges.collect();
    format!("({})", ranges.join(" or "))
}

/// The JSON text of a field of the column `data`, null where it is missing.
pub(crate) fn field_text(column: &str, field: &Field) -> String {
    let keys: Vec<String> = field.keys().map(|key| quoted(&escaped(key))).collect();
    format!(
        "tracking.field({column}, array[{}]::text[])",
        keys.join(", ")
    )
}

/// A key as it is written within a JSON string.
fn escaped(key: &str) -> String {
    let text = serde_json::Value::from(key).to_string();
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(&text).to_owned()
}

fn field_matches(sql: &mut Sql, filter: &FieldFilter) -> String {
    let text = field_text("t.data", filter.field());
    let mut any = Vec::new();
    if filter.is_presence() {
        any.push(format!("{text} is not null"));
    } else {
        if filter.values().len() > 0 {
            any.push(has_value(sql, &text, filter));
        }
        for range in filter.number_ranges() {
            any.push(in_range(sql, &text, range));
        }
    }
    let condition = if any.is_empty() {
        "false".to_owned()
    } else {
        format!("({})", any.join(" or "))
    };
    if filter.is_inverted() {
        not(&condition)
    } else {
        condition
    }
}

fn has_value(sql: &mut Sql, text: &str, filter: &FieldFilter) -> String {
    let head = |value: &str| value.chars().take(VALUE_CHARS).collect::<String>();
    let is_short = |value: &str| value.chars().nth(VALUE_CHARS - 1).is_none();
    let heads: Vec<String> = filter.values().map(head).collect();
    let is_settled = filter.values().all(is_short);
    let column = format!("left({text}, {VALUE_CHARS})");
    // The index has the tracks of one value in the order of time.
    let by_head = match heads.as_slice() {
        [head] => format!("{column} = {}", sql.bind_text(head)),
        _ => format!("{column} = any({})", sql.bind(heads, Type::TEXT_ARRAY)),
    };
    if is_settled {
        return by_head;
    }
    let values: Vec<String> = filter.values().map(str::to_owned).collect();
    let values = sql.bind(values, Type::TEXT_ARRAY);
    format!("({by_head} and {text} = any({values}))")
}

fn in_range(sql: &mut Sql, text: &str, range: &NumberRange) -> String {
    let number = format!("tracking.number({text})");
    let mut both = vec![format!("{number} is not null")];
    if let Some((sign, bound)) = bound(sql, range.lower(), ['>', '=']) {
        both.push(format!("{number} {sign} {bound}"));
    }
    if let Some((sign, bound)) = bound(sql, range.upper(), ['<', '=']) {
        both.push(format!("{number} {sign} {bound}"));
    }
    format!("({})", both.join(" and "))
}

fn bound(sql: &mut Sql, bound: Bound<Number>, sign: [char; 2]) -> Option<(String, String)> {
    let (number, sign) = match bound {
        Bound::Unbounded => return None,
        Bound::Included(number) => (number, sign.iter().collect()),
        Bound::Excluded(number) => (number, sign.iter().take(1).collect()),
    };
    let value = sql.bind_text(number_text(number));
    Some((
        sign,
        format!("coalesce(tracking.number({value}), {value}::numeric)"),
    ))
}

/// A number as text that PostgreSQL reads, infinity included.
fn number_text(number: Number) -> String {
    match number.as_integer() {
        Some(integer) => integer.to_string(),
        None => match number.to_f64() {
            float if float == f64::INFINITY => "Infinity".to_owned(),
            float if float == f64::NEG_INFINITY => "-Infinity".to_owned(),
            float => format!("{float:e}"),
        },
    }
}

/// Adds the criterion that tracks come after a cursor.
pub(crate) fn push_after(sql: &mut Sql, cursor: Cursor) {
    let sign = if cursor.order().is_descending() {
        '<'
    } else {
        '>'
    };
    let id = sql.bind_int(track_number(cursor.id()).unwrap_or(i64::MAX));
    let text = if cursor.order().is_by_time() {
        let time = sql.bind(Time(cursor.time()), Type::TIMESTAMPTZ);
        format!(" and (t.time, t.id) {sign} ({time}, {id})")
    } else {
        format!(" and t.id {sign} {id}")
    };
    sql.push(&text);
}

/// The `order by` of a query.
///
/// The tracks of a run lie side by side. The planner takes them for spread, and would walk through
/// all tracks in the order of the query until it has met enough of them; so it must not know that an
/// index has this order. One run has them in an index of its own.
pub(crate) fn order_by(query: &Query) -> &'static str {
    let is_spread = query.run_filter().is_none_or(|runs| runs.len() == 1);
    match (query.track_order(), is_spread) {
        (Order::IdDescending, true) => " order by t.id desc",
        (Order::IdDescending, false) => " order by t.id + 0 desc",
        (Order::Time, true) => " order by t.time, t.id",
        (Order::Time, false) => " order by t.time + interval '0', t.id",
        (Order::TimeDescending, true) => " order by t.time desc, t.id desc",
        (Order::TimeDescending, false) => " order by t.time + interval '0' desc, t.id desc",
        (_, true) => " order by t.id",
        (_, false) => " order by t.id + 0",
    }
}

/// Whether a criterion has no values at all.
fn is_impossible(query: &Query) -> bool {
    query.task_filter().is_some_and(NameFilter::is_empty)
        || query.user_filter().is_some_and(NameFilter::is_empty)
        || query
            .run_filter()
            .is_some_and(std::collections::BTreeSet::is_empty)
        || query.time_filter().is_some_and(TimeFilter::is_empty)
        || query.field_filters().iter().any(FieldFilter::is_empty)
}
