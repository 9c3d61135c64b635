//! Logs in other formats, as people load them.

use serde_json::Value;

use crate::tool::{Place, gzip};

/// Loads a log, and gives what is in the store then: task, user and run of each track.
fn loaded(log: &[u8], options: &[&str]) -> Vec<String> {
    let place = Place::new();
    place.write("some.log", log);
    let output = place.json_on_store(&[&["load", "some.log"], options].concat());
    assert_eq!(output["malformed"], 0, "{output}");
    let again = place.json_on_store(&[&["load", "some.log"], options].concat());
    assert_eq!(again["tracks"], 0, "{again}");
    let exported = place.exported();
    let records = exported
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let tracks = records.filter_map(|record| record.get("track").cloned());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |track: Value| {
        format!(
            "{} {} {}",
            text(&track["task"]),
            text(&track["user"]),
            track["run"]
        )
    };
    tracks.map(of).collect()
}

#[test]
fn a_session_that_says_nothing_is_none() {
    // Two users without a session, far apart: each has a run of their own.
    let map = ["--map", "task=p,user=u,time=t,run=s"];
    for nothing in [r#""""#, r#""-""#, "null"] {
        let log = format!(
            "{{\"p\":\"/a\",\"u\":\"anna\",\"t\":1,\"s\":{nothing}}}\n\
             {{\"p\":\"/a\",\"u\":\"ben\",\"t\":999999,\"s\":{nothing}}}\n"
        );
        assert_eq!(
            loaded(log.as_bytes(), &map),
            ["/a anna 1", "/a ben 2"],
            "{nothing}"
        );
    }
    let own = concat!(
        r#"{"task":"a","run":"","user":"anna","time":"2026-11-23T14:47:01Z"}"#,
        "\n",
        r#"{"task":"a","run":"-","user":"ben","time":"2026-11-25T14:47:01Z"}"#,
        "\n",
    );
    assert_eq!(loaded(own.as_bytes(), &[]), ["a anna 1", "a ben 2"]);
    let pattern = [
        "--pattern",
        r"(?<time>\d+) (?<user>\w+) (?<run>\w*) (?<task>\S+)",
    ];
    assert_eq!(
        loaded(b"1 anna  /a\n999999 ben  /a\n", &pattern),
        ["/a anna 1", "/a ben 2"]
    );
}

#[test]
fn the_servers_own_format_can_be_pasted() {
    let log = b"192.0.2.1 anna [23/Nov/2026:15:47:01 +0100] 0.003 \"GET /a HTTP/2\" 200\n";
    for format in [
        r#"$remote_addr $remote_user [$time_local] $request_time "$request" $status"#,
        r#"log_format x '$remote_addr $remote_user [$time_local] $request_time ' '"$request" $status';"#,
        r#"%h %u %t %T "%r" %>s"#,
        r#"LogFormat "%h %u %t %T \"%r\" %>s" x"#,
    ] {
        assert_eq!(
            loaded(log, &["--log-format", format]),
            ["/a anna 1"],
            "{format}"
        );
    }
    let place = Place::with_log();
    for (format, why) in [
        ("nginxx", "take one of"),
        ("%h %r", "when a request was"),
        ("$time_local", "what was requested"),
        ("%Z %t %r", "is no directive"),
    ] {
        let ran = place.run(&[
            "load",
            "access.log",
            "--store",
            "sqlite:t.db",
            "--log-format",
            format,
        ]);
        assert_eq!(ran.status, Some(2), "{format}");
        assert!(ran.err.contains(why), "{format}: {}", ran.err);
    }
}

#[test]
fn what_is_no_time_is_refused_immediately() {
    let place = Place::with_log();
    let run = |format| {
        let arguments = [
            "load",
            "access.log",
            "--store",
            "sqlite:t.db",
            "--map",
            "task=a,time=b",
            "--time-format",
            format,
        ];
        place.run(&arguments)
    };
    let ran = run("%H:%M");
    assert_eq!(ran.status, Some(2));
    assert!(ran.err.contains("it does not tell the day"), "{}", ran.err);
    let map = ["--map", "task=p,time=t", "--time-format", "%Y-%m-%d"];
    assert_eq!(
        loaded(b"{\"p\":\"/a\",\"t\":\"2026-11-23\"}\n", &map),
        ["/a  1"]
    );
}

