//! Ways into nested JSON.

use std::fmt;

use serde_json::{Map, Value};

/// A way to a value: keys and places in arrays, from the outside in.
///
/// As text, keys are joined by dots, `[0]` is a place in an array, and a backslash takes the
/// meaning from what comes after it. A key in `["…"]` stands for itself, dots and all.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::reader) struct FieldPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Place(usize),
}

impl FieldPath {
    /// Every text is a way, also where it leads nowhere.
    pub(super) fn of(text: &str) -> Self {
        let mut steps = Vec::new();
        let mut key: Option<String> = Some(String::new());
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some((step, after)) = bracketed(rest) {
                // `a[0]`, but also `[0]` at the start and `a.[0]`, where there is no key.
                steps.extend(key.take().filter(|key| !key.is_empty()).map(Step::Key));
                steps.push(step);
                rest = after;
                continue;
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                '.' => {
                    steps.extend(key.replace(String::new()).map(Step::Key));
                }
                '\\' => {
                    let next = rest.chars().next().unwrap_or('\\');
                    rest = rest.get(next.len_utf8()..).unwrap_or_default();
                    key.get_or_insert_default().push(next);
                }
                c => key.get_or_insert_default().push(c),
            }
        }
        steps.extend(key.map(Step::Key));
        Self(steps)
    }

    /// The way through these keys.
    pub(in crate::reader) fn of_keys(keys: &[String]) -> Self {
        Self(keys.iter().cloned().map(Step::Key).collect())
    }

    /// The first key.
    pub(super) fn first(&self) -> Option<&str> {
        match self.0.first() {
            Some(Step::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Where the way leads into texts that are JSON themselves, has these be what they say.
    pub(super) fn open_texts(&self, map: &mut Map<String, Value>) {
        let Some((Step::Key(key), rest)) = self.0.split_first() else {
            return;
        };
        let mut value = map.get_mut(key);
        for step in rest {
            let Some(outer) = value else { return };
            if let Value::String(text) = outer
                && let Ok(inner @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
            {
                *outer = inner;
            }
            value = match step {
                Step::Key(key) => outer.as_object_mut().and_then(|map| map.get_mut(key)),
                Step::Place(place) => outer.as_array_mut().and_then(|all| all.get_mut(*place)),
            };
        }
    }

    /// The value, which stays where it is.
    pub(super) fn get<'v>(&self, map: &'v Map<String, Value>) -> Option<&'v Value> {
        let (first, rest) = self.0.split_first()?;
        let Step::Key(key) = first else { return None };
        rest.iter()
            .try_fold(map.get(key)?, |value, step| match step {
                Step::Key(key) => value.as_object()?.get(key),
                Step::Place(place) => value.as_array()?.get(*place),
            })
    }

    /// Takes the value out. A place in an array stays filled, unless it is the only one.
    pub(super) fn take(&self, map: &mut Map<String, Value>) -> Option<Value> {
        let found = self.get(map)?.clone();
        let mut steps = self.0.as_slice();
        while let [before @ .., Step::Place(0)] = steps {
            let array = Self(before.to_vec());
            if array.get(map)?.as_array()?.len() != 1 {
                return Some(found);
            }
            steps = before;
        }
        if let [before @ .., Step::Key(key)] = steps {
            let mut inner = Some(map);
            for step in before {
                inner = inner.and_then(|map| down(map, step));
            }
            let _gone = inner.and_then(|map| map.remove(key));
        }
        Some(found)
    }

    /// The last key, or the whole way where that is none.
    pub(super) fn last(&self) -> String {
        match self.0.last() {
            Some(Step::Key(key)) => key.clone(),
            _ => self.to_string(),
        }
    }

    /// Where in the text of a line it is, near enough to find it.
    pub(super) fn place_in(&self, text: &str) -> usize {
        let mut at = 0;
        for step in &self.0 {
            if let Step::Key(key) = step {
                let rest = text.get(at..).unwrap_or_default();
                at += rest.find(&format!("\"{key}\"")).unwrap_or_default();
            }
        }
        at
    }
}

/// Objects within arrays keep what they have.
fn down<'v>(map: &'v mut Map<String, Value>, step: &Step) -> Option<&'v mut Map<String, Value>> {
    match step {
        Step::Key(key) => map.get_mut(key)?.as_object_mut(),
        Step::Place(_) => None,
    }
}

