//! One logger to a file.

use std::fs;

use tracking_logfile::{MessageLogger, RecordLogger, WriterError};

use super::child::Other;
use super::tools::{all_messages, names};

#[test]
fn a_second_process_is_refused_with_a_clear_error_until_the_first_has_ended() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("test.log");
    let mut first = Other::start(&log);
    assert_eq!(first.answer().unwrap(), "open");
    assert_eq!(first.ask("log one"), "ok");

    let mut second = Other::start(&log);
    let refusal = second.answer().unwrap();
    assert!(refusal.starts_with("InUse: the log "), "{refusal}");
    assert!(
        refusal.contains("is written to by another logger"),
        "{refusal}"
    );
    second.end();
    let error = MessageLogger::builder("test", &log).build().unwrap_err();
    assert!(matches!(error, WriterError::InUse { .. }), "{error:?}");

    // Neither a refusal nor a rotation lets go of the lock.
    assert_eq!(first.ask("rotate"), "ok");
    let error = MessageLogger::builder("test", &log).build().unwrap_err();
    assert!(matches!(error, WriterError::InUse { .. }), "{error:?}");
    assert_eq!(first.ask("log two"), "ok");
    first.end();
    MessageLogger::builder("test", &log)
        .build()
        .unwrap()
        .log("three")
        .unwrap();
    assert_eq!(all_messages(&log), ["one", "two", "three"]);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        names(folder.path()).len()
    );
}

#[test]
fn a_killed_process_holds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("test.log");
    let mut first = Other::start(&log);
    assert_eq!(first.answer().unwrap(), "open");
    first.kill();
    drop(first);
    assert!(folder.path().join(".test.log.lock").exists());
    let mut second = Other::start(&log);
    assert_eq!(second.answer().unwrap(), "open");
    second.end();
}

#[test]
fn a_second_logger_of_the_same_process_is_refused_too() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("test.log");
    let first = MessageLogger::builder("first", &log).build().unwrap();
    let again = folder.path().join("./test.log");
    let error = RecordLogger::builder("second", again).build().unwrap_err();
    assert!(matches!(error, WriterError::InUse { .. }), "{error:?}");
    drop(first);
    RecordLogger::builder("second", &log).build().unwrap();
}
