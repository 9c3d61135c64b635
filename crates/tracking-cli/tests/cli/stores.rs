//! Which store is meant, and what is done where it is not there.

use std::fs;

use crate::commands::COMMANDS;
use crate::tool::{EXPORT, Place, STORE};

/// Every command that changes a store or looks after it, with what it needs.
pub(crate) const CHANGES: [&[&str]; 15] = [
    &["save", "lesson-1", "anna", "--data", "page=4"],
    &["update", "3", "--data", "page=4"],
    &["remove", "3", "--yes"],
    &["erase", "anna", "--yes"],
    &["rename-user", "anna", "ben", "--yes"],
    &["prune", "--keep-last", "1", "--yes"],
    &["run", "start", "lesson-1"],
    &["run", "stop", "2"],
    &["run", "expire", "--untouched", "1d"],
    &["import", "export.jsonl"],
    &["reindex"],
    &["shrink"],
    &["index", "add", "page"],
    &["index", "drop", "page"],
    &["copy", "--to", "sqlite:copy.db"],
];

/// Those that make a store where there is none.
const MAKERS: [&str; 4] = ["save", "start", "import", "add"];

#[test]
fn a_store_is_looked_at_by_every_command_that_looks_at_logs() {
    let place = Place::with_store();
    for (command, found) in [
        (&["overview"][..], "lesson-2"),
        (&["list"], "0000005"),
        (&["show", "5"], "answer"),
        (&["runs"], "finished"),
        (&["run", "show", "2"], "lesson-1"),
        (&["task", "lesson-2"], "carl"),
        (&["user", "carl"], "lesson-2"),
        (&["tasks"], "lesson-1"),
        (&["users"], "ben"),
        (&["count", "--by", "field:page"], "3"),
    ] {
        let output = place.stdout_on_store(command);
        assert!(
            output.contains(found),
            "{command:?}: {found} is not in: {output}"
        );
        for format in ["html", "csv", "json", "jsonl"] {
            place.stdout_on_store(&[command, &["--format", format]].concat());
        }
    }
    assert_eq!(place.exported(), EXPORT, "looking changes nothing");
}

#[test]
fn the_environment_replaces_the_option() {
    let place = Place::with_store();
    let run = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        let output = command.env("TRACKING_STORE", STORE).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run(&["list"]).contains("0000005"));
    assert!(run(&["save", "lesson-3", "dora"]).contains("track 0000008"));
    assert!(!run(&["list", "--store", "sqlite:other.db"]).contains("0000005"));
    // Logs that are named are meant.
    place.write(
        "access.log",
        "h - - [23/Nov/2026:10:00:00 +0000] \"GET /log HTTP/1.1\" 200 1\n",
    );
    assert!(run(&["list", "access.log"]).contains("/log"));
    assert!(run(&["report", "access.log"]).contains("/log"));
}

#[test]
fn what_cannot_be_meant_is_reported_with_advice() {
    let place = Place::with_log();
    let load = "load the logs, with `tracking load --store sqlite:t.db FILE...`";
    for (arguments, output) in [
        (
            &["list"][..],
            "name logs to look at, as in `tracking overview access.log`, or a store",
        ),
        (
            &["list", "--store", "memory:"],
            "a store in memory is empty at first",
        ),
        (&["list", "--store", STORE, "access.log"], load),
        (
            &["list", "--store", "memory"],
            "or a file of this name as sqlite:memory",
        ),
        (&["list", "--store", "mysql:t.db"], "\"mysql\" is no kind"),
        (
            &["list", "--store", "sqlite:"],
            "a file must follow sqlite:",
        ),
        (
            &["list", "--store", "sqlite:t.db#A"],
            "\"A\" is no name of a store",
        ),
        (
            &["save", "t", "u"],
            "name the store, with --store sqlite:FILE, or in TRACKING_STORE",
        ),
        (
            &["save", "t", "u", "--store", "memory:"],
            "a store in memory is gone when the command ends",
        ),
        (
            &["copy", "--store", STORE, "--to", "memory:"],
            "a store in memory is gone",
        ),
        (
            &["copy", "--store", STORE, "--to", "sqlite:./t.db"],
            "is the store that is copied itself",
        ),
    ] {
        if output.contains("itself") {
            place.run(&["save", "t", "u", "--store", STORE]);
        }
        let ran = place.run(arguments);
        assert_eq!(
            (ran.status, ran.out.as_str()),
            (Some(2), ""),
            "{arguments:?}: {ran:?}"
        );
        assert!(
            ran.err.contains(output),
            "{output:?} is not in: {}",
            ran.err
        );
    }
    let listed = place.run(&["list", "--store", "memory:", "access.log"]);
    assert_eq!(listed.status, Some(0), "logs go into memory: {listed:?}");
}

#[test]
fn a_store_that_is_not_there_is_made_only_to_put_something_in() {
    for command in CHANGES {
        let place = Place::new();
        place.write("export.jsonl", EXPORT);
        let ran = place.run_on_store(command);
        let makes = command.iter().any(|word| MAKERS.contains(word));
        assert_eq!(place.path("t.db").exists(), makes, "{command:?}: {ran:?}");
        if !makes {
            let output =
                "tracking: there is no store t.db; `tracking load`, `save` and `import` make one\n";
            assert_eq!(
                (ran.status, ran.err.as_str()),
                (Some(1), output),
                "{command:?}"
            );
        }
    }
    let place = Place::new();
    for command in COMMANDS.iter().chain(&[
        &["export"][..],
        &["index", "list"],
        &["check"],
        &["backup", "b.db"],
        &["stores"],
    ]) {
        let ran = place.run_on_store(command);
        assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""), "{command:?}");
        assert!(ran.err.contains("there is no store t.db"), "{}", ran.err);
        assert_eq!(
            fs::read_dir(place.path("")).unwrap().count(),
            0,
            "{command:?}"
        );
    }
}

#[test]
fn several_stores_lie_in_one_file() {
    let place = Place::new();
    for (store, user) in [("sqlite:t.db", "anna"), ("sqlite:t.db#access", "ben")] {
        let ran = place.run(&["save", "t", user, "--store", store]);
        assert!(ran.out.contains("track 0000001"), "{ran:?}");
    }
    for (store, user) in [("sqlite:t.db#main", "anna"), ("sqlite:t.db#access", "ben")] {
        let ran = place.run(&["users", "--format", "csv", "--store", store]);
        assert_eq!(ran.out, format!("user,count\r\n{user},1\r\n"));
    }
    let title = place
        .run(&["overview", "--store", "sqlite:./t.db#access"])
        .out;
    assert!(title.starts_with("Overview of t.db#access\n"), "{title}");
}

#[test]
fn the_store_is_not_overwritten_by_what_is_shown() {
    let place = Place::with_store();
    for arguments in [&["list", "--output", "./t.db"][..], &["export", "t.db"]] {
        let ran = place.run_on_store(arguments);
        assert_eq!(ran.status, Some(2), "{ran:?}");
        assert!(
            ran.err.contains("would overwrite the store itself"),
            "{}",
            ran.err
        );
    }
    assert_eq!(place.exported(), EXPORT);
}

#[test]
fn a_path_alone_is_a_file() {
    let place = Place::new();
    let ran = place.run(&["save", "t", "u", "--store", "tracks.db"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    for store in [
        "tracks.db",
        "sqlite:tracks.db",
        "./tracks.db",
        "tracks.db#main",
    ] {
        let ran = place.run(&["count", "--store", store]);
        assert_eq!(ran.out, "1\n", "{store}: {}", ran.err);
    }
}
