//! What a logger writes, rotates, keeps, and says where it cannot.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use tracking_core::{ManualClock, Zone};

use super::{MessageLogger, MessageLoggerBuilder, WriterError};

mod crash;

/// A folder of its own for each test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn logger(&self) -> MessageLoggerBuilder {
        let clock = ManualClock::new("2026-11-23T15:47:01.123Z".parse().unwrap());
        MessageLogger::builder("test", self.path("test.log"))
            .clock(Arc::new(clock))
            .zone(Zone::utc())
    }

    /// The messages of a file, without their times.
    fn messages(&self, name: &str) -> Vec<String> {
        let text = fs::read_to_string(self.path(name)).unwrap();
        let message = |line: &str| line.split_once(';').unwrap().1.to_owned();
        text.lines().map(message).collect()
    }

    /// The files that a plain `ls` shows, so without the lock.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<_> = entries.map(|entry| name(entry.unwrap())).collect();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names
    }
}

#[test]
fn the_specification_passes() {
    let folder = Folder::new();
    let logger = folder.logger().build().unwrap();
    logger.log("Test message #1").unwrap();
    logger.log("Test message #2").unwrap();
    logger.rotate().unwrap();
    logger.log("Test message #3").unwrap();
    assert_eq!(
        fs::read_to_string(folder.path("test_r00001.log")).unwrap(),
        "2026-11-23 15:47:01,123;Test message #1\n2026-11-23 15:47:01,123;Test message #2\n"
    );
    assert_eq!(folder.messages("test.log"), ["Test message #3"]);
    assert_eq!(logger.name(), "test");
}

#[test]
fn the_file_exists_once_the_logger_is_built() {
    let folder = Folder::new();
    let logger = MessageLogger::builder("deep", folder.path("a/b/deep"))
        .build()
        .unwrap();
    assert!(folder.path("a/b/deep").is_file());
    logger.log("x").unwrap();
    logger.flush().unwrap();
    assert_eq!(folder.messages("a/b/deep"), ["x"]);
}

#[test]
fn many_rotations_at_one_moment_lose_and_overwrite_nothing() {
    let folder = Folder::new();
    let logger = folder.logger().build().unwrap();
    for n in 1..=30 {
        logger.log(format!("message {n}")).unwrap();
        logger.rotate().unwrap();
    }
    for n in 1..=30 {
        let name = format!("test_r{n:05}.log");
        assert_eq!(folder.messages(&name), [format!("message {n}")]);
    }
}

#[test]
fn only_so_many_old_files_are_kept() {
    let folder = Folder::new();
    fs::write(folder.path("test_rest.log"), "mine").unwrap();
    fs::write(folder.path("testé.log"), "mine too").unwrap();
    let logger = folder.logger().keep(2).build().unwrap();
    for n in 1..=5 {
        logger.log(n.to_string()).unwrap();
        logger.rotate().unwrap();
    }
    let expected = [
        "test.log",
        "test_r00004.log",
        "test_r00005.log",
        "test_rest.log",
        "testé.log",
    ];
    assert_eq!(folder.names(), expected);
    assert_eq!(folder.messages("test_r00005.log"), ["5"]);
}

#[test]
fn a_number_does_not_come_back_when_all_old_files_are_gone() {
    let folder = Folder::new();
    let logger = folder.logger().keep(0).build().unwrap();
    logger.log("gone").unwrap();
    logger.rotate().unwrap();
    assert_eq!(folder.names(), ["test.log"]);
    logger.log("moved by hand").unwrap();
    fs::rename(folder.path("test.log"), folder.path("test_r00001.log")).unwrap();
    logger.rotate().unwrap();
    logger.log("in the fresh file").unwrap();
    assert_eq!(folder.messages("test.log"), ["in the fresh file"]);
}

#[test]
fn another_logger_continues_where_the_last_one_stopped() {
    let folder = Folder::new();
    for n in 1..=3 {
        let logger = folder.logger().build().unwrap();
        logger.log(n.to_string()).unwrap();
        if n < 3 {
            logger.rotate().unwrap();
        }
    }
    assert_eq!(folder.messages("test_r00002.log"), ["2"]);
    folder.logger().build().unwrap().log("4").unwrap();
    assert_eq!(folder.messages("test.log"), ["3", "4"]);
}

