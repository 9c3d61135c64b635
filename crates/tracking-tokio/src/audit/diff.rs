//! The difference of two JSON values: pure functions of these.

use serde_json::{Map, Value};
use tracking_core::{Data, Field};

/// What is shown instead of a value that is hidden.
const HIDDEN: &str = "(hidden)";

/// A field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    keys: Vec<String>,
    before: Option<Value>,
    after: Option<Value>,
}

impl FieldChange {
    /// The keys that lead to the field, from the outside in. None where the two values differ as a
    /// whole, because one of them is no object.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The keys as text, joined by dots as in a [`Field`].
    pub fn path_text(&self) -> String {
        if self.keys.is_empty() {
            String::new()
        } else {
            Field::path(self.keys.iter().map(String::as_str)).to_string()
        }
    }

    /// The value before; nothing where the field was missing.
    pub fn before(&self) -> Option<&Value> {
        self.before.as_ref()
    }

    /// The value after; nothing where the field is missing.
    pub fn after(&self) -> Option<&Value> {
        self.after.as_ref()
    }

    /// Hides a field where it is this one, around it or within it.
    pub(super) fn hide(&mut self, hidden: &Field) {
        let hide = |value: &mut Value| *value = Value::from(HIDDEN);
        let keys: Vec<&str> = hidden.keys().collect();
        match self.part(&keys) {
            Part::Other => {}
            Part::All => self.values().for_each(hide),
            Part::Within(rest) => {
                let within = |value| find(value, rest);
                self.values().filter_map(within).for_each(hide);
            }
        }
    }

    /// Leaves a field out; true where nothing of this change is left.
    pub(super) fn leave_out(&mut self, field: &Field) -> bool {
        let keys: Vec<&str> = field.keys().collect();
        match self.part(&keys) {
            Part::Other => false,
            Part::All => true,
            Part::Within(rest) => {
                let Some((last, above)) = rest.split_last() else {
                    return true;
                };
                for value in self.values() {
                    if let Some(Value::Object(map)) = find(value, above) {
                        map.remove(*last);
                    }
                }
                self.before == self.after
            }
        }
    }

    /// Puts both values where they are in the whole value.
    pub(super) fn put(&self, before: &mut Value, after: &mut Value) {
        for (value, whole) in [(&self.before, before), (&self.after, after)] {
            if let Some(value) = value {
                put(whole, &self.keys, value.clone());
            }
        }
    }

    fn values(&mut self) -> impl Iterator<Item = &mut Value> {
        self.before.iter_mut().chain(&mut self.after)
    }

    /// What part of this change a field is.
    fn part<'k>(&self, field: &'k [&'k str]) -> Part<'k> {
        let shared = self.keys.iter().zip(field).all(|(ours, key)| ours == key);
        match field.get(self.keys.len()..) {
            _ if !shared => Part::Other,
            None | Some([]) => Part::All,
            Some(rest) => Part::Within(rest),
        }
    }
}

enum Part<'k> {
    /// None of it.
    Other,
    /// All of it.
    All,
    /// What is at these keys within its values.
    Within(&'k [&'k str]),
}

fn find<'v>(value: &'v mut Value, keys: &[&str]) -> Option<&'v mut Value> {
    let mut at = value;
    for key in keys {
        at = at.as_object_mut()?.get_mut(*key)?;
    }
    Some(at)
}

fn put(whole: &mut Value, keys: &[String], value: Value) {
    let mut at = whole;
    for key in keys {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Some(map) = at.as_object_mut() else {
            return;
        };
        at = map.entry(key.as_str()).or_insert(Value::Null);
    }
    *at = value;
}

/// The fields that differ, sorted by their keys.
pub(super) fn diff(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut walk = Walk::default();
    walk.compare(Some(before), Some(after));
    walk.found.sort_by(|a, b| a.keys.cmp(&b.keys));
    walk.found
}

#[derive(Default)]
struct Walk {
    keys: Vec<String>,
    found: Vec<FieldChange>,
}

