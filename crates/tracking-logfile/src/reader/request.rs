//! The request of a line, where it is one: `GET /path?query HTTP/1.1`.

/// The parts of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) protocol: &'a str,
}

impl<'a> Request<'a> {
    /// Nothing where it is no method of letters, a target without a blank, and `HTTP/x.y`.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let (method, rest) = text.split_once(' ')?;
        let (target, protocol) = rest.split_once(' ')?;
        let methodical = !method.is_empty() && method.bytes().all(|b| b.is_ascii_alphabetic());
        let targeted = !target.is_empty() && !target.bytes().any(super::scan::is_blank);
        if !methodical || !targeted || !is_http(protocol) {
            return None;
        }
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        Some(Self {
            method,
            path,
            query,
            protocol,
        })
    }
}

fn is_http(protocol: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    protocol
        .strip_prefix("HTTP/")
        .and_then(|version| version.split_once('.'))
        .is_some_and(|(major, minor)| number(major) && number(minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_its_parts() {
        let request = Request::of("GET /a/b?c=d?e HTTP/1.1").unwrap();
        assert_eq!((request.method, request.path), ("GET", "/a/b"));
        assert_eq!(
            (request.query, request.protocol),
            (Some("c=d?e"), "HTTP/1.1")
        );
        assert_eq!(Request::of("get * HTTP/2.0").unwrap().query, None);
        assert_eq!(Request::of("GET /? HTTP/1.0").unwrap().query, Some(""));
    }

    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            "-",
            "GET",
            "GET /",
            "GET /a b HTTP/1.0",
            "GET  HTTP/1.0",
            "GET / HTTP/1",
            "GET / HTTP/1.",
            "GET / http/1.0",
            "GET / HTTP/1.0 ",
            " GET / HTTP/1.0",
            "G-T / HTTP/1.0",
            "GET /\ta HTTP/1.0",
            r"\x16\x03\x01",
        ] {
            assert_eq!(Request::of(text), None, "{text:?}");
        }
    }
}
