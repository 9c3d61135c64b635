//! Which tracks belong together, across batches, logs and restarts.

use std::collections::BTreeSet;

use tracking_core::{
    NewTrack, Order, Query, RunQuery, StopRun, Timestamp, TrackingStorage, TrackingStorageExt,
};
use tracking_loader::{Progress, SessionGap};

use super::fixture::{Fixture, line_of, runs};

const MINUTE: i64 = 60;

fn sets(runs: &[&[u64]]) -> BTreeSet<Vec<u64>> {
    runs.iter().map(|run| run.to_vec()).collect()
}

#[test]
fn a_run_continues_across_batches_logs_and_restarts() {
    // The same ten lines, cut into logs and loads in all ways.
    let minutes = [0, 29, 58, 88, 119, 120, 121, 140, 171, 201];
    let line = |n: u64| line_of("anna", n, minutes[usize::try_from(n).unwrap()] * MINUTE);
    let expected = sets(&[&[0, 1, 2, 3], &[4, 5, 6, 7], &[8, 9]]);
    for cut in 1..10 {
        for batch in [1, 2, 100] {
            let world = Fixture::new();
            world.write("a.log.1", (0..cut).map(line).collect::<String>());
            world.write("a.log", (cut..10).map(line).collect::<String>());
            let loader = world.loader().batch(batch);
            world.load_with(&loader, &["a.log.1"]).unwrap();
            world.load_with(&loader, &["a.log"]).unwrap();
            assert_eq!(runs(&world.store), expected, "{cut} {batch}");

            let at_once = Fixture::new();
            at_once.write("a.log.1", world.read("a.log.1"));
            at_once.write("a.log", world.read("a.log"));
            let loader = at_once.loader().batch(batch);
            at_once.load_with(&loader, &["a.log", "a.log.1"]).unwrap();
            assert_eq!(runs(&at_once.store), expected, "{cut} {batch}");
        }
    }
}

#[test]
fn the_logs_of_two_servers_are_one() {
    // Somebody changes from one to the other all the time.
    let line = |n: u64| line_of("anna", n, i64::try_from(n).unwrap() * 20 * MINUTE);
    for batch in [1, 7, 100] {
        let world = Fixture::new();
        world.write(
            "a.log",
            (0..50).filter(|n| n % 2 == 0).map(line).collect::<String>(),
        );
        world.write(
            "b.log",
            (0..50).filter(|n| n % 2 == 1).map(line).collect::<String>(),
        );
        let loader = world.loader().batch(batch);
        world.load_with(&loader, &["b.log", "a.log"]).unwrap();
        assert_eq!(
            world.store.runs(&RunQuery::all()).unwrap().len(),
            1,
            "{batch}"
        );
    }
}

#[test]
fn a_late_line_joins_the_run_that_it_belongs_to() {
    for batch in [1, 100] {
        let world = Fixture::new();
        let loader = world.loader().batch(batch);
        let at = |n, minute| line_of("anna", n, minute * MINUTE);
        world.write("a.log", at(0, 0) + &at(1, 100) + &at(2, 200));
        world.load_with(&loader, &["a.log"]).unwrap();
        // Within, after and before a run, and one on its own.
        world.append("a.log", at(3, 110) + &at(4, 20) + &at(5, 180) + &at(6, 145));
        world.load_with(&loader, &["a.log"]).unwrap();
        let expected = sets(&[&[0, 4], &[1, 3], &[2, 5], &[6]]);
        assert_eq!(runs(&world.store), expected, "{batch}");
    }
}

/// A track like that of a line, saved straight into the store.
fn save(world: &Fixture, n: u64, minute: i64) {
    let time = at(minute);
    let track = NewTrack::new(format!("/{n}"), "anna", serde_json::json!({})).unwrap();
    let track = track.at(time).in_session(SessionGap::default());
    world.store.save(track).unwrap();
}

/// The time of a line of this minute.
fn at(minute: i64) -> Timestamp {
    Timestamp::from_secs(1_795_400_000 + minute * MINUTE).unwrap()
}

#[test]
fn a_log_and_saves_into_sessions_make_the_same_runs() {
    // The same ten, some from a log and some saved: in any order, the runs are the same.
    let minutes = [0, 29, 58, 88, 119, 120, 121, 140, 171, 201];
    let numbers = || (0..10_u64).zip(minutes);
    let line = |(n, minute)| line_of("anna", n, minute * MINUTE);
    let expected = sets(&[&[0, 1, 2, 3], &[4, 5, 6, 7], &[8, 9]]);
    for cut in 0..10 {
        for batch in [1, 100] {
            let world = Fixture::new();
            let loader = world.loader().batch(batch);
            world.write("a.log", numbers().take(cut).map(line).collect::<String>());
            world.load_with(&loader, &["a.log"]).unwrap();
            numbers()
                .skip(cut)
                .for_each(|(n, minute)| save(&world, n, minute));
            assert_eq!(runs(&world.store), expected, "{cut} {batch}");

            let world = Fixture::new();
            let loader = world.loader().batch(batch);
            numbers()
                .take(cut)
                .for_each(|(n, minute)| save(&world, n, minute));
            world.write("a.log", numbers().skip(cut).map(line).collect::<String>());
            world.load_with(&loader, &["a.log"]).unwrap();
            assert_eq!(runs(&world.store), expected, "{cut} {batch}");
        }
    }
}

