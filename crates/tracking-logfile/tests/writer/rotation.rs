//! Rotation by size, by age, by both, and what is kept.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{FixedOffset, TimeDelta};
use serde_json::{Value, json};
use tempfile::TempDir;
use tracking_core::{Clock, ManualClock, NewTrack, SystemClock, Zone};
use tracking_logfile::{
    Age, MessageLogger, MessageLoggerBuilder, RecordLogger, WriterError, segments,
};

use super::tools::{all_messages, messages, names, numbers, text};

struct Setting {
    folder: TempDir,
    clock: Arc<ManualClock>,
}

impl Setting {
    fn at(time: &str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::new(time.parse().unwrap())),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn builder(&self) -> MessageLoggerBuilder {
        let clock: Arc<dyn Clock> = Arc::<ManualClock>::clone(&self.clock);
        MessageLogger::builder("test", self.path("test.log"))
            .clock(clock)
            .zone(Zone::utc())
    }

    fn set(&self, time: &str) {
        self.clock.set(time.parse().unwrap());
    }

    /// The messages of each file, from the oldest to the log.
    fn files(&self) -> Vec<Vec<String>> {
        let log = self.path("test.log");
        let closed = segments(&log).unwrap();
        closed
            .iter()
            .map(PathBuf::as_path)
            .chain([&*log])
            .map(messages)
            .collect()
    }
}

/// Makes a file look as if its last line had been written so long ago.
fn age(path: &Path, by: Duration) {
    let file = File::options().write(true).open(path).unwrap();
    let then = file.metadata().unwrap().modified().unwrap() - by;
    file.set_modified(then).unwrap();
}

const DAY: Duration = Duration::from_hours(24);

#[test]
fn no_file_is_longer_than_the_size_unless_one_line_is() {
    let setting = Setting::at("2026-11-23T15:47:01Z");
    let logger = setting.builder().rotate_at(100).build().unwrap();
    // A line is the message and 25 bytes.
    let messages = [15, 35, 1, 1000, 1, 50, 0, 75, 74, 0].map(|len| "x".repeat(len));
    for message in &messages {
        logger.log(message).unwrap();
    }
    let lens = |files: Vec<Vec<String>>| -> Vec<Vec<usize>> {
        files
            .iter()
            .map(|file| file.iter().map(String::len).collect())
            .collect()
    };
    let expected = [
        vec![15, 35],
        vec![1],
        vec![1000],
        vec![1],
        vec![50],
        vec![0],
        vec![75],
    ];
    let files = lens(setting.files());
    assert_eq!(files[..3], expected[..3]);
    assert_eq!(files.concat(), messages.map(|message| message.len()));
    for path in logger.segments().unwrap() {
        let text = text(&path);
        assert!(text.len() <= 100 || text.lines().count() == 1, "{path:?}");
    }
    logger.flush().unwrap();
}

#[test]
fn size_counts_what_exists_when_a_program_starts() {
    let setting = Setting::at("2026-11-23T15:47:01Z");
    for n in 0..4 {
        let logger = setting.builder().rotate_at(60).build().unwrap();
        logger.log(n.to_string()).unwrap();
    }
    assert_eq!(setting.files(), [["0", "1"], ["2", "3"]]);
}

#[test]
fn each_day_of_the_zone_has_a_file() {
    let setting = Setting::at("2026-11-22T23:30:00Z");
    let zone = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
    let logger = setting
        .builder()
        .zone(zone)
        .rotate_every(Age::Day)
        .build()
        .unwrap();
    for (time, message) in [
        ("2026-11-22T23:30:00Z", "23rd"),
        ("2026-11-23T22:59:59Z", "23rd"),
        ("2026-11-23T23:00:00Z", "24th"),
        ("2026-11-30T12:00:00Z", "30th"),
        ("2026-11-29T12:00:00Z", "30th, by a clock that went back"),
    ] {
        setting.set(time);
        logger.log(message).unwrap();
    }
    let files = setting.files();
    assert_eq!(files.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 2]);
    assert_eq!(files[1], ["24th"]);
}

#[test]
fn each_hour_has_a_file_and_so_has_each_time_of_ones_own() {
    for (age, expected) in [
        (Age::Hour, [vec!["0"], vec!["20", "40", "60"], vec!["80"]]),
        (
            Age::Of(Duration::from_hours(1)),
            [vec!["0", "20", "40"], vec!["60", "80"], vec![]],
        ),
    ] {
        let setting = Setting::at("2026-11-23T15:47:00Z");
        let logger = setting.builder().rotate_every(age).build().unwrap();
        for minutes in ["0", "20", "40", "60", "80"] {
            logger.log(minutes).unwrap();
            setting.clock.advance(TimeDelta::minutes(20));
        }
        let expected: Vec<_> = expected
            .into_iter()
            .filter(|file| !file.is_empty())
            .collect();
        assert_eq!(setting.files(), expected, "{age:?}");
    }
}

