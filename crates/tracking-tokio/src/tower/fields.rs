//! The data of a request's track.

use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use tracking_core::{Data, DataRef, Result};

use super::headers::Headers;

/// Most texts of fields are not longer than this.
const USUAL_LENGTH: usize = 256;

/// The layer's own fields of a track, in the order of their names, so that their text is canonical
/// as it is written.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) query: Option<&'a Headers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_headers: Option<&'a Headers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_headers: Option<&'a Headers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sampled_one_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
}

impl Fields<'_> {
    /// The data, with what the handler has added. Where that cannot be kept, it is left out, and
    /// `data_error` says why.
    pub(super) fn to_data(&self, added: Map<String, Value>) -> Data {
        let mut text = Vec::with_capacity(USUAL_LENGTH);
        let text = match serde_json::to_writer(&mut text, self) {
            Ok(()) => str::from_utf8(&text).unwrap_or("{}"),
            Err(_) => "{}",
        };
        let fields = DataRef::from_canonical(text);
        if added.is_empty() {
            // Copied, since cutting an allocation to its size takes longer than a new one.
            return fields.to_data();
        }
        merged(fields, added).unwrap_or_else(|error| {
            let error = Map::from_iter([("data_error".to_owned(), error.to_string().into())]);
            merged(fields, error).unwrap_or_default()
        })
    }
}

/// The fields, with values of the handler put over them.
fn merged(fields: DataRef<'_>, added: Map<String, Value>) -> Result<Data> {
    fields.merged_with(Data::try_from(added)?.as_ref())
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

    fn full(headers: Option<&Headers>) -> Fields<'_> {
        Fields {
            bytes: 12,
            duration_ms: Milliseconds(Duration::from_micros(1500)),
            first_byte_ms: Some(Milliseconds(Duration::from_nanos(1))),
            method: "GET",
            outcome: Some("cancelled"),
            path: Some("/é\"\\\u{1}"),
            query: headers,
            request_headers: headers,
            request_id: Some("id"),
            response_headers: None,
            sampled_one_in: Some(10),
            status: Some(200),
        }
    }

    #[test]
    fn the_text_is_canonical_as_it_is_written() {
        let headers = Headers::from([("b".into(), "\u{7f}<".into()), ("a".into(), String::new())]);
        let data = full(Some(&headers)).to_data(Map::new());
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
            ..full(None)
        };
        let text = r#"{"bytes":12,"duration_ms":1.5,"method":"GET"}"#;
        assert_eq!(least.to_data(Map::new()).as_str(), text);
    }

    #[test]
    fn a_handlers_value_goes_before_the_layers() {
        let added = json!({"status": "ready", "page": 3})
            .as_object()
            .unwrap()
            .clone();
        let data = full(None).to_data(added);
        assert_eq!(data.get("status").unwrap(), "ready");
        assert_eq!(data.get("page").unwrap(), 3);
        assert_eq!(data.get("bytes").unwrap(), 12);
    }

    #[test]
    fn times_are_exact_to_the_microsecond() {
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
                ..full(None)
            };
            let text = data.to_data(Map::new());
            let expected = format!(r#""duration_ms":{expected},"#);
            assert!(text.as_str().contains(&expected), "{text:?}");
            assert_eq!(text, text.as_str().parse().unwrap());
        }
    }

    #[test]
    fn what_a_handler_adds_that_cannot_be_kept_is_reported() {
        let deep = (0..200).fold(json!(1), |value, _| json!([value]));
        let data = full(None).to_data(Map::from_iter([("deep".to_owned(), deep)]));
        assert_eq!(data.get("status").unwrap(), 200);
        assert!(data.get("data_error").is_some() && data.get("deep").is_none());
    }
}
