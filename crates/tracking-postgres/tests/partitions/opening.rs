//! Databases and stores with partitions are created, and nothing else becomes one.

use std::thread;

use serde_json::json;
use tracking_core::{
    Counters, Data, ErrorKind, NewRun, NewTrack, Query, Record, RunChoice, StoreName, TaskId,
    TrackId, TrackUpdate, TrackingStorage, TrackingStorageExt as _, UserName,
};
use tracking_postgres::{PostgresStorage, PostgresStorageBuilder};

use crate::database::{OwnDatabase, SIZE, ranges};
use crate::server::Server;
use crate::stores::{Fresh, server};

fn save(store: &PostgresStorage, tracks: u64) {
    for number in 0..tracks {
        store.save_data("a001", "u1", json!({"n": number})).unwrap();
    }
}

#[test]
fn ten_programs_create_tables_with_partitions_concurrently() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let url = format!("{}?partition_every=4", database.url());
    thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| save(&PostgresStorage::open(url.as_str()).unwrap(), 3));
        }
    });
    let store = PostgresStorage::open(url.as_str()).unwrap();
    assert_eq!(store.count(&Query::all()).unwrap(), 30);
    let session = database.session();
    let firsts = ranges(&session, store.store_name());
    assert!(
        (2..=8).contains(&firsts.len()) && firsts[0] == 1,
        "{firsts:?}"
    );
}

#[test]
fn a_store_keeps_the_partitions_that_it_was_created_with() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let refuses = |builder: PostgresStorageBuilder, reason: &str| {
        let refused = builder.open().unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidName, "{refused:?}");
        assert!(refused.to_string().contains(reason), "{refused}");
    };
    let plain = Fresh::new(PostgresStorage::builder(server().unwrap().url()));
    let of_plain = || PostgresStorage::builder(server().unwrap().url()).partition_every(SIZE);
    refuses(
        of_plain().store(plain.store_name().clone()),
        "no partitions by id",
    );
    let new = StoreName::new(Server::fresh_store_name()).unwrap();
    refuses(of_plain().store(new.clone()), "created without partitions");
    let missing = PostgresStorage::builder(server().unwrap().url())
        .store(new)
        .read_only();
    assert_eq!(missing.open().unwrap_err().kind(), ErrorKind::NotFound);
    let store = database.fresh();
    let again = || PostgresStorage::builder(database.url()).store(store.store_name().clone());
    refuses(again().partition_every(SIZE + 1), "has partitions of 4 ids");
    refuses(again().partition_every(0), "how many ids");
    save(&again().open().unwrap(), 5);
    save(&again().partition_every(SIZE).open().unwrap(), 5);
    assert_eq!(store.count(&Query::all()).unwrap(), 10);
}

#[test]
fn a_store_without_the_setting_has_one_partition() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let _partitioned = database.fresh();
    let url = database.url();
    let store = Fresh::in_database(url.clone(), PostgresStorage::builder(url).index("n"));
    save(&store, 10);
    let session = database.session();
    assert!(ranges(&session, store.store_name()).is_empty());
    let name = store.store_name();
    let is_there = format!("select count(*) from tracking.track_{name}_store");
    assert_eq!(session.numbers(&is_there), [10]);
    assert_eq!(store.count(&Query::all().field("n", 3)).unwrap(), 1);
    store.reindex().unwrap();
}

#[test]
fn the_partitions_of_a_store_go_with_it() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let url = database.url();
    let name = StoreName::new(Server::fresh_store_name()).unwrap();
    let session = database.session();
    let tables = format!("select count(*) from pg_class where relname like 'track\\_{name}\\_%'");
    for indexes in 0..2 {
        let builder = PostgresStorage::builder(url.as_str()).partition_every(SIZE);
        let builder = (0..indexes).fold(builder, |builder, _| builder.index("n"));
        let store = builder.store(name.clone()).open().unwrap();
        save(&store, 10);
        assert_eq!(ranges(&session, &name), [1, 5, 9]);
        store.remove_store().unwrap();
        assert_eq!(session.numbers(&tables), [0]);
    }
}

