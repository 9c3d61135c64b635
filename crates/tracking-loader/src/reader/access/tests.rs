//! What a line of an access log must look like, and what is said of one that does not.

use chrono::{DateTime, FixedOffset};
use proptest::prelude::*;

use super::*;

const COMMON: &str =
    r#"in24.inetnebr.com - - [01/Aug/1995:00:00:01 -0400] "GET /a.txt HTTP/1.0" 200 1839"#;

fn parse(line: &str) -> Result<AccessLine<'_>, LineError> {
    AccessLine::parse(line.as_bytes())
}

#[test]
fn a_common_line_has_its_parts() {
    let line = parse(COMMON).unwrap();
    assert_eq!(line.format, AccessFormat::Common);
    assert_eq!(
        (line.host, line.ident, line.authuser),
        ("in24.inetnebr.com", None, None)
    );
    assert_eq!(line.time.to_string(), "1995-08-01T04:00:01Z");
    assert_eq!(line.offset.local_minus_utc(), -4 * 3600);
    assert_eq!(
        (line.method, line.path, line.query),
        (Some("GET"), Some("/a.txt"), None)
    );
    assert_eq!(
        (line.protocol, line.status, line.bytes),
        (Some("HTTP/1.0"), Some(200), Some(1839))
    );
    assert_eq!((line.referer, line.agent), (None, None));
}

