//! The JSON access logs of nginx, Caddy and Traefik.

use serde_json::{Value, json};
use tracking_loader::{NO_PATH, Reason};

use super::read;

const CADDY: &str = r#"{"level":"info","ts":1795445221.5241024,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"10.0.0.1","remote_port":"41342","client_ip":"192.0.2.1","proto":"HTTP/2.0","method":"GET","host":"example.org","uri":"/a?page=2","headers":{"User-Agent":["Browser/1.0"],"Accept":["*/*","text/html"],"Referer":["http://example.org/"]},"tls":{"resumed":false,"version":772}},"bytes_read":0,"user_id":"","duration":0.000929675,"size":10900,"status":200,"resp_headers":{"Server":["Caddy"]}}"#;

const TRAEFIK: &str = r#"{"ClientAddr":"192.0.2.1:49880","ClientHost":"192.0.2.1","ClientPort":"49880","ClientUsername":"anna","DownstreamContentSize":19,"DownstreamStatus":404,"Duration":204055,"OriginStatus":0,"RequestAddr":"example.org","RequestCount":1,"RequestHost":"example.org","RequestMethod":"GET","RequestPath":"/a?b","RequestPort":"-","RequestProtocol":"HTTP/1.1","RequestScheme":"http","StartLocal":"2026-11-23T15:47:01.742209746+01:00","StartUTC":"2026-11-23T14:47:01.742209746Z","level":"info","msg":"","request_User-Agent":"Browser/1.0","time":"2026-11-23T14:47:02Z"}"#;

const NGINX: &str = r#"{"time_iso8601":"2026-11-23T15:47:01+01:00","remote_addr":"192.0.2.1","remote_user":"-","request_method":"GET","request_uri":"/a%20b?c=d","server_protocol":"HTTP/1.1","status":"200","body_bytes_sent":"512","request_time":"0.003","http_referer":"","http_user_agent":"Browser/1.0 \"x\"","host":"example.org"}"#;

fn data(name: &str, line: &str) -> Value {
    read(name, line).unwrap().data().deserialize().unwrap()
}

#[test]
fn a_line_of_caddy_has_its_parts() {
    let record = read("caddy", CADDY).unwrap();
    assert_eq!(
        (record.task().as_str(), record.user().as_str()),
        ("/a", "192.0.2.1")
    );
    assert_eq!(record.time().to_string(), "2026-11-23T14:47:01.524102Z");
    let expected = json!({
        "agent": "Browser/1.0", "bytes": 10900, "host": "192.0.2.1", "method": "GET",
        "protocol": "HTTP/2.0", "query": "page=2", "referer": "http://example.org/",
        "status": 200, "vhost": "example.org",
        "more": {
            "level": "info", "logger": "http.log.access.log0", "msg": "handled request",
            "bytes_read": 0, "duration": 0.000_929_675, "resp_headers": {"Server": ["Caddy"]},
            "request": {
                "remote_ip": "10.0.0.1", "remote_port": "41342",
                "headers": {"Accept": ["*/*", "text/html"]}, "tls": {"resumed": false, "version": 772},
            },
        },
    });
    assert_eq!(data("caddy", CADDY), expected);
}

#[test]
fn caddy_may_write_its_time_in_other_ways() {
    for ts in [
        r#""2026-11-23T14:47:01.000Z""#,
        r#""2026-11-23T15:47:01.000+0100""#,
        r#""2026/11/23 14:47:01""#,
        r#""2026/11/23 14:47:01.000""#,
        r#""23/Nov/2026:15:47:01 +0100""#,
        "1795445221000",
        "1795445221000000000",
        "1795445221",
    ] {
        let line = CADDY.replace("1795445221.5241024", ts);
        assert_eq!(
            read("caddy", &line).unwrap().time().to_string(),
            "2026-11-23T14:47:01Z",
            "{ts}"
        );
    }
}

