//! `tracking restore`.

use serde_json::json;
use tracking_core::TrackingStorageExt as _;
use tracking_sqlite::SqliteStorage;

use crate::tool::{EXPORT, Place};

/// A store that was changed after its backup `b.db` was made.
fn with_backup() -> Place {
    let place = Place::with_store();
    place.stdout_on_store(&["backup", "b.db"]);
    place.stdout_on_store(&["save", "lesson-1", "dora"]);
    place
}

#[test]
fn a_backup_is_restored_to_a_new_file() {
    let place = with_backup();
    let ran = place.run(&["restore", "b.db", "--store", "sqlite:new.db"]);
    assert!(ran.out.starts_with("restored main to new.db ("), "{ran:?}");
    let ran = place.run(&["export", "--store", "sqlite:new.db"]);
    assert_eq!(ran.out, EXPORT);
}

#[test]
fn a_store_is_replaced_only_with_the_option() {
    let place = with_backup();
    let changed = place.exported();
    let ran = place.run_on_store(&["restore", "b.db"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert_eq!(
        ran.err,
        "tracking: there is a file t.db already; nothing was changed (use --replace)\n"
    );
    let output = place.stdout_on_store(&["restore", "b.db", "--replace", "--dry-run"]);
    assert!(output.starts_with("the backup is sound; it would restore main to t.db ("));
    assert_eq!(place.exported(), changed);
    let output = place.json_on_store(&["restore", "b.db", "--replace"]);
    let bytes = std::fs::metadata(place.path("b.db")).unwrap().len();
    assert_eq!(
        output,
        json!({"dry_run": false, "file": "t.db", "stores": ["main"], "bytes": bytes, "replaced": true})
    );
    assert_eq!(place.exported(), EXPORT);
}

#[test]
fn a_store_that_a_program_has_open_stays() {
    let place = with_backup();
    let store = SqliteStorage::open(place.path("t.db")).unwrap();
    store.save_data("lesson-1", "emil", json!({})).unwrap();
    let changed = place.exported();
    let ran = place.run_on_store(&["restore", "b.db", "--replace", "--wait", "0s"]);
    assert_eq!(ran.status, Some(75), "{ran:?}");
    assert!(ran.err.contains("stop that program"), "{ran:?}");
    assert_eq!(place.exported(), changed);
}

#[test]
fn a_damaged_backup_and_what_is_none_change_nothing() {
    let place = with_backup();
    let changed = place.exported();
    let mut bytes = std::fs::read(place.path("b.db")).unwrap();
    bytes[4_096..8_192].fill(0x5a);
    place.write("b.db", bytes);
    place.write("notes", "notes");
    place.write("t.jsonl", EXPORT);
    for (backup, says) in [
        ("b.db", "nothing was changed in t.db"),
        ("notes", "it is no SQLite database"),
        ("missing.db", "missing.db"),
        ("t.jsonl", "`tracking import --store sqlite:t.db t.jsonl`"),
    ] {
        let ran = place.run_on_store(&["restore", backup, "--replace"]);
        assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.err.contains(says), "{says:?} is not in: {}", ran.err);
        assert_eq!(place.exported(), changed);
    }
}

#[test]
fn what_is_no_file_names_the_command_that_helps() {
    let place = with_backup();
    for (store, says) in [
        (
            "postgres://u:secret@h/d",
            "`tracking copy --store sqlite:b.db --to postgres://u@h/d`",
        ),
        ("memory:", "`tracking overview --store sqlite:b.db`"),
        (
            "sqlite:t.db#access",
            "`tracking copy --store sqlite:b.db#access --to sqlite:t.db#access`",
        ),
    ] {
        let ran = place.run(&["restore", "b.db", "--store", store]);
        assert_eq!(ran.status, Some(2), "{ran:?}");
        assert!(ran.err.contains(says), "{says:?} is not in: {}", ran.err);
        assert!(!ran.err.contains("secret"), "{}", ran.err);
    }
}
