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
    /// Nothing where it is no method, a target without a blank, and `HTTP/x` or `HTTP/x.y`.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let (method, rest) = text.split_once(' ')?;
        let (target, protocol) = rest.trim_start_matches(' ').split_once(' ')?;
        let protocol = protocol.trim_start_matches(' ');
        let targeted = !target.is_empty() && !target.bytes().any(super::scan::is_blank);
        if !is_method(method) || !targeted || !is_http(protocol) {
            return None;
        }
        let (path, query) = path_and_query(target);
        Some(Self {
            method,
            path,
            query,
            protocol,
        })
    }
}

/// A target up to its first question mark, and what comes after it.
pub(super) fn path_and_query(target: &str) -> (&str, Option<&str>) {
    match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    }
}

/// A word that starts with a letter; some have digits, hyphens or underscores: `M-SEARCH`,
/// `RPC_IN_DATA`.
fn is_method(method: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    method.starts_with(|first: char| first.is_ascii_alphabetic()) && method.bytes().all(fits)
}

fn is_http(protocol: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some(version) = protocol.strip_prefix("HTTP/") else {
        return false;
    };
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    number(major) && number(minor)
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
    fn every_version_and_every_method_that_is_used_is_one() {
        for protocol in [
            "HTTP/0.9", "HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3",
        ] {
            let text = format!("GET /a {protocol}");
            assert_eq!(Request::of(&text).unwrap().protocol, protocol);
        }
        for method in [
            "GET",
            "PROPFIND",
            "M-SEARCH",
            "VERSION-CONTROL",
            "BASELINE-CONTROL",
            "RPC_IN_DATA",
            "BITS_POST",
            "X1",
        ] {
            let text = format!("{method} /a?b HTTP/1.1");
            let request = Request::of(&text).unwrap();
            assert_eq!((request.method, request.path), (method, "/a"));
        }
        let request = Request::of("GET  /a?b  HTTP/1.1").unwrap();
        assert_eq!((request.path, request.protocol), ("/a", "HTTP/1.1"));
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
            "GET / HTTP/",
            "GET / HTTP/1.",
            "GET / HTTP/.1",
            "GET / HTTP/2x",
            "GET / HTTP/1.1.1",
            "GET / http/1.0",
            "GET / HTTP/1.0 ",
            " GET / HTTP/1.0",
            "-ET / HTTP/1.0",
            "1ET / HTTP/1.0",
            "G:T / HTTP/1.0",
            "G\u{e9}T / HTTP/1.0",
            "GET /\ta HTTP/1.0",
            r"\x16\x03\x01",
        ] {
            assert_eq!(Request::of(text), None, "{text:?}");
        }
    }
}
