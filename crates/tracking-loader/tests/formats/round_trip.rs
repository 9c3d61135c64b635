//! What a record logger writes, the reader reads: anything a value holds survives.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{FixedOffset, TimeDelta};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tracking_core::{Key, ManualClock, NewTrack, RunId, Timestamp, Zone};
use tracking_loader::{Format, FormatOptions, LogRecord};
use tracking_logfile::{RecordFormat, RecordLogger};

struct Log(TempDir, RecordFormat, Zone);

impl Log {
    fn new(format: RecordFormat) -> Self {
        let zone = Zone::fixed(FixedOffset::east_opt(5400).unwrap());
        Self(tempfile::tempdir().unwrap(), format, zone)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("access.log")
    }

    fn open(&self) -> RecordLogger {
        let clock = ManualClock::new("2026-11-23T23:47:01.123456Z".parse().unwrap());
        let builder = RecordLogger::builder("access", self.path()).format(self.1);
        builder
            .clock(Arc::new(clock))
            .zone(self.2.clone())
            .build()
            .unwrap()
    }

    fn read(&self) -> Vec<LogRecord> {
        let format = match self.1 {
            RecordFormat::Reference => Format::Reference,
            _ => Format::Tracking,
        };
        let mut reader = FormatOptions::new().zone(self.2.clone()).reader(format);
        let text = fs::read_to_string(self.path()).unwrap();
        let record = |line: &str| reader.read(line.as_bytes()).unwrap().into_record().unwrap();
        text.split_terminator('\n').map(record).collect()
    }
}

/// Texts with everything that may hurt.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        r#"[;\\:nrs"'{}, \n\r\t\u{85}\u{2028}ü😀]{0,12}"#,
        any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

fn name() -> impl Strategy<Value = String> {
    text().prop_map(|text| {
        if text.is_empty() {
            ";".to_owned()
        } else {
            text
        }
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<Option<bool>>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn time() -> impl Strategy<Value = Timestamp> {
    let micros = Timestamp::MIN.micros()..=Timestamp::MAX.micros();
    micros.prop_map(|micros| Timestamp::from_micros(micros).unwrap())
}

proptest! {
    #[test]
    fn a_json_line_gives_back_every_track(
        task in name(), user in text(), time in time(), key in proptest::option::of(name()),
        run in any::<Option<u64>>(), data in proptest::collection::btree_map(any::<String>(), value(), 0..4),
    ) {
        let data = Value::Object(data.into_iter().collect::<Map<_, _>>());
        let mut track = NewTrack::new(&*task, &*user, data).unwrap().at(time);
        if let Some(key) = key {
            track = track.with_key(Key::new(key).unwrap());
        }
        let run = run.and_then(RunId::new);
        if let Some(run) = run {
            track = track.in_run(run);
        }
        let log = Log::new(RecordFormat::JsonLines);
        log.open().record(&track).unwrap();
        let records = log.read();
        prop_assert_eq!(records.len(), 1);
        prop_assert_eq!((records[0].task(), records[0].user()), (track.task(), track.user()));
        prop_assert_eq!((records[0].time(), records[0].data()), (time, track.data()));
        let hint = run.map(|run| run.to_string());
        prop_assert_eq!((records[0].key(), records[0].session_id()), (track.key(), hint.as_deref()));
    }

    #[test]
    fn a_reference_record_gives_back_every_value(
        task in name(), user in text(), node in text(), view in text(), params in text(),
        // Not the first and last hours, which are in no year of four digits in some zone.
        millis in -62_167_000_000_000_i64..253_402_000_000_000,
    ) {
        let time = Timestamp::from_micros(millis * 1000).unwrap();
        let given = [("node", &node), ("view", &view), ("params", &params)];
        let data: Map<_, _> =
            given.map(|(field, value)| (field.to_owned(), json!(value))).into_iter().collect();
        let track = NewTrack::new(&*task, &*user, data).unwrap();
        // What is finer than a millisecond has no place.
        let track = track.at(time.saturating_add(TimeDelta::microseconds(999)));
        let log = Log::new(RecordFormat::Reference);
        log.open().record(&track).unwrap();
        let records = log.read();
        prop_assert_eq!(records.len(), 1);
        prop_assert_eq!((records[0].task(), records[0].user()), (track.task(), track.user()));
        prop_assert_eq!(records[0].time(), time);
        let target = if node == task { String::new() } else { task };
        for (field, value) in given.into_iter().chain([("target", &target)]) {
            let there = records[0].data().get(field).unwrap_or_else(|| json!(""));
            prop_assert_eq!(there, json!(value), "{}", field);
        }
    }
}
