//! Writing a JSON object, as this is done for each request.

use std::fmt::Write as _;
use std::time::Duration;

use super::headers::Headers;

/// Writes an object whose fields come in the order of their names.
pub(super) struct ObjectWriter(String);

/// About as long as the data of a request are.
const USUAL_LENGTH: usize = 192;

/// Longer times are cut to this, 31 years: so many digits of a float are exact.
const MAX_MICROSECONDS: u64 = 999_999_999_999_999;

impl ObjectWriter {
    pub(super) fn new() -> Self {
        let mut text = String::with_capacity(USUAL_LENGTH);
        text.push('{');
        Self(text)
    }

    pub(super) fn number(&mut self, name: &str, number: u64) {
        self.name(name);
        push_number(&mut self.0, number);
    }

    /// To the microsecond.
    pub(super) fn milliseconds(&mut self, name: &str, duration: Duration) {
        self.name(name);
        let micros = u64::try_from(duration.as_micros()).unwrap_or(MAX_MICROSECONDS);
        let micros = micros.min(MAX_MICROSECONDS);
        push_number(&mut self.0, micros / 1000);
        self.0.push('.');
        // As floats are written: no zeros at the end, but one digit at least.
        let mut rest = micros % 1000;
        for unit in [100, 10, 1] {
            push_digit(&mut self.0, rest / unit);
            rest %= unit;
            if rest == 0 {
                break;
            }
        }
    }

    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        push_text(&mut self.0, text);
    }

    pub(super) fn optional_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An object of texts; nothing where there are none.
    pub(super) fn texts(&mut self, name: &str, texts: &Headers) {
        if texts.is_empty() {
            return;
        }
        self.name(name);
        let mut before = '{';
        for (name, text) in texts {
            self.0.push(before);
            push_text(&mut self.0, name);
            self.0.push(':');
            push_text(&mut self.0, text);
            before = ',';
        }
        self.0.push('}');
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }

    /// A name that needs no escapes.
    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }
}

fn push_number(json: &mut String, number: u64) {
    // Writing to a string cannot fail.
    let _written = write!(json, "{number}");
}

fn push_digit(json: &mut String, digit: u64) {
    json.push(u8::try_from(digit).map_or('0', |digit| char::from(b'0' + digit)));
}

fn push_text(json: &mut String, text: &str) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        json.push('"');
        json.push_str(text);
        json.push('"');
    } else {
        // A text can always be written as JSON.
        json.push_str(&serde_json::to_string(text).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn milliseconds(duration: Duration) -> String {
        let mut object = ObjectWriter::new();
        object.milliseconds("a", duration);
        object.finish()
    }

    #[test]
    fn milliseconds_are_exact_to_the_microsecond() {
        for (micros, expected) in [
            (0, "0.0"),
            (1, "0.001"),
            (20, "0.02"),
            (300, "0.3"),
            (1_234, "1.234"),
            (10_000_000_000, "10000000.0"),
            (u64::MAX, "999999999999.999"),
        ] {
            let written = milliseconds(Duration::from_micros(micros));
            assert_eq!(written, format!(r#"{{"a":{expected}}}"#));
        }
        assert_eq!(
            milliseconds(Duration::from_nanos(1_234_567)),
            r#"{"a":1.234}"#
        );
        assert_eq!(milliseconds(Duration::MAX), r#"{"a":999999999999.999}"#);
    }

    proptest! {
        #[test]
        fn it_writes_what_serde_json_writes(
            micros in 0..=MAX_MICROSECONDS,
            number: u64,
            texts in prop::collection::btree_map(any::<String>(), any::<String>(), 0..4),
            text: String,
        ) {
            let mut object = ObjectWriter::new();
            object.milliseconds("a", Duration::from_micros(micros));
            object.number("b", number);
            object.text("c", &text);
            object.texts("d", &texts);
            let written = object.finish();
            let read: serde_json::Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(&read["c"], &text);
            prop_assert_eq!(read.get("d").is_some(), !texts.is_empty());
            prop_assert_eq!(serde_json::to_string(&read).unwrap(), written);
        }
    }
}
