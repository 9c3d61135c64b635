//! Data that says which fields of something changed, as `Changes` of `tracking-tokio` saves it.

use std::borrow::Cow;

use serde_json::{Map, Value};
use tracking_core::Field;

/// The fields that such data has: the paths, and the values as objects of the same form.
const CHANGED: &str = "changed";
const BEFORE: &str = "before";
const AFTER: &str = "after";

/// The name of a value that changed as a whole; its path is empty.
const WHOLE: &str = "(value)";
/// What stands for a side that has no such field.
const NONE: &str = "(none)";

/// The data with one field for each change, like `state: open → paid`, next to the program's own
/// fields. Nothing where the data has another form.
pub(crate) fn with_changes(data: &Map<String, Value>) -> Option<Map<String, Value>> {
    let (before, after) = (data.get(BEFORE)?, data.get(AFTER)?);
    let paths = data.get(CHANGED)?.as_array()?;
    if paths.is_empty() {
        return None;
    }
    let is_own = |key: &str| ![CHANGED, BEFORE, AFTER].contains(&key);
    let own = data.iter().filter(|(key, _)| is_own(key));
    let mut shown: Map<_, _> = own
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    for path in paths {
        let path = path.as_str()?;
        let (before, after) = match (find(before, path), find(after, path)) {
            (None, None) => return None,
            (before, after) => (text(before), text(after)),
        };
        let name = if path.is_empty() { WHOLE } else { path };
        let change = Value::from(format!("{before} → {after}"));
        // Nothing is shown instead of a field of the same name.
        if shown.insert(name.to_owned(), change).is_some() {
            return None;
        }
    }
    Some(shown)
}

fn find<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    let field = Field::from(path);
    let mut keys = field.keys();
    keys.try_fold(value, |value, key| value.as_object()?.get(key))
}

fn text(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        None => NONE.into(),
        Some(Value::String(text)) if text.is_empty() => "\"\"".into(),
        Some(Value::String(text)) => text.into(),
        Some(other) => other.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(data: &Value) -> Option<Value> {
        with_changes(data.as_object().unwrap()).map(Value::from)
    }

    #[test]
    fn each_change_is_a_field_with_both_values() {
        let data = json!({
            "changed": ["address.city", r"a\.b", "note", "phone", "tags", "title"],
            "before": {"address": {"city": "Bonn"}, "a.b": 1, "note": null, "phone": "1", "title": "x"},
            "after": {"address": {"city": "Ulm"}, "a.b": 2, "note": "new", "tags": ["a", 1], "title": ""},
            "reason": "moved",
        });
        let expected = json!({
            "address.city": "Bonn → Ulm", r"a\.b": "1 → 2", "note": "null → new",
            "phone": "1 → (none)", "tags": r#"(none) → ["a",1]"#, "title": "x → \"\"",
            "reason": "moved",
        });
        assert_eq!(shown(&data), Some(expected));
        let whole = json!({"changed": [""], "before": 3, "after": null});
        assert_eq!(shown(&whole), Some(json!({"(value)": "3 → null"})));
    }

    #[test]
    fn data_of_another_form_is_shown_as_it_is() {
        for other in [
            json!({}),
            json!({"changed": [], "before": {}, "after": {}}),
            json!({"changed": ["a"], "before": {}, "after": {}}),
            json!({"changed": ["a"], "before": {"a": 1}}),
            json!({"changed": [1], "before": {"a": 1}, "after": {}}),
            json!({"changed": "a", "before": {"a": 1}, "after": {}}),
            json!({"changed": ["a", "a"], "before": {"a": 1}, "after": {}}),
            json!({"changed": ["a"], "before": {"a": 1}, "after": {}, "a": "own"}),
            json!({"changed": ["a.b"], "before": {"a": 1}, "after": {"a": "b"}}),
        ] {
            assert_eq!(shown(&other), None, "{other}");
        }
    }
}
