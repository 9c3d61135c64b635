//! Names as columns, and filters of names as conditions.

use tracking_core::rules::prefix_end;
use tracking_core::{NameFilter, NamePattern};

use crate::statement::Sql;

/// How many characters of a name the indexed column holds; the rest is in a second column, since
/// an index entry must not be long.
pub(crate) const HEAD_CHARS: usize = 200;

/// The part of a name that is indexed, and the rest of a long one.
pub(crate) fn split(name: &str) -> (&str, Option<&str>) {
    match name.char_indices().nth(HEAD_CHARS) {
        Some((end, _)) => {
            let (head, rest) = name.split_at(end);
            (head, Some(rest))
        }
        None => (name, None),
    }
}

/// The same as owned texts.
pub(crate) fn split_owned(name: &str) -> (String, Option<String>) {
    let (head, rest) = split(name);
    (head.to_owned(), rest.map(str::to_owned))
}

/// The name that has these two parts.
pub(crate) fn join(head: &str, rest: Option<&str>) -> String {
    [head, rest.unwrap_or_default()].concat()
}

/// Whether a name may continue in the second column.
pub(crate) fn is_long(head: &str) -> bool {
    head.chars().nth(HEAD_CHARS - 1).is_some()
}

/// The condition that a column has one of the names of a filter.
pub(crate) fn named(sql: &mut Sql, column: &str, filter: &NameFilter) -> String {
    let mut any = Vec::new();
    push_exact(sql, column, filter, &mut any);
    for prefix in filter.prefix_names().filter(|prefix| is_possible(prefix)) {
        any.push(has_prefix(sql, column, prefix));
    }
    for pattern in filter.name_patterns() {
        if is_possible(pattern.as_str()) {
            any.push(is_like(sql, column, pattern));
        }
    }
    let mut condition = if any.is_empty() {
        "false".to_owned()
    } else {
        format!("({})", any.join(" or "))
    };
    for other in filter.all_of() {
        let other = named(sql, column, other);
        condition = format!("({condition} and {other})");
    }
    condition
}

fn push_exact(sql: &mut Sql, column: &str, filter: &NameFilter, any: &mut Vec<String>) {
    let mut short = Vec::new();
    for name in filter.exact_names().filter(|name| is_possible(name)) {
        if is_long(name) {
            any.push(equals(sql, column, name));
        } else {
            short.push(name.to_owned());
        }
    }
    if short.len() == 1 {
        let name = short.pop().unwrap_or_default();
        let value = sql.bind_text(name);
        any.push(format!("{column} = {value}"));
    } else if !short.is_empty() {
        let values = sql.bind(short, tokio_postgres::types::Type::TEXT_ARRAY);
        any.push(format!("{column} = any({values})"));
    }
}

/// The condition that a column has this name.
pub(crate) fn equals(sql: &mut Sql, column: &str, name: &str) -> String {
    let (head, rest) = split(name);
    let value = sql.bind_text(head);
    if !is_long(head) {
        return format!("{column} = {value}");
    }
    let rest = sql.bind(rest.map(str::to_owned), tokio_postgres::types::Type::TEXT);
    format!("({column} = {value} and {column}_rest is not distinct from {rest})")
}

fn has_prefix(sql: &mut Sql, column: &str, prefix: &str) -> String {
    let (head, rest) = split(prefix);
    match rest {
        None => begins_with(sql, column, head),
        Some(rest) => {
            let value = sql.bind_text(head);
            let rest = begins_with(sql, &format!("coalesce({column}_rest, '')"), rest);
            format!("({column} = {value} and {rest})")
        }
    }
}

fn begins_with(sql: &mut Sql, column: &str, prefix: &str) -> String {
    let first = sql.bind_text(prefix);
    match prefix_end(prefix) {
        Some(end) => {
            let end = sql.bind_text(end);
            format!("({column} >= {first} and {column} < {end})")
        }
        None => format!("{column} >= {first}"),
    }
}

fn is_like(sql: &mut Sql, column: &str, pattern: &NamePattern) -> String {
    let mut like = String::with_capacity(pattern.as_str().len());
    for c in pattern.as_str().chars() {
        match c {
            '*' => like.push('%'),
            '?' => like.push('_'),
            '%' | '_' | '\\' => like.extend(['\\', c]),
            c => like.push(c),
        }
    }
    let like = sql.bind_text(like);
    let name = format!("{column} || coalesce({column}_rest, '')");
    if pattern.prefix().is_empty() {
        return format!("({name}) like {like}");
    }
    let prefix = has_prefix(sql, column, pattern.prefix());
    format!("({prefix} and ({name}) like {like})")
}

/// Whether a name can have this text in it; PostgreSQL refuses a NUL even in a value to compare with.
pub(crate) fn is_possible(text: &str) -> bool {
    !text.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_split_at_a_character_and_joined_again() {
        let exact = "é".repeat(HEAD_CHARS);
        assert_eq!(split(&exact), (exact.as_str(), None));
        assert!(is_long(&exact) && !is_long(&"é".repeat(HEAD_CHARS - 1)));
        let long = format!("{exact}xy");
        let (head, rest) = split(&long);
        assert_eq!((head, rest), (exact.as_str(), Some("xy")));
        assert_eq!(join(head, rest), long);
    }
}