#[test]
fn a_line_of_traefik_has_its_parts() {
    let record = read("traefik", TRAEFIK).unwrap();
    assert_eq!(
        (record.task().as_str(), record.user().as_str()),
        ("/a", "anna")
    );
    assert_eq!(record.time().to_string(), "2026-11-23T14:47:01.742209Z");
    let data = data("traefik", TRAEFIK);
    assert_eq!(
        (&data["bytes"], &data["status"], &data["query"]),
        (&json!(19), &json!(404), &json!("b"))
    );
    assert_eq!(
        (&data["vhost"], &data["agent"]),
        (&json!("example.org"), &json!("Browser/1.0"))
    );
    let more = data["more"].as_object().unwrap();
    assert_eq!(
        (&more["Duration"], &more["OriginStatus"]),
        (&json!(204_055), &json!(0))
    );
    assert_eq!(more["time"], "2026-11-23T14:47:02Z");
    assert_eq!(more["RequestScheme"], "http");
}

#[test]
fn a_line_of_nginx_has_its_parts() {
    let record = read("nginx", NGINX).unwrap();
    assert_eq!(
        (record.task().as_str(), record.user().as_str()),
        ("/a%20b", "192.0.2.1")
    );
    assert_eq!(record.time().to_string(), "2026-11-23T14:47:01Z");
    let expected = json!({
        "agent": "Browser/1.0 \"x\"", "bytes": 512, "host": "192.0.2.1", "method": "GET",
        "protocol": "HTTP/1.1", "query": "c=d", "status": 200, "vhost": "example.org",
        "more": {"request_time": "0.003"},
    });
    assert_eq!(data("nginx", NGINX), expected);
}

#[test]
fn nginx_may_have_the_request_in_one_and_the_time_in_other_ways() {
    for time in [
        r#""time_local": "23/Nov/2026:15:47:01 +0100""#,
        r#""msec": "1795445221.000""#,
        r#""@timestamp": "2026-11-23T14:47:01Z""#,
    ] {
        let line = format!(
            r#"{{{time}, "remote_addr": "::1", "remote_user": "anna", "request": "GET /x?y HTTP/1.1", "uri": "/index.html", "status": 200}}"#
        );
        let record = read("nginx", &line).unwrap();
        assert_eq!(
            (record.task().as_str(), record.user().as_str()),
            ("/x", "anna")
        );
        assert_eq!(record.time().to_string(), "2026-11-23T14:47:01Z", "{time}");
    }
    let odd = r#"{"msec": 1, "remote_addr": "::1", "request": "\u0016\u0003", "status": 400}"#;
    let record = read("nginx", odd).unwrap();
    assert_eq!(record.task().as_str(), NO_PATH);
    assert_eq!(record.data().get("request").unwrap(), "\u{16}\u{3}");
}

#[test]
fn what_is_wrong_is_said_with_its_field() {
    for (name, line, reason, expected) in [
        (
            "caddy",
            CADDY.replace("\"ts\"", "\"when\""),
            Reason::Time,
            "ts with a time",
        ),
        (
            "caddy",
            CADDY.replace("\"uri\"", "\"x\""),
            Reason::Request,
            "request.uri with the request",
        ),
        (
            "traefik",
            TRAEFIK.replace("\"ClientHost\"", "\"x\""),
            Reason::Host,
            "ClientHost with the client",
        ),
        (
            "traefik",
            TRAEFIK.replace("404", "\"no\""),
            Reason::Status,
            "DownstreamStatus with a number",
        ),
        (
            "nginx",
            NGINX.replace("\"512\"", "-1"),
            Reason::Bytes,
            "body_bytes_sent with a number",
        ),
        (
            "nginx",
            NGINX.replace("2026-11-23", "2026-11-31"),
            Reason::Time,
            "time_iso8601 with a time",
        ),
        (
            "nginx",
            NGINX.replace("\"-\"", "\"a\\u0000\""),
            Reason::AuthUser,
            "remote_user with a text",
        ),
        ("nginx", "[]".to_owned(), Reason::Json, "a JSON object"),
    ] {
        let error = read(name, &line).unwrap_err();
        assert_eq!(error.reason, reason, "{error}");
        assert!(error.expected.starts_with(expected), "{error}");
    }
    let error = read("nginx", &NGINX.replace("\"512\"", "-1")).unwrap_err();
    assert_eq!(error.column, NGINX.find("\"body_bytes_sent\"").unwrap() + 1);
    assert_eq!(error.found, "\"-1\"");
}
