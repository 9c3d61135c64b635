//! Opening stores: several programs at once, for reading only, of a later version.

use std::thread;

use serde_json::json;
use tracking_core::{
    Batch, Checkpoint, CheckpointName, Data, ErrorKind, Field, Query, TrackingStorage,
    TrackingStorageExt as _,
};
use tracking_postgres::{PostgresStorage, StoreName};

use crate::database::Database;
use crate::server::Server;
use crate::session::{Session, execute};
use crate::stores::server;

#[test]
fn ten_programs_create_the_tables_concurrently_and_an_older_one_is_refused() {
    let Some(server) = server() else { return };
    let database = format!("d_{}", Server::fresh_store_name());
    execute(server, "postgres", &format!("create database {database}"));
    let url = format!("postgres://app@127.0.0.1:{}/{database}", server.port());
    let missing = PostgresStorage::builder(url.as_str())
        .read_only()
        .open()
        .unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound, "{missing:?}");
    thread::scope(|scope| {
        for caller in 0..10 {
            let url = url.as_str();
            scope.spawn(move || {
                let store = PostgresStorage::open(url).unwrap();
                store
                    .save_data("a001", format!("u{caller}"), json!({}))
                    .unwrap();
            });
        }
    });
    let store = PostgresStorage::builder(url.as_str())
        .read_only()
        .open()
        .unwrap();
    assert_eq!(store.count(&Query::all()).unwrap(), 10);
    let refused = store.save_data("a001", "u", json!({})).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ReadOnly, "{refused:?}");
    assert_eq!(
        PostgresStorage::store_names(url.as_str()).unwrap(),
        [StoreName::default()]
    );
    let other = StoreName::new("other").unwrap();
    let missing = PostgresStorage::builder(url.as_str())
        .store(other)
        .read_only()
        .open();
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::NotFound);
    drop(store);
    execute(
        server,
        &database,
        "update tracking.schema_version set version = 9",
    );
    let newer = PostgresStorage::open(url.as_str()).unwrap_err();
    assert_eq!(newer.kind(), ErrorKind::NewerVersion, "{newer:?}");
    execute(
        server,
        "postgres",
        &format!("drop database {database} with (force)"),
    );
}

#[test]
fn a_role_gets_by_with_the_rights_that_the_documents_name() {
    let Some(server) = server() else { return };
    let name = Server::fresh_store_name();
    let owner = PostgresStorage::builder(server.url())
        .store(StoreName::new(name.as_str()).unwrap())
        .open()
        .unwrap();
    let (writer, reader) = (format!("w_{name}"), format!("r_{name}"));
    execute(
        server,
        "postgres",
        &format!(
            "create role {writer} login; create role {reader} login; \
             grant usage on schema tracking to {writer}, {reader}; \
             grant select on all tables in schema tracking to {writer}, {reader}; \
             grant insert, update, delete on all tables in schema tracking to {writer}"
        ),
    );
    let as_role = |role: &str| {
        let url = format!("postgres://{role}@127.0.0.1:{}/postgres", server.port());
        PostgresStorage::builder(url).store(owner.store_name().clone())
    };
    let store = as_role(&writer).open().unwrap();
    store.save_data("a001", "u1", json!({})).unwrap();
    assert_eq!(store.remove_matching(&Query::all()).unwrap(), 1);
    drop(store);
    let store = as_role(&reader).read_only().open().unwrap();
    assert_eq!(store.count(&Query::all()).unwrap(), 0);
    drop(store);
    let store = as_role(&reader).open().unwrap();
    let denied = store.save_data("a001", "u1", json!({})).unwrap_err();
    assert_eq!(denied.kind(), ErrorKind::AccessDenied, "{denied:?}");
    drop(store);
    owner.remove_store().unwrap();
    execute(
        server,
        "postgres",
        &format!("drop owned by {writer}, {reader}; drop role {writer}, {reader}"),
    );
}

