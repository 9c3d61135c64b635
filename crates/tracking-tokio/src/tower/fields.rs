//! The data of a request's track.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use tracking_core::{Data, DataRef, Result};

use super::headers::Headers;

/// Most texts of fields are not longer than this.
const USUAL_LENGTH: usize = 256;

/// The fields in the order of their names, so that their text is canonical as it is written.
#[derive(Debug, Serialize)]
pub(super) struct Fields<'a> {
    pub(super) bytes: u64,
    pub(super) duration_ms: Milliseconds,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_byte_ms: Option<Milliseconds>,
    pub(super) method: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<&'a str>,
    #[serde(skip_serializing_if = "Headers::is_empty")]
    pub(super) query: &'a Headers,
    #[serde(skip_serializing_if = "Headers::is_empty")]
    pub(super) request_headers: &'a Headers,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Headers::is_empty")]
    pub(super) response_headers: &'a Headers,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sampled_one_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
}

impl Fields<'_> {
    /// The data, with what the handler has added. Where that cannot be kept, it is left out, and
    /// `data_error` says why.
    pub(super) fn to_data(&self, added: Map<String, Value>) -> Data {
        if added.is_empty() {
            return self.alone().unwrap_or_default();
        }
        match self.merged(added) {
            Ok(data) => data,
            Err(error) => {
                let error = Map::from_iter([("data_error".to_owned(), error.to_string().into())]);
                self.merged(error).unwrap_or_default()
            }
        }
    }

    /// The data without what the handler has added.
    fn alone(&self) -> Option<Data> {
        // Copied, since cutting an allocation to its size takes longer than a new one.
        let mut text = Vec::with_capacity(USUAL_LENGTH);
        serde_json::to_writer(&mut text, self).ok()?;
        let text = str::from_utf8(&text).ok()?;
        Some(DataRef::from_canonical(text).to_data())
    }

    fn merged(&self, added: Map<String, Value>) -> Result<Data> {
        let mut map = match serde_json::to_value(self) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        };
        map.extend(added);
        Data::try_from(map)
    }
}

/// A time in milliseconds, to the microsecond; more than 31 years are written as these.
#[derive(Clone, Copy, Debug)]
pub(super) struct Milliseconds(pub(super) Duration);

impl Serialize for Milliseconds {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a float has so many digits exactly"
    )]
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        const MAX_MICROSECONDS: u64 = 999_999_999_999_999;
        let micros = u64::try_from(self.0.as_micros()).unwrap_or(u64::MAX);
        serializer.serialize_f64(micros.min(MAX_MICROSECONDS) as f64 / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn full<'a>(headers: &'a Headers, none: &'a Headers) -> Fields<'a> {
        Fields {
            bytes: 12,
            duration_ms: Milliseconds(Duration::from_micros(1500)),
            first_byte_ms: Some(Milliseconds(Duration::from_nanos(1))),
            method: "GET",
            outcome: Some("cancelled"),
            path: Some("/é\"\\\u{1}"),
            query: headers,
            request_headers: headers,
            request_id: Some("id".into()),
            response_headers: none,
            sampled_one_in: Some(10),
            status: Some(200),
        }
    }

    #[test]
    fn the_text_is_canonical_as_it_is_written() {
        let headers = Headers::from([("b".into(), "\u{7f}<".into()), ("a".into(), String::new())]);
        let none = Headers::new();
        let data = full(&headers, &none).to_data(Map::new());
        assert_eq!(data, data.as_str().parse().unwrap());
        let expected = json!({
            "bytes": 12, "duration_ms": 1.5, "first_byte_ms": 0.0, "method": "GET",
            "outcome": "cancelled", "path": "/é\"\\\u{1}", "query": headers,
            "request_headers": headers, "request_id": "id", "sampled_one_in": 10, "status": 200,
        });
        assert_eq!(data, expected.try_into().unwrap());
        let least = Fields {
            first_byte_ms: None,
            outcome: None,
            path: None,
            request_id: None,
            sampled_one_in: None,
            status: None,
            ..full(&none, &none)
        };
        let text = r#"{"bytes":12,"duration_ms":1.5,"method":"GET"}"#;
        assert_eq!(least.to_data(Map::new()).as_str(), text);
    }

    #[test]
    fn a_handlers_value_goes_before_the_layers() {
        let none = Headers::new();
        let added = json!({"status": "ready", "page": 3})
            .as_object()
            .unwrap()
            .clone();
        let data = full(&none, &none).to_data(added);
        assert_eq!(data.get("status").unwrap(), "ready");
        assert_eq!(data.get("page").unwrap(), 3);
        assert_eq!(data.get("bytes").unwrap(), 12);
    }

    #[test]
    fn times_are_exact_to_the_microsecond() {
        let none = Headers::new();
        for (duration, expected) in [
            (Duration::ZERO, "0.0"),
            (Duration::from_micros(1), "0.001"),
            (Duration::from_micros(1_234), "1.234"),
            (Duration::from_secs(10_000), "10000000.0"),
            (Duration::from_nanos(1_234_567), "1.234"),
            (Duration::MAX, "999999999999.999"),
        ] {
            let data = Fields {
                duration_ms: Milliseconds(duration),
                ..full(&none, &none)
            };
            let text = data.to_data(Map::new());
            let expected = format!(r#""duration_ms":{expected},"#);
            assert!(text.as_str().contains(&expected), "{text:?}");
            assert_eq!(text, text.as_str().parse().unwrap());
        }
    }

    #[test]
    fn what_a_handler_adds_that_cannot_be_kept_is_reported() {
        let none = Headers::new();
        let deep = (0..200).fold(json!(1), |value, _| json!([value]));
        let data = full(&none, &none).to_data(Map::from_iter([("deep".to_owned(), deep)]));
        assert_eq!(data.get("status").unwrap(), 200);
        assert!(data.get("data_error").is_some() && data.get("deep").is_none());
    }
}
