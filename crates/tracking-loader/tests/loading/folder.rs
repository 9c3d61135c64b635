//! A folder stands for the logs in it.

use tracking_loader::{LogState, NamePattern, SourceError};

use super::fixture::{Fixture, gzip, line, lines};
use super::follow::Script;

/// Rotated files in a folder, as logrotate leaves them.
fn rotated() -> Fixture {
    let world = Fixture::new();
    world.folder("logs");
    world.write("logs/a.log.10.gz", gzip(lines(0..10).as_bytes()));
    world.write("logs/a.log.2.gz", gzip(lines(10..20).as_bytes()));
    world.write("logs/a.log.1", lines(20..30));
    world.write("logs/a.log", lines(30..35));
    world
}

#[test]
fn a_folder_of_rotated_siblings_is_loaded_as_if_it_were_one_log() {
    let world = rotated();
    let summary = world.load(&["logs"]);
    assert_eq!((summary.logs.len(), summary.total.tracks), (4, 35));
    assert_eq!(summary.total.runs, 3, "one of each user, as in one file");
    world.assert_has(0..35);
}

#[test]
fn a_folder_again_after_a_rotation_loads_what_is_new() {
    let world = rotated();
    world.load(&["logs"]);
    assert_eq!(world.load(&["logs/"]).total.lines, 0);
    world.rename("logs/a.log.2.gz", "logs/a.log.3.gz");
    world.rename("logs/a.log.1", "logs/a.log.2");
    world.rename("logs/a.log", "logs/a.log.1");
    world.write("logs/a.log", lines(35..40));
    world.pack("logs/a.log.2");
    // Next to one of its logs, it is still the same one.
    let summary = world.load(&["logs", "logs/a.log.1"]);
    assert_eq!((summary.logs.len(), summary.total.lines), (6, 5));
    world.assert_has(0..40);
}

#[test]
fn what_is_no_log_in_a_folder_is_skipped() {
    let world = rotated();
    world.write("logs/.hidden.log", line(100));
    world.write("logs/.a.log.lock", "");
    world.write("logs/other.lock", "");
    world.folder("logs/old");
    world.write("logs/old/a.log", line(101));
    world.write("logs/tracks.db", "SQLite format 3\0 and so on");
    world.write("logs/tracks.db-wal", "what was written last");
    world.write("logs/tracks.db-shm", "what others know");
    let summary = world.load(&["logs"]);
    assert_eq!(summary.logs.len(), 4);
    world.assert_has(0..35);
}

#[cfg(unix)]
#[test]
fn links_to_logs_are_read_and_what_is_no_file_is_omitted() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let world = rotated();
    world.write("elsewhere.log", lines(35..37));
    symlink(world.path("elsewhere.log"), world.path("logs/link.log")).unwrap();
    symlink(world.path("nowhere.log"), world.path("logs/broken.log")).unwrap();
    symlink(world.path("logs"), world.path("logs/round")).unwrap();
    let _socket = UnixListener::bind(world.path("logs/socket")).unwrap();
    assert_eq!(world.load(&["logs"]).logs.len(), 5);
    world.assert_has(0..37);
}