/// Who reads the table of tracks keeps the partition of a store from being dropped, but not its ranges.
#[test]
fn a_store_is_removed_while_others_read_other_stores() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let (other, store) = (database.fresh(), database.fresh());
    save(&store, 5);
    let name = store.store_name().clone();
    let reader = database.session();
    let other = other.store_name();
    reader.execute(&format!(
        "begin; select from tracking.track where store = '{other}'"
    ));
    let same = || {
        PostgresStorage::builder(database.url())
            .store(name.clone())
            .partition_every(SIZE)
    };
    same().open().unwrap().remove_store().unwrap();
    assert_eq!(ranges(&reader, &name), [0; 0]);
    reader.execute("commit");
    // A new store of this name replaces what was left.
    save(&same().open().unwrap(), 5);
    assert_eq!(ranges(&reader, &name), [1, 5]);
}

#[test]
fn names_of_stores_do_not_collide_with_partitions_of_others() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let url = database.url();
    let start = Server::fresh_store_name();
    let names = ["", "_1", "_1_part", "_store", "_store_pkey", "_pkey"];
    let stores = names.map(|end| {
        let name = StoreName::new(format!("{start}{end}")).unwrap();
        let builder = PostgresStorage::builder(url.as_str()).partition_every(SIZE);
        let store = builder.store(name).index("n").open().unwrap();
        save(&store, 5);
        store
    });
    for store in stores {
        assert_eq!(store.count(&Query::all().field("n", 4)).unwrap(), 1);
        store.remove_store().unwrap();
    }
}

#[test]
fn counters_alone_end_no_range() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let store = database.fresh();
    let session = database.session();
    let counters = Counters::new(TrackId::new(1_000_002), None);
    store.restore(&[Record::Counters(counters)]).unwrap();
    assert_eq!(ranges(&session, store.store_name()), [1]);
    save(&store, 1);
    assert_eq!(ranges(&session, store.store_name()), [1, 1_000_004]);
}

#[test]
fn the_last_range_takes_what_comes_while_others_read() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let store = database.fresh();
    let name = store.store_name();
    let session = database.session();
    let reader = database.session();
    save(&store, 3);
    reader.execute(&format!(
        "begin; select from tracking.track where store = '{name}'"
    ));
    save(&store, 3);
    assert_eq!(ranges(&session, name), [1]);
    reader.execute("commit");
    save(&store, 1);
    assert_eq!(ranges(&session, name), [1, 8]);
    // Who opens the store ends a range too.
    save(&store, 3);
    let role_without_tables =
        "update tracking.store set last_track = last_track + 1 where store = ";
    session.execute(&format!(
        "{role_without_tables} '{name}'; \
         insert into tracking.track select store, id + 1, task, task_rest, run, username, username_rest, time, \
         data from tracking.track where store = '{name}' and id = 10"
    ));
    assert_eq!(ranges(&session, name), [1, 8]);
    drop(
        PostgresStorage::builder(database.url())
            .store(name.clone())
            .open()
            .unwrap(),
    );
    assert_eq!(ranges(&session, name), [1, 8, 12]);
    assert_eq!(store.count(&Query::all()).unwrap(), 11);
}

