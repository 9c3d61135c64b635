//! Finding one field's value in the text without parsing the rest.

use super::Field;
use super::entries::entries;

/// The text of the field's value, where there is one.
pub(super) fn find<'a>(object: &'a str, field: &Field) -> Option<&'a str> {
    field.keys().try_fold(object, |object, key| {
        let mut entries = entries(object)?;
        loop {
            let (written, value) = entries.next_place()?;
            if is_key(object.as_bytes().get(written)?, key) {
                return object.get(value);
            }
        }
    })
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