impl Walk {
    fn compare(&mut self, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            (Some(Value::Object(before)), Some(Value::Object(after)))
                if self.keys.len() < Data::MAX_DEPTH =>
            {
                self.compare_objects(before, after);
            }
            _ if before == after => {}
            _ => self.found.push(FieldChange {
                keys: self.keys.clone(),
                before: before.cloned(),
                after: after.cloned(),
            }),
        }
    }

    fn compare_objects(&mut self, before: &Map<String, Value>, after: &Map<String, Value>) {
        let added = after.keys().filter(|key| !before.contains_key(*key));
        for key in before.keys().chain(added) {
            self.keys.push(key.clone());
            self.compare(before.get(key), after.get(key));
            self.keys.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn described(before: &Value, after: &Value) -> Vec<String> {
        let side = |value: Option<&Value>| value.map_or("-".to_owned(), Value::to_string);
        let told = |change: &FieldChange| {
            let (before, after) = (side(change.before()), side(change.after()));
            format!("{}: {before} -> {after}", change.path_text())
        };
        diff(before, after).iter().map(told).collect()
    }

    #[test]
    fn equal_values_have_no_difference() {
        for value in [
            json!({}),
            json!(null),
            json!({"a": {"b": [1, {"c": null}]}}),
        ] {
            assert_eq!(diff(&value, &value), []);
        }
    }

    #[test]
    fn fields_are_compared_at_any_depth() {
        let before = json!({"a": {"b": {"c": 1, "d": 2}}, "e": 3, "f": 4});
        let after = json!({"a": {"b": {"c": 5, "d": 2}}, "e": 3, "g": 6});
        assert_eq!(
            described(&before, &after),
            ["a.b.c: 1 -> 5", "f: 4 -> -", "g: - -> 6"]
        );
    }

    #[test]
    fn null_and_missing_differ() {
        assert_eq!(described(&json!({"a": null}), &json!({})), ["a: null -> -"]);
        assert_eq!(described(&json!({}), &json!({"a": null})), ["a: - -> null"]);
        assert_eq!(
            described(&json!({"a": null}), &json!({"a": 0})),
            ["a: null -> 0"]
        );
    }

    #[test]
    fn arrays_are_compared_as_a_whole() {
        let (before, after) = (json!({"a": [1, 2]}), json!({"a": [0, 1, 2]}));
        assert_eq!(described(&before, &after), ["a: [1,2] -> [0,1,2]"]);
    }

    #[test]
    fn a_value_of_another_kind_is_replaced_as_a_whole() {
        let before = json!({"a": {"b": 1}});
        assert_eq!(described(&before, &json!({"a": 1})), [r#"a: {"b":1} -> 1"#]);
        assert_eq!(described(&before, &json!([])), [r#": {"a":{"b":1}} -> []"#]);
        assert_eq!(described(&json!(1), &json!(1.0)), [": 1 -> 1.0"]);
    }

    #[test]
    fn a_dot_in_a_key_is_not_a_path() {
        assert_eq!(
            described(&json!({"a.b": 1}), &json!({"a": {"b": 1}})).len(),
            2
        );
        assert_eq!(
            described(&json!({"a.b": 1}), &json!({"a.b": 2})),
            [r"a\.b: 1 -> 2"]
        );
    }

    #[test]
    fn what_nests_deeper_than_a_track_may_is_compared_as_a_whole() {
        let deep = |leaf| (0..500).fold(leaf, |value, _| json!({ "a": value }));
        let changes = diff(&deep(json!(1)), &deep(json!(2)));
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].keys().len(), Data::MAX_DEPTH);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), any::<u8>().prop_map(Value::from)];
        leaf.prop_recursive(4, 20, 4, |inner| {
            let map = prop::collection::btree_map("[a-c.]", inner.clone(), 0..4);
            prop_oneof![
                map.prop_map(|map| Value::Object(map.into_iter().collect())),
                prop::collection::vec(inner, 0..3).prop_map(Value::from),
            ]
        })
    }

    fn remove(whole: &mut Value, keys: &[String]) {
        let (last, above) = keys.split_last().unwrap();
        let above: Vec<&str> = above.iter().map(String::as_str).collect();
        find(whole, &above)
            .unwrap()
            .as_object_mut()
            .unwrap()
            .remove(last);
    }

    proptest! {
        /// The changes lead from the one value to the other, and back.
        #[test]
        fn a_difference_is_complete(before in value(), after in value()) {
            let changes = diff(&before, &after);
            let (mut forth, mut back) = (before.clone(), after.clone());
            for change in &changes {
                prop_assert_ne!(change.before(), change.after());
                for (whole, side) in [(&mut forth, change.after()), (&mut back, change.before())] {
                    match side {
                        Some(side) => put(whole, change.keys(), side.clone()),
                        None => remove(whole, change.keys()),
                    }
                }
            }
            prop_assert_eq!(forth, after);
            prop_assert_eq!(back, before);
        }

        /// Nothing of a hidden field is in what is saved.
        #[test]
        fn a_hidden_field_is_hidden_wherever_it_is(before in value(), after in value()) {
            let field = Field::from("a.b");
            for change in &mut diff(&before, &after) {
                change.hide(&field);
                let (mut before, mut after) = (Value::Null, Value::Null);
                change.put(&mut before, &mut after);
                for side in [&mut before, &mut after] {
                    if let Some(shown) = find(side, &["a", "b"]) {
                        prop_assert_eq!(&*shown, &Value::from(HIDDEN));
                    }
                }
            }
        }
    }
}
