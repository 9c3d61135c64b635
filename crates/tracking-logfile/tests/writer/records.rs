//! What a record logger writes as a reference record, and what it refuses.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::FixedOffset;
use serde_json::json;
use tempfile::TempDir;
use tracking_core::{Key, ManualClock, NewTrack, RunId, SaveMode, Zone};
use tracking_logfile::{RecordFormat, RecordLogger, WriterError};

struct Log(TempDir);

impl Log {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("access.log")
    }

    fn open(&self) -> RecordLogger {
        let clock = ManualClock::new("2026-11-23T23:47:01.123456Z".parse().unwrap());
        let builder = RecordLogger::builder("access", self.path()).format(RecordFormat::Reference);
        builder
            .clock(Arc::new(clock))
            .zone(Zone::fixed(FixedOffset::east_opt(5400).unwrap()))
            .build()
            .unwrap()
    }
}

#[test]
fn a_reference_record_looks_as_the_reference_writes_it() {
    let log = Log::new();
    let logger = log.open();
    let data = json!({"node": "n1", "view": "a;b", "params": "p=1\n\\"});
    logger
        .record(&NewTrack::new("t1", "u1", data).unwrap())
        .unwrap();
    logger
        .record(&NewTrack::new("n1", "", json!({"node": "n1"})).unwrap())
        .unwrap();
    let expected = concat!(
        "2026-11-24 01:17:01,123;001;u1;n1;t1;a\\:b;p=1\\n\\\\\n",
        "2026-11-24 01:17:01,123;001;;n1;;;\n",
    );
    assert_eq!(fs::read_to_string(log.path()).unwrap(), expected);
}

#[test]
fn what_has_no_place_in_a_reference_record_is_an_error_and_counted() {
    let log = Log::new();
    let logger = log.open();
    let track = |data| NewTrack::new("t1", "u1", data).unwrap();
    let cases = [
        (
            track(json!({})).in_run(RunId::FIRST),
            "a reference record has no place for a run or a key",
        ),
        (
            track(json!({})).with_key(Key::new("k").unwrap()),
            "a reference record has no place for a run or a key",
        ),
        (
            track(json!({"page": "1"})),
            "its data has more than node, target, view and params",
        ),
        (track(json!({"view": 1})), "in its data, a field is no text"),
        (
            track(json!({"target": "t2"})),
            "its data has a target that is not its task",
        ),
        (
            track(json!({})).updating(SaveMode::Replace),
            "it updates another track; a log only has new ones",
        ),
    ];
    for (track, reason) in &cases {
        let error = logger.record(track).unwrap_err();
        assert!(matches!(error, WriterError::Record { .. }), "{error:?}");
        assert!(error.to_string().ends_with(reason), "{error}");
    }
    assert_eq!(logger.lost(), cases.len() as u64);
    assert_eq!(fs::read_to_string(log.path()).unwrap(), "");
}
