//! The further fields of an access line, under names of their own.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::AccessLine;
use crate::reader::words::{Word, Words};

/// What Traefik writes after the Combined format.
const TRAEFIK: [&str; 4] = ["request_count", "router", "server_url", "duration"];

/// The fields of a line that neither the Common nor the Combined format has.
///
/// Those before the request are `before_1`, `before_2` and so on, those at the end `after_1`,
/// `after_2` and so on. Addresses in quotes at the end are `x_forwarded_for`, and the four fields
/// that Traefik writes have their names. What is `-` is left out.
pub(crate) fn extra_fields(line: &AccessLine<'_>) -> Map<String, Value> {
    let mut fields = Map::new();
    if line.before_request.is_none() && line.after.is_none() {
        return fields;
    }
    let words = |text: Option<_>| {
        Words::of(text.unwrap_or_default(), 0)
            .all()
            .unwrap_or_default()
    };
    let mut add = |name: String, word: &Word<'_>| {
        if let Some(text) = word.given() {
            fields.insert(name, text.into());
        }
    };
    for (word, n) in words(line.before_request).iter().zip(1..) {
        add(format!("before_{n}"), word);
    }
    let after = words(line.after);
    let is_traefik = is_traefik(&after);
    let forwarded = after.iter().position(is_forwarded_for);
    for (index, word) in after.iter().enumerate() {
        let name = match TRAEFIK.get(index) {
            Some(name) if is_traefik => (*name).to_owned(),
            _ if forwarded == Some(index) => "x_forwarded_for".to_owned(),
            _ => format!("after_{}", index + 1),
        };
        add(name, word);
    }
    fields
}

/// Whether these are a count, two texts in quotes, and milliseconds.
fn is_traefik(words: &[Word<'_>]) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match words {
        [count, router, url, duration] => {
            (number(count.text) || count.text == "-")
                && router.is_quoted
                && url.is_quoted
                && duration.text.strip_suffix("ms").is_some_and(number)
        }
        _ => false,
    }
}

/// Whether it is a list of addresses in quotes, as proxies make it.
fn is_forwarded_for(word: &Word<'_>) -> bool {
    let mut addresses = word.text.split(',').map(str::trim);
    let is_known = |text: &str| text.parse::<IpAddr>().is_ok();
    word.is_quoted
        && addresses.clone().any(is_known)
        && addresses.all(|text| is_known(text) || text == "unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn more(tail: &str) -> Value {
        let line =
            format!(r#"h - - [23/Nov/2026:15:47:01 +0100] "GET /a HTTP/1.1" 200 5 "-" "A"{tail}"#);
        Value::Object(extra_fields(&AccessLine::parse(line.as_bytes()).unwrap()))
    }

    #[test]
    fn fields_have_names_by_what_they_are_and_by_their_places() {
        assert_eq!(more(""), serde_json::json!({}));
        assert_eq!(more(r#" "-""#), serde_json::json!({}));
        let forwarded = "2001:db8::1, unknown,192.0.2.7";
        assert_eq!(
            more(&format!(r#" 0.003 "{forwarded}" "x y" -"#)),
            serde_json::json!({"after_1": "0.003", "x_forwarded_for": forwarded, "after_3": "x y"})
        );
        assert_eq!(
            more(r#" "unknown""#),
            serde_json::json!({"after_1": "unknown"})
        );
        assert_eq!(
            more(r#" 17 "web@docker" "http://[::1]:80" 4ms"#),
            serde_json::json!({"request_count": "17", "router": "web@docker",
                "server_url": "http://[::1]:80", "duration": "4ms"})
        );
    }
}