#[test]
fn tables_and_json_within_json_can_be_loaded() {
    let table = b"When,Who,Page,Sid\n2026-11-23 10:00,anna,\"/a,b\",s1\n2026-11-25 10:00,,/c,s1\n";
    let map = ["--map", r#"task=Page,user=Who|"nobody",time=When,run=Sid"#];
    assert_eq!(loaded(table, &map), ["/a,b anna 1", "/c nobody 1"]);
    let docker = br#"{"log":"{\"user\":\"anna\",\"page\":\"/a\"}\n","stream":"stdout","time":"2026-11-23T10:00:00.5Z"}"#;
    let docker = [&docker[..], b"\n"].concat();
    assert_eq!(
        loaded(&docker, &["--map", "task=log.page,user=log.user,time=time"]),
        ["/a anna 1"]
    );
}

#[test]
fn a_table_continues_where_it_was_left() {
    let place = Place::new();
    let map = ["load", "t.csv", "--map", "task=page,user=who,time=when"];
    place.write("t.csv", "when;who;page\n2026-11-23;anna;/a\n");
    assert_eq!(place.json_on_store(&map)["tracks"], 1);
    place.write(
        "t.csv",
        "when;who;page\n2026-11-23;anna;/a\n2026-11-24;ben;/b\n",
    );
    let output = place.json_on_store(&map);
    assert_eq!(
        (&output["tracks"], &output["malformed"]),
        (&1.into(), &0.into())
    );
}

#[test]
fn paths_that_are_no_text_stay_apart() {
    let line = |path: &[u8]| {
        [
            b"192.0.2.1 - - [23/Nov/2026:15:47:01 +0100] \"GET ",
            path,
            b" HTTP/1.1\" 200 5\n",
        ]
        .concat()
    };
    let log = [
        &b"/caf\xe9"[..],
        b"/caf\xe8",
        b"/caf\\xe9",
        b"/caf%E9",
        br"/caf\x{E9}",
    ]
    .map(line)
    .concat();
    assert_eq!(
        loaded(&log, &[]),
        [
            r"/caf\x{E9}",
            r"/caf\x{E8}",
            r"/caf\xe9",
            "/caf%E9",
            r"/caf\x{5C}x{E9}"
        ]
        .map(|path| format!("{path} 192.0.2.1 1"))
    );
}

#[test]
fn an_array_is_loaded_element_by_element() {
    let map = ["--map", "task=p,user=u|\"x\",time=t"];
    let elements: Vec<_> = (1..4)
        .map(|n| serde_json::json!({"p": format!("/{n}"), "u": "a]", "t": n}))
        .collect();
    let compact = serde_json::to_vec(&elements).unwrap();
    let pretty = serde_json::to_vec_pretty(&elements).unwrap();
    let marked = [b"\xef\xbb\xbf".as_slice(), &compact].concat();
    for log in [&compact, &pretty, &marked, &gzip(&pretty)] {
        assert_eq!(loaded(log, &map), ["/1 a] 1", "/2 a] 1", "/3 a] 1"]);
    }
    // Longer than a line may be, all on one line.
    let many: Vec<_> = (0..20_000)
        .map(|n| serde_json::json!({"p": "/a", "t": n, "text": "x".repeat(80)}))
        .collect();
    assert_eq!(
        loaded(&serde_json::to_vec(&many).unwrap(), &map).len(),
        20_000
    );
    // Of a server that is known it needs no map.
    let nginx = br#"[{"time_iso8601":"2026-11-23T15:47:01+01:00","remote_addr":"::1","uri":"/a"}]"#;
    assert_eq!(loaded(nginx, &[]), ["/a ::1 1"]);
}

#[test]
fn what_is_wrong_with_an_element_is_said_with_its_line() {
    let place = Place::new();
    let array = b"[\n  {\n    \"p\": \"/1\", \"t\": 1\n  },\n  {\"p\": \"/2\"},\n  7,\n  {\"p\": \"/3\", \"t\": 3}\n]\n";
    place.write("a.json", array);
    let load = ["load", "a.json", "--map", "task=p,time=t"];
    let output = place.json_on_store(&load);
    assert_eq!(
        (&output["tracks"], &output["malformed"]),
        (&2.into(), &2.into()),
        "{output}"
    );
    let lines: Vec<_> = output["malformed_lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["line"])
        .collect();
    assert_eq!(lines, [5, 6]);
    assert_eq!(place.json_on_store(&load)["tracks"], 0);
    let ran = place.run_with_input(
        &[
            "load",
            "-",
            "--store",
            "sqlite:y.db",
            "--map",
            "task=p,time=t",
        ],
        array,
    );
    assert_eq!(ran.status, Some(0), "{}", ran.err);
}
