//! The command with a store in PostgreSQL.

#[path = "../../../tracking-postgres/tests/tools/server.rs"]
mod server;

use std::process::Command;

use crate::tool::{EXPORT, Place, Ran};

use server::Server;

/// Runs a command on a store of the server.
fn on(place: &Place, store: &str, arguments: &[&str]) -> Ran {
    place.run(&[arguments, &["--store", store]].concat())
}

#[test]
fn a_store_in_postgresql_is_filled_looked_at_copied_and_changed() {
    let Some(server) = Server::shared() else {
        return;
    };
    let place = Place::new();
    let name = Server::fresh_store_name();
    let store = format!("{}#{name}", server.url());
    let missing = on(&place, &store, &["count", "--by", "user"]);
    assert_eq!(missing.status, Some(1), "{missing:?}");

    let import = ["import", "--store", &store];
    let ran = place.run_with_input(&import, EXPORT.as_bytes());
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.contains(&store), "{ran:?}");
    assert_eq!(on(&place, &store, &["export"]).out, EXPORT);
    let names = on(&place, &store, &["stores"]);
    assert!(names.out.lines().any(|line| line == name), "{names:?}");

    for to in ["sqlite:copy.db", &format!("{}#{name}c", server.url())] {
        let copied = on(&place, &store, &["copy", "--to", to]);
        assert_eq!((copied.status, copied.err.as_str()), (Some(0), ""));
        assert_eq!(on(&place, to, &["export"]).out, EXPORT);
    }
    let same = on(&place, &store, &["copy", "--to", &store]);
    assert!(
        same.err.contains("--to is the store that is copied itself"),
        "{same:?}"
    );

    let erased = on(&place, &store, &["erase", "anna", "--yes"]);
    assert_eq!(erased.status, Some(0), "{erased:?}");
    assert!(
        erased.err.contains("vacuum (full, analyze) tracking.track"),
        "{erased:?}"
    );
    let count = on(&place, &store, &["count", "--by", "user"]);
    assert!(
        count.out.contains("carl") && !count.out.contains("anna"),
        "{count:?}"
    );
    let backup: &[&str] = &["backup", "copy.db"];
    for (command, tool) in [
        (&["shrink"][..], "vacuum"),
        (backup, "pg_dump"),
        (&["check"], "pg_amcheck"),
    ] {
        let refused = on(&place, &store, command);
        assert_eq!(refused.status, Some(1));
        assert!(refused.err.contains(tool), "{refused:?}");
    }
}

#[test]
fn what_a_url_omits_comes_from_the_environment() {
    let Some(server) = Server::shared() else {
        return;
    };
    let place = Place::new();
    let store = format!("postgres://#{}", Server::fresh_store_name());
    let saved = place
        .command(&["save", "lesson-1", "anna", "--store", &store])
        .env("PGHOST", "127.0.0.1")
        .env("PGPORT", server.port().to_string())
        .env("PGUSER", "app")
        .env("PGDATABASE", "postgres")
        .output()
        .unwrap();
    assert!(saved.status.success(), "{saved:?}");
}

#[test]
fn prune_drops_partitions_and_removes_the_other_old_tracks() {
    let Some(server) = Server::shared() else {
        return;
    };
    let place = Place::new();
    let name = Server::fresh_store_name();
    let psql = Server::programs().unwrap().join("psql");
    let created = Command::new(psql)
        .args([
            server.url(),
            "-qc".into(),
            format!("create database {name}"),
        ])
        .status();
    assert!(created.unwrap().success());
    let database = format!("postgres://app@127.0.0.1:{}/{name}", server.port());
    let store = format!("{database}?partition_every=4");
    for minute in 10..20 {
        let time = format!("2026-11-23 15:{minute}");
        let save = ["save", "lesson-1", "anna", "--time", time.as_str()];
        assert_eq!(on(&place, &store, &save).status, Some(0));
    }
    let prune = ["prune", "--older-than", "2026-11-23 15:16", "--yes"];
    let pruned = on(&place, &store, &prune);
    assert!(pruned.out.starts_with("removed 6 tracks"), "{pruned:?}");
    assert_eq!(on(&place, &database, &["count"]).out.trim(), "4");
}
