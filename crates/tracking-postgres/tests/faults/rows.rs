//! Rows that somebody else has changed, and what is in the tables.

use serde_json::json;
use tracking_core::{
    Batch, ErrorKind, Field, NewRun, NewTrack, Order, Query, Timestamp, TrackingStorage,
    TrackingStorageExt as _, UserName,
};
use tracking_postgres::{PostgresStorage, StoreName};

use crate::database::Database;
use crate::proxy::{Proxy, Side};
use crate::server::Server;
use crate::session::{Session, execute};
use crate::stores::{Fresh, server};

#[test]
fn a_row_that_cannot_be_read_is_damage_and_not_a_broken_connection() {
    let Some(server) = server() else { return };
    let store = Fresh::new(PostgresStorage::builder(server.url()));
    store.save_data("a001", "u1", json!({})).unwrap();
    let session = Session::open(server, "postgres");
    let name = store.store_name();
    session.execute(&format!(
        "update tracking.track set time = 'infinity' where store = '{name}'"
    ));
    let error = store.query(&Query::all()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error:?}");
    assert!(std::error::Error::source(&error).is_some(), "{error:?}");
}

#[test]
fn a_change_that_cannot_begin_leaves_no_transaction_open() {
    let Some(server) = server() else { return };
    let database = format!("d_{}", Server::fresh_store_name());
    execute(server, "postgres", &format!("create database {database}"));
    let url = format!("postgres://app@127.0.0.1:{}/{database}", server.port());
    let open = || PostgresStorage::builder(url.as_str()).max_connections(1);
    drop(open().open().unwrap());
    let session = Session::open(server, &database);
    let retype = |to: &str| {
        session.execute(&format!(
            "alter table tracking.store alter last_track drop default, \
             alter last_track type {to} using last_track::{to}"
        ));
    };
    retype("text");
    let store = open().open().unwrap();
    let error = store.save_data("a001", "u1", json!({})).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error:?}");
    let idle = session.numbers(
        "select count(*) from pg_stat_activity \
         where datname = current_database() and state like 'idle in transaction%'",
    );
    assert_eq!(idle, [0]);
    drop(store);
    retype("bigint");
    let store = open().open().unwrap();
    store.save_data("a001", "u1", json!({})).unwrap();
    drop((store, session));
    execute(
        server,
        "postgres",
        &format!("drop database {database} with (force)"),
    );
}

#[test]
fn the_number_of_an_index_never_comes_back() {
    let Some(server) = server() else { return };
    let store = Fresh::new(PostgresStorage::builder(server.url()));
    let session = Session::open(server, "postgres");
    let numbers = || {
        session.numbers(&format!(
            "select number from tracking.field_index where store = '{}' order by number",
            store.store_name()
        ))
    };
    let [a, b, c] = ["a", "b", "c"].map(Field::key);
    assert!(store.add_index(&a).unwrap() && store.add_index(&b).unwrap());
    assert!(store.drop_index(&b).unwrap());
    assert!(store.add_index(&c).unwrap());
    assert_eq!(numbers(), [1, 3]);
    let records = [
        tracking_core::Record::Index(b.clone()),
        tracking_core::Record::Index(b),
    ];
    store.restore(&records).unwrap();
    assert_eq!(numbers(), [1, 3, 4]);
}

#[test]
fn renaming_a_user_to_the_same_name_only_counts() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.port());
    let url = proxy.url();
    let store = Fresh::new(PostgresStorage::builder(url));
    let tracks = (0..300).map(|n| NewTrack::new("a001", "u1", json!({"n": n})).unwrap());
    store.apply(&tracks.collect()).unwrap();
    let user = UserName::new("u1").unwrap();
    let before = proxy.seen(Side::Server);
    assert_eq!(store.rename_user(&user, &user).unwrap().tracks, 300);
    let messages = proxy.seen(Side::Server) - before;
    assert!(messages < 100, "{messages} messages");
}

#[test]
fn a_removal_of_a_store_whose_answer_is_lost_is_of_unknown_outcome() {
    let Some(server) = server() else { return };
    let proxy = Proxy::start(server.port());
    let through = proxy.url();
    let builder = |url: &str, name: &StoreName| PostgresStorage::builder(url).store(name.clone());
    let name = StoreName::new(Server::fresh_store_name()).unwrap();
    let store = builder(&through, &name).open().unwrap();
    let before = proxy.seen(Side::Server);
    store.remove_store().unwrap();
    let messages = proxy.seen(Side::Server) - before;
    let mut unknown = 0;
    for cut in (0..messages).step_by(9).chain(messages - 6..messages) {
        let name = StoreName::new(Server::fresh_store_name()).unwrap();
        let open = |url: &str| builder(url, &name);
        let store = open(&through).open().unwrap();
        proxy.cut_after(Side::Server, cut);
        let removed = store.remove_store();
        proxy.calm();
        let is_there = open(&server.url()).read_only().open().is_ok();
        match removed.map_err(|error| error.kind()) {
            Ok(()) => assert!(!is_there, "cut {cut}"),
            Err(ErrorKind::OutcomeUnknown) => unknown += 1,
            Err(ErrorKind::Unavailable) => assert!(is_there, "cut {cut}"),
            Err(other) => panic!("cut {cut}: {other}"),
        }
        if is_there {
            open(&server.url()).open().unwrap().remove_store().unwrap();
        }
    }
    assert!(unknown > 0);
}

