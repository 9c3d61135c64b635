//! Formats in the words of the server.

use chrono::FixedOffset;
use tracking_core::Zone;
use tracking_loader::{FormatOptions, LineError, LineTemplate, LogRecord, Reason};

fn read_bytes(template: &str, line: &[u8]) -> Result<LogRecord, LineError> {
    let template: LineTemplate = template.parse().unwrap();
    let mut format = FormatOptions::new().choose(template).chosen().unwrap();
    assert_eq!(format.name(), "log-format");
    Ok(format.read(line)?.into_record().unwrap())
}

fn read(template: &str, line: &str) -> Result<LogRecord, LineError> {
    read_bytes(template, line.as_bytes())
}

/// Task, user, time and data.
fn parts(record: &LogRecord) -> [String; 4] {
    [
        record.task().to_string(),
        record.user().to_string(),
        record.time().to_string(),
        record.data().as_str().to_owned(),
    ]
}

fn becomes(template: &str, line: &str, expected: [&str; 4]) {
    let record = read(template, line).unwrap_or_else(|error| panic!("{template}: {error}"));
    assert_eq!(parts(&record), expected, "{template}");
}

const MAIN: &str = r#"log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';"#;

#[test]
fn the_format_that_nginx_is_packaged_with_can_be_pasted_whole() {
    let line = r#"2001:db8::1 - John Smith [23/Nov/2026:15:47:01 +0100] "GET /a?b=c HTTP/2.0" 200 5 "-" "A \x22B\x22" "198.51.100.7, ::1""#;
    becomes(
        MAIN,
        line,
        [
            "/a",
            "John Smith",
            "2026-11-23T14:47:01Z",
            r#"{"agent":"A \\x22B\\x22","bytes":5,"host":"2001:db8::1","method":"GET","more":{"http_x_forwarded_for":"198.51.100.7, ::1"},"protocol":"HTTP/2.0","query":"b=c","status":200}"#,
        ],
    );
    let line = r#"::1 - - [23/Nov/2026:15:47:01 +0100] "" 400 0 "-" "-" "-""#;
    becomes(
        MAIN,
        line,
        [
            "(no path)",
            "::1",
            "2026-11-23T14:47:01Z",
            r#"{"bytes":0,"host":"::1","status":400}"#,
        ],
    );
}

#[test]
fn a_line_that_does_not_fit_is_refused_at_its_place() {
    let line = r#"::1 - - [23/Nov/2026:15:47:01 +0100] "GET /a HTTP/2.0" 200 5 "-" "A" "-""#;
    assert!(read(MAIN, line).is_ok());
    for (wrong, column, reason) in [
        (&line[..3], 1, Reason::Host),
        (&line[..7], 7, Reason::AuthUser),
        (&line[..12], 10, Reason::Time),
        (&line[..40], 39, Reason::Request),
        (&line[..56], 56, Reason::Status),
        (&line[..60], 60, Reason::Bytes),
        (&line[..63], 63, Reason::Referer),
        (&line[..line.len() - 1], 71, Reason::Pattern),
        (&line.replace(" 200 ", " 2000 "), 56, Reason::Status),
        (&line.replace(" 5 ", " five "), 60, Reason::Bytes),
        (&line.replace("23/Nov", "31/Nov"), 10, Reason::Time),
        (&line.replace("23/Nov/2026:", "noon "), 10, Reason::Time),
        (&format!("{line} x"), 73, Reason::LineEnd),
        (
            &line.replace(" 5 ", " 99999999999999999999 "),
            60,
            Reason::Bytes,
        ),
    ] {
        let error = read(MAIN, wrong).unwrap_err();
        assert_eq!(
            (error.column, error.reason),
            (column, reason),
            "{wrong}: {error}"
        );
    }
    let error = read(MAIN, &line[..55]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "column 56: expected $status and then \" \", found the end of the line"
    );
}

