//! The data of a request's track.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::{Map, Value};
use tracking_core::{Data, Result};

use super::headers::Headers;
use super::json::ObjectWriter;

/// What a request's track says.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    pub(super) bytes: u64,
    pub(super) duration: Duration,
    pub(super) first_byte: Option<Duration>,
    pub(super) method: &'a str,
    pub(super) outcome: Option<&'a str>,
    pub(super) path: Option<&'a str>,
    pub(super) query: &'a Headers,
    pub(super) request_headers: &'a Headers,
    pub(super) request_id: Option<Cow<'a, str>>,
    pub(super) response_headers: &'a Headers,
    pub(super) sampled_one_in: Option<u64>,
    pub(super) status: Option<u16>,
}

impl Fields<'_> {
    /// The data, with what the handler has added. Where that cannot be kept, it is left out, and
    /// `data_error` says why.
    pub(super) fn to_data(&self, added: Map<String, Value>) -> Data {
        if added.is_empty() {
            return Data::from_canonical(self.to_json());
        }
        match self.merged(added) {
            Ok(data) => data,
            Err(error) => {
                let told = Map::from_iter([("data_error".to_owned(), error.to_string().into())]);
                self.merged(told).unwrap_or_default()
            }
        }
    }

    /// The fields in the order of their names, so that the text is canonical as it is written.
    fn to_json(&self) -> String {
        let mut object = ObjectWriter::new();
        object.number("bytes", self.bytes);
        object.milliseconds("duration_ms", self.duration);
        if let Some(first_byte) = self.first_byte {
            object.milliseconds("first_byte_ms", first_byte);
        }
        object.text("method", self.method);
        object.optional_text("outcome", self.outcome);
        object.optional_text("path", self.path);
        object.texts("query", self.query);
        object.texts("request_headers", self.request_headers);
        object.optional_text("request_id", self.request_id.as_deref());
        object.texts("response_headers", self.response_headers);
        if let Some(requests) = self.sampled_one_in {
            object.number("sampled_one_in", requests);
        }
        if let Some(status) = self.status {
            object.number("status", status.into());
        }
        object.finish()
    }

    fn merged(&self, added: Map<String, Value>) -> Result<Data> {
        let mut map: Map<String, Value> = serde_json::from_str(&self.to_json()).unwrap_or_default();
        map.extend(added);
        Data::try_from(map)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn full<'a>(headers: &'a Headers, none: &'a Headers) -> Fields<'a> {
        Fields {
            bytes: 12,
            duration: Duration::from_micros(1500),
            first_byte: Some(Duration::from_nanos(1)),
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
            first_byte: None,
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
    fn what_a_handler_adds_that_cannot_be_kept_is_reported() {
        let none = Headers::new();
        let deep = (0..200).fold(json!(1), |value, _| json!([value]));
        let data = full(&none, &none).to_data(Map::from_iter([("deep".to_owned(), deep)]));
        assert_eq!(data.get("status").unwrap(), 200);
        assert!(data.get("data_error").is_some() && data.get("deep").is_none());
    }
}
