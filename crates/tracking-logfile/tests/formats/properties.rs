//! Whatever is in a line, no reader panics, and what is wrong is within the line.
//!
//! A fuzzing run raises the number of cases: `PROPTEST_CASES=1000000`.

use std::cell::RefCell;

use proptest::prelude::*;
use tracking_logfile::{
    FieldMap, Format, FormatOptions, LineFormat, LinePattern, TimeFormat, detect, explain,
};

/// Lines as they come, one and more of each format.
const REAL: &[&str] = &[
    r#"in24.inetnebr.com - - [01/Aug/1995:00:00:01 -0400] "GET /a.txt HTTP/1.0" 200 1839"#,
    r#"www.example.org:443 2001:db8::1 - anna [23/Nov/2026:15:47:01 +0100] "GET /a?b=c HTTP/1.1" 200 - "http://é/\"x\"" "A/1""#,
    r#"{"key":"k","task":"t","run":7,"user":"u","time":"2026-11-23T14:47:01.123456Z","data":{"a":[1,{"b":null}]}}"#,
    "2026-11-23 15:47:01,123;001;users.anna;node;target;view;a=1;b=2",
    r#"{"ts":1795445221.5,"request":{"client_ip":"::1","proto":"HTTP/2.0","method":"GET","uri":"/a?b","headers":{"User-Agent":["x"]}},"size":1,"status":200}"#,
    r#"{"ClientHost":"192.0.2.1","ClientUsername":"-","DownstreamStatus":404,"RequestPath":"/a?b","StartUTC":"2026-11-23T14:47:01.742209746Z"}"#,
    r#"{"time_iso8601":"2026-11-23T15:47:01+01:00","remote_addr":"192.0.2.1","request":"GET /a HTTP/1.1","status":"200","body_bytes_sent":"512"}"#,
    "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)",
    r#"2026-11-23 15:47:01 ::1 GET /a b=c 200 "Browser ""1"" x""#,
    r#"{"path":"/a","remote_user":"anna","ts":"23/Nov/2026:15:47:01 +0100","s":{"id":["x"]}}"#,
];

const MAP: &str = "task=path|task,user=remote_user|user,time=ts|time,run=s.id[0],key=key";
const PATTERN: &str = r#"(?<user>\S+) (?<x>.*?) \[(?<time>[^\]]+)\] "(?<task>[^"]*)".*"#;

/// Every reader there is; that of W3C also with fields.
fn readers() -> Vec<Box<dyn LineFormat>> {
    let options = FormatOptions::new();
    let mut all: Vec<_> = Format::ALL
        .iter()
        .map(|format| options.reader(*format))
        .collect();
    let mut w3c = options.reader(Format::W3c);
    let _fields = w3c.read(REAL[7].as_bytes());
    all.push(w3c);
    let map: FieldMap = MAP.parse().unwrap();
    all.extend(FormatOptions::new().choose(map.clone()).chosen());
    let times: TimeFormat = "%d/%b/%Y:%H:%M:%S %z".parse().unwrap();
    all.extend(FormatOptions::new().choose(map).time_format(times).chosen());
    let pattern: LinePattern = PATTERN.parse().unwrap();
    all.extend(FormatOptions::new().choose(pattern).chosen());
    all
}

fn survives(readers: &mut [Box<dyn LineFormat>], line: &[u8]) -> Result<(), TestCaseError> {
    let columns = String::from_utf8_lossy(line).chars().count() + 1;
    for format in readers {
        match format.read(line) {
            Ok(content) => {
                if let Some(record) = content.into_record() {
                    // Data that was written down as canonical text is canonical.
                    let text = record.data().as_str();
                    prop_assert_eq!(record.data(), &text.parse().unwrap(), "{}", format.name());
                }
            }
            Err(error) => {
                prop_assert!(
                    (1..=columns).contains(&error.column),
                    "{}: {error}",
                    format.name()
                );
            }
        }
        if let Some(state) = format.state() {
            format.resume(&state);
            prop_assert_eq!(format.state(), Some(state));
        }
    }
    Ok(())
}

