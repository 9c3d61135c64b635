//! Lines of the Common and Combined formats, odd ones among them.

use tracking_loader::{NO_PATH, Reason};

use super::read;

const TAIL: &str = r#"[23/Nov/2026:15:47:01 +0100] "GET /a?b=%20 HTTP/1.1" 200 5"#;
const MORE: &str = r#" "http://example.org/" "Browser/1.0""#;

#[test]
fn a_virtual_host_may_come_first() {
    for name in ["access", "vhost-combined"] {
        let line = format!("www.example.org:443 192.0.2.1 - anna {TAIL}{MORE}");
        let record = read(name, &line).unwrap();
        assert_eq!(
            (record.task().as_str(), record.user().as_str()),
            ("/a", "anna")
        );
        let data = record.data();
        assert_eq!(data.get("vhost").unwrap(), "www.example.org");
        assert_eq!(
            (data.get("port").unwrap(), data.get("host").unwrap()),
            (443.into(), "192.0.2.1".into())
        );
        assert_eq!(data.get("query").unwrap(), "b=%20");
    }
}

#[test]
fn a_virtual_host_may_have_no_port() {
    for (start, vhost, user) in [
        (
            "www.example.org 192.0.2.1 - -",
            Some("www.example.org"),
            "192.0.2.1",
        ),
        (
            "www.example.org 2001:db8::1 - anna",
            Some("www.example.org"),
            "anna",
        ),
        (
            "www.example.org 192.0.2.1 id anna",
            Some("www.example.org"),
            "anna",
        ),
        (
            "localhost client.example.net - anna",
            Some("localhost"),
            "anna",
        ),
        ("- 192.0.2.1 - anna", None, "anna"),
    ] {
        for name in ["access", "vhost-common"] {
            let record = read(name, &format!("{start} {TAIL}")).unwrap();
            assert_eq!(record.user().as_str(), user, "{start}");
            let found = record.data().get("vhost");
            assert_eq!(found.as_ref().and_then(|v| v.as_str()), vhost, "{start}");
            assert_eq!(record.data().get("port"), None);
        }
    }
}

#[test]
fn a_user_with_a_blank_makes_no_virtual_host() {
    for start in [
        "192.0.2.1 - John Smith",
        "client.example.net - John Smith",
        "192.0.2.1 192.0.2.2 - -",
    ] {
        let error = read("access", &format!("{start} {TAIL}")).unwrap_err();
        assert_eq!(error.reason, Reason::Time, "{start}");
    }
}

#[test]
fn an_ipv6_address_is_no_virtual_host() {
    for host in ["::1", "2001:db8::17:8080", "fe80::1%eth0"] {
        let record = read("access", &format!("{host} - - {TAIL}")).unwrap();
        assert_eq!(record.user().as_str(), host);
        assert_eq!(record.data().get("vhost"), None);
        let line = format!("[2001:db8::2]:80 {host} - - {TAIL}");
        let record = read("access", &line).unwrap();
        assert_eq!(record.user().as_str(), host);
        assert_eq!(record.data().get("vhost").unwrap(), "[2001:db8::2]");
    }
}

#[test]
fn a_dash_may_stand_anywhere() {
    let record = read(
        "access",
        r#"- - - [23/Nov/2026:15:47:01 +0100] "-" 408 - "-" "-""#,
    )
    .unwrap();
    assert_eq!(
        (record.task().as_str(), record.user().as_str()),
        (NO_PATH, "-")
    );
    assert_eq!(
        record.data().as_str(),
        r#"{"host":"-","request":"-","status":408}"#
    );
    let record = read(
        "access",
        &format!("- - - - {TAIL}").replacen("- ", "a:1 ", 1),
    )
    .unwrap();
    assert_eq!(record.data().get("vhost").unwrap(), "a");
}

#[test]
fn odd_requests_are_kept_as_they_came() {
    for (request, task) in [
        (r"\x16\x03\x01\x02", NO_PATH),
        ("", NO_PATH),
        ("GET /old", NO_PATH),
        (
            "GET http://example.org/x?y HTTP/1.1",
            "http://example.org/x",
        ),
        ("OPTIONS * HTTP/1.0", "*"),
        ("CONNECT example.org:443 HTTP/1.1", "example.org:443"),
        (r#"GET /\"quoted\" HTTP/1.1"#, r#"/\"quoted\""#),
        ("GET //a/../b HTTP/2.0", "//a/../b"),
        ("GET /%zz%00 HTTP/1.1", "/%zz%00"),
    ] {
        let line = format!(r#"h - - [23/Nov/2026:15:47:01 +0100] "{request}" 400 0"#);
        let record = read("access", &line).unwrap();
        assert_eq!(record.task().as_str(), task, "{request}");
        let kept = record.data().get("request").map(|kept| kept == request);
        assert_eq!(kept, (task == NO_PATH).then_some(true), "{request}");
    }
}

#[test]
fn a_format_that_was_asked_for_refuses_the_other_one() {
    let common = format!("h - - {TAIL}");
    let combined = format!("{common}{MORE}");
    assert!(read("common", &common).is_ok() && read("combined", &combined).is_ok());
    let error = read("combined", &common).unwrap_err();
    assert_eq!(
        (error.column, error.reason),
        (common.len() + 1, Reason::Referer)
    );
    let error = read("common", &combined).unwrap_err();
    assert_eq!(
        (error.column, error.reason),
        (common.len() + 1, Reason::LineEnd)
    );
    assert!(
        error.found.starts_with(r#"" \"http://example.org"#),
        "{}",
        error.found
    );
    assert!(read("common", &format!("v:1 {common}")).is_err());
    assert!(read("vhost-common", &common).is_err());
}