#[test]
fn the_words_of_nginx() {
    becomes(
        r#"$host ${remote_addr} [$time_iso8601] $request_method "$request_uri" $server_protocol $status $bytes_sent $body_bytes_sent rt=$request_time uct="$upstream_connect_time" us=$upstream_status"#,
        r#"www.example.org 192.0.2.1 [2026-11-23T15:47:01+01:00] GET "/a b?c" HTTP/1.1 200 700 512 rt=0.003 uct="0.000, 0.001" us=502, 200 : 200"#,
        [
            "/a b",
            "192.0.2.1",
            "2026-11-23T14:47:01Z",
            r#"{"bytes":512,"host":"192.0.2.1","method":"GET","more":{"bytes_sent":"700","request_time":"0.003","upstream_connect_time":"0.000, 0.001","upstream_status":"502, 200 : 200"},"protocol":"HTTP/1.1","query":"c","status":200,"vhost":"www.example.org"}"#,
        ],
    );
    becomes(
        "$msec|$remote_addr|$uri|$args|$status|$http_user_agent|$cookie_sid|$server_port",
        "1795445221.123|::1|/a|b=c|-|A; B|-|443",
        [
            "/a",
            "::1",
            "2026-11-23T14:47:01.123Z",
            r#"{"agent":"A; B","host":"::1","port":443,"query":"b=c"}"#,
        ],
    );
    // Bunny's log, whose times are milliseconds.
    becomes(
        "$cache|$status|$msec|$bytes_sent|$zone|$remote_addr|$http_referer|$request_uri|$edge|$http_user_agent|$request_id|$country",
        "MISS|200|1742075824321|128479|1234567|192.0.2.4|https://example.com|https://www.example.org/path?query=string|DE|Mozilla/5.0 (Macintosh; X)|2897|DE",
        [
            "https://www.example.org/path",
            "192.0.2.4",
            "2025-03-15T21:57:04.321Z",
            r#"{"agent":"Mozilla/5.0 (Macintosh; X)","bytes":128479,"host":"192.0.2.4","more":{"cache":"MISS","country":"DE","edge":"DE","request_id":"2897","zone":"1234567"},"query":"query=string","referer":"https://example.com","status":200}"#,
        ],
    );
    becomes(
        "$remote_addr\t$time_local\t$request\t$status",
        "::1\t23/Nov/2026:15:47:01 +0100\tGET /a HTTP/1.1\t200",
        [
            "/a",
            "::1",
            "2026-11-23T14:47:01Z",
            r#"{"host":"::1","method":"GET","protocol":"HTTP/1.1","status":200}"#,
        ],
    );
}