/// A batch of many tracks.
fn long_batch(user: impl Fn(usize) -> String) -> Batch {
    let long = "é".repeat(300);
    let tracks = (0..300).map(|number| {
        let task = if number % 3 == 0 { &*long } else { "a001" };
        let data = json!({"n": number, "text": "tab\t\\N\n\u{0}\u{1f600}", "\u{0}": null});
        let time = Timestamp::from_micros(1_000_000_007 * i64::try_from(number).unwrap());
        NewTrack::new(task, user(number), data)
            .unwrap()
            .at(time.unwrap())
    });
    tracks.fold(Batch::new(), Batch::save)
}

#[test]
fn many_tracks_of_a_batch_are_saved_as_they_are() {
    let Some(server) = server() else { return };
    let batch = long_batch(|number| format!("u{}{}", number % 7, "x".repeat(number)));
    let memory = tracking_btree::BTreeStorage::new();
    memory.apply(&batch).unwrap();
    let expected = memory.query(&Query::all()).unwrap();
    for parameters in ["", "?prepare_statements=off"] {
        let url = format!("{}{parameters}", server.url());
        let store = Fresh::new(PostgresStorage::builder(url));
        store.apply(&batch).unwrap();
        let saved = store.query(&Query::all()).unwrap();
        assert_eq!(saved, expected, "{parameters}");
    }
}

#[test]
fn many_tracks_of_which_the_server_refuses_one_change_nothing() {
    in_own_database(|store, session| {
        let batch = |last: &str| long_batch(|n| if n < 299 { "u1" } else { last }.to_owned());
        store.apply(&batch("u2")).unwrap();
        session.execute("alter table tracking.track add constraint known check (username < 'v')");
        let last = |user: &str| NewTrack::new("a001", user, json!({})).unwrap();
        let of_two = store.apply(&Batch::new().save(last("z1")).save(last("z1")));
        let of_batch = store.apply(&batch("z1"));
        let [of_two, of_batch] = [of_two, of_batch].map(Result::unwrap_err);
        assert_eq!(of_batch.kind(), of_two.kind(), "{of_batch:?}");
        assert_eq!(store.count(&Query::all()).unwrap(), 300);
        store.apply(&batch("u2")).unwrap();
        assert_eq!(store.count(&Query::all()).unwrap(), 600);
        let highest = store.query(&Query::all().order(Order::IdDescending).limit(1));
        let highest = highest.unwrap().first().map(|track| track.id().number());
        assert_eq!(highest, Some(600), "no id was given away");
        let idle = session.numbers(
            "select count(*) from pg_stat_activity \
             where datname = current_database() and state like 'idle in transaction%'",
        );
        assert_eq!(idle, [0]);
    });
}

#[test]
fn a_save_leaves_the_row_of_its_run_on_its_page() {
    in_own_database(|store, session| {
        let task = |number: usize| tracking_core::TaskId::new(format!("a{number}")).unwrap();
        let runs = (0..200).map(|number| NewRun::of(task(number)));
        store
            .apply(&runs.fold(Batch::new(), Batch::start_run))
            .unwrap();
        session.execute("create temp table before as select id, ctid as place from tracking.run");
        let saves = (0..200).map(|number| NewTrack::new(task(number), "u1", json!({})).unwrap());
        store.apply(&saves.fold(Batch::new(), Batch::save)).unwrap();
        let moved = session.numbers(
            "select count(*) from tracking.run as r join before as b using (id) \
             where r.ctid <> b.place",
        );
        assert_eq!(moved, [200], "each row has a new version");
        let gone = session.numbers(
            "select count(*) from tracking.run as r join before as b using (id) \
             where (r.ctid::text::point)[0] <> (b.place::text::point)[0]",
        );
        assert_eq!(gone, [0], "and no index had to be changed");
    });
}

#[test]
fn a_query_that_fails_because_statistics_are_dropped_while_it_is_planned_is_repeated() {
    in_own_database(|store, session| {
        let saved = store.save_data("a001", "u1", json!({"n": 1})).unwrap();
        // The first call fails as the planner would, and those after it do not.
        session.execute(
            "create sequence calls; \
             create or replace function tracking.field(data json, keys text[]) returns text \
             language plpgsql as $$ begin \
             if nextval('public.calls') = 1 then raise exception using errcode = 'XX000', \
             message = 'cache lookup failed for statistics object 16500'; end if; \
             return data -> keys[1]; end $$",
        );
        let found = store.query(&Query::all().field("n", 1)).unwrap();
        let found: Vec<_> = found.iter().map(tracking_core::Track::id).collect();
        assert_eq!(found, [saved]);
        assert_eq!(session.numbers("select last_value from calls"), [2]);
    });
}

#[test]
fn an_export_repeats_a_statement_that_fails_because_statistics_are_dropped() {
    in_own_database(|store, session| {
        store.save_data("a001", "u1", json!({"n": 1})).unwrap();
        // The first statement of a connection fails as the planner would. The lock says that it did,
        // and stays where the statement is undone.
        session.execute(
            "create function public.passes() returns boolean language plpgsql as $$ begin \
             if exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) \
             then return true; end if; \
             perform pg_advisory_lock_shared(1); \
             raise exception using errcode = 'XX000', \
             message = 'cache lookup failed for statistics object 16500'; end $$; \
             alter table tracking.track rename to track_rows; \
             create view tracking.track as select * from tracking.track_rows where public.passes()",
        );
        let mut tracks = 0;
        store
            .export(&mut |record| {
                tracks += usize::from(matches!(record, tracking_core::Record::Track(_)));
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(tracks, 1);
    });
}

/// Runs a test in a database of its own.
fn in_own_database(test: impl FnOnce(&PostgresStorage, &Session)) {
    let Some(server) = server() else { return };
    let database = Database::create(server);
    let store = PostgresStorage::open(&*database.url()).unwrap();
    test(&store, &database.session());
}
