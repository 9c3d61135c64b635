//! Chosen headers, without secrets.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::header::{
    AUTHORIZATION, CONTENT_LOCATION, COOKIE, LOCATION, PROXY_AUTHORIZATION, REFERER, SET_COOKIE,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::text::cut;

/// Headers whose values are never recorded.
const SECRET: [HeaderName; 4] = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE, SET_COOKIE];

/// Headers that hold a URL. Its query string is not recorded, no more than that of the request.
const URL: [HeaderName; 3] = [REFERER, LOCATION, CONTENT_LOCATION];

const HIDDEN: &str = "(hidden)";

/// Header values by name.
pub(super) type Headers = BTreeMap<String, String>;

/// The chosen headers that are there. Several values of a name are joined by commas.
pub(super) fn chosen(headers: &HeaderMap, names: &[HeaderName]) -> Headers {
    let mut found = Headers::new();
    for name in names {
        let values: Vec<Cow<'_, str>> = headers
            .get_all(name)
            .iter()
            .map(|value| recorded_value(name, value))
            .collect();
        if !values.is_empty() {
            found.insert(
                name.as_str().to_owned(),
                cut(&values.join(", ")).into_owned(),
            );
        }
    }
    found
}

fn recorded_value<'v>(name: &HeaderName, value: &'v HeaderValue) -> Cow<'v, str> {
    if value.is_sensitive() || SECRET.contains(name) {
        return Cow::Borrowed(HIDDEN);
    }
    let text = String::from_utf8_lossy(value.as_bytes());
    if URL.contains(name) {
        without_query(text)
    } else {
        text
    }
}

/// A URL with its query string and fragment hidden.
fn without_query(url: Cow<'_, str>) -> Cow<'_, str> {
    let start = url.find(['?', '#']).and_then(|end| url.get(..=end));
    match start {
        Some(start) => Cow::Owned(format!("{start}{HIDDEN}")),
        None => url,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_in_a_header_is_recorded_without_its_query_string() {
        for (name, value, expected) in [
            (
                REFERER,
                "https://a.example/reset?token=secret",
                "https://a.example/reset?(hidden)",
            ),
            (REFERER, "https://a.example/", "https://a.example/"),
            (LOCATION, "/done#token=secret?", "/done#(hidden)"),
            (CONTENT_LOCATION, "/7?token=secret#a", "/7?(hidden)"),
        ] {
            let headers = HeaderMap::from_iter([(name.clone(), HeaderValue::from_static(value))]);
            let found = chosen(&headers, std::slice::from_ref(&name));
            assert_eq!(found.get(name.as_str()).map(String::as_str), Some(expected));
        }
    }

    #[test]
    fn only_chosen_headers_are_taken_and_secrets_are_hidden() {
        let mut headers = HeaderMap::new();
        let mut token = HeaderValue::from_static("secret");
        token.set_sensitive(true);
        headers.insert("x-token", token);
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic secret"));
        headers.insert(COOKIE, HeaderValue::from_static("id=secret"));
        headers.append("accept", HeaderValue::from_static("a"));
        headers.append("accept", HeaderValue::from_bytes(b"\xff").unwrap());
        headers.insert("x-other", HeaderValue::from_static("secret"));
        let names = ["x-token", "authorization", "cookie", "accept", "x-absent"];
        let found = chosen(&headers, &names.map(HeaderName::from_static));
        let lines: Vec<String> = found
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            lines,
            [
                "accept=a, \u{FFFD}",
                "authorization=(hidden)",
                "cookie=(hidden)",
                "x-token=(hidden)"
            ],
        );
    }
}