#[test]
fn a_combined_line_has_referer_and_agent_unchanged() {
    let text = COMMON.to_owned() + r#" "http://x/?\"q\"" "A \\ \" B""#;
    let line = parse(&text).unwrap();
    assert_eq!(line.format, AccessFormat::Combined);
    assert_eq!(line.referer, Some(r#"http://x/?\"q\""#));
    assert_eq!(line.agent, Some(r#"A \\ \" B"#));
    let text = COMMON.to_owned() + r#" "-" "-""#;
    let line = parse(&text).unwrap();
    assert_eq!(
        (line.format, line.referer, line.agent),
        (AccessFormat::Combined, None, None)
    );
}

#[test]
fn a_request_may_be_anything_in_quotes() {
    for (request, path) in [
        ("-", None),
        ("", None),
        (r"\x16\x03", None),
        ("GET /é HTTP/1.1", Some("/é")),
    ] {
        let text = format!(r#"::1 x anna [01/Aug/1995:00:00:01 +0000] "{request}" 400 -"#);
        let line = parse(&text).unwrap();
        assert_eq!((line.request, line.path, line.bytes), (request, path, None));
        assert_eq!(
            (line.host, line.ident, line.authuser),
            ("::1", Some("x"), Some("anna"))
        );
    }
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    let head = "h - - [01/Aug/1995:00:00:01 -0400]";
    for (line, column, reason, found) in [
        (String::new(), 1, Reason::Host, "the end of the line"),
        (
            "h  - [".to_owned(),
            7,
            Reason::AuthUser,
            "the end of the line",
        ),
        ("h\t- - [".to_owned(), 2, Reason::Host, "\"\\t- - [\""),
        (
            "hôte - -".to_owned(),
            9,
            Reason::AuthUser,
            "the end of the line",
        ),
        ("h - - x".to_owned(), 7, Reason::Time, "\"x\""),
        (head.to_owned(), 35, Reason::Request, "the end of the line"),
        (format!("{head} GET"), 36, Reason::Request, "\"GET\""),
        (
            format!("{head} \"GET \\\" 200 1"),
            49,
            Reason::Request,
            "the end of the line",
        ),
        (format!("{head} \"\" 99 1"), 39, Reason::Status, "\"99 1\""),
        (
            format!("{head} \"\" 600 1"),
            39,
            Reason::Status,
            "\"600 1\"",
        ),
        (format!("{head} \"\" 2000 1"), 42, Reason::Bytes, "\"0 1\""),
        (
            format!("{head} \"\" 200 "),
            43,
            Reason::Bytes,
            "the end of the line",
        ),
        (format!("{head} \"\" 200 1.5"), 43, Reason::Bytes, "\"1.5\""),
        (
            format!("{head} \"\" 200 18446744073709551616"),
            43,
            Reason::Bytes,
            "\"18446744073709551616\"",
        ),
        (
            format!("{head} \"\" 200 1 \"r\""),
            48,
            Reason::Agent,
            "the end of the line",
        ),
        (
            format!("{head} \"\" 200 1 \"r\" \"a\" \"x"),
            55,
            Reason::LineEnd,
            "the end of the line",
        ),
        (
            format!("{head} \"\" 200 1 \"r\" \"a\"b\""),
            52,
            Reason::LineEnd,
            "\"b\\\"\"",
        ),
        ("a\0b".to_owned(), 2, Reason::Nul, "\"\\0b\""),
    ] {
        let error = parse(&line).unwrap_err();
        let expected = (column, reason, found.to_owned());
        assert_eq!(
            (error.column, error.reason, error.found),
            expected,
            "{line}"
        );
    }
}

#[test]
fn what_is_wrong_with_further_fields_is_said_at_its_place() {
    let head = "h - - [01/Aug/1995:00:00:01 -0400]";
    for (line, column, reason, found) in [
        (format!("{head} \"\" 200 1 x"), 45, Reason::Referer, "\"x\""),
        (format!("{head} \"\" 200 1x"), 43, Reason::Bytes, "\"1x\""),
        (
            format!("{head} \"\" --- 1"),
            39,
            Reason::Status,
            "\"--- 1\"",
        ),
        (
            format!("{head} x [01/Aug/1995:00:00:01 -0400] \"\" 200 1"),
            36,
            Reason::Request,
            "\"x [01/Aug/1995:00:00:01 …\"",
        ),
    ] {
        let error = parse(&line).unwrap_err();
        let expected = (column, reason, found.to_owned());
        assert_eq!(
            (error.column, error.reason, error.found),
            expected,
            "{line}"
        );
    }
}

#[test]
fn further_fields_may_come_before_the_request_and_at_the_end() {
    let head = "h - - [01/Aug/1995:00:00:01 -0400]";
    let parts = |before: &str, tail: &str| {
        let line = format!("{head} {before}\"GET /a HTTP/1.1\" 200 5{tail}");
        let line = parse(&line).unwrap();
        assert_eq!((line.path, line.bytes), (Some("/a"), Some(5)));
        let text = |part: Option<&str>| part.map(ToOwned::to_owned);
        (line.format, text(line.before_request), text(line.after))
    };
    let some = |text: &str| Some(text.to_owned());
    let (common, combined) = (AccessFormat::Common, AccessFormat::Combined);
    assert_eq!(parts("(0 s) ", ""), (common, some("(0 s)"), None));
    assert_eq!(
        parts("\"v h\" 0.1 ", " 3"),
        (common, some("\"v h\" 0.1"), some("3"))
    );
    assert_eq!(
        parts("", " 0.1 x \"y\""),
        (common, None, some("0.1 x \"y\""))
    );
    assert_eq!(parts("", "  \"r\"  \"a\"  "), (combined, None, None));
    assert_eq!(
        parts("", " \"r\" \"a\" \"f, g\" 0.1 "),
        (combined, None, some("\"f, g\" 0.1"))
    );
}

#[test]
fn several_blanks_are_as_good_as_one() {
    let line = r#"h -  -  [01/Aug/1995:00:00:01 -0400]  "GET  /a  HTTP/1.1"  200  5  "r"  "a" "#;
    let line = parse(line).unwrap();
    assert_eq!(
        (line.path, line.status, line.bytes),
        (Some("/a"), Some(200), Some(5))
    );
    assert_eq!(
        (line.referer, line.agent, line.after),
        (Some("r"), Some("a"), None)
    );
}

#[test]
fn a_status_may_be_missing() {
    let line = parse(r#"h - - [01/Aug/1995:00:00:01 -0400] "GET /a HTTP/1.1" - -"#).unwrap();
    assert_eq!((line.status, line.bytes), (None, None));
}

#[test]
fn what_is_found_is_cut() {
    let error = parse(&"[".repeat(100)).unwrap_err();
    assert_eq!(
        (error.column, error.found.as_str()),
        (101, "the end of the line")
    );
    let error = parse(&format!("h - - {}", "é".repeat(100))).unwrap_err();
    assert_eq!(error.found, format!("\"{}…\"", "é".repeat(24)));
}

#[test]
fn bytes_that_are_no_text_are_said_to_be() {
    let error = AccessLine::parse(b"h\xc3\xa9 \xff").unwrap_err();
    assert_eq!((error.column, error.reason), (4, Reason::InvalidUtf8));
    assert_eq!(
        error.to_string(),
        "column 4: expected UTF-8 text, found the byte 0xff"
    );
}

/// Words as hosts and users are: no blank, no control character, not what stands for nothing.
fn word() -> impl Strategy<Value = String> {
    "[!-~À-ÿ]{1,12}".prop_filter("`-` means nothing", |word| word != "-")
}

/// What may stand between quotes: bare quotes and trailing backslashes escaped.
fn quoted() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => "[ !#-\\[\\]-~é]", 1 => Just("\\\"".to_owned()), 1 => Just("\\\\".to_owned())];
    prop::collection::vec(piece, 0..12)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("`-` means nothing", |text| text != "-")
}

fn moment() -> impl Strategy<Value = DateTime<FixedOffset>> {
    let offset = (-14 * 60..=14 * 60).prop_map(|m: i32| FixedOffset::east_opt(m * 60).unwrap());
    (0..4_102_444_800_i64, offset).prop_map(|(secs, offset)| {
        DateTime::from_timestamp(secs, 0)
            .unwrap()
            .with_timezone(&offset)
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        host in word(),
        user in prop::option::of(word()),
        time in moment(),
        method in "[A-Z]{1,7}",
        path in "/[!->@-\\[\\]-~é]{0,20}".prop_map(|path| path.replace('"', "\\\"")),
        query in prop::option::of("[!#-\\[\\]-~]{0,20}"),
        status in 100_u16..600,
        bytes in prop::option::of(any::<u64>()),
        combined in prop::option::of((quoted(), quoted())),
    ) {
        let target = query.as_ref().map_or(path.clone(), |query| format!("{path}?{query}"));
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let (shown_user, size) = (or_dash(user.clone()), or_dash(bytes.map(|b| b.to_string())));
        let text = format!(
            "{host} - {shown_user} {} \"{method} {target} HTTP/1.1\" {status} {size}",
            time::written(time),
        );
        let tail = combined.as_ref().map(|(referer, agent)| format!(" \"{referer}\" \"{agent}\""));
        let text = text + tail.as_deref().unwrap_or_default();
        let line = parse(&text).unwrap();
        prop_assert_eq!((line.host, line.authuser), (host.as_str(), user.as_deref()));
        prop_assert_eq!((line.time.secs(), line.offset), (time.timestamp(), *time.offset()));
        prop_assert_eq!((line.method, line.path), (Some(method.as_str()), Some(path.as_str())));
        prop_assert_eq!((line.query, line.status, line.bytes), (query.as_deref(), Some(status), bytes));
        let read = line.referer.zip(line.agent);
        prop_assert_eq!(read, combined.as_ref().map(|(r, a)| (r.as_str(), a.as_str())));
    }

    #[test]
    fn no_bytes_make_it_panic(line in prop::collection::vec(any::<u8>(), 0..200)) {
        let _any = AccessLine::parse(&line);
    }

    #[test]
    fn a_line_that_was_damaged_does_not_make_it_panic(
        at in 0..COMMON.len(),
        with in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let mut line = COMMON.as_bytes().to_vec();
        line.splice(at..=at, with);
        let columns = String::from_utf8_lossy(&line).chars().count() + 1;
        if let Err(error) = AccessLine::parse(&line) {
            prop_assert!((1..=columns).contains(&error.column), "{error}");
        }
    }
}
