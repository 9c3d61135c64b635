//! JSON text, written piece by piece.
//!
//! Serializers look for characters to escape in every key, and that took more than half of the
//! instructions of a track's data. Here, keys are text that is JSON already.

use std::time::Duration;

use serde_json::Value;

use super::headers::Headers;

/// Most texts are not longer than this.
const USUAL_LENGTH: usize = 256;

/// Text to which JSON is added.
pub(super) struct JsonText(String);

impl JsonText {
    /// Begins with text that is JSON already.
    pub(super) fn new(start: &str) -> Self {
        let mut text = String::with_capacity(USUAL_LENGTH);
        text.push_str(start);
        Self(text)
    }

    /// Adds text that is JSON already.
    pub(super) fn json(&mut self, json: &str) {
        self.0.push_str(json);
    }

    /// Adds an integer.
    pub(super) fn number(&mut self, number: u64) {
        if number >= 10 {
            self.number(number / 10);
        }
        self.digit(number % 10);
    }

    fn digit(&mut self, digit: u64) {
        let digit = u32::try_from(digit).ok();
        let digit = digit.and_then(|digit| char::from_digit(digit, 10));
        self.0.push(digit.unwrap_or('0'));
    }

    /// Adds a time in milliseconds, to the microsecond; more than 31 years are written as these.
    ///
    /// It is written as a float of 64 bits, which holds so many digits exactly.
    pub(super) fn milliseconds(&mut self, time: Duration) {
        const MAX_MICROSECONDS: u64 = 999_999_999_999_999;
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let micros = micros.min(MAX_MICROSECONDS);
        self.number(micros / 1000);
        self.0.push('.');
        self.digit(micros / 100 % 10);
        if !micros.is_multiple_of(100) {
            self.digit(micros / 10 % 10);
        }
        if !micros.is_multiple_of(10) {
            self.digit(micros % 10);
        }
    }

    /// Adds a string.
    pub(super) fn string(&mut self, text: &str) {
        let is_plain = |byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        if text.bytes().all(is_plain) {
            self.0.push('"');
            self.0.push_str(text);
            self.0.push('"');
        } else {
            self.0.push_str(&Value::from(text).to_string());
        }
    }

    /// Adds an object of strings.
    pub(super) fn strings(&mut self, strings: &Headers) {
        self.0.push('{');
        for (index, (key, value)) in strings.iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            self.string(key);
            self.0.push(':');
            self.string(value);
        }
        self.0.push('}');
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn written(write: impl FnOnce(&mut JsonText)) -> String {
        let mut text = JsonText::new("");
        write(&mut text);
        text.as_str().to_owned()
    }

    proptest! {
        #[test]
        #[expect(clippy::cast_precision_loss, reason = "a float has so many digits exactly")]
        fn it_is_written_as_by_serde_json(number: u64, micros in 0..=999_999_999_999_999_u64, text: String) {
            prop_assert_eq!(written(|json| json.number(number)), json!(number).to_string());
            for micros in [micros, micros % 1_000_000, micros / 100 * 100] {
                let time = Duration::from_micros(micros);
                let expected = json!(micros as f64 / 1000.0).to_string();
                prop_assert_eq!(written(|json| json.milliseconds(time)), expected);
            }
            prop_assert_eq!(written(|json| json.string(&text)), json!(text).to_string());
            let headers = Headers::from([("b".to_owned(), text.clone()), (text, String::new())]);
            prop_assert_eq!(written(|json| json.strings(&headers)), json!(headers).to_string());
        }
    }

    #[test]
    fn every_character_is_escaped_as_by_serde_json() {
        for character in ('\0'..='\u{a0}').chain(['\u{2028}', '\u{1f600}']) {
            let text = character.to_string();
            let expected = json!(text).to_string();
            assert_eq!(written(|json| json.string(&text)), expected);
        }
        assert_eq!(written(|json| json.strings(&Headers::new())), "{}");
    }
}
