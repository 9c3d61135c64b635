//! What another program does to the file.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use tempfile::TempDir;
use tracking_logfile::MessageLogger;

use super::tools::{messages, names, text};

fn log() -> (TempDir, PathBuf, MessageLogger) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.log");
    let logger = MessageLogger::builder("test", &path).build().unwrap();
    (folder, path, logger)
}

#[test]
fn moved_with_a_new_one_made_it_continues_in_the_new_one() {
    let (folder, path, logger) = log();
    for n in 0..5 {
        logger.log(n.to_string()).unwrap();
        fs::rename(&path, folder.path().join(format!("moved.{n}"))).unwrap();
        File::create(&path).unwrap();
    }
    logger.log("5").unwrap();
    assert_eq!(messages(&path), ["5"]);
    for n in 0..5 {
        let moved = folder.path().join(format!("moved.{n}"));
        assert_eq!(messages(&moved), [n.to_string()]);
    }
}

#[test]
fn moved_or_removed_without_a_new_one_it_makes_one() {
    let (folder, path, logger) = log();
    logger.log("1").unwrap();
    fs::rename(&path, folder.path().join("moved")).unwrap();
    logger.log("2").unwrap();
    assert_eq!(messages(&path), ["2"]);
    fs::remove_file(&path).unwrap();
    logger.log("3").unwrap();
    logger.log("4").unwrap();
    assert_eq!(messages(&path), ["3", "4"]);
    assert_eq!(messages(&folder.path().join("moved")), ["1"]);
    assert_eq!(names(folder.path()), ["moved", "test.log"]);
}

#[test]
fn a_new_one_that_is_made_a_moment_later_is_waited_for() {
    use std::os::unix::fs::MetadataExt;
    let (folder, path, logger) = log();
    logger.log("1").unwrap();
    fs::rename(&path, folder.path().join("moved")).unwrap();
    std::thread::scope(|scope| {
        // Whichever of the two is first: who would make it must find that it is not there.
        let made = scope.spawn(|| File::create_new(&path).unwrap().metadata().unwrap().ino());
        logger.log("2").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().ino(), made.join().unwrap());
    });
    assert_eq!(messages(&path), ["2"]);
}

#[test]
fn emptied_it_continues_at_the_start_without_a_hole() {
    let (_folder, path, logger) = log();
    for n in 0..3 {
        logger.log("a".repeat(100 * n)).unwrap();
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(0)
            .unwrap();
        logger.log(n.to_string()).unwrap();
        assert_eq!(messages(&path), [n.to_string()]);
    }
}

#[test]
fn a_file_cut_within_a_line_continues_with_a_new_line() {
    let (_folder, path, logger) = log();
    logger.log("1").unwrap();
    let whole = text(&path);
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(10)
        .unwrap();
    logger.log("2").unwrap();
    let expected = format!("{}\n", &whole[..10]);
    assert!(text(&path).starts_with(&expected), "{}", text(&path));
    assert_eq!(text(&path).lines().count(), 2);
}

#[test]
fn what_another_program_adds_stays_a_line_of_its_own() {
    let (_folder, path, logger) = log();
    logger.log("1").unwrap();
    let mut other = File::options().append(true).open(&path).unwrap();
    other.write_all(b"by hand;a").unwrap();
    logger.log("2").unwrap();
    other.write_all(b"by hand;b\n").unwrap();
    logger.log("3").unwrap();
    assert_eq!(messages(&path), ["1", "a", "2", "b", "3"]);
}
