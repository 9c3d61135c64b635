//! Retention drops partitions, and answers as if it had deleted the tracks.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tracking_btree::{BTreeStorage, Builder};
use tracking_core::{
    ChangeFeed, Data, ErrorKind, Key, ManualClock, NewRun, NewTrack, Query, Record, Removal,
    Retention, TaskId, Timestamp, TrackId, TrackUpdate, TrackingStorage,
};
use tracking_postgres::{PostgresStorage, PostgresStorageBuilder};
use tracking_testkit::Setup;
use tracking_testkit::random::side_by_side;

use crate::database::{OwnDatabase, SIZE, ranges};
use crate::session::Session;
use crate::stores::{Fresh, server};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds).unwrap()
}

fn id(number: u64) -> TrackId {
    TrackId::new(number).unwrap()
}

/// A track whose time in seconds is its number; every third one has a key.
fn numbered(number: i64) -> NewTrack {
    let track = NewTrack::new(
        format!("a{}", number % 3),
        format!("u{}", number % 2),
        json!({"n": number}),
    );
    let track = track.unwrap().at(at(number));
    if number % 3 == 0 {
        track.with_key(Key::new(format!("key{number}")).unwrap())
    } else {
        track
    }
}

fn fill(store: &dyn TrackingStorage, tracks: i64, after: impl Fn(i64)) {
    // Each third of the tracks is in runs of its own.
    for part in 0..3 {
        for task in ["a0", "a1", "a2"] {
            let run = NewRun::of(TaskId::new(task).unwrap());
            store.start_run(run.starting_at(at(0))).unwrap();
        }
        let third = tracks / 3;
        let numbers = part * third + 1..=(part + 1) * third;
        for number in numbers {
            store.save(numbered(number)).unwrap();
            after(number);
        }
    }
}

/// Fills a store with partitions. The server may look at a partition just when its range should end; opening the
/// store ends it then.
fn fill_partitions(database: &OwnDatabase, store: &Fresh, tracks: i64) {
    let (session, size) = (database.session(), SIZE.cast_signed());
    fill(&**store, tracks, |number| {
        while number % size == 0 && !ranges(&session, store.store_name()).contains(&(number + 1)) {
            drop(database.open(store.store_name()));
        }
    });
}

fn fill_plain(store: &Fresh, tracks: i64) {
    fill(&**store, tracks, |_| {});
}

fn before(seconds: i64) -> Retention {
    Retention::none().older_than(at(seconds))
}

/// Everything that a store tells of what it holds and what has happened to it.
fn state(store: &dyn TrackingStorage) -> String {
    let mut records = Vec::new();
    let mut visitor = |record: Record| {
        records.push(format!("{record:?}"));
        ControlFlow::Continue(())
    };
    store.export(&mut visitor).unwrap();
    let changes = match store.changes(None, 1_000) {
        Ok(page) => page.changes,
        Err(off) => {
            assert_eq!(off.kind(), ErrorKind::FeedOff);
            Vec::new()
        }
    };
    let changes: Vec<String> = changes
        .iter()
        .map(|change| format!("{:?} {:?}", change.kind(), change.ids()))
        .collect();
    format!("{records:#?}\n{changes:#?}")
}

#[test]
fn random_calls_are_answered_as_by_the_store_in_memory() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let memory = |setup: Setup| {
        let indexes = setup.indexes.into_iter();
        indexes
            .fold(BTreeStorage::builder().clock(setup.clock), Builder::index)
            .build()
    };
    let partitioned = |setup: Setup| {
        database.fresh_with(|builder| {
            let indexes = setup.indexes.into_iter();
            indexes.fold(builder.clock(setup.clock), PostgresStorageBuilder::index)
        })
    };
    side_by_side(memory, partitioned, 20_261_128, 800);
}

/// Stores with 36 tracks in 9 ranges: the second one has a track that is younger than its id, the fifth one
/// has no tracks, and a young one has an old track.
fn filled(with_feed: bool, store: &Fresh, fill: impl Fn(&Fresh, i64)) {
    if with_feed {
        store.set_change_feed(&ChangeFeed::UNLIMITED).unwrap();
    }
    fill(store, 36);
    let data: Data = json!({"m": 1}).try_into().unwrap();
    for (number, time) in [(6, 28), (35, 1)] {
        let update = TrackUpdate::merge(id(number), data.clone());
        store.update(update.at(at(time))).unwrap();
    }
    for gone in 17..=20 {
        assert!(store.remove(id(gone)).unwrap());
    }
}

