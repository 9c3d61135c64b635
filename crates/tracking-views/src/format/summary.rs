//! Data on one line.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tracking_core::{Data, DataRef};

use super::changes::with_changes;

/// A line is not made longer than about this many bytes, for more is never seen of it.
const MAX_LINE: usize = 1024;
/// Next to others, a value is cut to this many characters, so that those after it are seen too.
const MAX_VALUE: usize = 40;
/// As long as all of it is no longer than this, no value is cut.
const SHORT_LINE: usize = 80;

/// What people look for first in a request, in this order. These come before all other fields.
const FIRST: [&str; 6] = ["method", "status", "ms", "bytes", "query", "host"];
/// These need no name where there is little room: `GET`, `404`.
const SELF_EXPLANATORY: [&str; 2] = ["method", "status"];
/// What is long or seldom looked for. These come after all other fields.
const LAST: [&str; 3] = ["protocol", "referer", "agent"];

/// The fields of data, like `page: 3 · score: 0.5`; values with parts as JSON.
///
/// The known fields of a web request come first, then short values, then long ones, and last the
/// protocol, the referer and the user agent. Where there are several, each value is cut on its own.
/// Where it is `narrow`, method and status have no names: `GET · 404`. The work is proportional to
/// the length of the data, however long that is.
///
/// Of data that says what changed, each change is a field: `state: open → paid`.
pub(crate) fn summary(data: DataRef<'_>, narrow: bool) -> String {
    match changes(data) {
        Some(changes) => summary_of_fields(changes.as_ref(), narrow),
        None => summary_of_fields(data, narrow),
    }
}

/// The same data with a field for each change.
fn changes(data: DataRef<'_>) -> Option<Data> {
    // Most data is of another form, and need not be parsed to see it.
    if !data.as_str().contains("\"changed\":[") {
        return None;
    }
    let data: Map<String, Value> = data.deserialize().ok()?;
    Data::try_from(with_changes(&data)?).ok()
}

fn summary_of_fields(data: DataRef<'_>, narrow: bool) -> String {
    let Some(mut fields) = fields(data) else {
        return format!("(unreadable): {}", start_of(data.as_str()));
    };
    // Fields of equal rank stay in the order of their names.
    fields.sort_by_key(Field::rank);
    let length: usize = fields.iter().map(Field::length).sum();
    let limit = if fields.len() == 1 || length <= SHORT_LINE {
        usize::MAX
    } else {
        MAX_VALUE
    };
    let mut formatted = String::new();
    for field in &fields {
        if !formatted.is_empty() {
            formatted.push_str(" · ");
        }
        if !(narrow && SELF_EXPLANATORY.contains(&field.name.as_str())) {
            formatted.push_str(start_of(&field.name));
            formatted.push_str(": ");
        }
        field.write_value(&mut formatted, limit);
        if formatted.len() > MAX_LINE {
            break;
        }
    }
    formatted
}

/// A field, and its value as JSON.
struct Field<'a> {
    name: String,
    json: &'a str,
}

impl Field<'_> {
    /// The rank among the fields: a lower rank comes first.
    fn rank(&self) -> (usize, bool) {
        let position = |names: &[&str]| names.iter().position(|name| *name == self.name);
        let group = match (position(&FIRST), position(&LAST)) {
            (Some(position), _) => position,
            (None, None) => FIRST.len(),
            (None, Some(position)) => FIRST.len() + 1 + position,
        };
        (group, self.json.len() > MAX_VALUE)
    }

    fn length(&self) -> usize {
        self.name.len() + self.json.len()
    }

    /// Adds at most so many characters of its value to a line.
    fn write_value(&self, formatted: &mut String, limit: usize) {
        let value = text_of(self.json);
        match value.char_indices().nth(limit - 1) {
            Some((position, last)) if position + last.len_utf8() < value.len() => {
                formatted.push_str(value.get(..position).unwrap_or_default());
                formatted.push('…');
            }
            _ => formatted.push_str(start_of(&value)),
        }
    }
}

fn start_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_LINE))
        .unwrap_or(text)
}

