//! The format is detected from the first lines.

use tracking_loader::{Format, FormatOptions, detect};

const ACCESS: &str = r#"h - - [23/Nov/2026:15:47:01 +0100] "GET /a HTTP/1.1" 200 5"#;
const NGINX: &str =
    r#"{"time_iso8601": "2026-11-23T15:47:01+01:00", "remote_addr": "::1", "request_uri": "/"}"#;
const CADDY: &str = r#"{"ts": 1.5, "request": {"remote_ip": "::1", "uri": "/"}, "status": 200}"#;
const TRAEFIK: &str =
    r#"{"ClientHost": "::1", "RequestPath": "/", "time": "2026-11-23T14:47:01Z"}"#;
const TRACKING: &str = r#"{"task": "a", "user": "u", "time": "2026-11-23T14:47:01Z"}"#;
const REFERENCE: &str = "2026-11-23 15:47:01,123;001;u;n;t;v;p";

fn found(lines: &[&str]) -> (String, String, bool) {
    let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
    let detected = detect(&lines, &FormatOptions::new());
    (
        detected.format.name().to_owned(),
        detected.why,
        detected.is_sure,
    )
}

#[test]
fn every_format_is_detected_with_a_reason() {
    let combined = format!(r#"{ACCESS} "-" "-""#);
    for (line, name, why) in [
        (ACCESS, "access", "the first line is in it (Common)"),
        (&combined, "access", "the first line is in it (Combined)"),
        (NGINX, "nginx", "the first line is in it"),
        (CADDY, "caddy", "the first line is in it"),
        (TRAEFIK, "traefik", "the first line is in it"),
        (TRACKING, "tracking", "the first line is in it"),
        (REFERENCE, "reference", "the first line is in it"),
        (
            "#Fields: date time cs-uri-stem",
            "w3c",
            "the first line is in it",
        ),
    ] {
        assert_eq!(
            found(&[line]),
            (name.to_owned(), why.to_owned(), true),
            "{line}"
        );
    }
}

#[test]
fn bad_lines_and_blank_ones_do_not_mislead() {
    let (name, why, _) = found(&["noise", "", ACCESS, "# a comment", ACCESS]);
    assert_eq!(
        (name.as_str(), why.as_str()),
        ("access", "2 of the first 4 lines are in it (Common)")
    );
    let (name, why, _) = found(&["{", CADDY, "#Fields: time"]);
    assert_eq!(
        (name.as_str(), why.as_str()),
        ("caddy", "1 of the first 3 lines is in it")
    );
    let w3c = [
        "#Software: x",
        "#Date: 2026-11-23 00:00:00",
        "#Fields: time cs-uri-stem",
        "15:47:01 /a",
    ];
    assert_eq!(found(&w3c).1, "the first 4 lines are in it");
}

#[test]
fn where_nothing_fits_it_says_so() {
    assert_eq!(
        found(&[]),
        (
            "access".to_owned(),
            "there is no line to look at".to_owned(),
            false
        )
    );
    let (name, why, sure) = found(&["hello", "world"]);
    assert_eq!(
        (name.as_str(), why.as_str(), sure),
        (
            "access",
            "no known format fits any of the first 2 lines",
            false
        )
    );
    let (_, why, sure) = found(&[r#"{"a": 1}"#]);
    assert!(why.contains("field map") && !sure, "{why}");
    // Comments alone are no W3C log.
    assert_eq!(found(&["# hello"]).0, "access");
}

#[test]
fn what_was_asked_for_is_taken_whatever_the_lines_are() {
    let lines = [ACCESS.as_bytes()];
    let asked = FormatOptions::new().choose(Format::Caddy);
    let detected = detect(&lines, &asked);
    assert_eq!(
        (detected.format.name(), detected.why.as_str()),
        ("caddy", "it was asked for")
    );
    let map: tracking_loader::FieldMap = "task=a,time=b".parse().unwrap();
    assert_eq!(
        detect(&lines, &FormatOptions::new().choose(map)).why,
        "a field map was given"
    );
    let pattern: tracking_loader::LinePattern = "(?<task>.)(?<time>.)".parse().unwrap();
    assert_eq!(
        detect(&lines, &FormatOptions::new().choose(pattern)).why,
        "a pattern was given"
    );
}

#[test]
fn the_reader_that_is_given_has_read_nothing() {
    let lines: [&[u8]; 1] = [b"#Fields: date time cs-uri-stem"];
    let detected = detect(&lines, &FormatOptions::new());
    assert_eq!(detected.format.state(), None);
}
