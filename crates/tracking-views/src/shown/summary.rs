//! Data on one line.

use serde_json::Value;
use tracking_core::DataRef;

use super::tree::read;

/// Beyond this many bytes of JSON the text itself is shown, for its start is all that is seen.
const PARSED: usize = 4096;

/// The fields of data, like `page: 3 · score: 0.5`; values with parts as JSON.
pub(crate) fn summary(data: DataRef<'_>) -> String {
    if data.as_str().len() > PARSED {
        return start_of(data.as_str()).to_owned();
    }
    let mut shown = String::new();
    for (name, value) in &read(data) {
        if !shown.is_empty() {
            shown.push_str(" · ");
        }
        shown.push_str(name);
        shown.push_str(": ");
        match value {
            Value::String(text) => shown.push_str(text),
            other => shown.push_str(&other.to_string()),
        }
    }
    shown
}

fn start_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(PARSED)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_a_row() {
        let data = DataRef::from_canonical(r#"{"a":"x","b":{"c":[1]},"d":null}"#);
        assert_eq!(summary(data), r#"a: x · b: {"c":[1]} · d: null"#);
        assert_eq!(summary(DataRef::from_canonical("{}")), "");
    }

    #[test]
    fn of_long_data_the_start_is_taken_at_a_character() {
        let json = format!(r#"{{"aa":"{}"}}"#, "ü".repeat(5000));
        let shown = summary(DataRef::from_canonical(&json));
        assert!(shown.starts_with(r#"{"aa":"ü"#) && shown.len() <= PARSED);
    }
}