#[test]
fn the_same_removals_give_the_same_answers_with_and_without_partitions() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let removals = [
        before(2),
        before(10).limit(0),
        before(10).limit(3),
        before(10).limit(5),
        before(14),
        before(27).limit(9),
        before(27),
        before(29).keep_last(3),
        before(1_000),
    ];
    for (with_feed, with_empty_runs) in [(false, false), (false, true), (true, false), (true, true)]
    {
        let clock = || Arc::new(ManualClock::new(at(0)));
        let plain = Fresh::new(PostgresStorage::builder(server().unwrap().url()).clock(clock()));
        let partitioned = database.fresh_with(|builder| builder.clock(clock()));
        let session = database.session();
        filled(with_feed, &plain, fill_plain);
        filled(with_feed, &partitioned, |store, tracks| {
            fill_partitions(&database, store, tracks);
        });
        let mut counts = Vec::new();
        for retention in &removals {
            let mut removal = Removal::old_tracks(*retention);
            if with_empty_runs {
                removal = removal.with_empty_runs();
            }
            let expected = plain.remove_by(&removal).unwrap();
            let removed = partitioned.remove_by(&removal).unwrap();
            assert_eq!(removed, expected, "{removal:?}");
            assert_eq!(state(&*partitioned), state(&*plain), "{removal:?}");
            counts.push(ranges(&session, partitioned.store_name()).len());
        }
        // Nine ranges and the last one. The empty one goes first; a young track keeps one until the end, and so
        // does a limit that is less than a range has.
        assert_eq!(counts, [9, 9, 8, 8, 7, 5, 5, 5, 1]);
    }
}

/// A store with ten tracks in three ranges, of which two are full.
fn ten(database: &OwnDatabase) -> (Fresh, Session) {
    let store = database.fresh();
    fill_partitions(database, &store, 9);
    store.save(numbered(10)).unwrap();
    let session = database.session();
    assert_eq!(ranges(&session, store.store_name()), [1, 5, 9]);
    (store, session)
}

/// Makes every deletion of tracks of a range an error.
fn forbid_deletion(session: &Session, store: &Fresh, first: i64) {
    let name = store.store_name();
    session.execute(&format!(
        "create or replace function public.refuse() returns trigger language plpgsql as \
         $$ begin raise exception 'a track is deleted'; end $$; \
         create trigger refuse before delete on tracking.track_{name}_{first}_part \
         for each row execute function public.refuse()"
    ));
}

#[test]
fn a_partition_is_dropped_and_no_track_of_it_deleted() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let (store, session) = ten(&database);
    forbid_deletion(&session, &store, 1);
    let removed = store.remove_by(&Removal::old_tracks(before(7)).with_empty_runs());
    let removed = removed.unwrap();
    assert_eq!((removed.tracks, removed.runs), (6, 6));
    assert_eq!(ranges(&session, store.store_name()), [5, 9]);
    assert_eq!(store.count(&Query::all()).unwrap(), 4);
    assert_eq!(
        store.key_uses(None, 9).unwrap().len(),
        1,
        "the key of track 9"
    );
    assert_eq!(store.save(numbered(11)).unwrap(), id(11));
}

#[test]
fn a_removal_with_other_criteria_deletes() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let (store, session) = ten(&database);
    for removal in [
        Removal::old_tracks_among(before(100), Query::all().user("u1")),
        Removal::old_tracks(before(100).keep_last(100)),
    ] {
        store.remove_by(&removal).unwrap();
        assert_eq!(ranges(&session, store.store_name()), [1, 5, 9]);
    }
    assert_eq!(store.count(&Query::all()).unwrap(), 0);
    let removed = store.drop_partitions(&Removal::user("u1".try_into().unwrap()));
    assert!(removed.unwrap().is_nothing());
    assert_eq!(ranges(&session, store.store_name()), [1, 5, 9]);
}

#[test]
fn whole_partitions_alone_can_be_removed() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let (store, session) = ten(&database);
    let old = Removal::old_tracks(before(7)).with_empty_runs();
    let removed = store.drop_partitions(&old).unwrap();
    assert_eq!((removed.tracks, removed.runs), (4, 4));
    assert_eq!(ranges(&session, store.store_name()), [5, 9]);
    assert_eq!(store.remove_by(&old).unwrap().tracks, 2);
    let plain = Fresh::new(PostgresStorage::builder(server().unwrap().url()));
    fill_plain(&plain, 9);
    assert!(plain.drop_partitions(&old).unwrap().is_nothing());
    assert_eq!(plain.count(&Query::all()).unwrap(), 9);
}

#[test]
fn a_drop_waits_for_readers_only_for_a_moment_and_deletes_then() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let (store, session) = ten(&database);
    let reader = database.session();
    let name = store.store_name();
    reader.execute(&format!(
        "begin; select from tracking.track where store = '{name}' limit 1"
    ));
    let old = Removal::old_tracks(before(7));
    let start = Instant::now();
    let refused = store.drop_partitions(&old).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused:?}");
    assert_eq!(store.count(&Query::all()).unwrap(), 10);
    assert_eq!(store.remove_by(&old).unwrap().tracks, 6);
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "far less than the lock timeout of a change"
    );
    assert_eq!(ranges(&session, name), [1, 5, 9]);
    assert_eq!(store.count(&Query::all()).unwrap(), 4);
    reader.execute("commit");
    assert_eq!(store.remove_by(&old).unwrap().tracks, 0);
    assert_eq!(ranges(&session, name), [5, 9], "what was left empty goes");
}

