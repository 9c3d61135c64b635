//! Finding one field's value in the text without parsing the rest.

use super::Field;
use super::entries::entries;

/// The text of the field's value, where there is one.
pub(super) fn find<'a>(object: &'a str, field: &Field) -> Option<&'a str> {
    field.keys().try_fold(object, |object, key| {
        let mut entries = entries(object)?;
        entries
            .find(|(written, _)| is_key(written, key))
            .map(|(_, value)| value)
    })
}

/// Compares a key as it is written, with quotes and escapes, with one as it is meant.
fn is_key(written: &str, key: &str) -> bool {
    let plain = written
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    match plain {
        Some(plain) if !plain.contains('\\') => plain == key,
        Some(_) => serde_json::from_str::<String>(written).is_ok_and(|text| text == key),
        None => false,
    }
}