#[test]
fn half_a_line_left_by_an_earlier_process_stays_alone() {
    let folder = Folder::new();
    fs::write(folder.path("test.log"), "2026-11-23 15:47:01,000;hal").unwrap();
    let logger = folder.logger().build().unwrap();
    logger.log("whole").unwrap();
    logger.log("next").unwrap();
    assert_eq!(folder.messages("test.log"), ["hal", "whole", "next"]);
}

#[test]
fn line_breaks_in_a_message_do_not_break_the_line() {
    let folder = Folder::new();
    let logger = folder.logger().build().unwrap();
    logger.log("one\ntwo\r\nC:\\new").unwrap();
    assert_eq!(folder.messages("test.log"), [r"one\ntwo\r\nC:\\new"]);
}

#[test]
fn many_threads_and_rotations_lose_no_line_and_cut_none() {
    let folder = Folder::new();
    let logger = folder.logger().build().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let logger = &logger;
            scope.spawn(move || {
                for n in 0..200 {
                    logger.log(format!("{thread}-{n}")).unwrap();
                    if n % 50 == 0 {
                        logger.rotate().unwrap();
                    }
                }
            });
        }
    });
    let mut messages: Vec<_> = folder
        .names()
        .iter()
        .flat_map(|n| folder.messages(n))
        .collect();
    messages.sort();
    let mut expected: Vec<_> = (0..4)
        .flat_map(|t| (0..200).map(move |n| format!("{t}-{n}")))
        .collect();
    expected.sort();
    assert_eq!(messages, expected);
}

#[test]
fn a_path_that_is_a_folder_is_refused() {
    let folder = Folder::new();
    for path in [folder.path(""), folder.path("test.log/"), PathBuf::new()] {
        fs::create_dir_all(folder.path("test.log")).unwrap();
        let error = MessageLogger::builder("test", &path).build().unwrap_err();
        assert!(
            matches!(error, WriterError::Path { .. }),
            "{path:?}: {error}"
        );
    }
}

#[test]
fn a_log_that_cannot_be_created_is_an_error_that_names_it() {
    let folder = Folder::new();
    fs::write(folder.path("file"), "").unwrap();
    let path = folder.path("file/test.log");
    let error = MessageLogger::builder("test", &path).build().unwrap_err();
    assert!(matches!(error, WriterError::Open { .. }), "{error:?}");
    assert!(error.to_string().contains(&format!("{path:?}")), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_lost_folder_is_an_error_until_it_is_back() {
    let folder = Folder::new();
    let logger = MessageLogger::builder("test", folder.path("logs/test.log"))
        .build()
        .unwrap();
    logger.log("before").unwrap();
    fs::rename(folder.path("logs"), folder.path("moved")).unwrap();
    assert!(logger.rotate().is_err());
    fs::create_dir(folder.path("logs")).unwrap();
    // The file that was moved with its folder is not there to be rotated: a fresh one is made.
    logger.rotate().unwrap();
    logger.log("after").unwrap();
    assert_eq!(folder.messages("moved/test.log"), ["before"]);
    assert_eq!(folder.messages("logs/test.log"), ["after"]);
}

#[test]
fn what_cannot_be_written_is_an_error_and_the_next_message_is_written() {
    let folder = Folder::new();
    let logger = folder.logger().build().unwrap();
    logger.log("first").unwrap();
    fs::rename(folder.path("test.log"), folder.path("aside")).unwrap();
    // A folder in the place of the file: it can be rotated away, but only once it is gone
    // can the file be opened.
    logger.rotate().unwrap();
    fs::remove_file(folder.path("test.log")).unwrap();
    fs::create_dir_all(folder.path("test.log/full")).unwrap();
    fs::write(folder.path("test_r00001.log"), "in the way").unwrap();
    logger.rotate().unwrap();
    logger.log("second").unwrap();
    assert_eq!(folder.messages("test.log"), ["second"]);
    assert!(folder.path("test_r00002.log/full").is_dir());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_no_panic() {
    // Writing to this device always fails as a full disk does.
    let logger = MessageLogger::builder("full", "/dev/full").build().unwrap();
    for _ in 0..2 {
        let error = logger.log("x").unwrap_err();
        assert!(matches!(error, WriterError::Write { .. }), "{error:?}");
        assert_eq!(
            error.to_string(),
            "cannot write to the log \"/dev/full\"; this line is not in it"
        );
    }
    assert_eq!(logger.lost(), 2);
}

#[test]
fn loggers_are_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<MessageLogger>();
}
