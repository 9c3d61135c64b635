//! Errors of imports say where and why; exports of a store that is written to
//! meanwhile can be.
#![expect(clippy::unwrap_used, reason = "a test that goes wrong is to panic")]

use std::error::Error as _;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use serde_json::json;
use tracking_core::{
    Batch, Checkpoint, CheckpointName, Data, ExportError, ImportError, NewTrack, Query,
    SystemClock, TrackingStorage, TrackingStorageExt, export, export_lines, import_lines,
};
use tracking_testkit::Model;

const HEADER: &str = "{\"format\":\"tracking-export\",\"version\":1}\n";
const RUN: &str = r#"{"run":{"id":1,"task":"a","start":"2026-11-23T15:47:00Z","end":"2026-11-23T15:47:00Z","finished":false,"current":true}}"#;
const TRACK: &str = r#"{"track":{"id":1,"task":"a","run":1,"user":"u","time":"2026-11-23T15:47:00Z","data":{"k":1}}}"#;
const COUNTERS: &str = r#"{"counters":{"last_track":1,"last_run":1}}"#;

fn model() -> Model {
    Model::new(Arc::new(SystemClock))
}

fn import(text: &str) -> (Model, Result<u64, ImportError>) {
    let store = model();
    let imported = import_lines(&store, text.as_bytes(), &mut |_| ());
    (store, imported.map(|moved| moved.tracks))
}

/// The error with its sources, as a program shows it.
fn message(text: &str) -> String {
    let error = import(text).1.unwrap_err();
    let source = error.source().map(|source| format!(": {source}"));
    format!("{error}{}", source.unwrap_or_default())
}

#[test]
fn lines_may_be_written_by_hand() {
    let text = format!("{HEADER}\n{RUN}\r\n  {TRACK}  \n\n{COUNTERS}");
    let (store, tracks) = import(&text);
    assert_eq!(tracks.unwrap(), 1);
    let mut again = Vec::new();
    export_lines(&store, &mut again, &mut |_| ()).unwrap();
    let tidy = format!("{HEADER}{RUN}\n{TRACK}\n{COUNTERS}\n");
    assert_eq!(String::from_utf8(again).unwrap(), tidy);
}

#[test]
fn what_is_no_export_is_refused_by_its_first_line() {
    let long = "x".repeat(1_000_000);
    for text in [
        "",
        "\n",
        "{}",
        RUN,
        "[1]",
        "\u{feff}",
        &long,
        "{\"format\":\"other\",\"version\":1}",
    ] {
        assert!(message(text).starts_with("this is no export: its first line is not {\"format\":"));
    }
}

#[test]
fn a_later_version_is_refused_politely() {
    let message =
        message("{\"format\":\"tracking-export\",\"version\":2,\"more\":[]}\n{\"news\":1}\n");
    assert_eq!(
        message,
        "this export has version 2 of the format; only version 1 can be read here"
    );
}

#[test]
fn a_bad_line_is_reported_with_line_and_column() {
    let cut = TRACK.get(..30).unwrap();
    for (bad, at) in [
        ("no json", "expected value at line 3 column 1"),
        (cut, "EOF while parsing a string at line 3 column 30"),
        (r#"{"tracks":1}"#, "at line 3 column 9"),
        (r#"{"track":{"id":0}}"#, "at line 3 column"),
        ("\u{0}", "expected value at line 3 column 1"),
        (
            r#"{"counters":{}} {}"#,
            "trailing characters at line 3 column 17",
        ),
    ] {
        let message = message(&format!("{HEADER}{RUN}\n{bad}\n{COUNTERS}\n"));
        assert!(
            message.starts_with("this is no record of an export: ") && message.contains(at),
            "{message}"
        );
    }
}

#[test]
fn a_bad_line_deep_in_a_file_has_its_own_number() {
    let many = format!("{RUN}\n").repeat(20_000);
    let message = message(&format!("{HEADER}{many}{{\n"));
    assert!(message.ends_with("at line 20002 column 1"), "{message}");
}

#[test]
fn a_record_that_does_not_fit_is_reported_with_its_line() {
    let message = message(&format!("{HEADER}\n\n{TRACK}\n{COUNTERS}\n"));
    assert!(
        message.starts_with("the record of line 4 does not fit: there is no run 1"),
        "{message}"
    );
}

#[test]
fn an_export_that_was_cut_off_is_imported_and_reported() {
    let (store, imported) = import(&format!("{HEADER}{RUN}\n{TRACK}\n"));
    let error = imported.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the export is cut off after line 3; what it holds so far is imported"
    );
    assert_eq!(store.count(&Query::all()).unwrap(), 1);
}

/// Gives a header and a run, and then fails.
fn failing() -> impl Read {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the cable is out"))
        }
    }
    io::Cursor::new(format!("{HEADER}{RUN}\n")).chain(Broken)
}

#[test]
fn an_input_that_fails_is_reported_with_its_line() {
    let imported = import_lines(&model(), BufReader::new(failing()), &mut |_| ());
    assert!(matches!(
        imported.unwrap_err(),
        ImportError::Read { line: 3, .. }
    ));
}

#[test]
fn an_output_that_fails_ends_the_export() {
    let (store, _) = import(&format!("{HEADER}{RUN}\n{TRACK}\n{COUNTERS}\n"));
    let mut small = [0; 80];
    let exported = export_lines(&store, &mut small[..], &mut |_| ());
    assert!(matches!(exported.unwrap_err(), ExportError::Write(_)));
}

#[test]
fn what_is_exported_while_others_write_can_be_restored() {
    let store = model();
    let batch = |n: u64| {
        let position = Data::try_from(json!({"line": n})).unwrap();
        let name = CheckpointName::new("log").unwrap();
        let track = NewTrack::new(format!("t{n}").as_str(), "u", json!({})).unwrap();
        Batch::new()
            .save(track)
            .with_checkpoint(Checkpoint::new(name, position))
    };
    for n in 1..=5 {
        store.apply(&batch(n)).unwrap();
    }
    let (mut records, mut written) = (Vec::new(), 5);
    export(&store, &mut |record| {
        records.push(record);
        // A run and a track of it, as often as something is read.
        written += 1;
        store.apply(&batch(written)).map(drop)
    })
    .unwrap();
    let other = model();
    other.restore(&records).unwrap();
    assert_eq!(other.count(&Query::all()).unwrap(), 5);
    let log = other.checkpoint(&CheckpointName::new("log").unwrap());
    assert_eq!(log.unwrap().unwrap().position().get("line").unwrap(), 5);
    assert!(store.query(&Query::all()).unwrap().len() > 10);
}
