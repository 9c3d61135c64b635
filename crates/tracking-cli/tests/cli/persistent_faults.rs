//! Failures of a store in a file are reported, with an exit status that says whether to try
//! again.

use std::fs;

use rusqlite::Connection;

use crate::stores::CHANGES;
use crate::tool::{EXPORT, Place, Ran, STORE};

/// A failure that says this.
fn failed(ran: &Ran, says: &str) {
    assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""), "{ran:?}");
    assert!(ran.err.contains(says), "{says:?} is not in: {}", ran.err);
}

#[test]
fn a_store_that_stays_busy_is_worth_a_retry() {
    let place = Place::with_store();
    let writer = Connection::open(place.path("t.db")).unwrap();
    writer.execute_batch("begin immediate").unwrap();
    // A file without room in it needs no writing to be as small as can be.
    let changes = CHANGES
        .iter()
        .filter(|command| !["import", "copy", "shrink"].contains(&command[0]));
    for command in changes {
        let ran = place.run_on_store(&[*command, &["--wait", "1ms"]].concat());
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (Some(75), ""),
            "{command:?}: {ran:?}"
        );
        assert!(ran.err.contains("try again"), "{command:?}: {}", ran.err);
    }
    assert_eq!(place.exported(), EXPORT, "readers never wait");
    writer.execute_batch("rollback").unwrap();
    assert!(
        place
            .stdout_on_store(&["remove", "3", "--yes"])
            .contains("removed 1")
    );
}

#[test]
fn a_writer_waits_for_its_turn() {
    let place = Place::with_store();
    let writer = Connection::open(place.path("t.db")).unwrap();
    writer.execute_batch("begin immediate").unwrap();
    let mut command = place.command(&["save", "t", "u", "--store", STORE]);
    let child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    writer.execute_batch("commit").unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.status, Some(0), "{ran:?}");
}

#[test]
fn what_is_no_store_is_left_as_it_is() {
    let place = Place::new();
    fs::create_dir(place.path("folder")).unwrap();
    place.write("text", "hello");
    let foreign = Connection::open(place.path("foreign.db")).unwrap();
    foreign.execute_batch("create table t (x)").unwrap();
    drop(foreign);
    for (file, says) in [
        ("folder", "folder is a directory; name a file in it"),
        ("text", "it is no SQLite database; choose another store"),
        ("foreign.db", "it is a database of another program"),
        ("no/t.db", "no/t.db"),
    ] {
        let store = format!("sqlite:{file}");
        let before = fs::read(place.path(file)).ok();
        for command in [
            &["list"][..],
            &["save", "t", "u"],
            &["remove", "1"],
            &["reindex"],
            &["stores"],
        ] {
            failed(&place.run(&[command, &["--store", &store]].concat()), says);
        }
        assert_eq!(fs::read(place.path(file)).ok(), before, "{file}");
    }
}

#[test]
fn a_store_of_another_name_is_reported_with_those_that_there_are() {
    let place = Place::with_store();
    place.run(&["save", "t", "u", "--store", "sqlite:t.db#access"]);
    let says = "tracking: there is no store work in t.db; there are: access, main\n";
    for command in [
        &["list"][..],
        &["remove", "1", "--yes"],
        &["reindex"],
        &["export"],
    ] {
        let ran = place.run(&[command, &["--store", "sqlite:t.db#work"]].concat());
        failed(&ran, says);
    }
    assert_eq!(place.stdout_on_store(&["stores"]), "access\nmain\n");
    assert_eq!(
        place.json_on_store(&["stores"]),
        serde_json::json!({"stores": ["access", "main"]})
    );
}

/// Makes a command that runs without the rights of root.
#[cfg(unix)]
fn without_rights(place: &Place, arguments: &[&str]) -> std::process::Command {
    let probe = place.path("probe");
    fs::write(&probe, "").unwrap();
    set_mode(&probe, 0o000);
    let is_root = fs::File::open(&probe).is_ok();
    fs::remove_file(&probe).unwrap();
    if is_root {
        place.command_as_nobody(arguments)
    } else {
        place.command(arguments)
    }
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_can_be_looked_at_and_is_not_changed() {
    let place = Place::with_store();
    set_mode(&place.path("t.db"), 0o444);
    let run = |arguments: &[&str]| {
        let arguments = [arguments, &["--store", STORE, "--wait", "1ms"]].concat();
        let arguments = if arguments[0] == "list" {
            &arguments[..3]
        } else {
            &arguments
        };
        Ran::from(without_rights(&place, arguments).output().unwrap())
    };
    let ran = run(&["list"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.out.contains("0000005"), "{ran:?}");
    for command in CHANGES
        .iter()
        .filter(|command| !["import", "copy"].contains(&command[0]))
    {
        let ran = run(command);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (Some(1), ""),
            "{command:?}: {ran:?}"
        );
        assert!(ran.err.contains("t.db"), "{command:?}: {}", ran.err);
    }
    assert_eq!(place.exported(), EXPORT);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    let place = Place::with_store();
    set_mode(&place.path("t.db"), 0o000);
    for command in [&["list"][..], &["save", "t", "u"], &["stores"]] {
        let arguments = [command, &["--store", STORE]].concat();
        let ran = Ran::from(without_rights(&place, &arguments).output().unwrap());
        failed(&ran, "t.db");
        assert!(
            ran.err.contains("ermission denied") || ran.err.contains("may"),
            "{}",
            ran.err
        );
    }
}