#[test]
fn a_statement_whose_columns_a_migration_has_changed_is_prepared_again() {
    let Some(server) = server() else { return };
    let database = format!("d_{}", Server::fresh_store_name());
    execute(server, "postgres", &format!("create database {database}"));
    let url = format!("postgres://app@127.0.0.1:{}/{database}", server.port());
    let store = PostgresStorage::open(&url).unwrap();
    let (name, position) = (CheckpointName::new("log").unwrap(), Data::empty());
    let batch = Batch::new().with_checkpoint(Checkpoint::new(name.clone(), position));
    store.apply(&batch).unwrap();
    assert!(store.checkpoint(&name).unwrap().is_some());
    execute(
        server,
        &database,
        "alter table tracking.checkpoint alter column name type varchar collate \"C\"",
    );
    assert!(store.checkpoint(&name).unwrap().is_some());
    drop(store);
    let remove = format!("drop database {database} with (force)");
    execute(server, "postgres", &remove);
}

/// A database with the tables of an earlier version.
fn tables_of_version(server: &'static Server, version: usize) -> (Database, Session) {
    let steps = [
        include_str!("../../src/schema/v1.sql"),
        include_str!("../../src/schema/v2.sql"),
        include_str!("../../src/schema/v3.sql"),
    ];
    let database = Database::create(server);
    let session = database.session();
    session.execute(&format!(
        "create schema tracking; create table tracking.schema_version (version integer not null); \
         insert into tracking.schema_version values ({version})"
    ));
    for step in &steps[..version] {
        session.execute(step);
    }
    (database, session)
}

#[test]
fn tables_of_version_1_are_upgraded_with_the_indexes_on_fields() {
    let Some(server) = server() else { return };
    let (database, session) = tables_of_version(server, 1);
    session.execute(
        "insert into tracking.store (store, last_track, last_run, last_index) values ('main', 2, 1, 1); \
         insert into tracking.run values ('main', 1, null, null, now(), now(), false, false); \
         insert into tracking.track \
         select 'main', n, 'a', null, 1, 'u', null, now(), json_build_object('(store, x', n) \
         from generate_series(1, 2) as n; \
         insert into tracking.field_index values ('main', '[\"(store, x\"]', 1); \
         create index track_field_main_1 on tracking.track \
         (store, (left(tracking.field(data, array['(store, x']::text[]), 200)), time, id) \
         where store = 'main' and tracking.field(data, array['(store, x']::text[]) is not null",
    );
    let url = database.url();
    let refused = PostgresStorage::builder(&url).read_only().open();
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::NeedsUpgrade);
    let store = PostgresStorage::open(&url).unwrap();
    let indexes = session.numbers(
        "select count(*) from pg_indexes where indexname = 'track_field_main_1' \
         and indexdef like '%btree (\"left\"(%' and indexdef like '%(store, x%'",
    );
    assert_eq!(indexes, [1]);
    let query = Query::all().field(Field::path(["(store, x"]), 2);
    assert_eq!(store.count(&query).unwrap(), 1);
    assert_eq!(store.indexes().unwrap(), [Field::path(["(store, x"])]);
}

#[test]
fn ten_programs_upgrade_tables_of_version_3_concurrently() {
    let Some(server) = server() else { return };
    let (database, session) = tables_of_version(server, 3);
    session.execute(
        "insert into tracking.store (store, last_track, last_run) values ('main', 1, 1); \
         insert into tracking.run values ('main', 1, null, null, now(), now(), false, false); \
         insert into tracking.track values ('main', 1, 'a', null, 1, 'u', null, now(), '{}')",
    );
    let url = database.url();
    let reader = PostgresStorage::builder(&url).read_only();
    let refused = reader.open().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NeedsUpgrade, "{refused:?}");
    thread::scope(|scope| {
        for caller in 0..10 {
            let url = url.as_str();
            scope.spawn(move || {
                let store = PostgresStorage::open(url).unwrap();
                let user = format!("u{caller}");
                store.save_data("a001", user, json!({})).unwrap();
            });
        }
    });
    let store = PostgresStorage::open(&url).unwrap();
    assert_eq!(store.count(&Query::all()).unwrap(), 11);
    // An older program refuses tables of a later version than its own.
    let version = session.numbers("select version::bigint from tracking.schema_version");
    assert_eq!(version, [4]);
    let plain =
        "select count(*) from pg_class where oid = 'tracking.track'::regclass and relkind = 'r'";
    assert_eq!(session.numbers(plain), [1]);
}
