//! What is said of the first lines of a log.

use tracking_loader::{FormatOptions, explain};

const LINES: [&[u8]; 4] = [
    b"h - anna [23/Nov/2026:15:47:01 +0100] \"GET /a HTTP/1.1\" 200 5",
    b"",
    b"h - - [31/Nov/2026:15:47:01 +0100] \x1b[2J",
    b"h - - [23/Nov/2026:15:47:02 +0100] \"GET /b HTTP/1.1\" 200 5",
];

#[test]
fn the_text_says_which_format_why_and_what_each_line_becomes() {
    let text = explain(&LINES, &FormatOptions::new()).to_string();
    let expected = r#"format access: 2 of the first 3 lines are in it (Common)
line 1
    task  /a
    user  anna
    time  2026-11-23T14:47:01Z
    data  {"bytes":5,"host":"h","method":"GET","protocol":"HTTP/1.1","status":200}
line 2 is blank
line 3 is wrong at column 8: expected a date and time that there are in the calendar, found "31/Nov/2026:15:47:01 +01…"
    h - - [31/Nov/2026:15:47:01 +0100] \u{1b}[2J
line 4
    task  /b
    user  h
    time  2026-11-23T14:47:02Z
    data  {"bytes":5,"host":"h","method":"GET","protocol":"HTTP/1.1","status":200}
"#;
    assert_eq!(text, expected);
}

#[test]
fn programs_get_the_same_as_json() {
    let json = serde_json::to_value(explain(&LINES, &FormatOptions::new())).unwrap();
    assert_eq!(json["format"], "access");
    assert_eq!(json["is_sure"], true);
    let lines = json["lines"].as_array().unwrap();
    let kinds: Vec<_> = lines
        .iter()
        .map(|line| line["is"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["record", "blank", "wrong", "record"]);
    assert_eq!(lines[0]["record"]["task"], "/a");
    assert_eq!(lines[0]["record"]["data"]["status"], 200);
    assert_eq!(
        (&lines[2]["error"]["reason"], &lines[2]["error"]["column"]),
        (&"time".into(), &8.into())
    );
}

#[test]
fn directives_keys_and_sessions_are_shown() {
    let lines: [&[u8]; 2] = [b"#Fields: date time cs-uri-stem", b"2026-11-23 15:47:01 /a"];
    let text = explain(&lines, &FormatOptions::new()).to_string();
    assert!(
        text.contains("line 1 is a directive or a comment\n    #Fields"),
        "{text}"
    );
    assert!(
        text.contains("    task  /a\n    user  (nobody)\n"),
        "{text}"
    );
    let own: [&[u8]; 1] =
        [br#"{"key":"k","task":"a\nb","run":3,"user":"u","time":"2026-11-23T14:47:01Z"}"#];
    let text = explain(&own, &FormatOptions::new()).to_string();
    assert!(text.contains("    task  a\\nb\n"), "{text}");
    assert!(
        text.contains("    run   3\n    key   k\n    data  {}\n"),
        "{text}"
    );
}
