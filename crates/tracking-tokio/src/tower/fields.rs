//! The data of a request's track.

use std::time::Duration;

use serde_json::{Map, Value};
use tracking_core::{Data, DataRef, Result};

use super::chosen::Chosen;
use super::headers::Headers;
use super::json::JsonText;

/// The layer's own fields of a track.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    pub(super) bytes: u64,
    pub(super) duration: Duration,
    pub(super) first_byte: Option<Duration>,
    pub(super) method: &'a str,
    pub(super) outcome: Option<&'a str>,
    pub(super) path: Option<&'a str>,
    pub(super) chosen: Option<&'a Chosen>,
    pub(super) request_id: Option<&'a str>,
    pub(super) sampled_one_in: Option<u64>,
    pub(super) status: Option<u16>,
}

impl Fields<'_> {
    /// The data, with what the handler has added. Where that cannot be kept, it is left out, and
    /// `data_error` says why.
    pub(super) fn to_data(&self, added: Map<String, Value>) -> Data {
        let text = self.to_json();
        let fields = DataRef::from_canonical(text.as_str());
        if added.is_empty() {
            // Copied, since cutting an allocation to its size takes longer than a new one.
            return fields.to_data();
        }
        merged(fields, added).unwrap_or_else(|error| {
            let error = Map::from_iter([("data_error".to_owned(), error.to_string().into())]);
            merged(fields, error).unwrap_or_default()
        })
    }

    /// The fields in the order of their names, so that the text is canonical as it is written.
    fn to_json(&self) -> JsonText {
        let chosen = |headers: fn(&Chosen) -> &Headers| {
            let headers = self.chosen.map(headers);
            headers.filter(|headers| !headers.is_empty())
        };
        let mut text = JsonText::new(r#"{"bytes":"#);
        text.number(self.bytes);
        text.json(r#","duration_ms":"#);
        text.milliseconds(self.duration);
        if let Some(first_byte) = self.first_byte {
            text.json(r#","first_byte_ms":"#);
            text.milliseconds(first_byte);
        }
        text.json(r#","method":"#);
        text.string(self.method);
        if let Some(outcome) = self.outcome {
            text.json(r#","outcome":"#);
            text.string(outcome);
        }
        if let Some(path) = self.path {
            text.json(r#","path":"#);
            text.string(path);
        }
        if let Some(query) = chosen(|chosen| &chosen.query) {
            text.json(r#","query":"#);
            text.strings(query);
        }
        if let Some(headers) = chosen(|chosen| &chosen.request_headers) {
            text.json(r#","request_headers":"#);
            text.strings(headers);
        }
        if let Some(id) = self.request_id {
            text.json(r#","request_id":"#);
            text.string(id);
        }
        if let Some(headers) = chosen(|chosen| &chosen.response_headers) {
            text.json(r#","response_headers":"#);
            text.strings(headers);
        }
        if let Some(requests) = self.sampled_one_in {
            text.json(r#","sampled_one_in":"#);
            text.number(requests);
        }
        if let Some(status) = self.status {
            text.json(r#","status":"#);
            text.number(status.into());
        }
        text.json("}");
        text
    }
}

/// The fields, with values of the handler put over them.
fn merged(fields: DataRef<'_>, added: Map<String, Value>) -> Result<Data> {
    fields.merged_with(Data::try_from(added)?.as_ref())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn full(chosen: &Chosen) -> Fields<'_> {
        Fields {
            bytes: 12,
            duration: Duration::from_micros(1500),
            first_byte: Some(Duration::from_nanos(1)),
            method: "GET",
            outcome: Some("cancelled"),
            path: Some("/é\"\\\u{1}"),
            chosen: Some(chosen),
            request_id: Some("id"),
            sampled_one_in: Some(10),
            status: Some(200),
        }
    }

    #[test]
    fn the_text_is_canonical_as_it_is_written() {
        let headers = Headers::from([("b".into(), "\u{7f}<".into()), ("a".into(), String::new())]);
        let chosen = Chosen {
            query: headers.clone(),
            request_headers: headers.clone(),
            response_headers: Headers::new(),
        };
        let data = full(&chosen).to_data(Map::new());
        assert_eq!(data, data.as_str().parse().unwrap());
        let expected = json!({
            "bytes": 12, "duration_ms": 1.5, "first_byte_ms": 0.0, "method": "GET",
            "outcome": "cancelled", "path": "/é\"\\\u{1}", "query": headers,
            "request_headers": headers, "request_id": "id", "sampled_one_in": 10, "status": 200,
        });
        assert_eq!(data, expected.try_into().unwrap());
        let least = Fields {
            first_byte: None,
            chosen: None,
            outcome: None,
            path: None,
            request_id: None,
            sampled_one_in: None,
            status: None,
            ..full(&chosen)
        };
        let text = r#"{"bytes":12,"duration_ms":1.5,"method":"GET"}"#;
        assert_eq!(least.to_data(Map::new()).as_str(), text);
    }

    #[test]
    fn a_handlers_value_goes_before_the_layers() {
        let none = Chosen::default();
        let added = json!({"status": "ready", "page": 3})
            .as_object()
            .unwrap()
            .clone();
        let data = full(&none).to_data(added);
        assert_eq!(data.get("status").unwrap(), "ready");
        assert_eq!(data.get("page").unwrap(), 3);
        assert_eq!(data.get("bytes").unwrap(), 12);
    }

    #[test]
    fn times_are_exact_to_the_microsecond() {
        let none = Chosen::default();
        for (duration, expected) in [
            (Duration::ZERO, "0.0"),
            (Duration::from_micros(1), "0.001"),
            (Duration::from_micros(1_234), "1.234"),
            (Duration::from_secs(10_000), "10000000.0"),
            (Duration::from_nanos(1_234_567), "1.234"),
            (Duration::MAX, "999999999999.999"),
        ] {
            let data = Fields {
                duration,
                ..full(&none)
            };
            let text = data.to_data(Map::new());
            let expected = format!(r#""duration_ms":{expected},"#);
            assert!(text.as_str().contains(&expected), "{text:?}");
            assert_eq!(text, text.as_str().parse().unwrap());
        }
    }

    #[test]
    fn what_a_handler_adds_that_cannot_be_kept_is_reported() {
        let none = Chosen::default();
        let deep = (0..200).fold(json!(1), |value, _| json!([value]));
        let data = full(&none).to_data(Map::from_iter([("deep".to_owned(), deep)]));
        assert_eq!(data.get("status").unwrap(), 200);
        assert!(data.get("data_error").is_some() && data.get("deep").is_none());
    }
}