#[test]
fn a_file_of_no_known_format_is_skipped_and_an_error_where_it_is_named() {
    let world = rotated();
    world.write(
        "logs/error.log",
        "2026/11/23 15:47:01 [error] 7#7: *1 open() \"/a\" failed (2: No such file or \
         directory), client: 192.0.2.1, server: _, request: \"GET /a HTTP/1.1\", host: \"b\"\n",
    );
    for _ in 0..2 {
        let summary = world.load(&["logs"]);
        let skipped = summary
            .logs
            .iter()
            .find(|log| log.state == LogState::Skipped);
        assert!(skipped.unwrap().source.to_string().ends_with("error.log"));
    }
    let logs = world.sources(&["logs", "logs/error.log"]);
    let mut summary = world.loader().load(&logs, &mut ()).unwrap();
    let error = summary.take_error().unwrap();
    assert!(
        matches!(error, SourceError::UnknownFormat { .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("error.log"), "{error}");
    world.assert_has(0..35);
}

#[test]
fn only_files_with_a_name_that_is_asked_for_are_taken() {
    let world = rotated();
    world.write("logs/error.log", "no log line\n");
    world.write("logs/b.log", lines(40..42));
    world.write("logs/c.log", lines(42..44));
    let loader = world.loader().only_files(NamePattern::new("a.log*"));
    let loader = loader.only_files(NamePattern::new("c.log"));
    world.load_with(&loader, &["logs"]).unwrap();
    world.assert_has((0..35).chain(42..44));
    // A file that is given itself is meant.
    world.load_with(&loader, &["logs/b.log"]).unwrap();
    world.assert_has((0..35).chain(40..44));
}

#[test]
fn a_folder_without_a_log_is_an_error_that_names_it() {
    let world = rotated();
    world.folder("none");
    world.write("none/empty.log", "");
    let logs = world.sources(&["none", "logs"]);
    let summary = world.loader().load(&logs, &mut ()).unwrap();
    let error = summary.first_error().unwrap();
    assert!(matches!(error, SourceError::NoLogs { .. }), "{error:?}");
    assert!(error.to_string().contains("none"), "{error}");
    assert_eq!(summary.logs[0].state, LogState::Unread);
    world.assert_has(0..35);
}

#[test]
fn a_folder_is_followed_with_all_that_comes_into_it() {
    let world = Fixture::new();
    world.folder("logs");
    let summary = Script::new(&world)
        .then(|world| world.write("logs/u_ex261123.log", line(0)))
        .then(|world| world.append("logs/u_ex261123.log", line(1)))
        // The next day has a file of its own, and the last one is still written to.
        .then(|world| {
            world.write("logs/u_ex261124.log", lines(3..5));
            world.append("logs/u_ex261123.log", line(2));
        })
        .then(|world| world.write("logs/half.log", &line(5)[..20]))
        .then(|world| world.append("logs/half.log", &line(5)[20..]))
        .then(|_| {})
        .follow(&["logs"]);
    assert_eq!((summary.logs.len(), summary.total.tracks), (3, 6));
    assert!(summary.first_error().is_none());
    world.assert_has(0..6);
}

#[test]
fn a_rotation_in_a_folder_that_is_followed_loses_nothing_and_doubles_nothing() {
    let world = rotated();
    Script::new(&world)
        .then(|world| {
            world.append("logs/a.log", line(35));
            world.rename("logs/a.log.2.gz", "logs/a.log.3.gz");
            world.rename("logs/a.log.1", "logs/a.log.2");
            world.rename("logs/a.log", "logs/a.log.1");
            world.write("logs/a.log", "");
        })
        // The server still has the old file open.
        .then(|world| world.append("logs/a.log.1", line(36)))
        .then(|world| world.append("logs/a.log", line(37)))
        .then(|world| {
            world.pack("logs/a.log.2");
            world.copy("logs/a.log", "logs/a.log.0");
            world.truncate("logs/a.log");
            world.append("logs/a.log", lines(38..60));
        })
        .then(|world| world.append("logs/a.log", line(60)))
        .follow(&["logs"]);
    world.assert_has(0..61);
}

#[test]
fn a_folder_is_followed_without_end_and_its_old_files_are_not_reported_again() {
    let world = rotated();
    let mut script = Script::new(&world);
    for n in 35..110 {
        script = script.then(move |world| world.append("logs/a.log", line(n)));
    }
    let summary = script.follow(&["logs"]);
    assert_eq!(summary.logs.len(), 4);
    world.assert_has(0..110);
}

#[test]
fn a_folder_that_cannot_be_read_any_more_is_reported_once() {
    let world = rotated();
    let (summary, unreadable) = Script::new(&world)
        .then(|world| world.rename("logs", "elsewhere"))
        .then(|_| {})
        .then(|_| {})
        .follow_and_report(&["logs"]);
    assert_eq!(unreadable, ["logs"]);
    let error = summary.first_error().unwrap();
    assert!(error.to_string().contains("logs"), "{error}");
    world.assert_has(0..35);
}

#[test]
fn a_folder_that_comes_back_is_followed_again_and_no_error() {
    let world = rotated();
    let (summary, unreadable) = Script::new(&world)
        .then(|world| world.rename("logs", "elsewhere"))
        .then(|world| world.rename("elsewhere", "logs"))
        .then(|world| world.append("logs/a.log", lines(35..37)))
        .then(|_| {})
        .follow_and_report(&["logs"]);
    assert_eq!(unreadable, ["logs"]);
    assert!(summary.first_error().is_none());
    world.assert_has(0..37);
}

#[test]
fn a_file_in_place_of_the_folder_of_a_log_is_reported() {
    let world = rotated();
    let (summary, unreadable) = Script::new(&world)
        .then(|world| world.rename("logs", "elsewhere"))
        .then(|world| world.write("logs", line(50)))
        .then(|_| {})
        .follow_and_report(&["logs/a.log"]);
    assert_eq!(unreadable, ["a.log"]);
    let error = summary.first_error().unwrap();
    assert!(error.to_string().contains("logs/a.log"), "{error}");
}
