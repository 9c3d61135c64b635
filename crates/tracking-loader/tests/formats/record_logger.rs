//! What is written by our own loggers is read.

use std::fs;

use serde_json::json;
use tracking_core::{Key, NewTrack, RunId, Track, Zone};
use tracking_loader::Reason;
use tracking_logfile::{RecordFormat, RecordLogger};

use super::{read, reader};

fn written(format: RecordFormat, tracks: &[NewTrack]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.log");
    let logger = RecordLogger::builder("own", &path)
        .format(format)
        .zone(Zone::utc())
        .build()
        .unwrap();
    for track in tracks {
        logger.record(track).unwrap();
    }
    drop(logger);
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

fn track(task: &str, user: &str, data: serde_json::Value) -> NewTrack {
    let track = NewTrack::new(task, user, data).unwrap();
    track.at("2026-11-23T14:47:01.123Z".parse().unwrap())
}

#[test]
fn json_lines_come_back_with_everything() {
    let data = json!({"text": "a;b\n\"c\" \u{2028}", "deep": {"x": [1, 2.5, null]}});
    let key = Key::new("k;1").unwrap();
    let new = track("t\n1", "ü", data)
        .with_key(key)
        .in_run(RunId::new(7).unwrap());
    let lines = written(RecordFormat::JsonLines, std::slice::from_ref(&new));
    let record = read("tracking", &lines[0]).unwrap();
    assert_eq!((record.task(), record.user()), (new.task(), new.user()));
    assert_eq!(
        (Some(record.time()), record.data()),
        (new.time(), new.data())
    );
    assert_eq!((record.key(), record.session_id()), (new.key(), Some("7")));
}

#[test]
fn reference_records_come_back_with_everything() {
    let data = json!({"node": "n;1\r\n", "view": r"C:\new", "params": "a=1;b=2\\"});
    let new = track("t;1", "users.anna", data);
    let lines = written(RecordFormat::Reference, std::slice::from_ref(&new));
    let record = read("reference", &lines[0]).unwrap();
    assert_eq!((record.task(), record.user()), (new.task(), new.user()));
    assert_eq!(Some(record.time()), new.time());
    let mut expected = new.data().to_map().unwrap();
    expected.insert("target".to_owned(), "t;1".into());
    assert_eq!(record.data().to_map().unwrap(), expected);
}

#[test]
fn a_reference_record_without_a_target_is_about_its_node() {
    let tracks = [
        track("t1", "u1", json!({"node": "n1"})),
        track("n1", "", json!({"node": "n1"})),
    ];
    let lines = written(RecordFormat::Reference, &tracks);
    let tasks = lines.iter().map(|line| {
        let record = read("reference", line).unwrap();
        record.task().to_string()
    });
    assert_eq!(tasks.collect::<Vec<_>>(), ["t1", "n1"]);
}

#[test]
fn a_track_as_a_store_writes_it_is_a_line() {
    let text =
        r#"{"id":3,"task":"a","run":5,"user":"u","time":"2026-11-23T14:47:01Z","data":{"x":1}}"#;
    let track: Track = serde_json::from_str(text).unwrap();
    let record = read("tracking", &serde_json::to_string(&track).unwrap()).unwrap();
    assert_eq!((record.task(), record.data()), (track.task(), track.data()));
    assert_eq!(record.session_id(), Some("5"));
}

#[test]
fn the_session_may_be_any_text_and_the_rest_may_be_missing() {
    let record = read(
        "tracking",
        r#"{"task":"a","user":"","time":"2026-11-23T14:47:01+01:00","run":"s-1"}"#,
    )
    .unwrap();
    assert_eq!((record.session_id(), record.key()), (Some("s-1"), None));
    assert!(record.data().is_empty());
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    for (line, column, reason) in [
        ("", 1, Reason::Json),
        ("no", 2, Reason::Json),
        (r#"{"task":"a"}"#, 12, Reason::Json),
        (r#"{"task":"a","usr":1}"#, 17, Reason::Json),
        (
            r#"{"task":"","user":"u","time":"2026-11-23T14:47:01Z"}"#,
            2,
            Reason::Task,
        ),
        (
            r#"{"task":"é","user":"\u0000","time":"2026-11-23T14:47:01Z"}"#,
            13,
            Reason::User,
        ),
        (
            r#"{"task":"a","user":"u","time":"2026-11-23"}"#,
            24,
            Reason::Time,
        ),
        (
            r#"{"task":"a","user":"u","time":"2026-11-23T14:47:01Z","data":[]}"#,
            54,
            Reason::Data,
        ),
        (
            r#"{"task":"a","user":"u","time":"2026-11-23T14:47:01Z","run":{}}"#,
            54,
            Reason::Run,
        ),
        (
            r#"{"task":"a","user":"u","time":"2026-11-23T14:47:01Z","key":""}"#,
            54,
            Reason::Key,
        ),
    ] {
        let error = read("tracking", line).unwrap_err();
        assert_eq!(
            (error.column, error.reason),
            (column, reason),
            "{line}: {error}"
        );
    }
}

#[test]
fn every_format_has_its_name() {
    for format in tracking_loader::Format::ALL {
        assert_eq!(reader(format.name()).name(), format.name());
    }
}