#[test]
fn a_finished_session_takes_late_lines_and_no_later_ones() {
    for batch in [1, 2, 100] {
        let world = Fixture::new();
        let loader = world.loader().batch(batch);
        let line = |n, minute| line_of("anna", n, minute * MINUTE);
        world.write("a.log", line(0, 0) + &line(1, 10));
        world.load_with(&loader, &["a.log"]).unwrap();
        let run = world.store.runs(&RunQuery::all()).unwrap().remove(0);
        let stop = StopRun::new(run.id()).ending_at(at(12));
        world.store.stop_run(stop).unwrap();
        world.append(
            "a.log",
            line(2, 11) + &line(3, 5) + &line(4, 13) + &line(5, 12) + &line(6, 14),
        );
        world.load_with(&loader, &["a.log"]).unwrap();
        let expected = sets(&[&[0, 1, 2, 3, 5], &[4, 6]]);
        assert_eq!(runs(&world.store), expected, "{batch}");
    }
}

#[test]
fn runs_of_tasks_are_left_alone() {
    let world = Fixture::new();
    let store = &world.store;
    let run = store.start_run_of("lesson").unwrap();
    let time = "2026-11-23T02:00:00Z".parse().unwrap();
    for n in 0..40 {
        let track = NewTrack::new("lesson", "anna", serde_json::json!({"n": n})).unwrap();
        store.save(track.at(time)).unwrap();
    }
    let line = line_of("anna", 1, 0);
    world.write("a.log", &line);
    world.load(&["a.log"]);
    let query = Query::all().task("/1").order(Order::Time);
    let track = store.query(&query).unwrap().remove(0);
    assert!(track.time().since(time).abs() < SessionGap::default().length());
    assert_ne!(track.run(), run);
}

#[test]
fn a_session_of_the_log_is_one_run_across_batches_rotations_and_restarts() {
    let own = |n: u64, session: &str, user: &str, minute: u64| {
        let time = format!("2026-11-23T{:02}:{:02}:00Z", minute / 60, minute % 60);
        format!(r#"{{"task":"/{n}","run":"{session}","user":"{user}","time":"{time}"}}"#) + "\n"
    };
    let text = |numbers: std::ops::Range<u64>| -> String {
        let line = |n: u64| {
            own(
                n,
                ["x", "y"][usize::try_from(n % 2).unwrap()],
                "anna",
                n * 40,
            )
        };
        numbers.map(line).collect()
    };
    for batch in [1, 3, 100] {
        let world = Fixture::new();
        let loader = world.loader().batch(batch);
        world.write("own.log", text(0..10));
        world.load_with(&loader, &["own.log"]).unwrap();
        world.rename("own.log", "own_r00001.log");
        world.write("own.log", text(10..20));
        world
            .load_with(&loader, &["own.log", "own_r00001.log"])
            .unwrap();
        let even: Vec<u64> = (0..20).filter(|n| n % 2 == 0).collect();
        let odd: Vec<u64> = (0..20).filter(|n| n % 2 == 1).collect();
        assert_eq!(runs(&world.store), sets(&[&even, &odd]), "{batch}");

        // Another program's session of the same name is a different one by default.
        world.write("other.log", own(90, "x", "ben", 0));
        world.load_with(&loader, &["other.log"]).unwrap();
        assert_eq!(runs(&world.store).len(), 3);
        let shared = Fixture::new();
        let loader = shared.loader().sessions_of("both");
        shared.write("own.log", text(0..10));
        shared.write("other.log", own(90, "x", "ben", 0));
        shared
            .load_with(&loader, &["own.log", "other.log"])
            .unwrap();
        assert_eq!(runs(&shared.store).len(), 2);
    }
}

#[test]
fn a_session_starts_again_once_its_first_track_is_gone() {
    let world = Fixture::new();
    let own = |n: u64| {
        format!(r#"{{"task":"/{n}","run":"x","user":"anna","time":"2026-11-23T15:00:0{n}Z"}}"#)
            + "\n"
    };
    world.write("own.log", own(0) + &own(1));
    world.load(&["own.log"]);
    let first = world
        .store
        .query(&Query::all().task("/0"))
        .unwrap()
        .remove(0);
    world.store.remove(first.id()).unwrap();
    world.append("own.log", own(2) + &own(3));
    world.load(&["own.log"]);
    assert_eq!(runs(&world.store), sets(&[&[1], &[2, 3]]));
}

#[test]
fn two_loaders_that_start_one_session_or_use_one_key_concurrently_come_to_one() {
    let own = |n: u64, key: &str| {
        format!(
            r#"{{"key":"{key}","task":"/{n}","run":"x","user":"anna","time":"2026-11-23T15:00:00Z"}}"#
        ) + "\n"
    };
    let world = Fixture::new();
    world.write("a.log", own(1, "k1") + &own(2, "both"));
    world.write("b.log", own(3, "k3") + &own(2, "both"));
    let loader = world.loader().sessions_of("both");
    // The other one loads its log while this one is about to save.
    let mut is_done = false;
    let mut meanwhile = |_: Progress<'_>| {
        if !std::mem::replace(&mut is_done, true) {
            world.load_with(&loader, &["b.log"]).unwrap();
        }
    };
    let summary = loader
        .load(&world.sources(&["a.log"]), &mut meanwhile)
        .unwrap();
    assert!(is_done);
    assert_eq!((summary.total.tracks, summary.total.duplicates), (1, 1));
    assert_eq!(summary.total.lines, 2);
    assert_eq!(runs(&world.store), sets(&[&[1, 2, 3]]));
}
