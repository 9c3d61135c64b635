//! What is removed can be written to a file first, and a part of a store exported.

use std::fs;

use crate::tool::{EXPORT, Place};

/// The lines of an export that contain tracks.
fn tracks(export: &str) -> Vec<&str> {
    let lines = export.lines();
    lines
        .filter(|line| line.starts_with("{\"track\""))
        .collect()
}

#[test]
fn what_is_removed_is_in_the_archive_and_can_be_imported() {
    for command in [
        &["remove", "--user", "anna"][..],
        &["remove", "1", "6"],
        &["remove", "--all"],
        &["erase", "anna"],
        &["prune", "--older-than", "2026-11-23"],
        &["prune", "--keep-last", "1"],
        &["prune", "--keep-last", "1", "--older-than", "2026-11-22"],
    ] {
        let plain = Place::with_store();
        plain.stdout_on_store(&[command, &["--yes"]].concat());
        let place = Place::with_store();
        let output =
            place.stdout_on_store(&[command, &["--yes", "--archive", "gone.jsonl"]].concat());
        assert!(output.contains("in gone.jsonl"), "{output}");
        // The same tracks are gone, and all of them are in the archive.
        let (left, archive) = (place.exported(), place.read("gone.jsonl"));
        assert_eq!(tracks(&left), tracks(&plain.exported()), "{command:?}");
        let all: Vec<&str> = tracks(EXPORT);
        let removed: Vec<&str> = all
            .iter()
            .copied()
            .filter(|line| !left.contains(line))
            .collect();
        assert_eq!(tracks(&archive), removed, "{command:?}");
        assert!(!archive.contains("checkpoint"), "{archive}");
        assert_eq!(
            archive.contains("\"k1\""),
            archive.contains("\"id\":6"),
            "{archive}"
        );
        // It can be put back.
        place.stdout_on_store(&["import", "gone.jsonl"]);
        assert_eq!(place.exported(), EXPORT, "{command:?}");
    }
}

#[test]
fn nothing_is_removed_where_nothing_can_be_archived() {
    let place = Place::with_store();
    place.write("there.jsonl", "precious");
    for (file, status) in [("there.jsonl", 2), ("no/folder/gone.jsonl", 1)] {
        for command in [
            &["remove", "--all"][..],
            &["erase", "anna"],
            &["prune", "--keep-last", "0"],
        ] {
            let ran = place.run_on_store(&[command, &["--yes", "--archive", file]].concat());
            assert_eq!(
                (ran.status, ran.out.as_str()),
                (Some(status), ""),
                "{ran:?}"
            );
            // Nothing was started, so there is nothing to complete.
            assert!(!ran.err.contains("traces may remain"), "{ran:?}");
            assert_eq!(place.exported(), EXPORT);
        }
    }
    assert_eq!(place.read("there.jsonl"), "precious");
}

#[test]
fn a_dry_run_writes_no_archive() {
    let place = Place::with_store();
    place.stdout_on_store(&["remove", "--all", "--dry-run", "--archive", "gone.jsonl"]);
    place.stdout_on_store(&["erase", "anna", "--dry-run", "--archive", "gone.jsonl"]);
    assert!(!fs::exists(place.path("gone.jsonl")).unwrap());
}

#[test]
fn a_part_of_a_store_is_exported_without_checkpoints() {
    let place = Place::with_store();
    for (options, ids) in [
        (&["--from", "2026-11-23"][..], &["3", "5", "6"][..]),
        (&["--user", "anna", "--to", "2026-11-20"], &["1"]),
        (&["--except-task", "lesson-1"], &["5", "6"]),
        (&["--data", "page>=2"], &["3", "5"]),
        (&["--user", "nobody"], &[]),
    ] {
        let part = place.stdout_on_store(&[&["export"], options].concat());
        let found: Vec<String> = tracks(&part)
            .iter()
            .map(|line| {
                let record: serde_json::Value = serde_json::from_str(line).unwrap();
                record["track"]["id"].to_string()
            })
            .collect();
        assert_eq!(found, ids, "{options:?}");
        assert!(!part.contains("checkpoint"), "{part}");
        let copy = Place::new();
        copy.write("part.jsonl", &part);
        copy.stdout_on_store(&["import", "part.jsonl"]);
        assert_eq!(copy.exported(), part);
    }
}
