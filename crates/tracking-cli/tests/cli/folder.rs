//! A folder stands for the logs in it, for every command that reads logs.

use std::fs;

use crate::tool::{LOG, Place, STORE, gzip};

/// Where nginx and logrotate leave their logs, the store among them.
fn nginx() -> Place {
    let place = Place::new();
    fs::create_dir(place.path("nginx")).unwrap();
    let lines: Vec<_> = LOG.split_inclusive('\n').collect();
    let (old, new) = lines.split_at(4);
    place.write("nginx/access.log.2.gz", gzip(old.concat().as_bytes()));
    place.write("nginx/access.log.1", new.concat());
    place.write("nginx/access.log", "");
    place.write(
        "nginx/error.log",
        "2026/11/23 15:47:01 [error] 7#7: *1 no\n",
    );
    place
}

const IN_FOLDER: &str = "sqlite:nginx/tracks.db";

#[test]
fn a_folder_is_loaded_once_with_the_store_in_it() {
    let place = nginx();
    let only = ["--only-file", "access.log*", "--only-file", "tracks.db*"];
    let arguments = [
        &["load", "nginx", "--store", IN_FOLDER, "--json"],
        &only[..],
    ]
    .concat();
    for tracks in [7, 0] {
        let ran = place.run(&arguments);
        assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
        let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(told["tracks"], tracks);
        assert_eq!(told["logs"].as_array().unwrap().len(), 2, "{told}");
    }
}

#[test]
fn a_file_that_is_no_log_is_named_with_how_to_leave_it_out_and_the_rest_is_loaded() {
    let place = nginx();
    let ran = place.kept(&["load", "nginx"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let named = "the format of nginx/error.log is not known";
    assert!(ran.err.contains(named), "{}", ran.err);
    assert!(ran.err.contains("--only-file"), "{}", ran.err);
    let counted = place.told_json(&["count", "--by", "task"]);
    assert_eq!(counted["tracks"], 7);
}

#[test]
fn reports_and_lists_read_a_folder_too() {
    let place = nginx();
    let only = ["nginx", "--only-file", "access.log*"];
    let report = place.json(&only);
    assert_eq!(report["lines"], 10);
    let ran = place.run(&[&["overview"], &only[..]].concat());
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.out.contains("nginx"), "{}", ran.out);
}

#[test]
fn the_format_of_each_log_in_a_folder_is_checked() {
    let place = nginx();
    let ran = place.run(&["check-format", "nginx"]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    for name in ["access.log.1", "access.log.2.gz", "error.log"] {
        let named = format!("nginx/{name}\n");
        assert!(ran.out.contains(&named), "{}", ran.out);
    }
    assert!(!ran.out.contains("nginx/access.log\n"), "{}", ran.out);
}

#[test]
fn a_folder_without_a_log_is_an_error() {
    let place = nginx();
    for command in ["load", "report", "check-format"] {
        let mut arguments = vec![command, "nginx", "--only-file", "acces.log*"];
        if command == "load" {
            arguments.extend(["--store", STORE]);
        }
        let ran = place.run(&arguments);
        assert_eq!(ran.status, Some(1), "{ran:?}");
        let says = "tracking: there is no log in nginx;";
        assert!(ran.err.starts_with(says), "{}", ran.err);
    }
}

#[test]
fn what_cannot_be_meant_with_a_folder_is_refused_before_anything_is_done() {
    let place = nginx();
    for (arguments, says) in [
        (
            vec![
                "load",
                "nginx/access.log",
                "--only-file",
                "a*",
                "--store",
                STORE,
            ],
            "--only-file goes with a folder",
        ),
        (
            vec![
                "load",
                "nginx",
                "--rejects",
                "nginx/bad.log",
                "--store",
                STORE,
            ],
            "would be taken for a log of nginx",
        ),
        (
            vec!["report", "./nginx/", "--html", "nginx/../nginx/page.html"],
            "would be taken for a log of ./nginx/",
        ),
        (
            vec![
                "load",
                "nginx",
                "--rejects",
                "nginx/error.log",
                "--store",
                STORE,
            ],
            "would be taken for a log of nginx",
        ),
    ] {
        let ran = place.run(&arguments);
        assert_eq!(ran.status, Some(2), "{ran:?}");
        assert!(ran.err.contains(says), "{says:?} is not in: {}", ran.err);
    }
    assert!(!place.path("t.db").exists());
    // What is not asked for may be written there.
    let ran = place.kept(&[
        "load",
        "nginx",
        "--only-file",
        "access*",
        "--rejects",
        "nginx/bad.log",
    ]);
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert_eq!(place.read("nginx/bad.log").lines().count(), 2);
}
