//! A folder that may not be written to any more.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::child::Other;
use super::tools::{all_messages, messages};

/// Somebody whom rights bind; they do not bind the superuser.
const NOBODY: u32 = 65534;

fn start(folder: &Path, log: &Path) -> Other {
    // A copy, since the program may lie where nobody else may go.
    let program = folder.join("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut command = Command::new(program);
    if fs::metadata(folder).unwrap().uid() == 0 {
        chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    command.current_dir(folder);
    Other::start_by(&mut command, log)
}

fn allow(folder: &Path, mode: u32) {
    fs::set_permissions(folder, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_lost_permission_is_an_error_that_can_be_recovered_from() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let log = folder.join("test.log");
    let mut other = start(folder, &log);
    assert_eq!(other.answer().unwrap(), "open");
    assert_eq!(other.ask("log 1"), "ok");

    // The open file can be written to, but not rotated.
    allow(folder, 0o555);
    let answer = other.ask("rotate");
    assert!(
        answer.starts_with("Rotate: cannot rotate the log"),
        "{answer}"
    );
    // An automatic rotation that fails loses no line, and is reported.
    let much = "x".repeat(2000);
    assert_eq!(other.ask(&format!("log {much}")), "ok");
    assert_eq!(other.ask("log 2"), "ok");
    let answer = other.ask("flush");
    assert!(
        answer.starts_with("Rotate: cannot rotate the log"),
        "{answer}"
    );
    assert_eq!(other.ask("lost"), "0");

    // Where the file is gone as well, nothing can be written.
    allow(folder, 0o755);
    fs::rename(&log, folder.join("moved")).unwrap();
    allow(folder, 0o555);
    for _ in 0..2 {
        let answer = other.ask("log lost");
        assert!(answer.starts_with("Open: cannot open the log"), "{answer}");
    }
    assert_eq!(other.ask("lost"), "2");

    allow(folder, 0o755);
    assert_eq!(other.ask("log 3"), "ok");
    assert_eq!(other.ask("rotate"), "ok");
    assert_eq!(other.ask("flush"), "ok");
    other.end();
    assert_eq!(messages(&folder.join("moved")), ["1", &*much, "2"]);
    assert_eq!(all_messages(&log), ["3"]);
}

#[test]
fn a_lock_that_cannot_be_made_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // As often under /var/log: the file is ours, its folder is not.
    let logs = folder.join("logs");
    fs::create_dir(&logs).unwrap();
    let log = logs.join("test.log");
    fs::write(&log, "").unwrap();
    if fs::metadata(folder).unwrap().uid() == 0 {
        chown(&log, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    allow(&logs, 0o555);
    let mut other = start(folder, &log);
    let answer = other.answer().unwrap();
    assert!(answer.starts_with("Lock: cannot lock"), "{answer}");
    other.end();
    allow(&logs, 0o755);
}
