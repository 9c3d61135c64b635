//! The one text for one JSON object.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use super::Data;
use super::entries::entries;

/// The canonical text of a value; nothing where it nests too deep.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    // Text does not fail to be written to memory, and depth has been looked at.
    fits(value, Data::MAX_DEPTH)
        .then(|| serde_json::to_string(&Sorted(value)).ok())
        .flatten()
}

/// The canonical text of `old` with the keys of `new` put over its own.
///
/// Values are not parsed: their text is canonical already.
pub(super) fn merge(old: &str, new: &str) -> Result<String, serde_json::Error> {
    if let Some(merged) = merge_plain(old, new) {
        return Ok(merged);
    }
    let mut merged: BTreeMap<String, &RawValue> = serde_json::from_str(old)?;
    let new: BTreeMap<String, &RawValue> = serde_json::from_str(new)?;
    merged.extend(new);
    serde_json::to_string(&merged)
}

/// Merges two lists of keys in order; not where there are escapes, since keys sort by what they
/// mean and not by how they are written.
fn merge_plain(old: &str, new: &str) -> Option<String> {
    if old.contains('\\') || new.contains('\\') {
        return None;
    }
    let (mut old_entries, mut new_entries) = (entries(old)?, entries(new)?);
    let (mut ours, mut theirs) = (old_entries.next(), new_entries.next());
    let mut merged = String::with_capacity(old.len() + new.len());
    merged.push('{');
    loop {
        // A key ends with a quote, which must not count where one is the beginning of another.
        let order = match (ours, theirs) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(our), Some(their)) => our
                .0
                .trim_end_matches('"')
                .cmp(their.0.trim_end_matches('"')),
        };
        let (key, value) = if order.is_lt() { ours? } else { theirs? };
        if merged.len() > 1 {
            merged.push(',');
        }
        merged.extend([key, ":", value]);
        if order.is_le() {
            ours = old_entries.next();
        }
        if order.is_ge() {
            theirs = new_entries.next();
        }
    }
    merged.push('}');
    (old_entries.is_complete() && new_entries.is_complete()).then_some(merged)
}

/// Looks no deeper than `levels`, so that no value overflows the stack.
fn fits(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| fits(item, levels - 1)),
        Value::Object(map) => levels > 0 && map.values().all(|item| fits(item, levels - 1)),
        _ => true,
    }
}

/// Writes keys in order, also where some other crate of the program has switched on
/// `serde_json`'s `preserve_order`, and numbers alike with and without `arbitrary_precision`.
struct Sorted<'a>(&'a Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(map) => {
                let mut entries: Vec<_> = map.iter().collect();
                entries.sort_unstable_by_key(|entry| entry.0);
                let mut out = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    out.serialize_entry(key, &Sorted(value))?;
                }
                out.end()
            }
            Value::Array(items) => {
                let mut out = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    out.serialize_element(&Sorted(item))?;
                }
                out.end()
            }
            Value::Number(number) => serialize_number(number, serializer),
            plain => plain.serialize(serializer),
        }
    }
}

fn serialize_number<S: Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    if let Some(number) = number.as_u64() {
        serializer.serialize_u64(number)
    } else if let Some(number) = number.as_i64() {
        serializer.serialize_i64(number)
    } else if let Some(number) = number.as_f64() {
        serializer.serialize_f64(number)
    } else {
        number.serialize(serializer)
    }
}
