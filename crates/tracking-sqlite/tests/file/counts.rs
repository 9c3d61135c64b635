//! The counts that the file keeps: they are those of the tracks, whatever happens.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use tracking_core::{
    Batch, Group, GroupBy, Grouping, ManualClock, NewRun, NewTrack, Operation, Query, Record,
    Removal, TaskId, TimeRange, Timestamp, Track, TrackId, TrackUpdate, TrackingStorage,
    TrackingStorageExt as _, UserName, Zone,
};
use tracking_sqlite::SqliteStorage;
use tracking_testkit::random::calls;

use crate::tools::{dump, file, fill, new, open, raw};

/// Zones at which counts by quarter of an hour help, and one at which they do not.
fn zones() -> Vec<Zone> {
    let changing = json!([["2026-03-29T01:00:00Z", 7200]]);
    let zone = |offset: i32, changes: &Value| {
        serde_json::from_value(json!({"offset": offset, "changes": changes})).unwrap()
    };
    let none = json!([]);
    let zones = [
        (0, &none),
        (20_700, &none),
        (3_600, &changing),
        (100, &none),
    ];
    zones.map(|(offset, changes)| zone(offset, changes)).into()
}

fn groupings() -> Vec<Grouping> {
    let kinds: [fn(Zone) -> GroupBy; 6] = [
        GroupBy::Day,
        GroupBy::Hour,
        GroupBy::Week,
        GroupBy::Month,
        GroupBy::HourOfDay,
        GroupBy::DayOfWeek,
    ];
    let names = [GroupBy::Task, GroupBy::User, GroupBy::Run];
    let mut all: Vec<Grouping> = names.map(Grouping::from).into();
    all.extend([GroupBy::Task, GroupBy::User].map(|by| Grouping::from(by).top(2)));
    for zone in zones() {
        all.extend(kinds.map(|kind| Grouping::from(kind(zone.clone()))));
        let days = || Grouping::from(GroupBy::Day(zone.clone()));
        all.extend([GroupBy::Task, GroupBy::User].map(|by| days().counting(by)));
    }
    all
}

/// All tracks, and those of ranges that begin and end within, before and after some of them.
fn queries(tracks: &[Track]) -> Vec<Query> {
    let mut times: Vec<Timestamp> = tracks.iter().map(Track::time).collect();
    times.sort_unstable();
    let mut queries = vec![Query::all()];
    let (Some(first), Some(last)) = (times.first(), times.last()) else {
        return queries;
    };
    let middle = *times.get(times.len() / 2).unwrap_or(first);
    let moved = |time: Timestamp, minutes: i64| {
        let (first, last) = (Timestamp::MIN.micros(), Timestamp::MAX.micros());
        let micros = time.micros() + minutes * 60_000_000;
        Timestamp::from_micros(micros.clamp(first, last)).unwrap()
    };
    let day = |time: Timestamp| {
        let days = time.micros().div_euclid(86_400_000_000);
        Timestamp::from_micros(days * 86_400_000_000).unwrap()
    };
    let ranges = [
        (*first, *last),
        (moved(*first, 1), last.just_before()),
        (moved(middle, -3_000), moved(middle, 3_000)),
        (moved(middle, -7), moved(middle, 17)),
        (day(middle), moved(day(middle), 1_440).just_before()),
        (day(*first), moved(day(middle), 2_880)),
    ];
    queries.extend(ranges.map(|(from, to)| Query::all().within(TimeRange::between(from, to))));
    queries
}

/// Compares what the store counts with what its tracks add up to.
fn compare(store: &SqliteStorage) -> Result<(), TestCaseError> {
    let issues = store.check().unwrap();
    proptest::prop_assert!(issues.is_empty(), "{issues:?}");
    let all: Vec<Track> = store.query(&Query::all()).unwrap();
    for query in queries(&all) {
        let tracks: Vec<&Track> = all.iter().filter(|t| query.matches(&t.as_ref())).collect();
        let count = store.count(&query).unwrap();
        proptest::prop_assert_eq!(count, tracks.len() as u64, "{:?}", query);
        for grouping in groupings() {
            let expected = grouping.count(tracks.iter().map(|track| track.as_ref()));
            let found = store.groups(&query, &grouping).unwrap();
            proptest::prop_assert_eq!(found, expected, "{:?} {:?}", query, grouping);
        }
        let kinds = [GroupBy::Task, GroupBy::User, GroupBy::Run];
        let distinct = store.count_distinct(&query, &kinds).unwrap();
        let number = |key: fn(&Track) -> String| {
            let keys: BTreeSet<String> = tracks.iter().map(|track| key(track)).collect();
            keys.len() as u64
        };
        let expected = vec![
            number(|track| track.task().to_string()),
            number(|track| track.user().to_string()),
            number(|track| track.run().to_string()),
        ];
        proptest::prop_assert_eq!((distinct.tracks, distinct.distinct), (count, expected));
    }
    Ok(())
}