/// Otherwise the export would have the runs of a moment, and lack the tracks that have gone since.
#[test]
fn an_export_keeps_the_partitions_that_it_has_not_read_yet() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let (store, _session) = ten(&database);
    let mut tracks = 0;
    let mut removed = None;
    let mut visitor = |record: Record| {
        // The runs come first.
        removed.get_or_insert_with(|| store.prune(&before(7)).unwrap());
        tracks += usize::from(matches!(record, Record::Track(_)));
        ControlFlow::Continue(())
    };
    store.export(&mut visitor).unwrap();
    assert_eq!((tracks, removed), (10, Some(6)));
    assert_eq!(store.count(&Query::all()).unwrap(), 4);
}

#[test]
fn a_role_that_does_not_own_the_tables_deletes() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let (store, session) = ten(&database);
    let name = store.store_name();
    let role = format!("w_{name}");
    session.execute(&format!(
        "create role {role} login; grant usage on schema tracking to {role}; \
         grant select on tracking.schema_version to {role}; \
         grant select, insert, update, delete on tracking.store, tracking.track, tracking.run, \
         tracking.key, tracking.checkpoint, tracking.batch, tracking.change, tracking.feed_epoch, \
         tracking.field_index to {role}"
    ));
    let writer = PostgresStorage::builder(database.url_of(&role));
    let writer = writer.store(name.clone()).open().unwrap();
    assert_eq!(writer.save(numbered(11)).unwrap(), id(11));
    let refused = writer.drop_partitions(&Removal::old_tracks(before(7)));
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::AccessDenied);
    assert_eq!(writer.prune(&before(7)).unwrap(), 6);
    assert_eq!(ranges(&session, name), [1, 5, 9]);
    for number in 12..=20 {
        assert_eq!(
            writer.save(numbered(number)).unwrap(),
            id(number.cast_unsigned())
        );
    }
    assert_eq!(
        ranges(&session, name),
        [1, 5, 9],
        "the last one takes what comes"
    );
    let mut records = 0;
    let mut visitor = |_: Record| {
        records += 1;
        ControlFlow::Continue(())
    };
    writer.export(&mut visitor).unwrap();
    assert!(
        records > 14,
        "it may read the partitions as the table of tracks alone"
    );
    drop(writer);
    store.save(numbered(21)).unwrap();
    assert_eq!(ranges(&session, name), [1, 5, 9, 22]);
    session.execute(&format!("drop owned by {role}; drop role {role}"));
}

#[test]
fn who_counts_while_partitions_come_and_go_sees_whole_changes() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let store = database.fresh();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers = [(); 3].map(|()| {
            scope.spawn(|| {
                let mut seen = BTreeSet::new();
                while !is_done.load(Ordering::Relaxed) {
                    seen.insert(store.count(&Query::all()).unwrap());
                }
                seen
            })
        });
        for round in 0..15 {
            // Some partitions are filled and dropped, and the tracks of the last one are deleted.
            let numbers = (0..10).map(|number| 10 * round + number);
            store.apply(&numbers.map(numbered).collect()).unwrap();
            assert_eq!(store.prune(&before(1_000)).unwrap(), 10);
        }
        is_done.store(true, Ordering::Relaxed);
        for reader in readers {
            let seen = reader.join().unwrap();
            assert!(seen.iter().all(|count| [0, 10].contains(count)), "{seen:?}");
        }
    });
}

/// Retention has left a gap where the ranges were.
#[test]
fn what_an_archive_has_is_restored_where_ranges_were_dropped() {
    let Some(database) = OwnDatabase::create() else {
        return;
    };
    let (store, session) = ten(&database);
    let name = store.store_name();
    let mut archive = Vec::new();
    let mut visitor = |record: Record| {
        archive.push(record);
        ControlFlow::Continue(())
    };
    store.export(&mut visitor).unwrap();
    let before_removal = state(&*store);
    assert_eq!(store.prune(&before(9)).unwrap(), 8);
    assert_eq!(ranges(&session, name), [9]);
    let reader = database.session();
    reader.execute(&format!(
        "begin; select from tracking.track where store = '{name}' limit 1"
    ));
    let refused = store.restore(&archive).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused:?}");
    assert_eq!(store.count(&Query::all()).unwrap(), 2);
    reader.execute("commit");
    store.restore(&archive).unwrap();
    assert_eq!(ranges(&session, name), [1, 9], "one range in the gap");
    assert_eq!(state(&*store), before_removal);
    assert_eq!(store.prune(&before(9)).unwrap(), 8);
    assert_eq!(ranges(&session, name), [9]);
}
