//! Looking after a store and its file.

use rusqlite::Connection;
use serde_json::json;

use crate::tool::{EXPORT, Place};

/// The export of many tracks with long data, of two users.
fn large() -> String {
    let text = "x".repeat(500);
    let track = |n: u32| {
        let user = if n <= 2_000 { "anna" } else { "ben" };
        format!(
            r#"{{"track":{{"id":{n},"task":"t","run":1,"user":"{user}","time":"2026-11-20T08:00:00Z","data":{{"text":"{text}"}}}}}}"#
        )
    };
    let mut lines = vec![
        r#"{"format":"tracking-export","version":1}"#.to_owned(),
        r#"{"run":{"id":1,"task":"t","start":"2026-11-20T08:00:00Z","end":"2026-11-20T08:10:00Z","finished":true,"current":false}}"#.to_owned(),
    ];
    lines.extend((1..=3_000).map(track));
    lines.push(r#"{"counters":{"last_track":3000,"last_run":1}}"#.to_owned());
    lines.join("\n")
}

fn with_large() -> Place {
    let place = Place::new();
    let ran = place.run_with_input(&["import", "--store", "sqlite:t.db"], large().as_bytes());
    assert_eq!(ran.status, Some(0), "{ran:?}");
    place
}

fn size(place: &Place, name: &str) -> u64 {
    std::fs::metadata(place.path(name)).unwrap().len()
}

#[test]
fn a_backup_is_a_store_of_its_own() {
    let place = Place::with_store();
    place.run(&["save", "t", "u", "--store", "sqlite:t.db#access"]);
    let output = place.stdout_on_store(&["backup", "backup.db"]);
    assert!(
        output.starts_with("copied the file with all its stores to backup.db ("),
        "{output}"
    );
    assert_eq!(
        place.run(&["export", "--store", "sqlite:backup.db"]).out,
        EXPORT
    );
    let names = place.run(&["stores", "--store", "sqlite:backup.db"]).out;
    assert_eq!(names, "access\nmain\n");
    let output = place.json_on_store(&["backup", "more.db"]);
    assert_eq!(
        output,
        json!({"file": "more.db", "bytes": size(&place, "more.db")})
    );
}

#[test]
fn a_backup_is_made_while_somebody_writes() {
    let place = Place::with_store();
    let writer = Connection::open(place.path("t.db")).unwrap();
    writer.execute_batch("begin immediate").unwrap();
    place.stdout_on_store(&["backup", "backup.db"]);
    assert_eq!(
        place.run(&["export", "--store", "sqlite:backup.db"]).out,
        EXPORT
    );
}

#[test]
fn a_backup_overwrites_nothing() {
    let place = Place::with_store();
    place.write("there", "hello");
    for (file, says) in [
        ("there", "there is a file already; take another name"),
        ("t.db", "there is a file already"),
        ("missing/backup.db", "missing/backup.db"),
    ] {
        let ran = place.run_on_store(&["backup", file]);
        assert_eq!((ran.status, ran.out.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.err.contains(says), "{says:?} is not in: {}", ran.err);
    }
    assert_eq!(place.read("there"), "hello");
    assert_eq!(place.exported(), EXPORT);
}

#[test]
fn a_check_finds_nothing_in_order_and_tells_what_is_wrong() {
    let place = Place::with_store();
    assert_eq!(place.stdout_on_store(&["check"]), "nothing is wrong\n");
    assert_eq!(place.json_on_store(&["check"]), json!({"faults": []}));
    let odd = Connection::open(place.path("t.db")).unwrap();
    odd.execute_batch("update track set data = '{ }' where id = 3")
        .unwrap();
    let ran = place.run_on_store(&["check"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.out.starts_with("track 3 has data"), "{ran:?}");
    assert_eq!(
        ran.err,
        "tracking: 1 fault in t.db; `tracking reindex` mends indexes, for the rest go back to a backup\n"
    );
    let ran = place.run_on_store(&["check", "--json"]);
    let output: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(output["faults"].as_array().unwrap().len(), 1);
}

#[test]
fn a_damaged_file_is_reported_and_never_a_panic() {
    for at in [100, 5_000, 20_000, 50_000] {
        let place = with_large();
        let mut bytes = std::fs::read(place.path("t.db")).unwrap();
        bytes[at..at + 4_000].fill(0x5a);
        place.write("t.db", bytes);
        for command in [
            &["check"][..],
            &["list"],
            &["export"],
            &["overview"],
            &["save", "t", "u"],
        ] {
            let ran = place.run_on_store(command);
            assert!(
                matches!(ran.status, Some(0 | 1)),
                "{at} {command:?}: {ran:?}"
            );
        }
        let ran = place.run_on_store(&["check"]);
        assert_eq!(ran.status, Some(1), "{at}: {ran:?}");
    }
}

#[test]
fn the_file_shrinks_after_a_removal() {
    for command in [
        &["remove", "--user", "anna", "--yes"][..],
        &["erase", "anna", "--yes"],
        &["prune", "--keep-last", "10", "--yes"],
    ] {
        let place = with_large();
        let before = size(&place, "t.db");
        place.stdout_on_store(command);
        let after = size(&place, "t.db");
        assert!(after < before * 2 / 3, "{command:?}: {before} to {after}");
        let output = place.stdout_on_store(&["shrink"]);
        assert_eq!(output, "the file is as small as can be already\n");
        assert_eq!(place.json_on_store(&["shrink"]), json!({"bytes": 0}));
    }
}

#[test]
fn an_erased_user_is_named_nowhere_in_the_files() {
    let place = Place::new();
    let secret = "Zacharias-Quux";
    for n in 0..3 {
        place.stdout_on_store(&["save", "t", secret, "--data", &format!("n={n}")]);
        place.stdout_on_store(&["save", "t", "u"]);
    }
    place.stdout_on_store(&["erase", secret, "--yes"]);
    for entry in std::fs::read_dir(place.path("")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found, "{} names the user still", path.display());
    }
}