#[test]
fn counts_are_those_of_the_tracks_after_any_calls_of_two_connections() {
    let config = Config {
        failure_persistence: None,
        cases: std::env::var("PROPTEST_CASES").map_or(8, |cases| cases.parse().unwrap()),
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&calls(40), |calls| {
        let (_folder, file) = file();
        let clock = Arc::new(ManualClock::new(
            Timestamp::from_secs(1_700_000_000).unwrap(),
        ));
        let open = || {
            let builder = SqliteStorage::builder(&file).clock(Arc::clone(&clock) as _);
            builder.open().unwrap()
        };
        let stores = [open(), open()];
        // So many that some are counted from the beginning.
        for user in ["a", "b", "c"] {
            fill(&stores[0], user, 4);
        }
        for (n, call) in calls.iter().enumerate() {
            let store = &stores[n / 3 % 2];
            // Some calls fail, as they should, and change nothing.
            let _answer = call.make(store, &clock);
            if n % 3 == 2 {
                store.flush().unwrap();
            }
            if n % 8 == 7 {
                stores[0].flush().unwrap();
                stores[1].flush().unwrap();
                compare(&stores[n % 2])?;
            }
        }
        stores[0].flush().unwrap();
        stores[1].flush().unwrap();
        compare(&stores[1])
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// A store with more tracks than may be uncounted, and some after those.
fn counted(file: &Path) -> SqliteStorage {
    let store = open(file);
    for (user, count) in [("anna", 10), ("bert", 12), ("carl", 3)] {
        fill(&store, user, count);
    }
    assert!(number(file, "select value from setting where name = 'counted_to'") > 0);
    store
}

fn number(file: &Path, sql: &str) -> i64 {
    raw(file).query_row(sql, [], |row| row.get(0)).unwrap()
}

fn tasks(store: &SqliteStorage) -> Vec<Group> {
    store.groups(&Query::all(), &GroupBy::Task.into()).unwrap()
}

#[test]
fn counts_that_are_wrong_are_found_and_counted_again() {
    for change in [
        "update track_count set tracks = tracks + 1",
        "update track_count set tracks = tracks + 1 where kind = 0",
        "delete from track_count where kind = 1",
        "delete from track_count where kind = 2",
        "delete from track_count where kind = 5",
        "update track_count set tracks = tracks + 1 where kind = 6",
        "delete from track_count where kind = 6",
        "insert into track_count (kind, day, item, tracks) values (3, 0, 99, 1)",
        "update setting set value = value - 1 where name = 'counted_to'",
        "update setting set value = 99 where name = 'counted_to'",
        "delete from setting where name = 'counted_to'",
    ] {
        let (_folder, file) = file();
        let store = counted(&file);
        raw(&file).execute_batch(change).unwrap();
        let issues = store.check().unwrap();
        assert!(
            issues
                .iter()
                .any(|issue| issue.to_string().contains("`reindex` counts again")),
            "{change}: {issues:?}"
        );
        store.reindex().unwrap();
        compare(&store).unwrap();
    }
}

#[test]
fn a_question_is_answered_from_the_counts() {
    let (_folder, file) = file();
    let store = counted(&file);
    let before = tasks(&store)[0].count();
    raw(&file)
        .execute_batch("update track_count set tracks = tracks + 1000")
        .unwrap();
    assert_eq!(tasks(&store)[0].count(), before + 1000);
}

/// A statement that would read the counted tracks fails without their index on time.
#[test]
fn a_question_about_all_tracks_reads_none_that_are_counted() {
    let (_folder, file) = file();
    let store = counted(&file);
    raw(&file)
        .execute_batch("drop index ix_track_time")
        .unwrap();
    let kinds = [GroupBy::Task, GroupBy::User, GroupBy::Run];
    let distinct = store.count_distinct(&Query::all(), &kinds).unwrap();
    assert_eq!((distinct.tracks, distinct.distinct[1]), (25, 3));
    for by in [GroupBy::Task, GroupBy::Run, GroupBy::Day(Zone::utc())] {
        let groups = store.groups(&Query::all(), &by.into()).unwrap();
        assert_eq!(groups.iter().map(Group::count).sum::<u64>(), 25);
    }
}

/// Few runs are looked for one by one, few tracks are read, and of many of both all runs are gone
/// through.
#[test]
fn the_runs_of_a_range_are_counted_however_many_there_are() {
    for (tracks, of_run) in [(600, 200), (600, 2), (600, 13)] {
        let (_folder, file) = file();
        let store = SqliteStorage::open(&file).unwrap();
        let mut batch = Batch::new();
        for n in 0..tracks {
            if n % of_run == 0 {
                batch = batch.start_run(NewRun::of(TaskId::new("a").unwrap()));
            }
            let time = Timestamp::from_secs(n * 60).unwrap();
            batch.push(Operation::Save(
                NewTrack::new("a", "u", json!({})).unwrap().at(time),
            ));
        }
        store.apply(&batch).unwrap();
        for (first, last) in [(0, tracks), (100, 500), (250, 252), (of_run - 1, of_run)] {
            let [from, to] = [first, last].map(|n| Timestamp::from_secs(n * 60).unwrap());
            let within = Query::all().within(TimeRange::between(from, to));
            let runs = store.count_distinct(&within, &[GroupBy::Run]).unwrap();
            let expected = last.min(tracks - 1) / of_run - first / of_run + 1;
            let found = runs.distinct[0];
            assert_eq!(
                found,
                u64::try_from(expected).unwrap(),
                "{of_run}: {first} to {last}"
            );
        }
    }
}

#[test]
fn a_table_of_counts_that_somebody_dropped_is_made_again_by_reindexing() {
    let (_folder, file) = file();
    let store = counted(&file);
    raw(&file)
        .execute_batch("drop trigger track_uncounted; drop trigger track_recounted")
        .unwrap();
    let issues = store.check().unwrap();
    assert_eq!(issues.len(), 2, "{issues:?}");
    raw(&file).execute_batch("drop table track_count").unwrap();
    drop(store);
    let store = open(&file);
    store.reindex().unwrap();
    compare(&store).unwrap();
}

#[test]
fn tracks_that_are_deleted_or_given_to_others_in_sql_are_counted() {
    let (_folder, file) = file();
    let store = counted(&file);
    raw(&file)
        .execute_batch(
            "delete from track where id in (1, 2, 12, 24);
            update track set user = 2, time = time - 86400000000 where id in (3, 25);",
        )
        .unwrap();
    compare(&store).unwrap();
}

#[test]
fn no_count_of_an_erased_user_stays() {
    let (_folder, file) = file();
    let store = counted(&file);
    let id = number(&file, "select id from user where name = 'anna'");
    let count = format!("select count(*) from track_count where kind in (1, 3) and item = {id}");
    assert!(number(&file, &count) > 0);
    store.erase_user(&UserName::new("anna").unwrap()).unwrap();
    assert_eq!(number(&file, &count), 0);
    compare(&store).unwrap();
    store.remove_by(&Removal::tracks(Query::all())).unwrap();
    assert_eq!(number(&file, "select count(*) from track_count"), 0);
    compare(&store).unwrap();
}

#[test]
fn a_restored_track_is_counted_where_later_ones_are() {
    let (_folder, file) = file();
    let store = counted(&file);
    let records = dump(&store);
    for id in [2, 24] {
        assert!(store.remove(TrackId::new(id).unwrap()).unwrap());
    }
    let tracks = records
        .into_iter()
        .filter(|record| matches!(record, Record::Track(_)));
    store.restore(&tracks.collect::<Vec<_>>()).unwrap();
    assert_eq!(store.count(&Query::all()).unwrap(), 25);
    compare(&store).unwrap();
}

#[test]
fn a_batch_that_fails_leaves_the_counts_as_they_were() {
    let (_folder, file) = file();
    let store = counted(&file);
    let mut batch = Batch::new().remove(TrackId::FIRST);
    for n in 0..20 {
        batch = batch.save(new("lesson-9", "dora", json!({"n": n})));
    }
    let unknown = TrackUpdate::merge(TrackId::new(999).unwrap(), tracking_core::Data::empty());
    let failing = batch.clone().update(unknown);
    store.apply(&failing).unwrap_err();
    compare(&store).unwrap();
    store.apply_delayed(&batch).unwrap();
    store.apply_delayed(&failing).unwrap_err();
    store.flush().unwrap();
    compare(&store).unwrap();
}

#[test]
fn each_store_of_a_file_has_counts_of_its_own() {
    let (_folder, file) = file();
    let main = counted(&file);
    let builder = SqliteStorage::builder(&file).store("access".parse().unwrap());
    let access = builder.clock(crate::tools::clock()).open().unwrap();
    fill(&access, "anna", 20);
    compare(&access).unwrap();
    access.remove(TrackId::FIRST).unwrap();
    access.reindex().unwrap();
    compare(&access).unwrap();
    compare(&main).unwrap();
}

/// A file of version 3, which had no counts, made by that version.
#[test]
fn a_file_of_version_3_is_counted_when_it_is_opened() {
    let (_folder, copy) = file();
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/version-3.db");
    std::fs::copy(old, &copy).unwrap();
    assert_eq!(number(&copy, "pragma user_version"), 3);
    let store = open(&copy);
    assert_eq!(number(&copy, "pragma user_version"), 4);
    let counted = number(&copy, "select value from setting where name = 'counted_to'");
    assert_eq!(counted, number(&copy, "select max(id) from track"));
    compare(&store).unwrap();
    fill(&store, "anna", 20);
    compare(&store).unwrap();
}