/// A step in brackets and what comes after it, where there is one.
fn bracketed(text: &str) -> Option<(Step, &str)> {
    let inner = text.strip_prefix('[')?;
    if let Some(quoted) = inner.strip_prefix('"') {
        let (key, rest) = quoted.split_once("\"]")?;
        return Some((Step::Key(key.to_owned()), rest));
    }
    let (digits, rest) = inner.split_once(']')?;
    let place = digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| digits.parse().ok());
    Some((Step::Place(place.flatten()?), rest))
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Place(place) => write!(f, "[{place}]")?,
                Step::Key(key) => {
                    if index > 0 {
                        f.write_str(".")?;
                    }
                    for c in key.chars() {
                        if matches!(c, '.' | '\\' | '[' | ',' | '|' | '=') {
                            f.write_str("\\")?;
                        }
                        write!(f, "{c}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map() -> Map<String, Value> {
        let value = json!({
            "a": {"b.c": [{"d": 1}, {"d": 2}], "http://x/y": "z"}, "": 3, "one": ["only"], "e": {"": 4},
        });
        value.as_object().unwrap().clone()
    }

    fn get(path: &str) -> Option<Value> {
        FieldPath::of(path).get(&map()).cloned()
    }

    #[test]
    fn a_path_leads_through_objects_and_arrays() {
        assert_eq!(get(r"a.b\.c[1].d"), Some(json!(2)));
        assert_eq!(get(r#"a["b.c"][0].d"#), Some(json!(1)));
        assert_eq!(get(r#"a.["http://x/y"]"#), Some(json!("z")));
        assert_eq!(get(r"a.http://x/y"), Some(json!("z")));
        assert_eq!((get(""), get("e.")), (Some(json!(3)), Some(json!(4))));
        assert_eq!(get("one[0]"), Some(json!("only")));
        for path in [
            "a.b",
            "a.b.c",
            "a[0]",
            r"a.b\.c[2]",
            "one.x",
            "[0]",
            "b",
            "one[99999999999999999999]",
        ] {
            assert_eq!(get(path), None, "{path}");
        }
    }

    #[test]
    fn a_path_leads_into_texts_that_are_json() {
        let value = json!({"log": "{\"a\": [\"{\\\"b\\\": 1}\", 2]}\n", "x": "{", "n": "5"});
        let Value::Object(mut map) = value else {
            panic!()
        };
        for path in ["log.a[0].b", "x.y", "n.y", "gone.y"] {
            FieldPath::of(path).open_texts(&mut map);
        }
        assert_eq!(FieldPath::of("log.a[0].b").get(&map), Some(&json!(1)));
        let opened = json!({"log": {"a": [{"b": 1}, 2]}, "x": "{", "n": "5"});
        assert_eq!(Value::Object(map), opened);
    }

    #[test]
    fn what_is_taken_is_gone_and_nothing_else() {
        let take = |path: &str| {
            let mut map = map();
            let found = FieldPath::of(path).take(&mut map);
            (found, Value::Object(map))
        };
        let (found, left) = take(r"a.http://x/y");
        assert_eq!(found, Some(json!("z")));
        assert_eq!(left["a"], json!({"b.c": [{"d": 1}, {"d": 2}]}));
        let (found, left) = take("one[0]");
        assert_eq!((found, left.get("one")), (Some(json!("only")), None));
        for path in [r"a.b\.c[0]", r"a.b\.c[0].d", "nothing", "a.x.y"] {
            assert_eq!(take(path).1, Value::Object(map()), "{path}");
        }
    }

    #[test]
    fn text_and_back() {
        for text in [
            "a", "a.b", r"a\.b", "a[0].b", "a[0][1]", r"a\\b", "", "e.", r"a\[0]", "[0].a",
        ] {
            let path = FieldPath::of(text);
            assert_eq!(FieldPath::of(&path.to_string()), path, "{text}");
        }
    }
}