/// A text without its quotes and escapes; any other value as JSON.
fn text_of(json: &str) -> Cow<'_, str> {
    let text = json.starts_with('"').then(|| serde_json::from_str(json));
    match text {
        Some(Ok(text)) => Cow::Owned(text),
        _ => Cow::Borrowed(json),
    }
}

/// The fields of data in the order of their names; none where it is no object.
fn fields(data: DataRef<'_>) -> Option<Vec<Field<'_>>> {
    let mut json = serde_json::Deserializer::from_str(data.as_str());
    json.deserialize_map(Fields).ok()
}

/// Reads the fields of an object without making values of what is not shown.
struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Vec<Field<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut fields = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            let json = value.get();
            fields.push(Field { name, json });
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(json: &str) -> String {
        summary(DataRef::from_canonical(json), false)
    }

    #[test]
    fn fields_follow_each_other() {
        let data = r#"{"a":"x","b":{"c":[1]},"d":null}"#;
        assert_eq!(formatted(data), r#"a: x · b: {"c":[1]} · d: null"#);
        assert_eq!(formatted("{}"), "");
        assert_eq!(formatted(r#"{"a":"\"b\"\n"}"#), "a: \"b\"\n");
        assert_eq!(formatted("[]"), "(unreadable): []");
    }

    #[test]
    fn of_a_request_the_method_and_the_status_come_first_and_the_agent_last() {
        let agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)";
        let data = format!(
            r#"{{"agent":"{agent}","bytes":2048,"method":"GET","protocol":"HTTP/1.1","query":"page=1","referer":"https://example.com/a/rather/long/path/to/here","status":404}}"#
        );
        assert_eq!(
            formatted(&data),
            "method: GET · status: 404 · bytes: 2048 · query: page=1 · protocol: HTTP/1.1 · \
             referer: https://example.com/a/rather/long/path/… · \
             agent: Mozilla/5.0 (X11; Linux x86_64) AppleWe…"
        );
        let narrow = summary(DataRef::from_canonical(&data), true);
        assert!(narrow.starts_with("GET · 404 · bytes: 2048 · "), "{narrow}");
    }

    #[test]
    fn of_a_change_each_field_is_seen_with_both_values() {
        let data = r#"{"after":{"address":{"city":"Ulm"},"state":"paid"},"before":{"address":{"city":"Bonn"},"state":"open"},"changed":["address.city","state"]}"#;
        assert_eq!(
            formatted(data),
            "address.city: Bonn → Ulm · state: open → paid"
        );
        let other = r#"{"changed":["state"],"state":"paid"}"#;
        assert_eq!(formatted(other), r#"changed: ["state"] · state: paid"#);
    }

    #[test]
    fn short_values_come_before_long_ones_and_each_is_cut_on_its_own() {
        let long = "x".repeat(100);
        let data = format!(r#"{{"a":"{long}","b":1,"c":"{long}","d":"y"}}"#);
        let cut = format!("{}…", "x".repeat(MAX_VALUE - 1));
        assert_eq!(
            formatted(&data),
            format!("b: 1 · d: y · a: {cut} · c: {cut}")
        );
        // Alone, it has all the room.
        assert_eq!(
            formatted(&format!(r#"{{"a":"{long}"}}"#)),
            format!("a: {long}")
        );
    }

    #[test]
    fn long_data_is_cut_at_a_character_and_what_is_short_in_it_is_seen() {
        let long = "ü".repeat(5000);
        let line = formatted(&format!(r#"{{"aa":"{long}"}}"#));
        assert!(line.starts_with("aa: üü") && line.len() <= MAX_LINE + 8);
        let line = formatted(&format!(r#"{{"aa":"{long}","status":200}}"#));
        assert!(line.starts_with("status: 200 · aa: üü") && line.ends_with("ü…"));
        let many: Vec<String> = (0..5000).map(|n| format!(r#""k{n:04}":{n}"#)).collect();
        assert!(formatted(&format!("{{{}}}", many.join(","))).len() < 2 * MAX_LINE);
    }
}