/// Lines one after the other, with readers that are made once and start afresh.
fn all_survive(lines: &[Vec<u8>]) -> Result<(), TestCaseError> {
    thread_local! {
        static READERS: RefCell<Vec<Box<dyn LineFormat>>> = RefCell::new(readers());
    }
    READERS.with_borrow_mut(|readers| {
        let (fields, states) = (REAL[7].trim_start_matches("#Fields:"), &mut 0);
        for format in readers.iter_mut().filter(|format| format.name() == "w3c") {
            *states += 1;
            let state = if *states == 1 {
                String::new()
            } else {
                format!("-{fields}")
            };
            format.resume(&state);
        }
        lines.iter().try_for_each(|line| survives(readers, line))
    })
}

/// A real line with some pieces replaced, by noise or by pieces of other lines.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..6),
        prop::sample::select(vec![
            "\"",
            "\\",
            "[",
            "]",
            " ",
            "-",
            "{",
            "}",
            ":",
            ",",
            ";",
            "\0",
            "é",
            "null",
            "\\u0000",
            "99999999999999999999",
            "-1",
            "1e999",
            "\t",
            "#",
            "\u{2028}",
            "2026-02-30",
            "+2400",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        (prop::sample::select(REAL), any::<(u16, u8)>()).prop_map(|(line, (from, length))| {
            let from = usize::from(from) % line.len();
            line.bytes().skip(from).take(length.into()).collect()
        }),
    ];
    let change = (any::<u16>(), 0..12_usize, piece);
    (
        prop::sample::select(REAL),
        prop::collection::vec(change, 1..5),
    )
        .prop_map(|(line, changes)| {
            let mut line = line.as_bytes().to_vec();
            for (at, length, piece) in changes {
                let at = usize::from(at) % (line.len() + 1);
                let end = (at + length).min(line.len());
                line.splice(at..end, piece);
            }
            line
        })
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(line in prop::collection::vec(any::<u8>(), 0..300)) {
        all_survive(&[line])?;
    }

    #[test]
    fn no_damage_to_a_real_line_makes_a_reader_panic(lines in prop::collection::vec(mutated(), 1..4)) {
        all_survive(&lines)?;
    }

    #[test]
    fn no_lines_make_detection_or_explanation_panic(lines in prop::collection::vec(mutated(), 0..6)) {
        let lines: Vec<&[u8]> = lines.iter().map(AsRef::as_ref).collect();
        let _detected = detect(&lines, &FormatOptions::new());
        let explained = explain(&lines, &FormatOptions::new());
        prop_assert!(explained.to_string().lines().count() > lines.len());
        prop_assert!(serde_json::to_string(&explained).is_ok());
    }

    #[test]
    fn no_text_makes_an_option_panic(text in ".{0,40}", odd in "(task|time|data|,|=|\\[|\\]|\"|\\.|\\\\|%[a-zA-Z]|[0-9]|é){0,20}") {
        for text in [text, odd] {
            let _map = text.parse::<FieldMap>();
            let _pattern = text.parse::<LinePattern>();
            if let Ok(format) = text.parse::<TimeFormat>() {
                let _time = format.read(&text, &tracking_core::Zone::utc());
            }
        }
    }

    #[test]
    fn no_text_makes_a_time_format_panic(text in "[-+0-9TZ:./, a-zA-Z\\[\\]é]{0,40}") {
        for format in ["auto", "rfc3339", "unix", "unix-millis", "unix-micros", "clf", "%Y-%m-%d %H:%M:%S%.f %z", "%s", "%+", "%G-W%V-%u %T"] {
            let format: TimeFormat = format.parse().unwrap();
            let _time = format.read(&text, &tracking_core::Zone::utc());
        }
    }
}

#[test]
fn the_lines_that_are_damaged_are_whole() {
    let mut readers = readers();
    for line in REAL {
        assert!(
            readers
                .iter_mut()
                .any(|format| format.read(line.as_bytes()).is_ok()),
            "{line}"
        );
    }
}
