//! A clock that goes back.

use std::sync::Arc;

use tracking_core::{
    ManualClock, NewTrack, Query, Retention, RunChoice, RunSelector, SaveMode, Timestamp,
    TrackingStorage, TrackingStorageExt,
};
use tracking_sqlite::SqliteStorage;

use super::tools::{assert_sound, contents, contents_of, folder};

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs).unwrap()
}

/// Ids still rise, the last track is the one with the highest time, a run's end does not go
/// back, and what is kept by age goes by the tracks' own times; also after the file was opened
/// again.
#[test]
fn ids_rise_and_times_are_what_the_clock_said_when_it_goes_back() {
    let folder = folder();
    let path = folder.path().join("test.db");
    let clock = Arc::new(ManualClock::new(at(1000)));
    let open = || {
        SqliteStorage::builder(&path)
            .clock(Arc::clone(&clock) as _)
            .open()
            .unwrap()
    };
    let data = |n: i64| serde_json::json!({"n": n});
    let store = open();
    let first = store.save_data("lesson", "anna", data(1)).unwrap();
    clock.set(at(500));
    let second = store.save_data("lesson", "anna", data(2)).unwrap();
    drop(store);
    clock.set(at(100));
    let store = open();
    let third = store.save_data("lesson", "anna", data(3)).unwrap();
    assert!(first < second && second < third);

    let tracks = store.query(&Query::all()).unwrap();
    let times: Vec<i64> = tracks.iter().map(|track| track.time().secs()).collect();
    assert_eq!(times, [1000, 500, 100]);
    let last = store.last_user_track("lesson", RunChoice::Current, "anna");
    assert_eq!(last.unwrap().unwrap().id(), first);
    let run = store.current_run_of("lesson").unwrap().unwrap();
    assert_eq!((run.start(), run.end()), (at(1000), at(1000)));

    // An update goes to the last track by time, whose time goes back with the clock.
    let update = NewTrack::new("lesson", "anna", data(4)).unwrap();
    assert_eq!(store.save(update.updating(SaveMode::Merge)).unwrap(), first);
    assert_eq!(store.track(first).unwrap().unwrap().time(), at(100));

    // The run was touched at 1000, whatever the clock says now.
    assert_eq!(store.expire_runs(at(1000)).unwrap(), []);
    // A stop says when the run ended, also where that is before it started.
    store.finish_run(run.id()).unwrap();
    let stopped = store.run(&RunSelector::Id(run.id())).unwrap().unwrap();
    assert_eq!((stopped.start(), stopped.end()), (at(1000), at(100)));
    let next = store.start_run_of("lesson").unwrap();
    assert!(next > run.id());

    assert_eq!(
        store.prune(&Retention::none().older_than(at(500))).unwrap(),
        2
    );
    let left: Vec<_> = store.query(&Query::all()).unwrap();
    assert_eq!(
        left.iter()
            .map(tracking_core::Track::id)
            .collect::<Vec<_>>(),
        [second]
    );
    // Nor does an id come back, although those above are gone.
    assert!(store.save_data("lesson", "anna", data(5)).unwrap() > third);
    let there = contents(&store);
    drop(store);
    assert_eq!(contents_of(&path), there);
    assert_sound(&path);
}
