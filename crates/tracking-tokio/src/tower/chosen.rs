//! What a program has chosen to record of requests.

use http::request::Parts;
use http::{HeaderMap, HeaderName};

use super::headers::{self, Headers};
use super::settings::Settings;
use super::text::cut;

/// Chosen parameters and headers. Most programs choose none.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) query: Headers,
    pub(super) request_headers: Headers,
    pub(super) response_headers: Headers,
}

impl Chosen {
    /// What is chosen of a request, with space for what is chosen of its response; nothing where
    /// nothing is ever chosen.
    pub(super) fn of_request(settings: &Settings, parts: &Parts) -> Option<Box<Self>> {
        let is_any = !settings.query_parameters.is_empty()
            || !settings.request_headers.is_empty()
            || !settings.response_headers.is_empty();
        is_any.then(|| {
            Box::new(Self {
                query: parameters(parts.uri.query(), &settings.query_parameters),
                request_headers: headers::chosen(&parts.headers, &settings.request_headers),
                response_headers: Headers::new(),
            })
        })
    }

    /// Adds what is chosen of the response.
    pub(super) fn add_response(&mut self, headers: &HeaderMap, names: &[HeaderName]) {
        self.response_headers = headers::chosen(headers, names);
    }
}

/// The chosen parameters of a query string, as they stand there; of repeated ones, the last.
fn parameters(query: Option<&str>, names: &[String]) -> Headers {
    if names.is_empty() {
        return Headers::new();
    }
    let pairs = query.unwrap_or_default().split('&');
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let chosen = pairs.filter(|(name, _)| names.iter().any(|chosen| chosen == name));
    chosen
        .map(|(name, value)| (name.to_owned(), cut(value).into_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_chosen_parameters_are_taken() {
        let names = ["page".to_owned(), "sort".to_owned()];
        let taken = parameters(Some("token=secret&page=1&page=2&sort&"), &names);
        let taken: Vec<_> = taken
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(taken, ["page=2", "sort="]);
        assert!(parameters(None, &names).is_empty());
        assert!(parameters(Some("page=1"), &[]).is_empty());
    }
}