#[test]
fn by_size_or_age_whatever_comes_first() {
    let setting = Setting::at("2026-11-23T15:47:00Z");
    let logger = setting
        .builder()
        .rotate_every(Age::Hour)
        .rotate_at(60)
        .build()
        .unwrap();
    for n in 0..5 {
        logger.log(n.to_string()).unwrap();
    }
    setting.clock.advance(TimeDelta::hours(1));
    logger.log("5").unwrap();
    logger.log("6").unwrap();
    logger.log("7").unwrap();
    let expected = [
        vec!["0", "1"],
        vec!["2", "3"],
        vec!["4"],
        vec!["5", "6"],
        vec!["7"],
    ];
    assert_eq!(setting.files(), expected);
}

#[test]
fn the_age_of_a_file_outlives_the_program() {
    for (age_of, old) in [(Age::Day, DAY), (Age::Of(DAY), DAY), (Age::Hour, DAY / 24)] {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("test.log");
        let build = || {
            MessageLogger::builder("test", &log)
                .rotate_every(age_of)
                .build()
                .unwrap()
        };
        build().log("old").unwrap();
        age(&log, old);
        build().log("new").unwrap();
        assert_eq!(segments(&log).unwrap().len(), 1, "{age_of:?}");
        assert_eq!(messages(&log), ["new"]);
    }
}

#[test]
fn an_empty_file_is_not_rotated_by_itself() {
    let setting = Setting::at("2026-11-23T15:47:00Z");
    let logger = setting
        .builder()
        .rotate_every(Age::Hour)
        .rotate_at(1)
        .build()
        .unwrap();
    setting.clock.advance(TimeDelta::days(3));
    logger.log("first").unwrap();
    assert_eq!(setting.files(), [["first"]]);
}

#[test]
fn names_have_the_time_of_the_zone_and_a_number_so_that_none_is_met_twice() {
    let setting = Setting::at("2026-11-23T23:47:01.9Z");
    let zone = Zone::fixed(FixedOffset::east_opt(3600).unwrap());
    let logger = setting
        .builder()
        .zone(zone)
        .names_with_time()
        .keep(2)
        .build()
        .unwrap();
    for n in 0..4 {
        logger.log(n.to_string()).unwrap();
        logger.rotate().unwrap();
    }
    let expected = [
        "test.log",
        "test_r00003_2026-11-24_00-47-01.log",
        "test_r00004_2026-11-24_00-47-01.log",
    ];
    assert_eq!(names(setting.folder.path()), expected);
    // Another naming scheme continues the numbers.
    drop(logger);
    let logger = setting.builder().build().unwrap();
    logger.rotate().unwrap();
    assert!(setting.path("test_r00005.log").exists());
    assert_eq!(all_messages(&setting.path("test.log")), ["2", "3"]);
}

#[test]
fn closed_files_are_kept_for_so_many_days() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("test.log");
    let build = || MessageLogger::builder("test", &log).keep_days(7).gzip();
    let logger = build().clock(Arc::new(SystemClock)).build().unwrap();
    for n in 1..=4 {
        logger.log(n.to_string()).unwrap();
        logger.rotate().unwrap();
    }
    let closed = logger.segments().unwrap();
    age(&closed[0], 8 * DAY);
    age(&closed[1], 7 * DAY + DAY / 24);
    age(&closed[2], 6 * DAY);
    logger.log("5").unwrap();
    logger.rotate().unwrap();
    assert_eq!(all_messages(&log), ["3", "4", "5"]);
}

#[test]
fn closed_files_are_compressed_with_the_time_and_rights_of_the_plain_ones() {
    use std::os::unix::fs::PermissionsExt;
    let setting = Setting::at("2026-11-23T15:47:00Z");
    let logger = setting.builder().gzip().build().unwrap();
    logger.log("1").unwrap();
    let log = File::options()
        .write(true)
        .open(setting.path("test.log"))
        .unwrap();
    log.set_permissions(fs::Permissions::from_mode(0o600))
        .unwrap();
    let then = SystemTime::UNIX_EPOCH + 1000 * DAY;
    log.set_modified(then).unwrap();
    logger.rotate().unwrap();
    logger.log("2").unwrap();
    assert_eq!(
        names(setting.folder.path()),
        ["test.log", "test_r00001.log.gz"]
    );
    let packed = fs::metadata(setting.path("test_r00001.log.gz")).unwrap();
    assert_eq!(packed.modified().unwrap(), then);
    assert_eq!(packed.permissions().mode() & 0o777, 0o600);
    assert_eq!(setting.files(), [["1"], ["2"]]);
}

#[test]
fn compressed_rotations_within_a_second_lose_and_overwrite_nothing() {
    let setting = Setting::at("2026-11-23T15:47:00Z");
    let logger = setting.builder().gzip().names_with_time().build().unwrap();
    for n in 0..30 {
        logger.log(n.to_string()).unwrap();
        logger.rotate().unwrap();
    }
    assert_eq!(all_messages(&setting.path("test.log")), numbers(0..30));
    assert_eq!(logger.segments().unwrap().len(), 30);
}

