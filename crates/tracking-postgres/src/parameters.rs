//! Parameters of a connection string that the driver does not know.

use crate::redact::{decoded, split_url, value_length};

/// What is left of a connection string without some of its parameters, and their values in the
/// order of the names; where one is given twice, the last value counts. What cannot be read stays,
/// for the driver to refuse it.
pub(crate) fn take<const N: usize>(text: &str, names: [&str; N]) -> (String, [Option<String>; N]) {
    let mut values = [const { None }; N];
    let mut take_value = |key: &str, value: &dyn Fn() -> String| {
        let place = names.iter().position(|name| *name == key);
        let slot = place.and_then(|place| values.get_mut(place));
        slot.is_some_and(|slot| {
            *slot = Some(value());
            true
        })
    };
    let rest = if split_url(text).is_some() {
        take_from_url(text, &mut take_value)
    } else {
        take_from_pairs(text, &mut take_value)
    };
    (rest.unwrap_or_else(|| text.to_owned()), values)
}

/// Takes a parameter, if it is one of those that are wanted.
type Take<'t> = dyn FnMut(&str, &dyn Fn() -> String) -> bool + 't;

fn take_from_url(text: &str, take: &mut Take<'_>) -> Option<String> {
    // A `?` before the host belongs to the password.
    let host = text.find('@').map_or(0, |at| at + 1);
    let start = host + text.get(host..)?.find('?')? + 1;
    let (place, parameters) = text.split_at_checked(start)?;
    let mut kept = Vec::new();
    for parameter in parameters.split('&') {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if !take(&decoded(key), &|| decoded(value)) {
            kept.push(parameter);
        }
    }
    if kept.is_empty() {
        return place.strip_suffix('?').map(str::to_owned);
    }
    Some(format!("{place}{}", kept.join("&")))
}

fn take_from_pairs(text: &str, take: &mut Take<'_>) -> Option<String> {
    let mut kept = String::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let value = after.trim_start();
        let (value, after) = value.split_at_checked(value_length(value)?)?;
        if !take(key.trim_end(), &|| unquoted(value)) {
            kept.push_str(key);
            kept.push('=');
            kept.push_str(value);
            kept.push(' ');
        }
        rest = after.trim_start();
    }
    Some(kept)
}

/// A value without its quotes and backslashes.
fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('\'').and_then(|v| v.strip_suffix('\''));
    let mut chars = inner.unwrap_or(value).chars();
    let mut text = String::new();
    while let Some(c) = chars.next() {
        text.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_taken_out_of_every_form() {
        for (given, rest, value) in [
            (
                "postgres://u@h/db?a=1&x=y&b=2",
                "postgres://u@h/db?a=1&b=2",
                Some("y"),
            ),
            ("postgres://h?x=%2Fa%20b", "postgres://h", Some("/a b")),
            (
                "postgres://u:?x=p@h?x=1&x=2",
                "postgres://u:?x=p@h",
                Some("2"),
            ),
            ("postgres://h/x=1", "postgres://h/x=1", None),
            ("host=h x='a \\' b' port=1", "host=h port=1 ", Some("a ' b")),
            ("x = 7", "", Some("7")),
            ("host=h x='7", "host=h x='7", None),
            ("host=h", "host=h ", None),
        ] {
            let (left, [taken]) = take(given, ["x"]);
            assert_eq!((&*left, taken.as_deref()), (rest, value), "{given}");
        }
    }
}
