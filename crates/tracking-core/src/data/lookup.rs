//! Finding one field's value in the text without parsing the rest.

use super::Field;
use super::entries::entries;

/// The text of the field's value, where there is one.
pub(super) fn find<'a>(object: &'a str, field: &Field) -> Option<&'a str> {
    field.keys().try_fold(object, find_key)
}

fn find_key<'a>(object: &'a str, key: &str) -> Option<&'a str> {
    let mut entries = entries(object)?;
    loop {
        let (written, value) = entries.next_place()?;
        if is_key(object.as_bytes().get(written)?, key) {
            return object.get(value);
        }
    }
}

/// The texts of several fields' values, in the order of the fields, found in one walk over the object.
pub(super) fn find_all<'a>(object: &'a str, fields: &[Field]) -> Vec<Option<&'a str>> {
    let mut values = vec![None; fields.len()];
    let Some(mut entries) = entries(object) else {
        return values;
    };
    while let Some((written, value)) = entries.next_place() {
        let (written, value) = (object.as_bytes().get(written), object.get(value));
        let (Some(written), Some(value)) = (written, value) else {
            break;
        };
        for (field, found) in fields.iter().zip(&mut values) {
            let mut keys = field.keys();
            if found.is_none() && keys.next().is_some_and(|key| is_key(written, key)) {
                *found = keys.try_fold(value, find_key);
            }
        }
    }
    values
}

/// Compares a key as it is written, with quotes and escapes, with one as it is meant.
fn is_key(written: &[u8], key: &str) -> bool {
    let [b'"', plain @ .., b'"'] = written else {
        return false;
    };
    // What has escapes is longer than what it means.
    if plain.len() <= key.len() {
        return plain == key.as_bytes() && !plain.contains(&b'\\');
    }
    plain.contains(&b'\\')
        && serde_json::from_slice::<String>(written).is_ok_and(|text| text == key)
}