#[test]
fn many_threads_rotate_by_size_and_compress_and_no_line_is_lost_or_cut() {
    let setting = Setting::at("2026-11-23T15:47:00Z");
    let logger = setting.builder().rotate_at(2000).gzip().build().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let logger = &logger;
            scope.spawn(move || {
                for n in 0..500 {
                    logger.log(format!("{thread} {n}")).unwrap();
                }
            });
        }
    });
    logger.rotate().unwrap();
    logger.flush().unwrap();
    let all = all_messages(&setting.path("test.log"));
    assert_eq!(all.len(), 2000);
    for thread in 0..4 {
        let prefix = format!("{thread} ");
        let of_thread = all
            .iter()
            .filter_map(|m| m.strip_prefix(&prefix))
            .map(str::to_owned);
        assert_eq!(of_thread.collect::<Vec<_>>(), numbers(0..500));
    }
    assert!(
        names(setting.folder.path())
            .iter()
            .all(|name| name.starts_with("test_r") == name.contains(".gz"))
    );
}

#[test]
fn records_rotate_as_messages_do() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    let logger = RecordLogger::builder("access", &log)
        .rotate_at(1000)
        .gzip()
        .build()
        .unwrap();
    for n in 0..100 {
        let track = NewTrack::new("a001", "ü;1\n", json!({"n": n, "text": "\r\n;\u{2028}"}));
        logger.record(&track.unwrap()).unwrap();
    }
    let mut all = Vec::new();
    for path in segments(&log).unwrap().iter().chain([&log]) {
        for line in text(path).split_terminator('\n') {
            let record: Value = serde_json::from_str(line).unwrap();
            assert_eq!(record["user"], "ü;1\n");
            assert_eq!(record["data"]["text"], "\r\n;\u{2028}");
            all.push(record["data"]["n"].as_u64().unwrap());
        }
    }
    assert!(all.iter().copied().eq(0..100), "{all:?}");
    assert!(segments(&log).unwrap().len() > 5);
}

#[test]
fn a_rotation_that_fails_costs_no_line_and_is_reported() {
    let setting = Setting::at("2026-11-23T15:47:00Z");
    let logger = setting.builder().rotate_at(60).keep(0).build().unwrap();
    // A folder that cannot be removed as a file is.
    fs::create_dir_all(setting.path("test_r00001.log/full")).unwrap();
    for n in 0..3 {
        logger.log(n.to_string()).unwrap();
    }
    assert_eq!(messages(&setting.path("test.log")), ["2"]);
    let error = logger.flush().unwrap_err();
    assert!(matches!(error, WriterError::Remove { .. }), "{error:?}");
    logger.flush().unwrap();
    assert!(logger.take_error().is_none());
    assert!(matches!(logger.rotate(), Err(WriterError::Remove { .. })));
    fs::remove_dir_all(setting.path("test_r00001.log")).unwrap();
    logger.rotate().unwrap();
    assert_eq!(logger.lost(), 0);
}

#[test]
fn a_track_that_is_no_record_is_an_error_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    let logger = RecordLogger::builder("access", &log).build().unwrap();
    let track = || NewTrack::new("a001", "u1", json!({})).unwrap();
    let update = track().updating(tracking_core::SaveMode::Merge);
    let error = logger.record(&update).unwrap_err();
    let expected = "it updates another track; a log only has new ones";
    assert!(error.to_string().ends_with(expected), "{error}");
    let started = track().in_run(tracking_core::RunChoice::Started(0));
    assert!(matches!(
        logger.record(&started),
        Err(WriterError::Record { .. })
    ));
    logger.record(&track()).unwrap();
    assert_eq!((logger.lost(), text(&log).lines().count()), (2, 1));
}

#[test]
fn a_track_of_a_session_is_written_without_a_run() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    let logger = RecordLogger::builder("access", &log).build().unwrap();
    let track = NewTrack::new("a001", "u1", json!({})).unwrap();
    let track = track.at(tracking_core::Timestamp::EPOCH);
    logger.record(&track).unwrap();
    let session = track.in_session(tracking_core::SessionGap::default());
    logger.record(&session).unwrap();
    let text = text(&log);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], lines[1]);
}

#[test]
fn sizes_ages_and_numbers_beyond_all_measure_are_no_panic() {
    let extremes = [
        (0, Duration::ZERO, 0, 0),
        (1, Duration::from_nanos(1), 1, 1),
        (u64::MAX, Duration::MAX, usize::MAX, u32::MAX),
    ];
    for time in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"] {
        for (bytes, age, files, days) in extremes {
            let setting = Setting::at(time);
            let builder = setting.builder().rotate_at(bytes).keep_days(days);
            let logger = builder.rotate_every(Age::Of(age)).build().unwrap();
            logger.log("one").unwrap();
            logger.log("two").unwrap();
            drop(logger);
            let builder = setting.builder().rotate_at(bytes).keep(files).gzip();
            let logger = builder.rotate_every(Age::Day).build().unwrap();
            logger.log("three").unwrap();
            logger.rotate().unwrap();
        }
    }
}