#[test]
fn a_path_begins_at_the_first_slash_after_a_host_and_ends_at_the_mark_of_its_query() {
    let expected = |data| ["/a/b", "", "2026-11-23T14:47:01Z", data];
    let with_host = r#"{"query":"c=d","vhost":"www.example.org"}"#;
    for (template, line) in [
        (
            "$time_iso8601 $host$request_uri",
            "2026-11-23T14:47:01Z www.example.org/a/b?c=d",
        ),
        (
            "$time_iso8601 $host$uri$is_args$args",
            "2026-11-23T14:47:01Z www.example.org/a/b?c=d",
        ),
        ("%{%s}t %v%U%q", "1795445221 www.example.org/a/b?c=d"),
    ] {
        becomes(template, line, expected(with_host));
    }
    let uri = "$time_iso8601 $uri$is_args$args $status";
    for (line, data) in [
        (
            "2026-11-23T14:47:01Z /a/b?c=d 200",
            r#"{"query":"c=d","status":200}"#,
        ),
        ("2026-11-23T14:47:01Z /a/b 200", r#"{"status":200}"#),
    ] {
        becomes(uri, line, expected(data));
    }
}

#[test]
fn the_words_of_apache() {
    let expected = [
        "/a",
        "anna",
        "2026-11-23T14:47:01Z",
        r#"{"agent":"A \\\"B\\\"","bytes":5,"host":"::1","method":"GET","port":443,"protocol":"HTTP/1.1","query":"b","status":200,"vhost":"www.example.org"}"#,
    ];
    for template in [
        r#"LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined"#,
        r#"%v:%p %h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-agent}i\""#,
        r#"%v:%p %a %l %u %t "%r" %s %B "%{Referer}i" "%{User-Agent}i""#,
        r#"CustomLog logs/access_log "%V:%p %400,501h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%!200{User-agent}i\"" env=x"#,
    ] {
        let line = r#"www.example.org:443 ::1 - anna [23/Nov/2026:15:47:01 +0100] "GET /a?b HTTP/1.1" 200 5 "-" "A \"B\"""#;
        becomes(template, line, expected);
    }
    becomes(
        r#"%h %u [%{%Y-%m-%d %H:%M:%S}t.%{usec_frac}t %{%z}t] "%m %U%q %H" %>s %<s %I %O %b %D %{ms}T %T %X %{X-Forwarded-For}i %{sid}C %{UNIQUE_ID}e %%"#,
        r#"192.0.2.1 - [2026-11-23 15:47:01.123456 +0100] "GET /a b?c=d HTTP/1.1" 200 302 100 700 512 2500 2 0 + 198.51.100.7, ::1 s1 id7 %"#,
        [
            "/a b",
            "192.0.2.1",
            "2026-11-23T14:47:01.123456Z",
            r#"{"bytes":512,"host":"192.0.2.1","method":"GET","more":{"bytes_in":"100","bytes_out":"700","connection_status":"+","cookie_sid":"s1","duration_ms":"2","duration_s":"0","duration_us":"2500","env_unique_id":"id7","http_x_forwarded_for":"198.51.100.7, ::1","original_status":"302"},"protocol":"HTTP/1.1","query":"c=d","status":200}"#,
        ],
    );
    for (time, written) in [
        ("%{sec}t", "1795445221"),
        ("%{msec}t", "1795445221000"),
        ("%{begin:usec}t", "1795445221000000"),
        ("%{sec}t.%{msec_frac}t", "1795445221.000"),
        (
            "%{%d/%b/%Y %T}t.%{msec_frac}t %{%z}t",
            "23/Nov/2026 15:47:01.000 +0100",
        ),
        ("%{%s}t", "1795445221"),
        ("%{%c}t", "Mon Nov 23 14:47:01 2026"),
        (
            "%{%e %b %Y %l:%M:%S %p %z}t",
            "23 Nov 2026  3:47:01 PM +0100",
        ),
    ] {
        becomes(
            &format!("{time} %h %U%q"),
            &format!("{written} ::1 /a"),
            ["/a", "::1", "2026-11-23T14:47:01Z", r#"{"host":"::1"}"#],
        );
    }
    becomes(
        r#"%h %l %u [%{%B - %d, %Y:%T}t] "%r" %>s %b"#,
        r#"192.0.2.1 - - [February - 10, 2012:16:42:07] "GET / HTTP/1.0" 301 368"#,
        [
            "/",
            "192.0.2.1",
            "2012-02-10T16:42:07Z",
            r#"{"bytes":368,"host":"192.0.2.1","method":"GET","protocol":"HTTP/1.0","status":301}"#,
        ],
    );
}

#[test]
fn times_without_an_offset_are_in_the_zone() {
    let template: LineTemplate = "%{%F %T}t %h %U".parse().unwrap();
    let zone = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
    let mut format = FormatOptions::new()
        .choose(template)
        .zone(zone)
        .chosen()
        .unwrap();
    let record = format
        .read(b"2026-11-23 15:47:01 h /a")
        .unwrap()
        .into_record()
        .unwrap();
    assert_eq!(record.time().to_string(), "2026-11-23T14:47:01Z");
}

#[test]
fn formats_that_write_json() {
    let expected = [
        "/a",
        "anna",
        "2026-11-23T14:47:01Z",
        r#"{"bytes":512,"host":"::1","method":"GET","more":{"app":"shop","rt":0.003,"up":{"addr":"a:80"},"url":"http://www.example.org/a?b"},"protocol":"HTTP/1.1","query":"b","status":200,"vhost":"www.example.org"}"#,
    ];
    let line = r#"{"app":"shop","@t":"2026-11-23T15:47:01+01:00","client":"::1","who":"anna","line":"GET /a?b HTTP/1.1","code":200,"len":512,"rt":0.003,"up":{"addr":"a:80"},"site":"www.example.org","url":"http://www.example.org/a?b"}"#;
    becomes(
        r#"log_format json escape=json '{"app":"shop","@t":"$time_iso8601","client":"$remote_addr",'
            '"who":"$remote_user","line":"$request","code":$status,"len":$body_bytes_sent,'
            '"rt":$request_time,"up":{"addr":"$upstream_addr"},"site":"$host","url":"$scheme://$host$request_uri"}';"#,
        line,
        expected,
    );
    becomes(
        r#"LogFormat "{ \"when\": \"%{%Y-%m-%dT%T}t.%{msec_frac}t%{%z}t\", \"ip\": \"%a\", \"path\": \"%U%q\", \"m\": \"%m\", \"s\": \"%>s\" }" json"#,
        r#"{ "when": "2026-11-23T15:47:01.250+0100", "ip": "::1", "path": "/a?b", "m": "GET", "s": "200" }"#,
        [
            "/a",
            "::1",
            "2026-11-23T14:47:01.250Z",
            r#"{"host":"::1","method":"GET","query":"b","status":200}"#,
        ],
    );
    becomes(
        r#"{"t":$msec,"path":"$uri","query":"$args"}"#,
        r#"{"t":1795445221.000,"path":"/a","query":""}"#,
        ["/a", "", "2026-11-23T14:47:01Z", "{}"],
    );
    let error = read(
        r#"{"t":$msec,"path":"$uri","ip":"$remote_addr"}"#,
        r#"{"t":1,"path":"/a"}"#,
    );
    assert_eq!(error.unwrap_err().reason, Reason::Host);
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    let line = b"::1 [23/Nov/2026:15:47:01 +0100] \"GET /caf\xe9 HTTP/1.1\"";
    let record = read_bytes(r#"$remote_addr [$time_local] "$request""#, line).unwrap();
    assert_eq!(record.task().as_str(), r"/caf\x{E9}");
}

#[test]
fn what_is_no_format_is_refused_with_the_reason() {
    for (template, why) in [
        (
            "no format",
            "neither variables like $remote_addr nor directives like %h",
        ),
        ("", "neither variables"),
        ("$remote_addr $request", "when a request was"),
        ("$remote_addr [$time_local]", "what was requested"),
        ("%h %r", "when a request was"),
        (r#"%h %t "%r" %Z"#, r#""%Z" in the log format"#),
        (r#"%h %t "%r" %{x"#, r#""%{x" in the log format"#),
        ("%h %t %", r#""%" in the log format"#),
        ("%{%H:%M}t %r", "it does not tell the day"),
        (r#"{"a":"$time_local""#, "starts like JSON and is none"),
        (r#"{"a":"$time_local","b":"$status"}"#, "what was requested"),
        (r#"{"a":"on $time_local","b":"$uri"}"#, "neither"),
    ] {
        match template.parse::<LineTemplate>() {
            Err(error) => assert!(error.to_string().contains(why), "{template}: {error}"),
            // Other text next to a time is part of its pattern.
            Ok(_) => assert_eq!(why, "neither", "{template}"),
        }
    }
}