/// Whatever is saved from several programs, while ranges are added and others read.
#[test]
fn many_programs_save_while_ranges_are_added() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let (threads, saves) = (4, 60);
    let store = database.fresh();
    let url = database.url();
    thread::scope(|scope| {
        for thread in 0..threads {
            let (url, name) = (&url, store.store_name().clone());
            scope.spawn(move || {
                let own = PostgresStorage::builder(url.as_str())
                    .store(name)
                    .open()
                    .unwrap();
                let task = format!("a{thread}");
                let (of_task, user) = (TaskId::new(&*task).unwrap(), UserName::new("u1").unwrap());
                own.start_run(NewRun::of(of_task.clone())).unwrap();
                for number in 0..saves {
                    let data = json!({"n": number});
                    let track = NewTrack::new(&*task, "u1", data).unwrap();
                    let id = own.save(track).unwrap();
                    let more: Data = json!({"more": number}).try_into().unwrap();
                    own.update(TrackUpdate::merge(id, more)).unwrap();
                    let track = own.track(id).unwrap().unwrap();
                    let expected = format!(r#"{{"more":{number},"n":{number}}}"#);
                    assert_eq!(track.data().as_str(), expected, "{id}");
                    let last = own.last_track(&of_task, RunChoice::Current, &user);
                    assert_eq!(last.unwrap().map(|track| track.id()), Some(id));
                    let count = own.count(&Query::all().task(&*task)).unwrap();
                    assert_eq!(count, number + 1);
                }
            });
        }
    });
    assert_eq!(store.count(&Query::all()).unwrap(), threads * saves);
    let session = database.session();
    assert!(ranges(&session, store.store_name()).len() > 10);
}

/// Large enough that the parts of an index are built one after the other, while others write.
#[test]
fn an_index_of_a_large_store_has_a_part_for_each_range() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let url = database.url();
    let store = database.fresh_with(|builder| builder.partition_every(20_000));
    let name = store.store_name().clone();
    let session = database.session();
    save(&store, 1);
    let insert = |first: u64, last: u64| {
        session.execute(&format!(
            "insert into tracking.track select store, n, task, null, run, username, null, time, \
             json_build_object('n', n, 'wide', repeat('x', 1800)) \
             from tracking.track, generate_series({first}, {last}) as n \
             where store = '{name}' and id = 1; \
             update tracking.store set last_track = {last} where store = '{name}'"
        ));
    };
    insert(2, 45_000);
    let parts = format!(
        "select count(*) from pg_inherits as i join pg_class as c on c.oid = i.inhrelid \
         where i.inhparent = 'tracking.track_field_{name}_1'::regclass"
    );
    let own_names = format!("{parts} and c.relname like 'track\\_leaf\\_%'");
    let valid = format!(
        "select count(*) from pg_index where indisvalid \
         and indexrelid = 'tracking.track_field_{name}_1'::regclass"
    );
    let open = || {
        PostgresStorage::builder(url.as_str())
            .store(name.clone())
            .index("n")
            .open()
    };
    let found = |store: &PostgresStorage| store.count(&Query::all().field("n", 44_000)).unwrap();
    let indexed = open().unwrap();
    assert_eq!(ranges(&session, &name), [1, 45_001]);
    assert_eq!(session.numbers(&parts), [2]);
    assert_eq!(session.numbers(&own_names), [2], "built part by part");
    assert_eq!(session.numbers(&valid), [1]);
    assert_eq!(found(&indexed), 1);
    // An index that was not completed is built again.
    session.execute(&format!(
        "drop index tracking.track_field_{name}_1; \
         create index track_field_{name}_1 on only tracking.track_{name}_store (id)"
    ));
    assert_eq!(session.numbers(&valid), [0]);
    let indexed = open().unwrap();
    assert_eq!(session.numbers(&own_names), [2]);
    assert_eq!(session.numbers(&valid), [1]);
    indexed.reindex().unwrap();
    assert_eq!(session.numbers(&valid), [1]);
    assert_eq!(found(&indexed), 1);
    // A range that is added later has its part, and statistics.
    insert(45_001, 64_999);
    save(&indexed, 1);
    assert_eq!(ranges(&session, &name), [1, 45_001, 65_001]);
    assert_eq!(session.numbers(&parts), [3]);
    let statistics = format!(
        "select count(*) from pg_statistic_ext where stxrelid in (select inhrelid from pg_inherits \
         where inhparent = 'tracking.track_{name}_store'::regclass)"
    );
    assert_eq!(session.numbers(&statistics), [6]);
    assert!(indexed.drop_index(&"n".into()).unwrap());
    assert_eq!(session.numbers(&statistics), [0]);
}
