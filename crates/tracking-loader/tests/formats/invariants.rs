//! What must hold whatever is read: checked with random input here, and by the fuzz targets.

use std::cell::RefCell;

use tracking_core::Zone;
use tracking_loader::{
    FieldMap, Format, FormatOptions, LineFormat, LinePattern, LineTemplate, TimeFormat, detect,
    explain,
};

/// Lines as they come, one and more of each format.
pub(crate) const REAL: &[&str] = &[
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
    r#"{"log":"{\"path\":\"/a\",\"user\":\"anna\"}\n","ts":"2026-11-23","s":""}"#,
    r#"www.example.org ::1 - - [23/Nov/2026:15:47:01 +0100] (0 s) "GET  /a  HTTP/2" - 5  "-" "A" 17 "x y" "198.51.100.7" 4ms "#,
    r#"Nov 23 15:47:01 lb haproxy[1]: 192.0.2.1:55 [23/Nov/2026:15:47:01.584] f b/s 0/0/0/7/7 -1 +7 - - ---- 5/4/0/1/0 0/0 {a b} "POST /u HTTP/1.1""#,
    r#"o b [23/Nov/2026:15:47:01 +0100] ::1 - E G.O k "GET /index HTTP/1.1" 200 - 3 3 1 9 "-" "A B" - h v c t h.example.org x"#,
    r#"h2 2026-11-23T15:47:01.5Z e [::1]:28 - 0.001 0.1 0.0 200 200 2 24 "GET https://e.org:443/?a HTTP/2.0" "A" C T arn "R" "e.org" "-" 0 2026-11-23T15:47:01Z "f" "-""#,
    "2026-11-23\t15:47:01\t::1\tGET\t/a b\t\t200\t\"A \"\"b\"\"\"",
    "ts,path,\"remote,user\",key",
    "2026-11-23,\"/a \"\"b\"\"\",anna,k",
];

const MAP: &str =
    "task=path|task|log.path,user=remote_user|user|log.user|\"x\",time=ts|time,run=s.id[0],key=key";
const PATTERN: &str = r#"(?<user>\S+) (?<x>.*?) \[(?<time>[^\]]+)\] "(?<task>[^"]*)".*"#;

const TEMPLATES: &[&str] = &[
    r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $upstream_addr $http_x"#,
    r#"%v:%p %h %l %u [%{%d/%b/%Y:%T}t %{%z}t] "%m %U%q %H" %>s %O %D %{X}C"#,
    r#"{"ts":"$time_local","path":"$uri","remote_user":"$remote_user","s":{"id":"$args"}}"#,
];

const TIMES: &[&str] = &[
    "auto",
    "rfc3339",
    "unix",
    "unix-millis",
    "unix-micros",
    "clf",
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%s",
    "%+",
    "%G-W%V-%u %T",
];

/// Every reader there is; that of W3C also with fields.
pub(crate) fn readers() -> Vec<Box<dyn LineFormat>> {
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
    for template in TEMPLATES {
        let template: LineTemplate = template.parse().unwrap();
        all.extend(FormatOptions::new().choose(template).chosen());
    }
    all
}

fn survives(readers: &mut [Box<dyn LineFormat>], line: &[u8]) {
    let columns = String::from_utf8_lossy(line).chars().count() + 1;
    for format in readers {
        match format.read(line) {
            Ok(content) => {
                if let Some(record) = content.into_record() {
                    // Data that was written down as canonical text is canonical.
                    let text = record.data().as_str();
                    assert_eq!(record.data(), &text.parse().unwrap(), "{}", format.name());
                }
            }
            Err(error) => {
                let is_within = (1..=columns).contains(&error.column);
                assert!(is_within, "{}: {error}", format.name());
            }
        }
        if let Some(state) = format.state() {
            format.resume(&state);
            assert_eq!(format.state(), Some(state));
        }
    }
}

/// Reads lines one after the other, with every reader. These are made once and start afresh.
pub(crate) fn lines_are_read(lines: &[&[u8]]) {
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
        for line in lines {
            survives(readers, line);
        }
    });
}

/// Finds out the format of lines, and explains them.
pub(crate) fn lines_are_explained(lines: &[&[u8]]) {
    let _detected = detect(lines, &FormatOptions::new());
    let explained = explain(lines, &FormatOptions::new());
    assert!(explained.to_string().lines().count() > lines.len());
    assert!(serde_json::to_string(&explained).is_ok());
}

/// Takes a text for each option that people write, and reads lines with what it is.
pub(crate) fn an_option_is_read(text: &str, lines: &[&[u8]]) {
    let options = FormatOptions::new();
    let map = text.parse::<FieldMap>().ok();
    let pattern = text.parse::<LinePattern>().ok();
    let times = text.parse::<TimeFormat>().ok();
    let template = text.parse::<LineTemplate>().ok();
    let mut readers: Vec<_> = [
        template.map(|template| options.clone().choose(template)),
        map.map(|map| options.clone().choose(map)),
        pattern.map(|pattern| options.clone().choose(pattern)),
        times.clone().map(|times| {
            let map: FieldMap = MAP.parse().unwrap();
            options.choose(map).time_format(times)
        }),
    ]
    .into_iter()
    .flatten()
    .filter_map(|options| options.chosen())
    .collect();
    for line in lines {
        survives(&mut readers, line);
    }
    if let Some(times) = times {
        for time in [text.as_bytes()].iter().chain(lines) {
            let _time = times.read(&String::from_utf8_lossy(time), &Zone::utc());
        }
    }
}

/// Reads a text as a time, in every way there is.
pub(crate) fn a_time_is_read(text: &str) {
    for format in TIMES {
        let format: TimeFormat = format.parse().unwrap();
        let _time = format.read(text, &Zone::utc());
    }
}
