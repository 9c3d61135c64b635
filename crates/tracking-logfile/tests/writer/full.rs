//! A disk that is full.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tracking_logfile::{MessageLogger, WriterError};

use super::child::Other;
use super::tools::{all_messages, messages, names, numbers, skipped};

#[test]
fn a_file_that_may_not_grow_is_an_error_and_no_half_line_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("test.log");
    // 512 or 1024 bytes, as the shell will have it; the signal is refused so that the write
    // fails instead. A write that meets the limit is done in part.
    let mut shell = Command::new("sh");
    shell.args(["-c", r#"trap "" XFSZ; ulimit -f 1; exec "$0" "$@""#]);
    shell.arg(std::env::current_exe().unwrap());
    let mut other = Other::start_by(&mut shell, &log);
    assert_eq!(other.answer().unwrap(), "open");

    let mut written = 0;
    for _ in 0..3 {
        let answer = loop {
            let answer = other.ask(&format!("log {written}"));
            if answer != "ok" {
                break answer;
            }
            written += 1;
        };
        assert!(
            answer.starts_with("Write: cannot write to the log"),
            "{answer}"
        );
        assert_eq!(all_messages(&log), numbers(0..written));
        // A fresh file has room again.
        assert_eq!(other.ask("rotate"), "ok");
    }
    assert_eq!(other.ask("lost"), "3");
    other.end();
    assert!(written > 30);
    assert_eq!(all_messages(&log), numbers(0..written));
}

/// A small disk of its own, gone with this value.
struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path) -> Option<Self> {
        let mount = ["-t", "tmpfs", "-o", "size=64k", "tmpfs"];
        let status = Command::new("mount").args(mount).arg(at).output();
        let mounted = status.is_ok_and(|output| output.status.success());
        mounted.then(|| Self(at.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg(&self.0).status().ok();
    }
}

#[test]
fn a_full_disk_is_an_error_that_can_be_recovered_from() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = Disk::mount(folder.path()) else {
        return skipped("a small disk cannot be mounted here");
    };
    let log = folder.path().join("test.log");
    let filler = folder.path().join("filler");
    fs::write(&filler, vec![0; 32 * 1024]).unwrap();
    let logger = MessageLogger::builder("test", &log).gzip().build().unwrap();
    let mut written = 0;
    for lost in 1..=2 {
        let error = loop {
            match logger.log(written.to_string()) {
                Ok(()) => written += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, WriterError::Write { .. }), "{error:?}");
        assert_eq!(logger.lost(), lost);
        assert_eq!(messages(&log), numbers(0..written));
        fs::write(&filler, "").unwrap();
    }

    // With no room to compress it, the closed file stays as it is, and nothing in the way.
    let error = logger.rotate().unwrap_err();
    assert!(matches!(error, WriterError::Compress { .. }), "{error:?}");
    assert_eq!(
        names(folder.path()),
        ["filler", "test.log", "test_r00001.log"]
    );
    assert_eq!(all_messages(&log), numbers(0..written));
    assert!(logger.log("no room").is_err());
    assert_eq!(logger.lost(), 3);
}
